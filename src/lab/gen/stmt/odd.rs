//! Storage that is too large, too aligned, or nothing; numbers that are no integers.

use super::super::frame::Var;
use super::{Gen, Production, row};
use crate::ir::{BinaryOp, Opcode, SiteKind, TypeKind, UnaryOp, intrinsic};

pub(super) const TABLE: &[Production] = &[
    row(1, |f| f.odd, too_large),
    row(1, |f| f.odd, too_aligned),
    row(1, |f| f.odd && f.slices, nothing),
    row(3, |f| f.floats, complex),
    row(3, |_| true, arithmetic),
];

/// A struct that no stack takes, but for its padding an ordinary one.
fn too_large(g: &mut Gen<'_>) -> bool {
    let (size, kind) = if g.src.chance(128) { (140_000, SiteKind::Var) } else { (70_000, SiteKind::New) };
    let padding = g.t.opaque(&mut g.m, size, 8, false);
    padded(g, padding, kind);
    true
}

fn too_aligned(g: &mut Gen<'_>) -> bool {
    let padding = g.t.opaque(&mut g.m, 32, 32, false);
    padded(g, padding, SiteKind::Var);
    true
}

/// A struct of a pointer and padding, used.
fn padded(g: &mut Gen<'_>, padding: crate::entity::TypeId, kind: SiteKind) {
    let int_ptr = g.u.int_ptr;
    let ty = g.t.strukt(&mut g.m, &[("p", int_ptr), ("pad", padding)]);
    let addr = match kind {
        SiteKind::Var => g.variable(ty),
        kind => g.storage(Opcode::New, kind, ty),
    };
    let (at, _) = g.part_addr(addr, ty, 0);
    let p = g.make(int_ptr, 2);
    g.store(at, p);
    let to = g.ptr_to(int_ptr);
    g.keep(at, to);
    let p = g.load(at, int_ptr);
    g.touch(p, int_ptr, 1);
}

/// A slice of elements of no size.
fn nothing(g: &mut Gen<'_>) -> bool {
    let empty = g.t.strukt(&mut g.m, &[]);
    let ty = g.slice_of(empty);
    let n = g.int(3);
    let s = g.maker(Opcode::MakeSlice, SiteKind::MakeSlice, &[n, n], ty);
    let n = g.len(s);
    g.print(&[n]);
    if g.f.interfaces {
        let v = g.zero(empty);
        let i = g.in_interface(v, empty, g.u.any);
        let any = g.u.any;
        g.keep(i, any);
    }
    true
}

fn complex(g: &mut Gen<'_>) -> bool {
    let float = g.u.float;
    let complex = g.t.basic(&mut g.m, TypeKind::C128);
    let (a, b) = (g.make(float, 1), g.make(float, 1));
    let c = g.op(Opcode::Intrinsic, intrinsic::COMPLEX, &[a, b], complex);
    let re = g.op(Opcode::Intrinsic, intrinsic::REAL, &[c], float);
    let im = g.op(Opcode::Intrinsic, intrinsic::IMAG, &[c], float);
    let sum = g.op(Opcode::Binary, BinaryOp::Sub as u32, &[re, im], float);
    g.print(&[sum]);
    let addr = g.variable(float);
    g.store(addr, sum);
    g.fr.vars.push(Var { addr, ty: float, frozen: false, target: None });
    true
}

/// Operators nothing else here needs.
fn arithmetic(g: &mut Gen<'_>) -> bool {
    let (int, bool) = (g.u.int, g.u.bool);
    let (a, k) = (g.make(int, 1), g.src.below(7) + 1);
    let k = g.int(k.into());
    let op = g.src.pick(&[
        BinaryOp::Xor,
        BinaryOp::Or,
        BinaryOp::AndNot,
        BinaryOp::Shl,
        BinaryOp::Shr,
        BinaryOp::Div,
        BinaryOp::Rem,
    ]);
    let v = g.binary(op, a, k);
    let com = g.op(Opcode::Unary, UnaryOp::Com as u32, &[v], int);
    let c = g.compare(crate::ir::CompareOp::Ge, com, a);
    let not = g.op(Opcode::Unary, UnaryOp::Not as u32, &[c], bool);
    g.print(&[com, not]);
    g.keep(v, int);
    true
}
