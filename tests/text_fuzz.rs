//! The readable form under hostile input: mutations of every text there is never panic, errors lie in the text, what is accepted
//! survives printing, and no text costs more than its length justifies. `OUTLIVE_CASES` and `OUTLIVE_SEED` in the environment
//! make the run longer.

mod image_support;
#[path = "text_support/mutate.rs"]
mod mutate;
#[path = "text_support/same.rs"]
mod same;

use image_support::Random;
use mutate::{Outcome, check, corpus};
use outlive::ir::verify;
use outlive::text::{parse, print};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// Counts the bytes this thread asks for, freed or not: work as much as memory, and the same on every machine.
struct Counting;

thread_local! {
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is passed on to the system's allocator as it is; the counter is a plain cell of the thread.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED.with(|asked| asked.set(asked.get().wrapping_add(layout.size())));
        // SAFETY: the caller's promise is the one the system's allocator needs.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(ptr, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn environment(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}

#[test]
fn mutated_text_never_panics_and_what_is_accepted_survives_printing() {
    let (cases, budget) = match environment("OUTLIVE_CASES") {
        Some(cases) => (cases, Duration::MAX),
        None => (u64::MAX, Duration::from_secs(3)),
    };
    let first = environment("OUTLIVE_SEED").unwrap_or(0);
    let texts = corpus();
    assert!(texts.len() > 200, "only {} texts", texts.len());
    let (start, mut done, mut parsed, mut verified) = (Instant::now(), 0, 0_u64, 0_u64);
    while done < cases && start.elapsed() < budget {
        let seed = first + done;
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let text = mutate::mutate(&mut random, &texts);
        let outcome = std::panic::catch_unwind(|| check(&text)).unwrap_or_else(|panic| {
            eprintln!("OUTLIVE_SEED={seed} OUTLIVE_CASES=1 repeats this");
            std::panic::resume_unwind(panic)
        });
        parsed += u64::from(outcome != Outcome::Refused);
        verified += u64::from(outcome == Outcome::Verified);
        done += 1;
    }
    println!("{done} texts, {parsed} parsed, {verified} verified, {:.1?}", start.elapsed());
    assert!(parsed * 10 >= done && verified * 20 >= done, "the mutations are too wild: {parsed}, {verified} of {done}");
}

#[test]
fn every_text_of_the_corpus_is_told_apart() {
    let outcomes: Vec<Outcome> = corpus().iter().map(|text| check(text)).collect();
    for outcome in [Outcome::Refused, Outcome::Parsed, Outcome::Verified] {
        assert!(outcomes.iter().filter(|&&o| o == outcome).count() > 5, "{outcome:?}");
    }
}

/// A text of about `n` parts.
type Crafted = (&'static str, fn(usize) -> String);

fn many(n: usize, head: &str, part: impl Fn(usize, &mut String), tail: &str) -> String {
    let mut out = head.to_owned();
    (0..n).for_each(|i| part(i, &mut out));
    out.push_str(tail);
    out
}

/// What somebody would write to make a parser, a verifier or a printer do more than its share.
const CRAFTED: &[Crafted] = &[
    ("stars", |n| format!("type t0 = {}int", "*".repeat(n))),
    ("opened brackets", |n| format!("type t0 = {}", "[]".repeat(n))),
    ("opened parentheses", |n| format!("type t0 = {}", "(".repeat(n))),
    ("opened strings", |n| "\"".repeat(n)),
    ("one long string", |n| format!("module \"{}\"", "\\\\".repeat(n))),
    ("escapes without an end", |n| format!("module \"{}", "\\u{41}".repeat(n))),
    ("a brace far away", |n| format!("module \"\\u{{{}}}\"", "0".repeat(n))),
    ("one long word", |n| format!("func {} func()", "x".repeat(n))),
    ("one long line", |n| format!("func f func() {}", "exported ".repeat(n))),
    ("empty lines", |n| "\n".repeat(n)),
    ("comments", |n| "; x\n".repeat(n)),
    ("types of types", |n| many(n, "type t0 = int\n", |i, o| _ = writeln!(o, "type t{} = *t{i}", i + 1), "")),
    ("types of later types", |n| {
        many(n, "", |i, o| _ = writeln!(o, "type t{i} = *t{}", i + 1), &format!("type t{n} = int"))
    }),
    ("structs doubled", |n| {
        many(n, "type t0 = struct {}\n", |i, o| _ = writeln!(o, "type t{} = struct {{a t{i}, b t{i}}}", i + 1), "")
    }),
    ("functions doubled", |n| {
        many(n, "type t0 = func()\n", |i, o| _ = writeln!(o, "type t{} = func(t{i}) t{i}", i + 1), "")
    }),
    ("maps doubled", |n| many(n, "type t0 = int\n", |i, o| _ = writeln!(o, "type t{} = map[t{i}]t{i}", i + 1), "")),
    ("maps of later maps", |n| {
        many(n, "", |i, o| _ = writeln!(o, "type t{i} = map[t{0}]t{0}", i + 1), &format!("type t{n} = int"))
    }),
    ("arrays of one later signature", |n| {
        let arrays = many(n, "", |i, o| _ = writeln!(o, "type t{i} = [{i}]t{n}"), &format!("type t{n} = func("));
        many(n, &arrays, |_, o| o.push_str("int, "), ")")
    }),
    ("arrays of one signature", |n| {
        let sig = many(n, "type t0 = func(", |_, o| o.push_str("int, "), ")\n");
        many(n, &sig, |i, o| _ = writeln!(o, "type t{} = [{i}]t0", i + 1), "")
    }),
    ("a struct of many fields", |n| many(n, "type t0 = struct {", |i, o| _ = write!(o, "a{i} int, "), "}")),
    ("a struct of one name", |n| many(n, "type t0 = struct {", |_, o| o.push_str("a int, "), "}")),
    ("an interface of many methods", |n| many(n, "type t0 = interface {", |i, o| _ = write!(o, "M{i} func(), "), "}")),
    ("a type of many methods", |n| many(n, "type t0 main.T = int", |i, o| _ = write!(o, " method M{i} none"), "\n")),
    ("named types", |n| many(n, "", |i, o| _ = writeln!(o, "type main.T{i} = *main.T{}", (i + 1) % n), "")),
    ("named types of one name", |n| many(n, "", |_, o| o.push_str("type main.T = int\n"), "")),
    ("functions", |n| many(n, "", |i, o| _ = writeln!(o, "func main.f{i}x func()"), "")),
    ("functions of one name", |n| many(n, "", |_, o| o.push_str("func main.f func()\n"), "")),
    ("functions backwards", |n| many(n, "", |i, o| _ = writeln!(o, "func f{} g{i}x func()", n - 1 - i), "")),
    ("nested functions", |n| {
        many(n, "func f0 a func()\n", |i, o| _ = writeln!(o, "func f{} x{i}x func() parent=f{i}", i + 1), "")
    }),
    ("a function of many parameters", |n| {
        let sig = many(n, "func f func(", |_, o| o.push_str("int, "), ") {\nb0(");
        many(n, &sig, |i, o| _ = write!(o, "v{i}: int, "), "):\nreturn\n}")
    }),
    ("positions", |n| many(n, "file \"a\"\n", |i, o| _ = writeln!(o, "pos 0 {} 1", n - i), "")),
    ("positions of two files", |n| {
        many(n, "func f func() {\nb:\n", |i, o| _ = writeln!(o, "run_defers @f{}.go:{i}:1", i % 2), "return\n}")
    }),
    ("files", |n| many(n, "func f func() {\nb:\n", |i, o| _ = writeln!(o, "run_defers @f{i}.go:1:1"), "return\n}")),
    ("globals", |n| many(n, "", |i, o| _ = writeln!(o, "global main.g{i}x int data \"00\""), "")),
    ("relocations", |n| {
        many(n, "global g0 x [9999999]*int data \"0000000000000000\"\n", |_, o| o.push_str("reloc g0+0 g0+0\n"), "")
    }),
    ("sites", |n| {
        many(n, "func f func() {\nb:\n", |i, o| _ = writeln!(o, "p{i}: *int = new s{} \"x\"", n - 1 - i), "return\n}")
    }),
    ("parents of sites", |n| {
        many(
            n,
            "func f func()\nsite s0 f new int\n",
            |i, o| _ = writeln!(o, "site s{} f new int {{parent=s{i}}}", i + 1),
            "",
        )
    }),
    ("blocks", |n| many(n, "func f func() {\n", |i, o| _ = writeln!(o, "b{i}:\njump b{}", (i + 1) % n), "}")),
    ("blocks backwards", |n| {
        many(
            n,
            &format!("func f func() {{\na:\njump b{}\n", n - 1),
            |i, o| {
                _ = writeln!(o, "b{i}:\njump b{}", if i == 0 { 0 } else { i - 1 });
            },
            "}",
        )
    }),
    ("a chain of values", |n| {
        many(
            n,
            "func f func(int) {\nb(v0: int):\n",
            |i, o| _ = writeln!(o, "v{}: int = unary neg v{i}", i + 1),
            "return\n}",
        )
    }),
    ("values across blocks", |n| {
        let head = "func f func(int) {\ne(x: int):\njump b0\n";
        many(
            n,
            head,
            |i, o| _ = writeln!(o, "b{i}:\ny{i}: int = unary neg x\njump b{}", i + 1),
            &format!("b{n}:\nreturn\n}}"),
        )
    }),
    ("undefined values", |n| many(n, "func f func() {\nb:\n", |i, o| _ = writeln!(o, "store v{i}, w{i}"), "return\n}")),
    ("a switch of many cases", |n| {
        many(
            n,
            "func f func(int) {\nb0(v0: int):\nswitch v0, b1",
            |i, o| _ = write!(o, ", {i}: b1"),
            "\nb1:\nreturn\n}",
        )
    }),
    ("attributes", |n| many(n, "", |i, o| _ = writeln!(o, "attribute 1 {} 0 0", i % 60_000), "")),
    ("attributes of one function", |n| many(n, "func f func() [", |_, o| o.push_str("depth=1, "), "]")),
    ("promises", |n| many(n, "func f func(int)\n", |i, o| _ = writeln!(o, "promise f {i} heap=1"), "")),
    ("type parameters", |n| many(n, "", |i, o| _ = writeln!(o, "type t{i} = tparam P{i} interface {{}}",), "")),
    ("one long name of a function", |n| {
        let head = format!("func f0 {} func()\nfunc f1 f func() {{\nb:\n", "x".repeat(n));
        many(n, &head, |_, o| o.push_str("call f0\n"), "return\n}")
    }),
    ("one long name of a type", |n| {
        many(
            n,
            &format!("type t0 \"\" {} = int\n", "x".repeat(n)),
            |i, o| _ = writeln!(o, "type t{} = [{i}]t0", i + 1),
            "",
        )
    }),
    ("long names of two files", |n| {
        let file = |c: &str| format!("file \"{}\"\n", c.repeat(n));
        let head = format!("{}{}pos 0 1 1\npos 1 1 1\nfunc f func() {{\nb:\n", file("x"), file("y"));
        many(n, &head, |i, o| _ = writeln!(o, "run_defers @#{}", 1 + i % 2), "return\n}")
    }),
    ("verifier errors", |n| many(n, "func f func() {\nb:\n", |_, o| o.push_str("return\n"), "}")),
];

/// Bytes asked for by everything done with a text.
fn cost(text: &str) -> usize {
    let before = ASKED.with(Cell::get);
    if let Ok(module) = parse(text) {
        let _ = std::hint::black_box(verify(&module).is_ok());
        let printed = print(&module);
        std::hint::black_box(parse(&printed).is_ok());
    }
    ASKED.with(Cell::get).wrapping_sub(before)
}

/// Eight times the text: eight times the memory, all that was ever asked for counted. A square would be 64 times. Time is not
/// looked at, for it is that of the machine; what takes a square of it mostly writes a square of text as well.
#[test]
fn crafted_text_costs_what_its_length_justifies() {
    const SMALL: usize = 1_500;
    let mut wrong = String::new();
    for &(name, text) in CRAFTED {
        let (small, large) = (text(SMALL), text(8 * SMALL));
        let longer = large.len() as f64 / small.len() as f64;
        let bytes = cost(&large) as f64 / (cost(&small) as f64).max(65_536.0) / longer;
        if bytes >= 1.7 {
            _ = writeln!(wrong, "{name}: {bytes:.1} times the memory per byte of text");
        }
    }
    assert!(wrong.is_empty(), "for a text eight times as long:\n{wrong}");
}
