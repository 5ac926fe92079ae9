//! The readable form under random modules: they survive printing and parsing. `tests/text_fuzz.rs` has the random texts.
//!
//! It runs for a bounded time under `cargo test`; a failure prints the seed that repeats it.

#[path = "text_support/generate.rs"]
mod generate;
#[path = "text_support/same.rs"]
mod same;

use outlive::ir::verify;
use outlive::text::{parse, print};

/// Milliseconds the test may take.
const BUDGET: u64 = 1_500;

#[test]
fn random_modules_survive_printing_and_parsing() {
    arbtest::arbtest(|u| {
        let module = generate::module(u)?;
        if let Err(errors) = verify(&module) {
            let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
            panic!("the generator makes correct modules, but\n{}\n{}", lines.join("\n"), print(&module));
        }
        let once = print(&module);
        let again = parse(&once).unwrap_or_else(|error| panic!("{error}\n{once}"));
        assert_eq!(print(&again), once);
        same::assert_same(&module, &again);
        Ok(())
    })
    .budget_ms(BUDGET);
}
