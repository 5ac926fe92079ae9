//! A module as an image.
//!
//! Sections are written in the order of their numbers, optional ones only if they have rows, with zero bytes between for
//! alignment. Tables keep their order, strings and type lists their place, so that the writer needs no table of its own and
//! ids in the image are the module's. Bodies are laid out in function order; an external function's begins where the next one's
//! does and has no words.

use super::frame::{MAGIC_MODULE, Writer, put};
use super::hash::body_hash;
use super::section::{MODULE_SECTIONS, SectionSpec, module as sec};
use crate::ir::opcode::Aux;
use crate::ir::{Body, Module};

/// The image of a module. Equal modules give equal bytes.
///
/// Any module a decoder or builder made can be written; one that does not verify is written as it is.
#[must_use]
pub fn encode(module: &Module) -> Vec<u8> {
    let (funcs, bodies) = functions(module);
    let optional =
        [module.data.is_empty(), module.relocs.is_empty(), module.attrs.rows().is_empty(), module.promises.is_empty()];
    let sections = MODULE_SECTIONS.len() - optional.into_iter().filter(|&empty| empty).count();
    let size = module.strings.bytes.len()
        + module.data.len()
        + 8 * module.strings.ranges.len()
        + 4 * (module.files.len() + module.types.lists.len() + funcs.len() + bodies.len())
        + 12 * (module.positions.len() + module.attrs.rows().len())
        + 24 * (module.types.rows.len() + module.globals.len())
        + 36 * module.sites.len()
        + 20 * module.relocs.len()
        + 16 * module.promises.len();
    let mut image = Writer::new(MAGIC_MODULE, module.target, sections as u32, size);
    let spec = |index: usize| -> &SectionSpec { &MODULE_SECTIONS[index] };
    image.section(spec(sec::STRING_BYTES), |out| out.extend_from_slice(module.strings.bytes.as_bytes()));
    image.section(spec(sec::STRINGS), |out| {
        module.strings.ranges.iter().for_each(|&(off, len)| put(out, &[off, len]));
    });
    image.section(spec(sec::FILES), |out| module.files.iter().for_each(|name| put(out, &[name.raw()])));
    image.section(spec(sec::POSITIONS), |out| {
        module.positions.iter().for_each(|p| put(out, &[p.file.raw(), p.line, p.col]));
    });
    image.section(spec(sec::TYPES), |out| {
        for t in &module.types.rows {
            put(out, &[t.kind as u32, t.a, t.b, t.flags, t.list_off, t.list_len]);
        }
    });
    image.section(spec(sec::LISTS), |out| put(out, &module.types.lists));
    image.section(spec(sec::GLOBALS), |out| {
        for g in &module.globals {
            put(out, &[g.name.raw(), g.ty.raw(), g.pos.raw(), g.flags, g.data_off, g.data_len]);
        }
    });
    if !module.data.is_empty() {
        image.section(spec(sec::DATA), |out| out.extend_from_slice(&module.data));
    }
    if !module.relocs.is_empty() {
        image.section(spec(sec::RELOCS), |out| {
            module.relocs.iter().for_each(|r| put(out, &[r.global.raw(), r.offset, r.kind, r.target, r.addend]));
        });
    }
    image.section(spec(sec::SITES), |out| {
        for s in &module.sites {
            let place = [s.kind as u32, s.ty.raw(), s.func.raw(), s.pos.raw(), s.name.raw()];
            put(out, &place);
            put(out, &[s.index, s.flags, s.parent.raw(), s.call]);
        }
    });
    image.section(spec(sec::FUNCS), |out| put(out, &funcs));
    image.section(spec(sec::BODIES), |out| put(out, &bodies));
    if !module.attrs.rows().is_empty() {
        image.section(spec(sec::ATTRS), |out| {
            for a in module.attrs.rows() {
                put(out, &[u32::from(a.entity) | u32::from(a.key) << 16, a.id, a.value]);
            }
        });
    }
    image.section(spec(sec::MODULE), |out| put(out, &[module.name.raw(), module.producer.raw()]));
    if !module.promises.is_empty() {
        image.section(spec(sec::PROMISES), |out| {
            for p in &module.promises {
                put(out, &[p.func.raw(), p.param]);
                out.extend_from_slice(&p.flows);
            }
        });
    }
    image.finish()
}

/// The words of sections funcs and bodies.
fn functions(module: &Module) -> (Vec<u32>, Vec<u32>) {
    let mut rows = Vec::with_capacity(module.funcs.len() * 14);
    let words = module.funcs.len() * 3 + module.blocks.len() * 2 + module.insts.len() * 3;
    let mut bodies = Vec::with_capacity(words + module.values.len() + module.pool.len());
    for (id, f) in module.funcs.iter_enumerated() {
        let start = bodies.len();
        let mut hash = 0;
        if !f.is_external() {
            put_body(&mut bodies, &module.body(id));
            hash = body_hash(&bodies[start..]);
        }
        rows.extend([f.name.raw(), f.sig.raw(), f.flags, f.pos.raw(), f.parent.raw(), f.instance_of.raw()]);
        rows.extend([f.recover.raw(), f.free_off, f.free_len, start as u32, (bodies.len() - start) as u32]);
        rows.extend([hash as u32, (hash >> 32) as u32, 0]);
    }
    (rows, bodies)
}

fn put_body(out: &mut Vec<u32>, body: &Body<'_>) {
    out.extend([body.blocks.len() as u32, body.insts.len() as u32, body.values.len() as u32]);
    for block in body.blocks {
        out.extend([block.num_params, block.num_insts]);
        out.extend(block.params().map(|p| body.ty(p).raw()));
        for inst in &body.insts[block.first_inst as usize..][..block.num_insts as usize] {
            let row = inst.op.row();
            out.push(inst.op as u32 | u32::from(inst.num_results) << 8 | u32::from(inst.num_args) << 16);
            out.push(inst.pos.raw());
            if row.aux != Aux::None {
                out.push(inst.aux);
            }
            out.extend_from_slice(body.arg_words(inst));
            if row.imms {
                let imms = body.imms(inst);
                out.push(imms.len() as u32);
                out.extend_from_slice(imms);
            }
            out.extend(inst.results().map(|r| body.ty(r).raw()));
        }
    }
}
