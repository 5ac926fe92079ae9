//! Building node by node: the C ABI beside Rust's builder, on one module of a million instructions. `OUTLIVE_NODES_C` names the program
//! of `benches/nodes/nodes.c`; `benches/nodes.sh` compiles it. Both make the same calls in the same order, and the same image, which is
//! compared. Each figure is the least of several runs, taken in turns; finishing verifies on both sides.

#![allow(clippy::print_stdout, reason = "the table is what this program is for")]

use outlive::entity::{FileId, FuncId, PosId, SiteId, TypeId, Value};
use outlive::image::encode;
use outlive::ir::{BodyBuilder, Module, ModuleBuilder, Opcode, SiteKind, Target, TypeKind, verify};
use std::process::Command;
use std::time::Instant;

const FUNCTIONS: u32 = 1000;
const UNITS: u32 = 62;
const RUNS: usize = 7;
/// How much more the C ABI may cost than Rust's builder.
const BAR: f64 = 3.0;

struct Types {
    integer: TypeId,
    boolean: TypeId,
    node: TypeId,
    node_pointer: TypeId,
}

fn site(m: &mut ModuleBuilder, func: FuncId, kind: SiteKind, ty: TypeId, name: &str, pos: PosId) -> SiteId {
    m.site(kind, ty, func, pos, name)
}

fn function(m: &mut ModuleBuilder, t: &Types, func: FuncId, callee: FuncId, file: FileId, line: u32) {
    use Opcode as O;
    let mut body = BodyBuilder::new();
    let mut entry = body.block(&[t.node_pointer, t.integer]);
    let (node, mut sum) = (body.param(entry, 0), body.param(entry, 1));
    let pointer = |m: &mut ModuleBuilder, ty| m.ptr(ty);
    let constant = |body: &mut BodyBuilder, n: u32| -> Value {
        let inst = body.emit(O::ConstInt, 0, &[], &[n, 0], &[t.integer]);
        body.result(inst, 0)
    };
    for i in 0..UNITS {
        let pos = m.pos(file, line + i, 7);
        body.at(pos);
        let one = constant(&mut body, i);
        let x = site(m, func, SiteKind::Var, t.integer, "x", pos);
        let int_pointer = pointer(m, t.integer);
        let x = body.value_of(O::Var, x.raw(), &[], int_pointer);
        body.emit(O::Store, 0, &[x, one], &[], &[]);
        let y = body.value_of(O::Load, 0, &[x], t.integer);
        sum = body.value_of(O::Binary, 0, &[sum, y], t.integer);
        let link = pointer(m, t.node_pointer);
        let next = body.value_of(O::FieldAddr, 0, &[node], link);
        let n = body.value_of(O::Load, 0, &[next], t.node_pointer);
        let int_pointer = pointer(m, t.integer);
        let value = body.value_of(O::FieldAddr, 1, &[n], int_pointer);
        body.emit(O::Store, 0, &[value, sum], &[], &[]);
        let made = site(m, func, SiteKind::New, t.node, "new(Node)", pos);
        let node_pointer = pointer(m, t.node);
        let made = body.value_of(O::New, made.raw(), &[], node_pointer);
        let link = pointer(m, t.node_pointer);
        let field = body.value_of(O::FieldAddr, 0, &[made], link);
        body.emit(O::Store, 0, &[field, n], &[], &[]);
        let y = body.value_of(O::Call, callee.raw(), &[made, sum], t.integer);
        let less = body.value_of(O::Compare, 2, &[y, sum], t.boolean);
        let yes = body.block(&[]);
        let join = body.block(&[t.integer]);
        body.switch_to(entry);
        body.emit(O::Branch, 0, &[less, sum], &[yes.raw(), join.raw()], &[]);
        body.switch_to(yes);
        let y = body.value_of(O::Binary, 2, &[y, one], t.integer);
        body.emit(O::Jump, join.raw(), &[y], &[], &[]);
        body.switch_to(join);
        sum = body.param(join, 0);
        entry = join;
    }
    body.emit(O::Return, 0, &[sum], &[], &[]);
    m.body(func, body);
}

fn add() -> ModuleBuilder {
    let mut m = ModuleBuilder::new("nodes", Target::default());
    let file = m.file("nodes.c");
    let (integer, boolean) = (m.basic(TypeKind::Int), m.basic(TypeKind::Bool));
    let node = m.named("main", "Node");
    let node_pointer = m.ptr(node);
    let underlying = m.struct_type(16, &[("next", node_pointer, 0), ("value", integer, 8)]);
    m.set_underlying(node, underlying);
    let sig = m.func_type(&[node_pointer, integer], &[integer], false);
    let t = Types { integer, boolean, node, node_pointer };
    let funcs: Vec<FuncId> = (0..FUNCTIONS).map(|i| m.func(&format!("main.f{i}"), sig, PosId::from_raw(0))).collect();
    for (i, &func) in (0..).zip(&funcs) {
        let callee = funcs[(i + 1) as usize % funcs.len()];
        function(&mut m, &t, func, callee, file, 1 + i * UNITS);
    }
    m
}

fn finish(m: ModuleBuilder) -> Module {
    let module = m.finish().expect("types are fine");
    verify(&module).expect("it is right");
    module
}

fn main() {
    let Some(program) = std::env::var_os("OUTLIVE_NODES_C") else {
        println!("nodes: OUTLIVE_NODES_C is not set; benches/nodes.sh does that");
        return;
    };
    let image = std::env::temp_dir().join(format!("outlive-nodes-{}.oiri", std::process::id()));
    let (mut rust, mut c) = ([u64::MAX; 2], [u64::MAX; 2]);
    let mut instructions = 0;
    for run in 0..RUNS {
        let start = Instant::now();
        let module = add();
        let added = start.elapsed();
        let module = finish(module);
        let finished = start.elapsed() - added;
        instructions = module.num_insts();
        let mut command = Command::new(&program);
        command.args([FUNCTIONS.to_string(), UNITS.to_string()]);
        if run == 0 {
            command.arg(&image);
        }
        let output = command.output().expect("the C program runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        if run == 0 {
            let theirs = std::fs::read(&image).expect("the C program wrote its image");
            std::fs::remove_file(&image).expect("it is ours");
            assert!(theirs == encode(&module), "the C program builds another module");
        }
        let text = String::from_utf8(output.stdout).expect("numbers");
        let times: Vec<u64> = text.split_whitespace().map(|word| word.parse().expect("a number")).collect();
        let least = |best: &mut [u64; 2], new: [u64; 2]| {
            if new[0] + new[1] < best[0] + best[1] {
                *best = new;
            }
        };
        least(&mut rust, [added, finished].map(|time| time.as_nanos() as u64));
        least(&mut c, [times[0], times[1]]);
    }
    let each = |ns: u64| ns as f64 / instructions as f64;
    let ratio = |n: usize| c[n] as f64 / rust[n] as f64;
    let all = (c[0] + c[1]) as f64 / (rust[0] + rust[1]) as f64;
    println!("{:<34} {:>8} {:>8} {:>8}", format!("node by node, {instructions} instructions"), "add", "finish", "all");
    println!(
        "{:<34} {:>8.1} {:>8.1} {:>8.1}  ns an instruction",
        "Rust",
        each(rust[0]),
        each(rust[1]),
        each(rust[0] + rust[1])
    );
    println!("{:<34} {:>8.1} {:>8.1} {:>8.1}  ns an instruction", "C", each(c[0]), each(c[1]), each(c[0] + c[1]));
    println!("{:<34} {:>8.2} {:>8.2} {:>8.2}  at most {BAR}", "C / Rust", ratio(0), ratio(1), all);
    assert!(all <= BAR && ratio(0) <= BAR, "the C ABI is slower than {BAR} times Rust's builder");
}
