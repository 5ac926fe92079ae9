//! Which variables can be promoted, and every access to them.

use super::super::rewrite::Edits;
use crate::entity::{BlockId, NONE, SiteId, TypeId};
use crate::ir::{Body, Entity, Module, Opcode, attr};

/// What is known of a variable.
#[derive(Clone, Copy, Debug)]
pub(super) struct Var {
    /// The instruction that makes it.
    pub(super) inst: u32,
    pub(super) ty: TypeId,
    /// Whether it is to be promoted.
    pub(super) promoted: bool,
    /// Some block reads it before it writes it.
    exposed: bool,
    /// Several blocks write it.
    scattered: bool,
    /// The block that wrote it last in the scan.
    last_write: u32,
    last_read: u32,
    /// Blocks that write it, and that read it first: heads of lists in `Accesses::links`.
    pub(super) writes: u32,
    pub(super) reads: u32,
}

/// What an access does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Access {
    /// `var` or `zero_mem`.
    Zero,
    /// `store` of this value.
    Store(u32),
    /// `load` with this result.
    Load(u32),
}

/// An access to a variable.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) inst: u32,
    pub(super) var: u32,
    pub(super) what: Access,
}

/// All accesses of a body. See the [folder's documentation](super).
#[derive(Debug, Default)]
pub(super) struct Accesses {
    pub(super) vars: Vec<Var>,
    /// In the order of instructions; entries of variables that are not promoted are to be skipped.
    pub(super) entries: Vec<Entry>,
    /// By block: its first entry; and the end.
    pub(super) starts: Vec<u32>,
    /// Lists of blocks: block and next.
    pub(super) links: Vec<(u32, u32)>,
    /// By value: the variable it is the address of.
    var_of: Vec<u32>,
}

impl Accesses {
    /// Finds the variables and their accesses; false if nothing can be promoted.
    pub(super) fn collect(&mut self, m: &Module, body: &Body<'_>) -> bool {
        self.vars.clear();
        for (n, inst) in body.insts.iter().enumerate().filter(|(_, inst)| inst.op == Opcode::Var) {
            if self.vars.is_empty() {
                self.var_of.clear();
                self.var_of.resize(body.values.len(), NONE);
            }
            self.var_of[inst.first_result as usize] = self.vars.len() as u32;
            self.vars.push(Var {
                inst: n as u32,
                ty: m.sites[SiteId::from_raw(inst.aux)].ty,
                promoted: true,
                exposed: false,
                scattered: false,
                last_write: NONE,
                last_read: NONE,
                writes: NONE,
                reads: NONE,
            });
        }
        if self.vars.is_empty() {
            return false;
        }
        self.scan(body);
        let first = body.inst_in_module(0_u32.into());
        for row in m.attrs.range(Entity::Inst, attr::HEADER_DATA, first..first + body.insts.len() as u32) {
            let inst = row.id - first;
            if let Ok(at) = self.entries.binary_search_by_key(&inst, |entry| entry.inst) {
                self.vars[self.entries[at].var as usize].promoted = false;
            }
        }
        if !self.vars.iter().any(|var| var.promoted) {
            return false;
        }
        self.judge(body.blocks.len());
        true
    }

    /// Disqualifies variables, and lists the accesses.
    fn scan(&mut self, body: &Body<'_>) {
        let Self { vars, entries, starts, var_of, .. } = self;
        entries.clear();
        starts.clear();
        for block in body.blocks {
            starts.push(entries.len() as u32);
            for at in block.first_inst..block.first_inst + block.num_insts {
                let inst = &body.insts[at as usize];
                let args = body.arg_words(inst);
                let mut rest = args;
                match inst.op {
                    Opcode::Var => {
                        let var = var_of[inst.first_result as usize];
                        entries.push(Entry { inst: at, var, what: Access::Zero });
                    }
                    Opcode::Load | Opcode::Store | Opcode::ZeroMem => {
                        let var = var_of[args[0] as usize];
                        if var != NONE {
                            let what = match inst.op {
                                Opcode::Load => Access::Load(inst.first_result),
                                Opcode::Store => Access::Store(args[1]),
                                _ => Access::Zero,
                            };
                            entries.push(Entry { inst: at, var, what });
                        }
                        rest = &args[1..];
                    }
                    _ => {}
                }
                for &word in rest {
                    let var = var_of[word as usize];
                    if var != NONE {
                        vars[var as usize].promoted = false;
                    }
                }
            }
        }
        starts.push(entries.len() as u32);
    }

    /// Says of each variable which blocks write it and which read it first.
    fn judge(&mut self, blocks: usize) {
        let Self { vars, entries, starts, links, .. } = self;
        links.clear();
        for block in 0..blocks as u32 {
            for entry in &entries[starts[block as usize] as usize..starts[block as usize + 1] as usize] {
                let var = &mut vars[entry.var as usize];
                if !var.promoted || var.last_write == block {
                    continue;
                }
                if let Access::Load(_) = entry.what {
                    if var.last_read != block {
                        var.exposed = true;
                        var.last_read = block;
                        links.push((block, var.reads));
                        var.reads = links.len() as u32 - 1;
                    }
                } else {
                    var.scattered |= var.last_write != NONE;
                    var.last_write = block;
                    links.push((block, var.writes));
                    var.writes = links.len() as u32 - 1;
                }
            }
        }
    }

    /// Whether values of a promoted variable may meet, or reach the recover block: `joins` has to look at those.
    pub(super) fn need_joins(&self, recover: bool) -> bool {
        self.vars.iter().any(|var| var.meets(recover))
    }

    /// The blocks of a list.
    pub(super) fn blocks(&self, mut at: u32) -> impl Iterator<Item = BlockId> + '_ {
        std::iter::from_fn(move || {
            let &(block, next) = self.links.get(at as usize)?;
            at = next;
            Some(BlockId::from_raw(block))
        })
    }

    /// The accesses of a block to promoted variables.
    pub(super) fn of(&self, block: u32) -> impl Iterator<Item = Entry> + '_ {
        let run = self.starts[block as usize] as usize..self.starts[block as usize + 1] as usize;
        self.entries[run].iter().copied().filter(|entry| self.vars[entry.var as usize].promoted)
    }
}

impl Var {
    /// Whether it has to be looked at for block parameters.
    pub(super) const fn meets(&self, recover: bool) -> bool {
        self.promoted && self.exposed && (self.scattered || recover)
    }

    /// Whether several blocks write it.
    pub(super) const fn is_scattered(&self) -> bool {
        self.scattered
    }
}

/// The type a code has is the variable's, or the code becomes one by a cast.
pub(super) fn fits(edits: &Edits, code: u32, var: &Var) -> bool {
    edits.ty(code) == var.ty
}
