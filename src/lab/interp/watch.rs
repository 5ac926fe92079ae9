//! Violations: what happened that a right verdict rules out.

use super::machine::Vm;
use super::memory::{DEAD, STACK};
use super::oracle::Need;
use super::value::{Obj, Slot};
use crate::entity::{FuncId, InstId, NONE, Opt, PosId, SiteId};
use std::fmt;

/// Most violations a run keeps.
const MAX_VIOLATIONS: usize = 64;

/// What went wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum ViolationKind {
    /// A dead object was read.
    Load,
    /// A dead object was written.
    Store,
    /// A pointer to a dead object was compared with another pointer, or a dead object with another.
    Compare,
    /// A dead box was looked into by a type assertion.
    Assert,
    /// A dead object was sliced.
    Slice,
    /// A dead function value was called, or a method of a dead value.
    Call,
    /// A dead map or channel was used.
    Container,
    /// Something that outlives everything holds a pointer to a dead object.
    HoldsDead,
    /// Something that outlives everything holds a pointer to the stack, which the profile forbids.
    HoldsStack,
    /// Another goroutine used stack storage.
    OtherGoroutine,
}

impl ViolationKind {
    /// The words for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Load => "read",
            Self::Store => "written",
            Self::Compare => "compared",
            Self::Assert => "looked into by a type assertion",
            Self::Slice => "sliced",
            Self::Call => "called",
            Self::Container => "used",
            Self::HoldsDead => "held by what outlives it",
            Self::HoldsStack => "held by what outlives it while on the stack",
            Self::OtherGoroutine => "used by another goroutine",
        }
    }
}

/// How storage ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Death {
    /// Its frame returned.
    Returned,
    /// Its frame was unwound by a panic.
    Unwound,
    /// Its site executed again in the same frame.
    Reused,
    /// Its iteration ended: the back edge of its loop was taken.
    Iterated,
    /// Its loop was left.
    LoopLeft,
}

impl Death {
    const fn words(self) -> &'static str {
        match self {
            Self::Returned => "its frame returned",
            Self::Unwound => "its frame was unwound",
            Self::Reused => "its site executed again",
            Self::Iterated => "its iteration ended",
            Self::LoopLeft => "its loop was left",
        }
    }
}

/// Something a right verdict rules out. Displays as one line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Violation {
    /// What happened.
    pub kind: ViolationKind,
    /// The site whose storage it happened to: its verdict, or that of something it was reached through, is wrong.
    pub site: SiteId,
    /// Where that site stands.
    pub site_pos: PosId,
    /// The function that did it.
    pub func: FuncId,
    /// The instruction, numbered in the function.
    pub inst: InstId,
    /// Where that stands.
    pub pos: PosId,
    /// How the storage had ended; `None` if it had not.
    pub death: Option<Death>,
    /// What held the pointer: a site; none for package-level variables, the outside and what is no violation of holding.
    pub holder: Opt<SiteId>,
    /// The seed of the run.
    pub seed: u64,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "storage of {} ({}) is {}", self.site, self.site_pos, self.kind.words())?;
        if let Some(holder) = self.holder.get() {
            write!(f, " ({holder})")?;
        }
        if let Some(death) = self.death {
            write!(f, " after {}", death.words())?;
        }
        write!(f, ", at {} {} ({}), seed {}", self.func, self.inst, self.pos, self.seed)
    }
}

impl Vm<'_> {
    /// Something happened to an object.
    #[cold]
    pub(super) fn violation(&mut self, kind: ViolationKind, obj: Obj, holder: u32) {
        let o = &self.s.objects[obj as usize];
        if o.site == NONE {
            return;
        }
        let site = SiteId::from_raw(o.site);
        let (func, inst) = (self.body.func, InstId::from_raw(self.at));
        let known = |v: &Violation| (v.kind, v.site, v.func, v.inst) == (kind, site, func, inst);
        if self.s.violations.len() >= MAX_VIOLATIONS || self.s.violations.iter().any(known) {
            return;
        }
        let violation = Violation {
            kind,
            site,
            site_pos: self.m.sites[site].pos,
            func,
            inst,
            pos: self.body.insts.get(inst.index()).map_or(PosId::from_raw(0), |i| i.pos),
            death: o.death,
            holder: Opt::from_raw(holder),
            seed: self.seed,
        };
        self.s.violations.push(violation);
    }

    /// An object holds a value from now on.
    #[inline]
    pub(super) fn holds(&mut self, holder: Obj, slot: Slot) {
        if let Some(held) = slot.object()
            && held != holder
        {
            self.holds_object(holder, held);
        }
    }

    fn holds_object(&mut self, holder: Obj, held: Obj) {
        let (h, o) = (&self.s.objects[holder as usize], &self.s.objects[held as usize]);
        if o.site == NONE {
            return;
        }
        if self.ideal {
            if h.site == NONE {
                let site = o.site;
                self.s.raise(site, Need::Program);
            } else {
                self.s.holds.add(h.site, o.site);
            }
        } else if h.flags & STACK == 0 {
            let site = h.site;
            self.outlived_by(held, site);
        }
    }

    /// Something that outlives everything holds a value: the outside, a new goroutine, a heap object (of site `holder`).
    pub(super) fn heap_holds(&mut self, slot: Slot) {
        let Some(held) = slot.object() else { return };
        if self.ideal {
            let o = &self.s.objects[held as usize];
            if o.frame != NONE {
                let site = o.site;
                self.s.raise(site, Need::Program);
            }
        } else {
            self.outlived_by(held, NONE);
        }
    }

    fn outlived_by(&mut self, held: Obj, holder: u32) {
        let flags = self.s.objects[held as usize].flags;
        if flags & DEAD != 0 {
            self.violation(ViolationKind::HoldsDead, held, holder);
        } else if flags & STACK != 0 && self.profile.forbid_heap_to_stack {
            self.violation(ViolationKind::HoldsStack, held, holder);
        }
    }
}
