//! Structures and tables that clients pass, which may be longer or shorter than this library's.
//!
//! A client is compiled against one version and linked with another. What its structure lacks is zero, which always means the
//! default; what this library does not know must be zero, or the client would be misunderstood.

use crate::guard::Failure;
use crate::status::{OUTLIVE_E_BAD_ARGUMENT, OUTLIVE_E_UNSUPPORTED};
use crate::text::read_bytes;
use std::mem::MaybeUninit;

/// A structure that grows at its end.
///
/// # Safety
/// Any bytes are one, all zero among them: numbers and pointers only.
pub(crate) unsafe trait Growable: Copy {
    /// The size of its first version, which no library may refuse.
    const FIRST_SIZE: usize;
    /// How a client gets the size right, for messages.
    const HINT: &'static str = "it is sizeof the structure";
}

/// The failure of a structure that asks for what this library does not know.
pub(crate) fn unknown_part(what: &str) -> Failure {
    Failure::new(OUTLIVE_E_UNSUPPORTED, format!("{what} has a part set that this library does not know"))
}

/// The structure in `bytes`, of this version or another.
fn of<T: Growable>(bytes: &[u8], what: &str) -> Result<T, Failure> {
    let (known, tail) = bytes.split_at(bytes.len().min(size_of::<T>()));
    if tail.iter().any(|&b| b != 0) {
        return Err(unknown_part(what));
    }
    let mut made = MaybeUninit::<T>::zeroed();
    // SAFETY: as many bytes are readable and writable, and the places do not overlap. Any bytes are a `T`.
    unsafe {
        made.as_mut_ptr().cast::<u8>().copy_from_nonoverlapping(known.as_ptr(), known.len());
        Ok(made.assume_init())
    }
}

/// Reads a structure that begins with its size.
///
/// # Safety
/// `given` is NULL or readable for the size it begins with.
#[inline]
pub(crate) unsafe fn read<T: Growable>(given: *const T, what: &str) -> Result<T, Failure> {
    if given.is_null() {
        return Err(Failure::null(what));
    }
    // SAFETY: not NULL, so at least the size is readable. Nothing is assumed of its alignment.
    let size = unsafe { given.cast::<u32>().read_unaligned() } as usize;
    if size == size_of::<T>() {
        // SAFETY: readable for `size` bytes.
        return Ok(unsafe { given.read_unaligned() });
    }
    if size < T::FIRST_SIZE {
        let message = format!("{what}.struct_size is {size}; {}", T::HINT);
        return Err(Failure::new(OUTLIVE_E_BAD_ARGUMENT, message));
    }
    // SAFETY: readable for `size` bytes.
    of(unsafe { std::slice::from_raw_parts(given.cast::<u8>(), size) }, what)
}

/// Reads a table of rows of `entry_size` bytes each.
///
/// # Safety
/// `rows` is readable for `count` times `entry_size` bytes, unless it is NULL.
pub(crate) unsafe fn table<T: Growable>(
    rows: *const T,
    count: usize,
    entry_size: usize,
    what: &str,
) -> Result<Vec<T>, Failure> {
    if count == 0 {
        return Ok(Vec::new());
    }
    if entry_size < T::FIRST_SIZE {
        let message = format!("the entry size of {what} is {entry_size}; it is sizeof one");
        return Err(Failure::new(OUTLIVE_E_BAD_ARGUMENT, message));
    }
    let len = count.saturating_mul(entry_size);
    // SAFETY: passed on to the caller.
    let bytes = unsafe { read_bytes(rows.cast(), len, what) }?;
    bytes.chunks_exact(entry_size).map(|row| of(row, what)).collect()
}

/// Reads an array of handles or numbers, whose layout never changes.
///
/// # Safety
/// `data` is aligned and readable for `count` of them during `'a`, unless it is NULL.
#[inline]
pub(crate) unsafe fn array<'a, T: Copy>(data: *const T, count: usize, what: &str) -> Result<&'a [T], Failure> {
    if count == 0 {
        return Ok(&[]);
    }
    if data.is_null() {
        return Err(Failure::null(what));
    }
    if count > isize::MAX as usize / size_of::<T>() {
        return Err(Failure::new(OUTLIVE_E_BAD_ARGUMENT, format!("{what} is longer than memory")));
    }
    // SAFETY: not NULL, not longer than an object may be, and readable as the caller promises.
    Ok(unsafe { std::slice::from_raw_parts(data, count) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[repr(C)]
    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Thing {
        struct_size: u32,
        first: u32,
        second: u64,
    }
    // SAFETY: numbers.
    unsafe impl Growable for Thing {
        const FIRST_SIZE: usize = 8;
    }

    #[test]
    fn what_a_structure_lacks_is_zero_and_what_is_not_known_must_be() {
        let mut words = [16_u32, 7, 9, 0, 0, 0];
        let mut read_as = |size: u32, tail: u32| {
            (words[0], words[4]) = (size, tail);
            // SAFETY: readable for the size it begins with.
            unsafe { read(words.as_ptr().cast::<Thing>(), "thing") }
        };
        assert_eq!(read_as(16, 1).expect("this version"), Thing { struct_size: 16, first: 7, second: 9 });
        assert_eq!(read_as(8, 1).expect("the first"), Thing { struct_size: 8, first: 7, second: 0 });
        assert_eq!(read_as(24, 0).expect("a later one").second, 9);
        assert_eq!(read_as(24, 1).expect_err("unknown").status, OUTLIVE_E_UNSUPPORTED);
        assert_eq!(read_as(7, 0).expect_err("short").status, OUTLIVE_E_BAD_ARGUMENT);
    }

    #[test]
    fn tables_are_read_by_their_entry_size() {
        let words = [16_u32, 1, 2, 0, 0, 0, 16, 3, 4, 0, 0, 0];
        let rows = words.as_ptr().cast::<Thing>();
        // SAFETY: readable for two rows of 24 bytes; the refused ones are not followed.
        unsafe {
            let read = table(rows, 2, 24, "things").expect("longer rows");
            assert_eq!(read.iter().map(|row| row.first).collect::<Vec<_>>(), [1, 3]);
            assert_eq!(table(rows, 2, 4, "things").expect_err("short").status, OUTLIVE_E_BAD_ARGUMENT);
            assert_eq!(table(rows, usize::MAX, 24, "things").expect_err("huge").status, OUTLIVE_E_BAD_ARGUMENT);
            assert!(table::<Thing>(std::ptr::null(), 0, 0, "things").expect("none").is_empty());
        }
    }
}
