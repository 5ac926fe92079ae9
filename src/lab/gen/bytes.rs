//! The byte string as a source of choices.
//!
//! A choice scales the next byte or two onto its alternatives, so that smaller bytes mean earlier alternatives, and past the end every
//! byte is 0. Alternatives are listed simplest first and 0 means "no more" wherever something repeats: deleting bytes drops
//! statements, lowering them simplifies, and any prefix of a string is a program. That is all the shrinker needs to know.
//!
//! The string is cut into *segments* at each [`CUT`]: the cast of types, the declarations, then one for each body. A body reads
//! nothing but its own segment, so emptying one leaves all other functions as they are.

/// What separates segments.
pub(super) const CUT: [u8; 2] = [0xff, 0xfe];

/// Reads choices from bytes.
#[derive(Debug)]
pub(super) struct Source<'a> {
    /// The current segment.
    bytes: &'a [u8],
    at: usize,
    rest: &'a [u8],
}

impl<'a> Source<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let mut this = Self { bytes: &[], at: 0, rest: bytes };
        this.next_segment();
        this
    }

    /// Goes on with the next segment; with an empty one after the last.
    pub(super) fn next_segment(&mut self) {
        let all = self.rest;
        let end = (1..all.len()).find(|&at| all[at] == CUT[1] && all[at - 1] == CUT[0]).map(|at| at - 1);
        (self.bytes, self.rest) = match end {
            Some(at) => (&all[..at], &all[at + CUT.len()..]),
            None => (all, &all[all.len()..]),
        };
        self.at = 0;
    }

    /// The next byte; 0 past the end.
    pub(super) fn byte(&mut self) -> u32 {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        u32::from(byte)
    }

    /// A number below `n`, which is not 0: one byte if `n` is at most 32, else two.
    pub(super) fn below(&mut self, n: u32) -> u32 {
        if n <= 1 {
            return 0;
        }
        if n <= 32 {
            return (self.byte() * n) >> 8;
        }
        let wide = (self.byte() << 8) | self.byte();
        ((u64::from(wide) * u64::from(n)) >> 16) as u32
    }

    /// True with a probability of `p` in 256; false past the end.
    pub(super) fn chance(&mut self, p: u32) -> bool {
        self.byte() >= 256 - p.min(255)
    }

    /// An element of a slice that is not empty.
    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u32) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn past_the_end_everything_is_the_first_alternative() {
        let mut source = Source::new(&[255]);
        assert_eq!(source.below(7), 6);
        assert_eq!((source.below(7), source.below(1000), source.chance(255)), (0, 0, false));
        assert_eq!(source.pick(&[4, 5, 6]), 4);
    }

    #[test]
    fn a_segment_ends_at_its_cut() {
        let mut source = Source::new(&[255, 255, 254, 128, 255, 254]);
        assert_eq!((source.byte(), source.byte()), (255, 0));
        source.next_segment();
        assert_eq!((source.byte(), source.byte()), (128, 0));
        source.next_segment();
        source.next_segment();
        assert_eq!(source.byte(), 0);
    }

    #[test]
    fn choices_are_in_range_and_grow_with_the_byte() {
        for n in [1, 2, 3, 31, 32, 33, 500] {
            let mut last = 0;
            for byte in 0..=255 {
                let x = Source::new(&[byte, byte]).below(n);
                assert!(x < n && x >= last, "{n} {byte}");
                last = x;
            }
            assert_eq!(last, n - 1);
        }
    }
}
