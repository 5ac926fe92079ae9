//! What generated programs reach: opcodes, intrinsics, reasons.

use crate::driver::{Model, Options, analyze};
use crate::fact::Reason;
use crate::ir::{CalleeKind, Module, Opcode, intrinsic, opcode};
use std::fmt;

/// Counts of opcodes, intrinsics and, by model, reasons over any number of programs. Prints as a table.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// Instructions by number of the opcode.
    opcodes: [u64; 256],
    intrinsics: Vec<u64>,
    /// Verdicts by model and reason.
    reasons: Vec<Vec<u64>>,
}

impl Default for Coverage {
    fn default() -> Self {
        Self {
            opcodes: [0; 256],
            intrinsics: vec![0; intrinsic::TABLE.len() + 1],
            reasons: vec![vec![0; Reason::ALL.len()]; Model::ALL.len()],
        }
    }
}

impl Coverage {
    /// Reasons that no model gives: their numbers are taken, their rules are not written.
    pub const UNREACHABLE: &[Reason] = &[Reason::StoredElement, Reason::Budget];

    /// Counts a verified module, and what every model says of it.
    pub fn add(&mut self, module: &Module) {
        for func in module.funcs.indices() {
            for inst in module.body(func).insts {
                self.opcodes[inst.op as usize] += 1;
                if let Some((CalleeKind::Intrinsic, _)) = inst.op.call() {
                    self.intrinsics[inst.aux as usize] += 1;
                }
            }
        }
        for (counts, &(model, _)) in self.reasons.iter_mut().zip(Model::ALL) {
            for verdict in &analyze(module, &Options { model, ..Options::default() }).verdicts {
                counts[verdict.reason as usize] += 1;
            }
        }
    }

    /// Instructions of an opcode.
    #[must_use]
    pub fn opcode(&self, op: Opcode) -> u64 {
        self.opcodes[op as usize]
    }

    /// Verdicts of a reason, by any model.
    #[must_use]
    pub fn reason(&self, reason: Reason) -> u64 {
        self.reasons.iter().map(|counts| counts[reason as usize]).sum()
    }

    /// What has not been reached: names of opcodes, intrinsics and reasons.
    #[must_use]
    pub fn missing(&self) -> Vec<String> {
        let opcodes = opcode::TABLE.iter().filter(|row| self.opcode(row.op) == 0).map(|row| row.name.to_owned());
        let intrinsics = intrinsic::TABLE.iter().filter(|row| self.intrinsics[row.id as usize] == 0);
        let reasons =
            Reason::ALL.iter().filter(|(reason, ..)| self.reason(*reason) == 0 && !Self::UNREACHABLE.contains(reason));
        opcodes
            .chain(intrinsics.map(|row| format!("intrinsic {}", row.name)))
            .chain(reasons.map(|(_, name, _)| format!("reason {name}")))
            .collect()
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in opcode::TABLE {
            writeln!(f, "{:<28}{:>10}", row.name, self.opcode(row.op))?;
        }
        for row in intrinsic::TABLE {
            writeln!(f, "{:<28}{:>10}", format!("intrinsic {}", row.name), self.intrinsics[row.id as usize])?;
        }
        for (reason, name, _) in Reason::ALL {
            write!(f, "{:<28}", format!("reason {name}"))?;
            for (counts, (_, model)) in self.reasons.iter().zip(Model::ALL) {
                write!(f, "{:>10} {model}", counts[*reason as usize])?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
