//! Calls: known callees are their summaries, written into the caller's graph; the others become known as the graph is solved.
//!
//! What a function value or an interface can be is in the set of its cell. Each time it gains a function, a closure or a type,
//! the summary of the function or method is written into the graph for this call. An unknown pointer in the set makes the call
//! unknown: its arguments escape. A placeholder leaves the call to the caller: storage of this activation among the arguments
//! escapes, the rest is told the caller with the summary (a *conditional flow*), who may know what is called.

use super::graph::{COLD_CELL, CellId, Cells, HEAP_CELL, HEAP_LOC, Kind, Loc, NodeId, Root};
use super::leaves::ANY;
use super::lower::{Lower, Summaries};
use super::summary::{Ref, Summary, Target};
use super::world::Kept;
use crate::entity::{FuncId, NONE, PosId, SiteId, StrId, TypeId, Value};
use crate::escape::side::IN_WRAPPER;
use crate::escape::vocabulary::{At, Call, Callee};
use crate::ir::opcode::Why;
use crate::ir::types::InterfaceMethod;
use crate::ir::{CallMode, Entity, Module, Opcode, TypeKind, attr};
use smallvec::smallvec;
use std::rc::Rc;

/// What a call calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Called {
    /// This function, with these bindings if it has any.
    Known(FuncId),
    Indirect,
    Method(InterfaceMethod),
}

impl Called {
    fn why(self) -> Why {
        match self {
            Self::Method(_) => Why::ArgumentMethod,
            Self::Indirect => Why::ArgumentIndirect,
            Self::Known(_) => Why::ArgumentExternal,
        }
    }
}

/// Calls left to the caller: all that call what is at one location.
#[derive(Clone, Debug)]
pub(super) struct Left {
    pub(super) called: Called,
    pub(super) callee: Loc,
    pub(super) args: Cells,
    pub(super) results: Cells,
}

/// A function leaves calls of so many function values to its caller, and of so many methods.
const MOST_FUNCTIONS: usize = 12;
const MOST_METHODS: usize = 6;

/// Calls found within the summaries of calls are followed this deep.
const NESTED: u8 = 3;

/// A call, by its cells.
#[derive(Clone, Debug)]
pub(super) struct CallRow {
    called: Called,
    /// The function value or interface; `NONE` for a known function without.
    callee: CellId,
    args: Cells,
    results: Cells,
    pos: PosId,
    nested: u8,
    /// The call whose callee makes it, `NONE` if it is an instruction.
    parent: u32,
    /// Whether anything is done with it at a distance: nothing is left to the caller.
    apart: bool,
    unknown: bool,
    /// Whether any method of the world may be called.
    dispatched: bool,
}

/// A summary written for a call.
#[derive(Clone, Debug)]
pub(super) struct Written {
    call: u32,
    func: FuncId,
    args: Cells,
    record: CellId,
    results: Cells,
}

impl Lower<'_> {
    /// A call, `go` or `defer`.
    pub(super) fn lower_call(&mut self, at: &At<'_>, call: &Call<'_>) {
        let (body, inst) = (at.body, at.inst);
        let in_loop = call.mode == CallMode::Defer && self.loop_of(at.block) != NONE;
        let recorded = call.recorded || in_loop;
        if recorded {
            let why = if call.mode == CallMode::Go { Why::Go } else { Why::DeferHeap };
            for value in call.operand.into_iter().chain(call.args.iter().map(|&w| Value::from_raw(w))) {
                self.record(at, value, why);
            }
        }
        let args: Cells = call.args.iter().flat_map(|&arg| self.typed_operand(at, Value::from_raw(arg))).collect();
        let results: Cells = inst.results().flat_map(|v| self.own(body, v)).collect();
        let callee = call.operand.map_or(NONE, |v| self.operand(at, v).first().copied().unwrap_or(NONE));
        let id = body.inst_in_module(at.id);
        let called = match call.callee {
            Callee::Known(func) => Called::Known(func),
            Callee::Indirect => Called::Indirect,
            Callee::Method => {
                let iface = call.operand.map(|v| body.ty(v));
                let method = iface.and_then(|ty| self.module.types.interface_methods(ty).nth(inst.aux as usize));
                method.map_or(Called::Indirect, Called::Method)
            }
        };
        let through = called == Called::Indirect && self.module.attrs.has(Entity::Inst, attr::DICTIONARY, id);
        let row = CallRow {
            called,
            callee,
            args,
            results,
            pos: inst.pos,
            nested: 0,
            parent: NONE,
            apart: call.mode == CallMode::Go,
            unknown: false,
            dispatched: false,
        };
        let number = self.enter_call(row);
        if through || callee == NONE && !matches!(called, Called::Known(_)) {
            self.unknown_call(number);
        }
    }

    /// The cells of an argument, as many as its type has leaves.
    fn typed_operand(&mut self, at: &At<'_>, value: Value) -> Cells {
        let n = self.leaves.count(&self.module.types, at.body.ty(value));
        let mut cells = self.operand(at, value);
        if cells.len() != n {
            let merged = self.graph.cell();
            self.join(&cells, &[merged], Why::Argument, at.inst.pos);
            cells = smallvec![merged; n];
        }
        cells
    }

    fn enter_call(&mut self, row: CallRow) -> u32 {
        let number = self.calls.len() as u32;
        let (called, callee) = (row.called, row.callee);
        self.calls.push(row);
        match called {
            // Written when the walk is over: the callee's summary is the same then, and the borrow is simpler.
            Called::Known(_) => self.graph.reached.push((number, Loc { node: NONE, off: 0 })),
            _ if callee != NONE => self.graph.calls(callee, number),
            _ => {}
        }
        number
    }

    /// An operand that goes with a `go` or `defer` record.
    fn record(&mut self, at: &At<'_>, value: Value, why: Why) {
        let pos = at.inst.pos;
        // An operand built in the wrapper is built when the record runs: only what it is built from is recorded.
        let node = self.values[value.index()].loc.node;
        let site = match self.graph.nodes.get(node as usize).map(|n| n.kind) {
            Some(Kind::Site(site)) => Some((site, node)),
            _ => self.box_of(at, value),
        };
        if let Some((site, node)) = site
            && self.side.site[site.index()] & IN_WRAPPER != 0
        {
            let all = self.graph.read(node, ANY);
            self.graph.copy(all, HEAP_CELL, why, pos);
        } else {
            self.leak(at, value, why);
        }
    }

    /// The box a value is an interface around, if this function makes it.
    fn box_of(&mut self, at: &At<'_>, value: Value) -> Option<(SiteId, NodeId)> {
        let insts = &at.body.insts[..at.id.index()];
        let maker = insts.iter().rev().find(|i| i.num_results > 0 && i.first_result == value.raw())?;
        let site = SiteId::from_raw(maker.aux);
        (maker.op == Opcode::MakeIface).then(|| (site, self.intern(Kind::Site(site))))
    }

    /// Solves, entering what is called as it becomes known; `false` if that takes too many steps.
    pub(super) fn solve(&mut self, summaries: &Summaries, budget: u64) -> bool {
        loop {
            if !self.graph.solve(budget, self.control) {
                return false;
            }
            let reached = std::mem::take(&mut self.graph.reached);
            if reached.is_empty() {
                return true;
            }
            for (call, loc) in reached {
                // Writing a summary costs what solving it does.
                self.graph.steps += 8;
                if self.graph.steps > budget {
                    return false;
                }
                self.control.poll();
                self.reach(call, loc, summaries);
            }
        }
    }

    /// A call has come to call what is at a location.
    fn reach(&mut self, number: u32, loc: Loc, summaries: &Summaries) {
        let row = &self.calls[number as usize];
        let called = row.called;
        if let Called::Known(func) = called {
            let callee = row.callee;
            return self.write(number, func, None, callee, summaries);
        }
        match (called, self.graph.nodes[loc.node as usize].kind) {
            (_, Kind::Heap) => self.dispatched_call(number),
            (_, Kind::Placeholder(_)) => self.leave(number, loc),
            (Called::Indirect, Kind::Func(func)) => self.write(number, func, None, NONE, summaries),
            (Called::Indirect, Kind::Site(_)) => {
                let record = self.graph.cell();
                self.graph.insert(record, Loc { off: 0, ..loc }, Why::Callee, PosId::from_raw(NONE));
                match self.records.get(&loc.node).copied() {
                    Some((Some(func), false)) => self.write(number, func, None, record, summaries),
                    Some((Some(func), true)) => {
                        let types = &self.module.types;
                        let receiver = types.params(self.module.funcs[func].sig).next();
                        let leaves = receiver.map(|ty| self.leaf_list(ty)).unwrap_or_default();
                        let pos = self.calls[number as usize].pos;
                        let bound = leaves
                            .into_iter()
                            .map(|leaf| {
                                let to = self.graph.cell();
                                self.graph.load(record, leaf, to, Why::Receiver, pos);
                                to
                            })
                            .collect();
                        self.write(number, func, Some(bound), NONE, summaries);
                    }
                    // The receiver of an interface's method has escaped.
                    Some((None, _)) => self.unknown_call(number),
                    None => {
                        let pos = self.calls[number as usize].pos;
                        self.graph.copy(record, HEAP_CELL, Why::Callee, pos);
                        self.unknown_call(number);
                    }
                }
            }
            // The type of what was in an interface.
            (Called::Indirect, Kind::Type(_)) => {}
            (Called::Indirect, Kind::Copy) => self.unknown_call(number),
            (Called::Method(method), Kind::Type(ty)) => self.method(number, ty, method.name, summaries),
            // Data of a value whose type is in the set as well.
            (Called::Method(_), _) | (Called::Known(_), _) => {}
        }
    }

    /// The method of a type that is known.
    fn method(&mut self, number: u32, ty: TypeId, name: StrId, summaries: &Summaries) {
        let types = &self.module.types;
        let Some((func, through)) = lookup(self.module, ty, name) else { return self.unknown_call(number) };
        let Some(receiver) = types.params(self.module.funcs[func].sig).next() else { return self.unknown_call(number) };
        let (iface, pos) = (self.calls[number as usize].callee, self.calls[number as usize].pos);
        let bound = if through || !types.layout[ty].direct {
            // The data is the address of what the method wants.
            let leaves = self.leaf_list(receiver);
            leaves
                .into_iter()
                .map(|leaf| {
                    let to = self.graph.cell();
                    self.graph.load(iface, leaf, to, Why::Receiver, pos);
                    to
                })
                .collect()
        } else {
            smallvec![iface; self.leaves.count(types, receiver)]
        };
        self.write(number, func, Some(bound), NONE, summaries);
    }

    /// What a call through an interface may keep if any method of the world is called; `None` if there is no telling.
    fn kept(&mut self, row: &CallRow) -> Option<Kept> {
        let Called::Method(method) = row.called else { return None };
        let world = self.world.as_ref()?;
        let group = world.group(method, row.args.len())?;
        if !self.asked.contains(&group) {
            self.asked.push(group);
        }
        Some(world.kept(group).clone())
    }

    /// Nothing is known of what is called, but that there is no other than what the world has.
    fn dispatched_call(&mut self, number: u32) {
        let row = self.calls[number as usize].clone();
        let Some(kept) = self.kept(&row) else { return self.unknown_call(number) };
        if std::mem::replace(&mut self.calls[number as usize].dispatched, true) {
            return;
        }
        let why = row.called.why();
        for (&cell, _) in std::iter::once(&row.callee).chain(&row.args).zip(&kept).filter(|&(_, &kept)| kept) {
            self.graph.copy(cell, HEAP_CELL, why, row.pos);
        }
        for result in row.results {
            self.graph.insert(result, HEAP_LOC, why, row.pos);
        }
    }

    /// Nothing is known of what is called.
    fn unknown_call(&mut self, number: u32) {
        let row = &mut self.calls[number as usize];
        if std::mem::replace(&mut row.unknown, true) {
            return;
        }
        let row = row.clone();
        let why = row.called.why();
        for arg in row.args {
            self.graph.copy(arg, HEAP_CELL, why, row.pos);
        }
        if row.callee != NONE && matches!(row.called, Called::Method(_)) {
            // The receiver is an argument too.
            self.graph.copy(row.callee, HEAP_CELL, why, row.pos);
        }
        for result in row.results {
            self.graph.insert(result, HEAP_LOC, why, row.pos);
        }
    }

    /// Leaves what a call does, if it calls what is at a location, to the caller.
    fn leave(&mut self, number: u32, loc: Loc) {
        let row = self.calls[number as usize].clone();
        let known = self.left.iter().position(|l| l.called == row.called && l.callee == loc);
        let n = match known {
            Some(n) => n,
            None if row.apart || self.leaves_no_more(row.called) => {
                if self.kept(&row).is_some() {
                    return self.dispatched_call(number);
                }
                // What is called does what it does to what it holds: that must be told the caller in some way.
                self.graph.copy(row.callee, HEAP_CELL, Why::ArgumentIndirect, row.pos);
                return self.unknown_call(number);
            }
            None => self.leave_first(&row, loc),
        };
        let left = self.left[n].clone();
        if left.args.len() != row.args.len() || left.results.len() != row.results.len() && !row.results.is_empty() {
            self.graph.copy(row.callee, HEAP_CELL, Why::ArgumentIndirect, row.pos);
            return self.unknown_call(number);
        }
        self.join(&row.args, &left.args, row.called.why(), row.pos);
        if !row.results.is_empty() {
            self.join(&left.results, &row.results, Why::CallResult, row.pos);
        }
    }

    /// Whether as many calls are left to the caller as may be. Function values are few, for they are inputs or in one; interfaces
    /// have many methods.
    fn leaves_no_more(&self, called: Called) -> bool {
        let methods = self.left.iter().filter(|l| matches!(l.called, Called::Method(_))).count();
        match called {
            Called::Method(_) => methods >= MOST_METHODS,
            _ => self.left.len() - methods >= MOST_FUNCTIONS,
        }
    }

    /// One row stands for all calls of what is at a location.
    fn leave_first(&mut self, row: &CallRow, callee: Loc) -> usize {
        let number = self.left.len();
        let kept = self.kept(row);
        let args = row.args.iter().enumerate().map(|(n, _)| {
            let cell = self.graph.cell();
            if kept.as_ref().is_none_or(|kept| kept[n + 1]) {
                self.graph.locals_escape(cell, row.called.why(), row.pos);
            }
            cell
        });
        let args = args.collect();
        let results = (0..row.results.len() as u32).map(|leaf| {
            let node = self.graph.placeholder(Root::Result(number as u32, leaf), 1);
            let cell = self.graph.cell();
            self.graph.insert(cell, Loc { node, off: 0 }, Why::CallResult, row.pos);
            cell
        });
        let results = results.collect();
        self.left.push(Left { called: row.called, callee, args, results });
        number
    }

    /// Writes the summary of a function into the graph for one call. `receiver`: the leaves of a bound receiver; `record`: what
    /// holds its free variables.
    fn write(&mut self, number: u32, func: FuncId, receiver: Option<Cells>, record: CellId, summaries: &Summaries) {
        self.used.push(func);
        let row = self.calls[number as usize].clone();
        let args: Cells = receiver.into_iter().flatten().chain(row.args.iter().copied()).collect();
        let types = &self.module.types;
        let inputs: usize = types.params(self.module.funcs[func].sig).map(|ty| self.leaves.count(types, ty)).sum();
        let summary = summaries[func.index()].clone();
        let outputs: usize = types.results(self.module.funcs[func].sig).map(|ty| self.leaves.count(types, ty)).sum();
        let fits = inputs == args.len() && (outputs == row.results.len() || row.results.is_empty());
        if self.recurs(&row, func, &args, record) {
            return;
        }
        let Some(summary) = summary.filter(|_| fits && row.nested < NESTED) else {
            for &arg in &args {
                self.graph.copy(arg, HEAP_CELL, Why::ArgumentExternal, row.pos);
            }
            if record != NONE {
                self.graph.copy(record, HEAP_CELL, Why::ArgumentExternal, row.pos);
            }
            for &result in &row.results {
                self.graph.insert(result, HEAP_LOC, Why::ArgumentExternal, row.pos);
            }
            return;
        };
        let (mut args, mut record) = (args, record);
        if !summary.calls.is_empty() {
            // What is called in turn may come back to this.
            args = args.iter().map(|&arg| self.apart(arg, row.pos)).collect();
            record = if record == NONE { NONE } else { self.apart(record, row.pos) };
            let results = row.results.clone();
            self.written.push(Written { call: number, func, args: args.clone(), record, results });
        }
        self.write_summary(number, &row, &summary, func, &args, record);
    }

    /// A new cell with all a cell has.
    fn apart(&mut self, from: CellId, pos: PosId) -> CellId {
        let cell = self.graph.cell();
        self.graph.copy(from, cell, Why::Argument, pos);
        cell
    }

    /// A function called by what it calls is one activation for all: what it is given goes where the first was given it. Whether
    /// this is such a call.
    fn recurs(&mut self, row: &CallRow, func: FuncId, args: &[CellId], record: CellId) -> bool {
        let mut parent = row.parent;
        while parent != NONE {
            if let Some(first) = self.written.iter().find(|w| w.call == parent && w.func == func) {
                let first = first.clone();
                let same = first.args.len() == args.len()
                    && (row.results.is_empty() || first.results.len() == row.results.len())
                    && (record == NONE) == (first.record == NONE);
                if !same {
                    return false;
                }
                self.join(args, &first.args, Why::Argument, row.pos);
                if record != NONE {
                    self.graph.copy(record, first.record, Why::Argument, row.pos);
                }
                if !row.results.is_empty() {
                    self.join(&first.results, &row.results, Why::CallResult, row.pos);
                }
                return true;
            }
            parent = self.calls[parent as usize].parent;
        }
        false
    }

    fn write_summary(
        &mut self,
        number: u32,
        row: &CallRow,
        summary: &Rc<Summary>,
        func: FuncId,
        args: &[CellId],
        record: CellId,
    ) {
        let pos = row.pos;
        let results: Vec<Cells> =
            summary.calls.iter().map(|c| (0..c.results).map(|_| self.graph.cell()).collect()).collect();
        let mut found: Cells = Cells::with_capacity(summary.placeholders.len());
        for &(root, deep) in &summary.placeholders {
            let mut cell = match root {
                Root::Input(n) if (n as usize) < args.len() => args[n as usize],
                Root::Input(n) => {
                    let to = self.graph.cell();
                    if record != NONE {
                        let off = self.free_leaf(func, n as usize - args.len());
                        self.graph.load(record, off, to, Why::CapturedReference, pos);
                    } else {
                        self.graph.insert(to, HEAP_LOC, Why::CapturedReference, pos);
                    }
                    to
                }
                Root::In(parent, off) => {
                    let to = self.graph.cell();
                    self.graph.load(found[parent as usize], off, to, Why::Indirection, pos);
                    to
                }
                Root::Result(call, leaf) => match results.get(call as usize).and_then(|r| r.get(leaf as usize)) {
                    Some(&cell) => cell,
                    // Of a call that turned out to be unknown.
                    None => {
                        let to = self.graph.cell();
                        self.graph.insert(to, HEAP_LOC, Why::CallResult, pos);
                        to
                    }
                },
            };
            if deep {
                let all = self.graph.cell();
                self.graph.copy(cell, all, Why::Indirection, pos);
                self.graph.load(all, ANY, all, Why::Indirection, pos);
                cell = all;
            }
            found.push(cell);
        }
        for &(n, off, value) in &summary.stores {
            let from = self.graph.cell();
            self.feed(value, &found, from, Why::Argument, pos);
            self.graph.store(found[n as usize], off, from, Why::Argument, pos);
        }
        if !row.results.is_empty() {
            for &(leaf, value) in &summary.results {
                self.feed(value, &found, row.results[leaf as usize], Why::CallResult, pos);
            }
        }
        for &(n, cold) in &summary.escapes {
            self.graph.copy(found[n as usize], if cold { COLD_CELL } else { HEAP_CELL }, Why::Argument, pos);
        }
        for (call, results) in summary.calls.iter().zip(results) {
            let callee = self.graph.cell();
            self.feed(call.callee, &found, callee, Why::Argument, pos);
            let mut args = Cells::with_capacity(call.args.len());
            for refs in &call.args {
                let cell = self.graph.cell();
                refs.iter().for_each(|&r| self.feed(r, &found, cell, Why::Argument, pos));
                args.push(cell);
            }
            let called = match call.target {
                Target::Indirect => Called::Indirect,
                Target::Method(method) => Called::Method(method),
            };
            let row = CallRow {
                called,
                callee,
                args,
                results,
                pos,
                nested: row.nested + 1,
                parent: number,
                apart: row.apart,
                unknown: false,
                dispatched: false,
            };
            self.enter_call(row);
        }
    }

    /// What a value of a callee is here goes into a cell.
    fn feed(&mut self, value: Ref, found: &[CellId], to: CellId, why: Why, pos: PosId) {
        let node = match value {
            Ref::In(n, off) => return self.graph.add(found[n as usize], off, to, why, pos),
            Ref::Heap => return self.graph.insert(to, HEAP_LOC, why, pos),
            Ref::Func(func) => self.intern(Kind::Func(func)),
            Ref::Type(ty) => self.intern(Kind::Type(ty)),
        };
        self.graph.insert(to, Loc { node, off: 0 }, why, pos);
    }

    /// Where in a record a leaf of the free variables is.
    fn free_leaf(&mut self, func: FuncId, mut n: usize) -> u32 {
        let bindings: Vec<(TypeId, u32)> = Self::bindings(self.module, func).collect();
        for (ty, off) in bindings {
            let leaves = self.leaves.of(&self.module.types, ty);
            if n < leaves.len() {
                return super::leaves::plus(off, leaves[n]);
            }
            n -= leaves.len();
        }
        ANY
    }
}

/// The function of a method in the method set of a concrete type, and whether the receiver is what the data points to.
fn lookup(module: &Module, ty: TypeId, name: StrId) -> Option<(FuncId, bool)> {
    let types = &module.types;
    let pointer = types.rows[ty].kind == TypeKind::Ptr;
    let named = if pointer { TypeId::from_raw(types.rows[ty].a) } else { ty };
    let wanted = module.str(name);
    let mut found: Option<crate::ir::types::Method> = None;
    for method in types.methods(named).filter(|m| m.name == name || module.str(m.name) == wanted) {
        let of_pointer = method.flags & 1 != 0;
        if of_pointer && !pointer {
            continue;
        }
        if found.is_none_or(|old| of_pointer && old.flags & 1 == 0) {
            found = Some(method);
        }
    }
    let method = found?;
    Some((method.func.get()?, pointer && method.flags & 1 == 0))
}
