//! What control flow alone says of a body: loops without scopes.
//!
//! Where the front end gives depths, a variable's scope lies in its loop, and nothing made in an iteration is used after it but
//! what was stored outside. Where depths come from the control-flow graph there are no scopes: a value made in a loop may be
//! used after the loop, and a block parameter may carry one from iteration to iteration. Either is a holder outside the loop.

use super::graph::{HEAP, Loc, Role};
use super::lower::Lower;
use crate::entity::{BlockId, Opt};
use crate::escape::faults::{Rule, wrong};
use crate::escape::side::SYNTACTIC_DEPTH;
use crate::ir::opcode::Why;
use crate::ir::{Body, Opcode};

impl Lower<'_> {
    /// Loop depth at which a block's parameters hold what they hold: what enters the header of a loop again has lived through
    /// an iteration. Depths of the front end tell nothing of other loops with that header. `computed`: whether the loops of the
    /// body are known.
    pub(super) fn parameter_depth(&mut self, body: &Body<'_>, block: usize, computed: &mut bool) -> u16 {
        let syntactic = self.side.func[body.func.index()] & SYNTACTIC_DEPTH != 0;
        if syntactic && !std::mem::replace(computed, true) {
            self.cfg.graph.compute(body, self.module.funcs[body.func].recover.get());
            self.cfg.loops.compute(&self.cfg.graph);
        }
        let header = self.cfg.loops.header(BlockId::from_usize(block)) == Some(BlockId::from_usize(block));
        match self.depths[block] {
            depth if !header || wrong(Rule::LoopHeader) => depth,
            _ if syntactic => 1,
            depth => depth - 1,
        }
    }

    /// Enters what is used outside a loop it is made in, and what waits for a call deferred in a loop.
    pub(super) fn exits(&mut self, body: &Body<'_>) {
        if self.side.func[body.func.index()] & SYNTACTIC_DEPTH != 0 || self.cfg.loops.is_empty() {
            return;
        }
        let mut made = vec![0_u32; body.values.len()];
        for (index, block) in (0..).zip(body.blocks) {
            let results = block.insts().flat_map(|id| body.insts[id.index()].results());
            block.params().chain(results).for_each(|v| made[v.index()] = index);
        }
        let mut outside: Vec<(u16, Loc)> = Vec::new();
        for (index, block) in body.blocks.iter().enumerate() {
            for inst in block.insts().map(|id| &body.insts[id.index()]) {
                for value in body.args(inst) {
                    let val = self.values[value.index()];
                    if val.is_nothing() || val.is_integer() {
                        continue;
                    }
                    if inst.op == Opcode::DeferIntrinsic && self.depths[index] > 1 {
                        self.edge(HEAP, val.plus(0), Why::DeferHeap, inst.pos);
                    }
                    let home = made[value.index()] as usize;
                    let depth = self.common_depth(home, index);
                    if depth >= self.depths[home] {
                        continue;
                    }
                    let known = outside.iter().find(|o| o.0 == depth).map(|o| o.1);
                    let holder = known.unwrap_or_else(|| {
                        let loc = self.graph.location(body.func, Opt::NONE, Role::Plain, depth);
                        outside.push((depth, loc));
                        loc
                    });
                    if !wrong(Rule::LoopExit) {
                        self.edge(holder, val.plus(0), Why::Assign, inst.pos);
                    }
                }
            }
        }
    }

    /// Depth of the innermost loop around both blocks.
    fn common_depth(&self, a: usize, b: usize) -> u16 {
        let loops = &self.cfg.loops;
        let (mut a, mut b) = (loops.header(BlockId::from_usize(a)), loops.header(BlockId::from_usize(b)));
        let depth = |header: Option<BlockId>| header.map_or(1, |h| loops.depth(h).min(u32::from(u16::MAX)) as u16);
        while a != b {
            let deeper = if depth(a) >= depth(b) { &mut a } else { &mut b };
            *deeper = deeper.and_then(|header| loops.outer(&self.cfg.graph, header));
        }
        depth(a)
    }
}
