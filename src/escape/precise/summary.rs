//! Summaries: what a call does, in terms of what the caller gives.
//!
//! A summary is the part of a function's graph that callers can see. It speaks of *placeholders*, each found from an input or
//! from another by a load; a caller finds the same by the same loads in its own graph, so whatever two inputs have in common
//! there they have in common here. Then: which placeholders flow into which, into results, and to the heap, and the calls that
//! depend on what the caller knows (*conditional flows*). Storage of the function itself that its caller can reach is the heap.

use super::calls::{Called, Left};
use super::graph::{Escapes, Graph, Kind, Root};
use super::leaves::ANY;
use crate::entity::{FuncId, TypeId};
use crate::fact::{Leaks, RESULTS};
use crate::ir::types::InterfaceMethod;

/// What a value of the function is to its caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
pub(super) enum Ref {
    /// A placeholder, at an offset.
    In(u32, u32),
    Heap,
    Func(FuncId),
    Type(TypeId),
}

/// What a call that is left to the caller calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Target {
    /// A function value.
    Indirect,
    /// The method of an interface.
    Method(InterfaceMethod),
}

/// A call that is left to the caller.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Conditional {
    pub(super) target: Target,
    /// What the function value or the interface can be.
    pub(super) callee: Ref,
    /// What each leaf of the arguments can be.
    pub(super) args: Vec<Vec<Ref>>,
    /// Leaves of the results.
    pub(super) results: u32,
}

/// See the [module documentation](self).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Summary {
    /// Where each placeholder is found; the way to one stands before it.
    pub(super) placeholders: Vec<(Root, bool)>,
    /// Leaf of a placeholder, and what is put there.
    pub(super) stores: Vec<(u32, u32, Ref)>,
    /// Leaf of the results, and what it can be.
    pub(super) results: Vec<(u32, Ref)>,
    /// What escapes, and whether only by a panic.
    pub(super) escapes: Vec<(u32, bool)>,
    pub(super) calls: Vec<Conditional>,
}

/// A larger summary is not worth having.
const LARGEST: usize = 320;

impl Summary {
    /// From a solved graph: cells of the result leaves, and calls left to the caller. `None` if it is too large.
    pub(super) fn of(graph: &Graph, results: &[u32], left: &[Left]) -> Option<Self> {
        let reference = |loc: super::graph::Loc| match graph.nodes[loc.node as usize].kind {
            Kind::Heap | Kind::Site(_) | Kind::Copy => Ref::Heap,
            Kind::Placeholder(n) => Ref::In(n, loc.off),
            Kind::Func(f) => Ref::Func(f),
            Kind::Type(t) => Ref::Type(t),
        };
        let refs = |cell: u32| {
            let mut refs: Vec<Ref> = graph.set(cell).iter().map(|&loc| reference(loc)).collect();
            refs.sort_unstable();
            refs.dedup();
            refs
        };
        let mut this = Self::default();
        for (leaf, &cell) in (0..).zip(results) {
            this.results.extend(refs(cell).into_iter().map(|r| (leaf, r)));
        }
        let escaped = |n: u32| graph.nodes[graph.placeholders[n as usize].node as usize].escapes;
        for (n, row) in (0..).zip(&graph.placeholders) {
            let node = &graph.nodes[row.node as usize];
            let anywhere = (node.anywhere != crate::entity::NONE).then_some((ANY, node.anywhere));
            for (off, cell) in node.fields.iter().copied().chain(anywhere) {
                for &loc in graph.set(cell) {
                    let open = node.escapes != Escapes::No && reference(loc) == Ref::Heap && !is_local(graph, loc.node);
                    if !open && !graph.is_seed(cell, loc) {
                        this.stores.push((n, off, reference(loc)));
                    }
                }
            }
            let around = std::iter::successors(Some(n), |&n| match graph.placeholders[n as usize].root {
                Root::In(parent, _) => Some(parent),
                _ => None,
            });
            match node.escapes {
                Escapes::No => {}
                how if around.skip(1).any(|n| escaped(n) >= how) => {}
                how => this.escapes.push((n, how == Escapes::Cold)),
            }
        }
        for call in left {
            this.calls.push(Conditional {
                target: match call.called {
                    Called::Method(method) => Target::Method(method),
                    _ => Target::Indirect,
                },
                callee: reference(call.callee),
                args: call.args.iter().map(|&cell| refs(cell)).collect(),
                results: call.results.len() as u32,
            });
        }
        this.number(graph);
        (this.size() <= LARGEST).then_some(this)
    }

    fn size(&self) -> usize {
        let calls = self.calls.iter().map(|c| 1 + c.args.iter().map(Vec::len).sum::<usize>());
        self.placeholders.len() + self.stores.len() + self.results.len() + self.escapes.len() + calls.sum::<usize>()
    }

    /// Keeps the placeholders that are spoken of, numbered by where they are found, so that equal summaries are equal.
    fn number(&mut self, graph: &Graph) {
        let mut used = vec![false; graph.placeholders.len()];
        let mut mark = |mut n: u32| {
            while !std::mem::replace(&mut used[n as usize], true) {
                match graph.placeholders[n as usize].root {
                    Root::In(parent, _) => n = parent,
                    _ => break,
                }
            }
        };
        self.each_ref(|r| {
            if let Ref::In(n, _) = *r {
                mark(n);
            }
        });
        self.stores.iter().for_each(|s| mark(s.0));
        self.escapes.iter().for_each(|e| mark(e.0));
        let mut new = vec![u32::MAX; used.len()];
        // Level by level: inputs and results of calls, what is found in those, and so on.
        let mut waiting: Vec<u32> = (0..used.len() as u32).filter(|&n| used[n as usize]).collect();
        while !waiting.is_empty() {
            let mut level: Vec<(Root, u32)> = Vec::new();
            waiting.retain(|&n| {
                let root = match graph.placeholders[n as usize].root {
                    Root::In(parent, _) if new[parent as usize] == u32::MAX => return true,
                    Root::In(parent, off) => Root::In(new[parent as usize], off),
                    root => root,
                };
                level.push((root, n));
                false
            });
            level.sort_unstable_by_key(|&(root, _)| match root {
                Root::Input(n) => (0, n, 0),
                Root::Result(call, leaf) => (1, call, leaf),
                Root::In(parent, off) => (2, parent, off),
            });
            for (root, n) in level {
                new[n as usize] = self.placeholders.len() as u32;
                self.placeholders.push((root, graph.placeholders[n as usize].deep));
            }
        }
        self.each_ref(|r| {
            if let Ref::In(n, _) = r {
                *n = new[*n as usize];
            }
        });
        self.stores.iter_mut().for_each(|s| s.0 = new[s.0 as usize]);
        self.escapes.iter_mut().for_each(|e| e.0 = new[e.0 as usize]);
        self.stores.sort_unstable();
        self.stores.dedup();
        self.escapes.sort_unstable();
        for call in &mut self.calls {
            call.args.iter_mut().for_each(|refs| refs.sort_unstable());
        }
    }

    fn each_ref(&mut self, mut f: impl FnMut(&mut Ref)) {
        self.stores.iter_mut().for_each(|s| f(&mut s.2));
        self.results.iter_mut().for_each(|r| f(&mut r.1));
        for call in &mut self.calls {
            call.args.iter_mut().flatten().chain([&mut call.callee]).for_each(&mut f);
        }
        self.results.sort_unstable();
        self.results.dedup();
    }

    /// In the words of dereference counts, for one leaf of the inputs. `result_of` says which result a leaf belongs to.
    pub(super) fn leaks(&self, input: u32, result_of: impl Fn(u32) -> usize, leaks: &mut Leaks) {
        let depth = |n: u32| {
            let mut depth = 0;
            let mut n = n;
            loop {
                match self.placeholders[n as usize].0 {
                    Root::In(parent, _) => (depth, n) = (depth + 1, parent),
                    Root::Input(i) if i == input => return Some(depth),
                    _ => return None,
                }
            }
        };
        for &(n, _) in &self.escapes {
            if let Some(depth) = depth(n) {
                Leaks::lower(&mut leaks.heap, depth);
            }
        }
        for &(leaf, r) in &self.results {
            if let Ref::In(n, _) = r
                && let Some(depth) = depth(n)
            {
                match result_of(leaf) {
                    result if result < RESULTS => Leaks::lower(&mut leaks.results[result], depth),
                    _ => Leaks::lower(&mut leaks.heap, depth),
                }
            }
        }
        // What goes into another parameter, or depends on what the caller knows, may outlive the call.
        let conditional = self.calls.iter().flat_map(|c| c.args.iter().flatten().chain([&c.callee]));
        // What is put back where it was found does not.
        let back = |s: &&(u32, u32, Ref)| match s.2 {
            Ref::In(n, _) => self.placeholders[n as usize].0 == Root::In(s.0, s.1),
            _ => false,
        };
        for r in self.stores.iter().filter(|s| !back(s)).map(|s| &s.2).chain(conditional) {
            if let Ref::In(n, _) = *r
                && let Some(depth) = depth(n)
            {
                Leaks::lower(&mut leaks.heap, depth);
            }
        }
    }
}

fn is_local(graph: &Graph, node: u32) -> bool {
    graph.nodes[node as usize].kind.is_local()
}
