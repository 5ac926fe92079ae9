//! Objects: how they are made, read, written, and how they end.
//!
//! One test on the hot path decides whether a use of an object needs a closer look: its *guard*, which is 0 for what anybody may
//! use at any time, the number of the owning goroutine for what that goroutine may use, and [`GONE`] once something ended.

use super::machine::{Step, Stop, Vm};
use super::value::{Obj, Slot};
use super::watch::{Death, ViolationKind};
use super::{End, LimitKind};
use crate::entity::{NONE, SiteId, TypeId};
use crate::ir::SiteKind;

/// What an object is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Cells laid out as values of `ty`.
    Data,
    /// A map; `extra` is its number.
    Map,
    /// A channel; `extra` is its number.
    Chan,
    /// Bindings and copies for the function `extra`.
    Closure,
    /// A receiver for the function `extra`.
    Method,
    /// A receiver of interface type `extra` for its method `aux`.
    IfaceMethod,
}

/// Belongs to a frame; stays set when dead.
pub(super) const STACK: u8 = 1;
/// Ended, as the verdicts say.
pub(super) const DEAD: u8 = 1 << 1;
/// Its frame was left.
pub(super) const FRAME_GONE: u8 = 1 << 2;
/// Its iteration ended.
pub(super) const ITERATION_GONE: u8 = 1 << 3;
/// Its site executed again in its frame.
pub(super) const REUSED: u8 = 1 << 4;
/// It dies with its iteration.
const BY_ITERATION: u8 = 1 << 5;
/// Ended by `free`.
const FREED: u8 = 1 << 6;
/// Counted as outlived.
const COUNTED: u8 = 1 << 7;

/// Cells an instruction may move without counting more than once.
const FREE_CELLS: u32 = 64;

/// Guard of an object of which something ended.
pub(super) const GONE: u32 = u32::MAX;

/// An object. Its cells are `start..start + len` of the memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Object {
    pub(super) start: u32,
    pub(super) len: u32,
    pub(super) guard: u32,
    /// Its site; [`NONE`] for package-level variables and what the run-time system or the outside made.
    pub(super) site: u32,
    /// Type of its values, by which its cells are laid out in bytes; [`NONE`] if it has no bytes.
    pub(super) ty: u32,
    /// Serial of the frame it belongs to; [`NONE`] once given away.
    pub(super) frame: u32,
    /// Next object of that frame.
    next: u32,
    pub(super) extra: u32,
    /// Of a variable carried round a loop: the object its site made before.
    pub(super) aux: u32,
    /// Depth of the loop whose iteration it belongs to; 0: none.
    depth: u16,
    pub(super) flags: u8,
    pub(super) kind: Kind,
    pub(super) death: Option<Death>,
}

/// Where the objects of a site are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// On the heap, or laid out by the linker.
    Heap,
    /// In the frame.
    Frame,
    /// In the frame up to a number of bytes.
    Bounded(u32),
    /// In the frame that many calls up.
    Caller(u32),
}

/// A site's placement and, if it is one iteration, the depth of the loop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) place: Place,
    pub(super) iteration: u16,
}

impl Vm<'_> {
    /// Makes an object of zeroed cells without a site: it lives forever.
    pub(super) fn alloc(&mut self, kind: Kind, ty: u32, cells: u64) -> Step<Obj> {
        let used = (self.s.cells.len() + self.s.objects.len()) as u64 + self.s.extra;
        let limit = self.limits.cells.min(u64::from(u32::MAX - 8));
        if cells.saturating_add(used) >= limit {
            return self.end(End::Limit(LimitKind::Cells));
        }
        let start = self.s.cells.len() as u32;
        self.s.cells.resize(self.s.cells.len() + cells as usize, Slot::ZERO);
        let obj = self.s.objects.len() as Obj;
        self.s.objects.push(Object {
            start,
            len: cells as u32,
            guard: 0,
            site: NONE,
            ty,
            frame: 0,
            next: NONE,
            extra: NONE,
            aux: NONE,
            depth: 0,
            flags: 0,
            kind,
            death: None,
        });
        Ok(obj)
    }

    /// Makes a run of `count` values of a type, without a site.
    pub(super) fn alloc_values(&mut self, ty: TypeId, count: u64) -> Step<Obj> {
        let Some(cells) = self.s.shapes.of(ty) else { return self.unsupported("a type without a layout") };
        let Some(total) = u64::from(cells).checked_mul(count) else { return self.end(End::Limit(LimitKind::Cells)) };
        self.alloc(Kind::Data, ty.raw(), total)
    }

    /// Takes so many slots of memory outside objects.
    pub(super) fn spend(&mut self, cells: u64) -> Step {
        self.s.extra += cells;
        if self.s.extra >= self.limits.cells { self.end(End::Limit(LimitKind::Cells)) } else { Ok(()) }
    }

    /// Whether an object was ended by `free`.
    pub(super) fn is_freed(&self, obj: Obj) -> bool {
        self.s.objects[obj as usize].flags & FREED != 0
    }

    /// Says that the instruction's site made an object of so many bytes.
    pub(super) fn born(&mut self, obj: Obj, site: u32, bytes: u64) {
        self.s.stats.objects += 1;
        let seen = &mut self.s.sites[site as usize];
        seen.born = seen.born.saturating_add(1);
        let rule = self.s.rules[site as usize];
        let kind = self.m.sites[SiteId::from_raw(site)].kind;
        let prep = self.s.preps[self.body.func.index()];
        let frame = self.s.frames.len() - 1;
        let depth = self.loop_depth();
        let carried = self.s.carried[site as usize];
        let previous = self.previous(obj);
        let first = previous == NONE;
        let owner = match rule.place {
            _ if self.ideal => Some(frame),
            Place::Frame if kind == SiteKind::Append && !first => None,
            Place::Frame => Some(frame),
            Place::Bounded(most) => (bytes <= u64::from(most)).then_some(frame),
            Place::Caller(n) => Some(frame.saturating_sub(n as usize)),
            Place::Heap => None,
        };
        let iteration = rule.iteration;
        let by_iteration = iteration > 0 && iteration <= depth && !carried && !prep.syntactic && owner == Some(frame);
        let depth = if carried {
            0
        } else if by_iteration && !self.ideal {
            iteration
        } else {
            depth
        };
        // Everything is listed with a frame, for the counts; only what has an owner belongs to it.
        let list = &mut self.s.frames[owner.unwrap_or(frame)];
        let o = &mut self.s.objects[obj as usize];
        o.site = site;
        o.frame = list.serial;
        o.next = list.objects;
        list.objects = obj;
        o.depth = depth;
        if self.ideal && kind == SiteKind::Append && !first {
            // On the heap whatever the verdict: it says nothing about the site, and is no site's from now on.
            o.site = NONE;
        } else if self.ideal {
            o.guard = self.s.current;
            let need = if depth > 0 { super::Need::Iteration } else { super::Need::Activation };
            self.s.raise(site, need);
        } else if owner.is_some() {
            o.guard = self.s.current;
            o.flags = STACK | if by_iteration { BY_ITERATION } else { 0 };
        }
        if depth > 0 {
            self.s.iterations.push(obj);
        }
        let slot_is_one = kind != SiteKind::Append && !matches!(rule.place, Place::Caller(_) if !self.ideal);
        if !first && slot_is_one {
            let ended = if carried { self.s.objects[previous as usize].aux } else { previous };
            if carried {
                self.s.objects[obj as usize].aux = previous;
            }
            if ended != NONE {
                self.reuse(ended);
            }
        }
    }

    /// Depth of the loop the current block is in, counted as verdicts do; 0 outside all loops.
    pub(super) fn loop_depth(&self) -> u16 {
        let prep = &self.s.preps[self.body.func.index()];
        if prep.loops { self.s.depths[prep.depths as usize + self.block as usize] } else { 0 }
    }

    /// The object the same site made before in this frame; the new one takes its place.
    fn previous(&mut self, obj: Obj) -> u32 {
        let inst = &self.body.insts[self.at as usize];
        let result = inst.first_result as usize;
        let hidden = self.base + self.s.registers[self.table + result + 1] as usize - 1;
        match std::mem::replace(&mut self.s.regs[hidden], Slot::Ptr(obj, 0)) {
            Slot::Ptr(old, _) => old,
            _ => NONE,
        }
    }

    fn reuse(&mut self, obj: Obj) {
        let o = &mut self.s.objects[obj as usize];
        if self.ideal {
            o.flags |= REUSED;
            o.guard = if o.guard == 0 { 0 } else { GONE };
        } else if o.flags & STACK != 0 {
            self.die(obj, Death::Reused);
        }
    }

    fn die(&mut self, obj: Obj, death: Death) {
        let o = &mut self.s.objects[obj as usize];
        if o.flags & DEAD == 0 {
            o.flags |= DEAD;
            o.guard = GONE;
            o.death = Some(death);
        }
    }

    fn count_outlived(&mut self, obj: Obj) {
        let o = &mut self.s.objects[obj as usize];
        if o.flags & COUNTED == 0 {
            o.flags |= COUNTED;
            if let Some(seen) = self.s.sites.get_mut(o.site as usize) {
                seen.outlived = seen.outlived.saturating_add(1);
            }
        }
    }

    /// An edge was taken that ends the iterations of loops from a depth inwards.
    pub(super) fn end_iterations(&mut self, depth: u16, death: Death) {
        let first = self.s.frames.last().map_or(0, |f| f.iterations as usize);
        let mut kept = first;
        for n in first..self.s.iterations.len() {
            let obj = self.s.iterations[n];
            let o = &mut self.s.objects[obj as usize];
            if o.depth < depth {
                if o.flags & DEAD == 0 {
                    self.s.iterations[kept] = obj;
                    kept += 1;
                }
                continue;
            }
            if self.ideal {
                o.flags |= ITERATION_GONE;
                o.guard = if o.guard == 0 { 0 } else { GONE };
            } else if o.flags & BY_ITERATION != 0 {
                self.die(obj, death);
            }
            self.count_outlived(obj);
        }
        self.s.iterations.truncate(kept);
    }

    /// A frame was left: its objects end with it.
    pub(super) fn end_objects(&mut self, mut obj: u32, serial: u32, death: Death) {
        let over = self.s.over;
        while obj != NONE {
            let o = &mut self.s.objects[obj as usize];
            let next = o.next;
            if o.frame == serial {
                if self.ideal {
                    o.flags |= FRAME_GONE;
                    o.guard = if o.guard == 0 { 0 } else { GONE };
                } else if o.flags & STACK != 0 {
                    self.die(obj, death);
                }
                if !over {
                    self.count_outlived(obj);
                }
            }
            obj = next;
        }
    }

    /// An object leaves its frame for good: it is built when a record that outlives the frame runs, out of what the record holds.
    pub(super) fn give_away(&mut self, obj: Obj) {
        let o = &mut self.s.objects[obj as usize];
        o.flags &= !STACK;
        if o.flags & DEAD == 0 {
            o.guard = 0;
        }
        o.frame = NONE;
        for cell in o.start..o.start + o.len {
            let slot = self.s.cells[cell as usize];
            self.heap_holds(slot);
        }
    }

    /// Moving many cells counts as several instructions, so that the limit on these bounds the time of a run.
    #[inline]
    pub(super) fn work(&mut self, cells: u32) {
        if cells > FREE_CELLS {
            self.s.slice = self.s.slice.saturating_sub(cells / FREE_CELLS);
        }
    }

    /// An object is used.
    #[inline]
    pub(super) fn touch(&mut self, obj: Obj, how: ViolationKind) -> Step {
        let guard = self.s.objects[obj as usize].guard;
        if guard == 0 || guard == self.s.current { Ok(()) } else { self.touched(obj, how) }
    }

    #[cold]
    fn touched(&mut self, obj: Obj, how: ViolationKind) -> Step {
        let flags = self.s.objects[obj as usize].flags;
        if flags & FREED != 0 {
            return self.unsupported("a use of freed memory");
        }
        if self.ideal {
            self.observe(obj);
        } else if flags & DEAD != 0 {
            self.violation(how, obj, NONE);
        } else {
            self.violation(ViolationKind::OtherGoroutine, obj, NONE);
        }
        Ok(())
    }

    /// `free`: the object is not to be used again.
    pub(super) fn free(&mut self, slot: Slot) -> Step {
        match slot {
            slot if slot.is_zero() => Ok(()),
            Slot::Ptr(obj, 0) => {
                self.touch(obj, ViolationKind::Store)?;
                let o = &mut self.s.objects[obj as usize];
                o.flags |= FREED;
                o.guard = GONE;
                Ok(())
            }
            _ => self.unsupported("`free` of what is no object"),
        }
    }

    /// Where a pointer to so many cells points: the object, and its first cell in memory.
    #[inline]
    pub(super) fn place(&mut self, at: Slot, cells: u32, how: ViolationKind) -> Step<(Obj, usize)> {
        if let Slot::Ptr(obj, off) = at {
            let o = &self.s.objects[obj as usize];
            if off.checked_add(cells).is_some_and(|end| end <= o.len) {
                let first = (o.start + off) as usize;
                self.work(cells);
                self.touch(obj, how)?;
                return Ok((obj, first));
            }
        }
        self.no_place(at)
    }

    #[cold]
    fn no_place<T>(&mut self, at: Slot) -> Step<T> {
        match at {
            at if at.is_zero() => self.panic_with(super::panics::Error::NilDereference),
            Slot::Ptr(..) | Slot::Raw(..) => self.unsupported("memory read or written as another layout"),
            _ => self.unsupported("a pointer to no object"),
        }
    }

    /// Reads cells into registers.
    #[inline]
    pub(super) fn read(&mut self, at: Slot, cells: u32, register: usize) -> Step {
        let (_, from) = self.place(at, cells, ViolationKind::Load)?;
        let n = cells as usize;
        self.s.regs[register..register + n].copy_from_slice(&self.s.cells[from..from + n]);
        Ok(())
    }

    /// Writes registers to cells.
    #[inline]
    pub(super) fn write(&mut self, at: Slot, register: usize, cells: u32) -> Step {
        let (obj, to) = self.place(at, cells, ViolationKind::Store)?;
        for n in 0..cells as usize {
            let slot = self.s.regs[register + n];
            self.s.cells[to + n] = slot;
            self.holds(obj, slot);
        }
        Ok(())
    }

    /// Writes slots to cells.
    pub(super) fn write_slots(&mut self, at: Slot, slots: &[Slot]) -> Step {
        let (obj, to) = self.place(at, slots.len() as u32, ViolationKind::Store)?;
        for (n, &slot) in slots.iter().enumerate() {
            self.s.cells[to + n] = slot;
            self.holds(obj, slot);
        }
        Ok(())
    }

    /// Copies cells from place to place; they may overlap.
    pub(super) fn copy(&mut self, to: Slot, from: Slot, cells: u32) -> Step {
        let (_, src) = self.place(from, cells, ViolationKind::Load)?;
        let (obj, dst) = self.place(to, cells, ViolationKind::Store)?;
        self.s.cells.copy_within(src..src + cells as usize, dst);
        for n in dst..dst + cells as usize {
            let slot = self.s.cells[n];
            self.holds(obj, slot);
        }
        Ok(())
    }

    /// Zeroes cells.
    pub(super) fn zero(&mut self, at: Slot, cells: u32) -> Step {
        let (_, to) = self.place(at, cells, ViolationKind::Store)?;
        self.s.cells[to..to + cells as usize].fill(Slot::ZERO);
        Ok(())
    }

    /// Ends the run.
    #[cold]
    pub(super) fn end<T>(&mut self, end: End) -> Step<T> {
        self.s.end = Some(end);
        Err(Stop::End)
    }

    /// Ends the run where something has no meaning here.
    #[cold]
    pub(super) fn unsupported<T>(&mut self, what: &str) -> Step<T> {
        let name = self.m.str(self.m.funcs[self.body.func].name);
        let op = self.body.insts.get(self.at as usize).map_or("-", |inst| inst.op.row().name);
        let text = format!("{what}: {} {name}, i{} {op}", self.body.func, self.at);
        self.end(End::Unsupported(text))
    }
}
