package facts

import (
	"go/types"
	"hash/fnv"
	"io"
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
	h := fnv.New64a()
	put := func(t types.Type) {
		io.WriteString(h, types.TypeString(t, (*types.Package).Path))
		io.WriteString(h, ";")
	}
	if r := sig.Recv(); r != nil {
		put(r.Type())
	}
	io.WriteString(h, "(")
	for v := range sig.Params().Variables() {
		put(v.Type())
	}
	if sig.Variadic() {
		io.WriteString(h, "...")
	}
	io.WriteString(h, ")")
	for v := range sig.Results().Variables() {
		put(v.Type())
	}
	return h.Sum64()
}
