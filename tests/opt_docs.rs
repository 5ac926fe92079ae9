//! The table of `docs/opt.md` is that of the source. `OUTLIVE_BLESS=1` in the environment rewrites it.

mod doc_support;

use doc_support::code;
use outlive::opt;

#[test]
fn the_table_of_the_page_is_that_of_the_source() {
    doc_support::check("docs/opt.md", 1, |name| {
        assert_eq!(name, "passes");
        doc_support::table(
            &["pass", "what it does", "not after"],
            opt::PASSES.iter().map(|pass| {
                let after: Vec<String> =
                    pass.not_after.iter().map(|(after, reason)| format!("{}: {reason}", code(after))).collect();
                vec![code(pass.name), pass.doc.to_owned(), after.join("; ")]
            }),
        )
    });
}
