//! Rules broken on purpose, one at a time.
//!
//! A test of the analysis is worth what it notices. Behind the cargo feature `lab` a thread can break one rule of the analysis:
//! a flow of an opcode's or intrinsic's row is not seen ([`Fault::Row`], [`Fault::Intrinsic`], [`Fault::Word`]), or the solver
//! makes one of the mistakes solvers make ([`Rule`]). Without the feature the question whether a rule is broken is a constant, and
//! nothing of this is left in the library.

use crate::ir::Opcode;
use crate::ir::intrinsic;
use crate::ir::opcode::{Shape, TABLE};

/// What is broken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Fault {
    /// This flow of an opcode's row is not seen.
    Row(Opcode, u8),
    /// This flow of an intrinsic's row is not seen.
    Intrinsic(u32, u8),
    /// Of an opcode the walker spells out, what it says with this number is not said.
    Word(Opcode, u8),
    /// A rule is wrong.
    Rule(Rule),
}

/// Rules that can be wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Rule {
    /// Only what is two loops further out counts as outside a loop.
    LoopDepth,
    /// What enters the header of a loop is taken for new in each iteration.
    LoopHeader,
    /// What is used after the loop it is made in is taken for gone.
    LoopExit,
    /// Arguments of calls within a recursion are not passed on.
    RecursionArgument,
    /// Results of calls within a recursion are not passed on.
    RecursionResult,
    /// Every variable is captured by value.
    ByValue,
    /// Bindings of a closure are not kept in its record.
    Bindings,
    /// A flow to one result is taken for one to the next.
    ResultIndex,
    /// Results beyond those a summary tells apart are forgotten.
    ManyResults,
    /// The address of what is returned is taken to stay.
    Returned,
    /// A closure's calls are taken for known whoever has it.
    ClosureKnown,
    /// Variables of a function around are taken to die with the function inside.
    Around,
    /// The count of dereferences is not clamped at zero on the way.
    Clamp,
    /// What is held by something that escapes is taken to stay.
    Content,
    /// A load counts as two.
    LoadTwice,
    /// A leak of a callee's parameter to the heap counts one dereference more.
    SummaryHeap,
    /// A leak of a callee's parameter to a result counts one dereference more.
    SummaryResult,
    /// A callee's writes are not passed on.
    SummaryMutated,
    /// A flow to the heap hides cheaper ones to results.
    Redundant,
    /// Unknown functions keep nothing.
    External,
    /// Function values nobody knows keep nothing.
    Indirect,
    /// Methods called through interfaces keep no argument.
    Method,
    /// Methods called through interfaces do not keep their receiver.
    Receiver,
    /// What goes with a new goroutine stays.
    Go,
    /// What waits for a call deferred in a loop stays.
    DeferLoop,
    /// A store through a pointer goes nowhere.
    StoreIndirect,
    /// A store into a package-level variable goes nowhere.
    StoreGlobal,
    /// An element of a slice is taken for a part of the variable that holds the slice.
    SliceElement,
    /// A variable made anew each iteration is taken to live outside the loop.
    PerIteration,
    /// Storage is never too large.
    TooLarge,
    /// Storage of a size known only at run time is taken for fixed.
    RunTimeSize,
    /// A value with several sources has only its first.
    SecondSource,
}

impl Rule {
    /// Every rule with its name in tables.
    pub const ALL: &[(Self, &str)] = &[
        (Self::LoopDepth, "loop depth off by one"),
        (Self::LoopHeader, "loop header's parameters new each iteration"),
        (Self::LoopExit, "values used after their loop forgotten"),
        (Self::RecursionArgument, "arguments within a recursion not read"),
        (Self::RecursionResult, "results within a recursion not read"),
        (Self::ByValue, "captured by value instead of by reference"),
        (Self::Bindings, "bindings not kept by the closure's record"),
        (Self::ResultIndex, "result flow to the wrong index"),
        (Self::ManyResults, "results beyond the summary's forgotten"),
        (Self::Returned, "address returned taken to stay"),
        (Self::ClosureKnown, "closure's callers assumed known"),
        (Self::Around, "variables of the function around forgotten"),
        (Self::Clamp, "dereferences not clamped at zero"),
        (Self::Content, "content of what escapes taken to stay"),
        (Self::LoadTwice, "a load counts twice"),
        (Self::SummaryHeap, "summary's leak to the heap off by one"),
        (Self::SummaryResult, "summary's flow to a result off by one"),
        (Self::SummaryMutated, "summary's writes not passed on"),
        (Self::Redundant, "flow to the heap hides cheaper ones to results"),
        (Self::External, "unknown functions keep nothing"),
        (Self::Indirect, "unknown function values keep nothing"),
        (Self::Method, "interface methods keep no argument"),
        (Self::Receiver, "interface methods keep no receiver"),
        (Self::Go, "operands of a goroutine stay"),
        (Self::DeferLoop, "operands deferred in a loop stay"),
        (Self::StoreIndirect, "store through a pointer forgotten"),
        (Self::StoreGlobal, "store into a global forgotten"),
        (Self::SliceElement, "slice element taken for part of the variable"),
        (Self::PerIteration, "per-iteration variable taken for an outer one"),
        (Self::TooLarge, "nothing is too large"),
        (Self::RunTimeSize, "run-time size taken for fixed"),
        (Self::SecondSource, "second source of a value forgotten"),
    ];
}

/// How many things the walker says of the opcodes it spells out.
pub const WORDS: &[(Opcode, u8)] = &[
    (Opcode::Load, 1),
    (Opcode::FieldAddr, 1),
    (Opcode::ElemAddr, 1),
    (Opcode::TypeAssert, 1),
    (Opcode::PtrToInt, 3),
    (Opcode::Concat, 2),
    (Opcode::MakeClosure, 2),
    (Opcode::MethodValue, 2),
    (Opcode::ChanSelect, 1),
    (Opcode::FreeVar, 1),
    (Opcode::Jump, 1),
    (Opcode::Branch, 1),
    (Opcode::Switch, 1),
    (Opcode::Return, 1),
    (Opcode::GoIntrinsic, 1),
    (Opcode::DeferIntrinsic, 1),
    (Opcode::Call, 1),
    (Opcode::CallIndirect, 1),
    (Opcode::CallMethod, 1),
    (Opcode::Go, 1),
    (Opcode::GoIndirect, 1),
    (Opcode::GoMethod, 1),
    (Opcode::Defer, 1),
    (Opcode::DeferIndirect, 1),
    (Opcode::DeferMethod, 1),
];

/// Every fault there is: each flow of each row, each word of what has no row, each rule.
#[must_use]
pub fn all() -> Vec<Fault> {
    let mut all = Vec::new();
    for row in TABLE {
        if let Shape::Flows(flows) | Shape::Integer(flows) = row.shape {
            all.extend((0..flows.len()).map(|n| Fault::Row(row.op, n as u8)));
        }
    }
    for row in intrinsic::TABLE {
        all.extend((0..row.flows.len()).map(|n| Fault::Intrinsic(row.id, n as u8)));
    }
    for &(op, words) in WORDS {
        all.extend((0..words).map(|n| Fault::Word(op, n)));
    }
    all.extend(Rule::ALL.iter().map(|&(rule, _)| Fault::Rule(rule)));
    all
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::Row(op, n) => {
                let flow = op.row().flows()[usize::from(n)];
                write!(f, "{}: {:?} <- {:?}", op.row().name, flow.to, flow.from)
            }
            Self::Intrinsic(id, n) => {
                let row = intrinsic::by_id(id).expect("an intrinsic of the table");
                let flow = row.flows[usize::from(n)];
                write!(f, "intrinsic {}: {:?} <- {:?}", row.name, flow.to, flow.from)
            }
            Self::Word(op, n) => write!(f, "{}: word {n}", op.row().name),
            Self::Rule(rule) => {
                let name = Rule::ALL.iter().find(|(r, _)| *r == rule).map_or("", |(_, name)| name);
                write!(f, "rule: {name}")
            }
        }
    }
}

#[cfg(feature = "lab")]
mod switch {
    use super::Fault;
    use std::cell::Cell;

    thread_local! {
        static BROKEN: Cell<Option<Fault>> = const { Cell::new(None) };
    }

    /// Runs with a rule broken, on this thread only.
    pub fn with<T>(fault: Fault, run: impl FnOnce() -> T) -> T {
        /// Mends the rule again, whatever happens.
        struct Mend;
        impl Drop for Mend {
            fn drop(&mut self) {
                BROKEN.set(None);
            }
        }
        BROKEN.set(Some(fault));
        let _mend = Mend;
        run()
    }

    /// Whether anything is broken for this thread; other threads do not know.
    pub(crate) fn any() -> bool {
        BROKEN.get().is_some()
    }

    pub(crate) fn seeded(fault: Fault) -> bool {
        BROKEN.get() == Some(fault)
    }
}

#[cfg(feature = "lab")]
pub use switch::with;
#[cfg(feature = "lab")]
pub(crate) use switch::{any, seeded};

/// Whether a rule is broken: never, outside the laboratory.
#[cfg(not(feature = "lab"))]
#[inline(always)]
pub(crate) const fn seeded(_: Fault) -> bool {
    false
}

/// Whether anything is broken: never, outside the laboratory.
#[cfg(not(feature = "lab"))]
pub(crate) const fn any() -> bool {
    false
}

/// [`seeded`], for rules.
#[inline(always)]
pub(crate) fn wrong(rule: Rule) -> bool {
    seeded(Fault::Rule(rule))
}
