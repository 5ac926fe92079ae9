//! Why a site escapes: the path its address takes, rebuilt on demand.
//!
//! The component the site lies in is built and solved once more, this time keeping the ways; summaries of callees are those of
//! the run.

use super::facts::Judge;
use super::graph::{Graph, HEAP, Loc, Role};
use super::solve::{Cause, solve};
use super::{Engine, loc_of};
use crate::entity::{FuncId, NONE, SiteId};
use crate::fact::{Explanation, Node, Reason, Step};
use crate::ir::{Module, SiteKind};
use bumpalo::Bump;

/// Explains verdicts of one run.
#[derive(Debug)]
pub(crate) struct Explainer {
    engine: Engine,
    /// Component of each function.
    component: Vec<u32>,
    bump: Bump,
}

impl Explainer {
    /// From the engine of a finished run.
    pub(crate) fn new(module: &Module, engine: Engine) -> Self {
        let mut component = vec![NONE; module.funcs.len()];
        for (n, funcs) in engine.components.iter().enumerate() {
            for func in funcs {
                component[func.index()] = n as u32;
            }
        }
        Self { engine, component, bump: Bump::new() }
    }

    /// Explains one site.
    pub(crate) fn explain(&mut self, module: &Module, site: SiteId) -> Option<Explanation> {
        let row = *module.sites.get(site)?;
        let component = *self.component.get(row.func.index())?;
        if component == NONE || module.body(row.func).blocks.is_empty() {
            return None;
        }
        let funcs: Vec<FuncId> = self.engine.components.get(component as usize).to_vec();
        self.engine.forget(module, &funcs);
        let components = std::mem::take(&mut self.engine.components);
        self.engine.build(module, &components, &funcs, None);
        self.engine.components = components;
        self.bump.reset();
        let mut scratch = std::mem::take(&mut self.engine.scratch);
        let engine = &self.engine;
        let solved = solve(module, &engine.graph, &self.bump, &mut scratch, true);
        let plain = |reason| Some(Explanation { site, reason, steps: Vec::new() });
        if row.kind == SiteKind::Chan {
            return plain(Reason::Channel);
        }
        let Some(loc) = loc_of(&engine.known, site) else { return plain(Reason::Unknown) };
        if loc == HEAP {
            return plain(Reason::GrowsInPlace);
        }
        let judge = Judge { module, side: &engine.side, rules: engine.rules, graph: &engine.graph, solved: &solved };
        let reason = judge.reason(loc);
        let mut edges = Vec::new();
        let mut at = loc;
        loop {
            match solved.cause[at as usize] {
                Cause::None => break,
                Cause::Heap => {
                    // Follow the walk from the heap until the heap, or until what escapes for a reason of its own.
                    while let Some(reach) = solved.heap.of(at)
                        && reach.via != NONE
                        && edges.len() <= engine.graph.edges.len()
                    {
                        edges.push(reach.via);
                        at = engine.graph.edges[reach.via as usize].dst;
                    }
                    if at == HEAP || edges.len() > engine.graph.edges.len() {
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
        let steps = edges.iter().map(|&e| step(&engine.graph, e)).collect();
        Some(Explanation { site, reason, steps })
    }
}

fn step(graph: &Graph, edge: u32) -> Step {
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
