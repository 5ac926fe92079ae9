//! `docs/escape.md` names every reason, in the code's words.

use outlive::fact::Reason;
use std::fmt::Write as _;

#[test]
fn the_table_of_reasons_is_the_codes() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/escape.md");
    let page = std::fs::read_to_string(path).expect("docs/escape.md is there");
    let mut table = String::from("| number | name | meaning |\n|---|---|---|\n");
    for &(reason, name, words) in Reason::ALL {
        writeln!(table, "| {} | `{name}` | {words} |", reason as u16).expect("strings take everything");
    }
    let (head, rest) = page.split_once("rewrites -->\n").expect("a start mark");
    let (old, tail) = rest.split_once("<!-- end of reasons -->").expect("an end mark");
    if std::env::var_os("OUTLIVE_BLESS").is_some() {
        std::fs::write(path, format!("{head}rewrites -->\n{table}<!-- end of reasons -->{tail}")).expect("writable");
    } else {
        assert_eq!(old, table, "run with OUTLIVE_BLESS=1 after changing a reason");
    }
}
