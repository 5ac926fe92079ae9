//! The table of `make bench`: nanoseconds and bytes per instruction on images of real packages, and how time grows with the
//! size of a recursive component. Each figure is the least of several runs in one process.

#![allow(clippy::print_stdout, reason = "the table is what this program is for")]

mod support;

use outlive::driver::{Model, Options, analyze, analyze_certified, check};
use outlive::image::{Limits, decode};
use outlive::ir::verify;
use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

struct Counting;
static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on to the system allocator unchanged; the counters are only read for printing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(live, Ordering::Relaxed);
        // SAFETY: the caller's obligations are the system allocator's.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's obligations are the system allocator's.
        unsafe { System.dealloc(ptr, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const RUNS: usize = 7;

/// The least time of several runs, and the result of the last.
fn least<T>(mut run: impl FnMut() -> T) -> (Duration, T) {
    let mut best = Duration::MAX;
    let mut last = None;
    for _ in 0..RUNS {
        drop(last.take());
        let start = Instant::now();
        last = Some(black_box(run()));
        best = best.min(start.elapsed());
    }
    (best, last.expect("at least one run"))
}

/// Bytes live after a run, and at its peak, above what was live before it.
fn memory<T>(run: impl FnOnce() -> T) -> (usize, usize, T) {
    let before = LIVE.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let result = run();
    (LIVE.load(Ordering::Relaxed) - before, PEAK.load(Ordering::Relaxed) - before, result)
}

fn main() {
    let (limits, options) = (Limits::default(), Options::default());
    println!(
        "{:<12} {:>9} {:>8} {:>8} | {:>7} {:>7} {:>7} {:>7} | {:>9} {:>7} {:>7}",
        "image", "instr", "funcs", "sites", "decode", "verify", "gc", "total", "total", "module", "peak"
    );
    println!(
        "{:<12} {:>9} {:>8} {:>8} | {:>7} {:>7} {:>7} {:>7} | {:>9} {:>7} {:>7}",
        "", "", "", "", "ns/i", "ns/i", "ns/i", "ns/i", "ms", "B/i", "B/i"
    );
    for (name, bytes) in support::images() {
        let (decoding, module) = least(|| decode(&bytes, &limits).unwrap_or_else(|e| panic!("{name}: {e}")));
        let (verifying, verified) = least(|| verify(&module));
        verified.unwrap_or_else(|e| panic!("{name}: {}", e[0]));
        let (analysing, _) = least(|| analyze(&module, &options));
        let (live, _, again) = memory(|| decode(&bytes, &limits));
        drop(again);
        let (_, peak, _) = memory(|| decode(&bytes, &limits).map(|m| analyze(&m, &options)));
        let n = module.num_insts() as f64;
        let per = |d: Duration| d.as_nanos() as f64 / n;
        let total = decoding + verifying + analysing;
        println!(
            "{name:<12} {:>9} {:>8} {:>8} | {:>7.1} {:>7.1} {:>7.1} {:>7.1} | {:>9.2} {:>7.1} {:>7.1}",
            module.num_insts(),
            module.funcs.len(),
            module.sites.len(),
            per(decoding),
            per(verifying),
            per(analysing),
            per(total),
            total.as_secs_f64() * 1e3,
            live as f64 / n,
            peak as f64 / n
        );
    }
    println!(
        "\nverdict checker: analysing, the same with a certificate, checking; at most as long as analysing is wanted"
    );
    for (name, bytes) in support::images() {
        let module = decode(&bytes, &limits).unwrap_or_else(|e| panic!("{name}: {e}"));
        for &(model, word) in Model::ALL.iter().filter(|(model, _)| model.is_certified()) {
            let options = Options { model, ..options };
            let (analysing, _) = least(|| analyze(&module, &options));
            let (certifying, (analysis, certificate)) = least(|| analyze_certified(&module, &options));
            let (checking, checked) = least(|| check(&module, &options, &analysis, &certificate));
            let checked = checked.unwrap_or_else(|e| panic!("{name}, {word}: {e}"));
            let ms = |d: Duration| d.as_secs_f64() * 1e3;
            println!(
                "{name:<12} {word:<8} {:>9.2} ms {:>9.2} ms {:>9.2} ms  ratio {:.2}  {} verdicts, {} flows, {} distances",
                ms(analysing),
                ms(certifying),
                ms(checking),
                ms(checking) / ms(analysing),
                checked.verdicts,
                checked.flows,
                checked.distances
            );
        }
    }
    println!(
        "\nmodel precise beside model gc: time, and bytes an instruction at the peak of the analysis; at most 3 times as long is wanted"
    );
    for (name, bytes) in support::images() {
        let module = decode(&bytes, &limits).unwrap_or_else(|e| panic!("{name}: {e}"));
        let precise = Options { model: Model::Precise, ..options };
        let (gc, _) = least(|| analyze(&module, &options));
        let (time, _) = least(|| analyze(&module, &precise));
        let (_, peak, _) = memory(|| analyze(&module, &precise));
        let ms = |d: Duration| d.as_secs_f64() * 1e3;
        let per = peak as f64 / module.num_insts() as f64;
        println!("{name:<12} {:>9.2} ms {:>9.2} ms  ratio {:.2}  {per:>6.1} B/i", ms(gc), ms(time), ms(time) / ms(gc));
    }
    for model in [Model::Gc, Model::Precise] {
        component(Options { model, ..options });
    }
}

/// How time grows with the size of a recursive component.
fn component(options: Options) {
    println!("\nrecursive component of n functions, f_i calls f_(i+1) and f_(i+7): model {}", options.model.name());
    let mut last: Option<(u32, f64)> = None;
    for n in [500, 1000, 2000, 4000, 8000] {
        let module = support::recursive_component(n);
        let (time, analysis) = least(|| analyze(&module, &options));
        let heap = analysis.verdicts.iter().filter(|v| v.is_heap()).count();
        let ms = time.as_secs_f64() * 1e3;
        let growth = last.map_or(String::new(), |(m, before)| {
            format!("exponent {:.2}", (ms / before).ln() / (f64::from(n) / f64::from(m)).ln())
        });
        println!("n={n:<6} {ms:>9.3} ms  heap sites {heap:<6} {growth}");
        last = Some((n, ms));
    }
}
