//! Where things lie in an image, and how to change them: a second, naive reader that trusts its input to be well-formed.

/// A section as the table states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where its table entry begins.
    pub entry_at: usize,
    /// Its number.
    pub id: u32,
    /// Where it begins.
    pub offset: usize,
    /// Its bytes.
    pub length: usize,
    /// Bytes of a row.
    pub entry: usize,
}

/// The word at a byte.
pub fn word(image: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(image[at..at + 4].try_into().expect("four bytes"))
}

/// Changes the word at a byte.
pub fn set(image: &mut [u8], at: usize, value: u32) {
    image[at..at + 4].copy_from_slice(&value.to_le_bytes());
}

/// The section table of a well-formed image.
pub fn sections(image: &[u8]) -> Vec<Place> {
    (0..word(image, 12) as usize)
        .map(|i| {
            let at = 32 + i * 40;
            Place {
                entry_at: at,
                id: word(image, at),
                offset: word(image, at + 8) as usize,
                length: word(image, at + 16) as usize,
                entry: word(image, at + 32) as usize,
            }
        })
        .collect()
}

/// A section of a well-formed image by its number.
pub fn section(image: &[u8], id: u32) -> Place {
    sections(image).into_iter().find(|s| s.id == id).expect("the image has the section")
}

/// Where a word of a row lies.
pub fn at(image: &[u8], id: u32, row: usize, word: usize) -> usize {
    let place = section(image, id);
    place.offset + row * place.entry + word * 4
}

/// Recomputes the hashes of all bodies that lie within their section.
pub fn fix_hashes(image: &mut [u8], funcs: Place, bodies: Place) {
    for row in 0..funcs.length / 56 {
        let at = funcs.offset + row * 56;
        let (off, len) = (word(image, at + 36) as usize, word(image, at + 40) as usize);
        if len == 0 || off.checked_add(len).is_none_or(|end| end * 4 > bodies.length) {
            continue;
        }
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for i in off..off + len {
            hash = (hash ^ u64::from(word(image, bodies.offset + i * 4))).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            hash ^= hash >> 32;
        }
        set(image, at + 44, hash as u32);
        set(image, at + 48, (hash >> 32) as u32);
    }
}
