//! Loops: what is made in an iteration and needed after it.
//!
//! Storage made in a loop has one slot for all iterations, so it may be on the stack only if nobody needs what an iteration made
//! once its maker runs again. In SSA form that can be read off the places of definitions. A value defined in a loop, but as a
//! parameter of its header, stands for what the current iteration made wherever it is used, after the loop too: a way from the
//! definition to a use that passes the header would show a way to the use without the definition. A parameter of the
//! header carries something from one iteration to the next; it, and every value and all storage that belongs outside the loop,
//! holds what it holds while the maker runs again. Storage must then be kept as long as the innermost loop around its maker and
//! all its holders runs.
//!
//! Defined after such a loop, a value holds what the last iteration made, where the block of its definition is dominated by that
//! of the maker: every way from the maker to a use of the value passes the definition again.
//!
//! Where uses lie as well says how long storage is needed: for one iteration if all holders are defined and used in the loop.

use super::graph::{Cause, Escapes, Loc, NodeId};
use super::lower::{LOOP, Lower, Met};
use crate::entity::{BlockId, NONE, Value};
use crate::ir::Body;
use crate::ir::opcode::Why;

/// Where in the nest of loops the storage of a node is made, and where what it holds must live; headers, `NONE` for no loop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Home {
    pub(super) storage: u32,
    pub(super) holder: u32,
    /// The block of the maker; `NONE` if there are several.
    pub(super) block: u32,
}

/// Where a value is held: the loop around that, and the block of its definition if what it holds is what was made last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Live {
    around: u32,
    block: u32,
}

impl Lower<'_> {
    /// The innermost loop around a block.
    pub(super) fn loop_of(&self, block: BlockId) -> u32 {
        if self.cfg.loops.is_empty() { NONE } else { self.cfg.loops.header(block).map_or(NONE, BlockId::raw) }
    }

    /// The innermost loop around both.
    pub(super) fn around(&self, mut a: u32, mut b: u32) -> u32 {
        let loops = &self.cfg.loops;
        let depth = |header: u32| if header == NONE { 0 } else { loops.depth(BlockId::from_raw(header)) };
        while a != b {
            let deeper = if depth(a) >= depth(b) { &mut a } else { &mut b };
            *deeper = self.outer(*deeper);
        }
        a
    }

    fn outer(&self, header: u32) -> u32 {
        if header == NONE {
            return NONE;
        }
        self.cfg.loops.outer(&self.cfg.graph, BlockId::from_raw(header)).map_or(NONE, BlockId::raw)
    }

    /// Lets storage that outlives the iteration it is made in escape; whether there was any that did not already.
    pub(super) fn outlive_iterations(&mut self, body: &Body<'_>) -> bool {
        if self.cfg.loops.is_empty() || self.homes.iter().all(|home| home.storage == NONE) {
            return false;
        }
        if self.lives.is_empty() {
            self.lives = self.definitions(body);
            self.cfg.dominators.compute(&self.cfg.graph);
        }
        let scope = self.scopes(&self.lives);
        let mut found = false;
        for node in 0..self.homes.len() as u32 {
            let row = &self.graph.nodes[node as usize];
            let stays = scope[node as usize] == self.homes[node as usize].storage;
            if row.kind.is_local() && row.escapes != Escapes::Yes && !stays {
                let pos = row.cause.pos;
                self.graph.escape(node, Escapes::Yes, Cause { why: Why::Forced, pos, holder: LOOP });
                found = true;
            }
        }
        found
    }

    /// Which storage is needed for longer than the iteration it is made in, by node; asked for when all is solved.
    pub(super) fn needed_after(&self, body: &Body<'_>) -> Vec<bool> {
        if self.cfg.loops.is_empty() || self.homes.iter().all(|home| home.storage == NONE) {
            return Vec::new();
        }
        let scope = self.scopes(&self.uses(body));
        (0..)
            .zip(&self.homes)
            .map(|(node, home)| {
                let node: usize = node;
                scope[node] != home.storage
            })
            .collect()
    }

    /// The depth of the loop one iteration of which storage is needed for.
    pub(super) fn iteration(&self, met: &Met) -> Option<u32> {
        let needed_after = *self.outlives.get(met.node as usize)?;
        let depth = self.cfg.loops.depth(met.block);
        (depth > 1 && !needed_after && self.homes[met.node as usize].storage != NONE).then_some(depth)
    }

    /// The innermost loop around the maker and all holders of each node, if values live in these loops.
    fn scopes(&self, lives: &[Live]) -> Vec<u32> {
        let mut scope: Vec<u32> = self.homes.iter().map(|home| home.storage).collect();
        scope.resize(self.graph.nodes.len(), NONE);
        let mut queue: Vec<NodeId> = Vec::new();
        for (val, &live) in self.values.iter().zip(lives) {
            if val.loc.node != NONE {
                self.raise(&mut scope, &mut queue, val.loc, live);
            }
            for i in 0..val.len {
                for loc in self.graph.set(self.pool[(val.first + i) as usize]).to_vec() {
                    self.raise(&mut scope, &mut queue, loc, live);
                }
            }
        }
        queue.extend(0..self.graph.nodes.len() as u32);
        while let Some(node) = queue.pop() {
            let row = &self.graph.nodes[node as usize];
            if !row.kind.is_local() {
                continue;
            }
            let holder = self.homes.get(node as usize).map_or(NONE, |home| home.holder);
            let live = Live { around: self.around(scope[node as usize], holder), block: NONE };
            let cells: Vec<u32> = row.fields.iter().map(|f| f.1).chain([row.anywhere]).filter(|&c| c != NONE).collect();
            for cell in cells {
                for loc in self.graph.set(cell).to_vec() {
                    self.raise(&mut scope, &mut queue, loc, live);
                }
            }
        }
        scope
    }

    fn raise(&self, scope: &mut [u32], queue: &mut Vec<NodeId>, loc: Loc, live: Live) {
        let node = loc.node as usize;
        if !self.graph.nodes[node].kind.is_local() || scope[node] == NONE {
            return;
        }
        let new = self.around(scope[node], live.around);
        if new != scope[node] && !self.is_made_last(node, live.block) {
            scope[node] = new;
            queue.push(loc.node);
        }
    }

    /// Whether a value defined in a block, if it holds storage of a node, holds what was made last.
    fn is_made_last(&self, node: usize, block: u32) -> bool {
        let maker = self.homes[node].block;
        let known = maker != NONE && block != NONE && maker != block;
        known && self.cfg.dominators.dominates(BlockId::from_raw(maker), BlockId::from_raw(block))
    }

    /// The innermost loop around the definition of each value; what a header is given belongs outside its loop.
    fn definitions(&self, body: &Body<'_>) -> Vec<Live> {
        let mut lives = vec![Live { around: NONE, block: NONE }; body.values.len()];
        for (index, block) in (0..).zip(body.blocks.iter()) {
            let home = self.loop_of(BlockId::from_raw(index));
            let carried = if home == index { self.outer(home) } else { home };
            for param in block.params() {
                lives[param.index()] = Live { around: carried, block: index };
            }
            for result in block.insts().flat_map(|id| body.insts[id.index()].results()) {
                lives[result.index()] = Live { around: home, block: index };
            }
        }
        for &(value, node) in &self.standing {
            lives[Value::from_raw(value).index()].around = self.homes[node as usize].storage;
        }
        lives
    }

    /// The innermost loop around the definition and all uses of each value.
    fn uses(&self, body: &Body<'_>) -> Vec<Live> {
        let mut lives: Vec<Live> = self.lives.iter().map(|live| Live { block: NONE, ..*live }).collect();
        for (index, block) in body.blocks.iter().enumerate() {
            let home = self.loop_of(BlockId::from_usize(index));
            for inst in block.insts().map(|id| &body.insts[id.index()]) {
                for arg in body.args(inst) {
                    let live = &mut lives[arg.index()];
                    if live.around != home {
                        live.around = self.around(live.around, home);
                    }
                }
            }
        }
        lives
    }
}
