//! Promises are about parameters that exist, of functions without a body, in order, and one each.

use super::error::Errors;
use crate::entity::PosId;
use crate::ir::module::{Module, Promise};

pub(super) fn check(m: &Module, errors: &mut Errors<'_>) {
    let mut last = None;
    for row in &m.promises {
        if let Err(message) = promise(m, row, last) {
            if row.func.index() < m.funcs.len() {
                errors.func(row.func, message.into());
            } else {
                errors.table("promise".into(), PosId::from_raw(0), message.into());
            }
        }
        last = Some(row.key());
    }
}

fn promise(m: &Module, row: &Promise, last: Option<(u32, u32)>) -> Result<(), String> {
    let Some(func) = m.funcs.get(row.func) else {
        return Err(format!("function {} does not exist, there are {}", row.func.raw(), m.funcs.len()));
    };
    if !func.is_external() {
        return Err("promises are about functions without a body".into());
    }
    let params = m.types.params(func.sig).len();
    if row.param as usize >= params {
        return Err(format!("promise about parameter {}, but there are {params}", row.param));
    }
    match last {
        Some(last) if last == row.key() => Err(format!("two promises about parameter {}", row.param)),
        Some(last) if last > row.key() => Err("the promises are not sorted".into()),
        _ => Ok(()),
    }
}
