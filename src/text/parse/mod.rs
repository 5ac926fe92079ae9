//! Text to module.
//!
//! One pass over the lines gives every declared row its id, so that names may be used before they are declared; a second reads
//! the lines in the order of the text. What depends on types (the type a maker's site has unless it says otherwise) waits for
//! the end, because an expression anywhere may still add a row to the type table.

mod body;
mod cursor;
mod finish;
mod insts;
mod layout;
mod sites;
mod strings;
mod tables;
mod types;

use super::error::ParseError;
use super::lex::Token;
use crate::entity::hash::FxHashMap;
use crate::ir::{Attr, Function, Global, Module, Promise, Reloc, Target};
use body::BodyDraft;
use cursor::{Cursor, Parsed};
use sites::SiteTable;
use strings::{Places, StringTable};
use types::TypeTable;

/// Reads a module.
///
/// # Errors
/// The first line that is none, with the column and what was expected there. What the result means is not checked:
/// [`crate::ir::verify()`] does that.
pub fn parse(text: &str) -> Result<Module, ParseError> {
    let mut lines = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let cursor = Cursor::new(number as u32 + 1, line)?;
        if !cursor.is_empty() {
            lines.push(cursor);
        }
    }
    let mut parser = Parser::new();
    parser.declare(&mut lines)?;
    let mut at = 0;
    while at < lines.len() {
        lines[at].rewind();
        at += 1 + parser.statement(&mut lines[at..])?;
    }
    parser.finish()
}

/// What has been read so far.
struct Parser<'t> {
    name: u32,
    producer: u32,
    target: Target,
    strings: StringTable,
    places: Places,
    types: TypeTable,
    /// By line: the id a declared type, global or function has.
    ids: FxHashMap<u32, u32>,
    globals: Vec<Option<Global>>,
    global_names: FxHashMap<String, u32>,
    data: Vec<u8>,
    relocs: Vec<Reloc>,
    sites: SiteTable,
    funcs: Vec<Option<FunctionDraft<'t>>>,
    func_names: FxHashMap<String, u32>,
    attrs: Vec<Attr>,
    promises: Vec<Promise>,
}

/// A function, with its body if it has one.
struct FunctionDraft<'t> {
    row: Function,
    free: Vec<u32>,
    body: BodyDraft<'t>,
}

impl<'t> Parser<'t> {
    fn new() -> Self {
        Self {
            name: 0,
            producer: 0,
            target: Target::default(),
            strings: StringTable::new(),
            places: Places::new(),
            types: TypeTable::default(),
            ids: FxHashMap::default(),
            globals: Vec::new(),
            global_names: FxHashMap::default(),
            data: Vec::new(),
            relocs: Vec::new(),
            sites: SiteTable::default(),
            funcs: Vec::new(),
            func_names: FxHashMap::default(),
            attrs: Vec::new(),
            promises: Vec::new(),
        }
    }

    fn ty(&mut self, c: &mut Cursor<'_>) -> Parsed<u32> {
        self.types.ty(c, &mut self.strings)
    }

    /// A function by id or name.
    fn func(&self, c: &mut Cursor<'_>) -> Parsed<u32> {
        reference(c, 'f', "a function", &self.func_names)
    }

    /// A global by id or name.
    fn global(&self, c: &mut Cursor<'_>) -> Parsed<u32> {
        reference(c, 'g', "a global", &self.global_names)
    }

    /// Reads one statement and says how many lines after its first it took.
    fn statement(&mut self, lines: &mut [Cursor<'t>]) -> Parsed<usize> {
        let c = &mut lines[0];
        let col = c.col();
        let word = c.word("a statement")?;
        match word {
            "module" => self.module_line(c)?,
            "file" => self.file_line(c)?,
            "pos" => self.pos_line(c)?,
            // Read by `declare`.
            "type" => return Ok(0),
            "global" => self.global_line(c)?,
            "reloc" => self.reloc_line(c)?,
            "site" => self.site_line(c)?,
            "attribute" => self.attribute_line(c)?,
            "promise" => self.promise_line(c)?,
            "func" => return self.function(lines),
            _ => return Err(ParseError::new(c.line, col, format!("unknown statement `{word}`"))),
        }
        c.done()?;
        Ok(0)
    }
}

fn reference(c: &mut Cursor<'_>, letter: char, what: &str, names: &FxHashMap<String, u32>) -> Parsed<u32> {
    if let Some(id) = c.id(letter) {
        return Ok(id);
    }
    let name = match c.peek() {
        Some(&Token::Word(word)) => word.to_owned(),
        Some(Token::Str(text)) => text.clone(),
        _ => return c.expected(what),
    };
    match names.get(&name) {
        Some(&id) => {
            c.advance();
            Ok(id)
        }
        None => c.error(format!("{what} named `{name}` is not declared")),
    }
}

/// Ids for declarations of which some ask for one: those get theirs, the others the lowest that are left.
fn assign(wanted: &[(u32, Option<u32>)], letter: char) -> Parsed<Vec<u32>> {
    let mut taken = vec![false; wanted.len()];
    for &(line, id) in wanted {
        let Some(id) = id else { continue };
        match taken.get_mut(id as usize) {
            None => {
                let all = wanted.len();
                let message = format!("{letter}{id} leaves a gap: the text declares {all} of them");
                return Err(ParseError::new(line, 1, message));
            }
            Some(true) => return Err(ParseError::new(line, 1, format!("{letter}{id} is declared twice"))),
            Some(slot) => *slot = true,
        }
    }
    let mut free = 0;
    let mut next = || {
        while taken[free] {
            free += 1;
        }
        free += 1;
        free as u32 - 1
    };
    Ok(wanted.iter().map(|&(_, id)| id.unwrap_or_else(&mut next)).collect())
}
