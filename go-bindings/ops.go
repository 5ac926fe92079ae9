package outlive

import "strconv"

// Op is an operation code. The numbers are those of the image format and never change.
type Op uint8

// The operation codes. For each the comment gives operands -> results; see docs/ir.md of the project for meaning.
const (
	OpConstInt   Op = 1  // imms lo, hi -> integer
	OpConstFloat Op = 2  // imms lo, hi (bits of a float64) -> float
	OpConstStr   Op = 3  // aux string -> string
	OpZero       Op = 4  // -> the zero value of the result type
	OpUnary      Op = 5  // x, aux UnaryOp -> x op
	OpBinary     Op = 6  // x y, aux BinaryOp -> x op y
	OpCompare    Op = 7  // x y, aux CompareOp -> bool
	OpSelect     Op = 8  // cond a b -> a or b
	OpCast       Op = 9  // x -> same bits or number in another type
	OpPtrToInt   Op = 10 // unsafe pointer -> uintptr
	OpIntToPtr   Op = 11 // uintptr -> unsafe pointer

	OpVar             Op = 16 // aux site -> pointer to the site's type
	OpNew             Op = 17 // aux site -> pointer to the site's type
	OpMakeSlice       Op = 18 // len cap, aux site -> slice
	OpMakeMap         Op = 19 // [hint], aux site -> map
	OpMakeChan        Op = 20 // [size], aux site -> chan
	OpMakeIface       Op = 21 // x, aux site -> interface, boxed
	OpMakeIfaceDirect Op = 22 // pointer-shaped x -> interface, not boxed
	OpMakeClosure     Op = 23 // bindings..., aux site, imms func -> func
	OpMethodValue     Op = 24 // receiver, aux site, imms func|None, method index -> func
	OpConcat          Op = 25 // strings..., aux site -> string
	OpConvert         Op = 26 // x, aux site -> string, []byte or []rune
	OpAppend          Op = 27 // slice elems..., aux site -> slice
	OpAppendSlice     Op = 28 // slice slice|string, aux site -> slice

	OpLoad            Op = 32 // pointer -> value
	OpStore           Op = 33 // pointer x
	OpFieldAddr       Op = 34 // pointer to struct, aux field -> pointer
	OpElemAddr        Op = 35 // pointer to array or slice, index -> pointer
	OpPtrOffset       Op = 36 // pointer, integer -> pointer
	OpSlice           Op = 37 // x [lo] [hi] [max], aux mask -> slice or string
	OpZeroMem         Op = 38 // pointer
	OpMemcpy          Op = 39 // dst src, aux type
	OpGlobalAddr      Op = 40 // aux global -> pointer
	OpFuncRef         Op = 41 // aux func -> func
	OpAggregate       Op = 42 // fields... -> struct or array
	OpExtract         Op = 43 // aggregate, aux field -> field
	OpExtractElem     Op = 44 // array or string, index -> element
	OpSliceToArray    Op = 45 // slice -> array
	OpSliceToArrayPtr Op = 46 // slice -> pointer to array

	OpChangeIface Op = 48 // interface -> interface
	OpTypeAssert  Op = 49 // interface -> value [ok]
	OpMapGet      Op = 50 // map key -> value [ok]
	OpMapSet      Op = 51 // map key value
	OpMapDelete   Op = 52 // map key
	OpIter        Op = 53 // map or string -> iterator
	OpNext        Op = 54 // iterator -> ok, key, value
	OpChanSend    Op = 55 // chan value
	OpChanRecv    Op = 56 // chan -> value [ok]
	OpChanSelect  Op = 57 // [chan value]* of sends, [chan]* of receives, aux sends | default bit -> index, ok, received...
	OpFreeVar     Op = 58 // aux index -> the binding
	OpLen         Op = 59 // x -> int
	OpCap         Op = 60 // x -> int

	OpCall           Op = 64 // args..., aux func -> results
	OpCallIndirect   Op = 65 // callee args... -> results
	OpCallMethod     Op = 66 // interface args..., aux method index -> results
	OpIntrinsic      Op = 67 // args..., aux IntrinsicID -> results
	OpGo             Op = 68 // as OpCall, no results
	OpGoIndirect     Op = 69
	OpGoMethod       Op = 70
	OpGoIntrinsic    Op = 71
	OpDefer          Op = 72 // as OpCall, no results
	OpDeferIndirect  Op = 73
	OpDeferMethod    Op = 74
	OpDeferIntrinsic Op = 75
	OpRecover        Op = 76 // -> interface
	OpRunDefers      Op = 77
	OpFree           Op = 78 // pointer

	OpJump        Op = 80 // block args..., aux block
	OpBranch      Op = 81 // cond then-args... else-args..., aux number of then-args, imms then, else
	OpSwitch      Op = 82 // x default-args... case-args..., imms default, n, then lo, hi, block, n per case
	OpReturn      Op = 83 // results...
	OpPanic       Op = 84 // x
	OpUnreachable Op = 85
)

// AuxKind says what the auxiliary word of an instruction is.
type AuxKind uint8

// The meanings of an auxiliary word.
const (
	AuxNone      AuxKind = iota // the instruction has no such word
	AuxCode                     // a sub-operation: UnaryOp, BinaryOp, CompareOp
	AuxStr                      // a string of the module
	AuxSite                     // the site the instruction makes
	AuxIndex                    // a field, method or binding number, a mask or a count
	AuxType                     // a Type
	AuxGlobal                   // a Global
	AuxFunc                     // a Func
	AuxIntrinsic                // an IntrinsicID
	AuxBlock                    // a Block
)

// OpInfo describes the shape of an operation.
type OpInfo struct {
	Name             string
	MinArgs, MaxArgs int // number of value operands; MaxArgs -1: no limit but that of the format, 65535
	Aux              AuxKind
	Imms             int  // number of immediate words; -1: variable, 0: the instruction has no list
	MinRes, MaxRes   int  // number of results; MaxRes -1: no limit but that of the format, 255
	Makes            bool // makes the storage of the site in its auxiliary word
	Terminator       bool // ends a block
}

const many = -1

// opTable holds the shape of every operation, by number; the rows without a name are not operations.
var opTable = [256]OpInfo{
	OpConstInt:   {"const_int", 0, 0, AuxNone, 2, 1, 1, false, false},
	OpConstFloat: {"const_float", 0, 0, AuxNone, 2, 1, 1, false, false},
	OpConstStr:   {"const_str", 0, 0, AuxStr, 0, 1, 1, false, false},
	OpZero:       {"zero", 0, 0, AuxNone, 0, 1, 1, false, false},
	OpUnary:      {"unary", 1, 1, AuxCode, 0, 1, 1, false, false},
	OpBinary:     {"binary", 2, 2, AuxCode, 0, 1, 1, false, false},
	OpCompare:    {"compare", 2, 2, AuxCode, 0, 1, 1, false, false},
	OpSelect:     {"select", 3, 3, AuxNone, 0, 1, 1, false, false},
	OpCast:       {"cast", 1, 1, AuxNone, 0, 1, 1, false, false},
	OpPtrToInt:   {"ptr_to_int", 1, 1, AuxNone, 0, 1, 1, false, false},
	OpIntToPtr:   {"int_to_ptr", 1, 1, AuxNone, 0, 1, 1, false, false},

	OpVar:             {"var", 0, 0, AuxSite, 0, 1, 1, true, false},
	OpNew:             {"new", 0, 0, AuxSite, 0, 1, 1, true, false},
	OpMakeSlice:       {"make_slice", 2, 2, AuxSite, 0, 1, 1, true, false},
	OpMakeMap:         {"make_map", 0, 1, AuxSite, 0, 1, 1, true, false},
	OpMakeChan:        {"make_chan", 0, 1, AuxSite, 0, 1, 1, true, false},
	OpMakeIface:       {"make_iface", 1, 1, AuxSite, 0, 1, 1, true, false},
	OpMakeIfaceDirect: {"make_iface_direct", 1, 1, AuxNone, 0, 1, 1, false, false},
	OpMakeClosure:     {"make_closure", 0, many, AuxSite, 1, 1, 1, true, false},
	OpMethodValue:     {"method_value", 1, 1, AuxSite, 2, 1, 1, true, false},
	OpConcat:          {"concat", 1, many, AuxSite, 0, 1, 1, true, false},
	OpConvert:         {"convert", 1, 1, AuxSite, 0, 1, 1, true, false},
	OpAppend:          {"append", 1, many, AuxSite, 0, 1, 1, true, false},
	OpAppendSlice:     {"append_slice", 2, 2, AuxSite, 0, 1, 1, true, false},

	OpLoad:            {"load", 1, 1, AuxNone, 0, 1, 1, false, false},
	OpStore:           {"store", 2, 2, AuxNone, 0, 0, 0, false, false},
	OpFieldAddr:       {"field_addr", 1, 1, AuxIndex, 0, 1, 1, false, false},
	OpElemAddr:        {"elem_addr", 2, 2, AuxNone, 0, 1, 1, false, false},
	OpPtrOffset:       {"ptr_offset", 2, 2, AuxNone, 0, 1, 1, false, false},
	OpSlice:           {"slice", 1, 4, AuxIndex, 0, 1, 1, false, false},
	OpZeroMem:         {"zero_mem", 1, 1, AuxNone, 0, 0, 0, false, false},
	OpMemcpy:          {"memcpy", 2, 2, AuxType, 0, 0, 0, false, false},
	OpGlobalAddr:      {"global_addr", 0, 0, AuxGlobal, 0, 1, 1, false, false},
	OpFuncRef:         {"func_ref", 0, 0, AuxFunc, 0, 1, 1, false, false},
	OpAggregate:       {"aggregate", 0, many, AuxNone, 0, 1, 1, false, false},
	OpExtract:         {"extract", 1, 1, AuxIndex, 0, 1, 1, false, false},
	OpExtractElem:     {"extract_elem", 2, 2, AuxNone, 0, 1, 1, false, false},
	OpSliceToArray:    {"slice_to_array", 1, 1, AuxNone, 0, 1, 1, false, false},
	OpSliceToArrayPtr: {"slice_to_array_ptr", 1, 1, AuxNone, 0, 1, 1, false, false},

	OpChangeIface: {"change_iface", 1, 1, AuxNone, 0, 1, 1, false, false},
	OpTypeAssert:  {"type_assert", 1, 1, AuxNone, 0, 1, 2, false, false},
	OpMapGet:      {"map_get", 2, 2, AuxNone, 0, 1, 2, false, false},
	OpMapSet:      {"map_set", 3, 3, AuxNone, 0, 0, 0, false, false},
	OpMapDelete:   {"map_delete", 2, 2, AuxNone, 0, 0, 0, false, false},
	OpIter:        {"iter", 1, 1, AuxNone, 0, 1, 1, false, false},
	OpNext:        {"next", 1, 1, AuxNone, 0, 3, 3, false, false},
	OpChanSend:    {"chan_send", 2, 2, AuxNone, 0, 0, 0, false, false},
	OpChanRecv:    {"chan_recv", 1, 1, AuxNone, 0, 1, 2, false, false},
	OpChanSelect:  {"chan_select", 0, many, AuxIndex, 0, 2, many, false, false},
	OpFreeVar:     {"free_var", 0, 0, AuxIndex, 0, 1, 1, false, false},
	OpLen:         {"len", 1, 1, AuxNone, 0, 1, 1, false, false},
	OpCap:         {"cap", 1, 1, AuxNone, 0, 1, 1, false, false},

	OpCall:           {"call", 0, many, AuxFunc, 0, 0, many, false, false},
	OpCallIndirect:   {"call_indirect", 1, many, AuxNone, 0, 0, many, false, false},
	OpCallMethod:     {"call_method", 1, many, AuxIndex, 0, 0, many, false, false},
	OpIntrinsic:      {"intrinsic", 0, many, AuxIntrinsic, 0, 0, many, false, false},
	OpGo:             {"go", 0, many, AuxFunc, 0, 0, 0, false, false},
	OpGoIndirect:     {"go_indirect", 1, many, AuxNone, 0, 0, 0, false, false},
	OpGoMethod:       {"go_method", 1, many, AuxIndex, 0, 0, 0, false, false},
	OpGoIntrinsic:    {"go_intrinsic", 0, many, AuxIntrinsic, 0, 0, 0, false, false},
	OpDefer:          {"defer", 0, many, AuxFunc, 0, 0, 0, false, false},
	OpDeferIndirect:  {"defer_indirect", 1, many, AuxNone, 0, 0, 0, false, false},
	OpDeferMethod:    {"defer_method", 1, many, AuxIndex, 0, 0, 0, false, false},
	OpDeferIntrinsic: {"defer_intrinsic", 0, many, AuxIntrinsic, 0, 0, 0, false, false},
	OpRecover:        {"recover", 0, 0, AuxNone, 0, 1, 1, false, false},
	OpRunDefers:      {"run_defers", 0, 0, AuxNone, 0, 0, 0, false, false},
	OpFree:           {"free", 1, 1, AuxNone, 0, 0, 0, false, false},

	OpJump:        {"jump", 0, many, AuxBlock, 0, 0, 0, false, true},
	OpBranch:      {"branch", 1, many, AuxIndex, 2, 0, 0, false, true},
	OpSwitch:      {"switch", 1, many, AuxNone, many, 0, 0, false, true},
	OpReturn:      {"return", 0, many, AuxNone, 0, 0, 0, false, true},
	OpPanic:       {"panic", 1, 1, AuxNone, 0, 0, 0, false, true},
	OpUnreachable: {"unreachable", 0, 0, AuxNone, 0, 0, 0, false, true},
}

// Info returns the shape of the operation; ok is false for a number that is not an operation.
func (op Op) Info() (info OpInfo, ok bool) {
	info = opTable[op]
	return info, info.Name != ""
}

// String returns the name of the operation in the text form of the IR.
func (op Op) String() string {
	if name := opTable[op].Name; name != "" {
		return name
	}
	return "op" + strconv.Itoa(int(op))
}

// UnaryOp is the sub-operation of [OpUnary].
type UnaryOp uint32

// The unary operators.
const (
	Neg UnaryOp = iota // -x
	Not                // !x
	Com                // ^x
)

// BinaryOp is the sub-operation of [OpBinary].
type BinaryOp uint32

// The binary operators.
const (
	Add BinaryOp = iota
	Sub
	Mul
	Div
	Rem
	And
	Or
	Xor
	Shl
	Shr
	AndNot
)

// CompareOp is the sub-operation of [OpCompare].
type CompareOp uint32

// The comparisons.
const (
	Eq CompareOp = iota
	Ne
	Lt
	Le
	Gt
	Ge
)

// The bits of the mask of [OpSlice]: which of the bounds are given, in this order.
const (
	SliceLo  = 1
	SliceHi  = 2
	SliceMax = 4
)

// SelectDefault is the bit of the auxiliary word of [OpChanSelect] that says the statement has a default case;
// the other bits are the number of sends.
const SelectDefault = uint32(1) << 31

// IntrinsicID numbers the built-in functions that [OpIntrinsic] and its go and defer forms call.
type IntrinsicID uint32

// The intrinsics.
const (
	IntrinsicPrint            IntrinsicID = 1
	IntrinsicPrintln          IntrinsicID = 2
	IntrinsicCopy             IntrinsicID = 3 // (dst, src) int
	IntrinsicClear            IntrinsicID = 4
	IntrinsicMin              IntrinsicID = 5
	IntrinsicMax              IntrinsicID = 6
	IntrinsicUnsafeSlice      IntrinsicID = 7 // (p, n) slice
	IntrinsicUnsafeString     IntrinsicID = 8 // (p, n) string
	IntrinsicUnsafeSliceData  IntrinsicID = 9
	IntrinsicUnsafeStringData IntrinsicID = 10
	IntrinsicClose            IntrinsicID = 11
	IntrinsicReal             IntrinsicID = 12
	IntrinsicImag             IntrinsicID = 13
	IntrinsicComplex          IntrinsicID = 14
	IntrinsicEscape           IntrinsicID = 15 // x outlives everything
	IntrinsicKeepAlive        IntrinsicID = 16
	IntrinsicDelete           IntrinsicID = 17 // only with go and defer
	IntrinsicRecoverDiscard   IntrinsicID = 18 // only with go and defer
	IntrinsicPanic            IntrinsicID = 19 // only with go and defer
)

const maxIntrinsic = IntrinsicPanic
