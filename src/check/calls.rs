//! Calls and closures.
//!
//! A callee of the same part is its parameters and results; one elsewhere is its summary; one nobody knows keeps everything.

use super::read::{At, CALLEE, Expr, HEAP, MUTATOR};
use super::{Check, Model, Rejection, Rule};
use crate::entity::{FuncId, NONE, Value};
use crate::fact::Leaks;
use crate::ir::{CallMode, Entity, Opcode, attr};

impl Check<'_> {
    /// A call, now, deferred or in a new goroutine. Arguments begin at operand `first`; before it stands the callee.
    pub(super) fn call(&mut self, at: &At<'_>, known: Option<FuncId>, first: usize) -> Result<(), Rejection> {
        let plain = at.inst.op.call().is_some_and(|(_, mode)| mode == CallMode::Plain);
        let args = &at.body.arg_words(at.inst)[first..];
        match known {
            Some(func) if self.model == Model::Gc => self.call_known(at, func, args, plain),
            _ => {
                self.all_to_heap(at, first);
                let method = matches!(at.inst.op, Opcode::CallMethod | Opcode::GoMethod | Opcode::DeferMethod);
                if method {
                    self.all_to_heap(at, 0);
                } else if first > 0 && known.is_none() && self.results_used(at) {
                    let callee = self.value(at.arg(0));
                    self.flow(at, CALLEE, callee);
                }
            }
        }
        if self.recorded(at) {
            for value in at.body.args(at.inst) {
                let e = self.value(value);
                let wrapped = e.cell != NONE
                    && e.derefs == -1
                    && self.cells[e.cell as usize].storage.as_ref().is_some_and(|s| s.in_wrapper);
                // What a wrapper builds it builds when it runs: what it is built from is recorded.
                self.flow(at, HEAP, if wrapped { e.plus(1) } else { e });
            }
        }
        Ok(())
    }

    fn call_known(&mut self, at: &At<'_>, func: FuncId, args: &[u32], results: bool) {
        if self.part_of[func.index()] == self.part {
            for (n, &arg) in (0..).zip(args) {
                let (cell, e) = (self.param_cell(func, n), self.value(Value::from_raw(arg)));
                self.flow(at, cell, e);
            }
            if results {
                for (n, result) in (0..).zip(at.inst.results()) {
                    let cell = self.result_cell(func, n);
                    self.define(at, result, &[Expr::of(cell)]);
                }
            }
            return;
        }
        self.outside[func.index()] = true;
        let mut leaking = 0_u8;
        for (n, &arg) in (0..).zip(args) {
            let (leaks, e) = (self.leaks(func, n), self.value(Value::from_raw(arg)));
            if e.cell != NONE {
                self.leak(at, leaks, e);
                leaking |= leaks.results.iter().fold(0, |all, &entry| all | entry);
            }
        }
        if !results || leaking == 0 {
            return;
        }
        let mut sources = Vec::new();
        for (n, result) in at.inst.results().enumerate() {
            sources.clear();
            for (i, &arg) in (0..).zip(args) {
                let (leaks, e) = (self.leaks(func, i), self.value(Value::from_raw(arg)));
                if let Some(&entry) = leaks.results.get(n).filter(|&&entry| entry != 0 && e.cell != NONE) {
                    sources.push(raised(e, entry));
                }
            }
            self.define(at, result, &sources);
        }
    }

    /// What a summary says of everything but results.
    fn leak(&mut self, at: &At<'_>, leaks: Leaks, e: Expr) {
        for (dst, entry) in [(HEAP, leaks.heap), (MUTATOR, leaks.mutated), (CALLEE, leaks.called)] {
            if entry != 0 {
                self.flow(at, dst, raised(e, entry));
            }
        }
    }

    /// A method bound to its receiver. Nobody knows how it will be called.
    pub(super) fn method_value(&mut self, at: &At<'_>) -> Result<(), Rejection> {
        let receiver = self.value(at.arg(0));
        let cell = self.make(at)?;
        self.flow(at, cell, receiver);
        let func = at.body.imms(at.inst)[0];
        if func == NONE {
            self.flow(at, HEAP, receiver);
            return Ok(());
        }
        let func = FuncId::from_raw(func);
        self.outside[func.index()] = true;
        if self.module.types.params(self.module.funcs[func].sig).len() == 0 {
            return Ok(());
        }
        if self.part_of[func.index()] == self.part {
            let param = self.param_cell(func, 0);
            self.flow(at, param, receiver);
        } else if receiver.cell != NONE {
            let leaks = self.leaks(func, 0);
            self.leak(at, leaks, receiver);
            for entry in leaks.results.into_iter().filter(|&entry| entry != 0) {
                self.flow(at, HEAP, raised(receiver, entry));
            }
        }
        Ok(())
    }

    /// A closure holds the value of a variable if its language copies it and it is small, else its address.
    pub(super) fn make_closure(&mut self, at: &At<'_>) -> Result<(), Rejection> {
        let func = FuncId::from_raw(at.body.imms(at.inst)[0]);
        let bindings: Vec<Expr> = at.body.args(at.inst).map(|v| self.exprs[v.index()].elsewhere()).collect();
        let cell = self.make(at)?;
        self.cells[cell as usize].closure = func.raw();
        self.note_function(at, func);
        if bindings.is_empty() {
            return Ok(());
        }
        if self.part_of[func.index()] != self.part {
            let message = format!("closures over {} are made in another part", self.name(func));
            return Err(self.reject(Rule::Partition, at.body.func, Some(at.id), None, message));
        }
        let rows = self.module.attrs.range(Entity::Inst, attr::BY_VALUE, at.number()..at.number() + 1);
        for ((n, &binding), arg) in (0..).zip(&bindings).zip(at.body.args(at.inst)) {
            let types = &self.module.types;
            let small =
                || types.elem(at.body.ty(arg)).is_some_and(|var| types.layout[var].size <= self.profile.max_by_value);
            let place = binding.is_place();
            let copied = place && rows.iter().any(|row| row.value == n) && small();
            self.flow(at, cell, binding.plus(i32::from(copied)));
            if place && self.model == Model::Textbook {
                self.flow(at, HEAP, binding);
            }
        }
        if self.makers[func.index()] == 1 && self.bindings_at[func.index()] == NONE {
            // Nobody else makes it, and its body has not been read: the body may read the very variables.
            self.bindings_at[func.index()] = self.bindings.len() as u32;
            self.bindings.extend(bindings);
            return Ok(());
        }
        self.own_bindings(func);
        for (n, binding) in (0..).zip(bindings) {
            let own = self.bindings[(self.bindings_at[func.index()] + n) as usize];
            if own.cell != NONE && own.derefs == 0 {
                self.flow(at, own.cell, binding);
            }
        }
        Ok(())
    }

    /// Gives the free variables of a function cells of their own.
    fn own_bindings(&mut self, func: FuncId) {
        if self.bindings_at[func.index()] != NONE {
            return;
        }
        let first = self.bindings.len() as u32;
        for n in 0..self.module.free_vars(func).len() as u32 {
            let cell = self.free_cell(func, n);
            self.bindings.push(Expr::of(cell));
        }
        self.bindings_at[func.index()] = first;
    }

    pub(super) fn free_var(&mut self, at: &At<'_>) {
        let func = at.body.func;
        self.own_bindings(func);
        if self.pointers(at.body, at.inst.result()) {
            self.exprs[at.inst.result().index()] =
                self.bindings[(self.bindings_at[func.index()] + at.inst.aux) as usize];
        }
    }
}

/// A value as a summary's entry takes it: so many dereferences, less one.
fn raised(e: Expr, entry: u8) -> Expr {
    e.plus(i32::from(entry) - 1)
}
