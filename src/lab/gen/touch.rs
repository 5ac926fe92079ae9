//! Using a value: following what it points to until something can be printed.
//!
//! A wrong "stack" is noticed when a pointer to dead storage is used, so programs use whatever they have: pointers are loaded
//! through, functions called, interfaces asserted and their methods called, elements and values read.

use super::Gen;
use super::types::Shape;
use crate::entity::{TypeId, Value};
use crate::ir::{CompareOp, Opcode, TypeKind};

impl Gen<'_> {
    /// Observes a value, `fuel` steps deep.
    pub(super) fn touch(&mut self, v: Value, ty: TypeId, fuel: u32) {
        match self.shape(ty) {
            // What holds anything may hold itself: an end is due.
            Shape::Func { .. } | Shape::Interface(_) if fuel == 0 => {
                let c = self.is_some(v, ty);
                self.print(&[c]);
            }
            Shape::Basic(kind) => self.touch_basic(v, kind),
            Shape::Opaque(..) => {}
            Shape::Ptr(elem) => self.guard(v, ty, |g| g.touch_memory(v, elem, fuel)),
            Shape::Struct(fields) => {
                if !fields.is_empty() {
                    let n = self.src.below(fields.len() as u32);
                    let field = fields[n as usize].0;
                    let v = self.op(Opcode::Extract, n, &[v], field);
                    self.touch(v, field, fuel);
                }
            }
            Shape::Array(elem, len) => {
                if len > 0 {
                    let n = self.src.below(len);
                    let index = self.int(n.into());
                    let v = self.op(Opcode::ExtractElem, 0, &[v, index], elem);
                    self.touch(v, elem, fuel);
                }
            }
            Shape::Slice(elem) => {
                if fuel == 0 {
                    let n = self.len(v);
                    return self.print(&[n]);
                }
                self.within(v, |g, index| {
                    let addr = g.elem_addr(v, index, elem);
                    g.touch_memory(addr, elem, fuel - 1);
                });
            }
            Shape::Map(key, elem) => self.touch_map(v, key, elem, fuel),
            Shape::Chan(elem) => self.touch_channel(v, elem, fuel),
            Shape::Func { .. } => self.guard(v, ty, |g| g.touch_function(v, ty, fuel)),
            Shape::Interface(methods) => self.touch_interface(v, ty, methods.is_empty(), fuel),
        }
    }

    /// Observes what an address that is not nil points to.
    fn touch_memory(&mut self, addr: Value, ty: TypeId, fuel: u32) {
        let parts = match self.t.shape(ty) {
            Shape::Struct(fields) => fields.len() as u32,
            Shape::Array(_, len) => *len,
            _ => 1,
        };
        if parts == 0 {
            return;
        }
        let n = if parts > 1 { self.src.below(parts) } else { 0 };
        let (at, part) = self.part_addr(addr, ty, n);
        let v = self.load(at, part);
        match self.t.shape(part) {
            Shape::Basic(_) => self.touch(v, part, 0),
            Shape::Struct(_) | Shape::Array(..) if fuel > 0 => self.touch_memory(at, part, fuel - 1),
            Shape::Opaque(..) | Shape::Struct(_) | Shape::Array(..) => {}
            _ if fuel > 0 => self.touch(v, part, fuel - 1),
            Shape::Slice(_) | Shape::Map(..) => {
                let n = self.len(v);
                self.print(&[n]);
            }
            _ => {
                let c = self.is_some(v, part);
                self.print(&[c]);
            }
        }
    }

    fn touch_basic(&mut self, v: Value, kind: TypeKind) {
        match kind {
            // An address is not to be observed.
            TypeKind::UnsafePtr | TypeKind::Uintptr => {}
            _ => self.print(&[v]),
        }
    }

    fn touch_map(&mut self, map: Value, key: TypeId, elem: TypeId, fuel: u32) {
        if fuel > 0 && self.f.loops && self.fr.depth < 3 && self.src.chance(100) {
            return self.range(map, key, elem, |g, k, v| {
                g.touch(k, key, 0);
                g.touch(v, elem, fuel - 1);
            });
        }
        let k = self.make(key, 0);
        let bool = self.u.bool;
        if self.src.chance(128) {
            let inst = self.act(Opcode::MapGet, 0, &[map, k], &[], &[elem, bool]);
            let (v, there) = (self.fr.b.result(inst, 0), self.fr.b.result(inst, 1));
            return self.when(there, |g| g.touch(v, elem, fuel.saturating_sub(1)));
        }
        let v = self.op(Opcode::MapGet, 0, &[map, k], elem);
        self.touch(v, elem, fuel.saturating_sub(1));
    }

    /// `for k, v := range m`.
    pub(super) fn range(&mut self, over: Value, key: TypeId, elem: TypeId, body: impl FnOnce(&mut Self, Value, Value)) {
        let iter = self.op(Opcode::Iter, 0, &[over], self.u.iter);
        let (here, bool) = (self.here(), self.u.bool);
        self.fr.depth += 1;
        let [head, inner] = self.blocks(here, [&[], &[]]);
        self.fr.depth -= 1;
        let [exit] = self.blocks(here, [&[]]);
        self.jump(head, &[]);
        self.fr.depth += 1;
        self.enter(head);
        let inst = self.act(Opcode::Next, 0, &[iter], &[], &[bool, key, elem]);
        let [more, k, v] = [0, 1, 2].map(|n| self.fr.b.result(inst, n));
        self.branch(more, inner, exit);
        self.enter(inner);
        self.scoped(|g| body(g, k, v));
        if !self.fr.ended {
            self.jump(head, &[]);
        }
        self.fr.depth -= 1;
        self.enter(exit);
    }

    fn touch_channel(&mut self, ch: Value, elem: TypeId, fuel: u32) {
        if fuel == 0 {
            let n = self.len(ch);
            return self.print(&[n]);
        }
        // `select { case v := <-ch: …; default: }`
        let (int, bool) = (self.u.int, self.u.bool);
        let inst = self.act(Opcode::ChanSelect, 1 << 31, &[ch], &[], &[int, bool, elem]);
        let [chosen, open, v] = [0, 1, 2].map(|n| self.fr.b.result(inst, n));
        let zero = self.int(0);
        let c = self.compare(CompareOp::Eq, chosen, zero);
        self.when(c, |g| {
            g.print(&[open]);
            g.touch(v, elem, fuel - 1);
        });
    }

    fn touch_function(&mut self, callee: Value, ty: TypeId, fuel: u32) {
        let results = self.call_value(callee, ty, 0);
        if let Some(&(v, ty)) = results.first() {
            self.touch(v, ty, fuel.saturating_sub(1));
        }
    }

    fn touch_interface(&mut self, v: Value, ty: TypeId, empty: bool, fuel: u32) {
        if !empty {
            return self.guard(v, ty, |g| {
                let int_ptr = g.u.int_ptr;
                let swap = g.src.chance(100);
                let arg = if swap { Some(g.make(int_ptr, 0)) } else { None };
                let args: Vec<Value> = [v].into_iter().chain(arg).collect();
                let got = g.op(Opcode::CallMethod, u32::from(swap), &args, int_ptr);
                g.touch(got, int_ptr, fuel.saturating_sub(1));
            });
        }
        let fit = self.boxed.clone();
        if fit.is_empty() {
            let c = self.is_some(v, ty);
            return self.print(&[c]);
        }
        let to = self.src.pick(&fit);
        let bool = self.u.bool;
        let inst = self.act(Opcode::TypeAssert, 0, &[v], &[], &[to, bool]);
        let (v, is) = (self.fr.b.result(inst, 0), self.fr.b.result(inst, 1));
        self.when(is, |g| g.touch(v, to, fuel.saturating_sub(1)));
    }

    /// Observes something in scope, or a global.
    pub(super) fn touch_something(&mut self) {
        let global = self.f.globals && !self.globals.is_empty() && self.src.chance(70);
        if global {
            let (global, ty) = self.src.pick(&self.globals.clone());
            let addr = self.global_addr(global, ty);
            let v = self.load(addr, ty);
            return self.touch(v, ty, 3);
        }
        if let Some((v, ty)) = self.find(|g, ty| g.t.pointers(ty)).or_else(|| self.find(|_, _| true)) {
            let fuel = 1 + self.src.below(3);
            self.touch(v, ty, fuel);
        }
    }
}
