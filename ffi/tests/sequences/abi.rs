// The modules of the C ABI, at the root of whoever includes this file: they name each other from the root, and their crate makes
// a static and a shared library only, which Rust cannot import. What they import as `outlive_core` the support of the tests
// imports as `outlive`; `extern crate` gives the crate the name that is missing.

#[path = "../../src/analysis.rs"]
pub mod analysis;
#[path = "../../src/builder/mod.rs"]
pub mod builder;
#[path = "../../src/check.rs"]
pub mod check;
#[path = "../../src/error.rs"]
pub mod error;
#[path = "../../src/explain.rs"]
pub mod explain;
#[path = "../../src/facts.rs"]
pub mod facts;
#[path = "../../src/growable.rs"]
mod growable;
#[path = "../../src/guard.rs"]
mod guard;
#[path = "../../src/image.rs"]
pub mod image;
#[path = "../../src/limits.rs"]
pub mod limits;
#[path = "../../src/lookup.rs"]
pub mod lookup;
#[path = "../../src/module.rs"]
pub mod module;
#[path = "../../src/options.rs"]
pub mod options;
#[path = "../../src/passes.rs"]
pub mod passes;
#[path = "../../src/result.rs"]
pub mod result;
#[path = "../../src/rows.rs"]
pub mod rows;
#[path = "../../src/status.rs"]
pub mod status;
#[path = "../../src/text.rs"]
pub mod text;
#[path = "../../src/version.rs"]
pub mod version;
#[path = "../../src/words.rs"]
pub mod words;
