//! Dense side tables of what a model asks for at every instruction, attributes above all, built once per module in one pass.

use crate::control::Control;
use crate::entity::SiteId;
use crate::ir::{Entity, Module, attr};

/// Bits of [`SideTables::inst`].
pub(crate) mod bits {
    pub(crate) const SELF_ASSIGN: u8 = 1;
    pub(crate) const HEADER_DATA: u8 = 1 << 1;
    pub(crate) const RESULTS_UNUSED: u8 = 1 << 2;
    pub(crate) const UINTPTR_ESCAPES: u8 = 1 << 3;
    pub(crate) const ASSIGN_OP: u8 = 1 << 4;
    pub(crate) const DEFER_HEAP: u8 = 1 << 5;
    pub(crate) const UINTPTR_KEEPALIVE: u8 = 1 << 6;
    pub(crate) const TARGET: u8 = 1 << 7;
}

/// Bits of [`SideTables::func`].
pub(crate) const SYNTACTIC_DEPTH: u8 = 1;
pub(crate) const NOESCAPE: u8 = 2;

/// Bits of [`SideTables::site`].
pub(crate) const IN_WRAPPER: u8 = 1;
pub(crate) const STATIC_DATA: u8 = 2;
pub(crate) const PINNED: u8 = 4;

/// See the [module documentation](self). Indexed by module-wide numbers.
///
/// Besides attributes it holds which types have pointers, one byte a type: it is asked of every value.
#[derive(Debug)]
pub(crate) struct SideTables {
    pub(crate) inst: Vec<u8>,
    pub(crate) func: Vec<u8>,
    pub(crate) site: Vec<u8>,
    /// 0: none given.
    pub(crate) block_depth: Vec<u16>,
    /// 0: none given.
    pub(crate) site_depth: Vec<u16>,
    /// Whether values of a type hold pointers, by type.
    pub(crate) pointers: Vec<bool>,
}

impl SideTables {
    /// Whether a site stays in its frame whatever happens: then no limit sends it to the heap.
    pub(crate) fn is_pinned(&self, site: SiteId) -> bool {
        self.site[site.index()] & PINNED != 0
    }

    pub(crate) fn new(module: &Module, control: Control<'_>) -> Self {
        let mut this = Self {
            inst: vec![0; module.num_insts()],
            func: vec![0; module.funcs.len()],
            site: vec![0; module.sites.len()],
            block_depth: vec![0; module.num_blocks()],
            site_depth: vec![0; module.sites.len()],
            pointers: module.types.layout.iter().map(|l| l.pointers).collect(),
        };
        let or = |table: &mut Vec<u8>, id: u32, bit: u8| {
            if let Some(entry) = table.get_mut(id as usize) {
                *entry |= bit;
            }
        };
        for row in control.pieces(module.attrs.rows()).flatten() {
            match (Entity::from_number(row.entity), row.key) {
                (Some(Entity::Inst), key) => {
                    let bit = match key {
                        attr::SELF_ASSIGN => bits::SELF_ASSIGN,
                        attr::HEADER_DATA => bits::HEADER_DATA,
                        attr::RESULTS_UNUSED => bits::RESULTS_UNUSED,
                        attr::UINTPTR_ESCAPES => bits::UINTPTR_ESCAPES,
                        attr::ASSIGN_OP => bits::ASSIGN_OP,
                        attr::DEFER_HEAP => bits::DEFER_HEAP,
                        attr::UINTPTR_KEEPALIVE => bits::UINTPTR_KEEPALIVE,
                        attr::TARGET => bits::TARGET,
                        _ => continue,
                    };
                    or(&mut this.inst, row.id, bit);
                }
                (Some(Entity::Func), attr::SYNTACTIC_DEPTH) => or(&mut this.func, row.id, SYNTACTIC_DEPTH),
                (Some(Entity::Func), attr::NOESCAPE) => or(&mut this.func, row.id, NOESCAPE),
                (Some(Entity::Site), attr::IN_WRAPPER) => or(&mut this.site, row.id, IN_WRAPPER),
                (Some(Entity::Site), attr::STATIC_DATA) => or(&mut this.site, row.id, STATIC_DATA),
                (Some(Entity::Site), attr::PINNED) => or(&mut this.site, row.id, PINNED),
                (Some(Entity::Site), attr::DEPTH) => {
                    if let Some(depth) = this.site_depth.get_mut(row.id as usize) {
                        *depth = row.value.clamp(1, u32::from(u16::MAX)) as u16;
                    }
                }
                (Some(Entity::Block), attr::DEPTH) => {
                    if let Some(depth) = this.block_depth.get_mut(row.id as usize) {
                        *depth = row.value.clamp(1, u32::from(u16::MAX)) as u16;
                    }
                }
                _ => {}
            }
        }
        this
    }
}
