//! Answers travel as they are, and a damaged answers image is refused.

mod image_support;

use image_support::layout::{at, section, set};
use image_support::{Random, layout};
use outlive::entity::{FuncId, PosId, SiteId};
use outlive::fact::{Allocates, Extent, Leaks, Placement, Reason, Summary, Verdict, flags};
use outlive::image::{ImageErrorKind, decode_answers, encode_answers};
use outlive::ir::{SiteKind, Target};

fn answers() -> (Vec<Verdict>, Vec<Summary>) {
    let placements = [
        Placement::Static,
        Placement::Eliminated,
        Placement::Stack,
        Placement::Bounded,
        Placement::Caller,
        Placement::Heap,
    ];
    let extents = [Extent::Iteration, Extent::Activation, Extent::Caller, Extent::Program];
    let allocates = [Allocates::Never, Allocates::Maybe, Allocates::Always];
    let verdicts = (0..Reason::ALL.len()).map(|i| Verdict {
        site: SiteId::from_usize(i),
        context: i as u32 % 2,
        func: FuncId::from_usize(i / 2),
        pos: PosId::from_usize(i * 3),
        kind: SiteKind::ALL[i % SiteKind::ALL.len()].0,
        placement: placements[i % 6],
        extent: extents[i % 4],
        allocates: allocates[i % 3],
        reason: Reason::ALL[i].0,
        flags: flags::SHARED | i as u16,
        detail: i as u32,
        bound: 64 * i as u32,
    });
    let summaries = (0..10_u8).map(|i| Summary {
        func: FuncId::from_raw(i.into()),
        param: 1,
        leaks: Leaks { heap: i, mutated: 1, called: 2, results: [3, 4, 5, 6, 255] },
        pos: PosId::from_raw(7),
        flags: u32::from(i) & 1,
    });
    (verdicts.collect(), summaries.collect())
}

#[test]
fn answers_round_trip() {
    let (verdicts, summaries) = answers();
    let target = Target { pointer_size: 4, max_align: 8 };
    let image = encode_answers(target, &verdicts, &summaries);
    let decoded = decode_answers(&image).expect("well-formed");
    assert_eq!(decoded.target, target);
    assert_eq!(decoded.verdicts, verdicts);
    assert_eq!(decoded.summaries, summaries);
    assert_eq!(encode_answers(target, &decoded.verdicts, &decoded.summaries), image);
    assert_eq!(&image[..4], b"OUTA");
}

#[test]
fn a_row_has_the_bytes_of_the_page() {
    let (verdicts, summaries) = answers();
    let image = encode_answers(Target::default(), &verdicts, &summaries);
    let row = &image[at(&image, 100, 5, 0)..][..32];
    assert_eq!(row[..4], [5, 0, 0, 0]);
    assert_eq!(
        row[16..20],
        [verdicts[5].kind as u8, Placement::Heap as u8, Extent::Activation as u8, Allocates::Always as u8]
    );
    assert_eq!(row[20..24], [5, 0, 7, 0]);
    let row = &image[at(&image, 101, 9, 0)..][..24];
    assert_eq!(row[8..16], [9, 1, 2, 3, 4, 5, 6, 255]);
}

#[test]
fn numbers_that_mean_nothing_are_refused() {
    let (verdicts, summaries) = answers();
    let good = encode_answers(Target::default(), &verdicts, &summaries);
    for (byte, message) in [
        (16, "site kind 200 does not exist"),
        (17, "placement 200 does not exist"),
        (18, "extent 200 does not exist"),
        (19, "allocation 200 does not exist"),
        (20, "reason 200 does not exist"),
    ] {
        let mut image = good.clone();
        let row = at(&image, 100, 3, 0);
        image[row + byte] = 200;
        let error = decode_answers(&image).expect_err(message);
        assert_eq!(error.to_string(), format!("image: section verdicts, offset {:#x}: {message}", row + (byte & !3)));
    }
    let mut missing = good.clone();
    let entry = section(&missing, 101).entry_at;
    set(&mut missing, entry, 7);
    assert_eq!(decode_answers(&missing).expect_err("critical").kind, ImageErrorKind::UnknownCriticalSection);
    let module = image_support::modules::module(1, image_support::modules::Size { funcs: 1, blocks: 1, insts: 1 });
    assert!(decode_answers(&outlive::image::encode(&module)).expect_err("a module").message.contains("OUTA"));
}

#[test]
fn damaged_answers_never_panic() {
    let (verdicts, summaries) = answers();
    let good = encode_answers(Target::default(), &verdicts, &summaries);
    let mut random = Random(3);
    for _ in 0..20_000 {
        let mut image = good.clone();
        for _ in 0..1 + random.below(3) {
            let at = 4 * random.below(image.len() as u32 / 4) as usize;
            let value = [random.below(8), random.next() as u32, layout::word(&image, at).wrapping_add(1)];
            set(&mut image, at, *random.pick(&value));
        }
        if random.below(4) == 0 {
            image.truncate(random.below(image.len() as u32) as usize);
        }
        if let Ok(answers) = decode_answers(&image) {
            let written = encode_answers(answers.target, &answers.verdicts, &answers.summaries);
            assert_eq!(decode_answers(&written).as_ref(), Ok(&answers));
        }
    }
}
