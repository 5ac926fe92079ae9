//! A call under way: how its client stops it, and sees how far it has come.
//!
//! *The problem.* A module may have millions of functions or one of ten million instructions; whoever waits for the answer (an
//! editor, a server) must be able to take the question back within milliseconds, wherever the call is just then, and a call
//! that nobody cancels must not pay for it. No callbacks: a client in another language cannot be called from a worker's thread.
//!
//! *The way.* The client owns a flag and a counter; the library reads the one and adds to the other. `Control::poll` stands
//! where work is done by the thousand: at each component, function and long block, and inside walks every so many steps. What it
//! finds set ends the call by *unwinding*, with a payload of its own and without the panic hook, as rustc leaves a hopeless
//! compilation and salsa a cancelled query: no loop of the solvers needs a way out, all that was built is dropped on the way,
//! and workers stop each other as they do for a panic. [`Control::run`] catches it, and nothing else.
//!
//! *Invariants.* A cancelled call returns [`Cancelled`] and no part of an answer. The counter only grows, by one for each function
//! that is finished, and ends at the number of functions with bodies. What is polled outside of [`Control::run`] has no flag.
//!
//! *Deliberately not done.* Deadlines: a client that has a clock can set a flag. A program built with `panic = "abort"` cannot
//! unwind; there the flag is looked at when the work is done.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

/// What a client may say and see while a call works. Borrowed from the client, shared by all workers of the call.
#[derive(Clone, Copy, Debug, Default)]
pub struct Control<'a> {
    /// Anything but 0 cancels.
    cancel: Option<&'a AtomicU32>,
    /// Functions finished.
    done: Option<&'a AtomicU64>,
}

/// The client cancelled the call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cancelled;

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cancelled")
    }
}

impl std::error::Error for Cancelled {}

/// How many steps of a long loop lie between two looks at the flag: some ten to a hundred microseconds.
pub(crate) const STEPS: usize = 1 << 14;

impl<'a> Control<'a> {
    /// Nobody cancels, nobody looks.
    pub const NONE: Self = Self { cancel: None, done: None };

    /// A call that ends when `cancel` becomes anything but 0, and adds to `done` for each function it has finished.
    #[must_use]
    pub const fn new(cancel: Option<&'a AtomicU32>, done: Option<&'a AtomicU64>) -> Self {
        Self { cancel, done }
    }

    /// The same for work after which functions are not finished yet.
    pub(crate) fn uncounted(self) -> Self {
        Self { done: None, ..self }
    }

    /// Does some work until it is done or cancelled.
    ///
    /// # Errors
    /// It was cancelled. What it had come to is gone.
    pub fn run<T>(&self, work: impl FnOnce() -> T) -> Result<T, Cancelled> {
        let Some(flag) = self.cancel else { return Ok(work()) };
        match catch_unwind(AssertUnwindSafe(work)) {
            Ok(_) if flag.load(Relaxed) != 0 => Err(Cancelled),
            Ok(answer) => Ok(answer),
            Err(payload) if payload.is::<Cancelled>() => Err(Cancelled),
            Err(payload) => resume_unwind(payload),
        }
    }

    /// Ends the work if it is cancelled.
    #[inline]
    pub(crate) fn poll(&self) {
        if let Some(flag) = self.cancel
            && flag.load(Relaxed) != 0
        {
            leave();
        }
    }

    /// The rows of a long table, in pieces between which to look at the flag.
    #[inline]
    pub(crate) fn pieces<'s, T>(&self, rows: &'s [T]) -> impl Iterator<Item = &'s [T]> + use<'s, 'a, T> {
        let this = *self;
        rows.chunks(STEPS).inspect(move |_| this.poll())
    }

    /// So many functions more are finished.
    #[inline]
    pub(crate) fn finished(&self, funcs: usize) {
        self.poll();
        if let Some(done) = self.done {
            done.fetch_add(funcs as u64, Relaxed);
        }
    }
}

#[cold]
fn leave() {
    if cfg!(panic = "unwind") {
        resume_unwind(Box::new(Cancelled));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_ends_where_it_looks_at_the_flag() {
        let (flag, done) = (AtomicU32::new(0), AtomicU64::new(0));
        let control = Control::new(Some(&flag), Some(&done));
        let work = |stop_at: u32| {
            control.run(|| {
                for n in 0..10 {
                    control.finished(1);
                    flag.store(u32::from(n == stop_at), Relaxed);
                }
                7
            })
        };
        assert_eq!(work(99), Ok(7));
        assert_eq!(done.load(Relaxed), 10);
        assert_eq!(work(3), Err(Cancelled));
        assert_eq!(done.load(Relaxed), 14);
    }

    #[test]
    fn what_is_cancelled_at_the_very_end_has_no_answer_either() {
        let flag = AtomicU32::new(0);
        let control = Control::new(Some(&flag), None);
        assert_eq!(control.run(|| flag.store(2, Relaxed)), Err(Cancelled));
    }

    #[test]
    fn a_panic_is_none_of_its_business() {
        let flag = AtomicU32::new(0);
        let control = Control::new(Some(&flag), None);
        let caught = catch_unwind(AssertUnwindSafe(|| control.run(|| resume_unwind(Box::new("defect")))));
        assert_eq!(caught.expect_err("goes on").downcast_ref(), Some(&"defect"));
        assert_eq!(Control::NONE.run(|| 7), Ok(7));
    }
}
