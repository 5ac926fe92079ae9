package outlive

import (
	"slices"
	"strconv"
)

// TypeKind is the kind of a type. The numbers are those of the image format.
type TypeKind uint32

// The basic kinds, the argument of [Builder.Basic].
const (
	Bool          TypeKind = 1
	Int8          TypeKind = 2
	Int16         TypeKind = 3
	Int32         TypeKind = 4
	Int64         TypeKind = 5
	Int           TypeKind = 6
	Uint8         TypeKind = 7
	Uint16        TypeKind = 8
	Uint32        TypeKind = 9
	Uint64        TypeKind = 10
	Uint          TypeKind = 11
	Uintptr       TypeKind = 12
	Float32       TypeKind = 13
	Float64       TypeKind = 14
	Complex64     TypeKind = 15
	Complex128    TypeKind = 16
	String        TypeKind = 17
	UnsafePointer TypeKind = 18
)

// The composite kinds; each has a constructor on [Builder].
const (
	KindPointer   TypeKind = 32
	KindStruct    TypeKind = 33
	KindArray     TypeKind = 34
	KindSlice     TypeKind = 35
	KindMap       TypeKind = 36
	KindChan      TypeKind = 37
	KindFunc      TypeKind = 38
	KindInterface TypeKind = 39
	KindNamed     TypeKind = 40
	KindTypeParam TypeKind = 41
	KindOpaque    TypeKind = 42
)

var kindNames = map[TypeKind]string{
	Bool: "bool", Int8: "int8", Int16: "int16", Int32: "int32", Int64: "int64", Int: "int",
	Uint8: "uint8", Uint16: "uint16", Uint32: "uint32", Uint64: "uint64", Uint: "uint", Uintptr: "uintptr",
	Float32: "float32", Float64: "float64", Complex64: "complex64", Complex128: "complex128",
	String: "string", UnsafePointer: "unsafe.Pointer",
	KindPointer: "pointer", KindStruct: "struct", KindArray: "array", KindSlice: "slice", KindMap: "map",
	KindChan: "chan", KindFunc: "func", KindInterface: "interface", KindNamed: "named",
	KindTypeParam: "type parameter", KindOpaque: "opaque",
}

// String returns the name of the kind.
func (k TypeKind) String() string {
	if s, ok := kindNames[k]; ok {
		return s
	}
	return "kind" + strconv.FormatUint(uint64(k), 10)
}

// ChanDir is the direction of a channel type.
type ChanDir uint32

// The channel directions.
const (
	SendRecv ChanDir = 0
	SendOnly ChanDir = 1
	RecvOnly ChanDir = 2
)

// Field is one field of a struct type. Offset is in bytes from the start of the struct.
type Field struct {
	Name     string
	Type     Type
	Offset   uint64
	Embedded bool
}

// Method is one method of an interface type; Sig is a func type without the receiver.
type Method struct {
	Name string
	Sig  Type
}

// MethodImpl is one method of a named type. Func is the function that implements it, whose first parameter is
// the receiver, or NoFunc if the module does not have it.
type MethodImpl struct {
	Name    string
	Func    Func
	PtrRecv bool // only pointers to the type have the method
	Wrapper bool // a promoted method: the function was made by the compiler
}

const (
	fieldEmbedded   = 1
	namedNotInHeap  = 1
	opaquePointers  = 1
	funcVariadic    = 1
	methodPtrRecv   = 1
	methodIsWrapper = 2
)

// typeRow is one record of the type table; list is its part of the list section.
type typeRow struct {
	kind        TypeKind
	a, b, flags uint32
	list        []uint32
}

// typeTable interns types: equal structure is one id, except named types, whose identity is package path, name
// and type arguments.
type typeTable struct {
	rows  []typeRow
	slots []Type   // an open hash table of the rows, NoType if free; a power of two, at most half in use
	ptrTo []Type   // pointer type by element, NoType if not made yet
	list  []uint32 // scratch for the list of a type that may be there already
}

func putWord(b []byte, w uint32) []byte {
	return append(b, byte(w), byte(w>>8), byte(w>>16), byte(w>>24))
}

// identity returns what tells a row from others: its words, and the part of its list that counts. A named type is known by package,
// name and type arguments; its methods follow those in the list.
func (r *typeRow) identity() (a, b, flags uint32, list []uint32) {
	if r.kind == KindNamed {
		return 0, r.b, 0, r.list[:2+r.b]
	}
	return r.a, r.b, r.flags, r.list
}

func (r *typeRow) hash() uint64 {
	a, b, flags, list := r.identity()
	h := (uint64(r.kind)<<32 | uint64(flags)) * hashMul
	h = (h ^ h>>32 ^ uint64(a)<<32 ^ uint64(b)) * hashMul
	for _, w := range list {
		h = (h ^ h>>32 ^ uint64(w)) * hashMul
	}
	return h ^ h>>32
}

func (r *typeRow) equal(s *typeRow) bool {
	if r.kind != s.kind {
		return false
	}
	a, b, flags, list := r.identity()
	a2, b2, flags2, list2 := s.identity()
	return a == a2 && b == b2 && flags == flags2 && slices.Equal(list, list2)
}

// add interns a row. Its list may be scratch: a new row gets a list of its own.
func (t *typeTable) add(r typeRow) (Type, bool) {
	if 2*len(t.rows) >= len(t.slots) {
		t.grow()
	}
	mask := uint64(len(t.slots) - 1)
	i := r.hash()
	for ; t.slots[i&mask] != NoType; i++ {
		if ty := t.slots[i&mask]; t.rows[ty].equal(&r) {
			return ty, false
		}
	}
	ty := Type(len(t.rows))
	r.list = slices.Clone(r.list)
	t.rows = push(t.rows, r)
	t.ptrTo = push(t.ptrTo, NoType)
	t.slots[i&mask] = ty
	return ty, true
}

func (t *typeTable) grow() {
	t.slots = slices.Repeat([]Type{NoType}, max(2*len(t.slots), 256))
	mask := uint64(len(t.slots) - 1)
	for ty := range t.rows {
		i := t.rows[ty].hash()
		for t.slots[i&mask] != NoType {
			i++
		}
		t.slots[i&mask] = Type(ty)
	}
}

func (b *Builder) intern(kind TypeKind, a, bb, flags uint32, list []uint32) Type {
	ty, _ := b.types.add(typeRow{kind, a, bb, flags, list})
	return b.typeOf(uint32(ty))
}

// checkType reports a type id that the module does not have, as part of what.
func (b *Builder) checkType(t Type, what string) {
	if !b.hasType(t) {
		b.failf("%s: %s, this module has %d", what, b.describeType(t), len(b.types.rows))
	}
}

// Basic returns the type of a basic kind.
func (b *Builder) Basic(kind TypeKind) Type {
	if kind < Bool || kind > UnsafePointer {
		b.failf("Basic: %s is not a basic kind", kind)
		kind = Bool
	}
	if t := b.basic[kind]; t != NoType {
		return t
	}
	t := b.intern(kind, 0, 0, 0, nil)
	b.basic[kind] = t
	return t
}

// Pointer returns the type *e.
func (b *Builder) Pointer(e Type) Type {
	if !b.hasType(e) {
		b.checkType(e, "Pointer")
		return b.Basic(Bool)
	}
	row := b.typeRow(e)
	if p := b.types.ptrTo[row]; p != NoType {
		return p
	}
	p := b.intern(KindPointer, row, 0, 0, nil)
	b.types.ptrTo[row] = p
	return p
}

// Slice returns the type []e.
func (b *Builder) Slice(e Type) Type {
	b.checkType(e, "Slice")
	return b.intern(KindSlice, b.typeRow(e), 0, 0, nil)
}

// Array returns the type [n]e.
func (b *Builder) Array(e Type, n uint64) Type {
	b.checkType(e, "Array")
	return b.intern(KindArray, b.typeRow(e), 0, 0, []uint32{uint32(n), uint32(n >> 32)})
}

// Map returns the type map[k]v.
func (b *Builder) Map(k, v Type) Type {
	b.checkType(k, "Map key")
	b.checkType(v, "Map value")
	return b.intern(KindMap, b.typeRow(k), b.typeRow(v), 0, nil)
}

// Chan returns the channel type of e in direction dir.
func (b *Builder) Chan(e Type, dir ChanDir) Type {
	b.checkType(e, "Chan")
	if dir > RecvOnly {
		b.failf("Chan: %d is not a channel direction", dir)
		dir = SendRecv
	}
	return b.intern(KindChan, b.typeRow(e), uint32(dir), 0, nil)
}

// FuncType returns a signature without receiver. If variadic, the last parameter is a slice type.
func (b *Builder) FuncType(params, results []Type, variadic bool) Type {
	list := b.types.list[:0]
	for i, p := range params {
		if !b.hasType(p) {
			b.checkType(p, "FuncType parameter "+strconv.Itoa(i))
		}
		list = append(list, b.typeRow(p))
	}
	for i, r := range results {
		if !b.hasType(r) {
			b.checkType(r, "FuncType result "+strconv.Itoa(i))
		}
		list = append(list, b.typeRow(r))
	}
	b.types.list = list
	var v uint32
	if variadic {
		v = funcVariadic
		if len(params) == 0 {
			b.failf("FuncType: variadic without parameters")
		}
	}
	return b.intern(KindFunc, uint32(len(params)), v, 0, list)
}

// Struct returns a struct type of size bytes. The offsets of fields must be ascending.
func (b *Builder) Struct(size uint64, fields []Field) Type {
	list := b.types.list[:0]
	last := uint64(0)
	for _, f := range fields {
		b.checkType(f.Type, "Struct field "+f.Name)
		if f.Offset < last || f.Offset > size {
			b.failf("Struct: field %q has offset %d, before the field before it or past the size %d", f.Name, f.Offset, size)
		}
		last = f.Offset
		var fl uint32
		if f.Embedded {
			fl = fieldEmbedded
		}
		list = append(list, b.str(f.Name), b.typeRow(f.Type), uint32(f.Offset), uint32(f.Offset>>32), fl)
	}
	b.types.list = list
	return b.intern(KindStruct, uint32(size), uint32(size>>32), 0, list)
}

// Interface returns an interface type. The order of methods is significant: instructions name a method by its
// place in this list.
func (b *Builder) Interface(methods []Method) Type {
	list := b.types.list[:0]
	for _, m := range methods {
		b.checkType(m.Sig, "Interface method "+m.Name)
		list = append(list, b.str(m.Name), b.typeRow(m.Sig))
	}
	b.types.list = list
	return b.intern(KindInterface, 0, 0, 0, list)
}

// Named returns the defined type name of package pkg with the given type arguments. These are its identity: a
// second call with the same ones returns the same id, so types local to functions need names that differ.
// [Builder.SetUnderlying] must be called for it before [Builder.Image]. notInHeap marks a type that is never
// allocated on the heap; pointers to it do not count as pointers.
func (b *Builder) Named(pkg, name string, targs []Type, notInHeap bool) Type {
	list := append(b.types.list[:0], b.str(pkg), b.str(name))
	for _, a := range targs {
		b.checkType(a, "Named type argument of "+name)
		list = append(list, b.typeRow(a))
	}
	var fl uint32
	if notInHeap {
		fl = namedNotInHeap
	}
	b.types.list = list
	t, isNew := b.types.add(typeRow{KindNamed, None, uint32(len(targs)), fl, list})
	if !isNew && b.types.rows[t].flags != fl {
		b.failf("Named: %s.%s was declared before with another notInHeap", pkg, name)
	}
	return b.typeOf(uint32(t))
}

// namedRow returns the row of a named type, or nil after reporting that t is none.
func (b *Builder) namedRow(t Type, what string) *typeRow {
	b.checkType(t, what)
	if !b.hasType(t) {
		return nil
	}
	r := &b.types.rows[b.typeRow(t)]
	if r.kind != KindNamed {
		b.failf("%s: a %s is not a named type", what, r.kind)
		return nil
	}
	return r
}

// SetUnderlying sets the underlying type of a named type, once. It must not itself be a named type.
func (b *Builder) SetUnderlying(t, underlying Type) {
	r := b.namedRow(t, "SetUnderlying")
	b.checkType(underlying, "SetUnderlying")
	if r == nil || !b.hasType(underlying) {
		return
	}
	if b.types.rows[b.typeRow(underlying)].kind == KindNamed {
		b.failf("SetUnderlying: %s cannot have the named type %s as its underlying type", b.typeText(t), b.typeText(underlying))
		return
	}
	if r.a != None && r.a != b.typeRow(underlying) {
		b.failf("SetUnderlying: %s already has another underlying type", b.typeText(t))
		return
	}
	r.a = b.typeRow(underlying)
}

// SetMethods sets the methods of a named type: all those in the method set of a pointer to it.
func (b *Builder) SetMethods(t Type, methods []MethodImpl) {
	r := b.namedRow(t, "SetMethods")
	if r == nil {
		return
	}
	list := r.list[: 2+r.b : 2+r.b]
	for _, m := range methods {
		var fl uint32
		if m.PtrRecv {
			fl |= methodPtrRecv
		}
		if m.Wrapper {
			fl |= methodIsWrapper
		}
		list = append(list, b.str(m.Name), uint32(m.Func), fl)
	}
	r.list = list
}

// TypeParam returns a type parameter. Its identity is its name and constraint.
func (b *Builder) TypeParam(name string, constraint Type) Type {
	b.checkType(constraint, "TypeParam "+name)
	return b.intern(KindTypeParam, b.typeRow(constraint), 0, 0, []uint32{b.str(name)})
}

// Opaque returns a type of which only size and alignment, in bytes, and whether it has pointers are known.
func (b *Builder) Opaque(size, align uint64, pointers bool) Type {
	var fl uint32
	if pointers {
		fl = opaquePointers
	}
	if align == 0 || align&(align-1) != 0 || align > 1<<31 {
		b.failf("Opaque: alignment %d is not a power of two up to 2^31", align)
		align = 1
	}
	return b.intern(KindOpaque, uint32(size), uint32(size>>32), fl, []uint32{uint32(align)})
}
