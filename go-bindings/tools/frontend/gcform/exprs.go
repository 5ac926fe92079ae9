package gcform

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"outlive.dev/outlive"
	"outlive.dev/tools/frontend/internal/source"
)

func (w *walker) exprs(list ...ast.Expr) {
	for _, e := range list {
		w.expr(e)
	}
}

// expr walks an expression whose value is used, perhaps in an interface.
func (w *walker) expr(e ast.Expr) {
	if e == nil {
		return
	}
	inner := ast.Unparen(e)
	w.boxed(source.SynPos(e), inner)
	if inner != e {
		w.boxed(source.SynPos(inner), inner)
	}
	w.plain(inner)
}

// boxed meets the implicit conversion of e to an interface, which any expression may undergo.
func (w *walker) boxed(pos token.Pos, e ast.Expr) {
	w.site(outlive.SiteBox, pos, func() string { return w.boxText(e) })
}

// boxText returns the text of a boxed expression; what is known to be a constant is written as one.
func (w *walker) boxText(e ast.Expr) string {
	if tv := w.src.Info.Types[e]; tv.Value == nil && tv.IsValue() {
		if v := w.src.StaticConst(e); v != nil && fits(tv.Type, v) {
			return w.text.constant(tv.Type, v)
		}
	}
	return w.text.expr(e)
}

// fits reports whether a constant can be written as one of type t.
func fits(t types.Type, v constant.Value) bool {
	_, ok := t.Underlying().(*types.Basic)
	return ok && v.Kind() != constant.Unknown
}

// plain walks an expression that is not itself converted.
func (w *walker) plain(e ast.Expr) {
	if tv := w.src.Info.Types[e]; tv.Value != nil || tv.IsType() {
		return
	}
	switch e := e.(type) {
	case *ast.Ident:
		w.refer(e)
	case *ast.FuncLit:
		w.literal(e, e.Pos())
	case *ast.CompositeLit:
		w.composite(e)
	case *ast.SelectorExpr:
		w.selector(e)
	case *ast.CallExpr:
		w.call(e)
	case *ast.UnaryExpr:
		if lit, ok := ast.Unparen(e.X).(*ast.CompositeLit); ok && e.Op == token.AND {
			w.site(outlive.SiteLiteral, e.OpPos, func() string { return w.text.expr(e) })
			w.composite(lit)
			return
		}
		w.expr(e.X)
	case *ast.StarExpr:
		w.expr(e.X)
	case *ast.BinaryExpr:
		w.binary(e)
	case *ast.IndexExpr:
		if w.src.Info.Types[e.Index].IsType() {
			w.expr(e.X)
			return
		}
		w.exprs(e.X, e.Index)
	case *ast.IndexListExpr:
		w.expr(e.X)
	case *ast.SliceExpr:
		w.exprs(e.X, e.Low, e.High, e.Max)
	case *ast.TypeAssertExpr:
		w.expr(e.X)
	}
}

func (w *walker) binary(e *ast.BinaryExpr) {
	if e.Op == token.ADD && isString(w.src.Info.TypeOf(e)) {
		w.site(outlive.SiteConcat, e.OpPos, func() string { return w.text.expr(e) })
		w.exprs(w.text.terms(e, nil)...)
		return
	}
	w.exprs(e.X, e.Y)
}

func (w *walker) selector(e *ast.SelectorExpr) {
	s := w.src.Info.Selections[e]
	if s == nil {
		w.refer(e.Sel)
		return
	}
	switch s.Kind() {
	case types.MethodVal:
		w.referMethod(s, e.Pos())
		w.site(outlive.SiteMethodValue, source.SynPos(e), func() string { return w.text.expr(e) })
	case types.MethodExpr:
		w.referMethod(s, e.Pos())
		return
	}
	w.expr(e.X)
}

// composite walks a literal: of a slice or map, or what a pointer literal or variable holds.
func (w *walker) composite(e *ast.CompositeLit) {
	t := w.text.types.resolve(w.src.Info.TypeOf(e))
	if p, ok := t.Underlying().(*types.Pointer); ok {
		w.site(outlive.SiteLiteral, e.Lbrace, func() string { return w.text.expr(e) })
		t = p.Elem()
	}
	_, isMap := t.Underlying().(*types.Map)
	if isMap {
		w.site(outlive.SiteMapLiteral, e.Lbrace, func() string { return w.text.expr(e) })
	} else if _, ok := t.Underlying().(*types.Slice); ok {
		w.site(outlive.SiteSliceLiteral, e.Lbrace, func() string { return w.text.expr(e) })
	}
	for _, elem := range e.Elts {
		if kv, ok := elem.(*ast.KeyValueExpr); ok {
			if isMap {
				w.boxed(kv.Colon, ast.Unparen(kv.Key))
				w.expr(kv.Key)
			}
			w.boxed(kv.Colon, ast.Unparen(kv.Value))
			elem = kv.Value
		}
		w.expr(elem)
	}
}
