package outlive

import "strconv"

// Builder collects a module and writes it as an image. Make one with [NewBuilder].
//
// The methods that declare things return ids at once and never fail: misuse is recorded with its place, and
// [Builder.Image] returns it. A Builder is not safe for concurrent use. It keeps no reference to slices it is given.
type Builder struct {
	name, producer  uint32
	ptrSize, maxAln uint8

	strings   stringTable
	files     []uint32
	fileIndex map[uint32]File
	pos       posTable
	types     typeTable
	origin    uint32 // of its types
	bodies    []bodyOrigin
	basic     [UnsafePointer + 1]Type
	globals   []globalRow
	data      []byte
	relocs    []relocRow
	sites     []siteRow
	made      []bool // by site: an instruction makes it
	funcs     []funcRow
	attrs     []attrRow
	bodyAttrs []attrRow // of blocks and instructions, with their numbers in the body; each function has a part
	promises  []promiseRow

	page    []uint32 // where finished bodies go
	scratch bodyBuffers
	remap   []uint32

	errs  []error
	nerrs int
}

// Option changes a default of a [Builder].
type Option func(*Builder)

// PointerSize sets the size of pointers, int, uint and uintptr: 8 (the default) or 4 bytes.
func PointerSize(n int) Option {
	return func(b *Builder) {
		if n != 4 && n != 8 {
			b.failf("PointerSize: %d is neither 4 nor 8", n)
			return
		}
		b.ptrSize = uint8(n)
	}
}

// MaxAlign sets the largest alignment of a basic type of the target, a power of two up to 128; the default is 8.
func MaxAlign(n int) Option {
	return func(b *Builder) {
		if n < 1 || n > 128 || n&(n-1) != 0 {
			b.failf("MaxAlign: %d is not a power of two up to 128", n)
			return
		}
		b.maxAln = uint8(n)
	}
}

// Producer sets the name of the program that makes the module, for diagnostics.
func Producer(name string) Option {
	return func(b *Builder) { b.producer = b.str(name) }
}

// NewBuilder returns an empty module of the given name.
func NewBuilder(name string, opts ...Option) *Builder {
	b := &Builder{origin: newOrigin(), ptrSize: 8, maxAln: 8, fileIndex: map[uint32]File{}}
	b.strings = newStringTable()
	b.pos = newPosTable()
	for i := range b.basic {
		b.basic[i] = NoType
	}
	b.name = b.str(name)
	register(b, name)
	for _, o := range opts {
		o(b)
	}
	return b
}

// FuncFlags are properties of a function.
type FuncFlags uint32

// The function flags. That a function is external follows from its having no body.
const (
	FuncHasReceiver   FuncFlags = 2  // the first parameter is the receiver
	FuncVariadicSlice FuncFlags = 4  // the last parameter is the slice of a variadic parameter
	FuncWithParent    FuncFlags = 8  // analysed together with its parent even if it captures nothing
	FuncExported      FuncFlags = 16 // can be called from other modules
	FuncWrapper       FuncFlags = 32 // made by the compiler
)

const funcExternal = 1

// FuncInfo describes a function, see [Builder.Func].
type FuncInfo struct {
	Name string
	Sig  Type // a func type; the receiver, if any, is its first parameter
	Pos  Pos
	// Parent is the function this one is a closure in; NoFunc for a function of its own. (The zero value is the
	// function with id 0, not none.)
	Parent Func
	// InstanceOf is the generic function this one is an instance of, or NoFunc.
	InstanceOf Func
	Flags      FuncFlags
	FreeVars   []Type // the types of the bindings of a closure, see MakeClosure and FreeVar
}

type funcRow struct {
	name, sig, flags, pos, parent, instance, recover uint32
	free                                             []uint32
	body                                             *Body    // being built
	code                                             []uint32 // of a finished body, as in the image
	hash                                             uint64
	ninsts, nblocks                                  uint32
	attrs, nattrs                                    uint32 // its part of bodyAttrs
}

// Func declares a function. It is external until [Builder.Body] is called for it; functions may be referred to
// before their bodies exist.
func (b *Builder) Func(info FuncInfo) Func {
	id := Func(len(b.funcs))
	if !b.hasType(info.Sig) {
		b.failf("function %q: the signature is %s", info.Name, b.describeType(info.Sig))
	} else if b.types.rows[b.typeRow(info.Sig)].kind != KindFunc {
		b.failf("function %q: the signature %s is not a func type", info.Name, b.typeText(info.Sig))
	}
	if info.Parent != NoFunc && info.Parent >= id {
		b.failf("function %q: parent id %d is not a function declared before it; write NoFunc for none", info.Name, info.Parent)
	}
	if info.InstanceOf == id {
		b.failf("function %q: it cannot be an instance of itself; write NoFunc for none", info.Name)
	}
	if uint(info.Pos) >= uint(len(b.pos.rows)) {
		b.failf("function %q: position id %d is not a position of this module", info.Name, info.Pos)
	}
	free := make([]uint32, len(info.FreeVars))
	for i, t := range info.FreeVars {
		if !b.hasType(t) {
			b.checkType(t, "function "+info.Name+", free variable "+strconv.Itoa(i))
		}
		free[i] = b.typeRow(t)
	}
	b.funcs = push(b.funcs, funcRow{
		name: b.str(info.Name), sig: b.typeRow(info.Sig), flags: uint32(info.Flags) &^ funcExternal, pos: uint32(info.Pos),
		parent: uint32(info.Parent), instance: uint32(info.InstanceOf), recover: None, free: free,
	})
	return id
}

// FuncName returns the name that a function was declared with.
func (b *Builder) FuncName(f Func) string {
	if uint(f) >= uint(len(b.funcs)) {
		return "function " + idText(uint32(f))
	}
	return b.strings.get(b.funcs[f].name)
}

// sig returns parameters and results of a func type, nil if t is none.
func (b *Builder) sig(t uint32) (params, results []uint32, ok bool) {
	if uint(t) < uint(len(b.types.rows)) {
		if r := &b.types.rows[t]; r.kind == KindFunc {
			return r.list[:r.a], r.list[r.a:], true
		}
	}
	return nil, nil, false
}

// typeText names a type for messages.
func (b *Builder) typeText(t Type) string {
	if !b.hasType(t) {
		return b.describeType(t)
	}
	switch r := &b.types.rows[b.typeRow(t)]; r.kind {
	case KindNamed:
		s := b.strings.get(r.list[1])
		if pkg := b.strings.get(r.list[0]); pkg != "" {
			s = pkg + "." + s
		}
		return s
	case KindPointer:
		return "*" + b.typeText(b.typeOf(r.a))
	case KindSlice:
		return "[]" + b.typeText(b.typeOf(r.a))
	default:
		return r.kind.String()
	}
}
