//! How the values of a type lie in slots and in bytes.
//!
//! A type's *cells* are its leaves in order. Where a pointer is moved by bytes or its type is changed, the leaves at the new
//! place are held against those of the new type, one by one, by offset and class: what fits is followed, what does not is not.
//! Types whose values cannot be laid out so (type parameters, overlapping fields) have no cells, and code that needs them is
//! unsupported.

use crate::entity::TypeId;
use crate::ir::{Module, TypeKind};

/// "Cannot be laid out in cells."
pub(super) const BAD: u32 = u32::MAX;

/// Most cells of a value; larger types are not run.
const MAX_CELLS: u64 = 1 << 26;

/// Leaves compared where a pointer changes its type; a larger object does not fit another type.
const MAX_COMPARED: u32 = 4096;

/// What a leaf is: leaves of one class and size may be read as one another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Leaf {
    /// Plain bits, by number of bytes.
    Bits(u8),
    /// A pointer, map, channel or function.
    Pointer,
    /// The type word of an interface.
    Type,
    /// A word of an opaque value.
    Opaque,
}

/// Cells of every type; reused from run to run.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    /// Cells by type, or [`BAD`].
    pub(super) cells: Vec<u32>,
    /// Start of each struct type's fields in `field`.
    first: Vec<u32>,
    /// First cell of each field.
    field: Vec<u32>,
    stack: Vec<TypeId>,
}

const NEW: u32 = u32::MAX - 1;

impl Shapes {
    pub(super) fn compute(&mut self, m: &Module) {
        let types = &m.types;
        let n = types.len();
        self.cells.clear();
        self.cells.resize(n, NEW);
        self.first.clear();
        self.first.resize(n, 0);
        self.field.clear();
        for root in types.rows.indices() {
            self.stack.push(root);
            while let Some(&ty) = self.stack.last() {
                if self.cells[ty.index()] != NEW {
                    self.stack.pop();
                    continue;
                }
                let before = self.stack.len();
                let row = &types.rows[ty];
                match row.kind {
                    TypeKind::Named | TypeKind::Array => self.need(TypeId::from_raw(row.a)),
                    TypeKind::Struct => {
                        for field in types.fields(ty) {
                            self.need(field.ty);
                        }
                    }
                    _ => {}
                }
                if self.stack.len() == before {
                    self.cells[ty.index()] = self.count(m, ty);
                    self.stack.pop();
                }
            }
        }
    }

    fn need(&mut self, ty: TypeId) {
        if self.cells[ty.index()] == NEW {
            self.stack.push(ty);
        }
    }

    fn count(&mut self, m: &Module, ty: TypeId) -> u32 {
        let types = &m.types;
        let row = &types.rows[ty];
        let capped = |n: u64| if n > MAX_CELLS { BAD } else { n as u32 };
        match row.kind {
            TypeKind::C64 | TypeKind::C128 | TypeKind::String | TypeKind::Interface => 2,
            TypeKind::Slice => 3,
            TypeKind::Named => self.cells[row.a as usize],
            TypeKind::TypeParam => BAD,
            TypeKind::Opaque => {
                let size = types.layout[ty].size;
                capped(size.div_ceil(u64::from(m.target.pointer_size.max(1))))
            }
            TypeKind::Array => match (self.cells[row.a as usize], types.array_len(ty)) {
                (_, 0) => 0,
                (BAD, _) => BAD,
                (elem, len) => u64::from(elem).checked_mul(len).map_or(BAD, capped),
            },
            TypeKind::Struct => {
                self.first[ty.index()] = self.field.len() as u32;
                let (mut next, mut end, mut bad) = (0_u64, 0_u64, false);
                for field in types.fields(ty) {
                    let (cells, size) = (self.cells[field.ty.index()], types.layout[field.ty].size);
                    self.field.push(next.min(MAX_CELLS) as u32);
                    bad |= cells == BAD || size > 0 && field.offset < end;
                    next += u64::from(cells);
                    end = end.max(field.offset + size);
                }
                if bad { BAD } else { capped(next) }
            }
            _ => 1,
        }
    }

    /// Cells of a type, if it has any layout.
    #[inline]
    pub(super) fn of(&self, ty: TypeId) -> Option<u32> {
        match self.cells[ty.index()] {
            BAD => None,
            n => Some(n),
        }
    }

    /// First cell of a field of a struct type.
    #[inline]
    pub(super) fn field(&self, m: &Module, ty: TypeId, index: u32) -> u32 {
        let ty = m.types.underlying(ty);
        self.field.get((self.first[ty.index()] + index) as usize).copied().unwrap_or(0)
    }

    /// The part of a type that holds a cell: its type, first cell and first byte there. `None` where the type is no composite.
    fn part(&self, m: &Module, ty: TypeId, cell: u32) -> Option<(TypeId, u32, u64)> {
        let types = &m.types;
        let ty = types.underlying(ty);
        match types.rows[ty].kind {
            TypeKind::Array => {
                let elem = types.elem(ty)?;
                let n = cell / self.of(elem)?.max(1);
                Some((elem, n * self.of(elem)?, u64::from(n) * types.layout[elem].size))
            }
            TypeKind::Struct => {
                // Of fields that begin at one cell the last is the one that is not empty.
                let first = self.first[ty.index()] as usize;
                let starts = &self.field[first..first + types.fields(ty).len()];
                let n = starts.partition_point(|&start| start <= cell).checked_sub(1)?;
                let field = types.fields(ty).nth(n)?;
                Some((field.ty, starts[n], field.offset))
            }
            _ => None,
        }
    }

    /// Byte offset and class of a cell of a type.
    pub(super) fn leaf(&self, m: &Module, mut ty: TypeId, mut cell: u32) -> Option<(u64, Leaf)> {
        let types = &m.types;
        let word = u64::from(m.target.pointer_size);
        let mut byte = 0;
        while let Some((part, first, at)) = self.part(m, ty, cell) {
            (ty, cell, byte) = (part, cell - first, byte + at);
        }
        let size = types.layout[ty].size;
        let (off, leaf) = match (types.kind(ty), cell) {
            (TypeKind::C64 | TypeKind::C128, n) => (u64::from(n) * size / 2, Leaf::Bits((size / 2) as u8)),
            (TypeKind::Interface, 0) => (0, Leaf::Type),
            (TypeKind::String | TypeKind::Slice | TypeKind::Interface, n) => {
                let data = (types.kind(ty) == TypeKind::Interface) == (n == 1);
                (word * u64::from(n), if data { Leaf::Pointer } else { Leaf::Bits(word as u8) })
            }
            (TypeKind::UnsafePtr | TypeKind::Ptr | TypeKind::Map | TypeKind::Chan | TypeKind::Func, 0) => {
                (0, Leaf::Pointer)
            }
            (TypeKind::Opaque, n) => (word * u64::from(n), Leaf::Opaque),
            (kind, 0) if kind.is_basic() => (0, Leaf::Bits(size as u8)),
            _ => return None,
        };
        Some((byte + off, leaf))
    }

    /// Byte offset of a cell in a run of values of a type.
    pub(super) fn byte_of(&self, m: &Module, ty: TypeId, cell: u32) -> Option<u64> {
        let (cells, size) = (self.of(ty)?, m.types.layout[ty].size);
        if cells == 0 {
            return Some(0);
        }
        let n = u64::from(cell / cells) * size;
        if cell.is_multiple_of(cells) { Some(n) } else { Some(n + self.leaf(m, ty, cell % cells)?.0) }
    }

    /// The cell at a byte offset of a run of values of a type, if one begins there.
    pub(super) fn cell_at(&self, m: &Module, ty: TypeId, byte: u64) -> Option<u32> {
        let (cells, size) = (self.of(ty)?, m.types.layout[ty].size);
        if size == 0 || cells == 0 {
            return (byte == 0).then_some(0);
        }
        let base = u32::try_from(byte / size).ok()?.checked_mul(cells)?;
        let rest = byte % size;
        if rest == 0 {
            return Some(base);
        }
        // Leaves ascend by offset.
        let (mut low, mut high) = (0, cells);
        while low < high {
            let mid = low + (high - low) / 2;
            match self.leaf(m, ty, mid)?.0.cmp(&rest) {
                std::cmp::Ordering::Equal => return base.checked_add(mid),
                std::cmp::Ordering::Less => low = mid + 1,
                std::cmp::Ordering::Greater => high = mid,
            }
        }
        None
    }

    /// Whether a value of type `want` can be read at a cell of a run of `count` cells laid out as values of type `have`.
    pub(super) fn fits(&self, m: &Module, have: TypeId, count: u32, cell: u32, want: TypeId) -> bool {
        let (Some(cells), Some(unit)) = (self.of(want), self.of(have)) else { return false };
        if have == want && (unit == 0 || cell.is_multiple_of(unit)) {
            return true;
        }
        if cells == 0 {
            return cell <= count;
        }
        if unit == 0 || cells > MAX_COMPARED || cell.checked_add(cells).is_none_or(|end| end > count) {
            return false;
        }
        let size = m.types.layout[have].size;
        let at = |cell: u32| {
            let (byte, leaf) = self.leaf(m, have, cell % unit)?;
            Some((u64::from(cell / unit) * size + byte, leaf))
        };
        let Some((start, _)) = at(cell) else { return false };
        (0..cells).all(|n| match (self.leaf(m, want, n), at(cell + n)) {
            (Some((x, a)), Some((y, b))) => start + x == y && a == b,
            _ => false,
        })
    }

    /// Whether values of two types are the same slots.
    pub(super) fn same(&self, m: &Module, a: TypeId, b: TypeId) -> bool {
        let (a, b) = (m.types.underlying(a), m.types.underlying(b));
        a == b
            || self.of(a).is_some() && self.of(a) == self.of(b) && {
                m.types.layout[a].size == m.types.layout[b].size && self.fits(m, a, self.of(a).unwrap_or(0), 0, b)
            }
    }
}
