//! Promotion of variables to values.
//!
//! *The problem.* In memory form every local variable has storage, and what a load sees is what any store before it may have left.
//! Analyses that tell the moments of a variable apart want values instead: pruned SSA form.
//!
//! *Which variables.* Those made by `var` whose address is nothing but the address of `load`, `store` and `zero_mem`: it is never
//! stored, passed, captured, compared, taken apart. They are promoted whole; `field_addr` keeps a struct in memory
//! (`scalar-replacement` comes before, if its parts are to be promoted). Not promoted either are variables read or written as the
//! header of a slice or string (`header_data`), and variables whose value the recover block could see: any instruction that may
//! panic leads there, so at its start a variable may have any value it ever had.
//!
//! *Invariants.* Functions, sites, types, globals and blocks keep their numbers. The sites of promoted variables stay in the table;
//! no instruction makes them any more, and answers may still name them. Each execution of `var` makes fresh, zeroed
//! storage, so it defines the zero value: in a loop, once an iteration. Positions and attributes follow their instructions.
//!
//! *The algorithm.* One scan of the body disqualifies and lists the accesses that remain; `accesses` has it. A variable that no block
//! reads before writing it, or that only one block writes, needs no block parameter. For each other one, liveness of that variable
//! and its iterated dominance frontier say where values meet (Cytron, Ferrante, Rosen, Wegman and Zadeck, 1991, pruned as by Choi,
//! Cytron and Ferrante); `joins` has it. Then one walk down the dominator tree renames. Loops with several entries need no care:
//! dominance does not ask how many there are.
//!
//! *Time.* Linear. What SSA form costs in the worst case is quadratic (every variable may need a parameter at every join), so the
//! variables that need parameters share an allowance of work proportional to the size of the body; what it does not suffice for
//! stays in memory. No ordinary function comes near it.
//!
//! *Types.* A load's result and a stored value may have a type that merely agrees with the variable's: there the instruction becomes a
//! `cast`, so that no value changes its type.
//!
//! *Not done.* Blocks that cannot be reached get zeros where they would need values. Variables joined by a parameter of pointer type
//! (loop variables that are fresh each iteration) stay in memory.

mod accesses;
mod joins;
mod rename;

use super::rewrite::{Edits, Output, rewrite};
use crate::cfg::{Dominators, Graph};
use crate::entity::{FuncId, InstId, Opt};
use crate::ir::{Body, Module};
use accesses::Accesses;
use joins::Joins;
use rename::Rename;

/// The module with its variables promoted.
#[must_use]
pub fn mem2reg(module: &Module) -> Module {
    let mut scratch = Scratch::default();
    rewrite(module, |func, body, edits| scratch.promote(module, func, body, edits))
}

#[derive(Debug, Default)]
struct Scratch {
    accesses: Accesses,
    joins: Joins,
    rename: Rename,
    graph: Graph,
    dominators: Dominators,
    order: crate::cfg::Cfg,
}

impl Scratch {
    fn promote(&mut self, m: &Module, func: FuncId, body: &Body<'_>, edits: &mut Edits) {
        let recover = m.funcs[func].recover.get();
        if !self.accesses.collect(m, body) {
            return;
        }
        self.joins.clear(body.blocks.len());
        let joins = self.accesses.need_joins(recover.is_some());
        let ordered = !joins && self.order.stands_in_dominance_order(body, recover);
        if !ordered {
            self.graph.compute(body, recover);
            self.dominators.compute(&self.graph);
        }
        if joins {
            self.joins.place(m, body, &self.graph, &self.dominators, &mut self.accesses, recover);
        }
        let tree = (!ordered).then_some((&self.graph, &self.dominators));
        self.rename.run(m, body, tree, &self.accesses, &self.joins, edits);
    }
}

/// Promotes functions one at a time, into memory of its own that is used again: for an analysis that wants the promoted form of a
/// function only while it reads it.
#[derive(Debug, Default)]
pub struct Promoter {
    scratch: Scratch,
    edits: Edits,
    out: Output,
    /// The function promoted last, and where its blocks begin in the module.
    func: Opt<FuncId>,
    first_block: u32,
}

impl Promoter {
    /// One that has promoted nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The body of a function with its variables promoted. Blocks have the numbers they had, in the module too; instructions do
    /// not: [`Self::origin`] tells which one an attribute would be about.
    pub fn body(&mut self, module: &Module, func: FuncId) -> Body<'_> {
        let body = module.body(func);
        self.out.clear();
        self.edits.begin(&body);
        if !body.blocks.is_empty() {
            self.scratch.promote(module, func, &body, &mut self.edits);
        }
        let row = &module.funcs[func];
        self.out.append(&body, &self.edits, row.recover);
        (self.func, self.first_block) = (func.into(), row.blocks.start);
        self.last()
    }

    /// The body promoted last; an empty one before the first.
    #[must_use]
    pub fn last(&self) -> Body<'_> {
        let Output { blocks, insts, values, pool, .. } = &self.out;
        let func = self.func.get().unwrap_or(FuncId::from_raw(0));
        Body::from_parts(func, blocks, insts, values, pool, self.first_block)
    }

    /// Which instruction of the function as it is in the module an instruction of the promoted body is, or stands for.
    #[must_use]
    pub fn origin(&self, inst: InstId) -> InstId {
        self.out.origins[inst.index()]
    }
}

#[cfg(test)]
mod tests;
