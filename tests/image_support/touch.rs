//! Reading everything a module has, as its consumers do: nothing may panic.

use outlive::entity::{FuncId, PosId, StrId};
use outlive::image::{Limits, decode, encode};
use outlive::ir::verify::verify;
use outlive::ir::{Entity, Module};

/// What became of an input.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Refused.
    Refused,
    /// Decoded; the verifier finds fault with it.
    Decoded,
    /// Decoded and verified.
    Verified,
}

/// The body of the fuzz targets: decodes, and if that succeeds reads everything.
///
/// # Panics
/// As [`read`].
pub fn check(image: &[u8]) -> Outcome {
    decode(image, &Limits::default()).map_or(Outcome::Refused, |module| read(&module, true))
}

/// Reads and verifies a decoded module, and writes it back if asked to.
///
/// # Panics
/// If it cannot be read, or is not written back to an image that decodes to the same.
pub fn read(module: &Module, write_back: bool) -> Outcome {
    std::hint::black_box(touch(module));
    if write_back {
        let written = encode(module);
        match decode(&written, &Limits::default()) {
            Ok(again) => assert_eq!(encode(&again), written),
            Err(e) => panic!("written back, it does not decode: {e}"),
        }
    }
    if verify(module).is_ok() { Outcome::Verified } else { Outcome::Decoded }
}

/// Reads every row, list, operand and string; the sum keeps the reads alive.
pub fn touch(m: &Module) -> u64 {
    let mut sum = m.str(m.name).len() + m.str(m.producer).len();
    sum += (0..m.strings.len()).map(|i| m.str(StrId::from_usize(i)).chars().count()).sum::<usize>();
    sum += m.files.iter().map(|&name| m.str(name).len()).sum::<usize>();
    for id in m.positions.indices().take(8) {
        sum += m.display_pos(PosId::from_raw(id.raw())).len();
    }
    let t = &m.types;
    for ty in t.rows.indices() {
        sum += t
            .params(ty)
            .chain(t.results(ty))
            .chain(t.type_args(ty))
            .map(|p| t.layout[p].size as usize & 7)
            .sum::<usize>();
        sum += t.fields(ty).map(|f| m.str(f.name).len() + t.layout[f.ty].align as usize).sum::<usize>();
        sum += t.interface_methods(ty).map(|i| m.str(i.name).len() + t.params(i.sig).len()).sum::<usize>();
        sum += t
            .methods(ty)
            .map(|i| m.str(i.name).len() + i.func.get().map_or(0, |f| m.funcs[f].flags as usize & 1))
            .sum::<usize>();
        sum += t.name(ty).map_or(0, |(pkg, name)| m.str(pkg).len() + m.str(name).len());
        sum += t.elem(ty).into_iter().chain(t.key(ty)).filter(|&e| t.pointers(e)).count();
    }
    for g in &m.globals {
        sum += m.str(g.name).len() + t.layout[g.ty].align as usize + m.positions[g.pos].line as usize;
        if g.data_len != u32::MAX {
            sum += m.data[g.data_off as usize..][..g.data_len as usize].len();
        }
    }
    for s in &m.sites {
        sum += m.str(s.name).len() + t.layout[s.ty].align as usize + m.funcs[s.func].blocks.len as usize;
        sum += m.positions[s.pos].col as usize & 1;
        let mut parent = s.parent;
        while let Some(up) = parent.get() {
            parent = m.sites[up].parent;
        }
    }
    for (f, row) in m.funcs.iter_enumerated() {
        let mut parent = row.parent.get().or(row.instance_of.get());
        while let Some(up) = parent {
            parent = m.funcs[up].parent.get();
        }
        sum += m.free_vars(f).map(|ty| t.layout[ty].align as usize).sum::<usize>() + body(m, f);
    }
    for key in 0..20 {
        for entity in [Entity::Func, Entity::Block, Entity::Inst, Entity::Site] {
            sum += m.attrs.range(entity, key, 0..u32::MAX).len();
        }
    }
    sum as u64
}

fn body(m: &Module, f: FuncId) -> usize {
    let body = m.body(f);
    let mut sum = 0;
    for block in body.blocks {
        sum += block.params().map(|p| m.types.layout[body.ty(p)].align as usize).sum::<usize>();
        for i in block.insts() {
            let inst = &body.insts[i.index()];
            sum +=
                body.args(inst).chain(inst.results()).map(|v| m.types.layout[body.ty(v)].align as usize).sum::<usize>();
            sum += body.imms(inst).len() + m.positions[inst.pos].line as usize;
        }
        let last = body.terminator(block).expect("a block has a terminator");
        assert!(last.op.row().terminator);
        sum += body
            .targets(last)
            .map(|(to, args)| body.blocks[to.index()].num_params as usize + args.len())
            .sum::<usize>();
    }
    sum
}
