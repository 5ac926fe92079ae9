//! Where values of a variable meet.
//!
//! Dominance frontiers are computed once a body, for all variables. A join's predecessors each lead up the dominator tree to the
//! join's immediate dominator, and every block on the way has the join in its frontier; a block that has it already has been on
//! another predecessor's way, and so have all above, which is what keeps long chains of tests that end in one block linear. Only
//! deep nests of loops have frontiers longer than a handful.
//!
//! Per variable: the blocks where it is live at the start, backwards from the reads; then the frontiers of its writes, where it is
//! live, and of the joins found so. All of it is paid from one allowance.

use super::accesses::Accesses;
use crate::cfg::{Dominators, Graph};
use crate::entity::{BlockId, NONE};
use crate::ir::{Body, Module};

/// Steps of work an instruction or block is good for.
const ALLOWANCE: usize = 32;
/// Most operands a terminator may come to have.
const MAX_ARGS: u32 = 60_000;

/// The parameters to be added. See the [file's documentation](self).
#[derive(Debug, Default)]
pub(super) struct Joins {
    /// Block and variable, ascending.
    pub(super) list: Vec<(u32, u32)>,
    /// By block: its first parameter in `list`; and the end.
    pub(super) starts: Vec<u32>,
    /// By block: operands its terminator has come to.
    args: Vec<u32>,
    frontier: Vec<(u32, u32)>,
    frontier_head: Vec<u32>,
    /// By block: the last variable it was live for at its start, wrote, or has a parameter for.
    live: Vec<u32>,
    written: Vec<u32>,
    joined: Vec<u32>,
    work: Vec<BlockId>,
    found: Vec<BlockId>,
}

impl Joins {
    /// No parameters.
    pub(super) fn clear(&mut self, blocks: usize) {
        self.list.clear();
        self.starts.clear();
        self.starts.resize(blocks + 1, 0);
    }

    /// Finds the parameters, and takes back the promotion of variables that cannot be, or cost too much.
    pub(super) fn place(
        &mut self,
        m: &Module,
        body: &Body<'_>,
        graph: &Graph,
        dominators: &Dominators,
        accesses: &mut Accesses,
        recover: Option<BlockId>,
    ) {
        let blocks = body.blocks.len();
        let mut left = ALLOWANCE * (body.insts.len() + blocks) + 4096;
        let frontiers = self.frontiers(graph, dominators, blocks, &mut left);
        self.args.clear();
        self.args.extend(body.blocks.iter().map(|b| body.terminator(b).map_or(0, |last| u32::from(last.num_args))));
        for stamps in [&mut self.live, &mut self.written, &mut self.joined] {
            stamps.clear();
            stamps.resize(blocks, NONE);
        }
        for var in 0..accesses.vars.len() {
            let known = accesses.vars[var];
            if !known.meets(recover.is_some()) {
                continue;
            }
            // A value whose type has no layout is a type parameter's, which a zero can be made of all the same.
            debug_assert!(known.ty.index() < m.types.len());
            let fine = self.liveness(graph, accesses, var, recover, &mut left)
                && (!known.is_scattered() || frontiers && self.meet(graph, accesses, var, &mut left));
            accesses.vars[var].promoted = fine;
        }
        self.list.sort_unstable();
        for &(block, _) in &self.list {
            self.starts[block as usize + 1] += 1;
        }
        for block in 0..blocks {
            self.starts[block + 1] += self.starts[block];
        }
    }

    /// The variables that a block gets parameters for, in their order.
    pub(super) fn of(&self, block: u32) -> &[(u32, u32)] {
        &self.list[self.starts[block as usize] as usize..self.starts[block as usize + 1] as usize]
    }

    /// Computes all frontiers; false if there is too much of them.
    fn frontiers(&mut self, graph: &Graph, dominators: &Dominators, blocks: usize, left: &mut usize) -> bool {
        let Self { frontier, frontier_head, .. } = self;
        frontier.clear();
        frontier_head.clear();
        frontier_head.resize(blocks, NONE);
        for &join in graph.reverse_postorder() {
            let preds = graph.preds(join);
            if preds.len() < 2 {
                continue;
            }
            let top = dominators.immediate(join);
            for &pred in preds.iter().filter(|&&pred| graph.is_reachable(pred)) {
                let mut at = Some(pred);
                while let Some(block) = at.filter(|_| at != top) {
                    let head = &mut frontier_head[block.index()];
                    if frontier.get(*head as usize).is_some_and(|&(known, _)| known == join.raw()) {
                        break;
                    }
                    frontier.push((join.raw(), *head));
                    *head = frontier.len() as u32 - 1;
                    at = dominators.immediate(block);
                    if !pay(left) {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// Marks the blocks at whose start a variable is live; false if the recover block is one, or the allowance is spent.
    fn liveness(
        &mut self,
        graph: &Graph,
        accesses: &Accesses,
        var: usize,
        recover: Option<BlockId>,
        left: &mut usize,
    ) -> bool {
        let stamp = var as u32;
        for block in accesses.blocks(accesses.vars[var].writes) {
            self.written[block.index()] = stamp;
        }
        self.work.clear();
        for block in accesses.blocks(accesses.vars[var].reads).filter(|&block| graph.is_reachable(block)) {
            self.live[block.index()] = stamp;
            self.work.push(block);
        }
        while let Some(block) = self.work.pop() {
            if recover == Some(block) {
                return false;
            }
            for &pred in graph.preds(block) {
                if !pay(left) {
                    return false;
                }
                let at = pred.index();
                if self.written[at] != stamp && self.live[at] != stamp && graph.is_reachable(pred) {
                    self.live[at] = stamp;
                    self.work.push(pred);
                }
            }
        }
        true
    }

    /// Finds the blocks that get a parameter for a variable; false, with nothing done, if that is too much.
    fn meet(&mut self, graph: &Graph, accesses: &Accesses, var: usize, left: &mut usize) -> bool {
        let stamp = var as u32;
        self.found.clear();
        self.work.clear();
        self.work.extend(accesses.blocks(accesses.vars[var].writes));
        while let Some(block) = self.work.pop() {
            let mut at = self.frontier_head[block.index()];
            while let Some(&(join, next)) = self.frontier.get(at as usize) {
                at = next;
                if !pay(left) {
                    return false;
                }
                if self.live[join as usize] == stamp && self.joined[join as usize] != stamp {
                    self.joined[join as usize] = stamp;
                    self.found.push(BlockId::from_raw(join));
                    self.work.push(BlockId::from_raw(join));
                }
            }
        }
        let args = &mut self.args;
        let count = |args: &mut Vec<u32>, by: i32, found: &[BlockId]| {
            for pred in found.iter().flat_map(|&join| graph.preds(join)) {
                args[pred.index()] = args[pred.index()].wrapping_add_signed(by);
            }
        };
        let edges: usize = self.found.iter().map(|&join| graph.preds(join).len()).sum();
        if *left < edges {
            *left = 0;
            return false;
        }
        *left -= edges;
        count(args, 1, &self.found);
        if self.found.iter().flat_map(|&join| graph.preds(join)).any(|pred| args[pred.index()] > MAX_ARGS) {
            count(args, -1, &self.found);
            return false;
        }
        self.list.extend(self.found.iter().map(|join| (join.raw(), stamp)));
        true
    }
}

/// Takes a step from the allowance; false if it is spent.
fn pay(left: &mut usize) -> bool {
    let some = *left > 0;
    *left = left.saturating_sub(1);
    some
}
