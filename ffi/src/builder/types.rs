//! Types, interned by structure: asking twice for a pointer to the same type gives the same type.

use super::entities::{Entity as _, outlive_function, outlive_type};
use super::{Draft, bad_argument, make, outlive_builder, room, with};
use crate::error::outlive_error;
use crate::growable::{Growable, array, table};
use crate::guard::Failure;
use crate::status::{OUTLIVE_E_BAD_TYPE, OUTLIVE_E_DUPLICATE_SYMBOL, outlive_status};
use crate::text::outlive_str;
use outlive_core::entity::{FuncId, NONE, TypeId};
use outlive_core::ir::TypeKind;
use outlive_core::ir::types::{HAS_POINTERS, NOT_IN_HEAP};

/// A field of a struct type.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct outlive_field {
    /// Its name.
    pub name: outlive_str,
    /// Its type.
    pub r#type: outlive_type,
    /// Bytes from the start of the struct.
    pub offset: u64,
    /// 1 if it is embedded (its methods are the struct's), else 0.
    pub embedded: u32,
    /// Must be 0.
    pub reserved: u32,
}

// SAFETY: numbers and pointers.
unsafe impl Growable for outlive_field {
    const FIRST_SIZE: usize = size_of::<Self>();
}

/// A method of an interface type.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct outlive_interface_method {
    /// Its name.
    pub name: outlive_str,
    /// Its func type, without a receiver.
    pub signature: outlive_type,
}

// SAFETY: numbers and pointers.
unsafe impl Growable for outlive_interface_method {
    const FIRST_SIZE: usize = size_of::<Self>();
}

/// A method of a named type.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct outlive_method {
    /// Its name.
    pub name: outlive_str,
    /// Its function, whose first parameter is the receiver; all zero if the module does not have it.
    pub function: outlive_function,
    /// Bit 0: the receiver is a pointer; bit 1: a generated wrapper.
    pub flags: u32,
    /// Must be 0.
    pub reserved: u32,
}

// SAFETY: numbers and pointers.
unsafe impl Growable for outlive_method {
    const FIRST_SIZE: usize = size_of::<Self>();
}

/// Bytes of memory a type is estimated to need, without its list.
const ROW_BYTES: u64 = 96;

impl Draft {
    fn type_handle(&self, ty: TypeId) -> outlive_type {
        outlive_type::new(ty.raw(), self.stamp)
    }

    /// Makes sure that a type with so many words can be added.
    pub(super) fn admit_type(&mut self, words: usize) -> Result<(), Failure> {
        room(self.module.types().len(), 1, "types")?;
        room(self.module.types().lists.len(), words, "words of types")?;
        self.spend(ROW_BYTES + 8 * words as u64)
    }

    fn bad_type(message: impl Into<String>) -> Failure {
        Failure::new(OUTLIVE_E_BAD_TYPE, message)
    }

    /// A type made of others by `make`.
    fn derived(
        &mut self,
        parts: &[outlive_type],
        make: impl FnOnce(&mut outlive_core::ir::ModuleBuilder, &[TypeId]) -> TypeId,
    ) -> Result<outlive_type, Failure> {
        let parts = self.types(parts)?;
        self.admit_type(parts.len() + 2)?;
        let made = make(&mut self.module, &parts);
        Ok(self.type_handle(made))
    }
}

/// A type without parts: `kind` is `OUTLIVE_TYPE_BOOL` to `OUTLIVE_TYPE_UNSAFE_PTR`. Writes `*type`. As for all calls that make types:
/// the handle is valid as long as the builder is, the same structure gives the same handle, and threads wait for each other.
///
/// Fails with `OUTLIVE_E_BAD_ARGUMENT`, `_LIMIT`, `_FINISHED` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_type_basic(
    builder: *mut outlive_builder,
    kind: u32,
    r#type: *mut outlive_type,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| {
        let basic = TypeKind::from_number(kind).filter(|kind| kind.is_basic());
        let kind = basic.ok_or_else(|| bad_argument(format!("kind {kind} is not that of a type without parts")))?;
        draft.derived(&[], |module, _| module.basic(kind))
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { make(builder, r#type, "type", error, body) }
}

/// A pointer to `elem`. Writes `*type`.
///
/// Fails with `OUTLIVE_E_BAD_ENTITY`, `_BAD_ARGUMENT`, `_LIMIT`, `_FINISHED` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_type_pointer(
    builder: *mut outlive_builder,
    elem: outlive_type,
    r#type: *mut outlive_type,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| draft.derived(&[elem], |module, parts| module.ptr(parts[0]));
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { make(builder, r#type, "type", error, body) }
}

/// A slice of `elem`: a pointer, a length and a capacity. Writes `*type`.
///
/// Fails as `outlive_builder_type_pointer` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_type_slice(
    builder: *mut outlive_builder,
    elem: outlive_type,
    r#type: *mut outlive_type,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| draft.derived(&[elem], |module, parts| module.slice(parts[0]));
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { make(builder, r#type, "type", error, body) }
}

/// An array of `len` times `elem`. Writes `*type`. That its size fits 64 bits is seen when the module is finished.
///
/// Fails as `outlive_builder_type_pointer` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_type_array(
    builder: *mut outlive_builder,
    elem: outlive_type,
    len: u64,
    r#type: *mut outlive_type,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| draft.derived(&[elem], |module, parts| module.array(parts[0], len));
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { make(builder, r#type, "type", error, body) }
}

/// A map from `key` to `value`. Writes `*type`.
///
/// Fails as `outlive_builder_type_pointer` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_type_map(
    builder: *mut outlive_builder,
    key: outlive_type,
    value: outlive_type,
    r#type: *mut outlive_type,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| draft.derived(&[key, value], |module, parts| module.map(parts[0], parts[1]));
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { make(builder, r#type, "type", error, body) }
}

/// A channel of `elem`; `direction` is 0 for both, 1 for send only, 2 for receive only. Writes `*type`.
///
/// Fails as `outlive_builder_type_pointer` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_type_chan(
    builder: *mut outlive_builder,
    elem: outlive_type,
    direction: u32,
    r#type: *mut outlive_type,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| {
        if direction > 2 {
            return Err(bad_argument(format!("direction {direction} is not 0, 1 or 2")));
        }
        draft.derived(&[elem], |module, parts| module.ty(TypeKind::Chan, parts[0].raw(), direction, 0, &[]))
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { make(builder, r#type, "type", error, body) }
}

/// The type of functions with these parameters and results, a receiver being the first parameter. `variadic` is 1 if the last
/// parameter, a slice, takes any number of arguments, else 0. Writes `*type`.
///
/// Fails as `outlive_builder_type_pointer` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_type_func(
    builder: *mut outlive_builder,
    params: *const outlive_type,
    num_params: usize,
    results: *const outlive_type,
    num_results: usize,
    variadic: u32,
    r#type: *mut outlive_type,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| {
        // SAFETY: readable, as the header demands.
        let given = unsafe { (array(params, num_params, "params")?, array(results, num_results, "results")?) };
        if variadic > 1 || (variadic == 1 && num_params == 0) {
            return Err(bad_argument("variadic is 0, or 1 with a last parameter"));
        }
        let (params, results) = (draft.types(given.0)?, draft.types(given.1)?);
        draft.admit_type(params.len().saturating_add(results.len()))?;
        let made = draft.module.func_type(&params, &results, variadic == 1);
        Ok(draft.type_handle(made))
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { make(builder, r#type, "type", error, body) }
}

/// A struct of `size` bytes with these fields, `num_fields` entries of `field_size` bytes (`sizeof(outlive_field)`). Writes `*type`. The
/// layout is yours; that fields lie inside of `size` is seen when the module is finished.
///
/// Fails as `outlive_builder_type_pointer` does, or with `OUTLIVE_E_BAD_UTF8` or `_UNSUPPORTED`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_type_struct(
    builder: *mut outlive_builder,
    size: u64,
    fields: *const outlive_field,
    num_fields: usize,
    field_size: usize,
    r#type: *mut outlive_type,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| {
        // SAFETY: readable, as the header demands.
        let rows = unsafe { table(fields, num_fields, field_size, "fields") }?;
        // SAFETY: readable, as the header demands.
        let names = rows.iter().map(|row| unsafe { row.name.read("the name of a field") });
        let names = names.collect::<Result<Vec<_>, _>>()?;
        for (row, name) in rows.iter().zip(&names) {
            draft.ty(row.r#type)?;
            if row.embedded > 1 || row.reserved != 0 {
                return Err(bad_argument("of a field, embedded is 0 or 1, and reserved 0"));
            }
            draft.admit_str(name)?;
        }
        draft.admit_type(rows.len().saturating_mul(5))?;
        let mut list = Vec::with_capacity(5 * rows.len());
        for (row, name) in rows.iter().zip(&names) {
            let name = draft.module.str(name).raw();
            list.extend([name, row.r#type.id, row.offset as u32, (row.offset >> 32) as u32, row.embedded]);
        }
        let made = draft.module.ty(TypeKind::Struct, size as u32, (size >> 32) as u32, 0, &list);
        Ok(draft.type_handle(made))
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { make(builder, r#type, "type", error, body) }
}

/// An interface with these methods, `num_methods` entries of `method_size` bytes (`sizeof(outlive_interface_method)`); a call names a
/// method by its number in the list. Writes `*type`.
///
/// Fails as `outlive_builder_type_pointer` does, or with `OUTLIVE_E_BAD_TYPE` if a signature is no func type, or with
/// `OUTLIVE_E_BAD_UTF8` or `_UNSUPPORTED`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_type_interface(
    builder: *mut outlive_builder,
    methods: *const outlive_interface_method,
    num_methods: usize,
    method_size: usize,
    r#type: *mut outlive_type,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| {
        // SAFETY: readable, as the header demands.
        let rows = unsafe { table(methods, num_methods, method_size, "methods") }?;
        // SAFETY: readable, as the header demands.
        let names = rows.iter().map(|row| unsafe { row.name.read("the name of a method") });
        let names = names.collect::<Result<Vec<_>, _>>()?;
        for (row, name) in rows.iter().zip(&names) {
            let signature = draft.ty(row.signature)?;
            if draft.module.types().rows[signature].kind != TypeKind::Func {
                return Err(Draft::bad_type(format!("the signature of a method, type {signature}, is no func type")));
            }
            draft.admit_str(name)?;
        }
        draft.admit_type(rows.len().saturating_mul(2))?;
        let list: Vec<u32> =
            rows.iter().zip(&names).flat_map(|(row, name)| [draft.module.str(name).raw(), row.signature.id]).collect();
        let made = draft.module.ty(TypeKind::Interface, 0, 0, 0, &list);
        Ok(draft.type_handle(made))
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { make(builder, r#type, "type", error, body) }
}

/// A fresh named type, `package` being the path of the package it lies in. Each call makes another. What it stands for is said later,
/// by `outlive_builder_set_underlying`, so that it can be part of itself behind a pointer. `not_in_heap` is 1 if its values never live in
/// collected memory, so that pointers to them count as none, else 0. Writes `*type`.
///
/// Fails as `outlive_builder_type_pointer` does, or with `OUTLIVE_E_BAD_UTF8`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_type_named(
    builder: *mut outlive_builder,
    package: outlive_str,
    name: outlive_str,
    args: *const outlive_type,
    num_args: usize,
    not_in_heap: u32,
    r#type: *mut outlive_type,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| {
        // SAFETY: readable, as the header demands.
        let (package, name) = unsafe { (package.read("package")?, name.read("name")?) };
        // SAFETY: readable, as the header demands.
        let args = draft.types(unsafe { array(args, num_args, "args") }?)?;
        if not_in_heap > 1 {
            return Err(bad_argument(format!("not_in_heap is {not_in_heap}, not 0 or 1")));
        }
        draft.admit_str(package)?;
        draft.admit_str(name)?;
        draft.admit_type(args.len().saturating_add(2))?;
        let made = draft.module.named_with(package, name, &args, not_in_heap * NOT_IN_HEAP);
        Ok(draft.type_handle(made))
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { make(builder, r#type, "type", error, body) }
}

/// A type parameter of a generic function or type. Writes `*type`. A generic body is not analysed; its instances are.
///
/// Fails as `outlive_builder_type_pointer` does, or with `OUTLIVE_E_BAD_UTF8`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_type_param(
    builder: *mut outlive_builder,
    name: outlive_str,
    constraint: outlive_type,
    r#type: *mut outlive_type,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| {
        // SAFETY: readable, as the header demands.
        let name = unsafe { name.read("name") }?;
        let constraint = draft.ty(constraint)?;
        draft.admit_str(name)?;
        draft.admit_type(1)?;
        let name = draft.module.str(name).raw();
        let made = draft.module.ty(TypeKind::TypeParam, constraint.raw(), 0, 0, &[name]);
        Ok(draft.type_handle(made))
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { make(builder, r#type, "type", error, body) }
}

/// A type of which only size and alignment (a power of two) are known, and whether there are pointers in it: `pointers` is 0 or 1.
/// Writes `*type`.
///
/// Fails as `outlive_builder_type_pointer` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_type_opaque(
    builder: *mut outlive_builder,
    size: u64,
    align: u32,
    pointers: u32,
    r#type: *mut outlive_type,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| {
        if !align.is_power_of_two() || pointers > 1 {
            return Err(bad_argument("align is a power of two, and pointers 0 or 1"));
        }
        draft.admit_type(1)?;
        let flags = pointers * HAS_POINTERS;
        let made = draft.module.ty(TypeKind::Opaque, size as u32, (size >> 32) as u32, flags, &[align]);
        Ok(draft.type_handle(made))
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { make(builder, r#type, "type", error, body) }
}

/// Says what a named type stands for, once. `underlying` is not itself a named type.
///
/// Fails with `OUTLIVE_E_BAD_TYPE` if `named` is no named type or `underlying` is one, with `OUTLIVE_E_DUPLICATE_SYMBOL` the second
/// time; with `OUTLIVE_E_BAD_ENTITY`, `_BAD_ARGUMENT`, `_FINISHED` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_set_underlying(
    builder: *mut outlive_builder,
    named: outlive_type,
    underlying: outlive_type,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| {
        let (named, underlying) = (draft.named(named)?, draft.ty(underlying)?);
        let rows = &draft.module.types().rows;
        if rows[underlying].kind == TypeKind::Named {
            return Err(Draft::bad_type(format!(
                "type {underlying} {} is a named type itself: pass what it stands for",
                draft.type_name(underlying)
            )));
        }
        if rows[named].a != NONE {
            let message = format!("type {named} {} has an underlying type already", draft.type_name(named));
            return Err(Failure::new(OUTLIVE_E_DUPLICATE_SYMBOL, message));
        }
        draft.module.set_underlying(named, underlying);
        Ok(())
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { with(builder, error, body) }
}

/// Gives a named type its methods, once: `num_methods` entries of `method_size` bytes (`sizeof(outlive_method)`). What is called through
/// an interface is found by them.
///
/// Fails with `OUTLIVE_E_BAD_TYPE` if `named` is no named type, with `OUTLIVE_E_DUPLICATE_SYMBOL` if it has methods already; with
/// `OUTLIVE_E_BAD_ENTITY`, `_BAD_ARGUMENT`, `_BAD_UTF8`, `_UNSUPPORTED`, `_LIMIT`, `_FINISHED` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_set_methods(
    builder: *mut outlive_builder,
    named: outlive_type,
    methods: *const outlive_method,
    num_methods: usize,
    method_size: usize,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| {
        let named = draft.named(named)?;
        // SAFETY: readable, as the header demands.
        let rows = unsafe { table(methods, num_methods, method_size, "methods") }?;
        if draft.module.types().methods(named).len() > 0 {
            let message = format!("type {named} {} has methods already", draft.type_name(named));
            return Err(Failure::new(OUTLIVE_E_DUPLICATE_SYMBOL, message));
        }
        let mut list: Vec<(&str, Option<FuncId>, u32)> = Vec::with_capacity(rows.len());
        for row in &rows {
            // SAFETY: readable, as the header demands.
            let name = unsafe { row.name.read("the name of a method") }?;
            if row.flags > 3 || row.reserved != 0 {
                return Err(bad_argument("of a method, flags has two bits, and reserved is 0"));
            }
            draft.admit_str(name)?;
            list.push((name, draft.func_or_none(row.function)?, row.flags));
        }
        draft.admit_type(rows.len().saturating_mul(3).saturating_add(draft.module.types().list(named).len()))?;
        draft.module.set_methods(named, &list);
        Ok(())
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { with(builder, error, body) }
}

impl Draft {
    fn named(&self, handle: outlive_type) -> Result<TypeId, Failure> {
        let ty = self.ty(handle)?;
        match self.module.types().rows[ty].kind {
            TypeKind::Named => Ok(ty),
            kind => Err(Self::bad_type(format!("type {ty} is no named type, but of kind {}", kind.name()))),
        }
    }
}
