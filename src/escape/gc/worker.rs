//! One worker: everything it takes to analyse a component after another, reused from one to the next.
//!
//! Workers share the module, the [`Setting`] and nothing else; what one finds others learn from the summaries in the setting.
//! What a component comes to depends on those alone, never on what its worker did before: that is why results are the same
//! for any number of workers.

use super::certify::{self, Names};
use super::facts::Judge;
use super::graph::Graph;
use super::known::{Known, Summaries};
use super::lower::{Lower, Val};
use super::rules::Rules;
use super::solve;
use super::suggest::{Origins, Traced};
use crate::callgraph::Components;
use crate::cfg::Cfg;
use crate::control::Control;
use crate::entity::{BlockId, FuncId, NONE, Value};
use crate::escape::side::SideTables;
use crate::escape::walker;
use crate::fact::{Certificate, SiteFact};
use crate::ir::{Body, Module};
use crate::profile::Profile;
use bumpalo::Bump;

/// What all workers read.
#[derive(Debug)]
pub(super) struct Setting {
    pub(super) profile: Profile,
    pub(super) rules: &'static Rules,
    pub(super) side: SideTables,
    pub(super) components: Components,
    pub(super) summaries: Summaries,
}

/// Room for as much of anything as most components have: most modules are small, and would grow tables again and again.
pub(super) const USUAL: usize = 256;

/// See the [module documentation](self).
#[derive(Debug)]
pub(super) struct Worker {
    pub(super) known: Known,
    pub(super) graph: Graph,
    cfg: Cfg,
    values: Vec<Val>,
    funcs: Vec<(Value, FuncId)>,
    consts: Vec<(Value, u64)>,
    depths: Vec<u16>,
    pub(super) scratch: solve::Scratch,
    bump: Bump,
    round: u32,
}

impl Worker {
    pub(super) fn new(module: &Module, setting: &Setting) -> Self {
        Self {
            known: Known::new(module),
            graph: Graph {
                calls_unknown: setting.rules.calls_are_unknown,
                locs: Vec::with_capacity(USUAL),
                edges: Vec::with_capacity(USUAL),
                ..Graph::default()
            },
            cfg: Cfg::default(),
            values: Vec::with_capacity(USUAL),
            funcs: Vec::new(),
            consts: Vec::with_capacity(USUAL),
            depths: Vec::with_capacity(USUAL),
            scratch: solve::Scratch::default(),
            bump: Bump::new(),
            round: 0,
        }
    }

    /// Analyses a component: tells the facts about its sites, leaves its summaries with the setting, and adds to a certificate
    /// if there is one.
    #[inline]
    pub(super) fn analyze(
        &mut self,
        module: &Module,
        setting: &Setting,
        funcs: &[FuncId],
        mut certificate: Option<(&mut Names, &mut Certificate)>,
        control: Control<'_>,
        tell: impl FnMut(SiteFact),
    ) {
        self.build(module, setting, funcs, Notes::of(certificate.as_mut().map(|(names, _)| &mut **names)), control);
        self.conclude(module, setting, certificate, control, tell);
        self.bump.reset();
        control.finished(funcs.iter().filter(|&&f| module.funcs[f].blocks.len > 0).count());
    }

    /// Builds the graph of a component.
    pub(super) fn build(
        &mut self,
        module: &Module,
        setting: &Setting,
        funcs: &[FuncId],
        mut notes: Notes<'_>,
        control: Control<'_>,
    ) {
        self.graph.reset();
        self.known.bindings.clear();
        self.known.met.clear();
        self.round += 1;
        let mut lower = Lower {
            module,
            side: &setting.side,
            profile: &setting.profile,
            rules: setting.rules,
            summaries: &setting.summaries,
            known: &mut self.known,
            graph: &mut self.graph,
            makers: &setting.components,
            component: self.round,
            func: funcs[0],
            values: &mut self.values,
            temporary: (Value::from_raw(NONE), NONE),
            funcs: &mut self.funcs,
            consts: &mut self.consts,
            cfg: &mut self.cfg,
            depths: &mut self.depths,
        };
        let with_body = || funcs.iter().copied().filter(|&f| module.funcs[f].blocks.len > 0);
        for func in with_body() {
            lower.declare(func);
        }
        for body in with_body().map(|f| module.body(f)) {
            lower.enter(&body);
            control.poll();
            let recover = module.funcs[body.func].recover.get();
            if lower.cfg.stands_in_dominance_order(&body, recover) {
                walk(&body, (0..body.blocks.len()).map(BlockId::from_usize), &mut lower, &mut notes, control);
            } else {
                // Dominators first; what cannot be reached comes last, for its sites have verdicts too.
                lower.cfg.graph.compute(&body, recover);
                let graph = &lower.cfg.graph;
                let rest = (0..body.blocks.len()).map(BlockId::from_usize).filter(|&b| !graph.is_reachable(b));
                let order: Vec<BlockId> = graph.reverse_postorder().iter().copied().chain(rest).collect();
                walk(&body, order.into_iter(), &mut lower, &mut notes, control);
            }
            control.poll();
            lower.exits(&body);
        }
    }

    /// Forgets the locations of a component's sites, so that it can be built again.
    pub(super) fn forget(&mut self, module: &Module, funcs: &[FuncId]) {
        for &func in funcs {
            self.known.bindings_at[func.index()] = NONE;
            for inst in module.body(func).insts.iter().filter(|i| i.op.makes()) {
                self.known.site_loc[inst.aux as usize] = NONE;
            }
        }
    }

    /// Solves the component just built.
    fn conclude(
        &mut self,
        module: &Module,
        setting: &Setting,
        certificate: Option<(&mut Names, &mut Certificate)>,
        control: Control<'_>,
        mut tell: impl FnMut(SiteFact),
    ) {
        let Setting { side, rules, summaries, .. } = setting;
        let solved = solve::solve(module, &self.graph, &self.bump, &mut self.scratch, false, control);
        let judge = Judge { module, side, rules, graph: &self.graph, solved: &solved };
        for &site in &self.known.met {
            tell(judge.fact(&self.known, site));
        }
        for declared in &self.graph.funcs {
            for (n, loc) in summaries.of(declared.func).zip(declared.params.clone()) {
                summaries.set(n, solved.leaks[loc as usize]);
            }
        }
        if let Some((names, certificate)) = certificate {
            certify::certify(module, &self.graph, &self.known, &solved, names, certificate);
            names.reset();
        }
    }
}

/// What is noted down while a graph is built.
pub(super) enum Notes<'n> {
    Nothing,
    /// For a certificate: what values have come to stand for.
    Names(&'n mut Names),
    /// For suggestions: which instruction each edge is of.
    Origins(&'n mut Origins),
}

impl<'n> Notes<'n> {
    fn of(names: Option<&'n mut Names>) -> Self {
        names.map_or(Self::Nothing, Self::Names)
    }
}

/// Lowers a body, its blocks in this order.
fn walk(
    body: &Body<'_>,
    order: impl Iterator<Item = BlockId> + Clone,
    lower: &mut Lower<'_>,
    notes: &mut Notes<'_>,
    control: Control<'_>,
) {
    if let Notes::Origins(origins) = notes {
        traced(body, order, lower, origins);
        return;
    }
    walker::walk(lower.module, lower.side, body, order.clone(), lower, control);
    if let Notes::Names(names) = notes {
        names.note(body, order, lower.values, lower.graph);
    }
}

#[cold]
#[inline(never)]
fn traced(body: &Body<'_>, order: impl Iterator<Item = BlockId>, lower: &mut Lower<'_>, origins: &mut Origins) {
    let (module, side) = (lower.module, lower.side);
    walker::walk(module, side, body, order, &mut Traced { lower, origins }, Control::NONE);
    origins.none_from(lower.graph.edges.len());
}
