//! Statements: a table of weighted productions, each a small function.
//!
//! A production does one thing a Go programmer might write, with what is in scope; one that finds nothing to work on declares a
//! variable instead. Rows are simplest first (see `super::bytes`); a row counts if its feature is on.

mod concurrency;
mod containers;
mod control;
mod functions;
mod interfaces;
mod memory;
mod odd;
mod panics;
mod strings;
mod unsafes;

use super::{Features, Gen};

/// A kind of statement. It returns whether it found what it needs.
struct Production {
    weight: u32,
    on: fn(&Features) -> bool,
    emit: fn(&mut Gen<'_>) -> bool,
}

const fn row(weight: u32, on: fn(&Features) -> bool, emit: fn(&mut Gen<'_>) -> bool) -> Production {
    Production { weight, on, emit }
}

const TABLES: &[&[Production]] = &[
    memory::TABLE,
    control::TABLE,
    functions::TABLE,
    containers::TABLE,
    strings::TABLE,
    interfaces::TABLE,
    concurrency::TABLE,
    panics::TABLE,
    unsafes::TABLE,
    odd::TABLE,
];

/// The sum of all weights.
const TOTAL: u32 = {
    let (mut sum, mut t) = (0, 0);
    while t < TABLES.len() {
        let mut n = 0;
        while n < TABLES[t].len() {
            sum += TABLES[t][n].weight;
            n += 1;
        }
        t += 1;
    }
    sum
};

/// How deep blocks nest.
const NESTING: u32 = 4;

impl Gen<'_> {
    /// Statements, each followed by another with a probability of `go_on` in 256.
    pub(super) fn statements(&mut self, go_on: u32) {
        while !self.fr.ended && !self.tight() && self.src.chance(go_on) {
            self.statement();
        }
    }

    fn statement(&mut self) {
        self.next_line();
        // As for values, rows that are off are drawn all the same.
        for _ in 0..4 {
            let row = self.drawn();
            if (row.on)(self.f) {
                if !(row.emit)(self) && !self.fr.ended {
                    memory::declare(self);
                }
                return;
            }
        }
        memory::declare(self);
    }

    fn drawn(&mut self) -> &'static Production {
        let mut at = self.src.below(TOTAL);
        for row in TABLES.iter().copied().flatten() {
            if at < row.weight {
                return row;
            }
            at -= row.weight;
        }
        unreachable!("a number below the sum of all weights falls into a row")
    }

    /// Statements in a scope of their own, if blocks are not nested too deep.
    fn inner(&mut self, go_on: u32) {
        if self.fr.nesting < NESTING {
            self.scoped(|g| g.statements(go_on));
        }
    }
}
