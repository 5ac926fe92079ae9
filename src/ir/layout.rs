//! Sizes, alignments and shapes of types, and the checks that make a type table safe to read.
//!
//! A type that contains itself by value has no size; it is found, and named, by a depth-first walk over by-value containment
//! with a stack of its own.

use super::types::{HAS_POINTERS, Layout, NOT_IN_HEAP, Target, TypeError, TypeKind, Types};
use crate::entity::TypeId;

// How far the layout of a type is: not begun, begun, computed.
const NEW: u8 = 0;
const OPEN: u8 = 1;
const DONE: u8 = 2;

impl Types {
    /// Checks the shape of every row (ids and list lengths in range, kinds where a kind is required), then computes every layout.
    ///
    /// # Errors
    /// The first type, by id, with a malformed row, or a type on a by-value cycle.
    pub fn finish(&mut self, target: Target) -> Result<(), TypeError> {
        let mut state = vec![NEW; self.rows.len()];
        self.layout = index_vec::index_vec![Layout::default(); self.rows.len()];
        for ty in self.rows.indices() {
            self.check_row(ty).map_err(|message| TypeError { ty, message })?;
            // Nearly always the parts come first. What is wrong with a layout is told when no row is malformed.
            let (one, mut fields) = self.by_value(ty);
            let known = |part: TypeId| state[part.index()] == DONE;
            if one.is_none_or(known)
                && fields.all(|w| known(TypeId::from_raw(w[1])))
                && let Ok(layout) = self.layout_of(ty, target)
            {
                self.layout[ty] = layout;
                state[ty.index()] = DONE;
            }
        }
        self.layouts(target, &mut state)
    }

    fn check_row(&self, ty: TypeId) -> Result<(), String> {
        let row = &self.rows[ty];
        let (off, len) = (row.list_off as usize, row.list_len as usize);
        if off.checked_add(len).is_none_or(|end| end > self.lists.len()) {
            return Err(format!("list {off}..+{len} lies outside the {} words of the pool", self.lists.len()));
        }
        let list = self.list(ty);
        let known = |word: u32| {
            if (word as usize) < self.rows.len() {
                Ok(())
            } else {
                Err(format!("refers to type t{word}, which does not exist"))
            }
        };
        let length = |ok: bool| {
            if ok { Ok(()) } else { Err(format!("list of {len} words does not fit kind {}", row.kind.name())) }
        };
        match row.kind {
            k if k.is_basic() => length(len == 0),
            TypeKind::Ptr | TypeKind::Slice | TypeKind::Chan => known(row.a).and(length(len == 0)),
            TypeKind::Array => known(row.a).and(length(len == 2)),
            TypeKind::Map => known(row.a).and(known(row.b)).and(length(len == 0)),
            TypeKind::Struct => {
                length(len.is_multiple_of(5))?;
                list.chunks_exact(5).try_for_each(|w| known(w[1]))
            }
            TypeKind::Func => {
                length(row.a as usize <= len)?;
                list.iter().try_for_each(|&w| known(w))
            }
            TypeKind::Interface => {
                length(len.is_multiple_of(2))?;
                list.chunks_exact(2).try_for_each(|w| known(w[1]))
            }
            TypeKind::Named => {
                known(row.a)?;
                if self.rows[TypeId::from_raw(row.a)].kind == TypeKind::Named {
                    return Err("its underlying type is a named type".into());
                }
                let rest = len.checked_sub(2).and_then(|n| n.checked_sub(row.b as usize));
                length(rest.is_some_and(|n| n.is_multiple_of(3)))?;
                list[2..][..row.b as usize].iter().try_for_each(|&w| known(w))
            }
            TypeKind::TypeParam => known(row.a).and(length(len == 1)),
            TypeKind::Opaque => {
                length(len == 1)?;
                if list[0].is_power_of_two() {
                    Ok(())
                } else {
                    Err(format!("alignment {} is not a power of two", list[0]))
                }
            }
            _ => length(false),
        }
    }

    /// The types whose layout the layout of `ty` needs.
    fn by_value(&self, ty: TypeId) -> (Option<TypeId>, std::slice::ChunksExact<'_, u32>) {
        let row = &self.rows[ty];
        match row.kind {
            TypeKind::Named | TypeKind::Array => (Some(TypeId::from_raw(row.a)), [].chunks_exact(5)),
            TypeKind::Struct => (None, self.list(ty).chunks_exact(5)),
            _ => (None, [].chunks_exact(5)),
        }
    }

    /// Computes the layouts that are not done.
    fn layouts(&mut self, target: Target, state: &mut [u8]) -> Result<(), TypeError> {
        // Depth first over by-value containment, with a stack of our own. A type that is met again while open contains itself.
        let mut stack = Vec::new();
        for root in self.rows.indices() {
            if state[root.index()] == DONE {
                continue;
            }
            stack.push(root);
            while let Some(&ty) = stack.last() {
                if state[ty.index()] == DONE {
                    stack.pop();
                    continue;
                }
                let first = state[ty.index()] == NEW;
                state[ty.index()] = OPEN;
                let before = stack.len();
                if first {
                    let (one, fields) = self.by_value(ty);
                    for part in one.into_iter().chain(fields.map(|w| TypeId::from_raw(w[1]))) {
                        match state[part.index()] {
                            NEW => stack.push(part),
                            OPEN => return Err(TypeError { ty: part, message: "contains itself by value".into() }),
                            _ => {}
                        }
                    }
                }
                if stack.len() == before {
                    self.layout[ty] = self.layout_of(ty, target).map_err(|message| TypeError { ty, message })?;
                    state[ty.index()] = DONE;
                    stack.pop();
                }
            }
        }
        Ok(())
    }

    #[inline(always)]
    fn layout_of(&self, ty: TypeId, target: Target) -> Result<Layout, String> {
        use TypeKind as K;
        let word = u32::from(target.pointer_size);
        let cap = u32::from(target.max_align).max(1);
        let scalar = |size: u32| Layout { size: u64::from(size), align: size.min(cap), pointers: false, direct: false };
        let words =
            |n: u64, direct: bool| Layout { size: n * u64::from(word), align: word.min(cap), pointers: true, direct };
        let row = &self.rows[ty];
        Ok(match row.kind {
            K::Bool | K::I8 | K::U8 => scalar(1),
            K::I16 | K::U16 => scalar(2),
            K::I32 | K::U32 | K::F32 => scalar(4),
            K::I64 | K::U64 | K::F64 => scalar(8),
            K::C64 => Layout { size: 8, ..scalar(4) },
            K::C128 => Layout { size: 16, ..scalar(8) },
            K::Int | K::Uint | K::Uintptr => scalar(word),
            K::String => words(2, false),
            K::Interface | K::TypeParam => words(2, false),
            K::Slice => words(3, false),
            K::UnsafePtr | K::Map | K::Chan | K::Func => words(1, true),
            K::Ptr => {
                let outside = self.outside_heap(TypeId::from_raw(row.a));
                Layout { pointers: !outside, direct: !outside, ..words(1, true) }
            }
            K::Named => {
                let inner = self.layout[TypeId::from_raw(row.a)];
                if row.flags & NOT_IN_HEAP != 0 { Layout { pointers: false, direct: false, ..inner } } else { inner }
            }
            K::Array => {
                let elem = self.layout[TypeId::from_raw(row.a)];
                let len = self.array_len(ty);
                let size = elem.size.checked_mul(len).ok_or("its size overflows 64 bits")?;
                let pointers = elem.pointers && len > 0;
                Layout { size, align: elem.align, pointers, direct: pointers && size == u64::from(word) }
            }
            K::Struct => {
                let size = u64::from(row.a) | u64::from(row.b) << 32;
                let (mut align, mut pointers) = (1, false);
                for field in self.fields(ty) {
                    let part = self.layout[field.ty];
                    align = align.max(part.align);
                    pointers |= part.pointers;
                    if field.offset.checked_add(part.size).is_none_or(|end| end > size) {
                        return Err(format!(
                            "a field at offset {} of {} bytes reaches past its {size} bytes",
                            field.offset, part.size
                        ));
                    }
                }
                Layout { size, align, pointers, direct: pointers && size == u64::from(word) }
            }
            K::Opaque => Layout {
                size: u64::from(row.a) | u64::from(row.b) << 32,
                align: self.list(ty)[0],
                pointers: row.flags & HAS_POINTERS != 0,
                direct: false,
            },
        })
    }

    fn outside_heap(&self, ty: TypeId) -> bool {
        // A struct holding the marker type, or an array of one, is outside the heap as well; the front end says so on the name.
        let row = &self.rows[ty];
        row.kind == TypeKind::Named && row.flags & NOT_IN_HEAP != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::types::TypeData;

    fn finish(build: impl FnOnce(&mut Types)) -> Result<Types, TypeError> {
        let mut types = Types::default();
        build(&mut types);
        types.finish(Target::default()).map(|()| types)
    }

    #[test]
    fn a_list_node_has_two_words() {
        let types = finish(|t| {
            t.push(TypeData::plain(TypeKind::Int, 0, 0), &[]);
            t.push(TypeData::plain(TypeKind::Ptr, 2, 0), &[]);
            t.push(TypeData::plain(TypeKind::Named, 3, 0), &[0, 0]);
            t.push(TypeData::plain(TypeKind::Struct, 16, 0), &[0, 1, 0, 0, 0, 0, 0, 8, 0, 0]);
        })
        .expect("legal");
        let node = TypeId::from_raw(2);
        assert_eq!(types.layout[node], Layout { size: 16, align: 8, pointers: true, direct: false });
        assert_eq!(types.fields(node).map(|f| f.offset).collect::<Vec<_>>(), [0, 8]);
        assert!(types.layout[TypeId::from_raw(1)].direct);
    }

    #[test]
    fn a_type_cannot_contain_itself_by_value() {
        let error = finish(|t| {
            t.push(TypeData::plain(TypeKind::Named, 1, 0), &[0, 0]);
            t.push(TypeData::plain(TypeKind::Array, 0, 0), &[3, 0]);
        })
        .expect_err("a cycle");
        assert_eq!(error.message, "contains itself by value");
    }

    #[test]
    fn deep_nesting_needs_no_stack() {
        let types = finish(|t| {
            t.push(TypeData::plain(TypeKind::Ptr, 0, 0), &[]);
            for i in 0..200_000 {
                t.push(TypeData::plain(TypeKind::Array, i, 0), &[1, 0]);
            }
        })
        .expect("legal");
        assert_eq!(types.layout[TypeId::from_raw(200_000)].size, 8);
    }

    #[test]
    fn an_array_too_large_to_measure_is_refused() {
        let error = finish(|t| {
            t.push(TypeData::plain(TypeKind::I64, 0, 0), &[]);
            t.push(TypeData::plain(TypeKind::Array, 0, 0), &[0, u32::MAX]);
        });
        assert!(error.expect_err("overflow").message.contains("overflows"));
    }
}
