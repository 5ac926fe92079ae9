//! What the benches share: images of real packages, and modules generated to a size.
#![allow(dead_code, reason = "each bench uses its part")]

use outlive::entity::{PosId, TypeId};
use outlive::ir::{BodyBuilder, Module, ModuleBuilder, Opcode, SiteKind, Target, TypeKind};
use std::path::PathBuf;

/// The images `benches/images.sh` left, by name; an explanation where there are none.
pub(crate) fn images() -> Vec<(String, Vec<u8>)> {
    let dir = std::env::var_os("OUTLIVE_BENCH_IMAGES")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/target/bench-images")), PathBuf::from);
    let mut found: Vec<(String, Vec<u8>)> = std::fs::read_dir(&dir)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let name = path.file_stem()?.to_str()?.to_owned();
            (path.extension()? == "oiri").then(|| Some((name, std::fs::read(&path).ok()?)))?
        })
        .collect();
    found.sort();
    if found.is_empty() {
        eprintln!("no images in {}: run benches/images.sh first (make bench does)", dir.display());
    }
    found
}

/// A recursive component of `n` functions, in memory form: `f_i(p *T, q **T) *T` keeps a local, calls `f_{i+1}` and `f_{i+7}`
/// with pointers to and from it, and returns what they return.
pub(crate) fn recursive_component(n: u32) -> Module {
    let mut m = ModuleBuilder::new("recursive", Target::default());
    let none = PosId::from_raw(0);
    let int = m.basic(TypeKind::Int);
    let boolean = m.basic(TypeKind::Bool);
    let node = m.named("bench", "Node");
    let ptr = m.ptr(node);
    let inner = m.struct_type(16, &[("value", int, 0), ("next", ptr, 8)]);
    m.set_underlying(node, inner);
    let ptr_ptr = m.ptr(ptr);
    let node_ptr_ptr = m.ptr(ptr_ptr);
    let sig = m.func_type(&[ptr, ptr_ptr], &[ptr], false);
    let funcs: Vec<_> = (0..n).map(|i| m.func(&format!("f{i}"), sig, none)).collect();
    for (i, &f) in funcs.iter().enumerate() {
        let mut b = BodyBuilder::new();
        let entry = b.block(&[ptr, ptr_ptr]);
        let (p, q) = (b.param(entry, 0), b.param(entry, 1));
        let var = |m: &mut ModuleBuilder, b: &mut BodyBuilder, kind, ty: TypeId, addr: TypeId, index| {
            let site = m.site(kind, ty, f, none, "v");
            m.site_mut(site).index = index;
            b.value_of(Opcode::Var, site.raw(), &[], addr)
        };
        let p_var = var(&mut m, &mut b, SiteKind::Param, ptr, ptr_ptr, 0);
        b.emit(Opcode::Store, 0, &[p_var, p], &[], &[]);
        let q_var = var(&mut m, &mut b, SiteKind::Param, ptr_ptr, node_ptr_ptr, 1);
        b.emit(Opcode::Store, 0, &[q_var, q], &[], &[]);
        let local = var(&mut m, &mut b, SiteKind::Var, node, ptr, 0);
        let out = var(&mut m, &mut b, SiteKind::Var, ptr, ptr_ptr, 0);
        let (next, more) = (b.block(&[]), b.block(&[]));
        b.switch_to(entry);
        let zero = b.value_of(Opcode::Zero, 0, &[], boolean);
        b.emit(Opcode::Branch, 0, &[zero], &[next.raw(), more.raw()], &[]);
        for (block, step) in [(next, 1), (more, 7)] {
            b.switch_to(block);
            let callee = funcs[(i + step) % funcs.len()];
            let arg = b.value_of(Opcode::Load, 0, &[p_var], ptr);
            let first = b.value_of(Opcode::Call, callee.raw(), &[arg, out], ptr);
            let slot = b.value_of(Opcode::FieldAddr, 1, &[local], ptr_ptr);
            b.emit(Opcode::Store, 0, &[slot, first], &[], &[]);
            let held = b.value_of(Opcode::Load, 0, &[slot], ptr);
            b.emit(Opcode::Return, 0, &[held], &[], &[]);
        }
        m.body(f, b);
    }
    m.finish().expect("the generated types are legal")
}
