//! Round trips: what is decoded is written back byte for byte.

use outlive::image::{Limits, decode, encode};
use std::path::{Path, PathBuf};

fn golden() -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(dir)
        .expect("the folder of golden images is there")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|e| e == "oiri"))
        .collect();
    paths.sort();
    paths
}

#[test]
fn golden_images_decode_and_are_written_back_byte_for_byte() {
    for path in golden() {
        let image = std::fs::read(&path).expect("readable");
        let module = decode(&image, &Limits::default()).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert_eq!(encode(&module), image, "{}", path.display());
    }
}
