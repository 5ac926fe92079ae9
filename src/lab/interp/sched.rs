//! Goroutines: who runs, for how long, who waits.
//!
//! A goroutine runs for a slice of instructions; the run's generator decides how many, and who is next. One that waits for a
//! channel executes its instruction again when it is woken, and finds what woke it.

use super::calls::Callee;
use super::frames::{Caller, Frame};
use super::machine::{Step, Stop, Vm};
use super::value::Slot;
use super::{End, LimitKind};
use crate::entity::{FuncId, NONE};
use smallvec::SmallVec;

/// What a goroutine was woken by: its waiting instruction is done.
#[derive(Clone, Debug)]
pub(super) struct Wake {
    /// The case of a select; 0 otherwise.
    pub(super) case: u32,
    /// Whether a value was sent or received, rather than the channel closed.
    pub(super) ok: bool,
    pub(super) value: SmallVec<[Slot; 4]>,
}

/// A goroutine that does not run.
#[derive(Debug, Default)]
pub(super) struct Goroutine {
    regs: Vec<Slot>,
    frames: Vec<Frame>,
    iterations: Vec<u32>,
    /// Counts its waits: an entry in a channel's queue with an older number is void.
    pub(super) wait: u32,
    pub(super) wake: Option<Wake>,
}

impl Goroutine {
    pub(super) fn clear(&mut self) {
        self.regs.clear();
        self.frames.clear();
        self.iterations.clear();
        self.wait = 0;
        self.wake = None;
    }
}

/// Instructions of a slice where nobody else could run.
const ALONE: u32 = 1 << 14;

impl Vm<'_> {
    /// Starts the first goroutine.
    pub(super) fn start_entry(&mut self, entry: FuncId) -> Step {
        if self.m.funcs[entry].is_external() {
            return self.unsupported("the entry function has no body");
        }
        let m = self.m;
        let mut cells = 0;
        for ty in m.types.params(m.funcs[entry].sig) {
            match self.s.shapes.of(ty) {
                Some(n) => cells += n,
                None => return self.unsupported("a parameter without a layout"),
            }
        }
        self.s.args.clear();
        self.s.args.resize(cells as usize, Slot::ZERO);
        self.new_goroutine();
        self.s.current = 1;
        self.enter(entry, Slot::ZERO, Caller::Nobody)?;
        self.new_slice()
    }

    fn new_goroutine(&mut self) -> u32 {
        let fresh = self.s.idle.pop().unwrap_or_default();
        self.s.goroutines.push(fresh);
        self.s.goroutines.len() as u32
    }

    /// Starts a goroutine for a call whose operands are set aside.
    pub(super) fn start(&mut self, callee: Callee) -> Step {
        for n in 0..self.s.args.len() {
            let slot = self.s.args[n];
            self.heap_holds(slot);
        }
        if let Callee::Func(_, closure) = callee {
            self.heap_holds(closure);
        }
        if self.s.goroutines.len() >= 1 << 16 {
            return self.end(End::Limit(LimitKind::Cells));
        }
        let parent = self.s.current;
        let id = self.new_goroutine();
        if !matches!(callee, Callee::Func(..)) {
            // Nothing of it is seen but its effect, which may as well come now; a panic of a new goroutine is the program's end.
            return match self.run_callee(callee, Caller::Nobody) {
                Err(Stop::Panic) => {
                    let text = self.describe_panic(self.s.panic)?;
                    self.end(End::Panicked(text))
                }
                done => done.map(|_| ()),
            };
        }
        if let Some(top) = self.s.frames.last_mut() {
            (top.pc, top.block) = (self.pc, self.block);
        }
        self.exchange(parent);
        self.s.current = id;
        let entered = self.run_callee(callee, Caller::Nobody);
        self.exchange(id);
        self.s.current = parent;
        self.exchange(parent);
        self.resume();
        entered?;
        self.s.runnable.push(id);
        self.charge();
        self.new_slice()
    }

    /// Swaps the running state with a goroutine's.
    fn exchange(&mut self, id: u32) {
        let s = &mut *self.s;
        let g = &mut s.goroutines[id as usize - 1];
        std::mem::swap(&mut s.regs, &mut g.regs);
        std::mem::swap(&mut s.frames, &mut g.frames);
        std::mem::swap(&mut s.iterations, &mut g.iterations);
    }

    /// Makes a waiting goroutine runnable.
    pub(super) fn wake(&mut self, id: u32, wake: Wake) {
        let g = &mut self.s.goroutines[id as usize - 1];
        g.wait += 1;
        g.wake = Some(wake);
        self.s.runnable.push(id);
    }

    /// What woke the current goroutine, if it has just been.
    pub(super) fn woken(&mut self) -> Option<Wake> {
        self.s.goroutines[self.s.current as usize - 1].wake.take()
    }

    /// Lets another goroutine run; the current one waits, or is runnable.
    pub(super) fn switch(&mut self, waits: bool) -> Step {
        let current = self.s.current;
        if let Some(top) = self.s.frames.last_mut() {
            top.pc = if waits { self.at } else { self.pc };
            top.block = self.block;
        }
        if !waits {
            self.s.runnable.push(current);
        }
        self.exchange(current);
        self.next_goroutine()
    }

    /// The current goroutine has returned from its first function.
    pub(super) fn switch_from_dead(&mut self) -> Step {
        let current = self.s.current;
        self.exchange(current);
        self.next_goroutine()
    }

    fn next_goroutine(&mut self) -> Step {
        if self.s.runnable.is_empty() {
            return self.end(End::Deadlock);
        }
        let n = self.s.below(self.s.runnable.len());
        let next = self.s.runnable.swap_remove(n);
        self.s.current = next;
        self.exchange(next);
        self.resume();
        self.charge();
        self.outside_between()?;
        self.new_slice()
    }

    /// Counts the instructions of the slice so far.
    fn charge(&mut self) {
        self.s.stats.steps += u64::from(self.s.given - self.s.slice);
        self.s.given = self.s.slice;
    }

    /// Begins a slice.
    pub(super) fn new_slice(&mut self) -> Step {
        self.charge();
        let left = self.limits.steps.saturating_sub(self.s.stats.steps);
        if left == 0 {
            self.s.slice = 0;
            self.s.given = 0;
            return self.end(End::Limit(LimitKind::Steps));
        }
        let slice = if self.cooperative || self.s.runnable.is_empty() { ALONE } else { 16 + self.s.below(112) as u32 };
        self.s.slice = u64::from(slice).min(left) as u32;
        self.s.given = self.s.slice;
        Ok(())
    }

    /// The slice is over.
    #[cold]
    pub(super) fn slice_over(&mut self) -> Step {
        self.charge();
        if self.cooperative || self.s.runnable.is_empty() { self.new_slice() } else { self.switch(false) }
    }

    /// The instructions executed, all told.
    pub(super) fn settle(&mut self) {
        self.charge();
    }

    /// Whether a queue's entry still waits.
    pub(super) fn waits(&self, id: u32, wait: u32) -> bool {
        id != NONE && self.s.goroutines[id as usize - 1].wait == wait
    }
}
