//! Strings: their bytes, concatenation, and conversions to and from slices.
//!
//! A byte of a string is a cell, as a byte of a slice is; so a string may share an array with a slice where unsafe code makes it.

use super::machine::{Step, Vm};
use super::memory::Kind;
use super::value::{Obj, Slot};
use super::watch::ViolationKind;
use crate::entity::{NONE, StrId, TypeId};
use crate::ir::{Inst, TypeKind};

impl Vm<'_> {
    /// Copies the bytes of a string, or the elements of a slice of bytes, out.
    pub(super) fn bytes_of(&mut self, data: Slot, len: u64, out: &mut Vec<u8>) -> Step {
        if len == 0 {
            return Ok(());
        }
        let Ok(cells) = u32::try_from(len) else { return self.unsupported("a string longer than memory") };
        let (_, at) = self.place(data, cells, ViolationKind::Load)?;
        out.extend(self.s.cells[at..at + cells as usize].iter().map(|slot| slot.bits() as u8));
        Ok(())
    }

    /// The bytes of a string value.
    pub(super) fn string(&mut self, value: u32, out: &mut Vec<u8>) -> Step {
        let (at, _) = self.register(value);
        self.bytes_of(self.s.regs[at], self.s.regs[at + 1].bits(), out)
    }

    /// The type by which bytes are laid out; [`NONE`] where the module has no such row.
    fn byte_type(&self) -> u32 {
        let rows = &self.m.types.rows;
        rows.iter().position(|row| row.kind == TypeKind::U8).map_or(NONE, |n| n as u32)
    }

    fn fill(&mut self, obj: Obj, bytes: &[u8]) {
        let start = self.s.objects[obj as usize].start as usize;
        for (cell, &byte) in self.s.cells[start..].iter_mut().zip(bytes) {
            *cell = Slot::Bits(u64::from(byte));
        }
    }

    /// Bytes that live forever.
    pub(super) fn static_bytes(&mut self, bytes: &[u8]) -> Step<Slot> {
        if bytes.is_empty() {
            return Ok(Slot::ZERO);
        }
        let ty = self.byte_type();
        let obj = self.alloc(Kind::Data, ty, bytes.len() as u64)?;
        self.fill(obj, bytes);
        Ok(Slot::Ptr(obj, 0))
    }

    pub(super) fn const_str(&mut self, inst: &Inst) -> Step {
        let text = self.m.str(StrId::from_raw(inst.aux)).as_bytes();
        let known = self.s.strings[inst.aux as usize];
        let at = if known != NONE {
            Slot::Ptr(known, 0)
        } else {
            let at = self.static_bytes(text)?;
            self.s.strings[inst.aux as usize] = at.object().unwrap_or(NONE);
            at
        };
        self.set_pair(inst, at, Slot::Bits(text.len() as u64));
        Ok(())
    }

    /// A string made by the instruction's site.
    fn made(&mut self, inst: &Inst, bytes: &[u8]) -> Step {
        let at = if bytes.is_empty() {
            Slot::ZERO
        } else {
            let ty = self.byte_type();
            let obj = self.alloc(Kind::Data, ty, bytes.len() as u64)?;
            self.born(obj, inst.aux, bytes.len() as u64);
            self.fill(obj, bytes);
            Slot::Ptr(obj, 0)
        };
        self.set_pair(inst, at, Slot::Bits(bytes.len() as u64));
        Ok(())
    }

    pub(super) fn concat(&mut self, inst: &Inst, args: &[u32]) -> Step {
        let mut bytes = Vec::new();
        let mut only = None;
        let mut parts = 0;
        for &arg in args {
            let before = bytes.len();
            self.string(arg, &mut bytes)?;
            if bytes.len() > before {
                (only, parts) = (Some(arg), parts + 1);
            }
        }
        match only {
            // A single part that is not empty is the result itself, unless a verdict may be about it: then it is copied, as the
            // run-time system does with what lies on the stack.
            Some(arg) if parts == 1 && !self.has_site(self.slot(arg)) => self.pass(inst, arg),
            _ => self.made(inst, &bytes),
        }
    }

    fn has_site(&self, data: Slot) -> bool {
        data.object().is_some_and(|obj| self.s.objects[obj as usize].site != NONE)
    }

    pub(super) fn convert(&mut self, inst: &Inst, x: u32) -> Step {
        let m = self.m;
        let (from, to) = (self.kind(x), self.kind(inst.first_result));
        let mut bytes = Vec::new();
        let elem = |ty: TypeId| m.types.elem(ty).map(|e| (e, m.types.kind(e)));
        match (from, to) {
            (TypeKind::String, TypeKind::Slice) => {
                self.string(x, &mut bytes)?;
                let Some((elem, kind)) = elem(self.ty(inst.first_result)) else { return Ok(()) };
                let slots: Vec<u64> = if kind == TypeKind::U8 {
                    bytes.iter().map(|&b| u64::from(b)).collect()
                } else {
                    runes(&bytes).map(|(rune, _)| u64::from(rune)).collect()
                };
                let obj = self.alloc_values(elem, slots.len() as u64)?;
                self.born(obj, inst.aux, m.types.layout[elem].size * slots.len() as u64);
                let start = self.s.objects[obj as usize].start as usize;
                for (cell, &bits) in self.s.cells[start..].iter_mut().zip(&slots) {
                    *cell = Slot::Bits(bits);
                }
                self.set_slice(inst, Slot::Ptr(obj, 0), slots.len() as u64, slots.len() as u64);
                Ok(())
            }
            (TypeKind::Slice, TypeKind::String) => {
                let (at, _) = self.register(x);
                let (data, len) = (self.s.regs[at], self.s.regs[at + 1].bits());
                match elem(self.ty(x)) {
                    Some((_, TypeKind::U8)) => self.bytes_of(data, len, &mut bytes)?,
                    _ if len > 0 => {
                        let Ok(cells) = u32::try_from(len) else {
                            return self.unsupported("a slice longer than memory");
                        };
                        let (_, at) = self.place(data, cells, ViolationKind::Load)?;
                        for slot in &self.s.cells[at..at + cells as usize] {
                            push_rune(&mut bytes, slot.bits() as u32);
                        }
                    }
                    _ => {}
                }
                self.made(inst, &bytes)
            }
            (TypeKind::String, TypeKind::String) => {
                self.string(x, &mut bytes)?;
                self.made(inst, &bytes)
            }
            (_, TypeKind::String) => {
                let wide = self.signed(from, self.slot(x).bits());
                push_rune(&mut bytes, u32::try_from(wide).unwrap_or(u32::MAX));
                self.made(inst, &bytes)
            }
            _ => self.unsupported("a conversion that is none of strings"),
        }
    }
}

/// The characters of bytes with the number of bytes of each; what is no character is U+FFFD, one byte long.
pub(super) fn runes(bytes: &[u8]) -> impl Iterator<Item = (u32, usize)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (rune, len) = rune_at(bytes.get(at..)?)?;
        at += len;
        Some((rune, len))
    })
}

/// The first character of bytes.
pub(super) fn rune_at(bytes: &[u8]) -> Option<(u32, usize)> {
    if bytes.is_empty() {
        return None;
    }
    for len in 1..=bytes.len().min(4) {
        if let Ok(text) = std::str::from_utf8(&bytes[..len]) {
            return text.chars().next().map(|c| (u32::from(c), len));
        }
    }
    Some((0xfffd, 1))
}

fn push_rune(bytes: &mut Vec<u8>, rune: u32) {
    let c = char::from_u32(rune).unwrap_or('\u{fffd}');
    bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}
