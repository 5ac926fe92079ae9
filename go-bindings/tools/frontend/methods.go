package frontend

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
)

// noteBoxed remembers that values of type t, or pointers to them, are put in
// interfaces, so that the module must say which functions their methods are.
func (m *module) noteBoxed(t types.Type) {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if n, ok := t.(*types.Named); ok && !m.isBoxed[n] && !types.IsInterface(n) {
		m.isBoxed[n] = true
		m.boxed = append(m.boxed, n)
	}
}

// methodSet writes the methods of a named type: those of a pointer to it.
func (m *module) methodSet(n *types.Named) {
	if m.prog.alone != nil && n.Obj().Pkg() != m.prog.alone {
		return // they are made where the type is
	}
	all := types.NewMethodSet(types.NewPointer(n))
	if all.Len() == 0 {
		return
	}
	own := types.NewMethodSet(n)
	var list []outlive.MethodImpl
	for sel := range all.Methods() {
		obj := sel.Obj().(*types.Func)
		value := own.Lookup(obj.Pkg(), obj.Name())
		impl := outlive.MethodImpl{Name: methodName(obj), PtrRecv: value == nil, Func: outlive.NoFunc}
		if value != nil {
			sel = value
		}
		if f := m.prog.SSA.MethodValue(sel); f != nil && (n.TypeArgs().Len() == 0 || !m.isExternPackage(n.Obj().Pkg())) {
			impl.Func = m.funcOf(f)
			impl.Wrapper = f.Syntax() == nil && f.Synthetic != ""
		}
		list = append(list, impl)
	}
	m.b.SetMethods(m.types.of(n), list)
}

// instanceMethods declares the methods of an instance of a generic type. The
// compiler makes them all, because its type descriptor refers to them.
func (m *module) instanceMethods(n *types.Named) {
	for t := range n.TypeArgs().Types() {
		if hasTypeParam(t) {
			return
		}
	}
	if types.IsInterface(n) || m.isExternPackage(n.Obj().Pkg()) {
		return
	}
	set := types.NewMethodSet(types.NewPointer(n))
	for sel := range set.Methods() {
		if len(sel.Index()) != 1 {
			continue
		}
		obj := sel.Obj().(*types.Func)
		if _, ok := obj.Signature().Recv().Type().(*types.Pointer); !ok {
			sel = types.NewMethodSet(n).Lookup(obj.Pkg(), obj.Name())
		}
		if f := m.prog.SSA.MethodValue(sel); f != nil {
			m.funcOf(f)
		}
	}
}

// thunkTarget returns the method that a thunk (the function T.m of a method
// expression) stands for, or nil if f is not a thunk that only calls one method.
func thunkTarget(f *ssa.Function) *ssa.Function {
	if f.Parent() != nil || f.Syntax() != nil || f.Signature.Recv() != nil || !isThunk(f) || len(f.Blocks) != 1 {
		return nil
	}
	for _, instr := range f.Blocks[0].Instrs {
		call, ok := instr.(*ssa.Call)
		if !ok {
			continue
		}
		callee := call.Call.StaticCallee()
		if callee == nil || callee.Signature.Recv() == nil || len(f.Params) == 0 ||
			!types.Identical(callee.Signature.Recv().Type(), f.Params[0].Type()) {
			return nil
		}
		return callee
	}
	return nil
}

func isThunk(f *ssa.Function) bool {
	const suffix = "$thunk"
	name := f.Name()
	return len(name) > len(suffix) && name[len(name)-len(suffix):] == suffix
}

// boundMethod returns what a bound method wrapper calls: a function, or a method
// of an interface type.
func boundMethod(f *ssa.Function) (callee *ssa.Function, method *types.Func) {
	for _, b := range f.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(*ssa.Call); ok {
				if call.Call.IsInvoke() {
					return nil, call.Call.Method
				}
				return call.Call.StaticCallee(), nil
			}
		}
	}
	return nil, nil
}

// hasTypeParam reports whether a type parameter occurs in t.
func hasTypeParam(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return true
	case *types.Named:
		for a := range t.TypeArgs().Types() {
			if hasTypeParam(a) {
				return true
			}
		}
	case *types.Pointer:
		return hasTypeParam(t.Elem())
	case *types.Slice:
		return hasTypeParam(t.Elem())
	case *types.Array:
		return hasTypeParam(t.Elem())
	case *types.Chan:
		return hasTypeParam(t.Elem())
	case *types.Map:
		return hasTypeParam(t.Key()) || hasTypeParam(t.Elem())
	case *types.Signature:
		return tupleHasTypeParam(t.Params()) || tupleHasTypeParam(t.Results())
	case *types.Struct:
		for v := range t.Fields() {
			if hasTypeParam(v.Type()) {
				return true
			}
		}
	}
	return false
}

func tupleHasTypeParam(t *types.Tuple) bool {
	for v := range t.Variables() {
		if hasTypeParam(v.Type()) {
			return true
		}
	}
	return false
}
