//! Making a failing program small.
//!
//! Features are switched off, segments emptied and cut in half, runs of bytes dropped and bytes made smaller, in this order and
//! until nothing helps: most of a program is gone after a few dozen attempts, and what is left is dropped statement by statement.
//! A change that does not make the program smaller is not worth having, unless it makes the bytes fewer.

use super::bytes::CUT;
use super::{Features, generate};
use crate::ir::Module;

/// Attempts after which the best program so far has to do.
const ATTEMPTS: u32 = 20_000;

/// Shrinks a program for which `still_fails` holds to one with fewer features and bytes for which it holds too. The program is
/// `generate(&bytes, &features)` of what is returned; if `still_fails` does not hold to begin with, the input comes back.
pub fn shrink(bytes: &[u8], features: &Features, still_fails: &mut dyn FnMut(&Module) -> bool) -> (Vec<u8>, Features) {
    let module = generate(bytes, features);
    if !still_fails(&module) {
        return (bytes.to_vec(), *features);
    }
    let mut shrinker = Shrinker {
        segments: split(bytes),
        features: *features,
        size: module.num_insts(),
        left: ATTEMPTS,
        changed: true,
        still_fails,
    };
    while std::mem::take(&mut shrinker.changed) && shrinker.left > 0 {
        shrinker.features();
        shrinker.halves();
        shrinker.runs();
        shrinker.bytes();
    }
    (shrinker.segments.join(&CUT[..]), shrinker.features)
}

fn split(bytes: &[u8]) -> Vec<Vec<u8>> {
    let (mut segments, mut at) = (vec![Vec::new()], 0);
    while at < bytes.len() {
        if bytes[at..].starts_with(&CUT) {
            segments.push(Vec::new());
            at += CUT.len();
        } else {
            segments.last_mut().expect("there is one").push(bytes[at]);
            at += 1;
        }
    }
    segments
}

struct Shrinker<'a> {
    segments: Vec<Vec<u8>>,
    features: Features,
    /// Instructions of the best program.
    size: usize,
    left: u32,
    changed: bool,
    still_fails: &'a mut dyn FnMut(&Module) -> bool,
}

impl Shrinker<'_> {
    /// Whether a program fails too and is no larger.
    fn fails(&mut self, bytes: &[u8], features: &Features) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        let module = generate(bytes, features);
        let better = module.num_insts() <= self.size && (self.still_fails)(&module);
        if better {
            self.size = module.num_insts();
            self.changed = true;
        }
        better
    }

    /// Tries another content of a segment.
    fn try_segment(&mut self, n: usize, content: Vec<u8>) -> bool {
        let old = std::mem::replace(&mut self.segments[n], content);
        let bytes = self.segments.join(&CUT[..]);
        let features = self.features;
        let better = self.fails(&bytes, &features);
        if !better {
            self.segments[n] = old;
        }
        better
    }

    fn features(&mut self) {
        for name in Features::names() {
            let fewer = self.features.without(name);
            if fewer != self.features && self.fails(&self.segments.join(&CUT[..]), &fewer) {
                self.features = fewer;
            }
        }
    }

    /// Empties segments, or keeps their beginnings.
    fn halves(&mut self) {
        for n in (0..self.segments.len()).rev() {
            let mut keep = 0;
            while keep < self.segments[n].len() {
                let start = self.segments[n][..keep].to_vec();
                if self.try_segment(n, start) {
                    break;
                }
                keep = (keep + self.segments[n].len()).div_ceil(2).max(keep + 1);
            }
        }
        while self.segments.len() > 1 && self.segments.last().is_some_and(Vec::is_empty) {
            self.segments.pop();
        }
    }

    /// Drops runs of bytes, longest first.
    fn runs(&mut self) {
        for n in 0..self.segments.len() {
            let mut run = self.segments[n].len() / 2;
            while run > 0 {
                let mut at = 0;
                while at < self.segments[n].len() {
                    let segment = &self.segments[n];
                    let end = (at + run).min(segment.len());
                    let shorter = [&segment[..at], &segment[end..]].concat();
                    if !self.try_segment(n, shorter) {
                        at = end;
                    }
                }
                run /= 2;
            }
        }
    }

    /// Makes bytes smaller.
    fn bytes(&mut self) {
        for n in 0..self.segments.len() {
            for at in 0..self.segments[n].len() {
                let byte = self.segments[n][at];
                for smaller in [0, byte / 2, byte.saturating_sub(8)] {
                    let mut lower = self.segments[n].clone();
                    lower[at] = smaller;
                    if smaller < byte && self.try_segment(n, lower) {
                        break;
                    }
                }
            }
        }
    }
}
