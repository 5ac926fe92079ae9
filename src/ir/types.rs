//! Types: everything Go's semantics need to know of a type, with its layout.
//!
//! A type is a fixed-size row plus a run of words in one shared list pool. Recursion through pointer, slice, map, channel,
//! function and interface types is legal; a type that contains itself by value has no size, and [`Types::finish`] names it.
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

    /// The words of the parameters and of the results of a func type, names seen through; none for others.
    #[inline]
    pub(crate) fn signature(&self, ty: TypeId) -> (&[u32], &[u32]) {
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
}
