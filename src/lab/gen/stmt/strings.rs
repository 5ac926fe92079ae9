//! Strings, whose bytes may lie on the stack.

use super::{Gen, Production, row};
use crate::entity::Value;
use crate::ir::attr;
use crate::ir::{CompareOp, Opcode, SiteKind, intrinsic};

pub(super) const TABLE: &[Production] = &[
    row(8, |f| f.strings, concat),
    row(6, |f| f.strings && f.slices, to_bytes),
    row(5, |f| f.strings, grow_in_place),
    row(4, |f| f.strings, index),
    row(3, |f| f.strings && f.loops, range_string),
];

const WORDS: &[&str] = &["", "a", "bc", "déjà", "a string that is longer than thirty-two bytes"];

impl Gen<'_> {
    /// A new string: a constant, a concatenation, a conversion, a part of another.
    pub(in super::super) fn fresh_string(&mut self) -> Value {
        let word = self.src.pick(WORDS);
        let constant = self.text(word);
        let string = self.u.string;
        match self.src.below(6) {
            0 | 1 => constant,
            2 | 3 => {
                let other = self.make(string, 0);
                self.maker(Opcode::Concat, SiteKind::Concat, &[constant, other], string)
            }
            4 => {
                let letter = self.number(i64::from(b'a') + 3, self.u.rune);
                self.maker(Opcode::Convert, SiteKind::StringConversion, &[letter], string)
            }
            _ => {
                let other = self.make(string, 0);
                self.tail(other)
            }
        }
    }

    /// `s[min(1, len(s)):]`.
    fn tail(&mut self, s: Value) -> Value {
        let (n, one) = (self.len(s), self.int(1));
        let lo = self.op(Opcode::Intrinsic, intrinsic::MIN, &[n, one], self.u.int);
        self.op(Opcode::Slice, 1, &[s, lo], self.u.string)
    }
}

/// `x = s + t + u`.
fn concat(g: &mut Gen<'_>) -> bool {
    let string = g.u.string;
    let parts: Vec<Value> = (0..2 + g.src.below(2)).map(|_| g.make(string, 1)).collect();
    let v = g.maker(Opcode::Concat, SiteKind::Concat, &parts, string);
    store_or_keep(g, v);
    g.print(&[v]);
    true
}

fn store_or_keep(g: &mut Gen<'_>, v: Value) {
    let string = g.u.string;
    if g.src.chance(128)
        && let Some(var) = g.find_var(|_, ty| ty == string)
    {
        g.store(var.addr, v);
        return;
    }
    g.keep(v, string);
}

/// `b := []byte(s)`, written to, and back.
fn to_bytes(g: &mut Gen<'_>) -> bool {
    let string = g.u.string;
    let elem = if g.src.chance(80) { g.u.rune } else { g.u.byte };
    let ty = g.slice_of(elem);
    let s = g.make(string, 1);
    let b = g.maker(Opcode::Convert, SiteKind::StringConversion, &[s], ty);
    g.within(b, |g, index| {
        let at = g.elem_addr(b, index, elem);
        let letter = g.number(65, elem);
        g.store(at, letter);
    });
    let v = g.maker(Opcode::Convert, SiteKind::StringConversion, &[b], string);
    store_or_keep(g, v);
    g.keep(b, ty);
    if g.f.appends && elem == g.u.byte {
        let site = g.site(SiteKind::Append, ty, "append");
        let b = g.op(Opcode::AppendSlice, site, &[b, v], ty);
        let n = g.op(Opcode::Intrinsic, intrinsic::COPY_ELEMENTS, &[b, s], g.u.int);
        g.print(&[n]);
    }
    true
}

/// `s += t`.
fn grow_in_place(g: &mut Gen<'_>) -> bool {
    let string = g.u.string;
    let Some(var) = g.find_var(|_, ty| ty == string) else { return false };
    let t = g.make(string, 1);
    let s = g.load(var.addr, string);
    // Loops must not double it forever.
    let (n, most) = (g.len(s), g.int(200));
    let c = g.compare(CompareOp::Lt, n, most);
    g.when(c, |g| {
        let site = g.site(SiteKind::Concat, string, "s += t");
        let inst = g.act(Opcode::Concat, site, &[s, t], &[], &[string]);
        if g.f.attributes {
            g.fr.b.attr(inst, attr::ASSIGN_OP, 1);
        }
        let v = g.fr.b.result(inst, 0);
        g.store(var.addr, v);
    });
    true
}

/// `s[0]`, where there is one, and a comparison.
fn index(g: &mut Gen<'_>) -> bool {
    let string = g.u.string;
    let s = g.make(string, 1);
    let (n, zero) = (g.len(s), g.int(0));
    let c = g.compare(CompareOp::Gt, n, zero);
    g.when(c, |g| {
        let v = g.op(Opcode::ExtractElem, 0, &[s, zero], g.u.byte);
        g.print(&[v]);
    });
    let t = g.make(string, 0);
    let c = g.compare(CompareOp::Le, s, t);
    g.print(&[c]);
    true
}

fn range_string(g: &mut Gen<'_>) -> bool {
    let (int, rune) = (g.u.int, g.u.rune);
    let s = g.text("für");
    let t = g.maker(Opcode::Concat, SiteKind::Concat, &[s, s], g.u.string);
    g.range(t, int, rune, |g, i, r| {
        g.print(&[i, r]);
        g.keep(i, int);
        g.inner(80);
    });
    true
}
