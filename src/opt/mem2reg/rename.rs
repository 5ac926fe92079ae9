//! Loads become the values they see.
//!
//! The walk goes down the dominator tree, or through the blocks as they stand where every block comes after its dominators and no
//! values meet. It keeps each variable's value; what a block has changed is put back when its subtree is left. A variable that
//! values meet for, or that several blocks write, is the only kind whose value has to be put back, but telling costs more than
//! doing it.

use super::super::rewrite::{Defines, Edits};
use super::accesses::{Access, Accesses, fits};
use super::joins::Joins;
use crate::cfg::{Dominators, Graph};
use crate::entity::{BlockId, NONE};
use crate::ir::{Body, Module, Opcode};

/// The value a variable has when it is made; [`NONE`] stands for it until somebody reads it.
const ZERO: u32 = NONE;

/// Scratch of the walk. See the [file's documentation](self).
#[derive(Debug, Default)]
pub(super) struct Rename {
    /// By variable: the code of its value.
    current: Vec<u32>,
    /// By variable: the fresh value its `var` becomes, if it is read.
    zero: Vec<u32>,
    /// By entry in the list of joins: its code.
    params: Vec<u32>,
    /// Variables and the values they had.
    log: Vec<(u32, u32)>,
    edge: Vec<u32>,
    /// Blocks to enter, and, with the length of the log, to leave.
    stack: Vec<(u32, u32)>,
    first_child: Vec<u32>,
    sibling: Vec<u32>,
}

impl Rename {
    pub(super) fn run(
        &mut self,
        m: &Module,
        body: &Body<'_>,
        tree: Option<(&Graph, &Dominators)>,
        accesses: &Accesses,
        joins: &Joins,
        edits: &mut Edits,
    ) {
        debug_assert!(body.blocks.len() < NONE as usize && m.types.len() < NONE as usize);
        self.current.clear();
        self.current.resize(accesses.vars.len(), ZERO);
        self.zero.clear();
        self.zero.resize(accesses.vars.len(), NONE);
        self.log.clear();
        self.params.clear();
        for &(block, var) in &joins.list {
            let code = edits.fresh(accesses.vars[var as usize].ty);
            edits.param(block, code);
            self.params.push(code);
        }
        match tree {
            None => (0..body.blocks.len() as u32).for_each(|block| self.block(body, accesses, joins, edits, block)),
            Some((graph, dominators)) => {
                self.walk(body, graph, dominators, accesses, joins, edits);
                let dead = (0..body.blocks.len()).map(BlockId::from_usize).filter(|&b| !graph.is_reachable(b));
                dead.for_each(|block| self.unreachable(body, accesses, joins, edits, block.raw()));
            }
        }
        for (var, &zero) in accesses.vars.iter().zip(&self.zero).filter(|(var, _)| var.promoted) {
            if zero == NONE {
                edits.drop_inst(var.inst);
            } else {
                edits.patch(var.inst, Opcode::Zero, 0, &[], &[], Defines::Fresh(zero));
            }
        }
    }

    fn walk(
        &mut self,
        body: &Body<'_>,
        graph: &Graph,
        dominators: &Dominators,
        accesses: &Accesses,
        joins: &Joins,
        edits: &mut Edits,
    ) {
        self.first_child.clear();
        self.first_child.resize(body.blocks.len(), NONE);
        self.sibling.clear();
        self.sibling.resize(body.blocks.len(), NONE);
        for &block in graph.reverse_postorder().iter().rev() {
            if let Some(up) = dominators.immediate(block) {
                self.sibling[block.index()] = self.first_child[up.index()];
                self.first_child[up.index()] = block.raw();
            }
        }
        self.stack.clear();
        self.stack.push((0, NONE));
        while let Some((block, log)) = self.stack.pop() {
            if log != NONE {
                while self.log.len() > log as usize {
                    if let Some((var, value)) = self.log.pop() {
                        self.current[var as usize] = value;
                    }
                }
                continue;
            }
            self.stack.push((block, self.log.len() as u32));
            self.block(body, accesses, joins, edits, block);
            let mut child = self.first_child[block as usize];
            while child != NONE {
                self.stack.push((child, NONE));
                child = self.sibling[child as usize];
            }
        }
    }

    fn set(&mut self, var: u32, code: u32) {
        let old = std::mem::replace(&mut self.current[var as usize], code);
        self.log.push((var, old));
    }

    fn read(&mut self, accesses: &Accesses, edits: &mut Edits, var: u32) -> u32 {
        let code = self.current[var as usize];
        if code != ZERO {
            return code;
        }
        let zero = &mut self.zero[var as usize];
        if *zero == NONE {
            *zero = edits.fresh(accesses.vars[var as usize].ty);
        }
        *zero
    }

    fn block(&mut self, body: &Body<'_>, accesses: &Accesses, joins: &Joins, edits: &mut Edits, block: u32) {
        for (n, &(_, var)) in joins.of(block).iter().enumerate() {
            self.set(var, self.params[joins.starts[block as usize] as usize + n]);
        }
        for entry in accesses.of(block) {
            let var = &accesses.vars[entry.var as usize];
            match entry.what {
                Access::Zero => {
                    self.set(entry.var, ZERO);
                    edits.drop_inst(entry.inst);
                }
                Access::Store(value) => {
                    let mut code = edits.code(value);
                    if fits(edits, code, var) {
                        edits.drop_inst(entry.inst);
                    } else {
                        let cast = edits.fresh(var.ty);
                        edits.patch(entry.inst, Opcode::Cast, 0, &[code], &[], Defines::Fresh(cast));
                        code = cast;
                    }
                    self.set(entry.var, code);
                }
                Access::Load(result) => {
                    let code = self.read(accesses, edits, entry.var);
                    if edits.ty(result) == var.ty {
                        edits.replace(result, code);
                        edits.drop_inst(entry.inst);
                    } else {
                        edits.patch(entry.inst, Opcode::Cast, 0, &[code], &[], Defines::Same);
                    }
                }
            }
        }
        if joins.list.is_empty() {
            return;
        }
        let Some(last) = body.terminator(&body.blocks[block as usize]) else { return };
        let mut edge = std::mem::take(&mut self.edge);
        edge.clear();
        for (target, _) in body.targets(last) {
            for &(_, var) in joins.of(target.raw()) {
                edge.push(self.read(accesses, edits, var));
            }
        }
        if !edge.is_empty() {
            edits.edges(body, block, edge.iter().copied());
        }
        self.edge = edge;
    }

    /// What a block that is never executed reads is zero.
    fn unreachable(&mut self, body: &Body<'_>, accesses: &Accesses, joins: &Joins, edits: &mut Edits, block: u32) {
        for entry in accesses.of(block) {
            match entry.what {
                Access::Load(_) => edits.patch(entry.inst, Opcode::Zero, 0, &[], &[], Defines::Same),
                Access::Zero | Access::Store(_) => edits.drop_inst(entry.inst),
            }
        }
        let row = &body.blocks[block as usize];
        let Some(last) = body.terminator(row) else { return };
        let at = row.first_inst + row.num_insts - 1;
        let mut edge = std::mem::take(&mut self.edge);
        edge.clear();
        for (target, _) in body.targets(last) {
            for &(_, var) in joins.of(target.raw()) {
                let zero = edits.fresh(accesses.vars[var as usize].ty);
                edits.patch(at, Opcode::Zero, 0, &[], &[], Defines::Fresh(zero));
                edge.push(zero);
            }
        }
        if !edge.is_empty() {
            edits.patch_original(at);
            edits.edges(body, block, edge.iter().copied());
        }
        self.edge = edge;
    }
}
