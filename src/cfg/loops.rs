//! The loop nesting forest.
//!
//! Headers are visited from the innermost depth-first number outwards. Each collects, backwards from the sources of its
//! retreating edges, the nodes that reach them below the header, inner loops standing for themselves by union-find. A
//! predecessor outside the header's subtree means the cycle has another entry: it is remembered as an edge into the header, so
//! that an enclosing loop still takes it in.

use super::graph::Graph;
use crate::entity::{BlockId, NONE};

/// Loops of a body. See the [folder's documentation](super).
#[derive(Debug, Default)]
pub struct Loops {
    /// By block: the header of the innermost loop around it, headers belonging to their own loop; [`NONE`] outside.
    innermost: Vec<u32>,
    depth: Vec<u32>,
    count: usize,
    /// By preorder number: the header whose loop the node was collapsed into, its own if none.
    leader: Vec<u32>,
    /// By preorder number: the next loop outwards, or [`NONE`].
    outer: Vec<u32>,
    heads: Vec<bool>,
    body: Vec<u32>,
    inside: Vec<bool>,
    /// Edges into a loop past its header: by the header's number a list of (source, next in the list).
    entries: Vec<u32>,
    extra: Vec<(u32, u32)>,
}

impl Loops {
    /// Computes the forest.
    pub fn compute(&mut self, graph: &Graph) {
        let n = graph.block.len();
        self.leader.clear();
        self.leader.extend(0..n as u32);
        self.outer.clear();
        self.outer.resize(n, NONE);
        self.heads.clear();
        self.heads.resize(n, false);
        self.inside.clear();
        self.inside.resize(n, false);
        self.extra.clear();
        self.entries.clear();
        self.entries.resize(n, NONE);
        self.count = 0;
        for head in (0..n as u32).rev() {
            self.collect(graph, head);
        }
        self.depths(graph, n);
    }

    fn collect(&mut self, graph: &Graph, head: u32) {
        let below = |v: u32| v >= head && v <= graph.last[head as usize];
        self.body.clear();
        let mut retreating = false;
        for pred in graph.preds(BlockId::from_raw(graph.block[head as usize])) {
            let v = graph.number[pred.index()];
            if v != NONE && below(v) {
                retreating = true;
                self.add(v, head);
            }
        }
        if !retreating {
            return;
        }
        self.heads[head as usize] = true;
        self.count += 1;
        let mut next = 0;
        while let Some(&v) = self.body.get(next) {
            next += 1;
            // A collapsed loop is entered by the edges into its header, and by those found to enter it elsewhere.
            for pred in graph.preds(BlockId::from_raw(graph.block[v as usize])) {
                let p = graph.number[pred.index()];
                if p != NONE {
                    self.reach(p, head, below(p));
                }
            }
            let mut edge = self.entries[v as usize];
            while edge != NONE {
                let (p, more) = self.extra[edge as usize];
                edge = more;
                self.reach(p, head, below(p));
            }
        }
        for at in 0..self.body.len() {
            let v = self.body[at] as usize;
            self.inside[v] = false;
            self.leader[v] = head;
            self.outer[v] = head;
        }
    }

    fn reach(&mut self, pred: u32, head: u32, below: bool) {
        if below {
            self.add(pred, head);
        } else {
            self.extra.push((pred, self.entries[head as usize]));
            self.entries[head as usize] = self.extra.len() as u32 - 1;
        }
    }

    fn add(&mut self, v: u32, head: u32) {
        let v = self.find(v);
        if v != head && !self.inside[v as usize] {
            self.inside[v as usize] = true;
            self.body.push(v);
        }
    }

    fn find(&mut self, mut v: u32) -> u32 {
        while self.leader[v as usize] != v {
            let up = self.leader[v as usize];
            self.leader[v as usize] = self.leader[up as usize];
            v = up;
        }
        v
    }

    fn depths(&mut self, graph: &Graph, n: usize) {
        self.innermost.clear();
        self.innermost.resize(graph.num_blocks(), NONE);
        self.depth.clear();
        self.depth.resize(graph.num_blocks(), 1);
        // A loop's header has a smaller number than its nodes, so outer depths are known first.
        for v in 0..n {
            let block = graph.block[v] as usize;
            let outer = self.outer[v];
            let around = if outer == NONE { 1 } else { self.depth[graph.block[outer as usize] as usize] };
            self.depth[block] = around + u32::from(self.heads[v]);
            self.innermost[block] = match (self.heads[v], outer) {
                (true, _) => block as u32,
                (false, NONE) => NONE,
                (false, outer) => graph.block[outer as usize],
            };
        }
    }

    /// Number of loops.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is no loop.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// One more than the number of loops around a block; a header is in its loop. 1 for unreachable blocks.
    #[must_use]
    pub fn depth(&self, block: BlockId) -> u32 {
        self.depth[block.index()]
    }

    /// The header of the innermost loop around a block, which is the block itself for a header.
    #[must_use]
    pub fn header(&self, block: BlockId) -> Option<BlockId> {
        let header = self.innermost[block.index()];
        (header != NONE).then(|| BlockId::from_raw(header))
    }

    /// The header of the next loop around that of a header; `None` for an outermost loop. `graph` is the one computed from.
    #[must_use]
    pub fn outer(&self, graph: &Graph, header: BlockId) -> Option<BlockId> {
        let outer = self.outer[graph.number[header.index()] as usize];
        (outer != NONE).then(|| BlockId::from_raw(graph.block[outer as usize]))
    }
}
