//! Which variables can be taken apart, and which addresses are of what part.

use super::super::effects::Definitions;
use super::MAX_LEAVES;
use crate::entity::{NONE, SiteId, TypeId};
use crate::ir::{Body, Entity, Module, Opcode, TypeKind, attr};

/// A leaf of a struct type.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub(super) ty: TypeId,
    /// The names of the fields that lead to it, each after a dot.
    pub(super) path: String,
}

/// A variable.
#[derive(Clone, Debug)]
pub(super) struct Whole {
    pub(super) inst: u32,
    pub(super) leaves: Vec<Leaf>,
    /// It is to be taken apart.
    pub(super) apart: bool,
    /// Some field of it is addressed.
    addressed: bool,
}

/// What part of which variable an address is of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) whole: u32,
    /// Its first leaf, and its type; a struct's leaves follow.
    pub(super) leaf: u32,
    pub(super) ty: TypeId,
}

/// See the [file's documentation](self).
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) wholes: Vec<Whole>,
    /// By value: its part in `parts`.
    of: Vec<u32>,
    parts: Vec<Part>,
}

impl Parts {
    /// The part a value is the address of.
    pub(super) fn of(&self, value: u32) -> Option<Part> {
        let part = *self.parts.get(*self.of.get(value as usize)? as usize)?;
        self.wholes[part.whole as usize].apart.then_some(part)
    }

    /// Finds the variables of a body; false if there are none to be taken apart.
    pub(super) fn find(&mut self, m: &Module, body: &Body<'_>, definitions: &Definitions) -> bool {
        self.wholes.clear();
        self.of.clear();
        self.parts.clear();
        for (n, inst) in body.insts.iter().enumerate().filter(|(_, inst)| inst.op == Opcode::Var) {
            let ty = m.sites[SiteId::from_raw(inst.aux)].ty;
            if m.types.kind(ty) != TypeKind::Struct || m.types.elem(body.ty(inst.result())) != Some(ty) {
                continue;
            }
            let mut leaves = Vec::new();
            if flatten(m, ty, "", &mut leaves) && !leaves.is_empty() {
                if self.wholes.is_empty() {
                    self.of.resize(body.values.len(), NONE);
                }
                self.of[inst.result().index()] = self.parts.len() as u32;
                self.parts.push(Part { whole: self.wholes.len() as u32, leaf: 0, ty });
                self.wholes.push(Whole { inst: n as u32, leaves, apart: true, addressed: false });
            }
        }
        if self.wholes.is_empty() {
            return false;
        }
        for inst in body.insts.iter().filter(|inst| inst.op == Opcode::FieldAddr) {
            self.field(m, body, definitions, inst.first_result);
        }
        self.uses(m, body);
        for whole in &mut self.wholes {
            whole.apart &= whole.addressed;
        }
        self.wholes.iter().any(|whole| whole.apart)
    }

    /// Says what a `field_addr` is of, and first what its operand is of: blocks may stand in any order.
    fn field(&mut self, m: &Module, body: &Body<'_>, definitions: &Definitions, value: u32) {
        let mut chain = vec![value];
        let mut part = None;
        while let Some(&last) = chain.last() {
            if let Some(&known) = self.parts.get(self.of[last as usize] as usize) {
                part = Some(known);
                chain.pop();
                break;
            }
            match definitions.of(body, last) {
                Some(inst) if inst.op == Opcode::FieldAddr => chain.push(body.arg_words(inst)[0]),
                _ => return,
            }
        }
        let Some(mut part) = part else { return };
        for value in chain.into_iter().rev() {
            let Some(inst) = definitions.of(body, value) else { return };
            let whole = &mut self.wholes[part.whole as usize];
            whole.addressed = true;
            for (n, field) in m.types.fields(part.ty).enumerate() {
                if n as u32 == inst.aux {
                    part.ty = field.ty;
                    break;
                }
                part.leaf += count(m, field.ty);
            }
            // What merely agrees with the field's type would need another pointer than the leaf's.
            if m.types.elem(body.values[value as usize]) != Some(part.ty) {
                whole.apart = false;
            }
            self.of[value as usize] = self.parts.len() as u32;
            self.parts.push(part);
        }
    }

    /// Leaves whole what is used otherwise than in parts.
    fn uses(&mut self, m: &Module, body: &Body<'_>) {
        let first = body.inst_in_module(0_u32.into());
        let headers = m.attrs.range(Entity::Inst, attr::HEADER_DATA, first..first + body.insts.len() as u32);
        for (n, inst) in body.insts.iter().enumerate() {
            for (place, &arg) in body.arg_words(inst).iter().enumerate() {
                let Some(&part) = self.parts.get(self.of[arg as usize] as usize) else { continue };
                let fine = place == 0
                    && match inst.op {
                        Opcode::FieldAddr | Opcode::ZeroMem => true,
                        Opcode::Load => body.ty(inst.result()) == part.ty,
                        Opcode::Store => body.ty(body.arg(inst, 1)) == part.ty,
                        _ => false,
                    };
                if !fine || headers.binary_search_by_key(&(first + n as u32), |row| row.id).is_ok() {
                    self.wholes[part.whole as usize].apart = false;
                }
            }
        }
    }
}

/// Number of leaves of a type that [`flatten`] accepts.
fn count(m: &Module, ty: TypeId) -> u32 {
    if m.types.kind(ty) == TypeKind::Struct { m.types.fields(ty).map(|field| count(m, field.ty)).sum() } else { 1 }
}

/// Lists the leaves of a type; false if there are too many, or fields overlap. Each level of structs is entered with a leaf to come or
/// fails at once, so the depth is bounded by the type's own, and a struct in itself by value does not exist.
fn flatten(m: &Module, ty: TypeId, path: &str, leaves: &mut Vec<Leaf>) -> bool {
    if m.types.kind(ty) != TypeKind::Struct {
        leaves.push(Leaf { ty, path: path.to_owned() });
        return leaves.len() <= MAX_LEAVES;
    }
    // Deeper than any path of names a person would write.
    if path.matches('.').count() > 4 * MAX_LEAVES {
        return false;
    }
    let mut end = 0;
    for field in m.types.fields(ty) {
        if field.offset < end {
            return false;
        }
        end = field.offset + m.types.layout[field.ty].size;
        if !flatten(m, field.ty, &format!("{path}.{}", m.str(field.name)), leaves) {
            return false;
        }
    }
    true
}
