//! The walk over a body: shape, types, sites and dominance of each instruction.
//!
//! Dominance needs the whole body's edges, so uses it has to judge are set aside until all terminators have been seen. They are
//! few: values used outside their block and not defined in the entry.

use super::dominance::Dominance;
use super::error::{Check, Errors, Message, fail};
use super::quick::{self, Defined, Verdict};
use super::sites::{self, Owned};
use super::structure::{self, Limits};
use super::types::{self, Cx, Quick};
use crate::control::{Control, STEPS};
use crate::entity::{BlockId, InstId, TypeId};
use crate::ir::module::{Body, Module};
use index_vec::IndexVec;

/// What lives across functions.
pub(super) struct Walk<'a> {
    control: Control<'a>,
    limits: Limits,
    quick: IndexVec<TypeId, Quick>,
    owned: Owned,
    dominance: Dominance,
    /// Uses to be judged: value, block and instruction.
    far: Vec<(u32, u32, InstId)>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(m: &Module, control: Control<'a>) -> Self {
        let (limits, owned) = (Limits::new(m), Owned::new(m.sites.len()));
        let quick = types::quick(&m.types);
        Self { control, limits, quick, owned, dominance: Dominance::default(), far: Vec::new() }
    }

    /// Checks a body whose frame is sound.
    pub(super) fn body(&mut self, m: &Module, body: &Body<'_>, errors: &mut Errors<'_>) {
        let before = errors.len();
        let row = &m.funcs[body.func];
        let recover = row.recover.get();
        let cx = Cx { m, types: &m.types, quick: &self.quick, body: *body, sig: row.sig };
        let results = m.types.signature(row.sig).1;
        let quick = quick::Cx { m, limits: &self.limits, types: &self.quick, body: *body, results };
        if let Err(message) = cx.entry() {
            errors.func(body.func, message);
        }
        if let Some(recover) = recover
            && body.blocks[recover.index()].num_params > 0
        {
            errors.block(body.func, recover, Message::from("the recover block has parameters"));
        }
        self.far.clear();
        self.dominance.starts.clear();
        let positions = m.positions.len();
        let (mut next, mut entry_end, mut steps) = (0, 0, 0);
        for (index, block) in body.blocks.iter().enumerate() {
            let start = next;
            self.dominance.starts.push(start);
            next += block.num_params;
            if (block.num_params > 0 && block.first_param != start) || next as usize > body.values.len() {
                let what = "its parameters are not numbered in order of appearance";
                errors.block(body.func, BlockId::from_usize(index), Message::from(what));
                return;
            }
            let insts = &body.insts[block.first_inst as usize..][..block.num_insts as usize];
            let mut done = 0;
            for piece in insts.chunks(STEPS) {
                steps += piece.len();
                if steps >= STEPS {
                    steps = 0;
                    self.control.poll();
                }
                for (n, inst) in (done..).zip(piece) {
                    let at = || InstId::from_raw(block.first_inst + n as u32);
                    let last = n + 1 == insts.len();
                    let defined = Defined { start, next, entry_end };
                    let verdict = match last {
                        false => quick.instruction(inst, defined, &mut self.owned),
                        true => quick.last(inst, defined),
                    };
                    if let Verdict::Far = verdict {
                        far(&mut self.far, body.arg_words(inst), defined, index, at());
                    }
                    if !matches!(verdict, Verdict::Unknown) {
                        next += u32::from(inst.num_results);
                        continue;
                    }
                    let mut result = structure::instruction(body, &self.limits, inst, last, next);
                    if result.is_ok() {
                        let args = body.arg_words(inst);
                        result = cx.instruction(inst, args);
                        if result.is_ok() && structure::makes(inst.op) {
                            result = sites::check(m, body.func, inst, &mut self.owned);
                        }
                        far(&mut self.far, args, defined, index, at());
                    }
                    if inst.pos.index() >= positions {
                        result = fail(format!("position {} does not exist", inst.pos));
                    }
                    if let Err(message) = result {
                        errors.inst(body, BlockId::from_usize(index), at(), message);
                        if errors.is_full() {
                            return;
                        }
                    }
                    next += u32::from(inst.num_results);
                }
                done += piece.len();
            }
            if index == 0 {
                entry_end = next;
            }
        }
        if next as usize != body.values.len() {
            let what = format!("its blocks hold {next} of its {} values", body.values.len());
            errors.func(body.func, Message::from(what));
        }
        if errors.len() == before && !self.far.is_empty() {
            self.dominance.compute(body, recover);
            for &(value, block, at) in &self.far {
                if let Err(message) = judge(&self.dominance, value, block) {
                    errors.inst(body, BlockId::from_raw(block), at, message);
                }
            }
        }
    }
}

/// Sets aside the uses of values that neither the block so far nor the entry defines.
fn far(list: &mut Vec<(u32, u32, InstId)>, args: &[u32], defined: Defined, block: usize, at: InstId) {
    list.extend(args.iter().filter(|&&v| defined.far(v) != 0).map(|&v| (v, block as u32, at)));
}

/// A use of a value that neither its block so far nor the entry defines.
fn judge(dominance: &Dominance, value: u32, user: u32) -> Check {
    let definer = dominance.definer(value);
    if definer == user {
        return fail(format!("uses v{value} before its definition"));
    }
    if dominance.block_dominates(definer, user) {
        Ok(())
    } else {
        fail(format!("uses v{value}, whose definition does not dominate it"))
    }
}
