//! Which names may be written bare, and what parser and printer must agree on about sites.

use super::lex::is_word;
use crate::ir::{Opcode, SiteKind, TypeKind};

/// Words that mean something where a name may stand.
pub(super) const RESERVED: &[&str] = &[
    "none",
    "func",
    "type",
    "struct",
    "interface",
    "map",
    "chan",
    "tparam",
    "opaque",
    "variadic",
    "receiver",
    "exported",
    "wrapper",
    "with_parent",
    "external",
    "parent",
    "instance_of",
    "recover",
    "free",
    "flags",
    "raw",
    "default",
    "not_in_heap",
    "silent",
    "data",
    "method",
    "embedded",
    "pointers",
    "call",
];

/// Whether a word is a letter and a number: an id.
pub(super) fn id(word: &str, letter: char) -> Option<u32> {
    let digits = word.strip_prefix(letter)?;
    let plain =
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    if plain { digits.parse().ok() } else { None }
}

/// Whether a name of a function, global or type can be written without quotes.
pub(super) fn bare(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(is_word)
        && !RESERVED.contains(&name)
        && !TypeKind::ALL.iter().any(|&(kind, word)| kind.is_basic() && word == name)
        && !(name.as_bytes()[1..].iter().all(u8::is_ascii_digit) && name.len() > 1)
}

/// Whether a file name can be written without quotes after `@`.
pub(super) fn bare_file(name: &str) -> bool {
    !name.is_empty() && name.chars().all(is_word) && !name.bytes().all(|b| b.is_ascii_digit()) && name != "none"
}

/// The kind of site an opcode makes unless the text says otherwise.
pub(super) const fn default_kind(op: Opcode) -> SiteKind {
    match op {
        Opcode::New => SiteKind::New,
        Opcode::MakeSlice => SiteKind::MakeSlice,
        Opcode::MakeMap => SiteKind::Map,
        Opcode::MakeChan => SiteKind::Chan,
        Opcode::MakeIface => SiteKind::Box,
        Opcode::MakeClosure => SiteKind::Closure,
        Opcode::MethodValue => SiteKind::MethodValue,
        Opcode::Concat => SiteKind::Concat,
        Opcode::Convert => SiteKind::StringConversion,
        Opcode::Append | Opcode::AppendSlice => SiteKind::Append,
        _ => SiteKind::Var,
    }
}

/// Function flags with their words.
pub(super) const FUNC_FLAGS: &[(u32, &str)] = &[
    (crate::ir::HAS_RECEIVER, "receiver"),
    (crate::ir::VARIADIC, "variadic"),
    (crate::ir::WITH_PARENT, "with_parent"),
    (crate::ir::EXPORTED, "exported"),
    (crate::ir::SYNTHETIC, "wrapper"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_not_names() {
        assert!(bare("main.f") && bare("net/http.Get") && bare("main.f$1") && bare("error"));
        assert!(!bare("f1") && !bare("int") && !bare("(*T).M") && !bare("") && !bare("none") && !bare("1x"));
        assert_eq!((id("f12", 'f'), id("f", 'f'), id("f01", 'f'), id("g1", 'f')), (Some(12), None, None, None));
    }
}
