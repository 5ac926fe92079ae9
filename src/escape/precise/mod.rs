//! Model `precise`: what could stay off the heap, proved.
//!
//! Where model `gc` predicts a compiler, this one asks what is true: it tells fields apart, follows what is stored through
//! pointers, takes closures and interfaces for what they are, and lets a function's summary depend on what its caller knows.
//!
//! One function is one [`graph`] of points-to sets, built by [`lower`] and closed by a solver; [`calls`] writes the summaries
//! of callees into it, for each call anew, and [`summary`] says what its own callers need to know. Functions are taken callees
//! first; the functions of a recursive component start from summaries that do nothing and are taken again until no summary
//! changes. [`scopes`] sees to loops. The scheme is that of Whaley and Rinard (OOPSLA 1999), with placeholders for what a
//! function is given and inclusion constraints instead of their rules for updates.
//!
//! **Sound.** What nothing is known of is an unknown pointer, never an empty set: stores through it escape. What an unknown
//! caller or callee can reach escapes. Placeholders may be the same storage or another: all that depends on it is decided in
//! the caller's graph, by the caller's sets. Storage that is on the heap holds nothing that is on the stack, whether it
//! escapes or is too large. What escapes, of this activation or of the caller's, is the heap from then on, but for what is called.
//!
//! **Budget.** Each function has so many steps to be solved in, and each summary a size; beyond, it is what model `gc` says of it
//! ([`floor`]). So are functions of a recursive component whose summaries do not settle. Nothing that `gc` keeps off the heap is on it.
//!
//! Deliberately absent: flow-sensitivity in memory (promote variables first), contents of maps and channels, contexts of
//! verdicts, end points.

mod calls;
mod explain;
mod external;
mod floor;
mod graph;
mod instructions;
mod leaves;
mod lower;
mod scopes;
mod summary;
mod work;
mod world;

use super::side::STATIC_DATA;
use super::walker;
use crate::control::Control;
use crate::entity::{BlockId, FuncId, NONE, SiteId};
use crate::escape::gc::{Engine, Explainer as FloorExplainer, Found, GC as RULES};
use crate::fact::{Extent, Leaks, Reason, SiteFact, Summary as Row, flags};
use crate::ir::opcode::Why;
use crate::ir::{Body, Module, SiteKind};
use crate::profile::Profile;
pub(crate) use explain::Explainer;
use floor::Floor;
use graph::Escapes;
use leaves::Leaves;
use lower::{LOOP, Lower, Met, Summaries};
use summary::Summary;
use work::Work;

/// Steps to solve a function of so many instructions in.
fn budget(body: &Body<'_>) -> u64 {
    1_000 + 20 * body.insts.len() as u64
}

/// Analyses a module: what is found, and what explains it. In a closed world whatever is called through an interface is a
/// method of a type of the module. Model `gc` is run with up to so many threads.
pub(crate) fn run(
    module: &Module,
    profile: Profile,
    closed: bool,
    threads: usize,
    control: Control<'_>,
) -> (Found, Explainer) {
    let mut engine = Engine::new(module, &RULES, profile, threads, control);
    let floor = Floor::new(module, engine.run(module, None, control.uncounted()));
    let side = engine.side();
    let mut work = Work::new(Lower::new(module, side, profile, control), &floor, closed);
    work.run();
    let Work { mut lower, summaries, facts, mut explainer, .. } = work;
    let mut found = Found { facts, summaries: Vec::new() };
    for (site, fact) in (0..).map(SiteId::from_raw).zip(&mut found.facts) {
        let (better, own) = floor.better(site.index(), *fact);
        *fact = better;
        if !own {
            explainer.forget(site);
        }
    }
    rows(module, &mut lower.leaves, &summaries, &floor, &mut found.summaries);
    drop(lower);
    explainer.lean_on(FloorExplainer::new(module, engine));
    (found, explainer)
}

/// Analyses one function; its summary, if it is worth one.
fn analyze(
    lower: &mut Lower<'_>,
    body: &Body<'_>,
    summaries: &Summaries,
    facts: &mut [Option<SiteFact>],
    explainer: &mut Explainer,
) -> Option<Summary> {
    let recover = lower.module.funcs[body.func].recover.get();
    lower.cfg.graph.compute(body, recover);
    lower.cfg.loops.compute(&lower.cfg.graph);
    lower.enter(body);
    lower.control.poll();
    // Dominators first; what cannot be reached comes last, for its sites have verdicts too.
    let graph = &lower.cfg.graph;
    let rest = (0..body.blocks.len()).map(BlockId::from_usize).filter(|&b| !graph.is_reachable(b));
    let order: Vec<BlockId> = graph.reverse_postorder().iter().copied().chain(rest).collect();
    walker::walk(lower.module, lower.side, body, order.into_iter(), lower, lower.control);
    lower.control.poll();
    let budget = budget(body);
    let mut solved = lower.solve(summaries, budget);
    while solved && lower.outlive_iterations(body) {
        solved = lower.solve(summaries, budget);
    }
    let summary = Summary::of(&lower.graph, &lower.results, &lower.left).filter(|_| solved)?;
    lower.outlives = lower.needed_after(body);
    for met in lower.control.pieces(&lower.met).flatten() {
        let fact = fact(lower, met);
        facts[met.site.index()] = Some(fact);
        explainer.note(met.site, fact.reason, &lower.graph, met.node);
    }
    Some(summary)
}

/// What is known of a site.
fn fact(lower: &Lower<'_>, met: &Met) -> SiteFact {
    let row = &lower.module.sites[met.site];
    let node = &lower.graph.nodes[met.node as usize];
    let base = SiteFact { extent: Extent::Activation, reason: Reason::Local, ..unknown(lower, met) };
    if row.kind == SiteKind::Chan {
        return SiteFact { extent: Extent::Program, reason: Reason::Channel, flags: flags::SHARED, ..base };
    }
    if node.escapes == Escapes::No {
        return match lower.iteration(met) {
            Some(depth) => SiteFact { extent: Extent::Iteration, detail: depth, ..base },
            None => base,
        };
    }
    let reason = if node.cause.holder == LOOP {
        Reason::OutlivesLoop
    } else if node.cause.holder != NONE {
        Reason::HeldByEscaping
    } else if row.kind == SiteKind::Concat && node.cause.why == Why::Forced {
        Reason::GrowsInPlace
    } else {
        RULES.reason(node.cause.why)
    };
    let mut bits = base.flags;
    bits |= if node.escapes == Escapes::Cold { flags::COLD } else { 0 };
    bits |= if reason == Reason::GoStatement { flags::SHARED } else { 0 };
    SiteFact { extent: Extent::Program, reason, flags: bits, ..base }
}

fn unknown(lower: &Lower<'_>, met: &Met) -> SiteFact {
    let fixed = met.fixed || lower.side.site[met.site.index()] & STATIC_DATA != 0;
    let func = lower.module.sites[met.site].func;
    // Nobody looks at writes and calls here, so both may happen.
    let flags = flags::MUTATED | flags::CALLED;
    SiteFact { site: met.site, func, extent: Extent::Program, detail: 0, reason: Reason::Unknown, flags, fixed }
}

/// What is promised of a parameter of a function without a body.
fn promised(module: &Module, func: FuncId, param: u32) -> Leaks {
    let at = module.promises.binary_search_by_key(&(func.raw(), param), |p| p.key());
    let external = module.body(func).blocks.is_empty();
    at.map_or(if external { Leaks::NOESCAPE } else { Leaks::default() }, |at| {
        let [heap, mutated, called, results @ ..] = module.promises[at].flows;
        Leaks { heap, mutated, called, results }
    })
}

/// Summaries in the words of all models.
fn rows(module: &Module, leaves: &mut Leaves, summaries: &Summaries, floor: &Floor, found: &mut Vec<Row>) {
    let mut vars = vec![NONE; module.funcs.len()];
    let params: Vec<SiteId> =
        module.sites.iter_enumerated().filter(|(_, row)| row.kind == SiteKind::Param).map(|(id, _)| id).collect();
    let mut next = vec![NONE; params.len()];
    for (n, &site) in (0..).zip(&params) {
        let first = &mut vars[module.sites[site].func.index()];
        next[n as usize] = std::mem::replace(first, n);
    }
    for (id, func) in module.funcs.iter_enumerated() {
        let results: Vec<usize> = module
            .types
            .results(func.sig)
            .enumerate()
            .flat_map(|(n, ty)| vec![n; leaves.count(&module.types, ty)])
            .collect();
        let mut input = 0;
        for (param, ty) in (0..).zip(module.types.params(func.sig)) {
            let n = leaves.count(&module.types, ty) as u32;
            if !module.types.pointers(ty) {
                continue;
            }
            let leaks = match &summaries[id.index()] {
                // What escapes by neither model does not; but `gc` does not count all calls.
                _ if floor.leaks(id, param).heap == 0 && !external::may_call(&module.types, ty, external::REACH) => {
                    floor.leaks(id, param)
                }
                None => floor.uses(id, param),
                Some(summary) => {
                    // Nobody looks at writes, so there may be some. What is called shows in `heap`.
                    let mut leaks = Leaks { mutated: 1, ..promised(module, id, param) };
                    (input..input + n).for_each(|leaf| {
                        summary.leaks(leaf, |r| results.get(r as usize).copied().unwrap_or(usize::MAX), &mut leaks)
                    });
                    leaks.optimized()
                }
            };
            input += n;
            let mut at = vars[id.index()];
            while at != NONE && module.sites[params[at as usize]].index != param {
                at = next[at as usize];
            }
            let var = (at != NONE).then(|| &module.sites[params[at as usize]]);
            let flags = u32::from(var.is_none() && leaks == Leaks { mutated: leaks.mutated, ..Leaks::default() });
            found.push(Row { func: id, param, leaks, pos: var.map_or(func.pos, |v| v.pos), flags });
        }
    }
}
