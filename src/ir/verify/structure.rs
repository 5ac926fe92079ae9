//! The shape of a body: blocks, terminators, numbering, counts and ids, so that all later checks may index freely.

use super::error::{Check, Errors, in_table, in_table_or_none};
use crate::entity::{BlockId, InstId};
use crate::ir::intrinsic;
use crate::ir::module::{Body, Inst, Module};
use crate::ir::opcode::{Aux, BinaryOp, CompareOp, Opcode, UnaryOp};

/// Whether the body can be read without looking; says what is wrong otherwise.
pub(super) fn check(m: &Module, body: &Body<'_>, errors: &mut Errors<'_>) -> bool {
    let before = errors.len();
    let row = &m.funcs[body.func];
    if row.is_external() != body.blocks.is_empty() {
        let what = if row.is_external() { "it is external but has a body" } else { "it has no block" };
        errors.func(body.func, what.into());
    }
    if let Err(message) = in_table_or_none("recover block", row.recover.raw(), body.blocks.len()) {
        errors.func(body.func, message);
    }
    let types = m.types.len() as u32;
    if let Some(v) = body.values.iter().position(|ty| ty.raw() >= types) {
        errors.func(body.func, format!("v{v} has type {}, which does not exist", body.values[v]));
    }
    let (mut inst, mut value) = (0_u32, 0_u32);
    for (index, block) in body.blocks.iter().enumerate() {
        let id = BlockId::from_usize(index);
        if block.first_inst != inst || block.num_insts as usize > body.insts.len() - inst as usize {
            errors.block(body.func, id, "its instructions do not follow those of the block before".into());
            return false;
        }
        if block.num_params > 0 && block.first_param != value {
            errors.block(body.func, id, "its parameters are not numbered in order of appearance".into());
            return false;
        }
        value += block.num_params;
        if block.num_insts == 0 {
            errors.block(body.func, id, "it is empty".into());
        }
        inst += block.num_insts;
        for at in block.insts() {
            let row = &body.insts[at.index()];
            let last = at.raw() + 1 == inst;
            if let Err(message) = instruction(m, body, row, last, value) {
                errors.inst(body, id, at, message);
            }
            value += u32::from(row.num_results);
        }
        if errors.is_full() {
            return false;
        }
    }
    if inst as usize != body.insts.len() || value as usize != body.values.len() {
        let what = format!(
            "its blocks hold {inst} of its {} instructions and {value} of its {} values",
            body.insts.len(),
            body.values.len()
        );
        errors.func(body.func, what);
    }
    errors.len() == before
}

/// `next` is the number the first result must have.
#[inline]
fn instruction(m: &Module, body: &Body<'_>, inst: &Inst, last: bool, next: u32) -> Check {
    let row = inst.op.row();
    if row.terminator != last {
        return Err(match last {
            true => "the last instruction of a block must be a terminator".into(),
            false => "a terminator must be the last instruction of its block".into(),
        });
    }
    if !row.args.allows(inst.num_args as usize) {
        return Err(format!("takes {} operands, not {}", row.args, inst.num_args));
    }
    if !row.results.allows(inst.num_results as usize) {
        return Err(format!("has {} results, not {}", row.results, inst.num_results));
    }
    if inst.num_results > 0 && inst.first_result != next {
        return Err(format!(
            "its first result is {}; values are numbered in order of appearance, so v{next}",
            inst.result()
        ));
    }
    let values = body.values.len() as u32;
    if let Some(v) = body.arg_words(inst).iter().find(|&&v| v >= values) {
        return Err(format!("operand v{v} does not exist"));
    }
    if inst.pos.index() >= m.positions.len() {
        return Err(format!("position {} does not exist", inst.pos));
    }
    aux(m, body, inst, row.aux)?;
    if row.imms {
        immediates(m, body, inst)
    } else if inst.op == Opcode::Jump {
        targets(body, inst)
    } else {
        Ok(())
    }
}

#[inline]
fn aux(m: &Module, body: &Body<'_>, inst: &Inst, aux: Aux) -> Check {
    let word = inst.aux;
    let known = |ok: bool, what: &str| if ok { Ok(()) } else { Err(format!("{what} {word} is unknown")) };
    match aux {
        Aux::None => {
            if word == 0 {
                Ok(())
            } else {
                Err(format!("its auxiliary word is {word} but its opcode has none"))
            }
        }
        Aux::Site => in_table("site", word, m.sites.len()),
        Aux::Func => in_table("function", word, m.funcs.len()),
        Aux::Global => in_table("global", word, m.globals.len()),
        Aux::Str => in_table("string", word, m.strings.len()),
        Aux::Type => in_table("type", word, m.types.len()),
        Aux::Block => in_table("block", word, body.blocks.len()),
        Aux::Unary => known(UnaryOp::from_number(word).is_some(), "unary operator"),
        Aux::Binary => known(BinaryOp::from_number(word).is_some(), "binary operator"),
        Aux::Compare => known(CompareOp::from_number(word).is_some(), "comparison"),
        Aux::Bounds => known(word < 8, "set of bounds"),
        Aux::Intrinsic => known(intrinsic::by_id(word).is_some(), "intrinsic"),
        Aux::Index | Aux::Select => Ok(()),
        Aux::Count => {
            if word < u32::from(inst.num_args) {
                Ok(())
            } else {
                Err(format!("{word} block arguments for the first target, but there are {}", inst.num_args - 1))
            }
        }
    }
}

fn immediates(m: &Module, body: &Body<'_>, inst: &Inst) -> Check {
    let imms = body.imms(inst);
    let length = |n: usize| {
        if imms.len() == n { Ok(()) } else { Err(format!("takes {n} immediates, not {}", imms.len())) }
    };
    match inst.op {
        Opcode::ConstInt | Opcode::ConstFloat => length(2),
        Opcode::MakeClosure => {
            length(1)?;
            in_table("function", imms[0], m.funcs.len())
        }
        Opcode::MethodValue => {
            length(2)?;
            in_table_or_none("function", imms[0], m.funcs.len())
        }
        Opcode::Branch => {
            length(2)?;
            targets(body, inst)
        }
        Opcode::Switch => {
            if imms.len() < 2 || !(imms.len() - 2).is_multiple_of(4) {
                return Err(format!("{} immediates are not two and four a case", imms.len()));
            }
            let args: u64 = u64::from(imms[1]) + imms[2..].chunks_exact(4).map(|case| u64::from(case[3])).sum::<u64>();
            if args + 1 != u64::from(inst.num_args) {
                return Err(format!("its targets take {args} block arguments, but there are {}", inst.num_args - 1));
            }
            targets(body, inst)
        }
        _ => Ok(()),
    }
}

/// Targets exist and are not the entry, and get as many arguments as they have parameters.
fn targets(body: &Body<'_>, inst: &Inst) -> Check {
    for (target, args) in body.targets(inst) {
        in_table("block", target.raw(), body.blocks.len())?;
        if target.raw() == 0 {
            return Err("the entry block cannot be a target".into());
        }
        let params = body.blocks[target.index()].num_params as usize;
        if params != args.len() {
            return Err(format!("passes {} arguments to {target}, which has {params} parameters", args.len()));
        }
    }
    Ok(())
}

/// The instruction that defines a value, for messages.
pub(super) fn definition<'m>(body: &Body<'m>, value: u32) -> Option<(InstId, &'m Inst)> {
    body.insts
        .iter()
        .enumerate()
        .find(|(_, inst)| inst.num_results > 0 && inst.results().any(|r| r.raw() == value))
        .map(|(n, inst)| (InstId::from_usize(n), inst))
}
