//! The image: a module, or the answers about it, as one flat run of little-endian words.
//!
//! Across a language border a whole module travels as one image and the answers come back as one; `docs/image.md` has the
//! format row by row. [`encode`] is deterministic: equal modules give equal bytes, and what it writes is the only form it
//! writes, so `encode(decode(x)) == x` for every image that came out of it or of another canonical writer.
//!
//! [`decode`] trusts nothing. Ids, ranges and counts are checked against the tables they point into *before* anything is
//! reserved for them, so a hostile image of `n` bytes costs time linear in `n` and never more than `8 n` bytes and a mebibyte.
//! What it returns is safe to index: every id exists, every body is a run of non-empty blocks that end in their only
//! terminator, operands are values of the function, types have a size. Whether an instruction makes sense of its operands'
//! types, and whether a value is defined before its uses, is [`crate::ir`]'s verifier's business.
//!
//! Deliberately not done: reading in place (an instruction of the image has variable length; consumers want random access),
//! compression, checksums of anything but bodies (a table that is damaged is either inconsistent or somebody else's program).

mod answers;
mod decode;
mod encode;
mod error;
mod facts;
mod frame;
mod hash;
mod section;

pub use answers::{Answers, decode_answers, encode_answers};
pub use decode::{Limits, decode, decode_under};
pub use encode::encode;
pub use error::{ImageError, ImageErrorKind};
pub use facts::{FactFlow, FactFunc, Facts, Under, decode_facts, encode_facts};
pub use frame::{
    CRITICAL, HEADER_SIZE, MAGIC_ANSWERS, MAGIC_FACTS, MAGIC_MODULE, MAJOR, MINOR, SECTION_ALIGN, TABLE_ENTRY_SIZE,
};
pub use hash::body_hash;
pub use section::{ANSWERS_SECTIONS, FACTS_SECTIONS, MODULE_SECTIONS, SectionSpec};
