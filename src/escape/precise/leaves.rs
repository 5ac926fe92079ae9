//! Leaves: where in a value of a type its pointers are.
//!
//! A leaf is a byte offset. Elements of arrays count as one, at the place of the first. Headers of slices, strings and
//! interfaces have one leaf, whatever else is in them. A type with too many leaves, or one nothing is known of, has the single
//! leaf [`ANY`]: somewhere in it there are pointers.

use crate::entity::TypeId;
use crate::ir::{TypeKind, Types};

/// "At an offset that is not known."
pub(super) const ANY: u32 = u32::MAX;

/// Types with more leaves are not taken apart.
const MOST: usize = 24;

/// Nor are types nested deeper by value: a walk over them needs stack.
const DEEPEST: u32 = 64;

/// The leaves of types, worked out when first asked for.
#[derive(Debug, Default)]
pub(super) struct Leaves {
    runs: Vec<Option<(u32, u32)>>,
    pool: Vec<u32>,
}

impl Leaves {
    pub(super) fn new(types: &Types) -> Self {
        Self { runs: vec![None; types.len()], pool: vec![0, ANY] }
    }

    /// The leaves of a type, ascending.
    pub(super) fn of(&mut self, types: &Types, ty: TypeId) -> &[u32] {
        let (start, len) = self.run(types, ty);
        &self.pool[start as usize..][..len as usize]
    }

    /// How many there are.
    pub(super) fn count(&mut self, types: &Types, ty: TypeId) -> usize {
        self.run(types, ty).1 as usize
    }

    fn run(&mut self, types: &Types, ty: TypeId) -> (u32, u32) {
        if let Some(run) = self.runs[ty.index()] {
            return run;
        }
        let run = if !types.pointers(ty) {
            (0, 0)
        } else {
            match types.kind(ty) {
                TypeKind::Struct | TypeKind::Array => {
                    let mut found = Vec::new();
                    if collect(types, ty, 0, DEEPEST, &mut found) && found.len() <= MOST {
                        found.dedup();
                        let start = self.pool.len() as u32;
                        self.pool.extend_from_slice(&found);
                        (start, found.len() as u32)
                    } else {
                        (1, 1)
                    }
                }
                TypeKind::Opaque | TypeKind::TypeParam => (1, 1),
                _ => (0, 1),
            }
        };
        self.runs[ty.index()] = Some(run);
        run
    }
}

/// Adds the leaves of a type that begins at an offset; `false` if they cannot be told, are too many or lie too deep.
fn collect(types: &Types, ty: TypeId, at: u64, deepest: u32, found: &mut Vec<u32>) -> bool {
    if !types.pointers(ty) {
        return true;
    }
    let Some(deepest) = deepest.checked_sub(1) else { return false };
    match types.kind(ty) {
        TypeKind::Struct => {
            found.len() <= MOST
                && types.fields(ty).all(|field| collect(types, field.ty, at + field.offset, deepest, found))
        }
        TypeKind::Array => types.elem(ty).is_some_and(|elem| collect(types, elem, at, deepest, found)),
        TypeKind::Opaque | TypeKind::TypeParam => false,
        _ if at < u64::from(ANY) => {
            found.push(at as u32);
            true
        }
        _ => false,
    }
}

/// An offset moved by another.
pub(super) fn plus(a: u32, b: u32) -> u32 {
    if a == ANY || b == ANY { ANY } else { a.checked_add(b).unwrap_or(ANY) }
}
