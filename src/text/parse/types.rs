//! The type table while it is read: declared rows at their ids, expressions interned behind them.

use super::super::error::ParseError;
use super::super::lex::Token;
use super::super::names::id;
use super::cursor::{Cursor, Parsed};
use super::layout;
use super::strings::StringTable;
use crate::entity::hash::FxHashMap;
use crate::ir::types::NOT_IN_HEAP;
use crate::ir::{Target, TypeData, TypeKind, Types};

/// Deepest nesting of a type expression.
const DEEPEST: u32 = 64;

/// A row before its list has a place in the pool.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct RowDraft {
    pub(super) kind: TypeKind,
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) flags: u32,
    pub(super) list: Vec<u32>,
    /// A struct written without size and offsets.
    pub(super) automatic: bool,
}

impl RowDraft {
    fn new(kind: TypeKind, a: u32, b: u32, list: Vec<u32>) -> Self {
        Self { kind, a, b, flags: 0, list, automatic: false }
    }
}

enum Expr {
    Id(u32),
    Row(RowDraft),
}

/// The rows so far. A declared row that has not been read yet is empty.
#[derive(Default)]
pub(super) struct TypeTable {
    rows: Vec<Option<RowDraft>>,
    lines: Vec<u32>,
    interned: FxHashMap<RowDraft, u32>,
    named: FxHashMap<String, u32>,
    declared: u32,
}

impl TypeTable {
    /// Makes room for declared rows.
    pub(super) fn declare(&mut self, lines: Vec<u32>) {
        self.declared = lines.len() as u32;
        self.rows.resize(lines.len(), None);
        self.lines = lines;
    }

    /// Makes a named row known by `pkg.name` before it is read.
    pub(super) fn name(&mut self, name: String, id: u32) {
        self.named.entry(name).or_insert(id);
    }

    /// Sets a declared row.
    pub(super) fn set(&mut self, id: u32, row: RowDraft) {
        if row.kind != TypeKind::Named {
            self.interned.entry(row.clone()).or_insert(id);
        }
        self.rows[id as usize] = Some(row);
    }

    pub(super) fn is_set(&self, id: u32) -> bool {
        self.rows[id as usize].is_some()
    }

    fn intern(&mut self, row: RowDraft, line: u32) -> u32 {
        let next = self.rows.len() as u32;
        let id = *self.interned.entry(row.clone()).or_insert(next);
        if id == next {
            self.rows.push(Some(row));
            self.lines.push(line);
        }
        id
    }

    /// A type.
    pub(super) fn ty(&mut self, c: &mut Cursor<'_>, strings: &mut StringTable) -> Parsed<u32> {
        self.nested(c, strings, 0)
    }

    fn nested(&mut self, c: &mut Cursor<'_>, strings: &mut StringTable, depth: u32) -> Parsed<u32> {
        match self.expr(c, strings, depth)? {
            Expr::Id(id) => Ok(id),
            Expr::Row(row) => Ok(self.intern(row, c.line)),
        }
    }

    /// Whether a type begins here.
    fn begins(&self, c: &Cursor<'_>) -> bool {
        match c.peek() {
            Some(Token::Arrow | Token::Punct('*')) => true,
            // A slice or an array. Attributes begin with `[` as well, but then a name follows.
            Some(Token::Punct('[')) => match c.peek_second() {
                Some(Token::Word(word)) => word.bytes().all(|b| b.is_ascii_digit()),
                second => second == Some(&Token::Punct(']')),
            },
            Some(&Token::Word(word)) => {
                matches!(word, "map" | "chan" | "func" | "struct" | "interface" | "opaque")
                    || basic(word).is_some()
                    || self.named.contains_key(word)
                    || id(word, 't').is_some()
            }
            _ => false,
        }
    }

    fn expr(&mut self, c: &mut Cursor<'_>, strings: &mut StringTable, depth: u32) -> Parsed<Expr> {
        use TypeKind as K;
        if depth > DEEPEST {
            return c.error("types are nested too deeply");
        }
        let depth = depth + 1;
        if c.eat('*') {
            let elem = self.nested(c, strings, depth)?;
            return Ok(Expr::Row(RowDraft::new(K::Ptr, elem, 0, Vec::new())));
        }
        if c.eat('(') {
            let inner = self.expr(c, strings, depth)?;
            c.expect(')')?;
            return Ok(inner);
        }
        if c.eat('[') {
            if c.eat(']') {
                let elem = self.nested(c, strings, depth)?;
                return Ok(Expr::Row(RowDraft::new(K::Slice, elem, 0, Vec::new())));
            }
            let len: u64 = c.number("a length or `]`")?;
            c.expect(']')?;
            let elem = self.nested(c, strings, depth)?;
            return Ok(Expr::Row(RowDraft::new(K::Array, elem, 0, vec![len as u32, (len >> 32) as u32])));
        }
        if c.eat_arrow() {
            if !c.eat_word("chan") {
                return c.expected("`chan`");
            }
            let elem = self.nested(c, strings, depth)?;
            return Ok(Expr::Row(RowDraft::new(K::Chan, elem, 2, Vec::new())));
        }
        let word = match c.peek_word() {
            Some(word) => word,
            None => return c.expected("a type"),
        };
        if let Some(id) = id(word, 't') {
            if id >= self.declared {
                return c.error(format!("type t{id} is not declared"));
            }
            c.advance();
            return Ok(Expr::Id(id));
        }
        if let Some(kind) = basic(word) {
            c.advance();
            return Ok(Expr::Row(RowDraft::new(kind, 0, 0, Vec::new())));
        }
        if let Some(&id) = self.named.get(word) {
            c.advance();
            return Ok(Expr::Id(id));
        }
        let row = match word {
            "map" => {
                c.advance();
                c.expect('[')?;
                let key = self.nested(c, strings, depth)?;
                c.expect(']')?;
                RowDraft::new(K::Map, key, self.nested(c, strings, depth)?, Vec::new())
            }
            "chan" => {
                c.advance();
                let dir = u32::from(c.eat_arrow());
                RowDraft::new(K::Chan, self.nested(c, strings, depth)?, dir, Vec::new())
            }
            "func" => {
                c.advance();
                self.signature(c, strings, depth)?
            }
            "struct" => {
                c.advance();
                self.fields(c, strings, depth)?
            }
            "interface" => {
                c.advance();
                c.expect('{')?;
                let mut list = Vec::new();
                while !c.eat('}') {
                    list.push(strings.name(c, "a method")?);
                    list.push(self.nested(c, strings, depth)?);
                    c.eat(',');
                }
                RowDraft::new(K::Interface, 0, 0, list)
            }
            "tparam" => {
                c.advance();
                let name = strings.name(c, "a name")?;
                RowDraft::new(K::TypeParam, self.nested(c, strings, depth)?, 0, vec![name])
            }
            "opaque" => {
                c.advance();
                let size: u64 = c.number("a size")?;
                let align = c.number("an alignment")?;
                let flags = u32::from(c.eat_word("pointers"));
                RowDraft { flags, ..RowDraft::new(K::Opaque, size as u32, (size >> 32) as u32, vec![align]) }
            }
            _ => return c.error(format!("unknown type `{word}`")),
        };
        Ok(Expr::Row(row))
    }

    fn signature(&mut self, c: &mut Cursor<'_>, strings: &mut StringTable, depth: u32) -> Parsed<RowDraft> {
        c.expect('(')?;
        let (mut list, mut variadic) = (Vec::new(), false);
        while !c.eat(')') {
            variadic |= c.eat_word("variadic");
            list.push(self.nested(c, strings, depth)?);
            c.eat(',');
        }
        let params = list.len() as u32;
        if c.eat('(') {
            while !c.eat(')') {
                list.push(self.nested(c, strings, depth)?);
                c.eat(',');
            }
        } else if self.begins(c) {
            list.push(self.nested(c, strings, depth)?);
        }
        Ok(RowDraft::new(TypeKind::Func, params, u32::from(variadic), list))
    }

    fn fields(&mut self, c: &mut Cursor<'_>, strings: &mut StringTable, depth: u32) -> Parsed<RowDraft> {
        let automatic = c.is_punct('{');
        let size: u64 = if automatic { 0 } else { c.number("a size or `{`")? };
        c.expect('{')?;
        let mut list = Vec::new();
        while !c.eat('}') {
            let name = strings.name(c, "a field")?;
            let ty = self.nested(c, strings, depth)?;
            let offset: u64 = if automatic { 0 } else { c.number("an offset")? };
            let mut flags = u32::from(c.eat_word("embedded"));
            if c.eat_word("flags") {
                flags = c.assigned()?;
            }
            list.extend([name, ty, offset as u32, (offset >> 32) as u32, flags]);
            c.eat(',');
        }
        Ok(RowDraft { automatic, ..RowDraft::new(TypeKind::Struct, size as u32, (size >> 32) as u32, list) })
    }

    /// The right side of a declared row that has no name.
    pub(super) fn unnamed_row(&mut self, c: &mut Cursor<'_>, strings: &mut StringTable) -> Parsed<RowDraft> {
        let col = c.col();
        match self.expr(c, strings, 0)? {
            Expr::Row(mut row) => {
                overrides(c, &mut row)?;
                Ok(row)
            }
            Expr::Id(_) => Err(ParseError::new(c.line, col, "a row of its own cannot be another row")),
        }
    }

    /// What follows the name of a named row.
    pub(super) fn named_row(
        &mut self,
        c: &mut Cursor<'_>,
        strings: &mut StringTable,
        name: [u32; 2],
        mut func: impl FnMut(&mut Cursor<'_>) -> Parsed<u32>,
    ) -> Parsed<RowDraft> {
        let mut list = name.to_vec();
        if c.eat('[') {
            while !c.eat(']') {
                list.push(self.ty(c, strings)?);
                c.eat(',');
            }
        }
        let args = list.len() as u32 - 2;
        let flags = if c.eat_word("not_in_heap") { NOT_IN_HEAP } else { 0 };
        c.expect('=')?;
        let underlying = self.ty(c, strings)?;
        let mut row = RowDraft { flags, ..RowDraft::new(TypeKind::Named, underlying, args, Vec::new()) };
        overrides(c, &mut row)?;
        while c.eat_word("method") {
            list.push(strings.name(c, "a method")?);
            list.push(func(c)?);
            list.push(if c.is_number() { c.number("flags")? } else { 0 });
        }
        row.list = list;
        Ok(row)
    }

    /// The finished table.
    pub(super) fn finish(mut self, target: Target) -> Parsed<Types> {
        layout::automatic(&mut self.rows, target).map_err(|(id, what)| ParseError::new(self.lines[id], 1, what))?;
        let mut types = Types::default();
        for row in self.rows.into_iter().flatten() {
            types.push(TypeData { flags: row.flags, ..TypeData::plain(row.kind, row.a, row.b) }, &row.list);
        }
        match types.finish(target) {
            Ok(()) => Ok(types),
            Err(error) => Err(ParseError::new(self.lines[error.ty.index()], 1, error.to_string())),
        }
    }
}

/// `a=`, `b=` and `flags=`: words of a row its expression does not say.
fn overrides(c: &mut Cursor<'_>, row: &mut RowDraft) -> Parsed<()> {
    loop {
        let slot = match c.peek_word() {
            Some("a") => &mut row.a,
            Some("b") => &mut row.b,
            Some("flags") => &mut row.flags,
            _ => return Ok(()),
        };
        c.advance();
        *slot = c.assigned()?;
    }
}

/// The kind a word names, if it has no parts.
pub(super) fn basic(word: &str) -> Option<TypeKind> {
    TypeKind::ALL.iter().find(|&&(kind, name)| kind.is_basic() && name == word).map(|&(kind, _)| kind)
}

/// A row of a kind without parts.
pub(super) fn basic_row(kind: TypeKind) -> RowDraft {
    RowDraft::new(kind, 0, 0, Vec::new())
}
