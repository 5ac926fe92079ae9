//! The tables of `docs/image.md` are those of the source. `OUTLIVE_BLESS=1` in the environment rewrites them.

mod doc_support;

use doc_support::{code, table};
use outlive::fact::{Allocates, Extent, Placement, Reason};
use outlive::image::{ANSWERS_SECTIONS, FACTS_SECTIONS, MODULE_SECTIONS, SectionSpec};
use outlive::ir::opcode::{Aux, TABLE};
use outlive::ir::{SiteKind, TypeKind, attr, intrinsic};

fn yes(condition: bool) -> String {
    if condition { "yes".into() } else { String::new() }
}

fn sections(specs: &[SectionSpec]) -> String {
    table(
        &["id", "section", "entry", "required and critical", "content"],
        specs.iter().map(|s| vec![s.id.to_string(), s.name.into(), s.entry.to_string(), yes(s.required), s.doc.into()]),
    )
}

fn aux(aux: Aux) -> &'static str {
    match aux {
        Aux::None => "",
        Aux::Site => "site",
        Aux::Func => "function",
        Aux::Global => "global",
        Aux::Str => "string",
        Aux::Type => "type",
        Aux::Block => "block",
        Aux::Index => "index",
        Aux::Unary => "0 neg, 1 not, 2 com",
        Aux::Binary => "0 add, 1 sub, 2 mul, 3 div, 4 rem, 5 and, 6 or, 7 xor, 8 shl, 9 shr, 10 andnot",
        Aux::Compare => "0 eq, 1 ne, 2 lt, 3 le, 4 gt, 5 ge",
        Aux::Bounds => "1 low, 2 high, 4 max",
        Aux::Select => "number of sends; bit 31: default",
        Aux::Count => "count",
        Aux::Intrinsic => "intrinsic",
    }
}

fn expected(name: &str) -> String {
    let numbered = |number: u32, text: &str, doc: &str| vec![number.to_string(), code(text), doc.into()];
    match name {
        "module sections" => sections(&MODULE_SECTIONS),
        "answer sections" => sections(&ANSWERS_SECTIONS),
        "facts sections" => sections(&FACTS_SECTIONS),
        "type kinds" => {
            table(&["number", "kind"], TypeKind::ALL.iter().map(|&(k, text)| vec![(k as u32).to_string(), code(text)]))
        }
        "site kinds" => table(
            &["number", "kind", "what"],
            SiteKind::ALL.iter().map(|&(k, text, doc)| numbered(k as u32, text, doc)),
        ),
        "opcodes" => table(
            &["number", "opcode", "operands", "aux", "immediates", "results", "ends", "what"],
            TABLE.iter().map(|row| {
                vec![
                    (row.op as u32).to_string(),
                    code(row.name),
                    row.args.to_string(),
                    aux(row.aux).into(),
                    yes(row.imms),
                    row.results.to_string(),
                    yes(row.terminator),
                    row.doc.into(),
                ]
            }),
        ),
        "intrinsics" => table(
            &["number", "intrinsic", "operands", "results", "what"],
            intrinsic::TABLE.iter().map(|row| {
                let (args, results) = (row.args.to_string(), row.results.to_string());
                vec![row.id.to_string(), code(row.name), args, results, row.doc.into()]
            }),
        ),
        "attributes" => table(
            &["key", "attribute", "of", "what"],
            attr::KEYS.iter().map(|&(key, text, entities, doc)| {
                let of: Vec<String> = entities.iter().map(|e| format!("{e:?}").to_lowercase()).collect();
                vec![key.to_string(), code(text), of.join(", "), doc.into()]
            }),
        ),
        "reasons" => table(
            &["reason", "name", "words"],
            Reason::ALL.iter().map(|&(r, text, words)| numbered(r as u32, text, words)),
        ),
        _ => panic!("no table is called {name}"),
    }
}

#[test]
fn the_tables_of_the_page_are_those_of_the_source() {
    doc_support::check("docs/image.md", 9, expected);
}

#[test]
fn numbers_spelled_out_on_the_page_are_those_of_the_source() {
    let page = doc_support::read("docs/image.md");
    let list = |names: &[(u32, &str)]| {
        let items: Vec<String> = names.iter().map(|(number, name)| format!("{number} {name}")).collect();
        items.join(", ")
    };
    use Placement as P;
    let placements = [P::Static, P::Eliminated, P::Stack, P::Bounded, P::Caller, P::Heap].map(|p| (p as u32, p.name()));
    assert!(page.contains(&list(&placements)));
    use Allocates as A;
    assert!(page.contains(&list(&[A::Never, A::Maybe, A::Always].map(|a| (a as u32, a.name())))));
    let extents = [
        (Extent::Iteration as u32, "iteration"),
        (Extent::Activation as u32, "activation"),
        (Extent::Caller as u32, "caller"),
        (Extent::Program as u32, "program"),
    ];
    assert!(page.contains(&list(&extents)));
    for (size, text) in [
        (outlive::image::HEADER_SIZE, "follows at byte 32"),
        (outlive::image::TABLE_ENTRY_SIZE, "40 bytes a row"),
        (outlive::image::SECTION_ALIGN, "a multiple of 8"),
    ] {
        assert!(page.contains(text) && text.contains(&size.to_string()), "{text}");
    }
}
