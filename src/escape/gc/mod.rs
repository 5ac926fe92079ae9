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
#[cfg(test)]
mod reference;
mod rules;
mod solve;
mod walk;

use crate::callgraph::Components;
use crate::cfg::Cfg;
use crate::entity::{BlockId, FuncId, NONE, SiteId, Value};
use crate::escape::Model;
use crate::escape::side::SideTables;
use crate::escape::walker;
use crate::fact::{Certificate, Leaks, SiteFact, Summary};
use crate::ir::{Module, SiteKind};
use crate::profile::Profile;
use bumpalo::Bump;
use certify::Names;
use facts::Judge;
use graph::{Graph, Loc};
use known::Known;
use lower::{Lower, Val};
use rules::Rules;

pub(crate) use explain::Explainer;

/// Everything a run needs from component to component.
#[derive(Debug)]
pub(crate) struct Engine {
    profile: &'static Profile,
    rules: &'static Rules,
    side: SideTables,
    components: Components,
    known: Known,
    graph: Graph,
    cfg: Cfg,
    values: Vec<Val>,
    funcs: Vec<(Value, FuncId)>,
    consts: Vec<(Value, u64)>,
    depths: Vec<u16>,
    scratch: solve::Scratch,
    round: u32,
}

/// What a run found: facts by site, summaries by function and parameter.
pub(crate) struct Found {
    pub(crate) facts: Vec<Option<SiteFact>>,
    pub(crate) summaries: Vec<Summary>,
}

impl Engine {
    pub(crate) fn new(module: &Module, model: Model, profile: &'static Profile) -> Self {
        let side = SideTables::new(module);
        Self {
            profile,
            rules: match model {
                Model::Gc => &rules::GC,
                Model::Textbook => &rules::TEXTBOOK,
            },
            components: Components::of(module),
            known: Known::new(module, &side),
            side,
            graph: Graph { calls_unknown: model == Model::Textbook, ..Graph::default() },
            cfg: Cfg::default(),
            values: Vec::new(),
            funcs: Vec::new(),
            consts: Vec::new(),
            depths: Vec::new(),
            scratch: solve::Scratch::default(),
            round: 0,
        }
    }

    /// Builds the graph of a component.
    fn build(&mut self, module: &Module, components: &Components, funcs: &[FuncId], mut names: Option<&mut Names>) {
        self.graph.reset();
        self.known.bindings.clear();
        self.known.met.clear();
        self.round += 1;
        let mut lower = Lower {
            module,
            side: &self.side,
            profile: self.profile,
            rules: self.rules,
            known: &mut self.known,
            graph: &mut self.graph,
            makers: components,
            component: self.round,
            func: funcs[0],
            values: &mut self.values,
            temporary: (Value::from_raw(NONE), NONE),
            funcs: &mut self.funcs,
            consts: &mut self.consts,
            cfg: &mut self.cfg,
            depths: &mut self.depths,
        };
        let bodies = || funcs.iter().map(|&f| module.body(f)).filter(|b| !b.blocks.is_empty());
        for body in bodies() {
            lower.declare(body.func);
        }
        for body in bodies() {
            lower.enter(&body);
            let side = lower.side;
            if lower.cfg.stands_in_dominance_order(&body, module.funcs[body.func].recover.get()) {
                let order = (0..body.blocks.len()).map(BlockId::from_usize);
                walker::walk(module, side, &body, order.clone(), &mut lower);
                if let Some(names) = &mut names {
                    names.note(&body, &order.collect::<Vec<_>>(), lower.values, lower.graph);
                }
            } else {
                // Dominators first; what cannot be reached comes last, for its sites have verdicts too.
                lower.cfg.graph.compute(&body, module.funcs[body.func].recover.get());
                let graph = &lower.cfg.graph;
                let rest = (0..body.blocks.len()).map(BlockId::from_usize).filter(|&b| !graph.is_reachable(b));
                let order: Vec<BlockId> = graph.reverse_postorder().iter().copied().chain(rest).collect();
                walker::walk(module, side, &body, order.iter().copied(), &mut lower);
                if let Some(names) = &mut names {
                    names.note(&body, &order, lower.values, lower.graph);
                }
            }
            lower.exits(&body);
        }
    }

    /// Forgets the locations of a component's sites, so that it can be built again.
    fn forget(&mut self, module: &Module, funcs: &[FuncId]) {
        for &func in funcs {
            self.known.bindings_at[func.index()] = NONE;
            for inst in module.body(func).insts.iter().filter(|i| i.op.makes()) {
                self.known.site_loc[inst.aux as usize] = NONE;
            }
        }
    }

    /// Analyses every component, callees first, and adds to a certificate if there is one.
    pub(crate) fn run(&mut self, module: &Module, mut certificate: Option<&mut Certificate>) -> Found {
        let mut found = Found { facts: vec![None; module.sites.len()], summaries: Vec::new() };
        let mut bump = Bump::new();
        let components = std::mem::take(&mut self.components);
        let mut names = certificate.is_some().then(Names::default);
        for funcs in components.iter() {
            if funcs.len() == 1 && module.body(funcs[0]).blocks.is_empty() {
                continue;
            }
            self.build(module, &components, funcs, names.as_mut());
            self.conclude(module, &bump, &mut found, names.as_mut().zip(certificate.as_deref_mut()));
            bump.reset();
        }
        self.components = components;
        self.summarize(module, &mut found.summaries);
        found
    }

    /// Solves the component just built: facts about its sites, summaries of its functions.
    fn conclude(
        &mut self,
        module: &Module,
        bump: &Bump,
        found: &mut Found,
        certificate: Option<(&mut Names, &mut Certificate)>,
    ) {
        let solved = solve::solve(module, &self.graph, bump, &mut self.scratch, false);
        let judge = Judge { module, side: &self.side, rules: self.rules, graph: &self.graph, solved: &solved };
        for &site in &self.known.met {
            found.facts[site.index()] = Some(judge.fact(&self.known, site));
        }
        for declared in &self.graph.funcs {
            for (n, loc) in self.known.of(declared.func).zip(declared.params.clone()) {
                self.known.leaks[n] = solved.leaks[loc as usize];
            }
        }
        if let Some((names, certificate)) = certificate {
            certify::certify(module, &self.graph, &self.known, &solved, names, certificate);
            names.reset();
        }
    }

    fn summarize(&self, module: &Module, summaries: &mut Vec<Summary>) {
        let mut vars = vec![NONE; self.known.leaks.len()];
        for (id, row) in module.sites.iter_enumerated().filter(|(_, row)| row.kind == SiteKind::Param) {
            if let Some(slot) = self.known.of(row.func).nth(row.index as usize) {
                vars[slot] = id.raw();
            }
        }
        for (id, func) in module.funcs.iter_enumerated() {
            for ((n, param), ty) in self.known.of(id).zip(0..).zip(module.types.params(func.sig)) {
                if !module.types.pointers(ty) {
                    continue;
                }
                let var = (vars[n] != NONE).then(|| &module.sites[SiteId::from_raw(vars[n])]);
                let leaks = self.known.leaks[n];
                let flags = u32::from(var.is_none() && leaks == Leaks::default());
                let pos = var.map_or(func.pos, |v| v.pos);
                summaries.push(Summary { func: id, param, leaks, pos, flags });
            }
        }
    }
}

/// A location's number in the graph, for the site.
fn loc_of(known: &Known, site: SiteId) -> Option<Loc> {
    known.site_loc.get(site.index()).copied().filter(|&loc| loc != NONE)
}
