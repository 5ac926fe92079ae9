//! What can be wrong with an image.

use std::fmt;

/// The class of an [`ImageError`], for callers that act on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum ImageErrorKind {
    /// The bytes contradict the format.
    Malformed,
    /// The major version is newer than this library's.
    NewerVersion,
    /// A section this library does not know is marked critical.
    UnknownCriticalSection,
    /// An instruction's opcode has no row in the table.
    UnknownOpcode,
    /// The strings are not UTF-8, or a string's range splits a character.
    BadUtf8,
    /// A limit of the caller, or the 32-bit range of ids, is exceeded.
    Limit,
}

impl ImageErrorKind {
    /// A few words for messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::NewerVersion => "newer version",
            Self::UnknownCriticalSection => "unknown critical section",
            Self::UnknownOpcode => "unknown opcode",
            Self::BadUtf8 => "bad UTF-8",
            Self::Limit => "limit",
        }
    }
}

/// Why an image was refused, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImageError {
    /// The class.
    pub kind: ImageErrorKind,
    /// Number of the section at fault; 0 for the header and the section table.
    pub section: u32,
    /// Name of the section, `header`, `section table`, or `unknown`.
    pub section_name: &'static str,
    /// Bytes from the start of the image to what is wrong.
    pub offset: u64,
    /// What is wrong.
    pub message: String,
}

impl ImageError {
    /// An error outside every section.
    #[cold]
    pub(super) fn frame(kind: ImageErrorKind, part: &'static str, offset: usize, message: impl Into<String>) -> Self {
        Self { kind, section: 0, section_name: part, offset: offset as u64, message: message.into() }
    }
}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("image: ")?;
        if self.section != 0 {
            f.write_str("section ")?;
        }
        match self.section_name {
            "unknown" => write!(f, "{}", self.section)?,
            name => f.write_str(name)?,
        }
        write!(f, ", offset {:#x}: {}", self.offset, self.message)
    }
}

impl std::error::Error for ImageError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_clear_line() {
        let error = ImageError {
            kind: ImageErrorKind::Malformed,
            section: 10,
            section_name: "sites",
            offset: 0x1a4,
            message: "type t901 does not exist (there are 14)".into(),
        };
        assert_eq!(error.to_string(), "image: section sites, offset 0x1a4: type t901 does not exist (there are 14)");
        let error = ImageError::frame(ImageErrorKind::Malformed, "header", 0, "no image");
        assert_eq!(error.to_string(), "image: header, offset 0x0: no image");
    }
}
