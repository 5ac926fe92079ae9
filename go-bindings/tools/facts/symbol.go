package facts

import (
	"go/types"
)

// Symbol returns the name of a declared function within its package: F, or (T).M and (*T).M for a method.
func Symbol(f *types.Func) string {
	recv := f.Signature().Recv()
	if recv == nil {
		return f.Name()
	}
	t, star := types.Unalias(recv.Type()), ""
	if p, ok := t.(*types.Pointer); ok {
		t, star = types.Unalias(p.Elem()), "*"
	}
	if n, ok := t.(*types.Named); ok {
		return "(" + star + n.Obj().Name() + ")." + f.Name()
	}
	return "(" + star + "?)." + f.Name()
}

// Signature returns a hash of the types of receiver, parameters and results. Names of parameters do not count.
func Signature(sig *types.Signature) uint64 {
	h := typeHash(offset64)
	if r := sig.Recv(); r != nil {
		h.add(r.Type())
	}
	h.signature(sig)
	return uint64(h)
}

// typeHash is FNV-1a over the words of types as they are written, near enough: equal types hash alike, and it is not for
// telling more apart than the functions of one name in two versions of a package.
type typeHash uint64

const (
	offset64 = 14695981039346656037
	prime64  = 1099511628211
)

func (h *typeHash) text(s string) {
	x := *h
	for i := range len(s) {
		x = (x ^ typeHash(s[i])) * prime64
	}
	*h = (x ^ ';') * prime64
}

func (h *typeHash) number(n int64) { *h = (*h ^ typeHash(n)) * prime64 }

func (h *typeHash) tuple(t *types.Tuple) {
	for i := range t.Len() {
		h.add(t.At(i).Type())
	}
}

func (h *typeHash) signature(sig *types.Signature) {
	h.text("(")
	h.tuple(sig.Params())
	if sig.Variadic() {
		h.text("...")
	}
	h.text(")")
	h.tuple(sig.Results())
}

// add adds a type. Named types end the descent, and type parameters, so it comes to an end.
func (h *typeHash) add(t types.Type) {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		h.text(t.Name())
	case *types.Pointer:
		h.text("*")
		h.add(t.Elem())
	case *types.Slice:
		h.text("[]")
		h.add(t.Elem())
	case *types.Array:
		h.text("[")
		h.number(t.Len())
		h.add(t.Elem())
	case *types.Map:
		h.text("map")
		h.add(t.Key())
		h.add(t.Elem())
	case *types.Chan:
		h.text("chan")
		h.number(int64(t.Dir()))
		h.add(t.Elem())
	case *types.Signature:
		h.text("func")
		h.signature(t)
	case *types.Struct:
		h.text("struct")
		for i := range t.NumFields() {
			h.text(t.Field(i).Name())
			h.add(t.Field(i).Type())
		}
		h.text("}")
	case *types.Interface:
		h.text("interface")
		for i := range t.NumMethods() {
			h.text(t.Method(i).Name())
			h.signature(t.Method(i).Signature())
		}
		h.text("}")
	case *types.Named:
		if pkg := t.Obj().Pkg(); pkg != nil {
			h.text(pkg.Path())
		}
		h.text(t.Obj().Name())
		for a := range t.TypeArgs().Types() {
			h.add(a)
		}
	case *types.TypeParam:
		h.text("param")
		h.number(int64(t.Index()))
	default:
		h.text(t.String())
	}
}
