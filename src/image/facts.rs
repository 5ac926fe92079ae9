//! Package facts: what is known of the functions of a module, for the analysis of others that call them.
//!
//! One blob in the frame of all images: what it was made under, then the functions by symbol, each with the hash of its signature
//! and the flows of its parameters. Like everything that comes from outside it may be any bytes; what it *says* is taken on trust, as
//! promises are, so keep it where you keep programs.

use super::error::{ImageError, ImageErrorKind as Kind};
use super::frame::{Frame, MAGIC_FACTS, Section, Writer, put};
use super::section::{FACTS_SECTIONS, facts as sec};
use crate::ir::Target;
use std::ops::Range;

/// What facts were made under. Facts made under something else say nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Under {
    /// Name of the model.
    pub model: String,
    /// Name of the profile.
    pub profile: String,
    /// The profile's limits, as its `numbers` has them.
    pub limits: [u64; 8],
    /// Whether the world was closed.
    pub closed: bool,
}

/// The flows of a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FactFlow {
    /// The parameter, a receiver being 0.
    pub param: u32,
    /// As in a summary: to the heap, to a place that is written through, to a call of it, to each of the first five results.
    pub flows: [u8; 8],
}

/// What is known of a function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FactFunc {
    symbol: Range<u32>,
    /// Hash of its signature.
    pub signature: u64,
    flows: Range<u32>,
}

/// Package facts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Facts {
    /// What the functions are compiled for.
    pub target: Target,
    /// What they were analysed under.
    pub under: Under,
    symbols: String,
    funcs: Vec<FactFunc>,
    flows: Vec<FactFlow>,
}

impl Facts {
    /// Facts about nothing yet.
    #[must_use]
    pub fn new(target: Target, under: Under) -> Self {
        Self { target, under, ..Self::default() }
    }

    /// Adds a function with what is known of its parameters, ascending. Symbols must come in order, each once; one that does
    /// not is left out.
    pub fn push(&mut self, symbol: &str, signature: u64, flows: impl IntoIterator<Item = FactFlow>) {
        if self.funcs.last().is_some_and(|last| self.symbol(last) >= symbol) {
            return;
        }
        let (text, first) = (self.symbols.len() as u32, self.flows.len() as u32);
        self.symbols.push_str(symbol);
        self.flows.extend(flows);
        let (symbol, flows) = (text..self.symbols.len() as u32, first..self.flows.len() as u32);
        self.funcs.push(FactFunc { symbol, signature, flows });
    }

    /// The functions, by symbol.
    #[must_use]
    pub fn funcs(&self) -> &[FactFunc] {
        &self.funcs
    }

    /// The symbol of a function.
    #[must_use]
    pub fn symbol(&self, func: &FactFunc) -> &str {
        &self.symbols[func.symbol.start as usize..func.symbol.end as usize]
    }

    /// The flows of a function's parameters, ascending.
    #[must_use]
    pub fn flows(&self, func: &FactFunc) -> &[FactFlow] {
        &self.flows[func.flows.start as usize..func.flows.end as usize]
    }
}

/// The blob of facts. Equal facts give equal bytes.
#[must_use]
pub fn encode_facts(facts: &Facts) -> Vec<u8> {
    let Under { model, profile, limits, closed } = &facts.under;
    let size = facts.symbols.len() + facts.funcs.len() * 24 + facts.flows.len() * 12 + 256;
    let mut image = Writer::new(MAGIC_FACTS, facts.target, FACTS_SECTIONS.len() as u32, size);
    image.section(&FACTS_SECTIONS[sec::TEXT], |out| {
        [model, profile, &facts.symbols].into_iter().for_each(|text| out.extend_from_slice(text.as_bytes()));
    });
    image.section(&FACTS_SECTIONS[sec::UNDER], |out| {
        put(out, &[model.len() as u32, profile.len() as u32, u32::from(*closed), 0]);
        limits.iter().for_each(|&n| put(out, &[n as u32, (n >> 32) as u32]));
    });
    image.section(&FACTS_SECTIONS[sec::FUNCS], |out| {
        for func in &facts.funcs {
            let (symbol, flows) = (func.symbol.len() as u32, func.flows.len() as u32);
            put(out, &[symbol, func.signature as u32, (func.signature >> 32) as u32, flows]);
        }
    });
    image.section(&FACTS_SECTIONS[sec::FLOWS], |out| {
        for flow in &facts.flows {
            put(out, &[flow.param]);
            out.extend_from_slice(&flow.flows);
        }
    });
    image.finish()
}

/// Reads a blob of facts.
///
/// # Errors
/// What is wrong with it, and where.
pub fn decode_facts(image: &[u8]) -> Result<Facts, ImageError> {
    let frame = Frame::parse(image, MAGIC_FACTS, &FACTS_SECTIONS)?;
    let [texts, made, funcs, flows] = [sec::TEXT, sec::UNDER, sec::FUNCS, sec::FLOWS].map(|n| frame.section(n));
    let text = std::str::from_utf8(texts.bytes)
        .map_err(|e| texts.error(Kind::BadUtf8, e.valid_up_to(), "the text is not UTF-8"))?;
    let mut texts = Texts { text, at: 0 };
    let Some(row) = made.rows::<20>().next() else { return Err(made.bad(0, 0, "there is no row")) };
    let (model, profile) = (texts.take(&made, 0, 0, row[0])?, texts.take(&made, 0, 1, row[1])?);
    if row[2] > 1 || row[3] != 0 {
        return Err(made.bad(0, 2, "a world that does not exist"));
    }
    let limits = std::array::from_fn(|n| u64::from(row[4 + 2 * n]) | u64::from(row[5 + 2 * n]) << 32);
    let under = Under { model: model.into(), profile: profile.into(), limits, closed: row[2] == 1 };
    let mut facts = Facts::new(frame.target, under);
    let mut rest: Vec<FactFlow> = Vec::with_capacity(flows.count as usize);
    for [param, low, high] in flows.rows::<3>() {
        let [a, b] = [low, high].map(u32::to_le_bytes);
        rest.push(FactFlow { param, flows: [a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3]] });
    }
    let (mut first, mut last) = (0, None);
    facts.funcs.reserve(funcs.count as usize);
    for (index, [symbol, low, high, count]) in funcs.rows::<4>().enumerate() {
        let symbol = texts.take(&funcs, index, 0, symbol)?;
        if last.is_some_and(|last| last >= symbol) {
            return Err(funcs.bad(index, 0, format!("{symbol:?} is not in order, or there twice")));
        }
        last = Some(symbol);
        let Some(rows) = rest.get(first..).and_then(|rest| rest.get(..count as usize)) else {
            return Err(funcs.bad(index, 3, format!("{count} flows from {first} on; there are {}", rest.len())));
        };
        if rows.windows(2).any(|pair| pair[0].param >= pair[1].param) {
            return Err(funcs.bad(index, 3, "the flows are not sorted by parameter"));
        }
        facts.push(symbol, u64::from(low) | u64::from(high) << 32, rows.iter().copied());
        first += count as usize;
    }
    if first != rest.len() || texts.at != texts.text.len() {
        return Err(funcs.bad(funcs.count as usize, 0, "text or flows that belong to no function"));
    }
    Ok(facts)
}

/// The texts, one after the other.
struct Texts<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Texts<'a> {
    fn take(&mut self, section: &Section<'_>, row: usize, word: usize, len: u32) -> Result<&'a str, ImageError> {
        let end = self.at.saturating_add(len as usize);
        let Some(text) = self.text.get(self.at..end) else {
            return Err(section.bad(
                row,
                word,
                format!("{len} bytes of text from {}, of {}", self.at, self.text.len()),
            ));
        };
        self.at = end;
        Ok(text)
    }
}
