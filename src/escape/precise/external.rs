//! Functions known by counts of dereferences: those without bodies of which something is promised, and those that take too long
//! to look into, of which model `gc` has a summary.
//!
//! Such a count knows nothing of fields, so what it speaks of is everything that far away. A function that keeps nothing may
//! still write through what it is given, move contents about within and between its arguments, and call the functions it is given.

use super::graph::Root;
use super::leaves::ANY;
use super::lower::Lower;
use super::summary::{Conditional, Ref, Summary, Target};
use crate::entity::{FuncId, TypeId};
use crate::fact::Leaks;
use crate::ir::{Module, TypeKind, Types};

/// With more arguments that are written to, their contents are not told from what escapes.
const MOST_WRITTEN: usize = 6;

/// How far functions are looked for in a type.
pub(super) const REACH: u32 = 6;

/// The summary of a function without a body: what is promised of it, or nothing.
pub(super) fn summary(module: &Module, lower: &mut Lower<'_>, func: FuncId) -> Option<Summary> {
    let promises = {
        let from = module.promises.partition_point(|p| p.func < func);
        let rest = &module.promises[from..];
        &rest[..rest.partition_point(|p| p.func == func)]
    };
    if promises.is_empty() && !lower.keeps_nothing(func) {
        return None;
    }
    let leaks = |param| match promises.iter().find(|p| p.param == param) {
        Some(row) => {
            let [heap, mutated, called, results @ ..] = row.flows;
            Leaks { heap, mutated, called, results }
        }
        None if promises.is_empty() => Leaks::NOESCAPE,
        None => Leaks::UNKNOWN,
    };
    Some(of_leaks(module, lower, func, leaks))
}

/// A summary in the words of dereference counts, for each parameter that holds pointers, as one of paths. It must be of a
/// function without free variables.
pub(super) fn of_leaks(
    module: &Module,
    lower: &mut Lower<'_>,
    func: FuncId,
    leaks_of: impl Fn(u32) -> Leaks,
) -> Summary {
    let sig = module.funcs[func].sig;
    let mut this = Summary::default();
    let outputs: Vec<(usize, u32)> = module
        .types
        .results(sig)
        .enumerate()
        .flat_map(|(n, ty)| vec![n; lower.leaves.count(&module.types, ty)])
        .zip(0..)
        .collect();
    this.results = outputs.iter().map(|&(_, leaf)| (leaf, Ref::Heap)).collect();
    let mut contents = Vec::new();
    let mut input = 0;
    for (n, ty) in (0..).zip(module.types.params(sig)) {
        let leaks = if module.types.pointers(ty) { leaks_of(n) } else { continue };
        for _ in 0..lower.leaves.count(&module.types, ty) {
            let root = this.placeholders.len() as u32;
            this.placeholders.push((Root::Input(input), false));
            let content = this.placeholders.len() as u32;
            this.placeholders.push((Root::In(root, ANY), true));
            // One dereference is told apart from none; any further are all there is.
            let level = |entry: u8| if entry == 1 { root } else { content };
            if leaks.heap != 0 {
                this.escapes.push((level(leaks.heap), false));
            }
            for &(result, leaf) in &outputs {
                let entry = leaks.results.get(result).copied().unwrap_or(leaks.heap);
                if entry != 0 {
                    this.results.push((leaf, Ref::In(level(entry), ANY)));
                }
            }
            if leaks.mutated != 0 {
                this.stores.extend([(root, ANY, Ref::Heap), (content, ANY, Ref::Heap)]);
                contents.push((root, content));
            }
            input += 1;
            if leaks.called == 1 && module.types.kind(ty) == TypeKind::Func {
                this.calls_back(module, lower, ty, root);
            } else if leaks.called != 0 && may_call(&module.types, ty, REACH) {
                this.escapes.push((root, false));
            }
        }
    }
    // It may move what it is given about in what it is given: from one argument to another, and within one.
    if contents.len() > MOST_WRITTEN {
        this.escapes.extend(contents.drain(..).map(|(_, content)| (content, false)));
    }
    for &(to, inner) in &contents {
        for &(_, from) in &contents {
            this.stores.extend([(to, ANY, Ref::In(from, ANY)), (inner, ANY, Ref::In(from, ANY))]);
        }
    }
    this
}

impl Summary {
    /// A function it is given is called, with arguments nothing is known of, and keeps its results.
    fn calls_back(&mut self, module: &Module, lower: &mut Lower<'_>, sig: TypeId, callee: u32) {
        let types = &module.types;
        let args: usize = types.params(sig).map(|ty| lower.leaves.count(types, ty)).sum();
        let results: usize = types.results(sig).map(|ty| lower.leaves.count(types, ty)).sum();
        let call = self.calls.len() as u32;
        self.calls.push(Conditional {
            target: Target::Indirect,
            callee: Ref::In(callee, 0),
            args: vec![vec![Ref::Heap]; args],
            results: results as u32,
        });
        for leaf in 0..results as u32 {
            let result = self.placeholders.len() as u32;
            self.placeholders.push((Root::Result(call, leaf), false));
            self.escapes.push((result, false));
        }
    }
}

/// Whether a function may be found in a value of the type, or through it, as far as one looks.
pub(super) fn may_call(types: &Types, ty: TypeId, reach: u32) -> bool {
    match types.kind(ty) {
        _ if !types.pointers(ty) => false,
        TypeKind::Func | TypeKind::Interface => true,
        _ if reach == 0 => true,
        TypeKind::Struct => types.fields(ty).any(|field| may_call(types, field.ty, reach - 1)),
        TypeKind::Ptr | TypeKind::Slice | TypeKind::Array | TypeKind::Chan => {
            types.elem(ty).is_some_and(|elem| may_call(types, elem, reach - 1))
        }
        TypeKind::Map => [types.key(ty), types.elem(ty)].into_iter().flatten().any(|ty| may_call(types, ty, reach - 1)),
        TypeKind::String | TypeKind::UnsafePtr => false,
        _ => true,
    }
}
