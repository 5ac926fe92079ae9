//! The verdict checker notices what is not true: random changes to the answers about the modules of the escape tests, each of
//! which makes a claim that does not follow. Verdicts, summaries and distances of a run are the least that satisfy the rules, so
//! anything below them is untrue: a distance raised by one or left out, storage taken off the heap, a summary's entry raised.
//! `OUTLIVE_CASES` and `OUTLIVE_SEED` in the environment make the run longer.

mod escape_files;

use escape_files::escape_files;
use outlive::driver::{Analysis, Model, Options, Rule, analyze_certified, check};
use outlive::fact::{Allocates, Certificate, Extent, Placement, Reason, flags};
use outlive::ir::{Module, SiteKind, verify};

/// xorshift64*: the test needs repeatable numbers, nothing more.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % n as u64) as usize
    }

    /// One of the numbers below `n` that pass.
    fn pick(&mut self, n: usize, pass: impl Fn(usize) -> bool) -> Option<usize> {
        let all: Vec<usize> = (0..n).filter(|&i| pass(i)).collect();
        (!all.is_empty()).then(|| all[self.below(all.len())])
    }
}

fn environment(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
}

/// Every construct, small: the modules of the escape tests, and a component of several functions with closures.
fn modules() -> Vec<(String, Module)> {
    let files = escape_files();
    let mut out = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("readable");
        let module = outlive::text::parse(&text).expect("parses");
        assert!(verify(&module).is_ok(), "{} is wrong", file.display());
        out.push((file.file_name().expect("a name").to_string_lossy().into_owned(), module));
    }
    out
}

/// Makes one claim that does not follow, and says which; `None` where there is nothing of the kind to change.
fn mutate(module: &Module, analysis: &mut Analysis, to: &mut Certificate, r: &mut Random) -> Option<String> {
    let n = analysis.verdicts.len();
    match r.below(14) {
        0..=3 => {
            let at = r.pick(to.distances.len(), |_| true)?;
            let by = if r.below(2) == 0 { 1 } else { 1 + r.below(4) as i32 };
            to.distances[at].derefs += by;
            Some(format!("distance {at} raised by {by}"))
        }
        4 => {
            let at = r.pick(to.distances.len(), |_| true)?;
            remove(to, at);
            Some(format!("distance {at} left out"))
        }
        5 | 6 => {
            let at = r.pick(n, |i| analysis.verdicts[i].is_heap())?;
            let v = &mut analysis.verdicts[at];
            (v.placement, v.allocates, v.bound) = match v.kind {
                SiteKind::Concat | SiteKind::StringConversion => (Placement::Bounded, Allocates::Maybe, 32),
                SiteKind::Append | SiteKind::Map | SiteKind::MapLiteral => (Placement::Stack, Allocates::Maybe, 0),
                SiteKind::MakeSlice if r.below(2) == 0 => (Placement::Bounded, Allocates::Maybe, 32),
                _ => (Placement::Stack, Allocates::Never, 0),
            };
            (v.extent, v.reason) = (Extent::Activation, Reason::Local);
            Some(format!("{} taken off the heap", v.site))
        }
        7 => {
            let at = r.pick(n, |i| !analysis.verdicts[i].is_heap())?;
            let v = &mut analysis.verdicts[at];
            let deeper = if v.extent == Extent::Iteration { v.detail } else { 1 };
            (v.extent, v.detail) = match r.below(3) {
                0 => (Extent::Iteration, deeper + 1 + r.below(3) as u32),
                1 => (Extent::Iteration, r.below(2) as u32),
                _ => (Extent::Caller, 1),
            };
            Some(format!("{} lives for {:?}({})", v.site, v.extent, v.detail))
        }
        8 => {
            let at = r.pick(n, |_| true)?;
            let v = &mut analysis.verdicts[at];
            let others =
                [Placement::Static, Placement::Eliminated, Placement::Stack, Placement::Bounded, Placement::Caller];
            v.placement = others[r.pick(others.len(), |i| others[i] != v.placement)?];
            Some(format!("{} placed {}", v.site, v.placement.name()))
        }
        9 => {
            let at = r.pick(n, |_| true)?;
            let v = &mut analysis.verdicts[at];
            let all = [Allocates::Never, Allocates::Maybe, Allocates::Always];
            v.allocates = all[r.pick(3, |i| all[i] != v.allocates)?];
            Some(format!("{} allocates {}", v.site, v.allocates.name()))
        }
        10 => {
            let known = flags::MUTATED | flags::CALLED;
            let at = r.pick(n, |i| analysis.verdicts[i].flags & known != 0)?;
            let v = &mut analysis.verdicts[at];
            let one =
                [flags::MUTATED, flags::CALLED][r.pick(2, |i| v.flags & [flags::MUTATED, flags::CALLED][i] != 0)?];
            v.flags &= !one;
            Some(format!("{} loses bit {one}", v.site))
        }
        11 | 12 => {
            let entries = |i: usize, e: usize| {
                let l = &analysis.summaries[i].leaks;
                [&[l.heap, l.mutated, l.called][..], &l.results[..]].concat()[e]
            };
            let at = r.pick(analysis.summaries.len() * 8, |i| (1..255).contains(&entries(i / 8, i % 8)))?;
            let leaks = &mut analysis.summaries[at / 8].leaks;
            let entry = match at % 8 {
                0 => &mut leaks.heap,
                1 => &mut leaks.mutated,
                2 => &mut leaks.called,
                n => &mut leaks.results[n - 3],
            };
            *entry = if r.below(2) == 0 { *entry + 1 } else { 0 };
            Some(format!("entry {} of summary {} becomes {entry}", at % 8, at / 8))
        }
        _ => match r.below(5) {
            0 if n > 0 => {
                let gone = analysis.verdicts.remove(r.below(n));
                Some(format!("no verdict on {}", gone.site))
            }
            1 if !analysis.summaries.is_empty() => {
                let gone = analysis.summaries.remove(r.below(analysis.summaries.len()));
                Some(format!("no summary of {}", gone.func))
            }
            2 if n > 0 => {
                let again = analysis.verdicts[r.below(n)];
                analysis.verdicts.push(again);
                Some(format!("two verdicts on {}", again.site))
            }
            3 if !to.parts.is_empty() => {
                to.parts.pop();
                Some("the last part left out".into())
            }
            4 => {
                let func = *to.funcs.get(r.below(to.funcs.len().max(1)))?;
                let other = r.pick(module.funcs.len(), |f| f != func.index())?;
                let at = to.funcs.iter().position(|&f| f == func)?;
                to.funcs[at] = outlive::entity::FuncId::from_usize(other);
                Some(format!("f{other} in the place of {func}"))
            }
            _ => None,
        },
    }
}

fn remove(to: &mut Certificate, at: usize) {
    to.distances.remove(at);
    for row in &mut to.levels {
        row.distances.start -= u32::from(row.distances.start as usize > at);
        row.distances.end -= u32::from(row.distances.end as usize > at);
    }
}

#[test]
fn what_does_not_follow_is_rejected() {
    let cases = environment("OUTLIVE_CASES", 100_000);
    let mut random = Random(environment("OUTLIVE_SEED", 11) | 1);
    let mut seeds = Vec::new();
    for (name, module) in modules() {
        for &(model, _) in Model::ALL.iter().filter(|(model, _)| model.is_certified()) {
            let options = Options { model, ..Options::default() };
            let (analysis, certificate) = analyze_certified(&module, &options);
            check(&module, &options, &analysis, &certificate).unwrap_or_else(|e| panic!("{name}: {e}"));
            seeds.push((name.clone(), module.clone(), options, analysis, certificate));
        }
    }
    let (mut made, mut accepted) = (0_u64, Vec::new());
    let mut rules: Vec<(Rule, u64)> = Vec::new();
    while made < cases {
        let (name, module, options, analysis, certificate) = &seeds[random.below(seeds.len())];
        let (mut analysis, mut certificate) = (analysis.clone(), certificate.clone());
        let Some(what) = mutate(module, &mut analysis, &mut certificate, &mut random) else { continue };
        made += 1;
        match check(module, options, &analysis, &certificate) {
            Ok(_) => accepted.push(format!("{name} {}: {what}", options.model.name())),
            Err(rejection) => match rules.iter_mut().find(|(rule, _)| *rule == rejection.rule) {
                Some((_, count)) => *count += 1,
                None => rules.push((rejection.rule, 1)),
            },
        }
    }
    println!("{made} mutations, {} accepted; rejected by {rules:?}", accepted.len());
    assert!(
        accepted.is_empty(),
        "{} of {made} accepted:\n{}",
        accepted.len(),
        accepted[..accepted.len().min(20)].join("\n")
    );
    for rule in [Rule::Form, Rule::Root, Rule::Flow, Rule::Escape, Rule::Summary, Rule::Complete, Rule::Placement] {
        assert!(rules.iter().any(|&(met, _)| met == rule), "nothing was rejected by rule {}", rule.name());
    }
    for rule in [Rule::Extent, Rule::Allocates, Rule::Flags] {
        assert!(rules.iter().any(|&(met, _)| met == rule), "nothing was rejected by rule {}", rule.name());
    }
}
