//! The readable form of a module (`.oir`): for tests, for people, for diffs.
//!
//! [`print()`] writes every row of every table, so that ids survive: `parse(print(m))` is `m`, table for table (strings are
//! numbered anew, in the order of the text), and printing what was parsed from canonical text gives that text back. [`parse`]
//! takes more than `print` writes: ids, positions and whole tables may be left out, values and blocks may have names, types
//! may be written in place. That is how tests are written by hand.
//!
//! ```text
//! module "main"
//! type t0 = int
//! type t1 = *int
//! func f0 main.g func(int) *int @main.go:3:6 {
//! b0(v0: int):
//!   v1: *int = var s0 "x" {param 0} @3:8      ; a maker declares its site: id, name, whatever differs from the default
//!   store v1, v0 @3:8
//!   return v1 @4:2
//! }
//! ```
//!
//! A statement is a line and a comment begins at `;`. An instruction is `results = opcode aux operands [attributes] @position`.
//! A type is written as in Go where the table has exactly one row of that structure, else `t4`; a function or global by its
//! name where that is unique, else `f3`; a position by file, line and column, the file only where it changes. The table of
//! positions is written out only if numbering positions in the order of the text would not give the same numbers. What a
//! correct module never has (an immediate too many, an unknown operator) is still written, after the word `raw`.
//! `docs/ir.md` has the whole grammar.
//!
//! The parser does not trust its input: nesting is bounded, and nothing it accepts is more than the sum of its lines. Whether
//! the module makes sense is for [`crate::ir::verify()`] to say; text is the only form in which wrong modules are written on purpose.

mod error;
mod lex;
mod names;
mod parse;
mod print;

pub use error::ParseError;
pub use parse::parse;
pub use print::print;

#[cfg(test)]
mod tests;
