//! Analysing a module that is there, and what every analysis tells of itself.

use crate::error::outlive_error;
use crate::facts::believe;
use crate::guard::{Failure, guard, handle, output};
use crate::module::{check, decode, outlive_module};
use crate::options::{Plan, outlive_options};
use crate::result::outlive_result;
use crate::rows::outlive_stats;
use crate::status::outlive_status;
use outlive_core::driver::{self, Lookup};
use outlive_core::fact::{Allocates, Placement, Reason, Verdict};
use outlive_core::ir::Module;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// Analyses a module. Writes `*result`, which the client frees with `outlive_result_free`; it keeps what it needs of the module,
/// which may be freed at once. `options` may be NULL for the defaults. Callable from any thread, also at the same time with the
/// same module.
///
/// Fails with `OUTLIVE_E_BAD_ARGUMENT`, `_UNKNOWN_MODEL`, `_UNKNOWN_PROFILE`, `_BAD_UTF8`, `_LIMIT`, `_CANCELLED`, `_UNSUPPORTED`,
/// `_INTERNAL`; for the facts of the options with `_STALE_FACTS` or `_MALFORMED_IMAGE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_analyze_module(
    module: *const outlive_module,
    options: *const outlive_options,
    result: *mut *mut outlive_result,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = || {
        // SAFETY: NULL or a live module, and readable, as the header demands.
        let (module, plan) = unsafe { (handle(module, "module")?, Plan::read(options)?) };
        let result = output(result, "result")?;
        plan.admit_module(&module.module)?;
        let made = analyze(Arc::clone(&module.module), &plan, outlive_stats::default())?;
        // SAFETY: not NULL, so writable, as the header demands.
        unsafe { result.write(Box::into_raw(Box::new(made))) };
        Ok(())
    };
    // SAFETY: NULL or writable, as the header demands.
    unsafe { guard(error, body) }
}

/// Decodes, verifies and analyses the module in an image.
pub(crate) fn analyze_image(image: &[u8], plan: &Plan<'_>) -> Result<outlive_result, Failure> {
    let start = Instant::now();
    let module = decode(image, plan)?;
    let decoded = Instant::now();
    plan.admit_module(&module)?;
    check(&module, plan)?;
    let stats = outlive_stats {
        image_bytes: image.len() as u64,
        decode_ns: nanoseconds(start, decoded),
        verify_ns: nanoseconds(decoded, Instant::now()),
        ..outlive_stats::default()
    };
    analyze(Arc::new(module), plan, stats)
}

/// Analyses a verified module. `stats` has what was measured before.
fn analyze(module: Arc<Module>, plan: &Plan<'_>, stats: outlive_stats) -> Result<outlive_result, Failure> {
    let (module, believed) = believe(module, plan)?;
    let start = Instant::now();
    let bodies = module.funcs.iter().filter(|f| !f.is_external()).count() as u64;
    plan.begin(bodies);
    let analysis = driver::analyze_under(&module, &plan.options, plan.control).map_err(|_| Failure::cancelled())?;
    let analyze_ns = nanoseconds(start, Instant::now());
    let count = |which: &dyn Fn(&Verdict) -> bool| analysis.verdicts.iter().filter(|v| which(v)).count() as u64;
    let stats = outlive_stats {
        functions: module.funcs.len() as u64,
        blocks: module.num_blocks() as u64,
        instructions: module.num_insts() as u64,
        values: module.num_values() as u64,
        sites: module.sites.len() as u64,
        verdicts: analysis.verdicts.len() as u64,
        heap: count(&|v| v.is_heap()),
        analyze_ns,
        bodies,
        summaries: analysis.summaries.len() as u64,
        bounded: count(&|v| v.placement == Placement::Bounded),
        never_allocates: count(&|v| v.is_heap() && v.allocates == Allocates::Never),
        beyond_budget: count(&|v| v.reason == Reason::Budget),
        facts_known: believed.known as u64,
        facts_refused: believed.refused as u64,
        ..stats
    };
    let (options, explainer, lookup) = (plan.options, Mutex::new(None), Lookup::default());
    Ok(outlive_result { module, options, analysis, stats, explainer, lookup })
}

fn nanoseconds(from: Instant, to: Instant) -> u64 {
    u64::try_from(to.duration_since(from).as_nanos()).unwrap_or(u64::MAX)
}
