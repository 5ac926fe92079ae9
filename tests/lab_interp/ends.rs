//! How runs end: run-time panics, limits, what has no meaning here.

use crate::support::{entry, main_with, module, trace};
use outlive::lab::interp::{Config, End, LimitKind, Limits, run};

#[track_caller]
fn panics(body: &str, text: &str) {
    match trace(&main_with("", body)).0 {
        End::Panicked(said) => assert!(said.contains(text), "{said:?} for {text:?}\n{body}"),
        end => panic!("{end:?} instead of a panic about {text:?}\n{body}"),
    }
}

#[test]
fn run_time_panics() {
    panics("  p: *int = zero\n  v: int = load p\n  return", "nil pointer");
    panics("  p: *int = zero\n  v: int = const_int 1\n  store p, v\n  return", "nil pointer");
    panics("  p: *struct {a int, b int} = zero\n  q: *int = field_addr .1 p\n  return", "nil pointer");
    panics("  f: func() = zero\n  call_indirect f\n  return", "nil pointer");
    panics("  f: func() = zero\n  defer_indirect f\n  run_defers\n  return", "nil pointer");
    panics("  z: int = const_int 0\n  v: int = binary rem z, z\n  return", "divide by zero");
    panics("  n: int = const_int -1\n  v: int = binary shl n, n\n  return", "negative shift");
    panics(
        "  n: int = const_int 3\n  s: []int = make_slice s0 \"s\" n, n\n  p: *int = elem_addr s, n\n  return",
        "index",
    );
    panics("  n: int = const_int 3\n  p: *[3]int = new s0 \"p\"\n  q: *int = elem_addr p, n\n  return", "index");
    panics("  n: int = const_int -1\n  s: string = const_str \"s\"\n  c: u8 = extract_elem s, n\n  return", "index");
    panics("  n: int = const_int 3\n  s: string = const_str \"s\"\n  t: string = slice s lo n\n  return", "index");
    panics("  n: int = const_int -1\n  s: []int = make_slice s0 \"s\" n, n\n  return", "length");
    panics(
        "  n: int = const_int 1\n  s: []int = make_slice s0 \"s\" n, n\n  p: *[3]int = slice_to_array_ptr s\n  return",
        "array",
    );
    panics("  m: map[int]int = zero\n  n: int = const_int 1\n  map_set m, n, n\n  return", "nil map");
    panics("  c: chan int = zero\n  intrinsic close c\n  return", "nil channel");
    panics("  c: chan int = make_chan s0 \"c\"\n  intrinsic close c\n  intrinsic close c\n  return", "closed channel");
    panics("  a: any = zero\n  v: int = type_assert a\n  return", "interface conversion");
    panics("  a: any = zero\n  panic a", "nil argument");
    panics("  n: int = const_int 42\n  a: any = make_iface s0 \"n\" n\n  panic a", "42");
    panics(
        "  s: []int = zero\n  a: any = make_iface s0 \"s\" s\n  x: bool = compare eq a, a\n  return",
        "uncomparable",
    );
    panics(
        "  s: []int = zero\n  a: any = make_iface s0 \"s\" s\n  m: map[any]int = make_map s1 \"m\"\n  n: int = map_get m, a\n  return",
        "unhashable",
    );
    panics("  p: *int = zero\n  n: int = const_int 1\n  s: []int = intrinsic unsafe_slice p, n\n  return", "unsafe");
}

#[track_caller]
fn limited(text: &str, limits: Limits) -> End {
    let module = module(text);
    run(&module, &Config { limits, ..Config::new(entry(&module)) }).end
}

#[test]
fn every_loop_ends() {
    let small = Limits { steps: 1000, depth: 20, cells: 1000 };
    assert_eq!(limited(&main_with("", "  jump b1\nb1:\n  jump b1"), small), End::Limit(LimitKind::Steps));
    let forever = main_with("func main.f func() {\nb0:\n  call main.f\n  return\n}", "  call main.f\n  return");
    assert_eq!(limited(&forever, small), End::Limit(LimitKind::Depth));
    let hungry = main_with("", "  jump b1\nb1:\n  p: *[100]int = new s0 \"p\"\n  jump b1");
    assert_eq!(limited(&hungry, small), End::Limit(LimitKind::Cells));
    let huge = main_with("", "  n: int = const_int 1099511627776\n  s: []int = make_slice s0 \"s\" n, n\n  return");
    assert_eq!(limited(&huge, small), End::Limit(LimitKind::Cells));
    let wide = main_with("", "  p: *[1000000]int = new s0 \"p\"\n  v: [1000000]int = load p\n  return");
    assert_eq!(limited(&wide, small), End::Limit(LimitKind::Cells));
    // Deferred calls that defer again, and goroutines that start one another.
    let defers =
        main_with("func main.f func() {\nb0:\n  defer main.f\n  run_defers\n  return\n}", "  call main.f\n  return");
    assert_eq!(limited(&defers, small), End::Limit(LimitKind::Depth));
    let spawn = main_with(
        "func main.f func() {\nb0:\n  go main.f\n  jump b1\nb1:\n  jump b1\n}",
        "  go main.f\n  jump b1\nb1:\n  jump b1",
    );
    assert_eq!(limited(&spawn, small), End::Limit(LimitKind::Steps));
}

#[test]
fn the_step_limit_counts_instructions() {
    let module = module(&main_with("", "  jump b1\nb1:\n  jump b1"));
    let limits = Limits { steps: 12_345, ..Limits::default() };
    let outcome = run(&module, &Config { limits, ..Config::new(entry(&module)) });
    assert_eq!((outcome.end, outcome.stats.steps), (End::Limit(LimitKind::Steps), 12_345));
}

#[test]
fn a_call_that_does_not_return_is_an_exit() {
    assert_eq!(
        trace(&main_with("func main.exit func(int)", "  n: int = const_int 1\n  call main.exit n\n  unreachable")).0,
        End::Exited
    );
}

#[track_caller]
fn unsupported(rows: &str, body: &str, text: &str) {
    match trace(&main_with(rows, body)).0 {
        End::Unsupported(said) => {
            assert!(said.contains(text) && said.contains("main."), "{said:?} for {text:?}\n{body}")
        }
        end => panic!("{end:?} instead of unsupported {text:?}\n{body}"),
    }
}

#[test]
fn what_has_no_meaning_is_said_and_not_made_up() {
    // An integer read as a pointer.
    unsupported(
        "",
        "  p: *int = new s0 \"p\"\n  u: unsafe_ptr = cast p\n  q: **int = cast u\n  v: *int = load q\n  return",
        "another layout: f0 main.main, i3 load",
    );
    // The second half of one number and the first of the next.
    unsupported(
        "",
        "  p: *[2]i32 = new s0 \"p\"\n  n: int = const_int 2\n  q: *i32 = ptr_offset p, n\n  v: i32 = load q\n  return",
        "another layout",
    );
    unsupported(
        "",
        "  p: *int = new s0 \"p\"\n  n: int = const_int 64\n  q: *int = ptr_offset p, n\n  return",
        "out of its object",
    );
    unsupported(
        "",
        "  n: uintptr = const_int 12345\n  p: *int = int_to_ptr n\n  v: int = load p\n  return",
        "a pointer to no object",
    );
    unsupported("", "  p: *int = new s0 \"p\"\n  free p\n  v: int = load p\n  return", "freed");
    unsupported("", "  v: tparam T any = zero\n  return", "has no layout");
    unsupported(
        "type main.U = struct 8 {a int 0, b f64 0}",
        "  p: *main.U = new s0 \"p\"\n  return",
        "without a layout",
    );
    unsupported(
        "",
        "  f: func() = func_ref main.g\n  g: func(int) = cast f\n  n: int = const_int 1\n  call_indirect g, n\n  return\n}\nfunc main.g func() {\nb0:\n  return",
        "arguments",
    );
}

#[test]
fn an_entry_without_a_body_is_unsupported() {
    let module = module("func main.main func()");
    assert!(matches!(run(&module, &Config::new(entry(&module))).end, End::Unsupported(_)));
}
