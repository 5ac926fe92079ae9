//! Outlive answers one question about a program in SSA form: *does this value outlive its function?*
//!
//! The folders are the layers; each may import only those named before it:
//! [`entity`] (ids and containers) · [`control`] (cancel and progress) · [`ir`] (the module a client writes) · [`fact`] (what an analysis says) · [`profile`]
//! (limits of targets) · `text` (the
//! readable form) · [`image`] (the flat binary form) · [`mod@cfg`] · [`callgraph`] · [`opt`] (passes over IR) ·
//! [`escape`] (from IR to facts) · [`place`]
//! (from facts to placements) · [`mod@check`] (whether answers follow the rules) · [`driver`] (options in, answers out) · `lab` (what all this is held
//! against; feature `lab`).
#![forbid(unsafe_code)]

pub mod callgraph;
pub mod cfg;
pub mod check;
pub mod control;
pub mod driver;
pub mod entity;
pub mod escape;
pub mod fact;
pub mod image;
pub mod ir;
#[cfg(feature = "lab")]
pub mod lab;
pub mod opt;
pub mod place;
pub mod profile;
pub mod text;
