//! Comparisons, of every comparable type, and the hashes of map keys that go with them.

use super::arith::{float, is_complex, is_float};
use super::machine::{Step, Vm};
use super::panics::Error;
use super::trace::mix;
use super::value::{RUNTIME_ERROR, Slot};
use super::watch::ViolationKind;
use crate::entity::TypeId;
use crate::ir::{CompareOp, Inst, TypeKind};
use smallvec::SmallVec;
use std::cmp::Ordering;

/// A value on its own.
pub(super) type Cells = SmallVec<[Slot; 6]>;

/// Nesting beyond which a comparison is given up.
const MAX_DEPTH: u32 = 64;

impl Vm<'_> {
    /// A value's slots.
    pub(super) fn value(&self, value: u32) -> Cells {
        let (at, n) = self.register(value);
        Cells::from_slice(&self.s.regs[at..at + n])
    }

    #[inline]
    pub(super) fn compare(&mut self, inst: &Inst, x: u32, y: u32) -> Step {
        let kind = self.kind(x);
        let Some(op) = CompareOp::from_number(inst.aux) else {
            return self.unsupported("a comparison that does not exist");
        };
        let truth = if kind as u8 <= TypeKind::Uintptr as u8 {
            let (a, b) = (self.slot(x).bits(), self.slot(y).bits());
            let order = if self.is_signed(kind) { self.signed(kind, a).cmp(&self.signed(kind, b)) } else { a.cmp(&b) };
            holds(op, Some(order))
        } else {
            self.compare_values(op, kind, x, y)?
        };
        self.set(inst, Slot::Bits(u64::from(truth)));
        Ok(())
    }

    fn compare_values(&mut self, op: CompareOp, kind: TypeKind, x: u32, y: u32) -> Step<bool> {
        let (a, b) = (self.value(x), self.value(y));
        if is_float(kind) {
            return Ok(holds(op, float(kind, a[0].bits()).partial_cmp(&float(kind, b[0].bits()))));
        }
        match op {
            CompareOp::Eq | CompareOp::Ne => {
                // Slices, maps and functions are compared with nil only.
                let equal = match kind {
                    TypeKind::Slice | TypeKind::Func | TypeKind::Map => self.equal_pointers(a[0], b[0])?,
                    _ if a.len() != b.len() => return self.unsupported("a comparison of different layouts"),
                    _ => self.equal(self.ty(x), &a, &b, 0)?,
                };
                Ok(equal == (op == CompareOp::Eq))
            }
            _ if kind == TypeKind::String => {
                let order = self.order_strings(&a, &b)?;
                Ok(holds(op, Some(order)))
            }
            _ => self.unsupported("an order of what has none"),
        }
    }

    fn order_strings(&mut self, a: &[Slot], b: &[Slot]) -> Step<Ordering> {
        let (mut left, mut right) = (Vec::new(), Vec::new());
        self.bytes_of(a[0], a[1].bits(), &mut left)?;
        self.bytes_of(b[0], b[1].bits(), &mut right)?;
        Ok(left.cmp(&right))
    }

    /// Whether two pointers are one. A pointer to what is gone compares with nil only.
    fn equal_pointers(&mut self, a: Slot, b: Slot) -> Step<bool> {
        if !a.is_zero() && !b.is_zero() {
            for obj in [a, b].into_iter().filter_map(Slot::object) {
                self.touch(obj, ViolationKind::Compare)?;
            }
        }
        Ok(match (a, b) {
            (Slot::Ptr(..) | Slot::Raw(..), Slot::Ptr(..) | Slot::Raw(..)) => self.location(a) == self.location(b),
            _ => a == b,
        })
    }

    /// Whether two values of a type are equal.
    pub(super) fn equal(&mut self, ty: TypeId, a: &[Slot], b: &[Slot], depth: u32) -> Step<bool> {
        let m = self.m;
        if depth > MAX_DEPTH {
            return self.unsupported("a comparison nested too deeply");
        }
        let kind = m.types.kind(ty);
        match kind {
            _ if is_float(kind) || is_complex(kind) => {
                Ok(a.iter().zip(b).all(|(a, b)| float(kind, a.bits()) == float(kind, b.bits())))
            }
            TypeKind::String => Ok(a[1] == b[1] && (a[0] == b[0] || self.order_strings(a, b)?.is_eq())),
            TypeKind::Ptr | TypeKind::UnsafePtr | TypeKind::Chan => self.equal_pointers(a[0], b[0]),
            TypeKind::Interface => self.equal_interfaces(a, b, depth),
            TypeKind::Struct => {
                for (n, field) in m.types.fields(ty).enumerate() {
                    let at = self.s.shapes.field(m, ty, n as u32) as usize;
                    let cells = self.s.shapes.of(field.ty).unwrap_or(0) as usize;
                    let blank = m.str(field.name) == "_";
                    if !blank && !self.equal(field.ty, &a[at..at + cells], &b[at..at + cells], depth + 1)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            TypeKind::Array => {
                let Some(elem) = m.types.elem(ty) else { return Ok(true) };
                let cells = self.s.shapes.of(elem).unwrap_or(0) as usize;
                if cells == 0 {
                    return Ok(true);
                }
                for (a, b) in a.chunks_exact(cells).zip(b.chunks_exact(cells)) {
                    if !self.equal(elem, a, b, depth + 1)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            TypeKind::Slice | TypeKind::Map | TypeKind::Func => self.panic_with(Error::NotComparable),
            TypeKind::Opaque | TypeKind::TypeParam | TypeKind::Named => {
                self.unsupported("a comparison of opaque values")
            }
            _ => Ok(a[0].bits() == b[0].bits()),
        }
    }

    fn equal_interfaces(&mut self, a: &[Slot], b: &[Slot], depth: u32) -> Step<bool> {
        let (s, t) = match (a[0], b[0]) {
            (Slot::Type(RUNTIME_ERROR), Slot::Type(RUNTIME_ERROR)) => return Ok(a[1] == b[1]),
            (Slot::Type(RUNTIME_ERROR), _) | (_, Slot::Type(RUNTIME_ERROR)) => return Ok(false),
            (Slot::Type(s), Slot::Type(t)) => (TypeId::from_raw(s), TypeId::from_raw(t)),
            (s, t) => return Ok(s == t),
        };
        if !self.same_type(s, t) {
            return Ok(false);
        }
        let (x, y) = (self.held(s, a[1])?, self.held(t, b[1])?);
        if x.len() != y.len() {
            return self.unsupported("a comparison of different layouts");
        }
        self.equal(s, &x, &y, depth + 1)
    }

    /// The value in an interface.
    fn held(&mut self, ty: TypeId, data: Slot) -> Step<Cells> {
        if self.m.types.layout[ty].direct {
            return Ok(Cells::from_slice(&[data]));
        }
        let cells = self.s.shapes.of(ty).unwrap_or(0);
        let (_, at) = self.place(data, cells, ViolationKind::Compare)?;
        Ok(Cells::from_slice(&self.s.cells[at..at + cells as usize]))
    }

    /// The hash of a map key: equal keys have equal hashes, whatever the addresses.
    pub(super) fn hash(&mut self, ty: TypeId, key: &[Slot], depth: u32) -> Step<u64> {
        let m = self.m;
        if depth > MAX_DEPTH {
            return self.unsupported("a key nested too deeply");
        }
        let kind = m.types.kind(ty);
        let mut hash = kind as u64;
        match kind {
            _ if is_float(kind) || is_complex(kind) => {
                for slot in key {
                    let value = float(kind, slot.bits());
                    hash = mix(hash, if value == 0.0 { 0 } else { value.to_bits() });
                }
            }
            TypeKind::String => {
                let mut bytes = Vec::new();
                self.bytes_of(key[0], key[1].bits(), &mut bytes)?;
                for byte in bytes {
                    hash = mix(hash, u64::from(byte));
                }
            }
            TypeKind::Ptr | TypeKind::UnsafePtr | TypeKind::Chan => {
                let (obj, byte) = match key[0] {
                    Slot::Bits(bits) => (u32::MAX, bits),
                    slot => self.location(slot),
                };
                hash = mix(mix(hash, u64::from(obj)), byte);
            }
            TypeKind::Interface => {
                // Identical types may be different rows: their kind is all that goes in.
                if let Slot::Type(row) = key[0]
                    && row != RUNTIME_ERROR
                {
                    let ty = TypeId::from_raw(row);
                    let value = self.held(ty, key[1])?;
                    hash = mix(hash, self.hash(ty, &value, depth + 1)?);
                }
            }
            TypeKind::Struct => {
                for (n, field) in m.types.fields(ty).enumerate() {
                    let at = self.s.shapes.field(m, ty, n as u32) as usize;
                    let cells = self.s.shapes.of(field.ty).unwrap_or(0) as usize;
                    if m.str(field.name) != "_" {
                        hash = mix(hash, self.hash(field.ty, &key[at..at + cells], depth + 1)?);
                    }
                }
            }
            TypeKind::Array => {
                if let Some(elem) = m.types.elem(ty) {
                    let cells = self.s.shapes.of(elem).unwrap_or(0) as usize;
                    for part in key.chunks_exact(cells.max(1)) {
                        hash = mix(hash, self.hash(elem, part, depth + 1)?);
                    }
                }
            }
            TypeKind::Slice | TypeKind::Map | TypeKind::Func => return self.panic_with(Error::NotHashable),
            TypeKind::Opaque | TypeKind::TypeParam | TypeKind::Named => return self.unsupported("an opaque key"),
            _ => hash = mix(hash, key[0].bits()),
        }
        Ok(hash)
    }
}

/// Whether an order satisfies a comparison; unordered satisfies "not equal" only.
fn holds(op: CompareOp, order: Option<Ordering>) -> bool {
    match (op, order) {
        (CompareOp::Ne, order) => order != Some(Ordering::Equal),
        (_, None) => false,
        (CompareOp::Eq, Some(order)) => order.is_eq(),
        (CompareOp::Lt, Some(order)) => order.is_lt(),
        (CompareOp::Le, Some(order)) => order.is_le(),
        (CompareOp::Gt, Some(order)) => order.is_gt(),
        (CompareOp::Ge, Some(order)) => order.is_ge(),
    }
}
