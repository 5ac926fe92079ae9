//! Any bytes as package facts: what decodes is written back to the same facts, and does a module no harm.
#![no_main]

#[path = "../../tests/image_support/mod.rs"]
mod image_support;

libfuzzer_sys::fuzz_target!(|blob: &[u8]| {
    image_support::facts::check(blob);
});
