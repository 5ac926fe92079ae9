use super::*;
use crate::entity::{FuncId, PosId, TypeId, Value};
use crate::ir::builder::{BodyBuilder, ModuleBuilder};
use crate::ir::opcode::Opcode;
use crate::ir::site::SiteKind;
use crate::ir::types::{Target, TypeKind};

struct Draft {
    m: ModuleBuilder,
    int: TypeId,
    f: FuncId,
}

fn draft(params: &[TypeKind]) -> Draft {
    let mut m = ModuleBuilder::new("main", Target::default());
    let int = m.basic(TypeKind::Int);
    let params: Vec<TypeId> = params.iter().map(|&k| m.basic(k)).collect();
    let sig = m.func_type(&params, &[], false);
    let file = m.file("main.go");
    let pos = m.pos(file, 3, 6);
    let f = m.func("main.f", sig, pos);
    Draft { m, int, f }
}

fn first_error(d: Draft) -> String {
    let module = d.m.finish().expect("types are fine");
    let errors = verify(&module).expect_err("an error");
    errors[0].to_string()
}

#[test]
fn an_error_is_one_line_with_its_place() {
    let mut d = draft(&[TypeKind::Int]);
    let file = d.m.file("main.go");
    let pos = d.m.pos(file, 4, 7);
    let mut b = BodyBuilder::new();
    let entry = b.block(&[d.int]);
    b.at(pos);
    let x = b.param(entry, 0);
    let _ = b.value_of(Opcode::Load, 0, &[x], d.int);
    b.emit(Opcode::Return, 0, &[], &[], &[]);
    d.m.body(d.f, b);
    assert_eq!(first_error(d), "f0 main.f, b0, v1 = load v0: the operand is int, not a pointer (at main.go:4:7)");
}

#[test]
fn two_makers_cannot_share_a_site() {
    let mut d = draft(&[]);
    let ptr = d.m.ptr(d.int);
    let site = d.m.site(SiteKind::Var, d.int, d.f, PosId::from_raw(0), "x");
    let mut b = BodyBuilder::new();
    b.block(&[]);
    b.value_of(Opcode::Var, site.raw(), &[], ptr);
    b.value_of(Opcode::Var, site.raw(), &[], ptr);
    b.emit(Opcode::Return, 0, &[], &[], &[]);
    d.m.body(d.f, b);
    assert_eq!(first_error(d), "f0 main.f, b0, v1 = var: site s0 has another maker");
}

#[test]
fn operands_that_do_not_exist_are_found_before_anything_reads_them() {
    let mut d = draft(&[]);
    let mut b = BodyBuilder::new();
    b.block(&[]);
    b.emit(Opcode::Load, 0, &[Value::from_raw(77)], &[], &[d.int]);
    b.emit(Opcode::Return, 0, &[], &[], &[]);
    d.m.body(d.f, b);
    assert!(first_error(d).contains("operand v77 does not exist"));
}

#[test]
fn errors_are_capped() {
    let mut d = draft(&[]);
    let mut b = BodyBuilder::new();
    b.block(&[]);
    for _ in 0..1000 {
        b.emit(Opcode::Len, 0, &[Value::from_raw(0)], &[], &[d.int]);
    }
    b.emit(Opcode::Return, 0, &[], &[], &[]);
    d.m.body(d.f, b);
    let module = d.m.finish().expect("types are fine");
    assert_eq!(verify(&module).expect_err("errors").len(), MAX_ERRORS);
}

#[test]
fn nesting_in_itself_is_found() {
    let mut d = draft(&[]);
    d.m.func_mut(d.f).parent = d.f.into();
    assert!(first_error(d).contains("nested in itself"));
}
