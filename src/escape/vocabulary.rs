//! The constraint vocabulary: what an instruction does to pointers, in a handful of words every model understands.
//!
//! The walker (`walker`) turns each instruction into these; a model implements [`Constraints`] and decides how much
//! of it to keep. Model `gc` erases projections and counts dereferences; a field-sensitive model keeps them.

use crate::entity::{BlockId, FuncId, InstId, SiteId, Value};
use crate::ir::opcode::Why;
use crate::ir::{Body, CallMode, Inst};

/// Where a flow comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// A value that does not count.
    Nothing,
    /// A value.
    Value(Value),
    /// What a value points to.
    Deref(Value),
    /// The address of storage.
    Address(SiteId),
}

/// Where a flow goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sink {
    /// A value.
    Value(Value),
    /// The memory a value points to.
    Pointee(Value),
    /// Storage.
    Content(SiteId),
    /// Unknown memory that outlives everything.
    Heap,
    /// Nowhere, but what it points to may be written.
    Mutator,
}

/// One step of an address or value computation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Projection {
    /// The address of a field.
    Field(u32),
    /// The address of an element of an array.
    ArrayElement,
    /// The address of an element of a slice.
    SliceElement,
}

/// What a call calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Callee {
    /// This function.
    Known(FuncId),
    /// The function value in operand 0.
    Indirect,
    /// A method of the interface value in operand 0.
    Method,
}

/// A call, `go` or `defer`.
#[derive(Clone, Copy, Debug)]
pub struct Call<'m> {
    /// What it calls.
    pub callee: Callee,
    /// The function value or interface, if the callee is not written in the instruction.
    pub operand: Option<Value>,
    /// Arguments as parameters see them, as value numbers.
    pub args: &'m [u32],
    /// When it runs.
    pub mode: CallMode,
    /// Whether its operands are recorded on the heap until it runs.
    pub recorded: bool,
    /// Whether somebody reads its results.
    pub results_used: bool,
}

/// Where the walker stands.
#[derive(Clone, Copy, Debug)]
pub struct At<'m> {
    /// The body.
    pub body: &'m Body<'m>,
    /// The block.
    pub block: BlockId,
    /// The instruction.
    pub id: InstId,
    /// The instruction itself.
    pub inst: &'m Inst,
}

/// What can be said of a result without following anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Noted {
    /// A constant that is no integer.
    Constant,
    /// This integer or boolean.
    Integer(u64),
    /// This function.
    Function(FuncId),
    /// The address of a package-level variable.
    Global,
}

/// What a model does with each word.
pub trait Constraints {
    /// Whether the model deals with an instruction itself; if not, it is told its flows.
    #[inline(always)]
    fn takes(&mut self, _at: &At<'_>) -> bool {
        false
    }
    /// A result is a constant of some kind.
    fn note(&mut self, at: &At<'_>, noted: Noted);
    /// A value flows.
    fn flow(&mut self, at: &At<'_>, to: Sink, from: Source, why: Why);
    /// An address is computed from another.
    fn project(&mut self, at: &At<'_>, result: Value, base: Value, step: Projection);
    /// A value is loaded.
    fn load(&mut self, at: &At<'_>, result: Value, addr: Value);
    /// A closure is made: its function, its site, its bindings with "may be captured by value".
    fn closure(&mut self, at: &At<'_>, site: SiteId, func: FuncId, by_value: &mut dyn FnMut(u32) -> bool);
    /// A method is bound to its receiver; no function for an interface's.
    fn method_value(&mut self, at: &At<'_>, site: SiteId, func: Option<FuncId>, receiver: Value);
    /// A binding is read.
    fn free_var(&mut self, at: &At<'_>, result: Value, index: u32);
    /// Something is called.
    fn call(&mut self, at: &At<'_>, call: &Call<'_>);
    /// A result is returned.
    fn returns(&mut self, at: &At<'_>, index: u32, value: Value);
    /// A block parameter receives a value.
    fn block_argument(&mut self, at: &At<'_>, param: Value, value: Value);
    /// A string grows in place: its site has no storage the model follows.
    fn grows_in_place(&mut self, at: &At<'_>, site: SiteId);
}
