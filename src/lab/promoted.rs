//! Programs with their verdicts written into them.
//!
//! A client that has its program promoted runs another one: placements are part of it, structs are taken apart, variables are
//! values. Each trial promotes the program by the verdicts of model `precise` in one of the [`ORDERS`], chosen by the trial's
//! seed: one run more, and over many programs every order with everything the generator writes.
//!
//! *The same.* What passes take away changes how many instructions there are, and so where goroutines take turns. Where a program
//! has goroutines and an order takes away, both run cooperatively. A run a limit has cut short is not held against another: how
//! much was seen until then may differ.

use super::interp::{Config, End, Machine, Outcome};
use crate::driver::{Model, Options, analyze};
use crate::ir::{CallMode, Module};
use crate::opt;

/// The passes of each order, as lists of names.
pub const ORDERS: &[&str] = &[
    "promote",
    "scalar-replacement,promote",
    "scalar-replacement,mem2reg,fold,dce,promote",
    "capture-by-value,scalar-replacement,mem2reg,fold,dce,promote",
    "mem2reg,fold,dce,scalar-replacement,mem2reg,promote,mem2reg,fold,dce",
    "promote,mem2reg,fold,dce",
];

/// The order of a trial.
#[must_use]
pub fn order(seed: u64) -> &'static str {
    ORDERS[(seed % ORDERS.len() as u64) as usize]
}

/// The program after the passes of an order; sites have the placements of model `precise`.
///
/// # Errors
/// What the verifier says of a pass's output, or of an order that cannot be.
pub fn promoted(module: &Module, order: &str) -> Result<Module, String> {
    let options = Options { model: Model::Precise, ..Options::default() };
    let plan = opt::plan(order).map_err(|error| error.to_string())?;
    opt::run(module.clone(), &plan, |module| analyze(module, &options).verdicts).map_err(|broken| broken.to_string())
}

/// How a promoted program ran.
#[derive(Debug)]
pub struct Comparison {
    /// The run of the promoted program.
    pub outcome: Outcome,
    /// Whether it did what the program did before, or a limit ended either.
    pub same: bool,
}

/// Runs a promoted program as `config` says. `before`: the program, and its run without verdicts as `config` says.
pub fn compare(
    machine: &mut Machine,
    before: (&Module, &Outcome),
    after: &Module,
    order: &str,
    config: &Config<'_>,
) -> Comparison {
    let cooperative = order != "promote" && has_goroutines(before.0);
    let config = Config { cooperative, ..*config };
    let outcome = machine.run(after, &config);
    let again = cooperative.then(|| machine.run(before.0, &config));
    let was = again.as_ref().unwrap_or(before.1);
    let cut = |outcome: &Outcome| matches!(outcome.end, End::Limit(_));
    let same = cut(was) || cut(&outcome) || (&was.end, was.trace) == (&outcome.end, outcome.trace);
    Comparison { outcome, same }
}

fn has_goroutines(module: &Module) -> bool {
    let starts =
        |func| module.body(func).insts.iter().any(|i| i.op.call().is_some_and(|(_, mode)| mode == CallMode::Go));
    module.funcs.indices().any(starts)
}
