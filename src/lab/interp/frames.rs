//! Frames: how a function is entered and left.

use super::machine::{Step, Vm};
use super::oracle::Birth;
use super::value::{Obj, Slot};
use super::watch::Death;
use super::{End, LimitKind};
use crate::entity::{FuncId, NONE};
use crate::ir::Opcode;

/// Why a function runs: what happens when it returns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Caller {
    /// A call instruction of the frame below takes its results, at this register.
    Call(u32),
    /// A deferred call of the frame below.
    Deferred,
    /// The outside; it keeps the results.
    Outside,
    /// Nobody: the first frame of a goroutine.
    Nobody,
}

/// What a frame does once its deferred calls have run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    /// Executes the instruction again that ran them.
    Normal,
    /// Goes on unwinding with this panic.
    Panicking(u32),
    /// Returns to its caller through the recover block.
    Recovered,
}

/// An activation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) func: FuncId,
    /// The instruction to go on with, and its block.
    pub(super) pc: u32,
    pub(super) block: u32,
    /// First register.
    pub(super) base: u32,
    /// Start of its objects that live an iteration.
    pub(super) iterations: u32,
    /// Its number among all frames of the run.
    pub(super) serial: u32,
    /// First of its objects.
    pub(super) objects: Obj,
    /// The function value that was called.
    pub(super) closure: Slot,
    pub(super) caller: Caller,
    /// First of its deferred calls.
    pub(super) deferred: u32,
    pub(super) mode: Mode,
}

impl Vm<'_> {
    /// Enters a function; its arguments are the last `args` slots set aside. The caller goes on at `self.pc`.
    pub(super) fn enter(&mut self, func: FuncId, closure: Slot, caller: Caller) -> Step {
        if self.s.frames.len() >= self.limits.depth as usize {
            return self.end(End::Limit(LimitKind::Depth));
        }
        if self.s.preps[func.index()].registers == NONE {
            self.prepare(func)?;
        }
        if let Some(top) = self.s.frames.last_mut() {
            top.pc = self.pc;
            top.block = self.block;
        }
        let prep = self.s.preps[func.index()];
        self.work(prep.size);
        let base = self.s.regs.len();
        if (base as u64).saturating_add(u64::from(prep.size)) > self.limits.cells.min(u64::from(u32::MAX)) {
            return self.end(End::Limit(LimitKind::Cells));
        }
        self.s.regs.resize(base + prep.size as usize, Slot::ZERO);
        let params = self.m.types.params(self.m.funcs[func].sig).len();
        let want = self.s.registers[prep.registers as usize + params] as usize;
        if want != self.s.args.len() {
            return self.unsupported("arguments of another layout than the parameters");
        }
        self.s.regs[base..base + want].copy_from_slice(&self.s.args);
        let serial = self.s.births.len() as u32;
        let depth = self.s.frames.len();
        let mut up = [NONE; 3];
        for (n, entry) in up.iter_mut().enumerate() {
            *entry = depth.checked_sub(n + 1).map_or(NONE, |d| self.s.frames[d].serial);
        }
        self.s.births.push(Birth { goroutine: self.s.current, depth: depth as u32, up });
        self.s.stats.frames += 1;
        self.s.frames.push(Frame {
            func,
            pc: 0,
            block: 0,
            base: base as u32,
            iterations: self.s.iterations.len() as u32,
            serial,
            objects: NONE,
            closure,
            caller,
            deferred: NONE,
            mode: Mode::Normal,
        });
        self.resume();
        Ok(())
    }

    /// Goes on with the top frame.
    pub(super) fn resume(&mut self) {
        if let Some(top) = self.s.frames.last() {
            if self.body.func != top.func {
                self.body = self.m.body(top.func);
            }
            self.base = top.base as usize;
            self.table = self.s.preps[top.func.index()].registers as usize;
            self.pc = top.pc;
            self.block = top.block;
        }
    }

    /// Takes the top frame off. Its registers are left to whoever takes its results; call [`Self::resume`] after that.
    pub(super) fn leave(&mut self, death: Death) {
        if let Some(frame) = self.s.frames.pop() {
            self.s.iterations.truncate(frame.iterations as usize);
            if frame.caller == Caller::Outside {
                self.s.outside.inside -= 1;
            }
            if self.s.frames.is_empty() && self.s.current == 1 && death == Death::Returned {
                self.s.over = true;
            }
            self.end_objects(frame.objects, frame.serial, death);
        }
    }

    /// `return`, once no deferred call is left: hands the results over.
    pub(super) fn returned(&mut self) -> Step {
        let mut results = std::mem::take(&mut self.s.scratch);
        results.clear();
        let body = self.body;
        let inst = &body.insts[self.at as usize];
        if inst.op == Opcode::Return {
            for &v in body.arg_words(inst) {
                let (first, n) = self.register(v);
                results.extend_from_slice(&self.s.regs[first..first + n]);
            }
        }
        let step = self.give_results(&results);
        self.s.scratch = results;
        step
    }

    /// Leaves the top frame with these results.
    pub(super) fn give_results(&mut self, results: &[Slot]) -> Step {
        let Some(&frame) = self.s.frames.last() else { return self.end(End::Returned) };
        let main = self.s.frames.len() == 1 && self.s.current == 1;
        if main {
            self.trace_results(frame.func, results)?;
        }
        if frame.caller == Caller::Outside {
            self.outside_gets(frame.func, results)?;
        }
        self.leave(Death::Returned);
        self.s.regs.truncate(frame.base as usize);
        match frame.caller {
            Caller::Call(register) => {
                let to = register as usize;
                match self.s.regs.get_mut(to..to + results.len()) {
                    Some(regs) => regs.copy_from_slice(results),
                    None => return self.unsupported("results of another layout than the callee's"),
                }
            }
            Caller::Deferred => {
                self.resume();
                return self.deferred_returned();
            }
            Caller::Outside => {}
            Caller::Nobody if main => return self.end(End::Returned),
            Caller::Nobody => return self.switch_from_dead(),
        }
        self.resume();
        Ok(())
    }
}
