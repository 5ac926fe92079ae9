//! When storage ends: with its frame, its slot, its iteration, its caller's frame, or never.

use crate::support::{module, notices, run_seeded, verdicts, wrong};
use outlive::entity::SiteId;
use outlive::fact::{Extent, Placement};
use outlive::lab::interp::{Death, Violation, ViolationKind as K};

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
