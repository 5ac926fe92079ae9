//! Functions and their bodies: one pass over the words.
//!
//! The loop over instructions is the decoder's cost. Nearly all of them go the way of [`super::quick`]; what is here reads the
//! others, word by word, from a packed copy of the opcode table ([`META`], eight bytes a row), and says what is wrong. Positions
//! for error messages are computed from what remains of the body.

use super::quick::{Cursor, Quick, SPARE};
use super::tables::acyclic;
use super::{FuncRow, Input, Plan, body_words};
use crate::control::Control;
use crate::entity::{BlockId, FuncId, NONE, Opt, PosId, StrId, TypeId, Value};
use crate::image::error::{ImageError, ImageErrorKind as Kind};
use crate::image::frame::{Noun, Section, as_words, word};
use crate::image::hash::Lanes;
use crate::image::section::module as sec;
use crate::ir::opcode::{Arity, Aux, TABLE};
use crate::ir::{BinaryOp, Block, CompareOp, Function, Inst, Opcode, Run, Types, UnaryOp};
use index_vec::IndexVec;

type Result<T> = std::result::Result<T, ImageError>;

/// Functions and all that their bodies fill.
#[derive(Debug)]
pub(super) struct Code {
    pub(super) funcs: IndexVec<FuncId, Function>,
    pub(super) blocks: Vec<Block>,
    pub(super) insts: Vec<Inst>,
    /// The types of values.
    pub(super) values: Vec<TypeId>,
    pub(super) pool: Vec<u32>,
}

/// What the loop needs of an opcode's row.
#[derive(Clone, Copy)]
struct Meta {
    op: Option<Opcode>,
    aux: u8,
    min_results: u8,
    max_results: u8,
    min_args: u16,
    max_args: u16,
}

const META: [Meta; 256] = {
    let none = Meta { op: None, aux: 0, min_results: 0, max_results: 0, min_args: 0, max_args: 0 };
    let mut table = [none; 256];
    let mut i = 0;
    while i < TABLE.len() {
        let row = &TABLE[i];
        let Arity { min, max } = row.results;
        table[row.op as usize] = Meta {
            op: Some(row.op),
            aux: row.aux as u8 | if row.imms { IMMS } else { 0 } | if row.terminator { TERMINATOR } else { 0 },
            min_results: if min > 255 { 255 } else { min as u8 },
            max_results: if max > 255 { 255 } else { max as u8 },
            min_args: row.args.min,
            max_args: row.args.max,
        };
        i += 1;
    }
    table
};
/// Bits of [`Meta::aux`] beside the meaning of `aux`.
const IMMS: u8 = 1 << 7;
const TERMINATOR: u8 = 1 << 6;
const AUX: usize = 31;
const _: () = assert!(size_of::<Meta>() == 8 && Aux::Intrinsic as usize <= AUX);

/// Number of legal `aux` words by their meaning; words of other meanings are the verifier's business.
fn aux_limits(input: &Input<'_>) -> [u64; AUX + 1] {
    let mut limits = [1 << 32; AUX + 1];
    for (aux, section) in [
        (Aux::Site, sec::SITES),
        (Aux::Func, sec::FUNCS),
        (Aux::Global, sec::GLOBALS),
        (Aux::Str, sec::STRINGS),
        (Aux::Type, sec::TYPES),
    ] {
        limits[aux as usize] = u64::from(input.count(section));
    }
    limits[Aux::Unary as usize] = UnaryOp::ALL.len() as u64;
    limits[Aux::Binary as usize] = BinaryOp::ALL.len() as u64;
    limits[Aux::Compare as usize] = CompareOp::ALL.len() as u64;
    limits[Aux::Bounds as usize] = 8;
    limits
}

/// Decodes section funcs and section bodies.
pub(super) fn bodies(input: &Input<'_>, plan: &Plan, types: &Types, control: Control<'_>) -> Result<Code> {
    let (section, bodies) = (input.section(sec::FUNCS), input.section(sec::BODIES));
    let limits = aux_limits(input);
    let mut decoder = Decoder {
        control,
        bodies,
        quick: Quick::new(&limits, input.count(sec::POSITIONS), input.count(sec::TYPES)),
        aux_limits: limits,
        types: input.count(sec::TYPES),
        positions: input.count(sec::POSITIONS),
        funcs: input.count(sec::FUNCS),
        code: Code {
            funcs: IndexVec::with_capacity(section.count as usize),
            blocks: Vec::with_capacity(plan.blocks),
            insts: Vec::with_capacity(plan.insts),
            values: Vec::with_capacity(plan.values + 1),
            pool: Vec::with_capacity(plan.pool + SPARE),
        },
    };
    debug_assert_eq!(types.len(), decoder.types as usize);
    let wrong_hash = |f: u32| {
        let row: FuncRow = section.row(f as usize);
        bodies.bad(row[9] as usize, 0, format!("the body of f{f} does not match its hash"))
    };
    let mut lanes = Lanes::new(control);
    let mut end = 0;
    for (index, row) in section.rows::<14>().enumerate() {
        let mut func = function(input, &section, index, &row)?;
        control.poll();
        let body = body_words(&section, &bodies, index, &row, end)?;
        let hash = u64::from(row[11]) | u64::from(row[12]) << 32;
        let code = &decoder.code;
        for (run, len) in [
            (&mut func.blocks, code.blocks.len()),
            (&mut func.insts, code.insts.len()),
            (&mut func.values, code.values.len()),
        ] {
            *run = Run { start: len as u32, len: 0 };
        }
        if body.is_empty() {
            if hash != 0 {
                return Err(section.bad(index, 11, format!("f{index} has a hash but no body")));
            }
        } else {
            lanes.push(index as u32, body, hash).map_err(wrong_hash)?;
            decoder.body(index, body, end, &mut func)?;
        }
        if func.recover.is_some() && func.recover.raw() >= func.blocks.len {
            return Err(section.bad(index, 6, Noun::BLOCK.missing(func.recover.raw(), func.blocks.len)));
        }
        decoder.code.funcs.push(func);
        end += body.len();
    }
    lanes.finish().map_err(wrong_hash)?;
    let funcs = &decoder.code.funcs;
    acyclic(&section, 4, Noun::FUNC, |f| funcs[FuncId::from_raw(f)].parent.raw())?;
    acyclic(&section, 5, Noun::FUNC, |f| funcs[FuncId::from_raw(f)].instance_of.raw())?;
    Ok(decoder.code)
}

/// A function's row but for what depends on its body.
fn function(input: &Input<'_>, section: &Section<'_>, index: usize, row: &FuncRow) -> Result<Function> {
    let [name, sig, flags, pos, parent, instance_of, recover, free_off, free_len, ..] = *row;
    section.id(index, 0, name, input.count(sec::STRINGS), Noun::STRING)?;
    section.id(index, 1, sig, input.count(sec::TYPES), Noun::TYPE)?;
    section.id(index, 3, pos, input.count(sec::POSITIONS), Noun::POSITION)?;
    section.optional_id(index, 4, parent, section.count, Noun::FUNC)?;
    section.optional_id(index, 5, instance_of, section.count, Noun::FUNC)?;
    if row[13] != 0 {
        return Err(section.bad(index, 13, "the reserved word of the row is not zero"));
    }
    Ok(Function {
        name: StrId::from_raw(name),
        sig: TypeId::from_raw(sig),
        flags,
        pos: PosId::from_raw(pos),
        parent: Opt::from_raw(parent),
        instance_of: Opt::from_raw(instance_of),
        recover: Opt::<BlockId>::from_raw(recover),
        free_off,
        free_len,
        blocks: Run::default(),
        insts: Run::default(),
        values: Run::default(),
    })
}

struct Decoder<'a> {
    control: Control<'a>,
    bodies: Section<'a>,
    quick: Quick,
    aux_limits: [u64; AUX + 1],
    types: u32,
    positions: u32,
    funcs: u32,
    code: Code,
}

/// What is being decoded, for messages.
#[derive(Clone, Copy)]
struct At {
    func: usize,
    /// Word of the section the body ends before.
    end: usize,
}

type Words<'a> = &'a [[u8; 4]];

impl Decoder<'_> {
    #[cold]
    fn error(&self, at: At, rest: Words<'_>, kind: Kind, message: String) -> ImageError {
        self.bodies.error(kind, (at.end - rest.len()) * 4, format!("f{}: {message}", at.func))
    }

    #[cold]
    fn bad(&self, at: At, rest: Words<'_>, message: impl Into<String>) -> ImageError {
        self.error(at, rest, Kind::Malformed, message.into())
    }

    /// The error for the first of some ids that is out of range. `rest` begins with them.
    #[cold]
    fn bad_id(&self, at: At, rest: Words<'_>, count: u32, noun: Noun) -> ImageError {
        let index = rest.iter().position(|&w| word(w) >= count).unwrap_or(0);
        self.bad(at, &rest[index..], noun.missing(word(rest[index]), count))
    }

    /// Appends the types of values and numbers them.
    fn values<'w>(&mut self, at: At, rest: Words<'w>, n: usize, cursor: &mut Cursor) -> Result<Words<'w>> {
        let Some((types, after)) = rest.split_at_checked(n) else {
            return Err(self.bad(at, rest, format!("the body ends within {n} types")));
        };
        if n > (cursor.num_values - cursor.value) as usize {
            return Err(self.bad(at, rest, "more values than the body's header announces"));
        }
        cursor.value += n as u32;
        for &ty in types {
            if word(ty) >= self.types {
                return Err(self.bad_id(at, rest, self.types, Noun::TYPE));
            }
            self.code.values.push(TypeId::from_raw(word(ty)));
        }
        Ok(after)
    }

    /// Decodes one body: the quick way, and again the slow way if there is anything wrong with it.
    fn body(&mut self, func: usize, body: Words<'_>, start: usize, row: &mut Function) -> Result<()> {
        let [num_blocks, num_insts, num_values] = [0, 1, 2].map(|i| word(body[i]));
        row.blocks.len = num_blocks;
        row.insts.len = num_insts;
        row.values.len = num_values;
        let at = At { func, end: start + body.len() };
        let code = &self.code;
        let [blocks, insts, values, pool] = [code.blocks.len(), code.insts.len(), code.values.len(), code.pool.len()];
        if self.quick.begin(num_values)
            && self.blocks(at, body, start, true).is_ok()
            && self.quick.fine(&self.code.values[values..])
        {
            return Ok(());
        }
        self.code.blocks.truncate(blocks);
        self.code.insts.truncate(insts);
        self.code.values.truncate(values);
        self.code.pool.truncate(pool);
        self.blocks(at, body, start, false)
    }

    /// Decodes the blocks of a body, whose header [`super::plan`] has found to fit it.
    fn blocks(&mut self, at: At, body: Words<'_>, start: usize, quick: bool) -> Result<()> {
        let section = as_words(self.bodies.bytes);
        let mut cursor = Cursor::new(start, [0, 1, 2].map(|i| word(body[i])));
        loop {
            self.control.poll();
            if cursor.left == 0 {
                if cursor.block == cursor.num_blocks {
                    break;
                }
                self.block(at, &body[cursor.at - start..], &mut cursor)?;
            }
            if quick {
                self.quick.blocks(section, &mut cursor, &mut self.code);
                if cursor.at > at.end || cursor.value > cursor.num_values {
                    return Err(self.bad(at, &[], "the quick way went too far"));
                }
                if cursor.left == 0 {
                    continue;
                }
            }
            cursor.left -= 1;
            let rest = self.inst(at, &body[cursor.at - start..], cursor.left == 0, &mut cursor)?;
            cursor.at = at.end - rest.len();
        }
        let Cursor { inst, num_insts, value, num_values, .. } = cursor;
        let (rest, insts_left, values_left) = (&body[cursor.at - start..], num_insts - inst, num_values - value);
        if insts_left != 0 || values_left != 0 {
            let message = format!("{insts_left} instructions and {values_left} values fewer than the header announces");
            return Err(self.bad(at, rest, message));
        }
        if !rest.is_empty() {
            return Err(self.bad(at, rest, format!("{} words after the last block", rest.len())));
        }
        Ok(())
    }

    /// Decodes the head of a block: how many parameters and instructions, and the parameters' types.
    fn block(&mut self, at: At, rest: Words<'_>, cursor: &mut Cursor) -> Result<()> {
        let block = cursor.block;
        let Some((&[num_params, n], after)) = rest.split_first_chunk::<2>() else {
            return Err(self.bad(at, rest, format!("the body ends before block b{block}")));
        };
        let (num_params, n) = (word(num_params), word(n));
        if n == 0 {
            return Err(self.bad(at, rest, format!("block b{block} is empty")));
        }
        if n > cursor.num_insts - cursor.inst {
            return Err(self.bad(at, rest, "more instructions than the body's header announces"));
        }
        self.code.blocks.push(cursor.begin(num_params, n));
        let rest = self.values(at, after, num_params as usize, cursor)?;
        cursor.at = at.end - rest.len();
        Ok(())
    }

    fn inst<'w>(&mut self, at: At, start: Words<'w>, last: bool, cursor: &mut Cursor) -> Result<Words<'w>> {
        let Some((&[head, pos], mut rest)) = start.split_first_chunk::<2>() else {
            return Err(self.bad(at, start, "the body ends within a block"));
        };
        let [number, num_results, lo, hi] = head;
        let num_args = u16::from_le_bytes([lo, hi]);
        let meta = META[number as usize];
        let Some(op) = meta.op else {
            return Err(self.error(at, start, Kind::UnknownOpcode, format!("opcode {number} does not exist")));
        };
        if num_args < meta.min_args || num_args > meta.max_args {
            let message = format!("{num_args} operands of {}, which takes {}", op.row().name, op.row().args);
            return Err(self.bad(at, start, message));
        }
        if num_results < meta.min_results || num_results > meta.max_results {
            let message = format!("{num_results} results of {}, which has {}", op.row().name, op.row().results);
            return Err(self.bad(at, start, message));
        }
        if (meta.aux & TERMINATOR != 0) != last {
            let name = op.row().name;
            return Err(self.bad(at, start, if last { missing(name) } else { early(name) }));
        }
        let pos = word(pos);
        if pos >= self.positions {
            return Err(self.bad(at, &start[1..], Noun::POSITION.missing(pos, self.positions)));
        }
        let mut aux = 0;
        let meaning = meta.aux as usize & AUX;
        if meaning != Aux::None as usize {
            let Some((&w, after)) = rest.split_first() else {
                return Err(self.bad(at, rest, "the body ends within an instruction"));
            };
            aux = word(w);
            if u64::from(aux) >= self.aux_limits[meaning] || (op == Opcode::Jump && aux >= cursor.num_blocks) {
                return Err(self.bad_aux(at, rest, op, aux, cursor.num_blocks));
            }
            rest = after;
        }
        let Some((args, after)) = rest.split_at_checked(num_args as usize) else {
            return Err(self.bad(at, rest, format!("the body ends within the operands of {}", op.row().name)));
        };
        let args_start = self.code.pool.len() as u32;
        for &arg in args {
            if word(arg) >= cursor.num_values {
                return Err(self.bad_id(at, rest, cursor.num_values, Noun::VALUE));
            }
            self.code.pool.push(word(arg));
        }
        rest = after;
        if meta.aux & IMMS != 0 {
            rest = self.imms(at, rest, op, cursor.num_blocks)?;
        }
        self.code.insts.push(Inst {
            op,
            num_results,
            num_args,
            args: args_start,
            first_result: if num_results == 0 { 0 } else { cursor.value },
            aux,
            pos: PosId::from_raw(pos),
        });
        self.values(at, rest, num_results as usize, cursor)
    }

    #[cold]
    fn bad_aux(&self, at: At, rest: Words<'_>, op: Opcode, aux: u32, num_blocks: u32) -> ImageError {
        let row = op.row();
        let limit = self.aux_limits[row.aux as usize] as u32;
        let message = match row.aux {
            Aux::Site => Noun::SITE.missing(aux, limit),
            Aux::Func => Noun::FUNC.missing(aux, limit),
            Aux::Global => Noun::GLOBAL.missing(aux, limit),
            Aux::Str => Noun::STRING.missing(aux, limit),
            Aux::Type => Noun::TYPE.missing(aux, limit),
            Aux::Block => Noun::BLOCK.missing(aux, num_blocks),
            Aux::Bounds => format!("bounds {aux} of slice; there are three bits"),
            _ => format!("operator {aux} of {} does not exist", row.name),
        };
        self.bad(at, rest, message)
    }

    /// Appends the immediates of an instruction, count first.
    fn imms<'w>(&mut self, at: At, rest: Words<'w>, op: Opcode, num_blocks: u32) -> Result<Words<'w>> {
        let Some((imms, after)) = rest.split_first().and_then(|(&n, words)| words.split_at_checked(word(n) as usize))
        else {
            return Err(self.bad(at, rest, format!("the body ends within the immediates of {}", op.row().name)));
        };
        let n = imms.len();
        let count = |ok: bool| {
            if ok { Ok(()) } else { Err(self.bad(at, rest, format!("{n} immediates of {}", op.row().name))) }
        };
        let check = |index: usize, limit: u32, noun: Noun| {
            if word(imms[index]) < limit { Ok(()) } else { Err(self.bad_id(at, &rest[1 + index..], limit, noun)) }
        };
        match op {
            Opcode::MakeClosure => {
                count(n == 1)?;
                check(0, self.funcs, Noun::FUNC)?;
            }
            Opcode::MethodValue => {
                count(n == 2)?;
                if word(imms[0]) != NONE {
                    check(0, self.funcs, Noun::FUNC)?;
                }
            }
            Opcode::Branch => {
                count(n == 2)?;
                check(0, num_blocks, Noun::BLOCK)?;
                check(1, num_blocks, Noun::BLOCK)?;
            }
            Opcode::Switch => {
                count(n >= 2 && (n - 2).is_multiple_of(4))?;
                check(0, num_blocks, Noun::BLOCK)?;
                (4..n).step_by(4).try_for_each(|case| check(case, num_blocks, Noun::BLOCK))?;
            }
            _ => count(n == 2)?,
        }
        self.code.pool.push(n as u32);
        imms.iter().for_each(|&w| self.code.pool.push(word(w)));
        Ok(after)
    }
}

#[cold]
fn missing(name: &str) -> String {
    format!("a block ends in {name}, which is no terminator")
}

#[cold]
fn early(name: &str) -> String {
    format!("{name} ends its block, but instructions follow")
}

const _: () = assert!(size_of::<Value>() == 4, "operands are stored as the image has them");
