//! The order of work: callees first, recursive components round after round, and in a closed world all of it again for what
//! rests on what methods do.
//!
//! Functions start from summaries that do nothing. Whenever the summary of a function changes, those that used it are taken
//! again. That need not end by itself, for a function that is looked at closely may say one thing and then another; so after some
//! rounds it is looked at less closely, at last so that there is little to say, and what was said stays said.

use super::graph::{COARSE, FINE, FLOOR, Grain, MEDIUM};
use super::lower::{Lower, Summaries};
use super::world::World;
use super::{Explainer, Found, analyze, external};
use crate::callgraph::Components;
use crate::entity::{FuncId, NONE};
use std::rc::Rc;

/// Times a function of a recursive component is taken before it is looked at less closely, and before only its inputs and what
/// is found in these are told apart.
const ROUNDS: u8 = 8;
const MOST_ROUNDS: u8 = 16;

/// How to look at what takes too long to look at so.
fn coarser(grain: Grain) -> Option<Grain> {
    match grain {
        FLOOR => None,
        COARSE => Some(FLOOR),
        _ => Some(COARSE),
    }
}

/// A module at work.
pub(super) struct Work<'a> {
    pub(super) lower: Lower<'a>,
    pub(super) summaries: Summaries,
    pub(super) found: Found,
    pub(super) explainer: Explainer,
    /// By function.
    grains: Vec<Grain>,
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
    pub(super) fn new(mut lower: Lower<'a>, closed: bool) -> Self {
        let module = lower.module;
        let funcs = module.funcs.len();
        let mut summaries: Summaries = vec![None; funcs];
        for func in module.funcs.indices().filter(|&f| module.body(f).blocks.is_empty()) {
            summaries[func.index()] = external::summary(module, &mut lower, func).map(Rc::new);
        }
        if closed {
            lower.world = Some(World::new(module, &mut lower.leaves));
        }
        let found = Found { facts: vec![None; module.sites.len()], summaries: Vec::new() };
        Self {
            summaries,
            found,
            explainer: Explainer::new(module),
            grains: vec![FINE; funcs],
            waiting: module.funcs.indices().map(|f| !module.body(f).blocks.is_empty()).collect(),
            users: vec![Vec::new(); funcs],
            asked: vec![Vec::new(); if closed { funcs } else { 0 }],
            member: vec![NONE; funcs],
            lower,
        }
    }

    pub(super) fn run(&mut self) {
        let module = self.lower.module;
        let components = Components::with_dispatch(module, self.lower.control);
        for funcs in components.iter() {
            let recursive = funcs.len() > 1;
            for &func in funcs.iter().filter(|&&f| self.waiting[f.index()]) {
                self.summaries[func.index()] = Some(Rc::default());
                self.grains[func.index()] = if recursive { MEDIUM } else { FINE };
            }
            self.component(funcs);
            self.lower.control.finished(funcs.iter().filter(|&&f| !module.body(f).blocks.is_empty()).count());
        }
        // What methods do is known now of methods as they were: until nothing about them changes.
        while self.ask_again() {
            components.iter().for_each(|funcs| self.component(funcs));
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
        match taken {
            ROUNDS => {
                self.grains[at] = coarser(self.grains[at]).filter(|_| self.grains[at].fields).unwrap_or(self.grains[at])
            }
            MOST_ROUNDS => self.grains[at] = FLOOR,
            _ => {}
        }
        let answer = loop {
            let (found, explainer) = (&mut self.found, &mut self.explainer);
            let answer = analyze(&mut self.lower, &body, self.grains[at], &self.summaries, found, explainer);
            match coarser(self.grains[at]) {
                Some(grain) if answer.is_none() => self.grains[at] = grain,
                _ => break answer,
            }
        };
        let summary = match (answer, self.summaries[at].as_deref()) {
            // What is said of it only grows from here on, so it settles.
            (Some(mut new), Some(old)) if taken > MOST_ROUNDS => {
                new.join(old);
                Some(new)
            }
            (_, None) if taken > MOST_ROUNDS => None,
            (new, _) => new,
        };
        for callee in std::mem::take(&mut self.lower.used) {
            let users = &mut self.users[callee.index()];
            if !users.contains(&func) {
                users.push(func);
            }
        }
        if let Some(asked) = self.asked.get_mut(at) {
            *asked = std::mem::take(&mut self.lower.asked);
        }
        let changed = self.summaries[at].as_deref() != summary.as_ref();
        if changed {
            self.summaries[at] = summary.map(Rc::new);
        }
        changed
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
