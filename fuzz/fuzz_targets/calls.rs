//! Any bytes as a sequence of calls of the C ABI, with the library's sources in this program: its memory is watched as well.
#![no_main]
#![allow(non_camel_case_types, dead_code, unused_imports, reason = "as in ffi/tests/call_sequences.rs")]

extern crate outlive as outlive_core;

include!("../../ffi/tests/sequences/abi.rs");
#[path = "../../tests/image_support/mod.rs"]
mod image_support;
#[path = "../../ffi/tests/sequences/mod.rs"]
mod sequences;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    sequences::run(bytes);
});
