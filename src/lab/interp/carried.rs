//! Variables made anew each iteration.
//!
//! A variable that is fresh in each iteration is several `var` instructions whose addresses meet in a block parameter, all but
//! one silent: they are one variable, and a client that puts it on the stack gives it one slot, which the next iteration's value
//! is copied into. Here the objects stay apart, so what one iteration made must live through the next: it ends when its site
//! has executed twice more. The rule by which such variables are known is the IR's (`docs/ir.md`): into the block parameter
//! flow nothing but addresses of local variables, and other such parameters, and at most one of the variables is not silent.

use super::machine::Vm;
use crate::entity::{NONE, SiteId, Value};
use crate::ir::{Body, Opcode, SiteKind, TypeKind, site};

impl Vm<'_> {
    /// Marks the sites of a body that are such variables.
    pub(super) fn carried(&mut self, body: &Body<'_>) {
        let m = self.m;
        let pointer = |v: Value| m.types.kind(body.ty(v)) == TypeKind::Ptr;
        if !body.blocks.iter().skip(1).flat_map(|b| b.params()).any(pointer) {
            return;
        }
        let mut site_of = vec![NONE; body.values.len()];
        let local = |site: u32| m.sites[SiteId::from_raw(site)].kind == SiteKind::Var;
        for inst in body.insts.iter().filter(|inst| inst.op == Opcode::Var && local(inst.aux)) {
            site_of[inst.result().index()] = inst.aux;
        }
        let mut joins = vec![false; body.values.len()];
        for param in body.blocks.iter().skip(1).flat_map(|b| b.params()) {
            joins[param.index()] = pointer(param);
        }
        let flows: Vec<(usize, usize)> = body
            .blocks
            .iter()
            .filter_map(|block| body.terminator(block))
            .flat_map(|inst| body.targets(inst))
            .flat_map(|(block, args)| body.blocks[block.index()].params().zip(args))
            .map(|(param, &value)| (param.index(), value as usize))
            .collect();
        let mut changed = true;
        while changed {
            changed = false;
            for &(param, value) in &flows {
                if site_of[value] == NONE && !joins[value] {
                    changed |= std::mem::take(&mut joins[param]);
                }
            }
        }
        // Which values are one variable: the least of each class stands for it.
        let mut class: Vec<usize> = (0..body.values.len()).collect();
        changed = true;
        while changed {
            changed = false;
            for &(param, value) in flows.iter().filter(|&&(param, _)| joins[param]) {
                let least = class[param].min(class[value]);
                changed |= class[param] != least || class[value] != least;
                (class[param], class[value]) = (least, least);
            }
        }
        let mut joined = vec![false; body.values.len()];
        for &(param, value) in &flows {
            joined[value] |= joins[param];
        }
        let variables: Vec<(usize, u32)> = (0..)
            .zip(site_of)
            .filter(|&(v, site)| site != NONE && joined[v])
            .map(|(v, site)| (class[v], site))
            .collect();
        let loud = |site: u32| m.sites[SiteId::from_raw(site)].flags & site::SILENT == 0;
        for &(class, site) in &variables {
            if variables.iter().filter(|&&(c, s)| c == class && loud(s)).count() <= 1 {
                self.s.carried[site as usize] = true;
            }
        }
    }
}
