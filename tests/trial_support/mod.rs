//! A program from bytes, tried: the body of the test and of the fuzz target.

use outlive::ir::verify;
use outlive::lab::r#gen::{Features, generate};
use outlive::lab::trial::Court;
use std::cell::RefCell;

thread_local! {
    /// Its memory serves trial after trial.
    static COURT: RefCell<Court> = RefCell::new(Court::new());
}

/// Generates, verifies, analyses, checks and runs.
///
/// # Panics
/// If the program is not correct, or a verdict is not.
pub(crate) fn fuzz(bytes: &[u8]) {
    let (seed, program) = bytes.split_first().unwrap_or((&0, &[]));
    let module = generate(program, &Features::ALL);
    if let Err(errors) = verify(&module) {
        panic!("{}\n{}", errors[0], outlive::text::print(&module));
    }
    let found = COURT.with_borrow_mut(|court| court.try_program(&module, u64::from(*seed)));
    if let Some(first) = found.first() {
        panic!("{} findings, the first: {first}\n{}", found.len(), outlive::text::print(&module));
    }
}
