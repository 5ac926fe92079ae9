//! Passes: from IR to IR.
//!
//! A pass reads a module and gives a new one; modules are immutable, and analysis never changes the one it was given. What all passes
//! keep: ids of functions, sites, types, globals and strings, so that answers about what a pass has written are answers about
//! what the client wrote. What none keeps: numbers of instructions and values, which are positions. `rewrite` writes bodies anew
//! and takes attributes and positions along.

pub mod mem2reg;
mod rewrite;

pub use mem2reg::{Promoter, mem2reg};
