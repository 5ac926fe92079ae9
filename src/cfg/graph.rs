//! Edges, a depth-first tree, reverse postorder.

use crate::entity::{BlockId, NONE};
use crate::ir::Body;

/// The flow graph of a body. See the [folder's documentation](super).
#[derive(Debug, Default)]
pub struct Graph {
    succ_start: Vec<u32>,
    succs: Vec<BlockId>,
    pred_start: Vec<u32>,
    preds: Vec<BlockId>,
    rpo: Vec<BlockId>,
    rpo_position: Vec<u32>,
    /// Preorder number of each block in the depth-first tree; [`NONE`] for unreachable ones.
    pub(super) number: Vec<u32>,
    /// By preorder number: the block.
    pub(super) block: Vec<u32>,
    /// By preorder number: the parent's number (0 for the root).
    pub(super) parent: Vec<u32>,
    /// By preorder number: the largest number in the subtree.
    pub(super) last: Vec<u32>,
    stack: Vec<(u32, u32)>,
}

impl Graph {
    /// Computes the graph of a verified body with at least one block.
    pub fn compute(&mut self, body: &Body<'_>, recover: Option<BlockId>) {
        self.edges(body, recover);
        self.walk();
    }

    /// Number of blocks, unreachable ones included.
    #[must_use]
    pub fn num_blocks(&self) -> usize {
        self.number.len()
    }

    /// Successors in the order of the terminator; a block may occur twice.
    #[must_use]
    pub fn succs(&self, block: BlockId) -> &[BlockId] {
        &self.succs[self.succ_start[block.index()] as usize..self.succ_start[block.index() + 1] as usize]
    }

    /// Predecessors, one entry an edge; unreachable ones included.
    #[must_use]
    pub fn preds(&self, block: BlockId) -> &[BlockId] {
        &self.preds[self.pred_start[block.index()] as usize..self.pred_start[block.index() + 1] as usize]
    }

    /// Reachable blocks in reverse postorder; the entry is first.
    #[must_use]
    pub fn reverse_postorder(&self) -> &[BlockId] {
        &self.rpo
    }

    /// A block's position in [`Self::reverse_postorder`]; `None` if it is unreachable.
    #[must_use]
    pub fn position(&self, block: BlockId) -> Option<usize> {
        let position = self.rpo_position[block.index()];
        (position != NONE).then_some(position as usize)
    }

    /// Whether a block can be reached from the entry.
    #[must_use]
    pub fn is_reachable(&self, block: BlockId) -> bool {
        self.number[block.index()] != NONE
    }

    fn edges(&mut self, body: &Body<'_>, recover: Option<BlockId>) {
        let blocks = body.blocks.len();
        self.succ_start.clear();
        self.succs.clear();
        for (index, block) in body.blocks.iter().enumerate() {
            self.succ_start.push(self.succs.len() as u32);
            if let Some(last) = body.terminator(block) {
                body.successors(last, |target| self.succs.push(BlockId::from_raw(target)));
            }
            if index == 0 {
                self.succs.extend(recover);
            }
        }
        self.succ_start.push(self.succs.len() as u32);
        // Counting sort by target: counts, then ends, then filled from the back so that starts remain.
        self.pred_start.clear();
        self.pred_start.resize(blocks + 1, 0);
        for target in &self.succs {
            self.pred_start[target.index()] += 1;
        }
        let mut end = 0;
        for slot in &mut self.pred_start {
            end += *slot;
            *slot = end;
        }
        self.preds.clear();
        self.preds.resize(self.succs.len(), BlockId::from_raw(0));
        for index in (0..blocks).rev() {
            for edge in (self.succ_start[index]..self.succ_start[index + 1]).rev() {
                let slot = &mut self.pred_start[self.succs[edge as usize].index()];
                *slot -= 1;
                self.preds[*slot as usize] = BlockId::from_usize(index);
            }
        }
    }

    fn walk(&mut self) {
        let blocks = self.succ_start.len() - 1;
        self.number.clear();
        self.number.resize(blocks, NONE);
        self.block.clear();
        self.parent.clear();
        self.last.clear();
        self.rpo.clear();
        self.stack.clear();
        self.enter(0, 0);
        while let Some((block, edge)) = self.stack.last_mut() {
            let from = *block as usize;
            if *edge < self.succ_start[from + 1] {
                let to = self.succs[*edge as usize].raw();
                *edge += 1;
                if self.number[to as usize] == NONE {
                    self.enter(to, self.number[from]);
                }
            } else {
                self.stack.pop();
                self.last[self.number[from] as usize] = self.block.len() as u32 - 1;
                self.rpo.push(BlockId::from_usize(from));
            }
        }
        self.rpo.reverse();
        self.rpo_position.clear();
        self.rpo_position.resize(blocks, NONE);
        for (position, block) in self.rpo.iter().enumerate() {
            self.rpo_position[block.index()] = position as u32;
        }
    }

    fn enter(&mut self, block: u32, parent: u32) {
        self.number[block as usize] = self.block.len() as u32;
        self.block.push(block);
        self.parent.push(parent);
        self.last.push(0);
        self.stack.push((block, self.succ_start[block as usize]));
    }
}
