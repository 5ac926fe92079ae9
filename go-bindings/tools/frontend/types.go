package frontend

import (
	"go/types"
	"strconv"

	"golang.org/x/tools/go/types/typeutil"
	"outlive.dev/outlive"
	"outlive.dev/tools/frontend/internal/pointers"
)

// typeTable turns go/types types into types of the module. Identical types give
// the same id: a first map asks by pointer, which is nearly always enough, a
// second by identity.
type typeTable struct {
	b     *outlive.Builder
	sizes types.Sizes
	fast  typeIDs
	slow  typeutil.Map // of outlive.Type
	names map[string]int
	paths map[*types.Package]string // of packages that share their import path with another, as with tests
	facts pointers.Map              // by type: an index in known
	known []typeFacts
	nih   map[*types.Named]bool

	named   []*types.Named // every instance of a generic type, in order of first use
	pending []*types.Named // named types whose underlying type is still to be set
	busy    bool
	stack   []outlive.Type // types of signatures that are being made
	vars    []*types.Var   // scratch for the fields of a struct

	iter [2]outlive.Type // iterator over a map, over a string
}

// typeFacts are the properties of a type that decisions of the compiler hang on.
type typeFacts struct {
	pointers  bool // a value of it can hold a pointer that the collector follows
	strings   bool // some of these are the pointers in strings
	others    bool // some of these are not
	notInHeap bool // never lives in the heap: a pointer to it is not followed
}

func newTypeTable(b *outlive.Builder, sizes types.Sizes) *typeTable {
	tt := &typeTable{
		b: b, sizes: sizes,
		names: map[string]int{},
		paths: map[*types.Package]string{},
		nih:   map[*types.Named]bool{},
		iter:  [2]outlive.Type{b.Opaque(8, 8, true), b.Opaque(24, 8, true)},
	}
	tt.fast.m.Reset()
	tt.facts.Reset()
	return tt
}

// of returns the module's type for t, which must not be a tuple. go/ssa makes a pointer type anew for every address, so these are
// not remembered: the builder knows the pointer to each type.
func (tt *typeTable) of(t types.Type) outlive.Type {
	if p, ok := t.(*types.Pointer); ok {
		return tt.b.Pointer(tt.of(p.Elem()))
	}
	if id, ok := tt.fast.get(t); ok {
		return id
	}
	id := tt.make(types.Unalias(t))
	tt.fast.set(t, id)
	if !tt.busy {
		tt.busy = true
		for len(tt.pending) > 0 {
			n := tt.pending[len(tt.pending)-1]
			tt.pending = tt.pending[:len(tt.pending)-1]
			tt.b.SetUnderlying(tt.of(n), tt.of(n.Underlying()))
		}
		tt.busy = false
	}
	return id
}

func (tt *typeTable) make(t types.Type) outlive.Type {
	b := tt.b
	switch t := t.(type) {
	case *types.Basic:
		return b.Basic(basicKind(t))
	case *types.Pointer: // by way of an alias
		return tt.of(t)
	case *types.Slice:
		return b.Slice(tt.of(t.Elem()))
	case *types.Array:
		return b.Array(tt.of(t.Elem()), uint64(t.Len()))
	case *types.Map:
		return b.Map(tt.of(t.Key()), tt.of(t.Elem()))
	case *types.Chan:
		return b.Chan(tt.of(t.Elem()), chanDir(t.Dir()))
	case *types.Signature:
		return tt.signature(nil, t)
	case *types.Struct:
		return tt.structType(t)
	case *types.Interface:
		methods := make([]outlive.Method, t.NumMethods())
		for i := range methods {
			m := t.Method(i)
			methods[i] = outlive.Method{Name: methodName(m), Sig: tt.signature(nil, m.Signature())}
		}
		return b.Interface(methods)
	case *types.Named:
		return tt.namedType(t)
	case *types.TypeParam:
		return b.TypeParam(t.Obj().Name(), b.Interface(nil))
	}
	panic(failuref("type %s (%T) has no place in the IR", t, t))
}

// namedType makes a defined type. Its identity in the module is its name, so
// types that are local to functions get names that differ.
func (tt *typeTable) namedType(n *types.Named) outlive.Type {
	if id := tt.slow.At(n); id != nil {
		return id.(outlive.Type)
	}
	obj, path := n.Obj(), ""
	name := obj.Name()
	if obj.Pkg() != nil {
		path = tt.path(obj.Pkg())
	}
	var targs []outlive.Type
	for t := range n.TypeArgs().Types() {
		targs = append(targs, tt.of(t))
	}
	if obj.Pkg() != nil && (obj.Parent() != obj.Pkg().Scope() || n.Origin() != n && obj.Parent() == nil) {
		key := path + "." + name
		tt.names[key]++
		name += "·" + strconv.Itoa(tt.names[key])
	}
	id := tt.b.Named(path, name, targs, tt.factsOf(n).notInHeap)
	tt.slow.Set(n, id)
	tt.fast.set(n, id)
	tt.pending = append(tt.pending, n)
	if n.TypeArgs().Len() > 0 {
		tt.named = append(tt.named, n)
	}
	return id
}

// path returns the import path of a package, made unique.
func (tt *typeTable) path(pkg *types.Package) string {
	if path, ok := tt.paths[pkg]; ok {
		return path
	}
	return pkg.Path()
}

func (tt *typeTable) structType(t *types.Struct) outlive.Type {
	tt.vars = tt.vars[:0]
	for v := range t.Fields() {
		tt.vars = append(tt.vars, v)
	}
	offsets := tt.sizes.Offsetsof(tt.vars)
	fields := make([]outlive.Field, len(offsets))
	for i := range fields {
		v := t.Field(i)
		fields[i] = outlive.Field{Name: v.Name(), Type: tt.of(v.Type()), Offset: uint64(offsets[i]), Embedded: v.Embedded()}
	}
	return tt.b.Struct(uint64(tt.sizes.Sizeof(t)), fields)
}

// signature makes a function type; a receiver becomes the first parameter.
func (tt *typeTable) signature(recv types.Type, sig *types.Signature) outlive.Type {
	from := len(tt.stack)
	if recv != nil {
		tt.push(recv)
	}
	for i, list := 0, sig.Params(); i < list.Len(); i++ {
		tt.push(list.At(i).Type())
	}
	n := len(tt.stack)
	for i, list := 0, sig.Results(); i < list.Len(); i++ {
		tt.push(list.At(i).Type())
	}
	t := tt.b.FuncType(tt.stack[from:n], tt.stack[n:], sig.Variadic())
	tt.stack = tt.stack[:from]
	return t
}

// push puts the module's type for t on the stack, after those that making it puts there and takes away.
func (tt *typeTable) push(t types.Type) {
	id := tt.of(t)
	tt.stack = append(tt.stack, id)
}

// results lists the module's types of a call's result, which may be a tuple.
func (tt *typeTable) results(t types.Type) []outlive.Type {
	tuple, ok := t.(*types.Tuple)
	if !ok {
		return []outlive.Type{tt.of(t)}
	}
	list := make([]outlive.Type, tuple.Len())
	for i := range list {
		list[i] = tt.of(tuple.At(i).Type())
	}
	return list
}

// methodName is unique in a method set: names that are not exported carry their package.
func methodName(m *types.Func) string {
	if m.Exported() || m.Pkg() == nil {
		return m.Name()
	}
	return m.Pkg().Path() + "." + m.Name()
}

func chanDir(d types.ChanDir) outlive.ChanDir {
	switch d {
	case types.SendOnly:
		return outlive.SendOnly
	case types.RecvOnly:
		return outlive.RecvOnly
	}
	return outlive.SendRecv
}

var basicKinds = [...]outlive.TypeKind{
	types.Bool: outlive.Bool, types.Int: outlive.Int, types.Int8: outlive.Int8, types.Int16: outlive.Int16,
	types.Int32: outlive.Int32, types.Int64: outlive.Int64, types.Uint: outlive.Uint, types.Uint8: outlive.Uint8,
	types.Uint16: outlive.Uint16, types.Uint32: outlive.Uint32, types.Uint64: outlive.Uint64, types.Uintptr: outlive.Uintptr,
	types.Float32: outlive.Float32, types.Float64: outlive.Float64, types.Complex64: outlive.Complex64,
	types.Complex128: outlive.Complex128, types.String: outlive.String, types.UnsafePointer: outlive.UnsafePointer,
	types.UntypedBool: outlive.Bool, types.UntypedInt: outlive.Int, types.UntypedRune: outlive.Int32,
	types.UntypedFloat: outlive.Float64, types.UntypedComplex: outlive.Complex128, types.UntypedString: outlive.String,
	types.UntypedNil: outlive.UnsafePointer,
}

func basicKind(t *types.Basic) outlive.TypeKind {
	if k := basicKinds[t.Kind()]; k != 0 {
		return k
	}
	panic(failuref("basic type %s has no place in the IR", t))
}
