//! Seeded faults: what breaks must be noticed.
//!
//! Every fault of [`crate::escape::faults`] in turn is switched on while generated programs are analysed. It is *caught* by the
//! checker, which rejects the verdicts, or by the machine, which sees what comes of them. A fault neither notices would be a rule
//! that nothing guards.

use super::trial::Court;
use crate::driver::{Model, Options, analyze_certified, check};
use crate::escape::faults::{Fault, all, with};
use crate::ir::Module;
use std::time::Instant;

/// How a fault fared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Caught {
    /// The fault.
    pub fault: Fault,
    /// Number of the first program at which the checker rejected the verdicts, from 1.
    pub checker: Option<u32>,
    /// Number of the first program whose run showed a violation, from 1.
    pub machine: Option<u32>,
    /// Programs tried.
    pub tried: u32,
}

impl Caught {
    /// Whether anybody noticed.
    #[must_use]
    pub fn caught(&self) -> bool {
        self.checker.is_some() || self.machine.is_some()
    }

    /// Whether nobody noticed in as many programs as there are.
    #[must_use]
    pub fn missed(&self) -> bool {
        !self.caught() && self.tried == MOST
    }
}

/// Programs tried with each fault before it counts as missed.
pub const MOST: u32 = 20_000;
const KEPT: usize = 500;
/// Programs the machine is given once the checker has noticed.
pub const MACHINE: u32 = 60;

/// Programs for every fault; the first ones, which most faults need no more than, are written once.
#[derive(Debug)]
pub struct Programs {
    seed: u64,
    ready: Vec<Module>,
}

impl Programs {
    /// The programs from a seed on.
    #[must_use]
    pub fn from(seed: u64) -> Self {
        Self { seed, ready: Vec::new() }
    }

    fn get(&mut self, n: u32) -> &Module {
        let write = |n: usize| Court::program(self.seed.wrapping_add(n as u64));
        let n = n as usize;
        while self.ready.len() <= n.min(KEPT) {
            self.ready.push(write(self.ready.len()));
        }
        if n < KEPT {
            return &self.ready[n];
        }
        self.ready[KEPT] = write(n);
        &self.ready[KEPT]
    }
}

/// Seeds one fault and tries programs until it is caught, `MOST` programs were tried or the time is over.
pub fn seed(fault: Fault, programs: &mut Programs, court: &mut Court, until: Option<Instant>) -> Caught {
    let mut caught = Caught { fault, checker: None, machine: None, tried: 0 };
    for n in 0..MOST {
        if caught.checker.is_some() && (caught.machine.is_some() || n >= MACHINE)
            || until.is_some_and(|until| Instant::now() >= until)
        {
            break;
        }
        let number = n + 1;
        caught.tried = number;
        let first = programs.seed;
        let module = programs.get(n);
        for &(model, _) in Model::ALL {
            let options = Options { model, ..Options::default() };
            let (analysis, certificate) = with(fault, || analyze_certified(module, &options));
            if caught.checker.is_none() && check(module, &options, &analysis, &certificate).is_err() {
                caught.checker = Some(number);
            }
            let seed = first.wrapping_add(u64::from(n));
            if caught.machine.is_none() && !court.run(module, Some(&analysis), seed).violations.is_empty() {
                caught.machine = Some(number);
            }
        }
    }
    caught
}

/// Seeds every fault.
pub fn seed_all(first: u64, until: Option<Instant>) -> Vec<Caught> {
    let mut programs = Programs::from(first);
    let mut court = Court::new();
    all().into_iter().map(|fault| seed(fault, &mut programs, &mut court, until)).collect()
}

/// The table, for people.
#[must_use]
pub fn table(rows: &[Caught]) -> String {
    use std::fmt::Write;
    let mut text = String::new();
    let number = |n: Option<u32>| n.map_or("-".to_owned(), |n| n.to_string());
    let _ = writeln!(text, "{:<60} {:>8} {:>8}", "seeded fault", "checker", "machine");
    for row in rows {
        let missed = match row.caught() {
            true => String::new(),
            false if row.missed() => format!("  MISSED by {} programs", row.tried),
            false => format!("  not within the time, {} programs", row.tried),
        };
        let _ = writeln!(
            text,
            "{:<60} {:>8} {:>8}{missed}",
            row.fault.to_string(),
            number(row.checker),
            number(row.machine)
        );
    }
    let count = |which: fn(&Caught) -> bool| rows.iter().filter(|r| which(r)).count();
    let (caught, missed) = (count(Caught::caught), count(Caught::missed));
    let _ = writeln!(text, "faults={} caught={caught} missed={missed}", rows.len());
    text
}
