//! Outlive answers one question about a program in SSA form: *does this value outlive its function?*
//!
//! The folders are the layers; each may import only those named before it:
//! [`entity`] (ids and containers) · [`ir`] (the module a client writes).
#![forbid(unsafe_code)]

pub mod driver;
pub mod entity;
pub mod fact;
pub mod ir;
pub mod place;
