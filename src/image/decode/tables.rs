//! The tables: one pass over each, every id checked against the table it points into.

use super::bodies::Code;
use super::{Input, Plan};
use crate::entity::{FileId, FuncId, GlobalId, NONE, Opt, PosId, SiteId, StrId, TypeId};
use crate::image::error::{ImageError, ImageErrorKind as Kind};
use crate::image::frame::{Noun, Section, as_words, word};
use crate::image::section::module as sec;
use crate::ir::attr::{BY_VALUE, TARGET};
use crate::ir::types::TypeError;
use crate::ir::{
    Attr, Attrs, Entity, Global, Position, Promise, Reloc, Site, SiteKind, Strings, TypeData, TypeKind, Types,
};
use index_vec::IndexVec;
use std::cmp::Ordering;

type Result<T> = std::result::Result<T, ImageError>;

/// Name and producer.
pub(super) fn module(input: &Input<'_>) -> Result<(StrId, StrId)> {
    let section = input.section(sec::MODULE);
    if section.count != 1 {
        return Err(section.bad(0, 0, format!("{} rows; there is one module", section.count)));
    }
    let row: [u32; 2] = section.row(0);
    let strings = input.count(sec::STRINGS);
    let name = section.id(0, 0, row[0], strings, Noun::STRING)?;
    let producer = section.id(0, 1, row[1], strings, Noun::STRING)?;
    Ok((StrId::from_raw(name), StrId::from_raw(producer)))
}

/// The text and its ranges.
pub(super) fn strings(input: &Input<'_>) -> Result<Strings> {
    let (blob, table) = (input.section(sec::STRING_BYTES), input.section(sec::STRINGS));
    let text = std::str::from_utf8(blob.bytes)
        .map_err(|e| blob.error(Kind::BadUtf8, e.valid_up_to(), "the text is not UTF-8 from here on"))?;
    let mut ranges = IndexVec::with_capacity(table.count as usize);
    let mut budget = Budget::new(blob.count);
    if table.count == 0 {
        return Err(table.bad(0, 0, "row 0, the empty string, is missing"));
    }
    for (index, [off, len]) in table.rows::<2>().enumerate() {
        if index == 0 && len != 0 {
            return Err(table.bad(0, 1, format!("row 0 is the empty string; this one has {len} bytes")));
        }
        let end = budget.take(&table, index, 0, off, len, "bytes of text")?;
        if !text.is_char_boundary(off as usize) || !text.is_char_boundary(end) {
            let at = if text.is_char_boundary(off as usize) { end } else { off as usize };
            let message = format!("str{index} splits a character at byte {at} of the text");
            return Err(table.error(Kind::BadUtf8, index * table.entry, message));
        }
        ranges.push((off, len));
    }
    Ok(Strings { bytes: text.into(), ranges })
}

/// Ranges of a pool, all together no longer than the pool: otherwise a small image could make its readers walk the same words
/// again and again.
struct Budget {
    pool: u32,
    left: u32,
}

impl Budget {
    fn new(pool: u32) -> Self {
        Self { pool, left: pool }
    }

    /// Takes a range, given by the word of its row it begins in, and returns its end.
    #[inline(always)]
    fn take(&mut self, at: &Section<'_>, row: usize, word: usize, off: u32, len: u32, what: &str) -> Result<usize> {
        match (off.checked_add(len).filter(|&end| end <= self.pool), self.left.checked_sub(len)) {
            (Some(end), Some(left)) => {
                self.left = left;
                Ok(end as usize)
            }
            (end, _) => Err(self.overdrawn(at, row, word, (off, len), end.is_some(), what)),
        }
    }

    /// What is wrong with a range; `inside`: not that it lies outside.
    #[cold]
    fn overdrawn(
        &self,
        at: &Section<'_>,
        row: usize,
        word: usize,
        (off, len): (u32, u32),
        inside: bool,
        what: &str,
    ) -> ImageError {
        let pool = self.pool;
        if inside {
            at.bad(row, word + 1, format!("the ranges up to here share some of the {pool} {what}"))
        } else {
            at.bad(row, word, format!("{off}..+{len} lies outside the {pool} {what}"))
        }
    }
}

/// File names.
pub(super) fn files(input: &Input<'_>) -> Result<IndexVec<FileId, StrId>> {
    let section = input.section(sec::FILES);
    let strings = input.count(sec::STRINGS);
    let mut files = IndexVec::with_capacity(section.count as usize);
    for (index, [name]) in section.rows::<1>().enumerate() {
        files.push(StrId::from_raw(section.id(index, 0, name, strings, Noun::STRING)?));
    }
    Ok(files)
}

/// Positions.
pub(super) fn positions(input: &Input<'_>) -> Result<IndexVec<PosId, Position>> {
    let section = input.section(sec::POSITIONS);
    let files = input.count(sec::FILES);
    // There are half as many of them as instructions: look for a wrong one only if the largest is.
    let mut most = 0;
    let mut position = |[file, line, col]: [u32; 3]| {
        most = most.max(file);
        Position { file: FileId::from_raw(file), line, col }
    };
    let positions: IndexVec<PosId, Position> = match section.exact_rows::<3>() {
        Some(rows) => rows.iter().map(|row| position(row.map(word))).collect(),
        None => section.rows::<3>().map(&mut position).collect(),
    };
    if let Some(&first) = positions.first()
        && first != (Position { file: FileId::from_raw(0), line: 0, col: 0 })
    {
        return Err(section.bad(0, 0, "row 0 is \"no position\"; its words must be zero"));
    }
    if most >= files.max(1) {
        for (id, row) in positions.iter_enumerated().skip(1) {
            section.id(id.index(), 0, row.file.raw(), files, Noun::FILE)?;
        }
    }
    if positions.is_empty() {
        return Err(section.bad(0, 0, "row 0, \"no position\", is missing"));
    }
    Ok(positions)
}

/// Types with their lists and layouts.
pub(super) fn types(input: &Input<'_>) -> Result<Types> {
    let (section, lists) = (input.section(sec::TYPES), input.section(sec::LISTS));
    let mut types = Types {
        rows: IndexVec::with_capacity(section.count as usize),
        lists: as_words(lists.bytes).iter().map(|&w| word(w)).collect(),
        layout: IndexVec::new(),
    };
    let mut budget = Budget::new(lists.count);
    for (index, [number, a, b, flags, list_off, list_len]) in section.rows::<6>().enumerate() {
        let Some(kind) = TypeKind::from_number(number) else {
            return Err(section.bad(index, 0, format!("type kind {number} does not exist")));
        };
        budget.take(&section, index, 4, list_off, list_len, "words of type lists")?;
        types.rows.push(TypeData { kind, a, b, flags, list_off, list_len });
    }
    types
        .finish(input.frame.target)
        .map_err(|TypeError { ty, message }| section.bad(ty.index(), 0, format!("type {ty}: {message}")))?;
    names(input, &types, &lists)?;
    let mut budget = Budget::new(budget.left);
    budget.pool = lists.count;
    let funcs = input.section(sec::FUNCS);
    for (index, row) in funcs.rows::<14>().enumerate() {
        let (off, len) = (row[7], row[8]);
        let end = budget.take(&funcs, index, 7, off, len, "words of type lists")?;
        for at in off as usize..end {
            lists.id(at, 0, types.lists[at], section.count, Noun::TYPE)?;
        }
    }
    Ok(types)
}

/// Checks the strings and functions types name; [`Types::finish`] has checked their shape and the types.
fn names(input: &Input<'_>, types: &Types, lists: &Section<'_>) -> Result<()> {
    let (strings, funcs) = (input.count(sec::STRINGS), input.count(sec::FUNCS));
    for row in &types.rows {
        let start = row.list_off as usize;
        let list = &types.lists[start..][..row.list_len as usize];
        let name = |at: usize| lists.id(start + at, 0, list[at], strings, Noun::STRING);
        match row.kind {
            TypeKind::Struct => (0..list.len()).step_by(5).try_for_each(|at| name(at).map(drop))?,
            TypeKind::Interface => (0..list.len()).step_by(2).try_for_each(|at| name(at).map(drop))?,
            TypeKind::TypeParam => drop(name(0)?),
            TypeKind::Named => {
                name(0)?;
                name(1)?;
                for at in (2 + row.b as usize..list.len()).step_by(3) {
                    name(at)?;
                    lists.optional_id(start + at + 1, 0, list[at + 1], funcs, Noun::FUNC)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Package-level variables.
pub(super) fn globals(input: &Input<'_>) -> Result<IndexVec<GlobalId, Global>> {
    let section = input.section(sec::GLOBALS);
    let mut globals = IndexVec::with_capacity(section.count as usize);
    let mut budget = Budget::new(input.count(sec::DATA));
    for (index, [name, ty, pos, flags, data_off, data_len]) in section.rows::<6>().enumerate() {
        section.id(index, 0, name, input.count(sec::STRINGS), Noun::STRING)?;
        section.id(index, 1, ty, input.count(sec::TYPES), Noun::TYPE)?;
        section.id(index, 2, pos, input.count(sec::POSITIONS), Noun::POSITION)?;
        if data_len != NONE {
            budget.take(&section, index, 4, data_off, data_len, "bytes of data")?;
        }
        let (name, ty, pos) = (StrId::from_raw(name), TypeId::from_raw(ty), PosId::from_raw(pos));
        globals.push(Global { name, ty, pos, flags, data_off, data_len });
    }
    Ok(globals)
}

/// Pointers in the data.
pub(super) fn relocs(input: &Input<'_>, globals: &IndexVec<GlobalId, Global>, types: &Types) -> Result<Vec<Reloc>> {
    let section = input.section(sec::RELOCS);
    let mut relocs = Vec::with_capacity(section.count as usize);
    for (index, [global, offset, kind, target, addend]) in section.rows::<5>().enumerate() {
        let global = GlobalId::from_raw(section.id(index, 0, global, input.count(sec::GLOBALS), Noun::GLOBAL)?);
        let row = &globals[global];
        let size = if row.data_len == NONE { types.layout[row.ty].size } else { u64::from(row.data_len) };
        if u64::from(offset) + u64::from(input.frame.target.pointer_size) > size {
            let message = format!("a pointer at byte {offset} reaches past the {size} bytes of g{}", global.raw());
            return Err(section.bad(index, 1, message));
        }
        match kind {
            0 => section.id(index, 3, target, input.count(sec::GLOBALS), Noun::GLOBAL)?,
            1 => section.id(index, 3, target, input.count(sec::FUNCS), Noun::FUNC)?,
            _ => return Err(section.bad(index, 2, format!("relocation kind {kind}; 0 and 1 are defined"))),
        };
        relocs.push(Reloc { global, offset, kind, target, addend });
    }
    Ok(relocs)
}

/// Ranges of the ids in a row of a site.
struct SiteLimits {
    types: u32,
    funcs: u32,
    positions: u32,
    strings: u32,
    sites: u32,
    insts: u32,
}

impl SiteLimits {
    /// The kind in a row, or what is wrong with the row.
    #[cold]
    fn check(&self, section: &Section<'_>, index: usize, row: &[u32; 9]) -> Result<SiteKind> {
        let &[number, ty, func, pos, name, _, _, parent, call] = row;
        let Some(kind) = SiteKind::from_number(number) else {
            return Err(section.bad(index, 0, format!("site kind {number} does not exist")));
        };
        section.id(index, 1, ty, self.types, Noun::TYPE)?;
        section.id(index, 2, func, self.funcs, Noun::FUNC)?;
        section.id(index, 3, pos, self.positions, Noun::POSITION)?;
        section.id(index, 4, name, self.strings, Noun::STRING)?;
        section.optional_id(index, 7, parent, self.sites, Noun::SITE)?;
        section.optional_id(index, 8, call, self.insts, Noun::INST)?;
        Ok(kind)
    }
}

/// Allocation sites.
pub(super) fn sites(input: &Input<'_>, plan: &Plan) -> Result<IndexVec<SiteId, Site>> {
    let section = input.section(sec::SITES);
    let limits = SiteLimits {
        types: input.count(sec::TYPES),
        funcs: input.count(sec::FUNCS),
        positions: input.count(sec::POSITIONS),
        strings: input.count(sec::STRINGS),
        sites: section.count,
        insts: plan.insts as u32,
    };
    let mut sites = IndexVec::with_capacity(section.count as usize);
    // Most writers number what is referred to first.
    let mut ascending = true;
    for (index, row) in section.rows::<9>().enumerate() {
        let [number, ty, func, pos, name, site_index, flags, parent, call] = row;
        let fine = (ty < limits.types)
            & (func < limits.funcs)
            & (pos < limits.positions)
            & (name < limits.strings)
            & ((parent == NONE) | (parent < limits.sites))
            & ((call == NONE) | (call < limits.insts));
        let kind = match SiteKind::from_number(number) {
            Some(kind) if fine => kind,
            _ => limits.check(&section, index, &row)?,
        };
        ascending &= parent == NONE || (parent as usize) < index;
        sites.push(Site {
            kind,
            ty: TypeId::from_raw(ty),
            func: FuncId::from_raw(func),
            pos: PosId::from_raw(pos),
            name: StrId::from_raw(name),
            index: site_index,
            flags,
            parent: Opt::from_raw(parent),
            call,
        });
    }
    if !ascending {
        acyclic(&section, 7, Noun::SITE, |i| sites[SiteId::from_raw(i)].parent.raw())?;
    }
    Ok(sites)
}

/// Checks that following a column of optional ids of the same table always ends.
pub(super) fn acyclic(section: &Section<'_>, at: usize, noun: Noun, next: impl Fn(u32) -> u32) -> Result<()> {
    // Most writers number what is referred to first, and need no marks.
    if (0..section.count).all(|i| next(i) == NONE || next(i) < i) {
        return Ok(());
    }
    // A row's mark is the walk that met it first; meeting one's own mark again is a cycle.
    let mut marks = vec![NONE; section.count as usize];
    for start in 0..section.count {
        let mut row = start;
        while row != NONE && marks[row as usize] == NONE {
            marks[row as usize] = start;
            row = next(row);
        }
        if row != NONE && marks[row as usize] == start {
            return Err(section.bad(row as usize, at, format!("{} {}{row} is among its own parents", noun.0, noun.1)));
        }
    }
    Ok(())
}

/// Attributes, after the bodies, for they may be about instructions.
pub(super) fn attrs(input: &Input<'_>, code: &Code) -> Result<Attrs> {
    let section = input.section(sec::ATTRS);
    let (funcs, sites) = (input.count(sec::FUNCS), input.count(sec::SITES));
    let (blocks, insts) = (code.blocks.len() as u32, code.insts.len() as u32);
    let mut rows = Vec::with_capacity(section.count as usize);
    // By entity: the number of its ids; ids of unknown entities are not looked at.
    let known = [1, funcs, blocks, insts, sites].map(u64::from);
    let head = |entity: Entity, key: u16| u32::from(key) | (entity as u32) << 16;
    let (target, by_value) = (head(Entity::Inst, TARGET), head(Entity::Inst, BY_VALUE));
    let mut last = (0, 0);
    for (index, [word, id, value]) in section.rows::<3>().enumerate() {
        // As the rows are sorted: by entity, key and id, and by value.
        let (head, order) = (word.rotate_left(16), (u64::from(word.rotate_left(16)) << 32 | u64::from(id), value));
        let attr = Attr { entity: word as u16, key: (word >> 16) as u16, id, value };
        if order < last {
            return Err(section.bad(index, 0, "the rows are not sorted by entity, key, id and value"));
        }
        if known.get(usize::from(attr.entity)).is_some_and(|&limit| u64::from(id) >= limit) {
            return Err(unknown_entity(&section, index, &attr, &known));
        }
        if head == target {
            section.id(index, 2, value, funcs, Noun::FUNC)?;
        } else if head == by_value {
            let bindings = u32::from(code.insts[id as usize].num_args);
            section.id(index, 2, value, bindings, Noun("binding", ""))?;
        }
        rows.push(attr);
        last = order;
    }
    Ok(Attrs::sorted(rows))
}

/// The error for an attribute of an entity that does not exist, given how many there are of each kind.
#[cold]
fn unknown_entity(section: &Section<'_>, index: usize, attr: &Attr, known: &[u64; 5]) -> ImageError {
    let noun = match Entity::from_number(attr.entity) {
        Some(Entity::Func) => Noun::FUNC,
        Some(Entity::Block) => Noun::BLOCK,
        Some(Entity::Inst) => Noun::INST,
        Some(Entity::Site) => Noun::SITE,
        Some(Entity::Module) | None => Noun("module", ""),
    };
    section.bad(index, 1, noun.missing(attr.id, known[usize::from(attr.entity)] as u32))
}

/// Promises, after the functions, for they must be about external ones.
pub(super) fn promises(input: &Input<'_>, code: &Code, types: &Types) -> Result<Vec<Promise>> {
    let section = input.section(sec::PROMISES);
    let mut promises: Vec<Promise> = Vec::with_capacity(section.count as usize);
    for (index, [func, param, low, high]) in section.rows::<4>().enumerate() {
        let func = FuncId::from_raw(section.id(index, 0, func, input.count(sec::FUNCS), Noun::FUNC)?);
        let row = &code.funcs[func];
        if !row.is_external() {
            return Err(section.bad(index, 0, format!("{func} has a body; only external ones are promised of")));
        }
        section.id(index, 1, param, types.params(row.sig).len() as u32, Noun("parameter", ""))?;
        let [a, b] = [low, high].map(u32::to_le_bytes);
        let flows = [a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3]];
        let promise = Promise { func, param, flows };
        match promises.last().map(|last| last.key().cmp(&promise.key())) {
            None | Some(Ordering::Less) => promises.push(promise),
            Some(Ordering::Equal) => return Err(section.bad(index, 0, "the parameter is promised of twice")),
            Some(Ordering::Greater) => {
                return Err(section.bad(index, 0, "the rows are not sorted by function and parameter"));
            }
        }
    }
    Ok(promises)
}
