//! Any bytes as readable text, or as the choice of mutations of a test's: what parses survives printing.
#![no_main]

#[path = "../../tests/image_support/mod.rs"]
mod image_support;
#[path = "../../tests/text_support/mutate.rs"]
mod mutate;
#[path = "../../tests/text_support/same.rs"]
mod same;

static TEXTS: std::sync::LazyLock<Vec<String>> = std::sync::LazyLock::new(mutate::corpus);

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    mutate::fuzz(bytes, &TEXTS);
});
