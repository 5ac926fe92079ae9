//! Sites while they are read. A maker declares its site at first mention; ids left out are filled in at the end.

use super::super::lex::Token;
use super::cursor::{Cursor, Parsed};
use super::{Parser, assign};
use crate::entity::hash::FxHashMap;
use crate::entity::{PosId, StrId};
use crate::ir::attr::Entity;
use crate::ir::site::SILENT;
use crate::ir::{Site, SiteKind};

/// Sites so far, in the order of the text.
#[derive(Default)]
pub(super) struct SiteTable {
    pub(super) rows: Vec<Site>,
    wanted: Vec<(u32, Option<u32>)>,
    by_id: FxHashMap<u32, u32>,
    /// Attributes, with the draft's number as id.
    pub(super) attrs: Vec<crate::ir::Attr>,
}

impl SiteTable {
    /// Adds a site; `None` if the id is taken.
    pub(super) fn declare(&mut self, id: Option<u32>, row: Site, line: u32) -> Option<u32> {
        let draft = self.rows.len() as u32;
        if let Some(id) = id
            && self.by_id.insert(id, draft).is_some()
        {
            return None;
        }
        self.rows.push(row);
        self.wanted.push((line, id));
        Some(draft)
    }

    /// The site with this id, if it has been declared.
    pub(super) fn find(&self, id: u32) -> Option<u32> {
        self.by_id.get(&id).copied()
    }

    /// The id of each site.
    pub(super) fn ids(&self) -> Parsed<Vec<u32>> {
        assign(&self.wanted, 's')
    }
}

/// What a text said of a site that is otherwise implied.
#[derive(Clone, Copy, Default)]
pub(super) struct Said {
    pub(super) ty: bool,
    pub(super) pos: bool,
}

impl Parser<'_> {
    /// The name and the clause in braces, if they come next.
    pub(super) fn site_details(&mut self, c: &mut Cursor<'_>, draft: u32) -> Parsed<()> {
        self.site_clause(c, draft).map(|_| ())
    }

    /// As [`Self::site_details`]; says what was given.
    pub(super) fn site_clause(&mut self, c: &mut Cursor<'_>, draft: u32) -> Parsed<Said> {
        let mut said = Said::default();
        let at = draft as usize;
        if let Some(name) = c.string() {
            self.sites.rows[at].name = StrId::from_raw(self.strings.intern(&name));
        }
        if !c.eat('{') {
            return Ok(said);
        }
        loop {
            c.eat(',');
            if c.eat('}') {
                return Ok(said);
            }
            if let Some(pos) = self.position(c)? {
                self.sites.rows[at].pos = pos;
                said.pos = true;
                continue;
            }
            if c.is_number() {
                self.sites.rows[at].index = c.number("an index")?;
                continue;
            }
            let Some(&Token::Word(word)) = c.peek() else { return c.expected("a property of the site, or `}`") };
            match word {
                "type" => {
                    c.advance();
                    self.sites.rows[at].ty = self.ty(c)?.into();
                    said.ty = true;
                }
                "silent" => {
                    c.advance();
                    self.sites.rows[at].flags |= SILENT;
                }
                "flags" => {
                    c.advance();
                    self.sites.rows[at].flags |= c.assigned::<u32>()?;
                }
                "parent" => {
                    c.advance();
                    c.expect('=')?;
                    let Some(parent) = c.id('s') else { return c.expected("a site's id") };
                    self.sites.rows[at].parent = crate::entity::Opt::from_raw(parent);
                }
                "call" => {
                    c.advance();
                    self.sites.rows[at].call = c.assigned()?;
                }
                _ => match SiteKind::from_name(word) {
                    Some(kind) => {
                        c.advance();
                        self.sites.rows[at].kind = kind;
                    }
                    None => {
                        let row = self.attribute(c, Entity::Site, draft)?;
                        self.sites.attrs.push(row);
                    }
                },
            }
        }
    }

    /// Makes a site's position the maker's where the text gives none.
    pub(super) fn imply_position(&mut self, draft: u32, pos: PosId) {
        self.sites.rows[draft as usize].pos = pos;
    }
}
