//! The shape of a body: blocks, terminators, numbering, counts and ids, so that all later checks may index freely.

use super::error::{Check, Errors, Message, fail, in_table, in_table_or_none};
use crate::entity::{BlockId, InstId};
use crate::ir::intrinsic;
use crate::ir::module::{Body, Inst, Module};
use crate::ir::opcode::{Aux, Opcode, TABLE};
use crate::ir::{BinaryOp, CompareOp, UnaryOp};

/// What a body looks like from outside; says whether its instructions can be looked at one by one.
pub(super) fn frame(m: &Module, body: &Body<'_>, errors: &mut Errors<'_>) -> bool {
    let before = errors.len();
    let row = &m.funcs[body.func];
    if row.is_external() != body.blocks.is_empty() {
        let what = if row.is_external() { "it is external but has a body" } else { "it has no block" };
        errors.func(body.func, Message::from(what));
    }
    if let Err(message) = in_table_or_none("recover block", row.recover.raw(), body.blocks.len()) {
        errors.func(body.func, message);
    }
    let types = m.types.len() as u32;
    // The difference is negative exactly if the type does not exist, as there are less than half of 2^32 of them.
    let beyond =
        body.values.iter().fold(0, |beyond, ty| beyond | ty.raw() | types.wrapping_sub(1).wrapping_sub(ty.raw()));
    if beyond >> 31 != 0
        && let Some(v) = body.values.iter().position(|ty| ty.raw() >= types)
    {
        errors.func(body.func, Message::from(format!("v{v} has type {}, which does not exist", body.values[v])));
    }
    let mut inst = 0_u32;
    for (index, block) in body.blocks.iter().enumerate() {
        let id = BlockId::from_usize(index);
        if block.first_inst != inst || block.num_insts as usize > body.insts.len() - inst as usize {
            errors.block(body.func, id, Message::from("its instructions do not follow those of the block before"));
            return false;
        }
        if block.num_insts == 0 {
            errors.block(body.func, id, Message::from("it is empty"));
        }
        inst += block.num_insts;
    }
    if inst as usize != body.insts.len() {
        let what = format!("its blocks hold {inst} of its {} instructions", body.insts.len());
        errors.func(body.func, Message::from(what));
    }
    errors.len() == before
}

/// What the walk knows of an opcode: its row, packed so that all opcodes fit a few cache lines.
#[derive(Clone, Copy)]
struct Shape {
    args: (u16, u16),
    results: (u8, u8),
    aux: Aux,
    terminator: bool,
    targets: bool,
    imms: bool,
}

static SHAPES: [Shape; 128] = {
    let none = Shape { args: (1, 0), results: (1, 0), aux: Aux::None, terminator: false, targets: false, imms: false };
    let mut shapes = [none; 128];
    let mut i = 0;
    while i < TABLE.len() {
        let row = &TABLE[i];
        let most = if row.results.max > 255 { 255 } else { row.results.max as u8 };
        shapes[row.op as usize] = Shape {
            args: (row.args.min, row.args.max),
            results: (row.results.min as u8, most),
            aux: row.aux,
            terminator: row.terminator,
            targets: matches!(row.op, Opcode::Jump | Opcode::Branch | Opcode::Switch),
            imms: row.imms,
        };
        i += 1;
    }
    shapes
};

/// Whether an opcode makes storage.
#[inline]
pub(super) fn makes(op: Opcode) -> bool {
    matches!(SHAPES[op as usize & 127].aux, Aux::Site)
}

/// How many values the auxiliary word may have, by its meaning.
pub(super) struct Limits([u32; AUX_KINDS]);

const AUX_KINDS: usize = Aux::Intrinsic as usize + 1;

impl Limits {
    pub(super) fn new(m: &Module) -> Self {
        let mut limits = [u32::MAX; AUX_KINDS];
        for (aux, count) in [
            (Aux::None, 1),
            (Aux::Site, m.sites.len()),
            (Aux::Func, m.funcs.len()),
            (Aux::Global, m.globals.len()),
            (Aux::Str, m.strings.len()),
            (Aux::Type, m.types.len()),
            (Aux::Unary, UnaryOp::ALL.len()),
            (Aux::Binary, BinaryOp::ALL.len()),
            (Aux::Compare, CompareOp::ALL.len()),
            (Aux::Bounds, 8),
            (Aux::Intrinsic, intrinsic::TABLE.len() + 1),
        ] {
            limits[aux as usize] = count as u32;
        }
        Self(limits)
    }

    pub(super) const fn of(&self, aux: Aux) -> u32 {
        self.0[aux as usize]
    }
}

/// `first` is the number the first result must have.
#[inline]
pub(super) fn instruction(body: &Body<'_>, limits: &Limits, inst: &Inst, last: bool, first: u32) -> Check {
    let shape = &SHAPES[inst.op as usize & 127];
    let (args, results) = (inst.num_args, inst.num_results);
    let fits = shape.terminator == last
        && args >= shape.args.0
        && args <= shape.args.1
        && results >= shape.results.0
        && results <= shape.results.1
        && (results == 0 || inst.first_result == first)
        && first as usize + results as usize <= body.values.len()
        && inst.aux < limits.0[shape.aux as usize];
    if !fits {
        return misfit(body, inst, last, first);
    }
    let values = body.values.len() as u32;
    for &v in body.arg_words(inst) {
        if v >= values {
            return fail(format!("operand v{v} does not exist"));
        }
    }
    if shape.imms {
        immediates(body, inst, limits)?;
    }
    if shape.targets { targets(body, inst) } else { Ok(()) }
}

/// Says what does not fit.
#[cold]
fn misfit(body: &Body<'_>, inst: &Inst, last: bool, first: u32) -> Check {
    let row = inst.op.row();
    let word = inst.aux;
    if row.terminator != last {
        return fail(match last {
            true => "the last instruction of a block must be a terminator",
            false => "a terminator must be the last instruction of its block",
        });
    }
    if !row.args.allows(inst.num_args as usize) {
        return fail(format!("takes {} operands, not {}", row.args, inst.num_args));
    }
    if !row.results.allows(inst.num_results as usize) {
        return fail(format!("has {} results, not {}", row.results, inst.num_results));
    }
    if inst.num_results > 0 && inst.first_result != first {
        let got = inst.result();
        return fail(format!("its first result is {got}; values are numbered in order of appearance, so v{first}"));
    }
    if first as usize + inst.num_results as usize > body.values.len() {
        return fail(format!("its results go beyond the {} values of the function", body.values.len()));
    }
    let what = match row.aux {
        Aux::None => return fail(format!("its auxiliary word is {word} but its opcode has none")),
        Aux::Site => "site",
        Aux::Func => "function",
        Aux::Global => "global",
        Aux::Str => "string",
        Aux::Type => "type",
        Aux::Unary => "unary operator",
        Aux::Binary => "binary operator",
        Aux::Compare => "comparison",
        Aux::Bounds => "set of bounds",
        Aux::Intrinsic => "intrinsic",
        Aux::Block | Aux::Index | Aux::Select | Aux::Count => "auxiliary word",
    };
    fail(format!("{what} {word} does not exist"))
}

fn immediates(body: &Body<'_>, inst: &Inst, limits: &Limits) -> Check {
    let funcs = limits.0[Aux::Func as usize] as usize;
    let imms = body.imms(inst);
    let length = |n: usize| {
        if imms.len() == n { Ok(()) } else { fail(format!("takes {n} immediates, not {}", imms.len())) }
    };
    match inst.op {
        Opcode::ConstInt | Opcode::ConstFloat => length(2),
        Opcode::MakeClosure => {
            length(1)?;
            in_table("function", imms[0], funcs)
        }
        Opcode::MethodValue => {
            length(2)?;
            in_table_or_none("function", imms[0], funcs)
        }
        Opcode::Branch => {
            length(2)?;
            if inst.aux < u32::from(inst.num_args) {
                return Ok(());
            }
            let (first, all) = (inst.aux, inst.num_args - 1);
            fail(format!("{first} block arguments for the first target, but there are {all}"))
        }
        Opcode::Switch => {
            if imms.len() < 2 || !(imms.len() - 2).is_multiple_of(4) {
                return fail(format!("{} immediates are not two and four a case", imms.len()));
            }
            let args: u64 = u64::from(imms[1]) + imms[2..].chunks_exact(4).map(|case| u64::from(case[3])).sum::<u64>();
            if args + 1 != u64::from(inst.num_args) {
                return fail(format!("its targets take {args} block arguments, but there are {}", inst.num_args - 1));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Targets exist and are not the entry, and get as many arguments as they have parameters.
fn targets(body: &Body<'_>, inst: &Inst) -> Check {
    for (target, args) in body.targets(inst) {
        in_table("block", target.raw(), body.blocks.len())?;
        if target.raw() == 0 {
            return fail("the entry block cannot be a target");
        }
        let params = body.blocks[target.index()].num_params as usize;
        if params != args.len() {
            return fail(format!("passes {} arguments to {target}, which has {params} parameters", args.len()));
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
