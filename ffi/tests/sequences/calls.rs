//! The calls, each with its oracle.

use super::Sequence;
use super::held::{Answers, Buffer, Error, Explanation, Handle, Said, copied};
use super::inputs::{self, Bytes, Given, Passed};
use crate::check::*;
use crate::error::*;
use crate::explain::*;
use crate::image::*;
use crate::options::outlive_options;
use crate::result::*;
use crate::rows::{outlive_position, outlive_stats};
use crate::status::*;
use crate::text::*;
use crate::version::*;
use crate::words::*;
use outlive_core::driver;
use outlive_core::image::{ImageErrorKind, decode, encode};
use outlive_core::ir::{Module, verify};
use std::hash::Hash;
use std::ptr;

/// What an output holds before a call: nothing any call writes.
fn untouched<T>() -> *mut T {
    ptr::without_provenance_mut(0x5a5a_5a5a)
}

/// As [`untouched`], for tables.
fn unread<T>() -> *const T {
    untouched::<T>()
}

/// What is wrong with a call's arguments: every status it may be refused with. None means that it must succeed.
#[derive(Default)]
struct Wrong {
    statuses: Vec<outlive_status>,
    /// A limit on memory may be exceeded: the estimate is the library's own.
    perhaps_limit: bool,
    /// Where the core finds the image or text at fault: section, offset, line, column.
    place: Option<(outlive_status, (u32, u64, u32, u32))>,
}

impl Wrong {
    fn of(passed: &Passed, given: &Given) -> Self {
        let mut this = Self { statuses: given.wrong.clone(), ..Self::default() };
        if passed.bytes.is_none() {
            this.statuses.push(OUTLIVE_E_BAD_ARGUMENT);
        }
        this
    }

    /// Decodes an image under the limits, as every call with an image does.
    fn decode(&mut self, passed: &Passed, given: &Given) -> Option<Module> {
        let bytes = passed.bytes.as_deref()?;
        if given.cancelled {
            self.statuses.push(OUTLIVE_E_CANCELLED);
        }
        match decode(bytes, &given.limits) {
            Ok(module) => Some(module),
            Err(error) => {
                let status = match error.kind {
                    ImageErrorKind::Malformed => OUTLIVE_E_MALFORMED_IMAGE,
                    ImageErrorKind::NewerVersion | ImageErrorKind::UnknownCriticalSection => OUTLIVE_E_NEWER_IMAGE,
                    ImageErrorKind::UnknownOpcode => OUTLIVE_E_UNKNOWN_OPCODE,
                    ImageErrorKind::BadUtf8 => OUTLIVE_E_BAD_UTF8,
                    ImageErrorKind::Limit => OUTLIVE_E_LIMIT,
                };
                self.statuses.push(status);
                self.place = Some((status, (error.section, error.offset, 0, 0)));
                None
            }
        }
    }

    fn verify(&mut self, module: &Module) {
        if verify(module).is_err() {
            self.statuses.push(OUTLIVE_E_INVALID_MODULE);
        }
    }
}

/// Overwrites what was passed: the library keeps nothing of it.
fn scribble(passed: &mut Passed) {
    if let Some(bytes) = &mut passed.bytes {
        bytes.fill(0xee);
    }
}

impl Sequence {
    /// Makes a call, and holds what it answers against what is wrong with its arguments. True if it succeeded, as it should.
    fn call(
        &mut self,
        b: &mut Bytes<'_>,
        wrong: &Wrong,
        call: impl FnOnce(*mut *mut outlive_error) -> outlive_status,
    ) -> bool {
        let mut error = untouched::<outlive_error>();
        let asks = b.below(8) != 0;
        let status = call(if asks { &mut error } else { ptr::null_mut() });
        self.count(status);
        if status == OUTLIVE_OK {
            assert!(wrong.statuses.is_empty(), "success, though {:?} was due", wrong.statuses);
            assert_eq!(error, untouched(), "success wrote an error");
            return true;
        }
        let allowed = wrong.statuses.contains(&status) || (wrong.perhaps_limit && status == OUTLIVE_E_LIMIT);
        if !asks {
            assert!(allowed, "status {status}; allowed are {:?}", wrong.statuses);
            assert_eq!(error, untouched());
            return false;
        }
        assert!(error != untouched() && !error.is_null(), "status {status} without an error");
        let error = Error::new(error);
        let said = &error.said;
        assert!(allowed, "{said:?}; allowed are {:?}", wrong.statuses);
        assert_eq!(said.status, status);
        describes(said, wrong);
        said.hash(&mut self.digest);
        if b.once_in(3) {
            self.errors.push(error)
        } else {
            error.free()
        }
        false
    }

    /// What an image is passed as: of a buffer that is held, or another.
    fn image(&mut self, b: &mut Bytes<'_>) -> Passed {
        if b.below(5) == 0 && !self.buffers.is_empty() {
            let bytes = b.pick(&self.buffers).bytes.clone();
            return Passed::plain(bytes.into_boxed_slice());
        }
        let bytes = inputs::image(b);
        Passed::new(b, bytes)
    }

    pub(super) fn analyze(&mut self, b: &mut Bytes<'_>) {
        let (mut passed, given) = (self.image(b), Given::new(b));
        let mut wrong = Wrong::of(&passed, &given);
        wrong.perhaps_limit = given.limits.max_estimated_memory != u64::MAX;
        let module = wrong.decode(&passed, &given);
        module.iter().for_each(|module| wrong.verify(module));
        let (mut result, null) = (untouched(), b.once_in(24));
        if null {
            wrong.statuses.push(OUTLIVE_E_BAD_ARGUMENT);
        }
        let output = if null { ptr::null_mut() } else { &raw mut result };
        // SAFETY: arguments are NULL, readable as they say, or impossible; outputs are NULL or writable.
        let ok = self.call(b, &wrong, |error| unsafe {
            outlive_analyze_image(passed.data, passed.len, given.pointer(), output, error)
        });
        if !ok {
            assert_eq!(result, untouched(), "a failure wrote a result");
            return;
        }
        assert!(!result.is_null() && result != untouched());
        let module = module.expect("nothing was wrong");
        let size = passed.len as u64;
        scribble(&mut passed);
        let expected = driver::analyze(&module, &given.options);
        expected
            .verdicts
            .iter()
            .for_each(|v| (v.site.raw(), v.placement as u8, v.reason as u16).hash(&mut self.digest));
        let certified = given.options.model.is_certified();
        let answers = Answers { raw: result, module, expected, certified };
        answers.check();
        assert_eq!(stats_of(&answers).image_bytes, size);
        self.answers.push(answers);
    }

    pub(super) fn verify(&mut self, b: &mut Bytes<'_>) {
        let (passed, given) = (self.image(b), Given::new(b));
        let mut wrong = Wrong::of(&passed, &given);
        let module = wrong.decode(&passed, &given);
        module.iter().for_each(|module| wrong.verify(module));
        // SAFETY: as in `analyze`.
        self.call(b, &wrong, |error| unsafe { outlive_verify_image(passed.data, passed.len, given.pointer(), error) });
    }

    pub(super) fn print(&mut self, b: &mut Bytes<'_>) {
        let (mut passed, given) = (self.image(b), Given::new(b));
        let mut wrong = Wrong::of(&passed, &given);
        let module = wrong.decode(&passed, &given);
        let call = |data, len, options: *const outlive_options, out, error| {
            // SAFETY: as in `analyze`.
            unsafe { outlive_print_image(data, len, options, out, error) }
        };
        if let Some(made) =
            self.buffer(b, &mut wrong, |out, error| call(passed.data, passed.len, given.pointer(), out, error))
        {
            scribble(&mut passed);
            let printed = outlive_core::text::print(&module.expect("nothing was wrong"));
            assert!(made.bytes == printed.as_bytes(), "another text than the core's");
            self.buffers.push(made);
        }
    }

    pub(super) fn parse(&mut self, b: &mut Bytes<'_>) {
        let bytes = match self.buffers.last() {
            Some(buffer) if b.below(5) == 0 => buffer.bytes.clone(),
            _ => inputs::text(b),
        };
        let (mut passed, given) = (Passed::new(b, bytes), Given::new(b));
        let mut wrong = Wrong::of(&passed, &given);
        let mut module = None;
        if let Some(bytes) = &passed.bytes {
            if bytes.len() as u64 > given.limits.max_bytes {
                wrong.statuses.push(OUTLIVE_E_LIMIT);
            }
            match std::str::from_utf8(bytes).map_err(|e| e.valid_up_to()).map(outlive_core::text::parse) {
                Ok(Ok(parsed)) => module = Some(parsed),
                Ok(Err(error)) => {
                    wrong.statuses.push(OUTLIVE_E_SYNTAX);
                    wrong.place = Some((OUTLIVE_E_SYNTAX, (0, u64::MAX, error.line, error.col)));
                }
                Err(at) => {
                    wrong.statuses.push(OUTLIVE_E_BAD_UTF8);
                    wrong.place = Some((OUTLIVE_E_BAD_UTF8, (0, at as u64, 0, 0)));
                }
            }
        }
        let text = passed.str();
        // SAFETY: as in `analyze`.
        let call = |out, error| unsafe { outlive_image_from_text(text, given.pointer(), out, error) };
        if let Some(made) = self.buffer(b, &mut wrong, call) {
            scribble(&mut passed);
            assert!(made.bytes == encode(&module.expect("nothing was wrong")), "another image than the core's");
            self.buffers.push(made);
        }
    }

    /// A call that makes a buffer.
    fn buffer(
        &mut self,
        b: &mut Bytes<'_>,
        wrong: &mut Wrong,
        call: impl FnOnce(*mut *mut outlive_buffer, *mut *mut outlive_error) -> outlive_status,
    ) -> Option<Buffer> {
        let (mut made, null) = (untouched(), b.once_in(24));
        if null {
            wrong.statuses.push(OUTLIVE_E_BAD_ARGUMENT);
        }
        let out = if null { ptr::null_mut() } else { &raw mut made };
        let ok = self.call(b, wrong, |error| call(out, error));
        if !ok {
            assert_eq!(made, untouched(), "a failure wrote a buffer");
            return None;
        }
        let made = Buffer::new(made);
        made.bytes.hash(&mut self.digest);
        Some(made)
    }

    /// One of the results held.
    fn answers(&self, b: &mut Bytes<'_>) -> Option<usize> {
        (!self.answers.is_empty()).then(|| b.below(self.answers.len()))
    }

    pub(super) fn names(&mut self, b: &mut Bytes<'_>) {
        let Some(answers) = self.answers(b).map(|n| &self.answers[n]) else { return };
        let (raw, m) = (answers.raw, &answers.module);
        let (site, func, pos) = (b.id(m.sites.len()), b.id(m.funcs.len()), b.id(m.positions.len()));
        let file = outlive_str { data: untouched::<u8>().cast(), len: 7 };
        let mut position = outlive_position { file, line: 7, column: 7 };
        // SAFETY: a live result, and writable outputs.
        let status = unsafe {
            let name = m.sites.as_raw_slice().get(site as usize).map_or("", |row| m.str(row.name));
            assert_eq!(copied(outlive_result_site_name(raw, site)), name);
            let name = m.funcs.as_raw_slice().get(func as usize).map_or("", |row| m.str(row.name));
            assert_eq!(copied(outlive_result_function_name(raw, func)), name);
            outlive_result_position(raw, pos, &mut position)
        };
        match m.positions.as_raw_slice().get(pos as usize).filter(|_| pos != 0) {
            Some(row) => {
                assert_eq!(status, OUTLIVE_OK);
                assert_eq!((position.line, position.column), (row.line, row.col));
                assert_eq!(copied(position.file), m.files.get(row.file).map_or("", |&name| m.str(name)));
            }
            None => {
                assert_eq!(status, OUTLIVE_E_BAD_ARGUMENT);
                assert_eq!((position.file.data, position.line, position.column), (file.data, 7, 7));
            }
        }
        self.count(status);
    }

    pub(super) fn explain(&mut self, b: &mut Bytes<'_>) {
        let Some(n) = self.answers(b) else { return };
        let site = b.id(self.answers[n].module.sites.len());
        let verdict = self.answers[n].expected.verdict(site.into()).copied();
        let mut wrong = Wrong::default();
        let (mut made, null) = (untouched(), b.once_in(24));
        if null {
            wrong.statuses.push(OUTLIVE_E_BAD_ARGUMENT);
        }
        if verdict.is_none() {
            wrong.statuses.push(OUTLIVE_E_NOT_FOUND);
        }
        let (raw, out) = (self.answers[n].raw, if null { ptr::null_mut() } else { &raw mut made });
        // SAFETY: a live result; outputs are NULL or writable.
        if self.call(b, &wrong, |error| unsafe { outlive_result_explain(raw, site, out, error) }) {
            let made = Explanation::new(made);
            assert_eq!(Some(made.reason()), verdict.map(|v| v.reason as u32));
            made.said.hash(&mut self.digest);
            self.explanations.push(made);
        } else {
            assert_eq!(made, untouched(), "a failure wrote an explanation");
        }
    }

    pub(super) fn check_verdicts(&mut self, b: &mut Bytes<'_>) {
        let Some(n) = self.answers(b) else { return };
        let (raw, mut wrong) = (self.answers[n].raw, Wrong::default());
        if !self.answers[n].certified {
            wrong.statuses.push(OUTLIVE_E_UNSUPPORTED);
        }
        // SAFETY: a live result.
        self.call(b, &wrong, |error| unsafe { outlive_check_verdicts(raw, error) });
    }

    pub(super) fn stats(&mut self, b: &mut Bytes<'_>) {
        let Some(answers) = self.answers(b).map(|n| &self.answers[n]) else { return };
        let known = size_of::<outlive_stats>();
        let size = *b.pick(&[0, 1, 7, 8, 80, known - 1, known, known + 1, known + 8, 4000]);
        let mut wide = [0xaa_u8; 4096];
        let whole = stats_of(answers);
        // SAFETY: writable for the size given; the structure has no padding, so that all of it can be read as bytes.
        let (status, bytes) = unsafe {
            let status = outlive_result_stats(answers.raw, size, wide.as_mut_ptr().cast());
            (status, std::slice::from_raw_parts((&raw const whole).cast::<u8>(), known))
        };
        assert_eq!(status, OUTLIVE_OK);
        let common = size.min(known);
        assert!(wide[..common] == bytes[..common] && wide[common..size].iter().all(|&byte| byte == 0));
        assert!(wide[size..].iter().all(|&byte| byte == 0xaa), "written past the size given");
        self.count(status);
    }

    pub(super) fn outputs_that_are_null(&mut self, b: &mut Bytes<'_>) {
        let Some(raw) = self.answers(b).map(|n| self.answers[n].raw) else { return };
        let why = self.explanations.last().map_or(ptr::null_mut(), |e| e.raw);
        let (mut count, mut entry) = (7, 7);
        let (mut verdicts, mut summaries) = (unread(), unread());
        let mut steps = unread();
        let missing = b.below(3);
        let (count_out, entry_out) = (
            if missing == 0 { ptr::null_mut() } else { &raw mut count },
            if missing == 1 { ptr::null_mut() } else { &raw mut entry },
        );
        // SAFETY: live handles or NULL; outputs are NULL or writable.
        let statuses = unsafe {
            let rows = missing == 2;
            [
                outlive_result_verdicts(raw, if rows { ptr::null_mut() } else { &mut verdicts }, count_out, entry_out),
                outlive_result_summaries(
                    raw,
                    if rows { ptr::null_mut() } else { &mut summaries },
                    count_out,
                    entry_out,
                ),
                outlive_explanation_steps(why, if rows { ptr::null_mut() } else { &mut steps }, count_out, entry_out),
                outlive_result_stats(raw, b.below(99), ptr::null_mut()),
                outlive_result_position(raw, 1, ptr::null_mut()),
            ]
        };
        assert_eq!(statuses, [OUTLIVE_E_BAD_ARGUMENT; 5]);
        assert!(verdicts == unread() && summaries == unread() && steps == unread());
        assert_eq!((count, entry), (7, 7));
        self.count(statuses[0]);
    }

    /// Threads ask the same result at once, and hear the same.
    pub(super) fn share(&mut self, b: &mut Bytes<'_>) {
        struct Shared<'a>(&'a Answers);
        // SAFETY: a pointer to const may be used by several threads at once: that is what is tried here.
        unsafe impl Sync for Shared<'_> {}
        impl Shared<'_> {
            fn ask(&self) -> Vec<u32> {
                self.0.check();
                let reason = |verdict: &outlive_core::fact::Verdict| {
                    let mut made = untouched();
                    // SAFETY: a live result, and a writable output.
                    let status =
                        unsafe { outlive_result_explain(self.0.raw, verdict.site.raw(), &mut made, ptr::null_mut()) };
                    assert_eq!(status, OUTLIVE_OK);
                    let made = Explanation::new(made);
                    let reason = made.reason();
                    made.free();
                    reason
                };
                self.0.expected.verdicts.iter().take(8).map(reason).collect()
            }
        }
        let Some(n) = self.answers(b) else { return };
        let shared = Shared(&self.answers[n]);
        let [one, two] = std::thread::scope(|scope| {
            [scope.spawn(|| shared.ask()), scope.spawn(|| shared.ask())].map(|thread| thread.join().expect("no panic"))
        });
        assert_eq!(one, two);
    }
}

fn stats_of(answers: &Answers) -> outlive_stats {
    let mut stats = outlive_stats::default();
    // SAFETY: a live result, and an output of the size given.
    let status = unsafe { outlive_result_stats(answers.raw, size_of::<outlive_stats>(), &mut stats) };
    assert_eq!(status, OUTLIVE_OK);
    let (m, verdicts) = (&answers.module, &answers.expected.verdicts);
    let counts = [stats.functions, stats.blocks, stats.instructions, stats.values, stats.sites, stats.verdicts];
    let expected = [m.funcs.len(), m.num_blocks(), m.num_insts(), m.num_values(), m.sites.len(), verdicts.len()];
    assert_eq!(counts, expected.map(|n| n as u64));
    assert_eq!(stats.heap, verdicts.iter().filter(|v| v.is_heap()).count() as u64);
    stats
}

/// The error says what its status asks for, and where.
fn describes(said: &Said, wrong: &Wrong) {
    let words: &[&str] = match said.status {
        OUTLIVE_E_BAD_ARGUMENT => &["NULL", "longer than memory", "struct_size"],
        OUTLIVE_E_UNKNOWN_MODEL => &["known: gc"],
        OUTLIVE_E_UNKNOWN_PROFILE => &["go1.26"],
        OUTLIVE_E_LIMIT => &["limit"],
        OUTLIVE_E_CANCELLED => &["cancelled"],
        OUTLIVE_E_NOT_FOUND => &["no verdict on site "],
        OUTLIVE_E_UNSUPPORTED => &["does not know", "does not say on what"],
        OUTLIVE_E_BAD_UTF8 => &["UTF-8", "splits a character"],
        _ => &[""],
    };
    assert!(!said.message.is_empty() && words.iter().any(|word| said.message.contains(word)), "{said:?}");
    let place = (said.section, said.offset, said.line, said.column);
    match wrong.place {
        // A name in the options may be no UTF-8 either, and a text too long.
        Some((status, expected))
            if status == said.status && wrong.statuses.iter().filter(|&&s| s == status).count() == 1 =>
        {
            assert_eq!(place, expected, "{said:?}");
        }
        _ => assert!(said.line == 0 && said.column == 0, "{said:?}"),
    }
    if said.status == OUTLIVE_E_SYNTAX {
        assert!(
            said.line > 0 && said.column > 0 && said.message.starts_with(&format!("{}:{}: ", said.line, said.column))
        );
    }
}

/// Words for numbers: the same words for the same number, none for one that is unknown.
pub(super) fn words(number: u32) {
    let small = number % 64;
    for call in [
        outlive_why_words,
        outlive_reason_words,
        outlive_reason_name,
        outlive_site_kind_name,
        outlive_placement_name,
        outlive_allocates_name,
        outlive_extent_name,
    ] {
        let (once, again) = (call(small), call(small));
        assert_eq!((once.data, copied(once)), (again.data, copied(again)));
        assert_eq!(call(number | 1 << 16).len, 0);
        assert_eq!(call(u32::MAX).len, 0);
    }
    let status = number as outlive_status;
    assert_eq!(copied(outlive_status_words(status)).is_empty(), !STATUSES.iter().any(|row| row.0 == status));
    assert_eq!(outlive_abi_version(), OUTLIVE_ABI_VERSION);
    assert_eq!(copied(outlive_version()), env!("CARGO_PKG_VERSION"));
}

/// NULL where a handle should be: freed without harm, and empty.
pub(super) fn null_handles() {
    // SAFETY: NULL is allowed for every handle.
    unsafe {
        outlive_result_free(ptr::null_mut());
        outlive_explanation_free(ptr::null_mut());
        outlive_buffer_free(ptr::null_mut());
        outlive_error_free(ptr::null_mut());
        assert!(outlive_buffer_data(ptr::null()).is_null() && outlive_buffer_len(ptr::null()) == 0);
        assert_eq!(outlive_error_status(ptr::null()), OUTLIVE_OK);
        assert_eq!((outlive_error_section(ptr::null()), outlive_error_offset(ptr::null())), (0, u64::MAX));
        assert_eq!((outlive_error_line(ptr::null()), outlive_error_column(ptr::null())), (0, 0));
        assert_eq!(outlive_explanation_reason(ptr::null()), 0);
        for text in [
            outlive_error_message(ptr::null()),
            outlive_explanation_line(ptr::null(), 0),
            outlive_result_site_name(ptr::null(), 0),
            outlive_result_function_name(ptr::null(), 0),
        ] {
            assert_eq!(text.len, 0);
        }
        let (mut why, mut rows, mut count, mut entry) = (untouched(), unread(), 7, 7);
        assert_eq!(outlive_result_explain(ptr::null(), 0, &mut why, ptr::null_mut()), OUTLIVE_E_BAD_ARGUMENT);
        assert_eq!(outlive_result_verdicts(ptr::null(), &mut rows, &mut count, &mut entry), OUTLIVE_E_BAD_ARGUMENT);
        assert_eq!(outlive_check_verdicts(ptr::null(), ptr::null_mut()), OUTLIVE_E_BAD_ARGUMENT);
        assert!(why == untouched() && rows == unread() && (count, entry) == (7, 7));
    }
}
