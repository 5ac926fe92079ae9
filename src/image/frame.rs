//! The frame of every image: a header, a section table, sections.
//!
//! Modules and answers share it and differ in magic and sections. The reader checks the table once (bounds, alignment, order,
//! overlap, counts against lengths), so that every later access is by row within a slice that is known to be long enough.
//! Nothing is allocated here.

use super::error::{ImageError, ImageErrorKind as Kind};
use super::section::SectionSpec;
use crate::ir::Target;

/// First bytes of a module image.
pub const MAGIC_MODULE: [u8; 4] = *b"OUTL";
/// First bytes of an answers image.
pub const MAGIC_ANSWERS: [u8; 4] = *b"OUTA";
/// First bytes of package facts.
pub const MAGIC_FACTS: [u8; 4] = *b"OUTP";
/// Format version this library writes. A reader refuses a newer major version and accepts a newer minor one.
pub const MAJOR: u16 = 1;
/// See [`MAJOR`].
pub const MINOR: u16 = 0;
/// Bytes of the header.
pub const HEADER_SIZE: usize = 32;
/// Bytes of a row of the section table.
pub const TABLE_ENTRY_SIZE: usize = 40;
/// Sections begin at multiples of this many bytes.
pub const SECTION_ALIGN: usize = 8;
/// Section flag: a reader that does not know the section must refuse the image.
pub const CRITICAL: u32 = 1;

/// The little-endian words of a slice; a rest shorter than a word is dropped.
pub(super) fn as_words(bytes: &[u8]) -> &[[u8; 4]] {
    bytes.as_chunks::<4>().0
}

/// A word.
#[inline]
pub(super) fn word(bytes: [u8; 4]) -> u32 {
    u32::from_le_bytes(bytes)
}

/// A section of an image being read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Section<'a> {
    pub(super) spec: &'static SectionSpec,
    /// Bytes from the start of the image.
    pub(super) base: usize,
    pub(super) bytes: &'a [u8],
    /// Number of entries; fits an id.
    pub(super) count: u32,
    /// Bytes from an entry to the next.
    pub(super) entry: usize,
}

impl<'a> Section<'a> {
    /// An error at a byte of the section.
    #[cold]
    pub(super) fn error(&self, kind: Kind, byte: usize, message: impl Into<String>) -> ImageError {
        let (section, section_name) = (self.spec.id, self.spec.name);
        ImageError { kind, section, section_name, offset: (self.base + byte) as u64, message: message.into() }
    }

    /// An error of kind malformed at a word of a row.
    #[cold]
    pub(super) fn bad(&self, row: usize, word: usize, message: impl Into<String>) -> ImageError {
        self.error(Kind::Malformed, row * self.entry + word * 4, message)
    }

    /// The first `N` words of every row.
    pub(super) fn rows<const N: usize>(&self) -> impl ExactSizeIterator<Item = [u32; N]> + use<'a, N> {
        debug_assert!(N * 4 <= self.entry && N * 4 == self.spec.entry as usize);
        self.bytes.chunks_exact(self.entry).map(first_words)
    }

    /// All rows at once if they have `N` words and no more, as they do in an image of this version.
    pub(super) fn exact_rows<const N: usize>(&self) -> Option<&'a [[[u8; 4]; N]]> {
        (self.entry == N * 4).then(|| as_words(self.bytes).as_chunks().0)
    }

    /// The first `N` words of one row.
    pub(super) fn row<const N: usize>(&self, index: usize) -> [u32; N] {
        first_words(&self.bytes[index * self.entry..])
    }

    /// Checks that an id is one of `count` rows of a table.
    #[inline]
    pub(super) fn id(&self, row: usize, word: usize, id: u32, count: u32, noun: Noun) -> Result<u32, ImageError> {
        if id < count { Ok(id) } else { Err(self.bad(row, word, noun.missing(id, count))) }
    }

    /// As [`Self::id`], with [`crate::entity::NONE`] allowed.
    #[inline]
    pub(super) fn optional_id(
        &self,
        row: usize,
        at: usize,
        id: u32,
        count: u32,
        noun: Noun,
    ) -> Result<u32, ImageError> {
        if id == crate::entity::NONE { Ok(id) } else { self.id(row, at, id, count, noun) }
    }
}

#[inline(always)]
fn first_words<const N: usize>(row: &[u8]) -> [u32; N] {
    let words = &as_words(row)[..N];
    std::array::from_fn(|i| word(words[i]))
}

/// The word for a row of a table, and the prefix of its id.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noun(pub(super) &'static str, pub(super) &'static str);

impl Noun {
    pub(super) const STRING: Self = Self("string", "str");
    pub(super) const FILE: Self = Self("file", "file");
    pub(super) const POSITION: Self = Self("position", "@");
    pub(super) const TYPE: Self = Self("type", "t");
    pub(super) const GLOBAL: Self = Self("global", "g");
    pub(super) const SITE: Self = Self("site", "s");
    pub(super) const FUNC: Self = Self("function", "f");
    pub(super) const BLOCK: Self = Self("block", "b");
    pub(super) const INST: Self = Self("instruction", "i");
    pub(super) const VALUE: Self = Self("value", "v");

    /// What to say of an id that is out of range.
    #[cold]
    pub(super) fn missing(self, id: u32, count: u32) -> String {
        let verb = if count == 1 { "is" } else { "are" };
        format!("{} {}{id} does not exist (there {verb} {count})", self.0, self.1)
    }
}

/// An image whose header and section table have been checked.
#[derive(Debug)]
pub(super) struct Frame<'a, const N: usize> {
    pub(super) target: Target,
    sections: [Section<'a>; N],
}

impl<'a, const N: usize> Frame<'a, N> {
    /// Checks header and section table.
    pub(super) fn parse(image: &'a [u8], magic: [u8; 4], specs: &'static [SectionSpec; N]) -> Result<Self, ImageError> {
        let (target, count) = header(image, magic)?;
        let table_error = |at, message: String| ImageError::frame(Kind::Malformed, "section table", at, message);
        let room = (image.len() - HEADER_SIZE) / TABLE_ENTRY_SIZE;
        if count as usize > room {
            return Err(table_error(12, format!("{count} sections, but the image has room for {room} table entries")));
        }
        let mut end = HEADER_SIZE + count as usize * TABLE_ENTRY_SIZE;
        let mut found: [Option<Section<'a>>; N] = [None; N];
        for index in 0..count as usize {
            let at = HEADER_SIZE + index * TABLE_ENTRY_SIZE;
            let w: [u32; 10] = first_words(&image[at..]);
            let (id, flags, entry, reserved) = (w[0], w[1], w[8], w[9]);
            let [offset, length, entries] = [2, 4, 6].map(|i| u64::from(w[i]) | u64::from(w[i + 1]) << 32);
            let Some(slot) = specs.iter().position(|s| s.id == id) else {
                if flags & CRITICAL != 0 {
                    let message = format!("section {id} is critical and unknown to this version");
                    return Err(ImageError {
                        section: id,
                        ..ImageError::frame(Kind::UnknownCriticalSection, "unknown", at, message)
                    });
                }
                let (base, bytes) = place(image, end, offset, length)
                    .map_err(|(word, message)| table_error(at + word * 4, format!("section {id} {message}")))?;
                end = base + bytes.len();
                continue;
            };
            let spec = &specs[slot];
            let fail = |word: usize, message: String| ImageError {
                section: id,
                section_name: spec.name,
                ..table_error(at + word * 4, message)
            };
            if found[slot].is_some() {
                return Err(fail(0, "the section is there twice".into()));
            }
            let (base, bytes) =
                place(image, end, offset, length).map_err(|(word, message)| fail(word, format!("it {message}")))?;
            end = base + bytes.len();
            if reserved != 0 {
                return Err(fail(9, "the reserved word of its table entry is not zero".into()));
            }
            let fits = if spec.grows { entry >= spec.entry && entry.is_multiple_of(4) } else { entry == spec.entry };
            if !fits {
                return Err(fail(8, format!("entries of {entry} bytes; this version's have {}", spec.entry)));
            }
            if entries.checked_mul(u64::from(entry)) != Some(length) {
                return Err(fail(6, format!("{entries} entries of {entry} bytes do not make {length} bytes")));
            }
            // The last u32 is no id.
            let Some(count) = u32::try_from(entries).ok().filter(|&n| n != u32::MAX) else {
                return Err(ImageError { kind: Kind::Limit, ..fail(6, format!("{entries} entries overflow an id")) });
            };
            found[slot] = Some(Section { spec, base, bytes, count, entry: entry as usize });
        }
        if let Some(spec) = specs.iter().zip(&found).find_map(|(s, f)| (s.required && f.is_none()).then_some(s)) {
            return Err(ImageError {
                section: spec.id,
                section_name: spec.name,
                ..table_error(HEADER_SIZE, "the section is missing".into())
            });
        }
        let absent = |spec: &'static SectionSpec| Section {
            spec,
            base: image.len(),
            bytes: &[],
            count: 0,
            entry: spec.entry as usize,
        };
        let sections = std::array::from_fn(|i| found[i].unwrap_or_else(|| absent(&specs[i])));
        Ok(Self { target, sections })
    }

    /// A section by its index in the table of specs; empty if it is optional and absent.
    pub(super) fn section(&self, index: usize) -> Section<'a> {
        self.sections[index]
    }
}

/// Checks the header: target and number of sections.
fn header(image: &[u8], magic: [u8; 4]) -> Result<(Target, u32), ImageError> {
    let error = |kind, at, message: String| Err(ImageError::frame(kind, "header", at, message));
    let Some((head, _)) = image.split_first_chunk::<HEADER_SIZE>() else {
        return error(Kind::Malformed, 0, format!("{} bytes are too few for a header", image.len()));
    };
    if head[..4] != magic {
        let text = String::from_utf8_lossy(&magic);
        return error(Kind::Malformed, 0, format!("the image does not begin with {text}"));
    }
    let major = u16::from_le_bytes([head[4], head[5]]);
    if major > MAJOR {
        return error(Kind::NewerVersion, 4, format!("version {major} is newer than {MAJOR}, the newest known"));
    }
    if major != MAJOR {
        return error(Kind::Malformed, 4, format!("version {major} never existed"));
    }
    let target = Target { pointer_size: head[8], max_align: head[10] };
    if !matches!(target.pointer_size, 4 | 8) {
        return error(Kind::Malformed, 8, format!("pointers of {} bytes; 4 and 8 are possible", head[8]));
    }
    if head[9] != 0 {
        return error(Kind::Malformed, 9, format!("byte order {}; only 0, little-endian, is defined", head[9]));
    }
    if !target.max_align.is_power_of_two() {
        return error(Kind::Malformed, 10, format!("maximal alignment {} is not a power of two", head[10]));
    }
    if head[11] != 0 || head[16..].iter().any(|&b| b != 0) {
        return error(Kind::Malformed, 11, "reserved bytes are not zero".into());
    }
    Ok((target, u32::from_le_bytes([head[12], head[13], head[14], head[15]])))
}

/// The bytes of a section that begins at or after `end`. The error is a word of the table entry and a predicate.
fn place(image: &[u8], end: usize, offset: u64, length: u64) -> Result<(usize, &[u8]), (usize, String)> {
    let size = image.len();
    if !offset.is_multiple_of(SECTION_ALIGN as u64) {
        return Err((2, format!("begins at {offset:#x}, not a multiple of {SECTION_ALIGN}")));
    }
    if offset > size as u64 || length > size as u64 - offset {
        return Err((2, format!("spans {length} bytes from {offset:#x}; the image has {size}")));
    }
    // Both fit: they are at most the length of a slice.
    let (base, len) = (offset as usize, length as usize);
    if base < end {
        return Err((2, format!("begins at {base:#x}, before the end {end:#x} of what precedes it")));
    }
    Ok((base, &image[base..][..len]))
}

/// Writes an image section by section.
#[derive(Debug)]
pub(super) struct Writer {
    out: Vec<u8>,
    next: usize,
    last: usize,
}

impl Writer {
    /// Begins an image of `sections` sections of about `size` bytes.
    pub(super) fn new(magic: [u8; 4], target: Target, sections: u32, size: usize) -> Self {
        let last = HEADER_SIZE + sections as usize * TABLE_ENTRY_SIZE;
        let mut out = Vec::with_capacity(last + size + sections as usize * SECTION_ALIGN);
        out.extend_from_slice(&magic);
        out.extend_from_slice(&MAJOR.to_le_bytes());
        out.extend_from_slice(&MINOR.to_le_bytes());
        out.extend_from_slice(&[target.pointer_size, 0, target.max_align, 0]);
        out.extend_from_slice(&sections.to_le_bytes());
        out.resize(last, 0);
        Self { out, next: HEADER_SIZE, last }
    }

    /// Writes the next section.
    pub(super) fn section(&mut self, spec: &SectionSpec, write: impl FnOnce(&mut Vec<u8>)) {
        self.out.resize(self.out.len().next_multiple_of(SECTION_ALIGN), 0);
        let offset = self.out.len();
        write(&mut self.out);
        let length = (self.out.len() - offset) as u64;
        let mut entry = [0; TABLE_ENTRY_SIZE];
        entry[..4].copy_from_slice(&spec.id.to_le_bytes());
        entry[4] = u8::from(spec.required);
        entry[8..16].copy_from_slice(&(offset as u64).to_le_bytes());
        entry[16..24].copy_from_slice(&length.to_le_bytes());
        entry[24..32].copy_from_slice(&(length / u64::from(spec.entry)).to_le_bytes());
        entry[32..36].copy_from_slice(&spec.entry.to_le_bytes());
        self.out[self.next..][..TABLE_ENTRY_SIZE].copy_from_slice(&entry);
        self.next += TABLE_ENTRY_SIZE;
    }

    /// The image.
    pub(super) fn finish(self) -> Vec<u8> {
        debug_assert_eq!(self.next, self.last, "as many sections as announced");
        self.out
    }
}

/// Appends words.
pub(super) fn put(out: &mut Vec<u8>, words: &[u32]) {
    for &word in words {
        out.extend_from_slice(&word.to_le_bytes());
    }
}
