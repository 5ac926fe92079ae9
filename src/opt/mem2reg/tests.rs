//! Bodies made to be expensive: the work, and what is written, stay in proportion.

use super::*;
use crate::ir::{Opcode, verify};
use crate::text;
use std::fmt::Write as _;

fn promoted(source: &str) -> (Module, Module) {
    let before = text::parse(source).expect("it is right");
    assert!(verify(&before).is_ok());
    let after = mem2reg(&before);
    if let Err(errors) = verify(&after) {
        panic!("{}", errors[0]);
    }
    (before, after)
}

fn count(m: &Module, op: Opcode) -> usize {
    m.funcs.indices().map(|func| m.body(func).insts.iter().filter(|inst| inst.op == op).count()).sum()
}

/// `n` variables, stored in the entry, through as many joins, and read in the end.
#[test]
fn many_variables_live_through_many_blocks_need_nothing() {
    let n = 2000;
    let mut source = String::from("func f func(bool, int) int {\nb0(c: bool, x: int):\n");
    for v in 0..n {
        let _ = writeln!(source, "  a{v}: *int = var s{v}\n  store a{v}, x");
    }
    let _ = writeln!(source, "  jump h0");
    for b in 0..n {
        let _ = writeln!(source, "h{b}:\n  branch c, y{b}, h{}\ny{b}:\n  jump h{}", b + 1, b + 1);
    }
    let _ = writeln!(source, "h{n}:\n  r0: int = load a0");
    for v in 1..n {
        let _ = writeln!(source, "  l{v}: int = load a{v}\n  r{v}: int = binary add r{}, l{v}", v - 1);
    }
    let _ = writeln!(source, "  return r{}\n}}", n - 1);
    let (_, after) = promoted(&source);
    assert_eq!((count(&after, Opcode::Var), count(&after, Opcode::Load)), (0, 0));
    assert_eq!(after.num_values(), 2 + n - 1);
}

/// `n` variables, each stored in one of as many cases of a loop: every one of them needs a parameter with `n` edges.
#[test]
fn what_would_be_quadratic_stays_in_memory() {
    let machine = |n: usize| {
        let mut source = String::from("func f func(int) int {\nb0(x: int):\n");
        for v in 0..n {
            let _ = writeln!(source, "  a{v}: *int = var s{v}");
        }
        source.push_str("  jump h\nh:\n  switch x, done");
        for v in 0..n {
            let _ = write!(source, ", {v}: c{v}");
        }
        source.push('\n');
        for v in 0..n {
            let _ = writeln!(
                source,
                "c{v}:\n  o{v}: int = load a{v}\n  n{v}: int = binary add o{v}, x\n  store a{v}, n{v}\n  jump h"
            );
        }
        source.push_str("done:\n  r: int = load a0\n  return r\n}\n");
        source
    };
    // Of ordinary size everything is promoted.
    let (_, after) = promoted(&machine(60));
    assert_eq!(count(&after, Opcode::Var), 0);
    let (before, after) = promoted(&machine(2000));
    let left = count(&after, Opcode::Var);
    assert!(left > 0 && left < 2000, "{left} variables left");
    assert!(after.num_pool_words() < 64 * before.num_insts(), "{} words", after.num_pool_words());
    assert_eq!(count(&after, Opcode::Load), count(&after, Opcode::Store) + usize::from(left == 2000));
}

/// A chain of tests that all end in one block, as a switch over strings does.
#[test]
fn a_long_chain_of_tests_is_linear() {
    let n = 5000;
    let mut source =
        String::from("func f func(bool, int) int {\nb0(c: bool, x: int):\n  a: *int = var s0\n  jump t0\n");
    for b in 0..n {
        let _ = writeln!(source, "t{b}:\n  branch c, y{b}, t{}\ny{b}:\n  store a, x\n  jump done", b + 1);
    }
    let _ = writeln!(source, "t{n}:\n  jump done\ndone:\n  r: int = load a\n  return r\n}}");
    let (_, after) = promoted(&source);
    assert_eq!(count(&after, Opcode::Var), 0);
    assert_eq!(after.num_values(), 2 + 2);
}

#[test]
fn a_promoter_says_which_instruction_an_instruction_was() {
    let source = "func f func(int) int {\nb0(x: int):\n  a: *int = var s0\n  z: int = load a\n  store a, x\n  l: int = load a\n  \
                  y: int = binary add l, z\n  return y\n}\n";
    let module = text::parse(source).expect("it is right");
    let mut promoter = Promoter::new();
    assert!(promoter.last().blocks.is_empty());
    let body = promoter.body(&module, 0_u32.into());
    let ops: Vec<Opcode> = body.insts.iter().map(|inst| inst.op).collect();
    assert_eq!(ops, [Opcode::Zero, Opcode::Binary, Opcode::Return]);
    let origins: Vec<u32> = (0..3_u32).map(|n| promoter.origin(n.into()).raw()).collect();
    assert_eq!(origins, [0, 4, 5]);
    assert_eq!(promoter.last().insts.len(), 3);
}
