//! Types at run time: identity, methods, which interfaces a type has.

use super::machine::Vm;
use super::value::RUNTIME_ERROR;
use crate::entity::{StrId, TypeId};
use crate::ir::types::Method;
use crate::ir::{TypeKind, Types};

/// Comparisons after which two types count as different.
const FUEL: u32 = 4096;

impl Vm<'_> {
    /// Whether two rows are one type.
    pub(super) fn same_type(&self, a: TypeId, b: TypeId) -> bool {
        a == b || identical(&self.m.types, a, b, &mut { FUEL })
    }

    fn same_name(&self, a: StrId, b: StrId) -> bool {
        a == b || self.m.str(a) == self.m.str(b)
    }

    /// The method of a name in the method set of a concrete type.
    pub(super) fn lookup(&self, ty: TypeId, name: StrId) -> Option<Method> {
        let types = &self.m.types;
        let pointer = types.rows[ty].kind == TypeKind::Ptr;
        let named = if pointer { TypeId::from_raw(types.rows[ty].a) } else { ty };
        let of_pointer = |method: &Method| method.flags & 1 != 0;
        let mut found: Option<Method> = None;
        for method in types.methods(named).filter(|method| self.same_name(method.name, name)) {
            if of_pointer(&method) && !pointer {
                continue;
            }
            if found.is_none_or(|old| of_pointer(&method) && !of_pointer(&old)) {
                found = Some(method);
            }
        }
        found
    }

    /// Whether a dynamic type has all methods of an interface.
    pub(super) fn implements(&self, ty: u32, iface: TypeId) -> bool {
        let types = &self.m.types;
        types.interface_methods(iface).all(|method| match ty {
            RUNTIME_ERROR => matches!(self.m.str(method.name), "Error" | "RuntimeError"),
            ty => self.lookup(TypeId::from_raw(ty), method.name).is_some(),
        })
    }
}

/// Whether two rows have one structure, names being what they are called.
fn identical(types: &Types, a: TypeId, b: TypeId, fuel: &mut u32) -> bool {
    if a == b {
        return true;
    }
    let (x, y) = (&types.rows[a], &types.rows[b]);
    if *fuel == 0 || x.kind != y.kind {
        return false;
    }
    *fuel -= 1;
    let mut part = |x: u32, y: u32| identical(types, TypeId::from_raw(x), TypeId::from_raw(y), fuel);
    let (s, t) = (types.list(a), types.list(b));
    match x.kind {
        TypeKind::Ptr | TypeKind::Slice => part(x.a, y.a),
        TypeKind::Array => s == t && part(x.a, y.a),
        TypeKind::Chan => x.b == y.b && part(x.a, y.a),
        TypeKind::Map => part(x.a, y.a) && part(x.b, y.b),
        TypeKind::Func => (x.a, x.b, s.len()) == (y.a, y.b, t.len()) && s.iter().zip(t).all(|(&s, &t)| part(s, t)),
        TypeKind::Struct => {
            (x.a, x.b, s.len()) == (y.a, y.b, t.len())
                && s.chunks_exact(5)
                    .zip(t.chunks_exact(5))
                    .all(|(s, t)| (s[0], s[2], s[3], s[4]) == (t[0], t[2], t[3], t[4]) && part(s[1], t[1]))
        }
        TypeKind::Interface => {
            s.len() == t.len()
                && s.chunks_exact(2).zip(t.chunks_exact(2)).all(|(s, t)| s[0] == t[0] && part(s[1], t[1]))
        }
        TypeKind::Named => {
            // Local types of one name that were declared twice are one if what they name is: the names have the packages.
            let (n, k) = (x.b as usize + 2, y.b as usize + 2);
            n == k && s[..2] == t[..2] && s[2..n].iter().zip(&t[2..k]).all(|(&s, &t)| part(s, t))
        }
        TypeKind::Opaque => (x.a, x.b, x.flags) == (y.a, y.b, y.flags) && s == t,
        TypeKind::TypeParam => false,
        _ => true,
    }
}
