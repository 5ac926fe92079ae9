//! Programs in text, run.

use outlive::driver::{Model, Options, analyze};
use outlive::entity::{FuncId, SiteId};
use outlive::fact::{Extent, Placement, Verdict};
use outlive::ir::{Module, verify};
use outlive::lab::interp::{Config, End, Outcome, Violation, ViolationKind, run};
use outlive::text::parse;

/// A program, verified. `main.main` is what runs.
pub(crate) fn module(text: &str) -> Module {
    let module = parse(text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    if let Err(errors) = verify(&module) {
        panic!("{}\n{text}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
    module
}

pub(crate) fn entry(module: &Module) -> FuncId {
    module
        .funcs
        .iter_enumerated()
        .find(|(_, f)| module.str(f.name) == "main.main")
        .map(|(id, _)| id)
        .expect("a function main.main")
}

pub(crate) fn run_seeded(module: &Module, verdicts: Option<&[Verdict]>, seed: u64) -> Outcome {
    run(module, &Config { verdicts, seed, ..Config::new(entry(module)) })
}

/// Runs a program and says how it ended, and what of it was seen.
pub(crate) fn trace(text: &str) -> (End, u64) {
    let outcome = run_seeded(&module(text), None, 1);
    (outcome.end, outcome.trace)
}

/// The body of a `main` without results, in a module with these rows before it.
pub(crate) fn main_with(rows: &str, body: &str) -> String {
    format!("type any = interface {{}}\n{rows}\nfunc main.main func() {{\nb0:\n{body}\n}}\n")
}

/// Asserts that two programs are seen to do the same: one does something, the other prints what should come out.
#[track_caller]
pub(crate) fn same(rows: &str, body: &str, expected: &str) {
    let (got_end, got) = trace(&main_with(rows, body));
    let (want_end, want) = trace(&main_with(rows, &format!("{expected}\n  return")));
    assert_eq!(got_end, End::Returned, "{body}");
    assert_eq!(want_end, End::Returned, "{expected}");
    assert_eq!(got, want, "{body}\nshould do as\n{expected}");
}

/// Statements that print integers.
pub(crate) fn print_ints(numbers: &[i64]) -> String {
    numbers
        .iter()
        .enumerate()
        .map(|(n, number)| format!("  e{n}: int = const_int {number}\n  intrinsic print e{n}\n"))
        .collect()
}

/// Asserts that the body of a `main` prints these integers, one by one.
#[track_caller]
pub(crate) fn prints(rows: &str, body: &str, numbers: &[i64]) {
    same(rows, body, &print_ints(numbers));
}

/// The verdicts of model `gc`.
pub(crate) fn verdicts(module: &Module) -> Vec<Verdict> {
    analyze(module, &Options { model: Model::Gc, ..Options::default() }).verdicts
}

/// The verdicts with one site put on the stack, for an activation.
pub(crate) fn wrong(module: &Module, site: u32) -> Vec<Verdict> {
    let mut verdicts = verdicts(module);
    let verdict = verdicts.iter_mut().find(|v| v.site == SiteId::from_raw(site)).expect("a verdict");
    assert_eq!(verdict.placement, Placement::Heap, "s{site} is no heap site: nothing to get wrong");
    verdict.placement = Placement::Stack;
    verdict.extent = Extent::Activation;
    verdicts
}

/// Runs a program with one wrong verdict; the right ones must give no violation, under any seed.
#[track_caller]
pub(crate) fn noticed(text: &str, site: u32) -> Vec<Violation> {
    let module = module(text);
    let right = verdicts(&module);
    for seed in 0..8 {
        let outcome = run_seeded(&module, Some(&right), seed);
        assert_eq!(outcome.violations, [], "the right verdicts\n{text}");
        assert_eq!(
            outcome.trace,
            run_seeded(&module, None, seed).trace,
            "verdicts change nothing that is seen\n{text}"
        );
    }
    run_seeded(&module, Some(&wrong(&module, site)), 1).violations
}

/// Asserts that a wrong verdict on a site is noticed in exactly this way, among others.
#[track_caller]
pub(crate) fn notices(text: &str, site: u32, kind: ViolationKind) -> Violation {
    let violations = noticed(text, site);
    let found = violations.iter().find(|v| v.kind == kind && v.site == SiteId::from_raw(site));
    match found {
        Some(violation) => *violation,
        None => panic!("no {kind:?} of s{site} among {violations:#?}\n{text}"),
    }
}

/// `leak` returns storage of its own; `main` does something with it.
pub(crate) fn leak(uses: &str) -> String {
    format!(
        "type any = interface {{}}
func main.leak func() *int {{
b0:
  p: *int = new s0 \"p\"
  return p
}}
func main.main func() {{
b0:
  p: *int = call main.leak
{uses}
  return
}}
"
    )
}
