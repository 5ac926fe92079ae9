//! Calls, function values, intrinsics.

use super::super::error::{Check, fail};
use super::{Cx, is_numeric};
use crate::entity::{FuncId, NONE, TypeId};
use crate::ir::intrinsic;
use crate::ir::module::Inst;
use crate::ir::opcode::{CallMode, Opcode};
use crate::ir::types::TypeKind as K;

impl Cx<'_> {
    #[inline]
    pub(super) fn call(&self, inst: &Inst, args: &[u32]) -> Check {
        self.against(inst, args, self.m.funcs[FuncId::from_raw(inst.aux)].sig)
    }

    /// Operands and results against a signature. A call that is started or deferred drops its results.
    fn against(&self, inst: &Inst, args: &[u32], sig: TypeId) -> Check {
        let (params, results) = (self.types.params(sig), self.types.results(sig));
        if params.len() != args.len() {
            return fail(format!("passes {} arguments to a function of {}", args.len(), params.len()));
        }
        for (n, want) in params.enumerate() {
            let got = self.arg(args, n);
            if got != want {
                self.same(&format!("argument {n}"), got, want)?;
            }
        }
        if inst.op.call().is_some_and(|(_, mode)| mode != CallMode::Plain) {
            return Ok(());
        }
        if results.len() != inst.num_results as usize {
            return fail(format!("has {} results; the function has {}", inst.num_results, results.len()));
        }
        for (n, want) in results.enumerate() {
            let got = self.res(inst, n as u32);
            if got != want {
                self.same(&format!("result {n}"), got, want)?;
            }
        }
        Ok(())
    }

    pub(super) fn call_indirect(&self, inst: &Inst, args: &[u32]) -> Check {
        let callee = self.arg(args, 0);
        match self.kind(callee) {
            K::Func => self.against(inst, &args[1..], callee),
            K::TypeParam => Ok(()),
            _ => fail(format!("the callee is {}, not a function", self.show(callee))),
        }
    }

    pub(super) fn call_method(&self, inst: &Inst, args: &[u32]) -> Check {
        let recv = self.arg(args, 0);
        if self.kind(recv) == K::TypeParam {
            return Ok(());
        }
        self.against(inst, &args[1..], self.method(recv, inst.aux)?)
    }

    /// The signature of a method of an interface.
    fn method(&self, recv: TypeId, index: u32) -> Check<TypeId> {
        self.is("the receiver", recv, |k| k == K::Interface, "an interface")?;
        let mut methods = self.types.interface_methods(recv);
        let count = methods.len();
        match methods.nth(index as usize) {
            Some(method) => Ok(method.sig),
            None => fail(format!("method {index} of {}, which has {count}", self.show(recv))),
        }
    }

    pub(super) fn function_value(&self, inst: &Inst, args: &[u32]) -> Check {
        let res = self.res(inst, 0);
        if inst.op == Opcode::FreeVar {
            let mut free = self.m.free_vars(self.body.func);
            let count = free.len();
            return match free.nth(inst.aux as usize) {
                Some(ty) => self.same("the result", res, ty),
                None => fail(format!("free variable {}, but the function has {count}", inst.aux)),
            };
        }
        self.is("the result", res, |k| k == K::Func, "a function")?;
        if inst.op != Opcode::FuncRef {
            self.same("the type of the site", self.m.sites[inst.aux as usize].ty, res)?;
        }
        match inst.op {
            Opcode::FuncRef => {
                let func = FuncId::from_raw(inst.aux);
                if self.m.funcs[func].free_len > 0 {
                    return fail(format!("{func} has free variables; it takes a `make_closure`"));
                }
                self.same("the result", res, self.m.funcs[func].sig)
            }
            Opcode::MakeClosure => {
                let func = FuncId::from_raw(self.body.imms(inst)[0]);
                self.same("the result", res, self.m.funcs[func].sig)?;
                let free = self.m.free_vars(func);
                if free.len() != args.len() {
                    return fail(format!(
                        "{} bindings for {func}, which has {} free variables",
                        args.len(),
                        free.len()
                    ));
                }
                for (n, want) in free.enumerate() {
                    let got = self.arg(args, n);
                    if got != want {
                        self.same(&format!("binding {n}"), got, want)?;
                    }
                }
                Ok(())
            }
            _ => self.method_value(inst, args, res),
        }
    }

    fn method_value(&self, inst: &Inst, args: &[u32], res: TypeId) -> Check {
        let (imms, recv) = (self.body.imms(inst), self.arg(args, 0));
        if imms[0] == NONE {
            return if self.kind(recv) == K::TypeParam {
                Ok(())
            } else {
                self.same("the result", res, self.method(recv, imms[1])?)
            };
        }
        let func = FuncId::from_raw(imms[0]);
        let mut params = self.types.params(self.m.funcs[func].sig);
        let Some(first) = params.next() else {
            return fail(format!("{func} has no receiver"));
        };
        self.same("the receiver", recv, first)?;
        if params.len() == self.types.params(res).len() {
            Ok(())
        } else {
            fail(format!("the result does not take the {} parameters of {func} after its receiver", params.len()))
        }
    }

    pub(super) fn intrinsic(&self, inst: &Inst, args: &[u32]) -> Check {
        let Some(row) = intrinsic::by_id(inst.aux) else {
            return fail(format!("intrinsic {} does not exist", inst.aux));
        };
        if !row.args.allows(args.len()) {
            return fail(format!("{} takes {} operands, not {}", row.name, row.args, args.len()));
        }
        if inst.num_results != 0 && inst.num_results != row.results {
            return fail(format!("{} has {} results, not {}", row.name, row.results, inst.num_results));
        }
        let arg = |n| self.arg(args, n);
        match row.id {
            intrinsic::COPY_ELEMENTS => {
                self.is("the destination", arg(0), |k| k == K::Slice, "a slice")?;
                self.is("the source", arg(1), |k| matches!(k, K::Slice | K::String), "a slice or string")?;
                self.elements("the source", arg(1), arg(0))
            }
            intrinsic::CLEAR => self.is("the operand", arg(0), |k| matches!(k, K::Map | K::Slice), "a map or slice"),
            intrinsic::MIN | intrinsic::MAX => {
                (1..args.len()).try_for_each(|n| self.same("an operand", arg(n), arg(0)))
            }
            intrinsic::UNSAFE_SLICE | intrinsic::UNSAFE_STRING => {
                self.is("the address", arg(0), |k| matches!(k, K::Ptr | K::UnsafePtr), "a pointer")?;
                self.integer("the length", arg(1))
            }
            intrinsic::UNSAFE_SLICE_DATA => self.is("the operand", arg(0), |k| k == K::Slice, "a slice"),
            intrinsic::UNSAFE_STRING_DATA => self.is("the operand", arg(0), |k| k == K::String, "a string"),
            intrinsic::CLOSE => self.is("the operand", arg(0), |k| k == K::Chan, "a channel"),
            intrinsic::REAL | intrinsic::IMAG | intrinsic::COMPLEX => {
                (0..args.len()).try_for_each(|n| self.is("an operand", arg(n), is_numeric, "a number"))
            }
            intrinsic::DELETE => {
                self.is("the first operand", arg(0), |k| k == K::Map, "a map")?;
                self.types.key(arg(0)).map_or(Ok(()), |key| self.same("the key", arg(1), key))
            }
            _ => Ok(()),
        }
    }
}
