//! Interned strings, files and positions, numbered in the order of the text.

use super::super::lex::Token;
use super::cursor::{Cursor, Parsed};
use crate::entity::hash::FxHashMap;
use crate::entity::{FileId, PosId, StrId};
use crate::ir::{Position, Strings};
use index_vec::IndexVec;

/// Strings so far; 0 is empty.
pub(super) struct StringTable {
    pub(super) strings: Strings,
    ids: FxHashMap<String, u32>,
}

impl StringTable {
    pub(super) fn new() -> Self {
        let mut table = Self { strings: Strings::default(), ids: FxHashMap::default() };
        table.intern("");
        table
    }

    pub(super) fn intern(&mut self, text: &str) -> u32 {
        if let Some(&id) = self.ids.get(text) {
            return id;
        }
        let off = self.strings.bytes.len() as u32;
        self.strings.bytes.push_str(text);
        let id = self.strings.ranges.push((off, text.len() as u32)).raw();
        self.ids.insert(text.into(), id);
        id
    }

    /// A bare or quoted name.
    pub(super) fn name(&mut self, c: &mut Cursor<'_>, what: &str) -> Parsed<u32> {
        match c.string() {
            Some(text) => Ok(self.intern(&text)),
            None => c.word(what).map(|word| self.intern(word)),
        }
    }
}

/// Files and positions so far.
pub(super) struct Places {
    pub(super) files: IndexVec<FileId, StrId>,
    pub(super) positions: IndexVec<PosId, Position>,
    file_ids: FxHashMap<u32, FileId>,
    position_ids: FxHashMap<Position, PosId>,
    /// The file a position without one is in.
    pub(super) current: Option<FileId>,
}

impl Places {
    pub(super) fn new() -> Self {
        let mut positions = IndexVec::new();
        positions.push(Position { file: FileId::from_raw(0), line: 0, col: 0 });
        Self {
            files: IndexVec::new(),
            positions,
            file_ids: FxHashMap::default(),
            position_ids: FxHashMap::default(),
            current: None,
        }
    }

    /// A row of the table of files.
    pub(super) fn add_file(&mut self, name: u32) {
        let id = self.files.push(StrId::from_raw(name));
        self.file_ids.entry(name).or_insert(id);
    }

    /// A row of the table of positions.
    pub(super) fn add_position(&mut self, row: Position) {
        let id = self.positions.push(row);
        self.position_ids.entry(row).or_insert(id);
    }

    /// `@…`, if it comes next: `@file:line:col`, `@line:col` in the file last named, `@#7`, `@none`.
    pub(super) fn position(&mut self, c: &mut Cursor<'_>, strings: &mut StringTable) -> Parsed<Option<PosId>> {
        if !c.eat('@') {
            return Ok(None);
        }
        if c.eat('#') {
            return c.number("a position's number").map(|n: u32| Some(PosId::from_raw(n)));
        }
        if c.eat_word("none") {
            return Ok(Some(PosId::from_raw(0)));
        }
        if !c.is_number() {
            let name = match c.peek() {
                Some(Token::Str(_) | Token::Word(_)) => strings.name(c, "a file")?,
                _ => return c.expected("a position"),
            };
            let files = &mut self.files;
            let file = *self.file_ids.entry(name).or_insert_with(|| files.push(StrId::from_raw(name)));
            self.current = Some(file);
            c.expect(':')?;
        }
        let Some(file) = self.current else { return c.error("a position without a file, and none was named before") };
        let line = c.number("a line")?;
        c.expect(':')?;
        let row = Position { file, line, col: c.number("a column")? };
        let positions = &mut self.positions;
        Ok(Some(*self.position_ids.entry(row).or_insert_with(|| positions.push(row))))
    }
}
