//! From facts to placements: what a target allows on its stack.

mod profile;

pub use profile::{PROFILES, Profile};
