//! The types of a generated program, and what the generator asks of them.
//!
//! A module builder interns types and forgets what they are, so [`Types`] keeps a shape for each. [`Universe`] is a fixed cast with
//! room for the bytes to choose: few types, so that values of the same type meet often, and each of them leads to others.

use super::Features;
use super::bytes::Source;
use crate::entity::TypeId;
use crate::ir::{ModuleBuilder, TypeKind};

/// What a type is, names seen through.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// A number, a boolean, a string, an untyped pointer.
    Basic(TypeKind),
    Ptr(TypeId),
    Slice(TypeId),
    Array(TypeId, u32),
    Map(TypeId, TypeId),
    Chan(TypeId),
    Func {
        params: Vec<TypeId>,
        results: Vec<TypeId>,
    },
    /// Type and offset of each field.
    Struct(Vec<(TypeId, u64)>),
    /// Signature of each method.
    Interface(Vec<TypeId>),
    /// Bytes nobody looks into: size and alignment.
    Opaque(u64, u64),
}

/// The shapes of the types interned so far.
#[derive(Debug, Default)]
pub(super) struct Types {
    /// By type; `None` for a named type whose underlying type is not known yet.
    shapes: Vec<Option<Shape>>,
    /// By type: a pointer to it, a slice of it. Asked for at every other instruction.
    pointers_to: Vec<Option<TypeId>>,
    slices_of: Vec<Option<TypeId>>,
}

/// The entry of a table by type.
fn entry(table: &mut Vec<Option<TypeId>>, ty: TypeId) -> &mut Option<TypeId> {
    if ty.index() >= table.len() {
        table.resize(ty.index() + 1, None);
    }
    &mut table[ty.index()]
}

impl Types {
    fn note(&mut self, ty: TypeId, shape: impl FnOnce() -> Shape) -> TypeId {
        if ty.index() >= self.shapes.len() {
            self.shapes.resize(ty.index() + 1, None);
        }
        let slot = &mut self.shapes[ty.index()];
        if slot.is_none() {
            *slot = Some(shape());
        }
        ty
    }

    pub(super) fn shape(&self, ty: TypeId) -> &Shape {
        self.shapes[ty.index()].as_ref().expect("every type is completed before it is used")
    }

    pub(super) fn basic(&mut self, m: &mut ModuleBuilder, kind: TypeKind) -> TypeId {
        let ty = m.basic(kind);
        self.note(ty, || Shape::Basic(kind))
    }

    pub(super) fn ptr(&mut self, m: &mut ModuleBuilder, elem: TypeId) -> TypeId {
        let ty = *entry(&mut self.pointers_to, elem).get_or_insert_with(|| m.ptr(elem));
        self.note(ty, || Shape::Ptr(elem))
    }

    pub(super) fn slice(&mut self, m: &mut ModuleBuilder, elem: TypeId) -> TypeId {
        let ty = *entry(&mut self.slices_of, elem).get_or_insert_with(|| m.slice(elem));
        self.note(ty, || Shape::Slice(elem))
    }

    pub(super) fn array(&mut self, m: &mut ModuleBuilder, elem: TypeId, len: u32) -> TypeId {
        let ty = m.array(elem, len.into());
        self.note(ty, || Shape::Array(elem, len))
    }

    pub(super) fn map(&mut self, m: &mut ModuleBuilder, key: TypeId, value: TypeId) -> TypeId {
        let ty = m.map(key, value);
        self.note(ty, || Shape::Map(key, value))
    }

    pub(super) fn chan(&mut self, m: &mut ModuleBuilder, elem: TypeId) -> TypeId {
        let ty = m.ty(TypeKind::Chan, elem.raw(), 0, 0, &[]);
        self.note(ty, || Shape::Chan(elem))
    }

    pub(super) fn func(&mut self, m: &mut ModuleBuilder, params: &[TypeId], results: &[TypeId]) -> TypeId {
        let ty = m.func_type(params, results, false);
        self.note(ty, || Shape::Func { params: params.to_vec(), results: results.to_vec() })
    }

    /// The parameters and results of a func type; nothing for other types.
    pub(super) fn signature(&self, ty: TypeId) -> (&[TypeId], &[TypeId]) {
        match self.shape(ty) {
            Shape::Func { params, results } => (params, results),
            _ => (&[], &[]),
        }
    }

    pub(super) fn opaque(&mut self, m: &mut ModuleBuilder, size: u32, align: u32, pointers: bool) -> TypeId {
        let ty = m.ty(TypeKind::Opaque, size, 0, u32::from(pointers), &[align]);
        self.note(ty, || Shape::Opaque(size.into(), align.into()))
    }

    pub(super) fn strukt(&mut self, m: &mut ModuleBuilder, fields: &[(&str, TypeId)]) -> TypeId {
        let (mut at, mut most) = (0_u64, 1);
        let mut rows = Vec::with_capacity(fields.len());
        for &(name, ty) in fields {
            let (size, align) = self.layout(ty);
            at = at.next_multiple_of(align);
            rows.push((name, ty, at));
            at += size;
            most = most.max(align);
        }
        let ty = m.struct_type(at.next_multiple_of(most), &rows);
        self.note(ty, || Shape::Struct(rows.iter().map(|&(_, ty, offset)| (ty, offset)).collect()))
    }

    pub(super) fn interface(&mut self, m: &mut ModuleBuilder, methods: &[(&str, TypeId)]) -> TypeId {
        let ty = m.interface(methods);
        self.note(ty, || Shape::Interface(methods.iter().map(|&(_, sig)| sig).collect()))
    }

    /// Completes a named type.
    pub(super) fn name(&mut self, m: &mut ModuleBuilder, named: TypeId, underlying: TypeId) -> TypeId {
        m.set_underlying(named, underlying);
        let shape = self.shape(underlying).clone();
        self.note(named, || shape)
    }

    /// Size and alignment, on a machine of eight-byte words.
    pub(super) fn layout(&self, ty: TypeId) -> (u64, u64) {
        use TypeKind as K;
        match self.shape(ty) {
            Shape::Basic(kind) => match kind {
                K::Bool | K::I8 | K::U8 => (1, 1),
                K::I32 | K::F32 => (4, 4),
                K::C128 => (16, 8),
                K::String => (16, 8),
                _ => (8, 8),
            },
            Shape::Ptr(_) | Shape::Map(..) | Shape::Chan(_) | Shape::Func { .. } => (8, 8),
            Shape::Slice(_) => (24, 8),
            Shape::Interface(_) => (16, 8),
            Shape::Array(elem, len) => {
                let (size, align) = self.layout(*elem);
                (size * u64::from(*len), align)
            }
            Shape::Struct(fields) => {
                let align = fields.iter().map(|&(ty, _)| self.layout(ty).1).max().unwrap_or(1);
                let end = fields.last().map_or(0, |&(ty, offset)| offset + self.layout(ty).0);
                (end.next_multiple_of(align), align)
            }
            Shape::Opaque(size, align) => (*size, *align),
        }
    }

    /// Whether an interface holds the value itself in its data word.
    pub(super) fn direct(&self, ty: TypeId) -> bool {
        match self.shape(ty) {
            Shape::Basic(kind) => *kind == TypeKind::UnsafePtr,
            Shape::Ptr(_) | Shape::Map(..) | Shape::Chan(_) | Shape::Func { .. } => true,
            Shape::Array(elem, len) => *len == 1 && self.direct(*elem),
            Shape::Struct(fields) => fields.len() == 1 && self.direct(fields[0].0),
            _ => false,
        }
    }

    /// Whether a value holds pointers.
    pub(super) fn pointers(&self, ty: TypeId) -> bool {
        match self.shape(ty) {
            Shape::Basic(kind) => matches!(kind, TypeKind::String | TypeKind::UnsafePtr),
            Shape::Array(elem, len) => *len > 0 && self.pointers(*elem),
            Shape::Struct(fields) => fields.iter().any(|&(ty, _)| self.pointers(ty)),
            Shape::Opaque(..) => false,
            _ => true,
        }
    }
}

/// The cast: the types every program knows, and those it declares variables of.
#[derive(Clone, Debug)]
pub(super) struct Universe {
    pub(super) bool: TypeId,
    pub(super) int: TypeId,
    pub(super) byte: TypeId,
    pub(super) rune: TypeId,
    pub(super) uintptr: TypeId,
    pub(super) float: TypeId,
    pub(super) string: TypeId,
    pub(super) unsafe_ptr: TypeId,
    pub(super) int_ptr: TypeId,
    pub(super) any: TypeId,
    /// An interface of two methods, `Get` and `Swap`.
    pub(super) getter: TypeId,
    /// `func()`.
    pub(super) thunk: TypeId,
    /// A linked list: an integer, the next node, a pointer, something that varies.
    pub(super) node: TypeId,
    /// A pointer in a struct: held in an interface without a box.
    pub(super) cell: TypeId,
    /// An integer with methods.
    pub(super) num: TypeId,
    /// A node embedded by value.
    pub(super) outer: TypeId,
    /// What a map or string is iterated over with.
    pub(super) iter: TypeId,
    /// Types variables, parameters, results and globals have; some more often than others.
    pub(super) common: Vec<TypeId>,
}

impl Universe {
    pub(super) fn new(m: &mut ModuleBuilder, t: &mut Types, f: &Features, src: &mut Source<'_>) -> Self {
        let int = t.basic(m, TypeKind::Int);
        let bool = t.basic(m, TypeKind::Bool);
        let string = t.basic(m, TypeKind::String);
        let int_ptr = t.ptr(m, int);
        let any = t.interface(m, &[]);
        let thunk = t.func(m, &[], &[]);
        let get = t.func(m, &[], &[int_ptr]);
        let swap = t.func(m, &[int_ptr], &[int_ptr]);
        let getter = t.interface(m, &[("Get", get), ("Swap", swap)]);
        let [node, cell, num, outer] = ["Node", "Cell", "Num", "Outer"].map(|name| m.named("main", name));
        let node_ptr = t.ptr(m, node);
        let extra = match src.below(5) {
            1 if f.interfaces => any,
            2 if f.closures => thunk,
            3 if f.slices => t.slice(m, int_ptr),
            4 if f.chains => t.ptr(m, int_ptr),
            _ => int_ptr,
        };
        let row = t.strukt(m, &[("val", int), ("next", node_ptr), ("ref", int_ptr), ("extra", extra)]);
        t.name(m, node, row);
        let row = t.strukt(m, &[("p", int_ptr)]);
        t.name(m, cell, row);
        t.name(m, num, int);
        let row = t.strukt(m, &[("Node", node), ("tag", int)]);
        t.name(m, outer, row);
        let mut this = Self {
            bool,
            int,
            byte: t.basic(m, TypeKind::U8),
            rune: t.basic(m, TypeKind::I32),
            uintptr: t.basic(m, TypeKind::Uintptr),
            float: t.basic(m, TypeKind::F64),
            string,
            unsafe_ptr: t.basic(m, TypeKind::UnsafePtr),
            int_ptr,
            any,
            getter,
            thunk,
            node,
            cell,
            num,
            outer,
            iter: t.opaque(m, 8, 8, true),
            common: vec![int_ptr, int],
        };
        this.cast(m, t, f, src);
        this
    }

    /// Chooses the types that are declared.
    fn cast(&mut self, m: &mut ModuleBuilder, t: &mut Types, f: &Features, src: &mut Source<'_>) {
        let Self { int, int_ptr, any, getter, thunk, node, cell, num, outer, string, .. } = *self;
        let mut pool = Vec::with_capacity(32);
        let mut add = |on: bool, make: &mut dyn FnMut(&mut ModuleBuilder, &mut Types) -> TypeId| {
            if src.chance(110) && on {
                let ty = make(m, t);
                pool.push(ty);
            }
        };
        add(true, &mut |_, _| int_ptr);
        add(f.structs, &mut |_, _| node);
        add(f.structs, &mut |m, t| t.ptr(m, node));
        add(f.structs, &mut |m, t| {
            let inner = t.strukt(m, &[("q", int_ptr), ("n", int)]);
            let pair = t.array(m, int_ptr, 2);
            let field = if f.arrays { pair } else { int_ptr };
            t.strukt(m, &[("a", int_ptr), ("in", inner), ("b", field)])
        });
        add(f.structs && (f.methods || f.interfaces), &mut |_, _| cell);
        add(f.methods || f.interfaces, &mut |_, _| num);
        add(f.structs && (f.methods || f.interfaces), &mut |_, _| outer);
        add(f.chains, &mut |m, t| t.ptr(m, int_ptr));
        add(f.chains, &mut |m, t| {
            let two = t.ptr(m, int_ptr);
            t.ptr(m, two)
        });
        add(f.slices, &mut |m, t| t.slice(m, int_ptr));
        add(f.slices, &mut |m, t| t.slice(m, int));
        add(f.slices && f.structs, &mut |m, t| t.slice(m, node));
        add(f.slices, &mut |m, t| {
            let one = t.slice(m, int_ptr);
            t.slice(m, one)
        });
        add(f.arrays, &mut |m, t| t.array(m, int_ptr, 2));
        add(f.arrays, &mut |m, t| {
            let array = t.array(m, int, 3);
            t.ptr(m, array)
        });
        add(f.maps, &mut |m, t| t.map(m, int, int_ptr));
        add(f.maps && f.structs, &mut |m, t| {
            let to = t.ptr(m, node);
            t.map(m, string, to)
        });
        add(f.maps, &mut |m, t| t.map(m, int_ptr, int));
        add(f.channels, &mut |m, t| t.chan(m, int_ptr));
        add(f.closures, &mut |_, _| thunk);
        add(f.closures, &mut |m, t| t.func(m, &[int_ptr], &[int_ptr]));
        add(f.closures, &mut |m, t| t.func(m, &[], &[int_ptr, int]));
        add(f.interfaces, &mut |_, _| any);
        add(f.interfaces, &mut |_, _| getter);
        add(f.interfaces && f.slices, &mut |m, t| t.slice(m, any));
        add(f.strings, &mut |_, _| string);
        let last = pool.last().copied().unwrap_or(int_ptr);
        self.common.extend(pool);
        // Made of what has been chosen.
        if src.chance(110) && f.chains {
            self.common.push(t.ptr(m, last));
        }
        if src.chance(110) && f.structs {
            self.common.push(t.strukt(m, &[("x", last), ("y", int_ptr)]));
        }
        if src.chance(110) && f.channels {
            self.common.push(t.chan(m, last));
        }
    }
}
