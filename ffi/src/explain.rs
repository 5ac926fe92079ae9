//! Explanations: why one site got its verdict, rebuilt on demand.

use crate::error::outlive_error;
use crate::guard::{Failure, guard, handle, output, quiet, take};
use crate::result::outlive_result;
use crate::rows::outlive_step;
use crate::status::{OUTLIVE_E_NOT_FOUND, outlive_status};
use crate::text::{one_line, outlive_str};
use outlive_core::entity::{FuncId, SiteId};
use outlive_core::fact::{Explanation, Node, Reason, Step};
use outlive_core::ir::Module;
use outlive_core::ir::opcode::Why;

/// Why a site got its verdict: steps from the site outward. It does not depend on the result it came from, and may outlive it.
/// Immutable, so `const` pointers to it may be shared between threads.
pub struct outlive_explanation {
    reason: Reason,
    steps: Box<[outlive_step]>,
    lines: Box<[String]>,
}

/// Rebuilds why a site got its verdict. Paths are not kept by an analysis: the first explanation of a result costs about as much
/// as the analysis did, and memory until the result is freed; further ones cost little. Threads that ask the same result wait
/// for each other. Writes `*explanation`, which the client frees with `outlive_explanation_free`.
///
/// Fails with `OUTLIVE_E_NOT_FOUND` when there is no verdict on the site.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_result_explain(
    result: *const outlive_result,
    site: u32,
    explanation: *mut *mut outlive_explanation,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = || {
        // SAFETY: NULL or a live result, as the header demands.
        let result = unsafe { handle(result, "result") }?;
        let explanation = output(explanation, "explanation")?;
        let nothing = || Failure::new(OUTLIVE_E_NOT_FOUND, format!("there is no verdict on site {site}"));
        result.analysis.verdict(SiteId::from_raw(site)).ok_or_else(nothing)?;
        let found = result.explain(SiteId::from_raw(site)).ok_or_else(nothing)?;
        let made = Box::new(outlive_explanation::of(&result.module, &found));
        // SAFETY: not NULL, so writable, as the header demands.
        unsafe { explanation.write(Box::into_raw(made)) };
        Ok(())
    };
    // SAFETY: NULL or writable, as the header demands.
    unsafe { guard(error, body) }
}

/// The reason of the verdict: `OUTLIVE_REASON_...`. 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_explanation_reason(explanation: *const outlive_explanation) -> u32 {
    // SAFETY: NULL or a live explanation, as the header demands.
    quiet(0, || unsafe { explanation.as_ref() }.map_or(0, |e| e.reason as u32))
}

/// The steps from the site outward: a table of `*count` entries of `*entry_size` bytes, valid until the explanation is freed.
/// Empty when the reason lies in the site itself (its size, say) or when the site does not outlive its function; then `*steps`
/// must not be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_explanation_steps(
    explanation: *const outlive_explanation,
    steps: *mut *const outlive_step,
    count: *mut usize,
    entry_size: *mut usize,
) -> outlive_status {
    let body = || {
        // SAFETY: NULL or a live explanation, as the header demands.
        let explanation = unsafe { handle(explanation, "explanation") }?;
        let (steps, count) = (output(steps, "steps")?, output(count, "count")?);
        let entry_size = output(entry_size, "entry_size")?;
        // SAFETY: not NULL, so writable, as the header demands.
        unsafe {
            steps.write(explanation.steps.as_ptr());
            count.write(explanation.steps.len());
            entry_size.write(size_of::<outlive_step>());
        }
        Ok(())
    };
    // SAFETY: no error object is asked for.
    unsafe { guard(std::ptr::null_mut(), body) }
}

/// One step as a line for people, such as `a.go:7:9: &x to result 0 of f: returned`, valid until the explanation is freed. Its
/// wording may change. Empty when there is no such step.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_explanation_line(explanation: *const outlive_explanation, step: usize) -> outlive_str {
    quiet(outlive_str::EMPTY, || {
        // SAFETY: NULL or a live explanation, as the header demands.
        let explanation = unsafe { explanation.as_ref() };
        explanation.and_then(|e| e.lines.get(step)).map_or(outlive_str::EMPTY, |line| outlive_str::of(line))
    })
}

/// Frees an explanation. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_explanation_free(explanation: *mut outlive_explanation) {
    // SAFETY: NULL, or an explanation from this library that is freed only once, as the header demands.
    quiet((), || drop(unsafe { take(explanation) }));
}

impl outlive_explanation {
    fn of(module: &Module, found: &Explanation) -> Self {
        Self {
            reason: found.reason,
            steps: found.steps.iter().map(row).collect(),
            lines: found.steps.iter().map(|step| line(module, step)).collect(),
        }
    }
}

/// Number of each kind of place, as the header has it; with its id and index.
pub(crate) fn node(node: Node) -> (u32, u32, u32) {
    match node {
        Node::Site(site) => (1, site.raw(), 0),
        Node::Param(func, index) => (2, func.raw(), index),
        Node::Result(func, index) => (3, func.raw(), index),
        Node::Temp(func) => (4, func.raw(), 0),
        Node::Heap => (5, 0, 0),
    }
}

pub(crate) fn row(step: &Step) -> outlive_step {
    let (from_kind, from_id, from_index) = node(step.from);
    let (to_kind, to_id, to_index) = node(step.to);
    outlive_step {
        from_kind,
        from_id,
        from_index,
        to_kind,
        to_id,
        to_index,
        derefs: step.derefs,
        why: step.why as u32,
        pos: step.pos.raw(),
    }
}

pub(crate) fn line(module: &Module, step: &Step) -> String {
    let pos = module.display_pos(step.pos);
    let (from, to) = (source(module, step), place(module, step.to));
    one_line(format!("{pos}: {from} to {to}: {}", step.why.words()))
}

/// What moves: the address of a variable is `&x`, but `new(T)` as it stands in the source already is the address of its storage.
fn source(module: &Module, step: &Step) -> String {
    let name = place(module, step.from);
    let is_expression = matches!(step.from, Node::Site(site) if !module.sites[site].kind.is_variable());
    match step.derefs + i32::from(is_expression) {
        -1 => format!("&{name}"),
        n => "*".repeat(n.clamp(0, 16) as usize) + &name,
    }
}

fn place(module: &Module, node: Node) -> String {
    let name = |func: FuncId| module.str(module.funcs[func].name);
    match node {
        Node::Site(site) => {
            let row = &module.sites[site];
            match module.str(row.name) {
                "" => row.kind.name().into(),
                text => text.into(),
            }
        }
        Node::Param(func, index) => format!("parameter {index} of {}", name(func)),
        Node::Result(func, index) => format!("result {index} of {}", name(func)),
        Node::Temp(_) => "a value".into(),
        Node::Heap => "the heap".into(),
    }
}

/// A kind of step in words, such as `returned`: static text, never freed; empty for a number this library does not know.
/// Callable from any thread.
#[unsafe(no_mangle)]
pub extern "C" fn outlive_why_words(why: u32) -> outlive_str {
    quiet(outlive_str::EMPTY, || Why::from_number(why).map_or(outlive_str::EMPTY, |why| outlive_str::of(why.words())))
}
