//! Modules as handles: decoded or parsed once, verified, and then asked or analysed as often as the client likes.

use crate::error::outlive_error;
use crate::guard::{Failure, guard, handle, output, quiet, take};
use crate::options::{Plan, outlive_options};
use crate::status::{
    OUTLIVE_E_BAD_UTF8, OUTLIVE_E_INVALID_MODULE, OUTLIVE_E_LIMIT, OUTLIVE_E_MALFORMED_IMAGE, OUTLIVE_E_NEWER_IMAGE,
    OUTLIVE_E_NOT_FOUND, OUTLIVE_E_SYNTAX, OUTLIVE_E_UNKNOWN_OPCODE, outlive_status,
};
use crate::text::{one_line, outlive_buffer, outlive_str, read_bytes};
use outlive_core::entity::{FuncId, SiteId, StrId};
use outlive_core::image::{ImageError, ImageErrorKind};
use outlive_core::ir::Module;
use outlive_core::ir::verify::verify_under;
use std::ptr;
use std::sync::Arc;

/// A finished module: it passed the verifier and never changes, so `const` pointers to it may be shared between threads. What an
/// analysis or a pass makes of it does not depend on it any more: it may be freed at once.
pub struct outlive_module {
    pub(crate) module: Arc<Module>,
}

const fn shareable<T: Send + Sync>() {}
const _: () = shareable::<outlive_module>();

impl outlive_module {
    /// As the client gets it.
    pub(crate) fn boxed(module: Module) -> *mut Self {
        Box::into_raw(Box::new(Self { module: Arc::new(module) }))
    }
}

/// Decodes and verifies the module in an image. Writes `*module`, which the client frees with `outlive_module_free`; the image may
/// be freed or changed as soon as the call returns. `options`, which may be NULL, gives the limits. Nothing of the image is trusted.
/// Callable from any thread, also at the same time with the same image.
///
/// Fails as `outlive_analyze_image` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_module_from_image(
    image: *const u8,
    image_len: usize,
    options: *const outlive_options,
    module: *mut *mut outlive_module,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = || {
        // SAFETY: readable, as the header demands.
        let (image, plan) = unsafe { (read_bytes(image, image_len, "image")?, Plan::read(options)?) };
        let module = output(module, "module")?;
        let made = decode(image, &plan)?;
        check(&made, &plan)?;
        // SAFETY: not NULL, so writable, as the header demands.
        unsafe { module.write(outlive_module::boxed(made)) };
        Ok(())
    };
    // SAFETY: NULL or writable, as the header demands.
    unsafe { guard(error, body) }
}

/// Parses and verifies a module in its readable form (`docs/ir.md`). Writes `*module`, which the client frees with
/// `outlive_module_free`; nothing of the text is kept. `options`, which may be NULL, gives the limits. Callable from any thread.
///
/// Fails with `OUTLIVE_E_SYNTAX` (the error has line and column), `_INVALID_MODULE`, `_BAD_ARGUMENT`, `_BAD_UTF8`, `_LIMIT`,
/// `_UNSUPPORTED` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_module_from_text(
    text: outlive_str,
    options: *const outlive_options,
    module: *mut *mut outlive_module,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = || {
        // SAFETY: readable, as the header demands.
        let (text, plan) = unsafe { (text.read("text")?, Plan::read(options)?) };
        let module = output(module, "module")?;
        let made = parse(text, &plan)?;
        plan.admit_module(&made)?;
        check(&made, &plan)?;
        // SAFETY: not NULL, so writable, as the header demands.
        unsafe { module.write(outlive_module::boxed(made)) };
        Ok(())
    };
    // SAFETY: NULL or writable, as the header demands.
    unsafe { guard(error, body) }
}

/// Writes a module in its readable form (`docs/ir.md`). Writes `*text`, which the client frees with `outlive_buffer_free`. Callable
/// from any thread, also at the same time with the same module.
///
/// Fails with `OUTLIVE_E_BAD_ARGUMENT` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_module_print(
    module: *const outlive_module,
    text: *mut *mut outlive_buffer,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = || {
        // SAFETY: NULL or a live module, as the header demands.
        let module = unsafe { handle(module, "module") }?;
        let text = output(text, "text")?;
        let printed = outlive_core::text::print(&module.module);
        // SAFETY: not NULL, so writable, as the header demands.
        unsafe { text.write(Box::into_raw(outlive_buffer::boxed(printed.into_bytes()))) };
        Ok(())
    };
    // SAFETY: NULL or writable, as the header demands.
    unsafe { guard(error, body) }
}

/// Writes a module as an image (`docs/image.md`). Equal modules give equal images. Writes `*image`, which the client frees with
/// `outlive_buffer_free`. Callable from any thread, also at the same time with the same module.
///
/// Fails with `OUTLIVE_E_BAD_ARGUMENT` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_module_encode(
    module: *const outlive_module,
    image: *mut *mut outlive_buffer,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = || {
        // SAFETY: NULL or a live module, as the header demands.
        let module = unsafe { handle(module, "module") }?;
        let image = output(image, "image")?;
        let encoded = outlive_core::image::encode(&module.module);
        // SAFETY: not NULL, so writable, as the header demands.
        unsafe { image.write(Box::into_raw(outlive_buffer::boxed(encoded))) };
        Ok(())
    };
    // SAFETY: NULL or writable, as the header demands.
    unsafe { guard(error, body) }
}

/// How much of what a module has. New fields are added at the end only; see `outlive_module_stats`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct outlive_module_counts {
    /// Types.
    pub types: u64,
    /// Package-level variables.
    pub globals: u64,
    /// Functions, with and without body.
    pub functions: u64,
    /// Functions without body.
    pub externals: u64,
    /// Basic blocks.
    pub blocks: u64,
    /// Instructions.
    pub instructions: u64,
    /// Values.
    pub values: u64,
    /// Storage sites.
    pub sites: u64,
    /// Source files.
    pub files: u64,
    /// Source positions, "no position" among them.
    pub positions: u64,
}

/// How much of what a module has. `counts_size` is `sizeof(outlive_module_counts)` as the client was compiled: as many bytes are
/// written to `counts`, those that this library does not know as zero. Callable from any thread.
///
/// Fails with `OUTLIVE_E_BAD_ARGUMENT` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_module_stats(
    module: *const outlive_module,
    counts_size: usize,
    counts: *mut outlive_module_counts,
) -> outlive_status {
    let body = || {
        // SAFETY: NULL or a live module, as the header demands.
        let m = &unsafe { handle(module, "module") }?.module;
        let counts = output(counts, "counts")?.cast::<u8>();
        let known = counts_size.min(size_of::<outlive_module_counts>());
        let all = outlive_module_counts {
            types: m.types.len() as u64,
            globals: m.globals.len() as u64,
            functions: m.funcs.len() as u64,
            externals: m.funcs.iter().filter(|func| func.is_external()).count() as u64,
            blocks: m.num_blocks() as u64,
            instructions: m.num_insts() as u64,
            values: m.num_values() as u64,
            sites: m.sites.len() as u64,
            files: m.files.len() as u64,
            positions: m.positions.len() as u64,
        };
        // SAFETY: `counts` is writable for `counts_size` bytes, as the header demands; the source is at least `known` long and has
        // no padding.
        unsafe {
            counts.copy_from_nonoverlapping((&raw const all).cast::<u8>(), known);
            counts.add(known).write_bytes(0, counts_size - known);
        }
        Ok(())
    };
    // SAFETY: no error object is asked for.
    unsafe { guard(ptr::null_mut(), body) }
}

/// The first function of a name. Writes its row to `*func`, the one verdicts and summaries name. Looks through all functions. Callable
/// from any thread.
///
/// Fails with `OUTLIVE_E_NOT_FOUND` when there is none; with `OUTLIVE_E_BAD_ARGUMENT`, `_BAD_UTF8` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_module_find_function(
    module: *const outlive_module,
    name: outlive_str,
    func: *mut u32,
) -> outlive_status {
    let body = || {
        // SAFETY: NULL or live, readable, as the header demands.
        let (m, name) = unsafe { (&handle(module, "module")?.module, name.read("name")?) };
        let func = output(func, "func")?;
        let found = m.funcs.iter().position(|row| m.str(row.name) == name);
        let found = found.ok_or_else(|| Failure::new(OUTLIVE_E_NOT_FOUND, format!("there is no function {name:?}")))?;
        // SAFETY: not NULL, so writable, as the header demands.
        unsafe { func.write(found as u32) };
        Ok(())
    };
    // SAFETY: no error object is asked for.
    unsafe { guard(ptr::null_mut(), body) }
}

/// The name of a module. Valid until it is freed; empty for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_module_name(module: *const outlive_module) -> outlive_str {
    // SAFETY: NULL or a live module, as the header demands.
    unsafe { name(module, |m| Some(m.name)) }
}

/// The name of a function. Valid until the module is freed; empty when there is no such function.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_module_function_name(module: *const outlive_module, func: u32) -> outlive_str {
    // SAFETY: NULL or a live module, as the header demands.
    unsafe { name(module, |m| m.funcs.get(FuncId::from_raw(func)).map(|row| row.name)) }
}

/// The name of a site: that of its variable, or the allocation as source text. Valid until the module is freed; empty when it has
/// none, or when there is no such site.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_module_site_name(module: *const outlive_module, site: u32) -> outlive_str {
    // SAFETY: NULL or a live module, as the header demands.
    unsafe { name(module, |m| m.sites.get(SiteId::from_raw(site)).map(|row| row.name)) }
}

/// A name of a module; empty when there is none.
///
/// # Safety
/// `module` is NULL or a live module.
unsafe fn name(module: *const outlive_module, find: impl FnOnce(&Module) -> Option<StrId>) -> outlive_str {
    quiet(outlive_str::EMPTY, || {
        // SAFETY: passed on to the caller.
        let module = unsafe { module.as_ref() };
        let found = module.and_then(|m| find(&m.module).map(|name| m.module.str(name)));
        found.map_or(outlive_str::EMPTY, outlive_str::of)
    })
}

/// Frees a module. NULL is fine. What was made from it, results among others, stays valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_module_free(module: *mut outlive_module) {
    // SAFETY: NULL, or a module from this library that is freed only once, as the header demands.
    quiet((), || drop(unsafe { take(module) }));
}

/// The module in an image, not verified.
pub(crate) fn decode(image: &[u8], plan: &Plan) -> Result<Module, Failure> {
    plan.work(|| outlive_core::image::decode_under(image, &plan.limits, plan.control))?.map_err(|e| refused(&e))
}

pub(crate) fn refused(error: &ImageError) -> Failure {
    let status = match error.kind {
        ImageErrorKind::Malformed => OUTLIVE_E_MALFORMED_IMAGE,
        ImageErrorKind::NewerVersion | ImageErrorKind::UnknownCriticalSection => OUTLIVE_E_NEWER_IMAGE,
        ImageErrorKind::UnknownOpcode => OUTLIVE_E_UNKNOWN_OPCODE,
        ImageErrorKind::BadUtf8 => OUTLIVE_E_BAD_UTF8,
        ImageErrorKind::Limit => OUTLIVE_E_LIMIT,
    };
    Failure { section: error.section, offset: error.offset, ..Failure::new(status, error.to_string()) }
}

/// The module a readable text describes, not verified.
pub(crate) fn parse(text: &str, plan: &Plan) -> Result<Module, Failure> {
    plan.admit_text(text)?;
    outlive_core::text::parse(text).map_err(|e| Failure {
        line: e.line,
        column: e.col,
        ..Failure::new(OUTLIVE_E_SYNTAX, e.to_string())
    })
}

/// Whether the verifier accepts a module; its message has one line per error.
pub(crate) fn check(module: &Module, plan: &Plan) -> Result<(), Failure> {
    plan.work(|| verify_under(module, plan.control))?.map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(|error| one_line(error.to_string())).collect();
        Failure::new(OUTLIVE_E_INVALID_MODULE, lines.join("\n"))
    })
}
