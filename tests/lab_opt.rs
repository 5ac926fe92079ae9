//! Passes keep what a program does: generated programs are run before and after each pass, and observed to be the same.
//! `OUTLIVE_CASES` in the environment makes the runs longer.

use outlive::driver::{Model, Options, analyze};
use outlive::entity::FuncId;
use outlive::ir::{Module, Opcode, verify};
use outlive::lab::interp::{Config, End, Limits, Machine, Outcome};
use outlive::lab::trial::Court;
use outlive::opt::{self, Promoter};
use outlive::text::print;

fn cases(default: u64) -> u64 {
    std::env::var("OUTLIVE_CASES").ok().map_or(default, |text| text.parse().expect("a number"))
}

/// A run in which what is seen does not depend on the number of instructions.
fn run(machine: &mut Machine, module: &Module, seed: u64) -> Outcome {
    let limits = Limits { steps: 400_000, depth: 256, cells: 1 << 20 };
    machine.run(module, &Config { seed, limits, cooperative: true, ..Config::new(FuncId::from_raw(0)) })
}

fn count(module: &Module, op: Opcode) -> usize {
    module.funcs.indices().map(|func| module.body(func).insts.iter().filter(|inst| inst.op == op).count()).sum()
}

fn made(module: &Module) -> usize {
    module.funcs.indices().map(|func| module.body(func).insts.iter().filter(|inst| inst.op.makes()).count()).sum()
}

/// Runs a module and what a pass makes of it. False if a limit ended a run: how much was seen until then may differ.
fn same(machine: &mut Machine, before: &Module, after: &Module, seed: u64, what: &str) -> bool {
    if let Err(errors) = verify(after) {
        panic!("seed {seed}, {what}: {}\nwas\n{}\nis\n{}", errors[0], print(before), print(after));
    }
    let (a, b) = (run(machine, before, seed), run(machine, after, seed));
    if matches!(a.end, End::Limit(_)) || matches!(b.end, End::Limit(_)) {
        return false;
    }
    // Where placements are written down, the machine obeys them.
    if let Some(first) = b.violations.first() {
        panic!("seed {seed}, {what}: {first}\n{}", print(after));
    }
    let same = (&a.end, a.trace) == (&b.end, b.trace);
    assert!(same, "seed {seed}, {what}: {:?}, then {:?}\nwas\n{}\nis\n{}", a.end, b.end, print(before), print(after));
    true
}

#[test]
fn promoted_programs_do_the_same() {
    let mut machine = Machine::new();
    let mut promoter = Promoter::new();
    let (mut compared, mut vars, mut left) = (0, 0, 0);
    for seed in 0..cases(3000) {
        let before = Court::program(seed);
        let after = opt::mem2reg(&before);
        compared += u64::from(same(&mut machine, &before, &after, seed, "mem2reg"));
        vars += count(&before, Opcode::Var);
        left += count(&after, Opcode::Var);
        for func in before.funcs.indices() {
            // One function at a time is the same.
            let (one, all) = (promoter.body(&before, func), after.body(func));
            assert_eq!((one.blocks, one.values), (all.blocks, all.values), "seed {seed}, {func}");
            for (a, b) in one.insts.iter().zip(all.insts) {
                assert_eq!((a.op, one.arg_words(a), one.imms(a)), (b.op, all.arg_words(b), all.imms(b)));
            }
        }
        // A site nobody makes is no obstacle to an analysis; it has no verdict.
        for &(model, _) in Model::ALL {
            let analysis = analyze(&after, &Options { model, ..Options::default() });
            assert_eq!(analysis.verdicts.len(), made(&after), "seed {seed}, model {}", model.name());
        }
    }
    println!("{compared} programs compared, {left} of {vars} variables left in memory");
    assert!(compared * 100 >= cases(3000) * 95, "{compared} compared");
    assert!(left * 10 < vars * 9, "{left} of {vars} variables left in memory");
}

/// Each pass alone, after `mem2reg`, and all in the order of the table.
#[test]
fn passes_keep_what_programs_do() {
    let mut machine = Machine::new();
    let options = Options::default();
    let mut orders: Vec<String> = opt::PASSES.iter().map(|pass| pass.name.to_owned()).collect();
    orders.extend(opt::PASSES.iter().map(|pass| format!("mem2reg,{}", pass.name)));
    let all: Vec<&str> = opt::PASSES.iter().map(|pass| pass.name).collect();
    orders.push(all.join(","));
    orders.push("mem2reg,fold,dce,mem2reg,fold,dce".into());
    let mut compared = 0;
    for seed in 0..cases(1000) {
        let before = Court::program(seed);
        for order in &orders {
            let plan = opt::plan(order).unwrap_or_else(|error| panic!("{order}: {error}"));
            let after = opt::run(before.clone(), &plan, |module| analyze(module, &options).verdicts);
            let after = after.unwrap_or_else(|broken| panic!("seed {seed}, {order}: {broken}\n{}", print(&before)));
            compared += u64::from(same(&mut machine, &before, &after, seed, order));
        }
    }
    println!("{compared} programs compared");
    assert!(compared * 100 >= cases(1000) * orders.len() as u64 * 95, "{compared} compared");
}
