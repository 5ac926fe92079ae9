//! What is known of functions without a body.
//!
//! A function nothing is known of may do anything with what it is given. Rows say of single parameters that they do no more than
//! the rows tell; they become promises (`docs/image.md`, section 15), which every model obeys. Where a promise cannot say it all, it
//! says more than the row did: what is stored into another parameter counts as kept, since nobody follows it there; what flows to the
//! sixth result or a later one counts as kept as well. That is sound, only less exact.

use super::entities::outlive_function;
use super::{Draft, bad_argument, bad_entity, outlive_builder, resolved, with};
use crate::error::outlive_error;
use crate::growable::{self, Growable, table};
use crate::guard::Failure;
use crate::status::{OUTLIVE_E_DUPLICATE_SYMBOL, OUTLIVE_E_UNSUPPORTED, outlive_status};
use outlive_core::ir::{Entity, attr};
use std::mem::offset_of;

/// The parameter is used, but nothing of it is kept, written, called or returned. To be combined with nothing.
pub const OUTLIVE_FLOW_NONE: u32 = 1;
/// The value outlives the call, anywhere.
pub const OUTLIVE_FLOW_KEPT: u32 = 2;
/// What it points to is written.
pub const OUTLIVE_FLOW_WRITTEN: u32 = 3;
/// It is called as a function, any number of times.
pub const OUTLIVE_FLOW_CALLED: u32 = 4;
/// It is called as a function exactly once, before the function returns.
pub const OUTLIVE_FLOW_CALLED_ONCE: u32 = 5;
/// It is, or is part of, result `index`.
pub const OUTLIVE_FLOW_RETURNED: u32 = 6;
/// It is written to what parameter `index` points to.
pub const OUTLIVE_FLOW_STORED: u32 = 7;

/// One thing an external function does with a parameter.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct outlive_flow {
    /// The parameter; a receiver is 0.
    pub param: u32,
    /// What happens: `OUTLIVE_FLOW_...`.
    pub flow: u32,
    /// The number of the result or parameter it goes to; else 0.
    pub index: u32,
    /// With how many dereferences: 0 is the parameter's own value, 1 what it points to, and so on.
    pub derefs: u32,
}

// SAFETY: numbers.
unsafe impl Growable for outlive_flow {
    const FIRST_SIZE: usize = size_of::<Self>();
}

/// What an external function does. Start from zeroes and `struct_size`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct outlive_external {
    /// `sizeof(outlive_external)` as the client was compiled.
    pub struct_size: u32,
    /// Bit n: result n is fresh storage that nothing else points to, as an allocator's result is. Kept with the module as attribute
    /// `fresh_result`; no model makes use of it yet.
    pub fresh_results: u32,
    /// The rows. A parameter with a row does no more than its rows say; one without may do anything.
    pub flows: *const outlive_flow,
    /// Number of them.
    pub num_flows: usize,
    /// `sizeof(outlive_flow)` as the client was compiled.
    pub flow_size: usize,
}

// SAFETY: numbers and pointers.
unsafe impl Growable for outlive_external {
    const FIRST_SIZE: usize = offset_of!(Self, flow_size) + size_of::<usize>();
}

/// Says what a function without a body does with its parameters, once. Nothing of it is checked against anything: a row that is wrong
/// gives wrong answers.
///
/// Fails with `OUTLIVE_E_DUPLICATE_SYMBOL` if the function has a body or is described already; with `OUTLIVE_E_BAD_ENTITY` if a row
/// names a parameter or result that it does not have; with `OUTLIVE_E_BAD_ARGUMENT`, `_UNSUPPORTED`, `_LIMIT`, `_FINISHED` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_external(
    builder: *mut outlive_builder,
    func: outlive_function,
    external: *const outlive_external,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = |draft: &mut Draft| {
        // SAFETY: readable, as the header demands.
        let (given, rows) = unsafe {
            let given = growable::read(external, "external")?;
            (given, table(given.flows, given.num_flows, given.flow_size, "external.flows")?)
        };
        let func = draft.func(func)?;
        let twice = |what: &str| {
            let message = format!("{} {what}", draft.show_func(func));
            Err(Failure::new(OUTLIVE_E_DUPLICATE_SYMBOL, message))
        };
        if draft.open[func.index()] || draft.module.has_body(func) {
            return twice("has a body already");
        }
        if draft.external[func.index()] {
            return twice("is described already");
        }
        let types = draft.module.types();
        let sig = draft.module.funcs()[func].sig;
        let sig = resolved(types, sig).unwrap_or(sig);
        let (params, results) = (types.params(sig).len(), types.results(sig).len());
        let promises = promises(&rows, params, results)?;
        let fresh = (0..32).filter(|n| given.fresh_results >> n & 1 != 0).collect::<Vec<u32>>();
        if let Some(n) = fresh.iter().find(|&&n| n as usize >= results) {
            return Err(bad_entity(format!("{} has no result {n}", draft.show_func(func))));
        }
        draft.spend(24 * (promises.len() + fresh.len()) as u64)?;
        for (param, promise) in promises.into_iter().enumerate() {
            if let Some(flows) = promise {
                draft.module.promise(func, param as u32, flows);
            }
        }
        for n in fresh {
            draft.module.attr(Entity::Func, attr::FRESH_RESULT, func.raw(), n);
        }
        for row in rows.iter().filter(|row| row.flow == OUTLIVE_FLOW_CALLED_ONCE) {
            draft.module.attr(Entity::Func, attr::CALLED_ONCE, func.raw(), row.param);
        }
        draft.external[func.index()] = true;
        Ok(())
    };
    // SAFETY: NULL or live, as the header demands.
    unsafe { with(builder, error, body) }
}

// Columns of a promise: `outlive_core::ir::Promise::FLOWS`.
const HEAP: usize = 0;
const MUTATED: usize = 1;
const CALLED: usize = 2;
const RESULTS: usize = 3;

/// The promises rows make, by parameter.
fn promises(rows: &[outlive_flow], params: usize, results: usize) -> Result<Vec<Option<[u8; 8]>>, Failure> {
    let mut promises = vec![None; params];
    for row in rows {
        if row.param as usize >= params {
            return Err(bad_entity(format!("there is no parameter {}; there are {params}", row.param)));
        }
        // A flow with fewer dereferences than there are says more, so that is where a number ends that a byte cannot hold.
        let level = row.derefs.min(253) as u8 + 1;
        let index = row.index as usize;
        let numbered = matches!(row.flow, OUTLIVE_FLOW_RETURNED | OUTLIVE_FLOW_STORED);
        if !numbered && index != 0 {
            return Err(bad_argument(format!("flow {} of parameter {} takes no index", row.flow, row.param)));
        }
        let mut add = |param: usize, column: usize, level: u8| {
            let flow = &mut promises[param].get_or_insert([0; 8])[column];
            *flow = if *flow == 0 { level } else { level.min(*flow) };
        };
        let param = row.param as usize;
        match row.flow {
            OUTLIVE_FLOW_NONE => drop(promises[param].get_or_insert([0; 8])),
            OUTLIVE_FLOW_KEPT => add(param, HEAP, level),
            OUTLIVE_FLOW_WRITTEN => add(param, MUTATED, level),
            OUTLIVE_FLOW_CALLED | OUTLIVE_FLOW_CALLED_ONCE => add(param, CALLED, level),
            OUTLIVE_FLOW_RETURNED if index >= results => {
                return Err(bad_entity(format!("there is no result {index}; there are {results}")));
            }
            OUTLIVE_FLOW_RETURNED => add(param, if index < 5 { RESULTS + index } else { HEAP }, level),
            OUTLIVE_FLOW_STORED if index >= params => {
                return Err(bad_entity(format!("there is no parameter {index}; there are {params}")));
            }
            OUTLIVE_FLOW_STORED => {
                add(param, HEAP, level);
                // If rows describe the other one, that it is written is theirs to know as well.
                if rows.iter().any(|other| other.param == row.index) {
                    add(index, MUTATED, 1);
                }
            }
            flow => {
                return Err(Failure::new(OUTLIVE_E_UNSUPPORTED, format!("flow {flow} is not one this library knows")));
            }
        }
    }
    Ok(promises)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn row(param: u32, flow: u32, index: u32, derefs: u32) -> outlive_flow {
        outlive_flow { param, flow, index, derefs }
    }

    #[test]
    fn rows_become_promises_that_say_no_less() {
        let rows = [
            row(0, OUTLIVE_FLOW_NONE, 0, 0),
            row(2, OUTLIVE_FLOW_KEPT, 0, 3),
            row(2, OUTLIVE_FLOW_KEPT, 0, 1),
            row(2, OUTLIVE_FLOW_RETURNED, 1, 0),
            row(3, OUTLIVE_FLOW_RETURNED, 6, 9999),
            row(3, OUTLIVE_FLOW_STORED, 0, 0),
            row(3, OUTLIVE_FLOW_CALLED_ONCE, 0, 0),
        ];
        let made = promises(&rows, 5, 7).expect("fine");
        // Parameter 1 and 4 have no row, so anything may happen to them. Parameter 0 is written, since 3 is stored into it.
        assert_eq!(made[1], None);
        assert_eq!(made[4], None);
        assert_eq!(made[0], Some([0, 1, 0, 0, 0, 0, 0, 0]));
        assert_eq!(made[2], Some([2, 0, 0, 0, 1, 0, 0, 0]));
        // The seventh result is the heap; the lesser level counts.
        assert_eq!(made[3], Some([1, 0, 1, 0, 0, 0, 0, 0]));
    }

    #[test]
    fn rows_about_nothing_are_refused() {
        for bad in [
            row(5, OUTLIVE_FLOW_NONE, 0, 0),
            row(0, OUTLIVE_FLOW_RETURNED, 7, 0),
            row(0, OUTLIVE_FLOW_STORED, 5, 0),
            row(0, OUTLIVE_FLOW_KEPT, 1, 0),
            row(0, 99, 0, 0),
        ] {
            assert!(promises(&[bad], 5, 7).is_err());
        }
    }
}
