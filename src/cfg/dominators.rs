//! Immediate dominators by semi-NCA.
//!
//! Everything is numbered by the depth-first preorder. A node's semidominator is computed over a forest linked from the back,
//! with path compression; its immediate dominator is then the nearest ancestor of its tree parent, in the dominator tree built
//! so far, whose number does not exceed the semidominator's.

use super::graph::Graph;
use crate::entity::{BlockId, NONE};

/// The dominator tree. See the [folder's documentation](super).
#[derive(Debug, Default)]
pub struct Dominators {
    /// Preorder number of each block; [`NONE`] for unreachable ones.
    number: Vec<u32>,
    /// By number: the block.
    block: Vec<u32>,
    /// By number: the immediate dominator's number.
    idom: Vec<u32>,
    /// By number: where the subtree begins in a preorder of the dominator tree, and its size.
    enter: Vec<u32>,
    size: Vec<u32>,
    semi: Vec<u32>,
    label: Vec<u32>,
    ancestor: Vec<u32>,
    path: Vec<u32>,
}

impl Dominators {
    /// Computes the tree.
    pub fn compute(&mut self, graph: &Graph) {
        self.number.clone_from(&graph.number);
        self.block.clone_from(&graph.block);
        let n = self.block.len() as u32;
        self.idom.clone_from(&graph.parent);
        self.ancestor.clone_from(&graph.parent);
        self.semi.clear();
        self.semi.extend(0..n);
        self.label.clear();
        self.label.extend(0..n);
        for v in (1..n).rev() {
            let mut semi = graph.parent[v as usize];
            for pred in graph.preds(BlockId::from_raw(self.block[v as usize])) {
                let pred = self.number[pred.index()];
                if pred != NONE {
                    let best = self.eval(pred, v + 1);
                    semi = semi.min(self.semi[best as usize]);
                }
            }
            self.semi[v as usize] = semi;
        }
        for v in 1..n as usize {
            let mut up = self.idom[v];
            while up > self.semi[v] {
                up = self.idom[up as usize];
            }
            self.idom[v] = up;
        }
        self.intervals(n as usize);
    }

    /// The node of least semidominator on the path from `v` up to, not including, the first node below `linked`.
    fn eval(&mut self, v: u32, linked: u32) -> u32 {
        let mut top = v;
        while self.ancestor[top as usize] >= linked {
            self.path.push(top);
            top = self.ancestor[top as usize];
        }
        let mut best = self.label[top as usize];
        while let Some(below) = self.path.pop() {
            self.ancestor[below as usize] = self.ancestor[top as usize];
            if self.semi[best as usize] < self.semi[self.label[below as usize] as usize] {
                self.label[below as usize] = best;
            } else {
                best = self.label[below as usize];
            }
            top = below;
        }
        best
    }

    fn intervals(&mut self, n: usize) {
        self.size.clear();
        self.size.resize(n, 1);
        for v in (1..n).rev() {
            self.size[self.idom[v] as usize] += self.size[v];
        }
        // `enter` of a node, and in `path` the next free place of its subtree.
        self.enter.clear();
        self.enter.resize(n, 0);
        self.path.resize(n, 0);
        self.path[0] = 1;
        for v in 1..n {
            let up = self.idom[v] as usize;
            self.enter[v] = self.path[up];
            self.path[up] += self.size[v];
            self.path[v] = self.enter[v] + 1;
        }
        self.path.clear();
    }

    /// A block's immediate dominator; `None` for the entry and unreachable blocks.
    #[must_use]
    pub fn immediate(&self, block: BlockId) -> Option<BlockId> {
        match self.number[block.index()] {
            NONE | 0 => None,
            v => Some(BlockId::from_raw(self.block[self.idom[v as usize] as usize])),
        }
    }

    /// Whether every path from the entry to `b` passes `a`; a block dominates itself, and everything dominates an
    /// unreachable block.
    #[must_use]
    pub fn dominates(&self, a: BlockId, b: BlockId) -> bool {
        match (self.number[a.index()], self.number[b.index()]) {
            (_, NONE) => true,
            (NONE, _) => false,
            (a, b) => self.enter[b as usize].wrapping_sub(self.enter[a as usize]) < self.size[a as usize],
        }
    }
}
