package frontend

import (
	"go/types"

	"outlive.dev/tools/frontend/internal/pointers"
)

// factsOf computes the properties of a type, once.
func (tt *typeTable) factsOf(t types.Type) typeFacts {
	if i, ok := tt.facts.Get(pointers.Word(&t)); ok {
		return tt.known[i]
	}
	f := tt.computeFacts(t)
	tt.facts.Set(pointers.Word(&t), uint32(len(tt.known)))
	tt.known = append(tt.known, f)
	return f
}

func (tt *typeTable) computeFacts(t types.Type) typeFacts {
	if n, ok := types.Unalias(t).(*types.Named); ok {
		if obj := n.Obj(); obj.Name() == "nih" && obj.Pkg() != nil && obj.Pkg().Path() == "internal/runtime/sys" {
			return typeFacts{notInHeap: true}
		}
	}
	pointer := typeFacts{pointers: true, others: true}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch u.Kind() {
		case types.String, types.UntypedString:
			return typeFacts{pointers: true, strings: true}
		case types.UnsafePointer, types.UntypedNil:
			return pointer
		}
		return typeFacts{}
	case *types.Pointer:
		if tt.isNotInHeap(u.Elem()) {
			return typeFacts{}
		}
		return pointer
	case *types.Struct:
		var f typeFacts
		for v := range u.Fields() {
			f = f.or(tt.factsOf(v.Type()))
		}
		return f
	case *types.Array:
		f := tt.factsOf(u.Elem())
		if u.Len() == 0 {
			return typeFacts{notInHeap: f.notInHeap}
		}
		return f
	}
	return pointer
}

func (f typeFacts) or(g typeFacts) typeFacts {
	return typeFacts{f.pointers || g.pointers, f.strings || g.strings, f.others || g.others, f.notInHeap || g.notInHeap}
}

// isNotInHeap reports whether values of t never live in the heap. Unlike factsOf
// it looks only at what t contains by value, so it may be asked about the element
// of a pointer while the facts of a recursive type are being computed.
func (tt *typeTable) isNotInHeap(t types.Type) bool {
	switch u := types.Unalias(t).(type) {
	case *types.Named:
		if obj := u.Obj(); obj.Pkg() != nil {
			switch obj.Pkg().Path() {
			case "internal/runtime/sys":
				if obj.Name() == "nih" {
					return true
				}
			}
		}
		if f, ok := tt.nih[u]; ok {
			return f
		}
		tt.nih[u] = false
		f := tt.isNotInHeap(u.Underlying())
		tt.nih[u] = f
		return f
	case *types.Struct:
		for v := range u.Fields() {
			if tt.isNotInHeap(v.Type()) {
				return true
			}
		}
	case *types.Array:
		return tt.isNotInHeap(u.Elem())
	}
	return false
}

// hasPointers reports whether a value of t can hold a pointer.
func (tt *typeTable) hasPointers(t types.Type) bool { return tt.factsOf(t).pointers }

// pointerShaped reports whether an interface holds a value of t itself, not a
// pointer to a box with it.
func (tt *typeTable) pointerShaped(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Interface, *types.Basic, *types.Slice:
		b, ok := u.(*types.Basic)
		return ok && b.Kind() == types.UnsafePointer
	}
	return tt.hasPointers(t) && tt.sizes.Sizeof(t) == tt.sizes.Sizeof(types.Typ[types.UnsafePointer])
}

// isInterface reports whether t is an interface type; a type parameter is not.
func isInterface(t types.Type) bool { return types.IsInterface(t) }
