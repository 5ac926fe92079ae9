//! The calls that take an image: the library's main door.

use crate::analysis::analyze_image;
use crate::error::outlive_error;
use crate::guard::{guard, output};
use crate::module::{check, decode, parse};
use crate::options::{Plan, outlive_options};
use crate::result::outlive_result;
use crate::status::outlive_status;
use crate::text::{outlive_buffer, outlive_str, read_bytes};

/// Decodes, verifies and analyses the module in an image: one call in, one call out. Writes `*result`, which the client frees
/// with `outlive_result_free`; the image may be freed or changed as soon as the call returns. `options` may be NULL for the
/// defaults. Nothing of the image is trusted. Callable from any thread, also at the same time with the same image.
///
/// Fails with `OUTLIVE_E_BAD_ARGUMENT`, `_MALFORMED_IMAGE`, `_NEWER_IMAGE`, `_UNKNOWN_OPCODE`, `_BAD_UTF8`,
/// `_INVALID_MODULE`, `_UNKNOWN_MODEL`, `_UNKNOWN_PROFILE`, `_LIMIT`, `_CANCELLED`, `_STALE_FACTS`, `_UNSUPPORTED` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_analyze_image(
    image: *const u8,
    image_len: usize,
    options: *const outlive_options,
    result: *mut *mut outlive_result,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = || {
        // SAFETY: readable, as the header demands.
        let (image, plan) = unsafe { (read_bytes(image, image_len, "image")?, Plan::read(options)?) };
        let result = output(result, "result")?;
        let made = analyze_image(image, &plan)?;
        // SAFETY: not NULL, so writable, as the header demands.
        unsafe { result.write(Box::into_raw(Box::new(made))) };
        Ok(())
    };
    // SAFETY: NULL or writable, as the header demands.
    unsafe { guard(error, body) }
}

/// Decodes and verifies the module in an image. `options`, which may be NULL, gives the limits. Callable from any thread.
///
/// Fails as `outlive_analyze_image` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_verify_image(
    image: *const u8,
    image_len: usize,
    options: *const outlive_options,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = || {
        // SAFETY: readable, as the header demands.
        let (image, plan) = unsafe { (read_bytes(image, image_len, "image")?, Plan::read(options)?) };
        check(&decode(image, &plan)?, &plan)
    };
    // SAFETY: NULL or writable, as the header demands.
    unsafe { guard(error, body) }
}

/// Writes the module in an image as readable text, verified or not. `options`, which may be NULL, gives the limits. Writes
/// `*text`, which the client frees with `outlive_buffer_free`. Callable from any thread.
///
/// Fails as `outlive_analyze_image` does, except for what only the verifier finds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_print_image(
    image: *const u8,
    image_len: usize,
    options: *const outlive_options,
    text: *mut *mut outlive_buffer,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = || {
        // SAFETY: readable, as the header demands.
        let (image, plan) = unsafe { (read_bytes(image, image_len, "image")?, Plan::read(options)?) };
        let text = output(text, "text")?;
        let printed = outlive_core::text::print(&decode(image, &plan)?);
        // SAFETY: not NULL, so writable, as the header demands.
        unsafe { text.write(Box::into_raw(outlive_buffer::boxed(printed.into_bytes()))) };
        Ok(())
    };
    // SAFETY: NULL or writable, as the header demands.
    unsafe { guard(error, body) }
}

/// Parses readable text and writes the module as an image: the way to build a module by hand in C. `options`, which may be NULL,
/// gives the limits. Writes `*image`, which the client frees with `outlive_buffer_free`. The module is not verified.
/// Callable from any thread.
///
/// Fails with `OUTLIVE_E_SYNTAX` (the error has line and column), `_BAD_ARGUMENT`, `_BAD_UTF8`, `_LIMIT`, `_UNSUPPORTED` or
/// `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_image_from_text(
    text: outlive_str,
    options: *const outlive_options,
    image: *mut *mut outlive_buffer,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = || {
        // SAFETY: readable, as the header demands.
        let (text, plan) = unsafe { (text.read("text")?, Plan::read(options)?) };
        let image = output(image, "image")?;
        let encoded = outlive_core::image::encode(&parse(text, &plan)?);
        // SAFETY: not NULL, so writable, as the header demands.
        unsafe { image.write(Box::into_raw(outlive_buffer::boxed(encoded))) };
        Ok(())
    };
    // SAFETY: NULL or writable, as the header demands.
    unsafe { guard(error, body) }
}
