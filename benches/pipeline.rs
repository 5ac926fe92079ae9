//! Decode, verify, model `gc` and all three, on images of real packages. Throughput is in instructions.

mod support;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use outlive::driver::{Options, analyze};
use outlive::image::{Limits, decode};
use outlive::ir::verify;
use std::hint::black_box;

fn pipeline(c: &mut Criterion) {
    for (name, bytes) in support::images() {
        let (limits, options) = (Limits::default(), Options::default());
        let module = decode(&bytes, &limits).unwrap_or_else(|e| panic!("{name}: {e}"));
        let mut group = c.benchmark_group(&name);
        group.sample_size(10).throughput(Throughput::Elements(module.num_insts() as u64));
        group.bench_function(BenchmarkId::from_parameter("decode"), |b| b.iter(|| decode(black_box(&bytes), &limits)));
        group.bench_function(BenchmarkId::from_parameter("verify"), |b| b.iter(|| verify(black_box(&module))));
        group.bench_function(BenchmarkId::from_parameter("gc"), |b| b.iter(|| analyze(black_box(&module), &options)));
        group.bench_function(BenchmarkId::from_parameter("end to end"), |b| {
            b.iter(|| {
                let module = decode(black_box(&bytes), &limits).expect("decoded before");
                verify(&module).expect("verified before");
                analyze(&module, &options)
            });
        });
        group.finish();
    }
}

criterion_group!(benches, pipeline);
criterion_main!(benches);
