//! Mutations of readable text, and what must hold of any text: the body of the tests and of the fuzz target.
#![allow(dead_code, unreachable_pub, reason = "each test and fuzz target uses a part")]

use super::image_support::Random;
use outlive::ir::verify;
use outlive::text::{parse, print};
use std::path::{Path, PathBuf};

/// The texts mutations begin from: every test in the readable form, and the generated programs.
pub fn corpus() -> Vec<String> {
    fn walk(dir: &Path, out: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).expect("the corpus is readable") {
            let path = entry.expect("the corpus is readable").path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|e| e == "oir") {
                out.push(path);
            }
        }
    }
    // The fuzz targets have a manifest of their own, one folder down.
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tests = if root.ends_with("fuzz") { root.join("../tests") } else { root.join("tests") };
    let mut files = Vec::new();
    walk(&tests.join("filetests"), &mut files);
    walk(&tests.join("corpus"), &mut files);
    files.sort();
    files.iter().map(|path| std::fs::read_to_string(path).expect("a test file is readable")).collect()
}

/// Pieces of text that mean something somewhere.
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
    "g0",
    "0",
    "1",
    "-1",
    "255",
    "256",
    "65536",
    "4294967295",
    "4294967296",
    "9223372036854775808",
    "99999999999999999999",
    ".0",
    "@1:1",
    "@#1",
    "@none",
    "func",
    "type",
    "struct",
    "raw",
    "int",
    "none",
    "default",
    "é",
    "\u{0}",
    "\u{2028}",
    "\\u{41}",
    "\\",
    "[depth=0]",
    "{param 9}",
    "switch v0, b0",
    "append_slice",
    "interface {",
    "[9]",
    "[18446744073709551615]",
    "map[int]",
    "chan<-",
    "variadic",
    "flags=4294967295",
    "parent=s0",
    "recover=b0",
    "tparam P",
];

/// The tokens of a text, roughly, as ranges: words, single characters, runs of blanks.
fn tokens(text: &str) -> Vec<(usize, usize)> {
    let class = |c: char| match c {
        c if c.is_alphanumeric() || "_.$/-~".contains(c) => 1,
        ' ' => 2,
        _ => 3,
    };
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut last = 3;
    for (at, c) in text.char_indices() {
        let (this, end) = (class(c), at + c.len_utf8());
        match found.last_mut() {
            Some(token) if this == last && this != 3 => token.1 = end,
            _ => found.push((at, end)),
        }
        last = this;
    }
    found
}

/// A text with a few things changed: bytes, tokens, lines.
pub fn mutate(random: &mut Random, texts: &[String]) -> String {
    let mut text = random.pick(texts).clone();
    for _ in 0..1 + random.below(4) {
        text = match random.below(10) {
            0 => bytes(random, text),
            1 => {
                let mut at = random.below(text.len() as u32 + 1) as usize;
                while !text.is_char_boundary(at) {
                    at -= 1;
                }
                text.truncate(at);
                text
            }
            2 | 3 => {
                let other = random.pick(texts);
                lines(random, &text, other)
            }
            _ => token(random, text),
        };
    }
    text
}

/// Bytes changed, with what is no UTF-8 any more made so.
fn bytes(random: &mut Random, text: String) -> String {
    let mut bytes = text.into_bytes();
    for _ in 0..1 + random.below(3) {
        if bytes.is_empty() {
            break;
        }
        let at = random.below(bytes.len() as u32) as usize;
        match random.below(4) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at] = random.next() as u8,
            2 => bytes.insert(at, random.next() as u8 & 0x7f),
            _ => drop(bytes.remove(at)),
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// A token replaced by another of the text or of the list, doubled, dropped, or swapped.
fn token(random: &mut Random, mut text: String) -> String {
    let all = tokens(&text);
    if all.is_empty() {
        return random.pick(WORDS).to_string();
    }
    let (a, b) = (*random.pick(&all), *random.pick(&all));
    let other = text[b.0..b.1].to_owned();
    match random.below(6) {
        0 => text.replace_range(a.0..a.1, random.pick::<&str>(WORDS)),
        1 => text.insert_str(a.1, &format!(" {} ", random.pick(WORDS))),
        2 => text.replace_range(a.0..a.1, ""),
        3 => text.insert_str(a.1, &other),
        // A word for a word: an id for an id, often.
        4 => text.replace_range(a.0..a.1, &other),
        _ => {
            let (a, b) = (a.min(b), a.max(b));
            let (first, second) = (text[a.0..a.1].to_owned(), text[b.0..b.1].to_owned());
            text.replace_range(b.0..b.1, &first);
            text.replace_range(a.0..a.1, &second);
        }
    }
    text
}

/// Lines swapped, doubled, dropped, or taken from another text.
fn lines(random: &mut Random, text: &str, other: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    if lines.is_empty() {
        return other.to_owned();
    }
    let (a, b) = (random.below(lines.len() as u32) as usize, random.below(lines.len() as u32) as usize);
    match random.below(4) {
        0 => lines.swap(a, b),
        1 => lines.insert(a, lines[b]),
        2 => drop(lines.remove(a)),
        _ => {
            let theirs: Vec<&str> = other.lines().collect();
            if !theirs.is_empty() {
                lines.insert(a, random.pick::<&str>(&theirs));
            }
        }
    }
    lines.join("\n")
}

/// What became of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It does not parse.
    Refused,
    /// It parses; the verifier finds fault with it.
    Parsed,
    /// It parses and verifies.
    Verified,
}

/// Parses, and if that succeeds verifies, prints, and parses again.
///
/// # Panics
/// If an error lies outside the text, or what was accepted does not survive printing.
pub fn check(text: &str) -> Outcome {
    let module = match parse(text) {
        Ok(module) => module,
        Err(error) => {
            assert!(!error.message.is_empty() && !error.message.contains('\n'), "{error}");
            assert!(error.line >= 1 && error.col >= 1, "{error}");
            // The line is one of the text's, and the column lies in it or one past its end.
            let line = text.lines().nth(error.line as usize - 1);
            let width = line.map_or_else(|| panic_unless_empty(text, &error.to_string()), str::len);
            assert!(error.col as usize <= width + 1, "{error}: the line has {width} bytes");
            return Outcome::Refused;
        }
    };
    let verified = verify(&module).is_ok();
    let once = print(&module);
    let again = parse(&once).unwrap_or_else(|error| panic!("{error}\n{once}\nfrom\n{text}"));
    super::same::assert_same(&module, &again);
    assert_eq!(verify(&again).is_ok(), verified);
    let twice = print(&again);
    assert!(twice == once, "{once}\nis printed as\n{twice}\nfrom\n{text}");
    if verified { Outcome::Verified } else { Outcome::Parsed }
}

/// The width of line 1 of a text without lines.
fn panic_unless_empty(text: &str, error: &str) -> usize {
    assert!(text.is_empty() && error.starts_with("1:"), "{error}: there is no such line");
    0
}

/// Any bytes as a text, or as the choice of a mutation.
pub fn fuzz(bytes: &[u8], texts: &[String]) -> Outcome {
    match bytes.split_first() {
        Some((0, choices)) => {
            let mut seed = [0; 8];
            seed.iter_mut().zip(choices).for_each(|(to, from)| *to = *from);
            check(&mutate(&mut Random(u64::from_le_bytes(seed) | 1), texts))
        }
        _ => check(&String::from_utf8_lossy(bytes)),
    }
}
