//! The module analysed again with some flows gone.
//!
//! Only the components that are changed are taken again, and whatever refers to a component of which a summary has come out
//! differently, callees first; the summaries of the run are put back afterwards. That is the whole analysis as far as it could
//! differ, so its answer is that of an analysis of everything.

use super::super::Engine;
use super::super::explain::Explainer;
use super::super::facts::Judge;
use super::super::graph::{Edge, Graph};
use super::super::known::{Known, Summaries};
use super::super::solve::solve;
use super::super::worker::{Notes, Worker};
use crate::callgraph::Users;
use crate::control::Control;
use crate::entity::{FuncId, SiteId};
use crate::fact::{Extent, Leaks, SiteFact};
use crate::ir::Module;
use std::collections::BTreeSet;

/// What becomes of a flow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Effect {
    /// It is gone.
    Remove,
    /// What it points to flows instead.
    Lift,
    /// It stays, but the site it begins at is made at this loop depth.
    Hoist(u16),
    /// This parameter of an external function is not kept.
    Promise(FuncId, u32),
}

/// A flow of a component, and what becomes of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Alteration {
    pub(super) component: u32,
    pub(super) edge: u32,
    /// The flow as it was met.
    pub(super) was: Edge,
    pub(super) effect: Effect,
}

impl Alteration {
    /// The flow.
    pub(super) fn flow(&self) -> (u32, u32) {
        (self.component, self.edge)
    }
}

/// What an analysis with alterations has found.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    /// About the site it is all about; `None` if nothing about it could change.
    pub(super) fact: Option<SiteFact>,
    /// Sites that were on the heap and would not be.
    pub(super) freed: Vec<SiteId>,
    /// Some site would newly be on the heap.
    pub(super) worse: bool,
    /// Everything that could change was looked at.
    pub(super) complete: bool,
}

/// Changes the graph of a component as the alterations say that concern it; whether all of them could be.
pub(super) fn alter(graph: &mut Graph, component: u32, alterations: &[Alteration]) -> bool {
    alterations.iter().filter(|a| a.component == component).all(|a| {
        let edge = graph.edges.get_mut(a.edge as usize).filter(|edge| **edge == a.was);
        let Some(edge) = edge else { return matches!(a.effect, Effect::Promise(..)) };
        match a.effect {
            // A flow from a place to itself is none.
            Effect::Remove => (edge.src, edge.derefs) = (edge.dst, 0),
            Effect::Lift => edge.derefs += 1,
            Effect::Hoist(depth) => {
                let row = &mut graph.locs[a.was.src as usize];
                (row.storage_depth, row.holder_depth) = (depth, row.holder_depth.min(depth));
            }
            Effect::Promise(..) => {}
        }
        true
    })
}

/// The summaries that were changed, with what they were.
struct Journal<'a> {
    summaries: &'a Summaries,
    entries: Vec<(usize, Leaks)>,
}

impl Journal<'_> {
    /// Whether that is news.
    fn set(&mut self, n: usize, leaks: Leaks) -> bool {
        let old = self.summaries.get(n);
        if old == leaks {
            return false;
        }
        self.entries.push((n, old));
        self.summaries.set(n, leaks);
        true
    }
}

impl Drop for Journal<'_> {
    fn drop(&mut self) {
        for &(n, old) in self.entries.iter().rev() {
            self.summaries.set(n, old);
        }
    }
}

impl Explainer {
    /// Analyses the module with alterations, and says what that changes. Once the site is dealt with, functions of up to so many
    /// instructions are looked at for what it means to others.
    pub(super) fn retry(
        &mut self,
        module: &Module,
        site: SiteId,
        is_heap: &dyn Fn(SiteId) -> bool,
        alterations: &[Alteration],
        mut budget: usize,
    ) -> Option<Outcome> {
        let home = self.component[module.sites[site].func.index()];
        let Engine { setting, worker, .. } = &mut self.engine;
        let users = &*self.users.get_or_insert_with(|| Users::of(module, &setting.components));
        let worker = worker.get_or_insert_with(|| Worker::new(module, setting));
        let mut journal = Journal { summaries: &setting.summaries, entries: Vec::new() };
        let mut outcome = Outcome { fact: None, freed: Vec::new(), worse: false, complete: true };
        let mut waiting = BTreeSet::new();
        for a in alterations {
            waiting.insert(a.component);
            if let Effect::Promise(func, param) = a.effect {
                let n = setting.summaries.of(func).start + param as usize;
                if journal.set(n, Leaks::NOESCAPE) {
                    waiting.extend(users.users(self.component[func.index()]));
                }
            }
        }
        while let Some(component) = waiting.pop_first() {
            let funcs = setting.components.get(component as usize);
            let size: usize = funcs.iter().map(|&f| module.body(f).insts.len()).sum();
            if component > home {
                let Some(left) = budget.checked_sub(size) else {
                    outcome.complete = false;
                    break;
                };
                budget = left;
                if outcome.worse || outcome.fact.is_none_or(|fact| fact.extent == Extent::Program) {
                    return Some(outcome);
                }
            }
            worker.forget(module, funcs);
            worker.build(module, setting, funcs, Notes::Nothing, Control::NONE);
            if !alter(&mut worker.graph, component, alterations) {
                return None;
            }
            self.bump.reset();
            let Worker { known, graph, scratch, .. } = &mut *worker;
            let solved = solve(module, graph, &self.bump, scratch, false, Control::NONE);
            let judge = Judge { module, side: &setting.side, rules: setting.rules, graph, solved: &solved };
            let known: &Known = known;
            for &met in &known.met {
                let fact = judge.fact(known, met);
                match (is_heap(met), fact.extent == Extent::Program) {
                    (true, false) => outcome.freed.push(met),
                    (false, true) => outcome.worse = true,
                    _ => {}
                }
                if met == site {
                    outcome.fact = Some(fact);
                }
            }
            let mut changed = false;
            for declared in &graph.funcs {
                for (n, loc) in setting.summaries.of(declared.func).zip(declared.params.clone()) {
                    changed |= journal.set(n, solved.leaks[loc as usize]);
                }
            }
            if changed {
                waiting.extend(users.users(component));
            }
        }
        outcome.freed.sort_unstable();
        Some(outcome)
    }
}
