//! The texts of the escape tests, for tests of other things that want every construct, small.

use std::path::{Path, PathBuf};

/// Every file under `tests/filetests/escape`, folders within included, in order.
pub(crate) fn escape_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/filetests/escape")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the tests are there").flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}
