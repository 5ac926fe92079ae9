//! Passes: from IR to IR, and their order.
//!
//! *The problem.* Analyses want programs in another form than clients write them, and clients want what an analysis found written
//! into their program. Each pass does one such step; which steps can follow which is not obvious to whoever asks for a sequence.
//!
//! *Invariants.* A pass reads a module and gives a new one; analysis never changes the one it was given. Functions, types, globals and
//! the client's sites keep their ids, so answers about what a pass has written are answers about what the client wrote; a pass may add
//! sites and types at the end of the tables. Numbers of instructions and values are positions and change; `rewrite` writes bodies anew and
//! takes attributes and positions along. What passes the verifier passes it afterwards, and does the same when it runs.
//!
//! *Orders.* A pass says what it needs to hold of the module and what it refuses; [`plan`] takes a list of names and refuses an order that
//! cannot be, naming the pass and the reason, before anything runs. [`run`] runs a plan and verifies after each pass.
//!
//! *Not done.* No pass runs to a fixpoint with another; who wants that names both twice. There is no inlining yet.

mod capture;
mod dce;
mod effects;
mod fold;
mod mem2reg;
mod promote;
mod rewrite;
mod scalar;

pub use capture::capture_by_value;
pub use dce::dce;
pub use fold::fold;
pub use mem2reg::{Promoter, mem2reg};
pub use promote::{placements, promote};
pub use scalar::{MAX_LEAVES, scalar_replacement};

use crate::fact::Verdict;
use crate::ir::{Module, VerifyError, verify};
use std::fmt;

/// What a pass does with a module.
#[derive(Clone, Copy)]
enum Run {
    /// A function of the module.
    Plain(fn(&Module) -> Module),
    /// A function of the module and the verdicts on its sites.
    Placed(fn(&Module, &[Verdict]) -> Module),
}

/// A pass.
pub struct Pass {
    /// Its name in lists.
    pub name: &'static str,
    /// What it does, in a line.
    pub doc: &'static str,
    /// Names of passes that may not have run before it, each with the reason.
    pub not_after: &'static [(&'static str, &'static str)],
    run: Run,
}

impl Pass {
    /// Whether it is given the verdicts on the module's sites.
    #[must_use]
    pub const fn needs_verdicts(&self) -> bool {
        matches!(self.run, Run::Placed(_))
    }
}

impl fmt::Debug for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

const PLACED: &str = "the placements are written down already";

/// All passes, in the order in which a sequence of all of them makes sense.
pub const PASSES: &[Pass] = &[
    Pass {
        name: "capture-by-value",
        doc: "Binds the values of variables that do not change once their closure is made, not their addresses.",
        not_after: &[("promote", "the placements are those of a program whose closures hold addresses")],
        run: Run::Plain(capture_by_value),
    },
    Pass {
        name: "scalar-replacement",
        doc: "Takes struct variables apart whose fields are addressed one by one.",
        not_after: &[("promote", "it makes new storage, which has no placement")],
        run: Run::Plain(scalar_replacement),
    },
    Pass {
        name: "mem2reg",
        doc: "Promotes variables that are only loaded and stored to values.",
        not_after: &[],
        run: Run::Plain(mem2reg),
    },
    Pass {
        name: "fold",
        doc: "Folds constants, sizes, and branches whose outcome is known.",
        not_after: &[],
        run: Run::Plain(fold),
    },
    Pass {
        name: "dce",
        doc: "Takes away blocks nothing reaches and what is computed for nobody.",
        not_after: &[],
        run: Run::Plain(dce),
    },
    Pass {
        name: "promote",
        doc: "Writes the placement of each site's storage into the module, from the verdicts of the model.",
        not_after: &[("promote", PLACED)],
        run: Run::Placed(promote),
    },
];

/// Why a sequence of passes is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PlanError {
    /// There is no pass of this name.
    Unknown(String),
    /// A pass cannot run after another.
    Order {
        /// The pass.
        pass: &'static str,
        /// The one that would have run before it.
        after: &'static str,
        /// Why not.
        reason: &'static str,
    },
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => {
                let names: Vec<&str> = PASSES.iter().map(|pass| pass.name).collect();
                write!(f, "unknown pass `{name}`; there are {}", names.join(", "))
            }
            Self::Order { pass, after, reason } => write!(f, "{pass} cannot run after {after}: {reason}"),
        }
    }
}

impl std::error::Error for PlanError {}

/// The passes of a list of names with commas between them, if they can run in that order.
///
/// # Errors
/// The first name that is none, or the first pass that cannot run after one before it.
pub fn plan(names: &str) -> Result<Vec<&'static Pass>, PlanError> {
    let mut plan: Vec<&'static Pass> = Vec::new();
    for name in names.split(',').map(str::trim) {
        let pass = PASSES.iter().find(|pass| pass.name == name);
        let pass = pass.ok_or_else(|| PlanError::Unknown(name.to_owned()))?;
        for &(after, reason) in pass.not_after {
            if plan.iter().any(|before| before.name == after) {
                return Err(PlanError::Order { pass: pass.name, after, reason });
            }
        }
        plan.push(pass);
    }
    Ok(plan)
}

/// A pass whose output is wrong: a defect of the library.
#[derive(Debug)]
pub struct Broken {
    /// The pass.
    pub pass: &'static str,
    /// What the verifier says of its output.
    pub errors: Vec<VerifyError>,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pass {} has broken the module", self.pass)?;
        self.errors.iter().try_for_each(|error| write!(f, "\n{error}"))
    }
}

impl std::error::Error for Broken {}

/// Runs passes over a verified module. A pass that needs verdicts gets those that `analyze` finds on the module as it then is.
///
/// # Errors
/// The pass whose output does not verify.
pub fn run(
    module: Module,
    plan: &[&Pass],
    mut analyze: impl FnMut(&Module) -> Vec<Verdict>,
) -> Result<Module, Box<Broken>> {
    let mut module = module;
    for pass in plan {
        module = match pass.run {
            Run::Plain(run) => run(&module),
            Run::Placed(run) => {
                let verdicts = analyze(&module);
                run(&module, &verdicts)
            }
        };
        if let Err(errors) = verify(&module) {
            return Err(Box::new(Broken { pass: pass.name, errors }));
        }
    }
    Ok(module)
}
