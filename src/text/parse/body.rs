//! Functions: header, blocks, and the names of values and blocks.

use super::super::error::ParseError;
use super::super::lex::Token;
use super::super::names::{FUNC_FLAGS, RESERVED};
use super::cursor::{Cursor, Parsed};
use super::{FunctionDraft, Parser};
use crate::entity::hash::FxHashMap;
use crate::entity::{FuncId, Opt, PosId, StrId, TypeId};
use crate::ir::attr::Entity;
use crate::ir::{Attr, Block, EXTERNAL, Function, Inst, Run};

/// A body while it is read. Positions in `insts` are the function's own, `Inst::args` is in `pool`.
#[derive(Default)]
pub(super) struct BodyDraft<'t> {
    pub(super) blocks: Vec<Block>,
    pub(super) insts: Vec<Inst>,
    pub(super) values: Vec<TypeId>,
    pub(super) pool: Vec<u32>,
    /// Attributes with the function's own numbers.
    pub(super) attrs: Vec<Attr>,
    /// Instructions that make a site, its draft, and whether its type is implied.
    pub(super) makers: Vec<(u32, u32, bool)>,
    names: FxHashMap<&'t str, u32>,
    labels: FxHashMap<&'t str, u32>,
    /// Words of the pool that are values named before their definition.
    pub(super) later_values: Vec<(u32, Place<'t>)>,
    /// Words that are blocks.
    pub(super) later_blocks: Vec<(BlockWord, Place<'t>)>,
}

/// A word of the text, with its line and column.
#[derive(Clone, Copy)]
pub(super) struct Place<'t> {
    pub(super) word: &'t str,
    pub(super) line: u32,
    pub(super) col: u32,
}

/// Where a block's number belongs.
#[derive(Clone, Copy)]
pub(super) enum BlockWord {
    /// In the pool.
    Pool(u32),
    /// In an instruction's auxiliary word.
    Aux(u32),
    /// In the function's row.
    Recover,
}

impl<'t> BodyDraft<'t> {
    /// A new value.
    pub(super) fn define(&mut self, c: &mut Cursor<'t>) -> Parsed<u32> {
        let col = c.col();
        let name = c.word("a value")?;
        let id = self.values.len() as u32;
        if self.names.insert(name, id).is_some() {
            return Err(ParseError::new(c.line, col, format!("value `{name}` is defined twice")));
        }
        self.values.push(TypeId::from_raw(0));
        Ok(id)
    }

    /// The number of a value, if it is defined already.
    pub(super) fn value(&self, name: &str) -> Option<u32> {
        self.names.get(name).copied()
    }

    /// Puts the numbers of values and blocks where names stood.
    fn resolve(&mut self, recover: &mut Opt<crate::entity::BlockId>) -> Parsed<()> {
        for (at, place) in std::mem::take(&mut self.later_values) {
            match self.names.get(place.word) {
                Some(&id) => self.pool[at as usize] = id,
                None => return place.error(format!("value `{}` is not defined", place.word)),
            }
        }
        for (slot, place) in std::mem::take(&mut self.later_blocks) {
            let Some(&id) = self.labels.get(place.word) else {
                return place.error(format!("block `{}` is not defined", place.word));
            };
            match slot {
                BlockWord::Pool(at) => self.pool[at as usize] = id,
                BlockWord::Aux(inst) => self.insts[inst as usize].aux = id,
                BlockWord::Recover => *recover = Opt::from_raw(id),
            }
        }
        self.names = FxHashMap::default();
        self.labels = FxHashMap::default();
        Ok(())
    }
}

impl Place<'_> {
    pub(super) fn error<T>(&self, message: String) -> Parsed<T> {
        Err(ParseError::new(self.line, self.col, message))
    }
}

impl<'t> Parser<'t> {
    /// A function: its header line, and its body if that line opens one. Says how many lines the body takes.
    pub(super) fn function(&mut self, lines: &mut [Cursor<'t>]) -> Parsed<usize> {
        let (head, rest) = lines.split_at_mut(1);
        let c = &mut head[0];
        let id = self.ids[&c.line];
        self.places.current = None;
        let (mut draft, open) = self.header(c, id)?;
        let mut taken = 0;
        if open {
            let line = c.line;
            loop {
                let Some(c) = rest.get_mut(taken) else {
                    return Err(ParseError::new(line, 1, "the body has no `}`"));
                };
                c.rewind();
                taken += 1;
                if c.len() == 1 && c.eat('}') {
                    break;
                }
                self.body_line(c, &mut draft.body, FuncId::from_raw(id))?;
            }
        } else {
            draft.row.flags |= EXTERNAL;
        }
        draft.body.resolve(&mut draft.row.recover)?;
        self.funcs[id as usize] = Some(draft);
        Ok(taken)
    }

    fn header(&mut self, c: &mut Cursor<'t>, id: u32) -> Parsed<(FunctionDraft<'t>, bool)> {
        c.id('f');
        let name = if c.peek_word() == Some("func") { 0 } else { self.strings.name(c, "the function's name")? };
        let sig = TypeId::from_raw(self.ty(c)?);
        let mut row = Function {
            name: StrId::from_raw(name),
            sig,
            flags: 0,
            pos: PosId::from_raw(0),
            parent: Opt::NONE,
            instance_of: Opt::NONE,
            recover: Opt::NONE,
            free_off: 0,
            free_len: 0,
            blocks: Run::default(),
            insts: Run::default(),
            values: Run::default(),
        };
        let (mut free, mut body) = (Vec::new(), BodyDraft::default());
        loop {
            let (line, col) = (c.line, c.col());
            let Some(word) = c.peek_word() else { break };
            c.advance();
            if let Some(&(bit, _)) = FUNC_FLAGS.iter().find(|flag| flag.1 == word) {
                row.flags |= bit;
                continue;
            }
            match word {
                "external" => row.flags |= EXTERNAL,
                "flags" => row.flags |= c.assigned::<u32>()?,
                "parent" => {
                    c.expect('=')?;
                    row.parent = Opt::from_raw(self.func(c)?);
                }
                "instance_of" => {
                    c.expect('=')?;
                    row.instance_of = Opt::from_raw(self.func(c)?);
                }
                "recover" => {
                    c.expect('=')?;
                    let place = Place { line, col: c.col(), word: c.word("a block")? };
                    body.later_blocks.push((BlockWord::Recover, place));
                }
                "free" => {
                    c.expect('=')?;
                    c.expect('(')?;
                    while !c.eat(')') {
                        free.push(self.ty(c)?);
                        c.eat(',');
                    }
                }
                _ => return Err(ParseError::new(line, col, format!("unknown property of a function `{word}`"))),
            }
        }
        let attrs = self.attributes(c, Entity::Func, id)?;
        self.attrs.extend(attrs);
        row.pos = self.position(c)?.unwrap_or(PosId::from_raw(0));
        let open = c.eat('{');
        c.done()?;
        Ok((FunctionDraft { row, free, body }, open))
    }

    fn body_line(&mut self, c: &mut Cursor<'t>, body: &mut BodyDraft<'t>, func: FuncId) -> Parsed<()> {
        if c.last() == Some(&Token::Punct(':')) {
            return self.label(c, body);
        }
        if body.blocks.is_empty() {
            return c.error("an instruction before the first block");
        }
        self.instruction(c, body, func)
    }

    fn label(&mut self, c: &mut Cursor<'t>, body: &mut BodyDraft<'t>) -> Parsed<()> {
        let id = body.blocks.len() as u32;
        let col = c.col();
        let name = c.word("a block")?;
        if RESERVED.contains(&name) {
            return Err(ParseError::new(c.line, col, format!("`{name}` cannot name a block")));
        }
        if body.labels.insert(name, id).is_some() {
            return Err(ParseError::new(c.line, col, format!("block `{name}` is defined twice")));
        }
        let first_param = body.values.len() as u32;
        if c.eat('(') {
            while !c.eat(')') {
                let value = body.define(c)?;
                c.expect(':')?;
                body.values[value as usize] = self.ty(c)?.into();
                c.eat(',');
            }
        }
        let num_params = body.values.len() as u32 - first_param;
        let attrs = self.attributes(c, Entity::Block, id)?;
        body.attrs.extend(attrs);
        c.expect(':')?;
        c.done()?;
        let first_param = if num_params == 0 { 0 } else { first_param };
        body.blocks.push(Block { first_inst: body.insts.len() as u32, num_insts: 0, first_param, num_params });
        Ok(())
    }
}
