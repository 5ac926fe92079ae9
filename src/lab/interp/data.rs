//! Slices, aggregates, interfaces.

use super::machine::{Step, Vm};
use super::memory::Kind;
use super::panics::Error;
use super::value::{RUNTIME_ERROR, Slot};
use super::watch::ViolationKind;
use crate::entity::TypeId;
use crate::ir::{Inst, Opcode, TypeKind};

/// Elements beyond which a slice is too long to make.
const MAX_LENGTH: u64 = 1 << 40;

impl Vm<'_> {
    /// Sets a result that is a slice.
    pub(super) fn set_slice(&mut self, inst: &Inst, data: Slot, len: u64, cap: u64) {
        let (to, n) = self.register(inst.first_result);
        if n == 3 {
            self.s.regs[to..to + 3].copy_from_slice(&[data, Slot::Bits(len), Slot::Bits(cap)]);
        }
    }

    /// Data, length and capacity of a slice.
    pub(super) fn slice_of(&self, value: u32) -> (Slot, u64, u64) {
        let (at, _) = self.register(value);
        (self.s.regs[at], self.s.regs[at + 1].bits(), self.s.regs[at + 2].bits())
    }

    /// Element type of a value's type, with its cells.
    pub(super) fn element(&mut self, value: u32) -> Step<(TypeId, u32)> {
        match self.m.types.elem(self.ty(value)) {
            Some(elem) => match self.s.shapes.of(elem) {
                Some(cells) => Ok((elem, cells)),
                None => self.unsupported("elements without a layout"),
            },
            None => self.unsupported("elements of what has none"),
        }
    }

    pub(super) fn make_slice(&mut self, inst: &Inst, len: u32, cap: u32) -> Step {
        let (Some(len), Some(cap)) = (self.index_of(len), self.index_of(cap)) else {
            return self.panic_with(Error::Length);
        };
        if len > cap || cap > MAX_LENGTH {
            return self.panic_with(Error::Length);
        }
        let (elem, _) = self.element(inst.first_result)?;
        let obj = self.alloc_values(elem, cap)?;
        self.born(obj, inst.aux, self.m.types.layout[elem].size.saturating_mul(cap));
        self.set_slice(inst, Slot::Ptr(obj, 0), len, cap);
        Ok(())
    }

    /// The array an append grows into: the old elements, and room for the new ones.
    fn grown(&mut self, inst: &Inst, base: u32, more: u64) -> Step<(Slot, u64, u64)> {
        let (data, len, cap) = self.slice_of(base);
        let want = len.saturating_add(more);
        if want <= cap {
            return Ok((data, want, cap));
        }
        let (elem, cells) = self.element(base)?;
        let cap = want.max(cap.saturating_mul(2)).max(1);
        if cap > MAX_LENGTH {
            return self.panic_with(Error::Length);
        }
        let obj = self.alloc_values(elem, cap)?;
        self.born(obj, inst.aux, self.m.types.layout[elem].size.saturating_mul(cap));
        let at = Slot::Ptr(obj, 0);
        if len > 0 && cells > 0 {
            self.copy(at, data, (len as u32).saturating_mul(cells))?;
        }
        Ok((at, want, cap))
    }

    pub(super) fn append(&mut self, inst: &Inst, args: &[u32]) -> Step {
        let (_, cells) = self.element(args[0])?;
        let (_, len, _) = self.slice_of(args[0]);
        let (data, want, cap) = self.grown(inst, args[0], args.len() as u64 - 1)?;
        for (n, &arg) in args[1..].iter().enumerate() {
            let (from, k) = self.register(arg);
            if k as u32 != cells {
                return self.unsupported("an element of another layout");
            }
            let at = self.inner(data, ((len + n as u64) as u32).saturating_mul(cells))?;
            self.write(at, from, cells)?;
        }
        self.set_slice(inst, data, want, cap);
        Ok(())
    }

    pub(super) fn append_slice(&mut self, inst: &Inst, base: u32, more: u32) -> Step {
        let (_, cells) = self.element(base)?;
        let (_, len, _) = self.slice_of(base);
        let (from, count) = self.elements(more, cells)?;
        let (data, want, cap) = self.grown(inst, base, count)?;
        if count > 0 && cells > 0 {
            let at = self.inner(data, (len as u32).saturating_mul(cells))?;
            self.copy(at, from, (count as u32).saturating_mul(cells))?;
        }
        self.set_slice(inst, data, want, cap);
        Ok(())
    }

    /// Data and length of a slice or string whose elements have so many cells.
    pub(super) fn elements(&mut self, value: u32, cells: u32) -> Step<(Slot, u64)> {
        let (at, _) = self.register(value);
        if self.kind(value) == TypeKind::Slice && self.element(value)?.1 != cells {
            return self.unsupported("elements of another layout");
        }
        Ok((self.s.regs[at], self.s.regs[at + 1].bits()))
    }

    pub(super) fn slice_expression(&mut self, inst: &Inst, args: &[u32]) -> Step {
        let m = self.m;
        let base = args[0];
        let (at, _) = self.register(base);
        let kind = self.kind(base);
        let (data, len, cap, cells) = match kind {
            TypeKind::String => (self.s.regs[at], self.s.regs[at + 1].bits(), self.s.regs[at + 1].bits(), 1),
            TypeKind::Slice => {
                let (data, len, cap) = self.slice_of(base);
                (data, len, cap, self.element(base)?.1)
            }
            _ => {
                let array = m.types.elem(self.ty(base));
                let len = array.map_or(0, |a| m.types.array_len(a));
                let cells = array.and_then(|a| m.types.elem(a)).and_then(|e| self.s.shapes.of(e));
                let Some(cells) = cells else { return self.unsupported("elements without a layout") };
                if self.s.regs[at].is_zero() {
                    return self.panic_with(Error::NilDereference);
                }
                (self.s.regs[at], len, len, cells)
            }
        };
        if let Some(obj) = data.object() {
            self.touch(obj, ViolationKind::Slice)?;
        }
        let mut bounds = args[1..].iter().peekable();
        let mut bound = |bit: u32, default: u64| match bounds.next_if(|_| inst.aux & bit != 0) {
            Some(&v) => self.index_of(v),
            None => Some(default),
        };
        let (low, high, most) = (bound(1, 0), bound(2, len), bound(4, cap));
        let (Some(low), Some(high), Some(most)) = (low, high, most) else { return self.panic_with(Error::OutOfRange) };
        if low > high || high > most || most > cap {
            return self.panic_with(Error::OutOfRange);
        }
        // An empty rest points to the start, as in Go: never past the end.
        let moved = if low == most || low == 0 || data.is_zero() {
            data
        } else {
            self.inner(data, (low as u32).saturating_mul(cells))?
        };
        if kind == TypeKind::String {
            self.set_pair(inst, if high == low { Slot::ZERO } else { moved }, Slot::Bits(high - low));
        } else {
            self.set_slice(inst, moved, high - low, most - low);
        }
        Ok(())
    }

    pub(super) fn slice_to_array(&mut self, inst: &Inst, x: u32) -> Step {
        let (data, len, _) = self.slice_of(x);
        if len < self.m.types.array_len(self.ty(inst.first_result)) {
            return self.panic_with(Error::ArrayLength);
        }
        let (to, n) = self.register(inst.first_result);
        if n == 0 { Ok(()) } else { self.read(data, n as u32, to) }
    }

    pub(super) fn slice_to_array_ptr(&mut self, inst: &Inst, x: u32) -> Step {
        let (data, len, _) = self.slice_of(x);
        let array = self.m.types.elem(self.ty(inst.first_result));
        if len < array.map_or(0, |a| self.m.types.array_len(a)) {
            return self.panic_with(Error::ArrayLength);
        }
        self.set(inst, data);
        Ok(())
    }

    pub(super) fn aggregate(&mut self, inst: &Inst, args: &[u32]) -> Step {
        let (mut to, n) = self.register(inst.first_result);
        let end = to + n;
        for &arg in args {
            let (from, k) = self.register(arg);
            if to + k > end {
                return self.unsupported("a part of another layout");
            }
            self.s.regs.copy_within(from..from + k, to);
            to += k;
        }
        if to == end { Ok(()) } else { self.unsupported("a part of another layout") }
    }

    pub(super) fn extract_elem(&mut self, inst: &Inst, x: u32, index: u32) -> Step {
        let m = self.m;
        let (at, n) = self.register(x);
        let index = self.index_of(index);
        if self.kind(x) == TypeKind::String {
            let (data, len) = (self.s.regs[at], self.s.regs[at + 1].bits());
            let Some(index) = index.filter(|&i| i < len) else { return self.panic_with(Error::OutOfRange) };
            let from = self.inner(data, index as u32)?;
            let (to, _) = self.register(inst.first_result);
            return self.read(from, 1, to);
        }
        let len = m.types.array_len(self.ty(x));
        let Some(index) = index.filter(|&i| i < len) else { return self.panic_with(Error::OutOfRange) };
        let (to, k) = self.register(inst.first_result);
        let from = at + index as usize * k;
        if index as usize * k + k > n {
            return self.unsupported("an element of another layout");
        }
        self.s.regs.copy_within(from..from + k, to);
        Ok(())
    }

    /// `len` and `cap`.
    pub(super) fn measure(&mut self, inst: &Inst, x: u32) -> Step {
        let m = self.m;
        let (at, _) = self.register(x);
        let n = match self.kind(x) {
            TypeKind::String => self.s.regs[at + 1].bits(),
            TypeKind::Slice => self.s.regs[at + if inst.op == Opcode::Len { 1 } else { 2 }].bits(),
            TypeKind::Array => m.types.array_len(self.ty(x)),
            TypeKind::Ptr => m.types.elem(self.ty(x)).map_or(0, |array| m.types.array_len(array)),
            TypeKind::Map => self.map_len(self.s.regs[at])?,
            TypeKind::Chan => self.chan_len(self.s.regs[at], inst.op == Opcode::Cap)?,
            _ => return self.unsupported("the length of what has none"),
        };
        let kind = self.kind(inst.first_result);
        let n = self.truncate(kind, n);
        self.set(inst, Slot::Bits(n));
        Ok(())
    }

    pub(super) fn make_iface(&mut self, inst: &Inst, x: u32) -> Step {
        let ty = self.ty(x);
        let (from, n) = self.register(x);
        if self.m.types.is_interface(ty) {
            return self.unsupported("a box around an interface");
        }
        let obj = self.alloc_values(ty, 1)?;
        self.born(obj, inst.aux, self.m.types.layout[ty].size);
        self.write(Slot::Ptr(obj, 0), from, n as u32)?;
        // A pointer-shaped value is its own data word: its box is there for the verdict only.
        let data = if self.m.types.layout[ty].direct { self.s.regs[from] } else { Slot::Ptr(obj, 0) };
        self.set_pair(inst, Slot::Type(ty.raw()), data);
        Ok(())
    }

    pub(super) fn type_assert(&mut self, inst: &Inst, x: u32) -> Step {
        let m = self.m;
        let (at, _) = self.register(x);
        let (dynamic, data) = (self.s.regs[at], self.s.regs[at + 1]);
        let want = self.ty(inst.first_result);
        let (to, n) = self.register(inst.first_result);
        let matches = match dynamic {
            Slot::Type(row) if m.types.is_interface(want) => self.implements(row, want),
            Slot::Type(RUNTIME_ERROR) => false,
            Slot::Type(row) => self.same_type(TypeId::from_raw(row), want),
            _ => false,
        };
        if inst.num_results > 1 {
            let (ok, _) = self.register(inst.first_result + 1);
            self.s.regs[ok] = Slot::Bits(u64::from(matches));
        } else if !matches {
            return self.panic_with(Error::Assertion);
        }
        if !matches {
            self.s.regs[to..to + n].fill(Slot::ZERO);
        } else if m.types.is_interface(want) {
            self.set_pair(inst, dynamic, data);
        } else if m.types.layout[want].direct {
            self.set(inst, data);
        } else {
            let (_, from) = self.place(data, n as u32, ViolationKind::Assert)?;
            self.s.regs[to..to + n].copy_from_slice(&self.s.cells[from..from + n]);
        }
        Ok(())
    }

    /// What kind of object a container is.
    pub(super) fn container(&mut self, slot: Slot, kind: Kind) -> Step<Option<u32>> {
        match slot {
            Slot::Ptr(obj, 0) if self.s.objects[obj as usize].kind == kind => {
                self.touch(obj, ViolationKind::Container)?;
                Ok(Some(self.s.objects[obj as usize].extra))
            }
            slot if slot.is_zero() => Ok(None),
            _ => self.unsupported("a map or channel that is none"),
        }
    }
}
