//! Types: everything Go's semantics need to know of a type, with its layout.
//!
//! A type is a fixed-size row plus a run of words in one shared list pool. Recursion through pointer, slice, map, channel,
//! function and interface types is legal; a type that contains itself by value has no size, and [`Types::layouts`] names it.
//! Layouts are computed once, iteratively, when a module is finished: sizes of a million nested types must not overflow a stack.

use crate::entity::{FuncId, Opt, StrId, TypeId};
use index_vec::IndexVec;
use std::fmt;

macro_rules! kinds {
    ($($name:ident = $num:literal, $text:literal;)*) => {
        /// What a type is. The discriminant is its number in images.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        #[repr(u8)]
        pub enum TypeKind { $(#[doc = concat!("`", $text, "`")] $name = $num,)* }

        impl TypeKind {
            /// Every kind with its word in the readable form, ascending by number.
            pub const ALL: &[(Self, &str)] = &[$((Self::$name, $text),)*];

            /// The kind with this number.
            #[must_use]
            pub const fn from_number(number: u32) -> Option<Self> {
                match number { $($num => Some(Self::$name),)* _ => None }
            }

            /// Its word in the readable form.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

kinds! {
    Bool = 1, "bool"; I8 = 2, "i8"; I16 = 3, "i16"; I32 = 4, "i32"; I64 = 5, "i64"; Int = 6, "int";
    U8 = 7, "u8"; U16 = 8, "u16"; U32 = 9, "u32"; U64 = 10, "u64"; Uint = 11, "uint"; Uintptr = 12, "uintptr";
    F32 = 13, "f32"; F64 = 14, "f64"; C64 = 15, "c64"; C128 = 16, "c128"; String = 17, "string"; UnsafePtr = 18, "unsafe_ptr";
    Ptr = 32, "ptr"; Struct = 33, "struct"; Array = 34, "array"; Slice = 35, "slice"; Map = 36, "map"; Chan = 37, "chan";
    Func = 38, "func"; Interface = 39, "interface"; Named = 40, "named"; TypeParam = 41, "tparam"; Opaque = 42, "opaque";
}

impl TypeKind {
    /// Whether the kind has no parts.
    #[must_use]
    pub const fn is_basic(self) -> bool {
        (self as u8) < 32
    }
}

/// A row of the type table. What `a`, `b`, `flags` and the list mean depends on the kind; `docs/image.md` has the table and
/// the accessors of [`Types`] the names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TypeData {
    /// The kind.
    pub kind: TypeKind,
    /// First word.
    pub a: u32,
    /// Second word.
    pub b: u32,
    /// Bits.
    pub flags: u32,
    /// Start of its words in the list pool.
    pub list_off: u32,
    /// Number of its words.
    pub list_len: u32,
}

impl TypeData {
    /// A row without words in the pool.
    #[must_use]
    pub const fn plain(kind: TypeKind, a: u32, b: u32) -> Self {
        Self { kind, a, b, flags: 0, list_off: 0, list_len: 0 }
    }
}

/// Flag of a named type: its values never live in collected memory, and pointers to it count as no pointers.
pub const NOT_IN_HEAP: u32 = 1;
/// Flag of an opaque type: it holds pointers.
pub const HAS_POINTERS: u32 = 1;
/// Flag of a func type in `b`: the last parameter is variadic.
pub const VARIADIC: u32 = 1;

/// A field of a struct.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field {
    /// Its name.
    pub name: StrId,
    /// Its type.
    pub ty: TypeId,
    /// Bytes from the start of the struct.
    pub offset: u64,
    /// Whether it is embedded.
    pub embedded: bool,
}

/// A method of an interface.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InterfaceMethod {
    /// Its name.
    pub name: StrId,
    /// Its signature, without a receiver.
    pub sig: TypeId,
}

/// A method of a named type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Method {
    /// Its name.
    pub name: StrId,
    /// The function, if the module has it.
    pub func: Opt<FuncId>,
    /// Bit 0: the receiver is a pointer; bit 1: a generated wrapper.
    pub flags: u32,
}

/// Size and shape of a type.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Layout {
    /// Bytes.
    pub size: u64,
    /// Alignment in bytes, a power of two.
    pub align: u32,
    /// Whether a value holds pointers the collector knows.
    pub pointers: bool,
    /// Whether an interface holds the value itself in its data word.
    pub direct: bool,
}

/// What a module is compiled for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Target {
    /// Bytes of a pointer, 4 or 8.
    pub pointer_size: u8,
    /// Largest alignment of a scalar, in bytes.
    pub max_align: u8,
}

impl Default for Target {
    fn default() -> Self {
        Self { pointer_size: 8, max_align: 8 }
    }
}

/// What is wrong with a type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TypeError {
    /// The type.
    pub ty: TypeId,
    /// What is wrong, without the type's id.
    pub message: String,
}

impl fmt::Display for TypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "type {}: {}", self.ty, self.message)
    }
}

impl std::error::Error for TypeError {}

/// The type table of a module.
#[derive(Clone, Debug, Default)]
pub struct Types {
    /// The rows.
    pub rows: IndexVec<TypeId, TypeData>,
    /// The pool the rows' lists lie in.
    pub lists: Vec<u32>,
    /// One per row, once computed.
    pub layout: IndexVec<TypeId, Layout>,
}

impl Types {
    /// Number of types.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no type.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Appends a row with its list.
    pub fn push(&mut self, mut row: TypeData, list: &[u32]) -> TypeId {
        row.list_off = self.lists.len() as u32;
        row.list_len = list.len() as u32;
        self.lists.extend_from_slice(list);
        self.rows.push(row)
    }

    /// The words of a row.
    #[must_use]
    pub fn list(&self, ty: TypeId) -> &[u32] {
        let row = &self.rows[ty];
        &self.lists[row.list_off as usize..][..row.list_len as usize]
    }

    /// The row of a type, names seen through.
    #[must_use]
    pub fn underlying(&self, ty: TypeId) -> TypeId {
        let row = &self.rows[ty];
        if row.kind == TypeKind::Named { TypeId::from_raw(row.a) } else { ty }
    }

    /// The kind of a type, names seen through.
    #[must_use]
    pub fn kind(&self, ty: TypeId) -> TypeKind {
        self.rows[self.underlying(ty)].kind
    }

    /// The element of a pointer, slice, array or channel, or the value of a map; names seen through.
    #[must_use]
    pub fn elem(&self, ty: TypeId) -> Option<TypeId> {
        let row = &self.rows[self.underlying(ty)];
        match row.kind {
            TypeKind::Ptr | TypeKind::Slice | TypeKind::Array | TypeKind::Chan => Some(TypeId::from_raw(row.a)),
            TypeKind::Map => Some(TypeId::from_raw(row.b)),
            _ => None,
        }
    }

    /// The key of a map; names seen through.
    #[must_use]
    pub fn key(&self, ty: TypeId) -> Option<TypeId> {
        let row = &self.rows[self.underlying(ty)];
        (row.kind == TypeKind::Map).then(|| TypeId::from_raw(row.a))
    }

    /// Number of elements of an array type; 0 for others.
    #[must_use]
    pub fn array_len(&self, ty: TypeId) -> u64 {
        match self.list(self.underlying(ty)) {
            &[lo, hi] if self.kind(ty) == TypeKind::Array => u64::from(lo) | u64::from(hi) << 32,
            _ => 0,
        }
    }

    /// The fields of a struct type, names seen through; none for others.
    pub fn fields(&self, ty: TypeId) -> impl ExactSizeIterator<Item = Field> + '_ {
        let ty = self.underlying(ty);
        let list = if self.rows[ty].kind == TypeKind::Struct { self.list(ty) } else { &[] };
        list.chunks_exact(5).map(|w| Field {
            name: StrId::from_raw(w[0]),
            ty: TypeId::from_raw(w[1]),
            offset: u64::from(w[2]) | u64::from(w[3]) << 32,
            embedded: w[4] & 1 != 0,
        })
    }

    /// The parameters of a func type, names seen through; none for others.
    pub fn params(&self, ty: TypeId) -> impl ExactSizeIterator<Item = TypeId> + '_ {
        self.signature(ty).0.iter().map(|&w| TypeId::from_raw(w))
    }

    /// The results of a func type, names seen through; none for others.
    pub fn results(&self, ty: TypeId) -> impl ExactSizeIterator<Item = TypeId> + '_ {
        self.signature(ty).1.iter().map(|&w| TypeId::from_raw(w))
    }

    fn signature(&self, ty: TypeId) -> (&[u32], &[u32]) {
        let ty = self.underlying(ty);
        let row = &self.rows[ty];
        if row.kind != TypeKind::Func {
            return (&[], &[]);
        }
        let list = self.list(ty);
        list.split_at((row.a as usize).min(list.len()))
    }

    /// The methods of an interface type, names seen through; none for others.
    pub fn interface_methods(&self, ty: TypeId) -> impl ExactSizeIterator<Item = InterfaceMethod> + '_ {
        let ty = self.underlying(ty);
        let list = if self.rows[ty].kind == TypeKind::Interface { self.list(ty) } else { &[] };
        list.chunks_exact(2).map(|w| InterfaceMethod { name: StrId::from_raw(w[0]), sig: TypeId::from_raw(w[1]) })
    }

    /// Package path and name of a named type.
    #[must_use]
    pub fn name(&self, ty: TypeId) -> Option<(StrId, StrId)> {
        match (self.rows[ty].kind, self.list(ty)) {
            (TypeKind::Named, &[pkg, name, ..]) => Some((StrId::from_raw(pkg), StrId::from_raw(name))),
            _ => None,
        }
    }

    /// The type arguments of a named type.
    pub fn type_args(&self, ty: TypeId) -> impl ExactSizeIterator<Item = TypeId> + '_ {
        self.named_parts(ty).0.iter().map(|&w| TypeId::from_raw(w))
    }

    /// The methods of a named type.
    pub fn methods(&self, ty: TypeId) -> impl ExactSizeIterator<Item = Method> + '_ {
        self.named_parts(ty).1.chunks_exact(3).map(|w| Method {
            name: StrId::from_raw(w[0]),
            func: Opt::from_raw(w[1]),
            flags: w[2],
        })
    }

    fn named_parts(&self, ty: TypeId) -> (&[u32], &[u32]) {
        let row = &self.rows[ty];
        let list = self.list(ty);
        if row.kind != TypeKind::Named || list.len() < 2 {
            return (&[], &[]);
        }
        let list = &list[2..];
        list.split_at((row.b as usize).min(list.len()))
    }

    /// Whether a value of the type holds pointers.
    #[must_use]
    pub fn pointers(&self, ty: TypeId) -> bool {
        self.layout[ty].pointers
    }

    /// Whether the type is an interface; type parameters are not.
    #[must_use]
    pub fn is_interface(&self, ty: TypeId) -> bool {
        self.kind(ty) == TypeKind::Interface
    }

    /// Checks the shape of every row (ids and list lengths in range, kinds where a kind is required), then computes every layout.
    ///
    /// # Errors
    /// The first type, by id, with a malformed row, or a type on a by-value cycle.
    pub fn finish(&mut self, target: Target) -> Result<(), TypeError> {
        for ty in self.rows.indices() {
            self.check_row(ty).map_err(|message| TypeError { ty, message })?;
        }
        self.layouts(target)
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

    fn layouts(&mut self, target: Target) -> Result<(), TypeError> {
        // Depth first over by-value containment, with a stack of our own. A type that is met again while open contains itself.
        const NEW: u8 = 0;
        const OPEN: u8 = 1;
        const DONE: u8 = 2;
        let mut state = vec![NEW; self.rows.len()];
        self.layout = index_vec::index_vec![Layout::default(); self.rows.len()];
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
