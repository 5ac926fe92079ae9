//! What tells model `gc` and model `textbook` apart.
//!
//! Both build the same graph and solve it the same way. `textbook` is the rules of an introductory text taken literally: every
//! callee is unknown, every box, map and captured variable is on the heap, and so is everything whose size is known only at
//! run time, whether or not its address goes anywhere. Slice and interface headers are values and stay.

use super::graph::Location;
use crate::entity::SiteId;
use crate::escape::faults::{Rule, wrong};
use crate::fact::Reason;
use crate::ir::opcode::Why;
use crate::ir::{Module, Site, SiteKind};
use crate::profile::Profile;

/// See the [module documentation](self).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Rules {
    /// Every argument of every call flows to the heap.
    pub(crate) calls_are_unknown: bool,
    /// Boxes, maps, captured variables and storage of run-time size are on the heap; what is stored behind a slice is too.
    pub(crate) literal: bool,
}

pub(crate) const GC: Rules = Rules { calls_are_unknown: false, literal: false };
pub(crate) const TEXTBOOK: Rules = Rules { calls_are_unknown: true, literal: true };

impl Rules {
    /// Why a site is on the heap whatever happens to its address, if it is. `capacity` is that of a `make` of a slice: known,
    /// or not until run time.
    #[inline(always)]
    pub(crate) fn heap_in_itself(
        &self,
        module: &Module,
        profile: &Profile,
        site: SiteId,
        capacity: Option<Option<u64>>,
    ) -> Option<Why> {
        let row = &module.sites[site];
        let limit = match row.kind {
            SiteKind::Var => Some(profile.max_variable),
            SiteKind::New | SiteKind::Literal => Some(profile.max_implicit),
            SiteKind::SliceLiteral | SiteKind::Variadic if self.literal => Some(profile.max_implicit),
            _ => None,
        };
        if let Some(limit) = limit {
            let layout = &module.types.layout[row.ty];
            if layout.size > limit && !wrong(Rule::TooLarge) {
                return Some(Why::TooLarge);
            }
            if u64::from(layout.align) > u64::from(profile.max_align_pointers) * u64::from(module.target.pointer_size) {
                return Some(Why::TooAligned);
            }
        }
        if capacity.is_none() && !self.literal && profile.bounded_string != 0 {
            return None;
        }
        self.run_time_size(module, profile, row, capacity)
    }

    /// As [`Self::heap_in_itself`], for what is of a size known at run time only and for the letter of the rules.
    #[inline(never)]
    fn run_time_size(
        &self,
        module: &Module,
        profile: &Profile,
        row: &Site,
        capacity: Option<Option<u64>>,
    ) -> Option<Why> {
        if let Some(capacity) = capacity
            && let Some(elem) = module.types.elem(row.ty)
        {
            let size = module.types.layout[elem].size;
            match capacity {
                _ if size == 0 && !profile.zero_size_on_stack => return Some(Why::ZeroSizeElement),
                Some(n) if size != 0 && n > profile.max_implicit / size => return Some(Why::TooLarge),
                None if self.literal || profile.bounded_make == 0 => return Some(Why::RunTimeSize),
                _ => {}
            }
        }
        if profile.bounded_string == 0 && matches!(row.kind, SiteKind::Concat | SiteKind::StringConversion) {
            return Some(Why::RunTimeSize);
        }
        if !self.literal {
            return None;
        }
        match row.kind {
            SiteKind::Box => Some(Why::BoxStorage),
            SiteKind::Map | SiteKind::MapLiteral => Some(Why::MapStorage),
            SiteKind::Concat | SiteKind::StringConversion | SiteKind::Append => Some(Why::RunTimeSize),
            _ => None,
        }
    }

    /// Whether a store into a location leaves the function's sight.
    pub(crate) fn store_leaves(&self, module: &Module, loc: &Location) -> bool {
        self.literal
            && loc
                .site
                .get()
                .is_some_and(|s| matches!(module.sites[s].kind, SiteKind::SliceLiteral | SiteKind::Variadic))
    }

    /// Why a captured variable is on the heap, if it is for being captured.
    pub(crate) fn captured(&self) -> Option<Why> {
        self.literal.then_some(Why::CapturedStorage)
    }

    /// The reason code of a verdict whose path ends with this step.
    pub(crate) fn reason(&self, why: Why) -> Reason {
        match why {
            Why::StoreIndirect | Why::MemoryCopy => Reason::StoredIndirect,
            Why::StoreGlobal => Reason::StoredGlobal,
            Why::MapKey | Why::MapValue => Reason::StoredMap,
            Why::Sent => Reason::Sent,
            Why::Panicked => Reason::Panicked,
            Why::Appendee | Why::Appended => Reason::Appended,
            Why::Copied => Reason::Copied,
            Why::Returned if self.literal => Reason::AddressReturned,
            Why::Returned => Reason::Returned,
            Why::Argument | Why::ArgumentExternal | Why::ArgumentIndirect | Why::ArgumentMethod if self.literal => {
                Reason::AddressPassed
            }
            Why::Argument => Reason::LeakedByCallee,
            Why::ArgumentExternal => Reason::PassedExternal,
            Why::ArgumentIndirect => Reason::PassedIndirect,
            Why::ArgumentMethod => Reason::PassedMethod,
            Why::Go => Reason::GoStatement,
            Why::DeferHeap => Reason::DeferredInLoop,
            Why::Uintptr => Reason::UintptrEscapes,
            Why::ReflectHeader => Reason::ReflectHeader,
            Why::Receiver => Reason::MethodReceiver,
            Why::CapturedValue | Why::CapturedReference => Reason::CapturedEscaping,
            Why::CapturedStorage => Reason::Captured,
            Why::TooLarge => Reason::TooLarge,
            Why::TooAligned => Reason::TooAligned,
            Why::ZeroSizeElement => Reason::ZeroSizeElement,
            Why::RunTimeSize => Reason::RunTimeSize,
            Why::MapStorage => Reason::Map,
            Why::BoxStorage => Reason::Boxed,
            Why::StoredElement => Reason::StoredElement,
            Why::Forced => Reason::Unknown,
            Why::Assign
            | Why::AddressOf
            | Why::Indirection
            | Why::Element
            | Why::Slice
            | Why::Boxed
            | Why::Asserted
            | Why::CallResult
            | Why::Callee
            | Why::Range
            | Why::BlockArgument => Reason::Unknown,
        }
    }
}
