//! Variables made anew each iteration.
//!
//! A language that gives a loop variable fresh storage per iteration is lowered to several `var` instructions whose addresses
//! meet in a block parameter. They are one variable: as a holder of pointers it belongs outside the loop, since its value is
//! carried from iteration to iteration; as storage it lives in the loop. The client says so by marking all but one silent.

use crate::entity::{BlockId, NONE, SiteId, Value};
use crate::ir::{Body, Module, Opcode, SiteKind, TypeKind, site};

/// The variables of a body that are several `var` instructions: block parameters of pointer type into which only addresses of
/// variables (and other such parameters) flow are one variable with them.
#[derive(Debug)]
pub(super) struct Carried {
    /// The class of each value; values that are no such variable are alone in theirs.
    class: Vec<u32>,
    /// The site of each value that is the address of a variable.
    site_of: Vec<u32>,
    /// Block parameters that stand for the variable of their class.
    standing: Vec<bool>,
    joined: Vec<bool>,
    /// How many variables of a class are not silent, by class.
    louds: Vec<u32>,
}

impl Carried {
    /// Those of a body; `None` if it has no candidate.
    pub(super) fn of(module: &Module, body: &Body<'_>) -> Option<Self> {
        let candidate = |v: Value| module.types.kind(body.ty(v)) == TypeKind::Ptr;
        if !body.blocks.iter().skip(1).flat_map(|b| b.params()).any(candidate) {
            return None;
        }
        // The defining `var` of each value, and which block parameters are still in the running.
        let mut site_of = vec![NONE; body.values.len()];
        let local = |site: u32| module.sites[SiteId::from_raw(site)].kind == SiteKind::Var;
        for inst in body.insts.iter().filter(|i| i.op == Opcode::Var && local(i.aux)) {
            site_of[inst.result().index()] = inst.aux;
        }
        let mut standing: Vec<bool> = vec![false; body.values.len()];
        for param in body.blocks.iter().skip(1).flat_map(|b| b.params()) {
            standing[param.index()] = candidate(param);
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
                let fine = site_of[value.index()] != NONE || standing[value.index()];
                changed |= standing[param.index()] && !fine;
                standing[param.index()] &= fine;
            }
            if !changed {
                break;
            }
        }
        let mut class: Vec<u32> = (0..body.values.len() as u32).collect();
        let mut joined = vec![false; body.values.len()];
        for &(param, value) in flows.iter().filter(|(param, _)| standing[param.index()]) {
            joined[value.index()] = true;
            let (a, b) = (find(&mut class, param.raw()), find(&mut class, value.raw()));
            class[a.max(b) as usize] = a.min(b);
        }
        let mut louds = vec![0_u32; body.values.len()];
        for v in (0..body.values.len()).filter(|&v| joined[v] && site_of[v] != NONE) {
            if module.sites[SiteId::from_raw(site_of[v])].flags & site::SILENT == 0 {
                louds[find(&mut class, v as u32) as usize] += 1;
            }
        }
        Some(Self { class, site_of, standing, joined, louds })
    }

    /// Calls `make` for each variable of each class that is one variable, with the class and the block it is made in; then
    /// `stand` for each block parameter with its class. One of the variables is the variable and the client marks the others as
    /// continuing it: without the mark they are variables that a pointer may point to in turn, several of them alive at once.
    pub(super) fn each(
        mut self,
        body: &Body<'_>,
        mut make: impl FnMut(usize, SiteId, BlockId),
        mut stand: impl FnMut(usize, Value),
    ) {
        for v in (0..self.class.len()).filter(|&v| self.joined[v] && self.site_of[v] != NONE) {
            let root = find(&mut self.class, v as u32) as usize;
            if self.louds[root] <= 1 {
                make(root, SiteId::from_raw(self.site_of[v]), block_of(body, Value::from_usize(v)));
            }
        }
        for v in (0..self.class.len()).filter(|&v| self.standing[v]) {
            let root = find(&mut self.class, v as u32) as usize;
            if self.louds[root] <= 1 {
                stand(root, Value::from_usize(v));
            }
        }
    }
}

fn find(class: &mut [u32], mut v: u32) -> u32 {
    while class[v as usize] != v {
        class[v as usize] = class[class[v as usize] as usize];
        v = class[v as usize];
    }
    v
}

fn block_of(body: &Body<'_>, value: Value) -> BlockId {
    let inst = body.insts.iter().position(|i| i.num_results > 0 && i.first_result == value.raw()).unwrap_or(0);
    BlockId::from_usize(body.blocks.partition_point(|b| b.first_inst as usize <= inst).saturating_sub(1))
}
