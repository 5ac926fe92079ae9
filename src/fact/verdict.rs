//! Verdicts: where the storage of a site may live, for how long, and why.

use super::Reason;
use crate::entity::{FuncId, PosId, SiteId};
use crate::ir::SiteKind;

/// How long storage must live.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Extent {
    /// One iteration of the loop at the verdict's depth.
    Iteration = 0,
    /// The activation of its function.
    Activation = 1,
    /// An activation some static calls up.
    Caller = 2,
    /// Unknown, so the whole program.
    Program = 3,
}

/// Where storage may live.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Placement {
    /// Laid out by the linker, or not at all: nothing happens at run time.
    Static = 0,
    /// Never made: its parts live in registers.
    Eliminated = 1,
    /// On the stack of its function.
    Stack = 2,
    /// On the stack up to a number of bytes, on the heap beyond.
    Bounded = 3,
    /// On the stack of a caller.
    Caller = 4,
    /// On the heap.
    Heap = 5,
}

impl Placement {
    /// The word for people and the readable form.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Static => "static",
            Self::Eliminated => "eliminated",
            Self::Stack => "stack",
            Self::Bounded => "bounded",
            Self::Caller => "caller",
            Self::Heap => "heap",
        }
    }
}

/// Whether the allocator runs when the site executes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Allocates {
    /// Never.
    Never = 0,
    /// For some values or sizes.
    Maybe = 1,
    /// Each time.
    Always = 2,
}

impl Allocates {
    /// The word for people and the readable form.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Maybe => "maybe",
            Self::Always => "always",
        }
    }
}

/// Bits of [`Verdict::flags`].
pub mod flags {
    /// The client does not list the site.
    pub const SILENT: u16 = 1;
    /// Another goroutine may reach it.
    pub const SHARED: u16 = 1 << 1;
    /// Its memory may be written after it is made, through a pointer.
    pub const MUTATED: u16 = 1 << 2;
    /// A function value in it may be called where its results are not followed.
    pub const CALLED: u16 = 1 << 3;
    /// Every path that makes it outlive its function ends in a panic.
    pub const COLD: u16 = 1 << 4;
    /// It is pinned to its frame, and a pointer to it may outlive that.
    pub const DANGLES: u16 = 1 << 5;
}

/// What a model finds out about a site, before a profile places it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SiteFact {
    /// The site.
    pub site: SiteId,
    /// The function it lies in.
    pub func: FuncId,
    /// How long it must live.
    pub extent: Extent,
    /// Depth of the loop for [`Extent::Iteration`], number of calls for [`Extent::Caller`], else 0.
    pub detail: u32,
    /// Why.
    pub reason: Reason,
    /// Bits; see [`flags`].
    pub flags: u16,
    /// Its size, or what it holds, is known before the program runs.
    pub fixed: bool,
}

/// The verdict on one site in one context; 32 bytes, as it crosses borders.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct Verdict {
    /// The site.
    pub site: SiteId,
    /// The context; 0 is "in every context".
    pub context: u32,
    /// The function it lies in.
    pub func: FuncId,
    /// Where.
    pub pos: PosId,
    /// What is allocated.
    pub kind: SiteKind,
    /// Where it may live.
    pub placement: Placement,
    /// For how long it must.
    pub extent: Extent,
    /// Whether the allocator runs.
    pub allocates: Allocates,
    /// Why.
    pub reason: Reason,
    /// Bits; see [`flags`].
    pub flags: u16,
    /// Depth of the loop for [`Extent::Iteration`], number of calls for [`Extent::Caller`], else 0.
    pub detail: u32,
    /// Bytes for [`Placement::Bounded`], else 0.
    pub bound: u32,
}

const _: () = assert!(size_of::<Verdict>() == 32);

impl Verdict {
    /// Whether the storage must be on the heap.
    #[must_use]
    pub const fn is_heap(&self) -> bool {
        matches!(self.placement, Placement::Heap)
    }
}
