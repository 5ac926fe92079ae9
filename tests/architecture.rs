//! The layers of `ARCHITECTURE.md`, checked: a folder of `src` imports only folders before it in the list, every folder begins
//! with an essay, no file outgrows its concept, and one file names a hasher.
//!
//! Test code may import what it likes: the verifier's tests read modules from text, though text is a layer above.

use std::fs;
use std::path::{Path, PathBuf};

/// The layers from the bottom up.
const LAYERS: &[&str] = &[
    "entity",
    "control",
    "ir",
    "fact",
    "profile",
    "text",
    "image",
    "cfg",
    "callgraph",
    "opt",
    "escape",
    "lifetime",
    "place",
    "check",
    "driver",
    "report",
    "lab",
];

/// Most lines of a file: about 500 is where a file is usually two.
const MAX_LINES: usize = 600;

struct Source {
    /// Path below `src`.
    path: PathBuf,
    text: String,
}

impl Source {
    /// The folder, or file, directly below `src`.
    fn layer(&self) -> String {
        let first = self.path.iter().next().expect("a path has a part").to_string_lossy().into_owned();
        first.trim_end_matches(".rs").to_owned()
    }

    fn is_test(&self) -> bool {
        self.path.components().any(|part| matches!(part.as_os_str().to_str(), Some("tests.rs" | "tests")))
    }

    /// Its code without comments and without the test module at its end, with line numbers.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate();
        let body = lines.take_while(|(_, line)| !line.starts_with("#[cfg(test)]"));
        body.map(|(number, line)| (number + 1, line.split("//").next().unwrap_or("")))
    }
}

fn sources() -> Vec<Source> {
    fn walk(dir: &Path, root: &Path, out: &mut Vec<Source>) {
        let mut entries: Vec<PathBuf> =
            fs::read_dir(dir).expect("readable").map(|entry| entry.expect("readable").path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                walk(&path, root, out);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).expect("readable");
                out.push(Source { path: path.strip_prefix(root).expect("below src").to_owned(), text });
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut out = Vec::new();
    walk(&root, &root, &mut out);
    out
}

/// The layers named after `crate::` in a line, `crate::{a, b::c}` included.
fn imports(line: &str) -> Vec<&str> {
    let word = |text: &'_ str| text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let mut found = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut start = true;
            for (i, c) in group.char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 0 => start = true,
                    c if start && c.is_alphabetic() => {
                        found.push(&group[i..i + word(&group[i..])]);
                        start = false;
                    }
                    _ => {}
                }
            }
        } else {
            found.push(&rest[..word(rest)]);
        }
    }
    found
}

fn rank(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|&l| l == layer)
}

#[test]
fn no_folder_imports_one_above_it() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|s| !s.is_test()) {
        let Some(own) = rank(&source.layer()) else { continue };
        for (number, line) in source.code() {
            for import in imports(line) {
                if rank(import).is_some_and(|other| other > own) {
                    wrong.push(format!("src/{}:{number}: {} imports {import}", source.path.display(), source.layer()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "upward imports:\n{}", wrong.join("\n"));
}

#[test]
fn every_folder_is_a_layer_and_begins_with_an_essay() {
    for source in sources() {
        let layer = source.layer();
        let path = source.path.display();
        if source.path.iter().count() > 1 && layer != "bin" {
            assert!(rank(&layer).is_some(), "src/{path}: {layer} is not a layer of ARCHITECTURE.md");
        }
        assert!(source.is_test() || source.text.starts_with("//! "), "src/{path} does not begin with what it is for");
        if source.path.ends_with("mod.rs") {
            let essay = source.text.lines().take_while(|line| line.starts_with("//!")).count();
            assert!(essay >= 3, "src/{path}: {essay} lines are no essay");
        }
    }
}

#[test]
fn no_file_outgrows_its_concept() {
    for source in sources() {
        let lines = source.text.lines().count();
        assert!(lines <= MAX_LINES, "src/{}: {lines} lines are two files", source.path.display());
    }
}

#[test]
fn one_file_names_a_hasher() {
    for source in sources().iter().filter(|s| !s.path.ends_with("entity/hash.rs")) {
        for (number, line) in source.code() {
            let names = ["fxhash::", "rustc_hash", "std::collections::HashMap", "std::collections::HashSet"];
            assert!(!names.iter().any(|n| line.contains(n)), "src/{}:{number} names a hasher", source.path.display());
        }
    }
}

#[test]
fn the_document_lists_the_layers_in_this_order() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).expect("readable");
    let mut from = text.find("## Layers").expect("a section on layers");
    for layer in LAYERS {
        let at = text[from..].find(&format!("`{layer}`"));
        from += at.unwrap_or_else(|| panic!("ARCHITECTURE.md does not list `{layer}` in its place"));
    }
}

#[test]
fn imports_are_found_however_they_are_written() {
    assert_eq!(imports("use crate::driver::Model;"), ["driver"]);
    assert_eq!(imports("use crate::{entity::{A, B}, ir, text as t};"), ["entity", "ir", "text"]);
    assert_eq!(imports("    crate::image::encode(crate::text::parse(x))"), ["image", "text"]);
    assert!(imports("use super::x;").is_empty());
}
