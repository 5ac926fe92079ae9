//! Round trips through integers and untyped pointers. An integer made from a pointer becomes one again in the same expression: that is
//! all the language allows, and all that model `gc` follows.

use super::super::types::Shape;
use super::{Gen, Production, row};
use crate::ir::attr;
use crate::ir::{BinaryOp, Opcode, SiteKind, UnaryOp, intrinsic};

pub(super) const TABLE: &[Production] = &[
    row(4, |f| f.unsafes, through_integer),
    row(3, |f| f.unsafes, through_untyped),
    row(3, |f| f.unsafes && f.structs, to_field),
    row(3, |f| f.unsafes && f.slices, slice_data),
    row(2, |f| f.unsafes && f.strings && f.slices, string_data),
    row(2, |f| f.unsafes && f.attributes, reflect_header),
    row(2, |f| f.unsafes && f.attributes && f.externals, integer_that_escapes),
    row(2, |f| f.unsafes, keep_alive),
    row(1, |f| f.unsafes, escape),
];

fn is_ptr(g: &Gen<'_>, ty: crate::entity::TypeId) -> bool {
    matches!(g.t.shape(ty), Shape::Ptr(_))
}

/// `q := (*T)(unsafe.Pointer(uintptr(unsafe.Pointer(p)) + 0))`, or `0 | n`, or `^^n`.
fn through_integer(g: &mut Gen<'_>) -> bool {
    let Some((p, ty)) = g.find(is_ptr) else { return false };
    let uintptr = g.u.uintptr;
    let n = g.op(Opcode::PtrToInt, 0, &[p], uintptr);
    let zero = g.number(0, uintptr);
    let n = match g.src.below(4) {
        0 => g.op(Opcode::Binary, BinaryOp::Or as u32, &[zero, n], uintptr),
        1 => {
            let n = g.op(Opcode::Unary, UnaryOp::Com as u32, &[n], uintptr);
            g.op(Opcode::Unary, UnaryOp::Com as u32, &[n], uintptr)
        }
        _ => g.op(Opcode::Binary, BinaryOp::Add as u32, &[n, zero], uintptr),
    };
    let q = g.op(Opcode::IntToPtr, 0, &[n], ty);
    g.keep(q, ty);
    g.touch(q, ty, 2);
    true
}

/// `q := (*T)(unsafe.Pointer(p))`.
fn through_untyped(g: &mut Gen<'_>) -> bool {
    let Some((p, ty)) = g.find(is_ptr) else { return false };
    let u = g.op(Opcode::Cast, 0, &[p], g.u.unsafe_ptr);
    let q = g.op(Opcode::Cast, 0, &[u], ty);
    g.keep(q, ty);
    g.touch(q, ty, 2);
    true
}

/// `(*T)(unsafe.Add(p, unsafe.Offsetof(p.f)))`.
fn to_field(g: &mut Gen<'_>) -> bool {
    let Some(var) = g.find_var(|g, ty| matches!(g.t.shape(ty), Shape::Struct(_))) else { return false };
    let Shape::Struct(fields) = g.shape(var.ty) else { return false };
    let (field, offset) = g.src.pick(&fields);
    let to = g.ptr_to(field);
    let offset = g.int(offset as i64);
    let q = g.op(Opcode::PtrOffset, 0, &[var.addr, offset], g.u.unsafe_ptr);
    let q = g.address(Opcode::Cast, 0, &[q], to);
    let v = g.make(field, 1);
    g.store(q, v);
    g.keep(q, to);
    g.touch(q, to, 1);
    true
}

/// `unsafe.Slice(unsafe.SliceData(s), 1)`, and a slice over a variable.
fn slice_data(g: &mut Gen<'_>) -> bool {
    if g.src.chance(128) {
        let Some(var) = g.find_var(|_, _| true) else { return false };
        let ty = g.slice_of(var.ty);
        let one = g.int(1);
        let s = g.op(Opcode::Intrinsic, intrinsic::UNSAFE_SLICE, &[var.addr, one], ty);
        g.keep(s, ty);
        g.touch(s, ty, 2);
        return true;
    }
    let Some((s, ty)) = g.find(|g, ty| matches!(g.t.shape(ty), Shape::Slice(_))) else { return false };
    let elem = g.elem(ty).expect("a slice");
    let to = g.ptr_to(elem);
    g.within(s, |g, _| {
        let p = g.address(Opcode::Intrinsic, intrinsic::UNSAFE_SLICE_DATA, &[s], to);
        let one = g.int(1);
        let t = g.op(Opcode::Intrinsic, intrinsic::UNSAFE_SLICE, &[p, one], ty);
        g.touch(t, ty, 2);
        if let Some(var) = g.find_var(|_, other| other == ty) {
            g.store(var.addr, t);
        }
    });
    true
}

/// A string over the bytes of a slice, and the bytes of a string.
fn string_data(g: &mut Gen<'_>) -> bool {
    let (string, byte) = (g.u.string, g.u.byte);
    let ty = g.slice_of(byte);
    let text = g.text("bytes");
    let b = g.maker(Opcode::Convert, SiteKind::StringConversion, &[text], ty);
    let to = g.ptr_to(byte);
    let p = g.address(Opcode::Intrinsic, intrinsic::UNSAFE_SLICE_DATA, &[b], to);
    let n = g.len(b);
    let s = g.op(Opcode::Intrinsic, intrinsic::UNSAFE_STRING, &[p, n], string);
    g.print(&[s]);
    g.keep(s, string);
    let p = g.address(Opcode::Intrinsic, intrinsic::UNSAFE_STRING_DATA, &[s], to);
    let v = g.load(p, byte);
    g.print(&[v]);
    g.keep(p, to);
    true
}

/// The data word of a reflect header, written and read back.
fn reflect_header(g: &mut Gen<'_>) -> bool {
    let Some((p, ty)) = g.find(is_ptr) else { return false };
    let (uintptr, int) = (g.u.uintptr, g.u.int);
    let header = g.t.strukt(&mut g.m, &[("Data", uintptr), ("Len", int), ("Cap", int)]);
    let addr = g.variable(header);
    let data = g.field_addr(addr, 0, uintptr);
    let n = g.op(Opcode::PtrToInt, 0, &[p], uintptr);
    let store = g.store(data, n);
    g.fr.b.attr(store, attr::HEADER_DATA, 1);
    let load = g.act(Opcode::Load, 0, &[data], &[], &[uintptr]);
    g.fr.b.attr(load, attr::HEADER_DATA, 1);
    let n = g.fr.b.result(load, 0);
    let q = g.op(Opcode::IntToPtr, 0, &[n], ty);
    g.touch(q, ty, 1);
    true
}

/// An integer passed to a function that keeps it.
fn integer_that_escapes(g: &mut Gen<'_>) -> bool {
    let Some((p, _)) = g.find(is_ptr) else { return false };
    let uintptr = g.u.uintptr;
    let key = if g.src.chance(100) { attr::UINTPTR_KEEPALIVE } else { attr::UINTPTR_ESCAPES };
    let inst = g.act(Opcode::PtrToInt, 0, &[p], &[], &[uintptr]);
    g.fr.b.attr(inst, key, 1);
    let n = g.fr.b.result(inst, 0);
    let callee = match g.integer_taker {
        Some(func) => func,
        None => {
            let n = g.declare("main.keep", vec![uintptr], vec![], super::super::calls::Role::External);
            let id = g.funcs[n].id;
            g.integer_taker = Some(id);
            id
        }
    };
    g.act(Opcode::Call, callee.raw(), &[n], &[], &[]);
    true
}

fn keep_alive(g: &mut Gen<'_>) -> bool {
    let Some((p, _)) = g.find(is_ptr) else { return false };
    g.act(Opcode::Intrinsic, intrinsic::KEEP_ALIVE, &[p], &[], &[]);
    true
}

fn escape(g: &mut Gen<'_>) -> bool {
    let Some((p, ty)) = g.find(is_ptr) else { return false };
    g.act(Opcode::Intrinsic, intrinsic::ESCAPE_VALUE, &[p], &[], &[]);
    g.touch(p, ty, 2);
    true
}
