//! Channels and select.
//!
//! A goroutine that must wait puts itself into the queues of its channels with its number of waits; whoever comes along finishes
//! the operation for it and wakes it. Entries with an older number are void, so a select that was served leaves nothing behind.

use super::compare::Cells;
use super::machine::{Step, Stop, Vm};
use super::memory::Kind;
use super::panics::Error;
use super::sched::Wake;
use super::value::{Obj, Slot};
use crate::entity::{NONE, TypeId};
use crate::ir::Inst;
use smallvec::SmallVec;
use std::collections::VecDeque;

/// Largest buffer of a channel.
const MAX_BUFFER: u64 = 1 << 24;

/// Entries of a queue from which on void ones are looked for.
const SWEEP: usize = 64;

/// Somebody who waits.
#[derive(Debug)]
struct Waiter {
    id: u32,
    wait: u32,
    case: u32,
    value: Cells,
}

/// A channel.
#[derive(Debug, Default)]
pub(super) struct Chan {
    cells: usize,
    capacity: usize,
    buffer: VecDeque<Cells>,
    closed: bool,
    receivers: VecDeque<Waiter>,
    senders: VecDeque<Waiter>,
}

/// What came of an attempt.
enum Attempt {
    Done(bool, Cells),
    Blocked,
}

impl Vm<'_> {
    /// A fresh channel of a type.
    pub(super) fn new_chan(&mut self, ty: TypeId, capacity: u64) -> Step<Obj> {
        let Some(cells) = self.m.types.elem(ty).and_then(|elem| self.s.shapes.of(elem)) else {
            return self.unsupported("a channel of a type without a layout");
        };
        let obj = self.alloc(Kind::Chan, NONE, 0)?;
        self.s.objects[obj as usize].extra = self.s.chans.len() as u32;
        let (cells, capacity) = (cells as usize, capacity as usize);
        self.s.chans.push(Chan { cells, capacity, ..Chan::default() });
        Ok(obj)
    }

    pub(super) fn make_chan(&mut self, inst: &Inst, capacity: Option<u32>) -> Step {
        let capacity = match capacity {
            Some(v) => self.index_of(v).filter(|&n| n <= MAX_BUFFER),
            None => Some(0),
        };
        let Some(capacity) = capacity else { return self.panic_with(Error::Length) };
        let obj = self.new_chan(self.ty(inst.first_result), capacity)?;
        self.born(obj, inst.aux, 0);
        self.set(inst, Slot::Ptr(obj, 0));
        Ok(())
    }

    pub(super) fn chan_len(&mut self, chan: Slot, capacity: bool) -> Step<u64> {
        let Some(chan) = self.container(chan, Kind::Chan)? else { return Ok(0) };
        let c = &self.s.chans[chan as usize];
        Ok(if capacity { c.capacity } else { c.buffer.len() } as u64)
    }

    fn waiter(&mut self, chan: u32, receives: bool) -> Option<Waiter> {
        loop {
            let c = &mut self.s.chans[chan as usize];
            let queue = if receives { &mut c.receivers } else { &mut c.senders };
            let waiter = queue.pop_front()?;
            if self.waits(waiter.id, waiter.wait) {
                return Some(waiter);
            }
        }
    }

    /// Whether a send or receive on a channel could go ahead.
    fn ready(&mut self, slot: Slot, sends: bool) -> Step<bool> {
        let Some(chan) = self.container(slot, Kind::Chan)? else { return Ok(false) };
        let c = &self.s.chans[chan as usize];
        let queue = if sends { &c.receivers } else { &c.senders };
        let someone = queue.iter().any(|w| self.waits(w.id, w.wait));
        let room = if sends { c.buffer.len() < c.capacity } else { !c.buffer.is_empty() };
        Ok(c.closed || someone || room)
    }

    fn try_send(&mut self, slot: Slot, value: &[Slot]) -> Step<Attempt> {
        let (Some(chan), Some(obj)) = (self.container(slot, Kind::Chan)?, slot.object()) else {
            return Ok(Attempt::Blocked);
        };
        if self.s.chans[chan as usize].closed {
            return self.panic_with(Error::ClosedChannel);
        }
        if self.s.chans[chan as usize].cells != value.len() {
            return self.unsupported("a channel of another layout");
        }
        value.iter().for_each(|&slot| self.holds(obj, slot));
        let value = Cells::from_slice(value);
        if let Some(receiver) = self.waiter(chan, true) {
            self.wake(receiver.id, Wake { case: receiver.case, ok: true, value: SmallVec::from_slice(&value) });
            return Ok(Attempt::Done(true, Cells::new()));
        }
        let c = &mut self.s.chans[chan as usize];
        if c.buffer.len() < c.capacity {
            c.buffer.push_back(value);
            self.spend(0)?;
            return Ok(Attempt::Done(true, Cells::new()));
        }
        Ok(Attempt::Blocked)
    }

    fn try_receive(&mut self, slot: Slot) -> Step<Attempt> {
        let Some(chan) = self.container(slot, Kind::Chan)? else { return Ok(Attempt::Blocked) };
        if let Some(value) = self.s.chans[chan as usize].buffer.pop_front() {
            if let Some(sender) = self.waiter(chan, false) {
                self.s.chans[chan as usize].buffer.push_back(sender.value);
                self.wake(sender.id, Wake { case: sender.case, ok: true, value: SmallVec::new() });
            }
            return Ok(Attempt::Done(true, value));
        }
        if let Some(sender) = self.waiter(chan, false) {
            self.wake(sender.id, Wake { case: sender.case, ok: true, value: SmallVec::new() });
            return Ok(Attempt::Done(true, sender.value));
        }
        let c = &self.s.chans[chan as usize];
        Ok(if c.closed { Attempt::Done(false, Cells::from_elem(Slot::ZERO, c.cells)) } else { Attempt::Blocked })
    }

    /// Waits in a channel's queue.
    fn queue(&mut self, slot: Slot, case: u32, value: Option<Cells>) {
        let Some(obj) = slot.object() else { return };
        let id = self.s.current;
        let wait = self.s.goroutines[id as usize - 1].wait;
        let chan = self.s.objects[obj as usize].extra as usize;
        let receives = value.is_none();
        let waiter = Waiter { id, wait, case, value: value.unwrap_or_default() };
        let goroutines = &self.s.goroutines;
        let c = &mut self.s.chans[chan];
        let queue = if receives { &mut c.receivers } else { &mut c.senders };
        if queue.len() >= SWEEP {
            // What selects that were served elsewhere have left behind.
            queue.retain(|w| goroutines[w.id as usize - 1].wait == w.wait);
        }
        queue.push_back(waiter);
    }

    pub(super) fn chan_send(&mut self, chan: u32, value: u32) -> Step {
        if let Some(wake) = self.woken() {
            return if wake.ok { Ok(()) } else { self.panic_with(Error::ClosedChannel) };
        }
        let (slot, value) = (self.slot(chan), self.value(value));
        match self.try_send(slot, &value)? {
            Attempt::Done(..) => Ok(()),
            Attempt::Blocked => {
                self.queue(slot, 0, Some(value));
                Err(Stop::Wait)
            }
        }
    }

    pub(super) fn chan_recv(&mut self, inst: &Inst, chan: u32) -> Step {
        let (ok, value) = match self.woken() {
            Some(wake) => (wake.ok, Cells::from_slice(&wake.value)),
            None => match self.try_receive(self.slot(chan))? {
                Attempt::Done(ok, value) => (ok, value),
                Attempt::Blocked => {
                    self.queue(self.slot(chan), 0, None);
                    return Err(Stop::Wait);
                }
            },
        };
        self.set_received(inst.first_result, &value)?;
        if inst.num_results > 1 {
            let (at, _) = self.register(inst.first_result + 1);
            self.s.regs[at] = Slot::Bits(u64::from(ok));
        }
        Ok(())
    }

    fn set_received(&mut self, result: u32, value: &[Slot]) -> Step {
        let (to, n) = self.register(result);
        if n != value.len() {
            return self.unsupported("a channel of another layout");
        }
        self.s.regs[to..to + n].copy_from_slice(value);
        Ok(())
    }

    pub(super) fn chan_select(&mut self, inst: &Inst, args: &[u32]) -> Step {
        let sends = (inst.aux & !(1 << 31)) as usize;
        let (pairs, receives) = args.split_at(sends * 2);
        let cases = sends + receives.len();
        let chan = |n: usize| if n < sends { pairs[2 * n] } else { receives[n - sends] };
        if let Some(wake) = self.woken() {
            if !wake.ok && (wake.case as usize) < sends {
                return self.panic_with(Error::ClosedChannel);
            }
            return self.selected(inst, wake.case as usize, sends, wake.ok, &wake.value);
        }
        let mut ready: SmallVec<[usize; 8]> = SmallVec::new();
        for n in 0..cases {
            if self.ready(self.slot(chan(n)), n < sends)? {
                ready.push(n);
            }
        }
        if ready.is_empty() {
            if inst.aux & 1 << 31 != 0 {
                return self.selected(inst, usize::MAX, sends, false, &[]);
            }
            for n in 0..cases {
                let value = (n < sends).then(|| self.value(pairs[2 * n + 1]));
                self.queue(self.slot(chan(n)), n as u32, value);
            }
            return Err(Stop::Wait);
        }
        let n = ready[self.s.below(ready.len())];
        let attempt = if n < sends {
            let value = self.value(pairs[2 * n + 1]);
            self.try_send(self.slot(chan(n)), &value)?
        } else {
            self.try_receive(self.slot(chan(n)))?
        };
        match attempt {
            Attempt::Done(ok, value) => self.selected(inst, n, sends, ok && n >= sends, &value),
            // Nobody runs between asking and doing.
            Attempt::Blocked => self.unsupported("a select whose ready case is not"),
        }
    }

    /// Sets the results of a select.
    fn selected(&mut self, inst: &Inst, case: usize, sends: usize, ok: bool, value: &[Slot]) -> Step {
        for n in 0..u32::from(inst.num_results) {
            let (to, cells) = self.register(inst.first_result + n);
            self.s.regs[to..to + cells].fill(Slot::ZERO);
        }
        let kind = self.kind(inst.first_result);
        let number = if case == usize::MAX { u64::MAX } else { case as u64 };
        let number = self.truncate(kind, number);
        self.set(inst, Slot::Bits(number));
        let (at, _) = self.register(inst.first_result + 1);
        let receives = case != usize::MAX && case >= sends;
        self.s.regs[at] = Slot::Bits(u64::from(ok && receives));
        if receives { self.set_received(inst.first_result + 2 + (case - sends) as u32, value) } else { Ok(()) }
    }

    /// Closes a channel.
    pub(super) fn close(&mut self, slot: Slot) -> Step {
        let Some(chan) = self.container(slot, Kind::Chan)? else { return self.panic_with(Error::NilChannel) };
        if std::mem::replace(&mut self.s.chans[chan as usize].closed, true) {
            return self.panic_with(Error::ClosedChannel);
        }
        let cells = self.s.chans[chan as usize].cells;
        for receives in [true, false] {
            while let Some(waiter) = self.waiter(chan, receives) {
                let value = SmallVec::from_elem(Slot::ZERO, if receives { cells } else { 0 });
                self.wake(waiter.id, Wake { case: waiter.case, ok: false, value });
            }
        }
        Ok(())
    }
}
