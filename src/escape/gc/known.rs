//! What is carried from component to component: summaries, and where the current one has its locations.

use super::graph::Loc;
use super::lower::Val;
use crate::entity::{FuncId, NONE, SiteId};
use crate::escape::side::{NOESCAPE, SideTables};
use crate::fact::Leaks;
use crate::ir::Module;

/// What is known of every function already analysed, and where those of the current component have their locations.
#[derive(Debug)]
pub(crate) struct Known {
    /// Start of each function's parameters in `leaks`.
    pub(crate) first_param: Vec<u32>,
    /// Summaries, saturated to "unknown" until computed.
    pub(crate) leaks: Vec<Leaks>,
    /// Whether nothing is known of a parameter, for want of a body and of a promise; as `leaks`.
    pub(crate) unknown: Vec<bool>,
    /// First parameter location of each function of the current component.
    pub(crate) param_loc: Vec<Loc>,
    /// First result location of each function of the current component.
    pub(crate) result_loc: Vec<Loc>,
    /// Component each function was last met in.
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
    pub(crate) fn new(module: &Module, side: &SideTables) -> Self {
        let n = module.funcs.len();
        let mut this = Self {
            first_param: Vec::with_capacity(n + 1),
            leaks: Vec::new(),
            unknown: Vec::new(),
            param_loc: vec![NONE; n],
            result_loc: vec![NONE; n],
            component: vec![NONE; n],
            site_loc: vec![NONE; module.sites.len()],
            fixed: vec![false; module.sites.len()],
            met: Vec::new(),
            bindings_at: vec![NONE; n],
            bindings: Vec::new(),
        };
        for (id, func) in module.funcs.iter_enumerated() {
            this.first_param.push(this.leaks.len() as u32);
            let leaks = if func.is_external() && side.func[id.index()] & NOESCAPE != 0 {
                Leaks::NOESCAPE
            } else {
                Leaks::UNKNOWN
            };
            for ty in module.types.params(func.sig) {
                this.leaks.push(if module.types.pointers(ty) { leaks } else { Leaks::default() });
                this.unknown.push(func.is_external());
            }
        }
        this.first_param.push(this.leaks.len() as u32);
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
                self.leaks[at] = Leaks { heap, mutated, called, results };
                self.unknown[at] = false;
            }
        }
    }

    /// The summaries of a function's parameters.
    pub(crate) fn of(&self, func: FuncId) -> std::ops::Range<usize> {
        self.first_param[func.index()] as usize..self.first_param[func.index() + 1] as usize
    }
}
