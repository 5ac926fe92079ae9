//! Programs nobody has seen, through everything: written, verified, analysed by every model, checked, run. And the other way
//! round: every fault seeded into the analysis is noticed. `OUTLIVE_CASES` in the environment makes the runs longer.

mod trial_support;

use outlive::escape::faults;
use outlive::ir::verify;
use outlive::lab::r#gen::random_bytes;
use outlive::lab::seeded::{self, Programs};
use outlive::lab::trial::Court;

fn cases(default: u64) -> u64 {
    std::env::var("OUTLIVE_CASES").ok().map_or(default, |text| text.parse().expect("a number"))
}

#[test]
fn verdicts_hold_in_programs_nobody_has_seen() {
    let mut court = Court::new();
    for seed in 0..cases(1500) {
        let module = Court::program(seed);
        assert!(verify(&module).is_ok(), "seed {seed}");
        let found = court.try_program(&module, seed);
        if let Some(first) = found.first() {
            panic!("seed {seed}: {} findings, the first: {first}", found.len());
        }
    }
    let tally = &court.tally;
    println!("{tally:?}");
    assert_eq!(tally.promoted, tally.programs, "every program runs promoted as well");
    assert!(tally.median_objects() >= 50, "median {} objects a run", tally.median_objects());
    assert!(tally.exercised_percent() >= 80.0, "{:.1} % of the stack verdicts exercised", tally.exercised_percent());
    assert!(tally.below_percent() >= 30.0, "{:.1} % of sites below the program", tally.below_percent());
}

/// Bytes that are no program of ordinary size: short, cut, all alike, with bits turned. What the fuzzer begins with.
#[test]
fn verdicts_hold_in_programs_of_odd_bytes() {
    for case in 0..cases(200) {
        let mut bytes = random_bytes(case);
        match case % 4 {
            0 => bytes.truncate(bytes.len() * (case as usize % 61) / 61),
            1 => bytes.fill(case as u8),
            2 => bytes.iter_mut().step_by(1 + case as usize % 7).for_each(|byte| *byte = !*byte),
            _ => bytes.rotate_left(case as usize % 100),
        }
        trial_support::fuzz(&bytes);
    }
}

#[test]
fn a_trial_depends_on_its_seed_only() {
    let (mut fresh, mut used) = (Court::new(), Court::new());
    for seed in 0..20 {
        used.try_program(&Court::program(seed), seed);
    }
    let module = Court::program(7);
    let a = fresh.run(&module, None, 3);
    let b = used.run(&module, None, 3);
    assert_eq!((a.trace, a.stats, a.end), (b.trace, b.stats, b.end));
}

#[test]
fn every_seeded_fault_is_caught() {
    let (mut programs, mut court) = (Programs::from(1), Court::new());
    let rows: Vec<_> =
        faults::all().into_iter().map(|fault| seeded::seed(fault, &mut programs, &mut court, None)).collect();
    let table = seeded::table(&rows);
    println!("{table}");
    let missed: Vec<String> = rows.iter().filter(|row| !row.caught()).map(|row| row.fault.to_string()).collect();
    assert!(missed.is_empty(), "nobody noticed: {missed:#?}");
}

#[test]
fn faults_are_many_and_have_names_of_their_own() {
    let all = faults::all();
    let mut names: Vec<String> = all.iter().map(ToString::to_string).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all.len());
    let rules = all.iter().filter(|fault| matches!(fault, faults::Fault::Rule(_))).count();
    assert!(rules >= 20, "{rules} rules");
    assert_eq!(rules, faults::Rule::ALL.len());
}

#[test]
fn a_mended_rule_is_whole_again() {
    let fault = faults::Fault::Rule(faults::Rule::StoreIndirect);
    let module = Court::program(11);
    let caught = std::panic::catch_unwind(|| faults::with(fault, || panic!("while broken")));
    assert!(caught.is_err());
    assert!(Court::new().try_program(&module, 11).is_empty());
}
