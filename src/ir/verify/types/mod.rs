//! Kinds of operands and results, opcode by opcode.
//!
//! `agree` says when two types are interchangeable; `memory`, `values`, `containers` and `calls` hold the rules. The shape of the
//! instruction looked at is sound: its row's counts hold and the ids in it exist.

mod agree;
mod calls;
mod containers;
mod memory;
mod values;

pub(super) use agree::agree;

use super::error::{Check, fail, show_type};
use crate::entity::TypeId;
use crate::ir::module::{Body, Inst, Module};
use crate::ir::opcode::Opcode;
use crate::ir::types::{TypeKind, Types};
use index_vec::IndexVec;

/// What the rules ask most of a type, names seen through, in 8 bytes instead of two rows of 24.
#[derive(Clone, Copy)]
pub(super) struct Quick {
    pub(super) kind: TypeKind,
    /// The element of a pointer or slice; any type otherwise.
    pub(super) elem: TypeId,
}

/// The quick answers about every type.
pub(super) fn quick(types: &Types) -> IndexVec<TypeId, Quick> {
    let answer = |ty| {
        let row = &types.rows[types.underlying(ty)];
        let container = matches!(row.kind, TypeKind::Ptr | TypeKind::Slice);
        Quick { kind: row.kind, elem: if container { TypeId::from_raw(row.a) } else { ty } }
    };
    types.rows.indices().map(answer).collect()
}

/// What the rules of one function read.
pub(super) struct Cx<'m> {
    pub(super) m: &'m Module,
    pub(super) types: &'m Types,
    pub(super) quick: &'m IndexVec<TypeId, Quick>,
    pub(super) body: Body<'m>,
    pub(super) sig: TypeId,
}

impl Cx<'_> {
    /// The type of operand `n`; only where the row guarantees it.
    #[inline]
    fn arg(&self, args: &[u32], n: usize) -> TypeId {
        self.body.values[args[n] as usize]
    }

    /// The type of result `n`.
    #[inline]
    fn res(&self, inst: &Inst, n: u32) -> TypeId {
        self.body.values[(inst.first_result + n) as usize]
    }

    #[inline]
    fn kind(&self, ty: TypeId) -> TypeKind {
        self.quick[ty].kind
    }

    #[cold]
    fn show(&self, ty: TypeId) -> String {
        show_type(self.m, ty)
    }

    /// `Ok` if two types agree.
    #[inline]
    fn same(&self, what: &str, got: TypeId, want: TypeId) -> Check {
        if got == want || agree(self.types, got, want) {
            Ok(())
        } else {
            fail(format!("{what} is {}, not {}", self.show(got), self.show(want)))
        }
    }

    /// `Ok` if a type is of a wanted kind, or a type parameter.
    #[inline]
    fn is(&self, what: &str, ty: TypeId, wanted: impl FnOnce(TypeKind) -> bool, name: &str) -> Check {
        let kind = self.kind(ty);
        if wanted(kind) || kind == TypeKind::TypeParam {
            Ok(())
        } else {
            fail(format!("{what} is {}, not {name}", self.show(ty)))
        }
    }

    /// The element type of a pointer; `None` behind a type parameter.
    #[inline]
    fn pointee(&self, what: &str, ty: TypeId) -> Check<Option<TypeId>> {
        let quick = self.quick[ty];
        match quick.kind {
            TypeKind::Ptr => Ok(Some(quick.elem)),
            TypeKind::TypeParam => Ok(None),
            _ => fail(format!("{what} is {}, not a pointer", self.show(ty))),
        }
    }

    /// `Ok` if a type is a pointer to another.
    #[inline]
    fn points_to(&self, what: &str, ty: TypeId, elem: TypeId) -> Check {
        match self.pointee(what, ty)? {
            Some(got) if got == elem => Ok(()),
            Some(got) => self.same(&format!("the element of {what}"), got, elem),
            None => Ok(()),
        }
    }

    fn integer(&self, what: &str, ty: TypeId) -> Check {
        self.is(what, ty, is_integer, "an integer")
    }

    fn boolean(&self, what: &str, ty: TypeId) -> Check {
        self.is(what, ty, |k| k == TypeKind::Bool, "a boolean")
    }

    /// The entry block's parameters are the function's.
    pub(super) fn entry(&self) -> Check {
        let params = self.types.params(self.sig);
        let entry = &self.body.blocks[0];
        if params.len() != entry.num_params as usize {
            return fail(format!("its entry has {} parameters, its signature {}", entry.num_params, params.len()));
        }
        for (n, (param, want)) in entry.params().zip(params).enumerate() {
            let got = self.body.ty(param);
            if got != want {
                self.same(&format!("parameter {n}"), got, want)?;
            }
        }
        Ok(())
    }

    #[inline]
    pub(super) fn instruction(&self, inst: &Inst, args: &[u32]) -> Check {
        use Opcode as O;
        match inst.op {
            O::Load => self.load(inst, args),
            O::Store => self.store(args),
            O::Call | O::Go | O::Defer => self.call(inst, args),
            O::Jump | O::Branch | O::Switch | O::Return => self.control(inst, args),
            O::ConstInt
            | O::ConstFloat
            | O::ConstStr
            | O::Unary
            | O::Binary
            | O::Compare
            | O::Select
            | O::Cast
            | O::PtrToInt
            | O::IntToPtr
            | O::Len
            | O::Cap => self.value(inst, args),
            O::Var
            | O::New
            | O::FieldAddr
            | O::ElemAddr
            | O::PtrOffset
            | O::Slice
            | O::ZeroMem
            | O::Memcpy
            | O::GlobalAddr
            | O::Free
            | O::SliceToArray
            | O::SliceToArrayPtr => self.memory(inst, args),
            O::CallIndirect | O::GoIndirect | O::DeferIndirect => self.call_indirect(inst, args),
            O::CallMethod | O::GoMethod | O::DeferMethod => self.call_method(inst, args),
            O::Intrinsic | O::GoIntrinsic | O::DeferIntrinsic => self.intrinsic(inst, args),
            O::FuncRef | O::MakeClosure | O::MethodValue | O::FreeVar => self.function_value(inst, args),
            _ => self.container(inst, args),
        }
    }

    /// Block arguments and returned values. Counts are the structure's business, except for `return`.
    fn control(&self, inst: &Inst, args: &[u32]) -> Check {
        match inst.op {
            Opcode::Return => {
                let results = self.types.results(self.sig);
                if results.len() != args.len() {
                    return fail(format!("returns {} values; the signature has {} results", args.len(), results.len()));
                }
                for (n, want) in results.enumerate() {
                    let got = self.arg(args, n);
                    if got != want {
                        self.same(&format!("result {n}"), got, want)?;
                    }
                }
                return Ok(());
            }
            Opcode::Branch => self.boolean("the condition", self.arg(args, 0))?,
            Opcode::Switch => self.integer("the operand", self.arg(args, 0))?,
            _ => {}
        }
        // Counts have been compared already: no arguments, nothing left to see.
        if args.len() == usize::from(inst.op != Opcode::Jump) {
            return Ok(());
        }
        for (target, words) in self.body.targets(inst) {
            let params = self.body.blocks[target.index()].params();
            for (n, (&word, param)) in words.iter().zip(params).enumerate() {
                let (got, want) = (self.body.values[word as usize], self.body.ty(param));
                if got != want {
                    self.same(&format!("argument {n} of {target}"), got, want)?;
                }
            }
        }
        Ok(())
    }
}

const fn is_integer(kind: TypeKind) -> bool {
    kind as u8 >= TypeKind::I8 as u8 && kind as u8 <= TypeKind::Uintptr as u8
}

const fn is_numeric(kind: TypeKind) -> bool {
    kind as u8 >= TypeKind::I8 as u8 && kind as u8 <= TypeKind::C128 as u8
}
