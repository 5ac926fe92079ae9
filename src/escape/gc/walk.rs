//! One walk over the flow graph: the least number of dereferences with which each location flows to a set of roots.
//!
//! Edges may weigh -1 (an address is taken), but on the way the count is clamped at zero: from `root = &l; l = x` follows that
//! the address of `l` reaches the root, not that the address of `x` does. The clamp also makes negative cycles harmless. The
//! walk takes locations in order of their count from buckets (Dial, CACM 1969), and takes one again when an address edge has
//! lowered it; a location is taken at most once per value of its count.
//!
//! Walking from many roots at once answers for their minimum, which is all that a class of roots with one consequence needs.

use super::graph::{In, Incoming, Loc};
use crate::control::STEPS;
use crate::entity::NONE;
use crate::escape::faults::{Rule, wrong};

/// "Not reached."
pub(crate) const FAR: i32 = i32::MAX;

/// What is known of a location a walk reached.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach {
    /// Dereferences; -1 is "its address".
    pub(crate) derefs: i32,
    /// The root it reaches so cheaply.
    pub(crate) root: Loc,
    /// The last edge of the way, the one into the root.
    pub(crate) last: u32,
    /// The first edge of the way, the one out of the location.
    pub(crate) via: u32,
    stamp: u32,
}

/// See the [module documentation](self). Its memory serves every walk of an analysis: what an earlier one left is told by its
/// stamp.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    reach: Vec<Reach>,
    stamp: u32,
    /// Locations the walk reached, roots included, in order of first contact.
    pub(crate) touched: Vec<Loc>,
    buckets: Vec<Vec<Loc>>,
    lowest: usize,
    pending: bool,
}

impl Walk {
    /// Prepares for graphs of so many locations, and forgets everything reached.
    pub(crate) fn start(&mut self, locs: usize) {
        if self.reach.len() < locs {
            self.reach.resize(locs, Reach { derefs: FAR, root: NONE, last: NONE, via: NONE, stamp: 0 });
        }
        self.restart();
    }

    /// Forgets everything reached, in constant time.
    pub(crate) fn restart(&mut self) {
        self.touched.clear();
        self.stamp = self.stamp.wrapping_add(1);
        if self.stamp == 0 {
            self.reach.fill(Reach { derefs: FAR, root: NONE, last: NONE, via: NONE, stamp: 0 });
            self.stamp = 1;
        }
    }

    /// What the walk knows of a location.
    pub(crate) fn of(&self, loc: Loc) -> Option<Reach> {
        let reach = self.reach[loc as usize];
        (reach.stamp == self.stamp).then_some(reach)
    }

    /// Dereferences with which a location reaches the roots; [`FAR`] if it does not.
    pub(crate) fn derefs(&self, loc: Loc) -> i32 {
        self.of(loc).map_or(FAR, |r| r.derefs)
    }

    /// Adds a root.
    pub(crate) fn root(&mut self, loc: Loc) {
        self.lower(loc, Reach { derefs: 0, root: loc, last: NONE, via: NONE, stamp: self.stamp });
    }

    /// Whether anything has been lowered since the last walk, so that there is something to walk from.
    pub(crate) fn is_pending(&self) -> bool {
        self.pending
    }

    fn lower(&mut self, loc: Loc, reach: Reach) {
        let old = &mut self.reach[loc as usize];
        if old.stamp == self.stamp {
            if old.derefs <= reach.derefs {
                return;
            }
        } else {
            self.touched.push(loc);
        }
        *old = reach;
        self.pending = true;
        let bucket = reach.derefs.max(0) as usize;
        while bucket >= self.buckets.len() {
            self.buckets.push(Vec::new());
        }
        self.buckets[bucket].push(loc);
        self.lowest = self.lowest.min(bucket);
    }

    /// Walks until nothing gets cheaper. `enter` says whether to walk on through a location that is not a root.
    pub(crate) fn run(&mut self, incoming: Incoming<'_>, mut enter: impl FnMut(Loc, Reach) -> bool) {
        let mut steps = 0;
        while self.lowest < self.buckets.len() {
            let Some(loc) = self.buckets[self.lowest].pop() else {
                self.lowest += 1;
                continue;
            };
            let here = self.reach[loc as usize];
            let derefs = here.derefs.max(0);
            if derefs as usize != self.lowest || here.via != NONE && !enter(loc, here) {
                continue;
            }
            for edges in incoming.of(loc).chunks(STEPS) {
                steps += edges.len();
                if steps >= STEPS {
                    steps = 0;
                    incoming.control.poll();
                }
                for &In { src, edge, derefs: weight } in edges {
                    let last = if here.via == NONE { edge } else { here.last };
                    let from = if wrong(Rule::Clamp) { here.derefs } else { derefs };
                    let next = from.saturating_add(weight).max(-1);
                    self.lower(src, Reach { derefs: next, root: here.root, last, via: edge, stamp: self.stamp });
                }
            }
        }
        self.lowest = 0;
        self.pending = false;
    }
}
