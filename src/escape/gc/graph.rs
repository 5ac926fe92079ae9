//! The flow graph of one component: locations, and edges weighted by dereferences.
//!
//! A *location* is anything that can hold a pointer: a variable, an allocation, a parameter, a result, an intermediate value
//! that has more than one source. An edge `dst ← src` of weight `w` says how `src` flows to `dst`: -1 its address, 0 its value,
//! 1 what it points to, and so on. Fields and elements are not told apart.
//!
//! Three pseudo-locations come first: the heap, which outlives everything; the mutator, to which pointers flow that are written
//! through; the callee, to which function values flow that are called where nobody follows their results.

use crate::control::Control;
use crate::entity::hash::FxHashMap;
use crate::entity::{FuncId, Opt, PosId, SiteId};
use crate::ir::opcode::Why;
use bumpalo::Bump;

/// A location's number in its component.
pub(crate) type Loc = u32;

pub(crate) const HEAP: Loc = 0;
pub(crate) const MUTATOR: Loc = 1;
pub(crate) const CALLEE: Loc = 2;

/// What a location stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    /// A pseudo-location, a variable, an allocation or an intermediate value.
    Plain,
    /// Parameter of this number.
    Param(u32),
    /// Result of this number.
    Result(u32),
    /// The record of a closure over this function.
    Closure(FuncId),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Location {
    pub(crate) func: FuncId,
    pub(crate) site: Opt<SiteId>,
    pub(crate) role: Role,
    /// Loop depth as a holder of pointers: what it holds lives at least until that loop ends.
    pub(crate) holder_depth: u16,
    /// Loop depth as storage: its address may not outlive that loop's iteration. Differs from the holder's only for variables
    /// made anew each iteration whose value is carried to the next.
    pub(crate) storage_depth: u16,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Edge {
    pub(crate) dst: Loc,
    pub(crate) src: Loc,
    pub(crate) derefs: i16,
    pub(crate) why: Why,
    pub(crate) pos: PosId,
}

/// The graph of a component while it is built. Reused from component to component.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    pub(crate) locs: Vec<Location>,
    pub(crate) edges: Vec<Edge>,
    /// The component's functions, in the order they were declared.
    pub(crate) funcs: Vec<Declared>,
    /// Results of calls are not wired to those of callees: no closure's caller is seen.
    pub(crate) calls_unknown: bool,
}

/// A function of the component: where its parameters and results have their locations.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    pub(crate) func: FuncId,
    pub(crate) params: std::ops::Range<Loc>,
    pub(crate) results: std::ops::Range<Loc>,
}

impl Graph {
    pub(crate) fn reset(&mut self) {
        self.locs.clear();
        self.edges.clear();
        self.funcs.clear();
        for _ in [HEAP, MUTATOR, CALLEE] {
            self.location(FuncId::from_raw(crate::entity::NONE), Opt::NONE, Role::Plain, 0);
        }
    }

    pub(crate) fn location(&mut self, func: FuncId, site: Opt<SiteId>, role: Role, depth: u16) -> Loc {
        self.locs.push(Location { func, site, role, holder_depth: depth, storage_depth: depth });
        self.locs.len() as Loc - 1
    }

    /// Gives the parameters and results of a function their locations.
    pub(crate) fn declare(&mut self, func: FuncId, params: u32, results: u32) -> &Declared {
        let start = self.locs.len() as Loc;
        for i in 0..params {
            self.location(func, Opt::NONE, Role::Param(i), 1);
        }
        for i in 0..results {
            self.location(func, Opt::NONE, Role::Result(i), 1);
        }
        let middle = start + params;
        self.funcs.push(Declared { func, params: start..middle, results: middle..middle + results });
        &self.funcs[self.funcs.len() - 1]
    }

    /// The locations of each function, in compressed form: starts by position in `funcs`, and the locations.
    pub(crate) fn by_function<'b>(&self, bump: &'b Bump) -> (&'b [u32], &'b [Loc]) {
        if self.funcs.len() == 1 {
            // All but the pseudo-locations.
            let list = bump.alloc_slice_fill_iter(CALLEE + 1..self.locs.len() as Loc);
            return (bump.alloc_slice_copy(&[0, list.len() as u32]), list);
        }
        let position: FxHashMap<FuncId, u32> = self.funcs.iter().zip(0..).map(|(d, i)| (d.func, i)).collect();
        let starts = bump.alloc_slice_fill_copy(self.funcs.len() + 1, 0_u32);
        let owner = |row: &Location| position.get(&row.func).copied();
        for p in self.locs.iter().filter_map(owner) {
            starts[p as usize + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let fill = bump.alloc_slice_copy(starts);
        let list = bump.alloc_slice_fill_copy(starts[self.funcs.len()] as usize, 0);
        for (loc, row) in self.locs.iter().enumerate() {
            if let Some(p) = owner(row) {
                list[fill[p as usize] as usize] = loc as Loc;
                fill[p as usize] += 1;
            }
        }
        (starts, list)
    }

    /// The incoming edges of each location, in compressed form. Order among the edges of a location is that of insertion.
    pub(crate) fn incoming<'b>(&self, bump: &'b Bump, control: Control<'b>) -> Incoming<'b> {
        let starts = bump.alloc_slice_fill_copy(self.locs.len() + 1, 0_u32);
        for edges in control.pieces(&self.edges) {
            edges.iter().for_each(|edge| starts[edge.dst as usize + 1] += 1);
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let fill = bump.alloc_slice_copy(starts);
        let list = bump.alloc_slice_fill_copy(self.edges.len(), In { src: 0, edge: 0, derefs: 0 });
        let mut id = 0;
        for edges in control.pieces(&self.edges) {
            for edge in edges {
                let slot = &mut fill[edge.dst as usize];
                list[*slot as usize] = In { src: edge.src, edge: id, derefs: i32::from(edge.derefs) };
                *slot += 1;
                id += 1;
            }
        }
        Incoming { starts, list, control }
    }
}

/// An incoming edge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct In {
    pub(crate) src: Loc,
    pub(crate) edge: u32,
    pub(crate) derefs: i32,
}

/// See [`Graph::incoming`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Incoming<'b> {
    starts: &'b [u32],
    list: &'b [In],
    /// Whoever follows the edges by the thousand looks here now and then.
    pub(crate) control: Control<'b>,
}

impl<'b> Incoming<'b> {
    pub(crate) fn of(&self, loc: Loc) -> &'b [In] {
        &self.list[self.starts[loc as usize] as usize..self.starts[loc as usize + 1] as usize]
    }
}
