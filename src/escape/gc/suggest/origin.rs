//! Which instruction each edge of a component's graph is of.

use super::super::lower::Lower;
use crate::entity::{FuncId, InstId, NONE, SiteId, Value};
use crate::escape::vocabulary::{At, Call, Constraints, Noted, Projection, Sink, Source};
use crate::ir::opcode::Why;

/// The first edge of each instruction that was lowered, ascending by edge.
#[derive(Debug, Default)]
pub(in crate::escape::gc) struct Origins {
    rows: Vec<(u32, FuncId, InstId)>,
}

impl Origins {
    /// From so many edges on, edges are of no instruction until the next one is lowered.
    pub(in crate::escape::gc) fn none_from(&mut self, edges: usize) {
        self.rows.push((edges as u32, FuncId::from_raw(NONE), InstId::from_raw(NONE)));
    }

    /// The instruction an edge is of, and its function.
    pub(super) fn of(&self, edge: u32) -> Option<(FuncId, InstId)> {
        let at = self.rows.partition_point(|row| row.0 <= edge).checked_sub(1)?;
        let (_, func, inst) = self.rows[at];
        (inst.raw() != NONE).then_some((func, inst))
    }
}

/// Lowers as [`Lower`] does, and takes notes.
pub(in crate::escape::gc) struct Traced<'t, 'a> {
    pub(in crate::escape::gc) lower: &'t mut Lower<'a>,
    pub(in crate::escape::gc) origins: &'t mut Origins,
}

impl Constraints for Traced<'_, '_> {
    fn takes(&mut self, at: &At<'_>) -> bool {
        self.origins.rows.push((self.lower.graph.edges.len() as u32, at.body.func, at.id));
        self.lower.takes(at)
    }
    fn note(&mut self, at: &At<'_>, noted: Noted) {
        self.lower.note(at, noted);
    }
    fn flow(&mut self, at: &At<'_>, to: Sink, from: Source, why: Why) {
        self.lower.flow(at, to, from, why);
    }
    fn project(&mut self, at: &At<'_>, result: Value, base: Value, step: Projection) {
        self.lower.project(at, result, base, step);
    }
    fn load(&mut self, at: &At<'_>, result: Value, addr: Value) {
        self.lower.load(at, result, addr);
    }
    fn closure(&mut self, at: &At<'_>, site: SiteId, func: FuncId, by_value: &mut dyn FnMut(u32) -> bool) {
        self.lower.closure(at, site, func, by_value);
    }
    fn method_value(&mut self, at: &At<'_>, site: SiteId, func: Option<FuncId>, receiver: Value) {
        self.lower.method_value(at, site, func, receiver);
    }
    fn free_var(&mut self, at: &At<'_>, result: Value, index: u32) {
        self.lower.free_var(at, result, index);
    }
    fn call(&mut self, at: &At<'_>, call: &Call<'_>) {
        self.lower.call(at, call);
    }
    fn returns(&mut self, at: &At<'_>, index: u32, value: Value) {
        self.lower.returns(at, index, value);
    }
    fn block_argument(&mut self, at: &At<'_>, param: Value, value: Value) {
        self.lower.block_argument(at, param, value);
    }
    fn grows_in_place(&mut self, at: &At<'_>, site: SiteId) {
        self.lower.grows_in_place(at, site);
    }
}
