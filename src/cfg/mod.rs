//! Control flow of one body: orders, dominators, loops.
//!
//! Three structures, each computed from the one before it and each reusable: `compute` overwrites what a former function left
//! and allocates only when a body is larger than any seen so far, so a worker keeps one [`Cfg`] for a whole module.
//!
//! - [`Graph`]: successors and predecessors in compressed form, a depth-first tree, reverse postorder.
//! - [`Dominators`]: immediate dominators by semi-NCA (semidominators with path compression, then nearest common ancestors),
//!   and a constant-time "does a dominate b".
//! - [`Loops`]: the loop nesting forest (Havlak's algorithm over the depth-first tree), and every block's depth. A cycle with
//!   several entries is a loop too, headed by the entry the depth-first walk met first: for lifetimes a loop that is overlooked
//!   would be wrong, one that is drawn a little too large is only imprecise.
//!
//! Blocks that cannot be reached from the entry have no order, no dominator and depth 1; they are dominated by everything.
//! The recover block counts as a successor of the entry, as in the verifier.
//!
//! Depths count from 1, as attributes do: 1 is outside all loops. This is the *natural* depth; a client whose language counts
//! by syntax says so by attributes (`syntactic_depth`).

mod dominators;
mod graph;
mod loops;

pub use dominators::Dominators;
pub use graph::Graph;
pub use loops::Loops;

use crate::entity::BlockId;
use crate::ir::Body;

/// Everything this folder knows of a body, reusable.
#[derive(Debug, Default)]
pub struct Cfg {
    /// Edges and orders.
    pub graph: Graph,
    /// Dominators.
    pub dominators: Dominators,
    /// Loops.
    pub loops: Loops,
    reached: Vec<bool>,
}

impl Cfg {
    /// Computes everything for a verified body with at least one block.
    pub fn compute(&mut self, body: &Body<'_>, recover: Option<BlockId>) {
        self.graph.compute(body, recover);
        self.dominators.compute(&self.graph);
        self.loops.compute(&self.graph);
    }

    /// Whether every block, as they stand, comes after its dominators and can be entered. Computes nothing else. It is so if each
    /// block has a predecessor before it: the way back along such predecessors is a way from the entry, so every dominator lies on
    /// it, at a smaller number.
    pub fn stands_in_dominance_order(&mut self, body: &Body<'_>, recover: Option<BlockId>) -> bool {
        if body.blocks.len() == 1 {
            return true;
        }
        self.reached.clear();
        self.reached.resize(body.blocks.len(), false);
        self.reached[0] = true;
        if let Some(block) = recover {
            // A successor of the entry.
            self.reached[block.index()] = true;
        }
        for (index, block) in body.blocks.iter().enumerate() {
            if !self.reached[index] {
                return false;
            }
            if let Some(last) = body.terminator(block) {
                body.successors(last, |target| self.reached[target as usize] = true);
            }
        }
        true
    }
}

#[cfg(test)]
mod tests;
