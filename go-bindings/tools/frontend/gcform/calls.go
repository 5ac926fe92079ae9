package gcform

import (
	"go/ast"
	"go/token"
	"go/types"

	"outlive.dev/outlive"
	"outlive.dev/tools/frontend/internal/source"
)

func (w *walker) call(e *ast.CallExpr) {
	if w.src.IsConversion(e) {
		w.conversion(e)
		return
	}
	if name := w.src.Builtin(e); name != "" {
		w.builtin(name, e)
		return
	}
	w.callee(e)
	fixed := len(e.Args)
	sig, _ := w.src.Info.TypeOf(e.Fun).Underlying().(*types.Signature)
	if sig != nil && sig.Variadic() && !e.Ellipsis.IsValid() {
		fixed = min(fixed, sig.Params().Len()-1)
	}
	w.exprs(e.Args[:fixed]...)
	w.pack(e)
	w.exprs(e.Args[fixed:]...)
}

// callee walks the function of a call, and the receiver if there is one.
func (w *walker) callee(e *ast.CallExpr) {
	sel, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr)
	if s := w.src.Info.Selections[sel]; ok && s != nil && s.Kind() == types.MethodVal {
		w.meetMethod(sel, s)
		w.expr(sel.X)
		return
	}
	w.expr(e.Fun)
}

// function walks what a go or defer statement evaluates of the function it calls, and returns what meets the
// function itself.
func (w *walker) function(e *ast.CallExpr) (meet func()) {
	switch fun := ast.Unparen(e.Fun).(type) {
	case *ast.SelectorExpr:
		s := w.src.Info.Selections[fun]
		if s != nil && s.Kind() == types.MethodVal {
			w.expr(fun.X)
			return func() { w.meetMethod(fun, s) }
		}
		if s == nil {
			return func() { w.expr(fun) }
		}
	case *ast.Ident:
		if _, ok := w.src.Info.Uses[fun].(*types.Func); ok {
			return func() { w.expr(fun) }
		}
	}
	w.expr(e.Fun)
	return func() {}
}

// meetMethod meets the method that is called: that of the only type an interface variable can hold, if there is one.
func (w *walker) meetMethod(sel *ast.SelectorExpr, s *types.Selection) {
	if !isAbstract(s) {
		w.referMethod(s, sel.Pos())
		return
	}
	if w.ref == nil {
		return
	}
	if t := w.src.ConcreteType(sel.X); t != nil && !types.IsInterface(t) {
		if f, ok := lookup(t, s.Obj()); ok {
			w.referFunc(f, sel.Pos())
		}
	}
}

func lookup(t types.Type, m types.Object) (*types.Func, bool) {
	obj, _, _ := types.LookupFieldOrMethod(t, true, m.Pkg(), m.Name())
	f, ok := obj.(*types.Func)
	return f, ok
}

// pack meets the slice that the variadic arguments of a call become.
func (w *walker) pack(e *ast.CallExpr) {
	w.site(outlive.SiteVariadic, e.Lparen, func() string { return source.PackText })
}

// conversion walks a conversion, which is where its operand is.
func (w *walker) conversion(e *ast.CallExpr) {
	arg := e.Args[0]
	pos := source.SynPos(arg)
	text := func() string { return w.text.expr(e) }
	from, to := w.text.types.resolve(w.src.Info.TypeOf(arg)), w.text.types.resolve(w.src.Info.TypeOf(e))
	if types.IsInterface(to) {
		w.site(outlive.SiteBox, pos, text)
	} else if isString(from) != isString(to) || isString(from) {
		w.site(outlive.SiteStringConversion, pos, text)
	}
	w.expr(arg)
}

func (w *walker) builtin(name string, e *ast.CallExpr) {
	text := func() string { return w.text.expr(e) }
	switch name {
	case "new":
		w.site(outlive.SiteNew, e.Lparen, text)
		w.exprs(e.Args...)
	case "make":
		switch w.text.types.resolve(w.src.Info.TypeOf(e)).Underlying().(type) {
		case *types.Map:
			w.site(outlive.SiteMap, e.Lparen, text)
		case *types.Slice:
			w.site(outlive.SiteMakeSlice, e.Lparen, text)
		}
		w.exprs(e.Args[1:]...)
	case "append":
		w.exprs(e.Args...)
		w.site(outlive.SiteAppend, e.Lparen, func() string { return "append" })
	default:
		w.exprs(e.Args...)
	}
}

// wrapped walks the call of a go or defer statement. What it needs is evaluated first, and the call itself happens in a
// function around it, which takes some simple operands along.
func (w *walker) wrapped(e *ast.CallExpr) {
	sig, _ := w.src.Info.TypeOf(e.Fun).(*types.Signature)
	name := w.src.Builtin(e)
	if _, lit := ast.Unparen(e.Fun).(*ast.FuncLit); lit && sig != nil && sig.Params().Len()+sig.Results().Len() == 0 {
		w.expr(e.Fun)
		return
	}
	meet := func() {}
	if name == "" {
		meet = w.function(e)
	}
	for i, a := range e.Args {
		if !w.taken(a, w.paramType(sig, i)) {
			w.expr(a)
			continue
		}
		w.parts(a, true)
	}
	meet()
	if name == "" {
		w.pack(e)
	}
	for i, a := range e.Args {
		if w.taken(a, w.paramType(sig, i)) {
			w.parts(a, false)
		}
	}
}

// paramType returns the type of the parameter that argument i is for, nil if unknown.
func (w *walker) paramType(sig *types.Signature, i int) types.Type {
	if sig == nil || sig.Params().Len() == 0 {
		return nil
	}
	last := sig.Params().Len() - 1
	if i < last || !sig.Variadic() {
		return sig.Params().At(min(i, last)).Type()
	}
	if s, ok := sig.Params().At(last).Type().(*types.Slice); ok {
		return s.Elem()
	}
	return nil
}

// taken reports whether the wrapper takes an operand along, at least in part.
func (w *walker) taken(e ast.Expr, param types.Type) bool {
	if param != nil && types.IsInterface(param) && !types.IsInterface(w.src.Info.TypeOf(e)) {
		return false
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.CompositeLit:
		switch w.src.Info.TypeOf(e).Underlying().(type) {
		case *types.Map, *types.Pointer:
			return false
		}
		return true
	case *ast.CallExpr:
		return w.src.Builtin(e) == "new"
	}
	return false
}

// parts walks the parts of an operand that are evaluated first, or those that the wrapper takes along.
func (w *walker) parts(e ast.Expr, first bool) {
	lit, ok := ast.Unparen(e).(*ast.CompositeLit)
	if !ok {
		if !first {
			w.expr(e)
		}
		return
	}
	if _, slice := w.src.Info.TypeOf(lit).Underlying().(*types.Slice); slice && !first {
		w.site(outlive.SiteSliceLiteral, lit.Lbrace, func() string { return w.text.expr(lit) })
	}
	for _, elem := range lit.Elts {
		pos := token.NoPos
		if kv, ok := elem.(*ast.KeyValueExpr); ok {
			elem, pos = kv.Value, kv.Colon
		}
		switch {
		case w.taken(elem, nil):
			w.parts(elem, first)
		case first:
			if pos.IsValid() {
				w.boxed(pos, ast.Unparen(elem))
			}
			w.expr(elem)
		}
	}
}
