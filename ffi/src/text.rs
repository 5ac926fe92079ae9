//! Text and bytes across the border.

use crate::guard::{Failure, quiet};
use crate::status::{OUTLIVE_E_BAD_ARGUMENT, OUTLIVE_E_BAD_UTF8};
use std::ffi::c_char;
use std::ptr;

/// A piece of UTF-8 text: not terminated by a NUL, and borrowed. Whoever hands it over says how long it lives. When `len` is
/// 0, `data` may be NULL. The layout never changes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct outlive_str {
    /// Its first byte.
    pub data: *const c_char,
    /// Number of bytes.
    pub len: usize,
}

impl outlive_str {
    pub(crate) const EMPTY: Self = Self { data: ptr::null(), len: 0 };

    /// Borrows; the caller sees to it that the text lives as long as it promises to the client.
    pub(crate) const fn of(text: &str) -> Self {
        Self { data: text.as_ptr().cast(), len: text.len() }
    }

    /// Reads what a client passed.
    ///
    /// # Safety
    /// `data` is readable for `len` bytes during `'a`, unless it is NULL.
    pub(crate) unsafe fn read<'a>(self, what: &str) -> Result<&'a str, Failure> {
        // SAFETY: passed on to the caller.
        let bytes = unsafe { read_bytes(self.data.cast(), self.len, what) }?;
        std::str::from_utf8(bytes).map_err(|e| Failure {
            offset: e.valid_up_to() as u64,
            ..Failure::new(OUTLIVE_E_BAD_UTF8, format!("{what} is not UTF-8 at byte {}", e.valid_up_to()))
        })
    }
}

/// A line made with a client's names, which may have anything in them: what would end it, or move a terminal's cursor, is written
/// as an escape.
pub(crate) fn one_line(text: String) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    if !text.contains(breaks) {
        return text;
    }
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        if breaks(c) {
            out.extend(c.escape_default())
        } else {
            out.push(c)
        }
        out
    })
}

/// Reads a buffer a client passed.
///
/// # Safety
/// `data` is readable for `len` bytes during `'a`, unless it is NULL.
pub(crate) unsafe fn read_bytes<'a>(data: *const u8, len: usize, what: &str) -> Result<&'a [u8], Failure> {
    if len == 0 {
        return Ok(&[]);
    }
    if data.is_null() {
        return Err(Failure::new(OUTLIVE_E_BAD_ARGUMENT, format!("{what} is NULL")));
    }
    if len > isize::MAX as usize {
        return Err(Failure::new(OUTLIVE_E_BAD_ARGUMENT, format!("{what} is longer than memory")));
    }
    // SAFETY: not NULL, not longer than an object may be, and readable as the caller promises.
    Ok(unsafe { std::slice::from_raw_parts(data, len) })
}

/// Some bytes, borrowed. When `len` is 0, `data` may be NULL. The layout never changes.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct outlive_bytes {
    /// The first of them.
    pub data: *const u8,
    /// Number of bytes.
    pub len: usize,
}

/// Bytes the library made: an image, readable text, or package facts. Immutable, so `const` pointers to it may be shared between threads.
pub struct outlive_buffer {
    pub(crate) bytes: Box<[u8]>,
}

impl outlive_buffer {
    pub(crate) fn boxed(bytes: impl Into<Box<[u8]>>) -> Box<Self> {
        Box::new(Self { bytes: bytes.into() })
    }
}

/// The first byte of a buffer, valid until it is freed. NULL for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_buffer_data(buffer: *const outlive_buffer) -> *const u8 {
    quiet(ptr::null(), || {
        // SAFETY: NULL or a live buffer, as the header demands.
        unsafe { buffer.as_ref() }.map_or(ptr::null(), |b| b.bytes.as_ptr())
    })
}

/// Number of bytes of a buffer. 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_buffer_len(buffer: *const outlive_buffer) -> usize {
    quiet(0, || {
        // SAFETY: NULL or a live buffer, as the header demands.
        unsafe { buffer.as_ref() }.map_or(0, |b| b.bytes.len())
    })
}

/// Frees a buffer. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_buffer_free(buffer: *mut outlive_buffer) {
    // SAFETY: NULL, or a buffer from this library that is freed only once, as the header demands.
    quiet((), || drop(unsafe { crate::guard::take(buffer) }));
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn what_a_name_has_in_it_ends_no_line() {
        assert_eq!(one_line("new(größe)".into()), "new(größe)");
        assert_eq!(one_line("a\nb\u{1b}c\u{2028}é".into()), "a\\nb\\u{1b}c\\u{2028}é");
    }
}
