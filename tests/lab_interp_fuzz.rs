//! What passes the verifier can be run: the modules of the escape tests and mutants of them go through the interpreter, every
//! function as the entry, with and without verdicts. `OUTLIVE_CASES` and `OUTLIVE_SEED` in the environment make the run longer.

mod image_support;

mod escape_files;

use escape_files::escape_files;
use image_support::Random;
use image_support::mutate::{Seed, mutate};
use outlive::driver::{Model, Options, analyze};
use outlive::fact::{Verdict, flags};
use outlive::image::{Limits, decode, encode};
use outlive::ir::{Module, verify};
use outlive::lab::interp::{Config, End, Limits as RunLimits, Machine, Outcome, Violation};
use std::path::Path;

fn environment(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
}

/// The modules of the escape tests, by name: every construct, small.
fn modules() -> Vec<(String, Module)> {
    let files = escape_files();
    let named = |file: &Path| {
        let module = outlive::text::parse(&std::fs::read_to_string(file).expect("readable")).ok()?;
        verify(&module).is_ok().then(|| (file.display().to_string(), module))
    };
    files.iter().filter_map(|file| named(file)).collect()
}

/// Every function of a module as the entry, under one seed.
fn runs(machine: &mut Machine, module: &Module, verdicts: Option<&[Verdict]>, seed: u64) -> Vec<Outcome> {
    let limits = RunLimits { steps: 2000, depth: 50, cells: 1 << 16 };
    let entries = module.funcs.indices().filter(|&f| !module.funcs[f].is_external());
    entries.map(|entry| machine.run(module, &Config { verdicts, seed, limits, ..Config::new(entry) })).collect()
}

#[test]
fn escape_tests_run_and_their_verdicts_are_right() {
    let modules = modules();
    assert!(modules.len() > 50, "only {}", modules.len());
    let mut machine = Machine::new();
    let (mut returned, mut born) = (0, 0);
    for (name, module) in &modules {
        for seed in 0..20 {
            let ideal = runs(&mut machine, module, None, seed);
            for &(model, model_name) in Model::ALL {
                let verdicts = analyze(module, &Options { model, ..Options::default() }).verdicts;
                for (outcome, ideal) in runs(&mut machine, module, Some(&verdicts), seed).iter().zip(&ideal) {
                    // What happens to storage that is pinned to its frame, and whose verdict says that it dangles, was foretold.
                    let untold = outcome.violations.iter().filter(|violation| {
                        let verdict = verdicts.iter().find(|verdict| verdict.site == violation.site);
                        verdict.is_none_or(|verdict| verdict.flags & flags::DANGLES == 0)
                    });
                    assert_eq!(untold.collect::<Vec<_>>(), Vec::<&Violation>::new(), "{name}, {model_name}");
                    assert_eq!(outcome.trace, ideal.trace, "{name}: verdicts change nothing that is seen");
                }
            }
            returned += ideal.iter().filter(|o| o.end == End::Returned).count();
            born += ideal.iter().map(|o| o.stats.objects).sum::<u64>();
        }
    }
    assert!(returned > 1000 && born > 1000, "{returned} runs returned, {born} objects");
}

#[test]
fn verified_mutants_run_without_a_panic() {
    let cases = environment("OUTLIVE_CASES", 20_000);
    let mut random = Random(environment("OUTLIVE_SEED", 11) | 1);
    let seeds: Vec<Seed> = modules().iter().map(|(_, module)| Seed::new(encode(module))).collect();
    let mut machine = Machine::new();
    let (mut image, mut verified, mut returned) = (Vec::new(), 0_u64, 0_usize);
    for _ in 0..cases {
        mutate(random.pick(&seeds), &mut random, &mut image);
        let Ok(module) = decode(&image, &Limits::default()) else { continue };
        if verify(&module).is_err() {
            continue;
        }
        verified += 1;
        let ideal = runs(&mut machine, &module, None, verified);
        let verdicts = analyze(&module, &Options::default()).verdicts;
        let placed = runs(&mut machine, &module, Some(&verdicts), verified);
        for (ideal, placed) in ideal.iter().zip(&placed) {
            // An integer kept longer than an expression is followed only where nothing can die.
            if !matches!(placed.end, End::Unsupported(_)) {
                assert_eq!(
                    (&ideal.end, ideal.trace),
                    (&placed.end, placed.trace),
                    "verdicts change nothing that is seen"
                );
            }
        }
        returned += ideal.iter().filter(|o| o.end == End::Returned).count();
    }
    assert!(verified * 5 > cases, "only {verified} of {cases} mutants pass the verifier");
    assert!(returned as u64 * 2 > verified, "only {returned} runs of {verified} modules return");
}
