//! The verdict checker across the border.

use crate::error::outlive_error;
use crate::guard::{Failure, guard, handle};
use crate::result::outlive_result;
use crate::status::{OUTLIVE_E_REJECTED, OUTLIVE_E_UNSUPPORTED, outlive_status};
use outlive_core::driver;

/// Checks that the verdicts and summaries of a result follow from the rules of its model: the analysis is repeated, this time
/// saying on what its answers rest, and a checker that shares nothing with it sees whether the answers given out follow. Costs
/// about twice the analysis. Callable from any thread.
///
/// Fails with `OUTLIVE_E_REJECTED` if an answer does not follow, which is a defect of the library: please report it with the
/// message; with `OUTLIVE_E_UNSUPPORTED` if the model does not say on what its answers rest, as `precise` does not; with
/// `OUTLIVE_E_BAD_ARGUMENT` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_check_verdicts(
    result: *const outlive_result,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = || {
        // SAFETY: NULL or a live result, as the header demands.
        let result = unsafe { handle(result, "result") }?;
        if !result.options.model.is_certified() {
            return Err(Failure::new(OUTLIVE_E_UNSUPPORTED, "model precise does not say on what its answers rest"));
        }
        let (_, certificate) = driver::analyze_certified(&result.module, &result.options);
        driver::check(&result.module, &result.options, &result.analysis, &certificate)
            .map(drop)
            .map_err(|rejection| Failure::new(OUTLIVE_E_REJECTED, rejection.to_string()))
    };
    // SAFETY: NULL or writable, as the header demands.
    unsafe { guard(error, body) }
}
