//! Scalar replacement: a struct variable in parts becomes a variable a part.
//!
//! *The problem.* A struct whose fields are read and written one by one stays in memory: the address of a field is an address inside it. What
//! one field holds is then held by the whole.
//!
//! *Which variables.* Those of a struct type of at most [`MAX_LEAVES`] leaves whose address goes nowhere but into `load`, `store`,
//! `zero_mem` and `field_addr`, and the addresses of fields likewise. Fields are constant numbers, so nothing can reach from one
//! into the next. A leaf is what is no struct: arrays stay whole. Structs whose fields overlap, and variables of which no field is
//! addressed (`mem2reg` promotes those whole), stay as they are.
//!
//! *Invariants.* The struct's site stays in the table; nobody makes it. Each leaf has a new, silent site at the end of the table, with the
//! struct's position, depth and name. `load` of the whole, or of a struct in it, becomes an `aggregate` of its leaves' loads; `store`
//! takes the value apart. The form is memory form still: `mem2reg` makes values of the leaves, and knows about panics.
//!
//! *The algorithm.* One scan says of each address what part of which variable it is, one of each use whether it is allowed, one writes.
//! Linear in body and leaves.
//!
//! *Not done.* Arrays indexed by constants; structs behind `new`.

mod parts;
mod write;

use super::effects::Definitions;
use super::rewrite::rewrite;
use crate::entity::hash::FxHashMap;
use crate::entity::{NONE, Opt, SiteId, TypeId};
use crate::ir::types::TypeData;
use crate::ir::{Attr, Attrs, Entity, Module, Site, SiteKind, TypeKind, attr, site};
use parts::Parts;

/// Most leaves of a struct that is taken apart.
pub const MAX_LEAVES: usize = 8;

/// The module with struct variables in parts.
#[must_use]
pub fn scalar_replacement(module: &Module) -> Module {
    let mut made = Made::new(module);
    let mut parts = Parts::default();
    let mut definitions = Definitions::default();
    let mut after = rewrite(module, |_, body, edits| {
        definitions.compute(body);
        if parts.find(module, body, &definitions) {
            write::body(module, body, &parts, &definitions, &mut made, edits);
        }
    });
    made.append(&mut after);
    after
}

/// What is added to the module's tables.
struct Made<'m> {
    m: &'m Module,
    sites: Vec<Site>,
    /// The names of `sites`.
    names: Vec<String>,
    /// The struct's site of each.
    of: Vec<SiteId>,
    /// By type: a pointer to it.
    pointers: FxHashMap<TypeId, TypeId>,
    types: Vec<TypeId>,
}

impl<'m> Made<'m> {
    fn new(m: &'m Module) -> Self {
        let mut pointers = FxHashMap::default();
        for (id, row) in m.types.rows.iter_enumerated().filter(|(_, row)| row.kind == TypeKind::Ptr) {
            pointers.entry(TypeId::from_raw(row.a)).or_insert(id);
        }
        Self { m, sites: Vec::new(), names: Vec::new(), of: Vec::new(), pointers, types: Vec::new() }
    }

    /// The type of pointers to a type.
    fn pointer(&mut self, elem: TypeId) -> TypeId {
        let Self { m, pointers, types, .. } = self;
        *pointers.entry(elem).or_insert_with(|| {
            types.push(elem);
            TypeId::from_usize(m.types.len() + types.len() - 1)
        })
    }

    /// The site of a part of a struct.
    fn site(&mut self, of: SiteId, ty: TypeId, path: &str) -> SiteId {
        let whole = &self.m.sites[of];
        self.names.push(format!("{}{path}", self.m.str(whole.name)));
        self.of.push(of);
        self.sites.push(Site {
            kind: SiteKind::Var,
            ty,
            index: 0,
            flags: whole.flags | site::SILENT,
            parent: Opt::NONE,
            call: NONE,
            ..*whole
        });
        SiteId::from_usize(self.m.sites.len() + self.sites.len() - 1)
    }

    fn append(self, m: &mut Module) {
        for &elem in &self.types {
            m.types.push(TypeData::plain(TypeKind::Ptr, elem.raw(), 0), &[]);
        }
        if !self.types.is_empty() {
            m.types.finish(m.target).expect("pointers to types that are right are right");
        }
        let mut attrs: Vec<Attr> = Vec::new();
        for ((mut site, name), of) in self.sites.into_iter().zip(&self.names).zip(self.of) {
            let off = m.strings.bytes.len() as u32;
            m.strings.bytes.push_str(name);
            site.name = m.strings.ranges.push((off, name.len() as u32));
            let id = m.sites.push(site).raw();
            for key in [attr::DEPTH, attr::IN_WRAPPER, attr::PINNED] {
                let value = m.attrs.get(Entity::Site, key, of.raw());
                attrs.extend(value.map(|value| Attr { entity: Entity::Site as u16, key, id, value }));
            }
        }
        if !attrs.is_empty() {
            attrs.extend_from_slice(m.attrs.rows());
            m.attrs = Attrs::new(attrs);
        }
    }
}
