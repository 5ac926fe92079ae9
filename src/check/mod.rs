//! The verdict checker: whether answers follow from the rules of their model, whoever found them and however.
//!
//! A wrong "stack" is a dangling pointer in somebody's program, and solvers are made fast by cleverness. So a model can be asked
//! for a *certificate*: with how many dereferences each cell flows to each *level* its verdicts depend on. Whether these
//! distances are closed under the rules is seen in one pass, in time linear in module and certificate, and any closed set of
//! distances is sound, however it came about; that it is the least one is not asked. The checker shares nothing with the
//! solvers but `ir` and `fact`: it reads each opcode by itself (`read`, `calls`), has its own loops (`loops`), its own limits
//! (`place`). A flow missing from the opcode table, a walk that stopped early, a summary too kind are all noticed here.
//!
//! # Definition
//!
//! *Cells* are parameters, results, variables and allocations, free variables, values with several sources. A *flow*
//! `d <- s, w` of weight `w >= -1` says that what `s` yields after `w` dereferences is held by `d`; -1 is its address. The
//! distance `m(c)` of a cell to a level is -1, 0, 1 … or infinite. The rules, for every part `p` of the partition:
//!
//! - (P) Each function with a body is in one part; so are all makers of closures with bindings over a function, with it.
//! - (F) `m(s) <= max(m(d), 0) + w` for every level and flow `d <- s, w` between cells of `p`.
//! - (R) `m <= 0` at the roots of a level: of `Heap`, the heap and every cell whose storage lives as long as the program; of
//!   `Mutator` and `Callee`, themselves; of `Result(f, n)`, that result; of `Results`, every result of every function that is
//!   not nested; of `Loop(f, k)`, what `f` declares at a depth below `k`; of `Around(f)`, every cell of `f`.
//! - (E) A cell with `m = -1` has a verdict of extent `Program`, if the level outlives it: `Heap` and `Results` outlive all,
//!   `Loop(f, k)` what `f` makes at depth `k` and deeper, `Around(f)` cells of functions nested in `f`, `Result(f, n)` all but
//!   the cells of functions around `f`, these too unless all callers of `f` are seen: no record of `f` has `m <= 0` to `Heap`
//!   or `Callee`, and no other part calls `f` or binds it as a method.
//! - (X) In a function whose depths come from the control-flow graph, what a value made in a loop yields where it is used
//!   outside of it is held at the depth of the innermost loop around both, and so is the address of a variable that is still
//!   in use when it is made again. A parameter of the head of a loop is held outside that loop.
//! - (S) An entry of the summary of parameter `i` of `f` is at most `max(m, 0) + 1`: `heap` for `Heap`, for `Around`, for
//!   `Results` of other functions and for `Result` of others that outlive it; `result n` for `Result(f, n)`, n < 5, else `heap`;
//!   `mutated`, `called` for `Mutator`, `Callee`. An entry for the heap stands for all dearer ones. Calls across parts flow as
//!   the summary says that is given out.
//! - (B) Bits `mutated` and `called` are set where `Heap` or the `Mutator`, the `Callee`, is at `m <= 0`.
//! - (L) Extent, placement, bound and allocations are what the profile's limits, the kind of the site and, in `textbook`, its
//!   rules admit; a site too large, too aligned, of zero-size elements, or a channel is of extent `Program`.
//! - (V) Exactly the sites that are made have verdicts, exactly the parameters that hold pointers have summaries.
//!
//! A level may be left out where it has roots but no flow into them, or where nothing depends on it.
//!
//! # Why closed distances are sound
//!
//! Say that a cell *covers* an object, or a value in a register, when the object was made by the cell's site or the value read
//! there. By induction over an execution: whenever a live object or value covered by `d` holds a pointer to an object covered by
//! `s` there is a chain of flows from `s` to `d` along which the weights, clamped at 0 after each step, come to -1, or `s` is
//! covered by `Heap` at -1. A step copies a pointer, takes an address, loads, stores, calls or returns.
//!
//! - *Copy, address.* A flow of weight 0 or -1. Clamping at 0 loses nothing: `r <- &l`, `l <- x` make the address of `l` reach
//!   `r`; what `l` holds is found through `l`, at its own distance 0, since to get at it one must load.
//! - *Load.* Through an address that is a place: what the cell holds, weight 0. Through any other pointer at `(c, w)`: `(c, w + 1)`.
//!   What a map, a channel or a panic yields was sent to the heap when it was put there, and points to nothing else.
//! - *Store.* To a place: a flow into the cell. Through any other pointer the target may be anything, so the value goes to the
//!   heap. A cell that holds it and is read through the same pointer reads something of extent `Program`: nothing to follow.
//! - *Calls.* In the part arguments flow into parameters and results back. Across parts (S) bounds every chain that leaves a
//!   parameter, by induction over the call. An unknown callee is given nothing but what is in the heap, and returns as much. A
//!   method value's later call is unknown. Operands of `go` and of calls deferred in loops wait in the heap; a call deferred
//!   once runs in the frame it is deferred in, recovered panics and all, for a recover block is code of the same frame.
//! - *Closures.* A record holds addresses of variables, or their values where the language copies them (`by_value`: nobody
//!   assigns to them or takes their address again). A function with one maker reads its maker's cells, so stores to captured
//!   variables are flows between functions, and (E) for `Around` forbids that an inner frame's storage is put into an outer's
//!   variable. With several makers free variables are cells fed by all. Results of a closure come back to frames inside the
//!   frames around it as long as every call is seen, hence the exception in (E).
//! - *Variables merged* over iterations are one cell, which is held outside the loop and made inside it.
//!
//! Now let storage die while somebody may still get at it. At the end of its frame: who holds its address is the heap or a
//! cell in it, a result, a cell of a function around, or a cell of a frame called from there, which is gone; all but the last
//! are levels that (E) forbids. At the end of an iteration: then a holder of the same frame declared outside, or, by (X), one
//! that control carries there. In the heap nothing points to a frame, since every cell there is a root of `Heap`.
//!
//! Summaries may be used in circles: the rules of all parts together are one system of inequalities, and any solution of it
//! is sound by the induction above.
//!
//! # What is trusted
//!
//! The verifier, the profile's numbers, and attributes, which are the front end's word: depths where it says `syntactic_depth`,
//! `by_value`, `self_assign`, `in_wrapper`, `defer_heap`, `results_unused`, `target` (the only function there can be, made by
//! this activation or one around it), promises of external functions. Integers keep nothing alive outside one expression.
//! Reasons and the bit for sharing are for people and are not checked beyond whether they speak of the heap.

use crate::entity::hash::FxHashMap;
use crate::entity::{FuncId, InstId, NONE, SiteId};
use crate::fact::{Certificate, Leaks, Summary, Verdict};
use crate::ir::{Body, Entity, Module, Opcode, attr};
use crate::profile::Profile;

mod calls;
mod cells;
mod exits;
mod levels;
mod loops;
mod place;
mod read;
mod rejection;

pub use rejection::{Rejection, Rule};

/// The rules that verdicts claim to follow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Model {
    /// Those of Go's compiler.
    Gc,
    /// Those of the textbook.
    Textbook,
}

/// What has been checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Checked {
    /// Verdicts.
    pub verdicts: usize,
    /// Summaries.
    pub summaries: usize,
    /// Flows between cells.
    pub flows: usize,
    /// Distances.
    pub distances: usize,
}

/// A flow from one cell of a part to another.
#[derive(Clone, Copy, Debug)]
struct Flow {
    dst: u32,
    src: u32,
    derefs: i32,
    /// Where it is read from, numbered in the module.
    inst: u32,
}

/// A value used outside a loop it is made in.
#[derive(Clone, Copy, Debug)]
struct Exit {
    /// Depth of the innermost loop around both places.
    depth: u16,
    flow: Flow,
}

/// Attributes of instructions.
mod bits {
    pub(super) const SELF_ASSIGN: u8 = 1;
    pub(super) const HEADER_DATA: u8 = 1 << 1;
    pub(super) const RESULTS_UNUSED: u8 = 1 << 2;
    pub(super) const UINTPTR_ESCAPES: u8 = 1 << 3;
    pub(super) const UINTPTR_KEEPALIVE: u8 = 1 << 4;
    pub(super) const ASSIGN_OP: u8 = 1 << 5;
    pub(super) const DEFER_HEAP: u8 = 1 << 6;
    pub(super) const TARGET: u8 = 1 << 7;
}

/// What is being checked, and what is known so far.
struct Check<'m> {
    module: &'m Module,
    model: Model,
    profile: &'m Profile,
    verdicts: &'m [Verdict],
    summaries: &'m [Summary],
    certificate: &'m Certificate,

    // Of the module.
    bits: Vec<u8>,
    site_depths: Vec<u16>,
    block_depths: Vec<u16>,
    in_wrapper: Vec<bool>,
    static_data: Vec<bool>,
    pinned: Vec<bool>,
    syntactic_depth: Vec<bool>,
    noescape: Vec<bool>,
    verdict_of: Vec<u32>,
    /// First of a function's parameters, results and free variables, in this order, in `slots` and `summary_of`.
    slot_base: Vec<u32>,
    summary_of: Vec<u32>,
    slots: Vec<u32>,
    site_cells: Vec<u32>,
    /// Of the part, by number in the module.
    value_cells: FxHashMap<u32, u32>,
    part_of: Vec<u32>,
    /// How many instructions bind free variables of a function.
    makers: Vec<u32>,
    /// Functions called or bound where no flow shows what becomes of their results.
    outside: Vec<bool>,
    /// Nested functions whose results were taken to be seen by callers in the part alone.
    trusted: Vec<FuncId>,
    bindings_at: Vec<u32>,
    exits_of: Vec<(u32, u32)>,
    met: usize,

    // Of the part.
    part: u32,
    cells: Vec<cells::Row>,
    flows: Vec<Flow>,
    bindings: Vec<read::Expr>,
    exits: Vec<Exit>,
    /// Further sites of cells that have several.
    twins: Vec<(u32, SiteId)>,
    found: levels::Found,

    // Of the function.
    syntactic: bool,
    has_loops: bool,
    loops: loops::Loops,
    depths: Vec<u16>,
    exprs: Vec<read::Expr>,
    merged: Vec<SiteId>,
    entered: Vec<bool>,
}

/// Checks the verdicts and summaries of a verified module against a certificate.
///
/// # Errors
/// The first rule that does not hold.
pub fn check(
    module: &Module,
    model: Model,
    profile: &Profile,
    verdicts: &[Verdict],
    summaries: &[Summary],
    certificate: &Certificate,
) -> Result<Checked, Rejection> {
    let mut check = Check::new(module, model, profile, verdicts, summaries, certificate);
    check.tables()?;
    check.partition()?;
    let mut flows = 0;
    for (n, part) in certificate.parts.iter().enumerate() {
        check.part = n as u32;
        check.name_cells(part)?;
        check.flows.clear();
        check.bindings.clear();
        check.exits.clear();
        check.twins.clear();
        for &func in &certificate.funcs[part.funcs.start as usize..part.funcs.end as usize] {
            let from = check.exits.len() as u32;
            check.read(&module.body(func))?;
            check.exits_of[func.index()] = (from, check.exits.len() as u32);
        }
        flows += check.flows.len();
        check.check_levels(part)?;
    }
    check.finish()?;
    Ok(Checked { verdicts: verdicts.len(), summaries: summaries.len(), flows, distances: certificate.distances.len() })
}

impl<'m> Check<'m> {
    fn new(
        module: &'m Module,
        model: Model,
        profile: &'m Profile,
        verdicts: &'m [Verdict],
        summaries: &'m [Summary],
        certificate: &'m Certificate,
    ) -> Self {
        let (funcs, sites) = (module.funcs.len(), module.sites.len());
        Self {
            module,
            model,
            profile,
            verdicts,
            summaries,
            certificate,
            bits: vec![0; module.num_insts()],
            site_depths: vec![0; sites],
            block_depths: vec![0; module.num_blocks()],
            in_wrapper: vec![false; sites],
            static_data: vec![false; sites],
            pinned: vec![false; sites],
            syntactic_depth: vec![false; funcs],
            noescape: vec![false; funcs],
            verdict_of: vec![NONE; sites],
            slot_base: Vec::with_capacity(funcs),
            summary_of: Vec::new(),
            slots: Vec::new(),
            site_cells: vec![NONE; sites],
            value_cells: FxHashMap::default(),
            part_of: vec![NONE; funcs],
            makers: vec![0; funcs],
            outside: vec![false; funcs],
            trusted: Vec::new(),
            bindings_at: vec![NONE; funcs],
            exits_of: vec![(0, 0); funcs],
            met: 0,
            part: 0,
            cells: Vec::new(),
            flows: Vec::new(),
            bindings: Vec::new(),
            exits: Vec::new(),
            twins: Vec::new(),
            found: levels::Found::default(),
            syntactic: false,
            has_loops: false,
            loops: loops::Loops::default(),
            depths: Vec::new(),
            exprs: Vec::new(),
            merged: Vec::new(),
            entered: Vec::new(),
        }
    }

    /// Attributes, verdicts and summaries by what they are about.
    fn tables(&mut self) -> Result<(), Rejection> {
        let module = self.module;
        for row in module.attrs.rows() {
            let id = row.id as usize;
            let depth = row.value.clamp(1, u32::from(u16::MAX)) as u16;
            match (Entity::from_number(row.entity), row.key) {
                (Some(Entity::Inst), key) if id < self.bits.len() => {
                    self.bits[id] |= match key {
                        attr::SELF_ASSIGN => bits::SELF_ASSIGN,
                        attr::HEADER_DATA => bits::HEADER_DATA,
                        attr::RESULTS_UNUSED => bits::RESULTS_UNUSED,
                        attr::UINTPTR_ESCAPES => bits::UINTPTR_ESCAPES,
                        attr::UINTPTR_KEEPALIVE => bits::UINTPTR_KEEPALIVE,
                        attr::ASSIGN_OP => bits::ASSIGN_OP,
                        attr::DEFER_HEAP => bits::DEFER_HEAP,
                        attr::TARGET => bits::TARGET,
                        _ => 0,
                    };
                }
                (Some(Entity::Site), attr::DEPTH) if id < self.site_depths.len() => self.site_depths[id] = depth,
                (Some(Entity::Site), attr::IN_WRAPPER) if id < self.in_wrapper.len() => self.in_wrapper[id] = true,
                (Some(Entity::Site), attr::PINNED) if id < self.pinned.len() => self.pinned[id] = true,
                (Some(Entity::Site), attr::STATIC_DATA) if id < self.static_data.len() => self.static_data[id] = true,
                (Some(Entity::Block), attr::DEPTH) if id < self.block_depths.len() => self.block_depths[id] = depth,
                (Some(Entity::Func), attr::SYNTACTIC_DEPTH) if id < self.syntactic_depth.len() => {
                    self.syntactic_depth[id] = true;
                }
                (Some(Entity::Func), attr::NOESCAPE) if id < self.noescape.len() => self.noescape[id] = true,
                _ => {}
            }
        }
        for (n, v) in (0..).zip(self.verdicts) {
            let Some(site) = module.sites.get(v.site) else {
                return Err(self.malformed("a verdict on a site that does not exist"));
            };
            let own = (v.func, v.pos, v.kind, v.context) == (site.func, site.pos, site.kind, 0);
            if !own || std::mem::replace(&mut self.verdict_of[v.site.index()], n) != NONE {
                return Err(self.at_site(Rule::Complete, v.site, "two verdicts, or one that is not about it".into()));
            }
        }
        let mut rows = (0..).zip(self.summaries);
        for (id, func) in module.funcs.iter_enumerated() {
            self.slot_base.push(self.summary_of.len() as u32);
            for (ty, n) in module.types.params(func.sig).zip(0..) {
                let row = if module.types.pointers(ty) {
                    let Some((row, _)) = rows.next().filter(|(_, s)| (s.func, s.param) == (id, n)) else {
                        let message = format!("no summary of parameter {n}");
                        return Err(self.reject(Rule::Complete, id, None, None, message));
                    };
                    row
                } else {
                    NONE
                };
                self.summary_of.push(row);
            }
            let more = module.types.results(func.sig).len() + func.free_len as usize;
            self.summary_of.resize(self.summary_of.len() + more, NONE);
        }
        if rows.next().is_some() {
            return Err(self.malformed("a summary of no parameter"));
        }
        self.slots = vec![NONE; self.summary_of.len()];
        Ok(())
    }

    /// Rule P, and what is known of functions without bodies.
    fn partition(&mut self) -> Result<(), Rejection> {
        let (module, certificate) = (self.module, self.certificate);
        let (mut funcs, mut cells, mut levels, mut distances) = (0, 0, 0, 0);
        for (n, part) in (0..).zip(&certificate.parts) {
            let runs = [
                (&part.funcs, &mut funcs, certificate.funcs.len()),
                (&part.cells, &mut cells, certificate.cells.len()),
                (&part.levels, &mut levels, certificate.levels.len()),
            ];
            for (run, at, len) in runs {
                if run.start != *at || run.end < run.start || run.end as usize > len {
                    return Err(self.malformed("its parts do not lie one after the other"));
                }
                *at = run.end;
            }
            for row in &certificate.levels[part.levels.start as usize..part.levels.end as usize] {
                let run = &row.distances;
                if run.start != distances || run.end < run.start || run.end as usize > certificate.distances.len() {
                    return Err(self.malformed("its levels do not lie one after the other"));
                }
                distances = run.end;
            }
            for func in &certificate.funcs[part.funcs.start as usize..part.funcs.end as usize] {
                match self.part_of.get_mut(func.index()) {
                    Some(slot) if *slot == NONE && !module.body(*func).blocks.is_empty() => *slot = n,
                    _ => return Err(self.malformed("a function without a body, or in two parts")),
                }
            }
        }
        for (id, func) in module.funcs.iter_enumerated() {
            let body = module.body(id);
            if body.blocks.is_empty() {
                for (ty, n) in module.types.params(func.sig).zip(0..).filter(|(ty, _)| module.types.pointers(*ty)) {
                    let _ = ty;
                    let word =
                        if func.is_external() && self.noescape[id.index()] { Leaks::NOESCAPE } else { Leaks::UNKNOWN };
                    let at = module.promises.binary_search_by_key(&(id.raw(), n), |p| p.key());
                    let word = at.map_or(word, |at| {
                        let [heap, mutated, called, results @ ..] = module.promises[at].flows;
                        Leaks { heap, mutated, called, results }
                    });
                    self.admits(&self.summary(id, n), word)?;
                }
            } else if self.part_of[id.index()] == NONE {
                return Err(self.reject(Rule::Partition, id, None, None, "it lies in no part".into()));
            }
            // Closures with bindings are made in the part of what they run, or refused where they are read.
            let part = certificate.parts.get(self.part_of[id.index()] as usize);
            if part.is_none_or(|part| part.funcs.len() == 1 && func.free_len == 0) {
                continue;
            }
            for inst in body.insts.iter().filter(|i| i.op == Opcode::MakeClosure && i.num_args > 0) {
                self.makers[body.imms(inst)[0] as usize] += 1;
            }
        }
        Ok(())
    }

    /// What can only be said at the end.
    fn finish(&self) -> Result<(), Rejection> {
        if let Some(&func) = self.trusted.iter().find(|f| self.outside[f.index()]) {
            let message = "its results are used where no flow shows it".into();
            return Err(self.reject(Rule::Partition, func, None, None, message));
        }
        if self.met != self.verdicts.len() {
            return Err(self.malformed("verdicts on sites that nothing makes"));
        }
        Ok(())
    }

    fn verdict(&self, site: SiteId) -> Result<&'m Verdict, Rejection> {
        match self.verdicts.get(self.verdict_of[site.index()] as usize) {
            Some(v) => Ok(v),
            None => Err(self.at_site(Rule::Complete, site, "no verdict".into())),
        }
    }

    fn summary(&self, func: FuncId, n: u32) -> Summary {
        self.summaries[self.summary_of[(self.slot_base[func.index()] + n) as usize] as usize]
    }

    /// The summary of a parameter; nothing if it holds no pointers.
    fn leaks(&self, func: FuncId, n: u32) -> Leaks {
        let row = self.summary_of.get((self.slot_base[func.index()] + n) as usize);
        row.and_then(|&row| self.summaries.get(row as usize)).map_or(Leaks::default(), |s| s.leaks)
    }

    fn name(&self, func: FuncId) -> &'m str {
        self.module.str(self.module.funcs[func].name)
    }

    /// The function an instruction of the module lies in.
    fn func_of(&self, inst: u32) -> FuncId {
        let holds = |f: FuncId| self.module.funcs[f].insts.range().contains(&(inst as usize));
        self.module.funcs.indices().find(|&f| holds(f)).unwrap_or(FuncId::from_raw(0))
    }

    fn malformed(&self, message: &str) -> Rejection {
        Rejection { rule: Rule::Form, func: None, inst: None, site: None, message: message.into() }
    }

    fn at_site(&self, rule: Rule, site: SiteId, message: String) -> Rejection {
        let row = &self.module.sites[site];
        let what = format!("{site} {} ({})", self.module.str(row.name), row.kind.name());
        let mut rejection = self.reject(rule, row.func, None, Some(site), format!("{what}: {message}"));
        if row.pos.raw() != 0 {
            rejection.message = format!("{}: {}", self.module.display_pos(row.pos), rejection.message);
        }
        rejection
    }

    fn reject(
        &self,
        rule: Rule,
        func: FuncId,
        inst: Option<InstId>,
        site: Option<SiteId>,
        message: String,
    ) -> Rejection {
        let body: Body<'_> = self.module.body(func);
        let place = match inst.map(|id| (id, &body.insts[id.index()])) {
            Some((id, inst)) if inst.pos.raw() != 0 => {
                format!("{}: {id} {}: ", self.module.display_pos(inst.pos), inst.op.row().name)
            }
            Some((id, inst)) => format!("{id} {}: ", inst.op.row().name),
            None => String::new(),
        };
        let message = format!("{} ({func}): {place}{message}", self.name(func));
        Rejection { rule, func: Some(func), inst, site, message }
    }

    fn describe(&self, cell: u32) -> String {
        let row = &self.cells[cell as usize];
        match (cell, &row.storage) {
            (read::HEAP, _) => "the heap".into(),
            (read::MUTATOR, _) => "the mutator".into(),
            (read::CALLEE, _) => "the callee".into(),
            (_, Some(storage)) => format!("{} {}", storage.site, self.module.str(self.module.sites[storage.site].name)),
            _ if row.param != NONE => format!("parameter {} of {}", row.param, self.name(FuncId::from_raw(row.func))),
            _ => format!("cell {} of {}", cell - 3, self.name(FuncId::from_raw(row.func))),
        }
    }

    fn describe_level(&self, level: crate::fact::Level) -> String {
        use crate::fact::Level as L;
        match level {
            L::Heap => "the heap".into(),
            L::Mutator => "the mutator".into(),
            L::Callee => "the callee".into(),
            L::Result(func, n) => format!("result {n} of {}", self.name(func)),
            L::Results(func) => format!("the results of {}", self.name(func)),
            L::Loop(func, depth) => format!("what {} has outside its loops of depth {depth}", self.name(func)),
            L::Around(func) => format!("what {} has around nested functions", self.name(func)),
        }
    }
}
