//! Hand-written texts; `tests/filetests` has the corpus, `tests/text.rs` random modules and mutations.

use super::*;
use crate::entity::{NONE, SiteId, TypeId};
use crate::ir::attr::{self, Entity};
use crate::ir::{Module, SiteKind, verify};

fn parsed(text: &str) -> Module {
    parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The canonical text; parsing it gives it back.
fn canonical(text: &str) -> String {
    let once = print(&parsed(text));
    assert_eq!(print(&parsed(&once)), once);
    once
}

const SMALL: &str = r#"module "main"
file "main.go"
type t0 = int
type t1 = *int
type t2 = func(int) *int
func f0 main.g func(int) *int @main.go:3:6 {
b0(v0: int):
  v1: *int = var s0 "x" {param 0} @3:8
  store v1, v0 @3:8
  return v1 @4:2
}
"#;

#[test]
fn canonical_text_comes_back() {
    assert_eq!(print(&parsed(SMALL)), SMALL);
    let m = parsed(SMALL);
    verify(&m).expect("correct");
    let site = m.sites[SiteId::from_raw(0)];
    assert_eq!((site.kind, site.ty.raw(), m.str(site.name)), (SiteKind::Param, 0, "x"));
    assert_eq!(m.display_pos(site.pos), "main.go:3:8");
}

#[test]
fn much_may_be_left_out() {
    let text = r"
        func main.g func(int) *int {
        entry(n: int):
          p: *int = var {param 0}     ; no id, no name, no position
          store p n
          return p
        }
    ";
    let m = parsed(text);
    verify(&m).expect("correct");
    assert_eq!(m.types.len(), 3);
    assert_eq!(m.positions.len(), 1);
    assert_eq!(
        canonical(text),
        "module \"\"\ntype t0 = int\ntype t1 = *int\ntype t2 = func(int) *int\nfunc f0 main.g func(int) *int {\n\
         b0(v0: int):\n  v1: *int = var s0 {param 0}\n  store v1, v0\n  return v1\n}\n"
    );
}

#[test]
fn structs_without_offsets_are_laid_out() {
    let m = parsed("type main.T = struct {a u8, b i64, c [3]u8}\ntype t1 = *main.T");
    let layout = m.types.layout[TypeId::from_raw(0)];
    assert_eq!((layout.size, layout.align), (24, 8));
    assert_eq!(m.types.fields(TypeId::from_raw(0)).map(|f| f.offset).collect::<Vec<_>>(), [0, 8, 16]);
    canonical("type main.T = struct {a u8, b i64, next *main.T}\ntype t1 = *main.T");
}

#[test]
fn positions_out_of_order_are_written_as_a_table() {
    let text = "file \"a.go\"\npos 0 2 2\npos 0 1 1\nfunc f func() @#2 {\nb:\n return @#1\n}";
    let once = canonical(text);
    assert!(once.contains("pos 0 2 2\npos 0 1 1\n") && once.contains("@a.go:1:1 {"), "{once}");
    let twice = canonical("file \"a.go\"\npos 0 2 2\npos 0 2 2\nfunc f func() @#2 {\nb:\n return @#1\n}");
    assert!(twice.contains("@#2 {") && twice.contains("return @a.go:2:2"), "{twice}");
}

#[test]
fn every_row_of_a_table_has_a_form() {
    let text = r#"module "m" producer "test" pointer 4 align 4
file "odd name.go"
type t0 = i8 a=5
type t1 "a b" "T" [t4] not_in_heap = t5 method M main.f 1 method N none
type t2 = chan t0 b=7
type t3 = func() b=1
type t4 = tparam P t6
type t5 = struct 8 {a t0 0 embedded, "b c" *t1 4 flags=6}
type t6 = interface {M t3}
type t7 = opaque 24 8 pointers
type t8 = map[t0]*t1
type t9 = *t1
global g0 x t7 flags=3 data "00ff" @"odd name.go":1:2
global g1 x t7 data ""
reloc g0+8 func main.f+4
reloc g1+0 g0+0
site s0 f1 concat t0 "loose" {3 silent flags=6 parent=s0 call=9 depth=2 @"odd name.go":3:3}
attribute 9 1 2 3
attribute 2 1 77 3
func f0 main.f t3 receiver exported flags=64 parent=f1 instance_of=f1 recover=b1 free=(t0, t9) [noescape=1 attr77=4]
func f1 "(*T).m" t3 {
b0 [depth=3]:
  branch raw 7 {1 2 3 4} [attr9=9]
b1(v0: t0):
  v1: t0 = binary raw 99 v0, v0
  jump b1(v1)
}
"#;
    let text = text.replace(
        "func f0 main.f t3 receiver exported flags=64 parent=f1 instance_of=f1 recover=b1",
        "func f0 main.f t3 receiver exported flags=64 parent=f1 instance_of=f1",
    );
    let once = canonical(&text);
    for part in [
        "flags=6",
        "\"loose\" {3 silent flags=6 parent=s0 call=9 depth=2 @",
        "attribute 9 1 2 3",
        "raw 99",
        "data \"00ff\"",
    ] {
        assert!(once.contains(part), "{part} in\n{once}");
    }
    let m = parsed(&once);
    assert_eq!((m.globals.raw[0].data_len, m.globals.raw[1].data_len, m.data.len()), (2, 0, 2));
    assert_eq!(m.attrs.get(Entity::Func, attr::NOESCAPE, 0), Some(1));
    assert_eq!(m.sites.raw[0].call, 9);
    assert_eq!(m.funcs.raw[0].free_len, 2);
    assert_eq!(m.types.rows.raw[2].b, 7);
    assert_eq!(parsed("global g0 x int").globals.raw[0].data_len, NONE);
}

#[test]
fn every_instruction_has_a_form() {
    let text = r#"
type main.P = struct {a int, b *int}
type I = interface {M func(int) int}
global x int
func callee func(int) int
func main.P.M func(*main.P, int) int receiver
func main.f$1 func() free=(*int) parent=main.f
func main.f func(int, []int, map[string]*int, chan int, I, unsafe_ptr) recover=r {
entry(n: int, s: []int, m: map[string]*int, ch: chan int, i: I, u: unsafe_ptr):
  one: int = const_int -1
  big: u64 = const_int 18446744073709551615
  t: bool = const_int true
  pi: f64 = const_float 3.25
  inf: f64 = const_float inf
  huge: f64 = const_float 1e300
  nan: f64 = const_float 0x7ff8000000000001
  str: string = const_str "a\n\"b"
  nil: *int = zero
  neg: int = unary neg n
  sum: int = binary andnot n, one
  lt: bool = compare lt n one
  sel: int = select lt, n, one
  c: i32 = cast n
  a: uintptr = ptr_to_int u
  u2: unsafe_ptr = int_to_ptr a
  p: *main.P = new "&P{}" {literal}
  f: **int = field_addr .1 p
  e: *int = elem_addr s, n
  o: unsafe_ptr = ptr_offset u, n
  s2: []int = slice s lo n, max n
  s3: []int = slice s
  zero_mem p
  memcpy main.P p, p
  g: *int = global_addr x
  fr: func(int) int = func_ref callee
  ag: main.P = aggregate n, nil
  ex: *int = extract .1 ag
  ch0: u8 = extract_elem str, n
  ms: []int = make_slice "make([]int, n)" n, n
  mm: map[string]*int = make_map n
  mc: chan int = make_chan
  box: I = make_iface "n" n
  di: I = make_iface_direct p
  cl: func() = make_closure main.f$1 e
  mv: func(int) int = method_value main.P.M p
  mi: func(int) int = method_value none .0 i
  cc: string = concat str str str
  cv: []u8 = convert str
  ap: []int = append s one one
  as: []int = append_slice s s
  v: *int, ok: bool = map_get m, str
  map_set m str v
  it: map[string]*int = iter m
  more: bool, k: string, val: *int = next it
  chan_send ch n
  idx: int, recvd: bool, got: int = chan_select 1 default ch n ch
  l: int = len s
  r0: int = call callee n
  r1: int = call_indirect fr n [target=callee]
  r2: int = call_method .0 i n
  cp: int = intrinsic copy s s
  go callee n
  defer_intrinsic close ch
  switch n out, 1: other(n), -5: other(one)
other(z: int):
  branch lt other(z) out
r:
  rec: I = recover
  return
out [depth=1]:
  run_defers
  panic i
}
"#;
    let m = parsed(text);
    if let Err(errors) = verify(&m) {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        // A slice with a maximum needs a high bound.
        assert_eq!(errors.len(), 1, "{errors:#?}");
        assert!(errors[0].contains("has a maximum without a high bound"), "{errors:#?}");
    }
    let once = canonical(text);
    for part in
        ["slice v1 lo v0 max v0", "switch v0, b3, 1: b1(v0), -5: b1(v6)", "chan_select 1 default", "const_float 1e300"]
    {
        assert!(once.contains(part), "{part} in\n{once}");
    }
}

#[test]
fn errors_say_where_and_what() {
    for (text, want) in [
        ("module", "1:7: expected the module's name, found the end of the line"),
        ("\n  frob", "2:3: unknown statement `frob`"),
        ("func f func() {\nb:\n  x: int = lood x\n}", "3:12: unknown opcode `lood`"),
        ("func f func() {\nb:\n  return y\n}", "3:10: value `y` is not defined"),
        ("func f func() {\nb:\n  jump c\n}", "3:8: block `c` is not defined"),
        ("func f func() {\n  return\n}", "2:3: an instruction before the first block"),
        ("func f func() {\nb:", "1:1: the body has no `}`"),
        ("func f t9", "1:8: type t9 is not declared"),
        ("type t1 = int", "1:1: t1 leaves a gap: the text declares 1 of them"),
        ("func f func(main.T)", "1:13: unknown type `main.T`"),
        ("type main.T = struct {x main.T}", "1:1: contains itself by value, or is nested too deeply"),
        ("func f func() @1:2", "1:16: a position without a file, and none was named before"),
        ("global g *int data \"0\"", "1:23: bytes are two hexadecimal digits each"),
        ("func f func() {\nb:\n  p: *int = var s0\n  q: *int = var s0 \"x\"\n}", "4:20: s0 is declared twice"),
    ] {
        assert_eq!(parse(text).expect_err(text).to_string(), want, "{text}");
    }
    assert!(parse(&format!("global x {}int", "*".repeat(9999))).expect_err("deep").message.contains("too deeply"));
}
