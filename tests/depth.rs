//! Nothing needs stack for what is nested or chained in a module: everything runs in a thread whose stack would not hold a frame for
//! each level. What cannot be nested without end says so.

use outlive::driver::{Model, Options, analyze_explained};
use outlive::entity::{BlockId, PosId, SiteId, TypeId};
use outlive::image::{Limits, decode, encode};
use outlive::ir::{BodyBuilder, Module, ModuleBuilder, Opcode, SiteKind, Target, TypeKind, verify};
use outlive::{opt, text};

/// Levels of nesting.
const DEPTH: usize = 10_000;

/// Bytes of stack: few a level.
const STACK: usize = 256 << 10;

fn in_little_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(run).expect("a thread");
    thread.join().expect("no panic");
}

/// All that is done with a module, text and image among it.
fn everything(m: &Module) {
    verify(m).expect("it is right");
    let image = encode(m);
    let again = decode(&image, &Limits::default()).expect("its own image");
    let printed = text::print(&again);
    let parsed = text::parse(&printed).expect("its own text");
    assert!(text::print(&parsed) == printed);
    for &(model, name) in Model::ALL {
        let options = Options { model, ..Options::default() };
        let (analysis, mut explainer) = analyze_explained(m, &options);
        for verdict in analysis.verdicts.iter().take(3) {
            assert!(explainer.explain(m, verdict.site).is_some(), "{name}");
        }
    }
    let plan = opt::plan("capture-by-value,scalar-replacement,mem2reg,fold,dce,promote").expect("an order");
    let verdicts = |m: &Module| outlive::driver::analyze(m, &Options::default()).verdicts;
    opt::run(m.clone(), &plan, verdicts).expect("right again");
}

/// A module with a type that is nested: its values are parameters, variables, loaded and stored.
fn nested(wrap: impl Fn(&mut ModuleBuilder, TypeId) -> TypeId) -> Module {
    let mut m = ModuleBuilder::new("deep", Target::default());
    let int = m.basic(TypeKind::Int);
    let mut ty = m.ptr(int);
    for _ in 0..DEPTH {
        ty = wrap(&mut m, ty);
    }
    let pointer = m.ptr(ty);
    let sig = m.func_type(&[ty], &[pointer], false);
    let f = m.func("main.f", sig, PosId::from_raw(0));
    let site = m.site(SiteKind::Var, ty, f, PosId::from_raw(0), "x");
    let mut b = BodyBuilder::new();
    let entry = b.block(&[ty]);
    let x = b.value_of(Opcode::Var, site.raw(), &[], pointer);
    b.emit(Opcode::Store, 0, &[x, b.param(entry, 0)], &[], &[]);
    let loaded = b.value_of(Opcode::Load, 0, &[x], ty);
    b.emit(Opcode::Store, 0, &[x, loaded], &[], &[]);
    b.emit(Opcode::Return, 0, &[x], &[], &[]);
    m.body(f, b);
    m.finish().expect("types are fine")
}

#[test]
fn pointers_slices_channels_maps_and_functions() {
    for wrap in [
        |m: &mut ModuleBuilder, ty| m.ptr(ty),
        |m: &mut ModuleBuilder, ty| m.slice(ty),
        |m: &mut ModuleBuilder, ty: TypeId| m.ty(TypeKind::Chan, ty.raw(), 0, 0, &[]),
        |m: &mut ModuleBuilder, ty| {
            let key = m.basic(TypeKind::Int);
            m.map(key, ty)
        },
        |m: &mut ModuleBuilder, ty| m.func_type(&[ty], &[ty], false),
        |m: &mut ModuleBuilder, ty| {
            let sig = m.func_type(&[ty], &[], false);
            m.interface(&[("M", sig)])
        },
    ] {
        in_little_stack(move || everything(&nested(wrap)));
    }
}

#[test]
fn structs_and_arrays_by_value() {
    for wrap in [
        |m: &mut ModuleBuilder, ty| m.struct_type(8, &[("f", ty, 0)]),
        |m: &mut ModuleBuilder, ty| m.array(ty, 1),
        |m: &mut ModuleBuilder, ty| {
            let named = m.named("main", "T");
            let underlying = m.struct_type(8, &[("f", ty, 0)]);
            m.set_underlying(named, underlying);
            named
        },
    ] {
        in_little_stack(move || everything(&nested(wrap)));
    }
}

#[test]
fn type_arguments_and_type_parameters() {
    for wrap in [
        |m: &mut ModuleBuilder, ty| {
            let named = m.named_with("main", "T", &[ty], 0);
            let int = m.basic(TypeKind::Int);
            m.set_underlying(named, int);
            named
        },
        |m: &mut ModuleBuilder, ty: TypeId| {
            let name = m.str("T").raw();
            m.ty(TypeKind::TypeParam, ty.raw(), 0, 0, &[name])
        },
    ] {
        in_little_stack(move || everything(&nested(wrap)));
    }
}

#[test]
fn a_chain_of_calls_and_a_cycle() {
    for cycle in [false, true] {
        in_little_stack(move || {
            let mut m = ModuleBuilder::new("chain", Target::default());
            let int = m.basic(TypeKind::Int);
            let pointer = m.ptr(int);
            let sig = m.func_type(&[pointer], &[pointer], false);
            let funcs: Vec<_> = (0..DEPTH).map(|n| m.func(&format!("main.f{n}"), sig, PosId::from_raw(0))).collect();
            for (n, &func) in funcs.iter().enumerate() {
                let callee = funcs.get(n + 1).copied().or(cycle.then_some(funcs[0]));
                let mut b = BodyBuilder::new();
                let entry = b.block(&[pointer]);
                let mut value = b.param(entry, 0);
                if let Some(callee) = callee {
                    value = b.value_of(Opcode::Call, callee.raw(), &[value], pointer);
                }
                b.emit(Opcode::Return, 0, &[value], &[], &[]);
                m.body(func, b);
            }
            everything(&m.finish().expect("types are fine"));
        });
    }
}

#[test]
fn a_chain_of_blocks_nested_loops_and_stored_variables() {
    in_little_stack(|| {
        let mut m = ModuleBuilder::new("blocks", Target::default());
        let (boolean, pointer) = (m.basic(TypeKind::Bool), m.basic(TypeKind::UnsafePtr));
        let sig = m.func_type(&[boolean], &[], false);
        let f = m.func("main.f", sig, PosId::from_raw(0));
        let to = m.ptr(pointer);
        let sites: Vec<SiteId> =
            (0..DEPTH).map(|_| m.site(SiteKind::Var, pointer, f, PosId::from_raw(0), "x")).collect();
        let mut b = BodyBuilder::new();
        let depth = DEPTH as u32;
        let entry = b.block(&[boolean]);
        let condition = b.param(entry, 0);
        // Each variable holds the address of the one before.
        let mut last = None;
        for &site in &sites {
            let x = b.value_of(Opcode::Var, site.raw(), &[], to);
            if let Some(last) = last {
                b.emit(Opcode::Store, 0, &[x, last], &[], &[]);
            }
            last = Some(b.value_of(Opcode::Cast, 0, &[x], pointer));
        }
        b.emit(Opcode::Jump, 1, &[], &[], &[]);
        // Heads 1 to DEPTH, then the latches from the innermost out.
        for n in 1..=depth {
            b.block(&[]);
            b.emit(Opcode::Jump, n + 1, &[], &[], &[]);
        }
        for n in 1..=depth {
            let latch = b.block(&[]);
            assert_eq!(latch, BlockId::from_raw(depth + n));
            b.emit(Opcode::Branch, 0, &[condition], &[depth + 1 - n, depth + n + 1], &[]);
        }
        b.block(&[]);
        b.emit(Opcode::Return, 0, &[], &[], &[]);
        m.body(f, b);
        everything(&m.finish().expect("types are fine"));
    });
}

#[test]
fn text_nested_too_deeply_is_refused() {
    in_little_stack(|| {
        for (open, close) in [("*", ""), ("[]", ""), ("struct {a ", "}"), ("func(", ")"), ("map[int]", "")] {
            let source = format!("module \"m\"\ntype = {}int{}\n", open.repeat(1_000_000), close.repeat(1_000_000));
            let error = text::parse(&source).expect_err("too deep");
            assert!(error.to_string().contains("nested too deeply"), "{error}");
        }
    });
}
