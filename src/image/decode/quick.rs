//! The quick way through a body: no branch that depends on which instruction it is.
//!
//! Which instruction comes next follows no pattern a processor could learn, and a wrong guess costs as much as decoding one. So
//! this looks at a window of words, computes where operands and the type of a result lie, and copies as many words as there
//! could be; masks say which of them count. What is unusual (many operands, several results, the very end of the section) is left
//! to the slow way.
//!
//! Ids of values and of types are not compared one by one: `x` is below `n` where neither `x` nor `n - 1 - x` is negative, so
//! the signs of all of them are gathered, and looked at when the body is done ([`Quick::fine`]). Where that finds anything the body is decoded
//! again, all of it the slow way, which knows how to say what is wrong and where.

use super::bodies::Code;
use crate::control::STEPS;
use crate::entity::{PosId, TypeId};
use crate::image::frame::word;
use crate::ir::opcode::{Aux, TABLE};
use crate::ir::{Block, Inst, Opcode};

/// Words looked at: head, position, `aux`, operands or immediates with their count, a result's type.
const WINDOW: usize = 8;
/// Words copied to the pool: operands, or immediates with their count.
const COPIED: usize = 4;
/// Words of two immediates with their count.
const IMMS: usize = 3;
/// Words of a body before its first block.
const HEADER: usize = 3;

/// By the number of operands: which of the words copied are some.
static IS_ARG: [[u32; COPIED]; 4] = [[0; 4], [!0, 0, 0, 0], [!0, !0, 0, 0], [!0, !0, !0, 0]];

/// What is asked of an opcode.
#[derive(Clone, Copy)]
struct Row {
    /// The head with the fewest operands and results, and the bits by which it may not be larger.
    head: u32,
    fixed: u32,
    /// All bits if there is an `aux`, else none; the largest legal one.
    aux: u32,
    last_aux: u32,
    /// All bits if there are immediates, else none.
    imms: u32,
    op: Opcode,
}

/// Room at the end of the pool for what is copied in vain.
pub(super) const SPARE: usize = COPIED;

/// The opcodes, with the limits of one image; what has been gathered of one body.
pub(super) struct Quick {
    rows: [Row; 256],
    positions: u32,
    last_type: u32,
    last_value: u32,
    /// Negative if an operand is none of the body's values.
    args: [u32; COPIED],
}

/// Where in a body the decoder is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor {
    /// The next word in the section.
    pub(super) at: usize,
    /// The next value.
    pub(super) value: u32,
    pub(super) num_values: u32,
    /// The next block, and how many there are.
    pub(super) block: u32,
    pub(super) num_blocks: u32,
    /// The first instruction of the next block, and how many there are.
    pub(super) inst: u32,
    pub(super) num_insts: u32,
    /// Instructions to the end of the block begun last.
    pub(super) left: u32,
}

impl Cursor {
    /// At the first block of a body that begins at a word of the section, given its header.
    pub(super) fn new(start: usize, [num_blocks, num_insts, num_values]: [u32; 3]) -> Self {
        Self { at: start + HEADER, value: 0, num_values, block: 0, num_blocks, inst: 0, num_insts, left: 0 }
    }

    /// Begins a block of `n` instructions, at least one and no more than there are left.
    #[inline(always)]
    pub(super) fn begin(&mut self, num_params: u32, n: u32) -> Block {
        let first_param = if num_params == 0 { 0 } else { self.value };
        let block = Block { first_inst: self.inst, num_insts: n, first_param, num_params };
        self.block += 1;
        self.inst += n;
        self.left = n;
        block
    }
}

/// Negative, as a signed number, unless `x <= last`.
#[inline(always)]
const fn beyond(x: u32, last: u32) -> u32 {
    x | last.wrapping_sub(x)
}

impl Quick {
    /// `aux_limits` are by the meaning of `aux`.
    pub(super) fn new(aux_limits: &[u64], positions: u32, types: u32) -> Self {
        let none = Row { head: 0, fixed: u32::MAX, aux: 0, last_aux: 0, imms: 0, op: Opcode::Unreachable };
        let mut rows = [none; 256];
        for row in TABLE {
            let (args, results) = (row.args.min, row.results.min);
            let imms = matches!(row.op, Opcode::ConstInt | Opcode::ConstFloat);
            let has_aux = row.aux != Aux::None;
            // Nothing is legal in an empty table.
            let last_aux = if has_aux { aux_limits[row.aux as usize].checked_sub(1) } else { Some(0) };
            let unusual = row.terminator || row.imms != imms || args > 3 || results > 1;
            let Some(last_aux) = last_aux.filter(|_| !unusual) else { continue };
            // Bits, so that one mask tells: 0 to 3 operands, or 0 or 1, or 2 or 3.
            let more_args = match (args, row.args.max - args) {
                (0, 3..) => 3,
                (0 | 2, 1..) => 1,
                _ => 0,
            };
            let more = more_args << 16 | u32::from(results == 0 && row.results.max > 0) << 8;
            rows[row.op as usize] = Row {
                head: row.op as u32 | u32::from(results) << 8 | u32::from(args) << 16,
                fixed: !more,
                aux: if has_aux { u32::MAX } else { 0 },
                last_aux: last_aux as u32,
                imms: if imms { u32::MAX } else { 0 },
                op: row.op,
            };
        }
        Self { rows, positions, last_type: types.wrapping_sub(1), last_value: 0, args: [0; COPIED] }
    }

    /// Begins a body, and says whether it is one for the quick way.
    pub(super) fn begin(&mut self, num_values: u32) -> bool {
        (self.last_value, self.args) = (num_values.wrapping_sub(1), [0; COPIED]);
        num_values > 0
    }

    /// Whether all that was decoded since [`Self::begin`] is in order; `types` are those of the body's values.
    pub(super) fn fine(&self, types: &[TypeId]) -> bool {
        let bad = types.iter().fold(0, |bad, ty| bad | beyond(ty.raw(), self.last_type));
        self.args.iter().fold(bad, |bad, arg| bad | arg) >> 31 == 0
    }

    /// Decodes from `cursor` on, through as many blocks without parameters as come, but no more than some [`STEPS`]. Where it
    /// stops within a block the next instruction is the slow way's business, and where it stops after one the next block is.
    #[inline(never)]
    pub(super) fn blocks(&mut self, words: &[[u8; 4]], cursor: &mut Cursor, code: &mut Code) {
        let mut at = *cursor;
        let enough = code.insts.len() + STEPS;
        while at.left > 0 && code.insts.len() < enough {
            self.insts(words, &mut at, code);
            if at.left != 1 || self.terminator(words, &mut at, code).is_none() {
                break;
            }
            at.left = 0;
            let Some(&[num_params, n]) = words.get(at.at..).and_then(|words| words.first_chunk::<2>()) else { break };
            let n = word(n);
            if word(num_params) != 0 || n == 0 || n > at.num_insts - at.inst || at.block == at.num_blocks {
                break;
            }
            code.blocks.push(at.begin(0, n));
            at.at += 2;
        }
        *cursor = at;
    }

    /// Decodes instructions of a block but for its last, no more than [`STEPS`].
    #[inline(always)]
    fn insts(&mut self, words: &[[u8; 4]], cursor: &mut Cursor, code: &mut Code) {
        let Code { insts, values, pool, .. } = code;
        // The first of the body's values.
        let first = values.len() as u32 - cursor.value;
        let mut at = cursor.at;
        let mut bad = self.args;
        let n = (cursor.left - 1).min(STEPS as u32);
        let mut left = n;
        while left > 0 {
            let Some(window) = words.get(at..).and_then(|words| words.first_chunk::<WINDOW>()) else { break };
            let [head, pos, aux, ..] = *window;
            let (head, pos) = (word(head), word(pos));
            let row = &self.rows[(head & 0xff) as usize];
            let aux = word(aux) & row.aux;
            if head.wrapping_sub(row.head) & row.fixed != 0 || pos >= self.positions || aux > row.last_aux {
                break;
            }
            let (num_results, num_args) = (head >> 8 & 1, head >> 16 & 3);
            let args_at = 2 + (row.aux & 1) as usize;
            let Some(copied) = window[args_at..].first_chunk::<COPIED>() else { break };
            let copied = copied.map(word);
            if (copied[0] ^ 2) & row.imms != 0 {
                break;
            }
            let num_copied = num_args as usize + (row.imms as usize & IMMS);
            let type_at = args_at + num_copied;
            // There is room for as many as announced; saying so here spares the loop the code that would make more.
            let (args, result) = (pool.len(), values.len());
            if pool.capacity() - args < COPIED || values.capacity() == result || insts.capacity() == insts.len() {
                break;
            }
            // What is copied in vain is dropped again.
            pool.extend_from_slice(&copied);
            pool.truncate(args + num_copied);
            values.push(TypeId::from_raw(word(window[type_at % WINDOW])));
            values.truncate(result + num_results as usize);
            let is_arg = &IS_ARG[num_args as usize];
            for n in 0..COPIED {
                bad[n] |= beyond(copied[n] & is_arg[n], self.last_value);
            }
            insts.push(Inst {
                op: row.op,
                num_results: num_results as u8,
                num_args: num_args as u16,
                args: args as u32,
                first_result: (result as u32 - first) & num_results.wrapping_neg(),
                aux,
                pos: PosId::from_raw(pos),
            });
            at += type_at + num_results as usize;
            left -= 1;
        }
        self.args = bad;
        cursor.at = at;
        cursor.value = values.len() as u32 - first;
        cursor.left -= n - left;
    }

    /// Decodes the last instruction of a block.
    #[inline(always)]
    fn terminator(&self, words: &[[u8; 4]], cursor: &mut Cursor, code: &mut Code) -> Option<()> {
        let window: [u32; WINDOW] = words.get(cursor.at..)?.first_chunk::<WINDOW>()?.map(word);
        let [head, pos, aux, ..] = window;
        let op = Opcode::from_number(head as u8)?;
        let num_args = head >> 16;
        let args = code.pool.len() as u32;
        let size = match op {
            Opcode::Jump if num_args == 0 && aux < cursor.num_blocks => 3,
            Opcode::Branch if num_args == 1 => {
                let [arg, count, yes, no] = [window[3], window[4], window[5], window[6]];
                if arg > self.last_value || count != 2 || yes >= cursor.num_blocks || no >= cursor.num_blocks {
                    return None;
                }
                code.pool.extend_from_slice(&[arg, count, yes, no]);
                7
            }
            Opcode::Return if num_args <= 3 => {
                let args = &window[2..][..num_args as usize];
                if args.iter().any(|&arg| arg > self.last_value) {
                    return None;
                }
                code.pool.extend_from_slice(args);
                2 + num_args as usize
            }
            _ => return None,
        };
        if head >> 8 & 0xff != 0 || pos >= self.positions {
            code.pool.truncate(args as usize);
            return None;
        }
        let aux = if op == Opcode::Return { 0 } else { aux };
        let (num_args, pos) = (num_args as u16, PosId::from_raw(pos));
        code.insts.push(Inst { op, num_results: 0, num_args, args, first_result: 0, aux, pos });
        cursor.at += size;
        Some(())
    }
}
