//! Any bytes as an image. Start it from the golden images: `cargo +nightly fuzz run decode tests/golden`.
#![no_main]

#[path = "../../tests/image_support/mod.rs"]
mod image_support;

libfuzzer_sys::fuzz_target!(|image: &[u8]| {
    image_support::touch::check(image);
});
