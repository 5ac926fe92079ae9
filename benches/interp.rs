//! The speed of the reference interpreter, in instructions.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use outlive::entity::FuncId;
use outlive::ir::verify;
use outlive::lab::interp::{Config, Limits, Machine};
use outlive::text::parse;
use std::hint::black_box;

/// A counted loop in memory form: loads, stores, arithmetic, a comparison and a branch.
const MEMORY_FORM: &str = "func main.main func() {
b0:
  i: *int = var s0 \"i\"
  sum: *int = var s1 \"sum\"
  n: int = const_int 100000
  one: int = const_int 1
  jump b1
b1:
  a: int = load i
  more: bool = compare lt a, n
  branch more, b2, b3
b2:
  b: int = load sum
  c: int = load i
  d: int = binary add b, c
  store sum, d
  e: int = load i
  f: int = binary add e, one
  store i, f
  jump b1
b3:
  return
}
";

/// Calls, and storage of their own in each of them.
const CALLS: &str = "func main.main func() {
b0:
  zero: int = const_int 0
  one: int = const_int 1
  n: int = const_int 20000
  jump b1(zero)
b1(i: int):
  p: *int = new s0 \"p\"
  store p, i
  q: int = call main.f p
  next: int = binary add i, one
  more: bool = compare lt next, n
  branch more, b1(next), b2
b2:
  return
}
func main.f func(*int) int {
b0(p: *int):
  x: *int = var s1 \"x\"
  v: int = load p
  store x, v
  w: int = load x
  return w
}
";

fn interp(c: &mut Criterion) {
    let mut group = c.benchmark_group("interp");
    for (name, text) in [("memory form", MEMORY_FORM), ("calls", CALLS)] {
        let module = parse(text).unwrap_or_else(|e| panic!("{name}: {e}"));
        verify(&module).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        let limits = Limits { steps: 1 << 30, ..Limits::default() };
        let config = Config { limits, ..Config::new(FuncId::from_raw(0)) };
        let mut machine = Machine::new();
        let steps = machine.run(&module, &config).stats.steps;
        group.sample_size(20).throughput(Throughput::Elements(steps));
        group.bench_function(name, |b| b.iter(|| machine.run(black_box(&module), &config)));
    }
    group.finish();
}

criterion_group!(benches, interp);
criterion_main!(benches);
