//! Round trips: what is decoded is written back byte for byte.
//!
//! The golden images are shared by the languages of the project; some are written by the Go builder's tests, those named
//! `rust_*` by this one, with `OUTLIVE_BLESS=1` in the environment.

mod image_support;

use image_support::modules::{Size, module};
use image_support::{golden, touch};
use outlive::image::{Limits, decode, encode};
use outlive::ir::verify::verify;
use std::path::{Path, PathBuf};

fn golden_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn golden_images() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(golden_dir())
        .expect("the folder of golden images is there")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|e| e == "oiri"))
        .collect();
    paths.sort();
    paths
}

#[test]
fn golden_images_decode_verify_and_are_written_back_byte_for_byte() {
    let paths = golden_images();
    assert!(paths.len() >= golden::MODULES.len());
    for path in paths {
        let name = path.display();
        let image = std::fs::read(&path).expect("readable");
        let module = decode(&image, &Limits::default()).unwrap_or_else(|e| panic!("{name}: {e}"));
        touch::touch(&module);
        if let Err(errors) = verify(&module) {
            panic!("{name}: {}", errors[0]);
        }
        assert_eq!(encode(&module), image, "{name}");
    }
}

#[test]
fn the_rust_builder_still_writes_its_golden_images() {
    for (stem, build) in golden::MODULES {
        let path = golden_dir().join(stem).with_extension("oiri");
        let image = encode(&build());
        if std::env::var_os("OUTLIVE_BLESS").is_some() {
            std::fs::write(&path, &image).expect("writable");
        }
        let golden =
            std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}; OUTLIVE_BLESS=1 writes it", path.display()));
        assert!(image == golden, "{stem} changed; if the format is meant to, OUTLIVE_BLESS=1 writes it anew");
    }
}

#[test]
fn modules_of_every_opcode_and_kind_of_row_survive() {
    for seed in 1..60 {
        let (funcs, blocks) = (1 + seed as u32 % 20, 1 + seed as u32 % 7);
        let module = module(seed, Size { funcs, blocks, insts: 1 + seed as u32 % 40 });
        let image = encode(&module);
        let decoded = decode(&image, &Limits::default()).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        assert_eq!(touch::touch(&decoded), touch::touch(&module), "seed {seed}: something is read differently");
        assert_eq!(encode(&decoded), image, "seed {seed}");
    }
}

#[test]
fn equal_modules_give_equal_images() {
    let size = Size { funcs: 5, blocks: 3, insts: 9 };
    assert_eq!(encode(&module(3, size)), encode(&module(3, size)));
    assert_ne!(encode(&module(3, size)), encode(&module(4, size)));
}
