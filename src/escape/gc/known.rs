//! What is carried from component to component: summaries, and where the current one has its locations.
//!
//! Summaries are for all workers to read and for the one that has solved a function to write. A summary is a word of atomic
//! memory: reading it costs what reading memory costs, and it is complete or not there. That it *is* there when a caller asks
//! is up to the order of work (`callgraph::schedule`), which also carries the ordering; the words themselves need none.
//! Everything else belongs to one worker.

use super::graph::Loc;
use super::lower::Val;
use super::worker::USUAL;
use crate::entity::{FuncId, NONE, SiteId};
use crate::escape::side::{NOESCAPE, SideTables};
use crate::fact::Leaks;
use crate::ir::{Function, Module};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// The summaries of every parameter, by function and parameter: of functions analysed, of functions promised about, and of the
/// others what must be assumed.
#[derive(Debug)]
pub(crate) struct Summaries {
    /// Start of each function's parameters in `leaks`.
    first: Vec<u32>,
    /// Saturated to "unknown" until computed.
    leaks: Vec<AtomicU64>,
    /// Whether nothing is known of a parameter, for want of a body and of a promise; as `leaks`.
    unknown: Vec<bool>,
}

impl Summaries {
    pub(crate) fn new(module: &Module, side: &SideTables) -> Self {
        let params = |func: &Function| module.types.signature(func.sig).0;
        let count = module.funcs.iter().map(|func| params(func).len()).sum();
        let mut this = Self {
            first: Vec::with_capacity(module.funcs.len() + 1),
            leaks: Vec::with_capacity(count),
            unknown: Vec::with_capacity(count),
        };
        for (id, func) in module.funcs.iter_enumerated() {
            this.first.push(this.leaks.len() as u32);
            let leaks = if func.is_external() && side.func[id.index()] & NOESCAPE != 0 {
                Leaks::NOESCAPE
            } else {
                Leaks::UNKNOWN
            };
            let params = params(func);
            let leaks = params.iter().map(|&ty| if side.pointers[ty as usize] { leaks } else { Leaks::default() });
            this.leaks.extend(leaks.map(|leaks| AtomicU64::new(word(leaks))));
            this.unknown.resize(this.leaks.len(), func.is_external());
        }
        this.first.push(this.leaks.len() as u32);
        this.believe(module);
        this
    }

    /// Takes the promises for what the bodies would have shown.
    fn believe(&mut self, module: &Module) {
        for row in &module.promises {
            let ty = module.types.params(module.funcs[row.func].sig).nth(row.param as usize);
            if ty.is_some_and(|ty| module.types.pointers(ty)) {
                let at = self.of(row.func).start + row.param as usize;
                let [heap, mutated, called, results @ ..] = row.flows;
                self.set(at, Leaks { heap, mutated, called, results });
                self.unknown[at] = false;
            }
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.leaks.len()
    }

    /// The numbers of those of a function's parameters.
    #[inline]
    pub(crate) fn of(&self, func: FuncId) -> Range<usize> {
        self.first[func.index()] as usize..self.first[func.index() + 1] as usize
    }

    #[inline]
    pub(crate) fn get(&self, n: usize) -> Leaks {
        let [heap, mutated, called, results @ ..] = self.leaks[n].load(Ordering::Relaxed).to_ne_bytes();
        Leaks { heap, mutated, called, results }
    }

    #[inline]
    pub(crate) fn set(&self, n: usize, leaks: Leaks) {
        self.leaks[n].store(word(leaks), Ordering::Relaxed);
    }

    /// Whether nothing is known of a parameter.
    #[inline]
    pub(crate) fn is_unknown(&self, n: usize) -> bool {
        self.unknown[n]
    }
}

#[inline]
fn word(leaks: Leaks) -> u64 {
    let Leaks { heap, mutated, called, results: [a, b, c, d, e] } = leaks;
    u64::from_ne_bytes([heap, mutated, called, a, b, c, d, e])
}

/// Where the functions and sites of the current component have their locations.
#[derive(Debug)]
pub(crate) struct Known {
    /// First parameter location of each function of the current component.
    pub(crate) param_loc: Vec<Loc>,
    /// First result location of each function of the current component.
    pub(crate) result_loc: Vec<Loc>,
    /// Component each function was last met in, by the worker's own count.
    pub(crate) component: Vec<u32>,
    /// Location of each site of the current component.
    pub(crate) site_loc: Vec<Loc>,
    /// Whether the size of a slice or the value in a box is a constant, or a closure has no bindings; by site.
    pub(crate) fixed: Vec<bool>,
    /// The sites of the current component.
    pub(crate) met: Vec<SiteId>,
    /// First binding of a function's closure in `bindings`, if its maker has been seen.
    pub(crate) bindings_at: Vec<u32>,
    pub(crate) bindings: Vec<Val>,
}

impl Known {
    pub(crate) fn new(module: &Module) -> Self {
        let n = module.funcs.len();
        Self {
            param_loc: vec![NONE; n],
            result_loc: vec![NONE; n],
            component: vec![NONE; n],
            site_loc: vec![NONE; module.sites.len()],
            fixed: vec![false; module.sites.len()],
            met: Vec::with_capacity(USUAL),
            bindings_at: vec![NONE; n],
            bindings: Vec::new(),
        }
    }

    /// The location of a site, if it has one.
    pub(crate) fn loc_of(&self, site: SiteId) -> Option<Loc> {
        self.site_loc.get(site.index()).copied().filter(|&loc| loc != NONE)
    }
}
