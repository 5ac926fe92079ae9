//! Constants, arithmetic, comparisons, memory, control flow.

use crate::support::{prints, same};

#[test]
fn integers_wrap_and_divide_as_the_language_says() {
    prints(
        "",
        "  a: i8 = const_int 127
  b: i8 = const_int 2
  c: i8 = binary add a, b
  d: int = cast c
  intrinsic print d
  e: i8 = binary mul a, b
  f: int = cast e
  intrinsic print f
  m: int = const_int -7
  n: int = const_int 2
  q: int = binary div m, n
  r: int = binary rem m, n
  intrinsic print q
  intrinsic print r
  s: int = binary shr m, n
  intrinsic print s
  t: u8 = const_int 200
  u: u8 = binary add t, t
  w: int = cast u
  intrinsic print w
  x: u8 = unary com t
  y: int = cast x
  intrinsic print y
  z: int = unary neg m
  intrinsic print z
  return",
        &[-127, -2, -3, -1, -2, 144, 55, 7],
    );
}

#[test]
fn loops_and_memory_form() {
    // The sum of 0..10, in a variable, through block parameters and back.
    prints(
        "",
        "  sum: *int = var s0 \"sum\"
  zero: int = const_int 0
  one: int = const_int 1
  ten: int = const_int 10
  jump b1(zero)
b1(i: int):
  more: bool = compare lt i, ten
  branch more, b2, b3
b2:
  old: int = load sum
  new: int = binary add old, i
  store sum, new
  next: int = binary add i, one
  jump b1(next)
b3:
  all: int = load sum
  intrinsic print all
  return",
        &[45],
    );
}

#[test]
fn block_parameters_are_set_all_at_once() {
    prints(
        "",
        "  one: int = const_int 1
  two: int = const_int 2
  go: bool = const_int 1
  stop: bool = const_int 0
  jump b1(one, two, go)
b1(x: int, y: int, again: bool):
  branch again, b1(y, x, stop), b2
b2:
  intrinsic print x
  intrinsic print y
  return",
        &[2, 1],
    );
}

#[test]
fn switches_choose_by_value() {
    let rows = "func main.pick func(i8) int {
b0(v: i8):
  a: int = const_int 1
  b: int = const_int 2
  c: int = const_int 3
  switch v, b1(a), 5: b1(b), -1: b1(c)
b1(r: int):
  return r
}";
    prints(
        rows,
        "  x: i8 = const_int 5
  y: i8 = const_int -1
  z: i8 = const_int 7
  a: int = call main.pick x
  b: int = call main.pick y
  c: int = call main.pick z
  intrinsic print a
  intrinsic print b
  intrinsic print c
  return",
        &[2, 3, 1],
    );
}

#[test]
fn fields_elements_and_aggregates() {
    prints(
        "type main.P = struct {x int, y *int, z [3]int}",
        "  p: *main.P = new s0 \"P\"
  z: *[3]int = field_addr .2 p
  two: int = const_int 2
  seven: int = const_int 7
  e: *int = elem_addr z, two
  store e, seven
  x: *int = field_addr .0 p
  store x, two
  y: **int = field_addr .1 p
  store y, x
  whole: main.P = load p
  back: *int = extract .1 whole
  store back, seven
  a: int = load x
  intrinsic print a
  arr: [3]int = extract .2 whole
  b: int = extract_elem arr, two
  intrinsic print b
  c: int = extract .0 whole
  intrinsic print c
  q: *main.P = new s1 \"P\"
  memcpy main.P q, p
  zero_mem p
  d: int = load x
  intrinsic print d
  qx: *int = field_addr .0 q
  f: int = load qx
  intrinsic print f
  made: [3]int = aggregate a, b, c
  g: int = extract_elem made, two
  intrinsic print g
  return",
        &[7, 7, 2, 0, 7, 2],
    );
}

#[test]
fn globals_have_their_initial_data() {
    prints(
        "global main.n i32 data \"2a000000\"
global main.p struct {a i16, p *i32} data \"07000000000000000000000000000000\"
reloc main.p+8 main.n+0
global main.f func() int
reloc main.f+0 func main.nine+0
func main.nine func() int {
b0:
  v: int = const_int 9
  return v
}",
        "  p: *struct {a i16, p *i32} = global_addr main.p
  a: *i16 = field_addr .0 p
  b: i16 = load a
  c: int = cast b
  intrinsic print c
  d: **i32 = field_addr .1 p
  e: *i32 = load d
  f: i32 = load e
  g: int = cast f
  intrinsic print g
  h: *func() int = global_addr main.f
  i: func() int = load h
  j: int = call_indirect i
  intrinsic print j
  return",
        &[7, 42, 9],
    );
}

#[test]
fn strings_are_bytes() {
    same(
        "",
        "  a: string = const_str \"ab\"
  b: string = const_str \"cd\"
  c: string = concat s0 \"c\" a, b
  intrinsic print c
  one: int = const_int 1
  three: int = const_int 3
  d: string = slice c lo one hi three
  intrinsic print d
  n: int = len d
  intrinsic print n
  e: u8 = extract_elem d, one
  intrinsic print e
  f: []u8 = convert s1 \"f\" c
  g: *u8 = elem_addr f, one
  store g, e
  h: string = convert s2 \"h\" f
  intrinsic print h
  intrinsic print c
  less: bool = compare lt h, c
  intrinsic print less
  r: i32 = const_int 228
  i: string = convert s3 \"i\" r
  intrinsic print i
  j: []i32 = convert s4 \"j\" i
  k: string = convert s5 \"k\" j
  same: bool = compare eq i, k
  intrinsic print same
  return",
        "  a: string = const_str \"abcd\"
  intrinsic print a
  b: string = const_str \"bc\"
  intrinsic print b
  c: int = const_int 2
  intrinsic print c
  d: u8 = const_int 99
  intrinsic print d
  e: string = const_str \"accd\"
  intrinsic print e
  intrinsic print a
  f: bool = const_int 0
  intrinsic print f
  g: string = const_str \"ä\"
  intrinsic print g
  h: bool = const_int 1
  intrinsic print h",
    );
}

#[test]
fn floating_point_and_complex_numbers() {
    prints(
        "",
        "  a: f64 = const_float 1.5
  b: f64 = const_float 2.25
  c: f64 = binary mul a, b
  d: int = cast c
  intrinsic print d
  e: f32 = cast a
  f: f32 = unary neg e
  g: int = cast f
  intrinsic print g
  h: c128 = intrinsic complex a, b
  i: c128 = binary mul h, h
  j: f64 = intrinsic real i
  k: int = cast j
  intrinsic print k
  l: f64 = intrinsic imag i
  m: int = cast l
  intrinsic print m
  n: bool = compare eq h, h
  o: int = cast n
  intrinsic print o
  p: f64 = intrinsic max a, b
  q: int = cast p
  intrinsic print q
  z: f64 = const_float 0
  nan: f64 = binary div z, z
  r: bool = compare eq nan, nan
  s: int = cast r
  intrinsic print s
  return",
        &[3, -1, -2, 6, 1, 2, 0],
    );
}

#[test]
fn select_chooses_a_value() {
    prints(
        "",
        "  a: int = const_int 1
  b: int = const_int 2
  t: bool = compare lt a, b
  f: bool = unary not t
  c: int = select t, a, b
  d: int = select f, a, b
  intrinsic print c
  intrinsic print d
  return",
        &[1, 2],
    );
}

#[test]
fn pointers_become_integers_and_come_back() {
    prints(
        "type main.P = struct {x i32, y i32, z int}",
        "  p: *main.P = new s0 \"P\"
  y: *i32 = field_addr .1 p
  five: i32 = const_int 5
  store y, five
  u: unsafe_ptr = cast p
  n: uintptr = ptr_to_int u
  four: uintptr = const_int 4
  m: uintptr = binary add n, four
  v: unsafe_ptr = int_to_ptr m
  w: *i32 = cast v
  a: i32 = load w
  b: int = cast a
  intrinsic print b
  x: *i32 = ptr_offset u, four
  same: bool = compare eq x, y
  c: int = cast same
  intrinsic print c
  back: unsafe_ptr = int_to_ptr n
  again: *main.P = cast back
  d: bool = compare eq again, p
  e: int = cast d
  intrinsic print e
  bits: *u32 = cast u
  f: u32 = load bits
  g: int = cast f
  intrinsic print g
  return",
        &[5, 1, 1, 0],
    );
}
