//! Addresses: storage, loads and stores, address arithmetic.

use super::super::error::{Check, fail};
use super::super::structure::definition;
use super::Cx;
use crate::entity::{GlobalId, TypeId};
use crate::ir::module::Inst;
use crate::ir::opcode::Opcode;
use crate::ir::types::TypeKind;

impl Cx<'_> {
    #[inline]
    pub(super) fn load(&self, inst: &Inst, args: &[u32]) -> Check {
        match self.pointee("the operand", self.arg(args, 0))? {
            Some(elem) => self.same("the result", self.res(inst, 0), elem),
            None => Ok(()),
        }
    }

    #[inline]
    pub(super) fn store(&self, args: &[u32]) -> Check {
        match self.pointee("the address", self.arg(args, 0))? {
            Some(elem) => self.same("the value", self.arg(args, 1), elem),
            None => Ok(()),
        }
    }

    pub(super) fn memory(&self, inst: &Inst, args: &[u32]) -> Check {
        match inst.op {
            Opcode::Var | Opcode::New => {
                self.points_to("the result", self.res(inst, 0), self.m.sites[inst.aux as usize].ty)
            }
            Opcode::FieldAddr => self.field_addr(inst, args),
            Opcode::ElemAddr => self.elem_addr(inst, args),
            Opcode::PtrOffset => {
                self.address("the operand", self.arg(args, 0))?;
                self.integer("the offset", self.arg(args, 1))?;
                self.address("the result", self.res(inst, 0))
            }
            Opcode::Slice => self.slice(inst, args),
            Opcode::ZeroMem | Opcode::Free => self.address("the operand", self.arg(args, 0)),
            Opcode::Memcpy => {
                for (n, what) in ["the destination", "the source"].into_iter().enumerate() {
                    let ty = self.arg(args, n);
                    if self.kind(ty) != TypeKind::UnsafePtr {
                        self.points_to(what, ty, TypeId::from_raw(inst.aux))?;
                    }
                }
                Ok(())
            }
            Opcode::GlobalAddr => {
                self.points_to("the result", self.res(inst, 0), self.m.globals[GlobalId::from_raw(inst.aux)].ty)
            }
            _ => self.slice_to_array(inst, args),
        }
    }

    /// A typed or an untyped pointer.
    fn address(&self, what: &str, ty: TypeId) -> Check {
        self.is(what, ty, |k| matches!(k, TypeKind::Ptr | TypeKind::UnsafePtr), "a pointer")
    }

    fn field_addr(&self, inst: &Inst, args: &[u32]) -> Check {
        let base = self.arg(args, 0);
        self.addressable(args[0], self.kind(base) == TypeKind::Ptr)?;
        let Some(object) = self.pointee("the operand", base)? else { return Ok(()) };
        self.is("the object", object, |k| k == TypeKind::Struct, "a struct")?;
        let field = self.field(object, inst.aux)?;
        field.map_or(Ok(()), |ty| self.points_to("the result", self.res(inst, 0), ty))
    }

    /// The type of a field of a struct; `None` behind a type parameter.
    pub(super) fn field(&self, object: TypeId, index: u32) -> Check<Option<TypeId>> {
        let mut fields = self.types.fields(object);
        let count = fields.len();
        match fields.nth(index as usize) {
            Some(field) => Ok(Some(field.ty)),
            None if self.kind(object) == TypeKind::TypeParam => Ok(None),
            None => fail(format!("field {index} of {}, which has {count}", self.show(object))),
        }
    }

    fn elem_addr(&self, inst: &Inst, args: &[u32]) -> Check {
        let base = self.arg(args, 0);
        self.addressable(args[0], matches!(self.kind(base), TypeKind::Ptr | TypeKind::Slice))?;
        self.integer("the index", self.arg(args, 1))?;
        let container = match self.kind(base) {
            TypeKind::Slice | TypeKind::TypeParam => base,
            _ => match self.pointee("the operand", base)? {
                Some(array) => {
                    self.is("the object", array, |k| k == TypeKind::Array, "an array")?;
                    array
                }
                None => base,
            },
        };
        match self.types.elem(container) {
            Some(elem) => self.points_to("the result", self.res(inst, 0), elem),
            None => Ok(()),
        }
    }

    /// Refuses the two things that have no address; `memory` says the operand is an address and so cannot be one of them.
    fn addressable(&self, value: u32, memory: bool) -> Check {
        if memory {
            return Ok(());
        }
        let what = match (self.kind(self.body.values[value as usize]), definition(&self.body, value)) {
            (TypeKind::Map, _) => "map element",
            (TypeKind::Func, _) => "function",
            (_, Some((_, inst))) if matches!(inst.op, Opcode::MapGet | Opcode::Next) => "map element",
            (_, Some((_, inst))) if inst.op == Opcode::FuncRef => "function",
            _ => return Ok(()),
        };
        let from = definition(&self.body, value).map_or_else(String::new, |(_, inst)| {
            match self.m.display_pos(inst.pos).as_str() {
                "-" => format!(" ({})", inst.op.row().name),
                at => format!(" ({} at {at})", inst.op.row().name),
            }
        });
        fail(format!("cannot take the address of {what} v{value}{from}"))
    }

    fn slice(&self, inst: &Inst, args: &[u32]) -> Check {
        let bounds = inst.aux.count_ones() as usize;
        if args.len() != bounds + 1 {
            return fail(format!("{bounds} bounds are announced, but there are {}", args.len() - 1));
        }
        if inst.aux & 6 == 4 {
            return fail("has a maximum without a high bound");
        }
        for n in 1..args.len() {
            self.integer("a bound", self.arg(args, n))?;
        }
        let (base, result) = (self.arg(args, 0), self.res(inst, 0));
        match self.kind(base) {
            TypeKind::String if inst.aux & 4 != 0 => fail("a string has no capacity to bound"),
            TypeKind::String => self.is("the result", result, |k| k == TypeKind::String, "a string"),
            TypeKind::TypeParam => Ok(()),
            kind => {
                let container = if kind == TypeKind::Slice { Some(base) } else { self.pointee("the operand", base)? };
                let Some(container) = container else { return Ok(()) };
                if kind != TypeKind::Slice {
                    self.is("the object", container, |k| k == TypeKind::Array, "an array")?;
                }
                self.is("the result", result, |k| k == TypeKind::Slice, "a slice")?;
                self.elements("the result", result, container)
            }
        }
    }

    /// Two containers of the same elements.
    pub(super) fn elements(&self, what: &str, got: TypeId, want: TypeId) -> Check {
        match (self.types.elem(got), self.types.elem(want)) {
            (Some(got), Some(want)) if got != want => self.same(&format!("the element of {what}"), got, want),
            _ => Ok(()),
        }
    }

    fn slice_to_array(&self, inst: &Inst, args: &[u32]) -> Check {
        let base = self.arg(args, 0);
        self.is("the operand", base, |k| k == TypeKind::Slice, "a slice")?;
        let mut result = self.res(inst, 0);
        if inst.op == Opcode::SliceToArrayPtr {
            match self.pointee("the result", result)? {
                Some(array) => result = array,
                None => return Ok(()),
            }
        }
        self.is("the array", result, |k| k == TypeKind::Array, "an array")?;
        self.elements("the array", result, base)
    }
}
