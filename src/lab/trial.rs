//! A program's trial: analysed by every model, its verdicts checked, and run.
//!
//! The program runs once without verdicts, where nothing dies, and once under the verdicts of each model. Three things may be
//! found. The machine saw a *violation*: a wrong verdict. The checker *rejected* an answer: a wrong verdict, or a certificate
//! that does not show why it is right. The program *behaved differently* under the verdicts: a mistake of the machine itself,
//! for a placement must not be observable. Then it is promoted by the verdicts of model `precise` ([`promoted`]),
//! which must hold as well.

use super::r#gen::{Features, generate, random_bytes};
use super::interp::{Config, Limits, Machine, Outcome, Violation};
use super::promoted::{self, compare};
use crate::check::Rejection;
use crate::driver::{Analysis, Model, Options, analyze_certified, check};
use crate::entity::FuncId;
use crate::fact::Placement;
use crate::ir::Module;

/// What a trial can find. Each names the model whose verdicts were tried.
#[derive(Clone, Debug)]
pub enum Finding {
    /// Storage was used, or could be, after its end.
    Violation(Model, Violation),
    /// The checker does not accept the verdicts.
    Rejected(Model, Rejection),
    /// The program behaved differently than without verdicts.
    Observed(Model),
    /// The program promoted by the passes of this order is not right, or is and does another thing.
    Promoted(&'static str, String),
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Violation(model, violation) => write!(f, "model {}: {violation}", model.name()),
            Self::Rejected(model, rejection) => write!(f, "model {}: rejected: {rejection}", model.name()),
            Self::Observed(model) => {
                write!(f, "model {}: the program behaves differently under the verdicts", model.name())
            }
            Self::Promoted(order, what) => write!(f, "after {order}: {what}"),
        }
    }
}

/// Sums over trials.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Programs.
    pub programs: u64,
    /// Objects made in runs under verdicts.
    pub objects: u64,
    /// Instructions executed, all runs.
    pub instructions: u64,
    /// Findings.
    pub violations: u64,
    /// Programs by the number of objects they made in the run without verdicts, capped at the last entry.
    pub by_objects: Vec<u64>,
    /// Verdicts of model `gc`, and those of them that are not the heap.
    pub sites: u64,
    /// See `sites`.
    pub below: u64,
    /// Those of `below` whose storage was made and came to its end while execution went on.
    pub exercised: u64,
    /// Programs that ended otherwise than by returning from `main`.
    pub cut_short: u64,
    /// Programs that also ran promoted.
    pub promoted: u64,
}

const OBJECTS: usize = 4096;

impl Tally {
    /// Adds another's sums.
    pub fn add(&mut self, other: &Self) {
        self.programs += other.programs;
        self.objects += other.objects;
        self.instructions += other.instructions;
        self.violations += other.violations;
        self.sites += other.sites;
        self.below += other.below;
        self.exercised += other.exercised;
        self.cut_short += other.cut_short;
        self.promoted += other.promoted;
        self.by_objects.resize(OBJECTS, 0);
        self.by_objects.iter_mut().zip(&other.by_objects).for_each(|(a, b)| *a += b);
    }

    /// Median number of objects of a program's run.
    #[must_use]
    pub fn median_objects(&self) -> usize {
        let mut left = self.programs / 2;
        self.by_objects
            .iter()
            .position(|&n| {
                n > left || {
                    left -= n;
                    false
                }
            })
            .unwrap_or(0)
    }

    /// How many in a hundred of what was judged not to be heap were put to the test.
    #[must_use]
    pub fn exercised_percent(&self) -> f64 {
        100.0 * self.exercised as f64 / self.below.max(1) as f64
    }

    /// How many sites in a hundred are not on the heap in model `gc`.
    #[must_use]
    pub fn below_percent(&self) -> f64 {
        100.0 * self.below as f64 / self.sites.max(1) as f64
    }
}

/// Where programs are tried; its memory serves trial after trial.
#[derive(Debug)]
pub struct Court {
    machine: Machine,
    limits: Limits,
    /// What has been tried.
    pub tally: Tally,
}

impl Default for Court {
    fn default() -> Self {
        Self::new()
    }
}

impl Court {
    /// A court that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        let limits = Limits { steps: 200_000, depth: 256, cells: 1 << 20 };
        Self { machine: Machine::new(), limits, tally: Tally { by_objects: vec![0; OBJECTS], ..Tally::default() } }
    }

    /// The program of a seed, with every feature.
    #[must_use]
    pub fn program(seed: u64) -> Module {
        generate(&random_bytes(seed), &Features::ALL)
    }

    /// Runs a program under verdicts, or without.
    pub fn run(&mut self, module: &Module, analysis: Option<&Analysis>, seed: u64) -> Outcome {
        let verdicts = analysis.map(|a| a.verdicts.as_slice());
        let config = Config { verdicts, limits: self.limits, seed, ..Config::new(FuncId::from_raw(0)) };
        self.machine.run(module, &config)
    }

    /// Tries a verified program whose entry is function 0.
    pub fn try_program(&mut self, module: &Module, seed: u64) -> Vec<Finding> {
        let mut found = Vec::new();
        let free = self.run(module, None, seed);
        self.tally.programs += 1;
        self.tally.instructions += free.stats.steps;
        self.tally.by_objects[(free.stats.objects as usize).min(OBJECTS - 1)] += 1;
        self.tally.cut_short += u64::from(free.end != super::interp::End::Returned);
        let open = Model::ALL.iter().map(|&(model, _)| Options { model, ..Options::default() });
        // Its functions are all there are: what the outside gives has no methods.
        let closed = Options { model: Model::Precise, closed: true, ..Options::default() };
        for options in open.chain([closed]) {
            let model = options.model;
            let (analysis, certificate) = analyze_certified(module, &options);
            if model.is_certified()
                && let Err(rejection) = check(module, &options, &analysis, &certificate)
            {
                found.push(Finding::Rejected(model, rejection));
            }
            let outcome = self.run(module, Some(&analysis), seed);
            self.tally.objects += outcome.stats.objects;
            self.tally.instructions += outcome.stats.steps;
            if outcome.trace != free.trace {
                found.push(Finding::Observed(model));
            }
            if model == Model::Gc {
                self.tally.sites += analysis.verdicts.len() as u64;
                let below = analysis.verdicts.iter().filter(|v| v.placement != Placement::Heap);
                for verdict in below {
                    self.tally.below += 1;
                    self.tally.exercised += u64::from(outcome.sites[verdict.site.index()].outlived > 0);
                }
            }
            found.extend(outcome.violations.into_iter().map(|v| Finding::Violation(model, v)));
        }
        found.extend(self.try_promoted(module, &free, seed));
        self.tally.violations += found.len() as u64;
        found
    }

    /// Tries the program with its verdicts written into it; `free` is its run without.
    fn try_promoted(&mut self, module: &Module, free: &Outcome, seed: u64) -> Option<Finding> {
        let order = promoted::order(seed);
        let after = match promoted::promoted(module, order) {
            Ok(after) => after,
            Err(error) => return Some(Finding::Promoted(order, error)),
        };
        let config = Config { limits: self.limits, seed, ..Config::new(FuncId::from_raw(0)) };
        let run = compare(&mut self.machine, (module, free), &after, order, &config);
        self.tally.promoted += 1;
        self.tally.objects += run.outcome.stats.objects;
        self.tally.instructions += run.outcome.stats.steps;
        match run.outcome.violations.first() {
            Some(violation) => Some(Finding::Promoted(order, violation.to_string())),
            None if run.same => None,
            None => Some(Finding::Promoted(order, "the program behaves differently".into())),
        }
    }
}
