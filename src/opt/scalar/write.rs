//! Accesses to a struct become accesses to its leaves.

use super::super::effects::Definitions;
use super::super::rewrite::{Defines, Edits};
use super::Made;
use super::parts::{Part, Parts};
use crate::entity::{SiteId, TypeId};
use crate::ir::{Body, Module, Opcode, TypeKind};

/// Writes a body.
pub(super) fn body(
    m: &Module,
    body: &Body<'_>,
    parts: &Parts,
    known: &Definitions,
    made: &mut Made<'_>,
    edits: &mut Edits,
) {
    // By variable: the addresses of its leaves.
    let mut leaves: Vec<Vec<u32>> = Vec::new();
    for whole in &parts.wholes {
        let mut addresses = Vec::new();
        if !whole.apart {
            leaves.push(addresses);
            continue;
        }
        let site = SiteId::from_raw(body.insts[whole.inst as usize].aux);
        for leaf in &whole.leaves {
            let ty = made.pointer(leaf.ty);
            let address = edits.fresh(ty);
            let site = made.site(site, leaf.ty, &leaf.path);
            edits.patch(whole.inst, Opcode::Var, site.raw(), &[], &[], Defines::Fresh(address));
            addresses.push(address);
        }
        leaves.push(addresses);
    }
    let mut cx = Cx { m, body, known, edits, at: 0 };
    for (n, inst) in body.insts.iter().enumerate() {
        cx.at = n as u32;
        let part = |value: u32| parts.of(value).map(|part| (part, &leaves[part.whole as usize][part.leaf as usize..]));
        match inst.op {
            Opcode::FieldAddr => match part(inst.first_result) {
                Some((part, leaves)) => {
                    if cx.is_leaf(part) {
                        cx.edits.replace(inst.first_result, leaves[0]);
                    }
                    cx.edits.drop_inst(n as u32);
                }
                None => continue,
            },
            Opcode::Load | Opcode::Store | Opcode::ZeroMem => {
                let args = body.arg_words(inst);
                // An access to a leaf stays what it is.
                let Some((part, leaves)) = part(args[0]).filter(|&(part, _)| !cx.is_leaf(part)) else { continue };
                let mut leaves = leaves.iter().copied();
                match inst.op {
                    Opcode::Load => {
                        cx.load(part.ty, &mut leaves, Defines::Same);
                    }
                    Opcode::Store => {
                        // A struct of nothing is stored nowhere.
                        cx.edits.drop_inst(n as u32);
                        cx.store(part.ty, args[1], &mut leaves);
                    }
                    _ => {
                        cx.edits.drop_inst(n as u32);
                        cx.zero(part.ty, &mut leaves);
                    }
                }
            }
            _ => {}
        }
    }
}

struct Cx<'a, 'm> {
    m: &'m Module,
    body: &'a Body<'m>,
    known: &'a Definitions,
    edits: &'a mut Edits,
    /// The instruction in whose place is written.
    at: u32,
}

impl Cx<'_, '_> {
    fn is_struct(&self, ty: TypeId) -> bool {
        self.m.types.kind(ty) == TypeKind::Struct
    }

    fn is_leaf(&self, part: Part) -> bool {
        !self.is_struct(part.ty)
    }

    /// Loads a struct, or a leaf of it; the value.
    fn load(&mut self, ty: TypeId, leaves: &mut impl Iterator<Item = u32>, defines: Defines) -> u32 {
        if !self.is_struct(ty) {
            let value = self.edits.fresh(ty);
            let address = leaves.next().expect("as many as the type has");
            self.edits.patch(self.at, Opcode::Load, 0, &[address], &[], Defines::Fresh(value));
            return value;
        }
        let m = self.m;
        let fields: Vec<u32> = m.types.fields(ty).map(|field| self.load_field(field.ty, leaves)).collect();
        let (value, defines) = match defines {
            Defines::Same => (0, Defines::Same),
            _ => {
                let value = self.edits.fresh(ty);
                (value, Defines::Fresh(value))
            }
        };
        self.edits.patch(self.at, Opcode::Aggregate, 0, &fields, &[], defines);
        value
    }

    fn load_field(&mut self, ty: TypeId, leaves: &mut impl Iterator<Item = u32>) -> u32 {
        self.load(ty, leaves, Defines::Nothing)
    }

    /// Stores a value that is no leaf.
    fn store(&mut self, ty: TypeId, value: u32, leaves: &mut impl Iterator<Item = u32>) {
        let m = self.m;
        for (n, field) in m.types.fields(ty).enumerate() {
            let part = self.extract(value, n as u32, field.ty);
            if self.is_struct(field.ty) {
                self.store(field.ty, part, leaves);
            } else {
                let address = leaves.next().expect("as many as the type has");
                self.edits.patch(self.at, Opcode::Store, 0, &[address, part], &[], Defines::Nothing);
            }
        }
    }

    /// A field of a value, as it went in if that can be seen.
    fn extract(&mut self, value: u32, n: u32, ty: TypeId) -> u32 {
        if (value as usize) < self.body.values.len()
            && let Some(made) = self.known.of(self.body, value)
            && made.op == Opcode::Aggregate
            && self.body.values[self.body.arg_words(made)[n as usize] as usize] == ty
        {
            return self.body.arg_words(made)[n as usize];
        }
        let part = self.edits.fresh(ty);
        self.edits.patch(self.at, Opcode::Extract, n, &[value], &[], Defines::Fresh(part));
        part
    }

    fn zero(&mut self, ty: TypeId, leaves: &mut impl Iterator<Item = u32>) {
        let m = self.m;
        for field in m.types.fields(ty) {
            if self.is_struct(field.ty) {
                self.zero(field.ty, leaves);
            } else {
                let address = leaves.next().expect("as many as the type has");
                self.edits.patch(self.at, Opcode::ZeroMem, 0, &[address], &[], Defines::Nothing);
            }
        }
    }
}
