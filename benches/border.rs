//! The Rust side of `benches/border.sh`: encodes the module that the Go side has built, and decodes, verifies and analyses its
//! image, which `OUTLIVE_BORDER_IMAGE` names. Figures are nanoseconds of processor time per instruction, each the least of
//! several runs. Without the variable it does nothing.

use outlive::driver::{Options, analyze};
use outlive::image::{Limits, decode, encode};
use outlive::ir::verify;
use std::hint::black_box;

const RUNS: usize = 5;

fn main() {
    let Some(path) = std::env::var_os("OUTLIVE_BORDER_IMAGE") else {
        return;
    };
    let image = std::fs::read(&path).expect("the Go side has written it");
    let limits = Limits::default();
    let module = decode(&image, &limits).expect("an image");
    let per_instruction = |ns: u64| ns as f64 / module.num_insts() as f64;
    let encoded = least(|| drop(black_box(encode(black_box(&module)))));
    let analyzed = least(|| {
        let module = decode(black_box(&image), &limits).expect("an image");
        verify(&module).expect("a module");
        drop(black_box(analyze(&module, &Options::default())));
    });
    println!("{} {:.2} {:.2}", module.num_insts(), per_instruction(encoded), per_instruction(analyzed));
}

fn least(mut run: impl FnMut()) -> u64 {
    let took = |_| {
        let before = cpu();
        run();
        cpu() - before
    };
    (0..RUNS).map(took).min().unwrap_or(0)
}

/// The processor time this thread, the only one, has had, in nanoseconds.
fn cpu() -> u64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").expect("this bench is for Linux");
    text.split(' ').next().and_then(|ns| ns.parse().ok()).expect("nanoseconds")
}
