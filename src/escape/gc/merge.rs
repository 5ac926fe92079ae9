//! Variables made anew each iteration are one location: see [`Carried`].

use super::graph::Role;
use super::lower::{Lower, Val};
use crate::entity::{NONE, Opt};
use crate::escape::faults::{Rule, wrong};
use crate::escape::variables::Carried;
use crate::ir::Body;

impl Lower<'_> {
    pub(super) fn merge_variables(&mut self, body: &Body<'_>) {
        let Some(carried) = Carried::of(self.module, body) else { return };
        let mut loc_of = vec![NONE; body.values.len()];
        let mut standing = Vec::new();
        carried.each(
            body,
            |class, site, block| {
                let depth = self.site_depth(site, block.index());
                if loc_of[class] == NONE {
                    loc_of[class] = self.graph.location(body.func, Opt::from(site), Role::Plain, depth);
                }
                let loc = &mut self.graph.locs[loc_of[class] as usize];
                loc.holder_depth = loc.holder_depth.min(depth);
                loc.storage_depth =
                    if wrong(Rule::PerIteration) { loc.holder_depth } else { loc.storage_depth.max(depth) };
                self.meet(site, loc_of[class], None);
            },
            |class, param| standing.push((class, param)),
        );
        for (class, param) in standing {
            if loc_of[class] != NONE {
                self.values[param.index()] = Val::address_of(loc_of[class]);
            }
        }
    }
}
