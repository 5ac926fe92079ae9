//! An image as a module.
//!
//! The work is done in an order that lets every step trust the ones before it. The frame settles where sections lie and how
//! many rows they have, and with that the range of every id. [`plan`] reads the three header words of each body and adds
//! them up: limits are answered there, before anything is reserved, and what is reserved afterwards is exact. Then each table is one
//! pass over its rows ([`tables`]) and the bodies are one pass over their words ([`bodies`], and [`quick`] for the usual ones).

mod bodies;
mod quick;
mod tables;

use super::error::{ImageError, ImageErrorKind as Kind};
use super::frame::{Frame, MAGIC_MODULE, Section, as_words, word};
use super::section::{MODULE_SECTIONS, module as sec};
use crate::control::Control;
use crate::ir::{Block, EXTERNAL, Function, Global, Inst, Layout, Module, Position, Promise, Reloc, Site, TypeData};

/// What a caller is willing to decode. The default is no limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Largest image, in bytes.
    pub max_bytes: u64,
    /// Most instructions of all functions together.
    pub max_insts: u64,
    /// Most memory the decoded module may take, in bytes, estimated before it is reserved.
    pub max_estimated_memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: u64::MAX, max_insts: u64::MAX, max_estimated_memory: u64::MAX }
    }
}

/// The sections of an image, and by their counts the range of every id.
#[derive(Debug)]
struct Input<'a> {
    frame: Frame<'a, { MODULE_SECTIONS.len() }>,
}

impl<'a> Input<'a> {
    fn section(&self, index: usize) -> Section<'a> {
        self.frame.section(index)
    }

    /// Number of rows of a section.
    fn count(&self, index: usize) -> u32 {
        self.frame.section(index).count
    }
}

/// Sums over the headers of all bodies.
#[derive(Clone, Copy, Default, Debug)]
struct Plan {
    blocks: usize,
    insts: usize,
    values: usize,
    /// Upper bound of the words of operands and immediates.
    pool: usize,
}

/// Decodes a module.
///
/// # Errors
/// What is wrong, and where. Nothing of the image is trusted: see the [module documentation](super).
pub fn decode(image: &[u8], limits: &Limits) -> Result<Module, ImageError> {
    decode_under(image, limits, Control::NONE)
}

/// As [`decode`], for a call that may be cancelled: for use inside of [`Control::run`].
///
/// # Errors
/// As [`decode`].
pub fn decode_under(image: &[u8], limits: &Limits, control: Control<'_>) -> Result<Module, ImageError> {
    let too_large = |message: String| ImageError::frame(Kind::Limit, "header", 0, message);
    if image.len() as u64 > limits.max_bytes {
        return Err(too_large(format!("{} bytes; the limit is {}", image.len(), limits.max_bytes)));
    }
    let input = Input { frame: Frame::parse(image, MAGIC_MODULE, &MODULE_SECTIONS)? };
    let plan = plan(&input)?;
    if plan.insts as u64 > limits.max_insts {
        return Err(too_large(format!("{} instructions; the limit is {}", plan.insts, limits.max_insts)));
    }
    let memory = estimate(&input, &plan);
    if memory > limits.max_estimated_memory {
        return Err(too_large(format!("about {memory} bytes of memory; the limit is {}", limits.max_estimated_memory)));
    }
    let strings = tables::strings(&input)?;
    let (name, producer) = tables::module(&input)?;
    let files = tables::files(&input)?;
    control.poll();
    let positions = tables::positions(&input)?;
    control.poll();
    let types = tables::types(&input)?;
    let globals = tables::globals(&input)?;
    let data = input.section(sec::DATA).bytes.to_vec();
    let relocs = tables::relocs(&input, &globals, &types)?;
    let sites = tables::sites(&input, &plan)?;
    let code = bodies::bodies(&input, &plan, &types, control)?;
    let attrs = tables::attrs(&input, &code)?;
    let promises = tables::promises(&input, &code, &types)?;
    Ok(Module {
        name,
        producer,
        target: input.frame.target,
        strings,
        files,
        positions,
        types,
        globals,
        data,
        relocs,
        sites,
        funcs: code.funcs,
        attrs,
        promises,
        blocks: code.blocks,
        insts: code.insts,
        values: code.values,
        pool: code.pool,
    })
}

/// The words of a function's row.
type FuncRow = [u32; 14];

/// The words of a function's body, given where the one before ended.
fn body_words<'a>(
    funcs: &Section<'a>,
    bodies: &Section<'a>,
    index: usize,
    row: &FuncRow,
    end: usize,
) -> Result<&'a [[u8; 4]], ImageError> {
    let (off, len) = (row[9] as usize, row[10] as usize);
    if off != end {
        return Err(funcs.bad(index, 9, format!("the body of f{index} begins at word {off}, not {end}")));
    }
    if (row[2] & EXTERNAL != 0) != (len == 0) {
        let what = if len == 0 { "has no body but is not" } else { "has a body but is" };
        return Err(funcs.bad(index, 2, format!("f{index} {what} marked external")));
    }
    let words = as_words(bodies.bytes);
    words.get(off..).and_then(|rest| rest.get(..len)).ok_or_else(|| {
        funcs.bad(index, 10, format!("the body of f{index} spans words {off}..+{len} of {}", words.len()))
    })
}

/// Checks how bodies are laid out and that their headers fit their lengths, and adds the headers up.
fn plan(input: &Input<'_>) -> Result<Plan, ImageError> {
    let (funcs, bodies) = (input.section(sec::FUNCS), input.section(sec::BODIES));
    let mut plan = Plan::default();
    let mut end = 0;
    for (index, row) in funcs.rows::<14>().enumerate() {
        let body = body_words(&funcs, &bodies, index, &row, end)?;
        if body.is_empty() {
            continue;
        }
        let error = |message: String| Err(bodies.bad(end, 0, message));
        let Some(&[blocks, insts, values]) = body.first_chunk::<3>() else {
            return error(format!("the body of f{index} has {} words; its header alone has 3", body.len()));
        };
        let [blocks, insts, values] = [blocks, insts, values].map(|w| word(w) as usize);
        if blocks == 0 {
            return error(format!("f{index} has a body without blocks"));
        }
        // A block takes two words and an instruction two at least, a value's type one; what is left are operands and the like.
        let least = [blocks, blocks, insts, insts, values].into_iter().fold(3, usize::saturating_add);
        let Some(rest) = body.len().checked_sub(least) else {
            return error(format!(
                "f{index} announces {blocks} blocks, {insts} instructions and {values} values; {} words are too few",
                body.len()
            ));
        };
        plan.blocks += blocks;
        plan.insts += insts;
        plan.values += values;
        plan.pool += rest;
        end += body.len();
    }
    if end != bodies.count as usize {
        return Err(bodies.bad(end, 0, format!("{} words after the last body", bodies.count as usize - end)));
    }
    Ok(plan)
}

/// Bytes the decoded module takes.
fn estimate(input: &Input<'_>, plan: &Plan) -> u64 {
    let rows = |index: usize, size: usize| u64::from(input.count(index)) * size as u64;
    let bytes = |count: usize, size: usize| count as u64 * size as u64;
    bytes(plan.values, 4)
        + bytes(plan.pool, 4)
        + bytes(plan.blocks, size_of::<Block>())
        + bytes(plan.insts, size_of::<Inst>())
        + rows(sec::STRING_BYTES, 1)
        + rows(sec::STRINGS, 8)
        + rows(sec::FILES, 4)
        + rows(sec::POSITIONS, size_of::<Position>())
        + rows(sec::TYPES, size_of::<TypeData>() + size_of::<Layout>())
        + rows(sec::LISTS, 4)
        + rows(sec::GLOBALS, size_of::<Global>())
        + rows(sec::DATA, 1)
        + rows(sec::RELOCS, size_of::<Reloc>())
        + rows(sec::SITES, size_of::<Site>())
        + rows(sec::FUNCS, size_of::<Function>())
        + rows(sec::ATTRS, 12)
        + rows(sec::PROMISES, size_of::<Promise>())
}
