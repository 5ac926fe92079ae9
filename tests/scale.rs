//! Size and depth are bounded by memory alone: a long chain of calls, many instructions in one function, types in each other, all on
//! a thread whose stack is small. A hundred thousand of each; `OUTLIVE_SCALE=10` makes it a million, 100 ten million.

use outlive::control::Control;
use outlive::driver::{self, Model, Options};
use outlive::entity::{FuncId, PosId, TypeId};
use outlive::image::{ImageErrorKind, Limits, decode, decode_under, encode};
use outlive::ir::verify::verify_under;
use outlive::ir::{BodyBuilder, Module, ModuleBuilder, Opcode, SiteKind, Target, TypeKind, verify};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// How many of everything.
fn many() -> usize {
    100_000 * std::env::var("OUTLIVE_SCALE").map_or(1, |n| n.parse::<usize>().expect("a number"))
}

/// Runs on a stack that no recursion of that depth fits on.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(256 << 10).spawn(work).expect("a thread");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

/// Functions that each call the next; the last keeps what it is given.
fn chain(n: usize) -> Module {
    let mut m = ModuleBuilder::new("chain", Target::default());
    let int = m.basic(TypeKind::I64);
    let ptr = m.ptr(int);
    let sig = m.func_type(&[ptr], &[ptr], false);
    let funcs: Vec<FuncId> = (0..n).map(|i| m.func(&format!("f{i}"), sig, PosId::from_raw(0))).collect();
    for (i, &func) in funcs.iter().enumerate() {
        let mut b = BodyBuilder::new();
        let entry = b.block(&[ptr]);
        let value = match funcs.get(i + 1) {
            Some(next) => b.value_of(Opcode::Call, next.raw(), &[b.param(entry, 0)], ptr),
            None => b.param(entry, 0),
        };
        b.emit(Opcode::Return, 0, &[value], &[], &[] as &[TypeId]);
        m.body(func, b);
    }
    m.finish().expect("types are fine")
}

/// One function of `n` instructions: variables whose addresses meet in one.
fn wide(n: usize) -> Module {
    let mut m = ModuleBuilder::new("wide", Target::default());
    let int = m.basic(TypeKind::I64);
    let ptr = m.ptr(int);
    let place = m.ptr(ptr);
    let sig = m.func_type(&[], &[], false);
    let func = m.func("wide", sig, PosId::from_raw(0));
    let mut b = BodyBuilder::new();
    b.block(&[]);
    let holder = m.site(SiteKind::Var, ptr, func, PosId::from_raw(0), "holder");
    let holder = b.value_of(Opcode::Var, holder.raw(), &[], place);
    for _ in 0..n / 2 - 1 {
        let site = m.site(SiteKind::Var, int, func, PosId::from_raw(0), "");
        let address = b.value_of(Opcode::Var, site.raw(), &[], ptr);
        b.emit(Opcode::Store, 0, &[holder, address], &[], &[] as &[TypeId]);
    }
    b.emit(Opcode::Return, 0, &[], &[], &[] as &[TypeId]);
    m.body(func, b);
    m.finish().expect("types are fine")
}

/// Everything that is done with a module.
fn everything(module: &Module) {
    verify(module).expect("correct");
    let image = encode(module);
    let back = decode(&image, &Limits::default()).expect("well-formed");
    assert!(encode(&back) == image);
    for model in [Model::Gc, Model::Textbook, Model::Precise] {
        let options = Options { model, threads: 0, ..Options::default() };
        let analysis = driver::analyze(module, &options);
        assert_eq!(analysis.verdicts.len(), module.sites.len());
        driver::facts(module, &options, &analysis).expect("an open world");
        if model.is_certified() {
            let (analysis, certificate) = driver::analyze_certified(module, &options);
            driver::check(module, &options, &analysis, &certificate).expect("it follows");
        }
    }
    if let Some(site) = module.sites.indices().next_back() {
        driver::explain(module, &Options::default(), site).expect("a verdict");
    }
    // Limits are answered before anything is done.
    let few = Limits { max_insts: 1000, ..Limits::default() };
    let (start, answer) = (Instant::now(), decode(&image, &few).expect_err("too many"));
    assert_eq!(answer.kind, ImageErrorKind::Limit);
    assert!(start.elapsed() < Duration::from_millis(500), "{:?} to say that it is too large", start.elapsed());
}

#[test]
fn a_long_chain_of_calls() {
    on_a_small_stack(|| {
        let module = chain(many());
        everything(&module);
        let analysis = driver::analyze(&module, &Options::default());
        let first = analysis.summaries_of(FuncId::from_raw(0));
        assert_eq!(first[0].leaks.results[0], 1, "what goes in comes out, many calls later");
    });
}

#[test]
fn a_function_of_many_instructions() {
    on_a_small_stack(|| {
        let module = wide(many());
        everything(&module);
        assert!(driver::analyze(&module, &Options::default()).verdicts.iter().all(|v| !v.is_heap()));
    });
}

#[test]
fn nested_types() {
    on_a_small_stack(|| {
        let mut m = ModuleBuilder::new("deep", Target::default());
        let mut ty = m.basic(TypeKind::I64);
        for n in 0..many() {
            ty = if n % 2 == 0 { m.struct_type(8, &[("f", ty, 0)]) } else { m.array(ty, 1) };
        }
        for n in 0..many() {
            ty = if n % 2 == 0 { m.ptr(ty) } else { m.slice(ty) };
        }
        let sig = m.func_type(&[ty], &[], false);
        let func = m.func("f", sig, PosId::from_raw(0));
        let mut b = BodyBuilder::new();
        b.block(&[ty]);
        b.emit(Opcode::Return, 0, &[], &[], &[] as &[TypeId]);
        m.body(func, b);
        let module = m.finish().expect("types are fine");
        verify(&module).expect("correct");
        let image = encode(&module);
        assert!(encode(&decode(&image, &Limits::default()).expect("well-formed")) == image);
        for model in [Model::Gc, Model::Precise] {
            let options = Options { model, ..Options::default() };
            let analysis = driver::analyze(&module, &options);
            assert_eq!(driver::facts(&module, &options, &analysis).expect("an open world").funcs().len(), 1);
        }
    });
}

/// Starts some work, cancels it after a while and says how long that took; `None` if it was done before.
fn cancelled_after(wait: Duration, work: impl Fn(Control<'_>) + Sync) -> Option<Duration> {
    let (flag, done) = (AtomicU32::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let control = Control::new(Some(&flag), Some(&done));
            control.run(|| work(control)).map_err(|_| Instant::now())
        });
        std::thread::sleep(wait);
        let start = Instant::now();
        flag.store(1, Relaxed);
        thread.join().expect("no panic").err().map(|end| end.saturating_duration_since(start))
    })
}

#[test]
fn a_cancel_is_obeyed_wherever_the_call_is() {
    let (wide, long) = (wide(2 * many()), chain(many() / 2));
    let image = encode(&wide);
    let analyze = |module: &Module, model: Model, threads: usize, control: Control<'_>| {
        // Inside of another `run`, whose flag it is too.
        let _ = driver::analyze_under(module, &Options { model, threads, ..Options::default() }, control);
    };
    type Work<'a> = &'a (dyn Fn(Control<'_>) + Sync);
    let works: [(&str, Work<'_>); 7] = [
        ("decode", &|control| drop(decode_under(&image, &Limits::default(), control))),
        ("verify", &|control| drop(verify_under(&wide, control))),
        ("gc, wide", &|control| analyze(&wide, Model::Gc, 1, control)),
        ("gc, long", &|control| analyze(&long, Model::Gc, 1, control)),
        ("gc, long, threads", &|control| analyze(&long, Model::Gc, 2, control)),
        ("precise, wide", &|control| analyze(&wide, Model::Precise, 1, control)),
        ("precise, long", &|control| analyze(&long, Model::Precise, 1, control)),
    ];
    let mut times = Vec::new();
    for (what, work) in works {
        let start = Instant::now();
        work(Control::NONE);
        let whole = start.elapsed();
        let worst = (0..16).filter_map(|n| cancelled_after(whole * n / 20, work)).max();
        times.push(format!("{what}: {whole:.0?}, cancelled within {:.1?}", worst.unwrap_or_default()));
        // A busy machine may let a thread wait; a call that is not cancelled would go on for longer than this.
        assert!(worst.is_some(), "{what} is never cancelled");
    }
    println!("{}", times.join("\n"));
}
