//! From instructions to the constraints of a function's graph.
//!
//! What moves pointers along known paths (loads, stores, address computations, aggregates, copies of memory) is dealt with
//! leaf by leaf. Everything else comes as the flows of the opcode's row and is taken for what it may at most be: any leaf to
//! any leaf. An opcode whose results come from where nothing is known (a map, a channel, `recover`) yields unknown pointers;
//! so a new opcode is sound before it is precise.
//!
//! A value whose address is known to be one location has no set of its own; loads and stores through it are copies.

use super::calls::{CallRow, Left, Written};
use super::graph::{Cause, CellId, Cells, Escapes, Graph, HEAP, HEAP_CELL, HEAP_LOC, Kind, Loc, NodeId, Root};
use super::leaves::{ANY, Leaves, plus};
use super::scopes::{Home, Live};
use super::summary::Summary;
use super::world::World;
use crate::cfg::Cfg;
use crate::control::Control;
use crate::entity::hash::FxHashMap;
use crate::entity::{BlockId, FuncId, NONE, PosId, SiteId, TypeId, Value};
use crate::escape::gc::GC as RULES;
use crate::escape::side::{NOESCAPE, SideTables};
use crate::escape::variables::Carried;
use crate::escape::vocabulary::{At, Source};
use crate::ir::opcode::Why;
use crate::ir::{Body, Module, Opcode, SiteKind, TypeKind, intrinsic};
use crate::profile::Profile;
use smallvec::{SmallVec, smallvec};

/// Holder of what escapes for outliving its iteration.
pub(super) const LOOP: NodeId = NONE - 1;

/// A cell that holds an unknown pointer.
const UNKNOWN_CELL: CellId = 2;

/// What is known of a value: its one location, or the cells of its leaves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Val {
    /// Its cells, in the pool.
    pub(super) first: u32,
    pub(super) len: u32,
    /// The location it is, if that is known and it has no cells; else node `NONE`.
    pub(super) loc: Loc,
    /// A constant.
    pub(super) constant: bool,
    /// An integer made from a pointer.
    pub(super) integer: bool,
    /// The address of a package-level variable.
    pub(super) global: bool,
}

pub(super) const NOTHING: Val =
    Val { first: 0, len: 0, loc: Loc { node: NONE, off: 0 }, constant: false, integer: false, global: false };

/// What is known of a site's storage.
#[derive(Clone, Copy, Debug)]
pub(super) struct Met {
    pub(super) site: SiteId,
    pub(super) node: NodeId,
    pub(super) block: BlockId,
    pub(super) fixed: bool,
}

/// The summaries so far. `None`: not there yet, or too large.
pub(super) type Summaries = Vec<Option<std::rc::Rc<Summary>>>;

/// One function at work; its memory serves function after function.
pub(super) struct Lower<'a> {
    pub(super) module: &'a Module,
    pub(super) side: &'a SideTables,
    pub(super) profile: Profile,
    pub(super) control: Control<'a>,
    pub(super) leaves: Leaves,
    pub(super) graph: Graph,
    pub(super) cfg: Cfg,
    pub(super) func: FuncId,
    pub(super) values: Vec<Val>,
    pub(super) pool: Vec<CellId>,
    pub(super) results: Vec<CellId>,
    /// First result cell of each result.
    pub(super) result_at: Vec<u32>,
    pub(super) calls: Vec<CallRow>,
    pub(super) left: Vec<Left>,
    /// Summaries that call in turn.
    pub(super) written: Vec<Written>,
    pub(super) met: Vec<Met>,
    pub(super) node_of: FxHashMap<Kind, NodeId>,
    /// Function of each closure or method value; whether a receiver is bound.
    pub(super) records: FxHashMap<NodeId, (Option<FuncId>, bool)>,
    pub(super) consts: Vec<(Value, u64)>,
    /// By node, as far as nodes are storage of this activation.
    pub(super) homes: Vec<Home>,
    /// By value; empty until asked for.
    pub(super) lives: Vec<Live>,
    /// Which storage is needed for longer than an iteration, by node.
    pub(super) outlives: Vec<bool>,
    /// Values that are a variable made anew each iteration, with its node.
    pub(super) standing: Vec<(u32, NodeId)>,
    /// Functions whose summaries were used.
    pub(super) used: Vec<FuncId>,
    /// The methods there are, in a closed world.
    pub(super) world: Option<World>,
    /// Groups of methods that were asked about.
    pub(super) asked: Vec<u32>,
    pub(super) inputs: u32,
}

impl<'a> Lower<'a> {
    pub(super) fn new(module: &'a Module, side: &'a SideTables, profile: Profile, control: Control<'a>) -> Self {
        Self {
            module,
            side,
            profile,
            control,
            leaves: Leaves::new(&module.types),
            graph: Graph::default(),
            cfg: Cfg::default(),
            func: FuncId::from_raw(0),
            values: Vec::new(),
            pool: Vec::new(),
            results: Vec::new(),
            result_at: Vec::new(),
            calls: Vec::new(),
            left: Vec::new(),
            written: Vec::new(),
            met: Vec::new(),
            node_of: FxHashMap::default(),
            records: FxHashMap::default(),
            consts: Vec::new(),
            homes: Vec::new(),
            lives: Vec::new(),
            outlives: Vec::new(),
            standing: Vec::new(),
            used: Vec::new(),
            world: None,
            asked: Vec::new(),
            inputs: 0,
        }
    }

    /// Prepares for a body.
    pub(super) fn enter(&mut self, body: &Body<'_>) {
        self.func = body.func;
        self.graph.reset();
        let unknown = self.graph.cell();
        debug_assert_eq!(unknown, UNKNOWN_CELL);
        self.graph.insert(unknown, HEAP_LOC, Why::Assign, PosId::from_raw(NONE));
        self.values.clear();
        self.values.resize(body.values.len(), NOTHING);
        for table in [&mut self.pool, &mut self.results, &mut self.result_at] {
            table.clear();
        }
        self.lives.clear();
        self.calls.clear();
        self.left.clear();
        self.written.clear();
        self.met.clear();
        self.standing.clear();
        self.node_of.clear();
        self.records.clear();
        self.consts.clear();
        self.homes.clear();
        self.used.clear();
        self.asked.clear();
        let types = &self.module.types;
        let sig = self.module.funcs[body.func].sig;
        for ty in types.results(sig) {
            self.result_at.push(self.results.len() as u32);
            for _ in 0..self.leaves.count(types, ty) {
                let cell = self.graph.leaving_cell();
                self.results.push(cell);
            }
        }
        let mut input = 0;
        for param in body.blocks[0].params() {
            self.values[param.index()] = self.input(body.ty(param), input);
            input += self.values[param.index()].len;
        }
        self.inputs = input;
        for param in body.blocks.iter().skip(1).flat_map(|b| b.params()) {
            self.fresh(body, param);
        }
        self.carried(body);
        // What the walker has nothing to say of yields what nothing is known of.
        for inst in body.insts.iter().filter(|i| i.op.is_silent() && i.num_results > 0) {
            inst.results().for_each(|v| self.unknown(body, v));
        }
    }

    /// The value of an input: a placeholder per leaf.
    pub(super) fn input(&mut self, ty: TypeId, first: u32) -> Val {
        let n = self.leaves.count(&self.module.types, ty) as u32;
        let called = matches!(self.module.types.kind(ty), TypeKind::Func | TypeKind::Interface);
        let start = self.pool.len() as u32;
        for i in 0..n {
            let node = self.graph.placeholder(Root::Input(first + i), 0);
            self.graph.nodes[node as usize].callable = called;
            let cell = self.graph.cell();
            self.graph.insert(cell, Loc { node, off: 0 }, Why::Assign, PosId::from_raw(NONE));
            self.pool.push(cell);
        }
        Val { first: start, len: n, ..NOTHING }
    }

    /// Variables made anew each iteration are one.
    pub(super) fn carried(&mut self, body: &Body<'_>) {
        let Some(carried) = Carried::of(self.module, body) else { return };
        let (mut variables, mut standing) = (Vec::new(), Vec::new());
        carried.each(
            body,
            |class, site, block| variables.push((class, site, block)),
            |class, param| standing.push((class, param)),
        );
        let mut node_of: FxHashMap<usize, NodeId> = FxHashMap::default();
        for (class, site, block) in variables {
            let home = self.loop_of(block);
            let node = *node_of.entry(class).or_insert_with(|| {
                let node = self.graph.node(Kind::Site(site));
                self.settle(node, Home { storage: home, holder: home, block: NONE });
                node
            });
            let old = self.homes[node as usize];
            let holder = self.around(old.holder, home);
            let storage = if holder == old.storage { home } else { old.storage };
            self.homes[node as usize] = Home { storage, holder, block: NONE };
            self.node_of.insert(Kind::Site(site), node);
            self.meet(site, node, block, false, None);
            let makers = body.insts.iter().filter(|i| i.op == Opcode::Var && i.aux == site.raw());
            self.standing.extend(makers.map(|i| (i.result().raw(), node)));
        }
        for (class, param) in standing {
            if let Some(&node) = node_of.get(&class) {
                self.values[param.index()] = Val { loc: Loc { node, off: 0 }, ..NOTHING };
                self.standing.push((param.raw(), node));
            }
        }
    }

    pub(super) fn settle(&mut self, node: NodeId, home: Home) {
        let outside = Home { storage: NONE, holder: NONE, block: NONE };
        self.homes.resize(self.homes.len().max(node as usize + 1), outside);
        self.homes[node as usize] = home;
    }

    /// The node of a function or type.
    pub(super) fn intern(&mut self, kind: Kind) -> NodeId {
        *self.node_of.entry(kind).or_insert_with(|| self.graph.node(kind))
    }

    /// The node of a site.
    pub(super) fn site(&mut self, at: &At<'_>, site: SiteId) -> NodeId {
        if let Some(&node) = self.node_of.get(&Kind::Site(site)) {
            return node;
        }
        let node = self.graph.node(Kind::Site(site));
        self.node_of.insert(Kind::Site(site), node);
        // An append grows a slice at most once per call and never reuses the array: no loop confines it.
        let growth = self.module.sites[site].kind == SiteKind::Append;
        let home = if growth { NONE } else { self.loop_of(at.block) };
        self.settle(node, Home { storage: home, holder: home, block: at.block.raw() });
        let constant = |this: &Self, n| this.values[at.body.arg(at.inst, n).index()].constant;
        let mut capacity = None;
        let fixed = match at.inst.op {
            Opcode::MakeSlice => {
                let value = at.body.arg(at.inst, 1);
                let row = self.consts.binary_search_by_key(&value, |c| c.0).ok();
                capacity = Some(row.map(|i| self.consts[i].1));
                constant(self, 1)
            }
            Opcode::MakeIface => constant(self, 0),
            Opcode::MakeClosure => at.inst.num_args == 0,
            _ => false,
        };
        self.meet(site, node, at.block, fixed, capacity);
        node
    }

    /// Enters a site and what its kind and size say whatever happens to its address.
    pub(super) fn meet(
        &mut self,
        site: SiteId,
        node: NodeId,
        block: BlockId,
        fixed: bool,
        capacity: Option<Option<u64>>,
    ) {
        self.met.push(Met { site, node, block, fixed });
        let row = &self.module.sites[site];
        if !self.side.is_pinned(site)
            && let Some(why) = RULES.heap_in_itself(self.module, &self.profile, site, capacity)
        {
            self.graph.escape(node, Escapes::Yes, Cause { why, pos: row.pos, holder: NONE });
        }
        // Storage that is, or grows to be, on the heap all the same holds nothing of the stack.
        let elsewhere = match row.kind {
            SiteKind::Map | SiteKind::MapLiteral | SiteKind::Chan | SiteKind::Append => true,
            SiteKind::MakeSlice => !fixed && capacity.is_some(),
            _ => false,
        };
        if elsewhere {
            self.graph.open(node, Escapes::Yes);
        }
    }

    pub(super) fn leaf_list(&mut self, ty: TypeId) -> SmallVec<[u32; 8]> {
        self.leaves.of(&self.module.types, ty).into()
    }

    /// Gives a value cells of its own.
    pub(super) fn fresh(&mut self, body: &Body<'_>, value: Value) -> Val {
        let n = self.leaves.count(&self.module.types, body.ty(value)) as u32;
        let first = self.pool.len() as u32;
        for _ in 0..n {
            let cell = self.graph.cell();
            self.pool.push(cell);
        }
        let val = Val { first, len: n, ..NOTHING };
        self.values[value.index()] = val;
        val
    }

    /// Nothing is known of where a value points.
    pub(super) fn unknown(&mut self, body: &Body<'_>, value: Value) {
        let n = self.leaves.count(&self.module.types, body.ty(value)) as u32;
        let first = self.pool.len() as u32;
        self.pool.extend((0..n).map(|_| UNKNOWN_CELL));
        self.values[value.index()] = Val { first, len: n, ..NOTHING };
    }

    pub(super) fn alias(&mut self, value: Value, cells: &[CellId]) {
        let first = self.pool.len() as u32;
        self.pool.extend_from_slice(cells);
        self.values[value.index()] = Val { first, len: cells.len() as u32, ..NOTHING };
    }

    pub(super) fn is(&mut self, value: Value, node: NodeId) {
        self.values[value.index()] = Val { loc: Loc { node, off: 0 }, ..NOTHING };
    }

    /// The cells of a value's leaves; an integer has one if it is followed.
    pub(super) fn cells(&mut self, value: Value) -> Cells {
        let val = self.values[value.index()];
        if val.loc.node == NONE {
            return self.pool[val.first as usize..][..val.len as usize].into();
        }
        let cell = self.graph.cell();
        self.graph.insert(cell, val.loc, Why::AddressOf, PosId::from_raw(NONE));
        // The location stays: it serves loads and stores.
        smallvec![cell]
    }

    /// The cells of a value as an operand: none if it is an integer nobody follows here.
    pub(super) fn operand(&mut self, at: &At<'_>, value: Value) -> Cells {
        let follows = matches!(at.inst.op, Opcode::IntToPtr | Opcode::Unary | Opcode::Binary | Opcode::Store);
        if self.values[value.index()].integer && !follows { Cells::new() } else { self.cells(value) }
    }

    pub(super) fn join(&mut self, from: &[CellId], to: &[CellId], why: Why, pos: PosId) {
        if from.len() == to.len() {
            for (&from, &to) in from.iter().zip(to) {
                self.graph.copy(from, to, why, pos);
            }
        } else {
            for &from in from {
                for &to in to {
                    self.graph.copy(from, to, why, pos);
                }
            }
        }
    }

    /// The cells a load of a type from an address gives.
    pub(super) fn loaded(&mut self, addr: Value, ty: TypeId, why: Why, pos: PosId) -> Cells {
        let leaves = self.leaf_list(ty);
        self.loaded_at(addr, &leaves, why, pos)
    }

    pub(super) fn loaded_at(&mut self, addr: Value, leaves: &[u32], why: Why, pos: PosId) -> Cells {
        let val = self.values[addr.index()];
        if val.loc.node == HEAP {
            return smallvec![UNKNOWN_CELL; leaves.len()];
        }
        if val.loc.node != NONE {
            return leaves.iter().map(|&leaf| self.graph.read(val.loc.node, plus(val.loc.off, leaf))).collect();
        }
        let from = self.cells(addr);
        let load = |this: &mut Self, leaf| {
            let to = this.graph.cell();
            for &from in &from {
                this.graph.load(from, leaf, to, why, pos);
            }
            to
        };
        leaves.iter().map(|&leaf| load(self, leaf)).collect()
    }

    /// Stores cells as a value of a type at an address.
    pub(super) fn stored(&mut self, addr: Value, ty: TypeId, cells: &[CellId], why: Why, pos: PosId) {
        let leaves = self.leaf_list(ty);
        if cells.is_empty() || leaves.is_empty() {
            return;
        }
        let val = self.values[addr.index()];
        let pairs: Vec<(u32, CellId)> = if leaves.len() == cells.len() {
            leaves.into_iter().zip(cells.iter().copied()).collect()
        } else {
            cells.iter().map(|&cell| (ANY, cell)).collect()
        };
        for (leaf, cell) in pairs {
            if val.loc.node == HEAP {
                let why = if val.global { Why::StoreGlobal } else { Why::StoreIndirect };
                self.graph.copy(cell, HEAP_CELL, why, pos);
            } else if val.loc.node != NONE {
                let to = self.graph.written(val.loc.node, plus(val.loc.off, leaf));
                self.graph.copy(cell, to, why, pos);
            } else {
                for to in self.cells(addr) {
                    self.graph.store(to, leaf, cell, Why::StoreIndirect, pos);
                }
            }
        }
    }

    /// What an append, or a copy at another time, puts into the array it is given has escaped: there are unknown pointers now.
    pub(super) fn written_elements(&mut self, at: &At<'_>, from: Source) {
        let copies = match at.inst.op {
            Opcode::Append | Opcode::AppendSlice => true,
            Opcode::GoIntrinsic | Opcode::DeferIntrinsic => at.inst.aux == intrinsic::COPY_ELEMENTS,
            _ => false,
        };
        if let (true, Source::Value(slice)) = (copies, from) {
            let ty = self.elem(at.body.ty(slice));
            let cells = vec![UNKNOWN_CELL; self.leaves.count(&self.module.types, ty)];
            self.stored(slice, ty, &cells, Why::Appended, at.inst.pos);
        }
    }

    pub(super) fn elem(&self, ty: TypeId) -> TypeId {
        self.module.types.elem(ty).unwrap_or(ty)
    }

    /// The cells of part of a value: the leaves from an offset on, so many.
    pub(super) fn part(&mut self, whole: Value, ty: TypeId, off: u64, n: usize) -> Cells {
        let cells = self.cells(whole);
        let leaves = self.leaf_list(ty);
        if leaves.as_slice() == [ANY] || cells.len() != leaves.len() {
            let cell = self.graph.cell();
            for from in cells {
                self.graph.copy(from, cell, Why::Element, PosId::from_raw(NONE));
            }
            return smallvec![cell; n];
        }
        let at = leaves.partition_point(|&leaf| u64::from(leaf) < off);
        cells[at..(at + n).min(cells.len())].into()
    }

    pub(super) fn aggregate(&mut self, at: &At<'_>) {
        let (body, inst) = (at.body, at.inst);
        let result = inst.result();
        let ty = body.ty(result);
        let parts: Vec<Cells> = body.args(inst).map(|arg| self.operand(at, arg)).collect();
        let n = self.leaves.count(&self.module.types, ty);
        let kind = self.module.types.kind(ty);
        if kind == TypeKind::Struct && parts.iter().map(SmallVec::len).sum::<usize>() == n {
            return self.alias(result, &parts.concat());
        }
        let own = self.fresh(body, result);
        let own = Cells::from_slice(&self.pool[own.first as usize..][..own.len as usize]);
        for part in parts {
            let exact = kind == TypeKind::Array && part.len() == own.len();
            for (i, &from) in part.iter().enumerate() {
                for (j, &to) in own.iter().enumerate() {
                    if !exact || i == j {
                        self.graph.copy(from, to, Why::Element, inst.pos);
                    }
                }
            }
        }
    }

    /// A value as a value of another type.
    pub(super) fn cast(&mut self, at: &At<'_>) {
        let (body, inst) = (at.body, at.inst);
        let (result, arg) = (inst.result(), at.body.arg(inst, 0));
        let types = &self.module.types;
        let (from, to) = (body.ty(arg), body.ty(result));
        let n = self.leaves.count(types, to);
        if n == 0 {
            return;
        }
        let pointer = |ty| matches!(types.kind(ty), TypeKind::Ptr | TypeKind::Slice);
        let same = if pointer(to) && pointer(from) {
            let (a, b) = (self.elem(from), self.elem(to));
            a == b || self.leaf_list(a) == self.leaf_list(b)
        } else {
            !pointer(to) || types.kind(from) != TypeKind::UnsafePtr
        };
        let val = self.values[arg.index()];
        if same && val.loc.node != NONE {
            self.values[result.index()] = Val { constant: false, ..val };
            return;
        }
        let cells = self.operand(at, arg);
        if same && cells.len() == n {
            return self.alias(result, &cells);
        }
        let own = self.fresh(body, result);
        for i in 0..own.len {
            let to = self.pool[(own.first + i) as usize];
            for &from in &cells {
                self.graph.add(from, ANY, to, Why::Assign, inst.pos);
            }
        }
    }

    /// Whether a row's flow to a result loses where in an object it points.
    pub(super) fn blurs(at: &At<'_>) -> bool {
        match at.inst.op {
            Opcode::PtrOffset | Opcode::IntToPtr | Opcode::PtrToInt | Opcode::Unary | Opcode::Binary => true,
            Opcode::Intrinsic => at.inst.aux == intrinsic::UNSAFE_SLICE,
            _ => false,
        }
    }

    pub(super) fn source(&mut self, at: &At<'_>, from: Source, why: Why) -> Cells {
        match from {
            Source::Nothing => Cells::new(),
            Source::Value(value) => self.operand(at, value),
            Source::Deref(value) => {
                if self.operand(at, value).is_empty() {
                    Cells::new()
                } else {
                    self.loaded_at(value, &[ANY], why, at.inst.pos)
                }
            }
            Source::Address(site) => {
                let node = self.site(at, site);
                let cell = self.graph.cell();
                self.graph.insert(cell, Loc { node, off: 0 }, why, at.inst.pos);
                smallvec![cell]
            }
        }
    }

    /// What a closure's record holds of a variable it captures by value: a copy.
    pub(super) fn captured_copy(&mut self, at: &At<'_>, binding: Value) -> CellId {
        let val = self.values[binding.index()];
        let node = self.graph.node(Kind::Copy);
        let home = self.loop_of(at.block);
        self.settle(node, Home { storage: home, holder: home, block: at.block.raw() });
        let ty = self.elem(at.body.ty(binding));
        for leaf in self.leaf_list(ty) {
            let from = self.graph.read(val.loc.node, plus(val.loc.off, leaf));
            let to = self.graph.written(node, leaf);
            self.graph.copy(from, to, Why::CapturedValue, at.inst.pos);
        }
        let cell = self.graph.cell();
        self.graph.insert(cell, Loc { node, off: 0 }, Why::CapturedValue, at.inst.pos);
        cell
    }

    /// Puts a value of a type into a node.
    pub(super) fn bind(&mut self, node: NodeId, off: u32, ty: TypeId, cells: &[CellId], why: Why, pos: PosId) {
        let leaves = self.leaf_list(ty);
        for (i, &cell) in cells.iter().enumerate() {
            let leaf = if leaves.len() == cells.len() { leaves[i] } else { ANY };
            let to = self.graph.written(node, plus(off, leaf));
            self.graph.copy(cell, to, why, pos);
        }
    }

    /// Where in a closure's record each free variable begins.
    pub(super) fn bindings(module: &Module, func: FuncId) -> impl Iterator<Item = (TypeId, u32)> + '_ {
        let mut at = 0_u64;
        module.free_vars(func).map(move |ty| {
            let off = at;
            at += module.types.layout[ty].size.next_multiple_of(8);
            (ty, u32::try_from(off).unwrap_or(ANY))
        })
    }

    /// Lets a value go where nothing is known of it.
    pub(super) fn leak(&mut self, at: &At<'_>, value: Value, why: Why) {
        for cell in self.operand(at, value) {
            self.graph.copy(cell, HEAP_CELL, why, at.inst.pos);
        }
    }

    /// The cells of a value, made if it has none: what a call's results go to.
    pub(super) fn own(&mut self, body: &Body<'_>, value: Value) -> Cells {
        let val = self.fresh(body, value);
        self.pool[val.first as usize..][..val.len as usize].into()
    }

    pub(super) fn keeps_nothing(&self, func: FuncId) -> bool {
        self.side.func[func.index()] & NOESCAPE != 0
    }
}
