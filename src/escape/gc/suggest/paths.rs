//! What can be changed on the path of a site to the heap, in its own component and in the callees that keep it.
//!
//! A flow that every path must take lies on each of them, so one path has all there is to try. Where the path ends in a call of a
//! function that was analysed before, it goes on in there, from the parameter to where it is kept.

use super::super::Engine;
use super::super::explain::{Explainer, step, way};
use super::super::graph::{Edge, HEAP, Loc};
use super::super::solve::{Cause, solve};
use super::super::worker::{Notes, Worker};
use super::Origins;
use super::retry::{Alteration, Effect, alter};
use super::rules::Rules;
use crate::control::Control;
use crate::entity::{FuncId, InstId, NONE, Opt, SiteId, Value};
use crate::fact::{Change, Edit};
use crate::ir::opcode::Why;
use crate::ir::{Body, CalleeKind, Entity, Module, Opcode, SiteKind, attr};

/// A change that may help.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) change: Change,
    pub(super) alteration: Alteration,
    /// Calls between the site's component and the one of the change.
    pub(super) depth: usize,
}

/// Where a path begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Start {
    Site(SiteId),
    Param(FuncId, u32),
}

/// How many calls down changes are looked for.
const DEEPEST: usize = 6;

impl Explainer {
    /// What may help a site, from the site outward, under alterations that are made already.
    pub(super) fn candidates(&mut self, module: &Module, site: SiteId, made: &[Alteration]) -> Vec<Candidate> {
        let mut all = Vec::new();
        let mut visited = vec![Start::Site(site)];
        let mut next = 0;
        let mut depths = vec![0];
        while let Some(&start) = visited.get(next) {
            let depth = depths[next];
            next += 1;
            for param in self.on_path(module, start, made, depth, &mut all) {
                if depth < DEEPEST && !visited.contains(&param) {
                    visited.push(param);
                    depths.push(depth + 1);
                }
            }
        }
        all
    }

    /// Adds what lies on one path; answers with the parameters of callees where it may go on.
    fn on_path(
        &mut self,
        module: &Module,
        start: Start,
        made: &[Alteration],
        depth: usize,
        all: &mut Vec<Candidate>,
    ) -> Vec<Start> {
        let func = match start {
            Start::Site(site) => module.sites[site].func,
            Start::Param(func, _) => func,
        };
        let component = self.component[func.index()];
        if component == NONE || module.body(func).blocks.is_empty() {
            return Vec::new();
        }
        let Engine { setting, worker, .. } = &mut self.engine;
        let funcs = setting.components.get(component as usize);
        let worker = worker.get_or_insert_with(|| Worker::new(module, setting));
        let mut origins = Origins::default();
        worker.forget(module, funcs);
        worker.build(module, setting, funcs, Notes::Origins(&mut origins), Control::NONE);
        if !alter(&mut worker.graph, component, made) {
            return Vec::new();
        }
        self.bump.reset();
        let Worker { known, graph, scratch, .. } = worker;
        let graph = &*graph;
        let solved = solve(module, graph, &self.bump, scratch, true, Control::NONE);
        let loc = match start {
            Start::Site(site) => known.loc_of(site).filter(|&loc| loc != HEAP),
            Start::Param(func, n) => Some(known.param_loc[func.index()] + n),
        };
        let Some(loc) = loc else { return Vec::new() };
        let way = match start {
            Start::Site(_) => way(graph, &solved, loc),
            Start::Param(..) => to_heap(graph, &solved, loc),
        };
        let edge = |n: usize| way.get(n).map(|&e| &graph.edges[e as usize]);
        let rules = Rules { module, profile: &setting.profile, graph };
        let mut further = Vec::new();
        for (n, &id) in way.iter().enumerate() {
            let edge_here = graph.edges[id as usize];
            let origin = origins.of(id);
            let called = origin.map_or_else(Vec::new, |(func, inst)| {
                leaking(module, setting, component, &self.component, &edge_here, &module.body(func), inst)
            });
            let step = step(graph, id);
            let place = origin.map_or(graph.locs[edge_here.src as usize].func, |(func, _)| func);
            let inst: Opt<InstId> = origin.map(|(_, inst)| inst).into();
            let mut add = |edit, effect| {
                let change = Change { edit, func: place, inst, step };
                let alteration = Alteration { component, edge: id, was: edge_here, effect };
                all.push(Candidate { change, alteration, depth });
            };
            let operands = origin.map(|(func, inst)| (module.body(func), inst));
            let mut edits = rules.edits(n.checked_sub(1).and_then(edge), &edge_here, edge(n + 1), operands);
            if solved.cause[loc as usize] == Cause::Loop && n == 0 && may_be_hoisted(module, start) {
                let holder = way.last().map_or(HEAP, |&e| graph.edges[e as usize].dst);
                edits.push((Edit::HoistOut, Effect::Hoist(graph.locs[holder as usize].holder_depth)));
            }
            if edits.is_empty() && n + 1 == way.len() {
                edits.push((Edit::Cut, Effect::Remove));
            }
            for (edit, effect) in edits {
                match (edit, called.first()) {
                    (Edit::PromiseNoescape, Some(&(func, param))) => add(edit, Effect::Promise(func, param)),
                    (Edit::PromiseNoescape, None) => add(Edit::Cut, Effect::Remove),
                    _ => add(edit, effect),
                }
            }
            further.extend(called.into_iter().map(|(func, n)| Start::Param(func, n)));
        }
        further
    }
}

/// The way of what a location holds to the heap.
fn to_heap(graph: &super::super::graph::Graph, solved: &super::super::solve::Solved<'_>, loc: Loc) -> Vec<u32> {
    if solved.cause[loc as usize] != Cause::None {
        return way(graph, solved, loc);
    }
    let mut edges = Vec::new();
    let mut at = loc;
    while let Some(reach) = solved.heap.of(at)
        && reach.via != NONE
        && edges.len() <= graph.edges.len()
    {
        edges.push(reach.via);
        at = graph.edges[reach.via as usize].dst;
    }
    if at != HEAP && edges.len() <= graph.edges.len() {
        edges.extend(way(graph, solved, at));
    }
    edges
}

fn may_be_hoisted(module: &Module, start: Start) -> bool {
    let Start::Site(site) = start else { return false };
    let kind = module.sites[site].kind;
    matches!(kind, SiteKind::Var | SiteKind::New | SiteKind::Literal | SiteKind::SliceLiteral | SiteKind::MakeSlice)
}

/// The parameters of the callee of an instruction, analysed before or without a body, that may be where a flow to the heap
/// comes from.
fn leaking(
    module: &Module,
    setting: &super::super::worker::Setting,
    component: u32,
    components: &[u32],
    edge: &Edge,
    body: &Body<'_>,
    inst: InstId,
) -> Vec<(FuncId, u32)> {
    if edge.dst != HEAP || !matches!(edge.why, Why::Argument | Why::ArgumentExternal | Why::Receiver) {
        return Vec::new();
    }
    let row = &body.insts[inst.index()];
    let callee = match row.op.call() {
        Some((CalleeKind::Static, _)) => Some(FuncId::from_raw(row.aux)),
        Some((CalleeKind::Indirect, _)) => {
            let id = body.inst_in_module(inst);
            let target = module.attrs.get(Entity::Inst, attr::TARGET, id).map(FuncId::from_raw);
            target.or_else(|| made_of(body, body.arg(row, 0)))
        }
        None if row.op == Opcode::MethodValue => Some(body.imms(row)[0]).filter(|&f| f != NONE).map(FuncId::from_raw),
        _ => None,
    };
    let Some(callee) = callee.filter(|f| components[f.index()] != component) else { return Vec::new() };
    let summaries = &setting.summaries;
    let leaks = summaries.of(callee).zip(0..).filter(|&(n, _)| summaries.get(n).heap != 0);
    leaks.map(|(_, param)| (callee, param)).collect()
}

/// The function a value is known to be.
fn made_of(body: &Body<'_>, value: Value) -> Option<FuncId> {
    let inst = body.insts.iter().find(|i| i.results().any(|result| result == value))?;
    match inst.op {
        Opcode::FuncRef => Some(FuncId::from_raw(inst.aux)),
        Opcode::MakeClosure => Some(FuncId::from_raw(body.imms(inst)[0])),
        _ => None,
    }
}
