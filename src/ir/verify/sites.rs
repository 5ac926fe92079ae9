//! Every maker owns one site.

use super::error::{Check, fail};
use crate::entity::FuncId;
use crate::ir::module::{Inst, Module};

/// One bit per site: whether a maker has claimed it.
pub(super) struct Owned(Vec<u64>);

impl Owned {
    pub(super) fn new(sites: usize) -> Self {
        Self(vec![0; sites.div_ceil(64)])
    }

    fn claim(&mut self, site: u32) -> bool {
        let (word, bit) = (&mut self.0[site as usize / 64], 1_u64 << (site % 64));
        let fresh = *word & bit == 0;
        *word |= bit;
        fresh
    }
}

/// The site of a maker: its own, of this function, of a kind the opcode makes.
#[inline]
pub(super) fn check(m: &Module, func: FuncId, inst: &Inst, owned: &mut Owned) -> Check {
    let site = &m.sites[inst.aux as usize];
    if site.func != func {
        return fail(format!("its site s{} belongs to {}", inst.aux, site.func));
    }
    if !owned.claim(inst.aux) {
        return fail(format!("site s{} has another maker", inst.aux));
    }
    if !site.kind.made_by(inst.op) {
        return fail(format!("cannot make site s{} of kind {}", inst.aux, site.kind.name()));
    }
    Ok(())
}

/// As [`check`], without words. A site is claimed only if nothing is wrong.
#[inline]
pub(super) fn fine(m: &Module, func: FuncId, inst: &Inst, owned: &mut Owned) -> bool {
    let site = &m.sites[inst.aux as usize];
    site.func == func && site.kind.made_by(inst.op) && owned.claim(inst.aux)
}
