//! Sites: one row for everything that creates storage.

use super::opcode::Opcode;
use crate::entity::{FuncId, Opt, PosId, SiteId, StrId, TypeId};

macro_rules! kinds {
    ($($name:ident = $num:literal, $text:literal, $doc:literal;)*) => {
        /// What a site allocates. The discriminant is its number in images.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum SiteKind { $(#[doc = $doc] $name = $num,)* }

        impl SiteKind {
            /// Every kind with its word in the readable form and a line of documentation, ascending by number.
            pub const ALL: &[(Self, &str, &str)] = &[$((Self::$name, $text, $doc),)*];

            /// The kind with this number.
            #[must_use]
            pub const fn from_number(number: u32) -> Option<Self> {
                match number { $($num => Some(Self::$name),)* _ => None }
            }

            /// Its word in the readable form.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The kind with this word in the readable form.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$name),)* _ => None }
            }
        }
    };
}

kinds! {
    Var = 1, "var", "A local variable.";
    Param = 2, "param", "A parameter's variable; the index is the parameter's number, the receiver being 0.";
    Result = 3, "result", "A result's variable; the index is the result's number.";
    New = 4, "new", "`new(T)`.";
    Literal = 5, "literal", "`&T{}`.";
    SliceLiteral = 6, "slice_literal", "The array behind `[]T{}`.";
    Variadic = 7, "variadic", "The array behind the variadic arguments of a call.";
    MakeSlice = 8, "make_slice", "`make([]T, n)`.";
    Map = 9, "map", "`make(map[K]V)`.";
    MapLiteral = 10, "map_literal", "`map[K]V{}`.";
    Chan = 11, "chan", "`make(chan T)`.";
    Closure = 12, "closure", "The record of a function literal.";
    MethodValue = 13, "method_value", "The record of a method bound to its receiver.";
    Box = 14, "box", "A value converted to an interface.";
    Concat = 15, "concat", "The bytes of a concatenation of strings.";
    StringConversion = 16, "string_conversion", "The bytes of a conversion between string and slice.";
    Append = 17, "append", "The array an append may grow into.";
}

impl SiteKind {
    /// Whether it is a variable of the program: a local, a parameter or a result.
    #[must_use]
    pub const fn is_variable(self) -> bool {
        matches!(self, Self::Var | Self::Param | Self::Result)
    }

    /// Whether an opcode makes sites of this kind.
    #[must_use]
    pub const fn made_by(self, op: Opcode) -> bool {
        match op {
            Opcode::Var => self.is_variable(),
            // A make of constant size may be an array, and a conversion of a constant to a slice a literal.
            Opcode::New => {
                matches!(self, Self::New | Self::Literal | Self::SliceLiteral | Self::Variadic | Self::MakeSlice)
            }
            Opcode::MakeSlice => matches!(self, Self::MakeSlice),
            Opcode::MakeMap => matches!(self, Self::Map | Self::MapLiteral),
            Opcode::MakeChan => matches!(self, Self::Chan),
            Opcode::MakeIface => matches!(self, Self::Box),
            Opcode::MakeClosure => matches!(self, Self::Closure),
            Opcode::MethodValue => matches!(self, Self::MethodValue),
            Opcode::Concat => matches!(self, Self::Concat),
            Opcode::Convert => matches!(self, Self::StringConversion | Self::SliceLiteral),
            Opcode::Append | Opcode::AppendSlice => matches!(self, Self::Append),
            _ => false,
        }
    }
}

/// Site flag: the client does not list it (folded, a duplicate, synthetic).
pub const SILENT: u32 = 1;

/// A row of the site table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Site {
    /// What it allocates.
    pub kind: SiteKind,
    /// Type of the storage; of the slice for `make_slice` and appends.
    pub ty: TypeId,
    /// The function it lies in.
    pub func: FuncId,
    /// Where.
    pub pos: PosId,
    /// The variable's name, or the allocation as source text.
    pub name: StrId,
    /// Number of the parameter or result.
    pub index: u32,
    /// Bits; see [`SILENT`].
    pub flags: u32,
    /// For an inlined copy, the site it copies.
    pub parent: Opt<SiteId>,
    /// For an inlined copy, the call it came through (an instruction's number in the module), else [`crate::entity::NONE`].
    pub call: u32,
}
