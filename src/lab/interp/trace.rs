//! What an observer sees: one hash of prints, results, panics and what is passed to unknown functions; never an address.

use super::machine::{Step, Vm};
use super::panics::Error;
use super::value::{RUNTIME_ERROR, Slot};
use super::watch::ViolationKind;
use crate::entity::{FuncId, TypeId};
use crate::ir::TypeKind;

/// Takes one more word into a hash.
#[inline]
pub(super) const fn mix(hash: u64, word: u64) -> u64 {
    let x = (hash ^ word).wrapping_mul(0xff51_afd7_ed55_8ccd);
    (x ^ (x >> 32)).wrapping_add(0x9e37_79b9_7f4a_7c15)
}

/// What an observation is of.
#[derive(Clone, Copy)]
pub(super) enum Seen {
    Print = 1,
    Result = 2,
    Panic = 3,
    Outside = 4,
}

impl Vm<'_> {
    /// Something was seen.
    pub(super) fn seen(&mut self, what: Seen) {
        self.s.trace = mix(self.s.trace, what as u64);
    }

    /// A value was seen: numbers and strings as they are, of everything else whether it is nil, of interfaces what they hold.
    pub(super) fn seen_value(&mut self, ty: TypeId, value: &[Slot], depth: u32) -> Step {
        let m = self.m;
        let kind = m.types.kind(ty);
        let word = |vm: &mut Self, w: u64| vm.s.trace = mix(vm.s.trace, w);
        match kind {
            TypeKind::String => {
                let mut bytes = Vec::new();
                self.bytes_of(value[0], value[1].bits(), &mut bytes)?;
                word(self, bytes.len() as u64);
                bytes.iter().for_each(|&b| word(self, u64::from(b)));
            }
            TypeKind::Struct if depth < 8 => {
                for (n, field) in m.types.fields(ty).enumerate() {
                    let at = self.s.shapes.field(m, ty, n as u32) as usize;
                    let cells = self.s.shapes.of(field.ty).unwrap_or(0) as usize;
                    self.seen_value(field.ty, &value[at..at + cells], depth + 1)?;
                }
            }
            TypeKind::Array if depth < 8 => {
                if let Some(elem) = m.types.elem(ty) {
                    let cells = self.s.shapes.of(elem).unwrap_or(0) as usize;
                    for part in value.chunks_exact(cells.max(1)).take(64) {
                        self.seen_value(elem, part, depth + 1)?;
                    }
                }
            }
            TypeKind::Interface => {
                let dynamic = match value[0] {
                    Slot::Type(row) if row != RUNTIME_ERROR => TypeId::from_raw(row),
                    Slot::Type(_) => {
                        word(self, value[1].bits() + 2);
                        return Ok(());
                    }
                    _ => {
                        word(self, 0);
                        return Ok(());
                    }
                };
                word(self, m.types.kind(dynamic) as u64);
                if m.types.layout[dynamic].direct || depth >= 8 {
                    word(self, u64::from(!value[1].is_zero()));
                } else {
                    let cells = self.s.shapes.of(dynamic).unwrap_or(0);
                    let (_, at) = self.place(value[1], cells, ViolationKind::Load)?;
                    let held = super::compare::Cells::from_slice(&self.s.cells[at..at + cells as usize]);
                    self.seen_value(dynamic, &held, depth + 1)?;
                }
            }
            TypeKind::Slice => word(self, value[1].bits()),
            _ => {
                for &slot in value {
                    match slot {
                        Slot::Bits(bits) => word(self, bits),
                        _ => word(self, 1),
                    }
                }
            }
        }
        Ok(())
    }

    /// The results of the entry function.
    pub(super) fn trace_results(&mut self, func: FuncId, results: &[Slot]) -> Step {
        let m = self.m;
        let mut at = 0;
        for ty in m.types.results(m.funcs[func].sig) {
            let cells = self.s.shapes.of(ty).unwrap_or(0) as usize;
            self.seen(Seen::Result);
            self.seen_value(ty, &results[at..at + cells], 0)?;
            at += cells;
        }
        Ok(())
    }

    /// The value of a panic nobody recovered, in words, and as an observation.
    pub(super) fn describe_panic(&mut self, value: [Slot; 2]) -> Step<String> {
        self.seen(Seen::Panic);
        let row = match value[0] {
            Slot::Type(RUNTIME_ERROR) => {
                let number = value[1].bits();
                self.s.trace = mix(self.s.trace, number);
                return Ok(Error::text(number).to_owned());
            }
            Slot::Type(row) => TypeId::from_raw(row),
            _ => return Ok("nil".to_owned()),
        };
        let kind = self.m.types.kind(row);
        if self.m.types.layout[row].direct {
            return Ok(format!("a value of {row}"));
        }
        let cells = self.s.shapes.of(row).unwrap_or(0);
        let (_, at) = self.place(value[1], cells, ViolationKind::Load)?;
        let held = super::compare::Cells::from_slice(&self.s.cells[at..at + cells as usize]);
        self.seen_value(row, &held, 0)?;
        Ok(match kind {
            TypeKind::String => {
                let mut bytes = Vec::new();
                self.bytes_of(held[0], held[1].bits(), &mut bytes)?;
                String::from_utf8_lossy(&bytes).into_owned()
            }
            kind if (kind as u8) < TypeKind::F32 as u8 => self.signed(kind, held[0].bits()).to_string(),
            _ => format!("a value of {row}"),
        })
    }
}
