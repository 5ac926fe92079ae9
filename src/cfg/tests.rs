use super::*;
use crate::entity::{PosId, Value};
use crate::ir::verify::dominance::Dominance;
use crate::ir::{BodyBuilder, Module, ModuleBuilder, Opcode, Target, TypeKind};

/// A function whose block `i` goes to `edges[i]`.
fn module(edges: &[Vec<u32>]) -> Module {
    let mut m = ModuleBuilder::new("m", Target::default());
    let int = m.basic(TypeKind::Int);
    let sig = m.func_type(&[int], &[], false);
    let f = m.func("f", sig, PosId::from_raw(0));
    let mut b = BodyBuilder::new();
    let entry = b.block(&[int]);
    let x: Value = b.param(entry, 0);
    for to in edges {
        match to.as_slice() {
            [] => b.emit(Opcode::Return, 0, &[], &[], &[]),
            [one] => b.emit(Opcode::Jump, *one, &[], &[], &[]),
            [default, cases @ ..] => {
                let mut imms = vec![*default, 0];
                cases.iter().enumerate().for_each(|(n, &c)| imms.extend([n as u32, 0, c, 0]));
                b.emit(Opcode::Switch, 0, &[x], &imms, &[])
            }
        };
        b.block(&[]);
    }
    b.emit(Opcode::Unreachable, 0, &[], &[], &[]);
    m.body(f, b);
    m.finish().expect("types are fine")
}

fn cfg_of(edges: &[Vec<u32>]) -> Cfg {
    let m = module(edges);
    let mut cfg = Cfg::default();
    cfg.compute(&m.body(0_u32.into()), None);
    cfg
}

fn depths(edges: &[Vec<u32>]) -> Vec<u32> {
    let cfg = cfg_of(edges);
    (0..edges.len()).map(|b| cfg.loops.depth(BlockId::from_usize(b))).collect()
}

#[test]
fn nested_loops_have_nested_depths() {
    // 0 → 1 (outer head) → 2 (inner head) → 3 → 2; 2 → 4 → 1; 1 → 5.
    let edges = [vec![1], vec![2, 5], vec![3, 4], vec![2], vec![1], vec![]];
    assert_eq!(depths(&edges), [1, 2, 3, 3, 2, 1]);
    let cfg = cfg_of(&edges);
    assert_eq!(cfg.loops.header(BlockId::from_raw(4)), Some(BlockId::from_raw(1)));
    assert_eq!(cfg.loops.len(), 2);
    assert_eq!(cfg.dominators.immediate(BlockId::from_raw(5)), Some(BlockId::from_raw(1)));
}

#[test]
fn a_block_that_jumps_to_itself_is_a_loop() {
    assert_eq!(depths(&[vec![1], vec![1, 2], vec![]]), [1, 2, 1]);
}

#[test]
fn a_cycle_with_two_entries_is_a_loop() {
    assert_eq!(depths(&[vec![1, 2], vec![2, 3], vec![1], vec![]]), [1, 2, 2, 1]);
    // The same inside a reducible loop: both entries count in the outer one as well.
    assert_eq!(depths(&[vec![1], vec![2, 3], vec![3, 4], vec![2], vec![1, 5], vec![]]), [1, 2, 3, 3, 2, 1]);
}

#[test]
fn unreachable_blocks_are_dominated_by_everything() {
    let cfg = cfg_of(&[vec![], vec![1]]);
    let (entry, dead) = (BlockId::from_raw(0), BlockId::from_raw(1));
    assert!(!cfg.graph.is_reachable(dead));
    assert!(cfg.dominators.dominates(entry, dead) && !cfg.dominators.dominates(dead, entry));
    assert_eq!(cfg.loops.depth(dead), 1);
}

/// Whether `b` cannot be reached from the entry without `a`.
fn dominates(edges: &[Vec<u32>], a: u32, b: u32) -> bool {
    let mut seen = vec![false; edges.len() + 1];
    let mut stack = if a == 0 { vec![] } else { vec![0] };
    while let Some(at) = stack.pop() {
        if !std::mem::replace(&mut seen[at as usize], true) {
            stack.extend(edges.get(at as usize).into_iter().flatten().filter(|&&to| to != a));
        }
    }
    !seen[b as usize]
}

#[test]
fn two_algorithms_and_the_definition_agree_on_random_graphs() {
    let mut seed = 1_u64;
    let mut random = |n: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % n
    };
    let mut cfg = Cfg::default();
    let mut other = Dominance::default();
    for _ in 0..400 {
        let blocks = 1 + random(12);
        let edges: Vec<Vec<u32>> = (0..blocks)
            .map(|_| (0..random(4)).filter(|_| blocks > 1).map(|_| 1 + random(blocks.max(2) - 1) as u32).collect())
            .collect();
        let m = module(&edges);
        let body = m.body(0_u32.into());
        cfg.compute(&body, None);
        other.compute(&body, None);
        for a in 0..blocks as u32 {
            for b in 0..blocks as u32 {
                let want = dominates(&edges, a, b);
                let (x, y) = (BlockId::from_raw(a), BlockId::from_raw(b));
                if !cfg.graph.is_reachable(y) {
                    continue;
                }
                assert_eq!(cfg.dominators.dominates(x, y), want, "semi-NCA: b{a} b{b} in {edges:?}");
                assert_eq!(other.block_dominates(a, b), want, "verifier: b{a} b{b} in {edges:?}");
            }
            // Every block on a cycle is in a loop.
            let on_cycle = edges[a as usize].iter().any(|&to| reaches(&edges, to, a));
            if cfg.graph.is_reachable(BlockId::from_raw(a)) {
                assert_eq!(cfg.loops.depth(BlockId::from_raw(a)) > 1, on_cycle, "depth of b{a} in {edges:?}");
            }
        }
    }
}

fn reaches(edges: &[Vec<u32>], from: u32, to: u32) -> bool {
    let mut seen = vec![false; edges.len() + 1];
    let mut stack = vec![from];
    while let Some(at) = stack.pop() {
        if at == to {
            return true;
        }
        if !std::mem::replace(&mut seen[at as usize], true) {
            stack.extend(edges.get(at as usize).into_iter().flatten());
        }
    }
    false
}
