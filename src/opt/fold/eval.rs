//! What an instruction computes from constants, as the target computes it.

use super::super::effects::{Definitions, is_integer, is_signed};
use super::State;
use crate::entity::{StrId, TypeId};
use crate::ir::{BinaryOp, Body, CompareOp, Inst, Module, Opcode, TypeKind, UnaryOp};

/// Bits of a boolean or integer type; `None` for others.
fn width(m: &Module, ty: TypeId) -> Option<u32> {
    Some(match m.types.kind(ty) {
        TypeKind::Bool => 1,
        kind if is_integer(kind) => match kind {
            TypeKind::I8 | TypeKind::U8 => 8,
            TypeKind::I16 | TypeKind::U16 => 16,
            TypeKind::I32 | TypeKind::U32 => 32,
            TypeKind::I64 | TypeKind::U64 => 64,
            _ => u32::from(m.target.pointer_size) * 8,
        },
        _ => return None,
    })
}

/// Bits cut to a type.
pub(super) fn cut(m: &Module, ty: TypeId, bits: u64) -> u64 {
    match width(m, ty) {
        Some(n @ 0..64) => bits & ((1 << n) - 1),
        _ => bits,
    }
}

/// The number that bits of a type stand for; unsigned ones of 64 bits wrap.
pub(super) fn signed(m: &Module, ty: TypeId, bits: u64) -> i64 {
    match width(m, ty) {
        Some(n @ 1..64) if is_signed(m.types.kind(ty)) => ((bits << (64 - n)) as i64) >> (64 - n),
        _ => bits as i64,
    }
}

/// The state of the only result of an instruction.
pub(super) fn evaluate(m: &Module, body: &Body<'_>, known: &Definitions, state: &[State], inst: &Inst) -> State {
    let ty = body.ty(inst.result());
    if width(m, ty).is_none() {
        return State::Any;
    }
    let args = body.arg_words(inst);
    let constant = |bits: u64| State::Constant(cut(m, ty, bits));
    let of = |n: usize| state[args[n] as usize];
    let type_of = |n: usize| body.values[args[n] as usize];
    match inst.op {
        Opcode::ConstInt => {
            let imms = body.imms(inst);
            constant(u64::from(imms[0]) | u64::from(imms[1]) << 32)
        }
        Opcode::Zero => constant(0),
        Opcode::Unary => match of(0) {
            State::Constant(bits) => match UnaryOp::from_number(inst.aux) {
                Some(UnaryOp::Neg) => constant(bits.wrapping_neg()),
                Some(UnaryOp::Not) => constant(bits ^ 1),
                Some(UnaryOp::Com) => constant(!bits),
                None => State::Any,
            },
            state => state,
        },
        Opcode::Binary => match (of(0), of(1)) {
            (State::Constant(a), State::Constant(b)) => {
                binary(m, inst.aux, (type_of(0), a), (type_of(1), b)).map_or(State::Any, constant)
            }
            (State::Any, _) | (_, State::Any) => State::Any,
            _ => State::Unseen,
        },
        Opcode::Compare => match (of(0), of(1)) {
            (State::Constant(a), State::Constant(b)) => compare(m, inst.aux, (type_of(0), a), (type_of(1), b))
                .map_or(State::Any, |truth| constant(u64::from(truth))),
            (State::Any, _) | (_, State::Any) => State::Any,
            _ => State::Unseen,
        },
        Opcode::Select => match (of(0), of(1), of(2)) {
            (State::Unseen, ..) => State::Unseen,
            (State::Constant(0), _, no) => no,
            (State::Constant(_), yes, _) => yes,
            (State::Any, yes, no) if yes == no => yes,
            (State::Any, State::Unseen, other) | (State::Any, other, State::Unseen) => other,
            _ => State::Any,
        },
        Opcode::Cast => match of(0) {
            State::Constant(bits) if width(m, type_of(0)).is_some() => {
                if m.types.kind(ty) == TypeKind::Bool {
                    constant(u64::from(bits != 0))
                } else {
                    constant(signed(m, type_of(0), bits) as u64)
                }
            }
            State::Unseen => State::Unseen,
            _ => State::Any,
        },
        Opcode::Len | Opcode::Cap => match measure(m, body, known, state, inst.op, args[0]) {
            State::Constant(bits) => constant(bits),
            state => state,
        },
        _ => State::Any,
    }
}

/// `None` for what would panic, or is no operator.
fn binary(m: &Module, op: u32, (ty, a): (TypeId, u64), (by, b): (TypeId, u64)) -> Option<u64> {
    let sign = is_signed(m.types.kind(ty));
    let (s, t) = (signed(m, ty, a), signed(m, ty, b));
    Some(match BinaryOp::from_number(op)? {
        BinaryOp::Add => a.wrapping_add(b),
        BinaryOp::Sub => a.wrapping_sub(b),
        BinaryOp::Mul => a.wrapping_mul(b),
        BinaryOp::Div | BinaryOp::Rem if b == 0 => return None,
        BinaryOp::Div if sign => s.wrapping_div(t) as u64,
        BinaryOp::Div => a / b,
        BinaryOp::Rem if sign => s.wrapping_rem(t) as u64,
        BinaryOp::Rem => a % b,
        BinaryOp::And => a & b,
        BinaryOp::Or => a | b,
        BinaryOp::Xor => a ^ b,
        BinaryOp::AndNot => a & !b,
        BinaryOp::Shl | BinaryOp::Shr if is_signed(m.types.kind(by)) && signed(m, by, b) < 0 => return None,
        BinaryOp::Shl => u32::try_from(b).ok().and_then(|by| a.checked_shl(by)).unwrap_or(0),
        BinaryOp::Shr if sign => (s >> b.min(63)) as u64,
        BinaryOp::Shr => u32::try_from(b).ok().and_then(|by| a.checked_shr(by)).unwrap_or(0),
    })
}

fn compare(m: &Module, op: u32, (ty, a): (TypeId, u64), (other, b): (TypeId, u64)) -> Option<bool> {
    let (kind, width_a) = (m.types.kind(ty), width(m, ty)?);
    if width(m, other)? != width_a {
        return None;
    }
    let order = if is_signed(kind) { signed(m, ty, a).cmp(&signed(m, ty, b)) } else { a.cmp(&b) };
    Some(match CompareOp::from_number(op)? {
        CompareOp::Eq => order.is_eq(),
        CompareOp::Ne => order.is_ne(),
        CompareOp::Lt => order.is_lt(),
        CompareOp::Le => order.is_le(),
        CompareOp::Gt => order.is_gt(),
        CompareOp::Ge => order.is_ge(),
    })
}

/// The length or capacity of a value, from what made it.
fn measure(m: &Module, body: &Body<'_>, known: &Definitions, state: &[State], op: Opcode, value: u32) -> State {
    let ty = body.values[value as usize];
    if m.types.kind(ty) == TypeKind::Array {
        return State::Constant(m.types.array_len(ty));
    }
    let Some(made) = known.of(body, value) else { return State::Any };
    let args = body.arg_words(made);
    // The number an operand stands for: a length is one of an integer type of any width.
    let number = |arg: u32| match state[arg as usize] {
        State::Constant(bits) => State::Constant(signed(m, body.values[arg as usize], bits) as u64),
        state => state,
    };
    match (made.op, op) {
        (Opcode::ConstStr, Opcode::Len) => State::Constant(m.str(StrId::from_raw(made.aux)).len() as u64),
        (Opcode::MakeSlice, Opcode::Len) => number(args[0]),
        (Opcode::MakeSlice, _) => number(args[1]),
        (Opcode::Slice, _) => {
            let bound =
                |bit: u32| (made.aux & bit != 0).then(|| args[1 + (made.aux & (bit - 1)).count_ones() as usize]);
            let base = body.values[args[0] as usize];
            let array =
                m.types.elem(base).filter(|_| m.types.kind(base) == TypeKind::Ptr).map(|a| m.types.array_len(a));
            let low = bound(1).map_or(State::Constant(0), number);
            let high = if op == Opcode::Len { bound(2) } else { bound(4) };
            match (low, high.map(number).or(array.map(State::Constant))) {
                // Bounds out of order panic, and nobody asks for the length.
                (State::Constant(low), Some(State::Constant(high))) => State::Constant(high.wrapping_sub(low)),
                (State::Any, _) | (_, Some(State::Any) | None) => State::Any,
                _ => State::Unseen,
            }
        }
        _ => State::Any,
    }
}
