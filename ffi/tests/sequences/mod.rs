//! Sequences of calls of the C ABI, chosen by a byte string: the body of the test and of the fuzz target.
//!
//! *The problem.* The tests in C try each rule of `docs/abi.md` where somebody thought of it. What nobody thought of is calls in
//! any order, with handles of any age, arguments wrong in several ways at once, and inputs that are nearly right.
//!
//! *The method.* Every call has an oracle that does not go through the ABI. What is wrong with the arguments is known because
//! this code made it wrong, or because the core says so of the bytes (`outlive_core::image::decode`, `text::parse`, `ir::verify`);
//! it gives the set of statuses allowed. A call with nothing wrong must succeed and say what the core says; one with something
//! wrong must fail with a status of the set, describe it in an error object, and leave its outputs alone. Handles are read when they are
//! made and must say the same ever after; they are freed in any order, parents before children too. Inputs lie in memory of
//! exactly their size and are overwritten after the call, so that a library that keeps them or reads past them is noticed.
//!
//! *What is left to the caller:* that no byte stays allocated ([`run`] frees all it made) and that the digests of two runs are
//! equal.

mod calls;
mod held;
mod inputs;

use crate::status::*;
use held::{Answers, Buffer, Error, Explanation, Handle};
use inputs::Bytes;
use std::hash::{DefaultHasher, Hash, Hasher};

/// One more than the largest status there is.
pub const STATUS_LIMIT: usize = STATUSES[STATUSES.len() - 1].0 as usize + 1;

/// Most calls of a sequence.
const LONGEST: usize = 32;

/// What has happened so far, and is held.
struct Sequence {
    answers: Vec<Answers>,
    buffers: Vec<Buffer>,
    errors: Vec<Error>,
    explanations: Vec<Explanation>,
    digest: DefaultHasher,
    tally: Tally,
}

/// What a sequence saw.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Calls that can fail, by what they answered.
    pub statuses: [u64; STATUS_LIMIT],
    /// Everything the library said, but for times.
    pub digest: u64,
}

/// Makes the calls a byte string asks for, and frees everything.
///
/// # Panics
/// If the library breaks a promise of `docs/abi.md`.
pub fn run(bytes: &[u8]) -> Tally {
    let mut b = Bytes(bytes);
    let mut sequence = Sequence {
        answers: Vec::new(),
        buffers: Vec::new(),
        errors: Vec::new(),
        explanations: Vec::new(),
        digest: DefaultHasher::new(),
        tally: Tally::default(),
    };
    for _ in 0..LONGEST {
        if b.0.is_empty() {
            break;
        }
        sequence.step(&mut b);
    }
    // The order of the last frees is the bytes' as well, and past their end the oldest kind goes first.
    while sequence.free(&mut b) {}
    sequence.tally.digest = sequence.digest.finish();
    sequence.tally
}

/// What a sequence needs besides its own, made now: so that the first sequence allocates no more than the others.
pub fn prepare() {
    inputs::Corpus::get();
}

impl Sequence {
    fn step(&mut self, b: &mut Bytes<'_>) {
        match b.below(24) {
            0..=5 => self.analyze(b),
            6 => self.verify(b),
            7 => self.print(b),
            8 | 9 => self.parse(b),
            10 => self.names(b),
            11..=14 => self.explain(b),
            15 => self.check_verdicts(b),
            16 => self.stats(b),
            17 => self.outputs_that_are_null(b),
            18 => self.share(b),
            19 => calls::words(b.word()),
            20 => calls::null_handles(),
            21 => self.check_held(),
            _ => drop(self.free(b)),
        }
    }

    /// Everything held says what it said.
    fn check_held(&self) {
        self.answers.iter().for_each(Handle::check);
        self.buffers.iter().for_each(Handle::check);
        self.errors.iter().for_each(Handle::check);
        self.explanations.iter().for_each(Handle::check);
    }

    /// Frees something, if there is anything; the rest must not notice.
    fn free(&mut self, b: &mut Bytes<'_>) -> bool {
        fn one<T: Handle>(from: &mut Vec<T>, b: &mut Bytes<'_>) -> bool {
            if from.is_empty() {
                return false;
            }
            let handle = from.swap_remove(b.below(from.len()));
            handle.check();
            handle.free();
            true
        }
        let first = b.below(4);
        for kind in 0..4 {
            let freed = match (first + kind) % 4 {
                0 => one(&mut self.answers, b),
                1 => one(&mut self.explanations, b),
                2 => one(&mut self.buffers, b),
                _ => one(&mut self.errors, b),
            };
            if freed {
                return true;
            }
        }
        false
    }

    fn count(&mut self, status: outlive_status) {
        self.tally.statuses[usize::try_from(status).expect("statuses are not negative")] += 1;
        status.hash(&mut self.digest);
    }
}
