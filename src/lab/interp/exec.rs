//! The loop over instructions: every opcode, no catch-all.

use super::End;
use super::machine::{Step, Vm};
use super::memory::Kind;
use super::panics::Error;
use super::prep::LEFT;
use super::value::Slot;
use super::watch::{Death, ViolationKind};
use crate::entity::{FuncId, NONE, SiteId, TypeId, Value};
use crate::ir::{Inst, Opcode, TypeKind};

impl Vm<'_> {
    /// First register of a value, and how many it has.
    #[inline]
    pub(super) fn register(&self, value: u32) -> (usize, usize) {
        let ty = self.body.values[value as usize];
        let first = self.base + self.s.registers[self.table + value as usize] as usize;
        (first, self.s.shapes.cells[ty.index()] as usize)
    }

    /// The first slot of a value; values of no slots have none, and read as zero.
    #[inline]
    pub(super) fn slot(&self, value: u32) -> Slot {
        let first = self.base + self.s.registers[self.table + value as usize] as usize;
        self.s.regs.get(first).copied().unwrap_or(Slot::ZERO)
    }

    /// Sets the first slot of a result.
    #[inline]
    pub(super) fn set(&mut self, inst: &Inst, slot: Slot) {
        let first = self.base + self.s.registers[self.table + inst.first_result as usize] as usize;
        self.s.regs[first] = slot;
    }

    /// Copies an operand into the first result.
    pub(super) fn pass(&mut self, inst: &Inst, value: u32) -> Step {
        let ((from, n), (to, want)) = (self.register(value), self.register(inst.first_result));
        if n != want {
            return self.unsupported("a value of another layout");
        }
        self.s.regs.copy_within(from..from + n, to);
        Ok(())
    }

    /// Runs until something else is to be done.
    pub(super) fn execute(&mut self) -> Step {
        loop {
            if self.s.slice == 0 {
                self.slice_over()?;
            }
            self.s.slice -= 1;
            self.at = self.pc;
            self.pc += 1;
            let insts = self.body.insts;
            self.instruction(&insts[self.at as usize])?;
        }
    }

    #[inline]
    fn instruction(&mut self, inst: &Inst) -> Step {
        use Opcode as O;
        let args = self.body.arg_words(inst);
        match inst.op {
            O::ConstInt => {
                let imms = self.body.imms(inst);
                let bits = u64::from(imms[0]) | u64::from(imms[1]) << 32;
                let kind = self.kind(inst.first_result);
                self.set(inst, Slot::Bits(self.truncate(kind, bits)));
            }
            O::ConstFloat => self.const_float(inst)?,
            O::ConstStr => self.const_str(inst)?,
            O::Zero => {
                let (to, n) = self.register(inst.first_result);
                self.s.regs[to..to + n].fill(Slot::ZERO);
            }
            O::Unary => self.unary(inst, args[0])?,
            O::Binary => self.binary(inst, args[0], args[1])?,
            O::Compare => self.compare(inst, args[0], args[1])?,
            O::Select => {
                let chosen = if self.slot(args[0]).is_zero() { args[2] } else { args[1] };
                self.pass(inst, chosen)?;
            }
            O::Cast => self.cast(inst, args[0])?,
            O::PtrToInt => self.ptr_to_int(inst, args[0])?,
            O::IntToPtr => self.int_to_ptr(inst, args[0])?,
            O::Var | O::New => self.new_object(inst)?,
            O::MakeSlice => self.make_slice(inst, args[0], args[1])?,
            O::MakeMap => self.make_map(inst, args.first().copied())?,
            O::MakeChan => self.make_chan(inst, args.first().copied())?,
            O::MakeIface => self.make_iface(inst, args[0])?,
            O::MakeIfaceDirect => {
                let ty = self.body.values[args[0] as usize];
                let data = self.slot(args[0]);
                self.set_pair(inst, Slot::Type(ty.raw()), data);
            }
            O::MakeClosure => self.make_closure(inst, args)?,
            O::MethodValue => self.method_value(inst, args[0])?,
            O::Concat => self.concat(inst, args)?,
            O::Convert => self.convert(inst, args[0])?,
            O::Append => self.append(inst, args)?,
            O::AppendSlice => self.append_slice(inst, args[0], args[1])?,
            O::Load => {
                let (to, n) = self.register(inst.first_result);
                self.read(self.slot(args[0]), n as u32, to)?;
            }
            O::Store => {
                let (from, n) = self.register(args[1]);
                self.write(self.slot(args[0]), from, n as u32)?;
            }
            O::FieldAddr => {
                let ty = self.body.values[args[0] as usize];
                let field = self.m.types.elem(ty).map_or(0, |object| self.s.shapes.field(self.m, object, inst.aux));
                let at = self.inner(self.slot(args[0]), field)?;
                self.set(inst, at);
            }
            O::ElemAddr => self.elem_addr(inst, args[0], args[1])?,
            O::PtrOffset => self.ptr_offset(inst, args[0], args[1])?,
            O::Slice => self.slice_expression(inst, args)?,
            O::ZeroMem => {
                let cells = self.pointee_cells(args[0])?;
                self.zero(self.slot(args[0]), cells)?;
            }
            O::Memcpy => match self.s.shapes.of(TypeId::from_raw(inst.aux)) {
                Some(cells) => {
                    self.memcpy(TypeId::from_raw(inst.aux), self.slot(args[0]), self.slot(args[1]), cells)?
                }
                None => return self.unsupported("a type without a layout"),
            },
            O::GlobalAddr => self.set(inst, Slot::Ptr(inst.aux, 0)),
            O::FuncRef => self.set(inst, Slot::Func(FuncId::from_raw(inst.aux))),
            O::Aggregate => self.aggregate(inst, args)?,
            O::Extract => {
                let ty = self.body.values[args[0] as usize];
                let field = self.s.shapes.field(self.m, ty, inst.aux) as usize;
                let ((from, _), (to, n)) = (self.register(args[0]), self.register(inst.first_result));
                self.s.regs.copy_within(from + field..from + field + n, to);
            }
            O::ExtractElem => self.extract_elem(inst, args[0], args[1])?,
            O::SliceToArray => self.slice_to_array(inst, args[0])?,
            O::SliceToArrayPtr => self.slice_to_array_ptr(inst, args[0])?,
            O::ChangeIface => self.pass(inst, args[0])?,
            O::TypeAssert => self.type_assert(inst, args[0])?,
            O::MapGet => self.map_get(inst, args[0], args[1])?,
            O::MapSet => self.map_set(args[0], args[1], args[2])?,
            O::MapDelete => self.map_delete(args[0], args[1])?,
            O::Iter => self.iter(inst, args[0])?,
            O::Next => self.next(inst, args[0])?,
            O::ChanSend => self.chan_send(args[0], args[1])?,
            O::ChanRecv => self.chan_recv(inst, args[0])?,
            O::ChanSelect => self.chan_select(inst, args)?,
            O::FreeVar => self.free_var(inst)?,
            O::Len | O::Cap => self.measure(inst, args[0])?,
            O::Call
            | O::CallIndirect
            | O::CallMethod
            | O::Intrinsic
            | O::Go
            | O::GoIndirect
            | O::GoMethod
            | O::GoIntrinsic
            | O::Defer
            | O::DeferIndirect
            | O::DeferMethod
            | O::DeferIntrinsic => {
                if let Some((kind, mode)) = inst.op.call() {
                    self.call(inst, kind, mode)?;
                }
            }
            O::Recover => {
                let [ty, data] = self.recover(0);
                self.set_pair(inst, ty, data);
            }
            O::RunDefers => {
                self.run_deferred()?;
            }
            O::Free => {
                let at = self.slot(args[0]);
                self.free(at)?;
            }
            O::Jump => self.edge(0, inst.aux, args)?,
            O::Branch => {
                let (imms, rest) = (self.body.imms(inst), &args[1..]);
                let (yes, no) = rest.split_at(inst.aux as usize);
                if self.slot(args[0]).is_zero() {
                    self.edge(1, imms[1], no)?;
                } else {
                    self.edge(0, imms[0], yes)?;
                }
            }
            O::Switch => self.switch_on(inst, args)?,
            O::Return => {
                if !self.run_deferred()? {
                    self.returned()?;
                }
            }
            O::Panic => {
                let (at, n) = self.register(args[0]);
                if n != 2 || self.kind(args[0]) != TypeKind::Interface {
                    return self.unsupported("a panic with what is no interface");
                }
                let value = [self.s.regs[at], self.s.regs[at + 1]];
                return self.panic_value(value);
            }
            O::Unreachable => return self.end(End::Exited),
        }
        Ok(())
    }

    /// Kind of a value's type, names seen through.
    #[inline]
    pub(super) fn kind(&self, value: u32) -> TypeKind {
        self.m.types.kind(self.body.values[value as usize])
    }

    /// Type of a value.
    #[inline]
    pub(super) fn ty(&self, value: u32) -> TypeId {
        self.body.values[value as usize]
    }

    pub(super) fn set_pair(&mut self, inst: &Inst, first: Slot, second: Slot) {
        let (to, n) = self.register(inst.first_result);
        if n >= 2 {
            self.s.regs[to] = first;
            self.s.regs[to + 1] = second;
        }
    }

    /// Takes edge `n` of the current block.
    fn edge(&mut self, n: usize, target: u32, args: &[u32]) -> Step {
        let block = &self.body.blocks[target as usize];
        if !args.is_empty() {
            self.block_arguments(block.first_param, args)?;
        }
        let prep = &self.s.preps[self.body.func.index()];
        if prep.loops {
            let first = self.s.edges[prep.edges as usize + self.block as usize] as usize;
            let effect = self.s.effects[first + n];
            let base = self.s.frames.last().map_or(0, |f| f.iterations as usize);
            if effect != 0 && self.s.iterations.len() > base {
                let death = if effect & LEFT != 0 { Death::LoopLeft } else { Death::Iterated };
                self.end_iterations(effect & !LEFT, death);
            }
        }
        self.block = target;
        self.pc = block.first_inst;
        Ok(())
    }

    /// Sets a block's parameters, all at once.
    fn block_arguments(&mut self, first_param: u32, args: &[u32]) -> Step {
        let to = self.base + self.s.registers[self.table + first_param as usize] as usize;
        if let &[arg] = args {
            let (from, n) = self.register(arg);
            if n != self.register(first_param).1 {
                return self.unsupported("a block argument of another layout");
            }
            self.s.regs.copy_within(from..from + n, to);
            return Ok(());
        }
        let mut all = std::mem::take(&mut self.s.scratch);
        all.clear();
        let mut fits = true;
        for (k, &arg) in args.iter().enumerate() {
            let (from, n) = self.register(arg);
            fits &= n == self.register(first_param + k as u32).1;
            all.extend_from_slice(&self.s.regs[from..from + n]);
        }
        if fits {
            self.s.regs[to..to + all.len()].copy_from_slice(&all);
        }
        self.s.scratch = all;
        if fits { Ok(()) } else { self.unsupported("a block argument of another layout") }
    }

    fn switch_on(&mut self, inst: &Inst, args: &[u32]) -> Step {
        let kind = self.kind(args[0]);
        let value = self.slot(args[0]).bits();
        let imms = self.body.imms(inst);
        let (default, count) = (imms[0], imms[1] as usize);
        let (default_args, mut rest) = args[1..].split_at(count);
        for (n, case) in imms[2..].chunks_exact(4).enumerate() {
            let (mine, others) = rest.split_at(case[3] as usize);
            let wanted = u64::from(case[0]) | u64::from(case[1]) << 32;
            if self.truncate(kind, wanted) == value {
                return self.edge(n + 1, case[2], mine);
            }
            rest = others;
        }
        self.edge(0, default, default_args)
    }

    /// `var` and `new`.
    fn new_object(&mut self, inst: &Inst) -> Step {
        let ty = self.m.sites[SiteId::from_raw(inst.aux)].ty;
        let obj = self.alloc_values(ty, 1)?;
        self.born(obj, inst.aux, self.m.types.layout[ty].size);
        self.set(inst, Slot::Ptr(obj, 0));
        Ok(())
    }

    /// A pointer some cells into what another points to.
    #[inline]
    pub(super) fn inner(&mut self, at: Slot, cells: u32) -> Step<Slot> {
        match at {
            Slot::Ptr(obj, off) => Ok(Slot::Ptr(obj, off.saturating_add(cells))),
            at if at.is_zero() => self.panic_with(Error::NilDereference),
            _ => self.unsupported("the address of a part of memory of another layout"),
        }
    }

    fn elem_addr(&mut self, inst: &Inst, base: u32, index: u32) -> Step {
        let types = &self.m.types;
        let index = self.index_of(index);
        let container = self.body.values[base as usize];
        let (len, elem) = if types.kind(container) == TypeKind::Slice {
            let (at, _) = self.register(base);
            (self.s.regs[at + 1].bits(), types.elem(container))
        } else {
            let array = types.elem(container);
            (array.map_or(0, |a| types.array_len(a)), array.and_then(|a| types.elem(a)))
        };
        let at = self.slot(base);
        if len > 0 && at.is_zero() {
            return self.panic_with(Error::NilDereference);
        }
        let Some(index) = index.filter(|&i| i < len) else { return self.panic_with(Error::OutOfRange) };
        let Some(cells) = elem.and_then(|e| self.s.shapes.of(e)) else {
            return self.unsupported("elements without a layout");
        };
        let at = self.inner(at, (index as u32).saturating_mul(cells))?;
        self.set(inst, at);
        Ok(())
    }

    /// The value of an index; `None` if it is negative.
    pub(super) fn index_of(&self, value: u32) -> Option<u64> {
        let wide = self.signed(self.kind(value), self.slot(value).bits());
        if self.is_signed(self.kind(value)) { u64::try_from(wide).ok() } else { Some(wide as u64) }
    }

    /// Cells of what a typed pointer points to.
    fn pointee_cells(&mut self, pointer: u32) -> Step<u32> {
        match self.m.types.elem(self.ty(pointer)).filter(|_| self.kind(pointer) == TypeKind::Ptr) {
            Some(elem) => match self.s.shapes.of(elem) {
                Some(cells) => Ok(cells),
                None => self.unsupported("a type without a layout"),
            },
            None => self.unsupported("an untyped pointer, whose memory has no size"),
        }
    }

    fn memcpy(&mut self, ty: TypeId, to: Slot, from: Slot, cells: u32) -> Step {
        // Untyped pointers may point to anything; typed ones fit by their types.
        for at in [to, from] {
            if let Slot::Ptr(obj, cell) = at {
                let o = self.s.objects[obj as usize];
                let fits = match (o.kind, o.ty) {
                    (Kind::Data, have) if have != NONE => {
                        self.s.shapes.fits(self.m, TypeId::from_raw(have), o.len, cell, ty)
                    }
                    (Kind::Closure, _) => true,
                    _ => false,
                };
                if !fits {
                    return self.unsupported("memory copied as another layout");
                }
            }
        }
        self.copy(to, from, cells)
    }

    fn make_closure(&mut self, inst: &Inst, args: &[u32]) -> Step {
        let m = self.m;
        let func = FuncId::from_raw(self.body.imms(inst)[0]);
        let id = self.body.inst_in_module(self.at.into());
        let rows = m.attrs.range(crate::ir::Entity::Inst, crate::ir::attr::BY_VALUE, id..id + 1);
        let by_value = |vm: &Self, n: usize, v: u32| {
            let variable = m.types.elem(vm.ty(v)).filter(|_| vm.kind(v) == TypeKind::Ptr)?;
            let small = m.types.layout[variable].size <= vm.profile.max_by_value;
            (small && rows.iter().any(|row| row.value as usize == n)).then_some(variable)
        };
        let mut cells = 0;
        for (n, &v) in args.iter().enumerate() {
            cells += self.register(v).1 as u64;
            cells += by_value(self, n, v).and_then(|ty| self.s.shapes.of(ty)).map_or(0, u64::from);
        }
        let obj = self.alloc(Kind::Closure, NONE, cells)?;
        self.s.objects[obj as usize].extra = func.raw();
        self.born(obj, inst.aux, 0);
        let (mut at, mut copy) = (0, args.iter().map(|&v| self.register(v).1).sum::<usize>() as u32);
        for (n, &v) in args.iter().enumerate() {
            let (from, k) = self.register(v);
            match by_value(self, n, v).and_then(|ty| self.s.shapes.of(ty)) {
                // The variable is copied behind the bindings, and the binding is the copy's address.
                Some(len) => {
                    self.copy(Slot::Ptr(obj, copy), self.s.regs[from], len)?;
                    self.write_slots(Slot::Ptr(obj, at), &[Slot::Ptr(obj, copy)])?;
                    copy += len;
                }
                None => self.write(Slot::Ptr(obj, at), from, k as u32)?,
            }
            at += k as u32;
        }
        self.set(inst, Slot::Ptr(obj, 0));
        Ok(())
    }

    fn method_value(&mut self, inst: &Inst, receiver: u32) -> Step {
        let imms = self.body.imms(inst);
        let (from, n) = self.register(receiver);
        let kind = if imms[0] == NONE { Kind::IfaceMethod } else { Kind::Method };
        if kind == Kind::IfaceMethod && self.s.regs[from].is_zero() {
            return self.panic_with(Error::NilDereference);
        }
        let obj = self.alloc(kind, NONE, n as u64)?;
        let o = &mut self.s.objects[obj as usize];
        (o.extra, o.aux) = match kind {
            Kind::IfaceMethod => (self.body.values[receiver as usize].raw(), imms[1]),
            _ => (imms[0], NONE),
        };
        self.born(obj, inst.aux, 0);
        self.write(Slot::Ptr(obj, 0), from, n as u32)?;
        self.set(inst, Slot::Ptr(obj, 0));
        Ok(())
    }

    fn free_var(&mut self, inst: &Inst) -> Step {
        let closure = self.s.frames.last().map_or(Slot::ZERO, |f| f.closure);
        let m = self.m;
        let before = m.free_vars(self.body.func).take(inst.aux as usize);
        let at: u32 = before.filter_map(|ty| self.s.shapes.of(ty)).sum();
        let (to, n) = self.register(inst.first_result);
        match closure {
            Slot::Ptr(obj, 0) if self.s.objects[obj as usize].kind == Kind::Closure => {
                self.touch(obj, ViolationKind::Load)?;
                self.read(Slot::Ptr(obj, at), n as u32, to)
            }
            _ => self.unsupported("a free variable of a function that runs without a closure"),
        }
    }

    /// The instruction that defines a value of the body.
    pub(super) fn definer(&self, value: Value) -> Option<(u32, &Inst)> {
        let makes = |inst: &&Inst| {
            inst.num_results > 0
                && (inst.first_result..inst.first_result + u32::from(inst.num_results)).contains(&value.raw())
        };
        let n = self.body.insts.iter().position(|inst| makes(&inst))?;
        Some((n as u32, &self.body.insts[n]))
    }
}
