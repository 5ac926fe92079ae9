//! The reference interpreter: every group of opcodes does what it says, every rule notices a wrong verdict and keeps quiet about
//! a right one, the oracle names the least extent.

#[path = "lab_interp/support.rs"]
mod support;

#[path = "lab_interp/calls.rs"]
mod calls;
#[path = "lab_interp/concurrency.rs"]
mod concurrency;
#[path = "lab_interp/containers.rs"]
mod containers;
#[path = "lab_interp/core.rs"]
mod core;
#[path = "lab_interp/dead.rs"]
mod dead;
#[path = "lab_interp/ends.rs"]
mod ends;
#[path = "lab_interp/held.rs"]
mod held;
#[path = "lab_interp/oracle.rs"]
mod oracle;
#[path = "lab_interp/outside.rs"]
mod outside;
#[path = "lab_interp/spans.rs"]
mod spans;
