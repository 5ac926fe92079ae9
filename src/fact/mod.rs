//! What an analysis says: types only.
//!
//! Rows of fixed layout (`repr(C)`, no padding) because they cross the C border and the answers image as they are; every
//! number in them is stable.

mod certificate;
mod explain;
mod reason;
mod suggest;
mod summary;
mod verdict;
mod why;

pub use certificate::{Cell, Certificate, Distance, Holder, Level, LevelRow, Part};
pub use explain::{Explanation, Node, Step};
pub use reason::Reason;
pub use suggest::{Change, Edit, Suggestion, Suggestions};
pub use summary::{Leaks, RESULTS, Summary};
pub use verdict::{Allocates, Extent, Placement, SiteFact, Verdict, flags};
