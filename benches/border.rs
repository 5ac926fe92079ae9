//! The Rust side of `benches/border.sh`: encodes the module that the Go side has built, builds and encodes it itself, and decodes, verifies and analyses its
//! image, which `OUTLIVE_BORDER_IMAGE` names. Figures are nanoseconds of processor time per instruction, each the least of
//! several runs. Without the variable it does nothing.

use outlive::driver::{Options, analyze};
use outlive::entity::PosId;
use outlive::image::{Limits, decode, encode};
use outlive::ir::{
    BinaryOp, BodyBuilder, CompareOp, Module, ModuleBuilder, Opcode, SiteKind, Target, TypeKind, verify,
};
use std::hint::black_box;

const RUNS: usize = 5;

fn main() {
    let Some(path) = std::env::var_os("OUTLIVE_BORDER_IMAGE") else {
        return;
    };
    let image = std::fs::read(&path).expect("the Go side has written it");
    let limits = Limits::default();
    let module = decode(&image, &limits).expect("an image");
    let per_instruction = |ns: u64| ns as f64 / module.num_insts() as f64;
    let encoded = least(|| drop(black_box(encode(black_box(&module)))));
    let analyzed = least(|| {
        let module = decode(black_box(&image), &limits).expect("an image");
        verify(&module).expect("a module");
        drop(black_box(analyze(&module, &Options::default())));
    });
    let built = least(|| drop(black_box(encode(&build()))));
    assert!(encode(&build()) == image, "both builders make the same image");
    let figures = [encoded, analyzed, built].map(per_instruction);
    println!("{} {:.2} {:.2} {:.2}", module.num_insts(), figures[0], figures[1], figures[2]);
}

/// The module that `benches/border/main.go` builds, built in Rust.
fn build() -> Module {
    let mut m = ModuleBuilder::new("border", Target::default());
    let int = m.basic(TypeKind::Int);
    let sig = m.func_type(&[int], &[int], false);
    let file = m.file("border.go");
    let none = PosId::from_raw(0);
    let (mut address, mut boolean) = (None, None);
    for f in 0..10_000 {
        let func = m.func(&format!("f{f}"), sig, none);
        let mut y = BodyBuilder::new();
        let entry = y.block(&[int]);
        let (head, body, done) = (y.block(&[int]), y.block(&[]), y.block(&[]));
        let site = m.site(SiteKind::Var, int, func, none, "x");
        let address = *address.get_or_insert_with(|| m.ptr(int));
        y.switch_to(entry);
        let (x, i) = (y.param(entry, 0), y.param(head, 0));
        let v = y.value_of(Opcode::Var, site.raw(), &[], address);
        y.emit(Opcode::Store, 0, &[v, x], &[], &[]);
        y.emit(Opcode::Jump, head.raw(), &[x], &[], &[]);
        y.switch_to(head);
        let boolean = *boolean.get_or_insert_with(|| m.basic(TypeKind::Bool));
        let less = y.value_of(Opcode::Compare, CompareOp::Lt as u32, &[i, i], boolean);
        y.emit(Opcode::Branch, 0, &[less], &[body.raw(), done.raw()], &[]);
        y.switch_to(body);
        for k in 0..31 {
            y.at(m.pos(file, f + 1, k + 1));
            let held = y.value_of(Opcode::Load, 0, &[v], int);
            let sum = y.value_of(Opcode::Binary, BinaryOp::Add as u32, &[i, held], int);
            y.emit(Opcode::Store, 0, &[v, sum], &[], &[]);
        }
        let held = y.value_of(Opcode::Load, 0, &[v], int);
        y.emit(Opcode::Jump, head.raw(), &[held], &[], &[]);
        y.switch_to(done);
        y.emit(Opcode::Return, 0, &[i], &[], &[]);
        m.body(func, y);
    }
    m.finish().expect("legal types")
}

fn least(mut run: impl FnMut()) -> u64 {
    let took = |_| {
        let before = cpu();
        run();
        cpu() - before
    };
    (0..RUNS).map(took).min().unwrap_or(0)
}

/// The processor time this thread, the only one, has had, in nanoseconds.
fn cpu() -> u64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").expect("this bench is for Linux");
    text.split(' ').next().and_then(|ns| ns.parse().ok()).expect("nanoseconds")
}
