//! What may hold pointers to the stack, and who may use it.

use crate::support::{leak, module, notices, run_seeded, verdicts, wrong};
use outlive::entity::SiteId;
use outlive::fact::{Placement, Verdict};
use outlive::lab::interp::{Death, ViolationKind as K};

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
