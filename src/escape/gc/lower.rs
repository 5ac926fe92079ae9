//! From the constraint vocabulary to the flow graph.
//!
//! Bodies are in SSA form, so most values have one source and need no location of their own: a value is a location plus a
//! number of dereferences, worked out in one pass in block order. `x.f.g` is `x` plus zero, `*p` is `p` plus one, the address
//! of a variable is the variable minus one. Only values with several sources (block parameters, selects, appends) get a
//! location. That is exactly how Go's compiler threads an expression's dereferences from its consumer down to a variable,
//! without the recursion.
//!
//! An address is a *place* while it is a variable or an allocation itself, or a field or array element of one: a store to a
//! place is a flow to the location; a store through any other address is a flow to the heap, since nothing is known of what
//! it points to.

use super::graph::{Edge, Graph, HEAP, Loc, MUTATOR, Role};
use super::known::{Known, Summaries};
use super::rules::Rules;
use crate::callgraph::Components;
use crate::cfg::Cfg;
use crate::entity::{BlockId, FuncId, NONE, Opt, PosId, SiteId, Value};
use crate::escape::faults::{Rule, wrong};
use crate::escape::side::{SYNTACTIC_DEPTH, SideTables, bits};
use crate::escape::vocabulary::{At, Call, Constraints, Noted, Projection, Sink, Source};
use crate::ir::opcode::Why;
use crate::ir::{Body, Module, Opcode, SiteKind};
use crate::profile::Profile;

/// What a value is: a location and dereferences. Eight bytes, since every value has one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Val {
    pub(crate) loc: Loc,
    pub(crate) derefs: i16,
    bits: u16,
}

const _: () = assert!(size_of::<Val>() == 8);

/// The address of the location itself or of a part of it.
const PLACE: u16 = 1;
/// The address of a package-level variable or of a part of it.
const GLOBAL: u16 = 1 << 1;
/// An integer made from a pointer: followed through arithmetic and back to a pointer, and nowhere else.
const INTEGER: u16 = 1 << 2;
/// A constant.
const CONSTANT: u16 = 1 << 3;

impl Val {
    /// Holds no pointer that matters.
    pub(crate) const NOTHING: Self = Self { loc: NONE, derefs: 0, bits: 0 };

    /// The value a location holds.
    pub(crate) const fn of(loc: Loc) -> Self {
        Self { loc, derefs: 0, bits: 0 }
    }

    /// The address of a location.
    pub(super) const fn address_of(loc: Loc) -> Self {
        Self { loc, derefs: -1, bits: PLACE }
    }

    pub(super) fn is_nothing(self) -> bool {
        self.loc == NONE
    }

    pub(super) fn is_place(self) -> bool {
        self.bits & PLACE != 0
    }

    fn is_global(self) -> bool {
        self.bits & GLOBAL != 0
    }

    pub(super) fn is_integer(self) -> bool {
        self.bits & INTEGER != 0
    }

    fn is_constant(self) -> bool {
        self.bits & CONSTANT != 0
    }

    /// With so many dereferences more; no longer a place.
    pub(super) fn plus(self, derefs: i16) -> Self {
        Self { derefs: self.derefs.saturating_add(derefs), bits: self.bits & !(PLACE | GLOBAL), ..self }
    }

    fn as_integer(self, integer: bool) -> Self {
        Self { bits: self.bits & !INTEGER | if integer { INTEGER } else { 0 }, ..self }
    }
}

/// Lowers the bodies of one component.
pub(crate) struct Lower<'a> {
    pub(crate) module: &'a Module,
    pub(crate) side: &'a SideTables,
    pub(crate) profile: &'a Profile,
    pub(crate) rules: &'a Rules,
    pub(crate) summaries: &'a Summaries,
    pub(crate) known: &'a mut Known,
    pub(crate) graph: &'a mut Graph,
    pub(crate) makers: &'a Components,
    /// Number of the current component.
    pub(crate) component: u32,
    pub(crate) func: FuncId,
    pub(crate) values: &'a mut Vec<Val>,
    /// The last value that got a location because it has several sources.
    pub(crate) temporary: (Value, Loc),
    /// Function values and integers known in the current body, ascending by value.
    pub(crate) funcs: &'a mut Vec<(Value, FuncId)>,
    pub(crate) consts: &'a mut Vec<(Value, u64)>,
    pub(crate) cfg: &'a mut Cfg,
    /// Loop depth of each block of the current body.
    pub(crate) depths: &'a mut Vec<u16>,
}

impl Lower<'_> {
    /// Gives the parameters and results of a function their locations.
    pub(crate) fn declare(&mut self, func: FuncId) {
        let at = func.index();
        self.known.component[at] = self.component;
        let sig = self.module.funcs[func].sig;
        let (params, results) = self.module.types.signature(sig);
        let declared = self.graph.declare(func, params.len() as u32, results.len() as u32);
        self.known.param_loc[at] = declared.params.start;
        self.known.result_loc[at] = declared.results.start;
    }

    /// Prepares for a body, before the walker goes through it.
    pub(crate) fn enter(&mut self, body: &Body<'_>) {
        self.func = body.func;
        self.values.clear();
        self.values.resize(body.values.len(), Val::NOTHING);
        self.funcs.clear();
        self.consts.clear();
        self.depths.clear();
        let first = body.block_in_module(BlockId::from_raw(0)) as usize;
        if self.side.func[body.func.index()] & SYNTACTIC_DEPTH != 0 {
            self.depths.extend(self.side.block_depth[first..][..body.blocks.len()].iter().map(|&d| d.max(1)));
        } else {
            let recover = self.module.funcs[body.func].recover.get();
            self.cfg.graph.compute(body, recover);
            self.cfg.loops.compute(&self.cfg.graph);
            let depth = |b| self.cfg.loops.depth(BlockId::from_usize(b)).min(u32::from(u16::MAX)) as u16;
            self.depths.extend((0..body.blocks.len()).map(depth));
        }
        let params = self.known.param_loc[body.func.index()];
        for (i, param) in body.blocks[0].params().enumerate() {
            if self.holds_pointers(body, param) {
                self.values[param.index()] = Val::of(params + i as u32);
            }
        }
        self.merge_variables(body);
        let mut computed = false;
        for (index, block) in body.blocks.iter().enumerate().skip(1) {
            for param in block.params() {
                if self.values[param.index()].is_nothing() && self.holds_pointers(body, param) {
                    let depth = self.parameter_depth(body, index, &mut computed);
                    let loc = self.graph.location(body.func, Opt::NONE, Role::Plain, depth);
                    self.values[param.index()] = Val::of(loc);
                }
            }
        }
    }

    #[inline]
    fn holds_pointers(&self, body: &Body<'_>, value: Value) -> bool {
        self.side.pointers[body.ty(value).index()]
    }

    pub(super) fn site_depth(&self, site: SiteId, block: usize) -> u16 {
        match self.side.site_depth[site.index()] {
            0 => self.depths[block],
            depth => depth,
        }
    }

    /// The location of a site, made when first met.
    pub(super) fn site(&mut self, at: &At<'_>, site: SiteId) -> Loc {
        let row = &self.module.sites[site];
        let known = self.known.site_loc[site.index()];
        if known != NONE {
            return known;
        }
        let func = self.func.index();
        let loc = match row.kind {
            SiteKind::Param => self.known.param_loc[func] + row.index,
            SiteKind::Result => self.known.result_loc[func] + row.index,
            kind => {
                // An append grows a slice at most once per call and never reuses the array: no loop confines it.
                let depth = if kind == SiteKind::Append { 0 } else { self.site_depth(site, at.block.index()) };
                self.graph.location(self.func, Opt::NONE, Role::Plain, depth)
            }
        };
        self.graph.locs[loc as usize].site = site.into();
        if matches!(row.kind, SiteKind::Param | SiteKind::Result) && self.side.func[func] & SYNTACTIC_DEPTH == 0 {
            // Made in the entry block, if the client does as it should.
            self.graph.locs[loc as usize].storage_depth = self.depths[at.block.index()];
        }
        let mut capacity = None;
        let fixed = match at.inst.op {
            Opcode::MakeSlice => {
                let cap = at.body.arg(at.inst, 1);
                capacity = Some(self.constant(cap));
                self.values[cap.index()].is_constant() || wrong(Rule::RunTimeSize)
            }
            Opcode::MakeIface => self.values[at.body.arg(at.inst, 0).index()].is_constant(),
            Opcode::MakeClosure => at.inst.num_args == 0,
            _ => false,
        };
        self.known.fixed[site.index()] = fixed;
        self.meet(site, loc, capacity);
        loc
    }

    /// Enters a site and the flows that lie in itself: what its size or the rules of the model say whatever happens to its
    /// address. `capacity` is that of a `make` of a slice, known or not.
    #[inline(always)]
    pub(super) fn meet(&mut self, site: SiteId, loc: Loc, capacity: Option<Option<u64>>) {
        self.known.site_loc[site.index()] = loc;
        self.known.met.push(site);
        if !self.side.is_pinned(site)
            && let Some(why) = self.rules.heap_in_itself(self.module, self.profile, site, capacity)
        {
            let pos = self.module.sites[site].pos;
            self.graph.edges.push(Edge { dst: HEAP, src: loc, derefs: -1, why, pos });
        }
    }

    fn constant(&self, value: Value) -> Option<u64> {
        self.consts.binary_search_by_key(&value, |c| c.0).ok().map(|i| self.consts[i].1)
    }

    pub(super) fn known_func(&self, value: Value) -> Option<FuncId> {
        self.funcs.binary_search_by_key(&value, |c| c.0).ok().map(|i| self.funcs[i].1)
    }

    #[inline]
    pub(super) fn edge(&mut self, dst: Loc, src: Val, why: Why, pos: PosId) {
        if src.is_nothing() || dst == src.loc && src.derefs >= 0 {
            return;
        }
        self.graph.edges.push(Edge { dst, src: src.loc, derefs: src.derefs, why, pos });
    }

    /// A value gets one more source.
    pub(super) fn define(&mut self, at: &At<'_>, result: Value, src: Val, why: Why) {
        if src.is_nothing() {
            return;
        }
        // Integers are followed only through the conversions and arithmetic that can rebuild a pointer.
        let integer = !self.holds_pointers(at.body, result);
        if integer && !matches!(at.inst.op, Opcode::PtrToInt | Opcode::Unary | Opcode::Binary) {
            return;
        }
        let old = self.values[result.index()];
        if old.is_nothing() {
            self.values[result.index()] = src.as_integer(integer);
            return;
        }
        let pos = at.inst.pos;
        if self.temporary != (result, old.loc) {
            let loc = self.graph.location(self.func, Opt::NONE, Role::Plain, self.depths[at.block.index()]);
            self.edge(loc, old, why, pos);
            self.values[result.index()] = Val::of(loc).as_integer(integer);
            self.temporary = (result, loc);
        }
        if !wrong(Rule::SecondSource) {
            self.edge(self.temporary.1, src, why, pos);
        }
    }

    /// A value as an operand of the instruction: no longer a place, and nothing if it is an integer nobody follows here.
    #[inline]
    pub(super) fn operand(&self, at: &At<'_>, value: Value) -> Val {
        let val = self.values[value.index()];
        let follows = || matches!(at.inst.op, Opcode::IntToPtr | Opcode::Unary | Opcode::Binary | Opcode::Store);
        if val.is_integer() && !follows() { Val::NOTHING } else { val.plus(0) }
    }

    #[inline]
    fn source(&mut self, at: &At<'_>, from: Source) -> Val {
        match from {
            Source::Nothing => Val::NOTHING,
            Source::Value(v) => self.operand(at, v),
            Source::Deref(v) => self.operand(at, v).plus(1),
            Source::Address(site) => Val::address_of(self.site(at, site)),
        }
    }
}

impl Constraints for Lower<'_> {
    #[inline(always)]
    fn flow(&mut self, at: &At<'_>, to: Sink, from: Source, why: Why) {
        let src = self.source(at, from);
        let pos = at.inst.pos;
        match to {
            Sink::Value(result) => {
                // Only a maker's own result is a place; a copy of an address is just an address.
                let src = if matches!(from, Source::Address(_)) { src } else { src.plus(0) };
                self.define(at, result, src, why);
            }
            Sink::Pointee(addr) => {
                // An integer in memory is an integer: nobody follows it there.
                let src = if src.is_integer() { Val::NOTHING } else { src };
                let addr = self.values[addr.index()];
                if addr.is_place() && !self.rules.store_leaves(self.module, &self.graph.locs[addr.loc as usize]) {
                    self.edge(addr.loc, src, why, pos);
                } else if addr.is_global() {
                    if !wrong(Rule::StoreGlobal) {
                        self.edge(HEAP, src, Why::StoreGlobal, pos);
                    }
                } else {
                    if !wrong(Rule::StoreIndirect) {
                        self.edge(HEAP, src, Why::StoreIndirect, pos);
                    }
                    self.edge(MUTATOR, addr.plus(0), Why::StoreIndirect, pos);
                }
            }
            Sink::Content(site) => {
                let loc = self.site(at, site);
                self.edge(loc, src, why, pos);
            }
            Sink::Heap => self.edge(HEAP, src, why, pos),
            Sink::Mutator => self.edge(MUTATOR, src, why, pos),
        }
    }

    #[inline]
    fn project(&mut self, at: &At<'_>, result: Value, base: Value, step: Projection) {
        let base = self.values[base.index()];
        if base.is_nothing() && !base.is_global() {
            return;
        }
        let val = if step == Projection::SliceElement { base.plus(0) } else { base };
        if self.holds_pointers(at.body, result) {
            self.values[result.index()] = val;
        }
    }

    #[inline]
    fn load(&mut self, at: &At<'_>, result: Value, addr: Value) {
        let src = self.values[addr.index()];
        if src.is_nothing() {
            return;
        }
        let tracked = self.side.inst[at.body.inst_in_module(at.id) as usize] & bits::HEADER_DATA != 0;
        if tracked || self.holds_pointers(at.body, result) {
            let derefs = if wrong(Rule::LoadTwice) { 2 } else { 1 };
            self.values[result.index()] = src.plus(derefs).as_integer(tracked);
        }
    }

    fn closure(&mut self, at: &At<'_>, site: SiteId, func: FuncId, by_value: &mut dyn FnMut(u32) -> bool) {
        let loc = self.site(at, site);
        self.graph.locs[loc as usize].role = Role::Closure(func);
        let first = self.known.bindings.len() as u32;
        for (n, arg) in at.body.args(at.inst).enumerate() {
            let val = self.values[arg.index()];
            let (captured, why) = if val.is_place() && by_value(n as u32) && self.fits_by_value(at.body, arg) {
                (val.plus(1), Why::CapturedValue)
            } else if val.is_place() {
                (val.plus(0), Why::CapturedReference)
            } else {
                (val.plus(0), Why::CapturedValue)
            };
            if !wrong(Rule::Bindings) {
                self.edge(loc, captured, why, at.inst.pos);
            }
            if val.is_place()
                && let Some(why) = self.rules.captured()
            {
                self.edge(HEAP, val.plus(0), why, at.inst.pos);
            }
            self.known.bindings.push(val);
        }
        if at.inst.num_args == 0 {
            return;
        }
        let known = &mut self.known.bindings_at[func.index()];
        if *known == NONE && self.makers.makers(func) == 1 {
            *known = first;
            return;
        }
        // Several makers, or the body was walked first: the bindings have locations of their own, fed from each maker.
        let locs = self.binding_locations(func, at.inst.num_args.into());
        for n in 0..u32::from(at.inst.num_args) {
            let val = self.known.bindings[(first + n) as usize].plus(0);
            let loc = self.known.bindings[(locs + n) as usize].loc;
            self.edge(loc, val, Why::CapturedValue, at.inst.pos);
        }
    }

    fn method_value(&mut self, at: &At<'_>, site: SiteId, func: Option<FuncId>, receiver: Value) {
        self.lower_method_value(at, site, func, receiver);
    }

    fn free_var(&mut self, at: &At<'_>, result: Value, index: u32) {
        let func = self.func;
        if self.known.bindings_at[func.index()] == NONE {
            let n = self.module.free_vars(func).len() as u32;
            self.binding_locations(func, n);
        }
        let val = self.known.bindings[(self.known.bindings_at[func.index()] + index) as usize];
        if self.holds_pointers(at.body, result) {
            self.values[result.index()] = val;
        }
    }

    fn call(&mut self, at: &At<'_>, call: &Call<'_>) {
        self.lower_call(at, call);
    }

    fn returns(&mut self, at: &At<'_>, index: u32, value: Value) {
        let loc = self.known.result_loc[self.func.index()] + index;
        let src = self.operand(at, value);
        self.edge(loc, src, Why::Returned, at.inst.pos);
    }

    fn block_argument(&mut self, at: &At<'_>, param: Value, value: Value) {
        let (dst, src) = (self.values[param.index()], self.operand(at, value));
        if !dst.is_nothing() && !dst.is_place() {
            self.edge(dst.loc, src, Why::BlockArgument, at.inst.pos);
        }
    }

    #[inline(always)]
    fn note(&mut self, at: &At<'_>, noted: Noted) {
        let result = at.inst.result();
        let value = &mut self.values[result.index()];
        match noted {
            Noted::Constant => value.bits |= CONSTANT,
            Noted::Integer(n) => {
                value.bits |= CONSTANT;
                insert(self.consts, result, n);
            }
            Noted::Function(func) => insert(self.funcs, result, func),
            Noted::Global => *value = Val { bits: GLOBAL, ..Val::NOTHING },
        }
    }

    fn grows_in_place(&mut self, _at: &At<'_>, site: SiteId) {
        self.known.site_loc[site.index()] = HEAP;
        self.known.met.push(site);
    }
}

impl Lower<'_> {
    /// Whether the variable a binding is the address of is small enough to be captured by value.
    fn fits_by_value(&self, body: &Body<'_>, binding: Value) -> bool {
        let types = &self.module.types;
        types.elem(body.ty(binding)).is_some_and(|var| types.layout[var].size <= self.profile.max_by_value)
    }

    /// Locations of their own for the bindings of a closure's function.
    fn binding_locations(&mut self, func: FuncId, n: u32) -> u32 {
        let at = self.known.bindings_at[func.index()];
        if at != NONE {
            return at;
        }
        let first = self.known.bindings.len() as u32;
        for _ in 0..n {
            let loc = self.graph.location(func, Opt::NONE, Role::Plain, 1);
            self.known.bindings.push(Val::of(loc));
        }
        self.known.bindings_at[func.index()] = first;
        first
    }
}

/// Adds to a table that ascends by value; values come almost always in order.
fn insert<T>(table: &mut Vec<(Value, T)>, value: Value, entry: T) {
    let at = match table.last() {
        Some(last) if last.0 > value => table.partition_point(|row| row.0 < value),
        _ => table.len(),
    };
    table.insert(at, (value, entry));
}
