//! What a register or a cell of memory holds.
//!
//! Every value is a run of *slots*, one per leaf of its type: a number is one slot, a complex number two, a string two (bytes,
//! length), a slice three, an interface two (type, data), a struct the concatenation of its fields. The zero value of every type
//! is a run of [`Slot::ZERO`]: false, 0, nil and the empty string look alike, so that fresh storage needs no types.

use crate::entity::{FuncId, TypeId};

/// An object of the run, by number; never used twice in a run.
pub(super) type Obj = u32;

/// One leaf of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub(super) enum Slot {
    /// A number, as the bits it has in memory with zeros above; 0 is nil as well.
    Bits(u64),
    /// An object and a cell in it; a map, channel or closure is a pointer to cell 0 of its object.
    Ptr(Obj, u32),
    /// An object and a byte in it where no cell of the pointer's type lies. It may be moved on, but not followed.
    Raw(Obj, u32),
    /// A function without bindings.
    Func(FuncId),
    /// A function of the outside, with this signature.
    Outside(TypeId),
    /// The dynamic type of an interface: a row of the type table, or [`RUNTIME_ERROR`].
    Type(u32),
    /// An iterator.
    Iter(u32),
}

impl Default for Slot {
    fn default() -> Self {
        Self::ZERO
    }
}

impl Slot {
    /// Zero, nil, false.
    pub(super) const ZERO: Self = Self::Bits(0);

    /// The bits of a number; 0 for anything else.
    #[inline]
    pub(super) const fn bits(self) -> u64 {
        match self {
            Self::Bits(bits) => bits,
            _ => 0,
        }
    }

    /// Whether it is the zero value.
    #[inline]
    pub(super) const fn is_zero(self) -> bool {
        matches!(self, Self::Bits(0))
    }

    /// The object it points to.
    #[inline]
    pub(super) const fn object(self) -> Option<Obj> {
        match self {
            Self::Ptr(obj, _) | Self::Raw(obj, _) => Some(obj),
            _ => None,
        }
    }
}

/// The dynamic type of the errors the run-time system panics with: no row of any type table.
pub(super) const RUNTIME_ERROR: u32 = u32::MAX - 1;

const _: () = assert!(size_of::<Slot>() == 16);
