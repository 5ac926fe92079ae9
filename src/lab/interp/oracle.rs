//! The oracle: the least extent that would have been enough, as one run shows.
//!
//! Without verdicts every object lives forever, but what would have happened to it is noted: its iteration ended, its site
//! executed again in the same frame, its frame was left. A later use then says how much longer it was needed. What a
//! package-level variable, the outside or another goroutine holds is needed by the whole program, and so is what something
//! needed by the whole program holds; the latter is closed over the observed edges, by site, when the run ends, because that is
//! the rule a verdict per site must satisfy: all objects of a site are on the heap or none.

use super::machine::{State, Vm};
use super::memory::{FRAME_GONE, ITERATION_GONE, REUSED};
use crate::entity::NONE;
use crate::entity::hash::FxHashSet;

/// How long storage was needed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord, Default)]
pub enum Need {
    /// No longer than the iteration it was made in, or never made.
    #[default]
    Iteration,
    /// As long as the activation of its function, in one slot per site.
    Activation,
    /// Until that many frames up were left, 1 to 3.
    Caller(u8),
    /// Longer.
    Program,
}

/// What was seen of a site.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Observed {
    /// Objects made.
    pub born: u32,
    /// Objects whose iteration ended or whose frame was left while execution went on.
    pub outlived: u32,
    /// The least extent that would have been enough for all of them. Meaningful in runs without verdicts.
    pub need: Need,
}

/// Where a frame stood, for as long as anybody may ask.
#[derive(Clone, Copy, Debug)]
pub(super) struct Birth {
    pub(super) goroutine: u32,
    pub(super) depth: u32,
    /// The frames 1 to 3 up.
    pub(super) up: [u32; 3],
}

/// Which site's objects held pointers to which site's.
#[derive(Debug, Default)]
pub(super) struct Holds {
    sites: usize,
    matrix: Vec<u64>,
    /// Instead of the matrix in modules with many sites.
    set: FxHashSet<(u32, u32)>,
}

const MATRIX_SITES: usize = 2048;

impl Holds {
    pub(super) fn reset(&mut self, sites: usize) {
        self.sites = sites;
        self.matrix.clear();
        self.set.clear();
        if sites <= MATRIX_SITES {
            self.matrix.resize((sites * sites).div_ceil(64), 0);
        }
    }

    pub(super) fn add(&mut self, holder: u32, held: u32) {
        if self.sites <= MATRIX_SITES {
            let bit = holder as usize * self.sites + held as usize;
            self.matrix[bit / 64] |= 1 << (bit % 64);
        } else {
            self.set.insert((holder, held));
        }
    }

    fn edges(&self) -> Vec<(u32, u32)> {
        let mut edges: Vec<(u32, u32)> = self.set.iter().copied().collect();
        edges.sort_unstable();
        for (n, &word) in self.matrix.iter().enumerate() {
            let mut word = word;
            while word != 0 {
                let bit = n * 64 + word.trailing_zeros() as usize;
                edges.push(((bit / self.sites) as u32, (bit % self.sites) as u32));
                word &= word - 1;
            }
        }
        edges
    }
}

impl State {
    /// A site's objects were needed at least that long.
    pub(super) fn raise(&mut self, site: u32, need: Need) {
        if let Some(seen) = self.sites.get_mut(site as usize) {
            seen.need = seen.need.max(need);
        }
    }

    /// Closes "the whole program" under what was held.
    pub(super) fn close_needs(&mut self) {
        let mut edges = self.holds.edges();
        loop {
            let before = edges.len();
            let sites = &mut self.sites;
            edges.retain(|&(holder, held)| {
                let needed = sites[holder as usize].need == Need::Program;
                if needed {
                    sites[held as usize].need = Need::Program;
                }
                !needed
            });
            if edges.len() == before {
                return;
            }
        }
    }
}

impl Vm<'_> {
    /// A use of an object whose iteration, slot or frame is gone, or of another goroutine's.
    #[cold]
    pub(super) fn observe(&mut self, obj: u32) {
        let o = self.s.objects[obj as usize];
        if o.site == NONE {
            return;
        }
        let birth = self.s.births[o.frame as usize];
        let need = if birth.goroutine != self.s.current {
            Need::Program
        } else if o.flags & FRAME_GONE != 0 {
            self.survivor(&birth)
        } else if o.flags & REUSED != 0 {
            Need::Program
        } else if o.flags & ITERATION_GONE != 0 {
            Need::Activation
        } else {
            Need::Iteration
        };
        self.s.raise(o.site, need);
        if need == Need::Program {
            self.s.objects[obj as usize].guard = 0;
        }
    }

    /// The nearest frame above the one an object was born in that is still there.
    fn survivor(&self, birth: &Birth) -> Need {
        for (n, &serial) in birth.up.iter().enumerate() {
            let above = (birth.depth as usize).checked_sub(n + 1).and_then(|d| self.s.frames.get(d));
            if serial != NONE && above.is_some_and(|f| f.serial == serial) {
                return Need::Caller(n as u8 + 1);
            }
        }
        Need::Program
    }
}
