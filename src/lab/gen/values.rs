//! Values of a type: one there is, or a new one.
//!
//! [`Gen::make`] asks a table of producers. Most look for something in scope that has, holds or leads to the type; `fresh`, which
//! always succeeds, builds it from the shape of the type. `fuel` bounds how deep that goes.

use super::types::Shape;
use super::{Features, Gen};
use crate::entity::{TypeId, Value};
use crate::ir::{CompareOp, Opcode, SiteKind, TypeKind};

struct Producer {
    weight: u32,
    on: fn(&Features) -> bool,
    make: fn(&mut Gen<'_>, TypeId, u32) -> Option<Value>,
}

const fn row(weight: u32, on: fn(&Features) -> bool, make: fn(&mut Gen<'_>, TypeId, u32) -> Option<Value>) -> Producer {
    Producer { weight, on, make }
}

/// Simplest first; see [`super::bytes`].
const PRODUCERS: &[Producer] = &[
    row(20, |_| true, |g, ty, _| g.known(ty)),
    row(16, |_| true, |g, ty, _| g.address_of(ty)),
    row(18, |_| true, |g, ty, fuel| Some(g.fresh(ty, fuel))),
    row(9, |f| f.structs || f.arrays, |g, ty, _| g.part(ty)),
    row(7, |_| true, |g, ty, _| g.pointed_to(ty)),
    row(7, |f| f.slices || f.maps || f.interfaces, |g, ty, _| g.contained(ty)),
    row(6, |f| f.globals, |g, ty, _| g.of_global(ty)),
    row(6, |f| f.calls, |g, ty, fuel| g.result_of_call(ty, fuel)),
    row(3, |f| f.ssa, |g, ty, fuel| Some(g.chosen(ty, fuel))),
    row(2, |_| true, |g, ty, _| Some(g.zero(ty))),
];

const fn total(rows: &[Producer]) -> u32 {
    let (mut sum, mut n) = (0, 0);
    while n < rows.len() {
        sum += rows[n].weight;
        n += 1;
    }
    sum
}

impl Gen<'_> {
    /// A value of a type.
    pub(super) fn make(&mut self, ty: TypeId, fuel: u32) -> Value {
        if fuel == 0 || self.tight() {
            return match self.known(ty) {
                Some(v) => v,
                None => self.fresh(ty, 0),
            };
        }
        // Rows that are off are drawn all the same: what does not use a feature does not change when it is switched off.
        const TOTAL: u32 = total(PRODUCERS);
        for _ in 0..3 {
            let mut at = self.src.below(TOTAL);
            for producer in PRODUCERS {
                if at < producer.weight {
                    if (producer.on)(self.f) {
                        let made = (producer.make)(self, ty, fuel - 1);
                        return made.unwrap_or_else(|| self.fresh(ty, fuel - 1));
                    }
                    break;
                }
                at -= producer.weight;
            }
        }
        self.fresh(ty, 0)
    }

    /// Something in scope whose type fits: a value, or what a variable holds.
    pub(super) fn find(&mut self, fits: impl Fn(&Self, TypeId) -> bool) -> Option<(Value, TypeId)> {
        let vals: Vec<usize> = (0..self.fr.vals.len()).filter(|&i| fits(self, self.fr.vals[i].ty)).collect();
        let vars: Vec<usize> = (0..self.fr.vars.len()).filter(|&i| fits(self, self.fr.vars[i].ty)).collect();
        let count = vals.len() + vars.len();
        if count == 0 {
            return None;
        }
        let at = self.src.below(count as u32) as usize;
        if let Some(&i) = vars.get(at) {
            let var = self.fr.vars[i];
            return Some((self.load(var.addr, var.ty), var.ty));
        }
        let val = self.fr.vals[vals[at - vars.len()]];
        Some((val.v, val.ty))
    }

    /// A variable in scope that may be assigned.
    pub(super) fn find_var(&mut self, fits: impl Fn(&Self, TypeId) -> bool) -> Option<super::frame::Var> {
        let vars: Vec<_> = self.fr.vars.iter().filter(|v| !v.frozen && fits(self, v.ty)).copied().collect();
        (!vars.is_empty()).then(|| self.src.pick(&vars))
    }

    fn known(&mut self, ty: TypeId) -> Option<Value> {
        self.find(|_, other| other == ty).map(|(v, _)| v)
    }

    /// The address of a variable.
    pub(super) fn address_of(&mut self, ty: TypeId) -> Option<Value> {
        let Shape::Ptr(elem) = *self.t.shape(ty) else { return None };
        self.find_var(|_, other| other == elem).map(|var| var.addr)
    }

    /// A field or element of a variable, or its address.
    fn part(&mut self, ty: TypeId) -> Option<Value> {
        let target = match *self.t.shape(ty) {
            Shape::Ptr(elem) => Some(elem),
            _ => None,
        };
        let has = |g: &Self, var: TypeId, part: TypeId| match g.t.shape(var) {
            Shape::Struct(fields) => fields.iter().any(|f| f.0 == part),
            Shape::Array(elem, len) => *elem == part && *len > 0,
            _ => false,
        };
        let var = self.find_var(|g, var| has(g, var, ty) || target.is_some_and(|t| has(g, var, t)))?;
        let whole = has(self, var.ty, ty);
        let part = if whole { ty } else { target? };
        let addr = match self.shape(var.ty) {
            Shape::Struct(fields) => {
                let n = fields.iter().position(|f| f.0 == part)?;
                self.field_addr(var.addr, n as u32, part)
            }
            Shape::Array(_, len) => {
                let index = self.src.below(len);
                let index = self.int(index.into());
                self.elem_addr(var.addr, index, part)
            }
            _ => return None,
        };
        Some(if whole { self.load(addr, part) } else { addr })
    }

    /// What a pointer in scope points to.
    fn pointed_to(&mut self, ty: TypeId) -> Option<Value> {
        let (addr, ptr) = self.find(|g, other| matches!(g.t.shape(other), Shape::Ptr(elem) if *elem == ty))?;
        Some(self.read(addr, ptr))
    }

    /// An element of a container in scope.
    fn contained(&mut self, ty: TypeId) -> Option<Value> {
        let boxed = self.boxed.contains(&ty);
        let (v, from) = self.find(|g, other| match g.t.shape(other) {
            Shape::Slice(elem) => *elem == ty,
            Shape::Map(key, elem) => *elem == ty && g.simple_key(*key),
            Shape::Interface(_) => boxed,
            _ => false,
        })?;
        Some(match self.shape(from) {
            Shape::Slice(elem) => {
                let (n, zero) = (self.len(v), self.int(0));
                let c = self.compare(CompareOp::Gt, n, zero);
                let at = |g: &mut Self| {
                    let addr = g.elem_addr(v, zero, elem);
                    g.load(addr, elem)
                };
                self.either(c, ty, at, |g| g.zero(ty))
            }
            Shape::Map(key, _) => {
                let key = self.make(key, 0);
                self.op(Opcode::MapGet, 0, &[v, key], ty)
            }
            _ => {
                let bool = self.u.bool;
                let inst = self.act(Opcode::TypeAssert, 0, &[v], &[], &[ty, bool]);
                self.fr.b.result(inst, 0)
            }
        })
    }

    /// Whether a key of this type can be made in a few instructions and hashed without a panic.
    pub(super) fn simple_key(&self, ty: TypeId) -> bool {
        self.comparable(ty)
    }

    fn of_global(&mut self, ty: TypeId) -> Option<Value> {
        let target = self.elem(ty).filter(|_| matches!(self.t.shape(ty), Shape::Ptr(_)));
        let fit: Vec<_> = self.globals.iter().filter(|&&(_, t)| t == ty || Some(t) == target).copied().collect();
        if fit.is_empty() {
            return None;
        }
        let (global, of) = self.src.pick(&fit);
        let addr = self.global_addr(global, of);
        Some(if of == ty { self.load(addr, ty) } else { addr })
    }

    pub(super) fn global_addr(&mut self, global: crate::entity::GlobalId, ty: TypeId) -> Value {
        let to = self.ptr_to(ty);
        self.address(Opcode::GlobalAddr, global.raw(), &[], to)
    }

    /// One of two values.
    fn chosen(&mut self, ty: TypeId, fuel: u32) -> Value {
        let c = self.condition();
        if self.src.chance(128) {
            let (a, b) = (self.make(ty, fuel), self.make(ty, fuel));
            let v = self.op(Opcode::Select, 0, &[c, a, b], ty);
            let sure = self.is_sure(a) && self.is_sure(b);
            self.trust(v, sure);
            return v;
        }
        self.either(c, ty, |g| g.make(ty, fuel), |g| g.make(ty, fuel))
    }

    /// A condition that is sometimes true and sometimes false.
    pub(super) fn condition(&mut self) -> Value {
        let int = self.u.int;
        let (mask, want) = (self.src.below(3) + 1, self.src.below(3));
        let op = if self.src.chance(128) { CompareOp::Eq } else { CompareOp::Ge };
        let v = match self.find(|_, ty| ty == int) {
            Some((v, _)) => v,
            None => {
                let at = self.global_addr(self.fuel, int);
                self.load(at, int)
            }
        };
        let mask = self.int(mask.into());
        let want = self.int(want.into());
        let low = self.binary(crate::ir::BinaryOp::And, v, mask);
        self.compare(op, low, want)
    }

    /// A new value, built from the shape of its type.
    pub(super) fn fresh(&mut self, ty: TypeId, fuel: u32) -> Value {
        let less = fuel.saturating_sub(1);
        match self.shape(ty) {
            Shape::Basic(kind) => self.fresh_basic(kind, ty),
            Shape::Opaque(..) => self.zero(ty),
            Shape::Ptr(elem) => self.fresh_pointer(elem, fuel),
            Shape::Slice(elem) => self.fresh_slice(ty, elem, fuel),
            Shape::Map(key, elem) => {
                let kind = if self.src.chance(100) { SiteKind::MapLiteral } else { SiteKind::Map };
                let hint = self.src.below(3);
                let args = if hint == 1 { vec![self.int(4)] } else { vec![] };
                let map = self.maker(Opcode::MakeMap, kind, &args, ty);
                if fuel > 0 {
                    let (key, elem) = (self.make(key, 0), self.make(elem, less));
                    self.act(Opcode::MapSet, 0, &[map, key, elem], &[], &[]);
                }
                map
            }
            Shape::Chan(_) => {
                let n = self.src.below(3);
                let args = if n == 0 { vec![] } else { vec![self.int(n.into())] };
                self.maker(Opcode::MakeChan, SiteKind::Chan, &args, ty)
            }
            Shape::Func { .. } => self.fresh_function(ty, fuel),
            Shape::Interface(methods) => self.fresh_interface(ty, methods.is_empty(), less),
            Shape::Struct(fields) => {
                if fuel == 0 || !self.f.aggregates || self.src.chance(40) {
                    return self.fresh_in_variable(ty, fields.len() as u32, fuel);
                }
                let parts: Vec<Value> = fields.iter().map(|&(ty, _)| self.make(ty, less.min(1))).collect();
                self.op(Opcode::Aggregate, 0, &parts, ty)
            }
            Shape::Array(elem, len) => {
                if fuel == 0 || !self.f.aggregates || len > 4 {
                    return self.fresh_in_variable(ty, len, fuel);
                }
                let parts: Vec<Value> = (0..len).map(|_| self.make(elem, less.min(1))).collect();
                self.op(Opcode::Aggregate, 0, &parts, ty)
            }
        }
    }

    /// A struct or array put together in memory.
    fn fresh_in_variable(&mut self, ty: TypeId, parts: u32, fuel: u32) -> Value {
        if fuel == 0 || parts == 0 {
            return self.zero(ty);
        }
        let addr = self.variable(ty);
        self.fill(addr, ty, fuel - 1);
        self.load(addr, ty)
    }

    /// Stores something in one part or two of what an address points to.
    pub(super) fn fill(&mut self, addr: Value, ty: TypeId, fuel: u32) {
        let parts = match self.t.shape(ty) {
            Shape::Struct(fields) => fields.len() as u32,
            Shape::Array(_, len) => *len,
            _ => {
                let v = self.make(ty, fuel);
                self.store(addr, v);
                return;
            }
        };
        let mut n = self.src.below(parts);
        for _ in 0..1 + self.src.below(2) {
            let (part, ty) = self.part_addr(addr, ty, n);
            let v = self.make(ty, fuel);
            self.store(part, v);
            n = (n + 1) % parts.max(1);
        }
    }

    /// The address of part `n` of what an address points to: a field or an element.
    pub(super) fn part_addr(&mut self, addr: Value, ty: TypeId, n: u32) -> (Value, TypeId) {
        match self.shape(ty) {
            Shape::Struct(fields) => {
                let part = fields[n as usize % fields.len()].0;
                (self.field_addr(addr, n % fields.len() as u32, part), part)
            }
            Shape::Array(elem, len) => {
                let index = self.int((n % len.max(1)).into());
                (self.elem_addr(addr, index, elem), elem)
            }
            _ => (addr, ty),
        }
    }

    fn fresh_basic(&mut self, kind: TypeKind, ty: TypeId) -> Value {
        match kind {
            TypeKind::Bool => {
                let n = self.src.below(2);
                self.number(n.into(), ty)
            }
            TypeKind::String if self.f.strings => self.fresh_string(),
            TypeKind::String => self.text("s"),
            TypeKind::F32 | TypeKind::F64 => {
                let bits = f64::from(self.src.byte()).to_bits();
                let inst = self.act(Opcode::ConstFloat, 0, &[], &[bits as u32, (bits >> 32) as u32], &[ty]);
                self.fr.b.result(inst, 0)
            }
            TypeKind::C64 | TypeKind::C128 | TypeKind::UnsafePtr => self.zero(ty),
            _ => {
                // Small, so that keys of maps are met again.
                let n = self.src.below(6);
                self.number(n.into(), ty)
            }
        }
    }

    fn fresh_pointer(&mut self, elem: TypeId, fuel: u32) -> Value {
        let kind = if matches!(self.t.shape(elem), Shape::Struct(_)) && self.src.chance(128) {
            SiteKind::Literal
        } else {
            SiteKind::New
        };
        let addr = self.storage(Opcode::New, kind, elem);
        if fuel > 0 || self.src.chance(40) {
            self.fill(addr, elem, fuel.saturating_sub(1));
        }
        addr
    }

    fn fresh_slice(&mut self, ty: TypeId, elem: TypeId, fuel: u32) -> Value {
        match self.src.below(6) {
            0 | 1 if fuel > 0 => self.slice_literal(ty, elem, SiteKind::SliceLiteral, fuel),
            0..=3 => {
                let n = self.int(2);
                self.maker(Opcode::MakeSlice, SiteKind::MakeSlice, &[n, n], ty)
            }
            4 => {
                // A size nobody knows before the program runs.
                let at = self.global_addr(self.fuel, self.u.int);
                let n = self.load(at, self.u.int);
                let three = self.int(3);
                let n = self.binary(crate::ir::BinaryOp::And, n, three);
                self.maker(Opcode::MakeSlice, SiteKind::MakeSlice, &[n, n], ty)
            }
            _ => {
                let (len, cap) = (self.int(1), self.int(4));
                self.maker(Opcode::MakeSlice, SiteKind::MakeSlice, &[len, cap], ty)
            }
        }
    }

    /// `[]T{a, b}`, also the pack of a variadic call.
    pub(super) fn slice_literal(&mut self, ty: TypeId, elem: TypeId, kind: SiteKind, fuel: u32) -> Value {
        let n = 1 + self.src.below(3);
        let array = self.t.array(&mut self.m, elem, n);
        let base = self.storage(Opcode::New, kind, array);
        for i in 0..n.min(2) {
            let (addr, _) = self.part_addr(base, array, i);
            let v = self.make(elem, fuel.saturating_sub(1));
            self.store(addr, v);
        }
        self.op(Opcode::Slice, 0, &[base], ty)
    }
}
