//! Words for the numbers in answers. The numbered constants themselves stand in the header, generated from the core's tables.

use crate::guard::quiet;
use crate::text::outlive_str;
use outlive_core::fact::{Allocates, Extent, Placement, Reason};
use outlive_core::ir::SiteKind;

fn words(find: impl FnOnce() -> Option<&'static str>) -> outlive_str {
    quiet(outlive_str::EMPTY, || find().map_or(outlive_str::EMPTY, outlive_str::of))
}

/// A reason in words for people, such as `returned to the caller`: static text, never freed; empty for a number this library
/// does not know. Callable from any thread.
#[unsafe(no_mangle)]
pub extern "C" fn outlive_reason_words(reason: u32) -> outlive_str {
    words(|| u16::try_from(reason).ok().and_then(Reason::from_number).map(Reason::words))
}

/// The short name of a reason, such as `returned`, the same in every language and version: static text, never freed; empty for
/// a number this library does not know. Callable from any thread.
#[unsafe(no_mangle)]
pub extern "C" fn outlive_reason_name(reason: u32) -> outlive_str {
    words(|| u16::try_from(reason).ok().and_then(Reason::from_number).map(Reason::name))
}

/// The word for a kind of site, such as `slice_literal`: static text, never freed; empty for a number this library does not
/// know. Callable from any thread.
#[unsafe(no_mangle)]
pub extern "C" fn outlive_site_kind_name(kind: u32) -> outlive_str {
    words(|| SiteKind::from_number(kind).map(SiteKind::name))
}

/// The word for a placement, such as `stack`: static text, never freed; empty for a number this library does not know.
/// Callable from any thread.
#[unsafe(no_mangle)]
pub extern "C" fn outlive_placement_name(placement: u32) -> outlive_str {
    use Placement::{Bounded, Caller, Eliminated, Heap, Stack, Static};
    words(|| {
        [Static, Eliminated, Stack, Bounded, Caller, Heap]
            .into_iter()
            .find(|&p| p as u32 == placement)
            .map(Placement::name)
    })
}

/// The word for whether the allocator runs: `never`, `maybe` or `always`: static text, never freed; empty for a number this
/// library does not know. Callable from any thread.
#[unsafe(no_mangle)]
pub extern "C" fn outlive_allocates_name(allocates: u32) -> outlive_str {
    use Allocates::{Always, Maybe, Never};
    words(|| [Never, Maybe, Always].into_iter().find(|&a| a as u32 == allocates).map(Allocates::name))
}

/// The word for how long storage must live: `iteration`, `activation`, `caller` or `program`: static text, never freed; empty
/// for a number this library does not know. Callable from any thread.
#[unsafe(no_mangle)]
pub extern "C" fn outlive_extent_name(extent: u32) -> outlive_str {
    words(|| EXTENTS.iter().find(|&&(e, _)| e as u32 == extent).map(|&(_, name)| name))
}

const EXTENTS: &[(Extent, &str)] = &[
    (Extent::Iteration, "iteration"),
    (Extent::Activation, "activation"),
    (Extent::Caller, "caller"),
    (Extent::Program, "program"),
];
