//! The committed corpus of generated programs: no violation in any, and the leads are those of the committed table.

use outlive::ir::{Module, verify};
use outlive::lab::interp::Machine;
use outlive::lab::leads::Leads;
use outlive::lab::trial::Court;
use outlive::text;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

fn programs() -> Vec<(String, Module)> {
    let entries = std::fs::read_dir(folder()).expect("tests/corpus");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "oir"));
    files.sort();
    let read = |path: &PathBuf| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let source = std::fs::read_to_string(path).expect("a readable file");
        let module = text::parse(&source).unwrap_or_else(|error| panic!("{name}: {error}"));
        verify(&module).unwrap_or_else(|errors| panic!("{name}: {}", errors[0]));
        (name, module)
    };
    files.iter().map(read).collect()
}

#[test]
fn verdicts_hold_in_the_corpus() {
    let programs = programs();
    assert_eq!(programs.len(), 64);
    let mut court = Court::new();
    for (name, module) in &programs {
        for seed in 0..4 {
            if let Some(first) = court.try_program(module, seed).first() {
                panic!("{name}: {first}");
            }
        }
    }
}

#[test]
fn the_leads_are_those_of_the_table() {
    let (mut leads, mut machine) = (Leads::default(), Machine::new());
    for (_, module) in &programs() {
        leads.add(module, &mut machine);
    }
    let (path, found) = (folder().join("leads.txt"), leads.to_string());
    if std::env::var_os("OUTLIVE_BLESS").is_some() {
        std::fs::write(&path, &found).expect("a writable file");
    }
    let expected = std::fs::read_to_string(&path).expect("tests/corpus/leads.txt");
    assert_eq!(found, expected, "make bless rewrites tests/corpus/leads.txt");
    let total = leads.total();
    assert!(total.leads() > 0 && total.leads() < total.reached, "{total:?}");
    assert!(total.won >= 63, "model precise wins {} of {} leads", total.won, total.leads());
    assert_eq!(total.won + leads.open.values().sum::<u32>(), total.leads());
}
