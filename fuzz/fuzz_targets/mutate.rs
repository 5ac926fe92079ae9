//! Structure-aware: the fuzzer's bytes choose a module and the mutations of its image.
#![no_main]

#[path = "../../tests/image_support/mod.rs"]
mod image_support;

libfuzzer_sys::fuzz_target!(|numbers: (u8, u64)| {
    let image = image_support::mutate::mutant(numbers.0.into(), numbers.1);
    image_support::touch::check(&image);
});
