//! What the tests of the image share: generated modules, mutations of their images, and the body of the fuzz targets.
#![allow(dead_code, unreachable_pub, reason = "each test and fuzz target uses a part")]

pub mod facts;
pub mod golden;
pub mod layout;
pub mod modules;
pub mod mutate;
pub mod touch;

/// A small random number generator (xorshift); the state must not be zero.
#[derive(Clone, Debug)]
pub struct Random(pub u64);

impl Random {
    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `n`, which is not zero.
    pub fn below(&mut self, n: u32) -> u32 {
        (((self.next() >> 32) * u64::from(n)) >> 32) as u32
    }

    /// One of some things.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u32) as usize]
    }
}
