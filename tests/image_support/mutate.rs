//! Structure-aware mutation: changes that leave an image close enough to well-formed for the decoder to get far.
//!
//! Most changes put an id where an id was. Hashes of bodies are recomputed most of the time, for otherwise nearly every
//! change of a body ends at its hash.

use super::Random;
use super::layout::{Place, fix_hashes, sections, set, word};
use super::modules::{Size, module};
use outlive::image::encode;

/// A well-formed image to start from, with its section table at hand.
#[derive(Clone, Debug)]
pub struct Seed {
    /// The image.
    pub image: Vec<u8>,
    places: Vec<Place>,
}

impl Seed {
    /// From a well-formed image.
    pub fn new(image: Vec<u8>) -> Self {
        let places = sections(&image).into_iter().filter(|s| s.length > 0).collect();
        Self { image, places }
    }
}

/// A mutation of the image of a small generated module.
pub fn mutant(seed: u64, choices: u64) -> Vec<u8> {
    let small = |mask: u64| (seed & mask) as u32 + 1;
    let seed = Seed::new(encode(&module(seed, Size { funcs: small(7), blocks: small(3), insts: small(15) })));
    let mut image = Vec::new();
    mutate(&seed, &mut Random(choices | 1), &mut image);
    image
}

/// Writes a mutation of the seed to `out`.
pub fn mutate(seed: &Seed, random: &mut Random, out: &mut Vec<u8>) {
    out.clear();
    out.extend_from_slice(&seed.image);
    for _ in 0..1 + random.below(3) {
        change(seed, random, out);
    }
    let find = |id| seed.places.iter().find(|s| s.id == id);
    if let (Some(&funcs), Some(&bodies)) = (find(11), find(12))
        && random.below(16) != 0
    {
        fix_hashes(out, funcs, bodies);
    }
    if random.below(64) == 0 {
        out.truncate(random.below(out.len() as u32 + 1) as usize);
    }
}

fn change(seed: &Seed, random: &mut Random, image: &mut [u8]) {
    match random.below(32) {
        0 => {
            let at = random.below(32) as usize;
            image[at] = random.next() as u8;
        }
        1 => {
            let place = random.pick(&seed.places);
            let at = place.entry_at + 4 * random.below(10) as usize;
            set(image, at, value(word(image, at), random));
        }
        _ => {
            let place = random.pick(&seed.places);
            if place.entry == 1 {
                let at = place.offset + random.below(place.length as u32) as usize;
                image[at] = random.next() as u8 >> random.below(2);
                return;
            }
            let words = (place.length / 4) as u32;
            let at = place.offset + 4 * random.below(words) as usize;
            match random.below(4) {
                // A word of the same column of another row, or of anywhere in a pool: an id in range, mostly.
                0 | 1 => {
                    let rows = (place.length / place.entry) as u32;
                    let other = place.offset + random.below(rows) as usize * place.entry;
                    let other = other + (at - place.offset) % place.entry;
                    let (a, b) = (word(image, at), word(image, other));
                    set(image, at, b);
                    if random.below(2) == 0 {
                        set(image, other, a);
                    }
                }
                2 => set(image, at, random.below(8)),
                _ => set(image, at, value(word(image, at), random)),
            }
        }
    }
}

/// A word like `old`.
fn value(old: u32, random: &mut Random) -> u32 {
    match random.below(8) {
        0 | 1 => old.wrapping_add(1),
        2 | 3 => old.wrapping_sub(1),
        4 => u32::MAX - random.below(2),
        5 => old ^ 1 << random.below(32),
        6 => random.below(64),
        _ => random.next() as u32,
    }
}
