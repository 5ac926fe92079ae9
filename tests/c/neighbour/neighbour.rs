//! Another Rust library in the same program: it must link beside liboutlive.a, and panics must unwind in both.

/// 1 if a panic was caught.
#[unsafe(no_mangle)]
pub extern "C" fn neighbour_catches() -> i32 {
    std::panic::set_hook(Box::new(|_| {}));
    i32::from(std::panic::catch_unwind(|| panic!("on purpose")).is_err())
}
