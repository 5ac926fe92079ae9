//! Explanations: the path along which a site's address reaches what outlives it.

use super::Reason;
use crate::entity::{FuncId, PosId, SiteId};
use crate::ir::opcode::Why;

/// A place on a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Node {
    /// Storage.
    Site(SiteId),
    /// A parameter without storage of its own, or a parameter of a callee.
    Param(FuncId, u32),
    /// A result.
    Result(FuncId, u32),
    /// An intermediate value.
    Temp(FuncId),
    /// Memory that outlives everything.
    Heap,
}

/// One step: a value moves from `from` to `to`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    /// Source.
    pub from: Node,
    /// Destination.
    pub to: Node,
    /// Dereferences on the way: -1 is "the address of `from`", 0 its value, 1 what it points to, and so on.
    pub derefs: i32,
    /// How.
    pub why: Why,
    /// Where in the source.
    pub pos: PosId,
}

/// Why a site got its verdict: steps from the site outward.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// The site.
    pub site: SiteId,
    /// The reason of its verdict.
    pub reason: Reason,
    /// The path; empty when the reason lies in the site itself (its size, say) or when it stays on the stack.
    pub steps: Vec<Step>,
}
