//! Modules for golden images: small, valid, and written out by hand so that they say what they are.

use outlive::entity::{Opt, Value};
use outlive::ir::{
    BodyBuilder, EXPORTED, Entity, Module, ModuleBuilder, Opcode, SYNTHETIC, SiteKind, Target, TypeKind, attr,
};

/// Builds a module.
pub type Build = fn() -> Module;

/// The modules by the stems of their files.
pub const MODULES: &[(&str, Build)] =
    &[("rust_empty", empty), ("rust_list", list), ("rust_counter", counter), ("rust_switch", switch)];

/// Nothing but a name.
fn empty() -> Module {
    ModuleBuilder::new("empty", Target::default()).finish().expect("no type is malformed")
}

/// `func push(head *node, v int) *node { return &node{v, head} }`
fn list() -> Module {
    let mut m = ModuleBuilder::new("example.com/list", Target::default());
    m.producer("golden");
    let file = m.file("liste.go");
    let pos = m.pos(file, 3, 6);
    let int = m.basic(TypeKind::Int);
    let node = m.named("example.com/list", "node");
    let ptr = m.ptr(node);
    let record = m.struct_type(16, &[("wert", int, 0), ("nächster", ptr, 8)]);
    m.set_underlying(node, record);
    let (field, link) = (m.ptr(int), m.ptr(ptr));
    let sig = m.func_type(&[ptr, int], &[ptr], false);
    let f = m.func("example.com/list.push", sig, pos);
    m.func_mut(f).flags |= EXPORTED;
    let pos = m.pos(file, 3, 51);
    let site = m.site(SiteKind::Literal, node, f, pos, "&node{v, head}");
    let mut b = BodyBuilder::new();
    b.at(pos);
    let entry = b.block(&[ptr, int]);
    let new = b.value_of(Opcode::New, site.raw(), &[], ptr);
    let value = b.value_of(Opcode::FieldAddr, 0, &[new], field);
    b.emit(Opcode::Store, 0, &[value, b.param(entry, 1)], &[], &[]);
    let next = b.value_of(Opcode::FieldAddr, 1, &[new], link);
    b.emit(Opcode::Store, 0, &[next, b.param(entry, 0)], &[], &[]);
    b.emit(Opcode::Return, 0, &[new], &[], &[]);
    m.body(f, b);
    m.finish().expect("no type is malformed")
}

/// `func counter() func() int { n := 0; return func() int { n++; return n } }`, for a target of 32 bits.
fn counter() -> Module {
    let mut m = ModuleBuilder::new("example.com/counter", Target { pointer_size: 4, max_align: 4 });
    let file = m.file("counter.go");
    let pos = m.pos(file, 1, 6);
    let int = m.basic(TypeKind::Int);
    let ptr = m.ptr(int);
    let next = m.func_type(&[], &[int], false);
    let sig = m.func_type(&[], &[next], false);
    let outer = m.func("example.com/counter.counter", sig, pos);
    let inner = m.func("example.com/counter.counter.func1", next, pos);
    m.func_mut(inner).parent = Opt::from(outer);
    m.func_mut(inner).flags |= SYNTHETIC;
    m.free_vars(inner, &[ptr]);
    let variable = m.site(SiteKind::Var, int, outer, pos, "n");
    let record = m.site(SiteKind::Closure, next, outer, pos, "func literal");
    m.attr(Entity::Func, attr::SYNTACTIC_DEPTH, outer.raw(), 1);
    m.attr(Entity::Site, attr::DEPTH, variable.raw(), 1);

    let constant = |b: &mut BodyBuilder, value: u32| -> Value {
        let inst = b.emit(Opcode::ConstInt, 0, &[], &[value, 0], &[int]);
        b.result(inst, 0)
    };
    let mut b = BodyBuilder::new();
    b.at(pos);
    let entry = b.block(&[]);
    b.block_attr(entry, attr::DEPTH, 1);
    let n = b.value_of(Opcode::Var, variable.raw(), &[], ptr);
    let zero = constant(&mut b, 0);
    b.emit(Opcode::Store, 0, &[n, zero], &[], &[]);
    let closure = b.emit(Opcode::MakeClosure, record.raw(), &[n], &[inner.raw()], &[next]);
    b.emit(Opcode::Return, 0, &[b.result(closure, 0)], &[], &[]);
    m.body(outer, b);

    let mut b = BodyBuilder::new();
    b.at(pos);
    b.block(&[]);
    let n = b.value_of(Opcode::FreeVar, 0, &[], ptr);
    let old = b.value_of(Opcode::Load, 0, &[n], int);
    let one = constant(&mut b, 1);
    let new = b.value_of(Opcode::Binary, 0, &[old, one], int);
    b.emit(Opcode::Store, 0, &[n, new], &[], &[]);
    b.emit(Opcode::Return, 0, &[new], &[], &[]);
    m.body(inner, b);
    m.finish().expect("no type is malformed")
}

/// A switch with arguments, a branch, a loop, and an external function.
fn switch() -> Module {
    let mut m = ModuleBuilder::new("example.com/switch", Target::default());
    let file = m.file("switch.go");
    let pos = m.pos(file, 1, 6);
    let (int, bool) = (m.basic(TypeKind::Int), m.basic(TypeKind::Bool));
    let sig = m.func_type(&[int], &[int], false);
    let sink = m.func("example.com/switch.sink", sig, pos);
    m.attr(Entity::Func, attr::NOESCAPE, sink.raw(), 1);
    let f = m.func("example.com/switch.f", sig, pos);
    let mut b = BodyBuilder::new();
    b.at(pos);
    let [entry, head, done] = [(); 3].map(|()| b.block(&[int]));
    b.switch_to(entry);
    let x = b.param(entry, 0);
    let (d, h) = (done.raw(), head.raw());
    b.emit(Opcode::Switch, 0, &[x, x, x, x], &[h, 1, 0, 0, d, 1, u32::MAX, u32::MAX, d, 1], &[]);
    b.switch_to(head);
    let y = b.param(head, 0);
    let z = b.emit(Opcode::Call, sink.raw(), &[y], &[], &[int]);
    let z = b.result(z, 0);
    let less = b.value_of(Opcode::Compare, 2, &[z, x], bool);
    b.emit(Opcode::Branch, 1, &[less, z, y], &[h, d], &[]);
    b.switch_to(done);
    b.emit(Opcode::Return, 0, &[b.param(done, 0)], &[], &[]);
    m.body(f, b);
    m.finish().expect("no type is malformed")
}
