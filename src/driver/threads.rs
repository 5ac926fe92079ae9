//! How many threads an analysis is worth.

use super::Options;
use crate::escape::faults;
use crate::ir::Module;
use std::num::NonZero;
use std::thread::available_parallelism;

/// With fewer instructions for each, threads cost more than they give: about a millisecond of work.
const INSTRUCTIONS: usize = 16 << 10;
/// Each worker has tables of the module's size; nobody has been seen to gain by more.
const MOST: usize = 64;

/// The number of threads for a module.
pub(super) fn sensible(module: &Module, options: &Options) -> usize {
    let worth = (module.num_insts() / INSTRUCTIONS).min(MOST);
    if worth <= 1 || options.threads == 1 || faults::any() {
        return 1;
    }
    let asked = match options.threads {
        0 => available_parallelism().map_or(1, NonZero::get),
        n => n,
    };
    asked.min(worth)
}
