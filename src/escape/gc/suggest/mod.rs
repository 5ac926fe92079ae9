//! Suggestions: what to change so that a site is no longer on the heap, shown by analysing again.
//!
//! *The problem.* A path explains a verdict, but there may be several, and cutting one of them changes nothing. What is wanted
//! are the flows that *every* path takes, among them those a programmer can do something about, and the certainty that the
//! verdict then is another.
//!
//! *The way.* A flow on all paths is on any one of them, so the flows of one path are the candidates ([`paths`]), through the
//! callees that keep the site as well. [`rules`] know for some how the program might do without, or with the value in place of
//! its address. Each is tried: the module is analysed again with the flow as it would be ([`retry`]), as far as anything could
//! change. What does not take the site off the heap, or puts another there, is dropped. If no single change helps, paths are cut
//! one after the other until there is none, and what turns out not to be needed is left out again.
//!
//! *Deliberately not done.* No editing of the module: a rule says what becomes of a flow, not how the instructions would look.
//! Whether the program means the same afterwards is for its author to know.

mod origin;
mod paths;
mod retry;
mod rules;

use super::explain::Explainer;
use crate::entity::SiteId;
use crate::fact::{Change, Edit, Extent, SiteFact};
use crate::ir::Module;
pub(super) use origin::{Origins, Traced};
use paths::Candidate;
use retry::{Alteration, Outcome};

/// Most changes of one suggestion.
const MOST_CHANGES: usize = 4;
/// Most suggestions for a site.
const MOST: usize = 8;
/// Most instructions of functions that are looked at for what a change means to other sites.
const OTHERS: usize = 400_000;

/// Changes that help.
#[derive(Debug)]
pub(crate) struct Remedy {
    pub(crate) changes: Vec<Change>,
    pub(crate) fact: SiteFact,
    /// Sites that are freed, the site itself among them.
    pub(crate) freed: Vec<SiteId>,
    pub(crate) complete: bool,
}

impl Explainer {
    /// What to change so that a site is no longer on the heap, the best first. `is_heap` tells which sites are now.
    pub(crate) fn suggest(&mut self, module: &Module, is_heap: &dyn Fn(SiteId) -> bool, site: SiteId) -> Vec<Remedy> {
        if module.sites.get(site).is_none() || !is_heap(site) {
            return Vec::new();
        }
        let candidates = self.candidates(module, site, &[]);
        let mut found: Vec<(usize, Remedy)> = Vec::new();
        let mut helped: Vec<(u32, u32)> = Vec::new();
        for candidate in &candidates {
            // What to try first for a flow comes first; the rest is for when that is not enough.
            let flow = candidate.alteration.flow();
            if helped.contains(&flow) {
                continue;
            }
            if let Some(outcome) = self.helps(module, is_heap, site, &[candidate.alteration]) {
                helped.push(flow);
                found.push((candidate.depth, remedy(vec![candidate.change], outcome)));
            }
        }
        if found.is_empty() {
            found.extend(self.several(module, is_heap, site, candidates).map(|remedy| (0, remedy)));
        }
        // What a rule knows how to do comes first, then what is near; among equals the order of the path.
        found.sort_by_key(|(depth, r)| (r.changes.iter().any(|c| c.edit == Edit::Cut), *depth));
        found.truncate(MOST);
        found.into_iter().map(|(_, remedy)| remedy).collect()
    }

    /// What alterations come to, if they help.
    fn helps(
        &mut self,
        module: &Module,
        is_heap: &dyn Fn(SiteId) -> bool,
        site: SiteId,
        alterations: &[Alteration],
    ) -> Option<Outcome> {
        let outcome = self.retry(module, site, is_heap, alterations, OTHERS)?;
        (!outcome.worse && outcome.fact?.extent != Extent::Program).then_some(outcome)
    }

    /// Several changes in the site's own component, one for each path.
    fn several(
        &mut self,
        module: &Module,
        is_heap: &dyn Fn(SiteId) -> bool,
        site: SiteId,
        mut candidates: Vec<Candidate>,
    ) -> Option<Remedy> {
        let mut made: Vec<Candidate> = Vec::new();
        loop {
            // The end of the path, where a value leaves; what a rule knows how to do is better.
            let fresh =
                |c: &&Candidate| c.depth == 0 && made.iter().all(|m| m.alteration.flow() != c.alteration.flow());
            let own = || candidates.iter().rev().filter(fresh);
            let cut = *own().find(|c| c.change.edit != Edit::Cut).or_else(|| own().next())?;
            made.push(cut);
            let alterations: Vec<Alteration> = made.iter().map(|c| c.alteration).collect();
            if let Some(mut outcome) = self.helps(module, is_heap, site, &alterations) {
                let mut n = 0;
                while n < made.len() && made.len() > 1 {
                    let rest: Vec<Alteration> =
                        made.iter().enumerate().filter(|&(m, _)| m != n).map(|(_, c)| c.alteration).collect();
                    match self.helps(module, is_heap, site, &rest) {
                        Some(better) => {
                            made.remove(n);
                            outcome = better;
                        }
                        None => n += 1,
                    }
                }
                return Some(remedy(made.iter().map(|c| c.change).collect(), outcome));
            }
            if made.len() == MOST_CHANGES {
                return None;
            }
            candidates = self.candidates(module, site, &alterations);
        }
    }
}

fn remedy(changes: Vec<Change>, outcome: Outcome) -> Remedy {
    let Outcome { fact, freed, complete, .. } = outcome;
    let fact = fact.expect("only outcomes that say something of the site are kept");
    Remedy { changes, fact, freed, complete }
}
