//! The intrinsics: numbered operations whose flows are a table, so that growth needs no opcodes.

use super::opcode::{Arity, FlowRow, From, To, Why};

/// A row of the intrinsic table.
#[derive(Clone, Copy, Debug)]
pub struct Intrinsic {
    /// Number in images, never reused.
    pub id: u32,
    /// Name in the readable form.
    pub name: &'static str,
    /// Operands.
    pub args: Arity,
    /// Results.
    pub results: u8,
    /// Flows for the escape models.
    pub flows: &'static [FlowRow],
    /// One line for the documentation.
    pub doc: &'static str,
}

const fn n(n: u16) -> Arity {
    Arity { min: n, max: n }
}
const fn from(min: u16) -> Arity {
    Arity { min, max: u16::MAX }
}
const FIRST: &[FlowRow] = &[FlowRow { from: From::Arg(0), to: To::Result(0), why: Why::Slice }];
const ALL: &[FlowRow] = &[FlowRow { from: From::Args(0), to: To::Result(0), why: Why::Assign }];
const COPY: &[FlowRow] = &[
    FlowRow { from: From::Arg(0), to: To::Mutator, why: Why::Copied },
    FlowRow { from: From::Elements(1), to: To::Heap, why: Why::Copied },
];
const MUTATE: &[FlowRow] = &[FlowRow { from: From::Arg(0), to: To::Mutator, why: Why::StoreIndirect }];
const ESCAPE: &[FlowRow] = &[FlowRow { from: From::Arg(0), to: To::Heap, why: Why::Forced }];
const PANIC: &[FlowRow] = &[FlowRow { from: From::Arg(0), to: To::Heap, why: Why::Panicked }];

macro_rules! intrinsics {
    ($($name:ident = $id:literal, $text:literal, $args:expr, $results:literal, $flows:expr, $doc:literal;)*) => {
        $(#[doc = $doc] pub const $name: u32 = $id;)*

        /// Every row, ascending by number.
        pub const TABLE: &[Intrinsic] = &[
            $(Intrinsic { id: $id, name: $text, args: $args, results: $results, flows: $flows, doc: $doc },)*
        ];
    };
}

intrinsics! {
    PRINT = 1, "print", from(0), 0, &[], "Writes its operands to standard error.";
    PRINTLN = 2, "println", from(0), 0, &[], "Writes its operands to standard error, spaces between and a newline after.";
    COPY_ELEMENTS = 3, "copy", n(2), 1, COPY, "Copies elements from the second slice or string into the first slice; the number copied.";
    CLEAR = 4, "clear", n(1), 0, MUTATE, "Empties a map, or zeroes the elements of a slice.";
    MIN = 5, "min", from(1), 1, ALL, "The smallest operand.";
    MAX = 6, "max", from(1), 1, ALL, "The largest operand.";
    UNSAFE_SLICE = 7, "unsafe_slice", n(2), 1, FIRST, "A slice over the memory at an address.";
    UNSAFE_STRING = 8, "unsafe_string", n(2), 1, FIRST, "A string over the memory at an address.";
    UNSAFE_SLICE_DATA = 9, "unsafe_slice_data", n(1), 1, FIRST, "The address of a slice's array.";
    UNSAFE_STRING_DATA = 10, "unsafe_string_data", n(1), 1, FIRST, "The address of a string's bytes.";
    CLOSE = 11, "close", n(1), 0, &[], "Closes a channel.";
    REAL = 12, "real", n(1), 1, &[], "The real part.";
    IMAG = 13, "imag", n(1), 1, &[], "The imaginary part.";
    COMPLEX = 14, "complex", n(2), 1, &[], "A complex number of its parts.";
    ESCAPE_VALUE = 15, "escape", n(1), 0, ESCAPE, "Makes everything its operand points to outlive the program.";
    KEEP_ALIVE = 16, "keep_alive", n(1), 0, &[], "Keeps its operand alive up to here.";
    DELETE = 17, "delete", n(2), 0, &[], "As `map_delete`, for `go` and `defer`.";
    RECOVER_DISCARD = 18, "recover_discard", n(0), 0, &[], "As `recover`, for `go` and `defer`.";
    PANIC_VALUE = 19, "panic_value", n(1), 0, PANIC, "As `panic`, for `go` and `defer`.";
}

/// The intrinsic with this number, if there is one.
#[must_use]
pub fn by_id(id: u32) -> Option<&'static Intrinsic> {
    TABLE.get((id as usize).wrapping_sub(1))
}

/// The intrinsic with this name in the readable form.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Intrinsic> {
    TABLE.iter().find(|row| row.name == name)
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_dense_from_one() {
        for (i, row) in super::TABLE.iter().enumerate() {
            assert_eq!(row.id as usize, i + 1, "{}", row.name);
            assert_eq!(super::by_id(row.id).map(|r| r.name), Some(row.name));
        }
        assert!(super::by_id(0).is_none());
    }
}
