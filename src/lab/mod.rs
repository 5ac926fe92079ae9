//! The laboratory: what the analysis is held against. Built with the feature `lab`, never shipped.
//!
//! A verdict says how long storage must live. [`interp`] runs a program on a machine where storage lives exactly as long as the
//! verdicts say, and notes every use of what is gone; without verdicts it observes the least that would have been enough.
//! The generator (`gen`) writes the programs. [`trial`] puts a program through all of it, and [`promoted`] with its verdicts written
//! into it; [`seeded`] breaks the analysis on purpose and sees whether that is noticed; [`leads`] counts what a better model could
//! win, and what model `precise` does.

pub mod r#gen;
pub mod interp;
pub mod leads;
pub mod promoted;
pub mod seeded;
pub mod trial;
