//! Why a certificate or a verdict is refused.

use crate::entity::{FuncId, InstId, SiteId};
use std::fmt;

/// The rule that does not hold; the letters are those of the [definition](super).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Rule {
    /// The certificate names what does not exist, or names it twice.
    Form,
    /// (P) Every function with a body lies in one part, closures in that of their makers.
    Partition,
    /// (R) Roots have distance 0.
    Root,
    /// (F) No flow brings a cell nearer to a level than its distance says.
    Flow,
    /// (E) Storage whose address reaches what outlives it must live as long as the program.
    Escape,
    /// (S) A summary admits whatever its parameter's distances show.
    Summary,
    /// (V) There is one verdict on each site that is made, and one summary of each parameter that holds pointers.
    Complete,
    /// (L) The target's limits allow the placement.
    Placement,
    /// (L) The extent is one the storage can have.
    Extent,
    /// (L) The allocator runs as often as claimed.
    Allocates,
    /// (B) Bits say what distances to the mutator and the callee show.
    Flags,
}

impl Rule {
    /// The word for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Partition => "partition",
            Self::Root => "root",
            Self::Flow => "flow",
            Self::Escape => "escape",
            Self::Summary => "summary",
            Self::Complete => "complete",
            Self::Placement => "placement",
            Self::Extent => "extent",
            Self::Allocates => "allocates",
            Self::Flags => "flags",
        }
    }
}

/// What was refused, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rejection {
    /// The rule.
    pub rule: Rule,
    /// The function.
    pub func: Option<FuncId>,
    /// The instruction, numbered in the function, where a flow is overlooked.
    pub inst: Option<InstId>,
    /// The site whose verdict is at stake.
    pub site: Option<SiteId>,
    /// All of it in words, with names and positions.
    pub message: String,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule.name(), self.message)
    }
}

impl std::error::Error for Rejection {}
