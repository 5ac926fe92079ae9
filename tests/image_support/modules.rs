//! Modules made by the builder: every table has rows, every opcode is used, ids are in range. They need not verify.

use super::Random;
use outlive::entity::{BlockId, FuncId, GlobalId, Opt, SiteId, TypeId, Value};
use outlive::ir::opcode::{Aux, Row, TABLE};
use outlive::ir::types::NOT_IN_HEAP;
use outlive::ir::{
    BodyBuilder, EXPORTED, Entity, HAS_RECEIVER, Module, ModuleBuilder, Opcode, Reloc, SiteKind, Target, TypeKind,
    WITH_PARENT,
};

/// How large a module is to be.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Functions, of which every eighth is external.
    pub funcs: u32,
    /// Blocks of a body.
    pub blocks: u32,
    /// Instructions of a block, its terminator included.
    pub insts: u32,
}

struct Ids {
    types: Vec<TypeId>,
    func_types: Vec<TypeId>,
    strings: u32,
    sites: u32,
    funcs: u32,
    globals: u32,
}

/// A module of some size, always the same for the same seed.
pub fn module(seed: u64, size: Size) -> Module {
    let mut random = Random(seed | 1);
    let target = Target { pointer_size: if seed & 2 == 0 { 8 } else { 4 }, max_align: 8 };
    let mut m = ModuleBuilder::new(&format!("example.com/seed{seed}"), target);
    m.producer("tests");
    let file = m.file("grüße.go");
    m.file("b.go");
    for line in 1..20 {
        m.pos(file, line, 1 + line % 7);
    }
    let pos = m.pos(file, 1, 2);
    let (types, func_types) = types(&mut m);
    let names: Vec<String> = (0..12).map(|i| format!("näme{i}")).collect();
    let strings = names.iter().map(|name| m.str(name).raw()).max().unwrap_or(0) + 1;
    for (i, name) in names.iter().take(4).enumerate() {
        m.global(name, types[types.len() - 1 - i], pos);
    }
    for f in 0..size.funcs {
        let id = m.func(&names[f as usize % names.len()], func_types[f as usize % func_types.len()], pos);
        if f % 3 == 1 {
            m.func_mut(id).parent = Opt::from(FuncId::from_raw(f / 2));
            m.func_mut(id).flags |= WITH_PARENT;
        }
        if f % 5 == 4 {
            m.func_mut(id).instance_of = Opt::from(FuncId::from_raw(f / 3));
            m.func_mut(id).flags |= EXPORTED | HAS_RECEIVER;
        }
        if f % 4 == 2 {
            let free: Vec<TypeId> = (0..f % 3 + 1).map(|_| *random.pick(&types)).collect();
            m.free_vars(id, &free);
        }
    }
    let sites = 8 + size.funcs;
    for s in 0..sites {
        let (kind, name, _) = SiteKind::ALL[s as usize % SiteKind::ALL.len()];
        let func = FuncId::from_raw(s % size.funcs);
        let id = m.site(kind, *random.pick(&types), func, pos, name);
        let row = m.site_mut(id);
        row.index = s % 3;
        row.flags = s & 1;
        if s % 6 == 5 {
            row.parent = Opt::from(SiteId::from_raw(s / 2));
            row.call = 0;
        }
        m.attr(Entity::Site, 1, s, s % 4 + 1);
    }
    m.attr(Entity::Module, 999, 0, 1);
    let ids = Ids { types, func_types, strings, sites, funcs: size.funcs, globals: 4 };
    let mut next_row = seed as usize;
    for f in (0..size.funcs).filter(|f| f % 8 != 7) {
        m.body(FuncId::from_raw(f), body(&ids, size, &mut random, &mut next_row));
        if f % 8 == 1 {
            m.func_mut(FuncId::from_raw(f)).recover = Opt::from(BlockId::from_raw(size.blocks - 1));
        }
        m.attr(Entity::Func, 15, f, 26);
    }
    for f in (7..size.funcs).step_by(8) {
        let params = [0, 2, 2][f as usize % 3];
        (0..params).for_each(|p| m.promise(FuncId::from_raw(f), p, [p as u8, 0, 255, f as u8, 0, 0, 0, 2]));
    }
    let mut m = m.finish().expect("the types are well-formed");
    m.data = (0..64).collect();
    for (g, (off, len)) in [(0, 16), (16, 48)].into_iter().enumerate() {
        let row = &mut m.globals[GlobalId::from_usize(g)];
        (row.data_off, row.data_len) = (off, len);
    }
    let reloc =
        |global, offset, kind, target| Reloc { global: GlobalId::from_raw(global), offset, kind, target, addend: 3 };
    m.relocs = vec![reloc(0, 8, 0, 1), reloc(1, 0, 1, 0), reloc(1, 40, 0, 3)];
    m
}

/// One type of every kind at least, and the func types among them.
fn types(m: &mut ModuleBuilder) -> (Vec<TypeId>, Vec<TypeId>) {
    let mut types: Vec<TypeId> = TypeKind::ALL.iter().filter(|(k, _)| k.is_basic()).map(|&(k, _)| m.basic(k)).collect();
    let int = m.basic(TypeKind::Int);
    let node = m.named("example.com/list", "Node");
    let next = m.ptr(node);
    let record = m.struct_type(32, &[("value", int, 0), ("next", next, 8), ("größe", int, 16)]);
    m.set_underlying(node, record);
    let slice = m.slice(node);
    let nothing = m.func_type(&[], &[], false);
    let copy = m.func_type(&[next, int], &[slice], false);
    let rest = m.func_type(&[int, slice], &[int, int], true);
    let shape = m.interface(&[("Area", nothing), ("Scale", copy)]);
    types.extend([next, node, record, slice, nothing, copy, rest, shape]);
    types.extend([m.map(int, slice), m.array(node, 3), m.ty(TypeKind::Chan, node.raw(), 2, 0, &[])]);
    let (pkg, name, method) = (m.str("example.com/p").raw(), m.str("T").raw(), m.str("Größe").raw());
    types.push(m.ty(TypeKind::Named, record.raw(), 1, NOT_IN_HEAP, &[pkg, name, int.raw(), method, 0, 3]));
    types.push(m.ty(TypeKind::TypeParam, shape.raw(), 0, 0, &[name]));
    types.push(m.ty(TypeKind::Opaque, 24, 0, 1, &[8]));
    (types, vec![nothing, copy, rest])
}

fn body(ids: &Ids, size: Size, random: &mut Random, next_row: &mut usize) -> BodyBuilder {
    let mut b = BodyBuilder::new();
    let mut values = Vec::new();
    for _ in 0..size.blocks {
        let params: Vec<TypeId> = (0..random.below(3)).map(|_| *random.pick(&ids.types)).collect();
        let block = b.block(&params);
        values.extend((0..params.len()).map(|i| b.param(block, i)));
    }
    for block in 0..size.blocks {
        b.switch_to(BlockId::from_raw(block));
        if values.is_empty() {
            values.push(b.value_of(Opcode::Zero, 0, &[], ids.types[0]));
        }
        b.block_attr(BlockId::from_raw(block), 1, block % 3 + 1);
        for i in 1..=size.insts {
            // Round robin over the rows that fit, so that every opcode is used soon.
            let terminator = i == size.insts;
            let row = loop {
                *next_row += 1;
                let row = &TABLE[*next_row % TABLE.len()];
                if row.terminator == terminator {
                    break row;
                }
            };
            emit(&mut b, row, ids, size, &mut values, random);
        }
    }
    b
}

fn emit(b: &mut BodyBuilder, row: &'static Row, ids: &Ids, size: Size, values: &mut Vec<Value>, random: &mut Random) {
    let count =
        |min: u16, max: u16, random: &mut Random| min + random.below(u32::from(max.min(min + 3) - min) + 1) as u16;
    let args: Vec<Value> = (0..count(row.args.min, row.args.max, random)).map(|_| *random.pick(values)).collect();
    let results: Vec<TypeId> =
        (0..count(row.results.min, row.results.max, random)).map(|_| *random.pick(&ids.types)).collect();
    let aux = match row.aux {
        Aux::None => 0,
        Aux::Site => random.below(ids.sites),
        Aux::Func => random.below(ids.funcs),
        Aux::Global => random.below(ids.globals),
        Aux::Str => random.below(ids.strings),
        Aux::Type => random.pick(&ids.func_types).raw(),
        Aux::Block => random.below(size.blocks),
        Aux::Count => random.below(args.len() as u32),
        Aux::Intrinsic => 1 + random.below(19),
        _ => random.below(3),
    };
    let block = random.below(size.blocks);
    let imms: Vec<u32> = match row.op {
        Opcode::MakeClosure => vec![random.below(ids.funcs)],
        Opcode::MethodValue => vec![if random.below(2) == 0 { u32::MAX } else { 0 }, 1],
        Opcode::Branch => vec![block, size.blocks - 1 - block],
        Opcode::Switch => [vec![block, 0], [[7, 0, block, 0]; 2].concat()].concat(),
        _ if row.imms => vec![random.below(1 << 30), 0],
        _ => vec![],
    };
    b.at(outlive::entity::PosId::from_raw(random.below(20)));
    let inst = b.emit(row.op, aux, &args, &imms, &results);
    values.extend((0..results.len() as u32).map(|n| b.result(inst, n)));
    match row.op {
        Opcode::CallIndirect => b.attr(inst, outlive::ir::attr::TARGET, random.below(ids.funcs)),
        Opcode::Store => b.attr(inst, outlive::ir::attr::SELF_ASSIGN, 1),
        Opcode::MakeClosure if !args.is_empty() => b.attr(inst, outlive::ir::attr::BY_VALUE, 0),
        _ => {}
    }
}
