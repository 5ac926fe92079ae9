//! The program generator: from a byte string to a module that runs.
//!
//! **The problem.** A proof by running is as good as the programs that are run. They must be correct (the verifier accepts
//! them), end soon and not in an accident, reach every construct and every rule of the models, store pointers wherever pointers
//! can go, and *use* them later, in another iteration or after the function that made them has returned, so that storage that
//! died too soon is noticed.
//!
//! **Invariants.** [`generate`] is total and deterministic: any bytes and any [`Features`] give a module that verifies, whose
//! function 0 is `main.main`, without parameters or results. Attributes and promises are truthful: a variable captured by
//! value never changes, a target is the only one, an integer made from a pointer becomes one again within the same expression. Runs
//! end: loops count to small numbers and every ordinary function takes from a global counter.
//!
//! **The algorithm.** Bytes are choices (`bytes`), a segment for each body. A cast of few types (`types`) makes values meet. A program (`program`) is a few
//! functions, methods and externals, planned first, then filled: statements (`stmt`) are a table of weighted productions, each a
//! small function; they ask for values of a type (`values`, `calls`) and use them (`touch`). Memory form mainly, as a front end
//! writes it; parameters without variables and block parameters are features. [`shrink`] deletes bytes and features.
//!
//! **Deliberately not done.** Type parameters, gotos (control flow is structured), races that would make a run depend on more
//! than the scheduler, unsafe code that a collector would not survive.

mod bytes;
mod calls;
mod coverage;
mod features;
mod frame;
mod program;
mod shrink;
mod stmt;
mod touch;
mod types;
mod values;

pub use coverage::Coverage;
pub use features::Features;
pub use shrink::shrink;

use crate::entity::{FileId, FuncId, GlobalId, PosId, TypeId};
use crate::ir::{Module, ModuleBuilder};
use bytes::{CUT, Source};
use calls::Func;
use frame::Frame;
use types::{Types, Universe};

/// A program from bytes: a verified module whose function 0 is the entry, without parameters and results.
#[must_use]
pub fn generate(bytes: &[u8], features: &Features) -> Module {
    program::program(bytes, features)
}

/// Bytes for [`generate`], from a number: as many as a program of ordinary size reads, fewer now and then in a body.
#[must_use]
pub fn random_bytes(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        // SplitMix64: every seed, 0 too, gives an unrelated sequence.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let mut bytes = Vec::new();
    for segment in 0..SEGMENTS {
        let words = match segment {
            0 | 1 => 8,
            _ if next() % 8 == 0 => next() % 8,
            _ => 8 + next() % 32,
        };
        bytes.extend((0..words).flat_map(|_| next().to_le_bytes()));
        bytes.extend(CUT);
    }
    bytes
}

/// Segments of random bytes: two, and as many bodies as a program ever has.
const SEGMENTS: u32 = 20;

/// A program being generated.
struct Gen<'a> {
    m: ModuleBuilder,
    src: Source<'a>,
    f: &'a Features,
    t: Types,
    u: Universe,
    /// The function being filled.
    fr: Frame,
    funcs: Vec<Func>,
    globals: Vec<(GlobalId, TypeId)>,
    /// Types that have been put into interfaces.
    boxed: Vec<TypeId>,
    /// Types with the methods `Get` and `Swap`.
    implementers: Vec<TypeId>,
    /// The counter that ends recursion.
    fuel: GlobalId,
    file: FileId,
    /// The current statement's line; every statement has one of its own.
    line: u32,
    pos: PosId,
    /// Number of the last name made up.
    names: u32,
    /// The external function that takes integers made from pointers.
    integer_taker: Option<FuncId>,
    /// Instructions so far.
    emitted: usize,
}
