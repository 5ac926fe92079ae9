//! Uses of dead objects: each is noticed under a verdict that is wrong by hand, and nothing is under the right one (`notices` asserts
//! both).

use crate::support::{leak, module, notices, run_seeded, wrong};
use outlive::entity::SiteId;
use outlive::lab::interp::{Death, ViolationKind as K};

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
