//! The content hash of a function body.
//!
//! It detects damage and names a body in caches; it is no defence against someone who wants a collision. Each step waits for
//! the one before, so a reader that hashes one body after another is bound by the latency of a multiplication;
//! [`Lanes`] therefore advances several bodies at once.

use super::frame::word;
use crate::control::Control;

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

#[inline]
fn step(hash: u64, word: u32) -> u64 {
    let mixed = (hash ^ u64::from(word)).wrapping_mul(FACTOR);
    mixed ^ mixed >> 32
}

/// The hash of a body's words.
#[must_use]
pub fn body_hash(words: &[u32]) -> u64 {
    words.iter().fold(BASIS, |hash, &w| step(hash, w))
}

/// A body on its way: its words that remain, its hash so far, the hash it should have, its name for the caller.
#[derive(Clone, Copy, Debug)]
struct Lane<'a> {
    rest: &'a [[u8; 4]],
    hash: u64,
    expected: u64,
    name: u32,
}

const WIDTH: usize = 4;
/// Most words of a body hashed at once: a look at whether the call is cancelled lies between.
const PIECE: usize = 1 << 16;

/// Checks bodies against their hashes, several at a time.
#[derive(Debug)]
pub(super) struct Lanes<'a> {
    control: Control<'a>,
    lanes: [Lane<'a>; WIDTH],
    used: usize,
}

impl<'a> Lanes<'a> {
    pub(super) fn new(control: Control<'a>) -> Self {
        Self { control, lanes: [Lane { rest: &[], hash: 0, expected: 0, name: 0 }; WIDTH], used: 0 }
    }

    /// Adds a body.
    ///
    /// # Errors
    /// The name of a body, this or an earlier one, whose hash is wrong.
    #[inline]
    pub(super) fn push(&mut self, name: u32, body: &'a [[u8; 4]], expected: u64) -> Result<(), u32> {
        self.lanes[self.used] = Lane { rest: body, hash: BASIS, expected, name };
        self.used += 1;
        while self.used == WIDTH {
            self.advance()?;
        }
        Ok(())
    }

    /// Advances all lanes, which must be in use, to the end of the shortest or a piece of it, and frees those that are done.
    fn advance(&mut self) -> Result<(), u32> {
        let n = self.lanes.iter().map(|lane| lane.rest.len()).fold(PIECE, usize::min);
        self.control.poll();
        let mut hashes = self.lanes.map(|lane| lane.hash);
        let [a, b, c, d] = self.lanes.map(|lane| &lane.rest[..n]);
        for (((&a, &b), &c), &d) in a.iter().zip(b).zip(c).zip(d) {
            hashes = [
                step(hashes[0], word(a)),
                step(hashes[1], word(b)),
                step(hashes[2], word(c)),
                step(hashes[3], word(d)),
            ];
        }
        let mut kept = 0;
        for (i, &hash) in hashes.iter().enumerate() {
            let lane = Lane { rest: &self.lanes[i].rest[n..], hash, ..self.lanes[i] };
            if !lane.rest.is_empty() {
                self.lanes[kept] = lane;
                kept += 1;
            } else if lane.hash != lane.expected {
                return Err(lane.name);
            }
        }
        self.used = kept;
        Ok(())
    }

    /// Finishes what is left.
    ///
    /// # Errors
    /// The name of a body whose hash is wrong.
    pub(super) fn finish(self) -> Result<(), u32> {
        for lane in &self.lanes[..self.used] {
            let mut hash = lane.hash;
            for words in self.control.pieces(lane.rest) {
                hash = words.iter().fold(hash, |hash, &w| step(hash, word(w)));
            }
            if hash != lane.expected {
                return Err(lane.name);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_agree_with_one_body_at_a_time() {
        let bodies: Vec<Vec<u32>> = (0..23_u32).map(|i| (0..(i * 7) % 19 + 1).map(|w| w * w + i).collect()).collect();
        let bytes: Vec<Vec<[u8; 4]>> =
            bodies.iter().map(|body| body.iter().map(|w| w.to_le_bytes()).collect()).collect();
        let run = |broken: Option<usize>| {
            let mut lanes = Lanes::new(Control::NONE);
            for (i, body) in bodies.iter().enumerate() {
                lanes.push(i as u32, &bytes[i], body_hash(body) ^ u64::from(broken == Some(i)))?;
            }
            lanes.finish()
        };
        assert_eq!(run(None), Ok(()));
        for i in 0..bodies.len() {
            assert_eq!(run(Some(i)), Err(i as u32));
        }
        assert_eq!(body_hash(&[]), BASIS);
    }
}
