//! What the limits of a target and the rules of a model say of a site by itself, and what its verdict may claim.

use super::Model;
use crate::fact::{Allocates, Extent, Placement, Reason, Verdict, flags};
use crate::ir::{Module, Site, SiteKind, TypeKind};
use crate::profile::Profile;

/// What the maker's operands tell of a site.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Made {
    /// For a `make_slice`: its capacity, if it is a number in the program.
    pub(super) capacity: Option<u64>,
    /// Made by `make_slice`.
    pub(super) slice: bool,
    /// Known before the program runs: a constant in a box or as a capacity, a closure without bindings, data laid out by the
    /// linker.
    pub(super) fixed: bool,
    /// It stays in its frame.
    pub(super) pinned: bool,
}

/// Whether the storage must be on the heap whatever happens to its address.
pub(super) fn heap_in_itself(module: &Module, profile: &Profile, model: Model, site: &Site, made: Made) -> bool {
    if made.pinned {
        return false;
    }
    let literal = model == Model::Textbook;
    let layout = module.types.layout[site.ty];
    let most = match site.kind {
        SiteKind::Var => Some(profile.max_variable),
        SiteKind::New | SiteKind::Literal => Some(profile.max_implicit),
        SiteKind::SliceLiteral | SiteKind::Variadic if literal => Some(profile.max_implicit),
        _ => None,
    };
    let aligned =
        u64::from(layout.align) <= u64::from(profile.max_align_pointers) * u64::from(module.target.pointer_size);
    if most.is_some_and(|most| layout.size > most || !aligned) {
        return true;
    }
    if made.slice {
        let elem = module.types.elem(site.ty).map_or(0, |elem| module.types.layout[elem].size);
        let fits = |n: u64| n.checked_mul(elem).is_some_and(|bytes| bytes <= profile.max_implicit);
        if elem == 0 {
            if !profile.zero_size_on_stack {
                return true;
            }
        } else if made.capacity.is_some_and(|n| !fits(n)) {
            return true;
        }
        if made.capacity.is_none() && (literal || profile.bounded_make == 0) {
            return true;
        }
    }
    let run_time = matches!(
        site.kind,
        SiteKind::Box
            | SiteKind::Map
            | SiteKind::MapLiteral
            | SiteKind::Concat
            | SiteKind::StringConversion
            | SiteKind::Append
    );
    let text = matches!(site.kind, SiteKind::Concat | SiteKind::StringConversion);
    site.kind == SiteKind::Chan || literal && run_time || text && profile.bounded_string == 0
}

/// What is wrong with a verdict that is not about its address; `depth` is the storage's loop depth.
pub(super) fn wrong(
    module: &Module,
    profile: &Profile,
    site: &Site,
    made: Made,
    depth: u16,
    v: &Verdict,
) -> Option<(super::Rule, String)> {
    use super::Rule;
    let program = v.extent == Extent::Program;
    match v.extent {
        Extent::Program | Extent::Activation if v.detail == 0 => {}
        Extent::Iteration if v.detail > 1 && v.detail <= u32::from(depth) => {}
        Extent::Iteration => {
            return Some((Rule::Extent, format!("iteration of a loop at depth {}, but it lies at {depth}", v.detail)));
        }
        _ => return Some((Rule::Extent, "an extent the model does not know".into())),
    }
    let (placement, allocates, bound) = match made.pinned {
        true => (Placement::Stack, Allocates::Never, 0),
        false if program => heap(module, site, made),
        false => frame(profile, site, made),
    };
    if (v.flags & flags::DANGLES != 0) != (made.pinned && program) {
        let message =
            if made.pinned { "whether a pointer outlives its frame" } else { "it is not pinned to its frame" };
        return Some((Rule::Flags, message.into()));
    }
    if v.placement != placement || v.bound != bound {
        let claim = if v.bound == 0 { String::new() } else { format!(" up to {} bytes", v.bound) };
        return Some((Rule::Placement, format!("{}{claim}, not {}", v.placement.name(), placement.name())));
    }
    if v.allocates != allocates {
        return Some((Rule::Allocates, format!("allocates {}, not {}", v.allocates.name(), allocates.name())));
    }
    if (v.reason == Reason::Local) == program {
        return Some((Rule::Extent, format!("its reason is `{}`", v.reason)));
    }
    None
}

/// Storage in its function's frame.
fn frame(profile: &Profile, site: &Site, made: Made) -> (Placement, Allocates, u32) {
    match site.kind {
        SiteKind::Concat | SiteKind::StringConversion => (Placement::Bounded, Allocates::Maybe, profile.bounded_string),
        SiteKind::MakeSlice if !made.fixed => (Placement::Bounded, Allocates::Maybe, profile.bounded_make),
        SiteKind::Map | SiteKind::MapLiteral | SiteKind::Append => (Placement::Stack, Allocates::Maybe, 0),
        _ => (Placement::Stack, Allocates::Never, 0),
    }
}

/// Storage on the heap: how often the allocator runs for it.
fn heap(module: &Module, site: &Site, made: Made) -> (Placement, Allocates, u32) {
    let layout = module.types.layout[site.ty];
    let kind = module.types.kind(site.ty);
    let allocates = match site.kind {
        SiteKind::Append | SiteKind::Concat | SiteKind::StringConversion => Allocates::Maybe,
        SiteKind::MakeSlice | SiteKind::Map | SiteKind::MapLiteral | SiteKind::Chan => Allocates::Always,
        SiteKind::Box if made.fixed || layout.size <= 1 => Allocates::Never,
        SiteKind::Box if kind.is_basic() && layout.size <= 8 => Allocates::Maybe,
        SiteKind::Box if matches!(kind, TypeKind::String | TypeKind::Slice) => Allocates::Maybe,
        SiteKind::Closure if made.fixed => Allocates::Never,
        _ if layout.size == 0 => Allocates::Never,
        _ => Allocates::Always,
    };
    (Placement::Heap, allocates, 0)
}
