//! Random sequences of calls of the C ABI keep the promises of `docs/abi.md`, leave nothing allocated, and say the same when they
//! are repeated. `OUTLIVE_CASES` and `OUTLIVE_SEED` in the environment make the run longer.
//!
//! A test without a harness: bytes allocated are counted over the whole process, because the library's own threads count as well,
//! so nothing else may run at the same time.
#![allow(non_camel_case_types, reason = "types bear the names they have in C")]
#![allow(clippy::missing_safety_doc, reason = "as in the library")]
#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "the modules of the library and the support of tests: a part is used"
)]

extern crate outlive_core as outlive;

include!("sequences/abi.rs");
#[path = "../../tests/image_support/mod.rs"]
mod image_support;
mod sequences;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Counts what is allocated.
struct Counting;

static BYTES: AtomicIsize = AtomicIsize::new(0);
static BLOCKS: AtomicIsize = AtomicIsize::new(0);

// SAFETY: every call is passed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size() as isize, Relaxed);
        BLOCKS.fetch_add(1, Relaxed);
        // SAFETY: the caller's promise is the one the system's allocator needs.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size() as isize, Relaxed);
        BLOCKS.fetch_sub(1, Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(ptr, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn environment(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}

fn live() -> (isize, isize) {
    (BYTES.load(Relaxed), BLOCKS.load(Relaxed))
}

fn main() {
    // Without a number of cases it is time that ends the run, on any machine; the seed of a failure repeats it all the same.
    let (cases, budget) = match environment("OUTLIVE_CASES") {
        Some(cases) => (cases, Duration::MAX),
        None => (u64::MAX, Duration::from_secs(5)),
    };
    let first = environment("OUTLIVE_SEED").unwrap_or(0);
    sequences::prepare();
    let bytes = |case: u64| {
        let mut random = image_support::Random((first + case).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        (0..16 + random.below(400)).map(|_| random.next() as u8).collect::<Vec<u8>>()
    };
    let (start, mut done, mut statuses) = (Instant::now(), 0, [0; sequences::STATUS_LIMIT]);
    // Something in the standard library is made on first use and kept; what a sequence leaves shows in the ones after it.
    for case in 0..8 {
        sequences::run(&bytes(case));
    }
    while done < cases && start.elapsed() < budget {
        let bytes = bytes(done);
        let before = live();
        let guard = Named(first + done);
        let tally = sequences::run(&bytes);
        assert_eq!(live(), before, "bytes and blocks allocated: something was not freed");
        if done % 4 == 0 {
            assert_eq!(sequences::run(&bytes), tally, "another answer the second time");
        }
        std::mem::forget(guard);
        statuses.iter_mut().zip(&tally.statuses).for_each(|(sum, n)| *sum += n);
        done += 1;
    }
    println!(
        "{done} sequences, {} calls, by status {statuses:?}, {:.1?}",
        statuses.iter().sum::<u64>(),
        start.elapsed()
    );
    use status::*;
    if done >= 300 {
        for status in [
            OUTLIVE_OK,
            OUTLIVE_E_BAD_ARGUMENT,
            OUTLIVE_E_MALFORMED_IMAGE,
            OUTLIVE_E_BAD_UTF8,
            OUTLIVE_E_INVALID_MODULE,
            OUTLIVE_E_UNKNOWN_PROFILE,
            OUTLIVE_E_UNKNOWN_MODEL,
            OUTLIVE_E_LIMIT,
            OUTLIVE_E_UNSUPPORTED,
            OUTLIVE_E_SYNTAX,
            OUTLIVE_E_NOT_FOUND,
        ] {
            assert!(statuses[status as usize] > 0, "no call answered {status}");
        }
    }
    assert_eq!((statuses[OUTLIVE_E_INTERNAL as usize], statuses[OUTLIVE_E_REJECTED as usize]), (0, 0));
}

/// Says which case it was if that ends in a panic.
struct Named(u64);

impl Drop for Named {
    fn drop(&mut self) {
        eprintln!("OUTLIVE_SEED={} OUTLIVE_CASES=1 repeats this", self.0);
    }
}
