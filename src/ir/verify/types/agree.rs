//! When two types are interchangeable.
//!
//! Rows are meant to be interned, so the usual answer is identity and never gets here. What does: a name and what it names,
//! rows a client did not intern, and local types of one name that a front end declared twice.

use crate::entity::TypeId;
use crate::ir::types::{TypeKind, Types};

/// Comparisons after which two types count as equal. Only types a client did not intern get this far.
const FUEL: u32 = 512;

/// Whether two types agree: the same, a name and what it names, or structurally equal.
#[cold]
#[inline(never)]
pub(in crate::ir::verify) fn agree(types: &Types, a: TypeId, b: TypeId) -> bool {
    let named = |ty: TypeId| types.rows[ty].kind == TypeKind::Named;
    let mut fuel = FUEL;
    if named(a) != named(b) {
        return equal(types, types.underlying(a), types.underlying(b), &mut fuel);
    }
    equal(types, a, b, &mut fuel)
}

fn equal(types: &Types, a: TypeId, b: TypeId, fuel: &mut u32) -> bool {
    if a == b || *fuel == 0 {
        return true;
    }
    *fuel -= 1;
    let (x, y) = (&types.rows[a], &types.rows[b]);
    let mut part = |x: u32, y: u32| equal(types, TypeId::from_raw(x), TypeId::from_raw(y), fuel);
    if x.kind == TypeKind::TypeParam || y.kind == TypeKind::TypeParam {
        return true;
    }
    if x.kind != y.kind {
        return false;
    }
    let (s, t) = (types.list(a), types.list(b));
    match x.kind {
        TypeKind::Ptr | TypeKind::Slice => part(x.a, y.a),
        TypeKind::Array => s == t && part(x.a, y.a),
        TypeKind::Chan => x.b == y.b && part(x.a, y.a),
        TypeKind::Map => part(x.a, y.a) && part(x.b, y.b),
        TypeKind::Func => x.a == y.a && s.len() == t.len() && s.iter().zip(t).all(|(&s, &t)| part(s, t)),
        TypeKind::Struct => {
            (x.a, x.b, s.len()) == (y.a, y.b, t.len())
                && s.chunks_exact(5)
                    .zip(t.chunks_exact(5))
                    .all(|(s, t)| (s[0], s[2], s[3]) == (t[0], t[2], t[3]) && part(s[1], t[1]))
        }
        TypeKind::Interface => {
            s.len() == t.len()
                && s.chunks_exact(2).zip(t.chunks_exact(2)).all(|(s, t)| s[0] == t[0] && part(s[1], t[1]))
        }
        TypeKind::Named => {
            let (n, k) = (x.b as usize + 2, y.b as usize + 2);
            n == k && s[..2] == t[..2] && s[2..n].iter().zip(&t[2..k]).all(|(&s, &t)| part(s, t))
        }
        TypeKind::Opaque => (x.a, x.b, x.flags) == (y.a, y.b, y.flags) && s == t,
        _ => true,
    }
}
