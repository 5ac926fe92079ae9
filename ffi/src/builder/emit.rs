//! Instructions.

use super::body::{Part, outlive_body, with};
use super::entities::{Entity as _, outlive_aux, outlive_inst, outlive_type, outlive_value};
use super::fit::Fit;
use super::{Draft, MOST, bad_argument, bad_entity, limit};
use crate::error::outlive_error;
use crate::growable::{self, Growable, array};
use crate::guard::Failure;
use crate::status::{OUTLIVE_E_LIMIT, OUTLIVE_E_UNKNOWN_OPCODE, outlive_status};
use outlive_core::entity::{BlockId, InstId, NONE, SiteId, TypeId, Value};
use outlive_core::ir::opcode::Aux;
use outlive_core::ir::{BinaryOp, CompareOp, Opcode, UnaryOp, intrinsic};
use std::mem::offset_of;

/// An instruction to be added. Start from zeroes and `struct_size`. `docs/ir.md` says for each opcode what `aux`, operands, immediates
/// and results are. All that it points to is copied.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct outlive_instruction {
    /// `sizeof(outlive_instruction)` as the client was compiled.
    pub struct_size: u32,
    /// The opcode: `OUTLIVE_OP_...`.
    pub op: u32,
    /// What it names beside its operands, made by `outlive_aux_number` and its neighbours; all zero where the opcode has no such thing.
    pub aux: outlive_aux,
    /// Its operands.
    pub args: *const outlive_value,
    /// Number of them, at most 65,535.
    pub num_args: usize,
    /// Its immediates. Blocks and functions are given by `id`.
    pub imms: *const u32,
    /// Number of them.
    pub num_imms: usize,
    /// The types of its results.
    pub types: *const outlive_type,
    /// Number of results, at most 255.
    pub num_types: usize,
}

// SAFETY: numbers and pointers.
unsafe impl Growable for outlive_instruction {
    const FIRST_SIZE: usize = offset_of!(Self, num_types) + size_of::<usize>();
}

/// Appends an instruction to the current block. Its results are written to `results`, which has room for `num_types` of them and may be
/// NULL; its handle, for attributes, to `inst`, which may be NULL as well.
///
/// Fails with `OUTLIVE_E_UNKNOWN_OPCODE`; with `OUTLIVE_E_BAD_ENTITY` if it names something that is not there, or of another builder or
/// body; with `OUTLIVE_E_BAD_TYPE` if a type does not fit; with `OUTLIVE_E_BAD_ARGUMENT` if counts do not fit its opcode, its block has
/// its terminator already, or its site is made elsewhere; with `OUTLIVE_E_LIMIT`, `_UNSUPPORTED`, `_FINISHED` or `_INTERNAL`. Then nothing
/// is added.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_body_emit(
    body: *mut outlive_body,
    instruction: *const outlive_instruction,
    results: *mut outlive_value,
    inst: *mut outlive_inst,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let run = |draft: &mut Draft, part: &mut Part| {
        // SAFETY: readable for its size, as the header demands.
        let given = unsafe { growable::read(instruction, "instruction") }?;
        // SAFETY: readable, as the header demands.
        let (args, imms, types) = unsafe {
            (
                array(given.args, given.num_args, "instruction.args")?,
                array(given.imms, given.num_imms, "instruction.imms")?,
                array(given.types, given.num_types, "instruction.types")?,
            )
        };
        let op = u8::try_from(given.op).ok().and_then(Opcode::from_number);
        let op =
            op.ok_or_else(|| Failure::new(OUTLIVE_E_UNKNOWN_OPCODE, format!("opcode {} is not known", given.op)))?;
        let aux = part.aux(draft, op, given.aux)?;
        if types.len() > 255 {
            return Err(many(op, types.len(), "results", 255));
        }
        part.types.clear();
        for &ty in types {
            part.types.push(draft.ty(ty)?);
        }
        let made = part.emit(draft, op, aux, args, imms)?;
        // SAFETY: NULL or writable, as the header demands.
        unsafe { part.hand_out(made, results, inst) };
        Ok(())
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { with(body, error, run) }
}

#[cold]
fn many(op: Opcode, found: usize, what: &str, most: usize) -> Failure {
    Failure::new(OUTLIVE_E_LIMIT, format!("{}: {found} {what} exceed the limit of {most}", op.row().name))
}

/// What an instruction added has made: its number and that of its first result.
#[derive(Clone, Copy)]
pub(super) struct Made {
    inst: InstId,
    first: u32,
    results: usize,
}

impl Made {
    /// With at most so many results.
    pub(super) fn at_most(self, results: usize) -> Self {
        Self { results: self.results.min(results), ..self }
    }
}

impl Part {
    /// Writes the handles of an instruction and its results, where they are asked for.
    ///
    /// # Safety
    /// `results` is NULL or has room for all of them; `inst` is NULL or writable.
    pub(super) unsafe fn hand_out(&self, made: Made, results: *mut outlive_value, inst: *mut outlive_inst) {
        // SAFETY: passed on to the caller.
        unsafe {
            if !results.is_null() {
                for n in 0..made.results {
                    results.add(n).write(outlive_value::new(made.first + n as u32, self.stamp));
                }
            }
            if !inst.is_null() {
                inst.write(outlive_inst::new(made.inst.raw(), self.stamp));
            }
        }
    }

    /// The auxiliary word, if it names something that is there.
    fn aux(&mut self, draft: &Draft, op: Opcode, aux: outlive_aux) -> Result<u32, Failure> {
        let name = op.row().name;
        match op.row().aux {
            Aux::None => aux.number(1, format_args!("aux of {name}")),
            Aux::Site => draft.site(aux.entity()).map(SiteId::raw),
            Aux::Func => draft.func(aux.entity()).map(|func| func.raw()),
            Aux::Global => draft.global(aux.entity()).map(|global| global.raw()),
            Aux::Type => draft.ty(aux.entity()).map(TypeId::raw),
            Aux::Block => self.block(aux.entity()).map(BlockId::raw),
            Aux::Str => aux.number(draft.module.strings().len() as u32, "string"),
            Aux::Unary => aux.number(UnaryOp::ALL.len() as u32, "unary operator"),
            Aux::Binary => aux.number(BinaryOp::ALL.len() as u32, "binary operator"),
            Aux::Compare => aux.number(CompareOp::ALL.len() as u32, "comparison"),
            Aux::Bounds => aux.number(8, "set of bounds"),
            Aux::Intrinsic => aux.number(intrinsic::TABLE.len() as u32 + 1, "intrinsic"),
            Aux::Index | Aux::Select | Aux::Count => aux.number(u32::MAX, "number"),
        }
    }

    /// Appends an instruction whose result types are in `self.types`, and whose `aux` names something that is there.
    pub(super) fn emit(
        &mut self,
        draft: &mut Draft,
        op: Opcode,
        aux: u32,
        args: &[outlive_value],
        imms: &[u32],
    ) -> Result<Made, Failure> {
        let (stamp, func) = (self.stamp, self.func);
        self.args.clear();
        let Self { draft: Some(body), args: values, types, .. } = self else { return Err(super::finished()) };
        if body.num_blocks() == 0 {
            return Err(bad_argument(format!("{}: there is no block to append it to", op.row().name)));
        }
        if let Some(last) = body.last(body.current())
            && last.row().terminator
        {
            let (block, name, last) = (body.current(), op.row().name, last.row().name);
            return Err(bad_argument(format!("{name}: block {block} has its terminator already, a {last}")));
        }
        let row = op.row();
        if args.len() > usize::from(u16::MAX) {
            return Err(many(op, args.len(), "operands", usize::from(u16::MAX)));
        }
        if !row.args.allows(args.len()) {
            return Err(bad_argument(format!("{} takes {} operands, not {}", row.name, row.args, args.len())));
        }
        if !row.results.allows(types.len()) {
            return Err(bad_argument(format!("{} has {} results, not {}", row.name, row.results, types.len())));
        }
        if !row.imms && !imms.is_empty() {
            return Err(bad_argument(format!("{} takes no immediates", row.name)));
        }
        let count = body.values().len();
        for &arg in args {
            values.push(Value::from_raw(arg.check(stamp, count)?));
        }
        let fit = Fit { draft, values: body.values(), func, op, aux, args: values, imms, results: types };
        fit.check()?;
        if row.imms {
            immediates(&fit)?;
        }
        match op {
            Opcode::Jump => target(&fit, body, aux, 0, args.len())?,
            Opcode::Branch => {
                let first = aux as usize;
                target(&fit, body, imms[0], 1, first)?;
                target(&fit, body, imms[1], 1 + first, args.len() - 1 - first)?;
            }
            Opcode::Switch => {
                let mut at = 1;
                let heads = [(imms[0], imms[1])].into_iter();
                for (block, n) in heads.chain(imms[2..].chunks_exact(4).map(|case| (case[2], case[3]))) {
                    target(&fit, body, block, at, n as usize)?;
                    at += n as usize;
                }
            }
            _ => {}
        }
        if row.makes() {
            makes(draft, func, op, aux)?;
        }
        let words = (args.len() + imms.len() + usize::from(row.imms)) as u64;
        let results = types.len();
        draft.admit_inst(words, results as u64)?;
        if row.makes() {
            draft.made[aux as usize] = true;
            self.sites.push(SiteId::from_raw(aux));
        }
        self.spent.insts += 1;
        self.spent.words += words;
        self.spent.values += results as u64;
        self.spent.bytes += inst_bytes(words, results as u64);
        let inst = body.emit(op, aux, values, imms, types);
        Ok(Made { inst, first: count as u32, results })
    }
}

/// Bytes an instruction is estimated to need, in its body and in the module.
const fn inst_bytes(words: u64, results: u64) -> u64 {
    48 + 8 * words + 12 * results
}

impl Draft {
    /// Counts an instruction against the limits.
    fn admit_inst(&mut self, words: u64, results: u64) -> Result<(), Failure> {
        let spent = self.spent;
        for (sum, what, most) in [
            (spent.insts + 1, "instructions", self.max_instructions),
            (spent.words + words, "words of operands", MOST),
            (spent.values + results, "values", MOST),
        ] {
            if sum > most {
                return Err(limit(sum, what, most));
            }
        }
        self.spend(inst_bytes(words, results))?;
        self.spent.insts += 1;
        self.spent.words += words;
        self.spent.values += results;
        Ok(())
    }
}

/// The site of a maker is of its function, of a kind its opcode makes, and made nowhere else.
fn makes(draft: &Draft, func: outlive_core::entity::FuncId, op: Opcode, site: u32) -> Result<(), Failure> {
    let row = &draft.module.sites()[SiteId::from_raw(site)];
    if row.func != func {
        return Err(bad_entity(format!("site s{site} is of {}, not of {func}", draft.show_func(row.func))));
    }
    if !row.kind.made_by(op) {
        return Err(bad_argument(format!("{} cannot make site s{site} of kind {}", op.row().name, row.kind.name())));
    }
    if draft.made[site as usize] {
        return Err(bad_argument(format!("site s{site} has another maker")));
    }
    Ok(())
}

/// Numbers and meanings of immediates.
fn immediates(fit: &Fit<'_>) -> Result<(), Failure> {
    let (imms, name) = (fit.imms, fit.op.row().name);
    let length = |n: usize| {
        if imms.len() == n {
            Ok(())
        } else {
            Err(bad_argument(format!("{name} takes {n} immediates, not {}", imms.len())))
        }
    };
    let func = |word: u32| {
        let count = fit.draft.module.funcs().len();
        if (word as usize) < count {
            Ok(())
        } else {
            Err(bad_entity(format!("{name}: function f{word} does not exist")))
        }
    };
    match fit.op {
        Opcode::ConstInt | Opcode::ConstFloat => length(2),
        Opcode::MakeClosure => {
            length(1)?;
            func(imms[0])?;
            fit.bindings()
        }
        Opcode::MethodValue => {
            length(2)?;
            if imms[0] == NONE { Ok(()) } else { func(imms[0]) }
        }
        Opcode::Branch => {
            length(2)?;
            if (fit.aux as usize) < fit.args.len() {
                return Ok(());
            }
            let all = fit.args.len() - 1;
            Err(bad_argument(format!("{name}: {} arguments for the first target, but there are {all}", fit.aux)))
        }
        Opcode::Switch => {
            if imms.len() < 2 || !(imms.len() - 2).is_multiple_of(4) {
                return Err(bad_argument(format!("{name}: {} immediates are not two and four a case", imms.len())));
            }
            let cases = imms[2..].chunks_exact(4).map(|case| u64::from(case[3]));
            let args = u64::from(imms[1]) + cases.sum::<u64>();
            if args + 1 == fit.args.len() as u64 {
                return Ok(());
            }
            let given = fit.args.len() - 1;
            Err(bad_argument(format!("{name}: its targets take {args} arguments, but there are {given}")))
        }
        _ => Ok(()),
    }
}

/// A target: a block that is there and is not the entry, and gets as many arguments as it has parameters.
fn target(
    fit: &Fit<'_>,
    body: &outlive_core::ir::BodyBuilder,
    block: u32,
    first: usize,
    count: usize,
) -> Result<(), Failure> {
    let name = fit.op.row().name;
    let Some(params) = body.params(BlockId::from_raw(block)) else {
        return Err(bad_entity(format!("{name}: block b{block} does not exist")));
    };
    if block == 0 {
        return Err(bad_argument(format!("{name}: nothing goes to block b0, the entry")));
    }
    if params.len() != count {
        let wanted = params.len();
        return Err(bad_argument(format!(
            "{name}: {count} arguments for block b{block}, which has {wanted} parameters"
        )));
    }
    fit.passed(first, params)
}
