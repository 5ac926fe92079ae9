//! The border itself: no panic crosses it, outputs are written only on success, an error object only on failure.

use crate::error::outlive_error;
use crate::status::{OUTLIVE_E_BAD_ARGUMENT, OUTLIVE_E_CANCELLED, OUTLIVE_E_INTERNAL, OUTLIVE_OK, outlive_status};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A failure on its way out.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) status: outlive_status,
    pub(crate) message: String,
    /// Number of the image's section; 0: none.
    pub(crate) section: u32,
    /// Byte offset in the input; `u64::MAX`: none.
    pub(crate) offset: u64,
    /// Line and column of the readable text, from 1; 0: none.
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl Failure {
    pub(crate) fn new(status: outlive_status, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), section: 0, offset: u64::MAX, line: 0, column: 0 }
    }

    pub(crate) fn cancelled() -> Self {
        Self::new(OUTLIVE_E_CANCELLED, "cancelled by the client")
    }

    pub(crate) fn null(what: &str) -> Self {
        Self::new(OUTLIVE_E_BAD_ARGUMENT, format!("{what} is NULL"))
    }
}

/// Runs the body of a fallible export.
///
/// # Safety
/// `error` is NULL or writable.
pub(crate) unsafe fn guard(
    error: *mut *mut outlive_error,
    body: impl FnOnce() -> Result<(), Failure>,
) -> outlive_status {
    let failure = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => return OUTLIVE_OK,
        Ok(Err(failure)) => failure,
        Err(payload) => {
            let words = payload
                .downcast_ref::<&str>()
                .copied()
                .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
                .unwrap_or("a panic without words");
            Failure::new(OUTLIVE_E_INTERNAL, format!("internal error: {words}"))
        }
    };
    let status = failure.status;
    if !error.is_null() {
        // SAFETY: not NULL, so writable as the caller promises.
        unsafe { error.write(Box::into_raw(Box::new(outlive_error(failure)))) };
    }
    status
}

/// Runs the body of an export that cannot fail; should it panic all the same, the answer is `otherwise`.
pub(crate) fn quiet<T>(otherwise: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(otherwise)
}

/// A handle a client passed.
///
/// # Safety
/// `handle` is NULL, or from this library and not freed during `'a`.
pub(crate) unsafe fn handle<'a, T>(handle: *const T, what: &str) -> Result<&'a T, Failure> {
    // SAFETY: passed on to the caller.
    unsafe { handle.as_ref() }.ok_or_else(|| Failure::null(what))
}

/// An output a client passed. Writing to it is what needs care; checking for NULL comes first.
pub(crate) fn output<T>(pointer: *mut T, what: &str) -> Result<*mut T, Failure> {
    if pointer.is_null() { Err(Failure::null(what)) } else { Ok(pointer) }
}

/// Takes a handle back from the client.
///
/// # Safety
/// `handle` is NULL, or was made by `Box::into_raw` here and is taken only once.
pub(crate) unsafe fn take<T>(handle: *mut T) -> Option<Box<T>> {
    // SAFETY: not NULL, so made by `Box::into_raw`, as the caller promises.
    (!handle.is_null()).then(|| unsafe { Box::from_raw(handle) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{outlive_error_free, outlive_error_status};
    use std::ptr;

    #[test]
    fn a_panic_becomes_a_status_and_an_error_object() {
        let mut error = ptr::null_mut();
        // SAFETY: the error object is writable, and freed once.
        unsafe {
            assert_eq!(guard(&mut error, || panic!("on purpose")), OUTLIVE_E_INTERNAL);
            assert_eq!(outlive_error_status(error), OUTLIVE_E_INTERNAL);
            assert_eq!((*error).0.message, "internal error: on purpose");
            outlive_error_free(error);
        }
        assert_eq!(quiet(7, || panic!("on purpose")), 7);
    }

    #[test]
    fn success_leaves_the_error_alone_and_a_failure_needs_no_error_object() {
        let mut error = ptr::null_mut();
        // SAFETY: the error object is writable or NULL.
        unsafe {
            assert_eq!(guard(&mut error, || Ok(())), OUTLIVE_OK);
            assert!(error.is_null());
            assert_eq!(guard(ptr::null_mut(), || Err(Failure::null("it"))), OUTLIVE_E_BAD_ARGUMENT);
        }
    }
}
