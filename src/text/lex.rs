//! One line of text as tokens.
//!
//! The form is line-based: a statement is a line, and no token crosses one. Words are generous (`net/http.Get`, `main.f$1`,
//! `-12`, `.3` are one word each), because names come from programs; everything else is quoted.

use super::error::ParseError;

/// A token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Token<'t> {
    /// A name, number or keyword.
    Word(&'t str),
    /// A quoted string, escapes resolved.
    Str(String),
    /// A character that stands for itself.
    Punct(char),
    /// `<-`.
    Arrow,
}

/// Whether a character may stand in a word.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | '/' | '-' | '~')
}

/// The tokens of a line with their columns in bytes, from 1. A comment begins at `;`.
pub(super) fn line(number: u32, text: &str) -> Result<Vec<(u32, Token<'_>)>, ParseError> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let col = (text.len() - rest.len()) as u32 + 1;
        let Some(first) = rest.chars().next() else { return Ok(tokens) };
        let token = match first {
            ';' => return Ok(tokens),
            '"' => {
                let (value, len) = quoted(rest).map_err(|(at, what)| ParseError::new(number, col + at as u32, what))?;
                rest = &rest[len..];
                Token::Str(value)
            }
            '<' if rest.starts_with("<-") => {
                rest = &rest[2..];
                Token::Arrow
            }
            c if is_word(c) => {
                let len = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                let (word, after) = rest.split_at(len);
                rest = after;
                Token::Word(word)
            }
            c => {
                rest = &rest[c.len_utf8()..];
                Token::Punct(c)
            }
        };
        tokens.push((col, token));
    }
}

/// The string a text begins with, and the length of its source.
fn quoted(text: &str) -> Result<(String, usize), (usize, &'static str)> {
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((value, at + 1)),
            '\\' => {
                let (_, escape) = chars.next().ok_or((at, "a string ends in its escape"))?;
                value.push(match escape {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    '\\' | '"' => escape,
                    'u' => {
                        let rest = &text[at + 2..];
                        let end = rest.find('}').filter(|_| rest.starts_with('{'));
                        let digits = end.map(|end| &rest[1..end]).ok_or((at, "expected \\u{…}"))?;
                        let code = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
                        for _ in 0..digits.len() + 2 {
                            chars.next();
                        }
                        code.ok_or((at, "no such character"))?
                    }
                    _ => return Err((at, "unknown escape; there are \\n \\t \\r \\\\ \\\" \\u{…}")),
                });
            }
            _ => value.push(c),
        }
    }
    Err((0, "the string has no end"))
}

/// A string as [`quoted`] reads it.
pub(super) fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\\' | '"' => out.extend(['\\', c]),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                out.push_str(&format!("\\u{{{:x}}}", c as u32));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_survive_quoting() {
        for text in ["", "plain", "a\"b\\c\n\t\r\u{0}\u{7f}é𝄞; no comment", "}"] {
            let mut out = String::new();
            quote(&mut out, text);
            assert_eq!(line(1, &out), Ok(vec![(1, Token::Str(text.into()))]), "{out}");
        }
    }

    #[test]
    fn words_are_generous_and_comments_end_a_line() {
        let tokens: Vec<_> = line(1, "v1: *net/http.T = call main.f$1 -12 ; x").expect("fine").into_iter().collect();
        assert_eq!(tokens.len(), 8);
        assert_eq!(tokens[3], (6, Token::Word("net/http.T")));
        assert_eq!(tokens[7].1, Token::Word("-12"));
    }

    #[test]
    fn an_open_string_is_reported_where_it_begins() {
        let error = line(3, "const_str \"abc").expect_err("open");
        assert_eq!((error.line, error.col), (3, 11));
    }
}
