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
use crate::entity::PosId;
use crate::image::frame::word;
use crate::ir::opcode::{Aux, TABLE};
use crate::ir::{Inst, Opcode};

/// Words looked at: head, position, `aux`, operands or immediates with their count, a result's type.
const WINDOW: usize = 8;
/// Words copied to the pool: operands, or immediates with their count.
const COPIED: usize = 4;
/// Words of two immediates with their count.
const IMMS: usize = 3;

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

/// The opcodes, with the limits of one image; what has been gathered of one body.
pub(super) struct Quick {
    rows: [Row; 256],
    positions: u32,
    last_type: u32,
    last_value: u32,
    num_blocks: u32,
    /// Negative if an operand is none of the body's values.
    args: [u32; COPIED],
}

/// Words that are filled in order.
#[derive(Debug)]
pub(super) struct Fill {
    words: Vec<u32>,
    len: usize,
}

impl Fill {
    /// Room for `n` words, and for those that are copied in vain. Fresh memory is zero already, so this touches none of it.
    pub(super) fn new(n: usize) -> Self {
        Self { words: vec![0; n + COPIED], len: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn push(&mut self, word: u32) {
        // A body that does not keep to its header's counts may need more room, until that is noticed at its end.
        match self.words.get_mut(self.len) {
            Some(slot) => *slot = word,
            None => self.words.push(word),
        }
        self.len += 1;
    }

    /// The words from the `start`th on.
    pub(super) fn since(&self, start: usize) -> &[u32] {
        &self.words[start..self.len]
    }

    /// Forgets all but the first `len` words.
    pub(super) fn rewind(&mut self, len: usize) {
        self.len = len;
    }

    pub(super) fn into_words(mut self) -> Vec<u32> {
        self.words.truncate(self.len);
        self.words
    }
}

/// Where in a body the decoder is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor {
    /// The next word in the section.
    pub(super) at: usize,
    /// The next value.
    pub(super) value: u32,
    pub(super) num_values: u32,
    pub(super) num_blocks: u32,
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
        Self { rows, positions, last_type: types.wrapping_sub(1), last_value: 0, num_blocks: 0, args: [0; COPIED] }
    }

    /// Begins a body, and says whether it is one for the quick way.
    pub(super) fn begin(&mut self, num_values: u32, num_blocks: u32) -> bool {
        (self.last_value, self.num_blocks, self.args) = (num_values.wrapping_sub(1), num_blocks, [0; COPIED]);
        num_values > 0
    }

    /// Whether all that was decoded since [`Self::begin`] is in order; `types` are those of the body's values.
    pub(super) fn fine(&self, types: &[u32]) -> bool {
        let bad = types.iter().fold(0, |bad, &ty| bad | beyond(ty, self.last_type));
        self.args.iter().fold(bad, |bad, arg| bad | arg) >> 31 == 0
    }

    /// Decodes instructions from `cursor` on, up to `n` of them, and returns how many; `ends` says that those are all there are
    /// to the end of the block. If it is fewer, the next is the slow way's business.
    #[inline(never)]
    pub(super) fn insts(&mut self, words: &[[u8; 4]], cursor: &mut Cursor, n: u32, ends: bool, code: &mut Code) -> u32 {
        let Code { insts, values, pool, .. } = code;
        let (values_start, mut values_len, mut pool_len) = (values.len, values.len, pool.len);
        let (values_words, pool_words) = (&mut *values.words, &mut *pool.words);
        let (mut at, value) = (cursor.at, cursor.value);
        let (rows, positions, last_value) = (&self.rows, self.positions, self.last_value);
        let mut bad = self.args;
        let mut left = n - 1;
        while left > 0 {
            let Some(window) = words.get(at..).and_then(|words| words.first_chunk::<WINDOW>()) else { break };
            let [head, pos, aux, ..] = *window;
            let (head, pos) = (word(head), word(pos));
            let row = &rows[(head & 0xff) as usize];
            let aux = word(aux) & row.aux;
            if head.wrapping_sub(row.head) & row.fixed != 0 || pos >= positions || aux > row.last_aux {
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
            let Some(room) = pool_words.get_mut(pool_len..).and_then(|words| words.first_chunk_mut::<COPIED>()) else {
                break;
            };
            let Some(slot) = values_words.get_mut(values_len) else { break };
            // There is room for as many as announced; saying so here spares the loop the code that would make more.
            if insts.len() == insts.capacity() {
                break;
            }
            *room = copied;
            *slot = word(window[type_at % WINDOW]);
            let is_arg = &IS_ARG[num_args as usize];
            for n in 0..COPIED {
                bad[n] |= beyond(copied[n] & is_arg[n], last_value);
            }
            insts.push(Inst {
                op: row.op,
                num_results: num_results as u8,
                num_args: num_args as u16,
                args: pool_len as u32,
                first_result: (value + (values_len - values_start) as u32) & num_results.wrapping_neg(),
                aux,
                pos: PosId::from_raw(pos),
            });
            pool_len += num_copied;
            values_len += num_results as usize;
            at += type_at + num_results as usize;
            left -= 1;
        }
        self.args = bad;
        cursor.at = at;
        cursor.value = value + (values_len - values_start) as u32;
        (values.len, pool.len) = (values_len, pool_len);
        if ends && left == 0 && self.terminator(words, cursor, code).is_some() { n } else { n - 1 - left }
    }

    /// Decodes the last instruction of a block.
    #[inline(always)]
    fn terminator(&self, words: &[[u8; 4]], cursor: &mut Cursor, code: &mut Code) -> Option<()> {
        let window: [u32; WINDOW] = words.get(cursor.at..)?.first_chunk::<WINDOW>()?.map(word);
        let [head, pos, aux, ..] = window;
        let op = Opcode::from_number(head as u8)?;
        let num_args = head >> 16;
        let args = code.pool.len as u32;
        let size = match op {
            Opcode::Jump if num_args == 0 && aux < self.num_blocks => 3,
            Opcode::Branch if num_args == 1 => {
                let [arg, count, yes, no] = [window[3], window[4], window[5], window[6]];
                if arg > self.last_value || count != 2 || yes >= self.num_blocks || no >= self.num_blocks {
                    return None;
                }
                [arg, count, yes, no].into_iter().for_each(|word| code.pool.push(word));
                7
            }
            Opcode::Return if num_args <= 3 => {
                let args = &window[2..][..num_args as usize];
                if args.iter().any(|&arg| arg > self.last_value) {
                    return None;
                }
                args.iter().for_each(|&arg| code.pool.push(arg));
                2 + num_args as usize
            }
            _ => return None,
        };
        if head >> 8 & 0xff != 0 || pos >= self.positions {
            code.pool.rewind(args as usize);
            return None;
        }
        let aux = if op == Opcode::Return { 0 } else { aux };
        let (num_args, pos) = (num_args as u16, PosId::from_raw(pos));
        code.insts.push(Inst { op, num_results: 0, num_args, args, first_result: 0, aux, pos });
        cursor.at += size;
        Some(())
    }
}
