//! Loops of the control-flow graph, for functions whose front end says nothing of depth.
//!
//! A loop is a maximal set of blocks that reach each other; the blocks entered from outside are its heads. Without the edges
//! into its heads what remains falls apart into smaller loops (Steensgaard 1993). So every cycle passes through a head of the
//! innermost loop that holds all of it, whatever the shape of the graph.

use crate::entity::{BlockId, NONE};
use crate::ir::Body;

/// The loops of a body.
#[derive(Debug, Default)]
pub(super) struct Loops {
    /// Loop around each loop, and depth.
    loops: Vec<(u32, u16)>,
    /// The innermost loop of each block, [`NONE`] outside all.
    inner: Vec<u32>,
    /// Whether a block is a head of its innermost loop.
    head: Vec<bool>,
}

impl Loops {
    /// The loops of a body. What cannot be reached lies in none.
    pub(super) fn compute(&mut self, body: &Body<'_>, recover: Option<BlockId>) {
        let n = body.blocks.len();
        self.loops.clear();
        self.inner.clear();
        self.inner.resize(n, NONE);
        self.head.clear();
        self.head.resize(n, false);
        let mut succs: Vec<Vec<u32>> = vec![Vec::new(); n];
        let mut preds = succs.clone();
        for (b, block) in body.blocks.iter().enumerate() {
            let targets = body.terminator(block).into_iter().flat_map(|inst| body.targets(inst)).map(|(to, _)| to);
            for to in targets.chain(recover.filter(|_| b == 0)) {
                succs[b].push(to.raw());
                preds[to.index()].push(b as u32);
            }
        }
        let mut reached = vec![false; n];
        let mut work = vec![0_u32];
        while let Some(b) = work.pop() {
            if !std::mem::replace(&mut reached[b as usize], true) {
                work.extend(&succs[b as usize]);
            }
        }
        let mut regions = vec![((0..n as u32).filter(|&b| reached[b as usize]).collect::<Vec<u32>>(), NONE)];
        while let Some((blocks, outer)) = regions.pop() {
            let depth = self.loops.get(outer as usize).map_or(2, |l| l.1.saturating_add(1));
            for part in self.cycles(&blocks, outer, &succs, &reached) {
                let id = self.loops.len() as u32;
                self.loops.push((outer, depth));
                part.iter().for_each(|&b| self.inner[b as usize] = id);
                for &b in &part {
                    let entered = |&p: &u32| reached[p as usize] && self.inner[p as usize] != id;
                    self.head[b as usize] = preds[b as usize].iter().any(entered);
                }
                if !part.iter().any(|&b| self.head[b as usize]) {
                    self.head[part[0] as usize] = true;
                }
                regions.push((part, id));
            }
        }
    }

    /// The sets of more than one block, or of one that jumps to itself, that reach each other inside a loop without passing its
    /// heads (Tarjan 1972).
    fn cycles(&self, blocks: &[u32], outer: u32, succs: &[Vec<u32>], reached: &[bool]) -> Vec<Vec<u32>> {
        let inside = |b: u32| {
            reached[b as usize] && self.inner[b as usize] == outer && !(outer != NONE && self.head[b as usize])
        };
        let (mut index, mut low) = (vec![NONE; succs.len()], vec![0_u32; succs.len()]);
        let mut open = vec![false; succs.len()];
        let (mut next, mut stack, mut path, mut out) = (0, Vec::new(), Vec::<(u32, usize)>::new(), Vec::new());
        for &root in blocks.iter().filter(|&&b| inside(b)) {
            if index[root as usize] != NONE {
                continue;
            }
            path.push((root, 0));
            while let Some(&mut (b, ref mut edge)) = path.last_mut() {
                let at = b as usize;
                if index[at] == NONE {
                    (index[at], low[at], open[at]) = (next, next, true);
                    next += 1;
                    stack.push(b);
                }
                if let Some(&to) = succs[at].get(*edge) {
                    *edge += 1;
                    if inside(to) && index[to as usize] == NONE {
                        path.push((to, 0));
                    } else if inside(to) && open[to as usize] {
                        low[at] = low[at].min(index[to as usize]);
                    }
                    continue;
                }
                path.pop();
                if let Some(&(parent, _)) = path.last() {
                    low[parent as usize] = low[parent as usize].min(low[at]);
                }
                if low[at] == index[at] {
                    let from = stack.iter().rposition(|&s| s == b).unwrap_or(0);
                    let part = stack.split_off(from);
                    part.iter().for_each(|&s| open[s as usize] = false);
                    if part.len() > 1 || succs[at].contains(&b) {
                        out.push(part);
                    }
                }
            }
        }
        out
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.loops.is_empty()
    }

    /// One more than the number of loops around a block.
    pub(super) fn depth(&self, block: usize) -> u16 {
        self.loops.get(self.inner[block] as usize).map_or(1, |l| l.1)
    }

    /// Whether a block is entered again from its own loop.
    pub(super) fn is_head(&self, block: usize) -> bool {
        self.head[block]
    }

    /// Depth of the innermost loop around both blocks.
    pub(super) fn common_depth(&self, a: usize, b: usize) -> u16 {
        let (mut a, mut b) = (self.inner[a], self.inner[b]);
        while a != b {
            let depth = |l: u32| self.loops.get(l as usize).map_or(1, |l| l.1);
            let deeper = if depth(a) >= depth(b) { &mut a } else { &mut b };
            *deeper = self.loops.get(*deeper as usize).map_or(NONE, |l| l.0);
        }
        self.loops.get(a as usize).map_or(1, |l| l.1)
    }
}
