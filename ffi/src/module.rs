//! Modules as handles: decoded or parsed once, verified, and then asked or analysed as often as the client likes.

use crate::error::outlive_error;
use crate::guard::{Failure, guard, handle, output, quiet, take};
use crate::options::{Plan, outlive_options};
use crate::status::{
    OUTLIVE_E_BAD_UTF8, OUTLIVE_E_INVALID_MODULE, OUTLIVE_E_LIMIT, OUTLIVE_E_MALFORMED_IMAGE, OUTLIVE_E_NEWER_IMAGE,
    OUTLIVE_E_SYNTAX, OUTLIVE_E_UNKNOWN_OPCODE, outlive_status,
};
use crate::text::{one_line, outlive_buffer, outlive_str, read_bytes};
use outlive_core::image::{ImageError, ImageErrorKind};
use outlive_core::ir::Module;
use outlive_core::ir::verify::verify_under;
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

fn refused(error: &ImageError) -> Failure {
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
