//! Statements of one line.

use super::super::lex::Token;
use super::cursor::{Cursor, Parsed};
use super::types::{basic, basic_row};
use super::{Parser, assign};
use crate::entity::{FileId, GlobalId, NONE, Opt, PosId, StrId, TypeId};
use crate::ir::attr::{self, Entity};
use crate::ir::{Attr, Global, Position, Promise, Reloc, Site, SiteKind};

impl<'t> Parser<'t> {
    /// Gives every declaration its id, and reads the types.
    pub(super) fn declare(&mut self, lines: &mut [Cursor<'t>]) -> Parsed<()> {
        let (mut types, mut globals, mut funcs) = (Vec::new(), Vec::new(), Vec::new());
        let mut in_body = false;
        for (n, c) in lines.iter_mut().enumerate() {
            if in_body {
                in_body = !(c.len() == 1 && c.is_punct('}'));
                continue;
            }
            let kind = c.peek_word();
            let (list, letter) = match kind {
                Some("type") => (&mut types, 't'),
                Some("global") => (&mut globals, 'g'),
                Some("func") => (&mut funcs, 'f'),
                _ => continue,
            };
            in_body = kind == Some("func") && c.last() == Some(&Token::Punct('{'));
            c.advance();
            let wanted = c.id(letter);
            list.push((n, c.line, wanted));
        }
        let ids = |list: &[(usize, u32, Option<u32>)], letter| {
            let wanted: Vec<_> = list.iter().map(|&(_, line, id)| (line, id)).collect();
            assign(&wanted, letter)
        };
        for (list, letter) in [(&globals, 'g'), (&funcs, 'f')] {
            for (&(n, line, _), id) in list.iter().zip(ids(list, letter)?) {
                self.ids.insert(line, id);
                let name = match lines[n].peek() {
                    Some(&Token::Word(word)) if word != "func" => word.to_owned(),
                    Some(Token::Str(text)) => text.clone(),
                    _ => continue,
                };
                let names = if letter == 'g' { &mut self.global_names } else { &mut self.func_names };
                names.entry(name).or_insert(id);
            }
        }
        self.globals.resize(globals.len(), None);
        self.funcs.resize_with(funcs.len(), || None);
        let type_ids = ids(&types, 't')?;
        self.read_types(lines, &types, &type_ids)
    }

    fn read_types(&mut self, lines: &mut [Cursor<'t>], types: &[(usize, u32, Option<u32>)], ids: &[u32]) -> Parsed<()> {
        let mut line_of = vec![0; types.len()];
        for (&(_, line, _), &id) in types.iter().zip(ids) {
            line_of[id as usize] = line;
        }
        self.types.declare(line_of);
        // Names and types without parts first: rows may refer to them before they are declared.
        let mut names = Vec::new();
        for (&(n, ..), &id) in types.iter().zip(ids) {
            let c = &mut lines[n];
            let name = match c.peek() {
                Some(Token::Str(_)) => {
                    let pkg = c.string().unwrap_or_default();
                    let Some(name) = c.string() else { return c.expected("the type's name after its package") };
                    Some((pkg, name))
                }
                Some(&Token::Word(word)) => {
                    c.advance();
                    let (pkg, name) = word.rsplit_once('.').unwrap_or(("", word));
                    self.types.name(word.to_owned(), id);
                    Some((pkg.to_owned(), name.to_owned()))
                }
                _ => None,
            };
            names.push(name);
            if names.last() == Some(&None) {
                let mut rest = c.clone();
                rest.expect('=')?;
                if let Some(kind) = rest.peek_word().and_then(basic) {
                    rest.advance();
                    if rest.peek().is_none() {
                        self.types.set(id, basic_row(kind));
                    }
                }
            }
        }
        for ((&(n, ..), &id), name) in types.iter().zip(ids).zip(names) {
            if self.types.is_set(id) {
                continue;
            }
            let c = &mut lines[n];
            let row = match name {
                None => {
                    c.expect('=')?;
                    self.types.unnamed_row(c, &mut self.strings)?
                }
                Some((pkg, name)) => {
                    let name = [self.strings.intern(&pkg), self.strings.intern(&name)];
                    let funcs = &self.func_names;
                    let func = |c: &mut Cursor<'_>| {
                        if c.eat_word("none") { Ok(NONE) } else { super::reference(c, 'f', "a function", funcs) }
                    };
                    self.types.named_row(c, &mut self.strings, name, func)?
                }
            };
            c.done()?;
            self.types.set(id, row);
        }
        Ok(())
    }

    /// A position, or none.
    pub(super) fn position(&mut self, c: &mut Cursor<'_>) -> Parsed<Option<PosId>> {
        self.places.position(c, &mut self.strings)
    }

    pub(super) fn module_line(&mut self, c: &mut Cursor<'_>) -> Parsed<()> {
        self.name = self.strings.name(c, "the module's name")?;
        loop {
            if c.eat_word("producer") {
                self.producer = self.strings.name(c, "the producer")?;
            } else if c.eat_word("pointer") {
                self.target.pointer_size = match c.number("4 or 8")? {
                    size @ (4 | 8) => size,
                    _ => return c.error("a pointer has 4 or 8 bytes"),
                };
            } else if c.eat_word("align") {
                self.target.max_align = c.number("an alignment")?;
            } else {
                return Ok(());
            }
        }
    }

    pub(super) fn file_line(&mut self, c: &mut Cursor<'_>) -> Parsed<()> {
        let name = self.strings.name(c, "a file's name")?;
        self.places.add_file(name);
        Ok(())
    }

    pub(super) fn pos_line(&mut self, c: &mut Cursor<'_>) -> Parsed<()> {
        let file = FileId::from_raw(c.number("a file's number")?);
        let row = Position { file, line: c.number("a line")?, col: c.number("a column")? };
        self.places.add_position(row);
        Ok(())
    }

    /// What is written `word=number`.
    pub(super) fn flags(&self, c: &mut Cursor<'_>) -> Parsed<Option<u32>> {
        if c.eat_word("flags") { c.assigned().map(Some) } else { Ok(None) }
    }

    pub(super) fn global_line(&mut self, c: &mut Cursor<'_>) -> Parsed<()> {
        self.places.current = None;
        c.id('g');
        let name = StrId::from_raw(self.strings.name(c, "the global's name")?);
        let ty = TypeId::from_raw(self.ty(c)?);
        let flags = self.flags(c)?.unwrap_or(0);
        let (mut data_off, mut data_len) = (0, NONE);
        if c.eat_word("data") {
            let Some(text) = c.string() else { return c.expected("bytes as a string of hexadecimal digits") };
            let digit = |b: u8| (b as char).to_digit(16);
            let bytes: Option<Vec<u8>> = text
                .as_bytes()
                .chunks(2)
                .map(|pair| match pair {
                    &[hi, lo] => Some((digit(hi)? << 4 | digit(lo)?) as u8),
                    _ => None,
                })
                .collect();
            let Some(bytes) = bytes else { return c.error("bytes are two hexadecimal digits each") };
            (data_off, data_len) = (self.data.len() as u32, bytes.len() as u32);
            self.data.extend(bytes);
        }
        let pos = self.position(c)?.unwrap_or(PosId::from_raw(0));
        let id = self.ids[&c.line];
        self.globals[id as usize] = Some(Global { name, ty, pos, flags, data_off, data_len });
        Ok(())
    }

    pub(super) fn reloc_line(&mut self, c: &mut Cursor<'_>) -> Parsed<()> {
        let global = GlobalId::from_raw(self.global(c)?);
        c.expect('+')?;
        let offset = c.number("an offset")?;
        let kind = u32::from(c.eat_word("func"));
        let target = if kind == 1 { self.func(c)? } else { self.global(c)? };
        c.expect('+')?;
        let addend = c.number("an addend")?;
        self.relocs.push(Reloc { global, offset, kind, target, addend });
        Ok(())
    }

    /// A site no maker declares.
    pub(super) fn site_line(&mut self, c: &mut Cursor<'_>) -> Parsed<()> {
        self.places.current = None;
        let Some(id) = c.id('s') else { return c.expected("a site's id") };
        let func = self.func(c)?.into();
        let word = c.word("a kind of site")?;
        let Some(kind) = SiteKind::from_name(word) else { return c.error(format!("unknown kind of site `{word}`")) };
        let ty = TypeId::from_raw(self.ty(c)?);
        let (parent, call) = (Opt::NONE, NONE);
        let row = Site {
            kind,
            ty,
            func,
            pos: PosId::from_raw(0),
            name: StrId::from_raw(0),
            index: 0,
            flags: 0,
            parent,
            call,
        };
        let Some(draft) = self.sites.declare(Some(id), row, c.line) else {
            return c.error(format!("s{id} is declared twice"));
        };
        self.site_details(c, draft)
    }

    pub(super) fn attribute_line(&mut self, c: &mut Cursor<'_>) -> Parsed<()> {
        let entity = c.number("the number of a kind of entity")?;
        let key = c.number("a key's number")?;
        let row = Attr { entity, key, id: c.number("an id")?, value: c.number("a value")? };
        self.attrs.push(row);
        Ok(())
    }

    /// What is known of a parameter of an external function: `promise f 0 heap=1 result0=2`.
    pub(super) fn promise_line(&mut self, c: &mut Cursor<'_>) -> Parsed<()> {
        let func = self.func(c)?.into();
        let param = c.number("a parameter's number")?;
        let mut flows = [0; 8];
        while let Some(word) = c.peek_word() {
            let Some(flow) = Promise::FLOWS.iter().position(|&name| name == word) else {
                return c.error(format!("unknown flow `{word}`"));
            };
            c.advance();
            c.expect('=')?;
            flows[flow] = c.number("dereferences plus one, at most 255")?;
        }
        self.promises.push(Promise { func, param, flows });
        Ok(())
    }

    /// An attribute as `key`, `key=value` or `attr12=value`.
    pub(super) fn attribute(&mut self, c: &mut Cursor<'_>, entity: Entity, id: u32) -> Parsed<Attr> {
        let Some(word) = c.peek_word() else { return c.expected("an attribute") };
        let number = word.strip_prefix("attr").and_then(|n| n.parse().ok());
        let known = attr::KEYS.iter().find(|key| key.1 == word).map(|key| key.0);
        let Some(key) = known.or(number) else { return c.error(format!("unknown attribute `{word}`")) };
        c.advance();
        let mut value = 1;
        if c.eat('=') {
            value = if c.is_number() { c.number("a value")? } else { self.func(c)? };
        }
        Ok(Attr { entity: entity as u16, key, id, value })
    }

    /// `[…]`, if it comes next.
    pub(super) fn attributes(&mut self, c: &mut Cursor<'_>, entity: Entity, id: u32) -> Parsed<Vec<Attr>> {
        let mut rows = Vec::new();
        if c.eat('[') {
            while !c.eat(']') {
                rows.push(self.attribute(c, entity, id)?);
                c.eat(',');
            }
        }
        Ok(rows)
    }
}
