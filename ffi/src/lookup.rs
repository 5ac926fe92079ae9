//! Finding answers: by site, function and place in the source; functions by name.

use crate::error::outlive_error;
use crate::guard::{Failure, guard, handle, output};
use crate::result::outlive_result;
use crate::rows::{outlive_summary, outlive_verdict};
use crate::status::{OUTLIVE_E_BAD_ARGUMENT, OUTLIVE_E_NOT_FOUND, outlive_status};
use crate::text::outlive_str;
use outlive_core::entity::{FuncId, SiteId};
use std::ptr;

/// The verdict on a site. Writes `*verdict`, which points into the table of `outlive_result_verdicts` and is valid until the result
/// is freed. Takes a binary search.
///
/// Fails with `OUTLIVE_E_NOT_FOUND` when there is no verdict on the site.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_result_verdict_of_site(
    result: *const outlive_result,
    site: u32,
    verdict: *mut *const outlive_verdict,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = || {
        // SAFETY: NULL or a live result, as the header demands.
        let result = unsafe { handle(result, "result") }?;
        let verdict = output(verdict, "verdict")?;
        let found = result.analysis.verdict(SiteId::from_raw(site));
        let nothing = || Failure::new(OUTLIVE_E_NOT_FOUND, format!("there is no verdict on site {site}"));
        // SAFETY: not NULL, so writable, as the header demands. The layouts are the same (`rows.rs`).
        unsafe { verdict.write(ptr::from_ref(found.ok_or_else(nothing)?).cast()) };
        Ok(())
    };
    // SAFETY: NULL or writable, as the header demands.
    unsafe { guard(error, body) }
}

/// The verdicts on sites of a function: a list of `*count` indices into the table of `outlive_result_verdicts`, ascending. None for
/// a function without a body, or one that makes no storage; then `*indices` must not be read. The list is valid until the result is
/// freed. The first call on a result goes through all its verdicts; further ones take no time. Callable from any thread.
///
/// Fails with `OUTLIVE_E_BAD_ARGUMENT` when there is no such function.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_result_verdicts_of_function(
    result: *const outlive_result,
    func: u32,
    indices: *mut *const u32,
    count: *mut usize,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = || {
        // SAFETY: NULL or a live result, as the header demands.
        let result = unsafe { handle(result, "result") }?;
        let (indices, count) = (output(indices, "indices")?, output(count, "count")?);
        let func = function(result, func)?;
        let found = result.lookup.of_function(&result.module, &result.analysis, func);
        // SAFETY: not NULL, so writable, as the header demands.
        unsafe {
            indices.write(found.as_ptr());
            count.write(found.len());
        }
        Ok(())
    };
    // SAFETY: NULL or writable, as the header demands.
    unsafe { guard(error, body) }
}

/// The verdicts on sites in a line of a file: a list of `*count` indices into the table of `outlive_result_verdicts`, by column and
/// then by site. `file` is a name as the module has it, letter for letter; `line` and `column` count from 1, and `column` 0 stands
/// for any. When there are none, `*indices` must not be read. The list is valid until the result is freed. The first call on a
/// result sorts all its verdicts; further ones take a binary search. Callable from any thread.
///
/// Fails with `OUTLIVE_E_NOT_FOUND` when the module has no file of that name, with `OUTLIVE_E_BAD_ARGUMENT` or `_BAD_UTF8`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_result_verdicts_at(
    result: *const outlive_result,
    file: outlive_str,
    line: u32,
    column: u32,
    indices: *mut *const u32,
    count: *mut usize,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = || {
        // SAFETY: NULL or a live result, and readable, as the header demands.
        let (result, file) = unsafe { (handle(result, "result")?, file.read("file")?) };
        let (indices, count) = (output(indices, "indices")?, output(count, "count")?);
        let found = result.lookup.at(&result.module, &result.analysis, file, line, column);
        let nothing = || Failure::new(OUTLIVE_E_NOT_FOUND, format!("the module has no file {file:?}"));
        let found = found.ok_or_else(nothing)?;
        // SAFETY: not NULL, so writable, as the header demands.
        unsafe {
            indices.write(found.as_ptr());
            count.write(found.len());
        }
        Ok(())
    };
    // SAFETY: NULL or writable, as the header demands.
    unsafe { guard(error, body) }
}

/// The summaries of a function's parameters: `*count` rows of the table of `outlive_result_summaries`, with which they share the
/// size of an entry. None when no parameter holds pointers; then `*summaries` must not be read. Takes a binary search.
///
/// Fails with `OUTLIVE_E_BAD_ARGUMENT` when there is no such function.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_result_summaries_of_function(
    result: *const outlive_result,
    func: u32,
    summaries: *mut *const outlive_summary,
    count: *mut usize,
    entry_size: *mut usize,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = || {
        // SAFETY: NULL or a live result, as the header demands.
        let result = unsafe { handle(result, "result") }?;
        let (summaries, count) = (output(summaries, "summaries")?, output(count, "count")?);
        let entry_size = output(entry_size, "entry_size")?;
        let found = result.analysis.summaries_of(function(result, func)?);
        // SAFETY: not NULL, so writable, as the header demands. The layouts are the same (`rows.rs`).
        unsafe {
            summaries.write(found.as_ptr().cast());
            count.write(found.len());
            entry_size.write(size_of::<outlive_summary>());
        }
        Ok(())
    };
    // SAFETY: NULL or writable, as the header demands.
    unsafe { guard(error, body) }
}

/// The function of a name, letter for letter; the first of them if there are several. Writes `*func`. The first call on a result
/// sorts the names; further ones take a binary search. Callable from any thread.
///
/// Fails with `OUTLIVE_E_NOT_FOUND` when there is none, with `OUTLIVE_E_BAD_ARGUMENT` or `_BAD_UTF8`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_result_find_function(
    result: *const outlive_result,
    name: outlive_str,
    func: *mut u32,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = || {
        // SAFETY: NULL or a live result, and readable, as the header demands.
        let (result, name) = unsafe { (handle(result, "result")?, name.read("name")?) };
        let func = output(func, "func")?;
        let nothing = || Failure::new(OUTLIVE_E_NOT_FOUND, format!("the module has no function {name:?}"));
        let found = result.lookup.function(&result.module, name).ok_or_else(nothing)?;
        // SAFETY: not NULL, so writable, as the header demands.
        unsafe { func.write(found.raw()) };
        Ok(())
    };
    // SAFETY: NULL or writable, as the header demands.
    unsafe { guard(error, body) }
}

/// A function of the module of a result.
fn function(result: &outlive_result, func: u32) -> Result<FuncId, Failure> {
    if (func as usize) < result.module.funcs.len() {
        return Ok(FuncId::from_raw(func));
    }
    Err(Failure::new(OUTLIVE_E_BAD_ARGUMENT, format!("there is no function {func}")))
}
