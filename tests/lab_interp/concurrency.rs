//! Goroutines, channels, select.

use crate::support::{main_with, module, print_ints, prints, run_seeded, trace};
use outlive::lab::interp::End;

const WORKERS: &str = "func main.worker func(chan int, chan int) {
b0(in: chan int, out: chan int):
  jump b1
b1:
  v: int, ok: bool = chan_recv in
  branch ok, b2, b3
b2:
  w: int = binary mul v, v
  chan_send out, w
  jump b1
b3:
  return
}
func main.feed func(chan int, int) {
b0(in: chan int, n: int):
  zero: int = const_int 0
  one: int = const_int 1
  jump b1(zero)
b1(i: int):
  chan_send in, i
  next: int = binary add i, one
  more: bool = compare lt next, n
  branch more, b1(next), b2
b2:
  intrinsic close in
  return
}";

/// Squares of 0..10 by two workers, summed.
fn squares(buffer: i64) -> String {
    main_with(
        WORKERS,
        &format!(
            "  size: int = const_int {buffer}
  in: chan int = make_chan s0 \"in\" size
  out: chan int = make_chan s1 \"out\" size
  zero: int = const_int 0
  one: int = const_int 1
  ten: int = const_int 10
  go main.worker in, out
  go main.worker in, out
  go main.feed in, ten
  jump b1(zero, zero)
b1(i: int, sum: int):
  v: int = chan_recv out
  all: int = binary add sum, v
  next: int = binary add i, one
  more: bool = compare lt next, ten
  branch more, b1(next, all), b2
b2:
  intrinsic print all
  return"
        ),
    )
}

#[test]
fn workers_and_channels_under_many_seeds() {
    let want = trace(&main_with("", &format!("{}\n  return", print_ints(&[285])))).1;
    for buffer in [0, 1, 3, 100] {
        let module = module(&squares(buffer));
        for seed in 0..50 {
            let outcome = run_seeded(&module, None, seed);
            assert_eq!((outcome.end, outcome.trace), (End::Returned, want), "buffer {buffer}, seed {seed}");
            assert_eq!(outcome.stats.goroutines, 4);
        }
    }
}

#[test]
fn one_seed_is_one_run() {
    let module = module(&squares(1));
    for seed in 0..8 {
        assert_eq!(run_seeded(&module, None, seed), run_seeded(&module, None, seed));
    }
}

#[test]
fn a_closed_channel_gives_zeros_and_len_and_cap_count() {
    prints(
        "",
        "  two: int = const_int 2
  c: chan int = make_chan s0 \"c\" two
  chan_send c, two
  n: int = len c
  k: int = cap c
  intrinsic print n
  intrinsic print k
  intrinsic close c
  a: int, x: bool = chan_recv c
  b: int, y: bool = chan_recv c
  p: int = cast x
  q: int = cast y
  intrinsic print a
  intrinsic print p
  intrinsic print b
  intrinsic print q
  return",
        &[1, 2, 2, 1, 0, 0],
    );
}

#[test]
fn select_takes_what_is_ready_or_the_default() {
    prints(
        "",
        "  one: int = const_int 1
  seven: int = const_int 7
  c: chan int = make_chan s0 \"c\" one
  d: chan int = make_chan s1 \"d\"
  a: int, ok1: bool, v1: int = chan_select 0 default d
  intrinsic print a
  b: int, ok2: bool, v2: int = chan_select 1 c, seven, d
  intrinsic print b
  e: int, ok3: bool, v3: int, v4: int = chan_select 0 d, c
  k: int = cast ok3
  intrinsic print e
  intrinsic print k
  intrinsic print v4
  return",
        &[-1, 0, 1, 1, 7],
    );
}

#[test]
fn a_waiting_select_is_woken_once() {
    // Two senders; the select of main is served by one, then by the other.
    let rows = "func main.send func(chan int, int) {
b0(c: chan int, v: int):
  chan_send c, v
  return
}";
    let body = "  c: chan int = make_chan s0 \"c\"
  d: chan int = make_chan s1 \"d\"
  one: int = const_int 1
  two: int = const_int 2
  go main.send c, one
  go main.send d, two
  n1: int, ok1: bool, a: int, b: int = chan_select 0 c, d
  n2: int, ok2: bool, e: int, f: int = chan_select 0 c, d
  x: int = binary add a, b
  y: int = binary add e, f
  s: int = binary add x, y
  n: int = binary add n1, n2
  intrinsic print s
  intrinsic print n
  return";
    let want = trace(&main_with("", &format!("{}\n  return", print_ints(&[3, 1])))).1;
    let module = module(&main_with(rows, body));
    for seed in 0..50 {
        let outcome = run_seeded(&module, None, seed);
        assert_eq!((outcome.end, outcome.trace), (End::Returned, want), "seed {seed}");
    }
}

#[test]
fn everybody_waiting_is_a_deadlock() {
    let dead = |body: &str| trace(&main_with(WORKERS, body)).0;
    assert_eq!(dead("  c: chan int = make_chan s0 \"c\"\n  v: int = chan_recv c\n  return"), End::Deadlock);
    assert_eq!(dead("  c: chan int = zero\n  v: int = chan_recv c\n  return"), End::Deadlock);
    assert_eq!(dead("  i: int, ok: bool = chan_select 0\n  return"), End::Deadlock);
    assert_eq!(
        dead("  c: chan int = make_chan s0 \"c\"\n  go main.worker c, c\n  v: int = chan_recv c\n  return"),
        End::Deadlock
    );
}

#[test]
fn a_send_that_waits_panics_when_the_channel_is_closed() {
    let rows = "func main.close func(chan int) {
b0(c: chan int):
  intrinsic close c
  return
}";
    let body = "  c: chan int = make_chan s0 \"c\"
  one: int = const_int 1
  go main.close c
  chan_send c, one
  return";
    let module = module(&main_with(rows, body));
    for seed in 0..10 {
        assert!(matches!(run_seeded(&module, None, seed).end, End::Panicked(text) if text.contains("closed channel")));
    }
}

#[test]
fn calls_of_every_kind_start_goroutines() {
    prints(
        "type main.I = interface {Put func(chan int)}
type main.T = struct {n int} method Put main.T.Put 1
func main.T.Put func(*main.T, chan int) receiver {
b0(t: *main.T, c: chan int):
  p: *int = field_addr .0 t
  v: int = load p
  chan_send c, v
  return
}
func main.lit func(int) free=(chan int) {
b0(v: int):
  c: chan int = free_var .0
  chan_send c, v
  return
}",
        "  c: chan int = make_chan s0 \"c\"
  t: *main.T = new s1 \"t\"
  i: main.I = make_iface_direct t
  five: int = const_int 5
  p: *int = field_addr .0 t
  store p, five
  go_method .0 i, c
  a: int = chan_recv c
  intrinsic print a
  f: func(int) = make_closure s2 \"f\" main.lit c
  six: int = const_int 6
  go_indirect f, six
  b: int = chan_recv c
  intrinsic print b
  go_intrinsic close c
  d: int, ok: bool = chan_recv c
  k: int = cast ok
  intrinsic print k
  return",
        &[5, 6, 0],
    );
}
