//! Calls, literals, function values, methods.

use super::super::calls::{Capture, Role};
use super::super::frame::Var;
use super::super::types::Shape;
use super::{Gen, Production, row};
use crate::entity::{NONE, TypeId, Value};
use crate::ir::attr;
use crate::ir::{BinaryOp, Opcode, SiteKind};

pub(super) const TABLE: &[Production] = &[
    row(26, |f| f.calls || f.externals, call),
    row(8, |f| f.calls, call_and_assign),
    row(16, |f| f.closures, declare_literal),
    row(9, |f| f.closures, call_value),
    row(6, |f| f.closures, call_literal),
    row(4, |f| f.closures, literal_that_calls_itself),
    row(4, |f| f.closures, counter),
    row(5, |f| f.closures && f.attributes, known_target),
    row(7, |f| f.methods, call_method_directly),
    row(9, |f| f.methods, method_value),
    row(4, |f| f.methods && f.interfaces, interface_method_value),
];

fn call(g: &mut Gen<'_>) -> bool {
    let Some(n) = g.pick_func(|_| true) else { return false };
    for (v, ty) in g.call(n, 2) {
        if g.src.chance(128) {
            g.touch(v, ty, 2);
        }
        g.keep(v, ty);
    }
    true
}

/// `x = f(&x)`: results go back to variables.
fn call_and_assign(g: &mut Gen<'_>) -> bool {
    let Some(n) = g.pick_func(|f| !f.results.is_empty()) else { return false };
    for (v, ty) in g.call(n, 2) {
        match g.find_var(|_, other| other == ty) {
            Some(var) => {
                g.store(var.addr, v);
            }
            None => g.keep(v, ty),
        }
    }
    true
}

/// `f := func() { … }`, called now, later, or by somebody else.
fn declare_literal(g: &mut Gen<'_>) -> bool {
    if !g.may_nest() {
        return false;
    }
    let ty = g.function_type();
    let (v, _) = g.closure(ty, false);
    if g.src.chance(100) {
        g.keep(v, ty);
    } else {
        let addr = g.variable(ty);
        g.store(addr, v);
        g.fr.vars.push(Var { addr, ty, frozen: false, target: None });
    }
    if g.src.chance(200) {
        call_results(g, v, ty);
    }
    true
}

fn call_results(g: &mut Gen<'_>, v: Value, ty: TypeId) {
    for (v, ty) in g.call_value(v, ty, 1) {
        g.keep(v, ty);
        g.touch(v, ty, 1);
    }
}

fn call_value(g: &mut Gen<'_>) -> bool {
    let Some((v, ty)) = g.find(|g, ty| matches!(g.t.shape(ty), Shape::Func { .. })) else { return false };
    g.guard(v, ty, |g| {
        for (v, ty) in g.call_value(v, ty, 1) {
            g.touch(v, ty, 2);
        }
    });
    true
}

/// `func() { … }()`.
fn call_literal(g: &mut Gen<'_>) -> bool {
    if !g.may_nest() {
        return false;
    }
    let ty = g.function_type();
    let (v, _) = g.closure(ty, false);
    call_results(g, v, ty);
    true
}

/// `var f func(*int) *int; f = func(p *int) *int { …; return f(p) }`: the closure holds the variable that holds it.
fn literal_that_calls_itself(g: &mut Gen<'_>) -> bool {
    if !g.may_nest() {
        return false;
    }
    let ty = g.function_type();
    let addr = g.variable(ty);
    let var = Var { addr, ty, frozen: false, target: None };
    let capture = Capture { binding: addr, ty: g.ptr_to(ty), var: Some(var) };
    let (v, _) = g.nested(ty, &[capture], (true, false), |g| {
        g.statements(100);
        if !g.fr.ended && !g.fr.vars.is_empty() {
            call_value(g);
        }
        g.finish();
    });
    g.store(addr, v);
    g.fr.vars.push(var);
    call_results(g, v, ty);
    true
}

/// `n := 0; inc := func() { n++ }`, and a second literal that reads what the first writes.
fn counter(g: &mut Gen<'_>) -> bool {
    if !g.may_nest() {
        return false;
    }
    let (int, thunk) = (g.u.int, g.u.thunk);
    let addr = g.variable(int);
    let var = Var { addr, ty: int, frozen: false, target: None };
    let capture = Capture { binding: addr, ty: g.u.int_ptr, var: Some(var) };
    let body = |write: bool| {
        move |g: &mut Gen<'_>| {
            // The captured variable comes after the literal's parameters and before its results; there are none of either.
            let n = g.fr.vars[0].addr;
            let v = g.load(n, int);
            if write {
                let one = g.int(1);
                let v = g.binary(BinaryOp::Add, v, one);
                g.store(n, v);
            } else {
                g.print(&[v]);
            }
            g.finish();
        }
    };
    let (inc, _) = g.nested(thunk, &[capture], (true, false), body(true));
    let (get, _) = g.nested(thunk, &[capture], (true, false), body(false));
    g.call_value(inc, thunk, 0);
    g.call_value(get, thunk, 0);
    g.keep(inc, thunk);
    g.keep(get, thunk);
    g.fr.vars.push(var);
    true
}

/// A function in a variable that never changes: a call of it has one target.
fn known_target(g: &mut Gen<'_>) -> bool {
    if let Some(var) = g.fr.vars.iter().rev().find(|var| var.target.is_some()).copied() {
        let v = g.load(var.addr, var.ty);
        let Shape::Func { params, results } = g.shape(var.ty) else { return false };
        let mut args = vec![v];
        for ty in params {
            args.push(g.make(ty, 1));
        }
        let inst = g.act(Opcode::CallIndirect, 0, &args, &[], &results);
        g.fr.b.attr(inst, attr::TARGET, var.target.expect("it has one").raw());
        for (n, &ty) in results.iter().enumerate() {
            let v = g.fr.b.result(inst, n as u32);
            g.keep(v, ty);
            g.touch(v, ty, 1);
        }
        return true;
    }
    if !g.may_nest() {
        return false;
    }
    let ty = g.function_type();
    let (v, func) = g.closure(ty, false);
    let addr = g.variable(ty);
    g.store(addr, v);
    g.fr.vars.push(Var { addr, ty, frozen: true, target: Some(func) });
    true
}

fn call_method_directly(g: &mut Gen<'_>) -> bool {
    let Some(n) = g.pick_func(|f| f.role == Role::Method) else { return false };
    let args = g.arguments(n, 2);
    let (id, result, recv) = (g.funcs[n].id, g.funcs[n].results[0], g.funcs[n].params[0]);
    let (this, fuel) = (args[0], 1 + g.src.below(2));
    let run = move |g: &mut Gen<'_>| {
        let v = g.op(Opcode::Call, id.raw(), &args, result);
        g.touch(v, result, fuel);
        if let Some(var) = g.find_var(|_, ty| ty == result) {
            g.store(var.addr, v);
        }
    };
    if matches!(g.t.shape(recv), Shape::Ptr(_)) {
        g.guard(this, recv, run);
    } else {
        run(g);
    }
    true
}

/// `f := x.Swap`, called at once or kept.
fn method_value(g: &mut Gen<'_>) -> bool {
    let Some(n) = g.pick_func(|f| f.role == Role::Method) else { return false };
    g.funcs[n].called = true;
    let func = &g.funcs[n];
    let (id, recv, params, results) = (func.id, func.params[0], func.params[1..].to_vec(), func.results.clone());
    let ty = g.t.func(&mut g.m, &params, &results);
    let v = g.make(recv, 2);
    let run = move |g: &mut Gen<'_>| {
        let site = g.site(SiteKind::MethodValue, ty, "method value");
        let inst = g.act(Opcode::MethodValue, site, &[v], &[id.raw(), NONE], &[ty]);
        let f = g.fr.b.result(inst, 0);
        g.trust(f, true);
        keep_or_call(g, f, ty);
    };
    if matches!(g.t.shape(recv), Shape::Ptr(_)) {
        g.guard(v, recv, run);
    } else {
        run(g);
    }
    true
}

fn keep_or_call(g: &mut Gen<'_>, f: Value, ty: TypeId) {
    if g.src.chance(128)
        && let Some(var) = g.find_var(|_, other| other == ty)
    {
        g.store(var.addr, f);
    }
    g.keep(f, ty);
    if g.src.chance(160) {
        for (v, ty) in g.call_value(f, ty, 1) {
            g.touch(v, ty, 1);
        }
    }
}

/// `f := i.Get`.
fn interface_method_value(g: &mut Gen<'_>) -> bool {
    let getter = g.u.getter;
    let v = g.make(getter, 2);
    let index = g.src.below(2);
    let ty = match g.shape(getter) {
        Shape::Interface(methods) => methods[index as usize],
        _ => return false,
    };
    g.guard(v, getter, |g| {
        let site = g.site(SiteKind::MethodValue, ty, "method value");
        let inst = g.act(Opcode::MethodValue, site, &[v], &[NONE, index], &[ty]);
        let f = g.fr.b.result(inst, 0);
        g.trust(f, true);
        keep_or_call(g, f, ty);
    });
    true
}

impl Gen<'_> {
    /// A func type of the cast, or `func()`.
    pub(super) fn function_type(&mut self) -> TypeId {
        let fit: Vec<_> =
            self.u.common.iter().copied().filter(|&ty| matches!(self.t.shape(ty), Shape::Func { .. })).collect();
        if fit.is_empty() || self.src.chance(50) {
            return self.u.thunk;
        }
        self.src.pick(&fit)
    }
}
