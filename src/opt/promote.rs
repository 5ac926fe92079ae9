//! Storage goes where the verdicts say.
//!
//! *The problem.* Verdicts come as a table beside the module. Whoever generates code from the module, or runs it, wants them in it: at
//! the site that makes the storage.
//!
//! *The form.* A site's attribute `placement` is the number of its placement; where that is bounded, `bound` is the number of bytes, and
//! where it is a caller's frame, the number of calls up. A site without a verdict gets none and counts as heap. Placements there were
//! before go: a module has those of one analysis. [`placements`] reads them back; the reference interpreter obeys them.
//!
//! *What may still run.* Passes that only take away: a value that was a variable, an instruction nobody needs. What gives a pointer a new
//! holder, as capture by value does, would make the placements say something about another program.
//!
//! *Not done.* Storage is freed by nobody: the end points at which heap storage could be given back (`free`, which the IR has) are
//! found by an analysis of lifetimes that does not exist yet. Extents of single iterations are not written down: a site that executes
//! again in its frame has one slot in any case.

use crate::entity::SiteId;
use crate::fact::{Allocates, Extent, Placement, Reason, Verdict};
use crate::ir::{Attr, Attrs, Entity, Module, attr};

/// By the number of the attribute.
const PLACEMENTS: [Placement; attr::PLACEMENTS as usize] = [
    Placement::Static,
    Placement::Eliminated,
    Placement::Stack,
    Placement::Bounded,
    Placement::Caller,
    Placement::Heap,
];

/// The module with the verdicts on its sites written into it. Verdicts in a context other than 0 do not count.
#[must_use]
pub fn promote(module: &Module, verdicts: &[Verdict]) -> Module {
    let mut after = module.clone();
    let old = |row: &&Attr| (row.entity, row.key) != KEY && (row.entity, row.key) != (KEY.0, attr::BOUND);
    let mut rows: Vec<Attr> = module.attrs.rows().iter().filter(old).copied().collect();
    for verdict in verdicts.iter().filter(|verdict| verdict.context == 0) {
        let mut row = |key, value| rows.push(Attr { entity: KEY.0, key, id: verdict.site.raw(), value });
        row(attr::PLACEMENT, verdict.placement as u32);
        match verdict.placement {
            Placement::Bounded => row(attr::BOUND, verdict.bound),
            Placement::Caller => row(attr::BOUND, verdict.detail),
            _ => {}
        }
    }
    after.attrs = Attrs::new(rows);
    after
}

const KEY: (u16, u16) = (Entity::Site as u16, attr::PLACEMENT);

/// The placements written into a module, as verdicts that say nothing else; none if there are none.
#[must_use]
pub fn placements(module: &Module) -> Vec<Verdict> {
    let sites = 0..module.sites.len() as u32;
    let row = |row: &Attr| {
        let placement = *PLACEMENTS.get(row.value as usize)?;
        let site = SiteId::from_raw(row.id);
        let about = &module.sites[site];
        let bound = module.attrs.get(Entity::Site, attr::BOUND, row.id).unwrap_or(0);
        let (extent, detail, bound) = match placement {
            Placement::Caller => (Extent::Caller, bound, 0),
            Placement::Heap | Placement::Static => (Extent::Program, 0, 0),
            _ => (Extent::Activation, 0, bound),
        };
        let allocates = match placement {
            Placement::Heap => Allocates::Always,
            Placement::Bounded => Allocates::Maybe,
            _ => Allocates::Never,
        };
        Some(Verdict {
            site,
            context: 0,
            func: about.func,
            pos: about.pos,
            kind: about.kind,
            placement,
            extent,
            allocates,
            reason: Reason::Local,
            flags: 0,
            detail,
            bound,
        })
    };
    module.attrs.range(Entity::Site, attr::PLACEMENT, sites).iter().filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::PLACEMENTS;

    #[test]
    fn the_attribute_has_the_numbers_of_verdicts() {
        for (number, placement) in PLACEMENTS.iter().enumerate() {
            assert_eq!(*placement as usize, number);
        }
    }
}
