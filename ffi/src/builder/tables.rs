//! Rows other than types: files, positions, strings, globals, functions, sites, attributes.

use super::entities::{Entity as _, outlive_function, outlive_global, outlive_site, outlive_type};
use super::{Draft, bad_argument, bad_entity, make, outlive_builder, room, with};
use crate::error::outlive_error;
use crate::growable::{self, Growable, array};
use crate::guard::Failure;
use crate::status::{OUTLIVE_E_BAD_TYPE, OUTLIVE_E_UNSUPPORTED, outlive_status};
use crate::text::{outlive_str, read_bytes};
use outlive_core::entity::{FileId, NONE, PosId};
use outlive_core::ir::{
    EXPORTED, Entity, HAS_RECEIVER, Reloc, SYNTHETIC, SiteKind, TypeKind, VARIADIC, WITH_PARENT, attr, site,
};
use std::mem::offset_of;

/// Adds a source file. Writes its number to `*file`. Numbers of files and positions, unlike handles, are not tied to a builder.
///
/// Fails with `OUTLIVE_E_BAD_ARGUMENT`, `_BAD_UTF8`, `_LIMIT`, `_FINISHED` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_file(
    builder: *mut outlive_builder,
    name: outlive_str,
    file: *mut u32,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| {
        // SAFETY: readable, as the header demands.
        let name = unsafe { name.read("name") }?;
        room(draft.module.num_files(), 1, "files")?;
        draft.admit_str(name)?;
        Ok(draft.module.file(name).raw())
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { make(builder, file, "file", error, body) }
}

/// A source position, interned; lines and columns count from 1, columns bytes. Writes its number to `*pos`, the one verdicts and steps
/// have; 0, which is never made, is "no position".
///
/// Fails with `OUTLIVE_E_BAD_ENTITY` if there is no such file; with `OUTLIVE_E_BAD_ARGUMENT`, `_LIMIT`, `_FINISHED` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_position(
    builder: *mut outlive_builder,
    file: u32,
    line: u32,
    column: u32,
    pos: *mut u32,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| {
        if file as usize >= draft.module.num_files() {
            return Err(bad_entity(format!("file {file} does not exist")));
        }
        if line == 0 || column == 0 {
            return Err(bad_argument("lines and columns count from 1"));
        }
        room(draft.module.num_positions(), 1, "positions")?;
        draft.spend(32)?;
        Ok(draft.module.pos(FileId::from_raw(file), line, column).raw())
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { make(builder, pos, "pos", error, body) }
}

/// A string of the module, interned, for the `aux` of a `const_str`. Writes its number to `*string`.
///
/// Fails with `OUTLIVE_E_BAD_ARGUMENT`, `_BAD_UTF8`, `_LIMIT`, `_FINISHED` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_string(
    builder: *mut outlive_builder,
    text: outlive_str,
    string: *mut u32,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| {
        // SAFETY: readable, as the header demands.
        let text = unsafe { text.read("text") }?;
        draft.admit_str(text)?;
        Ok(draft.module.str(text).raw())
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { make(builder, string, "string", error, body) }
}

/// A package-level variable. Start from zeroes and `struct_size`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct outlive_global_desc {
    /// `sizeof(outlive_global_desc)` as the client was compiled.
    pub struct_size: u32,
    /// Where it is declared; 0: unknown.
    pub pos: u32,
    /// Qualified name.
    pub name: outlive_str,
    /// Its type.
    pub r#type: outlive_type,
    /// Its initial bytes; NULL: zero or unknown. Copied.
    pub data: *const u8,
    /// Number of them.
    pub data_len: usize,
}

// SAFETY: numbers and pointers.
unsafe impl Growable for outlive_global_desc {
    const FIRST_SIZE: usize = offset_of!(Self, data_len) + size_of::<usize>();
}

/// Adds a package-level variable. Writes `*global`.
///
/// Fails with `OUTLIVE_E_BAD_ENTITY`, `_BAD_ARGUMENT`, `_BAD_UTF8`, `_UNSUPPORTED`, `_LIMIT`, `_FINISHED` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_global(
    builder: *mut outlive_builder,
    desc: *const outlive_global_desc,
    global: *mut outlive_global,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| {
        // SAFETY: readable, as the header demands.
        let desc = unsafe { growable::read(desc, "desc") }?;
        // SAFETY: readable, as the header demands.
        let (name, data) =
            unsafe { (desc.name.read("desc.name")?, read_bytes(desc.data, desc.data_len, "desc.data")?) };
        let (ty, pos) = (draft.ty(desc.r#type)?, draft.position(desc.pos)?);
        room(draft.module.globals().len(), 1, "globals")?;
        room(draft.module.num_data_bytes(), data.len(), "bytes of data")?;
        draft.admit_str(name)?;
        draft.spend(24 + data.len() as u64)?;
        let made = draft.module.global(name, ty, PosId::from_raw(pos));
        if !desc.data.is_null() {
            draft.module.data(made, data);
        }
        Ok(outlive_global::new(made.raw(), draft.stamp))
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { make(builder, global, "global", error, body) }
}

/// Says that the pointer at byte `offset` of a package-level variable points to byte `addend` of another. That `offset` lies inside
/// of it is seen when the module is finished.
///
/// Fails with `OUTLIVE_E_BAD_ENTITY`, `_BAD_ARGUMENT`, `_LIMIT`, `_FINISHED` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_relocate_global(
    builder: *mut outlive_builder,
    global: outlive_global,
    offset: u32,
    target: outlive_global,
    addend: u32,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| {
        let (global, target) = (draft.global(global)?, draft.global(target)?.raw());
        draft.spend(20)?;
        draft.module.reloc(Reloc { global, offset, kind: 0, target, addend });
        Ok(())
    };
    // SAFETY: NULL or live, as the header demands.
    unsafe { with(builder, error, body) }
}

/// Says that the pointer at byte `offset` of a package-level variable points to a function.
///
/// Fails as `outlive_builder_relocate_global` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_relocate_function(
    builder: *mut outlive_builder,
    global: outlive_global,
    offset: u32,
    target: outlive_function,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| {
        let (global, target) = (draft.global(global)?, draft.func(target)?.raw());
        draft.spend(20)?;
        draft.module.reloc(Reloc { global, offset, kind: 1, target, addend: 0 });
        Ok(())
    };
    // SAFETY: NULL or live, as the header demands.
    unsafe { with(builder, error, body) }
}

/// A function. Start from zeroes and `struct_size`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct outlive_function_desc {
    /// `sizeof(outlive_function_desc)` as the client was compiled.
    pub struct_size: u32,
    /// Where it is declared; 0: unknown.
    pub pos: u32,
    /// Qualified name.
    pub name: outlive_str,
    /// Its func type; a receiver is the first parameter.
    pub r#type: outlive_type,
    /// Bits: `OUTLIVE_FUNC_...`.
    pub flags: u32,
    /// Must be 0.
    pub reserved: u32,
    /// The function it is nested in; all zero: none.
    pub parent: outlive_function,
    /// The generic function it is an instance of; all zero: none.
    pub instance_of: outlive_function,
    /// The types of its free variables, which a `make_closure` binds. Copied.
    pub free_types: *const outlive_type,
    /// Number of them.
    pub num_free_types: usize,
}

// SAFETY: numbers and pointers.
unsafe impl Growable for outlive_function_desc {
    const FIRST_SIZE: usize = offset_of!(Self, num_free_types) + size_of::<usize>();
}

/// Adds a function. Writes `*func`. It is external, something nothing is known of, unless it gets a body (`outlive_body_new`) or is
/// described (`outlive_builder_external`).
///
/// Fails with `OUTLIVE_E_BAD_TYPE` if its type is no func type; with `OUTLIVE_E_BAD_ENTITY`, `_BAD_ARGUMENT`, `_BAD_UTF8`,
/// `_UNSUPPORTED`, `_LIMIT`, `_FINISHED` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_function(
    builder: *mut outlive_builder,
    desc: *const outlive_function_desc,
    func: *mut outlive_function,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| {
        // SAFETY: readable, as the header demands.
        let desc = unsafe { growable::read(desc, "desc") }?;
        // SAFETY: readable, as the header demands.
        let (name, free) =
            unsafe { (desc.name.read("desc.name")?, array(desc.free_types, desc.num_free_types, "desc.free_types")?) };
        let (sig, pos, free) = (draft.ty(desc.r#type)?, draft.position(desc.pos)?, draft.types(free)?);
        let (parent, instance_of) = (draft.func_or_none(desc.parent)?, draft.func_or_none(desc.instance_of)?);
        let known = HAS_RECEIVER | VARIADIC | WITH_PARENT | EXPORTED | SYNTHETIC;
        if desc.flags & !known != 0 || desc.reserved != 0 {
            return Err(Failure::new(OUTLIVE_E_UNSUPPORTED, "desc has bits set that this library does not know"));
        }
        if super::kind(draft.module.types(), sig) != Some(TypeKind::Func) {
            return Err(Failure::new(OUTLIVE_E_BAD_TYPE, format!("type {sig} of the function is no func type")));
        }
        room(draft.module.funcs().len(), 1, "functions")?;
        draft.admit_str(name)?;
        draft.admit_type(free.len())?;
        let made = draft.module.func(name, sig, PosId::from_raw(pos));
        let row = draft.module.func_mut(made);
        (row.flags, row.parent, row.instance_of) = (desc.flags, parent.into(), instance_of.into());
        if !free.is_empty() {
            draft.module.free_vars(made, &free);
        }
        draft.open.push(false);
        draft.external.push(false);
        Ok(outlive_function::new(made.raw(), draft.stamp))
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { make(builder, func, "func", error, body) }
}

/// A storage site. Start from zeroes and `struct_size`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct outlive_site_desc {
    /// `sizeof(outlive_site_desc)` as the client was compiled.
    pub struct_size: u32,
    /// What it allocates: `OUTLIVE_SITE_...`.
    pub kind: u32,
    /// Type of the storage; of the slice, map, channel, string or function value for those that make one.
    pub r#type: outlive_type,
    /// The function it lies in.
    pub func: outlive_function,
    /// Where; 0: unknown.
    pub pos: u32,
    /// Number of the parameter or result, for `OUTLIVE_SITE_PARAM` and `OUTLIVE_SITE_RESULT`; else 0.
    pub index: u32,
    /// The variable's name, or the allocation as source text.
    pub name: outlive_str,
    /// 1 if your user should not see a line about it, else 0.
    pub silent: u32,
    /// 1 if it is a variable that lives in its function's frame whatever happens, as the locals of C and C++ do, else 0. It is then always
    /// on the stack, and the verdict says whether its address outlives it: `OUTLIVE_FLAG_DANGLES`.
    pub pinned: u32,
    /// For an inlined copy, the site it copies; else all zero.
    pub parent: outlive_site,
}

// SAFETY: numbers and pointers.
unsafe impl Growable for outlive_site_desc {
    const FIRST_SIZE: usize = offset_of!(Self, parent) + size_of::<outlive_site>();
}

/// Adds a storage site, which one instruction of its function is to make. Writes `*site`.
///
/// Fails with `OUTLIVE_E_BAD_ENTITY`, `_BAD_ARGUMENT`, `_BAD_UTF8`, `_UNSUPPORTED`, `_LIMIT`, `_FINISHED` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_site(
    builder: *mut outlive_builder,
    desc: *const outlive_site_desc,
    site: *mut outlive_site,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| {
        // SAFETY: readable, as the header demands.
        let desc = unsafe { growable::read(desc, "desc") }?;
        // SAFETY: readable, as the header demands.
        let name = unsafe { desc.name.read("desc.name") }?;
        let kind = SiteKind::from_number(desc.kind);
        let kind = kind.ok_or_else(|| bad_argument(format!("kind {} is not that of a site", desc.kind)))?;
        let (ty, func, pos) = (draft.ty(desc.r#type)?, draft.func(desc.func)?, draft.position(desc.pos)?);
        let copied = desc.parent != outlive_site::default();
        let parent = if copied { draft.site(desc.parent)?.raw() } else { NONE };
        if desc.silent > 1 || desc.pinned > 1 {
            return Err(bad_argument("of a site, silent and pinned are 0 or 1"));
        }
        if desc.pinned == 1 && !attr::may_pin(kind) {
            return Err(bad_argument(format!("a site of kind {} cannot be pinned", kind.name())));
        }
        let types = draft.module.types();
        let sig = draft.module.funcs()[func].sig;
        let numbered = match kind {
            SiteKind::Param => Some(("parameter", types.params(sig).len())),
            SiteKind::Result => Some(("result", types.results(sig).len())),
            _ => None,
        };
        // An inlined copy keeps the number its variable had in the callee.
        if let Some((what, count)) = numbered
            && !copied
            && desc.index as usize >= count
        {
            return Err(bad_entity(format!("{} has no {what} {}", draft.show_func(func), desc.index)));
        }
        room(draft.module.sites().len(), 1, "sites")?;
        draft.admit_str(name)?;
        draft.spend(64)?;
        let made = draft.module.site(kind, ty, func, PosId::from_raw(pos), name);
        let row = draft.module.site_mut(made);
        (row.index, row.flags, row.parent) =
            (desc.index, desc.silent * site::SILENT, outlive_core::entity::Opt::from_raw(parent));
        if desc.pinned == 1 {
            draft.module.attr(Entity::Site, attr::PINNED, made.raw(), 1);
        }
        draft.made.push(false);
        Ok(outlive_site::new(made.raw(), draft.stamp))
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { make(builder, site, "site", error, body) }
}

impl Draft {
    /// Adds an attribute, unless it applies to something else.
    fn attribute(&mut self, entity: Entity, key: u32, id: u32, value: u32) -> Result<(), Failure> {
        let key = attribute_key(entity, key)?;
        self.spend(12)?;
        self.module.attr(entity, key, id, value);
        Ok(())
    }
}

/// A key of attributes, if it may stand on such an entity.
pub(super) fn attribute_key(entity: Entity, key: u32) -> Result<u16, Failure> {
    let narrow = u16::try_from(key).map_err(|_| bad_argument(format!("attribute key {key} exceeds 65535")))?;
    match attr::KEYS.iter().find(|row| row.0 == narrow) {
        Some((_, name, entities, _)) if !entities.contains(&entity) => {
            Err(bad_argument(format!("attribute {name} does not apply to a {}", entity.name())))
        }
        _ => Ok(narrow),
    }
}

/// Adds an attribute of the whole module: `OUTLIVE_ATTR_...`, or a key of yours from 32768 on.
///
/// Fails with `OUTLIVE_E_BAD_ARGUMENT` if it does not apply to modules; with `OUTLIVE_E_LIMIT`, `_FINISHED` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_attribute_module(
    builder: *mut outlive_builder,
    key: u32,
    value: u32,
    error: *mut *mut outlive_error,
) -> outlive_status {
    // SAFETY: NULL or live, as the header demands.
    unsafe { with(builder, error, |draft| draft.attribute(Entity::Module, key, 0, value)) }
}

/// Adds an attribute of a function: `OUTLIVE_ATTR_...`, or a key of yours from 32768 on.
///
/// Fails with `OUTLIVE_E_BAD_ARGUMENT` if it does not apply to functions; with `OUTLIVE_E_BAD_ENTITY`, `_LIMIT`, `_FINISHED` or
/// `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_attribute_function(
    builder: *mut outlive_builder,
    func: outlive_function,
    key: u32,
    value: u32,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| {
        let func = draft.func(func)?;
        draft.attribute(Entity::Func, key, func.raw(), value)
    };
    // SAFETY: NULL or live, as the header demands.
    unsafe { with(builder, error, body) }
}

/// Adds an attribute of a site: `OUTLIVE_ATTR_...`, or a key of yours from 32768 on.
///
/// Fails with `OUTLIVE_E_BAD_ARGUMENT` if it does not apply to sites, or not to those of this kind; with `OUTLIVE_E_BAD_ENTITY`, `_LIMIT`, `_FINISHED` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_attribute_site(
    builder: *mut outlive_builder,
    site: outlive_site,
    key: u32,
    value: u32,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| {
        let site = draft.site(site)?;
        let kind = draft.module.sites()[site].kind;
        if key == u32::from(attr::PINNED) && !attr::may_pin(kind) {
            return Err(bad_argument(format!("site {site} of kind {} cannot be pinned", kind.name())));
        }
        draft.attribute(Entity::Site, key, site.raw(), value)
    };
    // SAFETY: NULL or live, as the header demands.
    unsafe { with(builder, error, body) }
}
