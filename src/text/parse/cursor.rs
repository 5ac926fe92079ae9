//! A place in a line of tokens, and the small things every rule reads.

use super::super::error::ParseError;
use super::super::lex::{Token, line};
use super::super::names::id;

/// A line being read.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'t> {
    pub(super) line: u32,
    tokens: Vec<(u32, Token<'t>)>,
    end: u32,
    at: usize,
}

pub(super) type Parsed<T> = Result<T, ParseError>;

impl<'t> Cursor<'t> {
    pub(super) fn new(number: u32, text: &'t str) -> Parsed<Self> {
        let tokens = line(number, text)?;
        Ok(Self { line: number, tokens, end: text.len() as u32 + 1, at: 0 })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(super) fn rewind(&mut self) {
        self.at = 0;
    }

    pub(super) fn peek(&self) -> Option<&Token<'t>> {
        self.tokens.get(self.at).map(|(_, token)| token)
    }

    pub(super) fn peek_second(&self) -> Option<&Token<'t>> {
        self.tokens.get(self.at + 1).map(|(_, token)| token)
    }

    pub(super) fn last(&self) -> Option<&Token<'t>> {
        self.tokens.last().map(|(_, token)| token)
    }

    pub(super) fn advance(&mut self) {
        self.at += 1;
    }

    /// Column of the next token.
    pub(super) fn col(&self) -> u32 {
        self.tokens.get(self.at).map_or(self.end, |&(col, _)| col)
    }

    /// An error at the next token.
    pub(super) fn error<T>(&self, message: impl Into<String>) -> Parsed<T> {
        Err(ParseError::new(self.line, self.col(), message))
    }

    pub(super) fn expected<T>(&self, what: &str) -> Parsed<T> {
        let found = match self.peek() {
            Some(Token::Word(word)) => format!("`{word}`"),
            Some(Token::Str(_)) => "a string".into(),
            Some(Token::Punct(c)) => format!("`{c}`"),
            Some(Token::Arrow) => "`<-`".into(),
            None => "the end of the line".into(),
        };
        self.error(format!("expected {what}, found {found}"))
    }

    pub(super) fn peek_word(&self) -> Option<&'t str> {
        match self.peek() {
            Some(&Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    pub(super) fn word(&mut self, what: &str) -> Parsed<&'t str> {
        match self.peek_word() {
            Some(word) => {
                self.at += 1;
                Ok(word)
            }
            None => self.expected(what),
        }
    }

    pub(super) fn eat_word(&mut self, wanted: &str) -> bool {
        let found = self.peek_word() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    pub(super) fn is_punct(&self, wanted: char) -> bool {
        matches!(self.peek(), Some(&Token::Punct(c)) if c == wanted)
    }

    pub(super) fn eat(&mut self, wanted: char) -> bool {
        let found = self.is_punct(wanted);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, wanted: char) -> Parsed<()> {
        if self.eat(wanted) { Ok(()) } else { self.expected(&format!("`{wanted}`")) }
    }

    pub(super) fn eat_arrow(&mut self) -> bool {
        let found = self.peek() == Some(&Token::Arrow);
        self.at += usize::from(found);
        found
    }

    pub(super) fn string(&mut self) -> Option<String> {
        match self.tokens.get_mut(self.at) {
            Some((_, Token::Str(text))) => {
                self.at += 1;
                Some(text.clone())
            }
            _ => None,
        }
    }

    pub(super) fn number<T: std::str::FromStr>(&mut self, what: &str) -> Parsed<T> {
        match self.peek_word().map(str::parse) {
            Some(Ok(value)) => {
                self.at += 1;
                Ok(value)
            }
            _ => self.expected(what),
        }
    }

    /// Whether a number comes next.
    pub(super) fn is_number(&self) -> bool {
        self.peek_word().is_some_and(|word| word.bytes().all(|b| b.is_ascii_digit()))
    }

    /// An id such as `s3`, if it comes next.
    pub(super) fn id(&mut self, letter: char) -> Option<u32> {
        let id = self.peek_word().and_then(|word| id(word, letter));
        self.at += usize::from(id.is_some());
        id
    }

    /// A `.3`.
    pub(super) fn index(&mut self) -> Parsed<u32> {
        match self.peek_word().and_then(|word| word.strip_prefix('.')).map(str::parse) {
            Some(Ok(value)) => {
                self.at += 1;
                Ok(value)
            }
            _ => self.expected("an index such as `.0`"),
        }
    }

    /// What follows `=`.
    pub(super) fn assigned<T: std::str::FromStr>(&mut self) -> Parsed<T> {
        self.expect('=')?;
        self.number("a number")
    }

    pub(super) fn done(&self) -> Parsed<()> {
        if self.peek().is_none() { Ok(()) } else { self.expected("the end of the line") }
    }
}
