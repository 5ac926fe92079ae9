package outlive

// None is the id that stands for "absent" in every table of an image.
const None = ^uint32(0)

// Ids are dense, start at zero and are handed out in the order of the calls that make them. They are the ids
// of the image and of the verdicts: nothing renumbers them. The exceptions are [Type] and [Value]: each [Builder] counts its
// types, and each [Body] its values, from a number of its own, so that those of another are found out; the image numbers both
// from zero, values in block order. [Inst] ids are local to one body, and the image numbers them again in block order, too.
type (
	// Type identifies a type of the module. The zero Type is none.
	Type uint32
	// Func identifies a function of the module, with a body or external.
	Func uint32
	// Global identifies a package-level variable.
	Global uint32
	// Site identifies a place that creates storage.
	Site uint32
	// Block identifies a basic block of one body; the entry block is 0.
	Block uint32
	// Inst identifies an instruction of one body, in the order in which it was emitted.
	Inst uint32
	// Value identifies an operand of one body: a block parameter or a result of an instruction. The results of
	// an instruction, and the parameters of a block, have consecutive ids: result i is first + Value(i). The zero Value is
	// none.
	Value uint32
	// Pos identifies a source position; [NoPos] is the unknown one.
	Pos uint32
	// File identifies a source file.
	File uint32
)

// The absent id of each kind. Note that the zero value of an id is a real id for all kinds but [Pos], [Type] and [Value]:
// write NoFunc where a function is optional.
const (
	NoType   = Type(None)
	NoFunc   = Func(None)
	NoGlobal = Global(None)
	NoSite   = Site(None)
	NoBlock  = Block(None)
	NoInst   = Inst(None)
	NoValue  = Value(None)
	NoFile   = File(None)
	NoPos    = Pos(0)
)
