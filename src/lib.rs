//! Outlive answers one question about a program in SSA form: *does this value outlive its function?*
//!
//! The folders are the layers; each may import only those named before it:
//! [`entity`] (ids and containers) · [`ir`] (the module a client writes) · [`image`] (the flat binary form).
#![forbid(unsafe_code)]

pub mod driver;
pub mod cfg;
pub mod entity;
pub mod fact;
pub mod image;
pub mod ir;
pub mod place;
