//! Instructions.

use super::super::error::ParseError;
use super::super::lex::Token;
use super::super::names::default_kind;
use super::Parser;
use super::body::{BlockWord, BodyDraft, Place};
use super::cursor::{Cursor, Parsed};
use crate::entity::{FuncId, NONE, Opt, PosId, StrId, TypeId};
use crate::ir::attr::Entity;
use crate::ir::opcode::{Aux, Row};
use crate::ir::{BinaryOp, CompareOp, Inst, Opcode, Site, UnaryOp, intrinsic};

/// Operands and immediates of the instruction being read.
#[derive(Default)]
struct Draft<'t> {
    aux: u32,
    args: Vec<Place<'t>>,
    imms: Vec<Imm<'t>>,
    target: Option<Place<'t>>,
    /// The site it makes, and what the text said of it.
    site: Option<(u32, super::sites::Said, bool)>,
}

enum Imm<'t> {
    Word(u32),
    Block(Place<'t>),
}

impl<'t> Parser<'t> {
    pub(super) fn instruction(&mut self, c: &mut Cursor<'t>, body: &mut BodyDraft<'t>, func: FuncId) -> Parsed<()> {
        let first_result = body.values.len() as u32;
        if c.peek_second() == Some(&Token::Punct(':')) {
            loop {
                let value = body.define(c)?;
                c.expect(':')?;
                body.values[value as usize] = self.ty(c)?.into();
                if !c.eat(',') {
                    break;
                }
            }
            c.expect('=')?;
        }
        let num_results = body.values.len() as u32 - first_result;
        let (start, col) = (c.line, c.col());
        let word = c.word("an opcode")?;
        let Some(op) = Opcode::from_name(word) else {
            return Err(ParseError::new(start, col, format!("unknown opcode `{word}`")));
        };
        let mut draft = Draft::default();
        if c.eat_word("raw") {
            self.raw(c, &mut draft)?;
        } else {
            self.aux(c, op.row(), &mut draft, func)?;
            self.operands(c, op, &mut draft)?;
        }
        let number = body.insts.len() as u32;
        let attrs = self.attributes(c, Entity::Inst, number)?;
        body.attrs.extend(attrs);
        let pos = self.position(c)?.unwrap_or(PosId::from_raw(0));
        c.done()?;
        if let Some((site, said, fresh)) = draft.site {
            if fresh && !said.pos {
                self.imply_position(site, pos);
            }
            body.makers.push((number, site, fresh && !said.ty));
        }
        let too_many = |what: &str| ParseError::new(start, col, format!("too many {what}"));
        let inst = Inst {
            op,
            num_results: u8::try_from(num_results).map_err(|_| too_many("results"))?,
            num_args: u16::try_from(draft.args.len()).map_err(|_| too_many("operands"))?,
            args: body.pool.len() as u32,
            first_result: if num_results == 0 { 0 } else { first_result },
            aux: draft.aux,
            pos,
        };
        emit(body, inst, draft);
        Ok(())
    }

    /// The auxiliary word, in the form its row gives it.
    fn aux(&mut self, c: &mut Cursor<'t>, row: &Row, draft: &mut Draft<'t>, func: FuncId) -> Parsed<()> {
        draft.aux = match row.aux {
            Aux::None | Aux::Block | Aux::Bounds | Aux::Count => 0,
            Aux::Site => return self.maker(c, row.op, draft, func),
            Aux::Func => self.func(c)?,
            Aux::Global => self.global(c)?,
            Aux::Str => match c.string() {
                Some(text) => self.strings.intern(&text),
                None => return c.expected("a string"),
            },
            Aux::Type => self.ty(c)?,
            Aux::Index => c.index()?,
            Aux::Unary => named(c, "a unary operator", |word| position(UnaryOp::ALL, word))?,
            Aux::Binary => named(c, "a binary operator", |word| position(BinaryOp::ALL, word))?,
            Aux::Compare => named(c, "a comparison", |word| position(CompareOp::ALL, word))?,
            Aux::Intrinsic => named(c, "an intrinsic", |word| intrinsic::by_name(word).map(|row| row.id))?,
            Aux::Select => {
                let sends: u32 = c.number("the number of send cases")?;
                sends & !(1 << 31) | u32::from(c.eat_word("default")) << 31
            }
        };
        Ok(())
    }

    fn maker(&mut self, c: &mut Cursor<'t>, op: Opcode, draft: &mut Draft<'t>, func: FuncId) -> Parsed<()> {
        let id = c.id('s');
        if let Some(id) = id
            && let Some(site) = self.sites.find(id)
        {
            let func_follows = matches!(op, Opcode::MakeClosure | Opcode::MethodValue);
            if c.is_punct('{') || (!func_follows && matches!(c.peek(), Some(Token::Str(_)))) {
                return c.error(format!("s{id} is declared twice"));
            }
            draft.site = Some((site, super::sites::Said::default(), false));
            return Ok(());
        }
        let row = Site {
            kind: default_kind(op),
            ty: TypeId::from_raw(0),
            func,
            pos: PosId::from_raw(0),
            name: StrId::from_raw(0),
            index: 0,
            flags: 0,
            parent: Opt::NONE,
            call: NONE,
        };
        let Some(site) = self.sites.declare(id, row, c.line) else {
            return c.error("the site is declared twice");
        };
        let said = self.site_clause(c, site)?;
        draft.site = Some((site, said, true));
        Ok(())
    }

    fn operands(&mut self, c: &mut Cursor<'t>, op: Opcode, draft: &mut Draft<'t>) -> Parsed<()> {
        match op {
            Opcode::ConstInt => {
                let value = match c.peek_word() {
                    Some("true") => 1,
                    Some("false") => 0,
                    word => match word.map(|word| (word.parse::<i64>(), word.parse::<u64>())) {
                        Some((Ok(value), _)) => value as u64,
                        Some((_, Ok(value))) => value,
                        _ => return c.expected("an integer of 64 bits"),
                    },
                };
                c.advance();
                draft.words(&[value as u32, (value >> 32) as u32]);
            }
            Opcode::ConstFloat => {
                let bits = match c.peek_word() {
                    Some(word) if word.starts_with("0x") => u64::from_str_radix(&word[2..], 16).ok(),
                    Some(word) => word.parse::<f64>().ok().map(f64::to_bits),
                    None => None,
                };
                let Some(bits) = bits else { return c.expected("a number") };
                c.advance();
                draft.words(&[bits as u32, (bits >> 32) as u32]);
            }
            Opcode::MakeClosure => {
                let func = self.func(c)?;
                draft.words(&[func]);
            }
            Opcode::MethodValue => {
                let func = if c.eat_word("none") { NONE } else { self.func(c)? };
                let index = if func == NONE || c.peek_word().is_some_and(|word| word.starts_with('.')) {
                    c.index()?
                } else {
                    0
                };
                draft.words(&[func, index]);
            }
            Opcode::Slice => {
                draft.value(c)?;
                for (bit, word) in ["lo", "hi", "max"].into_iter().enumerate() {
                    c.eat(',');
                    if c.eat_word(word) {
                        draft.aux |= 1 << bit;
                        draft.value(c)?;
                    }
                }
                return Ok(());
            }
            Opcode::Jump => {
                let (place, _) = draft.target(c)?;
                draft.target = Some(place);
                return Ok(());
            }
            Opcode::Branch => {
                draft.value(c)?;
                c.eat(',');
                let (yes, n) = draft.target(c)?;
                c.eat(',');
                let (no, _) = draft.target(c)?;
                draft.aux = n;
                draft.imms.extend([Imm::Block(yes), Imm::Block(no)]);
                return Ok(());
            }
            Opcode::Switch => {
                draft.value(c)?;
                c.eat(',');
                let (default, n) = draft.target(c)?;
                draft.imms.extend([Imm::Block(default), Imm::Word(n)]);
                while c.eat(',') {
                    let value: i64 = c.number("a case's value")?;
                    c.expect(':')?;
                    let (block, n) = draft.target(c)?;
                    draft.words(&[value as u32, (value >> 32) as u32]);
                    draft.imms.extend([Imm::Block(block), Imm::Word(n)]);
                }
                return Ok(());
            }
            _ => {}
        }
        while matches!(c.peek(), Some(Token::Word(_))) {
            draft.value(c)?;
            c.eat(',');
        }
        Ok(())
    }

    /// `raw aux values {immediates}`: words of any kind.
    fn raw(&mut self, c: &mut Cursor<'t>, draft: &mut Draft<'t>) -> Parsed<()> {
        draft.aux = c.number("the auxiliary word")?;
        while matches!(c.peek(), Some(Token::Word(_))) {
            draft.value(c)?;
            c.eat(',');
        }
        if c.eat('{') {
            while !c.eat('}') {
                draft.imms.push(Imm::Word(c.number("an immediate")?));
                c.eat(',');
            }
        }
        Ok(())
    }
}

impl<'t> Draft<'t> {
    fn words(&mut self, words: &[u32]) {
        self.imms.extend(words.iter().map(|&word| Imm::Word(word)));
    }

    fn value(&mut self, c: &mut Cursor<'t>) -> Parsed<()> {
        let place = Place { line: c.line, col: c.col(), word: c.word("a value")? };
        self.args.push(place);
        Ok(())
    }

    /// A block with its arguments: the block, and how many there are.
    fn target(&mut self, c: &mut Cursor<'t>) -> Parsed<(Place<'t>, u32)> {
        let place = Place { line: c.line, col: c.col(), word: c.word("a block")? };
        let before = self.args.len();
        if c.eat('(') {
            while !c.eat(')') {
                self.value(c)?;
                c.eat(',');
            }
        }
        Ok((place, (self.args.len() - before) as u32))
    }
}

fn named(c: &mut Cursor<'_>, what: &str, find: impl FnOnce(&str) -> Option<u32>) -> Parsed<u32> {
    match c.peek_word().and_then(find) {
        Some(number) => {
            c.advance();
            Ok(number)
        }
        None => c.expected(what),
    }
}

fn position<T>(all: &[(T, &str)], word: &str) -> Option<u32> {
    all.iter().position(|(_, name)| *name == word).map(|n| n as u32)
}

/// Appends the instruction; names become numbers where they are known.
fn emit<'t>(body: &mut BodyDraft<'t>, inst: Inst, draft: Draft<'t>) {
    let number = body.insts.len() as u32;
    for place in draft.args {
        let at = body.pool.len() as u32;
        match body.value(place.word) {
            Some(value) => body.pool.push(value),
            None => {
                body.later_values.push((at, place));
                body.pool.push(NONE);
            }
        }
    }
    if inst.op.row().imms {
        body.pool.push(draft.imms.len() as u32);
        for imm in draft.imms {
            match imm {
                Imm::Word(word) => body.pool.push(word),
                Imm::Block(place) => {
                    body.later_blocks.push((BlockWord::Pool(body.pool.len() as u32), place));
                    body.pool.push(NONE);
                }
            }
        }
    }
    if let Some(place) = draft.target {
        body.later_blocks.push((BlockWord::Aux(number), place));
    }
    body.insts.push(inst);
    if let Some(block) = body.blocks.last_mut() {
        block.num_insts += 1;
    }
}
