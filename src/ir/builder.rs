//! Building a module in process.
//!
//! A [`ModuleBuilder`] collects the tables; a [`BodyBuilder`] one function's body. Blocks may be filled in any order and bodies
//! finished in any order: [`ModuleBuilder::finish`] lays everything out in function and block order, numbers values in order
//! of appearance and turns attribute rows about blocks and instructions into module-wide ids. Nothing is checked here beyond
//! what the tables need to be read safely; [`super::verify`] does the rest.

use super::attr::{Attr, Attrs, Entity};
use super::module::{Block, Function, Global, Inst, Module, Position, Promise, Run, Strings};
use super::opcode::Opcode;
use super::site::{Site, SiteKind};
use super::types::{Target, TypeData, TypeError, TypeKind, Types};
use crate::entity::hash::FxHashMap;
use crate::entity::{BlockId, FileId, FuncId, GlobalId, InstId, NONE, Opt, PosId, SiteId, StrId, TypeId, Value};
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

    /// Sets what a named type is.
    pub fn set_underlying(&mut self, named: TypeId, underlying: TypeId) {
        self.types.rows[named].a = underlying.raw();
    }

    /// Sets the methods of a named type: name, function, and flags as in [`super::types::Method`].
    pub fn set_methods(&mut self, named: TypeId, methods: &[(&str, FuncId, u32)]) {
        let row = self.types.rows[named];
        let mut list = self.types.list(named)[..2 + row.b as usize].to_vec();
        for &(name, func, flags) in methods {
            list.extend([self.str(name).raw(), func.raw(), flags]);
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
            data: Vec::new(),
            relocs: Vec::new(),
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

#[derive(Debug)]
struct DraftBlock {
    params: Vec<Value>,
    insts: Vec<u32>,
}

/// Builds one function's body. Values and instructions are handles into this builder until the module is finished.
#[derive(Debug, Default)]
pub struct BodyBuilder {
    blocks: Vec<DraftBlock>,
    insts: Vec<Inst>,
    pool: Vec<u32>,
    values: Vec<TypeId>,
    attrs: Vec<Attr>,
    current: usize,
    pos: Option<PosId>,
}

impl BodyBuilder {
    /// An empty body.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a block with parameters of these types and makes it current.
    pub fn block(&mut self, params: &[TypeId]) -> BlockId {
        let params = params.iter().map(|&ty| self.value(ty)).collect();
        self.current = self.blocks.len();
        self.blocks.push(DraftBlock { params, insts: Vec::new() });
        BlockId::from_usize(self.current)
    }

    /// Makes a block current.
    pub fn switch_to(&mut self, block: BlockId) {
        self.current = block.index();
    }

    /// The current block.
    #[must_use]
    pub fn current(&self) -> BlockId {
        BlockId::from_usize(self.current)
    }

    /// Parameter `n` of a block.
    #[must_use]
    pub fn param(&self, block: BlockId, n: usize) -> Value {
        self.blocks[block.index()].params[n]
    }

    /// The position of the instructions to come.
    pub fn at(&mut self, pos: PosId) {
        self.pos = Some(pos);
    }

    fn value(&mut self, ty: TypeId) -> Value {
        self.values.push(ty);
        Value::from_usize(self.values.len() - 1)
    }

    /// Appends an instruction to the current block and returns its handle.
    ///
    /// # Panics
    /// With more than 65,535 operands or 255 results, or before the first block.
    pub fn emit(&mut self, op: Opcode, aux: u32, args: &[Value], imms: &[u32], results: &[TypeId]) -> InstId {
        let start = self.pool.len() as u32;
        self.pool.extend(args.iter().map(|v| v.raw()));
        if op.row().imms {
            self.pool.push(imms.len() as u32);
            self.pool.extend_from_slice(imms);
        }
        let first_result = self.values.len() as u32;
        self.values.extend_from_slice(results);
        let id = self.insts.len();
        self.insts.push(Inst {
            op,
            num_results: u8::try_from(results.len()).expect("at most 255 results"),
            num_args: u16::try_from(args.len()).expect("at most 65,535 operands"),
            args: start,
            first_result,
            aux,
            pos: self.pos.unwrap_or(PosId::from_raw(0)),
        });
        self.blocks[self.current].insts.push(id as u32);
        InstId::from_usize(id)
    }

    /// Appends an instruction with one result and returns it.
    pub fn value_of(&mut self, op: Opcode, aux: u32, args: &[Value], ty: TypeId) -> Value {
        let inst = self.emit(op, aux, args, &[], &[ty]);
        self.insts[inst.index()].result()
    }

    /// Result `n` of an instruction.
    #[must_use]
    pub fn result(&self, inst: InstId, n: u32) -> Value {
        Value::from_raw(self.insts[inst.index()].first_result + n)
    }

    /// Adds an attribute of an instruction.
    pub fn attr(&mut self, inst: InstId, key: u16, value: u32) {
        self.attrs.push(Attr { entity: Entity::Inst as u16, key, id: inst.raw(), value });
    }

    /// Adds an attribute of a block.
    pub fn block_attr(&mut self, block: BlockId, key: u16, value: u32) {
        self.attrs.push(Attr { entity: Entity::Block as u16, key, id: block.raw(), value });
    }

    fn lay_out(self, module: &mut Module, func: FuncId, attrs: &mut Vec<Attr>) {
        let row = &mut module.funcs[func];
        let mut values = vec![NONE; self.values.len()];
        let mut next_value = 0;
        let mut place = |old: Value, types: &mut Vec<TypeId>| {
            values[old.index()] = next_value;
            types.push(self.values[old.index()]);
            next_value += 1;
        };
        for block in &self.blocks {
            block.params.iter().for_each(|&p| place(p, &mut module.values));
            for &i in &block.insts {
                self.insts[i as usize].results().for_each(|r| place(r, &mut module.values));
            }
        }
        let mut inst_ids = vec![NONE; self.insts.len()];
        let mut next_inst = 0;
        for block in &self.blocks {
            module.blocks.push(Block {
                first_inst: next_inst,
                num_insts: block.insts.len() as u32,
                first_param: block.params.first().map_or(0, |p| values[p.index()]),
                num_params: block.params.len() as u32,
            });
            for &i in &block.insts {
                let mut inst = self.insts[i as usize];
                let start = module.pool.len() as u32;
                let args = &self.pool[inst.args as usize..][..inst.num_args as usize];
                module.pool.extend(args.iter().map(|&w| values.get(w as usize).copied().unwrap_or(w)));
                if inst.op.row().imms {
                    let rest = &self.pool[inst.args as usize + args.len()..];
                    module.pool.extend_from_slice(&rest[..1 + rest[0] as usize]);
                }
                inst.args = start;
                if inst.num_results > 0 {
                    inst.first_result = values[inst.first_result as usize];
                }
                module.insts.push(inst);
                inst_ids[i as usize] = next_inst;
                next_inst += 1;
            }
        }
        row.blocks.len = self.blocks.len() as u32;
        row.insts.len = next_inst;
        row.values.len = next_value;
        attrs.extend(self.attrs.into_iter().map(|attr| {
            let id = if attr.entity == Entity::Inst as u16 {
                row.insts.start + inst_ids[attr.id as usize]
            } else {
                row.blocks.start + attr.id
            };
            Attr { id, ..attr }
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
