//! The program generator: its programs are correct whatever the bytes, survive both written forms, reach everything there is to
//! reach, and shrink. `OUTLIVE_CASES` in the environment makes the runs longer.

use outlive::driver::{Model, Options, analyze};
use outlive::entity::FuncId;
use outlive::fact::Placement;
use outlive::image::{Limits, decode, encode};
use outlive::ir::{Module, Opcode, verify};
use outlive::lab::r#gen::{Coverage, Features, generate, random_bytes, shrink};
use outlive::lab::interp::{Config, End, Limits as RunLimits, Machine};
use outlive::text;

fn cases(default: u64) -> u64 {
    std::env::var("OUTLIVE_CASES").ok().map_or(default, |text| text.parse().expect("a number"))
}

fn program(seed: u64) -> Module {
    generate(&random_bytes(seed), &Features::ALL)
}

#[track_caller]
fn assert_correct(module: &Module, what: &str) {
    if let Err(errors) = verify(module) {
        panic!("{what}: {}\n{}", errors[0], text::print(module));
    }
    let main = &module.funcs[FuncId::from_raw(0)];
    assert_eq!(module.str(main.name), "main.main");
    assert!(!main.is_external());
    assert_eq!(module.types.params(main.sig).len() + module.types.results(main.sig).len(), 0);
}

#[test]
fn any_bytes_give_a_correct_program() {
    for seed in 0..cases(600) {
        assert_correct(&program(seed), &format!("seed {seed}"));
        let bytes = random_bytes(seed);
        let part = &bytes[..bytes.len() * (seed as usize % 7) / 7];
        assert_correct(&generate(part, &Features::ALL), &format!("part of seed {seed}"));
    }
    for byte in [0, 1, 127, 255] {
        assert_correct(&generate(&[byte; 700], &Features::ALL), &format!("all {byte}"));
    }
    assert_correct(&generate(&[], &Features::NONE), "nothing");
}

#[test]
fn any_choice_of_features_gives_a_correct_program() {
    for name in Features::names() {
        let (only, without) = (Features::by_name(name).expect("a feature"), Features::ALL.without(name));
        for seed in 0..12 {
            let bytes = random_bytes(seed);
            assert_correct(&generate(&bytes, &only), &format!("only {name}, seed {seed}"));
            assert_correct(&generate(&bytes, &without), &format!("without {name}, seed {seed}"));
        }
    }
}

#[test]
fn what_is_off_is_not_used() {
    let uses = |features: &Features, ops: &[Opcode]| {
        (0..60).any(|seed| {
            let module = generate(&random_bytes(seed), features);
            module.funcs.indices().any(|f| module.body(f).insts.iter().any(|inst| ops.contains(&inst.op)))
        })
    };
    use Opcode as O;
    let table: &[(&str, &[Opcode])] = &[
        ("maps", &[O::MakeMap, O::MapSet, O::MapGet, O::MapDelete]),
        ("channels", &[O::ChanSelect]),
        ("goroutines", &[O::Go, O::GoIndirect, O::GoMethod, O::GoIntrinsic]),
        ("slices", &[O::MakeSlice]),
        ("appends", &[O::Append]),
        ("switches", &[O::Switch]),
        ("memcpy", &[O::Memcpy, O::ZeroMem]),
        ("unsafes", &[O::PtrToInt, O::IntToPtr, O::PtrOffset]),
        ("strings", &[O::Concat, O::Convert]),
        ("methods", &[O::MethodValue]),
        ("interfaces", &[O::CallMethod, O::ChangeIface]),
        ("aggregates", &[O::Aggregate]),
        ("floats", &[O::ConstFloat]),
    ];
    for &(name, ops) in table {
        assert!(uses(&Features::ALL, ops), "{name} is never used");
        assert!(!uses(&Features::ALL.without(name), ops), "{name} is used though it is off");
    }
}

#[test]
fn programs_survive_both_written_forms() {
    for seed in 0..cases(200) {
        let module = program(seed);
        let image = encode(&module);
        let decoded = decode(&image, &Limits::default()).expect("its own image");
        assert_eq!(encode(&decoded), image, "seed {seed}");
        let printed = text::print(&module);
        let parsed = text::parse(&printed).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        assert_eq!(text::print(&parsed), printed, "seed {seed}");
        assert_correct(&parsed, "parsed");
        for &(model, _) in Model::ALL {
            let options = Options { model, ..Options::default() };
            let answer = analyze(&module, &options);
            assert_eq!(analyze(&decoded, &options), answer, "seed {seed}");
            assert_eq!(analyze(&parsed, &options).verdicts, answer.verdicts, "seed {seed}");
        }
    }
}

#[test]
fn every_opcode_intrinsic_and_reason_is_reached() {
    let mut coverage = Coverage::default();
    for seed in 0..cases(3000) {
        coverage.add(&program(seed));
    }
    println!("{coverage}");
    assert_eq!(coverage.missing(), [""; 0]);
    for &reason in Coverage::UNREACHABLE {
        assert_eq!(coverage.reason(reason), 0, "{} is reached after all", reason.name());
    }
}

#[test]
fn programs_are_small_and_mixed() {
    let (mut insts, mut below, mut sites) = (Vec::new(), 0, 0);
    for seed in 0..cases(400) {
        let module = program(seed);
        insts.push(module.num_insts());
        let verdicts = analyze(&module, &Options::default()).verdicts;
        sites += verdicts.len();
        below += verdicts.iter().filter(|v| !v.is_heap()).count();
    }
    insts.sort_unstable();
    let median = insts[insts.len() / 2];
    println!("median {median} instructions, most {}, {below} of {sites} sites not on the heap", insts[insts.len() - 1]);
    assert!((150..800).contains(&median), "{median} instructions");
    assert!(insts[insts.len() - 1] < 3000);
    assert!(below * 10 >= sites * 3, "{below} of {sites} sites below the program");
    assert!(below * 10 <= sites * 9, "{below} of {sites} sites: what escapes?");
}

/// What the runs are for: programs end by themselves, make objects enough, and leave the frames of nearly all of them while
/// something else goes on; no verdict is wrong, and verdicts change nothing that can be observed.
#[test]
fn runs_exercise_the_verdicts() {
    let mut machine = Machine::new();
    let (mut objects, mut returned, mut placed, mut exercised) = (Vec::new(), 0, 0_u64, 0_u64);
    let cases = cases(400);
    for seed in 0..cases {
        let module = program(seed);
        let verdicts = analyze(&module, &Options::default()).verdicts;
        let plain = Config {
            seed,
            limits: RunLimits { steps: 200_000, ..RunLimits::default() },
            ..Config::new(FuncId::from_raw(0))
        };
        let outcome = machine.run(&module, &Config { verdicts: Some(&verdicts), ..plain });
        if let Some(violation) = outcome.violations.first() {
            panic!("seed {seed}: {violation}\n{}", text::print(&module));
        }
        returned += u64::from(matches!(outcome.end, End::Returned));
        objects.push(outcome.stats.objects);
        for verdict in verdicts.iter().filter(|v| !v.is_heap() && v.placement != Placement::Static) {
            placed += 1;
            let seen = outcome.sites[verdict.site.index()];
            exercised += u64::from(seen.born > 0 && seen.outlived > 0);
        }
        assert_eq!(machine.run(&module, &plain).trace, outcome.trace, "seed {seed}");
    }
    objects.sort_unstable();
    let median = objects[objects.len() / 2];
    println!("median {median} objects, {returned} of {cases} return, {exercised} of {placed} stack verdicts exercised");
    assert!(median >= 50, "{median} objects");
    assert!(returned * 100 >= cases * 99, "{returned} of {cases} programs return");
    assert!(exercised * 5 >= placed * 4, "{exercised} of {placed}");
}

#[test]
fn shrinking_keeps_the_failure_and_little_else() {
    let appends = |m: &Module| m.funcs.indices().any(|f| m.body(f).insts.iter().any(|i| i.op == Opcode::Append));
    let on = |f: &Features| Features::names().iter().filter(|name| f.without(name) != *f).count();
    for seed in (0..).filter(|&seed| appends(&program(seed))).take(4) {
        let (bytes, features) = shrink(&random_bytes(seed), &Features::ALL, &mut |m| appends(m));
        let small = generate(&bytes, &features);
        assert!(appends(&small));
        assert_correct(&small, "shrunk");
        let before = program(seed).num_insts();
        assert!(small.num_insts() * 4 < before, "seed {seed}: {} of {before} instructions", small.num_insts());
        assert!(features.slices && features.appends, "seed {seed}: {features:?}");
        assert!(on(&features) * 2 < on(&Features::ALL), "seed {seed}: {features:?}");
    }
    // What never failed is left as it is.
    let bytes = random_bytes(1);
    assert_eq!(shrink(&bytes, &Features::ALL, &mut |_| false), (bytes, Features::ALL));
}
