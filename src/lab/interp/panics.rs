//! Panics, deferred calls, recovery.
//!
//! A panic takes frames off until one has deferred calls left. That frame stays, marked *panicking*, and its deferred calls run
//! on top of it one by one; one that calls `recover` itself ends the panic. Then the rest of the frame's deferred calls run, and
//! the frame goes on at its recover block. Without recovery the unwinding continues. A panic in a deferred call takes the place
//! of the one in progress.

use super::End;
use super::calls::Callee;
use super::frames::{Caller, Mode};
use super::machine::{Step, Stop, Vm};
use super::value::{RUNTIME_ERROR, Slot};
use super::watch::Death;
use crate::entity::NONE;
use smallvec::SmallVec;

/// An error the run-time system panics with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Error {
    NilDereference,
    DivideByZero,
    OutOfRange,
    NegativeShift,
    NilMap,
    ClosedChannel,
    NilChannel,
    Assertion,
    NotComparable,
    NotHashable,
    Length,
    ArrayLength,
    NilPanic,
    Unsafe,
}

impl Error {
    const ALL: [(Self, &str); 14] = [
        (Self::NilDereference, "invalid memory address or nil pointer dereference"),
        (Self::DivideByZero, "integer divide by zero"),
        (Self::OutOfRange, "index out of range"),
        (Self::NegativeShift, "negative shift amount"),
        (Self::NilMap, "assignment to entry in nil map"),
        (Self::ClosedChannel, "send on or close of closed channel"),
        (Self::NilChannel, "close of nil channel"),
        (Self::Assertion, "interface conversion"),
        (Self::NotComparable, "comparing uncomparable type"),
        (Self::NotHashable, "hash of unhashable type"),
        (Self::Length, "length or capacity out of range"),
        (Self::ArrayLength, "slice shorter than array"),
        (Self::NilPanic, "panic called with nil argument"),
        (Self::Unsafe, "length out of range of an unsafe operation"),
    ];

    /// What it says, by the number a panic value holds.
    pub(super) fn text(number: u64) -> &'static str {
        Self::ALL.get(number as usize).map_or("run-time error", |&(_, text)| text)
    }
}

/// A deferred call.
#[derive(Clone, Debug)]
pub(super) struct Deferred {
    pub(super) callee: Callee,
    pub(super) args: SmallVec<[Slot; 4]>,
    /// The next to run.
    pub(super) next: u32,
}

impl Vm<'_> {
    /// Panics with a run-time error.
    #[cold]
    pub(super) fn panic_with<T>(&mut self, error: Error) -> Step<T> {
        let number = Error::ALL.iter().position(|&(e, _)| e == error).unwrap_or(0);
        self.s.panic = [Slot::Type(RUNTIME_ERROR), Slot::Bits(number as u64)];
        Err(Stop::Panic)
    }

    /// Panics with a value.
    pub(super) fn panic_value<T>(&mut self, value: [Slot; 2]) -> Step<T> {
        if value[0].is_zero() {
            return self.panic_with(Error::NilPanic);
        }
        self.s.panic = value;
        Err(Stop::Panic)
    }

    /// Takes frames off until a deferred call can run.
    #[cold]
    pub(super) fn unwind(&mut self) -> Step {
        let number = self.s.panics.len() as u32;
        self.s.panics.push(self.s.panic);
        self.unwinding(number)
    }

    fn unwinding(&mut self, number: u32) -> Step {
        loop {
            let Some(top) = self.s.frames.last_mut() else {
                let value = self.s.panics[number as usize];
                let text = self.describe_panic(value)?;
                return self.end(End::Panicked(text));
            };
            if top.deferred != NONE {
                top.mode = Mode::Panicking(number);
                self.resume();
                if self.next_deferred()? {
                    return Ok(());
                }
                continue;
            }
            let (base, caller) = (top.base, top.caller);
            self.leave(Death::Unwound);
            self.s.regs.truncate(base as usize);
            self.resume();
            if caller == Caller::Outside && self.s.below(4) != 0 {
                // The outside recovers from most of what the functions it calls do, and goes on.
                return Ok(());
            }
        }
    }

    /// Takes the next deferred call of the top frame and starts it. False if it has already run, or there was none.
    pub(super) fn next_deferred(&mut self) -> Step<bool> {
        let Some(top) = self.s.frames.last_mut() else { return Ok(false) };
        let at = top.deferred;
        if at == NONE {
            return Ok(false);
        }
        let record = &mut self.s.deferred[at as usize];
        top.deferred = record.next;
        self.s.args.clear();
        self.s.args.extend_from_slice(&record.args);
        let callee = record.callee;
        self.run_callee(callee, Caller::Deferred)
    }

    /// The instruction that runs deferred calls, or returns: true if it is to be executed again after one has run.
    pub(super) fn run_deferred(&mut self) -> Step<bool> {
        while self.s.frames.last().is_some_and(|top| top.deferred != NONE) {
            self.pc = self.at;
            if self.next_deferred()? {
                return Ok(true);
            }
        }
        self.pc = self.at + 1;
        Ok(false)
    }

    /// A deferred call has returned to the frame that deferred it, the top frame now.
    pub(super) fn deferred_returned(&mut self) -> Step {
        loop {
            let Some(&top) = self.s.frames.last() else { return Ok(()) };
            match top.mode {
                Mode::Normal => return Ok(()),
                Mode::Panicking(number) => return self.unwinding(number),
                Mode::Recovered if top.deferred != NONE => {
                    if self.next_deferred()? {
                        return Ok(());
                    }
                }
                Mode::Recovered => return self.recovered(),
            }
        }
    }

    /// The top frame has recovered and no deferred call is left.
    fn recovered(&mut self) -> Step {
        if let Some(top) = self.s.frames.last_mut() {
            top.mode = Mode::Normal;
        }
        match self.m.funcs[self.body.func].recover.get() {
            Some(block) => {
                if self.s.preps[self.body.func.index()].loops {
                    self.end_iterations(1, Death::LoopLeft);
                }
                self.block = block.raw();
                self.pc = self.body.blocks[block.index()].first_inst;
                if let Some(top) = self.s.frames.last_mut() {
                    (top.pc, top.block) = (self.pc, self.block);
                }
                Ok(())
            }
            None => {
                let sig = self.m.funcs[self.body.func].sig;
                let m = self.m;
                let cells: u32 = m.types.results(sig).filter_map(|ty| self.s.shapes.of(ty)).sum();
                let zeros: SmallVec<[Slot; 8]> = SmallVec::from_elem(Slot::ZERO, cells as usize);
                self.give_results(&zeros)
            }
        }
    }

    /// `recover`, called by the frame `above` frames below the top: the panic of the frame that deferred it, if it was deferred.
    pub(super) fn recover(&mut self, above: usize) -> [Slot; 2] {
        let n = self.s.frames.len();
        let (Some(me), Some(under)) = (n.checked_sub(1 + above), n.checked_sub(2 + above)) else {
            return [Slot::ZERO; 2];
        };
        if self.s.frames[me].caller != Caller::Deferred {
            return [Slot::ZERO; 2];
        }
        match self.s.frames[under].mode {
            Mode::Panicking(number) => {
                self.s.frames[under].mode = Mode::Recovered;
                self.s.panics[number as usize]
            }
            _ => [Slot::ZERO; 2],
        }
    }
}
