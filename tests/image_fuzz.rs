//! Mutated images never panic the decoder, and never make it take more memory than their size justifies.
//!
//! `OUTLIVE_CASES` and `OUTLIVE_SEED` in the environment make the run longer; with `--nocapture` it prints what it saw:
//! `OUTLIVE_CASES=10000000 cargo test --release --test image_fuzz -- --nocapture mutated`

mod image_support;

use image_support::Random;
use image_support::golden;
use image_support::layout::{at, sections, set};
use image_support::modules::{Size, module};
use image_support::mutate::{Seed, mutate};
use image_support::touch::{Outcome, read};
use outlive::entity::{FuncId, Opt, PosId, SiteId, TypeId};
use outlive::image::{Limits, decode, encode};
use outlive::ir::{BodyBuilder, Entity, ModuleBuilder, Opcode, SiteKind, Target, TypeKind};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Instant;

/// Counts the bytes this thread holds.
struct Counting;

thread_local! {
    static LIVE: Cell<usize> = const { Cell::new(0) };
    static PEAK: Cell<usize> = const { Cell::new(0) };
}

fn grow(bytes: usize) {
    LIVE.with(|live| {
        live.set(live.get().wrapping_add(bytes));
        PEAK.with(|peak| peak.set(peak.get().max(live.get())));
    });
}

fn shrink(bytes: usize) {
    LIVE.with(|live| live.set(live.get().wrapping_sub(bytes)));
}

// SAFETY: every call is passed on to the system's allocator as it is; the counters are plain cells of the thread.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        // SAFETY: the caller's promise is the one the system's allocator needs.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        shrink(layout.size());
        // SAFETY: as above.
        unsafe { System.dealloc(ptr, layout) }
    }

    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // Old and new exist at the same time while bytes are moved.
        grow(new_size);
        shrink(layout.size());
        // SAFETY: as above.
        unsafe { System.realloc(ptr, layout, new_size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The most bytes held during a call beyond those held before it.
fn peak_of<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = LIVE.with(Cell::get);
    PEAK.with(|peak| peak.set(before));
    let result = work();
    (result, PEAK.with(Cell::get) - before)
}

fn assert_memory(image: &[u8]) -> usize {
    let (_, peak) = peak_of(|| decode(image, &Limits::default()).map(drop));
    assert!(peak <= 8 * image.len() + (1 << 20), "{peak} bytes for an image of {}", image.len());
    peak
}

fn environment(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
}

fn seeds() -> Vec<Seed> {
    let size = |funcs, blocks, insts| Size { funcs, blocks, insts };
    [(1, size(3, 2, 4)), (2, size(9, 3, 6)), (3, size(1, 1, 70)), (4, size(17, 1, 2)), (8, size(5, 8, 3))]
        .into_iter()
        .map(|(seed, size)| module(seed, size))
        .chain(golden::MODULES.iter().map(|(_, build)| build()))
        .map(|module| Seed::new(encode(&module)))
        .collect()
}

#[test]
fn mutated_images_neither_panic_nor_take_much_memory() {
    let cases = environment("OUTLIVE_CASES", 30_000);
    let mut random = Random(environment("OUTLIVE_SEED", 1) | 1);
    let seeds = seeds();
    let (mut image, mut decoded, mut verified, mut ratio) = (Vec::new(), 0_u64, 0_u64, 0.0_f64);
    let start = Instant::now();
    for case in 0..cases {
        mutate(random.pick(&seeds), &mut random, &mut image);
        let (module, peak) = peak_of(|| decode(&image, &Limits::default()));
        let outcome = module.map_or(Outcome::Refused, |module| read(&module, case % 16 == 0));
        decoded += u64::from(outcome != Outcome::Refused);
        verified += u64::from(outcome == Outcome::Verified);
        assert!(peak <= 8 * image.len() + (1 << 20), "case {case}: {peak} bytes for an image of {}", image.len());
        if image.len() >= 2048 {
            ratio = ratio.max(peak as f64 / image.len() as f64);
        }
    }
    let share = decoded as f64 / cases as f64;
    let percent = |n: u64| n as f64 * 100.0 / cases as f64;
    println!(
        "{cases} cases, {:.1} % decoded, {:.1} % verified, at most {ratio:.2} bytes of memory per byte, {:.1?}",
        percent(decoded),
        percent(verified),
        start.elapsed()
    );
    assert!(share >= 0.2, "only {share} of the cases decode: the mutations are too wild");
}

/// Images that make the decoder reserve as much as it can be made to, per byte.
fn hungry() -> Vec<(&'static str, Vec<u8>)> {
    let mut all = Vec::new();
    let mut add = |name, build: &dyn Fn(&mut ModuleBuilder, TypeId, FuncId)| {
        let mut m = ModuleBuilder::new("m", Target::default());
        let sig = m.func_type(&[], &[], false);
        let f = m.func("f", sig, PosId::from_raw(0));
        build(&mut m, sig, f);
        all.push((name, encode(&m.finish().expect("the types are well-formed"))));
    };
    let end = |b: &mut BodyBuilder| b.emit(Opcode::Unreachable, 0, &[], &[], &[]);
    add("instructions of two words", &|m, _, f| {
        let mut b = BodyBuilder::new();
        b.block(&[]);
        for _ in 0..200_000 {
            b.emit(Opcode::RunDefers, 0, &[], &[], &[]);
        }
        end(&mut b);
        m.body(f, b);
    });
    add("blocks of one instruction", &|m, _, f| {
        let mut b = BodyBuilder::new();
        for _ in 0..100_000 {
            b.block(&[]);
            end(&mut b);
        }
        m.body(f, b);
    });
    add("bodies of one instruction", &|m, sig, _| {
        for _ in 0..20_000 {
            let f = m.func("f", sig, PosId::from_raw(0));
            let mut b = BodyBuilder::new();
            b.block(&[]);
            end(&mut b);
            m.body(f, b);
        }
    });
    add("arrays of arrays", &|m, sig, _| {
        let mut elem = sig;
        (0..50_000).for_each(|_| elem = m.array(elem, 1));
    });
    add("structs of empty structs", &|m, _, _| {
        let empty = m.struct_type(0, &[]);
        let mut named = Vec::new();
        for i in 0..30_000 {
            let n = m.named("", "");
            let u = m.ty(TypeKind::Struct, 0, 0, i, &[]);
            m.set_underlying(n, u);
            named.push(n);
        }
        let fields: Vec<_> = named.iter().chain([&empty]).map(|&ty| ("", ty, 0)).collect();
        m.struct_type(0, &fields);
    });
    add("sites with later parents", &|m, sig, f| {
        for i in 1..30_000 {
            let s = m.site(SiteKind::New, sig, f, PosId::from_raw(0), "");
            m.site_mut(s).parent = Opt::from(SiteId::from_raw(i % 29_999));
            if i == 29_999 {
                m.site_mut(s).parent = Opt::NONE;
            }
        }
    });
    add("attributes", &|m, _, _| (0..100_000).for_each(|i| m.attr(Entity::Func, i as u16, 0, i)));
    add("strings", &|m, _, _| {
        for i in 0..60_000 {
            m.str(&i.to_string());
        }
    });
    all
}

#[test]
fn memory_is_bounded_by_the_size_of_the_image() {
    let mut random = Random(7);
    for (name, image) in hungry() {
        let (module, _) = peak_of(|| decode(&image, &Limits::default()));
        module.unwrap_or_else(|e| panic!("{name}: {e}"));
        let peak = assert_memory(&image);
        println!("{name}: {:.2} bytes of memory per byte of {}", peak as f64 / image.len() as f64, image.len());
        let seed = Seed::new(image);
        let mut image = Vec::new();
        for _ in 0..200 {
            mutate(&seed, &mut random, &mut image);
            assert_memory(&image);
        }
    }
}

#[test]
fn counts_larger_than_the_image_reserve_nothing() {
    let good = encode(&module(2, Size { funcs: 9, blocks: 3, insts: 6 }));
    for place in sections(&good) {
        for (at, value) in [(16, 1 << 31), (24, 1 << 30), (20, 1), (28, 1 << 20), (12, 1 << 31), (32, 0)] {
            let mut image = good.clone();
            set(&mut image, place.entry_at + at, value);
            let (result, peak) = peak_of(|| decode(&image, &Limits::default()));
            let error = result.expect_err("the section table lies");
            assert_eq!(error.section, place.id, "{error}");
            assert!(peak < 4096, "{peak} bytes for {error}");
        }
    }
    // The three counts in the header of the first body.
    for word in 0..3 {
        let mut image = good.clone();
        let at = at(&image, 12, 0, word);
        set(&mut image, at, u32::MAX);
        let (result, peak) = peak_of(|| decode(&image, &Limits::default()));
        assert_eq!(result.expect_err("the body is not that long").section_name, "bodies");
        assert!(peak < 4096, "{peak} bytes");
    }
}

#[test]
fn decoding_is_fast() {
    let image = encode(&module(5, Size { funcs: 400, blocks: 8, insts: 12 }));
    let mut best = f64::MAX;
    let mut insts = 0;
    for _ in 0..200 {
        let start = Instant::now();
        let module = decode(&image, &Limits::default()).expect("well-formed");
        best = best.min(start.elapsed().as_nanos() as f64);
        insts = module.num_insts();
    }
    let per_inst = best / insts as f64;
    println!(
        "{per_inst:.1} ns per instruction, {:.1} bytes each, {insts} instructions",
        image.len() as f64 / insts as f64
    );
    // Far above what a release build takes, so that only a change of complexity fails here.
    assert!(per_inst < 2000.0, "{per_inst} ns per instruction");
}
