//! Statuses: what a call came to. Numbers are never reused; a client must treat one it does not know as a failure.

use crate::guard::quiet;
use crate::text::outlive_str;

/// What a call came to: `OUTLIVE_OK`, or one of `OUTLIVE_E_...`. A client must treat a number it does not know as a failure.
pub type outlive_status = i32;

/// Success.
pub const OUTLIVE_OK: outlive_status = 0;
/// An argument is NULL, out of range or inconsistent; the message says which.
pub const OUTLIVE_E_BAD_ARGUMENT: outlive_status = 1;
/// The image is no image, or is damaged; the error has section and offset.
pub const OUTLIVE_E_MALFORMED_IMAGE: outlive_status = 2;
/// The image is of a newer major version, or has a critical section this library does not know.
pub const OUTLIVE_E_NEWER_IMAGE: outlive_status = 3;
/// The image has an opcode this library does not know.
pub const OUTLIVE_E_UNKNOWN_OPCODE: outlive_status = 4;
/// Something that is given once is given twice: a body, a description, what a named type stands for.
pub const OUTLIVE_E_DUPLICATE_SYMBOL: outlive_status = 5;
/// A string is not UTF-8.
pub const OUTLIVE_E_BAD_UTF8: outlive_status = 6;
/// The module is well-formed as an image, but not as a program; the message names the entity.
pub const OUTLIVE_E_INVALID_MODULE: outlive_status = 7;
/// Package facts are of another format, or were made under another model, profile, world or target; the message names it.
pub const OUTLIVE_E_STALE_FACTS: outlive_status = 8;
/// There is no profile of that name.
pub const OUTLIVE_E_UNKNOWN_PROFILE: outlive_status = 9;
/// There is no model of that name.
pub const OUTLIVE_E_UNKNOWN_MODEL: outlive_status = 10;
/// A limit of the options would be exceeded; nothing was done.
pub const OUTLIVE_E_LIMIT: outlive_status = 11;
/// The client cancelled the call.
pub const OUTLIVE_E_CANCELLED: outlive_status = 12;
/// The library does not know this option, or this part of an options structure.
pub const OUTLIVE_E_UNSUPPORTED: outlive_status = 13;
/// The library has a defect: please report it with the message. Handles passed in stay usable.
pub const OUTLIVE_E_INTERNAL: outlive_status = 14;
/// The readable text does not parse; the error has line and column.
pub const OUTLIVE_E_SYNTAX: outlive_status = 15;
/// The library has nothing to say of what was asked for.
pub const OUTLIVE_E_NOT_FOUND: outlive_status = 16;
/// An answer does not follow from the rules of its model; the message says which and where.
pub const OUTLIVE_E_REJECTED: outlive_status = 17;
/// A handle or number names nothing there is: it was never made, or by another builder or body; the message names it.
pub const OUTLIVE_E_BAD_ENTITY: outlive_status = 18;
/// The builder or body is finished, and does nothing any more.
pub const OUTLIVE_E_FINISHED: outlive_status = 19;
/// The type of an operand, result or part does not fit; the message names it.
pub const OUTLIVE_E_BAD_TYPE: outlive_status = 20;
/// Something is missing: a block's terminator, a body, what a named type stands for; the message names it.
pub const OUTLIVE_E_INCOMPLETE: outlive_status = 21;
/// There is no pass of that name, or it cannot run after another; the message has the reason.
pub const OUTLIVE_E_BAD_PASSES: outlive_status = 22;

/// Every status with its words.
pub(crate) const STATUSES: &[(outlive_status, &str)] = &[
    (OUTLIVE_OK, "success"),
    (OUTLIVE_E_BAD_ARGUMENT, "bad argument"),
    (OUTLIVE_E_MALFORMED_IMAGE, "malformed image"),
    (OUTLIVE_E_NEWER_IMAGE, "newer image"),
    (OUTLIVE_E_UNKNOWN_OPCODE, "unknown opcode"),
    (OUTLIVE_E_DUPLICATE_SYMBOL, "duplicate symbol"),
    (OUTLIVE_E_BAD_UTF8, "bad UTF-8"),
    (OUTLIVE_E_INVALID_MODULE, "invalid module"),
    (OUTLIVE_E_STALE_FACTS, "stale facts"),
    (OUTLIVE_E_UNKNOWN_PROFILE, "unknown profile"),
    (OUTLIVE_E_UNKNOWN_MODEL, "unknown model"),
    (OUTLIVE_E_LIMIT, "limit exceeded"),
    (OUTLIVE_E_CANCELLED, "cancelled"),
    (OUTLIVE_E_UNSUPPORTED, "unsupported"),
    (OUTLIVE_E_INTERNAL, "internal error"),
    (OUTLIVE_E_SYNTAX, "syntax error"),
    (OUTLIVE_E_NOT_FOUND, "not found"),
    (OUTLIVE_E_REJECTED, "rejected"),
    (OUTLIVE_E_BAD_ENTITY, "bad entity"),
    (OUTLIVE_E_FINISHED, "finished"),
    (OUTLIVE_E_BAD_TYPE, "bad type"),
    (OUTLIVE_E_INCOMPLETE, "incomplete"),
    (OUTLIVE_E_BAD_PASSES, "bad passes"),
];

/// A status in words, such as `malformed image`: static text, never freed; empty for a number this library does not know.
/// Callable from any thread.
#[unsafe(no_mangle)]
pub extern "C" fn outlive_status_words(status: outlive_status) -> outlive_str {
    quiet(outlive_str::EMPTY, || {
        STATUSES.iter().find(|&&(s, _)| s == status).map_or(outlive_str::EMPTY, |&(_, words)| outlive_str::of(words))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_is_used_twice() {
        assert!(STATUSES.is_sorted_by(|(a, _), (b, _)| a < b), "{STATUSES:?}");
        assert!(STATUSES.iter().all(|&(status, words)| status >= 0 && !words.is_empty()));
    }
}
