//! The verifier: what a module must satisfy before an analysis may read it without looking.
//!
//! Every analysis indexes tables by the ids it finds in other tables and trusts opcodes to have the operands their rows name.
//! [`verify`] is what makes that safe for modules of unknown origin. Rows of the type table are checked earlier, when layouts
//! are computed ([`super::types::Types::finish`]), and the runs a function's row points to by whoever filled the tables (the
//! builder by construction, the image decoder by validation); everything else is checked here, one concern a file:
//!
//! - `tables`: ids in names, positions, types, globals, relocations, sites and function rows exist; nesting has no cycle.
//! - `structure`: blocks tile the instructions and end in their only terminator; values are numbered in order of appearance;
//!   operand, result and immediate counts fit the opcode's row; every id exists; nothing jumps to the entry block.
//! - `sites`: a maker owns exactly one site, of its own function, of a kind and a type that fit; no two makers share one.
//! - `types`: the kinds of operands and results of each opcode, arity and types of calls, bindings, block arguments, returns.
//! - `quick`: the same for most instructions, without words: what it passes, the two before would pass.
//! - `dominance`: a definition dominates its uses.
//! - `attrs`: attributes stand on entities they apply to.
//!
//! **How strict types are.** Kinds are exact: a load wants a pointer, a field number lies in range. Two types *agree* when they
//! are the same row, when one is a name and the other what it names, or when they are structurally the same: that is
//! assignability without the conversions a front end must write down (boxing, `change_iface`, channel direction). Type
//! parameters agree with everything, since a generic body is not analysed as such.
//!
//! **The recover block** counts as a successor of the entry block: a panic may happen anywhere, so it may use what every panic
//! has seen. Front ends define the storage of named results at the start of the entry block, before anything can panic.
//!
//! **Cost.** One walk over the instructions; no allocation per function (scratch is reused) and none for a correct module
//! beyond one bit per site. Dominators are computed only for functions where a value is used in another block than its own
//! and the entry. What is built on something broken is
//! not looked at: no body if a table is broken, no operand types if counts or ids are, no dominance unless all else is right.
//! Not checked: that constants fit their type, that a closure's bindings are what its function expects beyond their types.

mod attrs;
pub(crate) mod dominance;
mod error;
mod promises;
mod quick;
mod sites;
mod structure;
mod tables;
mod types;
mod walk;

pub use error::{MAX_ERRORS, VerifyError};

use super::module::Module;
use crate::control::Control;
use error::Errors;

/// Checks a module.
///
/// # Errors
/// What is wrong, in the order of the tables and then of functions and instructions; at most [`MAX_ERRORS`].
pub fn verify(module: &Module) -> Result<(), Vec<VerifyError>> {
    verify_under(module, Control::NONE)
}

/// As [`fn@verify`], for a call that may be cancelled: for use inside of [`Control::run`].
///
/// # Errors
/// As [`fn@verify`].
pub fn verify_under(module: &Module, control: Control<'_>) -> Result<(), Vec<VerifyError>> {
    let mut errors = Errors::new(module);
    tables::check(module, &mut errors);
    if errors.is_empty() {
        let mut walk = walk::Walk::new(module, control);
        for func in module.funcs.indices() {
            if errors.is_full() {
                break;
            }
            control.poll();
            let body = module.body(func);
            if structure::frame(module, &body, &mut errors) && !body.blocks.is_empty() {
                walk.body(module, &body, &mut errors);
            }
        }
        if errors.is_empty() {
            attrs::check(module, &mut errors);
            promises::check(module, &mut errors);
        }
    }
    errors.finish()
}

#[cfg(test)]
mod tests;
