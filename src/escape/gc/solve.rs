//! Who outlives whom: from the flow graph of a component to escaping locations and parameter summaries.
//!
//! A location must be on the heap if its address flows to something that outlives it. Go's compiler walks once from every
//! location; here one walk serves a whole class of roots with the same consequence:
//!
//! - *the heap*, and every location found to escape, which is as good as the heap;
//! - *results*: nobody knows what callers do with them. Results of all functions of the component walk together, keeping for
//!   each location the two cheapest roots of different functions (a parameter that reaches its own function's result is told
//!   apart from one that reaches another's). Results of closures whose every call is known do not outlive the variables of
//!   the functions around them and walk alone;
//! - *outer loops*: all locations of a function above a loop depth, for the storage made at that depth;
//! - *outer functions*: all locations of a function, for the storage of functions nested in it.
//!
//! A component of thousands of functions so costs a handful of walks. The verdicts and summaries are those of walking from
//! each location alone; a test compares the two on random graphs (`super::reference`).

use super::graph::{CALLEE, Declared, Graph, HEAP, Incoming, Loc, MUTATOR, Role};
use super::nearest;
use super::walk::{FAR, Walk};
use crate::control::Control;
use crate::entity::hash::{FxHashMap, FxHashSet};
use crate::entity::{FuncId, NONE};
use crate::escape::faults::{Rule, wrong};
use crate::fact::Leaks;
use crate::ir::Module;
use bumpalo::Bump;

/// Why a location escapes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cause {
    /// It does not.
    None,
    /// Its address reaches the heap, or something that escapes.
    Heap,
    /// Its address reaches a result.
    Result,
    /// Its address reaches something outside its loop.
    Loop,
    /// Its address reaches a variable of a function around its own.
    Inner,
}

/// What solving a component found, by location.
pub(crate) struct Solved<'b> {
    pub(crate) cause: &'b mut [Cause],
    /// For parameters: the summary.
    pub(crate) leaks: &'b mut [Leaks],
    /// Bit 0: may be written through a pointer; bit 1: a function value in it may be called unseen.
    pub(crate) bits: &'b mut [u8],
    /// The walk from the heap and all that escapes.
    pub(crate) heap: &'b mut Walk,
    /// Ways of the locations that escape for another reason than the heap: edges from the location outward. Kept on request.
    pub(crate) ways: Vec<(Loc, Vec<u32>)>,
    keep_ways: bool,
}

pub(crate) const WRITTEN: u8 = 1;
pub(crate) const CALLED: u8 = 2;

/// Memory that serves component after component.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    heap: Walk,
    walk: Walk,
}

/// Solves a component.
pub(crate) fn solve<'b>(
    module: &Module,
    graph: &Graph,
    bump: &'b Bump,
    scratch: &'b mut Scratch,
    keep_ways: bool,
    control: Control<'b>,
) -> Solved<'b> {
    let n = graph.locs.len();
    let incoming = graph.incoming(bump, control);
    let Scratch { heap, walk } = scratch;
    heap.start(n);
    walk.start(n);
    let solved = Solved {
        cause: bump.alloc_slice_fill_copy(n, Cause::None),
        leaks: bump.alloc_slice_fill_copy(n, Leaks::default()),
        bits: bump.alloc_slice_fill_copy(n, 0),
        heap,
        ways: Vec::new(),
        keep_ways,
    };
    let mut solver = Solver { module, graph, bump, incoming, solved, walk, lost: FxHashSet::default() };
    solver.run();
    solver.solved
}

struct Solver<'a, 'b> {
    module: &'a Module,
    graph: &'a Graph,
    bump: &'b Bump,
    incoming: Incoming<'b>,
    solved: Solved<'b>,
    walk: &'b mut Walk,
    /// Closures some of whose calls are not known.
    lost: FxHashSet<FuncId>,
}

impl<'b> Solver<'_, 'b> {
    fn run(&mut self) {
        let graph = self.graph;
        let alone = graph.funcs.len() == 1;
        self.solved.heap.root(HEAP);
        self.heap();
        if graph.edges.is_empty() {
            // Nothing flows anywhere.
            self.solved.bits[HEAP as usize] |= WRITTEN | CALLED;
            return;
        }
        if alone {
            self.own_results(&graph.funcs[0], true);
        } else {
            self.shared_results();
            for declared in &graph.funcs {
                if self.is_closure(declared.func) {
                    self.own_results(declared, true);
                }
            }
            self.inner_functions();
        }
        self.loops();
        self.heap();
        while self.has_closures() {
            let lost = self.lose_closures();
            if lost.is_empty() {
                break;
            }
            for declared in graph.funcs.iter().filter(|d| lost.contains(&d.func)) {
                self.own_results(declared, false);
            }
            self.heap();
        }
        if !alone {
            for declared in &graph.funcs {
                if !self.is_closure(declared.func) {
                    self.own_result_levels(declared);
                }
            }
        }
        self.summaries();
    }

    /// Walks on from everything that has come to escape.
    fn heap(&mut self) {
        if !self.solved.heap.is_pending() {
            return;
        }
        let cause = &mut *self.solved.cause;
        self.solved.heap.run(self.incoming, |_, _| true);
        for &loc in &self.solved.heap.touched {
            if self.solved.heap.derefs(loc) == -1 && cause[loc as usize] == Cause::None {
                cause[loc as usize] = Cause::Heap;
            }
        }
    }

    /// Marks what the last walk reached by address, as far as `outlives` says; it becomes a root of the walk from the heap.
    fn escape(&mut self, loc: Loc, cause: Cause) {
        if self.solved.cause[loc as usize] != Cause::None {
            return;
        }
        self.solved.cause[loc as usize] = cause;
        if !wrong(Rule::Content) {
            self.solved.heap.root(loc);
        }
        if self.solved.keep_ways {
            let mut way = Vec::new();
            let mut at = loc;
            while let Some(reach) = self.walk.of(at)
                && reach.via != NONE
                && way.len() <= self.graph.locs.len()
            {
                way.push(reach.via);
                at = self.graph.edges[reach.via as usize].dst;
            }
            self.solved.ways.push((loc, way));
        }
    }

    fn is_closure(&self, func: FuncId) -> bool {
        self.module.funcs[func].parent.is_some()
    }

    /// The position of each function of the component.
    fn positions(&self) -> FxHashMap<FuncId, usize> {
        self.graph.funcs.iter().enumerate().map(|(i, d)| (d.func, i)).collect()
    }

    /// Whether `outer` is strictly around `inner`.
    fn contains(&self, outer: FuncId, inner: FuncId) -> bool {
        let mut at = self.module.funcs[inner].parent.get();
        let mut steps = 0;
        while let Some(func) = at {
            if func == outer {
                return true;
            }
            steps += 1;
            if steps > self.module.funcs.len() {
                return false;
            }
            at = self.module.funcs[func].parent.get();
        }
        false
    }

    /// Walks from each result of one function.
    fn own_results(&mut self, declared: &Declared, calls_known: bool) {
        let func = declared.func;
        let exempt = calls_known && !self.graph.calls_unknown && self.is_closure(func);
        for (root, index) in declared.results.clone().zip(0_u32..) {
            if self.incoming.of(root).is_empty() {
                continue;
            }
            self.walk.restart();
            self.walk.root(root);
            self.walk.run(self.incoming, |_, _| true);
            for i in 0..self.walk.touched.len() {
                let loc = self.walk.touched[i];
                let (derefs, row) = (self.walk.derefs(loc), self.graph.locs[loc as usize]);
                let outlives = !(exempt && loc != root && row.func.raw() != NONE && self.contains(row.func, func));
                if !outlives {
                    continue;
                }
                if derefs == -1 && !wrong(Rule::Returned) {
                    self.escape(loc, Cause::Result);
                }
                if let Role::Param(_) = row.role {
                    let leaks = &mut self.solved.leaks[loc as usize];
                    let entry = match leaks.results.get_mut(index as usize + usize::from(wrong(Rule::ResultIndex))) {
                        Some(entry) if row.func == func => entry,
                        None if wrong(Rule::ManyResults) => continue,
                        _ => &mut leaks.heap,
                    };
                    Leaks::lower(entry, derefs.max(0) as u32);
                }
            }
        }
    }

    /// Walks from the results of all functions that are not closures at once, with two labels of different functions each.
    fn shared_results(&mut self) {
        let labels = nearest::results(self.module, self.graph, self.incoming, self.bump);
        for loc in 0..self.graph.locs.len() as Loc {
            let found = labels[loc as usize];
            let address = found.iter().find(|l| l.derefs == -1 && !wrong(Rule::Returned));
            if let Some(&label) = address
                && self.solved.cause[loc as usize] == Cause::None
            {
                self.solved.cause[loc as usize] = Cause::Result;
                self.solved.heap.root(loc);
                if self.solved.keep_ways {
                    let mut way = Vec::new();
                    let mut via = label.via;
                    while via != NONE && way.len() <= self.graph.locs.len() {
                        way.push(via);
                        let dst = self.graph.edges[via as usize].dst;
                        via = labels[dst as usize].iter().find(|l| l.func == label.func).map_or(NONE, |l| l.via);
                    }
                    self.solved.ways.push((loc, way));
                }
            }
            let row = self.graph.locs[loc as usize];
            if let Role::Param(_) = row.role
                && let Some(other) =
                    found.iter().filter(|l| l.derefs != FAR && l.func != row.func.raw()).min_by_key(|l| l.derefs)
            {
                Leaks::lower(&mut self.solved.leaks[loc as usize].heap, other.derefs.max(0) as u32);
            }
        }
    }

    /// For a function of a component of several: with how many dereferences its parameters reach its own results. Nothing to
    /// find where the heap is reached as cheaply; and no use in walking on through another function's result, since whatever
    /// lies behind it leaks to the heap as cheaply (`shared_results`).
    fn own_result_levels(&mut self, declared: &Declared) {
        let func = declared.func;
        let heap = |this: &Self, loc: Loc| match (this.solved.leaks[loc as usize].heap, this.solved.heap.derefs(loc)) {
            (0, FAR) => FAR,
            (0, d) => d.max(0),
            (leak, d) => (i32::from(leak) - 1).min(d.max(0)),
        };
        if !declared.params.clone().any(|loc| heap(self, loc) > 0) {
            return;
        }
        for (root, index) in declared.results.clone().zip(0_usize..) {
            if self.incoming.of(root).is_empty() {
                continue;
            }
            self.walk.restart();
            self.walk.root(root);
            let (graph, module) = (self.graph, self.module);
            self.walk.run(self.incoming, |loc, _| {
                let row = &graph.locs[loc as usize];
                !(matches!(row.role, Role::Result(_)) && row.func != func && module.funcs[row.func].parent.is_none())
            });
            for loc in declared.params.clone() {
                if let Some(reach) = self.walk.of(loc) {
                    let leaks = &mut self.solved.leaks[loc as usize];
                    let entry = leaks.results.get_mut(index).unwrap_or(&mut leaks.heap);
                    Leaks::lower(entry, reach.derefs.max(0) as u32);
                }
            }
        }
    }

    /// Storage made in a loop whose address reaches something declared outside it.
    fn loops(&mut self) {
        let mut levels: Vec<(FuncId, u16)> = self
            .graph
            .locs
            .iter()
            .enumerate()
            .filter(|&(loc, row)| row.storage_depth > 1 && row.site.is_some() && self.solved.cause[loc] == Cause::None)
            .map(|(_, row)| (row.func, row.storage_depth))
            .collect();
        levels.sort_unstable();
        levels.dedup();
        if levels.is_empty() {
            return;
        }
        let (starts, list) = self.graph.by_function(self.bump);
        let position = self.positions();
        for (func, depth) in levels {
            let at = position[&func];
            self.walk.restart();
            for &loc in &list[starts[at] as usize..starts[at + 1] as usize] {
                let off = u16::from(wrong(Rule::LoopDepth));
                if self.graph.locs[loc as usize].holder_depth + off < depth {
                    self.walk.root(loc);
                }
            }
            self.walk.run(self.incoming, |_, _| true);
            for i in 0..self.walk.touched.len() {
                let loc = self.walk.touched[i];
                let row = self.graph.locs[loc as usize];
                if row.func == func && row.storage_depth >= depth && self.walk.derefs(loc) == -1 {
                    self.escape(loc, Cause::Loop);
                }
            }
        }
    }

    /// Storage of a nested function whose address reaches a variable of a function around it; parameters of nested functions
    /// that do leak to the heap.
    fn inner_functions(&mut self) {
        let position = self.positions();
        let mut around = Vec::new();
        for declared in &self.graph.funcs {
            let parents = std::iter::successors(self.module.funcs[declared.func].parent.get(), |&f| {
                self.module.funcs[f].parent.get()
            });
            around.extend(parents.take(self.module.funcs.len()).filter_map(|f| position.get(&f).map(|&at| (at, f))));
        }
        around.sort_unstable();
        around.dedup();
        if around.is_empty() || wrong(Rule::Around) {
            return;
        }
        let (starts, list) = self.graph.by_function(self.bump);
        for (at, outer) in around {
            self.walk.restart();
            for &loc in &list[starts[at] as usize..starts[at + 1] as usize] {
                self.walk.root(loc);
            }
            self.walk.run(self.incoming, |_, _| true);
            for i in 0..self.walk.touched.len() {
                let loc = self.walk.touched[i];
                let row = self.graph.locs[loc as usize];
                if row.func.raw() == NONE || !self.contains(outer, row.func) {
                    continue;
                }
                let derefs = self.walk.derefs(loc);
                if derefs == -1 {
                    self.escape(loc, Cause::Inner);
                }
                if let Role::Param(_) = row.role {
                    Leaks::lower(&mut self.solved.leaks[loc as usize].heap, derefs.max(0) as u32);
                }
            }
        }
    }

    fn has_closures(&self) -> bool {
        if wrong(Rule::ClosureKnown) {
            return false;
        }
        self.graph.funcs.len() > 1 || self.is_closure(self.graph.funcs[0].func)
    }

    /// Closures that have come to be called by somebody unknown.
    fn lose_closures(&mut self) -> FxHashSet<FuncId> {
        self.walk.restart();
        self.walk.root(CALLEE);
        self.walk.run(self.incoming, |_, _| true);
        let mut lost = FxHashSet::default();
        for (loc, row) in self.graph.locs.iter().enumerate() {
            let Role::Closure(func) = row.role else { continue };
            let reach = self.walk.derefs(loc as Loc).min(self.solved.heap.derefs(loc as Loc));
            if reach <= 0 && self.lost.insert(func) {
                lost.insert(func);
            }
        }
        lost
    }

    /// The parts of summaries that do not depend on results, and the bits.
    fn summaries(&mut self) {
        for &loc in &self.solved.heap.touched {
            let derefs = self.solved.heap.derefs(loc);
            if let Role::Param(_) = self.graph.locs[loc as usize].role {
                Leaks::lower(&mut self.solved.leaks[loc as usize].heap, derefs.max(0) as u32);
            }
            if derefs <= 0 {
                self.solved.bits[loc as usize] |= WRITTEN | CALLED;
            }
        }
        for (root, bit) in [(MUTATOR, WRITTEN), (CALLEE, CALLED)] {
            if self.incoming.of(root).is_empty() {
                continue;
            }
            self.walk.restart();
            self.walk.root(root);
            self.walk.run(self.incoming, |_, _| true);
            for &loc in &self.walk.touched {
                let derefs = self.walk.derefs(loc);
                if derefs <= 0 {
                    self.solved.bits[loc as usize] |= bit;
                }
                if let Role::Param(_) = self.graph.locs[loc as usize].role {
                    let leaks = &mut self.solved.leaks[loc as usize];
                    let entry = if root == MUTATOR { &mut leaks.mutated } else { &mut leaks.called };
                    Leaks::lower(entry, derefs.max(0) as u32);
                }
            }
        }
        for leaks in self.graph.funcs.iter().flat_map(|d| d.params.clone()) {
            let leaks = &mut self.solved.leaks[leaks as usize];
            if wrong(Rule::Redundant) && leaks.heap != 0 {
                leaks.results.fill(0);
            }
            *leaks = leaks.optimized();
        }
    }
}
