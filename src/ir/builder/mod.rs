//! Building a module in process.
//!
//! A [`ModuleBuilder`] collects the tables; a [`BodyBuilder`] one function's body. Blocks may be filled in any order and bodies
//! finished in any order: [`ModuleBuilder::finish`] lays everything out in function and block order, numbers values in order
//! of appearance and turns attribute rows about blocks and instructions into module-wide ids. Nothing is checked here beyond
//! what the tables need to be read safely; [`super::verify`] does the rest.

mod body;

pub use body::BodyBuilder;

use super::attr::{Attr, Attrs, Entity};
use super::module::{Function, Global, Module, Position, Promise, Reloc, Run, Strings};
use super::site::{Site, SiteKind};
use super::types::{Target, TypeData, TypeError, TypeKind, Types};
use crate::entity::hash::FxHashMap;
use crate::entity::{FileId, FuncId, GlobalId, NONE, Opt, PosId, SiteId, StrId, TypeId};
use index_vec::IndexVec;

/// Collects the tables of a module.
#[derive(Debug)]
pub struct ModuleBuilder {
    target: Target,
    name: StrId,
    producer: StrId,
    strings: Strings,
    string_ids: FxHashMap<String, StrId>,
    files: IndexVec<FileId, StrId>,
    positions: IndexVec<PosId, Position>,
    position_ids: FxHashMap<Position, PosId>,
    types: Types,
    type_ids: FxHashMap<(TypeKind, u32, u32, u32, Vec<u32>), TypeId>,
    globals: IndexVec<GlobalId, Global>,
    data: Vec<u8>,
    relocs: Vec<Reloc>,
    sites: IndexVec<SiteId, Site>,
    funcs: IndexVec<FuncId, Function>,
    bodies: Vec<Option<BodyBuilder>>,
    attrs: Vec<Attr>,
    promises: Vec<Promise>,
}

impl ModuleBuilder {
    /// An empty module.
    #[must_use]
    pub fn new(name: &str, target: Target) -> Self {
        let mut this = Self {
            target,
            name: StrId::from_raw(0),
            producer: StrId::from_raw(0),
            strings: Strings::default(),
            string_ids: FxHashMap::default(),
            files: IndexVec::new(),
            positions: IndexVec::new(),
            position_ids: FxHashMap::default(),
            types: Types::default(),
            type_ids: FxHashMap::default(),
            globals: IndexVec::new(),
            data: Vec::new(),
            relocs: Vec::new(),
            sites: IndexVec::new(),
            funcs: IndexVec::new(),
            bodies: Vec::new(),
            attrs: Vec::new(),
            promises: Vec::new(),
        };
        this.str("");
        this.positions.push(Position { file: FileId::from_raw(0), line: 0, col: 0 });
        this.name = this.str(name);
        this
    }

    /// Says what wrote the module.
    pub fn producer(&mut self, text: &str) {
        self.producer = self.str(text);
    }

    /// Interns a string.
    pub fn str(&mut self, text: &str) -> StrId {
        if let Some(&id) = self.string_ids.get(text) {
            return id;
        }
        let off = self.strings.bytes.len() as u32;
        self.strings.bytes.push_str(text);
        let id = self.strings.ranges.push((off, text.len() as u32));
        self.string_ids.insert(text.into(), id);
        id
    }

    /// Adds a source file.
    pub fn file(&mut self, name: &str) -> FileId {
        let name = self.str(name);
        self.files.push(name)
    }

    /// Interns a position.
    pub fn pos(&mut self, file: FileId, line: u32, col: u32) -> PosId {
        let pos = Position { file, line, col };
        *self.position_ids.entry(pos).or_insert_with(|| self.positions.push(pos))
    }

    /// Interns a type by structure.
    pub fn ty(&mut self, kind: TypeKind, a: u32, b: u32, flags: u32, list: &[u32]) -> TypeId {
        let types = &mut self.types;
        *self
            .type_ids
            .entry((kind, a, b, flags, list.to_vec()))
            .or_insert_with(|| types.push(TypeData { flags, ..TypeData::plain(kind, a, b) }, list))
    }

    /// A type without parts.
    pub fn basic(&mut self, kind: TypeKind) -> TypeId {
        self.ty(kind, 0, 0, 0, &[])
    }

    /// A pointer type.
    pub fn ptr(&mut self, elem: TypeId) -> TypeId {
        self.ty(TypeKind::Ptr, elem.raw(), 0, 0, &[])
    }

    /// A slice type.
    pub fn slice(&mut self, elem: TypeId) -> TypeId {
        self.ty(TypeKind::Slice, elem.raw(), 0, 0, &[])
    }

    /// A map type.
    pub fn map(&mut self, key: TypeId, value: TypeId) -> TypeId {
        self.ty(TypeKind::Map, key.raw(), value.raw(), 0, &[])
    }

    /// An array type.
    pub fn array(&mut self, elem: TypeId, len: u64) -> TypeId {
        self.ty(TypeKind::Array, elem.raw(), 0, 0, &[len as u32, (len >> 32) as u32])
    }

    /// A func type.
    pub fn func_type(&mut self, params: &[TypeId], results: &[TypeId], variadic: bool) -> TypeId {
        let list: Vec<u32> = params.iter().chain(results).map(|t| t.raw()).collect();
        self.ty(TypeKind::Func, params.len() as u32, u32::from(variadic), 0, &list)
    }

    /// A struct type of named fields at given offsets.
    pub fn struct_type(&mut self, size: u64, fields: &[(&str, TypeId, u64)]) -> TypeId {
        let mut list = Vec::new();
        for &(name, ty, offset) in fields {
            list.extend([self.str(name).raw(), ty.raw(), offset as u32, (offset >> 32) as u32, 0]);
        }
        self.ty(TypeKind::Struct, size as u32, (size >> 32) as u32, 0, &list)
    }

    /// An interface type of named methods.
    pub fn interface(&mut self, methods: &[(&str, TypeId)]) -> TypeId {
        let mut list = Vec::new();
        for &(name, sig) in methods {
            list.extend([self.str(name).raw(), sig.raw()]);
        }
        self.ty(TypeKind::Interface, 0, 0, 0, &list)
    }

    /// A fresh named type. Its underlying type may be set later by [`Self::set_underlying`].
    pub fn named(&mut self, pkg: &str, name: &str) -> TypeId {
        let (pkg, name) = (self.str(pkg), self.str(name));
        self.types.push(TypeData::plain(TypeKind::Named, NONE, 0), &[pkg.raw(), name.raw()])
    }

    /// As [`Self::named`], with type arguments and flags.
    pub fn named_with(&mut self, pkg: &str, name: &str, args: &[TypeId], flags: u32) -> TypeId {
        let mut list = vec![self.str(pkg).raw(), self.str(name).raw()];
        list.extend(args.iter().map(|ty| ty.raw()));
        self.types.push(TypeData { flags, ..TypeData::plain(TypeKind::Named, NONE, args.len() as u32) }, &list)
    }

    /// Sets what a named type is.
    pub fn set_underlying(&mut self, named: TypeId, underlying: TypeId) {
        self.types.rows[named].a = underlying.raw();
    }

    /// Sets the methods of a named type: name, function if the module has it, and flags as in [`super::types::Method`].
    pub fn set_methods<F: Into<Opt<FuncId>> + Copy>(&mut self, named: TypeId, methods: &[(&str, F, u32)]) {
        let row = self.types.rows[named];
        let mut list = self.types.list(named)[..2 + row.b as usize].to_vec();
        for &(name, func, flags) in methods {
            list.extend([self.str(name).raw(), func.into().raw(), flags]);
        }
        let row = &mut self.types.rows[named];
        row.list_off = self.types.lists.len() as u32;
        row.list_len = list.len() as u32;
        self.types.lists.extend(list);
    }

    /// Adds a package-level variable.
    pub fn global(&mut self, name: &str, ty: TypeId, pos: PosId) -> GlobalId {
        let name = self.str(name);
        self.globals.push(Global { name, ty, pos, flags: 0, data_off: 0, data_len: NONE })
    }

    /// Gives a global its initial bytes.
    pub fn data(&mut self, global: GlobalId, bytes: &[u8]) {
        let row = &mut self.globals[global];
        (row.data_off, row.data_len) = (self.data.len() as u32, bytes.len() as u32);
        self.data.extend_from_slice(bytes);
    }

    /// Adds a pointer inside the initial bytes of a global.
    pub fn reloc(&mut self, row: Reloc) {
        self.relocs.push(row);
    }

    /// Adds a site.
    pub fn site(&mut self, kind: SiteKind, ty: TypeId, func: FuncId, pos: PosId, name: &str) -> SiteId {
        let name = self.str(name);
        self.sites.push(Site { kind, ty, func, pos, name, index: 0, flags: 0, parent: Opt::NONE, call: NONE })
    }

    /// A site's row, to set what [`Self::site`] leaves out.
    pub fn site_mut(&mut self, site: SiteId) -> &mut Site {
        &mut self.sites[site]
    }

    /// Declares a function; it is external unless a body is finished for it.
    pub fn func(&mut self, name: &str, sig: TypeId, pos: PosId) -> FuncId {
        let name = self.str(name);
        self.bodies.push(None);
        self.funcs.push(Function {
            name,
            sig,
            flags: 0,
            pos,
            parent: Opt::NONE,
            instance_of: Opt::NONE,
            recover: Opt::NONE,
            free_off: 0,
            free_len: 0,
            blocks: Run::default(),
            insts: Run::default(),
            values: Run::default(),
        })
    }

    /// A function's row, to set its flags, parent or recover block.
    pub fn func_mut(&mut self, func: FuncId) -> &mut Function {
        &mut self.funcs[func]
    }

    /// Gives a function free variables of these types.
    pub fn free_vars(&mut self, func: FuncId, types: &[TypeId]) {
        let row = &mut self.funcs[func];
        row.free_off = self.types.lists.len() as u32;
        row.free_len = types.len() as u32;
        self.types.lists.extend(types.iter().map(|t| t.raw()));
    }

    /// Adds an attribute of the module, a function or a site. Those of blocks and instructions are given to the body.
    pub fn attr(&mut self, entity: Entity, key: u16, id: u32, value: u32) {
        self.attrs.push(Attr { entity: entity as u16, key, id, value });
    }

    /// Says what is known of a parameter of an external function; see [`Promise`].
    pub fn promise(&mut self, func: FuncId, param: u32, flows: [u8; 8]) {
        self.promises.push(Promise { func, param, flows });
    }

    /// Gives a function its body.
    pub fn body(&mut self, func: FuncId, body: BodyBuilder) {
        self.bodies[func.index()] = Some(body);
    }

    /// The types so far. Layouts are computed when the module is finished.
    #[must_use]
    pub const fn types(&self) -> &Types {
        &self.types
    }

    /// The package-level variables so far.
    #[must_use]
    pub const fn globals(&self) -> &IndexVec<GlobalId, Global> {
        &self.globals
    }

    /// The sites so far.
    #[must_use]
    pub const fn sites(&self) -> &IndexVec<SiteId, Site> {
        &self.sites
    }

    /// The functions so far. Where their bodies lie is known when the module is finished.
    #[must_use]
    pub const fn funcs(&self) -> &IndexVec<FuncId, Function> {
        &self.funcs
    }

    /// The strings so far.
    #[must_use]
    pub const fn strings(&self) -> &Strings {
        &self.strings
    }

    /// Number of files so far.
    #[must_use]
    pub fn num_files(&self) -> usize {
        self.files.len()
    }

    /// Number of positions so far, "no position" among them.
    #[must_use]
    pub fn num_positions(&self) -> usize {
        self.positions.len()
    }

    /// Number of bytes of initial data so far.
    #[must_use]
    pub fn num_data_bytes(&self) -> usize {
        self.data.len()
    }

    /// Whether a function has been given a body.
    #[must_use]
    pub fn has_body(&self, func: FuncId) -> bool {
        self.bodies.get(func.index()).is_some_and(Option::is_some)
    }

    /// Lays the module out.
    ///
    /// # Errors
    /// The first malformed type.
    pub fn finish(mut self) -> Result<Module, TypeError> {
        self.types.finish(self.target)?;
        let mut module = Module {
            name: self.name,
            producer: self.producer,
            target: self.target,
            strings: self.strings,
            files: self.files,
            positions: self.positions,
            types: self.types,
            globals: self.globals,
            data: self.data,
            relocs: self.relocs,
            sites: self.sites,
            funcs: self.funcs,
            attrs: Attrs::default(),
            promises: self.promises,
            blocks: Vec::new(),
            insts: Vec::new(),
            values: Vec::new(),
            pool: Vec::new(),
        };
        for (index, body) in self.bodies.into_iter().enumerate() {
            let func = &mut module.funcs[FuncId::from_usize(index)];
            func.blocks.start = module.blocks.len() as u32;
            func.insts.start = module.insts.len() as u32;
            func.values.start = module.values.len() as u32;
            match body {
                None => func.flags |= super::module::EXTERNAL,
                Some(body) => body.lay_out(&mut module, FuncId::from_usize(index), &mut self.attrs),
            }
        }
        module.attrs = Attrs::new(self.attrs);
        module.promises.sort_by_key(Promise::key);
        Ok(module)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::BlockId;
    use crate::ir::opcode::Opcode;

    #[test]
    fn values_are_numbered_in_block_order_however_blocks_are_filled() {
        let mut m = ModuleBuilder::new("m", Target::default());
        let int = m.basic(TypeKind::Int);
        let sig = m.func_type(&[], &[], false);
        let f = m.func("f", sig, PosId::from_raw(0));
        let mut b = BodyBuilder::new();
        let first = b.block(&[]);
        let second = b.block(&[int]);
        b.switch_to(second);
        let inst = b.emit(Opcode::Return, 0, &[], &[], &[]);
        b.attr(inst, 1000, 5);
        b.switch_to(first);
        let c = b.emit(Opcode::ConstInt, 0, &[], &[7, 0], &[int]);
        let c = b.result(c, 0);
        b.emit(Opcode::Jump, second.raw(), &[c], &[], &[]);
        m.body(f, b);
        let m = m.finish().expect("types are fine");
        let body = m.body(f);
        assert_eq!(body.blocks[1].params().map(|v| v.raw()).collect::<Vec<_>>(), [1]);
        assert_eq!(body.targets(&body.insts[1]).collect::<Vec<_>>(), [(BlockId::from_raw(1), &[0_u32][..])]);
        assert_eq!(body.imms(&body.insts[0]), [7, 0]);
        assert_eq!(m.attrs.get(Entity::Inst, 1000, 2), Some(5));
    }
}
