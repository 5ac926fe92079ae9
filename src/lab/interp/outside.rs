//! The outside: everything functions without a body may do.
//!
//! What it is given and not promised to forget it *keeps*. When it is called, and between time slices, it follows some of what
//! it kept, reads, sometimes writes, keeps what it found, calls a function value or a method, and returns something that fits:
//! kept, fresh, or nil. A promise bounds it: it keeps only what lies so many dereferences behind a parameter, returns only that,
//! writes numbers only, and calls only functions it may call. The run's generator makes every choice.
//!
//! It never does what would end the run as unsupported: memory of another layout it leaves alone.

use super::calls::Callee;
use super::compare::Cells;
use super::frames::Caller;
use super::machine::{Step, Vm};
use super::memory::{Kind, Object};
use super::trace::Seen;
use super::value::{RUNTIME_ERROR, Slot};
use super::watch::ViolationKind;
use crate::entity::{FuncId, NONE, TypeId};
use crate::ir::{Promise, TypeKind};

/// Most values the outside keeps; later ones take the place of some.
const MAX_KEPT: usize = 48;

/// Steps of one walk through memory.
const MAX_WALK: usize = 4;

/// Frames the outside has entered and not yet left, beyond which it calls nobody.
const MAX_INSIDE: u32 = 3;

/// A value with its type.
type Typed = (TypeId, Cells);

/// What the outside knows.
#[derive(Debug, Default)]
pub(super) struct Outside {
    kept: Vec<Typed>,
    /// Frames it has entered and not yet left.
    pub(super) inside: u32,
}

impl Outside {
    pub(super) fn clear(&mut self) {
        self.kept.clear();
        self.inside = 0;
    }
}

/// What it may do to what it walks over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum May {
    /// Anything.
    Everything,
    /// Write numbers.
    Numbers,
}

impl Vm<'_> {
    /// The outside is given a value to keep.
    pub(super) fn keep(&mut self, ty: TypeId, value: &[Slot]) {
        if !self.m.types.pointers(ty) {
            return;
        }
        for &slot in value {
            self.heap_holds(slot);
        }
        let value = (ty, Cells::from_slice(value));
        if self.s.outside.kept.len() < MAX_KEPT {
            self.s.outside.kept.push(value);
        } else {
            let n = self.s.below(MAX_KEPT);
            self.s.outside.kept[n] = value;
        }
    }

    /// The results of a function the outside has called.
    pub(super) fn outside_gets(&mut self, func: FuncId, results: &[Slot]) -> Step {
        let m = self.m;
        let mut at = 0;
        for ty in m.types.results(m.funcs[func].sig) {
            let n = self.s.shapes.of(ty).unwrap_or(0) as usize;
            self.seen(Seen::Outside);
            self.seen_value(ty, &results[at..at + n], 0)?;
            self.keep(ty, &results[at..at + n]);
            at += n;
        }
        Ok(())
    }

    /// A call of a function without a body.
    pub(super) fn external(&mut self, func: FuncId, caller: Caller) -> Step<bool> {
        self.call_outside(self.m.funcs[func].sig, Some(func), caller)
    }

    /// A call of a function of the outside; its operands are set aside. True if a frame was entered that returns to the caller.
    pub(super) fn call_outside(&mut self, sig: TypeId, func: Option<FuncId>, caller: Caller) -> Step<bool> {
        let m = self.m;
        self.s.stats.outside += 1;
        if let Some(func) = func.filter(|f| self.s.preps[f.index()].registers == NONE) {
            // There is no body to prepare, only attributes to read.
            self.prepare(func)?;
        }
        let noescape = func.is_some_and(|f| self.s.preps[f.index()].noescape);
        let mut at = 0;
        let mut callable: Vec<Typed> = Vec::new();
        let mut returned: Vec<Vec<Typed>> = Vec::new();
        let mut params: Vec<(Typed, Option<[u8; 8]>)> = Vec::new();
        for (n, ty) in m.types.params(sig).enumerate() {
            let Some(cells) = self.s.shapes.of(ty) else { return self.unsupported("an argument without a layout") };
            let Some(value) = self.s.args.get(at..at + cells as usize).map(Cells::from_slice) else {
                return self.unsupported("arguments of another layout than the parameters");
            };
            at += cells as usize;
            self.seen(Seen::Outside);
            self.seen_value(ty, &value, 0)?;
            let promise = func.and_then(|f| {
                let key = (f.raw(), n as u32);
                m.promises.binary_search_by_key(&key, Promise::key).ok().map(|row| m.promises[row].flows)
            });
            let flows = promise.or(noescape.then_some([0, 1, 1, 0, 0, 0, 0, 0]));
            params.push(((ty, value), flows));
        }
        for (value, flows) in params {
            let Some(flows) = flows else {
                self.keep(value.0, &value.1);
                continue;
            };
            if let Some(min) = flows[0].checked_sub(1) {
                for (ty, value) in self.behind(&value, min)? {
                    if self.s.below(2) == 0 {
                        self.keep(ty, &value);
                    }
                }
            }
            if let Some(min) = flows[1].checked_sub(1) {
                for found in self.behind(&value, min)? {
                    self.walk(found, May::Numbers)?;
                }
            }
            if let Some(min) = flows[2].checked_sub(1) {
                // Function values only: a call of a method gives the receiver away, which the promise would have said.
                let found = self.behind(&value, min)?;
                callable.extend(found.into_iter().filter(|(ty, _)| m.types.kind(*ty) == TypeKind::Func));
            }
            for (n, &flow) in flows[3..].iter().enumerate() {
                if let Some(min) = flow.checked_sub(1) {
                    returned.resize_with(returned.len().max(n + 1), Vec::new);
                    returned[n].extend(self.behind(&value, min)?);
                }
            }
        }
        self.act()?;
        let mut results = Cells::new();
        for (n, ty) in m.types.results(sig).enumerate() {
            let mine: &[Typed] = returned.get(n).map_or(&[], Vec::as_slice);
            results.extend(self.invent(ty, mine, 0)?);
        }
        let Caller::Call(register) = caller else { return Ok(false) };
        let to = register as usize;
        match self.s.regs.get_mut(to..to + results.len()) {
            Some(regs) => regs.copy_from_slice(&results),
            None => return self.unsupported("results of another layout than the callee's"),
        }
        self.call_back(callable)
    }

    /// Between time slices.
    pub(super) fn outside_between(&mut self) -> Step {
        if self.s.outside.kept.is_empty() || self.s.below(4) != 0 {
            return Ok(());
        }
        // It runs on a goroutine of its own.
        let current = std::mem::replace(&mut self.s.current, u32::MAX - 1);
        let acted = self.act();
        self.s.current = current;
        acted
    }

    /// Walks through some of what is kept.
    fn act(&mut self) -> Step {
        for _ in 0..2 {
            let n = self.s.outside.kept.len();
            if n > 0 {
                let kept = self.s.below(n);
                let kept = self.s.outside.kept[kept].clone();
                self.walk(kept, May::Everything)?;
            }
        }
        Ok(())
    }

    /// Whether the outside can use so many cells here.
    fn usable(&self, at: Slot, cells: u32) -> bool {
        let Slot::Ptr(obj, off) = at else { return false };
        let o: &Object = &self.s.objects[obj as usize];
        matches!(o.kind, Kind::Data | Kind::Closure)
            && off.checked_add(cells).is_some_and(|end| end <= o.len)
            && !self.is_freed(obj)
    }

    fn look(&mut self, at: Slot, cells: u32) -> Step<Cells> {
        let (_, from) = self.place(at, cells, ViolationKind::Load)?;
        Ok(Cells::from_slice(&self.s.cells[from..from + cells as usize]))
    }

    /// What lies one step behind a value: a part, or what it points to, and whether that was a dereference.
    fn step(&mut self, (ty, value): &Typed) -> Step<Option<(Typed, bool, Option<Slot>)>> {
        let m = self.m;
        let types = &m.types;
        Ok(match types.kind(*ty) {
            TypeKind::Struct => {
                let n = self.s.below(types.fields(*ty).len());
                let Some(field) = types.fields(*ty).nth(n) else { return Ok(None) };
                let (at, k) = (self.s.shapes.field(m, *ty, n as u32) as usize, self.s.shapes.of(field.ty).unwrap_or(0));
                value.get(at..at + k as usize).map(|part| ((field.ty, Cells::from_slice(part)), false, None))
            }
            TypeKind::Array | TypeKind::Slice | TypeKind::Ptr => {
                let Some((elem, cells)) = types.elem(*ty).and_then(|e| Some((e, self.s.shapes.of(e)?))) else {
                    return Ok(None);
                };
                match types.kind(*ty) {
                    TypeKind::Array => {
                        let n = self.s.below(types.array_len(*ty).min(64) as usize) * cells as usize;
                        value.get(n..n + cells as usize).map(|part| ((elem, Cells::from_slice(part)), false, None))
                    }
                    kind => {
                        let n =
                            if kind == TypeKind::Slice { self.s.below(value[1].bits().min(64) as usize) } else { 0 };
                        let at = match value[0] {
                            Slot::Ptr(obj, off) => Slot::Ptr(obj, off.saturating_add(n as u32 * cells)),
                            _ => return Ok(None),
                        };
                        if kind == TypeKind::Slice && value[1].is_zero() || !self.usable(at, cells) || cells > 256 {
                            return Ok(None);
                        }
                        Some(((elem, self.look(at, cells)?), true, Some(at)))
                    }
                }
            }
            TypeKind::Interface => match value[0] {
                Slot::Type(row) if row != RUNTIME_ERROR => {
                    let dynamic = TypeId::from_raw(row);
                    let cells = self.s.shapes.of(dynamic).unwrap_or(0);
                    if types.layout[dynamic].direct {
                        Some(((dynamic, Cells::from_slice(&value[1..])), false, None))
                    } else if self.usable(value[1], cells) && cells <= 256 {
                        Some(((dynamic, self.look(value[1], cells)?), true, None))
                    } else {
                        None
                    }
                }
                _ => None,
            },
            TypeKind::Map => {
                let Some(elem) = types.elem(*ty) else { return Ok(None) };
                self.some_entry(value[0])?.map(|(_, value)| ((elem, value), true, None))
            }
            _ => None,
        })
    }

    /// Follows a value, reading, writing, keeping.
    fn walk(&mut self, mut at: Typed, may: May) -> Step {
        for _ in 0..MAX_WALK {
            if self.m.types.kind(at.0) == TypeKind::String {
                self.look_at_string(&at.1)?;
            }
            let Some((next, _, place)) = self.step(&at)? else { return Ok(()) };
            if let Some(place) = place
                && self.s.below(3) == 0
            {
                self.write_something(place, &next, may)?;
            }
            if may == May::Everything && self.s.below(3) == 0 {
                self.keep(next.0, &next.1);
            }
            at = next;
        }
        Ok(())
    }

    fn write_something(&mut self, place: Slot, (ty, old): &Typed, may: May) -> Step {
        if may == May::Everything {
            let new = self.invent(*ty, &[], 1)?;
            if new.len() == old.len() {
                self.write_slots(place, &new)?;
            }
        } else if (self.m.types.kind(*ty) as u8) <= TypeKind::Uintptr as u8 {
            let new = self.invent(*ty, &[], 1)?;
            self.write_slots(place, &new)?;
        }
        Ok(())
    }

    /// Values at least so many dereferences behind a value.
    fn behind(&mut self, value: &Typed, min: u8) -> Step<Vec<Typed>> {
        let mut found = Vec::new();
        for _ in 0..3 {
            let (mut at, mut level) = (value.clone(), 0);
            for _ in 0..MAX_WALK + usize::from(min.min(8)) {
                if level >= min && found.len() < 8 && self.m.types.pointers(at.0) {
                    found.push(at.clone());
                }
                let Some((next, dereferenced, _)) = self.step(&at)? else { break };
                level += u8::from(dereferenced);
                at = next;
            }
        }
        Ok(found)
    }

    /// A value of a type: one of `mine`, or, if the outside is free, one it kept; else fresh or zero.
    fn invent(&mut self, ty: TypeId, mine: &[Typed], depth: u32) -> Step<Cells> {
        let m = self.m;
        let Some(cells) = self.s.shapes.of(ty) else { return self.unsupported("a value without a layout") };
        let zero = Cells::from_elem(Slot::ZERO, cells as usize);
        if cells > 256 {
            return Ok(zero);
        }
        let kind = m.types.kind(ty);
        if m.types.pointers(ty) {
            let known = mine.iter().chain(&self.s.outside.kept).filter(|(have, _)| self.same_type(*have, ty)).count();
            let pick = self.s.below(known + known / 2 + 1);
            if pick < known {
                let chosen = mine.iter().chain(&self.s.outside.kept).filter(|(have, _)| self.same_type(*have, ty));
                return Ok(chosen.map(|(_, value)| value.clone()).nth(pick).unwrap_or(zero));
            }
        }
        let draw = self.s.below(8) as u64;
        let elem = m.types.elem(ty);
        Ok(match kind {
            TypeKind::Bool => Cells::from_slice(&[Slot::Bits(draw & 1)]),
            kind if (kind as u8) <= TypeKind::Uintptr as u8 => Cells::from_slice(&[Slot::Bits(draw)]),
            TypeKind::F32 | TypeKind::F64 => {
                Cells::from_slice(&[Slot::Bits(super::arith::float_bits(kind, draw as f64))])
            }
            TypeKind::Struct if depth < 4 => {
                let mut all = Cells::new();
                for field in m.types.fields(ty) {
                    all.extend(self.invent(field.ty, &[], depth + 1)?);
                }
                all
            }
            TypeKind::Ptr if draw < 6 && depth < 3 => {
                let Some(elem) = elem.filter(|&e| self.s.shapes.of(e).is_some_and(|n| n <= 256)) else {
                    return Ok(zero);
                };
                let obj = self.alloc_values(elem, 1)?;
                let value = self.invent(elem, &[], depth + 1)?;
                self.write_slots(Slot::Ptr(obj, 0), &value)?;
                Cells::from_slice(&[Slot::Ptr(obj, 0)])
            }
            TypeKind::Slice if draw < 6 && depth < 3 => {
                let Some(elem) = elem.filter(|&e| self.s.shapes.of(e).is_some_and(|n| n <= 64)) else {
                    return Ok(zero);
                };
                let len = draw % 4;
                let obj = self.alloc_values(elem, len)?;
                let unit = self.s.shapes.of(elem).unwrap_or(0);
                for n in 0..len as u32 {
                    let value = self.invent(elem, &[], depth + 1)?;
                    self.write_slots(Slot::Ptr(obj, n * unit), &value)?;
                }
                Cells::from_slice(&[Slot::Ptr(obj, 0), Slot::Bits(len), Slot::Bits(len)])
            }
            TypeKind::String if draw < 6 => {
                let text = &b"outside"[..draw as usize];
                let at = self.static_bytes(text)?;
                Cells::from_slice(&[at, Slot::Bits(draw)])
            }
            TypeKind::Map if draw < 6 => Cells::from_slice(&[Slot::Ptr(self.new_map(ty)?, 0)]),
            // With room in it, or whoever is called with it might wait forever.
            TypeKind::Chan if draw < 6 => Cells::from_slice(&[Slot::Ptr(self.new_chan(ty, 4)?, 0)]),
            TypeKind::Func if draw < 7 => Cells::from_slice(&[Slot::Outside(ty)]),
            _ => zero,
        })
    }

    /// Calls a function value or a method the outside has. True if a frame was entered.
    fn call_back(&mut self, mut callable: Vec<Typed>) -> Step<bool> {
        let m = self.m;
        let calls = |(ty, value): &&Typed| match m.types.kind(*ty) {
            TypeKind::Func | TypeKind::Interface => !value[0].is_zero(),
            _ => false,
        };
        callable.retain(|typed| calls(&typed));
        callable.extend(self.s.outside.kept.iter().filter(calls).cloned());
        let room = self.s.frames.len() + 8 < self.limits.depth as usize && self.s.outside.inside < MAX_INSIDE;
        if callable.is_empty() || !room || self.s.below(2) == 0 {
            return Ok(false);
        }
        let (ty, value) = callable.swap_remove(self.s.below(callable.len()));
        self.s.args.clear();
        let (callee, sig) = if m.types.kind(ty) == TypeKind::Func {
            (self.function_value(value[0])?, ty)
        } else {
            let n = self.s.below(m.types.interface_methods(ty).len());
            let Some(method) = m.types.interface_methods(ty).nth(n) else { return Ok(false) };
            let known = match value[0] {
                Slot::Type(RUNTIME_ERROR) => false,
                Slot::Type(row) => self.lookup(TypeId::from_raw(row), method.name).is_some_and(|f| f.func.is_some()),
                _ => false,
            };
            if !known {
                return Ok(false);
            }
            (self.method(ty, n as u32, [value[0], value[1]])?, method.sig)
        };
        let Callee::Func(..) = callee else { return Ok(false) };
        for param in m.types.params(sig) {
            let value = self.invent(param, &[], 0)?;
            self.s.args.extend_from_slice(&value);
        }
        self.s.outside.inside += 1;
        self.s.stats.outside += 1;
        self.run_callee(callee, Caller::Outside)
    }
}
