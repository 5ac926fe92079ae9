//! The oracle names the least extent that would have been enough.

use crate::support::{module, run_seeded};
use outlive::lab::interp::{Need, Observed};

fn observed(text: &str) -> Vec<Observed> {
    run_seeded(&module(text), None, 1).sites
}

#[track_caller]
fn need(text: &str, site: usize, need: Need) {
    let seen = observed(text)[site];
    assert_eq!(seen.need, need, "{seen:?}\n{text}");
    assert!(seen.born > 0, "{text}");
}

#[test]
fn an_activation_is_enough_for_what_stays() {
    let text = "func main.f func(int) int {
b0(n: int):
  p: *int = var s0 \"p\"
  q: **int = var s1 \"q\"
  store q, p
  r: *int = load q
  store r, n
  v: int = load p
  return v
}
func main.main func() {
b0:
  n: int = const_int 1
  v: int = call main.f n
  w: int = call main.f n
  return
}
";
    need(text, 0, Need::Activation);
    need(text, 1, Need::Activation);
    assert_eq!(observed(text)[0], Observed { born: 2, outlived: 2, need: Need::Activation });
}

#[test]
fn an_unused_site_needs_nothing() {
    let text = "func main.f func() {
b0:
  p: *int = new s0 \"p\"
  return
}
func main.main func() {
b0:
  return
}
";
    assert_eq!(observed(text)[0], Observed::default());
}

/// Storage made this many calls down, handed up, and used by the last.
fn up(calls: u32, used: bool) -> String {
    let mut text = String::from("func main.f0 func() *int {\nb0:\n  p: *int = new s0 \"p\"\n  return p\n}\n");
    for n in 1..calls {
        text += &format!("func main.f{n} func() *int {{\nb0:\n  p: *int = call main.f{}\n  return p\n}}\n", n - 1);
    }
    let uses = if used { "  v: int = load p\n" } else { "" };
    text + &format!("func main.main func() {{\nb0:\n  p: *int = call main.f{}\n{uses}  return\n}}\n", calls - 1)
}

#[test]
fn frames_up_are_counted() {
    need(&up(1, true), 0, Need::Caller(1));
    need(&up(2, true), 0, Need::Caller(2));
    need(&up(3, true), 0, Need::Caller(3));
    need(&up(4, true), 0, Need::Program);
    // Handed up and never used.
    need(&up(3, false), 0, Need::Activation);
}

#[test]
fn a_frame_that_is_gone_does_not_count() {
    // Made in `f`, kept in main's variable by `g`, which has returned when main uses it.
    let text = "func main.f func(**int) {
b0(q: **int):
  p: *int = new s0 \"p\"
  store q, p
  return
}
func main.g func(**int) {
b0(q: **int):
  call main.f q
  return
}
func main.main func() {
b0:
  q: **int = var s1 \"q\"
  call main.g q
  p: *int = load q
  v: int = load p
  return
}
";
    need(text, 0, Need::Caller(2));
}

fn in_a_loop(inside: &str, after: &str) -> String {
    format!(
        "func main.main func() {{
b0:
  keep: **int = var s0 \"keep\"
  first: *int = var s1 \"first\"
  store keep, first
  zero: int = const_int 0
  one: int = const_int 1
  three: int = const_int 3
  jump b1(zero)
b1(i: int):
  p: *int = new s2 \"p\"
{inside}
  next: int = binary add i, one
  more: bool = compare lt next, three
  branch more, b1(next), b2
b2:
{after}
  return
}}
"
    )
}

#[test]
fn iterations_are_told_apart() {
    need(&in_a_loop("  store p, i\n  v: int = load p", ""), 2, Need::Iteration);
    // The last one made is used after the loop: one slot does.
    need(&in_a_loop("  store keep, p", "  q: *int = load keep\n  v: int = load q"), 2, Need::Activation);
    // The one before is used when there is another: one slot does not.
    need(&in_a_loop("  old: *int = load keep\n  v: int = load old\n  store keep, p", ""), 2, Need::Program);
    assert_eq!(observed(&in_a_loop("", ""))[2], Observed { born: 3, outlived: 3, need: Need::Iteration });
}

#[test]
fn globals_the_outside_and_goroutines_need_the_program() {
    let text = |rows: &str, body: &str| {
        format!("{rows}\nfunc main.main func() {{\nb0:\n  p: *int = var s0 \"p\"\n{body}\n  return\n}}\n")
    };
    need(&text("global main.g *int", "  g: **int = global_addr main.g\n  store g, p"), 0, Need::Program);
    need(&text("func main.keep func(*int)", "  call main.keep p"), 0, Need::Program);
    need(&text("func main.keep func(*int) [noescape]", "  call main.keep p"), 0, Need::Activation);
    need(&text("func main.f func(*int) {\nb0(p: *int):\n  return\n}", "  go main.f p"), 0, Need::Program);
    need(&text("", "  intrinsic escape p"), 0, Need::Program);
}

#[test]
fn what_is_held_by_what_needs_the_program_needs_it_too() {
    let text = "global main.g **int
func main.main func() {
b0:
  p: *int = new s0 \"p\"
  q: **int = new s1 \"q\"
  r: ***int = new s2 \"r\"
  store q, p
  store r, q
  g: ***int = global_addr main.g
  store g, q
  return
}
";
    need(text, 0, Need::Program);
    need(text, 1, Need::Program);
    need(text, 2, Need::Activation);
}

#[test]
fn a_channel_hands_storage_to_another_goroutine() {
    let text = "func main.f func(chan *int, chan int) {
b0(c: chan *int, d: chan int):
  p: *int = chan_recv c
  v: int = load p
  chan_send d, v
  return
}
func main.main func() {
b0:
  p: *int = new s0 \"p\"
  c: chan *int = make_chan s1 \"c\"
  d: chan int = make_chan s2 \"d\"
  go main.f c, d
  chan_send c, p
  v: int = chan_recv d
  return
}
";
    need(text, 0, Need::Program);
    need(text, 1, Need::Program);
}

#[test]
fn only_the_first_array_of_an_append_counts() {
    // What the slice grows into the first time stays; the second array is returned, and is on the heap in any case.
    let text = |grows: &str| {
        format!(
            "func main.f func() []int {{
b0:
  zero: int = const_int 0
  one: int = const_int 1
  many: int = const_int {grows}
  s: []int = make_slice s0 \"s\" zero, zero
  jump b1(zero, s)
b1(i: int, t: []int):
  u: []int = append s1 \"u\" t, i
  next: int = binary add i, one
  more: bool = compare lt next, many
  branch more, b1(next, u), b2
b2:
  return u
}}
func main.main func() {{
b0:
  s: []int = call main.f
  zero: int = const_int 0
  p: *int = elem_addr s, zero
  v: int = load p
  return
}}
"
        )
    };
    need(&text("1"), 1, Need::Caller(1));
    need(&text("9"), 1, Need::Activation);
}
