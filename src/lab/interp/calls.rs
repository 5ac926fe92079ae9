//! Calls: who is called, with what, and when.

use super::frames::Caller;
use super::machine::{Step, Vm};
use super::memory::Kind;
use super::panics::{Deferred, Error};
use super::value::{RUNTIME_ERROR, Slot};
use super::watch::ViolationKind;
use crate::entity::{FuncId, NONE, StrId, TypeId};
use crate::ir::{CallMode, CalleeKind, Entity, Inst, TypeKind, attr};
use smallvec::SmallVec;

/// Who is called. What a method or bound value adds to the operands has been set aside already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Callee {
    /// A function with a body, through this function value.
    Func(FuncId, Slot),
    /// A function without one.
    External(FuncId),
    /// A function of the outside, by its signature.
    Outside(TypeId),
    /// A method of a run-time error: its name and the error's number.
    Error(StrId, u64),
    /// The intrinsic of this instruction of this function.
    Intrinsic(FuncId, u32),
    /// No function.
    Nil,
}

impl Vm<'_> {
    /// A call, `go` or `defer`.
    pub(super) fn call(&mut self, inst: &Inst, kind: CalleeKind, mode: CallMode) -> Step {
        self.s.args.clear();
        let args = self.body.arg_words(inst);
        let (callee, rest) = match kind {
            CalleeKind::Static => (self.function(FuncId::from_raw(inst.aux), Slot::ZERO), args),
            CalleeKind::Indirect => (self.function_value(self.slot(args[0]))?, &args[1..]),
            CalleeKind::Method => {
                let (first, _) = self.register(args[0]);
                let iface = [self.s.regs[first], self.s.regs[first + 1]];
                (self.method(self.body.values[args[0] as usize], inst.aux, iface)?, &args[1..])
            }
            CalleeKind::Intrinsic => (Callee::Intrinsic(self.body.func, self.at), args),
        };
        for &arg in rest {
            let (first, n) = self.register(arg);
            for k in first..first + n {
                let slot = self.s.regs[k];
                self.s.args.push(slot);
            }
        }
        match mode {
            CallMode::Plain => {
                let caller = Caller::Call(self.results_at(inst) as u32);
                if let Callee::Func(func, _) = callee {
                    self.check_results(inst, func)?;
                }
                self.run_callee(callee, caller).map(|_| ())
            }
            CallMode::Go => {
                if callee == Callee::Nil {
                    return self.panic_with(Error::NilDereference);
                }
                self.give_operands(inst);
                self.start(callee)
            }
            CallMode::Defer => {
                let prep = self.s.preps[self.body.func.index()];
                let in_loop = self.loop_depth() > 0 && !prep.syntactic;
                if in_loop || self.m.attrs.has(Entity::Inst, attr::DEFER_HEAP, self.body.inst_in_module(self.at.into()))
                {
                    self.give_operands(inst);
                }
                let args: SmallVec<[Slot; 4]> = SmallVec::from_slice(&self.s.args);
                let at = self.s.deferred.len() as u32;
                if let Some(top) = self.s.frames.last_mut() {
                    let next = std::mem::replace(&mut top.deferred, at);
                    self.s.deferred.push(Deferred { callee, args, next });
                }
                Ok(())
            }
        }
    }

    /// Storage built for the record of a `go` or `defer` goes with it.
    fn give_operands(&mut self, inst: &Inst) {
        for &arg in self.body.arg_words(inst) {
            let (first, n) = self.register(arg);
            for k in first..first + n {
                let Some(obj) = self.s.regs[k].object() else { continue };
                let site = self.s.objects[obj as usize].site;
                if site != NONE && self.m.attrs.has(Entity::Site, attr::IN_WRAPPER, site) {
                    self.give_away(obj);
                }
            }
        }
    }

    /// First register of an instruction's results, in the whole of the goroutine's.
    pub(super) fn results_at(&self, inst: &Inst) -> usize {
        if inst.num_results == 0 { self.base } else { self.register(inst.first_result).0 }
    }

    fn check_results(&mut self, inst: &Inst, func: FuncId) -> Step {
        let m = self.m;
        let mut want = inst.results();
        for ty in m.types.results(m.funcs[func].sig) {
            let got = want.next().map(|v| self.body.ty(v));
            if got != Some(ty) && got.and_then(|got| self.s.shapes.of(got)) != self.s.shapes.of(ty) {
                return self.unsupported("results of another layout than the callee's");
            }
        }
        if want.next().is_some() {
            return self.unsupported("results the callee does not have");
        }
        Ok(())
    }

    /// Starts a call whose operands are set aside. True if a frame was entered; otherwise all is done.
    pub(super) fn run_callee(&mut self, callee: Callee, caller: Caller) -> Step<bool> {
        match callee {
            Callee::Func(func, closure) => self.enter(func, closure, caller).map(|()| true),
            Callee::External(func) => self.external(func, caller),
            Callee::Outside(sig) => self.call_outside(sig, None, caller),
            Callee::Error(name, number) => {
                let m = self.m;
                if let (Caller::Call(register), "Error") = (caller, m.str(name)) {
                    let text = Error::text(number);
                    let at = self.static_bytes(text.as_bytes())?;
                    let to = register as usize;
                    match self.s.regs.get_mut(to..to + 2) {
                        Some(regs) => regs.copy_from_slice(&[at, Slot::Bits(text.len() as u64)]),
                        None => return self.unsupported("results of another layout than the callee's"),
                    }
                }
                Ok(false)
            }
            Callee::Intrinsic(func, inst) => {
                let body = self.m.body(func);
                self.intrinsic(&body, &body.insts[inst as usize], caller)?;
                Ok(false)
            }
            Callee::Nil => self.panic_with(Error::NilDereference),
        }
    }

    /// A function that is named.
    pub(super) fn function(&self, func: FuncId, closure: Slot) -> Callee {
        if self.m.funcs[func].is_external() { Callee::External(func) } else { Callee::Func(func, closure) }
    }

    /// What a function value calls; a bound receiver is set aside.
    pub(super) fn function_value(&mut self, value: Slot) -> Step<Callee> {
        match value {
            Slot::Func(func) => Ok(self.function(func, Slot::ZERO)),
            Slot::Outside(sig) => Ok(Callee::Outside(sig)),
            Slot::Ptr(obj, 0) => {
                self.touch(obj, ViolationKind::Call)?;
                let o = self.s.objects[obj as usize];
                let cells = o.start as usize..(o.start + o.len) as usize;
                match o.kind {
                    Kind::Closure => Ok(self.function(FuncId::from_raw(o.extra), value)),
                    Kind::Method => {
                        self.s.args.extend_from_slice(&self.s.cells[cells]);
                        Ok(self.function(FuncId::from_raw(o.extra), value))
                    }
                    Kind::IfaceMethod => {
                        let iface = [self.s.cells[cells.start], self.s.cells[cells.start + 1]];
                        self.method(TypeId::from_raw(o.extra), o.aux, iface)
                    }
                    Kind::Data | Kind::Map | Kind::Chan => self.unsupported("a call of what is no function"),
                }
            }
            value if value.is_zero() => Ok(Callee::Nil),
            _ => self.unsupported("a call of what is no function"),
        }
    }

    /// What a method of an interface value calls; the receiver is set aside.
    pub(super) fn method(&mut self, iface: TypeId, index: u32, value: [Slot; 2]) -> Step<Callee> {
        let m = self.m;
        let Some(method) = m.types.interface_methods(iface).nth(index as usize) else {
            return self.unsupported("a method the interface does not have");
        };
        let ty = match value[0] {
            Slot::Type(RUNTIME_ERROR) => return Ok(Callee::Error(method.name, value[1].bits())),
            Slot::Type(ty) => TypeId::from_raw(ty),
            _ => return self.panic_with(Error::NilDereference),
        };
        let Some(found) = self.lookup(ty, method.name) else {
            return self.unsupported("a method whose function is not known");
        };
        let Some(func) = found.func.get() else {
            // Its body is elsewhere: the outside gets the receiver.
            self.keep(ty, &value[1..]);
            return Ok(Callee::Outside(method.sig));
        };
        let wanted = m.types.params(m.funcs[func].sig).next();
        let Some(wanted) = wanted else { return self.unsupported("a method without a receiver") };
        let pointer = |ty| m.types.kind(ty) == TypeKind::Ptr;
        if pointer(ty) && !pointer(wanted) {
            // The method set of a pointer holds the methods of what it points to.
            let Some(cells) = self.s.shapes.of(wanted) else { return self.unsupported("a receiver without a layout") };
            let data = if m.types.layout[ty].direct { value[1] } else { self.boxed(value[1])? };
            let (_, from) = self.place(data, cells, ViolationKind::Load)?;
            self.s.args.extend_from_slice(&self.s.cells[from..from + cells as usize]);
        } else {
            self.unbox(ty, value[1])?;
        }
        Ok(self.function(func, Slot::ZERO))
    }

    /// The one slot in a box.
    fn boxed(&mut self, data: Slot) -> Step<Slot> {
        let (_, at) = self.place(data, 1, ViolationKind::Call)?;
        Ok(self.s.cells[at])
    }

    /// Sets the value in an interface aside.
    fn unbox(&mut self, ty: TypeId, data: Slot) -> Step {
        if self.m.types.layout[ty].direct {
            self.s.args.push(data);
            return Ok(());
        }
        let Some(cells) = self.s.shapes.of(ty) else { return self.unsupported("a receiver without a layout") };
        let (_, from) = self.place(data, cells, ViolationKind::Call)?;
        self.s.args.extend_from_slice(&self.s.cells[from..from + cells as usize]);
        Ok(())
    }
}
