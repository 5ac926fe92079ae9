//! The order of work: callees first, recursive components round after round, and in a closed world all of it again for what
//! rests on what methods do.
//!
//! Only functions are taken in which there is something to win, where model `gc` has a site on the heap that is not too large in
//! itself, and whatever those refer to; but for what is known of them without looking, for they are given nothing that holds
//! pointers and return nothing.
//!
//! Functions start from summaries that do nothing. Whenever the summary of a function changes, those that used it are taken
//! again. That need not end by itself, for a function that is looked at closely may say one thing and then another. So after some
//! rounds a function is done with: its summary is that of model `gc`, which rests on nobody else's, and so are its facts. The same
//! happens to one that takes too many steps, or whose summary is too large.

use super::floor::Floor;
use super::lower::{Lower, Summaries};
use super::summary::Summary;
use super::world::World;
use super::{Explainer, analyze, external};
use crate::callgraph::{Components, References};
use crate::entity::{FuncId, NONE};
use crate::fact::SiteFact;
use std::rc::Rc;

/// Times a function of a recursive component is taken before it is done with.
const ROUNDS: u8 = 8;

/// A module at work.
pub(super) struct Work<'a> {
    pub(super) lower: Lower<'a>,
    pub(super) summaries: Summaries,
    pub(super) facts: Vec<Option<SiteFact>>,
    pub(super) explainer: Explainer,
    floor: &'a Floor,
    /// Functions of which is said what model `gc` says.
    done: Vec<bool>,
    /// Functions to take, by function.
    waiting: Vec<bool>,
    /// Who used the summary of each function.
    users: Vec<Vec<FuncId>>,
    /// Which groups of methods each function asked about; empty in an open world.
    asked: Vec<Vec<u32>>,
    /// Place of each function in the component at work.
    member: Vec<u32>,
}

impl<'a> Work<'a> {
    pub(super) fn new(mut lower: Lower<'a>, floor: &'a Floor, closed: bool) -> Self {
        let module = lower.module;
        let funcs = module.funcs.len();
        let mut summaries: Summaries = vec![None; funcs];
        for func in module.funcs.indices().filter(|&f| module.body(f).blocks.is_empty()) {
            summaries[func.index()] = external::summary(module, &mut lower, func).map(Rc::new);
        }
        if closed {
            lower.world = Some(World::new(module, &mut lower.leaves));
        }
        Self {
            summaries,
            facts: vec![None; module.sites.len()],
            explainer: Explainer::new(module),
            floor,
            done: vec![false; funcs],
            waiting: vec![false; funcs],
            users: vec![Vec::new(); funcs],
            asked: vec![Vec::new(); if closed { funcs } else { 0 }],
            member: vec![NONE; funcs],
            lower,
        }
    }

    pub(super) fn run(&mut self) {
        let module = self.lower.module;
        let (components, references) = Components::with_dispatch(module, self.lower.control);
        self.choose(&references);
        drop(references);
        for funcs in components.iter() {
            for &func in funcs.iter().filter(|&&f| self.waiting[f.index()]) {
                self.summaries[func.index()] = Some(Rc::default());
            }
            self.component(funcs);
            self.lower.control.finished(funcs.iter().filter(|&&f| !module.body(f).blocks.is_empty()).count());
        }
        // What methods do is known now of methods as they were: until nothing about them changes.
        while self.ask_again() {
            components.iter().for_each(|funcs| self.component(funcs));
        }
    }

    /// Lets wait the functions that are worth taking; the others do what is known of them without looking.
    fn choose(&mut self, references: &References) {
        let module = self.lower.module;
        // In a closed world all methods have a say.
        let mut found: Vec<u32> = module
            .funcs
            .indices()
            .filter(|&f| self.lower.world.is_some() || self.floor.is_open(f))
            .map(FuncId::raw)
            .collect();
        found.iter().for_each(|&f| self.waiting[f as usize] = true);
        while let Some(func) = found.pop() {
            for &callee in references.of_func(func) {
                let id = FuncId::from_raw(callee);
                if self.floor.is_idle(id) {
                    self.summaries[id.index()].get_or_insert_default();
                } else if !std::mem::replace(&mut self.waiting[id.index()], true) {
                    found.push(callee);
                }
            }
        }
        for func in module.funcs.indices() {
            self.waiting[func.index()] &= !module.body(func).blocks.is_empty();
        }
    }

    /// Takes the functions of a component that wait, until none does.
    fn component(&mut self, funcs: &[FuncId]) {
        let mut left = funcs.iter().filter(|f| self.waiting[f.index()]).count();
        let mut taken = vec![0_u8; if left > 0 { funcs.len() } else { 0 }];
        for (n, func) in (0..).zip(funcs) {
            self.member[func.index()] = n;
        }
        let mut next = 0;
        while left > 0 {
            // Round after round, so that most callees are done with changing when their callers are taken again.
            let n = next;
            next = if n + 1 == funcs.len() { 0 } else { n + 1 };
            let func = funcs[n];
            if !std::mem::take(&mut self.waiting[func.index()]) {
                continue;
            }
            left -= 1;
            self.lower.control.poll();
            if self.take(func, taken[n]) {
                for user in self.users[func.index()].clone() {
                    let here = funcs.get(self.member[user.index()] as usize) == Some(&user);
                    let waited = std::mem::replace(&mut self.waiting[user.index()], true);
                    left += usize::from(here && !waited);
                }
            }
            taken[n] = taken[n].saturating_add(1);
        }
    }

    /// Takes a function that was taken so often in this component; whether its summary changed.
    fn take(&mut self, func: FuncId, taken: u8) -> bool {
        let at = func.index();
        let body = self.lower.module.body(func);
        self.done[at] |= taken >= ROUNDS;
        let answer = if self.done[at] {
            None
        } else {
            analyze(&mut self.lower, &body, &self.summaries, &mut self.facts, &mut self.explainer)
        };
        self.done[at] |= answer.is_none();
        let answer = answer.or_else(|| self.done_with(func));
        for callee in std::mem::take(&mut self.lower.used) {
            let users = &mut self.users[callee.index()];
            if !users.contains(&func) {
                users.push(func);
            }
        }
        if let Some(asked) = self.asked.get_mut(at) {
            *asked = std::mem::take(&mut self.lower.asked);
        }
        let changed = self.summaries[at].as_deref() != answer.as_ref();
        if changed {
            self.summaries[at] = answer.map(Rc::new);
        }
        changed
    }

    /// What model `gc` says of a function is what is said of it.
    fn done_with(&mut self, func: FuncId) -> Option<Summary> {
        let module = self.lower.module;
        self.lower.used.clear();
        self.lower.asked.clear();
        let body = module.body(func);
        for inst in body.insts.iter() {
            if inst.op.makes() {
                self.facts[inst.aux as usize] = None;
            }
        }
        let floor = self.floor;
        // Of free variables it says nothing.
        let bound = module.free_vars(func).next().is_some();
        (!bound).then(|| external::of_leaks(module, &mut self.lower, func, |param| floor.uses(func, param)))
    }

    /// Lets wait whoever asked about methods of which more is true now, or waits already; whether there is anybody.
    fn ask_again(&mut self) -> bool {
        if let Some(world) = &mut self.lower.world {
            let changed = world.refine(&self.summaries);
            for (waiting, asked) in self.waiting.iter_mut().zip(&self.asked) {
                *waiting |= asked.iter().any(|&group| changed[group as usize]);
            }
        }
        self.lower.world.is_some() && self.waiting.contains(&true)
    }
}
