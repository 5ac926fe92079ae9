//! Leads: what a better model could win.
//!
//! A site that model `gc` puts on the heap, that runs did reach, and none of whose objects was ever needed longer than some
//! activation, is a *lead*: it may be that no run needs it, and that this can be shown. Leads are counted by the reason of the
//! verdict. They are an upper bound of what can be won on these programs, not a promise: another input may need the storage.
//!
//! A lead is *won* if model `precise` does not have it on the heap. What it does not win is counted by its own reason, beside the
//! reason of model `gc`: that is the list of what is still to be had, or forbidden.

use super::interp::{Config, Machine, Need};
use crate::driver::{Model, Options, analyze};
use crate::entity::FuncId;
use crate::fact::Placement;
use crate::ir::Module;
use std::collections::BTreeMap;
use std::fmt;

/// Runs of each program, each from a seed of its own.
pub const RUNS: u64 = 8;

/// Leads of one reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Row {
    /// Sites on the heap.
    pub heap: u32,
    /// Those of them that made an object.
    pub reached: u32,
    /// Those of `reached` that never needed more than their iteration.
    pub iteration: u32,
    /// Those that never needed more than their function's activation.
    pub activation: u32,
    /// Those that never needed more than an activation up to three calls up.
    pub caller: u32,
    /// Leads that model `precise` does not have on the heap.
    pub won: u32,
}

impl Row {
    /// Sites that never needed the heap.
    #[must_use]
    pub fn leads(&self) -> u32 {
        self.iteration + self.activation + self.caller
    }

    fn add(&mut self, other: &Self) {
        self.heap += other.heap;
        self.reached += other.reached;
        self.iteration += other.iteration;
        self.activation += other.activation;
        self.caller += other.caller;
        self.won += other.won;
    }
}

/// Leads by reason.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Leads {
    /// By the reason's name.
    pub rows: BTreeMap<&'static str, Row>,
    /// Leads not won, by the reasons of models `gc` and `precise`.
    pub open: BTreeMap<(&'static str, &'static str), u32>,
    /// Programs.
    pub programs: u32,
}

impl Leads {
    /// Adds those of a verified program whose entry is function 0.
    pub fn add(&mut self, module: &Module, machine: &mut Machine) {
        self.programs += 1;
        let verdicts = analyze(module, &Options::default()).verdicts;
        let precise = analyze(module, &Options { model: Model::Precise, ..Options::default() });
        let mut seen = vec![(0_u32, Need::Iteration); module.sites.len()];
        for seed in 0..RUNS {
            let outcome = machine.run(module, &Config { seed, ..Config::new(FuncId::from_raw(0)) });
            for (sum, site) in seen.iter_mut().zip(&outcome.sites) {
                *sum = (sum.0 + site.born, sum.1.max(site.need));
            }
        }
        for verdict in verdicts.iter().filter(|v| v.placement == Placement::Heap) {
            let (born, need) = seen[verdict.site.index()];
            let reason = verdict.reason.name();
            let row = self.rows.entry(reason).or_default();
            row.heap += 1;
            row.reached += u32::from(born > 0);
            match need {
                _ if born == 0 => {}
                Need::Iteration => row.iteration += 1,
                Need::Activation => row.activation += 1,
                Need::Caller(_) => row.caller += 1,
                Need::Program => {}
            }
            if born > 0 && need != Need::Program {
                match precise.verdict(verdict.site).filter(|v| v.is_heap()) {
                    None => row.won += 1,
                    Some(kept) => *self.open.entry((reason, kept.reason.name())).or_default() += 1,
                }
            }
        }
    }

    /// The sum of all reasons.
    #[must_use]
    pub fn total(&self) -> Row {
        let mut total = Row::default();
        self.rows.values().for_each(|row| total.add(row));
        total
    }
}

impl fmt::Display for Leads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |f: &mut fmt::Formatter<'_>, name: &str, row: &Row| {
            let Row { heap, reached, iteration, activation, caller, won } = row;
            let leads = row.leads();
            writeln!(f, "{name:<24}{heap:>8}{reached:>8}{iteration:>11}{activation:>12}{caller:>8}{leads:>8}{won:>8}")
        };
        let [heap, reached, iteration] = ["heap", "reached", "iteration"];
        let [activation, caller, leads, won] = ["activation", "caller", "leads", "precise"];
        writeln!(
            f,
            "{:<24}{heap:>8}{reached:>8}{iteration:>11}{activation:>12}{caller:>8}{leads:>8}{won:>8}",
            "reason"
        )?;
        for (name, row) in &self.rows {
            line(f, name, row)?;
        }
        line(f, &format!("{} programs", self.programs), &self.total())?;
        writeln!(f, "\n{:<24}{:<24}{:>8}", "not won: reason of gc", "of precise", "leads")?;
        self.open.iter().try_for_each(|((gc, precise), n)| writeln!(f, "{gc:<24}{precise:<24}{n:>8}"))
    }
}
