//! The C ABI of Outlive: opaque handles and plain data over the core, nothing more.
//!
//! *The problem.* Clients in C, C++ and Go are compiled years apart from the library, run it on several threads, feed it bytes
//! nobody checked and free things in any order. So everything here is chosen to be addable to, never changeable: statuses and
//! constants have explicit numbers; structures that grow begin with their size; arrays come with the size of their entries.
//!
//! *Invariants.*
//! 1. No panic leaves: every export runs inside [`guard`]. The library is never built with `panic = "abort"`.
//! 2. Arguments go receiver, inputs, outputs. Outputs are written last, together, and only on success; the one exception is the
//!    error object, which is written only on failure.
//! 3. Every pointer is checked for NULL and every length for sense before it is read. Beyond that C gives no means to check.
//! 4. A handle is freed by its own `_free`, which accepts NULL. What borrows from a handle says so.
//! 5. Handles behind `const` are immutable: `Send + Sync`, asserted in this crate.
//! 6. No state outside handles: no thread-local error, no global option, no environment, no output. The one exception is the
//!    counter of stamps in `builder/entities.rs`.
//! 7. A handle keeps what it needs alive: explanations may outlive the result they explain.
//!
//! `unsafe` appears in this crate and nowhere else in the workspace. Types and functions bear their C names, because the header
//! is generated from these files; the numbered constants of the header are generated from the core's tables
//! (`tests/header.rs`).
//!
//! *Deliberately not done.* No calls per instruction from Go, where each has its price: a module travels as one image. No callbacks. No allocator hook: what the
//! library allocates, the library frees.
#![allow(non_camel_case_types, reason = "types bear the names they have in C")]
#![allow(
    clippy::missing_safety_doc,
    reason = "the contract of pointers is one, stated at the top of the header and in docs/abi.md"
)]

pub mod analysis;
pub mod builder;
pub mod check;
pub mod error;
pub mod explain;
pub mod facts;
mod growable;
mod guard;
pub mod image;
#[cfg(test)]
mod layout;
pub mod limits;
pub mod lookup;
pub mod module;
pub mod options;
pub mod passes;
pub mod result;
pub mod rows;
pub mod status;
pub mod suggest;
pub mod text;
pub mod version;
pub mod words;
