//! The solver against its definition: one walk per location, as slow and as plain as can be, on random graphs.

use super::graph::{CALLEE, Edge, Graph, HEAP, Loc, MUTATOR, Role};
use super::solve::{Cause, Scratch, solve};
use crate::entity::{FuncId, Opt, PosId, SiteId};
use crate::fact::Leaks;
use crate::ir::opcode::Why;
use crate::ir::{Module, ModuleBuilder, Target};
use bumpalo::Bump;

/// xorshift64*: the tests need repeatable numbers, nothing more.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u32) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % u64::from(n)) as u32
    }
}

/// A module of functions nested as `parents` says; bodies do not matter to the solver.
fn module(parents: &[Option<usize>]) -> Module {
    let mut m = ModuleBuilder::new("m", Target::default());
    let sig = m.func_type(&[], &[], false);
    let funcs: Vec<FuncId> = parents.iter().map(|_| m.func("f", sig, PosId::from_raw(0))).collect();
    for (&f, parent) in funcs.iter().zip(parents) {
        m.func_mut(f).parent = Opt::from(parent.map(|p| funcs[p]));
    }
    m.finish().expect("types are fine")
}

fn random_graph(r: &mut Random, parents: &[Option<usize>]) -> Graph {
    let mut graph = Graph::default();
    graph.reset();
    let mut next_site = 0;
    for f in 0..parents.len() {
        graph.declare(FuncId::from_usize(f), r.below(3), r.below(8));
    }
    for (f, parent) in parents.iter().enumerate() {
        for _ in 0..1 + r.below(5) {
            next_site += 1;
            let depth = 1 + r.below(3) as u16;
            graph.location(FuncId::from_usize(f), Opt::from(SiteId::from_raw(next_site)), Role::Plain, depth);
        }
        if let Some(parent) = *parent {
            next_site += 1;
            let role = Role::Closure(FuncId::from_usize(f));
            graph.location(FuncId::from_usize(parent), Opt::from(SiteId::from_raw(next_site)), role, 1);
        }
    }
    let n = graph.locs.len() as u32;
    for _ in 0..n + r.below(n) {
        let dst = match r.below(12) {
            0 => HEAP,
            1 => MUTATOR,
            2 => CALLEE,
            _ => r.below(n),
        };
        let src = 3 + r.below(n - 3);
        let derefs = [-1, -1, 0, 0, 0, 1, 2][r.below(7) as usize];
        if dst == src && derefs >= 0 {
            continue;
        }
        graph.edges.push(Edge { dst, src, derefs, why: Why::Assign, pos: PosId::from_raw(0) });
    }
    graph
}

/// Least dereferences from every location to one root.
fn distances(graph: &Graph, root: Loc) -> Vec<Option<i32>> {
    let mut dist = vec![None; graph.locs.len()];
    dist[root as usize] = Some(0);
    loop {
        let mut changed = false;
        for edge in &graph.edges {
            if let Some(d) = dist[edge.dst as usize] {
                let new: i32 = i32::max(d, 0) + i32::from(edge.derefs);
                if edge.src != root && dist[edge.src as usize].is_none_or(|old| new < old) {
                    dist[edge.src as usize] = Some(new);
                    changed = true;
                } else if edge.src == root && new < 0 && dist[root as usize] == Some(0) {
                    dist[root as usize] = Some(-1);
                    changed = true;
                }
            }
        }
        if !changed {
            return dist;
        }
    }
}

fn contains(module: &Module, outer: FuncId, inner: FuncId) -> bool {
    std::iter::successors(module.funcs[inner].parent.get(), |&f| module.funcs[f].parent.get()).any(|f| f == outer)
}

/// Escaping locations and summaries by the definition.
fn reference(module: &Module, graph: &Graph) -> (Vec<bool>, Vec<Leaks>) {
    let n = graph.locs.len();
    let dist: Vec<_> = (0..n as Loc).map(|root| distances(graph, root)).collect();
    let mut escapes = vec![false; n];
    escapes[HEAP as usize] = true;
    let mut lost = vec![false; module.funcs.len()];
    loop {
        let outlives = |escapes: &[bool], lost: &[bool], root: Loc, l: Loc| {
            let (a, b) = (&graph.locs[root as usize], &graph.locs[l as usize]);
            if escapes[root as usize] {
                return true;
            }
            if root <= CALLEE || l <= CALLEE {
                return false;
            }
            if let Role::Result(_) = a.role {
                return !contains(module, b.func, a.func) || lost[a.func.index()];
            }
            a.func == b.func && a.holder_depth < b.storage_depth || contains(module, a.func, b.func)
        };
        let mut next = escapes.clone();
        let mut next_lost = lost.clone();
        for root in 0..n as Loc {
            for l in 0..n as Loc {
                let Some(d) = dist[root as usize][l as usize] else { continue };
                next[l as usize] |= d == -1 && outlives(&escapes, &lost, root, l);
                if let Role::Closure(f) = graph.locs[l as usize].role {
                    next_lost[f.index()] |= d <= 0 && (root == CALLEE || escapes[root as usize]);
                }
            }
        }
        if next == escapes && next_lost == lost {
            let mut leaks = vec![Leaks::default(); n];
            for root in 0..n as Loc {
                for l in 0..n as Loc {
                    let (Some(d), Role::Param(_)) = (dist[root as usize][l as usize], graph.locs[l as usize].role)
                    else {
                        continue;
                    };
                    let (leaks, d) = (&mut leaks[l as usize], d.max(0) as u32);
                    if outlives(&escapes, &lost, root, l) {
                        match graph.locs[root as usize].role {
                            Role::Result(i)
                                if i < 5
                                    && !escapes[root as usize]
                                    && graph.locs[root as usize].func == graph.locs[l as usize].func =>
                            {
                                Leaks::lower(&mut leaks.results[i as usize], d);
                            }
                            _ => Leaks::lower(&mut leaks.heap, d),
                        }
                    }
                    if root == MUTATOR || escapes[root as usize] {
                        Leaks::lower(&mut leaks.mutated, d);
                    }
                    if root == CALLEE || escapes[root as usize] {
                        Leaks::lower(&mut leaks.called, d);
                    }
                }
            }
            return (escapes, leaks.into_iter().map(Leaks::optimized).collect());
        }
        (escapes, lost) = (next, next_lost);
    }
}

fn compare(parents: &[Option<usize>], seed: u64) {
    let mut r = Random(seed * 0x9E37_79B9 + 1);
    let module = module(parents);
    let graph = random_graph(&mut r, parents);
    let bump = Bump::new();
    let mut scratch = Scratch::default();
    let solved = solve(&module, &graph, &bump, &mut scratch, seed.is_multiple_of(2), crate::control::Control::NONE);
    let (escapes, leaks) = reference(&module, &graph);
    for loc in 3..graph.locs.len() {
        let context = || format!("seed {seed}, location {loc} {:?}\n{:#?}", graph.locs[loc], graph.edges);
        // An intermediate value has no storage: whether its address escapes means nothing.
        if graph.locs[loc].site.is_some() {
            assert_eq!(solved.cause[loc] != Cause::None, escapes[loc], "{}", context());
        }
        if let Role::Param(_) = graph.locs[loc].role {
            assert_eq!(solved.leaks[loc], leaks[loc], "{}", context());
        }
    }
}

#[test]
fn one_function() {
    (0..4000).for_each(|seed| compare(&[None], seed));
}

#[test]
fn mutually_recursive_functions() {
    (0..2000).for_each(|seed| compare(&[None, None, None], seed));
}

#[test]
fn nested_functions() {
    (0..2000).for_each(|seed| compare(&[None, Some(0), Some(0), Some(1)], seed));
}

#[test]
fn families_of_functions() {
    (0..2000).for_each(|seed| compare(&[None, Some(0), None, Some(2), Some(3)], seed));
}
