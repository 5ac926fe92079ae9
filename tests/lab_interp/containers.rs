//! Slices, maps, interfaces, iteration, the other intrinsics.

use crate::support::{prints, same};

#[test]
fn slices_share_their_array_until_they_grow() {
    prints(
        "",
        "  two: int = const_int 2
  three: int = const_int 3
  one: int = const_int 1
  zero: int = const_int 0
  s: []int = make_slice s0 \"s\" two, three
  a: []int = append s1 \"a\" s, one
  b: []int = append s2 \"b\" s, two
  p: *int = elem_addr a, two
  v: int = load p
  intrinsic print v
  c: []int = append s3 \"c\" b, three, three
  q: *int = elem_addr c, zero
  store q, three
  r: *int = elem_addr s, zero
  w: int = load r
  intrinsic print w
  n: int = len c
  intrinsic print n
  d: []int = append_slice s4 \"d\" c, c
  m: int = len d
  intrinsic print m
  e: []int = slice d lo one hi three max three
  k: int = cap e
  intrinsic print k
  l: int = intrinsic copy d, e
  intrinsic print l
  f: []int = slice d lo two
  g: *[3]int = slice_to_array_ptr f
  h: [3]int = slice_to_array f
  i: *int = elem_addr g, zero
  j: int = load i
  x: int = extract_elem h, zero
  same: bool = compare eq j, x
  y: int = cast same
  intrinsic print y
  intrinsic clear d
  z: int = load i
  intrinsic print z
  return",
        &[2, 0, 5, 10, 2, 2, 1, 0],
    );
}

#[test]
fn byte_slices_take_strings() {
    same(
        "",
        "  zero: int = const_int 0
  s: []u8 = make_slice s0 \"s\" zero, zero
  t: string = const_str \"abc\"
  u: []u8 = append_slice s1 \"u\" s, t
  v: string = const_str \"xy\"
  n: int = intrinsic copy u, v
  w: string = convert s2 \"w\" u
  intrinsic print w
  p: *u8 = intrinsic unsafe_string_data w
  two: int = const_int 2
  x: string = intrinsic unsafe_string p, two
  intrinsic print x
  y: *u8 = intrinsic unsafe_slice_data u
  z: []u8 = intrinsic unsafe_slice y, two
  q: *u8 = elem_addr z, zero
  c: u8 = load q
  intrinsic print c
  return",
        "  a: string = const_str \"xyc\"
  intrinsic print a
  b: string = const_str \"xy\"
  intrinsic print b
  c: u8 = const_int 120
  intrinsic print c",
    );
}

#[test]
fn maps_by_every_kind_of_key() {
    prints(
        "type main.K = struct {s string, i any, a [2]int}",
        "  m: map[main.K]int = make_map s0 \"m\"
  s: string = const_str \"k\"
  t: string = const_str \"\"
  u: string = concat s1 \"u\" s, t, s
  uu: string = const_str \"kk\"
  one: int = const_int 1
  two: int = const_int 2
  i: any = make_iface s2 \"i\" one
  j: any = make_iface s3 \"j\" one
  a: [2]int = aggregate one, two
  k1: main.K = aggregate u, i, a
  k2: main.K = aggregate uu, j, a
  k3: main.K = aggregate s, j, a
  map_set m, k1, one
  map_set m, k2, two
  v: int = map_get m, k1
  intrinsic print v
  n: int = len m
  intrinsic print n
  w: int, ok: bool = map_get m, k3
  x: int = cast ok
  intrinsic print w
  intrinsic print x
  map_delete m, k1
  y: int, no: bool = map_get m, k2
  z: int = cast no
  intrinsic print z
  e: map[main.K]int = zero
  f: int = map_get e, k1
  intrinsic print f
  map_set m, k3, one
  intrinsic clear m
  g: int = len m
  intrinsic print g
  return",
        &[2, 1, 0, 0, 0, 0, 0],
    );
}

#[test]
fn iteration_meets_each_entry_once() {
    // The sum does not depend on the order; entries deleted meanwhile are not met.
    prints(
        "",
        "  m: map[int]int = make_map s0 \"m\"
  zero: int = const_int 0
  one: int = const_int 1
  ten: int = const_int 10
  jump b1(zero)
b1(i: int):
  map_set m, i, i
  next: int = binary add i, one
  more: bool = compare lt next, ten
  branch more, b1(next), b2
b2:
  map_delete m, one
  it: map[int]int = iter m
  jump b3(zero, zero)
b3(sum: int, count: int):
  ok: bool, k: int, v: int = next it
  branch ok, b4, b5
b4:
  s: int = binary add sum, v
  c: int = binary add count, one
  jump b3(s, c)
b5:
  intrinsic print sum
  intrinsic print count
  return",
        &[44, 9],
    );
}

#[test]
fn iteration_over_a_string_meets_characters() {
    prints(
        "",
        "  s: string = const_str \"aäz\"
  it: string = iter s
  jump b1
b1:
  ok: bool, k: int, v: i32 = next it
  branch ok, b2, b3
b2:
  intrinsic print k
  w: int = cast v
  intrinsic print w
  jump b1
b3:
  return",
        &[0, 97, 1, 228, 3, 122],
    );
}

#[test]
fn interfaces_compare_by_type_and_content() {
    prints(
        "",
        "  one: int = const_int 1
  small: i8 = const_int 1
  a: any = make_iface s0 \"a\" one
  b: any = make_iface s1 \"b\" one
  c: any = make_iface s2 \"c\" small
  nil: any = zero
  x: bool = compare eq a, b
  y: bool = compare eq a, c
  z: bool = compare ne a, nil
  i: int = cast x
  j: int = cast y
  k: int = cast z
  intrinsic print i
  intrinsic print j
  intrinsic print k
  v: i8, no: bool = type_assert a
  l: int = cast no
  intrinsic print l
  w: int = type_assert a
  intrinsic print w
  return",
        &[1, 0, 1, 0, 1],
    );
}

#[test]
fn the_smallest_and_the_largest() {
    prints(
        "",
        "  a: i8 = const_int -3
  b: i8 = const_int 2
  c: i8 = intrinsic min a, b
  d: int = cast c
  e: u8 = const_int 253
  f: u8 = const_int 2
  g: u8 = intrinsic min e, f
  h: int = cast g
  s: string = const_str \"b\"
  t: string = const_str \"ab\"
  u: string = intrinsic max s, t
  n: int = len u
  intrinsic print d
  intrinsic print h
  intrinsic print n
  return",
        &[-3, 2, 1],
    );
}
