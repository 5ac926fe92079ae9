//! Deferred calls, panics, recovers.
//!
//! A function that panics on purpose has a deferred call that recovers, mostly its own; roots always have one.

use super::super::calls::{Capture, Role};
use super::super::frame::Var;
use super::super::types::Shape;
use super::{Gen, Production, row};
use crate::entity::{InstId, Value};
use crate::ir::attr;
use crate::ir::{Opcode, SiteKind, intrinsic};

pub(super) const TABLE: &[Production] = &[
    row(7, |f| f.defers && f.closures, defer_literal),
    row(5, |f| f.defers, defer_call),
    row(3, |f| f.defers && f.interfaces, defer_method),
    row(4, |f| f.defers, defer_intrinsic),
    row(5, |f| f.panics, panic),
    row(2, |f| f.panics, accident),
];

impl Gen<'_> {
    /// `defer func() { if r := recover(); r != nil { use(r); result = … } }()`.
    pub(in super::super) fn defer_handler(&mut self) {
        let (thunk, any) = (self.u.thunk, self.u.any);
        let mut captures = Vec::new();
        if let Some(&ty) = self.fr.results.first()
            && let Some(&addr) = self.fr.result_vars.first()
        {
            let var = Var { addr, ty, frozen: false, target: None };
            captures.push(Capture { binding: addr, ty: self.ptr_to(ty), var: Some(var) });
        }
        let (v, _) = self.nested(thunk, &captures, (false, false), |g| {
            let r = g.op(Opcode::Recover, 0, &[], any);
            g.guard(r, any, |g| {
                g.touch(r, any, 2);
                if let Some(&var) = g.fr.vars.first()
                    && g.src.chance(100)
                {
                    let v = g.make(var.ty, 1);
                    g.store(var.addr, v);
                }
            });
            g.finish();
        });
        self.act(Opcode::DeferIndirect, 0, &[v], &[], &[]);
    }
}

/// Whether the function may defer here: it runs what it has deferred when it returns.
fn may_defer(g: &Gen<'_>) -> bool {
    g.fr.defers && g.fr.depth < 3
}

/// Marks a deferred call whose record outlives its statement. Where depths are those of the flow graph it need not be marked.
fn recorded(g: &mut Gen<'_>, inst: InstId) {
    if g.fr.depth > 1 && (g.fr.syntactic || g.src.chance(100)) {
        g.fr.b.attr(inst, attr::DEFER_HEAP, 1);
    }
}

fn defer_literal(g: &mut Gen<'_>) -> bool {
    if !may_defer(g) || !g.may_nest() {
        return false;
    }
    let ty = g.function_type();
    let (v, _) = g.closure(ty, false);
    let mut args = vec![v];
    for ty in g.t.signature(ty).0.to_vec() {
        args.push(g.make(ty, 1));
    }
    let inst = g.act(Opcode::DeferIndirect, 0, &args, &[], &[]);
    recorded(g, inst);
    true
}

fn defer_call(g: &mut Gen<'_>) -> bool {
    if !may_defer(g) {
        return false;
    }
    let Some(n) = g.pick_func(|f| matches!(f.role, Role::Plain | Role::External)) else { return false };
    let args = g.arguments(n, 2);
    let id = g.funcs[n].id;
    let inst = g.act(Opcode::Defer, id.raw(), &args, &[], &[]);
    recorded(g, inst);
    true
}

fn defer_method(g: &mut Gen<'_>) -> bool {
    if !may_defer(g) {
        return false;
    }
    let (getter, int_ptr) = (g.u.getter, g.u.int_ptr);
    let i = g.make(getter, 2);
    let arg = g.make(int_ptr, 1);
    g.guard(i, getter, |g| {
        let inst = g.act(Opcode::DeferMethod, 1, &[i, arg], &[], &[]);
        recorded(g, inst);
    });
    true
}

fn defer_intrinsic(g: &mut Gen<'_>) -> bool {
    if !may_defer(g) {
        return false;
    }
    let int = g.u.int;
    let (id, args): (u32, Vec<Value>) = match g.src.below(8) {
        1 if g.f.channels => {
            let ty = g.t.chan(&mut g.m, int);
            (intrinsic::CLOSE, vec![g.maker(Opcode::MakeChan, SiteKind::Chan, &[], ty)])
        }
        2 if g.f.maps => {
            let ty = g.t.map(&mut g.m, int, int);
            (intrinsic::DELETE, vec![g.fresh(ty, 1), g.int(1)])
        }
        3 if g.fr.handler => {
            let any = g.u.any;
            let v = g.make(any, 2);
            let v = if g.f.interfaces { v } else { some_error(g) };
            (intrinsic::PANIC_VALUE, vec![v])
        }
        4 => (intrinsic::RECOVER_DISCARD, vec![]),
        5..=7 => {
            let Some((s, _)) = g.find(|g, ty| matches!(g.t.shape(ty), Shape::Slice(_))) else { return false };
            (intrinsic::CLEAR, vec![s])
        }
        _ => (intrinsic::PRINTLN, vec![g.make(int, 1)]),
    };
    let inst = g.act(Opcode::DeferIntrinsic, id, &args, &[], &[]);
    recorded(g, inst);
    true
}

/// Something to panic with.
fn some_error(g: &mut Gen<'_>) -> Value {
    let (any, string) = (g.u.any, g.u.string);
    let text = g.text("error");
    g.in_interface(text, string, any)
}

/// `if c { panic(x) }`.
fn panic(g: &mut Gen<'_>) -> bool {
    if !g.fr.handler {
        return false;
    }
    let c = g.condition();
    let any = g.u.any;
    g.when(c, |g| {
        let v = if g.src.chance(190) && g.f.interfaces { g.make(any, 2) } else { some_error(g) };
        g.act(Opcode::Panic, 0, &[v], &[], &[]);
        g.fr.ended = true;
    });
    true
}

/// What panics by itself: a nil pointer, an index, a division, an assertion.
fn accident(g: &mut Gen<'_>) -> bool {
    if !g.fr.handler {
        return false;
    }
    let c = g.condition();
    let kind = g.src.below(3);
    g.when(c, |g| {
        let (int, int_ptr) = (g.u.int, g.u.int_ptr);
        match kind {
            0 => {
                let nil = g.zero(int_ptr);
                g.load(nil, int);
            }
            1 => {
                let (one, zero) = (g.int(1), g.int(0));
                g.binary(crate::ir::BinaryOp::Div, one, zero);
            }
            _ => {
                let any = g.u.any;
                let nil = g.zero(any);
                g.op(Opcode::TypeAssert, 0, &[nil], int);
            }
        }
    });
    true
}
