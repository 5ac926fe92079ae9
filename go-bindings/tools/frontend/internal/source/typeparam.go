package source

import "go/types"

// hasTypeParam reports whether t mentions a type parameter.
func hasTypeParam(t types.Type) bool { return mentions(t, map[types.Type]bool{}) }

func mentions(t types.Type, seen map[types.Type]bool) bool {
	if t == nil || seen[t] {
		return false
	}
	seen[t] = true
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return true
	case *types.Pointer:
		return mentions(t.Elem(), seen)
	case *types.Slice:
		return mentions(t.Elem(), seen)
	case *types.Array:
		return mentions(t.Elem(), seen)
	case *types.Chan:
		return mentions(t.Elem(), seen)
	case *types.Map:
		return mentions(t.Key(), seen) || mentions(t.Elem(), seen)
	case *types.Named:
		for a := range t.TypeArgs().Types() {
			if mentions(a, seen) {
				return true
			}
		}
	case *types.Struct:
		for f := range t.Fields() {
			if mentions(f.Type(), seen) {
				return true
			}
		}
	case *types.Signature:
		return mentionsAny(t.Params(), seen) || mentionsAny(t.Results(), seen)
	case *types.Interface:
		for m := range t.Methods() {
			if mentions(m.Type(), seen) {
				return true
			}
		}
	}
	return false
}

func mentionsAny(t *types.Tuple, seen map[types.Type]bool) bool {
	for v := range t.Variables() {
		if mentions(v.Type(), seen) {
			return true
		}
	}
	return false
}
