//! From what was read to the tables of a module.

use super::super::error::ParseError;
use super::cursor::Parsed;
use super::{FunctionDraft, Parser};
use crate::entity::{Opt, SiteId, StrId, TypeId};
use crate::ir::attr::Entity;
use crate::ir::{Attr, Attrs, Block, Inst, Module, Opcode, Promise, Run, TypeKind, Types};
use index_vec::IndexVec;

impl Parser<'_> {
    pub(super) fn finish(mut self) -> Parsed<Module> {
        let site_ids = self.sites.ids()?;
        let types = self.types.finish(self.target)?;
        let mut attrs = self.attrs;
        attrs.extend(self.sites.attrs.iter().map(|row| Attr { id: site_ids[row.id as usize], ..*row }));
        let mut sites: Vec<_> = self.sites.rows;
        for func in self.funcs.iter_mut().flatten() {
            for &(inst, site, implied) in &func.body.makers {
                if implied {
                    let ty = implied_type(&types, func, inst as usize);
                    sites[site as usize].ty = ty.ok_or_else(|| {
                        let message = "the type of a site does not follow from its maker; say `{type …}`";
                        ParseError::new(1, 1, message)
                    })?;
                }
                func.body.insts[inst as usize].aux = site_ids[site as usize];
            }
        }
        let mut in_order = sites.clone();
        for (site, &id) in sites.into_iter().zip(&site_ids) {
            in_order[id as usize] = site;
        }
        let mut module = Module {
            name: StrId::from_raw(self.name),
            producer: StrId::from_raw(self.producer),
            target: self.target,
            strings: self.strings.strings,
            files: self.places.files,
            positions: self.places.positions,
            types,
            globals: self.globals.into_iter().flatten().collect(),
            data: self.data,
            relocs: self.relocs,
            sites: IndexVec::<SiteId, _>::from_vec(in_order),
            funcs: IndexVec::new(),
            attrs: Attrs::default(),
            promises: self.promises,
            blocks: Vec::new(),
            insts: Vec::new(),
            values: Vec::new(),
            pool: Vec::new(),
        };
        for func in self.funcs.into_iter().flatten() {
            append(&mut module, func, &mut attrs);
        }
        module.attrs = Attrs::new(attrs);
        module.promises.sort_by_key(Promise::key);
        Ok(module)
    }
}

/// The type a site has unless the text says otherwise; the printer has the same rule.
fn implied_type(types: &Types, func: &FunctionDraft<'_>, inst: usize) -> Option<TypeId> {
    let body = &func.body;
    let inst: &Inst = &body.insts[inst];
    if inst.op == Opcode::MakeIface {
        let arg = *body.pool.get(inst.args as usize).filter(|_| inst.num_args > 0)?;
        return body.values.get(arg as usize).copied();
    }
    let result = *body.values.get(inst.first_result as usize).filter(|_| inst.num_results > 0)?;
    if matches!(inst.op, Opcode::Var | Opcode::New) {
        return types.elem(result).filter(|_| types.kind(result) == TypeKind::Ptr);
    }
    Some(result)
}

/// Appends a function with its body.
fn append(module: &mut Module, func: FunctionDraft<'_>, attrs: &mut Vec<Attr>) {
    let FunctionDraft { mut row, free, body } = func;
    let run = |start: usize, len: usize| Run { start: start as u32, len: len as u32 };
    row.blocks = run(module.blocks.len(), body.blocks.len());
    row.insts = run(module.insts.len(), body.insts.len());
    row.values = run(module.values.len(), body.values.len());
    if !free.is_empty() {
        row.free_off = module.types.lists.len() as u32;
        row.free_len = free.len() as u32;
        module.types.lists.extend(free);
    }
    attrs.extend(body.attrs.iter().map(|attr| {
        let base = if attr.entity == Entity::Inst as u16 { row.insts.start } else { row.blocks.start };
        Attr { id: base + attr.id, ..*attr }
    }));
    let pool = module.pool.len() as u32;
    module.blocks.extend(body.blocks.iter().map(|&block| Block { ..block }));
    module.insts.extend(body.insts.iter().map(|&inst| Inst { args: pool + inst.args, ..inst }));
    module.values.extend(body.values);
    module.pool.extend(body.pool);
    if row.recover == Opt::from_raw(u32::MAX) {
        row.recover = Opt::NONE;
    }
    module.funcs.push(row);
}
