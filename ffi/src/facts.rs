//! Package facts: what an analysis found of a module's functions, for the analyses of modules that call them.

use crate::error::outlive_error;
use crate::guard::{Failure, guard, handle, output};
use crate::module::refused;
use crate::options::Plan;
use crate::result::outlive_result;
use crate::status::{OUTLIVE_E_STALE_FACTS, OUTLIVE_E_UNSUPPORTED, outlive_status};
use crate::text::outlive_buffer;
use outlive_core::driver::{self, Believed};
use outlive_core::image::{ImageError, ImageErrorKind, encode_facts};
use outlive_core::ir::Module;
use std::sync::Arc;

/// What the analysis found of the module's functions, as package facts: one blob (`docs/image.md`) to be passed as one of
/// `options.facts` when a module is analysed that calls these functions without having their bodies. It speaks of each function that
/// has a body, a name of its own and a parameter that holds pointers, by name and hash of its signature, and says under which
/// model, profile, limits, world and target that holds. Equal results give equal blobs. Writes `*facts`, which the client frees with
/// `outlive_buffer_free`. Callable from any thread.
///
/// Facts of model `gc` make callers' verdicts what they would be in one module with everything. Facts of model `precise` are sound,
/// and coarser than what it knows of functions it sees.
///
/// Fails with `OUTLIVE_E_UNSUPPORTED` for an analysis in a closed world, where what holds holds nowhere else, with
/// `OUTLIVE_E_BAD_ARGUMENT` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_result_facts(
    result: *const outlive_result,
    facts: *mut *mut outlive_buffer,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = || {
        // SAFETY: NULL or a live result, as the header demands.
        let result = unsafe { handle(result, "result") }?;
        let facts = output(facts, "facts")?;
        let closed =
            || Failure::new(OUTLIVE_E_UNSUPPORTED, "what holds in a closed world does not hold in another module");
        let found = driver::facts(&result.module, &result.options, &result.analysis).ok_or_else(closed)?;
        // SAFETY: not NULL, so writable, as the header demands.
        unsafe { facts.write(Box::into_raw(outlive_buffer::boxed(encode_facts(&found)))) };
        Ok(())
    };
    // SAFETY: NULL or writable, as the header demands.
    unsafe { guard(error, body) }
}

/// A module with what the client's facts promise of its functions: itself if there are none, else a copy unless nobody else has it.
pub(crate) fn believe(mut module: Arc<Module>, plan: &Plan<'_>) -> Result<(Arc<Module>, Believed), Failure> {
    let facts = plan.facts()?;
    if facts.is_empty() {
        return Ok((module, Believed::default()));
    }
    let believed = driver::believe(Arc::make_mut(&mut module), &plan.options, &facts)
        .map_err(|stale| Failure::new(OUTLIVE_E_STALE_FACTS, format!("options.{stale}")))?;
    Ok((module, believed))
}

/// Facts of a newer format are stale; anything else that is wrong is damage.
pub(crate) fn unreadable(what: &str, error: &ImageError) -> Failure {
    let failure = refused(error);
    let status = match error.kind {
        ImageErrorKind::NewerVersion | ImageErrorKind::UnknownCriticalSection => OUTLIVE_E_STALE_FACTS,
        _ => failure.status,
    };
    let message = match status {
        OUTLIVE_E_STALE_FACTS => format!("{what} is of another format: {}", failure.message),
        _ => format!("{what}: {}", failure.message),
    };
    Failure { status, message, ..failure }
}
