//! Kinds of operands and results, opcode by opcode; and the walk that also checks sites and dominance.
//!
//! `agree` says when two types are interchangeable; `memory`, `values` and `calls` hold the rules.

mod agree;
mod calls;
mod containers;
mod memory;
mod values;

use super::dominance::Dominance;
use super::error::{Check, Errors, show_type};
use super::sites::{self, Owned};
use crate::entity::{BlockId, TypeId};
use crate::ir::module::{Body, Inst, Module};
use crate::ir::opcode::{Aux, Opcode};
use crate::ir::types::{TypeKind, Types};

/// The second walk: types, sites, dominance. The body's structure must be sound.
pub(super) fn check(
    m: &Module,
    body: &Body<'_>,
    owned: &mut Owned,
    dominance: &mut Dominance,
    errors: &mut Errors<'_>,
) {
    let row = &m.funcs[body.func];
    let recover = row.recover.get();
    let cx = Cx { m, types: &m.types, body: *body, sig: row.sig };
    dominance.begin();
    if let Err(message) = cx.entry() {
        errors.func(body.func, message);
    }
    if let Some(recover) = recover
        && body.blocks[recover.index()].num_params > 0
    {
        errors.block(body.func, recover, "the recover block has parameters".into());
    }
    let mut next = 0;
    let mut entry_end = 0;
    for (index, block) in body.blocks.iter().enumerate() {
        let start = next;
        next += block.num_params;
        for at in block.insts() {
            let inst = &body.insts[at.index()];
            let args = body.arg_words(inst);
            let mut result = cx.instruction(inst, args);
            if result.is_ok() && inst.op.row().aux == Aux::Site {
                result = sites::check(m, body.func, inst, owned);
            }
            if result.is_ok() {
                for &v in args {
                    let here = v >= start && v < next;
                    if !here && v >= entry_end {
                        result = elsewhere(body, recover, dominance, v, index as u32, start);
                        if result.is_err() {
                            break;
                        }
                    }
                }
            }
            if let Err(message) = result {
                errors.inst(body, BlockId::from_usize(index), at, message);
            }
            next += u32::from(inst.num_results);
        }
        if index == 0 {
            entry_end = next;
        }
    }
}

/// A use of a value that neither its block so far nor the entry defines.
#[cold]
#[inline(never)]
fn elsewhere(
    body: &Body<'_>,
    recover: Option<BlockId>,
    dominance: &mut Dominance,
    value: u32,
    block: u32,
    start: u32,
) -> Check {
    let own = value >= start
        && body.blocks[block as usize].insts().any(|i| {
            body.insts[i.index()].num_results > 0 && body.insts[i.index()].results().any(|r| r.raw() == value)
        });
    if own {
        return Err(format!("uses v{value} before its definition"));
    }
    if dominance.value_reaches(body, recover, value, block) {
        Ok(())
    } else {
        Err(format!("uses v{value}, whose definition does not dominate it"))
    }
}

/// What the rules of one function read.
pub(super) struct Cx<'m> {
    pub(super) m: &'m Module,
    pub(super) types: &'m Types,
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
        self.types.kind(ty)
    }

    #[cold]
    fn show(&self, ty: TypeId) -> String {
        show_type(self.m, ty)
    }

    /// `Ok` if two types agree.
    #[inline]
    fn same(&self, what: &str, got: TypeId, want: TypeId) -> Check {
        if got == want || agree::agree(self.types, got, want) {
            Ok(())
        } else {
            Err(format!("{what} is {}, not {}", self.show(got), self.show(want)))
        }
    }

    /// `Ok` if a type is of a wanted kind, or a type parameter.
    #[inline]
    fn is(&self, what: &str, ty: TypeId, wanted: impl FnOnce(TypeKind) -> bool, name: &str) -> Check {
        let kind = self.kind(ty);
        if wanted(kind) || kind == TypeKind::TypeParam {
            Ok(())
        } else {
            Err(format!("{what} is {}, not {name}", self.show(ty)))
        }
    }

    /// The element type of a pointer; `None` behind a type parameter.
    #[inline]
    fn pointee(&self, what: &str, ty: TypeId) -> Result<Option<TypeId>, String> {
        let row = &self.types.rows[self.types.underlying(ty)];
        match row.kind {
            TypeKind::Ptr => Ok(Some(TypeId::from_raw(row.a))),
            TypeKind::TypeParam => Ok(None),
            _ => Err(format!("{what} is {}, not a pointer", self.show(ty))),
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
    fn entry(&self) -> Check {
        let params = self.types.params(self.sig);
        let entry = &self.body.blocks[0];
        if params.len() != entry.num_params as usize {
            return Err(format!("its entry has {} parameters, its signature {}", entry.num_params, params.len()));
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
    fn instruction(&self, inst: &Inst, args: &[u32]) -> Check {
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
                    return Err(format!("returns {} values; the signature has {} results", args.len(), results.len()));
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
