//! The answers image: verdicts and summaries in the frame modules use.
//!
//! Rows are written field by field, not by copying memory, so that their bytes are the same on every machine. A reader checks
//! numbers against their tables; whether a verdict's site exists only the holder of the module can tell.

use super::error::ImageError;
use super::frame::{Frame, MAGIC_ANSWERS, Section, Writer, put};
use super::section::{ANSWERS_SECTIONS, answers as sec};
use crate::entity::{FuncId, PosId, SiteId};
use crate::fact::{Allocates, Extent, Leaks, Placement, Reason, Summary, Verdict};
use crate::ir::{SiteKind, Target};

/// The content of an answers image.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Answers {
    /// What the module is compiled for.
    pub target: Target,
    /// Verdicts, in the order the analysis lists them.
    pub verdicts: Vec<Verdict>,
    /// Summaries, by function and parameter.
    pub summaries: Vec<Summary>,
}

/// The image of answers.
#[must_use]
pub fn encode_answers(target: Target, verdicts: &[Verdict], summaries: &[Summary]) -> Vec<u8> {
    let sections = ANSWERS_SECTIONS.len() as u32;
    let mut image = Writer::new(MAGIC_ANSWERS, target, sections, verdicts.len() * 32 + summaries.len() * 24);
    image.section(&ANSWERS_SECTIONS[sec::VERDICTS], |out| verdicts.iter().for_each(|v| put(out, &verdict_words(v))));
    image.section(&ANSWERS_SECTIONS[sec::SUMMARIES], |out| summaries.iter().for_each(|s| put(out, &summary_words(s))));
    image.finish()
}

fn verdict_words(v: &Verdict) -> [u32; 8] {
    let bytes = [v.kind as u8, v.placement as u8, v.extent as u8, v.allocates as u8];
    let why = v.reason as u32 | u32::from(v.flags) << 16;
    [v.site.raw(), v.context, v.func.raw(), v.pos.raw(), u32::from_le_bytes(bytes), why, v.detail, v.bound]
}

fn summary_words(s: &Summary) -> [u32; 6] {
    let Leaks { heap, mutated, called, results: r } = s.leaks;
    let low = u32::from_le_bytes([heap, mutated, called, r[0]]);
    [s.func.raw(), s.param, low, u32::from_le_bytes([r[1], r[2], r[3], r[4]]), s.pos.raw(), s.flags]
}

/// Decodes answers.
///
/// # Errors
/// What is wrong with the image, and where.
pub fn decode_answers(image: &[u8]) -> Result<Answers, ImageError> {
    let frame = Frame::parse(image, MAGIC_ANSWERS, &ANSWERS_SECTIONS)?;
    let (verdicts, summaries) = (frame.section(sec::VERDICTS), frame.section(sec::SUMMARIES));
    let mut answers = Answers {
        target: frame.target,
        verdicts: Vec::with_capacity(verdicts.count as usize),
        summaries: Vec::with_capacity(summaries.count as usize),
    };
    for (index, row) in verdicts.rows::<8>().enumerate() {
        answers.verdicts.push(verdict(&verdicts, index, row)?);
    }
    for [func, param, low, high, pos, flags] in summaries.rows::<6>() {
        let [heap, mutated, called, first] = low.to_le_bytes();
        let [second, third, fourth, fifth] = high.to_le_bytes();
        answers.summaries.push(Summary {
            func: FuncId::from_raw(func),
            param,
            leaks: Leaks { heap, mutated, called, results: [first, second, third, fourth, fifth] },
            pos: PosId::from_raw(pos),
            flags,
        });
    }
    Ok(answers)
}

fn verdict(section: &Section<'_>, index: usize, row: [u32; 8]) -> Result<Verdict, ImageError> {
    let [site, context, func, pos, bytes, why, detail, bound] = row;
    let [kind, placement, extent, allocates] = bytes.to_le_bytes();
    let unknown = |at, what: &str, number: u32| section.bad(index, at, format!("{what} {number} does not exist"));
    let reason = why as u16;
    Ok(Verdict {
        site: SiteId::from_raw(site),
        context,
        func: FuncId::from_raw(func),
        pos: PosId::from_raw(pos),
        kind: SiteKind::from_number(kind.into()).ok_or_else(|| unknown(4, "site kind", kind.into()))?,
        placement: placement_of(placement).ok_or_else(|| unknown(4, "placement", placement.into()))?,
        extent: extent_of(extent).ok_or_else(|| unknown(4, "extent", extent.into()))?,
        allocates: allocates_of(allocates).ok_or_else(|| unknown(4, "allocation", allocates.into()))?,
        reason: Reason::from_number(reason).ok_or_else(|| unknown(5, "reason", reason.into()))?,
        flags: (why >> 16) as u16,
        detail,
        bound,
    })
}

fn placement_of(number: u8) -> Option<Placement> {
    use Placement as P;
    [P::Static, P::Eliminated, P::Stack, P::Bounded, P::Caller, P::Heap].into_iter().find(|&p| p as u8 == number)
}

fn extent_of(number: u8) -> Option<Extent> {
    use Extent as E;
    [E::Iteration, E::Activation, E::Caller, E::Program].into_iter().find(|&e| e as u8 == number)
}

fn allocates_of(number: u8) -> Option<Allocates> {
    use Allocates as A;
    [A::Never, A::Maybe, A::Always].into_iter().find(|&a| a as u8 == number)
}
