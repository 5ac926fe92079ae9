//! A closed world: what may be called through an interface of which nothing is known.
//!
//! If the module has all there is, it is a method of one of its types. So what such a call does to an argument is at most what
//! one of these methods does. One bit is told of each argument and of the receiver: whether any method of that name, with
//! parameters of the same kinds and sizes, *keeps* it, that is lets something that is reached through it go anywhere, or puts pointers there.
//! What is not kept is as if the call had not been; results are unknown all the same.
//!
//! Methods call through interfaces in turn, so the bits are a least fixpoint: they start from "keeps nothing", and whenever the
//! summary of a method says more, whoever asked is told again ([`super::work`]). Until then answers are too good; at the end every
//! summary rests on the bits as they are. Methods that a type has by embedding, and the module has not, add nothing to those
//! they pass on to.

use super::graph::Root;
use super::leaves::Leaves;
use super::lower::Summaries;
use super::summary::{Ref, Summary, Target};
use crate::entity::hash::{FxHashMap, FxHashSet};
use crate::entity::{FuncId, StrId, TypeId};
use crate::ir::types::InterfaceMethod;
use crate::ir::{Module, TypeKind};
use smallvec::{SmallVec, smallvec};

/// What a call keeps: the receiver, then the leaves of the arguments.
pub(super) type Kept = SmallVec<[bool; 8]>;

/// The methods of one name with parameters of the same shape.
#[derive(Debug)]
struct Group {
    /// With the leaves of their receivers.
    funcs: Vec<(FuncId, usize)>,
    kept: Kept,
}

/// See the [module documentation](self).
#[derive(Debug)]
pub(super) struct World {
    groups: Vec<Group>,
    by_method: FxHashMap<(StrId, TypeId), u32>,
}

/// A name, and kinds and sizes of the parameters: the same for identical signatures, whether or not they are one row of the
/// table of types.
type Shape<'a> = (&'a str, Vec<(TypeKind, u64)>);

impl World {
    pub(super) fn new(module: &Module, leaves: &mut Leaves) -> Self {
        let types = &module.types;
        let shape = |params: &mut dyn Iterator<Item = TypeId>| -> Vec<(TypeKind, u64)> {
            params.map(|ty| (types.kind(ty), types.layout[ty].size)).collect()
        };
        let mut this = Self { groups: Vec::new(), by_method: FxHashMap::default() };
        let mut by_shape: FxHashMap<Shape<'_>, u32> = FxHashMap::default();
        for method in types.rows.indices().flat_map(|ty| types.interface_methods(ty)) {
            if this.by_method.contains_key(&(method.name, method.sig)) {
                continue;
            }
            let next = this.groups.len() as u32;
            let key = (module.str(method.name), shape(&mut types.params(method.sig)));
            let group = *by_shape.entry(key).or_insert(next);
            if group == next {
                let args: usize = types.params(method.sig).map(|ty| leaves.count(types, ty)).sum();
                this.groups.push(Group { funcs: Vec::new(), kept: smallvec![false; 1 + args] });
            }
            this.by_method.insert((method.name, method.sig), group);
        }
        let mut absent: FxHashSet<&str> = FxHashSet::default();
        for method in types.rows.indices().flat_map(|ty| types.methods(ty)) {
            let Some(func) = method.func.get() else {
                absent.insert(module.str(method.name));
                continue;
            };
            let mut params = types.params(module.funcs[func].sig);
            let Some(receiver) = params.next() else { continue };
            if let Some(&group) = by_shape.get(&(module.str(method.name), shape(&mut params))) {
                let funcs = &mut this.groups[group as usize].funcs;
                if !funcs.iter().any(|f| f.0 == func) {
                    funcs.push((func, leaves.count(types, receiver)));
                }
            }
        }
        // Of a method without a function nothing is known.
        for ((name, _), &group) in &by_shape {
            if absent.contains(name) {
                this.groups[group as usize].kept.fill(true);
            }
        }
        this
    }

    /// The methods that a call of a method of an interface with so many leaves of arguments may call.
    pub(super) fn group(&self, method: InterfaceMethod, args: usize) -> Option<u32> {
        let group = *self.by_method.get(&(method.name, method.sig))?;
        (self.groups[group as usize].kept.len() == args + 1).then_some(group)
    }

    /// What the methods of a group keep, as far as is known.
    pub(super) fn kept(&self, group: u32) -> &Kept {
        &self.groups[group as usize].kept
    }

    /// Takes in what summaries say; of which groups more is true now.
    pub(super) fn refine(&mut self, summaries: &Summaries) -> Vec<bool> {
        let mut changed = vec![false; self.groups.len()];
        // What calls left open keep is looked up among the same bits.
        loop {
            let mut again = false;
            for (n, changed) in changed.iter_mut().enumerate() {
                let mut kept = self.groups[n].kept.clone();
                for &(func, receiver) in &self.groups[n].funcs {
                    match &summaries[func.index()] {
                        Some(summary) => self.keeps(summary, receiver, &mut kept),
                        None => kept.fill(true),
                    }
                }
                if kept != self.groups[n].kept {
                    self.groups[n].kept = kept;
                    (*changed, again) = (true, true);
                }
            }
            if !again {
                return changed;
            }
        }
    }

    /// Adds what a method keeps whose receiver has so many leaves.
    fn keeps(&self, summary: &Summary, receiver: usize, kept: &mut Kept) {
        let mut mark = |n: u32| {
            let mut n = n;
            loop {
                match summary.placeholders[n as usize].0 {
                    Root::In(parent, _) => n = parent,
                    Root::Input(leaf) => {
                        let at = (leaf as usize + 1).saturating_sub(receiver);
                        return if at < kept.len() { kept[at] = true } else { kept.fill(true) };
                    }
                    // Unknown to whoever asks.
                    Root::Result(..) => return,
                }
            }
        };
        let of = |r: Ref, mark: &mut dyn FnMut(u32)| {
            if let Ref::In(n, _) = r {
                mark(n);
            }
        };
        summary.escapes.iter().for_each(|&(n, _)| mark(n));
        summary.results.iter().for_each(|&(_, r)| of(r, &mut mark));
        for &(n, _, r) in &summary.stores {
            mark(n);
            of(r, &mut mark);
        }
        for call in &summary.calls {
            let group = match call.target {
                Target::Method(method) => self.group(method, call.args.len()),
                Target::Indirect => None,
            };
            let told = group.map(|group| self.kept(group));
            let keeps = |n: usize| told.is_none_or(|kept| kept[n]);
            if keeps(0) {
                of(call.callee, &mut mark);
            }
            for (n, refs) in call.args.iter().enumerate().filter(|&(n, _)| keeps(n + 1)) {
                debug_assert!(n < call.args.len());
                refs.iter().for_each(|&r| of(r, &mut mark));
            }
        }
    }
}
