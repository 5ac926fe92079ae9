//! Results: the answers about one module, and the module itself for what clients ask later.

use crate::guard::{guard, handle, output, quiet, take};
use crate::rows::{outlive_position, outlive_stats, outlive_summary, outlive_verdict};
use crate::status::{OUTLIVE_E_BAD_ARGUMENT, outlive_status};
use crate::text::outlive_str;
use outlive_core::driver::{self, Analysis, Explainer, Lookup, Options};
use outlive_core::entity::{PosId, SiteId};
use outlive_core::fact::Explanation;
use outlive_core::ir::Module;
use std::ptr;
use std::sync::{Arc, Mutex};

/// The answers about one module. Everything a result hands out is valid until it is freed. Its clients cannot change it, so
/// `const` pointers to it may be shared between threads.
pub struct outlive_result {
    pub(crate) module: Arc<Module>,
    pub(crate) options: Options,
    pub(crate) analysis: Analysis,
    pub(crate) stats: outlive_stats,
    /// Made when the first explanation is asked for: it repeats the analysis, and keeps what paths are found in.
    pub(crate) explainer: Mutex<Option<Explainer>>,
    /// Other orders of the answers, made when they are first asked for.
    pub(crate) lookup: Lookup,
}

impl outlive_result {
    /// Why a site got its verdict.
    pub(crate) fn explain(&self, site: SiteId) -> Option<Explanation> {
        self.with_explainer(|explainer| explainer.explain(&self.module, site))
    }

    /// What an explainer of this result says. One thread at a time; a panic on the way costs the next caller a repetition.
    pub(crate) fn with_explainer<T>(&self, ask: impl FnOnce(&mut Explainer) -> T) -> T {
        let mut explainer = self.explainer.lock().unwrap_or_else(|poisoned| {
            self.explainer.clear_poison();
            let mut explainer = poisoned.into_inner();
            *explainer = None;
            explainer
        });
        ask(explainer.get_or_insert_with(|| driver::analyze_explained(&self.module, &self.options).1))
    }
}

const fn shareable<T: Send + Sync>() {}
const _: () = shareable::<outlive_result>();

/// The verdicts, one per allocation site of a function with a body, ascending by site: a table of `*count` entries of
/// `*entry_size` bytes. When there are none, `*verdicts` must not be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_result_verdicts(
    result: *const outlive_result,
    verdicts: *mut *const outlive_verdict,
    count: *mut usize,
    entry_size: *mut usize,
) -> outlive_status {
    let body = || {
        // SAFETY: NULL or a live result, as the header demands.
        let rows = &unsafe { handle(result, "result") }?.analysis.verdicts;
        let (verdicts, count) = (output(verdicts, "verdicts")?, output(count, "count")?);
        let entry_size = output(entry_size, "entry_size")?;
        // SAFETY: not NULL, so writable, as the header demands. The layouts are the same (`rows.rs`).
        unsafe {
            verdicts.write(rows.as_ptr().cast());
            count.write(rows.len());
            entry_size.write(size_of::<outlive_verdict>());
        }
        Ok(())
    };
    // SAFETY: no error object is asked for.
    unsafe { guard(ptr::null_mut(), body) }
}

/// The summaries, one per parameter that holds pointers, ascending by function and parameter: a table of `*count` entries of
/// `*entry_size` bytes. When there are none, `*summaries` must not be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_result_summaries(
    result: *const outlive_result,
    summaries: *mut *const outlive_summary,
    count: *mut usize,
    entry_size: *mut usize,
) -> outlive_status {
    let body = || {
        // SAFETY: NULL or a live result, as the header demands.
        let rows = &unsafe { handle(result, "result") }?.analysis.summaries;
        let (summaries, count) = (output(summaries, "summaries")?, output(count, "count")?);
        let entry_size = output(entry_size, "entry_size")?;
        // SAFETY: not NULL, so writable, as the header demands. The layouts are the same (`rows.rs`).
        unsafe {
            summaries.write(rows.as_ptr().cast());
            count.write(rows.len());
            entry_size.write(size_of::<outlive_summary>());
        }
        Ok(())
    };
    // SAFETY: no error object is asked for.
    unsafe { guard(ptr::null_mut(), body) }
}

/// What the analysis met and took. `stats_size` is `sizeof(outlive_stats)` as the client was compiled: as many bytes are
/// written, those that this library does not know as zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_result_stats(
    result: *const outlive_result,
    stats_size: usize,
    stats: *mut outlive_stats,
) -> outlive_status {
    let body = || {
        // SAFETY: NULL or a live result, as the header demands.
        let result = unsafe { handle(result, "result") }?;
        let stats = output(stats, "stats")?.cast::<u8>();
        let known = stats_size.min(size_of::<outlive_stats>());
        // SAFETY: `stats` is writable for `stats_size` bytes, as the header demands; the source is at least `known` long and
        // has no padding.
        unsafe {
            stats.copy_from_nonoverlapping((&raw const result.stats).cast::<u8>(), known);
            stats.add(known).write_bytes(0, stats_size - known);
        }
        Ok(())
    };
    // SAFETY: no error object is asked for.
    unsafe { guard(ptr::null_mut(), body) }
}

/// A position of a verdict, summary or step. Writes `*position`, whose file name is valid until the result is freed.
///
/// Fails with `OUTLIVE_E_BAD_ARGUMENT` when there is no such position; 0 means "no position".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_result_position(
    result: *const outlive_result,
    pos: u32,
    position: *mut outlive_position,
) -> outlive_status {
    let body = || {
        // SAFETY: NULL or a live result, as the header demands.
        let module = &unsafe { handle(result, "result") }?.module;
        let position = output(position, "position")?;
        let bad = || crate::guard::Failure::new(OUTLIVE_E_BAD_ARGUMENT, format!("there is no position {pos}"));
        let row = module.positions.get(PosId::from_raw(pos)).filter(|_| pos != 0).ok_or_else(bad)?;
        let file = module.files.get(row.file).map_or("", |&name| module.str(name));
        // SAFETY: not NULL, so writable, as the header demands.
        unsafe { position.write(outlive_position { file: outlive_str::of(file), line: row.line, column: row.col }) };
        Ok(())
    };
    // SAFETY: no error object is asked for.
    unsafe { guard(ptr::null_mut(), body) }
}

/// The name of a site: that of its variable, or the allocation as source text. Valid until the result is freed; empty when it
/// has none, or when there is no such site.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_result_site_name(result: *const outlive_result, site: u32) -> outlive_str {
    // SAFETY: NULL or a live result, as the header demands.
    unsafe { text(result, |module| module.sites.as_raw_slice().get(site as usize).map(|row| module.str(row.name))) }
}

/// The name of a function. Valid until the result is freed; empty when there is no such function.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_result_function_name(result: *const outlive_result, func: u32) -> outlive_str {
    // SAFETY: NULL or a live result, as the header demands.
    unsafe { text(result, |module| module.funcs.as_raw_slice().get(func as usize).map(|row| module.str(row.name))) }
}

/// A text of the module of a result; empty when there is none.
///
/// # Safety
/// `result` is NULL or a live result.
unsafe fn text(result: *const outlive_result, find: impl FnOnce(&Module) -> Option<&str>) -> outlive_str {
    quiet(outlive_str::EMPTY, || {
        // SAFETY: passed on to the caller.
        let result = unsafe { result.as_ref() };
        result.and_then(|r| find(&r.module)).map_or(outlive_str::EMPTY, outlive_str::of)
    })
}

/// Frees a result and what it handed out. NULL is fine. Explanations stay valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_result_free(result: *mut outlive_result) {
    // SAFETY: NULL, or a result from this library that is freed only once, as the header demands.
    quiet((), || drop(unsafe { take(result) }));
}
