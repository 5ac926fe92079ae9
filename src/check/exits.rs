//! Rule X: values used outside a loop they are made in, where depths come from the control-flow graph.
//!
//! Where a front end gives depths it speaks of scopes, and nothing is named outside its own. Here there are none.

use super::read::HEAP;
use super::{Check, Exit, Flow};
use crate::ir::Body;

impl Check<'_> {
    /// Collects them from a body that has been read.
    pub(super) fn collect_exits(&mut self, body: &Body<'_>) {
        if self.syntactic || !self.has_loops {
            return;
        }
        let mut home = vec![0; body.values.len()];
        for (index, block) in body.blocks.iter().enumerate() {
            let results = block.insts().flat_map(|id| body.insts[id.index()].results());
            block.params().chain(results).for_each(|v| home[v.index()] = index);
        }
        for (index, block) in body.blocks.iter().enumerate() {
            for id in block.insts() {
                for value in body.args(&body.insts[id.index()]) {
                    let (e, made) = (self.exprs[value.index()], home[value.index()]);
                    let depth = self.loops.common_depth(made, index);
                    if e.is_followed() && depth < self.depths[made] {
                        let inst = body.inst_in_module(id);
                        self.exits.push(Exit { depth, flow: Flow { dst: HEAP, src: e.cell, derefs: e.derefs, inst } });
                    }
                }
            }
        }
    }
}
