//! Calls, closures, methods, deferred calls, panics.

use crate::support::{prints, trace};
use outlive::lab::interp::End;

#[test]
fn recursion_and_several_results() {
    prints(
        "func main.fib func(int) int {
b0(n: int):
  two: int = const_int 2
  one: int = const_int 1
  small: bool = compare lt n, two
  branch small, b1, b2
b1:
  return n
b2:
  a: int = binary sub n, one
  b: int = binary sub n, two
  x: int = call main.fib a
  y: int = call main.fib b
  z: int = binary add x, y
  return z
}
func main.swap func(int, string, int) (int, string, int) {
b0(a: int, s: string, b: int):
  return b, s, a
}",
        "  ten: int = const_int 10
  a: int = call main.fib ten
  intrinsic print a
  s: string = const_str \"s\"
  x: int, t: string, y: int = call main.swap ten, s, a
  intrinsic print x
  intrinsic print y
  n: int = len t
  intrinsic print n
  return",
        &[55, 55, 10, 1],
    );
}

#[test]
fn closures_capture_by_reference_and_by_value() {
    prints(
        "func main.add func(int) int free=(*int, *int) {
b0(v: int):
  p: *int = free_var .0
  q: *int = free_var .1
  a: int = load p
  b: int = load q
  c: int = binary add a, v
  store p, c
  d: int = binary add c, b
  return d
}",
        "  x: *int = var s0 \"x\"
  y: *int = var s1 \"y\"
  hundred: int = const_int 100
  store y, hundred
  f: func(int) int = make_closure s2 \"f\" main.add x, y [by_value=1]
  one: int = const_int 1
  store y, one
  a: int = call_indirect f, one
  b: int = call_indirect f, one
  intrinsic print a
  intrinsic print b
  c: int = load x
  intrinsic print c
  g: func(int) int = func_ref main.id
  d: int = call_indirect g, hundred
  intrinsic print d
  return
}
func main.id func(int) int {
b0(v: int):
  return v",
        &[101, 102, 2, 100],
    );
}

const SHAPES: &str = "type main.I = interface {Get func() int, Set func(int)}
type main.T = struct {n int, m int} method Get main.T.Get 0 method Set main.T.Set 1
func main.T.Get func(main.T) int receiver {
b0(t: main.T):
  n: int = extract .0 t
  return n
}
func main.T.Set func(*main.T, int) receiver {
b0(t: *main.T, n: int):
  p: *int = field_addr .0 t
  store p, n
  return
}";

#[test]
fn methods_through_interfaces_and_as_values() {
    prints(
        SHAPES,
        "  t: *main.T = new s0 \"T\"
  i: main.I = make_iface_direct t
  five: int = const_int 5
  call_method .1 i, five
  a: int = call_method .0 i
  intrinsic print a
  f: func(int) = method_value s1 \"f\" main.T.Set t
  six: int = const_int 6
  call_indirect f, six
  b: int = call_method .0 i
  intrinsic print b
  g: func() int = method_value s2 \"g\" none .0 i
  c: int = call_indirect g
  intrinsic print c
  v: main.T = load t
  j: any = make_iface s3 \"v\" v
  w: main.T, ok: bool = type_assert j
  d: int = extract .0 w
  intrinsic print d
  _x: main.I, no: bool = type_assert j
  e: int = cast no
  intrinsic print e
  k: any = change_iface i
  l: main.I, yes: bool = type_assert k
  m: int = cast yes
  intrinsic print m
  same: bool = compare eq l, i
  n: int = cast same
  intrinsic print n
  h: func() int = method_value s4 \"h\" main.T.Get v
  o: int = call_indirect h
  intrinsic print o
  return",
        &[5, 6, 6, 6, 0, 1, 1, 6],
    );
}

#[test]
fn deferred_calls_run_last_first_and_see_their_operands_as_they_were() {
    prints(
        "func main.show func(int) {
b0(n: int):
  intrinsic print n
  return
}
func main.f func() {
b0:
  one: int = const_int 1
  two: int = const_int 2
  three: int = const_int 3
  defer main.show one
  f: func(int) = func_ref main.show
  defer_indirect f, two
  defer_intrinsic print three
  x: *int = var s0 \"x\"
  c: func() = make_closure s1 \"c\" main.lit x
  defer_indirect c
  four: int = const_int 4
  store x, four
  run_defers
  return
}
func main.lit func() free=(*int) parent=main.f {
b0:
  p: *int = free_var .0
  v: int = load p
  intrinsic print v
  return
}",
        "  call main.f\n  five: int = const_int 5\n  intrinsic print five\n  return",
        &[4, 3, 2, 1, 5],
    );
}

/// `f` panics with 7, recovers in a deferred function, adds one to its named result and returns through its recover block.
const RECOVERS: &str = "func main.f func(bool) int recover=b3 {
b0(go: bool):
  r: *int = var s0 \"r\" {result 0}
  c: func() = make_closure s1 \"c\" main.lit r
  defer_indirect c
  branch go, b1, b2
b1:
  seven: int = const_int 7
  v: any = make_iface s2 \"seven\" seven
  panic v
b2:
  one: int = const_int 1
  store r, one
  run_defers
  x: int = load r
  return x
b3:
  y: int = load r
  return y
}
func main.lit func() free=(*int) parent=main.f {
b0:
  v: any = recover
  p: *int = free_var .0
  old: int = load p
  n: int, ok: bool = type_assert v
  k: int = cast ok
  a: int = binary add n, k
  b: int = binary add a, old
  store p, b
  again: any = recover
  none: any = zero
  is: bool = compare eq again, none
  intrinsic print is
  return
}";

#[test]
fn a_recovered_panic_goes_on_at_the_recover_block() {
    prints(
        RECOVERS,
        "  t: bool = const_int 1
  f: bool = const_int 0
  a: int = call main.f t
  intrinsic print a
  b: int = call main.f f
  intrinsic print b
  return",
        &[1, 8, 1, 1],
    );
}

#[test]
fn run_time_errors_are_recoverable_values() {
    prints(
        "type main.I = interface {Error func() string}
func main.f func(int) int recover=b1 {
b0(n: int):
  r: *int = var s0 \"r\" {result 0}
  c: func() = make_closure s1 \"c\" main.lit r
  defer_indirect c
  ten: int = const_int 10
  q: int = binary div ten, n
  store r, q
  run_defers
  x: int = load r
  return x
b1:
  y: int = load r
  return y
}
func main.lit func() free=(*int) parent=main.f {
b0:
  v: any = recover
  e: main.I, ok: bool = type_assert v
  branch ok, b1, b2
b1:
  s: string = call_method .0 e
  n: int = len s
  p: *int = free_var .0
  store p, n
  jump b2
b2:
  return
}",
        "  z: int = const_int 0
  a: int = call main.f z
  two: int = const_int 2
  b: int = call main.f two
  intrinsic print a
  intrinsic print b
  return",
        &["integer divide by zero".len() as i64, 5],
    );
}

#[test]
fn a_panic_in_a_deferred_call_takes_the_place_of_the_first() {
    let text = "type any = interface {}
func main.second func() {
b0:
  s: string = const_str \"second\"
  v: any = make_iface s0 \"s\" s
  panic v
}
func main.last func() {
b0:
  one: int = const_int 1
  intrinsic print one
  return
}
func main.main func() {
b0:
  defer main.last
  defer main.second
  s: string = const_str \"first\"
  v: any = make_iface s1 \"s\" s
  panic v
}
";
    let (end, seen) = trace(text);
    assert_eq!(end, End::Panicked("second".into()));
    let (_, without) = trace(&text.replace("  defer main.last\n", ""));
    assert_ne!(seen, without, "the first deferred call still runs");
}

#[test]
fn recover_is_for_the_deferred_function_itself() {
    let text = "type any = interface {}
func main.inner func() {
b0:
  v: any = recover
  return
}
func main.outer func() {
b0:
  call main.inner
  return
}
func main.main func() {
b0:
  defer main.outer
  s: string = const_str \"gone\"
  v: any = make_iface s0 \"s\" s
  panic v
}
";
    assert_eq!(trace(text).0, End::Panicked("gone".into()));
    assert_eq!(trace(&text.replace("defer main.outer", "defer main.inner")).0, End::Returned);
    // Deferring `recover` itself does not help either: no deferred function calls it.
    assert_eq!(
        trace(&text.replace("defer main.outer", "defer_intrinsic recover_discard")).0,
        End::Panicked("gone".into())
    );
}

#[test]
fn deferred_intrinsics() {
    prints(
        "func main.f func(map[int]int, chan int) {
b0(m: map[int]int, c: chan int):
  one: int = const_int 1
  defer_intrinsic delete m, one
  defer_intrinsic close c
  run_defers
  return
}
func main.g func() recover=b1 {
b0:
  defer main.h
  s: string = const_str \"no\"
  v: any = make_iface s0 \"s\" s
  defer_intrinsic panic_value v
  run_defers
  return
b1:
  return
}
func main.h func() {
b0:
  v: any = recover
  s: string = type_assert v
  n: int = len s
  intrinsic print n
  return
}",
        "  m: map[int]int = make_map s1 \"m\"
  c: chan int = make_chan s2 \"c\"
  one: int = const_int 1
  map_set m, one, one
  call main.f m, c
  n: int = len m
  intrinsic print n
  v: int, ok: bool = chan_recv c
  k: int = cast ok
  intrinsic print k
  call main.g
  return",
        &[0, 0, 2],
    );
}
