//! Capture by value: closures hold what a variable holds, not where it is.
//!
//! *The problem.* A closure that binds the address of a variable keeps the variable in memory, and takes it along wherever it goes. Where
//! nobody writes the variable once the closure is made, the value does as well, and the variable may become one.
//!
//! *When.* The closure's body only loads through the free variable, or hands it on to closures of which the same is true; every
//! `make_closure` of the function agrees; and the binding either has the attribute `by_value`, by which the client says so,
//! or is a *settled* variable: made by `var`, stored at most once, before the closure is made, and captured by nobody who writes. Values
//! larger than the profile's limit for capture by value stay where they are.
//!
//! *Why one store is enough to look at.* The store dominates the closure, so it has happened; `var` and the store are in the same innermost
//! loop, so that the store happens once for each time `var` does: a way from the store to itself past `var` would be
//! a loop around the store only. A closure that the recover block leads to is no such case, since the panic may have come first.
//!
//! *Invariants.* As for all passes; and what a closure's body and a caller say of a free variable's type changes in both at once.
//!
//! *The algorithm.* One scan collects what each body does with its free variables, and every binding. Two sets of free variables then
//! shrink until nothing changes: those only loaded, and those to be bound by value. Linear but for chains of closures within closures,
//! which take a round a level.
//!
//! *Not done.* Variables stored several times before the closure is made.

mod scan;

use super::rewrite::{Defines, rewrite};
use crate::entity::{FuncId, NONE, TypeId};
use crate::ir::{Attr, Attrs, Entity, Module, Opcode, attr};
use crate::profile::Profile;
use scan::{Binding, Facts};

/// The module with what can be captured by value captured so.
#[must_use]
pub fn capture_by_value(module: &Module) -> Module {
    let facts = Facts::collect(module);
    let chosen = Chosen::of(module, &facts);
    if !chosen.set.contains(&true) {
        return module.clone();
    }
    let mut after = chosen.bodies(module, &facts);
    chosen.types(&mut after);
    after.attrs = chosen.attributes(&after);
    after
}

/// The free variables that are to hold values.
struct Chosen<'f> {
    facts: &'f Facts,
    set: Vec<bool>,
}

impl<'f> Chosen<'f> {
    fn of(m: &Module, facts: &'f Facts) -> Self {
        let mut loaded = facts.loaded.clone();
        shrink(&mut loaded, |set| {
            let handed = facts.bindings.iter().filter(|b| b.free != NONE && !set[facts.of(b.callee, b.n)]);
            handed.map(|b| facts.of(b.func, b.free)).collect()
        });
        let mut settled = facts.settled.clone();
        for binding in facts.bindings.iter().filter(|b| b.var != NONE && !loaded[facts.of(b.callee, b.n)]) {
            settled[binding.var as usize] = false;
        }
        let most = Profile::default_profile().max_by_value;
        let mut set = loaded;
        for func in m.funcs.indices() {
            for (n, ty) in m.free_vars(func).enumerate() {
                let small = held(m, ty).is_some_and(|ty| m.types.layout[ty].size <= most);
                set[facts.of(func, n as u32)] &= small;
            }
        }
        shrink(&mut set, |set| {
            let mut out = Vec::new();
            for b in &facts.bindings {
                let (inner, outer) = (facts.of(b.callee, b.n), (b.free != NONE).then(|| facts.of(b.func, b.free)));
                let known =
                    b.by_value || b.var != NONE && settled[b.var as usize] || outer.is_some_and(|outer| set[outer]);
                if !known {
                    out.push(inner);
                }
                // An address that is still handed on is still needed.
                out.extend(outer.filter(|_| !set[inner]));
            }
            out
        });
        Self { facts, set }
    }

    fn has(&self, func: FuncId, n: u32) -> bool {
        self.set[self.facts.of(func, n)]
    }

    fn bodies(&self, m: &Module, facts: &Facts) -> Module {
        let mut bindings = facts.bindings.as_slice();
        let mut value_of: Vec<bool> = Vec::new();
        rewrite(m, |func, body, edits| {
            value_of.clear();
            value_of.resize(body.values.len(), false);
            let mine = bindings.iter().take_while(|b| b.func == func).count();
            let (here, rest) = bindings.split_at(mine);
            bindings = rest;
            for inst in body.insts.iter().filter(|inst| inst.op == Opcode::FreeVar && self.has(func, inst.aux)) {
                let Some(ty) = held(m, body.ty(inst.result())) else { continue };
                value_of[inst.result().index()] = true;
                edits.retype(inst.result().raw(), ty);
            }
            for (n, inst) in body.insts.iter().enumerate().filter(|(_, inst)| inst.op == Opcode::Load) {
                let address = body.arg(inst, 0);
                if !value_of[address.index()] {
                    continue;
                }
                if edits.ty(address.raw()) == body.ty(inst.result()) {
                    edits.replace(inst.result().raw(), address.raw());
                    edits.drop_inst(n as u32);
                } else {
                    edits.patch(n as u32, Opcode::Cast, 0, &[address.raw()], &[], Defines::Same);
                }
            }
            for closure in here.chunk_by(|a, b| a.inst == b.inst) {
                let Binding { inst: at, callee, .. } = closure[0];
                if !closure.iter().any(|b| self.has(callee, b.n)) {
                    continue;
                }
                let inst = &body.insts[at as usize];
                let mut args = body.arg_words(inst).to_vec();
                for (n, arg) in args.iter_mut().enumerate().filter(|(n, _)| self.has(callee, *n as u32)) {
                    let Some(ty) = held(m, body.values[*arg as usize]).filter(|_| !value_of[*arg as usize]) else {
                        continue;
                    };
                    debug_assert!(n < closure.len());
                    let value = edits.fresh(ty);
                    edits.patch(at, Opcode::Load, 0, &[*arg], &[], Defines::Fresh(value));
                    *arg = value;
                }
                edits.patch(at, Opcode::MakeClosure, inst.aux, &args, body.imms(inst), Defines::Same);
            }
        })
    }

    /// Gives the functions free variables of their new types.
    fn types(&self, m: &mut Module) {
        for func in m.funcs.indices() {
            let types: Vec<TypeId> = m.free_vars(func).collect();
            if !(0..types.len()).any(|n| self.has(func, n as u32)) {
                continue;
            }
            m.funcs[func].free_off = m.types.lists.len() as u32;
            for (n, &ty) in types.iter().enumerate() {
                let ty = held(m, ty).filter(|_| self.has(func, n as u32)).unwrap_or(ty);
                m.types.lists.push(ty.raw());
            }
        }
    }

    /// The attributes without those that allow what has been done.
    fn attributes(&self, m: &Module) -> Attrs {
        let keep = |row: &&Attr| {
            if (row.entity, row.key) != (Entity::Inst as u16, attr::BY_VALUE) {
                return true;
            }
            let func = FuncId::from_usize(m.funcs.raw.partition_point(|f| f.insts.start <= row.id) - 1);
            let body = m.body(func);
            let inst = &body.insts[(row.id - m.funcs[func].insts.start) as usize];
            !self.has(FuncId::from_raw(body.imms(inst)[0]), row.value)
        };
        Attrs::new(m.attrs.rows().iter().filter(keep).copied().collect())
    }
}

/// Takes out of a set what `lost` says of it, until that is nothing new.
fn shrink(set: &mut [bool], mut lost: impl FnMut(&[bool]) -> Vec<usize>) {
    loop {
        let mut changed = false;
        for n in lost(set) {
            changed |= std::mem::take(&mut set[n]);
        }
        if !changed {
            return;
        }
    }
}

/// What a pointer points to.
fn held(m: &Module, ty: TypeId) -> Option<TypeId> {
    m.types.elem(ty).filter(|_| m.types.kind(ty) == crate::ir::TypeKind::Ptr)
}
