//! What passes the verifier can be analysed: mutated images that decode and verify go through every model, the verdict checker,
//! every explanation and the printer. `OUTLIVE_CASES` and `OUTLIVE_SEED` in the environment make the run longer.

mod image_support;

mod escape_files;

use escape_files::escape_files;
use image_support::Random;
use image_support::mutate::{Seed, mutate};
use outlive::driver::{Model, Options, analyze_certified, analyze_explained, check};
use outlive::image::{Limits, decode, encode};
use outlive::ir::verify;
use std::path::Path;

fn environment(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
}

/// The modules of the escape tests: every construct, small.
fn seeds() -> Vec<Seed> {
    let files = escape_files();
    let text = |file: &Path| std::fs::read_to_string(file).expect("readable");
    files.iter().filter_map(|file| outlive::text::parse(&text(file)).ok()).map(|m| Seed::new(encode(&m))).collect()
}

#[test]
fn verified_mutants_are_analysed_without_a_panic() {
    let cases = environment("OUTLIVE_CASES", 20_000);
    let mut random = Random(environment("OUTLIVE_SEED", 7) | 1);
    let seeds = seeds();
    assert!(seeds.len() > 50, "only {} seeds", seeds.len());
    let (mut image, mut verified, mut explained) = (Vec::new(), 0_u64, 0_u64);
    for _ in 0..cases {
        mutate(random.pick(&seeds), &mut random, &mut image);
        let Ok(module) = decode(&image, &Limits::default()) else { continue };
        if verify(&module).is_err() {
            continue;
        }
        verified += 1;
        for &(model, name) in Model::ALL {
            let options = Options { model, ..Options::default() };
            let (analysis, mut explainer) = analyze_explained(&module, &options);
            let (certified, certificate) = analyze_certified(&module, &options);
            assert_eq!(certified, analysis, "{name}: a certificate changes nothing");
            if model.is_certified()
                && let Err(rejection) = check(&module, &options, &analysis, &certificate)
            {
                panic!("{name}: {rejection}\n{}", outlive::text::print(&module));
            }
            for verdict in &analysis.verdicts {
                let why = explainer.explain(&module, verdict.site);
                let why = why.unwrap_or_else(|| panic!("{name}: {} has a verdict and no explanation", verdict.site));
                assert_eq!(why.reason, verdict.reason, "{name}: {}", verdict.site);
                explained += 1;
            }
        }
        let printed = outlive::text::print(&module);
        assert!(!printed.is_empty());
    }
    println!("{cases} cases, {verified} verified, {explained} verdicts explained");
    assert!(verified * 20 >= cases, "only {verified} of {cases} mutants reach the analysis");
}
