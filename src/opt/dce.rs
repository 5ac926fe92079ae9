//! Dead code: blocks nothing reaches, and what is computed for nobody.
//!
//! *The problem.* Promotion and folding leave values nobody reads and blocks nobody enters, and both make an analysis see flows
//! that do not happen.
//!
//! *Invariants.* What happens, happens as before: calls, stores, panics, everything that is observed, and every draw from chance. A
//! maker of storage that nobody looks at goes like any other computation; its site's row never does.
//!
//! *The algorithm.* Marking backwards from what has an effect (Kennedy, *A Survey of Data Flow Analysis Techniques*, 1981): an
//! instruction marks what defines its operands, a block parameter what is passed to it. What is not marked goes, parameters too, so
//! that values which only feed each other round a loop go as well. Linear.
//!
//! *Not done.* Branches whose outcome makes no difference stay, and so do stores into storage nobody reads.

use super::effects::Definitions;
use super::rewrite::{Edits, rewrite};
use crate::cfg::Graph;
use crate::entity::{BlockId, FuncId, NONE};
use crate::ir::{Body, Module};

/// The module without dead code.
#[must_use]
pub fn dce(module: &Module) -> Module {
    let mut scratch = Scratch::default();
    rewrite(module, |func, body, edits| scratch.function(module, func, body, edits))
}

#[derive(Debug, Default)]
struct Scratch {
    graph: Graph,
    definitions: Definitions,
    /// By value.
    live: Vec<bool>,
    /// By instruction.
    marked: Vec<bool>,
    work: Vec<u32>,
    /// By parameter: what is passed to it, a list in `passed` of values and next.
    passed_head: Vec<u32>,
    passed: Vec<(u32, u32)>,
}

impl Scratch {
    fn function(&mut self, m: &Module, func: FuncId, body: &Body<'_>, edits: &mut Edits) {
        self.graph.compute(body, m.funcs[func].recover.get());
        self.definitions.compute(body);
        self.live.clear();
        self.live.resize(body.values.len(), false);
        self.marked.clear();
        self.marked.resize(body.insts.len(), false);
        self.passed_head.clear();
        self.passed_head.resize(body.values.len(), NONE);
        self.passed.clear();
        for (index, block) in body.blocks.iter().enumerate() {
            if !self.graph.is_reachable(BlockId::from_usize(index)) {
                edits.drop_block(body, index as u32);
                continue;
            }
            let Some(last) = body.terminator(block) else { continue };
            for (target, args) in body.targets(last) {
                for (&arg, param) in args.iter().zip(body.blocks[target.index()].params()) {
                    let head = &mut self.passed_head[param.index()];
                    self.passed.push((arg, *head));
                    *head = self.passed.len() as u32 - 1;
                }
            }
            for id in block.insts() {
                let inst = &body.insts[id.index()];
                let row = inst.op.row();
                if !row.terminator && self.definitions.only_computes(m, body, inst) {
                    continue;
                }
                self.marked[id.index()] = true;
                // Block arguments count only for parameters that are read.
                let passed: usize = body.targets(inst).map(|(_, args)| args.len()).sum();
                let args = body.arg_words(inst);
                args[..args.len() - passed].iter().for_each(|&arg| self.mark(arg));
            }
        }
        while let Some(value) = self.work.pop() {
            match self.definitions.index(value) {
                Some(at) if !std::mem::replace(&mut self.marked[at as usize], true) => {
                    body.arg_words(&body.insts[at as usize]).iter().for_each(|&arg| self.mark(arg));
                }
                Some(_) => {}
                None => {
                    let mut at = self.passed_head[value as usize];
                    while let Some(&(arg, next)) = self.passed.get(at as usize) {
                        self.mark(arg);
                        at = next;
                    }
                }
            }
        }
        for (index, block) in body.blocks.iter().enumerate() {
            if !self.graph.is_reachable(BlockId::from_usize(index)) {
                continue;
            }
            if index > 0 {
                block.params().filter(|p| !self.live[p.index()]).for_each(|p| edits.drop_param(p.raw()));
            }
            block.insts().filter(|id| !self.marked[id.index()]).for_each(|id| edits.drop_inst(id.raw()));
        }
    }

    fn mark(&mut self, value: u32) {
        if !std::mem::replace(&mut self.live[value as usize], true) {
            self.work.push(value);
        }
    }
}
