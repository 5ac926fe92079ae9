//! Which instructions only compute: nothing happens but that their results exist, and they cannot panic.

use crate::entity::NONE;
use crate::ir::{Body, Inst, Module, Opcode, TypeKind, intrinsic};

/// What is known of a body's definitions.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    /// By value: the instruction that defines it, or [`NONE`] for a parameter.
    by: Vec<u32>,
}

impl Definitions {
    /// Computes them.
    pub(super) fn compute(&mut self, body: &Body<'_>) {
        self.by.clear();
        self.by.resize(body.values.len(), NONE);
        for (n, inst) in body.insts.iter().enumerate() {
            inst.results().for_each(|r| self.by[r.index()] = n as u32);
        }
    }

    /// The number of the instruction that defines a value; `None` for a parameter.
    pub(super) fn index(&self, value: u32) -> Option<u32> {
        Some(self.by[value as usize]).filter(|&n| n != NONE)
    }

    /// The instruction that defines a value; `None` for a parameter.
    pub(super) fn of<'m>(&self, body: &Body<'m>, value: u32) -> Option<&'m Inst> {
        self.index(value).map(|n| &body.insts[n as usize])
    }

    /// An integer constant, its high bits as they are written.
    fn constant(&self, body: &Body<'_>, value: u32) -> Option<u64> {
        let inst = self.of(body, value).filter(|inst| inst.op == Opcode::ConstInt)?;
        let imms = body.imms(inst);
        Some(u64::from(imms[0]) | u64::from(imms[1]) << 32)
    }

    /// Whether an address is certainly of something.
    fn is_address(&self, body: &Body<'_>, mut value: u32) -> bool {
        while let Some(inst) = self.of(body, value) {
            match inst.op {
                Opcode::Var | Opcode::New | Opcode::GlobalAddr => return true,
                Opcode::FieldAddr => value = body.arg_words(inst)[0],
                _ => return false,
            }
        }
        false
    }

    /// Whether an instruction can be left out if nobody uses its results. Makers of storage can, where making cannot panic; what
    /// draws from the run's chances (`iter`) or makes addresses numbers cannot.
    pub(super) fn only_computes(&self, m: &Module, body: &Body<'_>, inst: &Inst) -> bool {
        use Opcode as O;
        let args = body.arg_words(inst);
        let kind = |value: u32| m.types.kind(body.values[value as usize]);
        match inst.op {
            O::ConstInt | O::ConstFloat | O::ConstStr | O::Zero | O::GlobalAddr | O::FuncRef | O::FreeVar => true,
            O::Unary | O::Select | O::Cast | O::Aggregate | O::Extract | O::MakeIfaceDirect | O::ChangeIface => true,
            O::Var | O::New | O::MakeIface | O::MakeClosure | O::Concat | O::Convert => true,
            O::Binary => match inst.aux {
                3 | 4 => !is_integer(kind(args[0])) || self.constant(body, args[1]).is_some_and(|n| n as u8 != 0),
                8 | 9 => !is_signed(kind(args[1])) || self.constant(body, args[1]).is_some_and(|n| n < 8),
                _ => true,
            },
            // What holds an interface may hold what cannot be compared.
            O::Compare => {
                !matches!(kind(args[0]), TypeKind::Interface | TypeKind::Struct | TypeKind::Array | TypeKind::TypeParam)
            }
            O::Load | O::FieldAddr => self.is_address(body, args[0]),
            O::Len | O::Cap => matches!(kind(args[0]), TypeKind::String | TypeKind::Slice | TypeKind::Array),
            O::TypeAssert => inst.num_results == 2,
            O::MakeMap | O::MakeChan => args.is_empty(),
            O::MethodValue => kind(args[0]) != TypeKind::Interface,
            O::Intrinsic => {
                matches!(
                    inst.aux,
                    intrinsic::REAL | intrinsic::IMAG | intrinsic::COMPLEX | intrinsic::MIN | intrinsic::MAX
                )
            }
            _ => false,
        }
    }
}

/// Whether a kind is an integer.
pub(super) const fn is_integer(kind: TypeKind) -> bool {
    kind as u8 >= TypeKind::I8 as u8 && kind as u8 <= TypeKind::Uintptr as u8
}

/// Whether a kind is a signed integer.
pub(super) const fn is_signed(kind: TypeKind) -> bool {
    matches!(kind, TypeKind::I8 | TypeKind::I16 | TypeKind::I32 | TypeKind::I64 | TypeKind::Int)
}
