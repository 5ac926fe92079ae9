//! The quick way through a block: says of most instructions that nothing is wrong with them, without a branch on their opcode.
//!
//! Which instruction comes next follows no pattern a processor could learn, and half of verifying one the plain way is waiting
//! for wrong guesses. Most rules are of one form, though: so many operands and results, of kinds out of a set, one type
//! or element type equal to another. [`RULES`] has them as data, each no wider than the rule in `types`; operands that are not there
//! read the first value, and any kind will do for them. An instruction the quick way does not pass is looked at by the slow way,
//! which knows the whole rule and what to say: names and what they name, type parameters, unusual operands, all that is wrong.

use super::sites::{self, Owned};
use super::structure::Limits;
use super::types::Quick;
use crate::entity::TypeId;
use crate::ir::Opcode;
use crate::ir::module::{Body, Inst, Module};
use crate::ir::opcode::TABLE;
use crate::ir::types::TypeKind as K;
use index_vec::IndexVec;

/// What the table a rule's `aux` points into says of the type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// Nothing: there is no such word, or it says nothing of types.
    Nothing,
    /// The type of the site the instruction makes.
    Site,
    /// The type of a global.
    Global,
    /// The type of a field of the struct the first operand points to.
    Field,
}

// Types a rule may compare: the first operand's, the second's, the result's, those of their elements, the one `aux` leads to.
const A: usize = 0;
const B: usize = 1;
const R: usize = 2;
const ELEM_A: usize = 3;
const ELEM_R: usize = 4;
const AUX: usize = 5;

/// A rule that is enough for an instruction to be right.
#[derive(Clone, Copy)]
struct Rule {
    /// Sets of kinds of the operands and of the result.
    kinds: [u64; 3],
    /// Pairs of types that must be the same row.
    same: [(usize, usize); 2],
    /// How many; more than there can be where there is no rule.
    args: u16,
    results: u8,
    /// All bits for an operand or result there is, else none. As data, since a compiler makes branches of what it can see through.
    is: [u32; 3],
    /// All bits if there are two immediates, else none.
    imms: u32,
    of: Of,
    /// Number of legal `aux` words, known when there is a module.
    aux_limit: u32,
}

const ANY: u64 = u64::MAX;
const NONE: Rule = Rule {
    kinds: [ANY; 3],
    same: [(A, A); 2],
    args: u16::MAX,
    results: u8::MAX,
    is: [0; 3],
    imms: 0,
    of: Of::Nothing,
    aux_limit: 0,
};

const fn set(kinds: &[K]) -> u64 {
    let (mut set, mut i) = (0, 0);
    while i < kinds.len() {
        set |= 1 << kinds[i] as u64;
        i += 1;
    }
    set
}

const PTR: u64 = set(&[K::Ptr]);
const INTEGER: u64 = set(&[K::I8, K::I16, K::I32, K::I64, K::Int, K::U8, K::U16, K::U32, K::U64, K::Uint, K::Uintptr]);

const fn is(args: u16, results: u8) -> [u32; 3] {
    [if args > 0 { !0 } else { 0 }, if args > 1 { !0 } else { 0 }, if results > 0 { !0 } else { 0 }]
}

static RULES: [Rule; 128] = {
    let mut rules = [NONE; 128];
    macro_rules! rule {
        ($op:ident, $args:literal -> $results:literal $(, $field:ident: $value:expr)*) => {
            rules[Opcode::$op as usize] = Rule { args: $args, results: $results, is: is($args, $results), $($field: $value,)* ..NONE };
        };
    }
    rule!(Load, 1 -> 1, kinds: [PTR, ANY, ANY], same: [(ELEM_A, R), (A, A)]);
    rule!(Store, 2 -> 0, kinds: [PTR, ANY, ANY], same: [(ELEM_A, B), (A, A)]);
    rule!(Var, 0 -> 1, kinds: [ANY, ANY, PTR], same: [(ELEM_R, AUX), (A, A)], of: Of::Site);
    rule!(New, 0 -> 1, kinds: [ANY, ANY, PTR], same: [(ELEM_R, AUX), (A, A)], of: Of::Site);
    rule!(MakeIface, 1 -> 1, kinds: [ANY, ANY, set(&[K::Interface])], same: [(A, AUX), (A, A)], of: Of::Site);
    rule!(GlobalAddr, 0 -> 1, kinds: [ANY, ANY, PTR], same: [(ELEM_R, AUX), (A, A)], of: Of::Global);
    rule!(FieldAddr, 1 -> 1, kinds: [PTR, ANY, PTR], same: [(ELEM_R, AUX), (A, A)], of: Of::Field);
    rule!(ElemAddr, 2 -> 1, kinds: [set(&[K::Slice]), INTEGER, PTR], same: [(ELEM_R, ELEM_A), (A, A)]);
    rule!(ConstInt, 0 -> 1, kinds: [ANY, ANY, INTEGER | set(&[K::Bool])], imms: !0);
    rule!(ConstStr, 0 -> 1, kinds: [ANY, ANY, set(&[K::String])]);
    rule!(Zero, 0 -> 1);
    rule!(Binary, 2 -> 1, kinds: [INTEGER, ANY, ANY], same: [(A, B), (A, R)]);
    rule!(Compare, 2 -> 1, kinds: [ANY, ANY, set(&[K::Bool])], same: [(A, B), (A, A)]);
    rule!(Len, 1 -> 1, kinds: [set(&[K::Slice, K::Array, K::Chan, K::String, K::Map]), ANY, INTEGER]);
    rule!(RunDefers, 0 -> 0);
    rule!(Cap, 1 -> 1, kinds: [set(&[K::Slice, K::Array, K::Chan]), ANY, INTEGER]);
    rules
};

/// The rules, with the limits of a module.
pub(super) struct Rules([Rule; 128]);

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
}

/// What the quick way reads.
pub(super) struct Cx<'m> {
    pub(super) m: &'m Module,
    pub(super) rules: &'m Rules,
    pub(super) types: &'m IndexVec<TypeId, Quick>,
    pub(super) body: Body<'m>,
}

impl Rules {
    pub(super) fn new(limits: &Limits) -> Self {
        let mut rules = RULES;
        for row in TABLE {
            rules[row.op as usize & 127].aux_limit = limits.of(row.aux);
        }
        Self(rules)
    }
}

impl Cx<'_> {
    /// Looks at an instruction that is not its block's last.
    #[inline(always)]
    pub(super) fn instruction(&self, inst: &Inst, defined: Defined, owned: &mut Owned) -> Verdict {
        self.check(inst, defined, owned).unwrap_or(Verdict::Unknown)
    }

    #[inline(always)]
    fn check(&self, inst: &Inst, defined: Defined, owned: &mut Owned) -> Option<Verdict> {
        let rule = &self.rules.0[inst.op as usize & 127];
        let (pool, values) = (self.body.pool(), self.body.values);
        let (args, results) = (inst.num_args, inst.num_results);
        if args != rule.args
            || results != rule.results
            || inst.aux >= rule.aux_limit
            || inst.pos.index() >= self.m.positions.len()
        {
            return None;
        }
        // Words and values that are not there are read as the first.
        let [is_a, is_b, is_r] = rule.is;
        let word = |n: u32, is: u32| pool.get((inst.args.wrapping_add(n) & is) as usize).map(|&word| word & is);
        let (a, b, r) = (word(0, is_a)?, word(1, is_b)?, inst.first_result & is_r);
        let (count, _) = (word(0, rule.imms)?, word(2, rule.imms)?);
        if ((r ^ defined.next) & is_r) | ((count ^ 2) & rule.imms) != 0 {
            return None;
        }
        let ty = |value: u32| values.get(value as usize).copied();
        let (type_a, type_b, type_r) = (ty(a)?, ty(b)?, ty(r)?);
        let [quick_a, quick_b, quick_r] = [type_a, type_b, type_r].map(|ty| self.types[ty]);
        let aux = match rule.of {
            Of::Nothing => type_a,
            Of::Site => self.m.sites[inst.aux as usize].ty,
            Of::Global => self.m.globals[inst.aux as usize].ty,
            Of::Field => self.field(quick_a.elem, inst.aux)?,
        };
        let types = [type_a, type_b, type_r, quick_a.elem, quick_r.elem, aux, aux, aux];
        let same = |(x, y): (usize, usize)| types[x & 7] == types[y & 7];
        let kinds = (rule.kinds[A] >> quick_a.kind as u32)
            & (rule.kinds[B] >> quick_b.kind as u32)
            & (rule.kinds[R] >> quick_r.kind as u32)
            & 1;
        if kinds == 0 || !(same(rule.same[0]) & same(rule.same[1])) {
            return None;
        }
        if rule.of == Of::Site && !sites::fine(self.m, self.body.func, inst, owned) {
            return None;
        }
        let far = (defined.far(a) & is_a) | (defined.far(b) & is_b);
        Some(if far == 0 { Verdict::Fine } else { Verdict::Far })
    }

    /// Looks at the last instruction of a block.
    #[inline(always)]
    pub(super) fn last(&self, inst: &Inst, sig: TypeId, defined: Defined) -> Verdict {
        self.check_last(inst, sig, defined).unwrap_or(Verdict::Unknown)
    }

    #[inline(always)]
    fn check_last(&self, inst: &Inst, sig: TypeId, defined: Defined) -> Option<Verdict> {
        if inst.num_results != 0 || inst.pos.index() >= self.m.positions.len() {
            return None;
        }
        // A block that may be gone to without arguments.
        let plain = |block: u32| block != 0 && self.body.blocks.get(block as usize).is_some_and(|b| b.num_params == 0);
        let fine = match (inst.op, inst.num_args) {
            (Opcode::Jump, 0) => plain(inst.aux),
            (Opcode::Branch, 1) => {
                let &[arg, 2, yes, no] = self.body.pool().get(inst.args as usize..)?.first_chunk::<4>()? else {
                    return None;
                };
                let &ty = self.body.values.get(arg as usize)?;
                inst.aux == 0 && self.types[ty].kind == K::Bool && plain(yes) && plain(no)
            }
            (Opcode::Return, n) => {
                let args = self.body.pool().get(inst.args as usize..)?.get(..n as usize)?;
                let results = self.m.types.results(sig);
                let same = |(&v, want): (&u32, TypeId)| self.body.values.get(v as usize) == Some(&want);
                inst.aux == 0 && results.len() == args.len() && args.iter().zip(results).all(same)
            }
            _ => false,
        };
        if !fine {
            return None;
        }
        let far = self.body.arg_words(inst).iter().fold(0, |far, &v| far | defined.far(v));
        Some(if far == 0 { Verdict::Fine } else { Verdict::Far })
    }

    /// The type of a field of a struct, names seen through.
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
