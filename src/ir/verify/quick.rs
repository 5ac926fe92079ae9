//! The quick way through a block: says of most instructions that nothing is wrong with them, and says no more.
//!
//! Verifying is the walk over instructions, and nearly all of them are a dozen opcodes in their usual form: so many operands and
//! results, types that are the same rows. For these the whole rule, that of `structure` and that of `types`, is a handful of
//! comparisons without words for what is wrong; each is no wider than the rule it stands for. What the quick way does not pass is
//! looked at by the slow way, which knows the whole rule and what to say: names and what they name, type parameters, unusual
//! operands, all that is wrong. Everything is read by `get`, so that nothing needs to be known beforehand of an id.

use super::sites::{self, Owned};
use super::structure::Limits;
use super::types::Quick;
use crate::entity::{FuncId, GlobalId, TypeId};
use crate::ir::module::{Body, Inst, Module};
use crate::ir::opcode::Aux;
use crate::ir::types::TypeKind as K;
use crate::ir::{CalleeKind, Opcode};
use index_vec::IndexVec;

const fn set(kinds: &[K]) -> u64 {
    let (mut set, mut i) = (0, 0);
    while i < kinds.len() {
        set |= 1 << kinds[i] as u64;
        i += 1;
    }
    set
}

const INTEGER: u64 = set(&[K::I8, K::I16, K::I32, K::I64, K::Int, K::U8, K::U16, K::U32, K::U64, K::Uint, K::Uintptr]);
const NUMBER: u64 = INTEGER | set(&[K::F32, K::F64, K::C64, K::C128, K::Bool]);
const POINTER: u64 = set(&[K::Ptr, K::UnsafePtr, K::Map, K::Chan, K::Func]);

/// Whether a kind is in a set.
#[inline(always)]
const fn is(kind: K, set: u64) -> bool {
    set >> kind as u64 & 1 != 0
}

/// What the quick way says of an instruction.
pub(super) enum Verdict {
    /// Nothing is wrong with it.
    Fine,
    /// Nothing is, if its operands are defined where they reach it: some come from a block between the entry and its own.
    Far,
    /// Not known.
    Unknown,
}

/// Where in a body the walk is: what is defined in the block so far, and how much in the entry.
#[derive(Clone, Copy)]
pub(super) struct Defined {
    pub(super) start: u32,
    pub(super) next: u32,
    pub(super) entry_end: u32,
}

impl Defined {
    /// 1 if a value comes neither from here nor from the entry, else 0.
    #[inline(always)]
    pub(super) const fn far(self, value: u32) -> u32 {
        (value >= self.entry_end) as u32 & (value.wrapping_sub(self.start) >= self.next - self.start) as u32
    }

    /// As [`Self::far`], of any of so many.
    #[inline(always)]
    fn any<const N: usize>(self, values: &[u32; N]) -> u32 {
        values.iter().fold(0, |far, &v| far | self.far(v))
    }

    /// As [`Self::far`], of any of some.
    #[inline(always)]
    fn some(self, values: &[u32]) -> u32 {
        values.iter().fold(0, |far, &v| far | self.far(v))
    }
}

/// What the quick way reads in one body.
pub(super) struct Cx<'m> {
    pub(super) m: &'m Module,
    pub(super) limits: &'m Limits,
    pub(super) types: &'m IndexVec<TypeId, Quick>,
    pub(super) body: Body<'m>,
    /// The types of the function's results.
    pub(super) results: &'m [u32],
}

impl<'m> Cx<'m> {
    /// Looks at an instruction that is not its block's last.
    #[inline(always)]
    pub(super) fn instruction(&self, inst: &Inst, defined: Defined, owned: &mut Owned) -> Verdict {
        self.check(inst, defined, owned).unwrap_or(Verdict::Unknown)
    }

    #[inline(always)]
    fn check(&self, inst: &Inst, defined: Defined, owned: &mut Owned) -> Option<Verdict> {
        if inst.pos.index() >= self.m.positions.len() {
            return None;
        }
        // Nothing is wrong with an instruction if all of these hold, unless an operand comes from far.
        let (fine, far) = match inst.op {
            Opcode::Load => {
                let (args, res) = (self.operands::<1>(inst)?, self.result(inst, defined)?);
                let a = self.types[self.ty(args[0])?];
                (a.kind == K::Ptr && a.elem == res && inst.aux == 0, defined.any(args))
            }
            Opcode::Store => {
                let args = self.operands::<2>(inst)?;
                let (a, b) = (self.types[self.ty(args[0])?], self.ty(args[1])?);
                (a.kind == K::Ptr && a.elem == b && inst.aux == 0 && inst.num_results == 0, defined.any(args))
            }
            Opcode::Var | Opcode::New => {
                self.operands::<0>(inst)?;
                let res = self.types[self.result(inst, defined)?];
                let site = self.m.sites.as_raw_slice().get(inst.aux as usize)?.ty;
                (res.kind == K::Ptr && res.elem == site && self.owns(inst, owned), 0)
            }
            Opcode::Call => {
                let sig = self.m.funcs.get(FuncId::from_raw(inst.aux))?.sig;
                let args = self.arguments(inst)?;
                (self.call(inst, args, sig, defined)?, defined.some(args))
            }
            Opcode::FieldAddr => {
                let (args, res) = (self.operands::<1>(inst)?, self.types[self.result(inst, defined)?]);
                let a = self.types[self.ty(args[0])?];
                let field = self.field(a.elem, inst.aux)?;
                (a.kind == K::Ptr && res.kind == K::Ptr && res.elem == field, defined.any(args))
            }
            Opcode::Zero => {
                self.result(inst, defined)?;
                self.operands::<0>(inst)?;
                (inst.aux == 0, 0)
            }
            Opcode::ConstInt => {
                self.operands::<0>(inst)?;
                let res = self.types[self.result(inst, defined)?];
                let imms = self.body.pool().get(inst.args as usize..)?.first_chunk::<3>()?;
                (is(res.kind, INTEGER | set(&[K::Bool])) && imms[0] == 2 && inst.aux == 0, 0)
            }
            Opcode::ConstStr => {
                self.operands::<0>(inst)?;
                let res = self.types[self.result(inst, defined)?];
                (res.kind == K::String && inst.aux < self.limits.of(Aux::Str), 0)
            }
            Opcode::ElemAddr => {
                let (args, res) = (self.operands::<2>(inst)?, self.types[self.result(inst, defined)?]);
                let [a, b] = [self.types[self.ty(args[0])?], self.types[self.ty(args[1])?]];
                let kinds = a.kind == K::Slice && is(b.kind, INTEGER) && res.kind == K::Ptr;
                (kinds && res.elem == a.elem && inst.aux == 0, defined.any(args))
            }
            Opcode::GlobalAddr => {
                self.operands::<0>(inst)?;
                let res = self.types[self.result(inst, defined)?];
                let global = self.m.globals.get(GlobalId::from_raw(inst.aux))?.ty;
                (res.kind == K::Ptr && res.elem == global, 0)
            }
            Opcode::MakeIface => {
                let (args, res) = (self.operands::<1>(inst)?, self.types[self.result(inst, defined)?]);
                let site = self.m.sites.as_raw_slice().get(inst.aux as usize)?.ty;
                (res.kind == K::Interface && site == self.ty(args[0])? && self.owns(inst, owned), defined.any(args))
            }
            Opcode::MakeIfaceDirect => {
                let (args, res) = (self.operands::<1>(inst)?, self.types[self.result(inst, defined)?]);
                let direct = self.m.types.layout[self.ty(args[0])?].direct;
                (res.kind == K::Interface && direct && inst.aux == 0, defined.any(args))
            }
            Opcode::Slice => {
                let (args, res) = (self.arguments(inst)?, self.types[self.result(inst, defined)?]);
                let (&base, bounds) = args.split_first()?;
                let base = self.types[self.ty(base)?];
                let integer = |&v: &u32| self.ty(v).is_some_and(|ty| is(self.types[ty].kind, INTEGER));
                let counted = inst.aux < self.limits.of(Aux::Bounds) && inst.aux.count_ones() as usize == bounds.len();
                let kinds = match base.kind {
                    K::String => inst.aux & 4 == 0 && res.kind == K::String,
                    K::Slice => inst.aux & 6 != 4 && res.kind == K::Slice && res.elem == base.elem,
                    _ => false,
                };
                (kinds && counted && bounds.iter().all(integer), defined.some(args))
            }
            Opcode::Cast => {
                let (args, res) = (self.operands::<1>(inst)?, self.types[self.result(inst, defined)?].kind);
                let a = self.types[self.ty(args[0])?].kind;
                let both = |set| is(a, set) && is(res, set);
                ((a == res || both(NUMBER) || both(POINTER)) && inst.aux == 0, defined.any(args))
            }
            Opcode::CallMethod => {
                let args = self.arguments(inst)?;
                let (&recv, rest) = args.split_first()?;
                let method = self.m.types.interface_methods(self.ty(recv)?).nth(inst.aux as usize)?;
                (self.call(inst, rest, method.sig, defined)?, defined.some(args))
            }
            Opcode::CallIndirect => {
                let args = self.arguments(inst)?;
                let (&callee, rest) = args.split_first()?;
                let sig = self.ty(callee)?;
                (
                    self.types[sig].kind == K::Func && inst.aux == 0 && self.call(inst, rest, sig, defined)?,
                    defined.some(args),
                )
            }
            Opcode::Binary => {
                let (args, res) = (self.operands::<2>(inst)?, self.result(inst, defined)?);
                let [a, b] = [self.ty(args[0])?, self.ty(args[1])?];
                let operator = inst.aux < self.limits.of(Aux::Binary);
                (a == b && a == res && is(self.types[a].kind, INTEGER) && operator, defined.any(args))
            }
            Opcode::RunDefers => {
                self.operands::<0>(inst)?;
                (inst.num_results == 0 && inst.aux == 0, 0)
            }
            _ => return None,
        };
        fine.then_some(if far == 0 { Verdict::Fine } else { Verdict::Far })
    }

    /// The operands, if there are `N`.
    #[inline(always)]
    fn operands<const N: usize>(&self, inst: &Inst) -> Option<&'m [u32; N]> {
        if usize::from(inst.num_args) != N {
            return None;
        }
        self.body.pool().get(inst.args as usize..)?.first_chunk()
    }

    /// The operands, however many.
    #[inline(always)]
    fn arguments(&self, inst: &Inst) -> Option<&'m [u32]> {
        self.body.pool().get(inst.args as usize..)?.get(..usize::from(inst.num_args))
    }

    /// The type of a value there is.
    #[inline(always)]
    fn ty(&self, value: u32) -> Option<TypeId> {
        self.body.values.get(value as usize).copied()
    }

    /// The type of the result, if there is one and it is numbered in order.
    #[inline(always)]
    fn result(&self, inst: &Inst, defined: Defined) -> Option<TypeId> {
        if inst.num_results != 1 || inst.first_result != defined.next {
            return None;
        }
        self.ty(inst.first_result)
    }

    /// Whether the site is the instruction's own. It is claimed, so this is asked when nothing else is wrong.
    #[inline(always)]
    fn owns(&self, inst: &Inst, owned: &mut Owned) -> bool {
        sites::fine(self.m, self.body.func, inst, owned)
    }

    /// Whether arguments and results are those of a signature.
    #[inline(always)]
    fn call(&self, inst: &Inst, args: &[u32], sig: TypeId, defined: Defined) -> Option<bool> {
        debug_assert!(matches!(inst.op.call(), Some((kind, _)) if kind != CalleeKind::Intrinsic));
        let (params, results) = self.m.types.signature(sig);
        let numbered = results.is_empty() || inst.first_result == defined.next;
        let made = self.body.values.get(defined.next as usize..)?.get(..results.len())?;
        let fits = params.len() == args.len() && results.len() == usize::from(inst.num_results) && numbered;
        let same = |(&v, &want): (&u32, &u32)| self.ty(v).is_some_and(|ty| ty.raw() == want);
        Some(fits && args.iter().zip(params).all(same) && made.iter().zip(results).all(|(ty, &want)| ty.raw() == want))
    }

    /// Looks at the last instruction of a block.
    #[inline(always)]
    pub(super) fn last(&self, inst: &Inst, defined: Defined) -> Verdict {
        self.check_last(inst, defined).unwrap_or(Verdict::Unknown)
    }

    #[inline(always)]
    fn check_last(&self, inst: &Inst, defined: Defined) -> Option<Verdict> {
        if inst.num_results != 0 || inst.pos.index() >= self.m.positions.len() {
            return None;
        }
        // A block that may be gone to without arguments.
        let plain = |block: u32| block != 0 && self.body.blocks.get(block as usize).is_some_and(|b| b.num_params == 0);
        let (fine, far) = match inst.op {
            Opcode::Jump => (plain(inst.aux) && inst.num_args == 0, 0),
            Opcode::Branch => {
                let args = self.operands::<1>(inst)?;
                let &[2, yes, no] = self.body.pool().get(inst.args as usize + 1..)?.first_chunk::<3>()? else {
                    return None;
                };
                let boolean = self.types[self.ty(args[0])?].kind == K::Bool;
                (boolean && inst.aux == 0 && plain(yes) && plain(no), defined.any(args))
            }
            Opcode::Return => {
                let args = self.arguments(inst)?;
                let same = |(&v, &want): (&u32, &u32)| self.ty(v).is_some_and(|ty| ty.raw() == want);
                let counted = self.results.len() == args.len() && inst.aux == 0;
                (counted && args.iter().zip(self.results).all(same), defined.some(args))
            }
            _ => return None,
        };
        fine.then_some(if far == 0 { Verdict::Fine } else { Verdict::Far })
    }

    /// The type of a field of a struct, names seen through.
    #[inline(always)]
    fn field(&self, object: TypeId, index: u32) -> Option<TypeId> {
        let types = &self.m.types;
        let at = types.underlying(object);
        if types.rows[at].kind != K::Struct {
            return None;
        }
        let words = types.list(at).get((index as usize).checked_mul(5)?..)?;
        words.get(1).copied().map(TypeId::from_raw)
    }
}
