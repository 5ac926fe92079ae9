//! The file tests of model `precise`, run: no verdict of any model is wrong, and what `precise` has on the heap must be there.
//!
//! Every file of `tests/filetests/escape/precise` has a `main.main` that uses what its functions let out. Without verdicts the
//! oracle says what each site needs. What it does not need to be on the heap is on the stack, or the file says why not, in a line
//! `; kept: sN why`; a line that is no longer true is an error.

use outlive::driver::{Model, Options, analyze};
use outlive::entity::FuncId;
use outlive::fact::{Placement, Verdict, flags};
use outlive::ir::{Module, verify};
use outlive::lab::interp::{Config, End, Machine, Need, Outcome, run};
use outlive::lab::promoted::{ORDERS, compare, promoted};
use outlive::lab::trial::Court;
use outlive::opt::placements;
use outlive::text;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What a run draws from: goroutines, the outside.
const SEEDS: std::ops::Range<u64> = 0..16;

fn files() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/filetests/escape/precise");
    let entries = std::fs::read_dir(folder).expect("the folder");
    let mut files: Vec<(String, String)> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "oir"))
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("a readable file"))
        })
        .collect();
    files.sort();
    files
}

fn entry(module: &Module) -> Option<FuncId> {
    module.funcs.iter_enumerated().find(|(_, f)| module.str(f.name) == "main.main").map(|(id, _)| id)
}

/// Runs a program under every seed.
fn runs(module: &Module, entry: FuncId, verdicts: Option<&[Verdict]>) -> Vec<Outcome> {
    SEEDS.map(|seed| run(module, &Config { verdicts, seed, ..Config::new(entry) })).collect()
}

/// What is wrong with one file.
fn try_file(text: &str) -> Result<(), String> {
    let module = text::parse(text).map_err(|error| error.to_string())?;
    verify(&module).map_err(|errors| errors[0].to_string())?;
    let entry = entry(&module).ok_or("no function main.main")?;
    let free = runs(&module, entry, None);
    if let Some(outcome) = free.iter().find(|o| !matches!(o.end, End::Returned | End::Panicked(_))) {
        return Err(format!("the run ends by {:?}", outcome.end));
    }
    for &(model, name) in Model::ALL {
        let verdicts = analyze(&module, &Options { model, ..Options::default() }).verdicts;
        for (outcome, free) in runs(&module, entry, Some(&verdicts)).iter().zip(&free) {
            if let Some(violation) = outcome.violations.first() {
                return Err(format!("model {name}: {violation}"));
            }
            if outcome.trace != free.trace {
                return Err(format!("model {name}: the program behaves differently under the verdicts"));
            }
        }
    }
    let says: BTreeMap<String, &str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("; kept: ")?.split_once(' '))
        .map(|(site, why)| (site.to_owned(), why))
        .collect();
    let needed = |v: &Verdict| free.iter().any(|o| o.sites[v.site.index()].need > Need::Activation);
    let verdicts = analyze(&module, &Options { model: Model::Precise, ..Options::default() }).verdicts;
    let listed = verdicts.iter().filter(|v| v.flags & flags::SILENT == 0);
    let kept: BTreeSet<String> =
        listed.filter(|v| v.placement == Placement::Heap && !needed(v)).map(|v| v.site.to_string()).collect();
    if let Some(site) = kept.iter().find(|site| !says.contains_key(*site)) {
        return Err(format!("{site} is on the heap, no run needs it there, and the file does not say why"));
    }
    match says.keys().find(|site| !kept.contains(*site)) {
        Some(site) => Err(format!("{site} is not kept without need any more")),
        None => Ok(()),
    }
}

#[test]
fn what_precise_has_on_the_heap_is_needed_there_or_said_why() {
    let files = files();
    assert!(files.len() > 40, "{} files", files.len());
    let wrong: Vec<String> =
        files.iter().filter_map(|(name, text)| try_file(text).err().map(|e| format!("{name}: {e}"))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What compilers got wrong, and all the rest: promoted in every order, each program does what it did, and nothing that is gone is used.
#[test]
fn promoted_programs_keep_what_they_use() {
    let files = files();
    for issue in ["past-79909-", "past-81612-"] {
        assert!(files.iter().any(|(name, _)| name.starts_with(issue)), "the shape of {issue}");
    }
    let mut machine = Machine::new();
    let (mut compared, mut placed) = (0, 0);
    for (name, text) in &files {
        let module = text::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let entry = entry(&module).unwrap_or_else(|| panic!("{name}: no function main.main"));
        for order in ORDERS {
            let after = promoted(&module, order).unwrap_or_else(|error| panic!("{name}, {order}: {error}"));
            placed += placements(&after).iter().filter(|v| !v.is_heap()).count();
            for seed in SEEDS {
                let config = Config { seed, ..Config::new(entry) };
                let free = machine.run(&module, &config);
                let run = compare(&mut machine, (&module, &free), &after, order, &config);
                if let Some(first) = run.outcome.violations.first() {
                    panic!("{name}, {order}, seed {seed}: {first}");
                }
                assert!(run.same, "{name}, {order}, seed {seed}: another program");
                compared += 1;
            }
        }
    }
    assert!(compared > 1000 && placed > 100, "{compared} runs compared, {placed} sites placed");
}

/// What model `gc` proves to stay, `precise` takes from it.
#[test]
fn nothing_that_gc_keeps_is_on_the_heap() {
    let verdicts = |module: &Module, model| analyze(module, &Options { model, ..Options::default() }).verdicts;
    let (mut kept, mut won) = (0, 0);
    let mut compare = |name: &str, module: &Module| {
        for (gc, precise) in verdicts(module, Model::Gc).iter().zip(&verdicts(module, Model::Precise)) {
            assert_eq!(gc.site, precise.site, "{name}");
            assert!(precise.extent <= gc.extent, "{name}: {} is on the heap, and gc keeps it", gc.site);
            assert_eq!(precise.flags & !gc.flags & (flags::MUTATED | flags::CALLED), 0, "{name}: {}", gc.site);
            kept += u32::from(!gc.is_heap());
            won += u32::from(gc.is_heap() && !precise.is_heap());
        }
    };
    files().iter().for_each(|(name, text)| compare(name, &text::parse(text).expect("parses")));
    for seed in 0..300 {
        compare(&format!("seed {seed}"), &Court::program(seed));
    }
    assert!(kept > 5_000 && won > 200, "{kept} kept, {won} won");
}

/// A function too large to be looked at finely that follows what a function it is given returns.
fn coarse() -> String {
    use std::fmt::Write as _;
    let mut text = String::from(
        "type main.T = struct {f *int, g *main.T}
global main.h *main.T
func main.next func(func() *main.T) *main.T {
b0(f: func() *main.T):
  r: *main.T = call_indirect f
  at: **main.T = field_addr .1 r
  q: *main.T = load at
  slot: **main.T = var s0 \"slot\"
  other: **main.T = var s1 \"other\"
",
    );
    let many = 200;
    (0..many).for_each(|i| writeln!(text, "o{i}: *main.T = new s{}\nstore slot, o{i}", i + 2).expect("writable"));
    (0..many).for_each(|i| writeln!(text, "l{i}: *main.T = load slot\nstore other, l{i}").expect("writable"));
    let (o, p, x) = (many + 2, many + 3, many + 4);
    text + &format!(
        "return q
}}
func main.get func() *main.T {{
b0:
  h: **main.T = global_addr main.h
  v: *main.T = load h
  return v
}}
func main.main func() {{
b0:
  o: *main.T = new s{o} \"o\"
  p: *main.T = new s{p} \"p\"
  og: **main.T = field_addr .1 o
  store og, p
  h: **main.T = global_addr main.h
  store h, o
  f: func() *main.T = func_ref main.get
  q: *main.T = call main.next f
  x: *int = var s{x} \"x\"
  seven: int = const_int 7
  store x, seven
  qf: **int = field_addr .0 q
  store qf, x
  return
}}
"
    )
}

/// What a function looked at coarsely says it found behind the results of a call is looked for there.
#[test]
fn results_of_calls_lead_on_in_coarse_summaries() {
    let module = text::parse(&coarse()).expect("parses");
    verify(&module).expect("is right");
    let options = Options { model: Model::Precise, ..Options::default() };
    let verdicts = analyze(&module, &options).verdicts;
    let entry = entry(&module).expect("an entry");
    for outcome in runs(&module, entry, Some(&verdicts)) {
        assert!(outcome.violations.is_empty(), "{}", outcome.violations[0]);
    }
    assert!(verdicts.last().is_some_and(Verdict::is_heap), "stored where nobody knows");
}
