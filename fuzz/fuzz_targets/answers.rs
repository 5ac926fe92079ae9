//! Any bytes as an answers image: what decodes is written back to the same answers.
#![no_main]

use outlive::image::{decode_answers, encode_answers};

libfuzzer_sys::fuzz_target!(|image: &[u8]| {
    if let Ok(answers) = decode_answers(image) {
        let written = encode_answers(answers.target, &answers.verdicts, &answers.summaries);
        assert_eq!(decode_answers(&written).as_ref(), Ok(&answers));
    }
});
