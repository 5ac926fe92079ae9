//! A definition dominates its uses.
//!
//! Values are numbered in order of appearance, so "earlier in the same block" and "in the entry block" are comparisons of
//! numbers, and they settle nearly every use. The rest asks for immediate dominators, computed on first need in a function.
//!
//! Most bodies stand in an order in which every block has a predecessor before it and every edge backwards goes to a dominator
//! of where it comes from. Then one pass over the edges is enough: the immediate dominator of a block is where the ways up from its
//! predecessors so far meet, and edges backwards change nothing (a way through one passes its target before, and the detour can
//! be left out). Other bodies take the general way, which iterates over reverse postorder (Cooper, Harvey, Kennedy).
//! `cfg::dominators` has the solver analyses use; it is another algorithm, and a test there holds the two against each other.
//! Uses in unreachable blocks are not constrained across blocks.

use crate::entity::{BlockId, NONE};
use crate::ir::module::Body;
use crate::ir::opcode::Opcode;

/// Scratch that lives across functions.
#[derive(Default)]
pub(crate) struct Dominance {
    /// First value of each block: set by whoever walks the body before it asks for definers.
    pub(super) starts: Vec<u32>,
    /// Position of each block in reverse postorder; [`NONE`] for unreachable ones.
    order_of: Vec<u32>,
    /// Blocks in reverse postorder.
    order: Vec<u32>,
    /// Immediate dominator by position in reverse postorder, as such a position.
    idom: Vec<u32>,
    /// Predecessors, by position, compressed.
    pred_start: Vec<u32>,
    preds: Vec<u32>,
    edges: Vec<(u32, u32)>,
    stack: Vec<(u32, u32)>,
}

impl Dominance {
    /// The block that defines a value.
    pub(crate) fn definer(&self, value: u32) -> u32 {
        self.starts.partition_point(|&start| start <= value) as u32 - 1
    }

    /// Whether one block dominates another; true where the second is unreachable.
    pub(crate) fn block_dominates(&self, definer: u32, user: u32) -> bool {
        let (target, at) = (self.order_of[definer as usize], self.order_of[user as usize]);
        if at == NONE {
            return true;
        }
        if target == NONE {
            return false;
        }
        above(&self.idom, at, target) == target
    }

    /// Computes orders and dominators of a body with at least one block.
    pub(crate) fn compute(&mut self, body: &Body<'_>, recover: Option<BlockId>) {
        if !self.in_order(body, recover) {
            self.reverse_postorder(body, recover);
            self.predecessors();
            self.solve();
        }
    }

    /// Computes dominators in one pass, if the blocks stand in an order that allows it.
    fn in_order(&mut self, body: &Body<'_>, recover: Option<BlockId>) -> bool {
        let Self { order_of, idom, .. } = self;
        let blocks = body.blocks.len();
        idom.clear();
        idom.resize(blocks, NONE);
        idom[0] = 0;
        for (from, block) in (0..).zip(body.blocks) {
            // None before it goes here. Ways up from it are known from here on.
            if idom[from as usize] == NONE {
                return false;
            }
            let Some(last) = body.terminator(block) else { return false };
            let mut backward = false;
            let mut edge = |to: u32| {
                if to <= from {
                    backward |= above(idom, from, to) != to;
                    return;
                }
                let best = idom[to as usize];
                idom[to as usize] = if best == NONE { from } else { meet(idom, best, from) };
            };
            body.successors(last, &mut edge);
            if from == 0
                && let Some(recover) = recover
            {
                edge(recover.raw());
            }
            if backward {
                return false;
            }
        }
        order_of.clear();
        order_of.extend(0..blocks as u32);
        true
    }

    /// Successor `n` of a block, if it has that many.
    fn successor(body: &Body<'_>, recover: Option<BlockId>, block: u32, n: u32) -> Option<u32> {
        let last = body.terminator(&body.blocks[block as usize])?;
        let real = match last.op {
            Opcode::Jump => (n == 0).then_some(last.aux),
            Opcode::Branch => body.imms(last).get(n as usize).copied(),
            Opcode::Switch => body.imms(last).get(if n == 0 { 0 } else { n as usize * 4 }).copied(),
            _ => None,
        };
        if real.is_some() || block != 0 {
            return real;
        }
        // The recover block is one more successor of the entry.
        recover.filter(|_| Self::successor_count(body, last) == n).map(BlockId::raw)
    }

    fn successor_count(body: &Body<'_>, last: &crate::ir::module::Inst) -> u32 {
        match last.op {
            Opcode::Jump => 1,
            Opcode::Branch => 2,
            Opcode::Switch => (body.imms(last).len() as u32 + 2) / 4,
            _ => 0,
        }
    }

    fn reverse_postorder(&mut self, body: &Body<'_>, recover: Option<BlockId>) {
        const VISITED: u32 = NONE - 1;
        let Self { order_of, order, stack, edges, .. } = self;
        order_of.clear();
        order_of.resize(body.blocks.len(), NONE);
        order.clear();
        edges.clear();
        stack.clear();
        stack.push((0, 0));
        order_of[0] = VISITED;
        while let Some((block, n)) = stack.last_mut() {
            let (from, k) = (*block, *n);
            *n += 1;
            match Self::successor(body, recover, from, k) {
                Some(to) => {
                    edges.push((from, to));
                    if order_of[to as usize] == NONE {
                        order_of[to as usize] = VISITED;
                        stack.push((to, 0));
                    }
                }
                None => {
                    order.push(from);
                    stack.pop();
                }
            }
        }
        order.reverse();
        for (position, &block) in order.iter().enumerate() {
            order_of[block as usize] = position as u32;
        }
    }

    fn predecessors(&mut self) {
        let Self { order_of, order, edges, pred_start, preds, .. } = self;
        pred_start.clear();
        pred_start.resize(order.len() + 1, 0);
        for &(_, to) in &*edges {
            pred_start[order_of[to as usize] as usize + 1] += 1;
        }
        for i in 1..pred_start.len() {
            pred_start[i] += pred_start[i - 1];
        }
        preds.clear();
        preds.resize(edges.len(), 0);
        // Filling from the back leaves every start where it belongs.
        for &(from, to) in &*edges {
            let slot = &mut pred_start[order_of[to as usize] as usize + 1];
            *slot -= 1;
            preds[*slot as usize] = order_of[from as usize];
        }
        pred_start.remove(0);
        pred_start.push(edges.len() as u32);
    }

    fn solve(&mut self) {
        let Self { idom, order, pred_start, preds, .. } = self;
        idom.clear();
        idom.resize(order.len(), NONE);
        idom[0] = 0;
        let mut changed = true;
        while changed {
            changed = false;
            for at in 1..order.len() {
                let mut best = NONE;
                for &pred in &preds[pred_start[at] as usize..pred_start[at + 1] as usize] {
                    if idom[pred as usize] != NONE {
                        best = if best == NONE { pred } else { meet(idom, best, pred) };
                    }
                }
                if idom[at] != best {
                    idom[at] = best;
                    changed = true;
                }
            }
        }
    }
}

/// The first node not beyond another on the way up.
fn above(idom: &[u32], mut at: u32, target: u32) -> u32 {
    while at > target {
        at = idom[at as usize];
    }
    at
}

fn meet(idom: &[u32], mut a: u32, mut b: u32) -> u32 {
    while a != b {
        while a > b {
            a = idom[a as usize];
        }
        while b > a {
            b = idom[b as usize];
        }
    }
    a
}
