//! Calls: what arguments, results and callees do to the flow graph.
//!
//! A callee of the component itself is wired to its parameters and results; one analysed before, or promised about, is its
//! summary; anything else gets its arguments' worth of heap.

use super::graph::{CALLEE, HEAP, MUTATOR};
use super::lower::{Lower, Val};
use crate::entity::{FuncId, SiteId, Value};
use crate::escape::faults::{Rule, wrong};
use crate::escape::side::{IN_WRAPPER, SYNTACTIC_DEPTH};
use crate::escape::vocabulary::{At, Call, Callee};
use crate::fact::Leaks;
use crate::ir::CallMode;
use crate::ir::opcode::Why;

impl Lower<'_> {
    /// A call, `go` or `defer`.
    pub(super) fn lower_call(&mut self, at: &At<'_>, call: &Call<'_>) {
        let known = match (call.callee, call.operand) {
            (Callee::Known(func), _) => Some(func),
            (Callee::Indirect, Some(operand)) => self.known_func(operand),
            _ => None,
        };
        match known {
            Some(func) if !self.rules.calls_are_unknown => {
                self.call_known(at, func, call.args, call.mode == CallMode::Plain);
            }
            _ => {
                let why = match call.callee {
                    Callee::Method => Why::ArgumentMethod,
                    Callee::Indirect if known.is_none() => Why::ArgumentIndirect,
                    _ => Why::Argument,
                };
                let keeps_nothing = match call.callee {
                    Callee::Method => wrong(Rule::Method),
                    _ => wrong(Rule::Indirect) && known.is_none(),
                };
                for &arg in call.args.iter().filter(|_| !keeps_nothing) {
                    self.leak(at, Value::from_raw(arg), why);
                }
                match (call.operand, call.callee) {
                    (Some(_), Callee::Method) if wrong(Rule::Receiver) => {}
                    (Some(receiver), Callee::Method) => self.leak(at, receiver, why),
                    (Some(callee), _) if call.results_used && known.is_none() => {
                        let src = self.operand(at, callee);
                        self.edge(CALLEE, src, Why::Callee, at.inst.pos);
                    }
                    _ => {}
                }
            }
        }
        let in_loop = call.mode == CallMode::Defer
            && !wrong(Rule::DeferLoop)
            && self.side.func[self.func.index()] & SYNTACTIC_DEPTH == 0
            && self.depths[at.block.index()] > 1;
        let stays = wrong(Rule::Go) && call.mode == CallMode::Go;
        if (call.recorded || in_loop) && !stays {
            let why = if call.mode == CallMode::Go { Why::Go } else { Why::DeferHeap };
            for value in call.operand.into_iter().chain(call.args.iter().map(|&w| Value::from_raw(w))) {
                self.record(at, value, why);
            }
        }
    }

    /// A method bound to its receiver.
    pub(super) fn lower_method_value(&mut self, at: &At<'_>, site: SiteId, func: Option<FuncId>, receiver: Value) {
        let loc = self.site(at, site);
        let src = self.operand(at, receiver);
        self.edge(loc, src, Why::Receiver, at.inst.pos);
        let Some(func) = func else {
            self.edge(HEAP, src, Why::ArgumentMethod, at.inst.pos);
            return;
        };
        let pos = at.inst.pos;
        if self.known.component[func.index()] == self.component {
            // Results outlive everything as it is.
            self.edge(self.known.param_loc[func.index()], src, Why::Receiver, pos);
        } else if let Some(n) = self.summaries.of(func).next() {
            // Nobody knows how it will be called: whatever reaches a result is out of sight.
            let leaks = self.summaries.get(n);
            for (dst, entry) in [(HEAP, leaks.heap), (MUTATOR, leaks.mutated), (CALLEE, leaks.called)]
                .into_iter()
                .chain(leaks.results.iter().map(|&entry| (HEAP, entry)))
            {
                if entry != 0 {
                    self.edge(dst, src.plus(i16::from(entry) - 1), Why::Receiver, pos);
                }
            }
        }
    }

    /// Arguments of a call whose callee's summary or body is known.
    fn call_known(&mut self, at: &At<'_>, func: FuncId, args: &[u32], results: bool) {
        let pos = at.inst.pos;
        if self.known.component[func.index()] == self.component {
            let (params, rets) = (self.known.param_loc[func.index()], self.known.result_loc[func.index()]);
            for (i, &arg) in args.iter().enumerate() {
                let src = self.operand(at, Value::from_raw(arg));
                if !wrong(Rule::RecursionArgument) {
                    self.edge(params + i as u32, src, Why::Argument, pos);
                }
            }
            if results && !wrong(Rule::RecursionResult) {
                for (i, result) in at.inst.results().enumerate() {
                    let src = Val::of(rets + i as u32);
                    self.define(at, result, src, Why::CallResult);
                }
            }
            return;
        }
        for (n, &arg) in self.summaries.of(func).zip(args) {
            let (mut leaks, src) = (self.summaries.get(n), self.operand(at, Value::from_raw(arg)));
            misread(&mut leaks);
            if src.is_nothing() || wrong(Rule::External) && self.summaries.is_unknown(n) {
                continue;
            }
            let leaky = if self.summaries.is_unknown(n) { Why::ArgumentExternal } else { Why::Argument };
            let level = |entry: u8| src.plus(i16::from(entry) - 1);
            for (dst, entry) in [(HEAP, leaks.heap), (MUTATOR, leaks.mutated), (CALLEE, leaks.called)] {
                if entry != 0 {
                    self.edge(dst, level(entry), leaky, pos);
                }
            }
            if results {
                for (result, &entry) in at.inst.results().zip(&leaks.results) {
                    if entry != 0 {
                        self.define(at, result, level(entry), Why::CallResult);
                    }
                }
            }
        }
    }

    fn leak(&mut self, at: &At<'_>, value: Value, why: Why) {
        let src = self.operand(at, value);
        self.edge(HEAP, src, why, at.inst.pos);
    }

    /// An operand that goes with a `go` or `defer` record.
    fn record(&mut self, at: &At<'_>, value: Value, why: Why) {
        let src = self.operand(at, value);
        if src.is_nothing() {
            return;
        }
        let site = self.graph.locs[src.loc as usize].site.get();
        if src.derefs == -1 && site.is_some_and(|s| self.side.site[s.index()] & IN_WRAPPER != 0) {
            // The operand is built when the record runs: only what it is built from is recorded.
            self.edge(HEAP, src.plus(1), why, at.inst.pos);
        } else {
            self.edge(HEAP, src, why, at.inst.pos);
        }
    }
}

/// Summaries read wrongly on purpose; see [`crate::escape::faults`].
#[inline(always)]
fn misread(leaks: &mut Leaks) {
    if wrong(Rule::SummaryHeap) && leaks.heap != 0 {
        leaks.heap += 1;
    }
    if wrong(Rule::SummaryResult) {
        leaks.results.iter_mut().filter(|r| **r != 0).for_each(|r| *r += 1);
    }
    if wrong(Rule::SummaryMutated) {
        leaks.mutated = 0;
    }
}
