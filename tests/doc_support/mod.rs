//! Pages under `docs/` whose tables are made from the source: `<!-- table: NAME -->` up to `<!-- end -->`.

#![allow(dead_code, reason = "each page uses its part")]

use std::fmt::Write as _;
use std::path::Path;

/// A table in the pages' form.
pub(crate) fn table(heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut out = format!("| {} |\n|{}\n", heads.join(" | "), "---|".repeat(heads.len()));
    for row in rows {
        assert_eq!(row.len(), heads.len());
        let _ = writeln!(out, "| {} |", row.join(" | "));
    }
    out
}

/// A word set as code.
pub(crate) fn code(text: &str) -> String {
    format!("`{text}`")
}

/// The text of a page.
pub(crate) fn read(page: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).expect("the page is there")
}

/// Compares the `count` tables of a page with what `expected` makes for each name, or rewrites them (`OUTLIVE_BLESS=1`).
pub(crate) fn check(page: &str, count: usize, expected: impl Fn(&str) -> String) {
    let text = read(page);
    let mut fresh = String::new();
    let mut rest = text.as_str();
    let mut tables = 0;
    while let Some((before, after)) = rest.split_once("<!-- table: ") {
        let (name, after) = after.split_once(" -->\n").expect("a table's comment ends");
        let (_, after) = after.split_once("<!-- end -->").expect("a table ends");
        let _ = write!(fresh, "{before}<!-- table: {name} -->\n{}<!-- end -->", expected(name));
        rest = after;
        tables += 1;
    }
    fresh.push_str(rest);
    assert_eq!(tables, count, "{page} has lost a table");
    if std::env::var_os("OUTLIVE_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(page), &fresh).expect("writable");
        return;
    }
    let differ = text.lines().zip(fresh.lines()).find(|(old, new)| old != new);
    assert!(text == fresh, "{page} is not up to date, OUTLIVE_BLESS=1 rewrites it; first difference: {differ:?}");
}
