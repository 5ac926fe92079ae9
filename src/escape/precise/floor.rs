//! The floor: what model `gc` says, which is never undercut.
//!
//! Model `gc` is sound as well, and takes linear time whatever it is given. It is asked first. Where it finds nothing on the heap there is
//! nothing to win, and a function that takes this model too long is what `gc` says it is.
//!
//! **Both at once.** Storage that either model proves to stay is placed on the stack. Each proof is about all that a program can do, so two are as
//! good as one as far as storage must live. The profile wants more: what is on the heap holds nothing that is on the stack. Let `G` be the
//! storage `gc` keeps and `P` what this model keeps. Whatever may hold storage of `G` while a program runs is in `G`, for `gc` lets
//! everything escape that gets into something on the heap, be it there for its size, and so is `P` closed; then the union of the two is.
//! What may hold what is a fact about the program, and no placement changes it. The same goes for loops: that nobody needs what the
//! last iteration made is said of each site by itself.
//!
//! Both trust the same attributes, and both follow integers made from pointers through the expression they are made in.

use super::external;
use crate::entity::FuncId;
use crate::escape::gc::Found;
use crate::fact::{Extent, Leaks, Reason, SiteFact, Summary as Row, flags};
use crate::ir::Module;

/// See the [module documentation](self).
#[derive(Debug)]
pub(super) struct Floor {
    pub(super) facts: Vec<Option<SiteFact>>,
    rows: Vec<Row>,
    /// The first row of each function.
    first: Vec<u32>,
    /// Functions with sites on the heap that may not have to be there.
    open: Vec<bool>,
    /// Functions that do nothing with what they are given and return no pointers.
    idle: Vec<bool>,
}

impl Floor {
    pub(super) fn new(module: &Module, found: Found) -> Self {
        let Found { facts, summaries: rows } = found;
        let funcs = module.funcs.len();
        let mut open = vec![false; funcs];
        for fact in facts.iter().flatten().filter(|fact| fact.extent == Extent::Program) {
            open[fact.func.index()] |= !matches!(
                fact.reason,
                Reason::TooLarge | Reason::TooAligned | Reason::ZeroSizeElement | Reason::RunTimeSize | Reason::Channel
            );
        }
        let types = &module.types;
        let pure = |func: FuncId| {
            let sig = module.funcs[func].sig;
            // Of calls whose results nobody uses it says nothing.
            let calls = || types.params(sig).any(|ty| external::may_call(types, ty, external::REACH));
            !types.results(sig).any(|ty| types.pointers(ty)) && module.free_vars(func).next().is_none() && !calls()
        };
        let mut idle: Vec<bool> = module.funcs.indices().map(pure).collect();
        let mut first = vec![0; funcs + 1];
        for row in &rows {
            idle[row.func.index()] &= row.leaks == Leaks::default();
            first[row.func.index() + 1] += 1;
        }
        for n in 0..funcs {
            first[n + 1] += first[n];
        }
        Self { facts, rows, first, open, idle }
    }

    /// Whether a function has sites on the heap that may not have to be there.
    pub(super) fn is_open(&self, func: FuncId) -> bool {
        self.open[func.index()]
    }

    /// Whether all that a function does with what it is given is read it, and it returns no pointers.
    pub(super) fn is_idle(&self, func: FuncId) -> bool {
        self.idle[func.index()]
    }

    /// What a function does with a parameter, so that it may be called as well.
    pub(super) fn uses(&self, func: FuncId, param: u32) -> Leaks {
        Leaks { called: 1, ..self.leaks(func, param) }
    }

    /// What a function does with a parameter. Calls whose results nobody uses are not counted.
    pub(super) fn leaks(&self, func: FuncId, param: u32) -> Leaks {
        let run = self.first[func.index()] as usize..self.first[func.index() + 1] as usize;
        self.rows[run].iter().find(|row| row.param == param).map_or(Leaks::UNKNOWN, |row| row.leaks)
    }

    /// The better of what both models say of a site, and whether that is what this model says. Who writes and calls is what `gc` knows.
    pub(super) fn better(&self, at: usize, precise: Option<SiteFact>) -> (Option<SiteFact>, bool) {
        let Some(gc) = self.facts[at] else { return (precise, precise.is_some()) };
        let Some(mut precise) = precise.filter(|precise| precise.extent <= gc.extent) else { return (Some(gc), false) };
        precise.flags &= gc.flags | !(flags::MUTATED | flags::CALLED);
        (Some(precise), true)
    }
}
