//! What bodies do with free variables, and what closures are made of.

use super::super::effects::Definitions;
use crate::cfg::Cfg;
use crate::entity::{BlockId, FuncId, NONE, Value};
use crate::ir::{Body, CalleeKind, Entity, Module, Opcode, attr};

/// A binding of a `make_closure`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Binding {
    /// The function that makes the closure, and the instruction.
    pub(super) func: FuncId,
    pub(super) inst: u32,
    /// The closure's function and the number of its free variable.
    pub(super) callee: FuncId,
    pub(super) n: u32,
    /// The client says it may be captured by value.
    pub(super) by_value: bool,
    /// If it is the address of a variable: its number in [`Facts::settled`].
    pub(super) var: u32,
    /// If it is a free variable: its number.
    pub(super) free: u32,
}

/// See the [folder's documentation](super).
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// By function: where its free variables begin.
    base: Vec<u32>,
    /// By free variable: nothing is done with it but loading through it and binding it.
    pub(super) loaded: Vec<bool>,
    /// In the order of functions and instructions.
    pub(super) bindings: Vec<Binding>,
    /// By captured variable: it is stored at most once, before every closure is made that binds it, and all its uses are known.
    pub(super) settled: Vec<bool>,
}

/// A captured variable while its function is scanned.
#[derive(Clone, Copy, Debug)]
struct Var {
    number: u32,
    inst: u32,
    store: u32,
    stores: u32,
}

impl Facts {
    /// The number of a function's free variable.
    pub(super) fn of(&self, func: FuncId, n: u32) -> usize {
        (self.base[func.index()] + n) as usize
    }

    pub(super) fn collect(m: &Module) -> Self {
        let mut facts = Self::default();
        let mut next = 0;
        for row in &m.funcs {
            facts.base.push(next);
            next += row.free_len;
        }
        facts.loaded.resize(next as usize, true);
        let mut scan = Scan::default();
        for func in m.funcs.indices() {
            let body = m.body(func);
            if body.blocks.is_empty() {
                facts.lose(m, func);
            } else {
                scan.body(m, &body, &mut facts);
            }
        }
        facts
    }

    /// Whoever calls a function otherwise than through closures binds its free variables in ways unknown.
    fn lose(&mut self, m: &Module, func: FuncId) {
        (0..m.funcs[func].free_len).for_each(|n| {
            let at = self.of(func, n);
            self.loaded[at] = false;
        });
    }
}

/// Scratch of the scan.
#[derive(Debug, Default)]
struct Scan {
    definitions: Definitions,
    cfg: Cfg,
    /// By value: the free variable it is.
    free_of: Vec<u32>,
    /// By value: the variable it is the address of, in `vars`.
    var_of: Vec<u32>,
    vars: Vec<Var>,
    /// Variables that are done more with.
    lost: Vec<bool>,
    /// Blocks the recover block leads to.
    after_panic: Vec<bool>,
}

impl Scan {
    fn body(&mut self, m: &Module, body: &Body<'_>, facts: &mut Facts) {
        self.names(m, body, facts);
        let first = facts.bindings.len();
        for (n, inst) in body.insts.iter().enumerate() {
            let args = body.arg_words(inst);
            if inst.op == Opcode::MakeClosure {
                self.closure(m, body, n as u32, facts);
                continue;
            }
            let called = match (inst.op.call(), inst.op) {
                (Some((CalleeKind::Static, _)), _) | (None, Opcode::FuncRef) => inst.aux,
                (None, Opcode::MethodValue) => body.imms(inst)[0],
                _ => NONE,
            };
            if called != NONE {
                facts.lose(m, FuncId::from_raw(called));
            }
            for (place, &arg) in args.iter().enumerate() {
                let address = place == 0 && matches!(inst.op, Opcode::Load | Opcode::Store);
                let free = self.free_of.get(arg as usize).copied().unwrap_or(NONE);
                if free != NONE && (!address || inst.op == Opcode::Store) {
                    let at = facts.of(body.func, free);
                    facts.loaded[at] = false;
                }
                let var = self.var_of.get(arg as usize).copied().unwrap_or(NONE);
                if let Some(var) = self.vars.get_mut(var as usize) {
                    match (address, inst.op) {
                        (true, Opcode::Load) => {}
                        (true, _) => (var.store, var.stores) = (n as u32, var.stores + 1),
                        _ => self.lost[var.number as usize] = true,
                    }
                }
            }
        }
        if !self.vars.is_empty() {
            self.settle(m, body, first, facts);
        }
    }

    /// Finds the values that are free variables, and the variables whose addresses closures bind.
    fn names(&mut self, m: &Module, body: &Body<'_>, facts: &Facts) {
        self.free_of.clear();
        self.var_of.clear();
        self.vars.clear();
        self.lost.clear();
        if m.funcs[body.func].free_len > 0 {
            self.free_of.resize(body.values.len(), NONE);
            for inst in body.insts.iter().filter(|inst| inst.op == Opcode::FreeVar) {
                self.free_of[inst.result().index()] = inst.aux;
            }
        }
        if !body.insts.iter().any(|inst| inst.op == Opcode::MakeClosure && inst.num_args > 0) {
            return;
        }
        self.definitions.compute(body);
        self.var_of.resize(body.values.len(), NONE);
        for inst in body.insts.iter().filter(|inst| inst.op == Opcode::MakeClosure) {
            for &arg in body.arg_words(inst) {
                let Some(at) = self.definitions.index(arg) else { continue };
                if self.var_of[arg as usize] == NONE && body.insts[at as usize].op == Opcode::Var {
                    self.var_of[arg as usize] = self.vars.len() as u32;
                    let number = self.vars.len() as u32;
                    self.vars.push(Var { number, inst: at, store: NONE, stores: 0 });
                }
            }
        }
        debug_assert!(facts.base.len() == m.funcs.len());
        self.lost.resize(self.vars.len(), false);
    }

    fn closure(&self, m: &Module, body: &Body<'_>, at: u32, facts: &mut Facts) {
        let inst = &body.insts[at as usize];
        let callee = FuncId::from_raw(body.imms(inst)[0]);
        let id = body.inst_in_module(at.into());
        let rows = m.attrs.range(Entity::Inst, attr::BY_VALUE, id..id + 1);
        for (n, arg) in body.args(inst).map(Value::index).enumerate() {
            let var = self.var_of.get(arg).copied().unwrap_or(NONE);
            let free = self.free_of.get(arg).copied().unwrap_or(NONE);
            let by_value = rows.iter().any(|row| row.value as usize == n);
            // Numbered in the module from where this function's variables will be.
            let var = if var == NONE { NONE } else { facts.settled.len() as u32 + var };
            facts.bindings.push(Binding { func: body.func, inst: at, callee, n: n as u32, by_value, var, free });
        }
    }

    /// Decides which variables are settled; bindings from `first` on are this function's.
    fn settle(&mut self, m: &Module, body: &Body<'_>, first: usize, facts: &mut Facts) {
        let base = facts.settled.len() as u32;
        let recover = m.funcs[body.func].recover.get();
        self.cfg.compute(body, recover);
        self.leads_from(recover);
        let block_of = |inst: u32| BlockId::from_usize(body.blocks.partition_point(|b| b.first_inst <= inst) - 1);
        for var in &self.vars {
            let loops = |inst| self.cfg.loops.header(block_of(inst));
            let once = var.stores == 0 || var.stores == 1 && loops(var.inst) == loops(var.store);
            facts.settled.push(once && !self.lost[var.number as usize]);
        }
        for binding in facts.bindings[first..].iter().filter(|b| b.var != NONE) {
            let var = &self.vars[(binding.var - base) as usize];
            let block = block_of(binding.inst);
            let stored = var.stores == 0 || {
                let from = block_of(var.store);
                let before =
                    if from == block { var.store < binding.inst } else { self.cfg.dominators.dominates(from, block) };
                before && !self.after_panic[block.index()] && self.cfg.graph.is_reachable(block)
            };
            if !stored {
                facts.settled[binding.var as usize] = false;
            }
        }
    }

    fn leads_from(&mut self, recover: Option<BlockId>) {
        self.after_panic.clear();
        self.after_panic.resize(self.cfg.graph.num_blocks(), false);
        let mut work: Vec<BlockId> = recover.into_iter().collect();
        while let Some(block) = work.pop() {
            if !std::mem::replace(&mut self.after_panic[block.index()], true) {
                work.extend_from_slice(self.cfg.graph.succs(block));
            }
        }
    }
}
