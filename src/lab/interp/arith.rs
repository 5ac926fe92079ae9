//! Numbers: constants, operators, conversions, and the way from pointers to integers and back.

use super::machine::{Step, Vm};
use super::memory::{Kind, STACK};
use super::panics::Error;
use super::value::{Obj, Slot};
use crate::entity::{NONE, TypeId, Value};
use crate::ir::{BinaryOp, Entity, Inst, Opcode, TypeKind, UnaryOp, attr};

/// Bytes between objects that have been given addresses, so that the end of one is not the start of another.
const GAP: u64 = 64;

/// Whether a kind is a floating-point number.
pub(super) const fn is_float(kind: TypeKind) -> bool {
    matches!(kind, TypeKind::F32 | TypeKind::F64)
}

/// Whether a kind is a complex number.
pub(super) const fn is_complex(kind: TypeKind) -> bool {
    matches!(kind, TypeKind::C64 | TypeKind::C128)
}

/// A float from its bits.
pub(super) fn float(kind: TypeKind, bits: u64) -> f64 {
    match kind {
        TypeKind::F32 | TypeKind::C64 => f64::from(f32::from_bits(bits as u32)),
        _ => f64::from_bits(bits),
    }
}

/// The bits of a float, rounded to its kind. NaNs are one, so that a run is the same everywhere.
pub(super) fn float_bits(kind: TypeKind, value: f64) -> u64 {
    match kind {
        TypeKind::F32 | TypeKind::C64 if value.is_nan() => u64::from(f32::NAN.to_bits() & 0x7fff_ffff),
        TypeKind::F32 | TypeKind::C64 => u64::from((value as f32).to_bits()),
        _ if value.is_nan() => f64::NAN.to_bits() & (u64::MAX >> 1),
        _ => value.to_bits(),
    }
}

impl Vm<'_> {
    /// Bits of an integer kind; 64 for other kinds.
    #[inline]
    pub(super) fn width(&self, kind: TypeKind) -> u32 {
        use TypeKind as K;
        match kind {
            K::Bool => 1,
            K::I8 | K::U8 => 8,
            K::I16 | K::U16 => 16,
            K::I32 | K::U32 | K::F32 => 32,
            K::Int | K::Uint | K::Uintptr => u32::from(self.m.target.pointer_size) * 8,
            _ => 64,
        }
    }

    #[inline]
    pub(super) fn is_signed(&self, kind: TypeKind) -> bool {
        matches!(kind, TypeKind::I8 | TypeKind::I16 | TypeKind::I32 | TypeKind::I64 | TypeKind::Int)
    }

    /// Cuts bits down to a kind.
    #[inline]
    pub(super) fn truncate(&self, kind: TypeKind, bits: u64) -> u64 {
        match self.width(kind) {
            64.. => bits,
            n => bits & ((1 << n) - 1),
        }
    }

    /// The number bits of an integer kind stand for; unsigned ones of 64 bits wrap.
    #[inline]
    pub(super) fn signed(&self, kind: TypeKind, bits: u64) -> i64 {
        let width = self.width(kind);
        if self.is_signed(kind) && width < 64 {
            let unused = 64 - width;
            ((bits << unused) as i64) >> unused
        } else {
            bits as i64
        }
    }

    pub(super) fn const_float(&mut self, inst: &Inst) -> Step {
        let imms = self.body.imms(inst);
        let value = f64::from_bits(u64::from(imms[0]) | u64::from(imms[1]) << 32);
        let kind = self.kind(inst.first_result);
        let bits = Slot::Bits(float_bits(kind, value));
        if is_complex(kind) {
            self.set_pair(inst, bits, Slot::ZERO)
        } else {
            self.set(inst, bits)
        }
        Ok(())
    }

    pub(super) fn unary(&mut self, inst: &Inst, x: u32) -> Step {
        let kind = self.kind(x);
        let (at, _) = self.register(x);
        let bits = self.s.regs[at].bits();
        let result = match UnaryOp::from_number(inst.aux) {
            Some(UnaryOp::Not) => bits ^ 1,
            Some(UnaryOp::Com) => self.truncate(kind, !bits),
            Some(UnaryOp::Neg) if is_complex(kind) => {
                let part = |slot: Slot| Slot::Bits(float_bits(kind, -float(kind, slot.bits())));
                let (re, im) = (part(self.s.regs[at]), part(self.s.regs[at + 1]));
                self.set_pair(inst, re, im);
                return Ok(());
            }
            Some(UnaryOp::Neg) if is_float(kind) => float_bits(kind, -float(kind, bits)),
            Some(UnaryOp::Neg) => self.truncate(kind, bits.wrapping_neg()),
            None => return self.unsupported("an operator that does not exist"),
        };
        self.set(inst, Slot::Bits(result));
        Ok(())
    }

    #[inline]
    pub(super) fn binary(&mut self, inst: &Inst, x: u32, y: u32) -> Step {
        let kind = self.kind(x);
        if is_float(kind) || is_complex(kind) {
            return self.float_binary(inst, kind, x, y);
        }
        let (a, b) = (self.slot(x).bits(), self.slot(y).bits());
        let Some(op) = BinaryOp::from_number(inst.aux) else {
            return self.unsupported("an operator that does not exist");
        };
        let result = match op {
            BinaryOp::Add => a.wrapping_add(b),
            BinaryOp::Sub => a.wrapping_sub(b),
            BinaryOp::Mul => a.wrapping_mul(b),
            BinaryOp::Div | BinaryOp::Rem => {
                if b == 0 {
                    return self.panic_with(Error::DivideByZero);
                }
                let (s, t) = (self.signed(kind, a), self.signed(kind, b));
                match (op, self.is_signed(kind)) {
                    (BinaryOp::Div, true) => s.wrapping_div(t) as u64,
                    (BinaryOp::Div, false) => a / b,
                    (_, true) => s.wrapping_rem(t) as u64,
                    (_, false) => a % b,
                }
            }
            BinaryOp::And => a & b,
            BinaryOp::Or => a | b,
            BinaryOp::Xor => a ^ b,
            BinaryOp::AndNot => a & !b,
            BinaryOp::Shl | BinaryOp::Shr => {
                let by = self.kind(y);
                if self.is_signed(by) && self.signed(by, b) < 0 {
                    return self.panic_with(Error::NegativeShift);
                }
                match op {
                    BinaryOp::Shl if b >= 64 => 0,
                    BinaryOp::Shl => a << b,
                    _ if self.is_signed(kind) => (self.signed(kind, a) >> b.min(63)) as u64,
                    _ if b >= 64 => 0,
                    _ => a >> b,
                }
            }
        };
        let result = self.truncate(kind, result);
        self.set(inst, Slot::Bits(result));
        Ok(())
    }

    fn float_binary(&mut self, inst: &Inst, kind: TypeKind, x: u32, y: u32) -> Step {
        let ((i, _), (j, _)) = (self.register(x), self.register(y));
        let part = |vm: &Self, at: usize| float(kind, vm.s.regs[at].bits());
        let slot = |v: f64| Slot::Bits(float_bits(kind, v));
        let Some(op) = BinaryOp::from_number(inst.aux) else {
            return self.unsupported("an operator that does not exist");
        };
        let (a, c) = (part(self, i), part(self, j));
        if is_float(kind) {
            let value = match op {
                BinaryOp::Add => a + c,
                BinaryOp::Sub => a - c,
                BinaryOp::Mul => a * c,
                BinaryOp::Div => a / c,
                _ => return self.unsupported("an operator that floating-point numbers do not have"),
            };
            self.set(inst, slot(value));
            return Ok(());
        }
        let (b, d) = (part(self, i + 1), part(self, j + 1));
        let (re, im) = match op {
            BinaryOp::Add => (a + c, b + d),
            BinaryOp::Sub => (a - c, b - d),
            BinaryOp::Mul => (a * c - b * d, a * d + b * c),
            BinaryOp::Div => {
                let n = c * c + d * d;
                ((a * c + b * d) / n, (b * c - a * d) / n)
            }
            _ => return self.unsupported("an operator that complex numbers do not have"),
        };
        self.set_pair(inst, slot(re), slot(im));
        Ok(())
    }

    pub(super) fn cast(&mut self, inst: &Inst, x: u32) -> Step {
        let (from, to) = (self.kind(x), self.kind(inst.first_result));
        let number = |k: TypeKind| k.is_basic() && !matches!(k, TypeKind::String | TypeKind::UnsafePtr);
        if number(from) && number(to) {
            return self.cast_number(inst, from, to, x);
        }
        let (have, want) = (self.ty(x), self.ty(inst.first_result));
        if to == TypeKind::Ptr {
            let types = &self.m.types;
            let (a, b) = (types.elem(have).filter(|_| from == TypeKind::Ptr), types.elem(want));
            let alike = a == b || matches!((a, b), (Some(a), Some(b)) if self.s.shapes.same(self.m, a, b));
            let slot = self.slot(x);
            let slot = match b {
                Some(elem) if !alike => self.fitted(slot, elem),
                _ => slot,
            };
            self.set(inst, slot);
            return Ok(());
        }
        let pointer =
            |k| matches!(k, TypeKind::Ptr | TypeKind::UnsafePtr | TypeKind::Map | TypeKind::Chan | TypeKind::Func);
        if have != want && !(pointer(from) && pointer(to)) && !self.s.shapes.same(self.m, have, want) {
            return self.unsupported("a conversion between layouts");
        }
        self.pass(inst, x)
    }

    fn cast_number(&mut self, inst: &Inst, from: TypeKind, to: TypeKind, x: u32) -> Step {
        let (at, _) = self.register(x);
        let bits = self.s.regs[at].bits();
        if is_complex(from) || is_complex(to) {
            if !(is_complex(from) && is_complex(to)) {
                return self.unsupported("a conversion between real and complex numbers");
            }
            let part = |slot: Slot| Slot::Bits(float_bits(to, float(from, slot.bits())));
            let (re, im) = (part(self.s.regs[at]), part(self.s.regs[at + 1]));
            self.set_pair(inst, re, im);
            return Ok(());
        }
        let result = match (is_float(from), is_float(to)) {
            (true, true) => float_bits(to, float(from, bits)),
            (true, false) if to == TypeKind::Bool => u64::from(float(from, bits) != 0.0),
            // Out of range is the implementation's choice: the nearest number.
            (true, false) if self.is_signed(to) => self.truncate(to, float(from, bits) as i64 as u64),
            (true, false) => self.truncate(to, float(from, bits) as u64),
            (false, true) if self.is_signed(from) => float_bits(to, self.signed(from, bits) as f64),
            (false, true) => float_bits(to, bits as f64),
            (false, false) if to == TypeKind::Bool => u64::from(bits != 0),
            (false, false) => self.truncate(to, self.signed(from, bits) as u64),
        };
        self.set(inst, Slot::Bits(result));
        Ok(())
    }

    /// A pointer as one of another type: what lies at its place must be laid out so.
    pub(super) fn fitted(&self, slot: Slot, elem: TypeId) -> Slot {
        let slot = match slot {
            Slot::Raw(obj, byte) => self.moved(obj, u64::from(byte)),
            slot => slot,
        };
        let Slot::Ptr(obj, cell) = slot else { return slot };
        let o = &self.s.objects[obj as usize];
        match (o.kind, o.ty) {
            (Kind::Data, have) if have != NONE => {
                let have = TypeId::from_raw(have);
                if self.s.shapes.fits(self.m, have, o.len, cell, elem) {
                    return slot;
                }
                let byte = self.s.shapes.byte_of(self.m, have, cell).unwrap_or(u64::MAX);
                Slot::Raw(obj, byte.min(u64::from(u32::MAX)) as u32)
            }
            _ => Slot::Raw(obj, u32::MAX),
        }
    }

    /// The byte of its object a pointer points to.
    fn byte_in_object(&self, slot: Slot) -> Option<(Obj, u64)> {
        match slot {
            Slot::Raw(_, u32::MAX) => None,
            Slot::Raw(obj, byte) => Some((obj, u64::from(byte))),
            Slot::Ptr(obj, cell) => {
                let ty = self.s.objects[obj as usize].ty;
                if ty == NONE {
                    return (cell == 0).then_some((obj, 0));
                }
                Some((obj, self.s.shapes.byte_of(self.m, TypeId::from_raw(ty), cell)?))
            }
            _ => None,
        }
    }

    /// Bytes of an object; 0 where it has none.
    fn object_bytes(&self, obj: Obj) -> u64 {
        let o = &self.s.objects[obj as usize];
        if o.ty == NONE {
            return 0;
        }
        let ty = TypeId::from_raw(o.ty);
        let count = match self.s.shapes.of(ty) {
            Some(n) if n > 0 => o.len / n,
            _ => 0,
        };
        self.m.types.layout[ty].size.saturating_mul(u64::from(count))
    }

    /// The address of an object, made up when it is first asked for.
    fn address(&mut self, obj: Obj) -> u64 {
        if let Some(&at) = self.s.address_of.get(&obj) {
            return at;
        }
        let bytes = self.object_bytes(obj);
        let at = self.s.addresses.last().map_or(0x1000, |&(at, bytes, _)| at + bytes + GAP).next_multiple_of(GAP);
        self.s.addresses.push((at, bytes, obj));
        self.s.address_of.insert(obj, at);
        at
    }

    pub(super) fn ptr_to_int(&mut self, inst: &Inst, x: u32) -> Step {
        let bits = match self.slot(x) {
            Slot::Bits(bits) => bits,
            slot => match self.byte_in_object(slot) {
                Some((obj, byte)) => self.address(obj) + byte,
                None => return self.unsupported("the address of what has none"),
            },
        };
        let kind = self.kind(inst.first_result);
        let bits = self.truncate(kind, bits);
        self.set(inst, Slot::Bits(bits));
        Ok(())
    }

    pub(super) fn int_to_ptr(&mut self, inst: &Inst, x: u32) -> Step {
        let bits = self.slot(x).bits();
        let next = self.s.addresses.partition_point(|&(at, ..)| at <= bits);
        let found = next.checked_sub(1).map(|n| self.s.addresses[n]).filter(|&(at, bytes, _)| bits - at <= bytes);
        let Some((at, _, obj)) = found else {
            self.set(inst, Slot::Bits(bits));
            return Ok(());
        };
        // An integer does not keep an object where it is; only within one expression do the languages promise anything.
        if !self.ideal && self.s.objects[obj as usize].flags & STACK != 0 && !self.traced(Value::from_raw(x), &mut 64) {
            return self.unsupported("a pointer to the stack from an integer kept longer than an expression");
        }
        let slot = self.moved(obj, bits - at);
        let ty = self.ty(inst.first_result);
        let slot = match self.m.types.elem(ty).filter(|_| self.m.types.kind(ty) == TypeKind::Ptr) {
            Some(elem) => self.fitted(slot, elem),
            None => slot,
        };
        self.set(inst, slot);
        Ok(())
    }

    /// Whether an integer comes from a pointer by arithmetic alone.
    fn traced(&self, value: Value, fuel: &mut u32) -> bool {
        let Some((at, inst)) = self.definer(value).filter(|_| *fuel > 0) else { return false };
        *fuel -= 1;
        let mut args = self.body.args(inst);
        match inst.op {
            Opcode::PtrToInt => true,
            Opcode::Unary | Opcode::Binary => args.any(|arg| self.traced(arg, fuel)),
            Opcode::Load => self.m.attrs.has(Entity::Inst, attr::HEADER_DATA, self.body.inst_in_module(at.into())),
            _ => false,
        }
    }

    pub(super) fn ptr_offset(&mut self, inst: &Inst, x: u32, by: u32) -> Step {
        let by = self.signed(self.kind(by), self.slot(by).bits());
        let slot = match self.slot(x) {
            Slot::Bits(bits) => Slot::Bits(bits.wrapping_add_signed(by)),
            slot if by == 0 => slot,
            slot => {
                let Some((obj, byte)) = self.byte_in_object(slot) else {
                    return self.unsupported("a pointer to what has no bytes, moved");
                };
                match byte.checked_add_signed(by).filter(|&byte| byte <= self.object_bytes(obj)) {
                    Some(byte) => self.moved(obj, byte),
                    None => return self.unsupported("a pointer moved out of its object"),
                }
            }
        };
        let ty = self.ty(inst.first_result);
        let slot = match self.m.types.elem(ty).filter(|_| self.m.types.kind(ty) == TypeKind::Ptr) {
            Some(elem) => self.fitted(slot, elem),
            None => slot,
        };
        self.set(inst, slot);
        Ok(())
    }

    /// Where a pointer points, for comparisons: object and byte.
    pub(super) fn location(&self, slot: Slot) -> (Obj, u64) {
        match (slot, self.byte_in_object(slot)) {
            (_, Some(at)) => at,
            (Slot::Ptr(obj, cell), None) => (obj, u64::from(cell)),
            _ => (NONE, 0),
        }
    }
}
