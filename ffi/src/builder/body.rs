//! Bodies: the blocks of one function.

use super::entities::{Entity as _, outlive_block, outlive_function, outlive_inst, outlive_type, outlive_value, stamp};
use super::tables::attribute_key;
use super::{Draft, Shared, Spent, bad_argument, finished, fit, limit, lock, outlive_builder, room};
use crate::error::outlive_error;
use crate::growable::array;
use crate::guard::{Failure, guard, handle, output, quiet, take};
use crate::status::{
    OUTLIVE_E_BAD_TYPE, OUTLIVE_E_DUPLICATE_SYMBOL, OUTLIVE_E_FINISHED, OUTLIVE_E_INCOMPLETE, outlive_status,
};
use outlive_core::entity::{BlockId, FuncId, InstId, PosId, SiteId, TypeId, Value};
use outlive_core::ir::{BodyBuilder, Entity};
use std::sync::Arc;

/// A function's body under construction. It needs sole use: one thread at a time. Several bodies of one builder may be built at once.
pub struct outlive_body {
    pub(super) shared: Arc<Shared>,
    pub(super) part: Part,
}

/// What a body has of its own.
pub(super) struct Part {
    pub(super) stamp: u32,
    pub(super) func: FuncId,
    /// None: it is finished.
    pub(super) draft: Option<BodyBuilder>,
    /// Sites its instructions make.
    pub(super) sites: Vec<SiteId>,
    /// What it counts for in its builder.
    pub(super) spent: Spent,
    recover: Option<BlockId>,
    /// Reused by each instruction.
    pub(super) args: Vec<Value>,
    pub(super) types: Vec<TypeId>,
}

impl Part {
    pub(super) fn draft(&mut self) -> Result<&mut BodyBuilder, Failure> {
        let func = self.func;
        self.draft
            .as_mut()
            .ok_or_else(|| Failure::new(OUTLIVE_E_FINISHED, format!("the body of function {func} is finished")))
    }

    pub(super) fn block(&mut self, handle: outlive_block) -> Result<BlockId, Failure> {
        let (stamp, count) = (self.stamp, self.draft()?.num_blocks());
        handle.check(stamp, count).map(BlockId::from_raw)
    }

    fn inst(&mut self, handle: outlive_inst) -> Result<InstId, Failure> {
        let (stamp, count) = (self.stamp, self.draft()?.num_insts());
        handle.check(stamp, count).map(InstId::from_raw)
    }
}

/// Runs the body of an export on a body and the tables of its builder.
///
/// # Safety
/// `body` is NULL or live and not used by anyone else; `error` is NULL or writable.
#[inline]
pub(super) unsafe fn with(
    body: *mut outlive_body,
    error: *mut *mut outlive_error,
    run: impl FnOnce(&mut Draft, &mut Part) -> Result<(), Failure>,
) -> outlive_status {
    let run = || {
        // SAFETY: passed on to the caller.
        let body = unsafe { body.as_mut() }.ok_or_else(|| Failure::null("body"))?;
        let mut shared = lock(&body.shared);
        body.part.draft()?;
        run(shared.as_mut().ok_or_else(finished)?, &mut body.part)
    };
    // SAFETY: passed on to the caller.
    unsafe { guard(error, run) }
}

/// Begins the body of a function. Writes `*body`, which the client frees with `outlive_body_free`, finished or not.
///
/// Fails with `OUTLIVE_E_DUPLICATE_SYMBOL` if the function has a body, or is described as external; with `OUTLIVE_E_BAD_ENTITY`,
/// `_BAD_ARGUMENT`, `_FINISHED` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_body_new(
    builder: *mut outlive_builder,
    func: outlive_function,
    body: *mut *mut outlive_body,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let run = || {
        // SAFETY: NULL or a live builder, as the header demands.
        let builder = unsafe { handle(builder.cast_const(), "builder") }?;
        let body = output(body, "body")?;
        let mut shared = lock(&builder.shared);
        let draft = shared.as_mut().ok_or_else(finished)?;
        let func = draft.func(func)?;
        let twice = |what: &str| {
            let message = format!("{} {what}", draft.show_func(func));
            Err(Failure::new(OUTLIVE_E_DUPLICATE_SYMBOL, message))
        };
        if draft.open[func.index()] || draft.module.has_body(func) {
            return twice("has a body already");
        }
        if draft.external[func.index()] {
            return twice("is described as external already");
        }
        draft.open[func.index()] = true;
        let part = Part {
            stamp: stamp(),
            func,
            draft: Some(BodyBuilder::new()),
            sites: Vec::new(),
            spent: Spent::default(),
            recover: None,
            args: Vec::new(),
            types: Vec::new(),
        };
        let made = outlive_body { shared: Arc::clone(&builder.shared), part };
        // SAFETY: not NULL, so writable, as the header demands.
        unsafe { body.write(Box::into_raw(Box::new(made))) };
        Ok(())
    };
    // SAFETY: NULL or writable, as the header demands.
    unsafe { guard(error, run) }
}

/// Adds a block with parameters of these types and makes it the current one, to which instructions are added. Writes `*block`, and the
/// values of the parameters to `params`, which has room for `num_types` of them and may be NULL. The first block is the entry: its
/// parameters are the function's, and nothing may go to it.
///
/// Fails with `OUTLIVE_E_BAD_TYPE` if the entry's parameters cannot be the function's; with `OUTLIVE_E_BAD_ENTITY`, `_BAD_ARGUMENT`,
/// `_LIMIT`, `_FINISHED` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_body_block(
    body: *mut outlive_body,
    types: *const outlive_type,
    num_types: usize,
    block: *mut outlive_block,
    params: *mut outlive_value,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let run = |draft: &mut Draft, part: &mut Part| {
        let block = output(block, "block")?;
        // SAFETY: readable, as the header demands.
        let types = draft.types(unsafe { array(types, num_types, "types") }?)?;
        let stamp = part.stamp;
        if part.draft()?.num_blocks() == 0 {
            entry(draft, part.func, &types)?;
        }
        room(part.draft()?.num_blocks(), 1, "blocks")?;
        let values = draft.spent.values.saturating_add(types.len() as u64);
        if values > super::MOST {
            return Err(limit(values, "values", super::MOST));
        }
        let bytes = 72 + 16 * types.len() as u64;
        draft.spend(bytes)?;
        draft.spent.values = values;
        part.spent.bytes += bytes;
        part.spent.values += types.len() as u64;
        let body = part.draft()?;
        let made = body.block(&types);
        // SAFETY: not NULL, so writable; `params` has room for each, or is NULL, as the header demands.
        unsafe {
            block.write(outlive_block::new(made.raw(), stamp));
            if !params.is_null() {
                for (n, value) in body.params(made).unwrap_or_default().iter().enumerate() {
                    params.add(n).write(outlive_value::new(value.raw(), stamp));
                }
            }
        }
        Ok(())
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { with(body, error, run) }
}

/// The entry's parameters are the function's, as far as it can be told.
fn entry(draft: &Draft, func: FuncId, types: &[TypeId]) -> Result<(), Failure> {
    let table = draft.module.types();
    let Some(sig) = super::resolved(table, draft.module.funcs()[func].sig) else { return Ok(()) };
    let params = table.params(sig);
    let bad = |message: String| Failure::new(OUTLIVE_E_BAD_TYPE, message);
    if params.len() != types.len() {
        let (wanted, given) = (params.len(), types.len());
        let message = format!("the entry of {} has {given} parameters, the function {wanted}", draft.show_func(func));
        return Err(bad(message));
    }
    for (n, (want, &got)) in params.zip(types).enumerate() {
        if !fit::may_agree(table, got, want) {
            let (got, want) = (fit::show(table, got), fit::show(table, want));
            return Err(bad(format!("parameter {n} of {} has {got}, not {want}", draft.show_func(func))));
        }
    }
    Ok(())
}

/// Makes a block the current one, to which instructions are added.
///
/// Fails with `OUTLIVE_E_BAD_ENTITY`, `_BAD_ARGUMENT`, `_FINISHED` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_body_switch_to(
    body: *mut outlive_body,
    block: outlive_block,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let run = |_: &mut Draft, part: &mut Part| {
        let block = part.block(block)?;
        part.draft()?.switch_to(block);
        Ok(())
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { with(body, error, run) }
}

/// Sets the position of the instructions to come, a number of `outlive_builder_position`; 0 is "no position".
///
/// Fails with `OUTLIVE_E_BAD_ENTITY`, `_BAD_ARGUMENT`, `_FINISHED` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_body_at(
    body: *mut outlive_body,
    pos: u32,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let run = |draft: &mut Draft, part: &mut Part| {
        let pos = draft.position(pos)?;
        part.draft()?.at(PosId::from_raw(pos));
        Ok(())
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { with(body, error, run) }
}

/// Says at which block, one without parameters, the function goes on after a recovered panic.
///
/// Fails with `OUTLIVE_E_BAD_ARGUMENT` if the block has parameters; with `OUTLIVE_E_BAD_ENTITY`, `_FINISHED` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_body_recover_at(
    body: *mut outlive_body,
    block: outlive_block,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let run = |_: &mut Draft, part: &mut Part| {
        let block = part.block(block)?;
        if part.draft()?.params(block).is_some_and(|params| !params.is_empty()) {
            return Err(bad_argument(format!("block {block} has parameters; the recover block has none")));
        }
        part.recover = Some(block);
        Ok(())
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { with(body, error, run) }
}

/// Adds an attribute of an instruction: `OUTLIVE_ATTR_...`, or a key of yours from 32768 on. What it demands of the instruction is seen
/// when the module is finished.
///
/// Fails with `OUTLIVE_E_BAD_ARGUMENT` if it does not apply to instructions; with `OUTLIVE_E_BAD_ENTITY`, `_LIMIT`, `_FINISHED` or
/// `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_body_attribute_inst(
    body: *mut outlive_body,
    inst: outlive_inst,
    key: u32,
    value: u32,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let run = |draft: &mut Draft, part: &mut Part| {
        let (inst, key) = (part.inst(inst)?, attribute_key(Entity::Inst, key)?);
        draft.spend(24)?;
        part.spent.bytes += 24;
        part.draft()?.attr(inst, key, value);
        Ok(())
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { with(body, error, run) }
}

/// Adds an attribute of a block: `OUTLIVE_ATTR_...`, or a key of yours from 32768 on.
///
/// Fails with `OUTLIVE_E_BAD_ARGUMENT` if it does not apply to blocks; with `OUTLIVE_E_BAD_ENTITY`, `_LIMIT`, `_FINISHED` or
/// `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_body_attribute_block(
    body: *mut outlive_body,
    block: outlive_block,
    key: u32,
    value: u32,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let run = |draft: &mut Draft, part: &mut Part| {
        let (block, key) = (part.block(block)?, attribute_key(Entity::Block, key)?);
        draft.spend(24)?;
        part.spent.bytes += 24;
        part.draft()?.block_attr(block, key, value);
        Ok(())
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { with(body, error, run) }
}

/// Finishes a body and gives it to its builder. After that it is spent: calls with it answer `OUTLIVE_E_FINISHED`, and what is left is
/// to free it.
///
/// Fails with `OUTLIVE_E_INCOMPLETE` if it has no block, or a block has no terminator, with which it stays usable; with
/// `OUTLIVE_E_BAD_ARGUMENT`, `_FINISHED` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_body_finish(
    body: *mut outlive_body,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let run = |draft: &mut Draft, part: &mut Part| {
        let func = part.func;
        let incomplete = |what: String| Err(Failure::new(OUTLIVE_E_INCOMPLETE, what));
        let body = part.draft()?;
        if body.num_blocks() == 0 {
            return incomplete(format!("the body of {} has no block", draft.show_func(func)));
        }
        let open = |&block: &BlockId| body.last(block).is_none_or(|op| !op.row().terminator);
        if let Some(block) = (0..body.num_blocks()).map(BlockId::from_usize).find(open) {
            return incomplete(format!("block {block} of {} has no terminator", draft.show_func(func)));
        }
        draft.module.func_mut(func).recover = part.recover.into();
        if let Some(body) = part.draft.take() {
            draft.module.body(func, body);
        }
        draft.open[func.index()] = false;
        Ok(())
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { with(body, error, run) }
}

/// Frees a body. NULL is fine. If it is not finished, its function is as it was before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_body_free(body: *mut outlive_body) {
    quiet((), || {
        // SAFETY: NULL, or a body from this library that is freed only once, as the header demands.
        let Some(body) = (unsafe { take(body) }) else { return };
        if body.part.draft.is_none() {
            return;
        }
        if let Some(draft) = lock(&body.shared).as_mut() {
            let (all, own) = (&mut draft.spent, body.part.spent);
            all.insts -= own.insts;
            all.values -= own.values;
            all.words -= own.words;
            all.bytes -= own.bytes;
            draft.open[body.part.func.index()] = false;
            body.part.sites.iter().for_each(|site| draft.made[site.index()] = false);
        }
    });
}
