//! Limits of a target given by hand, where no profile fits.

use crate::error::outlive_error;
use crate::growable::{self, Growable};
use crate::guard::{Failure, guard, output, quiet};
use crate::options::find_profile;
use crate::status::{OUTLIVE_E_BAD_ARGUMENT, outlive_status};
use crate::text::outlive_str;
use outlive_core::driver::Model;
use outlive_core::profile::{PROFILES, Profile};
use std::mem::offset_of;

/// Every limit and rule of a target, each given by hand or left to the profile. Start from `OUTLIVE_LIMITS_INIT` or from
/// `outlive_profile_limits`; a field counts if its bit is in `set`, so that 0 is a limit like any other. New fields, and their
/// bits, are added at the end only. A library accepts a structure longer than the one it knows if the rest of it is zero. Sizes
/// are bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct outlive_limits {
    /// `sizeof(outlive_limits)` as the client was compiled.
    pub struct_size: u32,
    /// Which of the fields below count: bits `OUTLIVE_LIMIT_...`. What is not set is as the profile says.
    pub set: u32,
    /// Largest declared variable on the stack.
    pub max_variable: u64,
    /// Largest implicit storage on the stack: `new`, a literal whose address is taken, a `make` of known size.
    pub max_implicit: u64,
    /// Largest variable a closure may capture by value.
    pub max_by_value: u64,
    /// Strictest alignment the stack gives, in pointers.
    pub max_align_pointers: u32,
    /// A `make` of run-time size is on the stack up to this many bytes, and on the heap beyond; 0: always on the heap.
    pub bounded_make: u32,
    /// A string made by concatenation or conversion is on the stack up to this many bytes, and on the heap beyond; 0: always on
    /// the heap.
    pub bounded_string: u32,
    /// 1: slices of elements without size may be on the stack. 0: not.
    pub zero_size_on_stack: u32,
    /// 1: the heap may not point to the stack. 0: it may; no model makes use of that yet.
    pub forbid_heap_to_stack: u32,
    /// Must be 0.
    pub reserved: u32,
}

/// Bit of `outlive_limits.set` for `max_variable`.
pub const OUTLIVE_LIMIT_MAX_VARIABLE: u32 = 1;
/// Bit of `outlive_limits.set` for `max_implicit`.
pub const OUTLIVE_LIMIT_MAX_IMPLICIT: u32 = 2;
/// Bit of `outlive_limits.set` for `max_by_value`.
pub const OUTLIVE_LIMIT_MAX_BY_VALUE: u32 = 4;
/// Bit of `outlive_limits.set` for `max_align_pointers`.
pub const OUTLIVE_LIMIT_MAX_ALIGN_POINTERS: u32 = 8;
/// Bit of `outlive_limits.set` for `bounded_make`.
pub const OUTLIVE_LIMIT_BOUNDED_MAKE: u32 = 16;
/// Bit of `outlive_limits.set` for `bounded_string`.
pub const OUTLIVE_LIMIT_BOUNDED_STRING: u32 = 32;
/// Bit of `outlive_limits.set` for `zero_size_on_stack`.
pub const OUTLIVE_LIMIT_ZERO_SIZE_ON_STACK: u32 = 64;
/// Bit of `outlive_limits.set` for `forbid_heap_to_stack`.
pub const OUTLIVE_LIMIT_FORBID_HEAP_TO_STACK: u32 = 128;

/// All bits there are.
const ALL: u32 = 255;

// SAFETY: numbers.
unsafe impl Growable for outlive_limits {
    const FIRST_SIZE: usize = offset_of!(Self, reserved) + size_of::<u32>();
    const HINT: &'static str = "use OUTLIVE_LIMITS_INIT";
}

/// The limits of a profile, all of them set. Writes `*limits`, of which the first `limits_size` bytes, `sizeof(outlive_limits)` as
/// the client was compiled; what this library does not know is zero. `profile` empty stands for the default. Callable from any
/// thread.
///
/// Fails with `OUTLIVE_E_UNKNOWN_PROFILE`, `_BAD_ARGUMENT` (a size no version had among them) or `_BAD_UTF8`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_profile_limits(
    profile: outlive_str,
    limits_size: usize,
    limits: *mut outlive_limits,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = || {
        // SAFETY: readable, as the header demands.
        let profile = find_profile(unsafe { profile.read("profile") }?)?;
        let limits = output(limits, "limits")?.cast::<u8>();
        let Some(size) = u32::try_from(limits_size).ok().filter(|&size| size as usize >= outlive_limits::FIRST_SIZE)
        else {
            return Err(Failure::new(OUTLIVE_E_BAD_ARGUMENT, format!("limits_size is {limits_size}")));
        };
        let made = outlive_limits { struct_size: size, ..outlive_limits::of(&profile) };
        let known = limits_size.min(size_of::<outlive_limits>());
        // SAFETY: `limits` is writable for `limits_size` bytes, as the header demands; the source is at least `known` long and has
        // no padding.
        unsafe {
            limits.copy_from_nonoverlapping((&raw const made).cast::<u8>(), known);
            limits.add(known).write_bytes(0, limits_size - known);
        }
        Ok(())
    };
    // SAFETY: NULL or writable, as the header demands.
    unsafe { guard(error, body) }
}

/// The name of a profile of this library by its number, from 0; the first is the default. Empty beyond the last. Static text, never
/// freed; the numbers mean nothing and may change. Callable from any thread.
#[unsafe(no_mangle)]
pub extern "C" fn outlive_profile_name(number: usize) -> outlive_str {
    quiet(outlive_str::EMPTY, || PROFILES.get(number).map_or(outlive_str::EMPTY, |p| outlive_str::of(p.name)))
}

/// The name of a model of this library by its number, from 0; the first is the default. Empty beyond the last. Static text, never
/// freed; the numbers mean nothing and may change. Callable from any thread.
#[unsafe(no_mangle)]
pub extern "C" fn outlive_model_name(number: usize) -> outlive_str {
    quiet(outlive_str::EMPTY, || Model::ALL.get(number).map_or(outlive_str::EMPTY, |m| outlive_str::of(m.1)))
}

impl outlive_limits {
    /// Those of a profile.
    fn of(profile: &Profile) -> Self {
        Self {
            struct_size: size_of::<Self>() as u32,
            set: ALL,
            max_variable: profile.max_variable,
            max_implicit: profile.max_implicit,
            max_by_value: profile.max_by_value,
            max_align_pointers: profile.max_align_pointers,
            bounded_make: profile.bounded_make,
            bounded_string: profile.bounded_string,
            zero_size_on_stack: profile.zero_size_on_stack.into(),
            forbid_heap_to_stack: profile.forbid_heap_to_stack.into(),
            reserved: 0,
        }
    }
}

/// A profile with the limits a client gave by hand; NULL gives none.
///
/// # Safety
/// `given` is NULL or readable for the size it begins with.
pub(crate) unsafe fn by_hand(mut profile: Profile, given: *const outlive_limits) -> Result<Profile, Failure> {
    if given.is_null() {
        return Ok(profile);
    }
    // SAFETY: readable for the size it begins with, as the caller promises.
    let known = unsafe { growable::read(given, "options.limits") }?;
    let flag = |bit: u32, value: u32| known.set & bit != 0 && value > 1;
    let unknown = known.set & !ALL != 0
        || known.reserved != 0
        || flag(OUTLIVE_LIMIT_ZERO_SIZE_ON_STACK, known.zero_size_on_stack)
        || flag(OUTLIVE_LIMIT_FORBID_HEAP_TO_STACK, known.forbid_heap_to_stack);
    if unknown {
        return Err(growable::unknown_part("options.limits"));
    }
    let set = |bit: u32| known.set & bit != 0;
    macro_rules! take {
        ($($bit:ident: $field:ident = $value:expr;)*) => { $(if set($bit) { profile.$field = $value; })* };
    }
    take! {
        OUTLIVE_LIMIT_MAX_VARIABLE: max_variable = known.max_variable;
        OUTLIVE_LIMIT_MAX_IMPLICIT: max_implicit = known.max_implicit;
        OUTLIVE_LIMIT_MAX_BY_VALUE: max_by_value = known.max_by_value;
        OUTLIVE_LIMIT_MAX_ALIGN_POINTERS: max_align_pointers = known.max_align_pointers;
        OUTLIVE_LIMIT_BOUNDED_MAKE: bounded_make = known.bounded_make;
        OUTLIVE_LIMIT_BOUNDED_STRING: bounded_string = known.bounded_string;
        OUTLIVE_LIMIT_ZERO_SIZE_ON_STACK: zero_size_on_stack = known.zero_size_on_stack == 1;
        OUTLIVE_LIMIT_FORBID_HEAP_TO_STACK: forbid_heap_to_stack = known.forbid_heap_to_stack == 1;
    }
    Ok(profile)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::OUTLIVE_E_UNSUPPORTED;

    fn read(given: &outlive_limits) -> Result<Profile, Failure> {
        // SAFETY: readable for the size it begins with.
        unsafe { by_hand(Profile::default(), given) }
    }

    #[test]
    fn every_limit_is_given_or_left() {
        for profile in PROFILES {
            let mut given = outlive_limits::of(profile);
            assert_eq!(read(&given).expect("fine"), Profile { name: Profile::default().name, ..*profile });
            given.set = 0;
            assert_eq!(read(&given).expect("fine"), Profile::default());
        }
        let bits = (0..8).map(|n| {
            let given = outlive_limits { set: 1 << n, ..outlive_limits::of(&PROFILES[PROFILES.len() - 1]) };
            let numbers = read(&given).expect("fine").numbers();
            (0..8).filter(|&i| numbers[i] != Profile::default().numbers()[i]).count()
        });
        assert_eq!(bits.collect::<Vec<_>>(), [1; 8], "a bit is for one limit");
    }

    #[test]
    fn zero_is_a_limit() {
        let zero = outlive_limits {
            max_variable: 0,
            set: OUTLIVE_LIMIT_MAX_VARIABLE,
            ..outlive_limits::of(&Profile::default())
        };
        assert_eq!(read(&zero).expect("fine").max_variable, 0);
    }

    #[test]
    fn what_is_not_known_is_refused() {
        let fine = outlive_limits::of(&Profile::default());
        for (given, status) in [
            (outlive_limits { struct_size: 0, ..fine }, OUTLIVE_E_BAD_ARGUMENT),
            (outlive_limits { struct_size: outlive_limits::FIRST_SIZE as u32 - 1, ..fine }, OUTLIVE_E_BAD_ARGUMENT),
            (outlive_limits { set: 256, ..fine }, OUTLIVE_E_UNSUPPORTED),
            (outlive_limits { reserved: 1, ..fine }, OUTLIVE_E_UNSUPPORTED),
            (outlive_limits { zero_size_on_stack: 2, ..fine }, OUTLIVE_E_UNSUPPORTED),
            (outlive_limits { forbid_heap_to_stack: 2, ..fine }, OUTLIVE_E_UNSUPPORTED),
        ] {
            assert_eq!(read(&given).expect_err("refused").status, status, "{given:?}");
        }
    }
}
