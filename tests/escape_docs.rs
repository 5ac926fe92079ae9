//! The tables of `docs/escape.md` are those of the source. `OUTLIVE_BLESS=1` in the environment rewrites them.

mod doc_support;

use doc_support::{code, table};
use outlive::fact::Reason;

fn expected(name: &str) -> String {
    match name {
        "reasons" => table(
            &["number", "name", "meaning"],
            Reason::ALL.iter().map(|&(r, name, words)| vec![(r as u16).to_string(), code(name), words.into()]),
        ),
        _ => panic!("no table is called {name}"),
    }
}

#[test]
fn the_tables_of_the_page_are_those_of_the_source() {
    doc_support::check("docs/escape.md", 1, expected);
}
