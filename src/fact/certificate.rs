//! Certificates: what a model found on the way to its verdicts, so that a checker can see that nothing was overlooked.
//!
//! A certificate divides the functions with bodies into *parts*, names the *cells* of each part (whatever holds pointers:
//! variables, allocations, parameters, results, values with several sources) and says for each *level* that verdicts depend
//! on with how many dereferences, at least, each cell flows to a root of it. A cell that is not listed does not get there.
//! It carries no reasons and no paths: it is there to be checked, not to be read. `check` says what must hold of it.

use crate::entity::{FuncId, SiteId, Value};
use std::ops::Range;

/// What a cell of a function is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Holder {
    /// A parameter and its variable.
    Param(u32),
    /// A result and its variable.
    Result(u32),
    /// A free variable that is not simply what the closure's only maker binds.
    Free(u32),
    /// The storage of a site; of several, if they are one variable.
    Site(SiteId),
    /// A value with several sources.
    Value(Value),
}

/// A cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cell {
    /// The function it belongs to.
    pub func: FuncId,
    /// What it is.
    pub holder: Holder,
}

/// What distances are measured to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    /// Memory that outlives everything: the heap, and every cell whose storage is there.
    Heap,
    /// Pointers that are written through.
    Mutator,
    /// Function values called where nobody follows their results.
    Callee,
    /// A result, by number, of a function.
    Result(FuncId, u32),
    /// Any result of a function that is not nested in another, in a part with several such functions. For each cell two of
    /// these levels have the least distances; the others may leave it out.
    Results(FuncId),
    /// What a function declares outside its loops of this depth.
    Loop(FuncId, u32),
    /// Everything of a function, for the functions nested in it.
    Around(FuncId),
}

/// The distance of a cell, by its number in its part, to a level.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Distance {
    /// The cell.
    pub cell: u32,
    /// Dereferences: -1 is "its address gets there", 0 its value, 1 what it points to, and so on.
    pub derefs: i32,
}

/// A level and where its distances are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LevelRow {
    /// The level.
    pub level: Level,
    /// Its run of [`Certificate::distances`].
    pub distances: Range<u32>,
}

/// Functions that see each other's cells. Across parts there are only summaries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// Its run of [`Certificate::funcs`].
    pub funcs: Range<u32>,
    /// Its run of [`Certificate::cells`].
    pub cells: Range<u32>,
    /// Its run of [`Certificate::levels`].
    pub levels: Range<u32>,
}

/// On what verdicts rest: parts, cells, levels and distances. `check` says what must hold of them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Certificate {
    /// The parts.
    pub parts: Vec<Part>,
    /// The functions of each part, makers of closures before the closures.
    pub funcs: Vec<FuncId>,
    /// The cells of each part.
    pub cells: Vec<Cell>,
    /// The levels of each part.
    pub levels: Vec<LevelRow>,
    /// The distances of each level.
    pub distances: Vec<Distance>,
}
