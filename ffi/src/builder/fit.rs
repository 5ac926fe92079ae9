//! Whether the types of an instruction fit, as far as it can be told when it is made.
//!
//! The rules are the verifier's (`ir/verify/types` in the core), but for what needs the whole module: two different types of one kind may
//! agree or not, a name may not stand for anything yet, layouts are not computed. Then nothing is refused here, and the verifier
//! has the last word. What is refused here it would refuse as well.

use super::{Draft, kind, resolved};
use crate::guard::Failure;
use crate::status::OUTLIVE_E_BAD_TYPE;
use outlive_core::entity::{FuncId, GlobalId, SiteId, TypeId, Value};
use outlive_core::ir::opcode::CallMode;
use outlive_core::ir::{Opcode, TypeKind as K, Types};

/// An instruction to be made. Counts fit the opcode's row, and ids exist.
pub(super) struct Fit<'a> {
    pub(super) draft: &'a Draft,
    /// The body's values by handle.
    pub(super) values: &'a [TypeId],
    pub(super) func: FuncId,
    pub(super) op: Opcode,
    pub(super) aux: u32,
    pub(super) args: &'a [Value],
    pub(super) imms: &'a [u32],
    pub(super) results: &'a [TypeId],
}

type Check = Result<(), Failure>;

impl Fit<'_> {
    fn types(&self) -> &Types {
        self.draft.module.types()
    }

    fn arg(&self, n: usize) -> TypeId {
        self.values[self.args[n].index()]
    }

    #[cold]
    fn fail(&self, message: impl AsRef<str>) -> Failure {
        Failure::new(OUTLIVE_E_BAD_TYPE, format!("{}: {}", self.op.row().name, message.as_ref()))
    }

    fn show(&self, ty: TypeId) -> String {
        show(self.types(), ty)
    }

    /// `Ok` if a type is of a wanted kind, or it cannot be told.
    #[inline]
    fn is(&self, what: &str, ty: TypeId, wanted: impl FnOnce(K) -> bool, name: &str) -> Check {
        match kind(self.types(), ty) {
            Some(kind) if !wanted(kind) => Err(self.fail(format!("{what} has {}, which is no {name}", self.show(ty)))),
            _ => Ok(()),
        }
    }

    #[inline]
    fn arg_is(&self, n: usize, wanted: impl FnOnce(K) -> bool, name: &str) -> Check {
        match kind(self.types(), self.arg(n)) {
            Some(kind) if !wanted(kind) => {
                let message = format!("{} has {}, which is no {name}", self.operand(n), self.show(self.arg(n)));
                Err(self.fail(message))
            }
            _ => Ok(()),
        }
    }

    #[cold]
    fn operand(&self, n: usize) -> String {
        format!("value {}, operand {n},", self.args[n])
    }

    /// `Ok` unless two types cannot agree, being of different kinds.
    #[inline]
    fn same(&self, what: impl FnOnce() -> String, got: TypeId, want: TypeId) -> Check {
        if may_agree(self.types(), got, want) {
            return Ok(());
        }
        Err(self.fail(format!("{} has {}, not {}", what(), self.show(got), self.show(want))))
    }

    /// What a pointer points to; `None` if it cannot be told.
    #[inline]
    fn pointee(&self, ty: TypeId) -> Option<TypeId> {
        let types = self.types();
        let row = &types.rows[resolved(types, ty)?];
        (row.kind == K::Ptr).then(|| TypeId::from_raw(row.a))
    }

    /// Result 0 points to such a thing.
    #[inline]
    fn result_points_to(&self, want: TypeId) -> Check {
        self.is("the result", self.results[0], |k| k == K::Ptr, "pointer")?;
        match self.pointee(self.results[0]) {
            Some(elem) => self.same(|| "what the result points to".into(), elem, want),
            None => Ok(()),
        }
    }

    pub(super) fn check(&self) -> Check {
        match self.op {
            Opcode::Load => {
                self.arg_is(0, |k| k == K::Ptr, "pointer")?;
                let elem = self.pointee(self.arg(0));
                elem.map_or(Ok(()), |elem| self.same(|| "the result".into(), self.results[0], elem))
            }
            Opcode::Store => {
                self.arg_is(0, |k| k == K::Ptr, "pointer")?;
                let elem = self.pointee(self.arg(0));
                elem.map_or(Ok(()), |elem| self.same(|| self.operand(1), self.arg(1), elem))
            }
            Opcode::Var | Opcode::New => {
                self.result_points_to(self.draft.module.sites()[SiteId::from_raw(self.aux)].ty)
            }
            Opcode::GlobalAddr => self.result_points_to(self.draft.module.globals()[GlobalId::from_raw(self.aux)].ty),
            Opcode::FieldAddr => self.field_addr(),
            Opcode::ElemAddr => self.elem_addr(),
            Opcode::ConstInt => {
                self.is("the result", self.results[0], |k| is_integer(k) || k == K::Bool, "integer or boolean")
            }
            Opcode::ConstStr => self.is("the result", self.results[0], |k| k == K::String, "string"),
            Opcode::Compare => self.is("the result", self.results[0], |k| k == K::Bool, "boolean"),
            Opcode::MakeSlice => self.is("the result", self.results[0], |k| k == K::Slice, "slice"),
            Opcode::MakeMap => self.is("the result", self.results[0], |k| k == K::Map, "map"),
            Opcode::MakeChan => self.is("the result", self.results[0], |k| k == K::Chan, "channel"),
            Opcode::MakeIface | Opcode::MakeIfaceDirect => {
                self.is("the result", self.results[0], |k| k == K::Interface, "interface")
            }
            Opcode::FuncRef | Opcode::MakeClosure | Opcode::MethodValue => {
                self.is("the result", self.results[0], |k| k == K::Func, "function")
            }
            Opcode::PtrToInt => {
                self.arg_is(0, |k| matches!(k, K::Ptr | K::UnsafePtr), "pointer")?;
                self.is("the result", self.results[0], |k| k == K::Uintptr, "uintptr")
            }
            Opcode::IntToPtr => self.arg_is(0, |k| k == K::Uintptr, "uintptr"),
            Opcode::Call | Opcode::Go | Opcode::Defer => {
                self.signature(self.draft.module.funcs()[FuncId::from_raw(self.aux)].sig, 0)
            }
            Opcode::CallIndirect | Opcode::GoIndirect | Opcode::DeferIndirect => {
                self.arg_is(0, |k| k == K::Func, "function")?;
                self.signature(self.arg(0), 1)
            }
            Opcode::CallMethod | Opcode::GoMethod | Opcode::DeferMethod => {
                self.arg_is(0, |k| k == K::Interface, "interface")
            }
            Opcode::Branch => self.arg_is(0, |k| k == K::Bool, "boolean"),
            Opcode::Switch => self.arg_is(0, is_integer, "integer"),
            Opcode::Return => self.returned(),
            _ => Ok(()),
        }
    }

    fn field_addr(&self) -> Check {
        self.arg_is(0, |k| k == K::Ptr, "pointer")?;
        let Some(object) = self.pointee(self.arg(0)) else { return Ok(()) };
        self.is("what the operand points to", object, |k| k == K::Struct, "struct")?;
        let Some(object) = resolved(self.types(), object) else { return Ok(()) };
        if self.types().rows[object].kind != K::Struct {
            return Ok(());
        }
        let mut fields = self.types().fields(object);
        let count = fields.len();
        match fields.nth(self.aux as usize) {
            Some(field) => self.result_points_to(field.ty),
            None => {
                let message = format!("field {} of {}, which has {count} fields", self.aux, self.show(object));
                Err(self.fail(message))
            }
        }
    }

    fn elem_addr(&self) -> Check {
        self.arg_is(0, |k| matches!(k, K::Ptr | K::Slice), "slice or pointer to an array")?;
        self.arg_is(1, is_integer, "integer")?;
        let types = self.types();
        let Some(base) = resolved(types, self.arg(0)) else { return Ok(()) };
        let container = match types.rows[base].kind {
            K::Slice => base,
            K::Ptr => {
                let array = TypeId::from_raw(types.rows[base].a);
                self.is("what the operand points to", array, |k| k == K::Array, "array")?;
                match resolved(types, array) {
                    Some(array) if types.rows[array].kind == K::Array => array,
                    _ => return Ok(()),
                }
            }
            _ => return Ok(()),
        };
        self.result_points_to(TypeId::from_raw(types.rows[container].a))
    }

    /// Operands from `first` on, and results, against a signature.
    fn signature(&self, sig: TypeId, first: usize) -> Check {
        let types = self.types();
        let Some(sig) = resolved(types, sig).filter(|&sig| types.rows[sig].kind == K::Func) else { return Ok(()) };
        let (params, results) = (types.params(sig), types.results(sig));
        if params.len() != self.args.len() - first {
            let (given, wanted) = (self.args.len() - first, params.len());
            return Err(self.fail(format!("{given} arguments for a function of {wanted} parameters")));
        }
        for (n, want) in params.enumerate() {
            self.same(|| self.operand(first + n), self.arg(first + n), want)?;
        }
        if self.op.call().is_some_and(|(_, mode)| mode != CallMode::Plain) {
            return Ok(());
        }
        if results.len() != self.results.len() {
            let (given, wanted) = (self.results.len(), results.len());
            return Err(self.fail(format!("{given} result types for a function of {wanted} results")));
        }
        for (n, want) in results.enumerate() {
            self.same(|| format!("result {n}"), self.results[n], want)?;
        }
        Ok(())
    }

    fn returned(&self) -> Check {
        let types = self.types();
        let sig = self.draft.module.funcs()[self.func].sig;
        let Some(sig) = resolved(types, sig) else { return Ok(()) };
        let results = types.results(sig);
        if results.len() != self.args.len() {
            let (given, wanted) = (self.args.len(), results.len());
            return Err(self.fail(format!("{given} values returned from a function of {wanted} results")));
        }
        for (n, want) in results.enumerate() {
            self.same(|| self.operand(n), self.arg(n), want)?;
        }
        Ok(())
    }

    /// Operands from `first` on against the parameters of a block they are passed to.
    pub(super) fn passed(&self, first: usize, params: &[Value]) -> Check {
        for (n, param) in params.iter().enumerate() {
            self.same(|| self.operand(first + n), self.arg(first + n), self.values[param.index()])?;
        }
        Ok(())
    }

    /// The number of bindings of a closure.
    pub(super) fn bindings(&self) -> Check {
        let want = self.draft.module.funcs()[FuncId::from_raw(self.imms[0])].free_len as usize;
        if self.args.len() == want {
            return Ok(());
        }
        Err(self.fail(format!("{} bindings for a function of {want} free variables", self.args.len())))
    }
}

/// Whether two types may agree: the same row, of one kind, or nobody can tell.
pub(super) fn may_agree(types: &Types, got: TypeId, want: TypeId) -> bool {
    got == want || kind(types, got).is_none_or(|a| kind(types, want).is_none_or(|b| a == b))
}

/// A type, for messages.
pub(super) fn show(types: &Types, ty: TypeId) -> String {
    format!("type {ty} ({})", types.rows[ty].kind.name())
}

const fn is_integer(kind: K) -> bool {
    kind as u8 >= K::I8 as u8 && kind as u8 <= K::Uintptr as u8
}
