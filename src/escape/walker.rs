//! The one instruction walker: from a body to the words of the constraint vocabulary.
//!
//! Most opcodes and all intrinsics say their flows in their rows, and the walker only reads them out. What depends on more
//! than operands (calls, closures, loads, terminators) is spelled out here, once for all models.

use super::faults::{Fault, Rule, seeded, wrong};
use super::side::{SideTables, bits};
use super::vocabulary::{At, Call, Callee, Constraints, Noted, Projection, Sink, Source};
use crate::control::{Control, STEPS};
use crate::entity::{BlockId, FuncId, InstId, NONE, SiteId, Value};
use crate::ir::opcode::{FlowRow, From, Shape, To, Why};
use crate::ir::{BinaryOp, Body, CallMode, CalleeKind, Entity, Module, Opcode, TypeKind, attr, intrinsic};

/// Walks the blocks of a body in the given order. A model may count on definitions coming before uses, so the order must have
/// dominators first.
pub(crate) fn walk<C: Constraints>(
    module: &Module,
    side: &SideTables,
    body: &Body<'_>,
    order: impl Iterator<Item = BlockId>,
    model: &mut C,
    control: Control<'_>,
) {
    let Some(inst) = body.insts.first() else { return };
    let at = At { body, block: BlockId::from_raw(0), id: InstId::from_raw(0), inst };
    let mut walk = Walk { module, side, at, model };
    let mut steps = 0;
    for block in order {
        let row = &body.blocks[block.index()];
        walk.at.block = block;
        let insts = &body.insts[row.first_inst as usize..][..row.num_insts as usize];
        let mut first = row.first_inst;
        for insts in insts.chunks(STEPS) {
            steps += insts.len();
            if steps >= STEPS {
                steps = 0;
                control.poll();
            }
            for (id, inst) in (first..).zip(insts) {
                if !inst.op.is_silent() {
                    walk.at.id = InstId::from_raw(id);
                    walk.at.inst = inst;
                    walk.instruction();
                }
            }
            first += insts.len() as u32;
        }
    }
}

struct Walk<'a, 'm, C> {
    module: &'m Module,
    side: &'a SideTables,
    at: At<'m>,
    model: &'a mut C,
}

impl<C: Constraints> Walk<'_, '_, C> {
    fn bit(&self, bit: u8) -> bool {
        self.side.inst[self.at.body.inst_in_module(self.at.id) as usize] & bit != 0
    }

    fn arg(&self, n: usize) -> Value {
        self.at.body.arg(self.at.inst, n)
    }

    #[inline]
    fn flow(&mut self, to: Sink, from: Source, why: Why) {
        self.model.flow(&self.at, to, from, why);
    }

    /// The most frequent opcodes come first; most of what a body does makes no flow at all.
    #[inline(always)]
    fn instruction(&mut self) {
        if self.model.takes(&self.at) {
            return;
        }
        let inst = self.at.inst;
        match inst.op {
            Opcode::Load if self.dropped(0) => {}
            Opcode::Load => self.model.load(&self.at, inst.result(), self.arg(0)),
            Opcode::Jump if inst.num_args == 0 => {}
            Opcode::Branch if inst.num_args == 1 => {}
            Opcode::ConstInt => {
                let number = match self.at.body.imms(inst) {
                    &[lo, hi] => Noted::Integer(u64::from(lo) | u64::from(hi) << 32),
                    _ => Noted::Constant,
                };
                self.model.note(&self.at, number);
            }
            Opcode::ConstFloat | Opcode::ConstStr | Opcode::Zero => self.model.note(&self.at, Noted::Constant),
            Opcode::FuncRef => self.model.note(&self.at, Noted::Function(FuncId::from_raw(inst.aux))),
            Opcode::GlobalAddr => self.model.note(&self.at, Noted::Global),
            Opcode::Store if self.bit(bits::SELF_ASSIGN | bits::HEADER_DATA) => self.marked_store(),
            // Rows known to the compiler become straight code.
            Opcode::Store => self.rows(const { Opcode::Store.row().flows() }),
            Opcode::Var => self.rows(const { Opcode::Var.row().flows() }),
            // So do some that have none.
            Opcode::Call => self.call(CalleeKind::Static, CallMode::Plain),
            Opcode::FieldAddr | Opcode::Return if self.dropped(0) => {}
            Opcode::FieldAddr => {
                self.model.project(&self.at, inst.result(), self.arg(0), Projection::Field(inst.aux));
            }
            Opcode::Return => {
                for (i, value) in self.at.body.args(inst).enumerate() {
                    self.model.returns(&self.at, i as u32, value);
                }
            }
            _ => match inst.op.row().shape {
                Shape::Flows(rows) => self.any_rows(rows),
                Shape::Integer(rows) => {
                    // A shift's right operand counts bits; it cannot carry an address.
                    let shift = inst.op == Opcode::Binary
                        && matches!(BinaryOp::from_number(inst.aux), Some(BinaryOp::Shl | BinaryOp::Shr));
                    self.any_rows(if shift { &rows[..1] } else { rows });
                }
                Shape::Special => self.special(),
            },
        }
    }

    /// A store an attribute speaks of: its value does not count, or goes to the heap; the write does count.
    #[cold]
    fn marked_store(&mut self) {
        self.flow(Sink::Pointee(self.arg(0)), Source::Nothing, Why::StoreIndirect);
        if self.bit(bits::HEADER_DATA) {
            self.flow(Sink::Heap, Source::Value(self.arg(1)), Why::ReflectHeader);
        }
    }

    #[inline(never)]
    fn any_rows(&mut self, rows: &'static [FlowRow]) {
        self.rows(rows);
    }

    /// Whether what a special opcode says with this number is left out to see whether somebody notices.
    #[inline(always)]
    fn dropped(&self, word: u8) -> bool {
        seeded(Fault::Word(self.at.inst.op, word))
    }

    /// The flows of a row.
    #[inline(always)]
    fn rows(&mut self, rows: &'static [FlowRow]) {
        let inst = self.at.inst;
        for (n, row) in rows.iter().enumerate() {
            let fault = match inst.op {
                Opcode::Intrinsic | Opcode::GoIntrinsic | Opcode::DeferIntrinsic => Fault::Intrinsic(inst.aux, n as u8),
                op => Fault::Row(op, n as u8),
            };
            if seeded(fault) {
                continue;
            }
            let to = match row.to {
                To::Result(n) => {
                    if u32::from(n) >= u32::from(inst.num_results) {
                        continue;
                    }
                    Sink::Value(Value::from_raw(inst.first_result + u32::from(n)))
                }
                To::Pointee(n) => Sink::Pointee(self.arg(usize::from(n))),
                To::Site => Sink::Content(SiteId::from_raw(inst.aux)),
                To::Heap => Sink::Heap,
                To::Mutator => Sink::Mutator,
            };
            match row.from {
                From::Arg(n) => self.flow(to, Source::Value(self.arg(usize::from(n))), row.why),
                From::Deref(n) => self.flow(to, Source::Deref(self.arg(usize::from(n))), row.why),
                From::Elements(n) => {
                    let slice = self.arg(usize::from(n));
                    let types = &self.module.types;
                    let ty = self.at.body.ty(slice);
                    if types.kind(ty) == TypeKind::Slice && types.elem(ty).is_some_and(|e| types.pointers(e)) {
                        self.flow(to, Source::Deref(slice), row.why);
                    }
                }
                From::Args(n) => {
                    for i in usize::from(n)..usize::from(inst.num_args) {
                        self.flow(to, Source::Value(self.arg(i)), row.why);
                    }
                }
                From::Site => self.flow(to, Source::Address(SiteId::from_raw(inst.aux)), row.why),
            }
        }
    }

    #[inline(never)]
    fn special(&mut self) {
        let inst = self.at.inst;
        if let Some((kind, mode)) = inst.op.call() {
            return self.call(kind, mode);
        }
        match inst.op {
            Opcode::ElemAddr | Opcode::TypeAssert | Opcode::FreeVar if self.dropped(0) => {}
            Opcode::ElemAddr => {
                let base = self.arg(0);
                let slice =
                    self.module.types.kind(self.at.body.ty(base)) == TypeKind::Slice && !wrong(Rule::SliceElement);
                let step = if slice { Projection::SliceElement } else { Projection::ArrayElement };
                self.model.project(&self.at, inst.result(), base, step);
            }
            Opcode::TypeAssert => {
                let types = &self.module.types;
                let target = self.at.body.ty(inst.result());
                let whole = types.is_interface(target) || types.layout[target].direct;
                let from = if whole { Source::Value(self.arg(0)) } else { Source::Deref(self.arg(0)) };
                self.flow(Sink::Value(inst.result()), from, Why::Asserted);
            }
            Opcode::PtrToInt => {
                let from = Source::Value(self.arg(0));
                if self.bit(bits::UINTPTR_ESCAPES) && !self.dropped(0) {
                    self.flow(Sink::Heap, from, Why::Uintptr);
                }
                if self.bit(bits::UINTPTR_KEEPALIVE) && !self.dropped(1) {
                    self.flow(Sink::Mutator, from, Why::Uintptr);
                }
                if !self.dropped(2) {
                    self.flow(Sink::Value(inst.result()), from, Why::Uintptr);
                }
            }
            Opcode::Concat => {
                let site = SiteId::from_raw(inst.aux);
                if self.bit(bits::ASSIGN_OP) {
                    // The string that grows is the target itself.
                    if !self.dropped(0) {
                        for arg in self.at.body.args(inst).skip(1) {
                            self.flow(Sink::Value(inst.result()), Source::Value(arg), Why::Forced);
                        }
                    }
                    self.model.grows_in_place(&self.at, site);
                } else if !self.dropped(1) {
                    self.flow(Sink::Value(inst.result()), Source::Address(site), Why::AddressOf);
                }
            }
            Opcode::MakeClosure => {
                let site = SiteId::from_raw(inst.aux);
                let id = self.at.body.inst_in_module(self.at.id);
                let rows = self.module.attrs.range(Entity::Inst, attr::BY_VALUE, id..id + 1);
                let func = FuncId::from_raw(self.at.body.imms(inst)[0]);
                let mut by_value = |n| wrong(Rule::ByValue) || rows.iter().any(|row| row.value == n);
                if !self.dropped(0) {
                    self.model.closure(&self.at, site, func, &mut by_value);
                }
                self.model.note(&self.at, Noted::Function(func));
                if !self.dropped(1) {
                    self.flow(Sink::Value(inst.result()), Source::Address(site), Why::AddressOf);
                }
            }
            Opcode::MethodValue => {
                let site = SiteId::from_raw(inst.aux);
                let func = self.at.body.imms(inst)[0];
                let func = (func != NONE).then(|| FuncId::from_raw(func));
                if !self.dropped(0) {
                    self.model.method_value(&self.at, site, func, self.arg(0));
                }
                if !self.dropped(1) {
                    self.flow(Sink::Value(inst.result()), Source::Address(site), Why::AddressOf);
                }
            }
            Opcode::ChanSelect | Opcode::Jump | Opcode::Branch | Opcode::Switch if self.dropped(0) => {}
            Opcode::ChanSelect => {
                let sends = (inst.aux & !(1 << 31)) as usize;
                for pair in self.at.body.arg_words(inst).chunks_exact(2).take(sends) {
                    self.flow(Sink::Heap, Source::Value(Value::from_raw(pair[1])), Why::Sent);
                }
            }
            Opcode::FreeVar => self.model.free_var(&self.at, inst.result(), inst.aux),
            _ => {
                for (block, args) in self.at.body.targets(inst) {
                    for (param, &value) in self.at.body.blocks[block.index()].params().zip(args) {
                        self.model.block_argument(&self.at, param, Value::from_raw(value));
                    }
                }
            }
        }
    }

    fn call(&mut self, kind: CalleeKind, mode: CallMode) {
        let inst = self.at.inst;
        let args = self.at.body.arg_words(inst);
        let recorded = mode == CallMode::Go || mode == CallMode::Defer && self.bit(bits::DEFER_HEAP);
        let first = || Some(Value::from_raw(args[0]));
        let (callee, operand, args) = match kind {
            CalleeKind::Static => (Callee::Known(FuncId::from_raw(inst.aux)), None, args),
            CalleeKind::Indirect => {
                let target = self.bit(bits::TARGET).then(|| {
                    self.module
                        .attrs
                        .get(Entity::Inst, attr::TARGET, self.at.body.inst_in_module(self.at.id))
                        .map(FuncId::from_raw)
                });
                (target.flatten().map_or(Callee::Indirect, Callee::Known), first(), &args[1..])
            }
            CalleeKind::Method => (Callee::Method, first(), &args[1..]),
            CalleeKind::Intrinsic => {
                if let Some(row) = intrinsic::by_id(inst.aux) {
                    self.any_rows(row.flows);
                }
                if recorded && !self.dropped(0) {
                    let why = if mode == CallMode::Go { Why::Go } else { Why::DeferHeap };
                    for &arg in args {
                        self.flow(Sink::Heap, Source::Value(Value::from_raw(arg)), why);
                    }
                }
                return;
            }
        };
        if self.dropped(0) {
            return;
        }
        let results_used = inst.num_results > 0 && !self.bit(bits::RESULTS_UNUSED);
        self.model.call(&self.at, &Call { callee, operand, args, mode, recorded, results_used });
    }
}
