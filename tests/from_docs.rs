//! `docs/from-llvm.md` and `docs/from-go-ssa.md` map every instruction of the other form, and to opcodes that exist; between them they
//! name every opcode there is.

mod doc_support;

use doc_support::read;
use outlive::ir::opcode::TABLE;
use outlive::ir::{SiteKind, attr, intrinsic};
use std::collections::BTreeSet;

/// The instructions of LLVM IR, from its language reference.
const LLVM: &str = "ret br switch indirectbr invoke callbr resume catchswitch catchret cleanupret unreachable \
    fneg add fadd sub fsub mul fmul udiv sdiv fdiv urem srem frem shl lshr ashr and or xor \
    extractelement insertelement shufflevector extractvalue insertvalue \
    alloca load store fence cmpxchg atomicrmw getelementptr \
    trunc zext sext fptrunc fpext fptoui fptosi uitofp sitofp ptrtoint ptrtoaddr inttoptr bitcast addrspacecast \
    icmp fcmp phi select freeze call va_arg landingpad catchpad cleanuppad";

/// The types of golang.org/x/tools/go/ssa that implement `Instruction`.
const GO_SSA: &str = "Alloc BinOp Call ChangeInterface ChangeType Convert DebugRef Defer Extract Field FieldAddr Go If Index \
    IndexAddr Jump Lookup MakeChan MakeClosure MakeInterface MakeMap MakeSlice MapUpdate MultiConvert Next Panic Phi Range Return \
    RunDefers Select Send Slice SliceToArrayPointer Store TypeAssert UnOp";

/// The words set as code in a text.
fn code(text: &str) -> Vec<String> {
    text.replace("\\|", "").split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The rows of the page's tables of these names: the first two cells.
fn rows(page: &str, names: &[&str]) -> Vec<(Vec<String>, Vec<String>)> {
    let text = read(page);
    let mut rows = Vec::new();
    for name in names {
        let (_, table) = text.split_once(&format!("<!-- opcodes: {name} -->\n")).expect("the page has the table");
        let (table, _) = table.split_once("<!-- end -->").expect("a table ends");
        for line in table.lines().skip(2) {
            let line = line.replace("\\|", "");
            let mut cells = line.trim_matches('|').split('|');
            let (theirs, ours) = (cells.next().expect("a cell"), cells.next().expect("two cells"));
            rows.push((code(theirs), code(ours)));
        }
    }
    rows
}

fn complete(page: &str, names: &[&str], every: &str) {
    let mut found: Vec<String> = rows(page, names).into_iter().flat_map(|(theirs, _)| theirs).collect();
    let mut every: Vec<&str> = every.split_whitespace().collect();
    found.sort_unstable();
    every.sort_unstable();
    assert_eq!(found, every, "{page} maps other instructions, or one twice");
}

#[test]
fn every_instruction_is_mapped_once() {
    let llvm = ["terminators", "arithmetic", "memory", "conversions", "other"];
    complete("docs/from-llvm.md", &llvm, LLVM);
    complete("docs/from-go-ssa.md", &["instructions"], GO_SSA);
}

#[test]
fn every_opcode_named_exists() {
    let opcodes: BTreeSet<&str> = TABLE.iter().map(|row| row.name).collect();
    let llvm = ["terminators", "arithmetic", "memory", "conversions", "other", "intrinsics"];
    let mut seen = 0;
    for (page, names) in
        [("docs/from-llvm.md", &llvm[..]), ("docs/from-go-ssa.md", &["instructions", "values", "builtins"][..])]
    {
        for (theirs, ours) in rows(page, names) {
            for name in ours {
                assert!(opcodes.contains(name.as_str()), "{page} maps {theirs:?} to `{name}`, which is no opcode");
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "the tables are read: {seen}");
}

#[test]
fn every_opcode_is_named_by_a_page() {
    let named: BTreeSet<String> =
        ["docs/from-llvm.md", "docs/from-go-ssa.md"].into_iter().flat_map(|page| code(&read(page))).collect();
    for row in TABLE {
        assert!(named.contains(row.name), "neither page says what becomes `{}`", row.name);
    }
}

/// Words with an underscore in prose are ours, whatever they name.
#[test]
fn attributes_intrinsics_and_kinds_named_exist() {
    let mut ours: BTreeSet<&str> = TABLE.iter().map(|row| row.name).collect();
    ours.extend(intrinsic::TABLE.iter().map(|row| row.name));
    ours.extend(attr::KEYS.iter().map(|&(_, name, _, _)| name));
    ours.extend(SiteKind::ALL.iter().map(|&(_, name, _)| name));
    let others = ["va_arg", "unsafe_ptr", "x86_fp80", "pthread_create"];
    let header = read("include/outlive.h");
    for page in ["docs/from-llvm.md", "docs/from-go-ssa.md"] {
        for word in code(&read(page)) {
            let plain =
                word.contains('_') && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            let in_header = word.starts_with("outlive_") && header.contains(&format!(" {word}("));
            let known = ours.contains(word.as_str()) || others.contains(&word.as_str()) || in_header;
            assert!(!plain || known, "{page}: `{word}`");
        }
    }
}
