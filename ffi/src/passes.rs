//! Passes over modules.

use crate::error::outlive_error;
use crate::guard::{Failure, guard, handle, output};
use crate::module::outlive_module;
use crate::options::{Plan, outlive_options};
use crate::status::{OUTLIVE_E_BAD_PASSES, OUTLIVE_E_INTERNAL, outlive_status};
use crate::text::outlive_str;
use outlive_core::ir::Module;
use outlive_core::{driver, opt};
use std::sync::Arc;

/// Runs passes over a module (`docs/opt.md`): `passes` has their names in the order in which they run, with commas between them, such as
/// `mem2reg,fold,dce,promote`. The module stays as it is; the rewritten one, verified, is written to `*rewritten`, which the client frees
/// with `outlive_module_free`. Functions, types, globals and sites keep their numbers. Passes that place storage take the verdicts of
/// the model and profile of `options`, which may be NULL. Callable from any thread, also at the same time with the same module.
///
/// Fails with `OUTLIVE_E_BAD_PASSES` if there is no pass of a name, or it cannot run after one before it: the message has the reason,
/// and nothing has run. Fails with `OUTLIVE_E_BAD_ARGUMENT`, `_BAD_UTF8`, `_UNKNOWN_MODEL`, `_UNKNOWN_PROFILE`, `_LIMIT`, `_UNSUPPORTED`
/// or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_module_run_passes(
    module: *const outlive_module,
    passes: outlive_str,
    options: *const outlive_options,
    rewritten: *mut *mut outlive_module,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = || {
        // SAFETY: NULL or live, readable, as the header demands.
        let (module, passes, plan) =
            unsafe { (handle(module, "module")?, passes.read("passes")?, Plan::read(options)?) };
        let rewritten = output(rewritten, "rewritten")?;
        plan.admit_module(&module.module)?;
        let made = run(&module.module, passes, &plan)?;
        // SAFETY: not NULL, so writable, as the header demands.
        unsafe { rewritten.write(outlive_module::boxed(made)) };
        Ok(())
    };
    // SAFETY: NULL or writable, as the header demands.
    unsafe { guard(error, body) }
}

fn run(module: &Arc<Module>, passes: &str, plan: &Plan) -> Result<Module, Failure> {
    let order = opt::plan(passes).map_err(|error| Failure::new(OUTLIVE_E_BAD_PASSES, error.to_string()))?;
    let verdicts = |module: &Module| driver::analyze(module, &plan.options).verdicts;
    opt::run(Module::clone(module), &order, verdicts)
        .map_err(|broken| Failure::new(OUTLIVE_E_INTERNAL, broken.to_string()))
}
