//! x
pub use outlive_core::driver::Model;
