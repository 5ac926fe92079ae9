//! Error objects: what a failed call has to say beyond its status. Owned by the client, never thread-local.

use crate::guard::{Failure, quiet, take};
use crate::status::{OUTLIVE_OK, outlive_status};
use crate::text::outlive_str;

/// Why a call failed. Every call that takes an `outlive_error **` writes one there when it fails, unless that is NULL, and
/// leaves it alone when it succeeds; the client frees it. Immutable, so `const` pointers to it may be shared between threads.
pub struct outlive_error(pub(crate) Failure);

/// The status of an error. `OUTLIVE_OK` for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_error_status(error: *const outlive_error) -> outlive_status {
    // SAFETY: NULL or a live error, as the header demands.
    quiet(OUTLIVE_OK, || unsafe { error.as_ref() }.map_or(OUTLIVE_OK, |e| e.0.status))
}

/// What happened, in words for people, valid until the error is freed. Its wording may change. Empty for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_error_message(error: *const outlive_error) -> outlive_str {
    quiet(outlive_str::EMPTY, || {
        // SAFETY: NULL or a live error, as the header demands.
        unsafe { error.as_ref() }.map_or(outlive_str::EMPTY, |e| outlive_str::of(&e.0.message))
    })
}

/// The number of the image's section an error lies in; 0 when it lies in none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_error_section(error: *const outlive_error) -> u32 {
    // SAFETY: NULL or a live error, as the header demands.
    quiet(0, || unsafe { error.as_ref() }.map_or(0, |e| e.0.section))
}

/// The offset of the offending bytes from the start of the image; `UINT64_MAX` when there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_error_offset(error: *const outlive_error) -> u64 {
    // SAFETY: NULL or a live error, as the header demands.
    quiet(u64::MAX, || unsafe { error.as_ref() }.map_or(u64::MAX, |e| e.0.offset))
}

/// The line of the readable text an error lies in, from 1; 0 when there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_error_line(error: *const outlive_error) -> u32 {
    // SAFETY: NULL or a live error, as the header demands.
    quiet(0, || unsafe { error.as_ref() }.map_or(0, |e| e.0.line))
}

/// The column in that line, in bytes from 1; 0 when there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_error_column(error: *const outlive_error) -> u32 {
    // SAFETY: NULL or a live error, as the header demands.
    quiet(0, || unsafe { error.as_ref() }.map_or(0, |e| e.0.column))
}

/// Frees an error. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_error_free(error: *mut outlive_error) {
    // SAFETY: NULL, or an error from this library that is freed only once, as the header demands.
    quiet((), || drop(unsafe { take(error) }));
}
