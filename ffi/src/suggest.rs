//! Suggestions: what to change so that a site is no longer on the heap.

use crate::error::outlive_error;
use crate::explain;
use crate::guard::{Failure, guard, handle, output, quiet, take};
use crate::result::outlive_result;
use crate::rows::{outlive_change, outlive_suggestion};
use crate::status::{OUTLIVE_E_NOT_FOUND, outlive_status};
use crate::text::{one_line, outlive_str};
use outlive_core::entity::{NONE, SiteId};
use outlive_core::fact::{Change, Edit, Suggestions};
use outlive_core::ir::Module;
use std::ptr;

/// What can be done for one site, the best first. It does not depend on the result it came from, and may outlive it. Immutable, so
/// `const` pointers to it may be shared between threads.
pub struct outlive_suggestions {
    rows: Box<[outlive_suggestion]>,
    changes: Box<[outlive_change]>,
    lines: Box<[String]>,
    freed: Box<[u32]>,
}

const fn shareable<T: Send + Sync>() {}
const _: () = shareable::<outlive_suggestions>();

/// Looks for what to change so that a site is no longer on the heap. Each suggestion has been tried by analysing the module again, as
/// far as it would be affected, and leaves the site off the heap. Writes `*suggestions`, which the client frees with
/// `outlive_suggestions_free`; there are none in it for a site that is not on the heap, or that nothing helps.
///
/// Costs what `outlive_result_explain` costs and, for each change that is tried, up to as much as an analysis; usually far less.
/// Threads that ask the same result wait for each other. Fails with `OUTLIVE_E_NOT_FOUND` when there is no verdict on the site.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_result_suggest(
    result: *const outlive_result,
    site: u32,
    suggestions: *mut *mut outlive_suggestions,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = || {
        // SAFETY: NULL or a live result, as the header demands.
        let result = unsafe { handle(result, "result") }?;
        let suggestions = output(suggestions, "suggestions")?;
        let nothing = || Failure::new(OUTLIVE_E_NOT_FOUND, format!("there is no verdict on site {site}"));
        let found = result
            .with_explainer(|explainer| explainer.suggest(&result.module, &result.analysis, SiteId::from_raw(site)));
        let made = Box::new(outlive_suggestions::of(&result.module, &found.ok_or_else(nothing)?));
        // SAFETY: not NULL, so writable, as the header demands.
        unsafe { suggestions.write(Box::into_raw(made)) };
        Ok(())
    };
    // SAFETY: NULL or writable, as the header demands.
    unsafe { guard(error, body) }
}

/// The suggestions: a table of `*count` entries of `*entry_size` bytes, valid until the suggestions are freed. When there are none,
/// `*rows` must not be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_suggestions_rows(
    suggestions: *const outlive_suggestions,
    rows: *mut *const outlive_suggestion,
    count: *mut usize,
    entry_size: *mut usize,
) -> outlive_status {
    // SAFETY: as the header demands, passed on.
    unsafe { table(suggestions, |s| &s.rows, (rows, "rows"), count, entry_size) }
}

/// The changes of all suggestions, those of one next to each other: a table of `*count` entries of `*entry_size` bytes, valid until
/// the suggestions are freed. When there are none, `*changes` must not be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_suggestions_changes(
    suggestions: *const outlive_suggestions,
    changes: *mut *const outlive_change,
    count: *mut usize,
    entry_size: *mut usize,
) -> outlive_status {
    // SAFETY: as the header demands, passed on.
    unsafe { table(suggestions, |s| &s.changes, (changes, "changes"), count, entry_size) }
}

/// The sites that suggestions free besides the one they are for, those of one suggestion next to each other and ascending: `*count`
/// site numbers, valid until the suggestions are freed. When there are none, `*sites` must not be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_suggestions_freed(
    suggestions: *const outlive_suggestions,
    sites: *mut *const u32,
    count: *mut usize,
) -> outlive_status {
    let mut entry_size = 0;
    // SAFETY: as the header demands, passed on.
    unsafe { table(suggestions, |s| &s.freed, (sites, "sites"), count, &raw mut entry_size) }
}

/// Hands out a table of suggestions.
///
/// # Safety
/// `suggestions` is NULL or live; the outputs are NULL or writable.
unsafe fn table<T>(
    suggestions: *const outlive_suggestions,
    of: impl FnOnce(&outlive_suggestions) -> &[T],
    (rows, name): (*mut *const T, &'static str),
    count: *mut usize,
    entry_size: *mut usize,
) -> outlive_status {
    let body = || {
        // SAFETY: passed on to the caller.
        let found = of(unsafe { handle(suggestions, "suggestions") }?);
        let (rows, count) = (output(rows, name)?, output(count, "count")?);
        let entry_size = output(entry_size, "entry_size")?;
        // SAFETY: not NULL, so writable, as the caller says.
        unsafe {
            rows.write(found.as_ptr());
            count.write(found.len());
            entry_size.write(size_of::<T>());
        }
        Ok(())
    };
    // SAFETY: no error object is asked for.
    unsafe { guard(ptr::null_mut(), body) }
}

/// One change as a line for people, such as `return the value instead of its address: a.go:7:9: &x to result 0 of f: returned`, valid
/// until the suggestions are freed. Its wording may change. Empty when there is no such change.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_suggestions_line(
    suggestions: *const outlive_suggestions,
    change: usize,
) -> outlive_str {
    quiet(outlive_str::EMPTY, || {
        // SAFETY: NULL or live suggestions, as the header demands.
        let suggestions = unsafe { suggestions.as_ref() };
        suggestions.and_then(|s| s.lines.get(change)).map_or(outlive_str::EMPTY, |line| outlive_str::of(line))
    })
}

/// Frees suggestions. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_suggestions_free(suggestions: *mut outlive_suggestions) {
    // SAFETY: NULL, or suggestions from this library that are freed only once, as the header demands.
    quiet((), || drop(unsafe { take(suggestions) }));
}

/// A change in words, such as `return the value instead of its address`: static text, never freed; empty for a number this library
/// does not know. Callable from any thread.
#[unsafe(no_mangle)]
pub extern "C" fn outlive_edit_words(edit: u32) -> outlive_str {
    quiet(outlive_str::EMPTY, || {
        Edit::from_number(edit).map_or(outlive_str::EMPTY, |edit| outlive_str::of(edit.words()))
    })
}

impl outlive_suggestions {
    fn of(module: &Module, found: &Suggestions) -> Self {
        let (mut rows, mut changes, mut lines, mut freed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for suggestion in &found.list {
            rows.push(outlive_suggestion {
                verdict: suggestion.verdict.into(),
                first_change: changes.len() as u32,
                change_count: suggestion.changes.len() as u32,
                first_freed: freed.len() as u32,
                freed_count: suggestion.frees.len() as u32,
                partial: u32::from(!suggestion.complete),
                reserved: 0,
            });
            changes.extend(suggestion.changes.iter().map(row));
            lines.extend(suggestion.changes.iter().map(|change| line(module, change)));
            freed.extend(suggestion.frees.iter().map(|site| site.raw()));
        }
        Self { rows: rows.into(), changes: changes.into(), lines: lines.into(), freed: freed.into() }
    }
}

fn row(change: &Change) -> outlive_change {
    outlive_change {
        edit: change.edit as u32,
        func: change.func.raw(),
        inst: change.inst.get().map_or(NONE, |inst| inst.raw()),
        step: explain::row(&change.step),
    }
}

fn line(module: &Module, change: &Change) -> String {
    one_line(format!("{}: {}", change.edit.words(), explain::line(module, &change.step)))
}
