//! Variables, pointers, fields: stores and loads.

use super::super::frame::Var;
use super::super::types::Shape;
use super::{Gen, Production, row};
use crate::ir::attr;
use crate::ir::{CompareOp, Opcode};

pub(super) const TABLE: &[Production] = &[
    row(40, |_| true, declare),
    row(34, |_| true, touch),
    row(20, |_| true, assign),
    row(12, |_| true, store_through),
    row(12, |f| f.structs || f.arrays, assign_part),
    row(10, |f| f.globals, store_global),
    row(10, |f| f.by_value || f.closures, declare_frozen),
    row(9, |_| true, take_address),
    row(6, |f| f.chains, follow),
    row(5, |_| true, compare),
    row(5, |f| f.memcpy, copy_memory),
    row(3, |f| f.memcpy, zero_memory),
    row(5, |f| f.aggregates, take_apart),
    row(4, |f| f.attributes && f.slices, assign_itself),
    row(2, |_| true, free),
];

/// `x := v`.
pub(super) fn declare(g: &mut Gen<'_>) -> bool {
    let ty = g.common();
    let addr = g.variable(ty);
    if g.src.chance(200) {
        let fuel = 1 + g.src.below(3);
        let v = g.make(ty, fuel);
        g.store(addr, v);
    }
    g.fr.vars.push(Var { addr, ty, frozen: false, target: None });
    true
}

/// `x := v`, and `x` never changes.
fn declare_frozen(g: &mut Gen<'_>) -> bool {
    let ty = g.common();
    let v = g.make(ty, 2);
    let addr = g.variable(ty);
    g.store(addr, v);
    g.fr.vars.push(Var { addr, ty, frozen: true, target: None });
    true
}

fn touch(g: &mut Gen<'_>) -> bool {
    g.touch_something();
    true
}

fn assign(g: &mut Gen<'_>) -> bool {
    let Some(var) = g.find_var(|_, _| true) else { return false };
    let v = g.make(var.ty, 2);
    g.store(var.addr, v);
    true
}

/// `*p = v`.
fn store_through(g: &mut Gen<'_>) -> bool {
    let is_ptr = |g: &Gen<'_>, ty| matches!(g.t.shape(ty), Shape::Ptr(_));
    let Some((p, ty)) = g.find(is_ptr) else { return false };
    g.guard(p, ty, |g| {
        if let Some(elem) = g.elem(ty) {
            g.fill(p, elem, 2);
        }
    });
    true
}

fn assign_part(g: &mut Gen<'_>) -> bool {
    let Some(var) = g.find_var(|g, ty| matches!(g.t.shape(ty), Shape::Struct(_) | Shape::Array(..))) else {
        return false;
    };
    let n = g.src.below(4);
    let (mut addr, mut ty) = g.part_addr(var.addr, var.ty, n);
    if matches!(g.t.shape(ty), Shape::Struct(_) | Shape::Array(..)) {
        let n = g.src.below(3);
        (addr, ty) = g.part_addr(addr, ty, n);
    }
    let v = g.make(ty, 2);
    g.store(addr, v);
    true
}

fn store_global(g: &mut Gen<'_>) -> bool {
    if g.globals.is_empty() {
        return false;
    }
    let (global, ty) = g.src.pick(&g.globals.clone());
    let v = g.make(ty, 2);
    let addr = g.global_addr(global, ty);
    if g.src.chance(60) {
        g.fill(addr, ty, 2);
    } else {
        g.store(addr, v);
    }
    true
}

/// `p := &x`.
fn take_address(g: &mut Gen<'_>) -> bool {
    let Some(var) = g.find_var(|_, _| true) else { return false };
    let ty = g.ptr_to(var.ty);
    if g.src.chance(80) && g.f.ssa {
        g.keep(var.addr, ty);
        return true;
    }
    let addr = g.variable(ty);
    g.store(addr, var.addr);
    g.fr.vars.push(Var { addr, ty, frozen: false, target: None });
    true
}

/// `x := **p`, keeping every step.
fn follow(g: &mut Gen<'_>) -> bool {
    let is_chain = |g: &Gen<'_>, ty| {
        let Shape::Ptr(elem) = g.t.shape(ty) else { return false };
        matches!(g.t.shape(*elem), Shape::Ptr(_))
    };
    let Some((p, ty)) = g.find(is_chain) else { return false };
    let inner = g.elem(ty).expect("a pointer");
    let v = g.read(p, ty);
    g.keep(v, inner);
    g.touch(v, inner, 1);
    true
}

fn compare(g: &mut Gen<'_>) -> bool {
    let Some((a, ty)) = g.find(|g, ty| g.comparable(ty)) else { return false };
    let b = g.make(ty, 1);
    let op = if g.src.chance(128) { CompareOp::Ne } else { CompareOp::Eq };
    let c = g.compare(op, a, b);
    g.print(&[c]);
    true
}

/// `*p = *q`, all at once.
fn copy_memory(g: &mut Gen<'_>) -> bool {
    let Some(var) = g.find_var(|g, ty| g.t.pointers(ty)) else { return false };
    let to = g.ptr_to(var.ty);
    let from = g.make(to, 2);
    g.guard(from, to, |g| {
        let (dst, src) = if g.src.chance(128) { (from, var.addr) } else { (var.addr, from) };
        g.act(Opcode::Memcpy, var.ty.raw(), &[dst, src], &[], &[]);
    });
    true
}

fn zero_memory(g: &mut Gen<'_>) -> bool {
    let Some(var) = g.find_var(|_, _| true) else { return false };
    g.act(Opcode::ZeroMem, 0, &[var.addr], &[], &[]);
    true
}

/// A part of a value that was put together.
fn take_apart(g: &mut Gen<'_>) -> bool {
    let whole = |g: &Gen<'_>, ty| match g.t.shape(ty) {
        Shape::Struct(fields) => !fields.is_empty(),
        Shape::Array(_, len) => *len > 0,
        _ => false,
    };
    let Some((v, ty)) = g.find(whole) else { return false };
    let (part, ty) = match g.shape(ty) {
        Shape::Struct(fields) => {
            let n = g.src.below(fields.len() as u32);
            let field = fields[n as usize].0;
            (g.op(Opcode::Extract, n, &[v], field), field)
        }
        Shape::Array(elem, len) => {
            let index = g.src.below(len);
            let index = g.int(index.into());
            (g.op(Opcode::ExtractElem, 0, &[v, index], elem), elem)
        }
        _ => return false,
    };
    g.keep(part, ty);
    g.touch(part, ty, 1);
    true
}

/// `p.s = p.s[:len(p.s)]`: nothing new is stored.
fn assign_itself(g: &mut Gen<'_>) -> bool {
    let Some((p, ty)) =
        g.find(|g, ty| matches!(g.t.shape(ty), Shape::Ptr(elem) if matches!(g.t.shape(*elem), Shape::Slice(_))))
    else {
        return false;
    };
    let slice = g.elem(ty).expect("a pointer");
    g.guard(p, ty, |g| {
        let s = g.load(p, slice);
        let n = g.len(s);
        let t = g.op(Opcode::Slice, 2, &[s, n], slice);
        let store = g.store(p, t);
        g.fr.b.attr(store, attr::SELF_ASSIGN, 1);
    });
    true
}

/// Storage that is freed by hand, after its last use.
fn free(g: &mut Gen<'_>) -> bool {
    let int = g.u.int;
    let p = g.storage(Opcode::New, crate::ir::SiteKind::New, int);
    let one = g.int(1);
    g.store(p, one);
    let v = g.load(p, int);
    g.print(&[v]);
    g.act(Opcode::Free, 0, &[p], &[], &[]);
    true
}
