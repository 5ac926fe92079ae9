//! What each word of the constraint vocabulary, and each instruction the model takes whole, does to the graph.

use super::graph::{COLD_CELL, Cause, Cells, Escapes, HEAP, HEAP_CELL, HEAP_LOC, Kind, Loc, Root};
use super::leaves::{ANY, plus};
use super::lower::{Lower, Val};
use crate::entity::{FuncId, NONE, SiteId, TypeId, Value};
use crate::escape::side::bits;
use crate::escape::vocabulary::{At, Call, Constraints, Noted, Projection, Sink, Source};
use crate::ir::opcode::{To, Why};
use crate::ir::{Opcode, intrinsic};
use smallvec::smallvec;

impl Constraints for Lower<'_> {
    fn takes(&mut self, at: &At<'_>) -> bool {
        let (body, inst) = (at.body, at.inst);
        let arg = |n| body.arg(inst, n);
        match inst.op {
            Opcode::Var | Opcode::New | Opcode::MakeSlice | Opcode::MakeMap | Opcode::MakeChan | Opcode::Convert => {
                let node = self.site(at, SiteId::from_raw(inst.aux));
                self.is(inst.result(), node);
            }
            Opcode::Store => {
                let value = arg(1);
                let marks = self.side.inst[body.inst_in_module(at.id) as usize];
                if marks & bits::HEADER_DATA != 0 {
                    self.leak(at, value, Why::ReflectHeader);
                } else if !self.values[value.index()].integer {
                    let cells = self.cells(value);
                    self.stored(arg(0), body.ty(value), &cells, Why::Assign, inst.pos);
                }
            }
            Opcode::Cast | Opcode::ChangeIface | Opcode::SliceToArrayPtr | Opcode::Slice => self.cast(at),
            Opcode::Aggregate => self.aggregate(at),
            Opcode::Extract => {
                let (result, whole) = (inst.result(), arg(0));
                let ty = body.ty(whole);
                let n = self.leaves.count(&self.module.types, body.ty(result));
                if n > 0 {
                    let off = self.module.types.fields(ty).nth(inst.aux as usize).map_or(0, |f| f.offset);
                    let cells = self.part(whole, ty, off, n);
                    self.alias(result, &cells);
                }
            }
            Opcode::ExtractElem => {
                let (result, whole) = (inst.result(), arg(0));
                let n = self.leaves.count(&self.module.types, body.ty(result));
                if n > 0 {
                    let cells = self.part(whole, body.ty(whole), 0, n);
                    self.alias(result, &cells);
                }
            }
            Opcode::Memcpy => {
                let ty = TypeId::from_raw(inst.aux);
                let cells = self.loaded(arg(1), ty, Why::MemoryCopy, inst.pos);
                self.stored(arg(0), ty, &cells, Why::MemoryCopy, inst.pos);
            }
            Opcode::SliceToArray => {
                let cells = self.loaded(arg(0), body.ty(inst.result()), Why::Indirection, inst.pos);
                self.alias(inst.result(), &cells);
            }
            Opcode::MakeIface => {
                let (site, value) = (SiteId::from_raw(inst.aux), arg(0));
                let (node, ty) = (self.site(at, site), body.ty(value));
                let cells = self.cells(value);
                self.bind(node, 0, ty, &cells, Why::Boxed, inst.pos);
                let kind = self.intern(Kind::Type(ty));
                let own = self.graph.cell();
                for node in [node, kind] {
                    self.graph.insert(own, Loc { node, off: 0 }, Why::Boxed, inst.pos);
                }
                if self.module.types.layout[ty].direct {
                    // Whoever takes it out again takes the data word for the value.
                    cells.iter().for_each(|&cell| self.graph.copy(cell, own, Why::Boxed, inst.pos));
                }
                self.alias(inst.result(), &[own]);
            }
            Opcode::IntToPtr if !self.values[arg(0).index()].integer => self.unknown(body, inst.result()),
            Opcode::MakeIfaceDirect => {
                let ty = body.ty(arg(0));
                let kind = self.intern(Kind::Type(ty));
                let own = self.graph.cell();
                self.graph.insert(own, Loc { node: kind, off: 0 }, Why::Boxed, inst.pos);
                for cell in self.cells(arg(0)) {
                    self.graph.copy(cell, own, Why::Boxed, inst.pos);
                }
                self.alias(inst.result(), &[own]);
            }
            Opcode::TypeAssert => {
                let (result, iface) = (inst.result(), arg(0));
                let types = &self.module.types;
                let ty = body.ty(result);
                let cells = if types.is_interface(ty) || types.layout[ty].direct {
                    let n = self.leaves.count(types, ty);
                    self.cells(iface).into_iter().take(n).collect()
                } else {
                    self.loaded(iface, ty, Why::Asserted, inst.pos)
                };
                self.alias(result, &cells);
            }
            Opcode::Intrinsic if inst.aux == intrinsic::COPY_ELEMENTS => {
                let elem = |v| self.module.types.elem(body.ty(v)).filter(|&e| self.module.types.pointers(e));
                if let (Some(ty), Some(_)) = (elem(arg(0)), elem(arg(1))) {
                    let cells = self.loaded(arg(1), ty, Why::Copied, inst.pos);
                    self.stored(arg(0), ty, &cells, Why::Copied, inst.pos);
                }
            }
            Opcode::Intrinsic => {
                let says = |row: &intrinsic::Intrinsic| row.flows.iter().any(|f| matches!(f.to, To::Result(_)));
                if !intrinsic::by_id(inst.aux).is_some_and(says) {
                    inst.results().for_each(|v| self.unknown(body, v));
                }
                return false;
            }
            Opcode::DeferIntrinsic if self.loop_of(at.block) != NONE => {
                body.args(inst).for_each(|v| self.leak(at, v, Why::DeferHeap));
                return false;
            }
            Opcode::Next => inst.results().for_each(|v| self.unknown(body, v)),
            Opcode::ChanSelect => {
                inst.results().for_each(|v| self.unknown(body, v));
                return false;
            }
            _ => return false,
        }
        true
    }

    fn note(&mut self, at: &At<'_>, noted: Noted) {
        let result = at.inst.result();
        match noted {
            Noted::Constant => {
                self.fresh(at.body, result);
                self.values[result.index()].constant = true;
            }
            Noted::Integer(n) => {
                self.values[result.index()].constant = true;
                let at = self.consts.partition_point(|c| c.0 < result);
                self.consts.insert(at, (result, n));
            }
            Noted::Function(func) if at.inst.op == Opcode::FuncRef => {
                let node = self.intern(Kind::Func(func));
                self.is(result, node);
            }
            Noted::Function(_) => {}
            Noted::Global => {
                self.is(result, HEAP);
                self.values[result.index()].global = true;
            }
        }
    }

    fn flow(&mut self, at: &At<'_>, to: Sink, from: Source, why: Why) {
        let pos = at.inst.pos;
        // The address of what is made needs no set.
        if let (Sink::Value(result), Source::Address(site), Opcode::MakeClosure | Opcode::MethodValue) =
            (to, from, at.inst.op)
        {
            let node = self.site(at, site);
            return self.is(result, node);
        }
        let cells = self.source(at, from, why);
        if cells.is_empty() && !matches!(from, Source::Nothing) && !matches!(to, Sink::Value(_)) {
            return;
        }
        match to {
            Sink::Value(result) => {
                let own = self.values[result.index()];
                let n = self.leaves.count(&self.module.types, at.body.ty(result));
                let integer = n == 0 && matches!(at.inst.op, Opcode::PtrToInt | Opcode::Unary | Opcode::Binary);
                if n == 0 && (!integer || cells.is_empty()) {
                    return;
                }
                let own = if own.len == 0 && integer {
                    let cell = self.graph.cell();
                    self.alias(result, &[cell]);
                    self.values[result.index()].integer = true;
                    self.values[result.index()]
                } else if own.len == 0 {
                    self.fresh(at.body, result)
                } else {
                    own
                };
                let own = Cells::from_slice(&self.pool[own.first as usize..][..own.len as usize]);
                if Self::blurs(at) {
                    for &from in &cells {
                        for &to in &own {
                            self.graph.add(from, ANY, to, why, pos);
                        }
                    }
                } else {
                    self.join(&cells, &own, why, pos);
                }
            }
            Sink::Pointee(addr) => {
                for to in self.cells(addr) {
                    for &from in &cells {
                        self.graph.store(to, ANY, from, why, pos);
                    }
                }
            }
            Sink::Content(site) => {
                let node = self.site(at, site);
                let to = self.graph.written(node, ANY);
                for &from in &cells {
                    self.graph.copy(from, to, why, pos);
                }
            }
            Sink::Heap => {
                let sink = if why == Why::Panicked { COLD_CELL } else { HEAP_CELL };
                for &from in &cells {
                    self.graph.copy(from, sink, why, pos);
                }
            }
            Sink::Mutator => self.written_elements(at, from),
        }
    }

    fn project(&mut self, at: &At<'_>, result: Value, base: Value, step: Projection) {
        let val = self.values[base.index()];
        let off = match step {
            Projection::Field(n) => {
                let whole = self.elem(at.body.ty(base));
                let field = self.module.types.fields(whole).nth(n as usize);
                field.map_or(ANY, |f| u32::try_from(f.offset).unwrap_or(ANY))
            }
            Projection::ArrayElement | Projection::SliceElement => 0,
        };
        if val.loc.node == HEAP {
            self.values[result.index()] = Val { constant: false, ..val };
        } else if val.loc.node != NONE {
            let loc = Loc { node: val.loc.node, off: plus(val.loc.off, off) };
            self.values[result.index()] = Val { loc, constant: false, ..val };
        } else if off == 0 {
            self.values[result.index()] = Val { constant: false, ..val };
        } else {
            let from = self.cells(base);
            let own = self.own(at.body, result);
            for from in from {
                for &to in &own {
                    self.graph.add(from, off, to, Why::Slice, at.inst.pos);
                }
            }
        }
    }

    fn load(&mut self, at: &At<'_>, result: Value, addr: Value) {
        let tracked = self.side.inst[at.body.inst_in_module(at.id) as usize] & bits::HEADER_DATA != 0;
        if tracked {
            let cells = self.loaded_at(addr, &[ANY], Why::ReflectHeader, at.inst.pos);
            self.alias(result, &cells);
            self.values[result.index()].integer = self.leaves.count(&self.module.types, at.body.ty(result)) == 0;
        } else {
            let cells = self.loaded(addr, at.body.ty(result), Why::Indirection, at.inst.pos);
            self.alias(result, &cells);
        }
    }

    fn closure(&mut self, at: &At<'_>, site: SiteId, func: FuncId, by_value: &mut dyn FnMut(u32) -> bool) {
        let node = self.site(at, site);
        self.graph.nodes[node as usize].callable = true;
        self.records.insert(node, (Some(func), false));
        let offsets: Vec<(TypeId, u32)> = Self::bindings(self.module, func).collect();
        for ((n, arg), (ty, off)) in (0..).zip(at.body.args(at.inst)).zip(offsets) {
            let val = self.values[arg.index()];
            let place = val.loc.node != NONE && self.graph.nodes[val.loc.node as usize].kind.is_local();
            let fits = || {
                let types = &self.module.types;
                types.elem(at.body.ty(arg)).is_some_and(|var| types.layout[var].size <= self.profile.max_by_value)
            };
            let copied = place && by_value(n) && fits();
            let cells = if copied { smallvec![self.captured_copy(at, arg)] } else { self.cells(arg) };
            let why = if place && !copied { Why::CapturedReference } else { Why::CapturedValue };
            self.bind(node, off, ty, &cells, why, at.inst.pos);
        }
    }

    fn method_value(&mut self, at: &At<'_>, site: SiteId, func: Option<FuncId>, receiver: Value) {
        let node = self.site(at, site);
        self.graph.nodes[node as usize].callable = true;
        self.records.insert(node, (func, true));
        let cells = self.cells(receiver);
        if func.is_none() {
            // A method of an interface: whoever calls it, nothing is known of what it does.
            self.leak(at, receiver, Why::ArgumentMethod);
        }
        self.bind(node, 0, at.body.ty(receiver), &cells, Why::Receiver, at.inst.pos);
    }

    fn free_var(&mut self, at: &At<'_>, result: Value, index: u32) {
        let types: Vec<TypeId> = self.module.free_vars(self.func).take(index as usize).collect();
        let before: usize = types.iter().map(|&ty| self.leaves.count(&self.module.types, ty)).sum();
        let first = self.inputs + before as u32;
        let n = self.leaves.count(&self.module.types, at.body.ty(result)) as u32;
        let mut cells = Cells::new();
        for input in first..first + n {
            let known = self.graph.placeholders.iter().find(|p| p.root == Root::Input(input)).map(|p| p.node);
            let node = known.unwrap_or_else(|| self.graph.placeholder(Root::Input(input), 0));
            let cell = self.graph.cell();
            self.graph.insert(cell, Loc { node, off: 0 }, Why::CapturedReference, at.inst.pos);
            cells.push(cell);
        }
        self.alias(result, &cells);
    }

    fn call(&mut self, at: &At<'_>, call: &Call<'_>) {
        self.lower_call(at, call);
    }

    fn returns(&mut self, at: &At<'_>, index: u32, value: Value) {
        let Some(&first) = self.result_at.get(index as usize) else { return };
        let cells = self.operand(at, value);
        let n = self.leaves.count(&self.module.types, at.body.ty(value));
        let to = Cells::from_slice(&self.results[first as usize..][..n.min(self.results.len() - first as usize)]);
        self.join(&cells, &to, Why::Returned, at.inst.pos);
    }

    fn block_argument(&mut self, at: &At<'_>, param: Value, value: Value) {
        let val = self.values[param.index()];
        if val.loc.node != NONE || val.len == 0 {
            return;
        }
        let to = Cells::from_slice(&self.pool[val.first as usize..][..val.len as usize]);
        let from = self.operand(at, value);
        self.join(&from, &to, Why::BlockArgument, at.inst.pos);
    }

    fn grows_in_place(&mut self, at: &At<'_>, site: SiteId) {
        let node = self.site(at, site);
        let pos = at.inst.pos;
        self.graph.escape(node, Escapes::Yes, Cause { why: Why::Forced, pos, holder: NONE });
        if self.values[at.inst.result().index()].len == 0 {
            self.fresh(at.body, at.inst.result());
        }
        for cell in self.cells(at.inst.result()) {
            self.graph.insert(cell, HEAP_LOC, Why::Forced, pos);
        }
    }
}
