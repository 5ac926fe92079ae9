//! Ids and containers that know nothing of the IR.
//!
//! An *entity* is a row of a dense table and its id is the row's number: four bytes, `Copy`, one Rust type per table so that
//! ids of different tables cannot be mixed. The last `u32` is reserved for "none", which is what lets [`Opt`] hold an optional
//! id in four bytes where `Option<Id>` takes eight.

pub mod hash;
mod ids;
mod opt;

pub use ids::{BlockId, FileId, FuncId, GlobalId, InstId, PosId, SiteId, StrId, TypeId, Value};
pub use opt::{NONE, Opt};
