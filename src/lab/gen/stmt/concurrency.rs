//! Goroutines and channels. Whoever waits is sure to be met: sends and receives that might block are cases of a select with a
//! default, or have a partner that cannot fail to come.

use super::super::calls::{Capture, Role};
use super::super::types::Shape;
use super::{Gen, Production, row};
use crate::entity::{TypeId, Value};
use crate::ir::{CompareOp, Opcode, SiteKind, intrinsic};

pub(super) const TABLE: &[Production] = &[
    row(6, |f| f.channels, send_or_not),
    row(4, |f| f.channels, buffered),
    row(4, |f| f.channels, select),
    row(5, |f| f.goroutines && f.closures && f.channels, handshake),
    row(5, |f| f.goroutines && f.closures, go_literal),
    row(4, |f| f.goroutines && f.calls, go_call),
    row(2, |f| f.goroutines && f.interfaces, go_method),
    row(2, |f| f.goroutines, go_intrinsic),
];

fn is_chan(g: &Gen<'_>, ty: TypeId) -> bool {
    matches!(g.t.shape(ty), Shape::Chan(_))
}

fn has_default(sends: u32) -> u32 {
    (1 << 31) | sends
}

/// `select { case ch <- v: default: }`.
fn send_or_not(g: &mut Gen<'_>) -> bool {
    let Some((ch, ty)) = g.find(is_chan) else { return false };
    let elem = g.elem(ty).expect("a channel");
    let v = g.make(elem, 2);
    let (int, bool) = (g.u.int, g.u.bool);
    let inst = g.act(Opcode::ChanSelect, has_default(1), &[ch, v], &[], &[int, bool]);
    let chosen = g.fr.b.result(inst, 0);
    g.print(&[chosen]);
    true
}

/// A channel with room for two, filled, closed and emptied here.
fn buffered(g: &mut Gen<'_>) -> bool {
    let elem = g.common();
    let (ch, ty) = channel(g, elem, 2);
    for _ in 0..1 + g.src.below(2) {
        let v = g.make(elem, 2);
        g.act(Opcode::ChanSend, 0, &[ch, v], &[], &[]);
    }
    let cap = g.op(Opcode::Cap, 0, &[ch], g.u.int);
    g.print(&[cap]);
    if g.src.chance(100) {
        // Somebody else may close or empty it from now on: no waiting any more.
        g.keep(ch, ty);
        return true;
    }
    g.act(Opcode::Intrinsic, intrinsic::CLOSE, &[ch], &[], &[]);
    for _ in 0..2 {
        receive(g, ch, elem);
    }
    true
}

fn channel(g: &mut Gen<'_>, elem: TypeId, room: i64) -> (Value, TypeId) {
    let ty = g.t.chan(&mut g.m, elem);
    let room = g.int(room);
    (g.maker(Opcode::MakeChan, SiteKind::Chan, &[room], ty), ty)
}

fn receive(g: &mut Gen<'_>, ch: Value, elem: TypeId) {
    let bool = g.u.bool;
    let two = g.src.chance(128);
    let types = if two { vec![elem, bool] } else { vec![elem] };
    let inst = g.act(Opcode::ChanRecv, 0, &[ch], &[], &types);
    let v = g.fr.b.result(inst, 0);
    if two {
        let open = g.fr.b.result(inst, 1);
        g.print(&[open]);
    }
    g.keep(v, elem);
    g.touch(v, elem, 2);
}

/// Two cases and a default.
fn select(g: &mut Gen<'_>) -> bool {
    let Some((a, ty)) = g.find(is_chan) else { return false };
    let elem = g.elem(ty).expect("a channel");
    let b = g.make(ty, 1);
    let v = g.make(elem, 2);
    let (int, bool) = (g.u.int, g.u.bool);
    let inst = g.act(Opcode::ChanSelect, has_default(1), &[a, v, b], &[], &[int, bool, elem]);
    let [chosen, _, got] = [0, 1, 2].map(|n| g.fr.b.result(inst, n));
    let one = g.int(1);
    let c = g.compare(CompareOp::Eq, chosen, one);
    g.when(c, |g| g.touch(got, elem, 2));
    g.keep(got, elem);
    true
}

/// `ch := make(chan T); go func() { ch <- v }(); v := <-ch`: the value changes goroutines.
fn handshake(g: &mut Gen<'_>) -> bool {
    if !g.may_nest() {
        return false;
    }
    let elem = g.common();
    let (ch, ty) = channel(g, elem, 0);
    let thunk = g.u.thunk;
    let mut captures = vec![Capture { binding: ch, ty, var: None }];
    // What it sends may be something of ours.
    captures.extend(g.captures().into_iter().filter(|c| c.binding != ch).take(1));
    let (sender, _) = g.nested(thunk, &captures, (false, false), |g| {
        let ch = g.fr.vals[0].v;
        let v = g.make(elem, 1);
        g.act(Opcode::ChanSend, 0, &[ch, v], &[], &[]);
        g.finish();
    });
    g.act(Opcode::GoIndirect, 0, &[sender], &[], &[]);
    // With a deadline of nobody else's: the sender has nothing else to do.
    if g.src.chance(128) {
        receive(g, ch, elem);
    } else {
        let (int, bool) = (g.u.int, g.u.bool);
        let inst = g.act(Opcode::ChanSelect, 0, &[ch], &[], &[int, bool, elem]);
        let v = g.fr.b.result(inst, 2);
        g.touch(v, elem, 2);
        g.keep(v, elem);
    }
    true
}

/// `go func() { … }()`, which panics to nobody's harm.
fn go_literal(g: &mut Gen<'_>) -> bool {
    if !g.may_nest() {
        return false;
    }
    let ty = g.function_type();
    let panics = g.f.panics;
    let (v, _) = g.closure(ty, panics);
    let params = g.t.signature(ty).0.to_vec();
    let mut args = vec![v];
    for ty in params {
        args.push(g.make(ty, 1));
    }
    g.act(Opcode::GoIndirect, 0, &args, &[], &[]);
    true
}

fn go_call(g: &mut Gen<'_>) -> bool {
    let panics = g.f.panics;
    let Some(n) = g.pick_func(|f| f.role == Role::Plain && (f.handler || !panics)) else { return false };
    let args = g.arguments(n, 2);
    let id = g.funcs[n].id;
    g.act(Opcode::Go, id.raw(), &args, &[], &[]);
    true
}

/// `go i.Get()`.
fn go_method(g: &mut Gen<'_>) -> bool {
    let getter = g.u.getter;
    let i = g.make(getter, 2);
    g.guard(i, getter, |g| {
        g.act(Opcode::GoMethod, 0, &[i], &[], &[]);
    });
    true
}

fn go_intrinsic(g: &mut Gen<'_>) -> bool {
    let int = g.u.int;
    let v = g.make(int, 1);
    let args = match g.find(|g, ty| matches!(g.t.shape(ty), Shape::Ptr(_))) {
        Some((p, _)) => vec![v, p],
        None => vec![v],
    };
    g.act(Opcode::GoIntrinsic, intrinsic::PRINTLN, &args, &[], &[]);
    true
}
