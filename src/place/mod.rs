//! From facts to placements: what a target makes of what a model found.
//!
//! The extent decides between stack and heap; the profile decides what storage of run-time size costs, and whether the
//! allocator runs at all: a box of a constant, of a single byte or of nothing is on the heap by name only.
//!
//! A *pinned* site is what C means by a local: it lies in its frame, and the question is not where it may live, but whether a pointer to
//! it outlives the frame. The models answer that by its extent, as for any other site; limits of size do not count.

use crate::fact::{Allocates, Extent, Placement, SiteFact, Verdict, flags};
use crate::ir::{Attr, Entity, Module, SiteKind, TypeKind, attr, site};
use crate::profile::Profile;

/// Places the sites of one module.
#[derive(Clone, Copy, Debug)]
pub struct Placer<'a> {
    module: &'a Module,
    profile: &'a Profile,
    /// By site, ascending.
    pinned: &'a [Attr],
}

impl<'a> Placer<'a> {
    /// For a module and a target.
    #[must_use]
    pub fn new(module: &'a Module, profile: &'a Profile) -> Self {
        let sites = 0..module.sites.len() as u32;
        Self { module, profile, pinned: module.attrs.range(Entity::Site, attr::PINNED, sites) }
    }

    /// Places one site.
    #[must_use]
    #[inline]
    pub fn place(&self, fact: &SiteFact) -> Verdict {
        let verdict = place(self.module, self.profile, fact);
        if self.pinned.is_empty() || self.pinned.binary_search_by_key(&fact.site.raw(), |row| row.id).is_err() {
            return verdict;
        }
        pinned(verdict)
    }
}

/// The verdict on a site that stays in its frame: there it is, and what would have put it on the heap makes its address dangle.
fn pinned(verdict: Verdict) -> Verdict {
    let outlived = matches!(verdict.extent, Extent::Program | Extent::Caller);
    let dangles = if outlived { flags::DANGLES } else { 0 };
    let flags = verdict.flags | dangles;
    Verdict { placement: Placement::Stack, allocates: Allocates::Never, bound: 0, flags, ..verdict }
}

#[inline]
fn place(module: &Module, profile: &Profile, fact: &SiteFact) -> Verdict {
    let row = &module.sites[fact.site];
    let (placement, allocates, bound) = match fact.extent {
        Extent::Program | Extent::Caller => (Placement::Heap, on_heap(module, fact), 0),
        Extent::Iteration | Extent::Activation => on_stack(profile, row.kind, fact.fixed),
    };
    Verdict {
        site: fact.site,
        context: 0,
        func: fact.func,
        pos: row.pos,
        kind: row.kind,
        placement,
        extent: fact.extent,
        allocates,
        reason: fact.reason,
        flags: fact.flags | if row.flags & site::SILENT != 0 { flags::SILENT } else { 0 },
        detail: fact.detail,
        bound,
    }
}

/// A site on the stack: up to how many bytes, and whether the allocator may run all the same.
fn on_stack(profile: &Profile, kind: SiteKind, fixed: bool) -> (Placement, Allocates, u32) {
    match kind {
        SiteKind::MakeSlice if !fixed => (Placement::Bounded, Allocates::Maybe, profile.bounded_make),
        SiteKind::Concat | SiteKind::StringConversion => (Placement::Bounded, Allocates::Maybe, profile.bounded_string),
        SiteKind::Append | SiteKind::Map | SiteKind::MapLiteral => (Placement::Stack, Allocates::Maybe, 0),
        _ => (Placement::Stack, Allocates::Never, 0),
    }
}

/// Whether the allocator runs for a site on the heap.
fn on_heap(module: &Module, fact: &SiteFact) -> Allocates {
    let row = &module.sites[fact.site];
    let (types, layout) = (&module.types, module.types.layout[row.ty]);
    match row.kind {
        SiteKind::Box if fact.fixed || layout.size <= 1 => Allocates::Never,
        // The run-time system has ready boxes for small integers, empty strings and nil slices.
        SiteKind::Box if layout.size <= 8 && types.kind(row.ty).is_basic() => Allocates::Maybe,
        SiteKind::Box if matches!(types.kind(row.ty), TypeKind::String | TypeKind::Slice) => Allocates::Maybe,
        SiteKind::Closure if fact.fixed => Allocates::Never,
        SiteKind::Append | SiteKind::Concat | SiteKind::StringConversion => Allocates::Maybe,
        SiteKind::MakeSlice | SiteKind::Map | SiteKind::MapLiteral | SiteKind::Chan => Allocates::Always,
        _ if layout.size == 0 => Allocates::Never,
        _ => Allocates::Always,
    }
}
