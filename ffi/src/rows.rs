//! The rows of answers: plain data whose layout never changes at its front.
//!
//! They mirror the core's rows, so that a result hands out its own tables without a copy; the assertions below hold the two
//! together. A reader steps by the entry size it is given, because rows may grow at their end.

use crate::text::outlive_str;
use outlive_core::fact::{Leaks, Summary, Verdict};
use std::mem::offset_of;

/// The verdict on one allocation site; 32 bytes in this version. Step through a table of them by the entry size you are given.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct outlive_verdict {
    /// The site: its row in the module's site table.
    pub site: u32,
    /// The context the verdict holds in; 0 is "in every context".
    pub context: u32,
    /// The function the site lies in.
    pub func: u32,
    /// Its position; 0 is none. See `outlive_result_position`.
    pub pos: u32,
    /// What is allocated: `OUTLIVE_SITE_...`.
    pub kind: u8,
    /// Where it may live: `OUTLIVE_PLACE_...`.
    pub placement: u8,
    /// How long it must live: `OUTLIVE_EXTENT_...`.
    pub extent: u8,
    /// Whether the allocator runs: `OUTLIVE_ALLOCATES_...`.
    pub allocates: u8,
    /// Why: `OUTLIVE_REASON_...`.
    pub reason: u16,
    /// Bits: `OUTLIVE_FLAG_...`.
    pub flags: u16,
    /// Depth of the loop for `OUTLIVE_EXTENT_ITERATION`, number of calls for `OUTLIVE_EXTENT_CALLER`, else 0.
    pub detail: u32,
    /// Largest size on the stack in bytes for `OUTLIVE_PLACE_BOUNDED`, else 0.
    pub bound: u32,
}

/// What a function does with one parameter; 24 bytes in this version. Step through a table of them by the entry size you are
/// given. A flow is 0 when there is none, and else one more than the number of dereferences on its way: 1 is the parameter's
/// own value, 2 what it points to, and so on.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct outlive_summary {
    /// The function.
    pub func: u32,
    /// The parameter; a receiver is 0.
    pub param: u32,
    /// The flow to memory that outlives everything.
    pub heap: u8,
    /// The flow to a place that is written through.
    pub mutated: u8,
    /// The flow to a call of it as a function.
    pub called: u8,
    /// The flow to each of the first five results; a flow to a later one counts as one to `heap`.
    pub results: [u8; 5],
    /// Where the parameter is declared; 0: unknown.
    pub pos: u32,
    /// Bit 0: the parameter has no name and is not used.
    pub flags: u32,
}

/// One step of an explanation: a value moves from one place to another; 36 bytes in this version. Step through a table of them
/// by the entry size you are given.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct outlive_step {
    /// What kind of place it comes from: `OUTLIVE_NODE_...`.
    pub from_kind: u32,
    /// The site for `OUTLIVE_NODE_SITE`; the function for `_PARAM`, `_RESULT` and `_TEMP`; else 0.
    pub from_id: u32,
    /// The number of the parameter or result; else 0.
    pub from_index: u32,
    /// What kind of place it goes to: `OUTLIVE_NODE_...`.
    pub to_kind: u32,
    /// As `from_id`.
    pub to_id: u32,
    /// As `from_index`.
    pub to_index: u32,
    /// Dereferences on the way: -1 is "the address of", 0 "the value of", 1 "what it points to", and so on.
    pub derefs: i32,
    /// How: `OUTLIVE_WHY_...`.
    pub why: u32,
    /// Where; 0 is no position.
    pub pos: u32,
}

/// What to change so that a site is no longer on the heap, and what that comes to; 56 bytes in this version. Step through a table of
/// them by the entry size you are given.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct outlive_suggestion {
    /// The verdict on the site afterwards; never heap.
    pub verdict: outlive_verdict,
    /// The first of its changes in the table of changes.
    pub first_change: u32,
    /// How many there are: one, or several of which none can be left out.
    pub change_count: u32,
    /// The first of the other sites it frees, in the table of freed sites.
    pub first_freed: u32,
    /// How many those are.
    pub freed_count: u32,
    /// 1: there may be more sites it frees, for the change concerns too many functions to follow it through all; else 0.
    pub partial: u32,
    /// 0.
    pub reserved: u32,
}

/// One change: a flow that would be gone, or go less far; 48 bytes in this version. Step through a table of them by the entry size
/// you are given.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct outlive_change {
    /// What to change: `OUTLIVE_EDIT_...`.
    pub edit: u32,
    /// The function it is made in.
    pub func: u32,
    /// The number, in that function, of the instruction the flow is of; `UINT32_MAX` if it is of none.
    pub inst: u32,
    /// The flow.
    pub step: outlive_step,
}

/// A source position. The layout never changes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct outlive_position {
    /// Name of the file, as the client wrote it; borrowed from what was asked.
    pub file: outlive_str,
    /// Line, from 1.
    pub line: u32,
    /// Column in bytes, from 1.
    pub column: u32,
}

/// What an analysis met and took. New fields are added at the end only; see `outlive_result_stats`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct outlive_stats {
    /// Bytes of the image.
    pub image_bytes: u64,
    /// Functions, with and without body.
    pub functions: u64,
    /// Basic blocks.
    pub blocks: u64,
    /// Instructions.
    pub instructions: u64,
    /// Values.
    pub values: u64,
    /// Allocation sites.
    pub sites: u64,
    /// Verdicts.
    pub verdicts: u64,
    /// Verdicts that say heap.
    pub heap: u64,
    /// Nanoseconds spent decoding.
    pub decode_ns: u64,
    /// Nanoseconds spent verifying.
    pub verify_ns: u64,
    /// Nanoseconds spent analysing.
    pub analyze_ns: u64,
    /// Functions with a body.
    pub bodies: u64,
    /// Summaries.
    pub summaries: u64,
    /// Verdicts that say stack up to a number of bytes, heap beyond.
    pub bounded: u64,
    /// Verdicts that say heap where the allocator never runs: boxes of constants, what has no size.
    pub never_allocates: u64,
    /// Verdicts that say heap only because the model's budget was spent.
    pub beyond_budget: u64,
    /// Functions without a body that are known by package facts.
    pub facts_known: u64,
    /// Functions without a body that are not, because facts about that name are about another signature.
    pub facts_refused: u64,
}

impl From<Verdict> for outlive_verdict {
    fn from(v: Verdict) -> Self {
        Self {
            site: v.site.raw(),
            context: v.context,
            func: v.func.raw(),
            pos: v.pos.raw(),
            kind: v.kind as u8,
            placement: v.placement as u8,
            extent: v.extent as u8,
            allocates: v.allocates as u8,
            reason: v.reason as u16,
            flags: v.flags,
            detail: v.detail,
            bound: v.bound,
        }
    }
}

macro_rules! same_layout {
    ($ours:ty = $theirs:ty { $($field:ident = $($path:ident).+),* $(,)? }) => {
        const _: () = {
            assert!(size_of::<$ours>() == size_of::<$theirs>());
            assert!(align_of::<$ours>() == align_of::<$theirs>());
            $(assert!(offset_of!($ours, $field) == offset_of!($theirs, $($path).+));)*
        };
    };
}

same_layout!(outlive_verdict = Verdict {
    site = site, context = context, func = func, pos = pos, kind = kind, placement = placement, extent = extent,
    allocates = allocates, reason = reason, flags = flags, detail = detail, bound = bound,
});
same_layout!(outlive_summary = Summary {
    func = func, param = param, heap = leaks.heap, mutated = leaks.mutated, called = leaks.called,
    results = leaks.results, pos = pos, flags = flags,
});

const _: () = {
    assert!(size_of::<outlive_verdict>() == 32);
    assert!(size_of::<outlive_summary>() == 24);
    assert!(size_of::<outlive_step>() == 36);
    assert!(size_of::<outlive_suggestion>() == 56);
    assert!(size_of::<outlive_change>() == 48);
    assert!(size_of::<Leaks>() == 8);
};
