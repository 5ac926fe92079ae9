//! Handles a sequence holds, each with what it said when it was made: it must say the same until it is freed, whatever else is.

use crate::error::*;
use crate::explain::*;
use crate::result::*;
use crate::rows::outlive_step;
use crate::status::*;
use crate::text::*;
use outlive_core::driver::Analysis;
use outlive_core::fact::{Summary, Verdict};
use outlive_core::ir::Module;

/// A text as the library lends it, taken along.
pub(super) fn copied(text: outlive_str) -> String {
    if text.len == 0 {
        return String::new();
    }
    assert!(!text.data.is_null(), "a text of {} bytes without a first", text.len);
    // SAFETY: the library lends texts that are readable now.
    let bytes = unsafe { std::slice::from_raw_parts(text.data.cast::<u8>(), text.len) };
    String::from_utf8(bytes.to_vec()).expect("texts of the library are UTF-8")
}

/// Anything with a `_free` of its own.
pub(super) trait Handle {
    /// Asserts that it says what it said.
    fn check(&self);
    /// Frees it, once.
    fn free(self);
}

pub(super) struct Buffer {
    pub(super) raw: *mut outlive_buffer,
    pub(super) bytes: Vec<u8>,
}

impl Buffer {
    pub(super) fn new(raw: *mut outlive_buffer) -> Self {
        Self { raw, bytes: Self::read(raw) }
    }

    fn read(raw: *const outlive_buffer) -> Vec<u8> {
        // SAFETY: a live buffer, readable for its length.
        unsafe { std::slice::from_raw_parts(outlive_buffer_data(raw), outlive_buffer_len(raw)) }.to_vec()
    }
}

impl Handle for Buffer {
    fn check(&self) {
        assert!(Self::read(self.raw) == self.bytes, "a buffer changed");
    }

    fn free(self) {
        // SAFETY: live, and gone after this.
        unsafe { outlive_buffer_free(self.raw) };
    }
}

pub(super) struct Error {
    pub(super) raw: *mut outlive_error,
    pub(super) said: Said,
}

/// What an error says.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Said {
    pub(super) status: outlive_status,
    pub(super) message: String,
    pub(super) section: u32,
    pub(super) offset: u64,
    pub(super) line: u32,
    pub(super) column: u32,
}

impl Error {
    pub(super) fn new(raw: *mut outlive_error) -> Self {
        Self { raw, said: Self::read(raw) }
    }

    fn read(raw: *const outlive_error) -> Said {
        // SAFETY: a live error.
        unsafe {
            Said {
                status: outlive_error_status(raw),
                message: copied(outlive_error_message(raw)),
                section: outlive_error_section(raw),
                offset: outlive_error_offset(raw),
                line: outlive_error_line(raw),
                column: outlive_error_column(raw),
            }
        }
    }
}

impl Handle for Error {
    fn check(&self) {
        assert_eq!(Self::read(self.raw), self.said);
    }

    fn free(self) {
        // SAFETY: live, and gone after this.
        unsafe { outlive_error_free(self.raw) };
    }
}

pub(super) struct Explanation {
    pub(super) raw: *mut outlive_explanation,
    pub(super) said: (u32, Vec<Step>, Vec<String>),
}

/// The words of a step.
type Step = [u32; 9];

impl Explanation {
    pub(super) fn new(raw: *mut outlive_explanation) -> Self {
        Self { raw, said: Self::read(raw) }
    }

    pub(super) fn reason(&self) -> u32 {
        self.said.0
    }

    fn read(raw: *const outlive_explanation) -> (u32, Vec<Step>, Vec<String>) {
        let (mut steps, mut count, mut entry) = (std::ptr::null(), usize::MAX, 0);
        // SAFETY: a live explanation and writable outputs; rows are read by the entry size.
        unsafe {
            assert_eq!(outlive_explanation_steps(raw, &mut steps, &mut count, &mut entry), OUTLIVE_OK);
            assert_eq!(entry, size_of::<outlive_step>());
            let row = |n| steps.cast::<u8>().add(n * entry).cast::<Step>().read_unaligned();
            let line = |n| copied(outlive_explanation_line(raw, n));
            let lines: Vec<String> = (0..count).map(line).collect();
            assert!(lines.iter().all(|line| line.contains(" to ") && !line.contains('\n')), "{lines:?}");
            for beyond in [count, count + 1, usize::MAX] {
                assert_eq!(outlive_explanation_line(raw, beyond).len, 0);
            }
            (outlive_explanation_reason(raw), (0..count).map(row).collect(), lines)
        }
    }
}

impl Handle for Explanation {
    fn check(&self) {
        assert_eq!(Self::read(self.raw), self.said);
    }

    fn free(self) {
        // SAFETY: live, and gone after this.
        unsafe { outlive_explanation_free(self.raw) };
    }
}

/// A result, with the module and the answers it must be about.
pub(super) struct Answers {
    pub(super) raw: *mut outlive_result,
    pub(super) module: Module,
    pub(super) expected: Analysis,
    /// Its model says on what its answers rest.
    pub(super) certified: bool,
}

impl Answers {
    /// A table of a result as the rows of the core, whose layout is the same.
    fn table<A, B: Clone>(
        &self,
        call: unsafe extern "C" fn(*const outlive_result, *mut *const A, *mut usize, *mut usize) -> outlive_status,
    ) -> Vec<B> {
        let (mut rows, mut count, mut entry) = (std::ptr::null(), usize::MAX, 0);
        // SAFETY: a live result and writable outputs; `rows.rs` asserts that the layouts are the same.
        unsafe {
            assert_eq!(call(self.raw, &mut rows, &mut count, &mut entry), OUTLIVE_OK);
            assert_eq!(entry, size_of::<B>());
            if count == 0 { Vec::new() } else { std::slice::from_raw_parts(rows.cast::<B>(), count).to_vec() }
        }
    }
}

impl Handle for Answers {
    fn check(&self) {
        assert!(
            self.table::<_, Verdict>(outlive_result_verdicts) == self.expected.verdicts,
            "verdicts differ from the core's"
        );
        assert!(
            self.table::<_, Summary>(outlive_result_summaries) == self.expected.summaries,
            "summaries differ from the core's"
        );
    }

    fn free(self) {
        // SAFETY: live, and gone after this.
        unsafe { outlive_result_free(self.raw) };
    }
}
