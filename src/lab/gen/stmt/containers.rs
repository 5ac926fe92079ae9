//! Slices, appends, maps.

use super::super::types::Shape;
use super::{Gen, Production, row};
use crate::entity::{TypeId, Value};
use crate::ir::{BinaryOp, CompareOp, Opcode, SiteKind, intrinsic};

pub(super) const TABLE: &[Production] = &[
    row(10, |f| f.slices, store_element),
    row(9, |f| f.slices, reslice),
    row(9, |f| f.appends && f.slices, append),
    row(5, |f| f.appends && f.slices, append_slice),
    row(5, |f| f.appends && f.slices, copy),
    row(2, |f| f.slices, clear_slice),
    row(5, |f| f.slices && f.arrays, slice_array),
    row(4, |f| f.slices && f.arrays, to_array),
    row(9, |f| f.maps, map_set),
    row(3, |f| f.maps, map_delete),
    row(3, |f| f.maps, map_keys),
    row(2, |f| f.maps, clear_map),
    row(3, |_| true, least),
];

fn is_slice(g: &Gen<'_>, ty: TypeId) -> bool {
    matches!(g.t.shape(ty), Shape::Slice(_))
}

fn is_map(g: &Gen<'_>, ty: TypeId) -> bool {
    matches!(g.t.shape(ty), Shape::Map(..))
}

/// Puts a value where something of its type is, else keeps it.
fn put_back(g: &mut Gen<'_>, v: Value, ty: TypeId) {
    if g.src.chance(190)
        && let Some(var) = g.find_var(|_, other| other == ty)
    {
        g.store(var.addr, v);
        return;
    }
    g.keep(v, ty);
}

/// `s[i] = v`.
fn store_element(g: &mut Gen<'_>) -> bool {
    let Some((s, ty)) = g.find(is_slice) else { return false };
    let elem = g.elem(ty).expect("a slice");
    g.within(s, |g, index| {
        let addr = g.elem_addr(s, index, elem);
        g.fill(addr, elem, 2);
    });
    true
}

/// `s[lo:hi:max]` of a slice; bounds within its length.
fn reslice(g: &mut Gen<'_>) -> bool {
    let Some((s, ty)) = g.find(is_slice) else { return false };
    let n = g.len(s);
    let one = g.int(1);
    let lo = g.op(Opcode::Intrinsic, intrinsic::MIN, &[n, one], g.u.int);
    let (bounds, args) = match g.src.below(5) {
        0 => (1, vec![s, lo]),
        1 => (2, vec![s, lo]),
        2 => (3, vec![s, lo, n]),
        3 => (0, vec![s]),
        _ => {
            let cap = g.op(Opcode::Cap, 0, &[s], g.u.int);
            (7, vec![s, lo, n, cap])
        }
    };
    let v = g.op(Opcode::Slice, bounds, &args, ty);
    put_back(g, v, ty);
    true
}

fn append(g: &mut Gen<'_>) -> bool {
    let Some((s, ty)) = g.find(is_slice) else { return false };
    let elem = g.elem(ty).expect("a slice");
    let mut args = vec![s];
    for _ in 0..1 + g.src.below(2) {
        args.push(g.make(elem, 2));
    }
    let v = g.maker(Opcode::Append, SiteKind::Append, &args, ty);
    put_back(g, v, ty);
    if g.src.chance(60) {
        // The array grown from, if there was room, shows the same elements.
        g.touch(s, ty, 2);
    }
    true
}

fn append_slice(g: &mut Gen<'_>) -> bool {
    let Some((s, ty)) = g.find(is_slice) else { return false };
    let t = g.make(ty, 2);
    // What is appended to itself doubles; loops must not.
    let n = g.len(t);
    let three = g.int(3);
    let n = g.op(Opcode::Intrinsic, intrinsic::MIN, &[n, three], g.u.int);
    let t = g.op(Opcode::Slice, 2, &[t, n], ty);
    let site = g.site(SiteKind::Append, ty, "append");
    let v = g.op(Opcode::AppendSlice, site, &[s, t], ty);
    put_back(g, v, ty);
    true
}

fn copy(g: &mut Gen<'_>) -> bool {
    let Some((s, ty)) = g.find(is_slice) else { return false };
    let t = g.make(ty, 2);
    let n = g.op(Opcode::Intrinsic, intrinsic::COPY_ELEMENTS, &[s, t], g.u.int);
    g.print(&[n]);
    g.touch(s, ty, 2);
    true
}

fn clear_slice(g: &mut Gen<'_>) -> bool {
    let Some((s, _)) = g.find(is_slice) else { return false };
    g.act(Opcode::Intrinsic, intrinsic::CLEAR, &[s], &[], &[]);
    true
}

/// `a[:]` of an array variable.
fn slice_array(g: &mut Gen<'_>) -> bool {
    let Some(var) = g.find_var(|g, ty| matches!(g.t.shape(ty), Shape::Array(..))) else { return false };
    let elem = g.elem(var.ty).expect("an array");
    let ty = g.slice_of(elem);
    let v = g.op(Opcode::Slice, 0, &[var.addr], ty);
    put_back(g, v, ty);
    g.touch(v, ty, 2);
    true
}

/// `[1]T(s)` and `(*[1]T)(s)`.
fn to_array(g: &mut Gen<'_>) -> bool {
    let Some((s, ty)) = g.find(is_slice) else { return false };
    let elem = g.elem(ty).expect("a slice");
    let array = g.t.array(&mut g.m, elem, 1);
    let value = g.src.chance(128);
    g.within(s, |g, _| {
        if value {
            let v = g.op(Opcode::SliceToArray, 0, &[s], array);
            g.touch(v, array, 2);
        } else {
            let to = g.ptr_to(array);
            let p = g.address(Opcode::SliceToArrayPtr, 0, &[s], to);
            let (at, _) = g.part_addr(p, array, 0);
            let v = g.make(elem, 1);
            g.store(at, v);
            g.touch(p, to, 2);
        }
    });
    true
}

/// `m[k] = v`.
fn map_set(g: &mut Gen<'_>) -> bool {
    let Some((m, ty)) = g.find(is_map) else { return false };
    let Shape::Map(key, elem) = g.shape(ty) else { return false };
    g.guard(m, ty, |g| {
        let (k, v) = (g.make(key, 1), g.make(elem, 2));
        g.act(Opcode::MapSet, 0, &[m, k, v], &[], &[]);
    });
    true
}

fn map_delete(g: &mut Gen<'_>) -> bool {
    let Some((m, ty)) = g.find(is_map) else { return false };
    let Shape::Map(key, _) = g.shape(ty) else { return false };
    let k = g.make(key, 1);
    let op = if g.src.chance(60) { (Opcode::Intrinsic, intrinsic::DELETE) } else { (Opcode::MapDelete, 0) };
    g.act(op.0, op.1, &[m, k], &[], &[]);
    true
}

/// `_, ok := m[k]`, with a key made for the lookup.
fn map_keys(g: &mut Gen<'_>) -> bool {
    let Some((m, ty)) = g.find(is_map) else { return false };
    let Shape::Map(key, elem) = g.shape(ty) else { return false };
    let k = g.fresh(key, 1);
    let bool = g.u.bool;
    let inst = g.act(Opcode::MapGet, 0, &[m, k], &[], &[elem, bool]);
    let there = g.fr.b.result(inst, 1);
    let n = g.len(m);
    g.print(&[there, n]);
    true
}

fn clear_map(g: &mut Gen<'_>) -> bool {
    let Some((m, _)) = g.find(is_map) else { return false };
    g.act(Opcode::Intrinsic, intrinsic::CLEAR, &[m], &[], &[]);
    true
}

/// `min` and `max`, of numbers or of strings.
fn least(g: &mut Gen<'_>) -> bool {
    let ty = if g.src.chance(128) && g.f.strings { g.u.string } else { g.u.int };
    let (a, b) = (g.make(ty, 1), g.make(ty, 1));
    let id = if g.src.chance(128) { intrinsic::MIN } else { intrinsic::MAX };
    let v = g.op(Opcode::Intrinsic, id, &[a, b], ty);
    g.keep(v, ty);
    if ty == g.u.int {
        let c = g.compare(CompareOp::Lt, v, a);
        let neg = g.op(Opcode::Unary, crate::ir::UnaryOp::Neg as u32, &[v], ty);
        let sum = g.binary(BinaryOp::Mul, neg, b);
        g.print(&[c, sum]);
    } else {
        g.print(&[v]);
    }
    true
}
