//! How types, functions, globals and files are referred to.
//!
//! A type expression is used only where a parser that interns it finds exactly this row: the first of its structure. So the
//! printer interns along, and writes `t4` for a row that has a twin, is long, or has words an expression cannot say.

use super::super::lex::quote;
use super::super::names::bare;
use crate::entity::hash::FxHashMap;
use crate::entity::{FileId, StrId, TypeId};
use crate::ir::{Module, TypeKind};

/// Longest type expression; beyond it an id is more readable.
const LONGEST: usize = 48;
/// Longest name that is written wherever something is mentioned; a longer one stands in its declaration only, for otherwise a
/// text of one long name and many ids would print as their product.
const LONGEST_NAME: usize = 512;
/// Most rows an expression is made of.
const FUEL: u32 = 64;

pub(super) struct Display {
    types: Vec<String>,
    /// One more than the highest row each type's expression needs, names and types without parts not counted: those are known beforehand.
    reach: Vec<u32>,
    funcs: Vec<String>,
    globals: Vec<String>,
    files: Vec<bool>,
}

impl Display {
    pub(super) fn new(m: &Module) -> Self {
        let names = |all: Vec<StrId>, letter: char| -> Vec<String> {
            let mut count: FxHashMap<&str, u32> = FxHashMap::default();
            for &name in &all {
                *count.entry(m.str(name)).or_default() += 1;
            }
            all.iter()
                .enumerate()
                .map(|(id, &name)| match m.str(name) {
                    text if text.is_empty() || text.len() > LONGEST_NAME || count[text] > 1 => format!("{letter}{id}"),
                    text => spelled(text),
                })
                .collect()
        };
        let mut seen = FxHashMap::default();
        for &name in &m.files {
            *seen.entry(m.str(name)).or_insert(0) += 1;
        }
        let (types, reach) = types(m);
        Self {
            types,
            reach,
            funcs: names(m.funcs.iter().map(|f| f.name).collect(), 'f'),
            globals: names(m.globals.iter().map(|g| g.name).collect(), 'g'),
            files: m.files.iter().map(|&name| m.str(name).len() <= LONGEST_NAME && seen[m.str(name)] == 1).collect(),
        }
    }

    pub(super) fn ty(&self, ty: TypeId) -> std::borrow::Cow<'_, str> {
        match self.types.get(ty.index()) {
            Some(text) => text.into(),
            None => ty.to_string().into(),
        }
    }

    /// As [`Self::ty`] for the row `user` of the type table, whose line can use expressions over rows above it only.
    pub(super) fn part(&self, user: TypeId, ty: TypeId) -> String {
        match self.types.get(ty.index()) {
            Some(text) if self.reach[ty.index()] <= user.raw() => text.clone(),
            _ => ty.to_string(),
        }
    }

    pub(super) fn func(&self, id: u32) -> std::borrow::Cow<'_, str> {
        self.funcs.get(id as usize).map_or_else(|| format!("f{id}").into(), |text| text.as_str().into())
    }

    pub(super) fn global(&self, id: u32) -> std::borrow::Cow<'_, str> {
        self.globals.get(id as usize).map_or_else(|| format!("g{id}").into(), |text| text.as_str().into())
    }

    /// Whether a position may name its file: no other has the name, and it is no longer than names are.
    pub(super) fn file_is_unique(&self, file: FileId) -> bool {
        self.files[file.index()]
    }
}

/// A name, bare if it can be.
pub(super) fn spelled(name: &str) -> String {
    if bare(name) {
        return name.into();
    }
    let mut out = String::new();
    quote(&mut out, name);
    out
}

/// A named type's package and name as one bare word, if that can be.
pub(super) fn qualified(m: &Module, ty: TypeId) -> Option<String> {
    let (pkg, name) = m.types.name(ty)?;
    let (pkg, name) = (m.str(pkg), m.str(name));
    let whole = if pkg.is_empty() { name.to_owned() } else { format!("{pkg}.{name}") };
    (!name.is_empty() && !name.contains('.') && bare(&whole)).then_some(whole)
}

fn types(m: &Module) -> (Vec<String>, Vec<u32>) {
    let mut first = FxHashMap::default();
    let mut named: FxHashMap<String, u32> = FxHashMap::default();
    for (id, row) in m.types.rows.iter_enumerated() {
        if row.kind == TypeKind::Named {
            if let Some(name) = qualified(m, id) {
                *named.entry(name).or_default() += 1;
            }
        } else {
            first.entry((row.kind, row.a, row.b, row.flags, m.types.list(id))).or_insert(id);
        }
    }
    let mut out: Vec<Option<String>> = vec![None; m.types.len()];
    let mut reach = vec![0; m.types.len()];
    let mut writer = Writer {
        m,
        out: &mut out,
        fuel: 0,
        reach: &mut reach,
        highest: 0,
        unique: |id: TypeId| {
            let row = &m.types.rows[id];
            if row.kind == TypeKind::Named {
                qualified(m, id).filter(|name| name.len() <= LONGEST_NAME && named[name] == 1)
            } else {
                (first[&(row.kind, row.a, row.b, row.flags, m.types.list(id))] == id && row.flags == 0)
                    .then(String::new)
            }
        },
    };
    for id in m.types.rows.indices() {
        (writer.fuel, writer.highest) = (FUEL, 0);
        writer.write(id, 0);
        writer.reach[id.index()] = writer.highest;
    }
    let texts = out.into_iter().enumerate().map(|(id, text)| text.unwrap_or_else(|| format!("t{id}"))).collect();
    (texts, reach)
}

struct Writer<'a, F> {
    m: &'a Module,
    out: &'a mut Vec<Option<String>>,
    /// Rows the current expression may still look at.
    fuel: u32,
    reach: &'a mut Vec<u32>,
    /// One more than the highest row it needs so far.
    highest: u32,
    /// A name for a named row that has one of its own, anything for another row that is the first of its structure.
    unique: F,
}

impl<F: Fn(TypeId) -> Option<String>> Writer<'_, F> {
    fn write(&mut self, id: TypeId, depth: u32) -> String {
        let fallback = format!("t{}", id.raw());
        if let Some(done) = &self.out[id.index()] {
            self.highest = self.highest.max(self.reach[id.index()]);
            return done.clone();
        }
        // An unnamed type that contains itself, and nesting without end, stop here; the answer is not kept.
        if depth > 8 || self.fuel == 0 {
            return fallback;
        }
        self.fuel -= 1;
        let text = match (self.unique)(id) {
            None => fallback,
            Some(name) if !name.is_empty() => name,
            Some(_) => {
                if !self.m.types.rows[id].kind.is_basic() {
                    self.highest = self.highest.max(id.raw() + 1);
                }
                match self.expression(id, depth + 1) {
                    Some(text) if text.len() <= LONGEST => text,
                    _ => fallback,
                }
            }
        };
        if depth == 0 {
            self.out[id.index()] = Some(text.clone());
        }
        text
    }

    fn expression(&mut self, id: TypeId, depth: u32) -> Option<String> {
        let m = self.m;
        let row = m.types.rows[id];
        let mut part = |raw: u32| self.write(TypeId::from_raw(raw), depth);
        Some(match row.kind {
            kind if kind.is_basic() => ((row.a, row.b) == (0, 0)).then(|| kind.name().to_owned())?,
            TypeKind::Ptr if row.b == 0 => format!("*{}", part(row.a)),
            TypeKind::Slice if row.b == 0 => format!("[]{}", part(row.a)),
            TypeKind::Array if row.b == 0 => format!("[{}]{}", m.types.array_len(id), part(row.a)),
            TypeKind::Map => format!("map[{}]{}", part(row.a), part(row.b)),
            TypeKind::Chan if row.b <= 2 => channel(row.b, &part(row.a)),
            // Every part takes a character at least, so that what is longer need not be tried, again and again where many rows use it.
            TypeKind::Func if row.b <= 1 && row.a >= row.b && m.types.list(id).len() <= LONGEST => {
                let list = m.types.list(id);
                let (params, results) = list.split_at((row.a as usize).min(list.len()));
                signature(params, results, row.b == 1, part)
            }
            _ => return None,
        })
    }
}

/// A channel type over an element that is already text. `chan <-chan T` would be a channel to send on.
pub(super) fn channel(dir: u32, elem: &str) -> String {
    match dir {
        0 if elem.starts_with("<-") => format!("chan ({elem})"),
        0 => format!("chan {elem}"),
        1 => format!("chan<- {elem}"),
        _ => format!("<-chan {elem}"),
    }
}

/// A func type over parts that are already text.
pub(super) fn signature(
    params: &[u32],
    results: &[u32],
    variadic: bool,
    mut part: impl FnMut(u32) -> String,
) -> String {
    let mut out = String::from("func(");
    for (n, &ty) in params.iter().enumerate() {
        if n > 0 {
            out.push_str(", ");
        }
        if variadic && n + 1 == params.len() {
            out.push_str("variadic ");
        }
        out.push_str(&part(ty));
    }
    out.push(')');
    match results {
        [] => {}
        &[one] => {
            out.push(' ');
            out.push_str(&part(one));
        }
        many => {
            let many: Vec<String> = many.iter().map(|&ty| part(ty)).collect();
            out.push_str(&format!(" ({})", many.join(", ")));
        }
    }
    out
}
