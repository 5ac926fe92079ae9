//! Why a site escapes: the path its address takes, rebuilt on demand.
//!
//! The component the site lies in is built and solved once more, this time keeping the ways; summaries of callees are those of
//! the run.

use super::Engine;
use super::facts::Judge;
use super::graph::{Graph, HEAP, Loc, Role};
use super::solve::{Cause, Solved, solve};
use super::worker::{Notes, Worker};
use crate::callgraph::Users;
use crate::control::Control;
use crate::entity::{NONE, SiteId};
use crate::fact::{Explanation, Node, Reason, Step};
use crate::ir::{Module, SiteKind};
use bumpalo::Bump;

/// Explains verdicts of one run.
#[derive(Debug)]
pub(crate) struct Explainer {
    pub(super) engine: Engine,
    /// Component of each function.
    pub(super) component: Vec<u32>,
    pub(super) bump: Bump,
    /// Which components refer to which; found when first needed.
    pub(super) users: Option<Users>,
}

impl Explainer {
    /// From the engine of a finished run.
    pub(crate) fn new(module: &Module, engine: Engine) -> Self {
        let mut component = vec![NONE; module.funcs.len()];
        for (n, funcs) in engine.setting.components.iter().enumerate() {
            for func in funcs {
                component[func.index()] = n as u32;
            }
        }
        Self { engine, component, bump: Bump::new(), users: None }
    }

    /// Explains one site.
    pub(crate) fn explain(&mut self, module: &Module, site: SiteId) -> Option<Explanation> {
        let row = *module.sites.get(site)?;
        let component = *self.component.get(row.func.index())?;
        if component == NONE || module.body(row.func).blocks.is_empty() {
            return None;
        }
        let Engine { setting, worker, .. } = &mut self.engine;
        let funcs = setting.components.get(component as usize);
        let worker = worker.get_or_insert_with(|| Worker::new(module, setting));
        worker.forget(module, funcs);
        worker.build(module, setting, funcs, Notes::Nothing, Control::NONE);
        self.bump.reset();
        let Worker { known, graph, scratch, .. } = worker;
        let graph = &*graph;
        let solved = solve(module, graph, &self.bump, scratch, true, Control::NONE);
        let plain = |reason| Some(Explanation { site, reason, steps: Vec::new() });
        if row.kind == SiteKind::Chan {
            return plain(Reason::Channel);
        }
        let Some(loc) = known.loc_of(site) else { return plain(Reason::Unknown) };
        if loc == HEAP {
            return plain(Reason::GrowsInPlace);
        }
        let judge = Judge { module, side: &setting.side, rules: setting.rules, graph, solved: &solved };
        let reason = judge.reason(loc);
        let edges = way(graph, &solved, loc);
        let steps = edges.iter().map(|&e| step(graph, e)).collect();
        Some(Explanation { site, reason, steps })
    }
}

/// The edges from a location to what outlives it; none if nothing does.
pub(super) fn way(graph: &Graph, solved: &Solved<'_>, loc: Loc) -> Vec<u32> {
    let mut edges = Vec::new();
    let mut at = loc;
    loop {
        match solved.cause[at as usize] {
            Cause::None => break,
            Cause::Heap => {
                // Follow the walk from the heap until the heap, or until what escapes for a reason of its own.
                while let Some(reach) = solved.heap.of(at)
                    && reach.via != NONE
                    && edges.len() <= graph.edges.len()
                {
                    edges.push(reach.via);
                    at = graph.edges[reach.via as usize].dst;
                }
                if at == HEAP || edges.len() > graph.edges.len() {
                    break;
                }
            }
            Cause::Result | Cause::Loop | Cause::Inner => {
                let way = solved.ways.iter().find(|(l, _)| *l == at);
                edges.extend(way.into_iter().flat_map(|(_, way)| way));
                break;
            }
        }
    }
    edges
}

pub(super) fn step(graph: &Graph, edge: u32) -> Step {
    let edge = &graph.edges[edge as usize];
    Step {
        from: node(graph, edge.src),
        to: node(graph, edge.dst),
        derefs: i32::from(edge.derefs),
        why: edge.why,
        pos: edge.pos,
    }
}

fn node(graph: &Graph, loc: Loc) -> Node {
    if loc == HEAP {
        return Node::Heap;
    }
    let row = &graph.locs[loc as usize];
    match (row.site.get(), row.role) {
        (_, Role::Result(n)) => Node::Result(row.func, n),
        (Some(site), _) => Node::Site(site),
        (None, Role::Param(n)) => Node::Param(row.func, n),
        (None, _) => Node::Temp(row.func),
    }
}
