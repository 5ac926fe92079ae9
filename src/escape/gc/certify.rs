//! The certificate of a run: names for the locations of each component, and the distances its verdicts rest on.
//!
//! Made after a component is solved, from its graph and from what was found to escape, by walks of its own: solving keeps
//! nothing for it, so a run without a certificate pays nothing.

use super::graph::{CALLEE, Graph, HEAP, Incoming, Loc, MUTATOR, Role};
use super::known::Known;
use super::lower::Val;
use super::nearest;
use super::solve::{Cause, Solved};
use super::walk::Walk;
use crate::control::Control;
use crate::entity::{BlockId, FuncId, NONE, Value};
use crate::fact::{Cell, Certificate, Distance, Holder, Level, LevelRow, Part};
use crate::ir::{Body, Module, Opcode};
use bumpalo::Bump;
use std::ops::Range;

/// The names of a component's locations, gathered body by body while its graph is built.
#[derive(Debug, Default)]
pub(super) struct Names {
    cells: Vec<Option<Holder>>,
}

impl Names {
    pub(super) fn reset(&mut self) {
        self.cells.clear();
    }

    /// Names the locations that the values of a body have come to stand for, in the order the body was walked: a location made
    /// for a value is met there first.
    pub(super) fn note(
        &mut self,
        body: &Body<'_>,
        order: impl Iterator<Item = BlockId>,
        values: &[Val],
        graph: &Graph,
    ) {
        self.cells.resize(graph.locs.len(), None);
        for block in order.map(|b| &body.blocks[b.index()]) {
            for param in block.params() {
                self.value(body.func, param, values, graph);
            }
            for inst in block.insts().map(|i| &body.insts[i.index()]).filter(|i| several(i.op)) {
                for result in inst.results() {
                    self.value(body.func, result, values, graph);
                }
            }
        }
    }

    fn value(&mut self, func: FuncId, value: Value, values: &[Val], graph: &Graph) {
        let val = values[value.index()];
        let Some(row) = graph.locs.get(val.loc as usize) else { return };
        let name = &mut self.cells[val.loc as usize];
        let temporary = row.site.get().is_none() && row.role == Role::Plain;
        if val.derefs == 0 && temporary && row.func == func && name.is_none() {
            *name = Some(Holder::Value(value));
        }
    }

    /// Names the rest: what is declared, what sites stand for, what closures bind.
    fn finish(&mut self, module: &Module, graph: &Graph, known: &Known) {
        self.cells.resize(graph.locs.len(), None);
        for (name, row) in self.cells.iter_mut().zip(&graph.locs) {
            match (row.role, row.site.get()) {
                (Role::Param(n), _) => *name = Some(Holder::Param(n)),
                (Role::Result(n), _) => *name = Some(Holder::Result(n)),
                (_, Some(site)) => *name = Some(Holder::Site(site)),
                _ => {}
            }
        }
        for func in graph.funcs.iter().map(|d| d.func) {
            let at = known.bindings_at[func.index()];
            if at == NONE {
                continue;
            }
            for n in 0..module.free_vars(func).len() as u32 {
                let val = known.bindings[(at + n) as usize];
                if let Some(name) = self.cells.get_mut(val.loc as usize)
                    && name.is_none()
                    && val.derefs == 0
                    && graph.locs[val.loc as usize].func == func
                {
                    *name = Some(Holder::Free(n));
                }
            }
        }
    }
}

/// Opcodes whose results may have several sources.
fn several(op: Opcode) -> bool {
    matches!(
        op,
        Opcode::Binary
            | Opcode::Select
            | Opcode::Aggregate
            | Opcode::Concat
            | Opcode::Append
            | Opcode::AppendSlice
            | Opcode::Call
            | Opcode::CallIndirect
            | Opcode::Intrinsic
    )
}

/// Adds a solved component to a certificate.
pub(super) fn certify(
    module: &Module,
    graph: &Graph,
    known: &Known,
    solved: &Solved<'_>,
    names: &mut Names,
    to: &mut Certificate,
) {
    names.finish(module, graph, known);
    let bump = Bump::new();
    let incoming = graph.incoming(&bump, Control::NONE);
    let mut numbers = vec![NONE; graph.locs.len()];
    let first = to.cells.len() as u32;
    for (loc, (row, name)) in graph.locs.iter().zip(&names.cells).enumerate() {
        if let Some(holder) = *name {
            numbers[loc] = to.cells.len() as u32 - first;
            to.cells.push(Cell { func: row.func, holder });
        }
    }
    let funcs = to.funcs.len() as u32;
    to.funcs.extend(graph.funcs.iter().map(|d| d.func));
    let levels = to.levels.len() as u32;
    let mut walk = Walk::default();
    walk.start(graph.locs.len());
    let mut export = Export { module, graph, solved, incoming, numbers, walk, to };
    export.levels();
    export.to.parts.push(Part {
        funcs: funcs..export.to.funcs.len() as u32,
        cells: first..export.to.cells.len() as u32,
        levels: levels..export.to.levels.len() as u32,
    });
}

struct Export<'a, 'b> {
    module: &'a Module,
    graph: &'a Graph,
    solved: &'a Solved<'b>,
    incoming: Incoming<'b>,
    /// The number in the certificate of each location.
    numbers: Vec<u32>,
    walk: Walk,
    to: &'a mut Certificate,
}

impl Export<'_, '_> {
    fn levels(&mut self) {
        let (graph, module) = (self.graph, self.module);
        let escaped = |loc: Loc| self.solved.cause[loc as usize] != Cause::None;
        let roots: Vec<Loc> = (0..graph.locs.len() as Loc).filter(|&l| l == HEAP || escaped(l)).collect();
        self.level(Level::Heap, &roots, None);
        self.level(Level::Mutator, &[MUTATOR], None);
        self.level(Level::Callee, &[CALLEE], None);
        let open = |func: FuncId| module.funcs[func].parent.is_none();
        let several = graph.funcs.iter().filter(|d| open(d.func)).count() > 1;
        if several {
            self.any_results();
        }
        for declared in &graph.funcs {
            let all = declared.params.clone().all(|loc| self.solved.leaks[loc as usize].heap == 1);
            let stop = several && open(declared.func);
            if stop && all {
                continue;
            }
            for (root, n) in declared.results.clone().zip(0..) {
                if !self.incoming.of(root).is_empty() {
                    self.level(Level::Result(declared.func, n), &[root], stop.then_some(declared.func));
                }
            }
        }
        let loops =
            graph.locs.iter().enumerate().filter(|(loc, row)| {
                row.storage_depth > 1 && row.site.is_some() && self.solved.cause[*loc] == Cause::None
            });
        let mut loops: Vec<(FuncId, u16)> = loops.map(|(_, row)| (row.func, row.storage_depth)).collect();
        loops.sort_unstable();
        loops.dedup();
        for (func, depth) in loops {
            let roots = self.roots(|row_func, holder_depth| row_func == func && holder_depth < depth);
            self.level(Level::Loop(func, depth.into()), &roots, None);
        }
        for outer in graph.funcs.iter().map(|d| d.func) {
            let around =
                |f: FuncId| std::iter::successors(module.funcs[f].parent.get(), |&f| module.funcs[f].parent.get());
            if graph.funcs.iter().any(|d| around(d.func).take(module.funcs.len()).any(|f| f == outer)) {
                let roots = self.roots(|func, _| func == outer);
                self.level(Level::Around(outer), &roots, None);
            }
        }
    }

    fn roots(&self, is_root: impl Fn(FuncId, u16) -> bool) -> Vec<Loc> {
        let rows = self.graph.locs.iter().enumerate();
        rows.filter(|(_, row)| is_root(row.func, row.holder_depth)).map(|(loc, _)| loc as Loc).collect()
    }

    /// One walk. With `own` it does not go on through results of other functions that are not nested.
    fn level(&mut self, level: Level, roots: &[Loc], own: Option<FuncId>) {
        self.walk.restart();
        for &root in roots {
            self.walk.root(root);
        }
        let (graph, module) = (self.graph, self.module);
        self.walk.run(self.incoming, |loc, _| {
            let row = &graph.locs[loc as usize];
            let foreign = |func| row.func != func && module.funcs[row.func].parent.is_none();
            !own.is_some_and(|func| matches!(row.role, Role::Result(_)) && foreign(func))
        });
        let start = self.to.distances.len() as u32;
        for &loc in &self.walk.touched {
            if self.numbers[loc as usize] != NONE {
                let distance = Distance { cell: self.numbers[loc as usize], derefs: self.walk.derefs(loc) };
                self.to.distances.push(distance);
            }
        }
        self.push(level, start..self.to.distances.len() as u32);
    }

    fn push(&mut self, level: Level, distances: Range<u32>) {
        self.to.levels.push(LevelRow { level, distances });
    }

    /// For every location the two functions to whose results it flows most cheaply.
    fn any_results(&mut self) {
        let bump = Bump::new();
        let labels = nearest::results(self.module, self.graph, self.incoming, &bump);
        let mut rows: Vec<(u32, Distance)> = Vec::new();
        for (loc, found) in labels.iter().enumerate().filter(|&(loc, _)| self.numbers[loc] != NONE) {
            let cell = self.numbers[loc];
            let labels = found.iter().filter(|l| l.func != NONE);
            rows.extend(labels.map(|l| (l.func, Distance { cell, derefs: l.derefs })));
        }
        rows.sort_unstable_by_key(|&(func, d)| (func, d.cell));
        for run in rows.chunk_by(|a, b| a.0 == b.0) {
            let start = self.to.distances.len() as u32;
            self.to.distances.extend(run.iter().map(|r| r.1));
            self.push(Level::Results(FuncId::from_raw(run[0].0)), start..self.to.distances.len() as u32);
        }
    }
}
