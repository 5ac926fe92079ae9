//! The sections of an image: numbers, names, entry sizes.
//!
//! Numbers are never reused. A section of rows may grow new words at the end of its row in a later minor version; readers
//! step by the entry size the image states and ignore what they do not know. Blobs and word pools have a fixed entry.

/// What the format says of a section.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SectionSpec {
    /// Number in the section table.
    pub id: u32,
    /// Name in messages and documentation.
    pub name: &'static str,
    /// Bytes of one entry, as this version writes it.
    pub entry: u32,
    /// Whether an image must have it. Required sections are critical.
    pub required: bool,
    /// Whether entries may be longer in later versions.
    pub grows: bool,
    /// One line for the documentation.
    pub doc: &'static str,
}

macro_rules! sections {
    ($(#[$doc:meta])* $table:ident, $len:literal, $module:ident { $($name:ident = $index:literal, $id:literal, $text:literal, $entry:literal, $required:literal, $grows:literal, $line:literal;)* }) => {
        $(#[$doc])*
        pub const $table: [SectionSpec; $len] = [
            $(SectionSpec { id: $id, name: $text, entry: $entry, required: $required, grows: $grows, doc: $line },)*
        ];

        /// Indices into the table of the same layout.
        pub(super) mod $module {
            $(pub(in crate::image) const $name: usize = $index;)*
        }
    };
}

sections! {
    /// The sections of a module image, in the order this library writes them.
    MODULE_SECTIONS, 15, module {
        STRING_BYTES = 0, 1, "string bytes", 1, true, false, "UTF-8 text of all strings, one after the other.";
        STRINGS = 1, 2, "strings", 8, true, true, "Strings as ranges of the text; row 0 is the empty string.";
        FILES = 2, 3, "files", 4, true, true, "Source files by name.";
        POSITIONS = 3, 4, "positions", 12, true, true, "Source positions; row 0 is \"none\".";
        TYPES = 4, 5, "types", 24, true, true, "Types.";
        LISTS = 5, 6, "type lists", 4, true, false, "Words of types with parts, and types of free variables.";
        GLOBALS = 6, 7, "globals", 24, true, true, "Package-level variables.";
        DATA = 7, 8, "data", 1, false, false, "Initial bytes of package-level variables.";
        RELOCS = 8, 9, "relocs", 20, false, true, "Pointers in the initial bytes.";
        SITES = 9, 10, "sites", 36, true, true, "Allocation sites.";
        FUNCS = 10, 11, "funcs", 56, true, true, "Functions.";
        BODIES = 11, 12, "bodies", 4, true, false, "Words of the functions' bodies, in function order without gaps.";
        ATTRS = 12, 13, "attributes", 12, false, true, "Attributes, sorted.";
        MODULE = 13, 14, "module", 8, true, true, "Name and producer of the module; one row.";
        PROMISES = 14, 15, "promises", 16, false, true, "Known flows of parameters of external functions, sorted.";
    }
}

sections! {
    /// The sections of an answers image.
    ANSWERS_SECTIONS, 2, answers {
        VERDICTS = 0, 100, "verdicts", 32, true, true, "One row per verdict.";
        SUMMARIES = 1, 101, "summaries", 24, true, true, "One row per parameter.";
    }
}

sections! {
    /// The sections of package facts.
    FACTS_SECTIONS, 4, facts {
        TEXT = 0, 200, "text", 1, true, false, "UTF-8 text of all names, one after the other: model, profile, symbols.";
        UNDER = 1, 201, "made under", 80, true, true, "What the facts were made under; one row.";
        FUNCS = 2, 202, "functions", 16, true, true, "Functions, sorted by symbol.";
        FLOWS = 3, 203, "flows", 12, true, true, "Flows of parameters, in the order of the functions.";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_ascend() {
        for table in [&MODULE_SECTIONS[..], &ANSWERS_SECTIONS[..], &FACTS_SECTIONS[..]] {
            assert!(table.windows(2).all(|w| w[0].id < w[1].id));
            assert!(table.iter().all(|s| s.entry == 1 || s.entry.is_multiple_of(4)));
        }
        assert_eq!(MODULE_SECTIONS[module::BODIES].name, "bodies");
        assert_eq!(ANSWERS_SECTIONS[answers::SUMMARIES].name, "summaries");
    }
}
