//! The intrinsics: every row of their table, no catch-all but for numbers it does not have.

use super::arith::{float, float_bits, is_complex, is_float};
use super::compare::Cells;
use super::frames::Caller;
use super::machine::{Step, Vm};
use super::panics::Error;
use super::trace::Seen;
use super::value::Slot;
use crate::entity::TypeId;
use crate::ir::{Body, Inst, TypeKind, intrinsic};
use smallvec::SmallVec;
use std::cmp::Ordering;

const _: () = assert!(intrinsic::TABLE.len() == 19, "a new intrinsic needs a meaning here");

impl Vm<'_> {
    /// Runs an intrinsic of a function on the operands set aside.
    pub(super) fn intrinsic(&mut self, body: &Body<'_>, inst: &Inst, caller: Caller) -> Step {
        let m = self.m;
        let mut at = 0;
        let mut args: SmallVec<[(TypeId, Cells); 2]> = SmallVec::new();
        for v in body.args(inst) {
            let n = self.s.shapes.of(body.ty(v)).unwrap_or(0) as usize;
            args.push((body.ty(v), Cells::from_slice(&self.s.args[at..at + n])));
            at += n;
        }
        let kind = |n: usize| m.types.kind(args[n].0);
        let result = (inst.num_results > 0).then(|| body.ty(inst.result()));
        let bits = |b: u64| Cells::from_slice(&[Slot::Bits(b)]);
        let value = match inst.aux {
            intrinsic::PRINT | intrinsic::PRINTLN => {
                self.seen(Seen::Print);
                for (ty, value) in &args {
                    self.seen_value(*ty, value, 0)?;
                }
                None
            }
            intrinsic::COPY_ELEMENTS => {
                let (to, from) = (&args[0].1, &args[1].1);
                let n = to[1].bits().min(from[1].bits());
                let cells = m.types.elem(args[0].0).and_then(|elem| self.s.shapes.of(elem)).unwrap_or(0);
                if n > 0 && cells > 0 {
                    self.copy(to[0], from[0], (n as u32).saturating_mul(cells))?;
                }
                Some(bits(n))
            }
            intrinsic::CLEAR if kind(0) == TypeKind::Map => {
                self.clear_map(args[0].1[0])?;
                None
            }
            intrinsic::CLEAR => {
                let n = args[0].1[1].bits();
                let cells = m.types.elem(args[0].0).and_then(|elem| self.s.shapes.of(elem)).unwrap_or(0);
                if n > 0 && cells > 0 {
                    self.zero(args[0].1[0], (n as u32).saturating_mul(cells))?;
                }
                None
            }
            intrinsic::MIN | intrinsic::MAX => {
                let mut best = args[0].1.clone();
                for (_, value) in &args[1..] {
                    if self.beats(kind(0), value, &best, inst.aux == intrinsic::MAX)? {
                        best.clone_from(value);
                    }
                }
                Some(best)
            }
            intrinsic::UNSAFE_SLICE | intrinsic::UNSAFE_STRING => {
                let wide = self.signed(kind(1), args[1].1[0].bits());
                let (data, Ok(n)) = (args[0].1[0], u32::try_from(wide)) else {
                    return self.panic_with(Error::Unsafe);
                };
                if data.is_zero() && n > 0 {
                    return self.panic_with(Error::Unsafe);
                }
                let elem = result.and_then(|ty| m.types.elem(ty));
                let have = m.types.elem(args[0].0).filter(|_| kind(0) == TypeKind::Ptr);
                let data = match elem {
                    Some(elem) if have != Some(elem) => self.fitted(data, elem),
                    _ => data,
                };
                let len = Slot::Bits(u64::from(n));
                let slice = [data, len, len];
                Some(Cells::from_slice(if inst.aux == intrinsic::UNSAFE_SLICE { &slice } else { &slice[..2] }))
            }
            intrinsic::UNSAFE_SLICE_DATA | intrinsic::UNSAFE_STRING_DATA => Some(Cells::from_slice(&args[0].1[..1])),
            intrinsic::CLOSE => {
                self.close(args[0].1[0])?;
                None
            }
            intrinsic::REAL | intrinsic::IMAG => {
                if !is_complex(kind(0)) {
                    return self.unsupported("a part of what is no complex number");
                }
                let part = args[0].1[usize::from(inst.aux == intrinsic::IMAG)].bits();
                let to = result.map_or(kind(0), |ty| m.types.kind(ty));
                Some(bits(float_bits(to, float(kind(0), part))))
            }
            intrinsic::COMPLEX => {
                let to = result.map_or(TypeKind::C128, |ty| m.types.kind(ty));
                if !(is_float(kind(0)) && is_float(kind(1)) && is_complex(to)) {
                    return self.unsupported("a complex number of what are no floating-point numbers");
                }
                let part = |n: usize| Slot::Bits(float_bits(to, float(kind(n), args[n].1[0].bits())));
                Some(Cells::from_slice(&[part(0), part(1)]))
            }
            intrinsic::ESCAPE_VALUE => {
                for &slot in &args[0].1 {
                    self.heap_holds(slot);
                }
                None
            }
            // It keeps the object from being collected, and nothing is.
            intrinsic::KEEP_ALIVE => None,
            intrinsic::DELETE => {
                let key = args[1].1.clone();
                self.delete(args[0].1[0], &key)?;
                None
            }
            intrinsic::RECOVER_DISCARD => {
                if caller != Caller::Nobody {
                    self.recover(0);
                }
                None
            }
            intrinsic::PANIC_VALUE => match (kind(0), args[0].1.as_slice()) {
                (TypeKind::Interface, &[ty, data]) => return self.panic_value([ty, data]),
                _ => return self.unsupported("a panic with what is no interface"),
            },
            _ => return self.unsupported("an intrinsic that does not exist"),
        };
        if let (Some(value), Some(ty), Caller::Call(register)) = (value, result, caller) {
            let to = register as usize;
            if self.s.shapes.of(ty) != Some(value.len() as u32) {
                return self.unsupported("a result of another layout");
            }
            let kind = m.types.kind(ty);
            let cut = value.len() == 1 && (kind as u8) <= TypeKind::Uintptr as u8;
            self.s.regs[to..to + value.len()].copy_from_slice(&value);
            if cut {
                self.s.regs[to] = Slot::Bits(self.truncate(kind, value[0].bits()));
            }
        }
        Ok(())
    }

    /// Whether a value takes the place of the best so far.
    fn beats(&mut self, kind: TypeKind, value: &[Slot], best: &[Slot], largest: bool) -> Step<bool> {
        let order = if is_float(kind) {
            let (a, b) = (float(kind, value[0].bits()), float(kind, best[0].bits()));
            if a.is_nan() || b.is_nan() {
                return Ok(a.is_nan());
            }
            // Negative zero is less than zero.
            a.partial_cmp(&b).unwrap_or(Ordering::Equal).then(b.is_sign_negative().cmp(&a.is_sign_negative()))
        } else if kind == TypeKind::String {
            let (mut a, mut b) = (Vec::new(), Vec::new());
            self.bytes_of(value[0], value[1].bits(), &mut a)?;
            self.bytes_of(best[0], best[1].bits(), &mut b)?;
            a.cmp(&b)
        } else if self.is_signed(kind) {
            self.signed(kind, value[0].bits()).cmp(&self.signed(kind, best[0].bits()))
        } else if (kind as u8) <= TypeKind::Uintptr as u8 {
            value[0].bits().cmp(&best[0].bits())
        } else {
            return self.unsupported("an order of what has none");
        };
        Ok(if largest { order.is_gt() } else { order.is_lt() })
    }
}
