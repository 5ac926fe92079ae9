//! Answers are the same bytes for any number of threads. Small modules would get one thread, so the number is given here past
//! the rule that says how many are worth it.

use super::{Analysis, Options, certified, explained};
use crate::control::Control;
use crate::entity::{FuncId, PosId, SiteId, TypeId};
use crate::escape::Model;
use crate::fact::{Certificate, Explanation};
use crate::image::encode_answers;
use crate::ir::{BodyBuilder, Module, ModuleBuilder, Opcode, Target, TypeKind, verify};

/// Everything there is to know of a module: answers as bytes, the certificate, explanations.
fn everything(module: &Module, options: &Options, threads: usize) -> (Vec<u8>, Certificate, Vec<Option<Explanation>>) {
    let (analysis, mut explainer) = explained(module, options, threads, Control::NONE);
    let encode = |a: &Analysis| encode_answers(module.target, &a.verdicts, &a.summaries);
    let sites = (0..module.sites.len().min(300)).map(SiteId::from_usize);
    let explanations = sites.map(|site| explainer.explain(module, site)).collect();
    let (again, certificate) = certified(module, options, threads);
    assert_eq!(analysis, again);
    (encode(&analysis), certificate, explanations)
}

#[track_caller]
fn assert_same(module: &Module, what: &str) {
    for model in [Model::Gc, Model::Textbook] {
        let options = Options { model, ..Options::default() };
        let one = everything(module, &options, 1);
        for threads in [2, 3, 4] {
            let several = everything(module, &options, threads);
            assert!(one.0 == several.0, "{what}: answers of {threads} threads");
            assert!(one.1 == several.1, "{what}: certificate of {threads} threads");
            assert!(one.2 == several.2, "{what}: explanations of {threads} threads");
        }
    }
}

/// Functions that pass their pointer on to those they call, and keep it if they call none.
fn module(calls: &[Vec<u32>]) -> Module {
    let mut m = ModuleBuilder::new("m", Target::default());
    let pos = PosId::from_raw(0);
    let int = m.basic(TypeKind::I64);
    let ptr = m.ptr(int);
    let sig = m.func_type(&[ptr], &[ptr], false);
    let funcs: Vec<FuncId> = (0..calls.len()).map(|i| m.func(&format!("f{i}"), sig, pos)).collect();
    for (&f, callees) in funcs.iter().zip(calls) {
        let mut b = BodyBuilder::new();
        let entry = b.block(&[ptr]);
        let mut value = b.param(entry, 0);
        for &callee in callees {
            value = b.value_of(Opcode::Call, callee, &[value], ptr);
        }
        b.emit(Opcode::Return, 0, &[value], &[], &[] as &[TypeId]);
        m.body(f, b);
    }
    let module = m.finish().expect("types are fine");
    verify(&module).expect("a correct module");
    module
}

#[test]
fn chains_and_crowds_and_rings() {
    const N: u32 = 10_000;
    let last = |i: u32| if i + 1 < N { vec![i + 1] } else { vec![] };
    assert_same(&module(&(0..N).map(last).collect::<Vec<_>>()), "a chain");
    assert_same(&module(&vec![vec![]; N as usize]), "a crowd");
    let two = |i: u32| [2 * i + 1, 2 * i + 2].into_iter().filter(|&c| c < N).collect();
    assert_same(&module(&(0..N).map(two).collect::<Vec<_>>()), "a tree");
    let ring = |i: u32| if i.is_multiple_of(100) { vec![i + 99] } else { vec![i - 1, (i + 500) % N] };
    assert_same(&module(&(0..N).map(ring).collect::<Vec<_>>()), "rings");
}

#[test]
fn golden_modules() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/filetests/escape");
    let mut folders = vec![root];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "oir") {
                let text = std::fs::read_to_string(&path).expect("text");
                let Ok(module) = crate::text::parse(&text) else { continue };
                if verify(&module).is_ok() {
                    assert_same(&module, &path.display().to_string());
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 10, "{seen} files");
}

#[cfg(feature = "lab")]
#[test]
fn generated_programs() {
    use crate::lab::r#gen::{Features, generate, random_bytes};
    for seed in 0..60 {
        assert_same(&generate(&random_bytes(seed), &Features::ALL), &format!("seed {seed}"));
    }
}
