//! The reference interpreter: a program is run, and what the analysis said is held against what happened.
//!
//! *The problem.* A wrong "stack" is a dangling pointer in somebody's program. Whether a verdict is wrong can be argued about; it
//! cannot be argued that an object was read after its frame was gone. So every verified module runs here on a machine with real
//! frames and real objects, placed as the verdicts say, and each use of an object that no longer exists is noted down.
//!
//! *Objects.* A maker makes an object with an identity, a birth frame and, in a loop, a birth iteration; an object's number is
//! never used again in a run. With verdicts, storage that is not on the heap belongs to (frame, site): it dies when the frame is
//! left, by return or by a panic that unwinds it, and when its site executes again in the same frame, for the slot is one; with
//! extent `Iteration` also at the back edge and at the exits of its loop. What an append makes is on the stack the first time
//! only. Nothing is freed: a dead object keeps its cells, so that a run goes on as if nothing had happened and its trace is the
//! same whatever the verdicts are.
//!
//! *Violations* (`watch`): a use of a dead object; heap storage, a package-level variable or the outside holding a pointer to a
//! dead object, or to a living one on the stack where the profile forbids that; another goroutine using stack storage. Copying a
//! dangling pointer about is none.
//!
//! *The oracle* (`oracle`): without verdicts nothing dies, and every use tells the least extent that would have been enough.
//!
//! *The outside* (`outside`). A function without a body keeps every pointer it is given, unless a promise says what it does; at
//! later calls, and between time slices, it reads and writes what it can reach, calls the functions it was given, and returns
//! what it kept. The seed decides.
//!
//! *Determinism.* A run depends on module, entry, profile, limits and seed only: the order of map iterations, the choice of a
//! `chan_select`, the scheduler and the outside draw from one generator. Verdicts change no draw.
//!
//! *Not done.* Data races have no meaning here (a slice of instructions is atomic), memory is never collected or reused, addresses
//! are numbers made up when a program asks for them. What cannot be given its real meaning (type parameters, overlapping fields,
//! memory read as another layout) ends the run as [`End::Unsupported`], never with a made-up answer.

mod arith;
mod calls;
mod carried;
mod chans;
mod compare;
mod data;
mod exec;
mod frames;
mod intrinsics;
mod machine;
mod maps;
mod memory;
mod methods;
mod oracle;
mod outside;
mod panics;
mod prep;
mod sched;
mod shape;
mod text;
mod trace;
mod value;
mod watch;

pub use machine::Machine;
pub use oracle::{Need, Observed};
pub use watch::{Death, Violation, ViolationKind};

use crate::entity::FuncId;
use crate::fact::Verdict;
use crate::ir::Module;
use crate::profile::Profile;

/// Where a run stops by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Instructions.
    pub steps: u64,
    /// Frames of one goroutine.
    pub depth: u32,
    /// Slots of memory: one per leaf of every object ever made, and one per object.
    pub cells: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: 1 << 20, depth: 512, cells: 1 << 22 }
    }
}

/// What to run, and how.
#[derive(Clone, Copy, Debug)]
pub struct Config<'a> {
    /// The function to run; its parameters, if any, are zero values.
    pub entry: FuncId,
    /// Where storage is. Sites without a verdict are on the heap. `None`: nothing dies, and the oracle watches.
    pub verdicts: Option<&'a [Verdict]>,
    /// The target.
    pub profile: Profile,
    /// When to stop.
    pub limits: Limits,
    /// What every choice of the run is drawn from.
    pub seed: u64,
    /// Goroutines run until they wait, not for slices of instructions: then what is seen does not depend on how many instructions
    /// a program takes for it, and forms of one program can be compared.
    pub cooperative: bool,
}

impl Config<'_> {
    /// Runs a function under the default profile and limits, without verdicts.
    #[must_use]
    pub fn new(entry: FuncId) -> Self {
        Self {
            entry,
            verdicts: None,
            profile: Profile::default(),
            limits: Limits::default(),
            seed: 0,
            cooperative: false,
        }
    }
}

/// Which limit ended a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LimitKind {
    /// [`Limits::steps`].
    Steps,
    /// [`Limits::depth`].
    Depth,
    /// [`Limits::cells`].
    Cells,
}

/// How a run ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum End {
    /// The entry function returned.
    Returned,
    /// A panic nobody recovered; what it said.
    Panicked(String),
    /// `unreachable` was reached: a call before it is one that does not return.
    Exited,
    /// Every goroutine waits.
    Deadlock,
    /// A limit was met.
    Limit(LimitKind),
    /// The interpreter gives this no meaning; names function and instruction.
    Unsupported(String),
}

/// Figures of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stats {
    /// Instructions executed.
    pub steps: u64,
    /// Objects made by sites.
    pub objects: u64,
    /// Frames entered.
    pub frames: u64,
    /// Goroutines started, the first included.
    pub goroutines: u64,
    /// Calls of the outside, and calls it made.
    pub outside: u64,
}

/// What a run came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// How it ended.
    pub end: End,
    /// Uses of storage the verdicts are wrong about, at most one per kind, site and instruction, and at most 64.
    pub violations: Vec<Violation>,
    /// Figures.
    pub stats: Stats,
    /// What was seen of each site, by site.
    pub sites: Vec<Observed>,
    /// Hash of everything observable: prints, results of the entry function, panics, values passed to unknown functions. Never
    /// of addresses: it is the same whatever the verdicts are.
    pub trace: u64,
}

/// Runs a verified module once.
#[must_use]
pub fn run(module: &Module, config: &Config<'_>) -> Outcome {
    Machine::new().run(module, config)
}
