//! Constants, arithmetic, conversions.

use super::super::error::{Check, fail};
use super::{Cx, is_integer, is_numeric};
use crate::entity::TypeId;
use crate::ir::module::Inst;
use crate::ir::types::TypeKind as K;
use crate::ir::{BinaryOp, Opcode, UnaryOp};

impl Cx<'_> {
    pub(super) fn value(&self, inst: &Inst, args: &[u32]) -> Check {
        let res = self.res(inst, 0);
        match inst.op {
            Opcode::ConstInt => self.is("the result", res, |k| is_integer(k) || k == K::Bool, "an integer or boolean"),
            // A complex constant may be given by its real part; no model reads it.
            Opcode::ConstFloat => {
                self.is("the result", res, |k| is_numeric(k) && !is_integer(k), "a floating-point or complex number")
            }
            Opcode::ConstStr => self.is("the result", res, |k| k == K::String, "a string"),
            Opcode::Unary => {
                let x = self.arg(args, 0);
                match UnaryOp::from_number(inst.aux) {
                    Some(UnaryOp::Not) => self.boolean("the operand", x)?,
                    Some(UnaryOp::Com) => self.integer("the operand", x)?,
                    _ => self.is("the operand", x, is_numeric, "a number")?,
                }
                self.same("the result", res, x)
            }
            Opcode::Binary => self.binary(inst, args),
            Opcode::Compare => {
                self.comparable(self.arg(args, 0), self.arg(args, 1))?;
                self.boolean("the result", res)
            }
            Opcode::Select => {
                self.boolean("the condition", self.arg(args, 0))?;
                self.same("the second operand", self.arg(args, 1), res)?;
                self.same("the third operand", self.arg(args, 2), res)
            }
            Opcode::Cast => self.cast(res, self.arg(args, 0)),
            Opcode::PtrToInt => {
                self.is("the operand", self.arg(args, 0), |k| matches!(k, K::UnsafePtr | K::Ptr), "a pointer")?;
                self.is("the result", res, |k| k == K::Uintptr, "a uintptr")
            }
            Opcode::IntToPtr => {
                self.is("the operand", self.arg(args, 0), |k| k == K::Uintptr, "a uintptr")?;
                self.is("the result", res, |k| matches!(k, K::UnsafePtr | K::Ptr), "a pointer")
            }
            _ => self.measure(inst, self.arg(args, 0)),
        }
    }

    fn binary(&self, inst: &Inst, args: &[u32]) -> Check {
        let (x, y, res) = (self.arg(args, 0), self.arg(args, 1), self.res(inst, 0));
        self.same("the result", res, x)?;
        match BinaryOp::from_number(inst.aux) {
            Some(BinaryOp::Shl | BinaryOp::Shr) => {
                self.integer("the first operand", x)?;
                self.integer("the shift count", y)
            }
            // Conjunction and disjunction of booleans without control flow are legal.
            Some(BinaryOp::And | BinaryOp::Or | BinaryOp::Xor) => {
                self.is("the first operand", x, |k| is_integer(k) || k == K::Bool, "an integer or boolean")?;
                self.same("the second operand", y, x)
            }
            Some(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div) => {
                self.is("the first operand", x, is_numeric, "a number")?;
                self.same("the second operand", y, x)
            }
            _ => {
                self.integer("the first operand", x)?;
                self.same("the second operand", y, x)
            }
        }
    }

    /// Operands of a comparison agree, or are channels of one element type, or of one pointer kind.
    fn comparable(&self, x: TypeId, y: TypeId) -> Check {
        if x == y {
            return Ok(());
        }
        match (self.kind(x), self.kind(y)) {
            (K::Interface, K::Interface) | (K::Chan, K::Chan) | (K::Ptr, K::Ptr) => Ok(()),
            _ => self.same("the second operand", y, x),
        }
    }

    fn cast(&self, to: TypeId, from: TypeId) -> Check {
        let pointer = |k| matches!(k, K::Ptr | K::UnsafePtr | K::Map | K::Chan | K::Func);
        let number = |k| is_numeric(k) || k == K::Bool;
        let (a, b) = (self.kind(from), self.kind(to));
        if a == b || (number(a) && number(b)) || (pointer(a) && pointer(b)) || a == K::TypeParam || b == K::TypeParam {
            return Ok(());
        }
        let hint = match (pointer(a), pointer(b)) {
            (true, false) if is_integer(b) => "; `ptr_to_int` does that",
            (false, true) if is_integer(a) => "; `int_to_ptr` does that",
            _ => "",
        };
        fail(format!("cannot convert {} to {} without making storage{hint}", self.show(from), self.show(to)))
    }

    fn measure(&self, inst: &Inst, x: TypeId) -> Check {
        self.integer("the result", self.res(inst, 0))?;
        let len = inst.op == Opcode::Len;
        match self.kind(x) {
            K::Slice | K::Array | K::Chan | K::TypeParam => Ok(()),
            K::String | K::Map if len => Ok(()),
            K::Ptr if self.types.elem(x).is_some_and(|elem| matches!(self.kind(elem), K::Array | K::TypeParam)) => {
                Ok(())
            }
            _ => fail(format!("{} has no {}", self.show(x), if len { "length" } else { "capacity" })),
        }
    }
}
