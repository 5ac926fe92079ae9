//! Sizes and offsets of structs written without them, by the usual rule: each field at the next multiple of its alignment,
//! the whole rounded up to the largest.

use super::types::RowDraft;
use crate::ir::{Target, TypeKind as K};

/// Deepest chain of structs, arrays and names.
const DEEPEST: u32 = 200;

/// Size and alignment.
type Measure = (u64, u64);

/// Lays out every struct that asks for it. The error names a row and says what is wrong.
pub(super) fn automatic(rows: &mut [Option<RowDraft>], target: Target) -> Result<(), (usize, String)> {
    if !rows.iter().flatten().any(|row| row.automatic) {
        return Ok(());
    }
    let mut known = vec![None; rows.len()];
    for id in 0..rows.len() {
        measure(rows, &mut known, id, target, 0).map_err(|what| (id, what))?;
    }
    Ok(())
}

/// Size and alignment of a row, after laying out what it contains.
fn measure(
    rows: &mut [Option<RowDraft>],
    known: &mut [Option<Measure>],
    id: usize,
    target: Target,
    depth: u32,
) -> Result<Measure, String> {
    match known.get(id) {
        // A reference to no row; the type table says so later.
        None => return Ok((0, 1)),
        Some(&Some(measure)) => return Ok(measure),
        Some(None) if depth > DEEPEST => return Err("contains itself by value, or is nested too deeply".into()),
        Some(None) => {}
    }
    let measure = measure_row(rows, known, id, target, depth)?;
    known[id] = Some(measure);
    Ok(measure)
}

fn measure_row(
    rows: &mut [Option<RowDraft>],
    known: &mut [Option<Measure>],
    id: usize,
    target: Target,
    depth: u32,
) -> Result<Measure, String> {
    let Some(row) = &rows[id] else { return Ok((0, 1)) };
    let word = u64::from(target.pointer_size);
    let cap = u64::from(target.max_align).max(1);
    let scalar = |size: u64| Ok((size, size.min(cap)));
    let words = |n: u64| Ok((n * word, word.min(cap)));
    let (kind, a, automatic) = (row.kind, row.a as usize, row.automatic);
    let whole = u64::from(row.a) | u64::from(row.b) << 32;
    match kind {
        K::Bool | K::I8 | K::U8 => scalar(1),
        K::I16 | K::U16 => scalar(2),
        K::I32 | K::U32 | K::F32 => scalar(4),
        K::I64 | K::U64 | K::F64 => scalar(8),
        K::C64 => Ok((8, 4.min(cap))),
        K::C128 => Ok((16, 8.min(cap))),
        K::Int | K::Uint | K::Uintptr => scalar(word),
        K::String | K::Interface | K::TypeParam => words(2),
        K::Slice => words(3),
        K::UnsafePtr | K::Ptr | K::Map | K::Chan | K::Func => words(1),
        K::Opaque => Ok((whole, row.list.first().map_or(1, |&align| align.into()))),
        K::Named => measure(rows, known, a, target, depth + 1),
        K::Array => {
            let len = u64::from(row.list[0]) | u64::from(row.list[1]) << 32;
            let (size, align) = measure(rows, known, a, target, depth + 1)?;
            Ok((size.checked_mul(len).ok_or("its size overflows 64 bits")?, align))
        }
        K::Struct => {
            let fields: Vec<usize> = row.list.chunks_exact(5).map(|field| field[1] as usize).collect();
            let (mut end, mut align, mut offsets) = (0_u64, 1, Vec::new());
            for field in fields {
                let (size, field_align) = measure(rows, known, field, target, depth + 1)?;
                let field_align = field_align.max(1);
                let offset = end.checked_next_multiple_of(field_align).ok_or("its size overflows 64 bits")?;
                end = offset.checked_add(size).ok_or("its size overflows 64 bits")?;
                align = align.max(field_align);
                offsets.push(offset);
            }
            if !automatic {
                return Ok((whole, align));
            }
            let size = end.checked_next_multiple_of(align).ok_or("its size overflows 64 bits")?;
            if let Some(row) = &mut rows[id] {
                (row.a, row.b, row.automatic) = (size as u32, (size >> 32) as u32, false);
                for (field, offset) in row.list.chunks_exact_mut(5).zip(offsets) {
                    (field[2], field[3]) = (offset as u32, (offset >> 32) as u32);
                }
            }
            Ok((size, align))
        }
    }
}
