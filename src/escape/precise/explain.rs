//! Why a site escapes: what holds it, what holds that, and so on to the heap.
//!
//! Kept while solving, since it is a few words per site: the step that made each site escape, and the site that holds it if
//! that is why. What rests on the word of model `gc` is explained by it.

use super::graph::{Escapes, Graph, Kind};
use super::lower::LOOP;
use crate::entity::{NONE, PosId, SiteId};
use crate::escape::gc;
use crate::fact::{Explanation, Node, Reason, Step};
use crate::ir::Module;
use crate::ir::opcode::Why;

#[derive(Clone, Copy, Debug)]
struct Row {
    reason: Reason,
    escapes: bool,
    /// The site that holds it, or `NONE`.
    holder: u32,
    why: Why,
    pos: PosId,
}

/// Explains the verdicts of one run.
#[derive(Debug)]
pub(crate) struct Explainer {
    rows: Vec<Option<Row>>,
    floor: Option<gc::Explainer>,
}

impl Explainer {
    pub(super) fn new(module: &Module) -> Self {
        Self { rows: vec![None; module.sites.len()], floor: None }
    }

    /// Another one explains what nothing is noted of.
    pub(super) fn lean_on(&mut self, floor: gc::Explainer) {
        self.floor = Some(floor);
    }

    /// What was noted of a site is not why it is where it is.
    pub(super) fn forget(&mut self, site: SiteId) {
        self.rows[site.index()] = None;
    }

    pub(super) fn note(&mut self, site: SiteId, reason: Reason, graph: &Graph, node: u32) {
        let row = &graph.nodes[node as usize];
        let holder = match row.cause.holder {
            NONE | LOOP => NONE,
            node => match graph.nodes[node as usize].kind {
                Kind::Site(site) => site.raw(),
                _ => NONE,
            },
        };
        let escapes = row.escapes != Escapes::No && row.cause.holder != LOOP;
        self.rows[site.index()] = Some(Row { reason, escapes, holder, why: row.cause.why, pos: row.cause.pos });
    }

    /// Explains one site; `None` if nothing is said of it.
    pub(crate) fn explain(&mut self, module: &Module, site: SiteId) -> Option<Explanation> {
        let Some(first) = *self.rows.get(site.index())? else {
            return self.floor.as_mut()?.explain(module, site);
        };
        let mut steps: Vec<Step> = Vec::new();
        let (mut at, mut row) = (site, first);
        while row.escapes && steps.len() < self.rows.len() {
            let pos = if row.pos.raw() == NONE { module.sites[at].pos } else { row.pos };
            let from = Node::Site(at);
            if row.holder == NONE {
                steps.push(Step { from, to: Node::Heap, derefs: -1, why: row.why, pos });
                break;
            }
            let holder = SiteId::from_raw(row.holder);
            steps.push(Step { from, to: Node::Site(holder), derefs: -1, why: row.why, pos });
            let Some(next) = self.rows[holder.index()] else { break };
            (at, row) = (holder, next);
        }
        Some(Explanation { site, reason: first.reason, steps })
    }
}
