//! Functions without a body: what they may do, and what they may not.

use crate::support::{module, run_seeded, verdicts};
use outlive::fact::Placement;
use outlive::ir::Module;
use outlive::lab::interp::{End, Need, Outcome};

const SEEDS: std::ops::Range<u64> = 0..200;

fn runs(module: &Module) -> Vec<Outcome> {
    let right = verdicts(module);
    let runs: Vec<Outcome> = SEEDS.map(|seed| run_seeded(module, Some(&right), seed)).collect();
    for outcome in &runs {
        assert_eq!(outcome.violations, []);
        assert!(!matches!(outcome.end, End::Unsupported(_)), "{outcome:?}");
    }
    runs
}

/// How many different things are seen under many seeds.
fn different(module: &Module) -> usize {
    let mut traces: Vec<u64> = runs(module).iter().map(|o| o.trace).collect();
    traces.sort_unstable();
    traces.dedup();
    traces.len()
}

#[test]
fn it_writes_through_what_it_keeps_at_later_calls() {
    let text = |attributes: &str| {
        format!(
            "func main.keep func(*int){attributes}
func main.other func()
func main.main func() {{
b0:
  p: *int = new s0 \"p\"
  call main.keep p
  call main.other
  call main.other
  v: int = load p
  intrinsic print v
  return
}}
"
        )
    };
    assert!(different(&module(&text(""))) > 3);
    // Even one that keeps nothing may write what it is given.
    assert!(different(&module(&text(" [noescape]"))) > 3);
    // Promised to do nothing with it.
    assert_eq!(different(&module(&(text("") + "promise main.keep 0\n"))), 1);
    assert!(different(&module(&(text("") + "promise main.keep 0 mutated=1\n"))) > 3);
}

#[test]
fn it_returns_what_it_kept_and_what_it_made() {
    let text = "func main.keep func(*int)
func main.give func() *int
func main.main func() {
b0:
  p: *int = new s0 \"p\"
  call main.keep p
  q: *int = call main.give
  nil: *int = zero
  a: bool = compare eq p, q
  b: bool = compare eq q, nil
  intrinsic print a
  intrinsic print b
  return
}
";
    assert_eq!(different(&module(text)), 3, "kept, fresh and nil");
}

#[test]
fn it_returns_what_it_promises_and_no_more() {
    let text = |promise: &str| {
        format!(
            "func main.id func(*int, *int) *int
promise main.id 0 {promise}
promise main.id 1
func main.main func() {{
b0:
  p: *int = new s0 \"p\"
  q: *int = new s1 \"q\"
  r: *int = call main.id p, q
  a: bool = compare eq p, r
  b: bool = compare eq q, r
  intrinsic print a
  intrinsic print b
  return
}}
"
        )
    };
    assert_eq!(different(&module(&text("result0=1"))), 2, "the first, or another");
    assert_eq!(different(&module(&text(""))), 1, "neither");
}

#[test]
fn it_keeps_what_lies_behind_a_parameter_as_promised() {
    let text = "func main.keep func(**int)
promise main.keep 0 heap=2
func main.main func() {
b0:
  p: *int = new s0 \"p\"
  q: **int = new s1 \"q\"
  store q, p
  call main.keep q
  return
}
";
    let module = module(text);
    let seen: Vec<Outcome> = SEEDS.map(|seed| run_seeded(&module, None, seed)).collect();
    assert!(seen.iter().any(|o| o.sites[0].need == Need::Program));
    assert!(seen.iter().all(|o| o.sites[1].need == Need::Activation));
    runs(&module);
}

#[test]
fn it_calls_the_functions_it_is_given() {
    let text = |attributes: &str| {
        format!(
            "func main.keep func(func(*int) *int){attributes}
func main.lit func(*int) *int free=(*int) parent=main.main {{
b0(p: *int):
  q: *int = free_var .0
  one: int = const_int 1
  intrinsic print one
  store q, one
  nil: *int = zero
  e: bool = compare eq p, nil
  branch e, b1, b2
b1:
  return q
b2:
  v: int = load p
  return p
}}
func main.main func() {{
b0:
  x: *int = var s0 \"x\"
  f: func(*int) *int = make_closure s1 \"f\" main.lit x
  call main.keep f
  v: int = load x
  intrinsic print v
  return
}}
"
        )
    };
    for attributes in ["", " [noescape]"] {
        let module = module(&text(attributes));
        assert!(runs(&module).iter().any(|o| o.stats.frames > 1), "called");
        assert!(runs(&module).iter().any(|o| o.stats.frames == 1), "not called");
    }
    let module = module(&(text("") + "promise main.keep 0 called=1\n"));
    assert!(different(&module) > 1);
}

#[test]
fn it_calls_methods_of_interfaces_and_recovers_from_most_of_what_they_do() {
    let text = "type any = interface {}
type main.I = interface {M func(int)}
type main.T = struct {n int} method M main.T.M 1
func main.keep func(main.I)
func main.T.M func(*main.T, int) receiver {
b0(t: *main.T, n: int):
  s: string = const_str \"M\"
  v: any = make_iface s0 \"s\" s
  panic v
}
func main.main func() {
b0:
  t: *main.T = new s1 \"t\"
  i: main.I = make_iface_direct t
  call main.keep i
  call main.keep i
  return
}
";
    let ends: Vec<End> = runs(&module(text)).into_iter().map(|o| o.end).collect();
    assert!(ends.contains(&End::Returned));
    assert!(ends.contains(&End::Panicked("M".into())));
}

#[test]
fn it_calls_no_methods_of_what_it_does_not_keep() {
    let text = "type main.I = interface {M func()}
type main.T = struct {n int} method M main.T.M 1
global main.g *main.T
func main.look func(main.I) [noescape]
func main.T.M func(*main.T) receiver {
b0(t: *main.T):
  g: **main.T = global_addr main.g
  store g, t
  return
}
func main.main func() {
b0:
  t: *main.T = new s0 \"t\"
  i: main.I = make_iface_direct t
  call main.look i
  call main.look i
  return
}
";
    let module = module(text);
    assert!(verdicts(&module).iter().all(|v| v.placement == Placement::Stack));
    assert!(runs(&module).iter().all(|o| o.stats.frames == 1));
}

#[test]
fn it_acts_between_time_slices() {
    let text = "func main.keep func(*int)
func main.idle func(chan int) {
b0(c: chan int):
  v: int = chan_recv c
  return
}
func main.main func() {
b0:
  p: *int = new s0 \"p\"
  c: chan int = make_chan s1 \"c\"
  zero: int = const_int 0
  one: int = const_int 1
  many: int = const_int 200
  call main.keep p
  store p, zero
  go main.spin
  go main.spin
  jump b1(zero)
b1(i: int):
  next: int = binary add i, one
  more: bool = compare lt next, many
  branch more, b1(next), b2
b2:
  v: int = load p
  intrinsic print v
  return
}
func main.spin func() {
b0:
  jump b1
b1:
  jump b1
}
";
    assert!(different(&module(text)) > 3);
}

#[test]
fn functions_of_the_outside_can_be_called() {
    let text = "func main.give func() func(*int) int
func main.main func() {
b0:
  f: func(*int) int = call main.give
  nil: func(*int) int = zero
  e: bool = compare eq f, nil
  branch e, b1, b2
b1:
  return
b2:
  p: *int = new s0 \"p\"
  v: int = call_indirect f, p
  intrinsic print v
  go_indirect f, p
  defer_indirect f, p
  run_defers
  return
}
";
    let module = module(text);
    assert!(different(&module) > 3);
    for seed in SEEDS {
        let outcome = run_seeded(&module, None, seed);
        assert_eq!(outcome.end, End::Returned);
        assert!(outcome.sites[0].born == 0 || outcome.sites[0].need == Need::Program);
    }
}
