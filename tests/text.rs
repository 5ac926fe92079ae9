//! The readable form under random input: mutations of valid text never panic, and random modules survive printing and parsing.
//!
//! Both run for a bounded time under `cargo test`; a failure prints the seed that repeats it.

#[path = "text_support/generate.rs"]
mod generate;

use arbitrary::Unstructured;
use outlive::ir::verify;
use outlive::text::{parse, print};
use std::path::Path;

/// Milliseconds each test may take.
const BUDGET: u64 = 1_500;

/// The texts mutations begin from: the corpus.
fn corpus() -> Vec<String> {
    fn walk(dir: &Path, out: &mut Vec<String>) {
        for entry in std::fs::read_dir(dir).expect("the corpus is readable") {
            let path = entry.expect("the corpus is readable").path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|ext| ext == "oir") {
                out.push(std::fs::read_to_string(path).expect("a test file is readable"));
            }
        }
    }
    let mut texts = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/filetests"), &mut texts);
    texts.sort();
    texts
}

/// A text with a few things changed: bytes, words, lines.
fn mutate(u: &mut Unstructured<'_>, texts: &[String]) -> arbitrary::Result<String> {
    const WORDS: &[&str] = &[
        "*",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        ",",
        ":",
        "=",
        "@",
        "#",
        "+",
        "\"",
        ";",
        "<-",
        "v0",
        "v99",
        "s0",
        "s9",
        "t0",
        "t9",
        "f0",
        "b0",
        "0",
        "-1",
        "4294967295",
        "4294967296",
        "99999999999999999999",
        ".0",
        "@1:1",
        "func",
        "type",
        "struct",
        "raw",
        "int",
        "none",
        "default",
        "é",
        "\u{0}",
        "[depth=0]",
        "{param 9}",
        "switch v0, b0",
        "append_slice",
        "interface {",
        "[9]",
    ];
    let mut text = u.choose(texts)?.clone();
    for _ in 0..u.int_in_range(1..=4)? {
        let mut at = u.int_in_range(0..=text.len())?;
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        match u.int_in_range(0..=4)? {
            0 => text.insert_str(at, u.choose(WORDS)?),
            1 => text.truncate(at),
            2 => {
                let end = text[at..].find([' ', '\n']).map_or(text.len(), |n| at + n);
                text.replace_range(at..end, u.choose(WORDS)?);
            }
            3 => {
                let mut lines: Vec<&str> = text.lines().collect();
                if !lines.is_empty() {
                    let (a, b) = (u.choose_index(lines.len())?, u.choose_index(lines.len())?);
                    lines.swap(a, b);
                }
                text = lines.join("\n");
            }
            _ => {
                let other = u.choose(texts)?;
                let line = u.choose_iter(other.lines().collect::<Vec<_>>().iter()).map_or("", |line| line);
                text.insert_str(at, &format!("\n{line}\n"));
            }
        }
    }
    Ok(text)
}

#[test]
fn mutated_text_never_panics_and_what_is_accepted_prints() {
    let texts = corpus();
    arbtest::arbtest(|u| {
        let text = mutate(u, &texts)?;
        if let Ok(module) = parse(&text) {
            let _ = verify(&module);
            let once = print(&module);
            let again = parse(&once).unwrap_or_else(|error| panic!("{error}\n{once}\nfrom\n{text}"));
            assert_eq!(print(&again), once, "from\n{text}");
        }
        Ok(())
    })
    .budget_ms(BUDGET);
}

#[test]
fn random_modules_survive_printing_and_parsing() {
    arbtest::arbtest(|u| {
        let module = generate::module(u)?;
        if let Err(errors) = verify(&module) {
            let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
            panic!("the generator makes correct modules, but\n{}\n{}", lines.join("\n"), print(&module));
        }
        let once = print(&module);
        let again = parse(&once).unwrap_or_else(|error| panic!("{error}\n{once}"));
        assert_eq!(print(&again), once);
        generate::assert_same(&module, &again);
        Ok(())
    })
    .budget_ms(BUDGET);
}
