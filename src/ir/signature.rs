//! Hashes of signatures that mean the same in every module.
//!
//! Type ids are a module's own; what is known of a function must only be used where it is declared alike. Every type gets a hash of
//! its structure: a named type by its package, name and type arguments, the others by their parts. Parts are hashed round after
//! round, all types at once, from what the round before said of them, so that types may be recursive, shared or a million deep.
//! After [`ROUNDS`] rounds a hash has seen the structure down to that depth, and types that differ deeper have the same: a hash finds
//! what has changed; it proves nothing.

use crate::entity::TypeId;
use crate::ir::{Module, TypeKind};

/// How deep structure is told apart.
const ROUNDS: usize = 8;

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;

#[inline]
fn mix(hash: u64, word: u64) -> u64 {
    let mixed = (hash ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed ^ mixed >> 29
}

fn text(hash: u64, text: &str) -> u64 {
    text.bytes().fold(mix(hash, text.len() as u64), |hash, byte| mix(hash, byte.into()))
}

/// The hashes of a module's types, above all of its signatures.
#[derive(Debug)]
pub struct Signatures(Vec<u64>);

impl Signatures {
    /// Hashes the types of a module.
    #[must_use]
    pub fn of(module: &Module) -> Self {
        let all = || module.types.rows.indices();
        let mut hashes: Vec<u64> = all().map(|ty| own(module, ty)).collect();
        let shallow = hashes.clone();
        for _ in 0..ROUNDS {
            hashes = all().map(|ty| parts(module, ty, &hashes, shallow[ty.index()])).collect();
        }
        Self(hashes)
    }

    /// The hash of a type. Equal types of any two modules have the same, whatever their numbers.
    #[must_use]
    pub fn hash(&self, ty: TypeId) -> u64 {
        self.0[ty.index()]
    }
}

/// What a type is, without its parts.
fn own(module: &Module, ty: TypeId) -> u64 {
    let types = &module.types;
    let row = &types.rows[ty];
    let hash = mix(BASIS, row.kind as u64);
    match row.kind {
        TypeKind::Named => {
            let name = types.name(ty);
            name.map_or(hash, |(package, name)| text(text(hash, module.str(package)), module.str(name)))
        }
        TypeKind::Struct => types.fields(ty).fold(hash, |hash, field| {
            mix(mix(text(hash, module.str(field.name)), field.offset), field.embedded.into())
        }),
        TypeKind::Interface => types.interface_methods(ty).fold(hash, |hash, m| text(hash, module.str(m.name))),
        TypeKind::Func => mix(mix(hash, types.params(ty).len() as u64), row.b.into()),
        TypeKind::Array => mix(hash, types.array_len(ty)),
        TypeKind::Chan => mix(hash, row.b.into()),
        TypeKind::Opaque | TypeKind::TypeParam => {
            let layout = types.layout[ty];
            mix(mix(mix(hash, layout.size), layout.align.into()), layout.pointers.into())
        }
        _ => hash,
    }
}

/// The hash of a type, given those of its parts.
fn parts(module: &Module, ty: TypeId, of: &[u64], own: u64) -> u64 {
    let types = &module.types;
    let add = |hash: u64, part: TypeId| mix(hash, of[part.index()]);
    match types.rows[ty].kind {
        TypeKind::Named => types.type_args(ty).fold(own, add),
        TypeKind::Struct => types.fields(ty).fold(own, |hash, field| add(hash, field.ty)),
        TypeKind::Interface => types.interface_methods(ty).fold(own, |hash, m| add(hash, m.sig)),
        TypeKind::Func => types.params(ty).chain(types.results(ty)).fold(own, add),
        TypeKind::Map => types.key(ty).into_iter().chain(types.elem(ty)).fold(own, add),
        _ => types.elem(ty).into_iter().fold(own, add),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(declarations: &str) -> Vec<u64> {
        let module = crate::text::parse(&format!("module \"m\"\n{declarations}")).expect("text");
        let signatures = Signatures::of(&module);
        module.funcs.iter().map(|f| signatures.hash(f.sig)).collect()
    }

    #[test]
    fn numbers_of_types_do_not_count() {
        let one = hashes("func f func(*int, []string) map[string]*int\n");
        let other = hashes("func g func([]string, int)\nfunc f func(*int, []string) map[string]*int\n");
        assert_eq!(one[0], other[1]);
        assert_ne!(one[0], other[0]);
    }

    #[test]
    fn whatever_makes_another_signature_counts() {
        let all = hashes(
            "func a func(int)\nfunc b func(uint)\nfunc c func() int\nfunc d func(int, int)\nfunc e func(int) int\n\
             func f func(*int)\nfunc g func(**int)\nfunc h func([]int)\nfunc i func([4]int)\nfunc j func([5]int)\n\
             func k func(map[int]string)\nfunc l func(map[string]int)\nfunc m func()\n",
        );
        let mut sorted = all.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), all.len(), "{all:x?}");
    }
}
