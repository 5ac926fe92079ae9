//! Every rule notices a verdict that is wrong by hand, and keeps quiet about the right one (`notices` asserts both).

use crate::support::{module, notices, run_seeded, verdicts, wrong};
use outlive::entity::SiteId;
use outlive::fact::{Extent, Placement, Verdict};
use outlive::lab::interp::{Death, Violation, ViolationKind as K};

/// `leak` returns storage of its own; `main` does something with it.
fn leak(uses: &str) -> String {
    format!(
        "type any = interface {{}}
func main.leak func() *int {{
b0:
  p: *int = new s0 \"p\"
  return p
}}
func main.main func() {{
b0:
  p: *int = call main.leak
{uses}
  return
}}
"
    )
}

#[test]
fn a_dead_object_is_read() {
    let violation = notices(&leak("  v: int = load p"), 0, K::Load);
    assert_eq!((violation.death, violation.func.raw(), violation.inst.raw()), (Some(Death::Returned), 1, 1));
    assert_eq!(violation.to_string(), "storage of s0 (@0) is read after its frame returned, at f1 i1 (@0), seed 1");
}

#[test]
fn a_dead_object_is_written() {
    notices(&leak("  v: int = const_int 1\n  store p, v"), 0, K::Store);
    notices(&leak("  zero_mem p"), 0, K::Store);
    notices(&leak("  q: *int = var s1 \"q\"\n  memcpy int p, q"), 0, K::Store);
    notices(&leak("  q: *int = var s1 \"q\"\n  memcpy int q, p"), 0, K::Load);
}

#[test]
fn a_dead_pointer_is_compared() {
    notices(&leak("  q: *int = var s1 \"q\"\n  e: bool = compare eq p, q"), 0, K::Compare);
}

#[test]
fn copying_a_dead_pointer_is_nothing() {
    let module = module(&leak(
        "  q: **int = var s1 \"q\"\n  store q, p\n  r: *int = load q\n  n: *int = zero\n  e: bool = compare eq r, n",
    ));
    assert_eq!(run_seeded(&module, Some(&wrong(&module, 0)), 1).violations, []);
}

#[test]
fn a_dead_box_is_looked_into() {
    let text = |uses: &str| {
        format!(
            "type any = interface {{}}
func main.leak func(int) any {{
b0(n: int):
  a: any = make_iface s0 \"n\" n
  return a
}}
func main.main func() {{
b0:
  n: int = const_int 1000
  a: any = call main.leak n
{uses}
  return
}}
"
        )
    };
    notices(&text("  v: int = type_assert a"), 0, K::Assert);
    notices(&text("  v: bool = compare eq a, a"), 0, K::Compare);
    notices(&text("  intrinsic print a"), 0, K::Load);
}

#[test]
fn a_dead_array_is_sliced_and_read() {
    let text = "func main.leak func() []int {
b0:
  n: int = const_int 3
  s: []int = make_slice s0 \"s\" n, n
  return s
}
func main.main func() {
b0:
  s: []int = call main.leak
  one: int = const_int 1
  t: []int = slice s lo one
  p: *int = elem_addr t, one
  v: int = load p
  return
}
";
    notices(text, 0, K::Slice);
    notices(text, 0, K::Load);
}

#[test]
fn bytes_of_a_dead_string_are_read() {
    let text = |uses: &str| {
        format!(
            "func main.leak func(string) string {{
b0(a: string):
  s: string = concat s0 \"s\" a, a
  return s
}}
func main.main func() {{
b0:
  a: string = const_str \"ab\"
  s: string = call main.leak a
  zero: int = const_int 0
{uses}
  return
}}
"
        )
    };
    notices(&text("  v: u8 = extract_elem s, zero"), 0, K::Load);
    notices(&text("  v: bool = compare lt s, a"), 0, K::Load);
    notices(&text("  v: []u8 = convert s1 \"v\" s"), 0, K::Load);
    notices(&text("  it: string = iter s\n  ok: bool, k: int, v: i32 = next it"), 0, K::Load);
}

#[test]
fn a_dead_closure_is_called() {
    let text = "func main.leak func() func() int {
b0:
  x: *int = var s0 \"x\"
  f: func() int = make_closure s1 \"f\" main.lit x
  return f
}
func main.lit func() int free=(*int) parent=main.leak {
b0:
  p: *int = free_var .0
  v: int = load p
  return v
}
func main.main func() {
b0:
  f: func() int = call main.leak
  v: int = call_indirect f
  return
}
";
    notices(text, 1, K::Call);
    // The closure is rightly on the heap, the variable wrongly on the stack.
    notices(text, 0, K::Load);
    let holder = notices(text, 0, K::HoldsStack).holder;
    assert_eq!(holder.get(), Some(SiteId::from_raw(1)));
}

#[test]
fn a_dead_map_is_used() {
    let text = |uses: &str| {
        format!(
            "func main.leak func() map[int]int {{
b0:
  m: map[int]int = make_map s0 \"m\"
  return m
}}
func main.main func() {{
b0:
  m: map[int]int = call main.leak
  one: int = const_int 1
{uses}
  return
}}
"
        )
    };
    notices(&text("  v: int = map_get m, one"), 0, K::Container);
    notices(&text("  map_set m, one, one"), 0, K::Container);
    notices(&text("  map_delete m, one"), 0, K::Container);
    notices(&text("  n: int = len m"), 0, K::Container);
    notices(&text("  it: map[int]int = iter m"), 0, K::Container);
    notices(&text("  intrinsic clear m"), 0, K::Container);
}

#[test]
fn a_dead_channel_is_used() {
    let text = "func main.leak func() chan int {
b0:
  one: int = const_int 1
  c: chan int = make_chan s0 \"c\" one
  return c
}
func main.main func() {
b0:
  c: chan int = call main.leak
  n: int = const_int 1
  chan_send c, n
  v: int = chan_recv c
  return
}
";
    notices(text, 0, K::Container);
}

#[test]
fn unwinding_ends_frames_too() {
    let text = "type any = interface {}
global main.g *int
func main.f func() {
b0:
  p: *int = new s0 \"p\"
  a: any = make_iface_direct p
  panic a
}
func main.h func() {
b0:
  a: any = recover
  p: *int = type_assert a
  v: int = load p
  return
}
func main.main func() recover=b1 {
b0:
  defer main.h
  call main.f
  run_defers
  return
b1:
  return
}
";
    assert_eq!(notices(text, 0, K::Load).death, Some(Death::Unwound));
}

/// A site in a loop; what one iteration made is kept in a variable outside and used by the next.
const CARRIED: &str = "func main.main func() {
b0:
  keep: **int = var s0 \"keep\"
  zero: int = const_int 0
  one: int = const_int 1
  three: int = const_int 3
  first: *int = var s1 \"first\"
  store keep, first
  jump b1(zero)
b1(i: int):
  p: *int = new s2 \"p\"
  old: *int = load keep
  v: int = load old
  store p, i
  store keep, p
  next: int = binary add i, one
  more: bool = compare lt next, three
  branch more, b1(next), b2
b2:
  return
}
";

#[test]
fn a_slot_is_one() {
    assert_eq!(notices(CARRIED, 2, K::Load).death, Some(Death::Reused));
}

fn iteration(text: &str, site: u32, depth: u32) -> Vec<Violation> {
    let module = module(text);
    let mut verdicts = wrong(&module, site);
    for v in verdicts.iter_mut().filter(|v| v.site == SiteId::from_raw(site)) {
        (v.extent, v.detail) = (Extent::Iteration, depth);
    }
    run_seeded(&module, Some(&verdicts), 1).violations
}

#[test]
fn an_iteration_ends_at_the_back_edge() {
    let found = iteration(CARRIED, 2, 2);
    assert!(found.iter().any(|v| v.kind == K::Load && v.death == Some(Death::Iterated)), "{found:?}");
}

#[test]
fn an_iteration_ends_where_the_loop_is_left() {
    let text = CARRIED.replace("b2:\n", "b2:\n  last: *int = load keep\n  w: int = load last\n");
    let found = iteration(&text, 2, 2);
    assert!(found.iter().any(|v| v.kind == K::Load && v.death == Some(Death::LoopLeft)), "{found:?}");
}

#[test]
fn inner_iterations_end_with_outer_ones() {
    // The inner loop's storage is of one iteration of the outer loop: it lives through the inner loop and no longer.
    let text = "func main.main func() {
b0:
  keep: **int = var s0 \"keep\"
  first: *int = var s1 \"first\"
  store keep, first
  zero: int = const_int 0
  one: int = const_int 1
  two: int = const_int 2
  jump b1(zero)
b1(i: int):
  old: *int = load keep
  v: int = load old
  jump b2(zero)
b2(j: int):
  p: *int = new s2 \"p\"
  store keep, p
  q: *int = load keep
  w: int = load q
  j1: int = binary add j, one
  more: bool = compare lt j1, two
  branch more, b2(j1), b3
b3:
  i1: int = binary add i, one
  again: bool = compare lt i1, two
  branch again, b1(i1), b4
b4:
  return
}
";
    let deaths = |depth| -> Vec<_> { iteration(text, 2, depth).iter().map(|v| (v.inst.raw(), v.death)).collect() };
    assert_eq!(deaths(3), [(8, Some(Death::LoopLeft))]);
    assert_eq!(deaths(2), [(8, Some(Death::Iterated))]);
}

#[test]
fn a_variable_made_anew_each_iteration_lives_through_the_next() {
    // Two sites that are one variable, on the stack: right, although the second is made at the end of an iteration.
    let text = "func main.main func() {
b0:
  zero: int = const_int 0
  one: int = const_int 1
  three: int = const_int 3
  v1: *int = var s0 \"i\"
  store v1, zero
  jump b1(v1)
b1(v2: *int):
  v: int = load v2
  more: bool = compare lt v, three
  branch more, b2, b3
b2:
  v4: *int = var s1 \"i\" {silent}
  v5: int = load v2
  v6: int = binary add v5, one
  store v4, v6
  jump b1(v4)
b3:
  return
}
";
    let module = module(text);
    let verdicts = verdicts(&module);
    assert!(verdicts.iter().all(|v| v.placement == Placement::Stack), "{verdicts:?}");
    assert_eq!(run_seeded(&module, Some(&verdicts), 1).violations, []);
    // Captured by what outlives the loop, it must be on the heap.
    let text = "global main.g func() int
func main.main func() {
b0:
  zero: int = const_int 0
  one: int = const_int 1
  three: int = const_int 3
  g: *func() int = global_addr main.g
  v1: *int = var s0 \"i\"
  store v1, zero
  jump b1(v1)
b1(v2: *int):
  f: func() int = make_closure s2 \"f\" main.lit v2
  store g, f
  v: int = load v2
  more: bool = compare lt v, three
  branch more, b2, b3
b2:
  v4: *int = var s1 \"i\" {silent}
  v5: int = load v2
  v6: int = binary add v5, one
  store v4, v6
  jump b1(v4)
b3:
  return
}
func main.lit func() int free=(*int) parent=main.main {
b0:
  p: *int = free_var .0
  v: int = load p
  return v
}
";
    notices(text, 1, K::HoldsStack);
    notices(text, 0, K::HoldsStack);
}

#[test]
fn what_an_append_makes_is_on_the_stack_once() {
    let text = "func main.main func() {
b0:
  zero: int = const_int 0
  one: int = const_int 1
  ten: int = const_int 10
  s: []int = make_slice s0 \"s\" zero, zero
  keep: *[]int = var s1 \"keep\"
  jump b1(zero, s)
b1(i: int, t: []int):
  u: []int = append s2 \"u\" t, i
  old: []int = load keep
  n: int = len old
  some: bool = compare gt n, zero
  branch some, b2, b3
b2:
  p: *int = elem_addr old, zero
  v: int = load p
  jump b3
b3:
  store keep, u
  next: int = binary add i, one
  more: bool = compare lt next, ten
  branch more, b1(next, u), b4
b4:
  return
}
";
    let module = module(text);
    let mut verdicts = verdicts(&module);
    for v in &mut verdicts {
        (v.placement, v.extent, v.detail) = (Placement::Stack, Extent::Activation, 0);
    }
    // The variable outside and the array grown once are the frame's; later arrays are on the heap: nothing is wrong.
    assert_eq!(run_seeded(&module, Some(&verdicts), 1).violations, []);
}

#[test]
fn storage_of_a_caller_dies_with_it() {
    let text = "func main.make func() *int {
b0:
  p: *int = new s0 \"p\"
  return p
}
func main.pass func(bool) *int {
b0(b: bool):
  p: *int = call main.make
  v: int = load p
  return p
}
func main.main func() {
b0:
  b: bool = const_int 1
  p: *int = call main.pass b
  v: int = load p
  return
}
";
    let module = module(text);
    let found = |k: u32| {
        let mut verdicts = verdicts(&module);
        for v in &mut verdicts {
            (v.placement, v.extent, v.detail) = (Placement::Caller, Extent::Caller, k);
        }
        run_seeded(&module, Some(&verdicts), 1).violations.len()
    };
    assert_eq!((found(1), found(2)), (1, 0));
}

#[test]
fn bounded_storage_is_on_the_stack_as_far_as_it_goes() {
    let text = |n: u32| {
        format!(
            "func main.leak func(int) []int {{
b0(n: int):
  s: []int = make_slice s0 \"s\" n, n
  return s
}}
func main.main func() {{
b0:
  n: int = const_int {n}
  s: []int = call main.leak n
  zero: int = const_int 0
  p: *int = elem_addr s, zero
  v: int = load p
  return
}}
"
        )
    };
    let found = |n: u32| {
        let module = module(&text(n));
        let mut verdicts = verdicts(&module);
        for v in &mut verdicts {
            (v.placement, v.extent, v.bound) = (Placement::Bounded, Extent::Activation, 32);
        }
        run_seeded(&module, Some(&verdicts), 1).violations.len()
    };
    assert_eq!((found(4), found(5)), (1, 0));
}

/// A pointer to a local is put somewhere that outlives everything.
#[track_caller]
fn held(rows: &str, body: &str) {
    let text = format!(
        "type any = interface {{}}\n{rows}
func main.main func() {{
b0:
  p: *int = var s0 \"p\"
{body}
  return
}}
"
    );
    notices(&text, 0, K::HoldsStack);
}

#[test]
fn the_heap_holds_the_stack() {
    held("global main.g *int", "  g: **int = global_addr main.g\n  store g, p");
    held(
        "global main.g struct {a int, p *int}",
        "  n: int = const_int 1\n  s: struct {a int, p *int} = aggregate n, p\n  g: *struct {a int, p *int} = global_addr main.g\n  store g, s",
    );
    held(
        "global main.g *int",
        "  q: **int = var s1 \"q\"\n  store q, p\n  g: **int = global_addr main.g\n  memcpy *int g, q",
    );
    held("func main.keep func(*int)", "  call main.keep p");
    held("func main.keep func(any)", "  a: any = make_iface_direct p\n  call main.keep a");
    held(
        "",
        "  c: chan *int = make_chan s1 \"c\" n1\n  chan_send c, p"
            .replace("n1", "one")
            .replace("  c:", "  one: int = const_int 1\n  c:")
            .as_str(),
    );
    held(
        "",
        "  one: int = const_int 1\n  c: chan *int = make_chan s1 \"c\" one\n  n: int, ok: bool = chan_select 1 c, p",
    );
    held("func main.f func(*int) {\nb0(p: *int):\n  return\n}", "  go main.f p");
    held("", "  intrinsic escape p");
    held(
        "func main.keep func(map[int]*int)",
        "  one: int = const_int 1\n  m: map[int]*int = make_map s1 \"m\"\n  map_set m, one, p\n  call main.keep m",
    );
    held(
        "func main.keep func([]*int)",
        "  zero: int = const_int 0\n  s: []*int = make_slice s1 \"s\" zero, zero\n  t: []*int = append s2 \"t\" s, p\n  call main.keep t",
    );
    held(
        "func main.keep func(any)",
        "  q: struct {p *int, n int} = zero\n  n: int = const_int 1\n  r: struct {p *int, n int} = aggregate p, n\n  a: any = make_iface s1 \"a\" r\n  call main.keep a",
    );
}

#[test]
fn a_heap_object_is_built_around_a_dead_one() {
    let text = leak("  g: **int = global_addr main.g\n  store g, p").replacen("func", "global main.g *int\nfunc", 1);
    notices(&text, 0, K::HoldsDead);
}

#[test]
fn another_goroutine_uses_the_stack() {
    let text = "func main.f func(*int, chan int) {
b0(p: *int, c: chan int):
  v: int = load p
  chan_send c, v
  return
}
func main.main func() {
b0:
  p: *int = var s0 \"p\"
  c: chan int = make_chan s1 \"c\"
  go main.f p, c
  v: int = chan_recv c
  return
}
";
    notices(text, 0, K::OtherGoroutine);
}

#[test]
fn deferred_calls_use_what_their_loop_reused() {
    let text = "func main.f func(*int) {
b0(p: *int):
  v: int = load p
  intrinsic print v
  return
}
func main.main func() {
b0:
  zero: int = const_int 0
  one: int = const_int 1
  three: int = const_int 3
  jump b1(zero)
b1(i: int):
  p: *int = new s0 \"p\"
  store p, i
  defer main.f p
  next: int = binary add i, one
  more: bool = compare lt next, three
  branch more, b1(next), b2
b2:
  run_defers
  return
}
";
    assert_eq!(notices(text, 0, K::Load).death, Some(Death::Reused));
}

#[test]
fn a_closure_by_value_holds_a_copy() {
    // Right: the variable stays on the stack although the closure outlives it.
    let text = "func main.leak func() func() int {
b0:
  x: *int = var s0 \"x\"
  one: int = const_int 1
  store x, one
  f: func() int = make_closure s1 \"f\" main.lit x [by_value=0]
  return f
}
func main.lit func() int free=(*int) parent=main.leak {
b0:
  p: *int = free_var .0
  v: int = load p
  return v
}
func main.main func() {
b0:
  f: func() int = call main.leak
  v: int = call_indirect f
  intrinsic print v
  return
}
";
    let module = module(text);
    let stack = |v: &Verdict| v.site == SiteId::from_raw(0) && v.placement == Placement::Stack;
    assert!(verdicts(&module).iter().any(stack));
    notices(text, 1, K::Call);
}

#[test]
fn a_violation_is_told_once_a_place() {
    let text = leak(
        "  zero: int = const_int 0
  one: int = const_int 1
  ten: int = const_int 10
  jump b1(zero)
b1(i: int):
  v: int = load p
  next: int = binary add i, one
  more: bool = compare lt next, ten
  branch more, b1(next), b2
b2:
  w: int = load p",
    );
    let module = module(&text);
    assert_eq!(run_seeded(&module, Some(&wrong(&module, 0)), 1).violations.len(), 2);
}
