package source

import (
	"go/ast"
	"go/constant"
	"go/types"
)

// StaticValue follows e, while it is a local variable that is assigned once,
// by its definition, and whose address is never taken, or a conversion without
// effect, to the expression that gives its value. It returns e itself,
// unparenthesised, when there is nothing to follow.
func (p *Package) StaticValue(e ast.Expr) ast.Expr {
	for {
		e = ast.Unparen(e)
		switch x := e.(type) {
		case *ast.CallExpr:
			if !p.IsConversion(x) || !p.noOp(p.Info.TypeOf(x.Args[0]), p.Info.TypeOf(x)) {
				return e
			}
			e = x.Args[0]
		case *ast.Ident:
			value := p.onlyValue(p.local(x))
			if value == nil {
				return e
			}
			e = value
		default:
			return e
		}
	}
}

// onlyValue returns the expression that v is always equal to, or nil.
func (p *Package) onlyValue(v *Var) ast.Expr {
	if v == nil || v.Kind != Local && v.Kind != LoopVar || v.Leaked || v.assigned || v.AddrTaken {
		return nil
	}
	var values []ast.Expr
	switch s := v.defined.(type) {
	case *ast.AssignStmt:
		if len(s.Lhs) == len(s.Rhs) {
			values = s.Rhs
		}
	case *ast.ValueSpec:
		if len(s.Names) == len(s.Values) {
			values = s.Values
		}
	}
	if values == nil {
		return nil
	}
	value := values[v.index]
	if p.Info.Types[value].Value == nil && !p.noOp(p.Info.TypeOf(value), v.Obj.Type()) {
		return nil // the definition converts, and the variable has the result
	}
	return value
}

// noOp reports whether converting from one type to the other changes nothing,
// so that the compiler sees through it.
func (p *Package) noOp(from, to types.Type) bool {
	if from == nil || to == nil {
		return false
	}
	if types.Identical(from, to) {
		return true
	}
	if isInterface(to) != isInterface(from) {
		return false
	}
	f, t := from.Underlying(), to.Underlying()
	if isInterface(to) {
		return types.Identical(f, t)
	}
	if types.IdenticalIgnoreTags(f, t) {
		return true
	}
	fp, fok := f.(*types.Pointer)
	tp, tok := t.(*types.Pointer)
	if fok && tok {
		return types.IdenticalIgnoreTags(fp.Elem().Underlying(), tp.Elem().Underlying())
	}
	fb, fbok := f.(*types.Basic)
	tb, tbok := t.(*types.Basic)
	if fbok && tbok {
		return p.sameNumber(fb, tb)
	}
	if c, ok := f.(*types.Chan); ok {
		d, ok := t.(*types.Chan)
		return ok && types.Identical(c.Elem(), d.Elem())
	}
	return fok && tbok && tb.Kind() == types.UnsafePointer || tok && fbok && fb.Kind() == types.UnsafePointer
}

// sameNumber reports whether two basic types have one representation: int and
// int64 where int has 64 bits, uintptr and unsafe.Pointer.
func (p *Package) sameNumber(f, t *types.Basic) bool {
	if f.Kind() == types.UnsafePointer || t.Kind() == types.UnsafePointer {
		return f.Kind() == types.Uintptr || t.Kind() == types.Uintptr || f.Kind() == t.Kind()
	}
	const class = types.IsInteger | types.IsUnsigned | types.IsFloat | types.IsComplex
	both := f.Info() & class
	return both != 0 && both == t.Info()&class && p.Sizes.Sizeof(f) == p.Sizes.Sizeof(t)
}

// StaticConst returns the constant that e is sure to have, or nil: its own, or
// that of the variable it is.
func (p *Package) StaticConst(e ast.Expr) constant.Value {
	if v := p.Info.Types[e].Value; v != nil {
		return v
	}
	return p.Info.Types[p.StaticValue(e)].Value
}

// StaticSize returns the size that the compiler finds for a length or capacity
// argument of make: a constant, a variable that is always that constant, or the
// length of a slice literal. It is not ok for a negative one.
func (p *Package) StaticSize(e ast.Expr) (n int64, ok bool) {
	if v := p.StaticConst(e); v != nil {
		n, ok = constant.Int64Val(constant.ToInt(v))
		return n, ok && n >= 0
	}
	call, ok := p.StaticValue(e).(*ast.CallExpr)
	if !ok || p.Builtin(call) != "len" || len(call.Args) != 1 {
		return 0, false
	}
	lit, ok := p.StaticValue(call.Args[0]).(*ast.CompositeLit)
	if !ok {
		return 0, false
	}
	if _, slice := p.Info.TypeOf(lit).Underlying().(*types.Slice); !slice {
		return 0, false
	}
	return p.literalLen(lit), true
}

// literalLen is the length of an array or slice literal.
func (p *Package) literalLen(lit *ast.CompositeLit) int64 {
	var next, length int64
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if v := p.Info.Types[kv.Key].Value; v != nil {
				next, _ = constant.Int64Val(constant.ToInt(v))
			}
		}
		next++
		length = max(length, next)
	}
	return length
}

// StaticCallee returns the function that call is sure to call: a *ast.FuncLit,
// or an expression that names a declared function or method (an Ident, or the
// SelectorExpr of a method expression). Nil if the callee is dynamic, a method
// call, a conversion or a builtin.
func (p *Package) StaticCallee(call *ast.CallExpr) ast.Expr {
	if p.IsConversion(call) || p.Builtin(call) != "" {
		return nil
	}
	e := p.StaticValue(call.Fun)
	name := e
	switch x := e.(type) {
	case *ast.FuncLit:
		return x
	case *ast.IndexExpr:
		name = ast.Unparen(x.X)
	case *ast.IndexListExpr:
		name = ast.Unparen(x.X)
	}
	switch x := name.(type) {
	case *ast.Ident:
		if _, ok := p.Info.Uses[x].(*types.Func); ok {
			return e
		}
	case *ast.SelectorExpr:
		if _, ok := p.Info.Uses[x.Sel].(*types.Func); !ok {
			return nil
		}
		sel := p.Info.Selections[x]
		if sel == nil {
			return e // a function of another package
		}
		if sel.Kind() == types.MethodExpr && !isInterface(sel.Recv()) && !hasTypeParam(sel.Recv()) {
			return e
		}
	}
	return nil
}
