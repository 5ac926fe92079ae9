//! Summaries: what a function does with what it is given, all that callers need to know of it.

use crate::entity::{FuncId, PosId};

/// Number of results a summary tells apart; a flow to a later one counts as a flow to the heap.
pub const RESULTS: usize = 5;

/// Minimal numbers of dereferences with which a parameter flows somewhere, each plus one; 0 is "not at all".
///
/// `heap == 1`: the parameter's own value outlives the call; `heap == 2`: what it points to does.
/// The encoding saturates at 255 as Go's does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
#[repr(C)]
pub struct Leaks {
    /// To the heap.
    pub heap: u8,
    /// To a place that is written through.
    pub mutated: u8,
    /// To a call whose results are not followed.
    pub called: u8,
    /// To each result.
    pub results: [u8; RESULTS],
}

impl Leaks {
    /// What must be assumed of an unknown function.
    pub const UNKNOWN: Self = Self { heap: 1, mutated: 0, called: 0, results: [0; RESULTS] };

    /// What is promised of an external function that keeps nothing.
    pub const NOESCAPE: Self = Self { heap: 0, mutated: 1, called: 1, results: [0; RESULTS] };

    /// Lowers one entry to `derefs`.
    pub fn lower(entry: &mut u8, derefs: u32) {
        let new = (derefs + 1).min(255) as u8;
        if *entry == 0 || new < *entry {
            *entry = new;
        }
    }

    /// Drops what a flow to the heap makes redundant.
    #[must_use]
    pub fn optimized(mut self) -> Self {
        if self.heap != 0 {
            for entry in [&mut self.mutated, &mut self.called].into_iter().chain(&mut self.results) {
                if *entry >= self.heap {
                    *entry = 0;
                }
            }
        }
        self
    }
}

/// The summary of one parameter; 24 bytes, as it crosses borders.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct Summary {
    /// The function.
    pub func: FuncId,
    /// The parameter, the receiver being 0.
    pub param: u32,
    /// Its flows.
    pub leaks: Leaks,
    /// Where the parameter is declared, if it has a variable.
    pub pos: PosId,
    /// Bit 0: the parameter has no variable and is unused.
    pub flags: u32,
}

const _: () = assert!(size_of::<Summary>() == 24);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lowering_keeps_the_least_and_saturates() {
        let mut entry = 0;
        Leaks::lower(&mut entry, 400);
        assert_eq!(entry, 255);
        Leaks::lower(&mut entry, 2);
        Leaks::lower(&mut entry, 3);
        assert_eq!(entry, 3);
    }

    #[test]
    fn a_flow_to_the_heap_makes_longer_ones_redundant() {
        let leaks = Leaks { heap: 2, mutated: 1, called: 2, results: [1, 2, 3, 0, 0] };
        assert_eq!(leaks.optimized(), Leaks { heap: 2, mutated: 1, called: 0, results: [1, 0, 0, 0, 0] });
    }
}
