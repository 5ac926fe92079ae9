//! Conditions, switches, loops, early returns.

use super::super::frame::Var;
use super::super::types::Shape;
use super::{Gen, NESTING, Production, row};
use crate::entity::{TypeId, Value};
use crate::ir::site::SILENT;
use crate::ir::{BinaryOp, CompareOp, Opcode, SiteKind};

pub(super) const TABLE: &[Production] = &[
    row(14, |f| f.branches, if_statement),
    row(9, |f| f.branches, early_return),
    row(4, |f| f.branches && f.ssa, either_pointer),
    row(6, |f| f.switches, switch),
    row(24, |f| f.loops, count),
    row(8, |f| f.loops && f.slices, range_slice),
    row(6, |f| f.loops && f.maps, range_map),
    row(8, |f| f.loops && f.fresh, fresh_each_time),
    row(6, |f| f.loops && f.ssa, walk_list),
    row(5, |f| f.loops && f.carried, carry),
    row(1, |f| f.branches, never),
];

/// Whether another loop or condition fits here.
fn room(g: &Gen<'_>) -> bool {
    g.fr.nesting < NESTING && !g.tight()
}

fn if_statement(g: &mut Gen<'_>) -> bool {
    if !room(g) {
        return false;
    }
    let c = g.condition();
    g.when(c, |g| g.statements(170));
    true
}

/// `if c { return … }`.
fn early_return(g: &mut Gen<'_>) -> bool {
    // In a function that states its depths, a return inside a loop would stand at two depths.
    if !room(g) || g.fr.syntactic && g.fr.depth > 1 {
        return false;
    }
    let c = g.condition();
    g.when(c, |g| {
        g.statements(80);
        g.finish();
    });
    true
}

/// A pointer that the branch itself hands to the block where both ways meet.
fn either_pointer(g: &mut Gen<'_>) -> bool {
    if !room(g) {
        return false;
    }
    let Some((p, ty)) = g.find(|g, ty| matches!(g.t.shape(ty), Shape::Ptr(_))) else { return false };
    let (c, here) = (g.condition(), g.here());
    let [other, join] = g.blocks(here, [&[], &[ty]]);
    g.act(Opcode::Branch, 1, &[c, p], &[join.raw(), other.raw()], &[]);
    g.enter(other);
    let q = g.scoped(|g| g.make(ty, 2));
    g.jump(join, &[q]);
    g.enter(join);
    let v = g.fr.b.param(join, 0);
    g.keep(v, ty);
    g.touch(v, ty, 2);
    true
}

fn switch(g: &mut Gen<'_>) -> bool {
    if !room(g) {
        return false;
    }
    let int = g.u.int;
    let n = g.make(int, 1);
    let three = g.int(3);
    let n = g.binary(BinaryOp::And, n, three);
    let (ty, here) = (g.common(), g.here());
    let [join, one, default] = g.blocks(here, [&[ty], &[], &[]]);
    let straight = g.make(ty, 0);
    let case = |n: u32, block: u32, args: u32| [n, 0, block, args];
    let imms: Vec<u32> =
        [vec![default.raw(), 0], case(1, one.raw(), 0).to_vec(), case(2, join.raw(), 1).to_vec()].concat();
    g.act(Opcode::Switch, 0, &[n, straight], &imms, &[]);
    for block in [one, default] {
        g.enter(block);
        let v = g.scoped(|g| {
            g.statements(90);
            if g.fr.ended { None } else { Some(g.make(ty, 1)) }
        });
        if let Some(v) = v {
            g.jump(join, &[v]);
        }
    }
    g.enter(join);
    let v = g.fr.b.param(join, 0);
    g.keep(v, ty);
    true
}

/// A loop that counts; what is made in it may leave its iteration through variables around it.
fn count(g: &mut Gen<'_>) -> bool {
    if !room(g) || g.fr.depth > 3 {
        return false;
    }
    let n = g.src.below(3) + 2;
    let n = g.int(n.into());
    let int = g.u.int;
    g.repeat(n, &[], |g, i, _| {
        g.keep(i, int);
        g.statements(190);
        Vec::new()
    });
    true
}

fn range_slice(g: &mut Gen<'_>) -> bool {
    if !room(g) {
        return false;
    }
    let Some((s, ty)) = g.find(|g, ty| matches!(g.t.shape(ty), Shape::Slice(_))) else { return false };
    let elem = g.elem(ty).expect("a slice");
    let n = g.len(s);
    // Slices that grow in loops are long before they are walked.
    let most = g.int(4);
    let n = g.op(Opcode::Intrinsic, crate::ir::intrinsic::MIN, &[n, most], g.u.int);
    g.repeat(n, &[], |g, i, _| {
        let addr = g.elem_addr(s, i, elem);
        let v = g.load(addr, elem);
        g.keep(v, elem);
        if g.src.chance(100) {
            let to = g.ptr_to(elem);
            g.keep(addr, to);
        }
        g.touch(v, elem, 1);
        g.statements(130);
        Vec::new()
    });
    true
}

fn range_map(g: &mut Gen<'_>) -> bool {
    if !room(g) {
        return false;
    }
    let Some((m, ty)) = g.find(|g, ty| matches!(g.t.shape(ty), Shape::Map(..))) else { return false };
    let Shape::Map(key, elem) = g.shape(ty) else { return false };
    g.range(m, key, elem, |g, k, v| {
        g.keep(k, key);
        g.keep(v, elem);
        g.touch(v, elem, 1);
        // What a map holds outlives the loop, and in a variable that escapes the function too.
        for (v, ty) in [(k, key), (v, elem)] {
            if let Some(var) = g.find_var(|_, other| other == ty) {
                g.store(var.addr, v);
            }
        }
        g.statements(80);
    });
    true
}

/// `for i := 0; i < 3; i++`, where each iteration has an `i` of its own: the address goes round, its content is copied.
fn fresh_each_time(g: &mut Gen<'_>) -> bool {
    if !room(g) || g.fr.depth > 3 {
        return false;
    }
    let (int, here) = (g.u.int, g.here());
    let ptr = g.u.int_ptr;
    // Declared at the loop's depth, whatever block makes it.
    g.fr.depth += 1;
    let first = g.variable(int);
    let [head, body] = g.blocks(here, [&[ptr], &[]]);
    g.fr.depth -= 1;
    let [exit] = g.blocks(here, [&[]]);
    g.jump(head, &[first]);
    g.fr.depth += 1;
    g.enter(head);
    let addr = g.fr.b.param(head, 0);
    g.trust(addr, true);
    let i = g.load(addr, int);
    let n = g.src.below(2) + 2;
    let n = g.int(n.into());
    let c = g.compare(CompareOp::Lt, i, n);
    g.branch(c, body, exit);
    g.enter(body);
    g.scoped(|g| {
        // Either its address gets about, or literals may capture its value.
        if g.src.chance(150) {
            g.keep(addr, ptr);
        } else {
            g.fr.vars.push(Var { addr, ty: int, frozen: true, target: None });
        }
        g.statements(190);
    });
    if !g.fr.ended {
        let site = g.site(SiteKind::Var, int, "i");
        g.m.site_mut(site.into()).flags = SILENT;
        if g.fr.syntactic {
            let depth = g.fr.depth;
            g.m.attr(crate::ir::Entity::Site, crate::ir::attr::DEPTH, site, depth);
        }
        let next = g.address(Opcode::Var, site, &[], ptr);
        // Somebody may have stored anything: the loop ends all the same.
        let one = g.int(1);
        let i = g.binary(BinaryOp::Add, i, one);
        g.store(next, i);
        g.jump(head, &[next]);
    }
    g.fr.depth -= 1;
    g.enter(exit);
    true
}

/// `for n := list; n != nil; n = n.next`, without a variable; a list may be a ring, so it is counted as well.
fn walk_list(g: &mut Gen<'_>) -> bool {
    if !room(g) || !g.f.structs {
        return false;
    }
    let node = g.u.node;
    let ptr = g.ptr_to(node);
    let first = g.make(ptr, 1);
    let n = g.int(3);
    g.repeat(n, &[(first, ptr)], |g, _, now| {
        let at = now[0];
        let c = g.is_some(at, ptr);
        let next = g.either(
            c,
            ptr,
            |g| {
                let (val, _) = g.part_addr(at, node, 0);
                let v = g.load(val, g.u.int);
                g.print(&[v]);
                let (next, _) = g.part_addr(at, node, 1);
                g.load(next, ptr)
            },
            |g| g.zero(ptr),
        );
        vec![next]
    });
    true
}

/// A pointer to what one iteration made is used in the next.
fn carry(g: &mut Gen<'_>) -> bool {
    if !room(g) || g.fr.depth > 3 {
        return false;
    }
    let elem: TypeId = g.common();
    let ptr = g.ptr_to(elem);
    let first = g.make(ptr, 1);
    let n = g.int(3);
    g.repeat(n, &[(first, ptr)], |g, _, now| {
        let made: Value = if g.src.chance(128) {
            let addr = g.variable(elem);
            g.fill(addr, elem, 1);
            addr
        } else {
            g.fresh(ptr, 1)
        };
        g.touch(now[0], ptr, 1);
        vec![made]
    });
    true
}

/// A branch no run takes.
fn never(g: &mut Gen<'_>) -> bool {
    let Some((s, _)) = g.find(|g, ty| matches!(g.t.shape(ty), Shape::Slice(_) | Shape::Map(..))) else {
        return false;
    };
    let (n, zero) = (g.len(s), g.int(0));
    let c = g.compare(CompareOp::Lt, n, zero);
    g.when(c, |g| {
        g.act(Opcode::Unreachable, 0, &[], &[], &[]);
        g.fr.ended = true;
    });
    true
}
