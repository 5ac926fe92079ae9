//! Functions and their calls: parameters and results in memory, the counter that ends recursion, closures and what they capture,
//! function values, boxes.
//!
//! Every ordinary function begins by taking one from a global counter and returns at once if nothing is left, so whatever calls
//! whatever, a run ends. Literals that others wait for (a recovering deferred call, the sender of a handshake) do without.

use super::Gen;
use super::frame::{Frame, Var};
use super::types::Shape;
use crate::entity::{FuncId, Opt, TypeId, Value};
use crate::ir::attr;
use crate::ir::{BinaryOp, CompareOp, Opcode, SiteKind, WITH_PARENT};

/// What a function is to the generator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    Plain,
    /// The first parameter is the receiver.
    Method,
    External,
    /// Called from `main` with nothing.
    Root,
}

/// A function of the module.
#[derive(Clone, Debug)]
pub(super) struct Func {
    pub(super) id: FuncId,
    pub(super) sig: TypeId,
    pub(super) params: Vec<TypeId>,
    pub(super) results: Vec<TypeId>,
    pub(super) role: Role,
    /// It recovers from whatever panics in it.
    pub(super) handler: bool,
    pub(super) called: bool,
    /// It has a body already.
    pub(super) filled: bool,
    /// Its last parameter, a slice, takes a pack of arguments.
    pub(super) variadic: bool,
    /// The method of an embedded field it stands for.
    pub(super) promoted: Option<FuncId>,
}

/// What a closure binds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Capture {
    /// A value, or the address of a variable.
    pub(super) binding: Value,
    pub(super) ty: TypeId,
    /// The variable, for an address.
    pub(super) var: Option<Var>,
}

impl Gen<'_> {
    /// Begins a function: its parameters, results, counter and handler. The frame is fresh.
    pub(super) fn begin(&mut self, params: &[TypeId], captures: &[Capture], fueled: bool, handler: bool) {
        let entry = self.fr.b.block(params);
        self.next_line();
        for (n, &ty) in params.iter().enumerate() {
            let param = self.fr.b.param(entry, n);
            if self.src.chance(60) && self.f.ssa {
                self.keep(param, ty);
            } else {
                let addr = self.numbered(SiteKind::Param, ty, n as u32);
                self.store(addr, param);
            }
        }
        for (n, capture) in captures.iter().enumerate() {
            let free = self.op(Opcode::FreeVar, n as u32, &[], capture.ty);
            match capture.var {
                Some(var) => {
                    self.trust(free, true);
                    self.fr.vars.push(Var { addr: free, ..var });
                }
                None => self.keep(free, capture.ty),
            }
        }
        self.fr.handler = handler;
        self.fr.defers = handler || self.f.defers && fueled && self.src.chance(100);
        if self.fr.defers || !self.f.ssa || self.src.chance(150) {
            for (n, ty) in self.fr.results.clone().into_iter().enumerate() {
                let addr = self.numbered(SiteKind::Result, ty, n as u32);
                self.fr.result_vars.push(addr);
            }
        }
        if fueled {
            self.take_fuel();
        }
        if handler {
            self.recover_block();
            self.defer_handler();
        }
    }

    /// The variable of a parameter or result.
    fn numbered(&mut self, kind: SiteKind, ty: TypeId, n: u32) -> Value {
        let name = format!("{}{n}", if kind == SiteKind::Param { "p" } else { "r" });
        let site = self.site(kind, ty, &name);
        self.m.site_mut(site.into()).index = n;
        let to = self.ptr_to(ty);
        let addr = self.address(Opcode::Var, site, &[], to);
        self.fr.vars.push(Var { addr, ty, frozen: false, target: None });
        addr
    }

    fn take_fuel(&mut self) {
        let int = self.u.int;
        let at = self.global_addr(self.fuel, int);
        let n = self.load(at, int);
        let zero = self.int(0);
        let c = self.compare(CompareOp::Le, n, zero);
        let here = self.here();
        let [out, on] = self.blocks(here, [&[], &[]]);
        self.branch(c, out, on);
        self.enter(out);
        self.return_as_it_is();
        self.enter(on);
        let one = self.int(1);
        let n = self.binary(BinaryOp::Sub, n, one);
        self.store(at, n);
    }

    /// Returns what the results' variables hold, or zeros.
    fn return_as_it_is(&mut self) {
        let results = self.fr.results.clone();
        let vars = self.fr.result_vars.clone();
        let values: Vec<Value> = results
            .iter()
            .enumerate()
            .map(|(n, &ty)| match vars.get(n) {
                Some(&addr) => self.load(addr, ty),
                None => self.zero(ty),
            })
            .collect();
        self.act(Opcode::Return, 0, &values, &[], &[]);
        self.fr.ended = true;
    }

    fn recover_block(&mut self) {
        let here = self.here();
        let [block] = self.blocks(here, [&[]]);
        self.m.func_mut(self.fr.func).recover = Opt::from(block);
        self.enter(block);
        self.return_as_it_is();
        self.enter(here);
    }

    /// Returns, with values made for the results.
    pub(super) fn finish(&mut self) {
        if self.fr.ended {
            return;
        }
        self.next_line();
        let results = self.fr.results.clone();
        let vars = self.fr.result_vars.clone();
        let mut values = Vec::new();
        for (n, &ty) in results.iter().enumerate() {
            match vars.get(n) {
                Some(&addr) => {
                    if !self.src.chance(50) {
                        let v = self.make(ty, 2);
                        self.store(addr, v);
                    }
                }
                None => values.push(self.make(ty, 2)),
            }
        }
        if self.fr.defers {
            self.act(Opcode::RunDefers, 0, &[], &[], &[]);
        }
        if !vars.is_empty() || results.is_empty() {
            return self.return_as_it_is();
        }
        self.act(Opcode::Return, 0, &values, &[], &[]);
        self.fr.ended = true;
    }

    /// A function literal of a type; `body` fills it after its beginning and ends it. The result is the function value.
    pub(super) fn nested(
        &mut self,
        sig: TypeId,
        captures: &[Capture],
        (fueled, handler): (bool, bool),
        body: impl FnOnce(&mut Self),
    ) -> (Value, FuncId) {
        let (params, results) = self.t.signature(sig);
        let (params, results) = (params.to_vec(), results.to_vec());
        self.names += 1;
        let name = format!("main.lit{}", self.names);
        let func = self.m.func(&name, sig, self.pos);
        self.m.func_mut(func).parent = Opt::from(self.fr.func);
        if self.src.chance(40) {
            self.m.func_mut(func).flags |= WITH_PARENT;
        }
        let types: Vec<TypeId> = captures.iter().map(|c| c.ty).collect();
        self.m.free_vars(func, &types);
        let mut frame = Frame::new(func);
        frame.results = results;
        frame.closures = self.fr.closures + 1;
        frame.stop_at = self.fr.stop_at.min(self.emitted + 50);
        let outer = std::mem::replace(&mut self.fr, frame);
        self.begin(&params, captures, fueled, handler);
        body(self);
        let done = std::mem::replace(&mut self.fr, outer);
        self.m.body(func, done.b);
        self.next_line();
        let bindings: Vec<Value> = captures.iter().map(|c| c.binding).collect();
        let site = self.site(SiteKind::Closure, sig, "func literal");
        let inst = self.act(Opcode::MakeClosure, site, &bindings, &[func.raw()], &[sig]);
        for (n, capture) in captures.iter().enumerate() {
            if capture.var.is_some_and(|var| var.frozen) && self.f.by_value {
                self.fr.b.attr(inst, attr::BY_VALUE, n as u32);
            }
        }
        let v = self.fr.b.result(inst, 0);
        self.trust(v, true);
        (v, func)
    }

    /// Up to three things in scope.
    pub(super) fn captures(&mut self) -> Vec<Capture> {
        let mut captures: Vec<Capture> = Vec::new();
        for _ in 0..self.src.below(4) {
            let vals = self.fr.vals.len() as u32;
            let vars = self.fr.vars.len() as u32;
            if vals + vars == 0 {
                break;
            }
            let at = self.src.below(vars + vals);
            let capture = if at < vars {
                let var = self.fr.vars[at as usize];
                Capture { binding: var.addr, ty: self.ptr_to(var.ty), var: Some(var) }
            } else {
                let val = self.fr.vals[(at - vars) as usize];
                Capture { binding: val.v, ty: val.ty, var: None }
            };
            if captures.iter().all(|c| c.binding != capture.binding) {
                captures.push(capture);
            }
        }
        captures
    }

    /// A function literal that does ordinary things.
    pub(super) fn closure(&mut self, sig: TypeId, handler: bool) -> (Value, FuncId) {
        let captures = self.captures();
        self.nested(sig, &captures, (true, handler), |g| {
            g.statements(150);
            g.finish();
        })
    }

    /// Whether another literal may be nested here.
    pub(super) fn may_nest(&self) -> bool {
        self.f.closures && self.fr.closures < 2 && !self.tight()
    }

    pub(super) fn fresh_function(&mut self, ty: TypeId, fuel: u32) -> Value {
        let fit: Vec<FuncId> =
            self.funcs.iter().filter(|f| f.sig == ty && f.role != Role::Root).map(|f| f.id).collect();
        if !fit.is_empty() && self.src.chance(100) {
            let func = self.src.pick(&fit);
            for row in self.funcs.iter_mut().filter(|f| f.id == func) {
                row.called = true;
            }
            return self.address(Opcode::FuncRef, func.raw(), &[], ty);
        }
        if fuel > 0 && self.may_nest() {
            let handler = self.src.chance(40) && self.f.panics;
            return self.closure(ty, handler).0;
        }
        self.zero(ty)
    }

    /// Calls a function value that is not nil.
    pub(super) fn call_value(&mut self, callee: Value, ty: TypeId, fuel: u32) -> Vec<(Value, TypeId)> {
        let Shape::Func { params, results } = self.shape(ty) else { return Vec::new() };
        let mut args = vec![callee];
        for ty in params {
            args.push(self.make(ty, fuel));
        }
        let inst = self.act(Opcode::CallIndirect, 0, &args, &[], &results);
        if self.f.attributes && results.is_empty() {
            self.fr.b.attr(inst, attr::RESULTS_UNUSED, 1);
        }
        results.iter().enumerate().map(|(n, &ty)| (self.fr.b.result(inst, n as u32), ty)).collect()
    }

    /// The arguments of a call.
    pub(super) fn arguments(&mut self, n: usize, fuel: u32) -> Vec<Value> {
        self.funcs[n].called = true;
        let (params, variadic) = (self.funcs[n].params.clone(), self.funcs[n].variadic);
        let mut args = Vec::with_capacity(params.len());
        for (i, &ty) in params.iter().enumerate() {
            let elem = self.elem(ty);
            let v = match elem {
                Some(elem) if variadic && i + 1 == params.len() => {
                    self.slice_literal(ty, elem, SiteKind::Variadic, fuel)
                }
                // Out-parameters: mostly the address of a variable.
                _ if self.src.chance(90) => match self.address_of(ty) {
                    Some(v) => v,
                    None => self.make(ty, fuel),
                },
                _ => self.make(ty, fuel),
            };
            args.push(v);
        }
        args
    }

    /// Calls a function of the module.
    pub(super) fn call(&mut self, n: usize, fuel: u32) -> Vec<(Value, TypeId)> {
        let args = self.arguments(n, fuel);
        let (id, results) = (self.funcs[n].id, self.funcs[n].results.clone());
        let inst = self.act(Opcode::Call, id.raw(), &args, &[], &results);
        results.iter().enumerate().map(|(k, &ty)| (self.fr.b.result(inst, k as u32), ty)).collect()
    }

    /// A function of the module that may be called here.
    pub(super) fn pick_func(&mut self, fits: impl Fn(&Func) -> bool) -> Option<usize> {
        let fit: Vec<usize> =
            (0..self.funcs.len()).filter(|&n| self.funcs[n].role != Role::Root && fits(&self.funcs[n])).collect();
        if fit.is_empty() {
            return None;
        }
        // Those nobody calls yet come first.
        let fresh: Vec<usize> = fit.iter().copied().filter(|&n| !self.funcs[n].called).collect();
        if !fresh.is_empty() && self.src.chance(128) {
            return Some(self.src.pick(&fresh));
        }
        Some(self.src.pick(&fit))
    }

    pub(super) fn result_of_call(&mut self, ty: TypeId, fuel: u32) -> Option<Value> {
        let n = self.pick_func(|f| f.results.contains(&ty))?;
        let results = self.call(n, fuel.min(1));
        results.iter().for_each(|&(v, ty)| self.keep(v, ty));
        results.iter().find(|r| r.1 == ty).map(|r| r.0)
    }

    pub(super) fn fresh_interface(&mut self, ty: TypeId, empty: bool, fuel: u32) -> Value {
        if !self.f.interfaces {
            return self.zero(ty);
        }
        let concrete = if empty && fuel == 0 {
            self.u.int_ptr
        } else if empty && self.src.chance(180) {
            let common: Vec<TypeId> =
                self.u.common.iter().copied().filter(|&ty| !matches!(self.t.shape(ty), Shape::Interface(_))).collect();
            self.src.pick(&common)
        } else if empty {
            let getter = self.u.getter;
            let v = self.make(getter, fuel);
            return self.op(Opcode::ChangeIface, 0, &[v], ty);
        } else if self.implementers.is_empty() {
            return self.zero(ty);
        } else {
            self.src.pick(&self.implementers)
        };
        let v = self.make(concrete, fuel);
        self.in_interface(v, concrete, ty)
    }

    /// A value as an interface.
    pub(super) fn in_interface(&mut self, v: Value, concrete: TypeId, ty: TypeId) -> Value {
        if !self.boxed.contains(&concrete) {
            self.boxed.push(concrete);
        }
        if self.t.direct(concrete) {
            return self.address(Opcode::MakeIfaceDirect, 0, &[v], ty);
        }
        let site = self.site(SiteKind::Box, concrete, "box");
        self.address(Opcode::MakeIface, site, &[v], ty)
    }
}
