//! A module as canonical text.
//!
//! The printer runs the parser's numbering along with it. Positions are written in place as long as a parser that numbers them
//! in the order of the text would arrive at the module's numbers; the first one that would not makes the printer start again
//! with the table written out. Names and types are written in place under the same rule, decided beforehand in `display`.

mod body;
mod display;
mod tables;

use super::lex::quote;
use super::names::bare_file;
use crate::entity::hash::FxHashMap;
use crate::entity::{FileId, NONE, PosId};
use crate::ir::attr::{self, Attr, Entity};
use crate::ir::{Module, Position};
use display::Display;
use std::fmt::Write as _;

/// The canonical text of a module.
///
/// The module need not be correct, only readable: what a builder or the image decoder hands out.
#[must_use]
pub fn print(module: &Module) -> String {
    let display = Display::new(module);
    let mut attrs = module.attrs.rows().to_vec();
    attrs.sort_by_key(|a| (a.entity, a.id, a.key, a.value));
    let mut printer = Printer::new(module, &display, &attrs, false);
    printer.module();
    if printer.positions.is_faithful(module) {
        return printer.out;
    }
    let mut printer = Printer::new(module, &display, &attrs, true);
    printer.module();
    printer.out
}

struct Printer<'m> {
    m: &'m Module,
    out: String,
    display: &'m Display,
    /// Attribute rows by entity and id.
    attrs: &'m [Attr],
    positions: Positions,
    /// The instruction, numbered in the module, in whose line each site is declared.
    declared_at: Vec<u32>,
}

/// The parser's numbering of positions, followed along.
struct Positions {
    /// Whether the table is written out.
    table: bool,
    ids: FxHashMap<Position, u32>,
    next: u32,
    faithful: bool,
    /// The file a position without one is in.
    file: Option<FileId>,
}

impl Positions {
    fn is_faithful(&self, m: &Module) -> bool {
        self.faithful && self.next as usize == m.positions.len().max(1)
    }
}

impl<'m> Printer<'m> {
    fn new(m: &'m Module, display: &'m Display, attrs: &'m [Attr], table: bool) -> Self {
        let mut ids = FxHashMap::default();
        if table {
            for (id, &pos) in m.positions.iter_enumerated().skip(1) {
                ids.entry(pos).or_insert(id.raw());
            }
        }
        let positions = Positions { table, ids, next: 1, faithful: true, file: None };
        let declared_at = body::declarations(m);
        Self { m, out: String::new(), display, attrs, positions, declared_at }
    }

    fn word(&mut self, text: &str) {
        if !self.out.ends_with(['\n', ' ', '(', '{', '[']) && !self.out.is_empty() {
            self.out.push(' ');
        }
        self.out.push_str(text);
    }

    fn quoted(&mut self, text: &str) {
        self.word("");
        quote(&mut self.out, text);
    }

    fn number(&mut self, word: &str, value: u32) {
        self.word("");
        let _ = write!(self.out, "{word}{value}");
    }

    fn line(&mut self) {
        self.out.push('\n');
    }

    /// A position as ` @file:line:col`; nothing for none.
    fn pos(&mut self, pos: PosId) {
        if pos.raw() == 0 {
            return;
        }
        let places = &mut self.positions;
        let row = self.m.positions.get(pos).copied();
        let file = row.filter(|row| row.file.index() < self.m.files.len() && self.display.file_is_unique(row.file));
        let id = row.and_then(|row| match (places.ids.get(&row), places.table) {
            (Some(&id), _) => Some(id),
            (None, true) => None,
            (None, false) => {
                let id = places.next;
                places.next += 1;
                places.ids.insert(row, id);
                Some(id)
            }
        });
        let inline = file.filter(|_| id == Some(pos.raw()));
        self.word("@");
        let Some(row) = inline else {
            self.positions.faithful = false;
            let _ = write!(self.out, "#{}", pos.raw());
            return;
        };
        if self.positions.file != Some(row.file) {
            self.positions.file = Some(row.file);
            let name = self.m.str(self.m.files[row.file]);
            if bare_file(name) {
                self.out.push_str(name);
            } else {
                quote(&mut self.out, name);
            }
            self.out.push(':');
        }
        let _ = write!(self.out, "{}:{}", row.line, row.col);
    }

    /// The attributes of an entity, each as `key=value` after a blank, wherever the caller opened a list.
    fn attr_list(&mut self, entity: Entity, id: u32) {
        for row in self.rows(entity, id) {
            let known = attr::KEYS.iter().find(|key| key.0 == row.key && key.2.contains(&entity));
            match known {
                Some(key) => self.word(key.1),
                None => self.number("attr", u32::from(row.key)),
            }
            if row.key == attr::TARGET && (row.value as usize) < self.m.funcs.len() {
                let _ = write!(self.out, "={}", self.display.func(row.value));
            } else {
                let _ = write!(self.out, "={}", row.value);
            }
        }
    }

    fn rows(&self, entity: Entity, id: u32) -> &'m [Attr] {
        let key = (entity as u16, id);
        let start = self.attrs.partition_point(|row| (row.entity, row.id) < key);
        let len = self.attrs[start..].partition_point(|row| (row.entity, row.id) == key);
        &self.attrs[start..start + len]
    }

    /// The attributes of an entity in brackets; nothing if there are none.
    fn attributes(&mut self, entity: Entity, id: u32) {
        if !self.rows(entity, id).is_empty() {
            self.word("[");
            self.attr_list(entity, id);
            self.out.push(']');
        }
    }
}

/// An id or `none`.
fn optional(raw: u32) -> Option<u32> {
    (raw != NONE).then_some(raw)
}
