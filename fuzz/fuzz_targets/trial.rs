//! Any bytes as a program: generated, verified, analysed by every model, checked, and run under the verdicts.
#![no_main]

#[path = "../../tests/trial_support/mod.rs"]
mod trial_support;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    trial_support::fuzz(bytes);
});
