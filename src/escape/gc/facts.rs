//! From a solved component to facts about sites.

use super::graph::{Graph, HEAP};
use super::known::Known;
use super::rules::Rules;
use super::solve::{CALLED, Cause, Solved, WRITTEN};
use crate::entity::{NONE, SiteId};
use crate::escape::side::{STATIC_DATA, SideTables};
use crate::fact::{Extent, Reason, SiteFact, flags};
use crate::ir::opcode::Why;
use crate::ir::{Module, SiteKind};

/// What the facts about a site are made from.
pub(crate) struct Judge<'a, 'b> {
    pub(crate) module: &'a Module,
    pub(crate) side: &'a SideTables,
    pub(crate) rules: &'a Rules,
    pub(crate) graph: &'a Graph,
    pub(crate) solved: &'a Solved<'b>,
}

impl Judge<'_, '_> {
    /// Why a location escapes, as a reason code.
    pub(crate) fn reason(&self, loc: u32) -> Reason {
        match self.solved.cause[loc as usize] {
            Cause::None => Reason::Local,
            Cause::Result => self.rules.reason(Why::Returned),
            Cause::Loop => Reason::OutlivesLoop,
            Cause::Inner => Reason::OutlivesInner,
            Cause::Heap => {
                let Some(reach) = self.solved.heap.of(loc).filter(|r| r.via != NONE) else { return Reason::Unknown };
                if self.graph.edges[reach.via as usize].why == Why::CapturedReference {
                    return Reason::CapturedEscaping;
                }
                if reach.root != HEAP {
                    return self.reason(reach.root);
                }
                self.rules.reason(self.graph.edges[reach.last as usize].why)
            }
        }
    }

    /// What is known of a site.
    // Asked for every site, in two places: without the hint it is a call that copies its answer.
    #[inline(always)]
    pub(crate) fn fact(&self, known: &Known, site: SiteId) -> SiteFact {
        let row = &self.module.sites[site];
        let func = row.func;
        let loc = known.site_loc[site.index()];
        let fixed = known.fixed[site.index()] || self.side.site[site.index()] & STATIC_DATA != 0;
        let program = |reason| SiteFact { site, func, extent: Extent::Program, detail: 0, reason, flags: 0, fixed };
        if row.kind == SiteKind::Chan {
            return SiteFact { flags: flags::SHARED, ..program(Reason::Channel) };
        }
        if loc == HEAP || loc == NONE {
            return program(if loc == HEAP { Reason::GrowsInPlace } else { Reason::Unknown });
        }
        let bits = self.solved.bits[loc as usize];
        let mut flags = 0;
        flags |= if bits & WRITTEN != 0 { flags::MUTATED } else { 0 };
        flags |= if bits & CALLED != 0 { flags::CALLED } else { 0 };
        if self.solved.cause[loc as usize] != Cause::None {
            let reason = self.reason(loc);
            flags |= if reason == Reason::GoStatement { flags::SHARED } else { 0 };
            return SiteFact { flags, ..program(reason) };
        }
        let depth = u32::from(self.graph.locs[loc as usize].storage_depth);
        let (extent, detail) = if depth > 1 { (Extent::Iteration, depth) } else { (Extent::Activation, 0) };
        SiteFact { extent, detail, flags, ..program(Reason::Local) }
    }
}
