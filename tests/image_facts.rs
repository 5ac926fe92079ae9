//! Package facts travel as they are, a damaged blob is refused, and the bytes of this version stay readable.

mod image_support;

use image_support::facts::{check, empty, good};
use image_support::layout::{at, section, set};
use image_support::{Random, layout};
use outlive::image::{ImageErrorKind, decode_facts, encode_facts};
use std::path::Path;

#[test]
fn facts_round_trip() {
    for facts in [good(), empty()] {
        let blob = encode_facts(&facts);
        assert_eq!(&blob[..4], b"OUTP");
        assert_eq!(decode_facts(&blob), Ok(facts));
        assert!(check(&blob));
    }
    assert_eq!(good().funcs().len(), 2);
}

#[test]
fn the_golden_facts_are_those_written_today() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/rust_facts.outp");
    let blob = encode_facts(&good());
    if std::env::var_os("OUTLIVE_BLESS").is_some() {
        std::fs::write(&path, &blob).expect("writable");
    }
    assert!(std::fs::read(&path).expect("a golden file") == blob, "the bytes of facts have changed: was that meant?");
}

#[test]
fn what_is_wrong_is_named() {
    let good = encode_facts(&good());
    // Section, row and word, the wrong value, and what is said of it.
    for (id, row, word, value, message) in [
        (201, 0, 0, u32::MAX, "bytes of text"),
        (201, 0, 2, 2, "world"),
        (201, 0, 3, 1, "world"),
        (202, 0, 0, 1 << 30, "bytes of text"),
        (202, 1, 0, 0, "not in order"),
        (202, 0, 3, 9, "flows from 0 on"),
        (202, 1, 3, 0, "belong to no function"),
    ] {
        let mut blob = good.clone();
        let place = at(&blob, id, row, word);
        set(&mut blob, place, value);
        let error = decode_facts(&blob).expect_err(message);
        assert!(error.message.contains(message), "{error}");
        assert_eq!((error.kind, error.section), (ImageErrorKind::Malformed, id), "{error}");
    }
    let mut blob = good.clone();
    let start = section(&blob, 200).offset;
    blob[start] = 0xff;
    assert_eq!(decode_facts(&blob).expect_err("no UTF-8").kind, ImageErrorKind::BadUtf8);
    let mut blob = good.clone();
    blob[4] += 1;
    assert_eq!(decode_facts(&blob).expect_err("newer").kind, ImageErrorKind::NewerVersion);
    assert!(decode_facts(b"").is_err() && decode_facts(b"OUTP").is_err());
}

#[test]
fn damaged_facts_never_panic() {
    let good = encode_facts(&good());
    let (mut random, mut accepted) = (Random(5), 0);
    for _ in 0..20_000 {
        let mut blob = good.clone();
        for _ in 0..1 + random.below(3) {
            let at = 4 * random.below(blob.len() as u32 / 4) as usize;
            let value = [random.below(8), random.next() as u32, layout::word(&blob, at).wrapping_add(1)];
            set(&mut blob, at, *random.pick(&value));
        }
        if random.below(4) == 0 {
            blob.truncate(random.below(blob.len() as u32) as usize);
        }
        accepted += usize::from(check(&blob));
    }
    assert!(accepted > 100, "{accepted} of 20000 got through");
}
