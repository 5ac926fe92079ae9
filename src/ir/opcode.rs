//! The opcode table: the single source of what an instruction is.
//!
//! One row per opcode says its number in images (never reused), its name in the readable form, how many operands it takes,
//! what its `aux` word means, whether a list of immediates follows, how many results it may have, whether it *makes* storage
//! (and so owns a site), whether it ends a block, and which values it lets flow where. Parser, printer, image, verifier, the
//! escape walker, the documentation and the Go constants are all fed from here; adding an opcode is adding a row
//! (`CONTRIBUTING.md` has the checklist).
//!
//! The flows of a row are what the escape models see of it. Opcodes whose flows depend on more than their operands (calls,
//! closures, `select` of channels, terminators with block arguments) say [`Shape::Special`]; the walker spells them out.

use std::fmt;

/// What the `aux` word of an instruction holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Aux {
    /// Nothing; the word is absent from images and zero in memory.
    None,
    /// The site the instruction creates.
    Site,
    /// A function.
    Func,
    /// A package-level variable.
    Global,
    /// An interned string.
    Str,
    /// A type.
    Type,
    /// A block.
    Block,
    /// A field number, a free variable's number or a method's number in its interface.
    Index,
    /// An operator of [`UnaryOp`](super::UnaryOp).
    Unary,
    /// An operator of [`BinaryOp`](super::BinaryOp).
    Binary,
    /// An operator of [`CompareOp`](super::CompareOp).
    Compare,
    /// Which bounds of a `slice` are present: 1 low, 2 high, 4 max.
    Bounds,
    /// Number of send cases of a `chan_select`; bit 31 says there is a default case.
    Select,
    /// Number of operands that go to the first target of a `branch`.
    Count,
    /// An intrinsic of [`super::intrinsic`].
    Intrinsic,
}

/// How many operands or results an opcode takes: from `min` to `max`, inclusive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Arity {
    /// Fewest.
    pub min: u16,
    /// Most; `u16::MAX` is "any number".
    pub max: u16,
}

impl Arity {
    /// Whether `n` is allowed.
    #[must_use]
    pub const fn allows(self, n: usize) -> bool {
        n >= self.min as usize && n <= self.max as usize
    }
}

impl fmt::Display for Arity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.min, self.max) {
            (a, b) if a == b => write!(f, "{a}"),
            (a, u16::MAX) => write!(f, "{a} or more"),
            (a, b) => write!(f, "{a} to {b}"),
        }
    }
}

/// Where a flow of a row takes its value from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum From {
    /// The value of operand `n`.
    Arg(u8),
    /// What operand `n` points to.
    Deref(u8),
    /// What operand `n`, a slice, points to, if its elements hold pointers; a string contributes nothing.
    Elements(u8),
    /// The value of every operand from `n` on.
    Args(u8),
    /// The address of the storage the instruction makes.
    Site,
}

/// Where a flow of a row takes its value to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum To {
    /// Result `n`.
    Result(u8),
    /// The memory operand `n` points to.
    Pointee(u8),
    /// The memory of the storage the instruction makes.
    Site,
    /// Unknown memory that outlives everything.
    Heap,
    /// Nowhere, but what it points to is written.
    Mutator,
}

/// Why a value flows: the word an explanation uses for a step, and the base of reason codes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Why {
    /// A plain copy.
    Assign = 0,
    /// The address of a variable or of an allocation.
    AddressOf = 1,
    /// A load through a pointer.
    Indirection = 2,
    /// A store through a pointer.
    StoreIndirect = 3,
    /// A store into a package-level variable.
    StoreGlobal = 4,
    /// A part of a composite value.
    Element = 5,
    /// Part of an address computation or slice expression.
    Slice = 6,
    /// A conversion to an interface.
    Boxed = 7,
    /// A type assertion.
    Asserted = 8,
    /// Captured by a closure, by value.
    CapturedValue = 9,
    /// Captured by a closure, by reference.
    CapturedReference = 10,
    /// Bound as the receiver of a method value.
    Receiver = 11,
    /// The slice an append extends.
    Appendee = 12,
    /// An element or elements appended.
    Appended = 13,
    /// Elements copied by `copy`.
    Copied = 14,
    /// A key put into a map.
    MapKey = 15,
    /// A value put into a map.
    MapValue = 16,
    /// A value sent on a channel.
    Sent = 17,
    /// The operand of a panic.
    Panicked = 18,
    /// A result of the function.
    Returned = 19,
    /// An argument of a call whose callee is known.
    Argument = 20,
    /// An argument of a call through a function value.
    ArgumentIndirect = 21,
    /// An argument, or the receiver, of a call through an interface.
    ArgumentMethod = 22,
    /// An argument of an external function.
    ArgumentExternal = 23,
    /// A result of a call.
    CallResult = 24,
    /// The function value that is called.
    Callee = 25,
    /// An operand of a `go` statement.
    Go = 26,
    /// An operand of a deferred call that may be recorded on the heap.
    DeferHeap = 27,
    /// A pointer turned into an integer, or back.
    Uintptr = 28,
    /// The data word of a reflect slice or string header.
    ReflectHeader = 29,
    /// A value brought by a loop over a container.
    Range = 30,
    /// A block argument.
    BlockArgument = 31,
    /// `escape`, or a string that grows in place.
    Forced = 32,
    /// Too large for the stack.
    TooLarge = 33,
    /// Too aligned for the stack.
    TooAligned = 34,
    /// A slice of zero-size elements.
    ZeroSizeElement = 35,
    /// Memory copied by `memcpy`.
    MemoryCopy = 36,
    /// Of a size known only at run time.
    RunTimeSize = 37,
    /// A map, where maps are always on the heap.
    MapStorage = 38,
    /// A box, where boxes are always on the heap.
    BoxStorage = 39,
    /// A captured variable, where those are always on the heap.
    CapturedStorage = 40,
    /// Stored in the array behind a slice literal or a pack of arguments.
    StoredElement = 41,
}

/// One flow of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FlowRow {
    /// Source.
    pub from: From,
    /// Destination.
    pub to: To,
    /// Word for explanations.
    pub why: Why,
}

/// How the flows of an opcode are given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// Exactly these.
    Flows(&'static [FlowRow]),
    /// As [`Shape::Flows`], but only where the result is an integer made from a pointer.
    Integer(&'static [FlowRow]),
    /// The walker knows.
    Special,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The opcode.
    pub op: Opcode,
    /// Name in the readable form.
    pub name: &'static str,
    /// Value operands.
    pub args: Arity,
    /// Meaning of `aux`.
    pub aux: Aux,
    /// Whether a list of immediates follows the operands.
    pub imms: bool,
    /// Results.
    pub results: Arity,
    /// Whether it ends a block.
    pub terminator: bool,
    /// Flows for the escape models.
    pub shape: Shape,
    /// One line for the documentation.
    pub doc: &'static str,
}

impl Row {
    /// Whether the instruction names a function, in `aux` or in an immediate.
    #[must_use]
    pub const fn refers(&self) -> bool {
        matches!(self.aux, Aux::Func) || matches!(self.op, Opcode::MakeClosure | Opcode::MethodValue)
    }

    /// Its flows; none where the walker knows them.
    #[must_use]
    pub const fn flows(&self) -> &'static [FlowRow] {
        match self.shape {
            Shape::Flows(rows) | Shape::Integer(rows) => rows,
            Shape::Special => &[],
        }
    }

    /// Whether the instruction creates storage and owns a site.
    #[must_use]
    pub const fn makes(&self) -> bool {
        matches!(self.aux, Aux::Site)
    }

    /// Whether an analysis learns nothing from it: no flow, no constant, no address.
    #[must_use]
    pub const fn silent(&self) -> bool {
        use Opcode::{ConstFloat, ConstInt, ConstStr, FuncRef, GlobalAddr, Zero};
        let says = matches!(self.op, ConstInt | ConstFloat | ConstStr | Zero | GlobalAddr | FuncRef);
        !says && matches!(self.shape, Shape::Flows([]))
    }
}

const fn n(n: u16) -> Arity {
    Arity { min: n, max: n }
}
const fn to(min: u16, max: u16) -> Arity {
    Arity { min, max }
}
const fn from(min: u16) -> Arity {
    Arity { min, max: u16::MAX }
}
const fn flow(from: From, to: To, why: Why) -> FlowRow {
    FlowRow { from, to, why }
}

const MAKE: &[FlowRow] = &[flow(From::Site, To::Result(0), Why::AddressOf)];
const COPY: &[FlowRow] = &[flow(From::Arg(0), To::Result(0), Why::Assign)];
const PART: &[FlowRow] = &[flow(From::Arg(0), To::Result(0), Why::Element)];
const ADDR: &[FlowRow] = &[flow(From::Arg(0), To::Result(0), Why::Slice)];
const INT: &[FlowRow] = &[flow(From::Arg(0), To::Result(0), Why::Uintptr)];
const INT2: &[FlowRow] =
    &[flow(From::Arg(0), To::Result(0), Why::Uintptr), flow(From::Arg(1), To::Result(0), Why::Uintptr)];
const NOTHING: Shape = Shape::Flows(&[]);

macro_rules! opcodes {
    ($($name:ident = $num:literal, $text:literal, $args:expr, $aux:ident, $imms:literal, $results:expr, $term:literal, $shape:expr, $doc:literal;)*) => {
        /// An opcode. The discriminant is its number in images.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Opcode {
            $(#[doc = $doc] $name = $num,)*
        }

        /// Every row, ascending by number.
        pub const TABLE: &[Row] = &[
            $(Row { op: Opcode::$name, name: $text, args: $args, aux: Aux::$aux, imms: $imms, results: $results, terminator: $term, shape: $shape, doc: $doc },)*
        ];
    };
}

opcodes! {
    // Constants and arithmetic.
    ConstInt = 1, "const_int", n(0), None, true, n(1), false, NOTHING, "An integer or boolean constant; immediates are the low and high half of its 64-bit two's complement.";
    ConstFloat = 2, "const_float", n(0), None, true, n(1), false, NOTHING, "A floating-point constant; immediates are the low and high half of its IEEE 754 bits.";
    ConstStr = 3, "const_str", n(0), Str, false, n(1), false, NOTHING, "A string constant; its bytes are static.";
    Zero = 4, "zero", n(0), None, false, n(1), false, NOTHING, "The zero value of the result type: nil, an empty string, a zero struct.";
    Unary = 5, "unary", n(1), Unary, false, n(1), false, Shape::Integer(INT), "Negation, logical not, or bitwise complement.";
    Binary = 6, "binary", n(2), Binary, false, n(1), false, Shape::Integer(INT2), "Arithmetic, bitwise operation or shift.";
    Compare = 7, "compare", n(2), Compare, false, n(1), false, NOTHING, "A comparison.";
    Select = 8, "select", n(3), None, false, n(1), false, Shape::Flows(&[flow(From::Args(1), To::Result(0), Why::Assign)]), "The second operand where the first is true, else the third.";
    Cast = 9, "cast", n(1), None, false, n(1), false, Shape::Flows(COPY), "A conversion that makes no storage: numeric, named to underlying and back, channel direction, pointer to unsafe pointer.";
    PtrToInt = 10, "ptr_to_int", n(1), None, false, n(1), false, Shape::Special, "The address a pointer holds, as an integer that does not keep the object alive.";
    IntToPtr = 11, "int_to_ptr", n(1), None, false, n(1), false, Shape::Flows(INT), "A pointer from an integer.";
    // Makers of storage.
    Var = 16, "var", n(0), Site, false, n(1), false, Shape::Flows(MAKE), "Storage for a variable; the result is its address. Fresh, zeroed storage each time it executes.";
    New = 17, "new", n(0), Site, false, n(1), false, Shape::Flows(MAKE), "Zeroed storage of the site's type: `new`, `&T{}`, the array behind a slice literal or a variadic pack.";
    MakeSlice = 18, "make_slice", n(2), Site, false, n(1), false, Shape::Flows(MAKE), "A slice over a fresh array; operands are length and capacity.";
    MakeMap = 19, "make_map", to(0, 1), Site, false, n(1), false, Shape::Flows(MAKE), "An empty map; the operand is a size hint.";
    MakeChan = 20, "make_chan", to(0, 1), Site, false, n(1), false, Shape::Flows(MAKE), "A channel; the operand is its buffer size.";
    MakeIface = 21, "make_iface", n(1), Site, false, n(1), false, Shape::Flows(&[flow(From::Arg(0), To::Site, Why::Boxed), flow(From::Site, To::Result(0), Why::AddressOf)]), "An interface holding a copy of the operand in a box of its own.";
    MakeIfaceDirect = 22, "make_iface_direct", n(1), None, false, n(1), false, Shape::Flows(&[flow(From::Arg(0), To::Result(0), Why::Boxed)]), "An interface whose data word is the pointer-shaped operand itself.";
    MakeClosure = 23, "make_closure", from(0), Site, true, n(1), false, Shape::Special, "A function value over the function named by the immediate; operands are its bindings: a value, or an address for capture by reference.";
    MethodValue = 24, "method_value", n(1), Site, true, n(1), false, Shape::Special, "A method bound to its receiver; immediates are the method's function (or none) and, for an interface receiver, the method's number.";
    Concat = 25, "concat", from(1), Site, false, n(1), false, Shape::Special, "The concatenation of strings.";
    Convert = 26, "convert", n(1), Site, false, n(1), false, Shape::Flows(MAKE), "A conversion between string and byte or rune slice, or of a rune to a string; the bytes are copied.";
    Append = 27, "append", from(1), Site, false, n(1), false, Shape::Flows(&[
        flow(From::Arg(0), To::Result(0), Why::Appendee), flow(From::Arg(0), To::Mutator, Why::Appendee), flow(From::Elements(0), To::Heap, Why::Appendee),
        flow(From::Args(1), To::Heap, Why::Appended), flow(From::Site, To::Result(0), Why::AddressOf)]), "The first operand, a slice, extended by the others; the site is the array it may grow into.";
    AppendSlice = 28, "append_slice", n(2), Site, false, n(1), false, Shape::Flows(&[
        flow(From::Arg(0), To::Result(0), Why::Appendee), flow(From::Arg(0), To::Mutator, Why::Appendee), flow(From::Elements(0), To::Heap, Why::Appendee),
        flow(From::Elements(1), To::Heap, Why::Appended), flow(From::Site, To::Result(0), Why::AddressOf)]), "The first operand, a slice, extended by the elements of the second, a slice or string.";
    // Memory.
    Load = 32, "load", n(1), None, false, n(1), false, Shape::Special, "The value at an address.";
    Store = 33, "store", n(2), None, false, n(0), false, Shape::Flows(&[flow(From::Arg(1), To::Pointee(0), Why::Assign)]), "Writes the second operand to the address in the first.";
    FieldAddr = 34, "field_addr", n(1), Index, false, n(1), false, Shape::Special, "The address of a field of the struct an address points to.";
    ElemAddr = 35, "elem_addr", n(2), None, false, n(1), false, Shape::Special, "The address of an element of a slice, or of the array an address points to.";
    PtrOffset = 36, "ptr_offset", n(2), None, false, n(1), false, Shape::Flows(ADDR), "A pointer moved by a number of bytes.";
    Slice = 37, "slice", to(1, 4), Bounds, false, n(1), false, Shape::Flows(ADDR), "A slice of a slice, of a string, or of the array an address points to.";
    ZeroMem = 38, "zero_mem", n(1), None, false, n(0), false, Shape::Flows(&[flow(From::Arg(0), To::Mutator, Why::StoreIndirect)]), "Zeroes the memory an address points to.";
    Memcpy = 39, "memcpy", n(2), Type, false, n(0), false, Shape::Flows(&[flow(From::Deref(1), To::Pointee(0), Why::MemoryCopy)]), "Copies one value of the type from the second address to the first.";
    GlobalAddr = 40, "global_addr", n(0), Global, false, n(1), false, NOTHING, "The address of a package-level variable.";
    FuncRef = 41, "func_ref", n(0), Func, false, n(1), false, NOTHING, "A function value without bindings; static.";
    Aggregate = 42, "aggregate", from(0), None, false, n(1), false, Shape::Flows(&[flow(From::Args(0), To::Result(0), Why::Element)]), "A struct or array value of its parts.";
    Extract = 43, "extract", n(1), Index, false, n(1), false, Shape::Flows(PART), "A field of a struct value.";
    ExtractElem = 44, "extract_elem", n(2), None, false, n(1), false, Shape::Flows(PART), "An element of an array value, or a byte of a string.";
    SliceToArray = 45, "slice_to_array", n(1), None, false, n(1), false, Shape::Flows(&[flow(From::Deref(0), To::Result(0), Why::Indirection)]), "The array a slice points to, as a value.";
    SliceToArrayPtr = 46, "slice_to_array_ptr", n(1), None, false, n(1), false, Shape::Flows(COPY), "The address of the array a slice points to.";
    // Interfaces, maps, channels.
    ChangeIface = 48, "change_iface", n(1), None, false, n(1), false, Shape::Flows(COPY), "An interface value as another interface type.";
    TypeAssert = 49, "type_assert", n(1), None, false, to(1, 2), false, Shape::Special, "The value in an interface as the result type; with two results it does not panic.";
    MapGet = 50, "map_get", n(2), None, false, to(1, 2), false, NOTHING, "The value at a key, and whether it is present.";
    MapSet = 51, "map_set", n(3), None, false, n(0), false, Shape::Flows(&[flow(From::Arg(1), To::Heap, Why::MapKey), flow(From::Arg(2), To::Heap, Why::MapValue)]), "Puts the third operand at the second in the first.";
    MapDelete = 52, "map_delete", n(2), None, false, n(0), false, NOTHING, "Removes a key.";
    Iter = 53, "iter", n(1), None, false, n(1), false, Shape::Flows(&[flow(From::Arg(0), To::Result(0), Why::Range)]), "An iterator over a map or a string.";
    Next = 54, "next", n(1), None, false, n(3), false, Shape::Flows(&[flow(From::Deref(0), To::Result(2), Why::Range)]), "Advances an iterator: whether there was an element, its key and its value.";
    ChanSend = 55, "chan_send", n(2), None, false, n(0), false, Shape::Flows(&[flow(From::Arg(1), To::Heap, Why::Sent)]), "Sends the second operand on the first.";
    ChanRecv = 56, "chan_recv", n(1), None, false, to(1, 2), false, NOTHING, "Receives a value, and whether the channel was open.";
    ChanSelect = 57, "chan_select", from(0), Select, false, from(2), false, Shape::Special, "Waits for one of several sends (channel, value) and receives (channel): the case chosen (sends first, -1 for default), whether the channel was open, and one value per receive.";
    FreeVar = 58, "free_var", n(0), Index, false, n(1), false, Shape::Special, "A binding of the closure that runs.";
    Len = 59, "len", n(1), None, false, n(1), false, NOTHING, "The length of a string, slice, array, map or channel.";
    Cap = 60, "cap", n(1), None, false, n(1), false, NOTHING, "The capacity of a slice, array or channel.";
    // Calls.
    Call = 64, "call", from(0), Func, false, from(0), false, Shape::Special, "Calls a function that is known.";
    CallIndirect = 65, "call_indirect", from(1), None, false, from(0), false, Shape::Special, "Calls the function value in the first operand.";
    CallMethod = 66, "call_method", from(1), Index, false, from(0), false, Shape::Special, "Calls a method of the interface value in the first operand.";
    Intrinsic = 67, "intrinsic", from(0), Intrinsic, false, from(0), false, Shape::Special, "A numbered operation with a flow table of its own.";
    Go = 68, "go", from(0), Func, false, n(0), false, Shape::Special, "As `call`, in a new goroutine.";
    GoIndirect = 69, "go_indirect", from(1), None, false, n(0), false, Shape::Special, "As `call_indirect`, in a new goroutine.";
    GoMethod = 70, "go_method", from(1), Index, false, n(0), false, Shape::Special, "As `call_method`, in a new goroutine.";
    GoIntrinsic = 71, "go_intrinsic", from(0), Intrinsic, false, n(0), false, Shape::Special, "As `intrinsic`, in a new goroutine.";
    Defer = 72, "defer", from(0), Func, false, n(0), false, Shape::Special, "As `call`, when the function ends.";
    DeferIndirect = 73, "defer_indirect", from(1), None, false, n(0), false, Shape::Special, "As `call_indirect`, when the function ends.";
    DeferMethod = 74, "defer_method", from(1), Index, false, n(0), false, Shape::Special, "As `call_method`, when the function ends.";
    DeferIntrinsic = 75, "defer_intrinsic", from(0), Intrinsic, false, n(0), false, Shape::Special, "As `intrinsic`, when the function ends.";
    Recover = 76, "recover", n(0), None, false, n(1), false, NOTHING, "The value of the panic in progress, which ends, or nil.";
    RunDefers = 77, "run_defers", n(0), None, false, n(0), false, NOTHING, "Runs the deferred calls of this activation.";
    Free = 78, "free", n(1), None, false, n(0), false, NOTHING, "Ends the life of the object an address points to.";
    // Terminators.
    Jump = 80, "jump", from(0), Block, false, n(0), true, Shape::Special, "Goes to a block; operands are its parameters.";
    Branch = 81, "branch", from(1), Count, true, n(0), true, Shape::Special, "Goes to the first block of the immediates where the first operand is true, else to the second.";
    Switch = 82, "switch", from(1), None, true, n(0), true, Shape::Special, "Goes to the block of the case equal to the first operand, else to the default.";
    Return = 83, "return", from(0), None, false, n(0), true, Shape::Special, "Ends the function; operands are its results.";
    Panic = 84, "panic", n(1), None, false, n(0), true, Shape::Flows(&[flow(From::Arg(0), To::Heap, Why::Panicked)]), "Panics with a value.";
    Unreachable = 85, "unreachable", n(0), None, false, n(0), true, NOTHING, "Never executed.";
}

/// Index into [`TABLE`] by number; `u8::MAX` where no opcode has it.
const INDEX: [u8; 256] = {
    let mut index = [u8::MAX; 256];
    let mut i = 0;
    while i < TABLE.len() {
        index[TABLE[i].op as usize] = i as u8;
        i += 1;
    }
    index
};

/// What hot loops ask of a row, one byte per opcode: the rows themselves are too far apart for that.
const FACTS: [u8; 256] = {
    let mut facts = [0; 256];
    let mut i = 0;
    while i < TABLE.len() {
        let row = &TABLE[i];
        facts[row.op as usize] = (if row.makes() { MAKES } else { 0 })
            | (if row.imms { IMMEDIATES } else { 0 })
            | (if row.refers() { REFERS } else { 0 })
            | (if row.silent() { SILENT } else { 0 });
        i += 1;
    }
    facts
};
const MAKES: u8 = 1;
const IMMEDIATES: u8 = 1 << 1;
const REFERS: u8 = 1 << 2;
const SILENT: u8 = 1 << 3;

impl Opcode {
    /// Whether the instruction creates storage and owns a site.
    #[must_use]
    pub const fn makes(self) -> bool {
        FACTS[self as usize] & MAKES != 0
    }

    /// Whether a list of immediates follows its operands.
    #[must_use]
    pub const fn has_imms(self) -> bool {
        FACTS[self as usize] & IMMEDIATES != 0
    }

    /// Whether it names a function, in `aux` or in an immediate.
    #[must_use]
    pub const fn refers(self) -> bool {
        FACTS[self as usize] & REFERS != 0
    }

    /// Whether an analysis learns nothing from it: no flow, no constant, no address.
    #[must_use]
    pub const fn is_silent(self) -> bool {
        FACTS[self as usize] & SILENT != 0
    }

    /// The opcode with this number, if there is one.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match INDEX[number as usize] {
            u8::MAX => None,
            i => Some(TABLE[i as usize].op),
        }
    }

    /// The opcode with this name in the readable form.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.name == name).map(|row| row.op)
    }

    /// Its row.
    #[must_use]
    pub const fn row(self) -> &'static Row {
        &TABLE[INDEX[self as usize] as usize]
    }

    /// Whether it calls, starts or defers something: its kind of callee and its mode.
    #[must_use]
    pub const fn call(self) -> Option<(CalleeKind, CallMode)> {
        let mode = match self as u8 {
            64..=67 => CallMode::Plain,
            68..=71 => CallMode::Go,
            72..=75 => CallMode::Defer,
            _ => return None,
        };
        Some((
            match self as u8 & 3 {
                0 => CalleeKind::Static,
                1 => CalleeKind::Indirect,
                2 => CalleeKind::Method,
                _ => CalleeKind::Intrinsic,
            },
            mode,
        ))
    }
}

/// How a call names its callee.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CalleeKind {
    /// `aux` is the function.
    Static,
    /// Operand 0 is a function value.
    Indirect,
    /// Operand 0 is an interface, `aux` the method's number in its type.
    Method,
    /// `aux` is an intrinsic.
    Intrinsic,
}

/// When a call runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CallMode {
    /// Now.
    Plain,
    /// In a new goroutine.
    Go,
    /// When the function ends.
    Defer,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_ascend_and_names_are_unique() {
        for pair in TABLE.windows(2) {
            assert!((pair[0].op as u8) < (pair[1].op as u8), "{} before {}", pair[0].name, pair[1].name);
        }
        for row in TABLE {
            assert_eq!(Opcode::from_name(row.name), Some(row.op));
            assert_eq!(Opcode::from_number(row.op as u8), Some(row.op));
            assert_eq!(row.op.row().name, row.name);
        }
        assert_eq!(Opcode::from_number(0), None);
        assert_eq!(size_of::<Option<Opcode>>(), 1);
    }

    #[test]
    fn calls_are_recognised() {
        assert_eq!(Opcode::Call.call(), Some((CalleeKind::Static, CallMode::Plain)));
        assert_eq!(Opcode::GoMethod.call(), Some((CalleeKind::Method, CallMode::Go)));
        assert_eq!(Opcode::DeferIntrinsic.call(), Some((CalleeKind::Intrinsic, CallMode::Defer)));
        assert_eq!(Opcode::Return.call(), None);
    }
}
