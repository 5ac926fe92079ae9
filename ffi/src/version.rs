//! Which library this is.

use crate::guard::quiet;
use crate::text::outlive_str;

/// Number of the ABI this header describes. It changes only if a function, constant or structure ever had to change its
/// meaning; adding does not change it.
pub const OUTLIVE_ABI_VERSION: u32 = 1;

/// The ABI version of the library that was linked or loaded. Compare it with `OUTLIVE_ABI_VERSION`.
/// Callable from any thread.
#[unsafe(no_mangle)]
pub extern "C" fn outlive_abi_version() -> u32 {
    OUTLIVE_ABI_VERSION
}

/// Does nothing. A client that refers to it fails to link, rather than to run, with a library of another ABI version.
/// Callable from any thread.
#[unsafe(no_mangle)]
pub extern "C" fn outlive_abi_1() {}

/// The version of the library, such as `0.1.0`: static text, never freed. Callable from any thread.
#[unsafe(no_mangle)]
pub extern "C" fn outlive_version() -> outlive_str {
    quiet(outlive_str::EMPTY, || outlive_str::of(env!("CARGO_PKG_VERSION")))
}
