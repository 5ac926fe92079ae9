//! Model `gc`: what Go's compiler says of each allocation.
//!
//! The algorithm is the one of Go's `cmd/compile/internal/escape`, in a form of our own: a graph of locations and
//! dereference-weighted flows per component of the reference graph ([`graph`]), built from the constraint vocabulary
//! ([`lower`]), solved by walks from classes of roots ([`solve`], [`walk`]); parameter summaries carry what callers need from
//! component to component, callees first. It is flow-insensitive and does not tell fields apart, and a store through a pointer
//! is a flow to the heap, exactly as in Go: the point is to *predict* it. There is no budget and no fallback.
//!
//! Sound without help: loop depths come from the control-flow graph, captures are by reference, callees known only where the
//! instruction names them. Attributes bring in what Go decides by syntax.
//!
//! Deliberately absent: fields, flow, contexts (model `precise`); inlining (a pass, before this one).

mod calls;
mod certify;
mod exits;
mod explain;
mod facts;
mod graph;
mod known;
mod lower;
mod merge;
mod nearest;
mod parallel;
#[cfg(test)]
mod reference;
mod rules;
mod solve;
mod suggest;
mod walk;
mod worker;

use crate::callgraph::{Components, Order};
use crate::control::Control;
use crate::entity::{NONE, SiteId};
use crate::escape::side::SideTables;
use crate::fact::{Certificate, Leaks, SiteFact, Summary};
use crate::ir::{Module, SiteKind};
use crate::profile::Profile;
use certify::Names;
use known::Summaries;
use worker::{Setting, Worker};

pub(crate) use explain::Explainer;
pub(crate) use rules::{GC, Rules, TEXTBOOK};
pub(crate) use suggest::Remedy;

/// A model at work on one module.
#[derive(Debug)]
pub(crate) struct Engine {
    setting: Setting,
    /// A worker of the run, once there was one.
    worker: Option<Worker>,
    /// With how many threads, and what they may do when; for one, the order of the components is enough.
    threads: Option<(usize, Order)>,
}

/// What a run found: facts by site, summaries by function and parameter.
pub(crate) struct Found {
    pub(crate) facts: Vec<Option<SiteFact>>,
    pub(crate) summaries: Vec<Summary>,
}

impl Engine {
    pub(crate) fn new(
        module: &Module,
        rules: &'static Rules,
        profile: Profile,
        threads: usize,
        control: Control<'_>,
    ) -> Self {
        let side = SideTables::new(module, control);
        let (components, threads) = if threads > 1 {
            let (components, order) = Components::with_order(module, control);
            (components, Some((threads, order)))
        } else {
            (Components::under(module, control), None)
        };
        let setting = Setting { profile, rules, components, summaries: Summaries::new(module, &side), side };
        Self { setting, worker: None, threads }
    }

    /// The tables it looks attributes up in.
    pub(crate) fn side(&self) -> &SideTables {
        &self.setting.side
    }

    /// Analyses every component, callees first, and adds to a certificate if there is one.
    pub(crate) fn run(
        &mut self,
        module: &Module,
        mut certificate: Option<&mut Certificate>,
        control: Control<'_>,
    ) -> Found {
        let mut found = Found { facts: vec![None; module.sites.len()], summaries: Vec::new() };
        let setting = &self.setting;
        if let Some((threads, order)) = self.threads.take() {
            self.worker = parallel::run(module, setting, threads, order, certificate, &mut found, control);
        } else {
            let worker = self.worker.insert(Worker::new(module, setting));
            let mut names = certificate.is_some().then(Names::default);
            for funcs in setting.components.iter() {
                if funcs.len() == 1 && module.funcs[funcs[0]].blocks.len == 0 {
                    continue;
                }
                let certificate = names.as_mut().zip(certificate.as_deref_mut());
                worker.analyze(module, setting, funcs, certificate, control, |fact| {
                    found.facts[fact.site.index()] = Some(fact)
                });
            }
        }
        self.summarize(module, &mut found.summaries);
        found
    }

    fn summarize(&self, module: &Module, found: &mut Vec<Summary>) {
        let Setting { summaries, side, .. } = &self.setting;
        found.reserve(summaries.len());
        let mut vars = vec![NONE; summaries.len()];
        for (id, row) in module.sites.iter_enumerated().filter(|(_, row)| row.kind == SiteKind::Param) {
            let params = summaries.of(row.func);
            if (row.index as usize) < params.len() {
                vars[params.start + row.index as usize] = id.raw();
            }
        }
        for (id, func) in module.funcs.iter_enumerated() {
            for ((n, param), &ty) in summaries.of(id).zip(0..).zip(module.types.signature(func.sig).0) {
                if !side.pointers[ty as usize] {
                    continue;
                }
                let var = (vars[n] != NONE).then(|| &module.sites[SiteId::from_raw(vars[n])]);
                let leaks = summaries.get(n);
                let flags = u32::from(var.is_none() && leaks == Leaks::default());
                let pos = var.map_or(func.pos, |v| v.pos);
                found.push(Summary { func: id, param, leaks, pos, flags });
            }
        }
    }
}
