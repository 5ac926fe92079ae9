//! Variables made anew each iteration.
//!
//! A language that gives a loop variable fresh storage per iteration is lowered to several `var` instructions whose addresses
//! meet in a block parameter. They are one variable: as a holder of pointers it belongs outside the loop, since its value is
//! carried from iteration to iteration; as storage it lives in the loop. The client says so by marking all but one silent.

use super::graph::Role;
use super::lower::{Lower, Val};
use crate::entity::{NONE, Opt, SiteId, Value};
use crate::escape::faults::{Rule, wrong};
use crate::ir::{Body, Opcode, SiteKind, TypeKind, site};

impl Lower<'_> {
    /// Variables made anew each iteration: block parameters of pointer type into which only addresses of variables (and other
    /// such parameters) flow are one variable with them.
    pub(super) fn merge_variables(&mut self, body: &Body<'_>) {
        let candidate = |v: Value| self.module.types.kind(body.ty(v)) == TypeKind::Ptr;
        if !body.blocks.iter().skip(1).flat_map(|b| b.params()).any(candidate) {
            return;
        }
        // The defining `var` of each value, and which block parameters are still in the running.
        let mut site_of = vec![NONE; body.values.len()];
        let local = |site: u32| self.module.sites[SiteId::from_raw(site)].kind == SiteKind::Var;
        for inst in body.insts.iter().filter(|i| i.op == Opcode::Var && local(i.aux)) {
            site_of[inst.result().index()] = inst.aux;
        }
        let mut running: Vec<bool> = vec![false; body.values.len()];
        for param in body.blocks.iter().skip(1).flat_map(|b| b.params()) {
            running[param.index()] = candidate(param);
        }
        let flows: Vec<(Value, Value)> = body
            .blocks
            .iter()
            .filter_map(|b| body.terminator(b))
            .flat_map(|inst| body.targets(inst))
            .flat_map(|(block, args)| body.blocks[block.index()].params().zip(args.iter().map(|&w| Value::from_raw(w))))
            .filter(|(param, _)| candidate(*param))
            .collect();
        loop {
            let mut changed = false;
            for &(param, value) in &flows {
                let fine = site_of[value.index()] != NONE || running[value.index()];
                changed |= running[param.index()] && !fine;
                running[param.index()] &= fine;
            }
            if !changed {
                break;
            }
        }
        let mut class: Vec<u32> = (0..body.values.len() as u32).collect();
        fn find(class: &mut [u32], mut v: u32) -> u32 {
            while class[v as usize] != v {
                class[v as usize] = class[class[v as usize] as usize];
                v = class[v as usize];
            }
            v
        }
        let mut joined = vec![false; body.values.len()];
        for &(param, value) in flows.iter().filter(|(param, _)| running[param.index()]) {
            joined[value.index()] = true;
            let (a, b) = (find(&mut class, param.raw()), find(&mut class, value.raw()));
            class[a.max(b) as usize] = a.min(b);
        }
        // One of them is the variable; the client marks the others as continuing it. Without the mark they are variables that a
        // pointer may point to in turn, several of them alive at once.
        let loud = |site: u32| self.module.sites[SiteId::from_raw(site)].flags & site::SILENT == 0;
        let mut louds = vec![0_u32; body.values.len()];
        for (v, _) in site_of.iter().enumerate().filter(|&(v, &site)| joined[v] && site != NONE && loud(site)) {
            louds[find(&mut class, v as u32) as usize] += 1;
        }
        let mut loc_of = vec![NONE; body.values.len()];
        for (v, &site) in site_of.iter().enumerate().filter(|&(_, &site)| site != NONE) {
            if !joined[v] {
                continue;
            }
            let root = find(&mut class, v as u32) as usize;
            if louds[root] > 1 {
                continue;
            }
            let site = SiteId::from_raw(site);
            let depth = self.site_depth(site, self.block_of(body, Value::from_usize(v)));
            if loc_of[root] == NONE {
                loc_of[root] = self.graph.location(body.func, Opt::from(site), Role::Plain, depth);
            }
            let loc = &mut self.graph.locs[loc_of[root] as usize];
            loc.holder_depth = loc.holder_depth.min(depth);
            loc.storage_depth = if wrong(Rule::PerIteration) { loc.holder_depth } else { loc.storage_depth.max(depth) };
            self.meet(site, loc_of[root], None);
        }
        for v in (0..body.values.len()).filter(|&v| running[v]) {
            let root = find(&mut class, v as u32) as usize;
            if loc_of[root] != NONE {
                self.values[v] = Val::address_of(loc_of[root]);
            }
        }
    }

    fn block_of(&self, body: &Body<'_>, value: Value) -> usize {
        let inst = body.insts.iter().position(|i| i.num_results > 0 && i.first_result == value.raw()).unwrap_or(0);
        body.blocks.partition_point(|b| b.first_inst as usize <= inst).saturating_sub(1)
    }
}
