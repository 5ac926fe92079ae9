//! What each instruction does to pointers, as flows between cells.
//!
//! A value is a cell and a number of dereferences: the address of a variable is its cell and -1, what is loaded from there the
//! cell and 0, what that points to the cell and 1. A value with several sources is a cell of its own. An address is a *place*
//! while it is what a maker returned or a field or array element of that: a store there changes the cell. Any other store
//! may change whatever there is, so what is stored goes to the heap, and the address to the mutator.

use super::cells::Storage;
use super::place::{self, Made};
use super::{Check, Flow, Rejection, Rule, bits};
use crate::entity::{BlockId, FuncId, InstId, NONE, SiteId, Value};
use crate::fact::Extent;
use crate::ir::{BinaryOp, Body, Entity, Inst, Opcode, SiteKind, TypeKind, attr, intrinsic};

pub(super) const HEAP: u32 = 0;
pub(super) const MUTATOR: u32 = 1;
pub(super) const CALLEE: u32 = 2;

const PLACE: u8 = 1;
/// The address of a package-level variable or of a part of one.
const GLOBAL: u8 = 1 << 1;
/// An integer made from a pointer: it counts where a pointer can come of it again.
const INTEGER: u8 = 1 << 2;
const CONSTANT: u8 = 1 << 3;
/// `data` is the instruction of an integer constant.
const NUMBER: u8 = 1 << 4;
/// `data` is the function that a function value surely is.
const FUNCTION: u8 = 1 << 5;

/// What a value is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expr {
    pub(super) cell: u32,
    pub(super) derefs: i32,
    data: u32,
    flags: u8,
}

impl Expr {
    pub(super) const NOTHING: Self = Self { cell: NONE, derefs: 0, data: NONE, flags: 0 };

    pub(super) const fn of(cell: u32) -> Self {
        Self { cell, ..Self::NOTHING }
    }

    pub(super) const fn address(cell: u32) -> Self {
        Self { cell, derefs: -1, flags: PLACE, ..Self::NOTHING }
    }

    fn is(self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// A value computed from it with so many more dereferences.
    pub(super) fn plus(self, derefs: i32) -> Self {
        Self { derefs: self.derefs + derefs, flags: 0, data: NONE, ..self }
    }

    /// The same in another body, where the instruction and the function it speaks of are not known.
    pub(super) fn elsewhere(self) -> Self {
        Self { flags: self.flags & !(NUMBER | FUNCTION), data: NONE, ..self }
    }

    pub(super) fn is_place(self) -> bool {
        self.is(PLACE)
    }

    /// Whether it holds pointers that count.
    pub(super) fn is_followed(self) -> bool {
        self.cell != NONE && !self.is(INTEGER)
    }
}

/// Where the reading stands.
#[derive(Clone, Copy)]
pub(super) struct At<'m> {
    pub(super) body: &'m Body<'m>,
    pub(super) block: usize,
    pub(super) id: InstId,
    pub(super) inst: &'m Inst,
    bits: u8,
}

impl<'m> At<'m> {
    pub(super) fn arg(&self, n: usize) -> Value {
        self.body.arg(self.inst, n)
    }

    fn has(&self, bit: u8) -> bool {
        self.bits & bit != 0
    }

    pub(super) fn number(&self) -> u32 {
        self.body.inst_in_module(self.id)
    }
}

impl Check<'_> {
    /// Reads a body.
    pub(super) fn read(&mut self, body: &Body<'_>) -> Result<(), Rejection> {
        self.enter(body);
        let recover = self.module.funcs[body.func].recover.get();
        if in_order(body, recover, &mut self.entered) {
            for block in 0..body.blocks.len() {
                self.block(body, block)?;
            }
        } else {
            for block in dominators_first(body, recover) {
                self.block(body, block as usize)?;
            }
        }
        self.collect_exits(body);
        Ok(())
    }

    fn block(&mut self, body: &Body<'_>, block: usize) -> Result<(), Rejection> {
        for id in body.blocks[block].insts() {
            let bits = self.bits[body.inst_in_module(id) as usize];
            self.instruction(&At { body, block, id, inst: &body.insts[id.index()], bits })?;
        }
        Ok(())
    }

    pub(super) fn pointers(&self, body: &Body<'_>, value: Value) -> bool {
        self.module.types.pointers(body.ty(value))
    }

    /// An operand. Integers count for nothing but arithmetic and pointers made of them.
    pub(super) fn value(&self, v: Value) -> Expr {
        let e = self.exprs[v.index()];
        if e.is(INTEGER) { Expr::NOTHING } else { e.plus(0) }
    }

    pub(super) fn flow(&mut self, at: &At<'_>, dst: u32, src: Expr) {
        // What a cell holds may flow back to it: that changes nothing.
        if src.cell != NONE && (src.cell != dst || src.derefs < 0) {
            self.flows.push(Flow { dst, src: src.cell, derefs: src.derefs, inst: at.number() });
        }
    }

    /// A result that holds pointers: its only source, or a cell of its own fed from all.
    pub(super) fn define(&mut self, at: &At<'_>, result: Value, sources: &[Expr]) {
        if !self.pointers(at.body, result) {
            return;
        }
        let mut some = sources.iter().filter(|e| e.cell != NONE);
        self.exprs[result.index()] = match (some.next(), some.next()) {
            (None, _) => return,
            (Some(&one), None) => one,
            _ => self.join(at, result, sources),
        };
    }

    pub(super) fn join(&mut self, at: &At<'_>, result: Value, sources: &[Expr]) -> Expr {
        let cell = self.value_cell(at.body, result, self.depths[at.block]);
        for &source in sources {
            self.flow(at, cell, source);
        }
        Expr::of(cell)
    }

    fn copy(&mut self, at: &At<'_>, derefs: i32) {
        let e = self.value(at.arg(0));
        self.define(at, at.inst.result(), &[if e.cell == NONE { e } else { e.plus(derefs) }]);
    }

    /// The elements of a slice that hold pointers.
    fn elements(&self, at: &At<'_>, n: usize) -> Expr {
        let (types, slice) = (&self.module.types, at.arg(n));
        let ty = at.body.ty(slice);
        let has = types.kind(ty) == TypeKind::Slice && types.elem(ty).is_some_and(|elem| types.pointers(elem));
        if has { self.value(slice).plus(1) } else { Expr::NOTHING }
    }

    /// An integer of which a pointer may be made again.
    fn integer(&mut self, at: &At<'_>, args: &[Value]) {
        if self.pointers(at.body, at.inst.result()) {
            return;
        }
        let sources: Vec<Expr> =
            args.iter().map(|v| self.exprs[v.index()].plus(0)).filter(|e| e.cell != NONE).collect();
        let whole = match *sources.as_slice() {
            [] => return,
            [one] => one,
            _ => self.join(at, at.inst.result(), &sources),
        };
        self.exprs[at.inst.result().index()] = Expr { flags: INTEGER, ..whole };
    }

    fn instruction(&mut self, at: &At<'_>) -> Result<(), Rejection> {
        let inst = at.inst;
        match inst.op {
            Opcode::ConstInt => self.note(at, CONSTANT | NUMBER, at.id.raw()),
            Opcode::ConstFloat | Opcode::ConstStr | Opcode::Zero => self.note(at, CONSTANT, NONE),
            Opcode::GlobalAddr => self.note(at, GLOBAL, NONE),
            Opcode::FuncRef => self.note(at, FUNCTION, inst.aux),
            Opcode::Unary => self.integer(at, &[at.arg(0)]),
            Opcode::Binary => {
                let shift = matches!(BinaryOp::from_number(inst.aux), Some(BinaryOp::Shl | BinaryOp::Shr));
                self.integer(at, &[at.arg(0), at.arg(1)][..if shift { 1 } else { 2 }]);
            }
            // Nothing of a map, a channel or a panic is followed: whatever was put there went to the heap.
            Opcode::Compare
            | Opcode::MapGet
            | Opcode::MapDelete
            | Opcode::ChanRecv
            | Opcode::Len
            | Opcode::Cap
            | Opcode::Recover
            | Opcode::RunDefers
            | Opcode::Free
            | Opcode::Unreachable => {}
            Opcode::Select => {
                let sources = [self.value(at.arg(1)), self.value(at.arg(2))];
                self.define(at, inst.result(), &sources);
            }
            Opcode::Cast
            | Opcode::MakeIfaceDirect
            | Opcode::PtrOffset
            | Opcode::Slice
            | Opcode::Extract
            | Opcode::ExtractElem
            | Opcode::SliceToArrayPtr
            | Opcode::ChangeIface
            | Opcode::Iter => self.copy(at, 0),
            Opcode::SliceToArray => self.copy(at, 1),
            Opcode::IntToPtr => {
                let e = self.exprs[at.arg(0).index()].plus(0);
                self.define(at, inst.result(), &[e]);
            }
            Opcode::PtrToInt => {
                let e = self.value(at.arg(0));
                if at.has(bits::UINTPTR_ESCAPES) {
                    self.flow(at, HEAP, e);
                }
                if at.has(bits::UINTPTR_KEEPALIVE) {
                    self.flow(at, MUTATOR, e);
                }
                self.integer(at, &[at.arg(0)]);
            }
            Opcode::Var | Opcode::New | Opcode::MakeSlice | Opcode::MakeMap | Opcode::MakeChan | Opcode::Convert => {
                self.make(at)?;
            }
            Opcode::MakeIface => {
                let value = self.value(at.arg(0));
                let cell = self.make(at)?;
                self.flow(at, cell, value);
            }
            Opcode::MakeClosure => self.make_closure(at)?,
            Opcode::MethodValue => self.method_value(at)?,
            Opcode::Concat if at.has(bits::ASSIGN_OP) => {
                // The bytes are on the heap, and the result is as the target would be.
                self.grow(at)?;
                let sources: Vec<Expr> = at.body.args(inst).skip(1).map(|v| self.value(v)).collect();
                self.define(at, inst.result(), &sources);
            }
            Opcode::Concat => {
                self.make(at)?;
            }
            Opcode::Append | Opcode::AppendSlice => {
                let old = self.value(at.arg(0));
                self.flow(at, MUTATOR, old);
                let elements = self.elements(at, 0);
                self.flow(at, HEAP, elements);
                if inst.op == Opcode::AppendSlice {
                    let more = self.elements(at, 1);
                    self.flow(at, HEAP, more);
                } else {
                    self.all_to_heap(at, 1);
                }
                let cell = self.make(at)?;
                self.define(at, inst.result(), &[old, Expr::address(cell)]);
            }
            Opcode::Load => {
                let addr = self.exprs[at.arg(0).index()];
                let header = at.has(bits::HEADER_DATA) && !self.pointers(at.body, inst.result());
                if addr.cell != NONE && (header || self.pointers(at.body, inst.result())) {
                    let flags = if header { INTEGER } else { 0 };
                    self.exprs[inst.result().index()] = Expr { flags, ..addr.plus(1) };
                }
            }
            Opcode::Store => {
                let value = self.value(at.arg(1));
                if at.has(bits::HEADER_DATA) {
                    // The data word of a header is a pointer, whatever its type says.
                    self.store(at, Expr::NOTHING);
                    let word = self.exprs[at.arg(1).index()].plus(0);
                    self.flow(at, HEAP, word);
                } else {
                    self.store(at, if at.has(bits::SELF_ASSIGN) { Expr::NOTHING } else { value });
                }
            }
            Opcode::Memcpy => {
                let content = self.value(at.arg(1));
                self.store(at, if content.cell == NONE { content } else { content.plus(1) });
            }
            Opcode::FieldAddr => self.part(at, true),
            Opcode::ElemAddr => {
                let slice = self.module.types.kind(at.body.ty(at.arg(0))) == TypeKind::Slice;
                self.part(at, !slice);
            }
            Opcode::ZeroMem => {
                let addr = self.value(at.arg(0));
                self.flow(at, MUTATOR, addr);
            }
            Opcode::Aggregate => {
                let sources: Vec<Expr> = at.body.args(inst).map(|v| self.value(v)).collect();
                self.define(at, inst.result(), &sources);
            }
            Opcode::TypeAssert => {
                let types = &self.module.types;
                let target = at.body.ty(inst.result());
                self.copy(at, if types.is_interface(target) || types.layout[target].direct { 0 } else { 1 });
            }
            Opcode::MapSet => self.all_to_heap(at, 1),
            Opcode::ChanSend => self.all_to_heap(at, 1),
            Opcode::Panic => self.all_to_heap(at, 0),
            Opcode::Next => {
                let e = self.value(at.arg(0));
                if let (Some(value), true) = (inst.results().nth(2), e.cell != NONE) {
                    self.define(at, value, &[e.plus(1)]);
                }
            }
            Opcode::ChanSelect => {
                let sends = (inst.aux & !(1 << 31)) as usize;
                for pair in at.body.arg_words(inst).chunks_exact(2).take(sends) {
                    let value = self.value(Value::from_raw(pair[1]));
                    self.flow(at, HEAP, value);
                }
            }
            Opcode::FreeVar => self.free_var(at),
            Opcode::Call | Opcode::Go | Opcode::Defer => self.call(at, Some(FuncId::from_raw(inst.aux)), 0)?,
            Opcode::CallIndirect | Opcode::GoIndirect | Opcode::DeferIndirect => {
                let known = self.exprs[at.arg(0).index()];
                let named =
                    at.has(bits::TARGET).then(|| self.module.attrs.get(Entity::Inst, attr::TARGET, at.number()));
                let known = known.is(FUNCTION).then_some(known.data);
                self.call(at, named.flatten().or(known).map(FuncId::from_raw), 1)?;
            }
            Opcode::CallMethod | Opcode::GoMethod | Opcode::DeferMethod => self.call(at, None, 1)?,
            Opcode::Intrinsic | Opcode::GoIntrinsic | Opcode::DeferIntrinsic => self.intrinsic(at),
            Opcode::Jump if inst.num_args == 0 => {}
            Opcode::Branch | Opcode::Switch if inst.num_args == 1 => {}
            Opcode::Jump | Opcode::Branch | Opcode::Switch => {
                for (block, args) in at.body.targets(inst) {
                    for (param, &arg) in at.body.blocks[block.index()].params().zip(args) {
                        let (to, from) = (self.exprs[param.index()], self.value(Value::from_raw(arg)));
                        if to.cell != NONE && !to.is(PLACE) {
                            self.flow(at, to.cell, from);
                        }
                    }
                }
            }
            Opcode::Return => {
                for (n, value) in (0..).zip(at.body.args(inst)) {
                    let (cell, e) = (self.result_cell(at.body.func, n), self.value(value));
                    self.flow(at, cell, e);
                }
            }
        }
        Ok(())
    }

    fn note(&mut self, at: &At<'_>, flags: u8, data: u32) {
        self.exprs[at.inst.result().index()] = Expr { flags, data, ..Expr::NOTHING };
    }

    pub(super) fn note_function(&mut self, at: &At<'_>, func: FuncId) {
        let e = &mut self.exprs[at.inst.result().index()];
        *e = Expr { flags: e.flags | FUNCTION, data: func.raw(), ..*e };
    }

    pub(super) fn all_to_heap(&mut self, at: &At<'_>, from: usize) {
        for arg in at.body.args(at.inst).skip(from) {
            let e = self.value(arg);
            self.flow(at, HEAP, e);
        }
    }

    /// The address of a part; of a field or an array's element it is as much a place as the whole.
    fn part(&mut self, at: &At<'_>, same_object: bool) {
        let base = self.exprs[at.arg(0).index()];
        if self.pointers(at.body, at.inst.result()) {
            let flags = if same_object { base.flags & (PLACE | GLOBAL) } else { 0 };
            self.exprs[at.inst.result().index()] = Expr { flags, data: NONE, ..base };
        }
    }

    /// A store of a value to the address in the first operand.
    fn store(&mut self, at: &At<'_>, value: Expr) {
        let addr = self.exprs[at.arg(0).index()];
        let own = |c: u32| self.model == super::Model::Textbook && self.cells[c as usize].backing;
        if addr.is(PLACE) && !own(addr.cell) {
            self.flow(at, addr.cell, value);
            return;
        }
        self.flow(at, HEAP, value);
        if !addr.is(GLOBAL) && !addr.is(INTEGER) {
            self.flow(at, MUTATOR, addr.plus(0));
        }
    }

    fn intrinsic(&mut self, at: &At<'_>) {
        match at.inst.aux {
            intrinsic::PRINT
            | intrinsic::PRINTLN
            | intrinsic::CLOSE
            | intrinsic::REAL
            | intrinsic::IMAG
            | intrinsic::COMPLEX
            | intrinsic::KEEP_ALIVE
            | intrinsic::DELETE
            | intrinsic::RECOVER_DISCARD => {}
            intrinsic::COPY_ELEMENTS => {
                let (to, elements) = (self.value(at.arg(0)), self.elements(at, 1));
                self.flow(at, MUTATOR, to);
                self.flow(at, HEAP, elements);
            }
            intrinsic::CLEAR => {
                let e = self.value(at.arg(0));
                self.flow(at, MUTATOR, e);
            }
            intrinsic::MIN | intrinsic::MAX => {
                let sources: Vec<Expr> = at.body.args(at.inst).map(|v| self.value(v)).collect();
                if at.inst.num_results > 0 {
                    self.define(at, at.inst.result(), &sources);
                }
            }
            intrinsic::UNSAFE_SLICE
            | intrinsic::UNSAFE_STRING
            | intrinsic::UNSAFE_SLICE_DATA
            | intrinsic::UNSAFE_STRING_DATA => {
                if at.inst.num_results > 0 {
                    self.copy(at, 0);
                }
            }
            // `escape`, the panic, and whatever there may be one day.
            _ => self.all_to_heap(at, 0),
        }
        if self.recorded(at) {
            self.all_to_heap(at, 0);
        }
    }

    /// Whether operands wait on the heap for their call: those of a new goroutine, and of a call deferred more than once.
    pub(super) fn recorded(&self, at: &At<'_>) -> bool {
        match at.inst.op {
            Opcode::Go | Opcode::GoIndirect | Opcode::GoMethod | Opcode::GoIntrinsic => true,
            Opcode::Defer | Opcode::DeferIndirect | Opcode::DeferMethod | Opcode::DeferIntrinsic => {
                at.has(bits::DEFER_HEAP) || !self.syntactic && self.depths[at.block] > 1
            }
            _ => false,
        }
    }

    pub(super) fn results_used(&self, at: &At<'_>) -> bool {
        at.inst.num_results > 0 && !at.has(bits::RESULTS_UNUSED)
    }

    /// A maker of storage: its cell, whose address is the result.
    pub(super) fn make(&mut self, at: &At<'_>) -> Result<u32, Rejection> {
        let site = SiteId::from_raw(at.inst.aux);
        let row = self.module.sites[site];
        let made = self.made(at, site);
        let depth = match (row.kind, self.site_depths[site.index()]) {
            // It grows at most once in a call and never twice into the same array: no loop confines it.
            (SiteKind::Append, _) => 0,
            (SiteKind::Param | SiteKind::Result, _) if self.syntactic => 1,
            (SiteKind::Param | SiteKind::Result, _) => self.depths[at.block],
            (_, 0) => self.depths[at.block],
            (_, depth) => depth,
        };
        let cell = self.site_cell(at.body.func, site, depth);
        let v = *self.verdict(site)?;
        self.met += 1;
        let program = v.extent == Extent::Program;
        if place::heap_in_itself(self.module, self.profile, self.model, &row, made) {
            if !program {
                return Err(self.at_site(Rule::Placement, site, "may not be on the stack".into()));
            }
            if row.kind != SiteKind::Chan {
                self.flow(at, HEAP, Expr::address(cell));
            }
        }
        let here = &mut self.cells[cell as usize];
        here.backing |= matches!(row.kind, SiteKind::SliceLiteral | SiteKind::Variadic);
        let fresh =
            Storage { site, program, in_wrapper: self.in_wrapper[site.index()], followed: row.kind != SiteKind::Chan };
        let depth = here.storage_depth;
        let storage = *here.storage.get_or_insert(fresh);
        if storage.site != site {
            self.twins.push((cell, site));
        }
        if storage.program != program {
            return Err(self.at_site(Rule::Escape, site, "one variable with two verdicts".into()));
        }
        if let Some((rule, message)) = place::wrong(self.module, self.profile, &row, made, depth, &v) {
            return Err(self.at_site(rule, site, message));
        }
        self.define(at, at.inst.result(), &[Expr::address(cell)]);
        Ok(cell)
    }

    /// A string that grows in place: no cell stands for its bytes.
    fn grow(&mut self, at: &At<'_>) -> Result<(), Rejection> {
        let site = SiteId::from_raw(at.inst.aux);
        let row = self.module.sites[site];
        let v = *self.verdict(site)?;
        self.met += 1;
        if v.extent != Extent::Program {
            return Err(self.at_site(Rule::Escape, site, "the bytes of a string that grows in place".into()));
        }
        match place::wrong(self.module, self.profile, &row, Made::default(), 1, &v) {
            Some((rule, message)) => Err(self.at_site(rule, site, message)),
            None => Ok(()),
        }
    }

    fn made(&self, at: &At<'_>, site: SiteId) -> Made {
        let constant = |n: usize| self.exprs[at.arg(n).index()].is(CONSTANT);
        let fixed = match at.inst.op {
            Opcode::MakeSlice => constant(1),
            Opcode::MakeIface => constant(0),
            Opcode::MakeClosure => at.inst.num_args == 0,
            _ => false,
        };
        let slice = at.inst.op == Opcode::MakeSlice;
        let capacity = slice.then(|| self.exprs[at.arg(1).index()]).filter(|e| e.is(NUMBER)).and_then(|e| {
            let words = at.body.imms(&at.body.insts[e.data as usize]);
            (words.len() == 2).then(|| u64::from(words[0]) | u64::from(words[1]) << 32)
        });
        let pinned = self.pinned[site.index()];
        Made { capacity, slice, fixed: fixed || self.static_data[site.index()], pinned }
    }
}

/// Whether the blocks stand in an order in which definitions come before uses: each is entered from one before it, so a way from
/// the entry leads through smaller numbers, and every dominator lies on it.
fn in_order(body: &Body<'_>, recover: Option<BlockId>, entered: &mut Vec<bool>) -> bool {
    if body.blocks.len() == 1 {
        return true;
    }
    entered.clear();
    entered.resize(body.blocks.len(), false);
    entered[0] = true;
    if let Some(block) = recover {
        entered[block.index()] = true;
    }
    body.blocks.iter().enumerate().all(|(index, block)| {
        if let Some(last) = body.terminator(block).filter(|_| entered[index]) {
            body.targets(last).for_each(|(to, _)| entered[to.index()] = true);
        }
        entered[index]
    })
}

/// The blocks in an order in which definitions come before uses; what cannot be reached comes last.
fn dominators_first(body: &Body<'_>, recover: Option<BlockId>) -> Vec<u32> {
    let succs = |b: u32| {
        let block = &body.blocks[b as usize];
        let targets = body.terminator(block).into_iter().flat_map(|inst| body.targets(inst)).map(|t| t.0.raw());
        targets.chain(recover.filter(|_| b == 0).map(BlockId::raw)).collect::<Vec<u32>>()
    };
    let mut met = vec![false; body.blocks.len()];
    let mut order = Vec::with_capacity(body.blocks.len());
    let mut path = vec![(0_u32, succs(0))];
    met[0] = true;
    while let Some((block, rest)) = path.last_mut() {
        match rest.pop() {
            Some(to) => {
                if !std::mem::replace(&mut met[to as usize], true) {
                    path.push((to, succs(to)));
                }
            }
            None => {
                order.push(*block);
                path.pop();
            }
        }
    }
    order.reverse();
    order.extend((0..body.blocks.len() as u32).filter(|&b| !met[b as usize]));
    order
}
