package frontend

import (
	"go/types"
	"slices"
	"unsafe"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
	"outlive.dev/tools/frontend/internal/pointers"
)

// values maps the values of a function to those of the module.
type values struct{ m pointers.Map }

func (t *values) get(v ssa.Value) (outlive.Value, bool) {
	x, ok := t.m.Get(pointers.Word(&v))
	return outlive.Value(x), ok
}

func (t *values) set(v ssa.Value, x outlive.Value) { t.m.Set(pointers.Word(&v), uint32(x)) }

// typeIDs maps types, by pointer, to those of the module.
type typeIDs struct{ m pointers.Map }

func (t *typeIDs) get(of types.Type) (outlive.Type, bool) {
	x, ok := t.m.Get(pointers.Word(&of))
	return outlive.Type(x), ok
}

func (t *typeIDs) set(of types.Type, id outlive.Type) { t.m.Set(pointers.Word(&of), uint32(id)) }

// instrSet is a set of instructions.
type instrSet struct{ m pointers.Map }

func (t *instrSet) has(i ssa.Instruction) bool {
	if t.m.Len() == 0 {
		return false
	}
	_, ok := t.m.Get(pointers.Word(&i))
	return ok
}

func (t *instrSet) add(i ssa.Instruction) { t.m.Set(pointers.Word(&i), 1) }

// funcIDs maps functions to those of the module.
type funcIDs struct{ m pointers.Map }

func (t *funcIDs) get(f *ssa.Function) (outlive.Func, bool) {
	id, ok := t.m.Get(unsafe.Pointer(f))
	return outlive.Func(id), ok
}

func (t *funcIDs) set(f *ssa.Function, id outlive.Func) { t.m.Set(unsafe.Pointer(f), uint32(id)) }

// push appends to a table, doubling its memory when it is full: append makes that of a large one a quarter larger, and in the end has
// copied each row four times.
func push[T any](table []T, row T) []T {
	if len(table) == cap(table) {
		table = slices.Grow(table, max(len(table), 16))
	}
	return append(table, row)
}
