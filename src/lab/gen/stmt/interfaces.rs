//! Boxes, assertions, method calls on interfaces.

use super::super::types::Shape;
use super::{Gen, Production, row};
use crate::entity::TypeId;
use crate::ir::{CompareOp, Opcode};

pub(super) const TABLE: &[Production] = &[
    row(8, |f| f.interfaces, box_something),
    row(8, |f| f.interfaces, call_method),
    row(5, |f| f.interfaces, assert_and_keep),
    row(3, |f| f.interfaces, assert_interface),
    row(3, |f| f.interfaces, compare),
];

fn is_interface(g: &Gen<'_>, ty: TypeId) -> bool {
    matches!(g.t.shape(ty), Shape::Interface(_))
}

/// `var i any = x`.
fn box_something(g: &mut Gen<'_>) -> bool {
    let any = g.u.any;
    let Some((v, ty)) = g.find(|g, ty| !is_interface(g, ty)) else { return false };
    let i = g.in_interface(v, ty, any);
    if g.src.chance(128)
        && let Some(var) = g.find_var(|_, ty| ty == any)
    {
        g.store(var.addr, i);
    } else {
        g.keep(i, any);
    }
    // Asserted at once: the box is used.
    if g.src.chance(128) {
        let back = g.op(Opcode::TypeAssert, 0, &[i], ty);
        g.touch(back, ty, 1);
    }
    true
}

/// `i.Get()` or `i.Swap(p)`.
fn call_method(g: &mut Gen<'_>) -> bool {
    let (getter, int_ptr) = (g.u.getter, g.u.int_ptr);
    let i = g.make(getter, 2);
    let swap = g.src.chance(128);
    let arg = if swap { Some(g.make(int_ptr, 2)) } else { None };
    g.guard(i, getter, |g| {
        let args: Vec<_> = [i].into_iter().chain(arg).collect();
        let v = g.op(Opcode::CallMethod, u32::from(swap), &args, int_ptr);
        g.touch(v, int_ptr, 1);
        if let Some(var) = g.find_var(|_, ty| ty == int_ptr) {
            g.store(var.addr, v);
        }
    });
    true
}

/// `if x, ok := i.(T); ok { … }`.
fn assert_and_keep(g: &mut Gen<'_>) -> bool {
    let fit = g.boxed.clone();
    if fit.is_empty() {
        return false;
    }
    let to = g.src.pick(&fit);
    let Some((i, _)) = g.find(is_interface) else { return false };
    let bool = g.u.bool;
    let inst = g.act(Opcode::TypeAssert, 0, &[i], &[], &[to, bool]);
    let (v, is) = (g.fr.b.result(inst, 0), g.fr.b.result(inst, 1));
    g.keep(v, to);
    g.when(is, |g| {
        g.touch(v, to, 2);
        g.inner(80);
    });
    true
}

/// `i.(Getter)`.
fn assert_interface(g: &mut Gen<'_>) -> bool {
    let (any, getter, bool) = (g.u.any, g.u.getter, g.u.bool);
    let i = g.make(any, 2);
    let inst = g.act(Opcode::TypeAssert, 0, &[i], &[], &[getter, bool]);
    let (v, is) = (g.fr.b.result(inst, 0), g.fr.b.result(inst, 1));
    g.when(is, |g| g.touch(v, getter, 1));
    g.keep(v, getter);
    true
}

/// `i == i` of pointers in interfaces; other contents might not be comparable.
fn compare(g: &mut Gen<'_>) -> bool {
    let (getter, int_ptr, any) = (g.u.getter, g.u.int_ptr, g.u.any);
    let p = g.make(int_ptr, 1);
    let i = g.in_interface(p, int_ptr, any);
    let j = g.make(getter, 1);
    let j = g.op(Opcode::ChangeIface, 0, &[j], any);
    let c = g.compare(CompareOp::Eq, i, j);
    g.print(&[c]);
    true
}
