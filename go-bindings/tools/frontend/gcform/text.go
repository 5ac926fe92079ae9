package gcform

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"
	"strings"
	"unicode/utf8"

	"outlive.dev/tools/frontend/internal/source"
)

// A textWriter writes expressions as the compiler does.
type textWriter struct {
	types typeWriter
	src   *source.Package // of the expressions
}

// Precedences of operators, from the loosest.
const (
	precOrOr = iota + 1
	precAndAnd
	precSend
	precCompare
	precAdd
	precMul
	precUnary
	precPrimary
)

func (w *textWriter) expr(e ast.Expr) string {
	var b strings.Builder
	w.write(&b, e, 0)
	return b.String()
}

// write writes e, in parentheses if it binds less tightly than prec.
func (w *textWriter) write(b *strings.Builder, e ast.Expr, prec int) {
	e = ast.Unparen(e)
	if own := w.precedence(e); own < prec {
		b.WriteByte('(')
		w.write(b, e, 0)
		b.WriteByte(')')
		return
	}
	tv := w.src.Info.Types[e]
	switch {
	case tv.IsType():
		w.types.write(b, tv.Type)
		return
	case tv.Value != nil:
		b.WriteString(w.constant(tv.Type, tv.Value))
		return
	case tv.IsNil():
		b.WriteString("nil")
		return
	}
	switch e := e.(type) {
	case *ast.Ident:
		w.ident(b, e)
	case *ast.FuncLit:
		b.WriteString("func literal")
	case *ast.CompositeLit:
		w.literal(b, e)
	case *ast.SelectorExpr:
		w.selector(b, e)
	case *ast.CallExpr:
		w.call(b, e)
	case *ast.UnaryExpr:
		b.WriteString(e.Op.String())
		if x, ok := ast.Unparen(e.X).(*ast.UnaryExpr); ok && x.Op == e.Op {
			b.WriteByte(' ')
		}
		if lit, ok := ast.Unparen(e.X).(*ast.CompositeLit); ok {
			w.literal(b, lit)
			return
		}
		w.write(b, e.X, precPrimary)
	case *ast.StarExpr:
		b.WriteByte('*')
		w.write(b, e.X, precPrimary)
	case *ast.BinaryExpr:
		w.binary(b, e)
	case *ast.IndexExpr:
		w.index(b, e)
	case *ast.IndexListExpr:
		w.write(b, e.X, precPrimary)
	case *ast.SliceExpr:
		w.slice(b, e)
	case *ast.TypeAssertExpr:
		w.write(b, e.X, precPrimary)
		b.WriteString(".(")
		w.types.write(b, w.src.Info.TypeOf(e.Type))
		b.WriteByte(')')
	}
}

// precedence returns how tightly the outermost operator of e binds.
func (w *textWriter) precedence(e ast.Expr) int {
	if tv := w.src.Info.Types[e]; tv.Value != nil {
		return precPrimary
	} else if tv.IsType() {
		if _, ok := types.Unalias(tv.Type).(*types.Pointer); ok {
			return precUnary
		}
		return precPrimary
	}
	switch e := e.(type) {
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			if _, ok := ast.Unparen(e.X).(*ast.CompositeLit); ok {
				return 0 // the compiler has no precedence for pointers to literals
			}
		}
		return precUnary
	case *ast.StarExpr:
		return precUnary
	case *ast.BinaryExpr:
		return binaryPrecedence(w, e)
	case *ast.FuncLit:
		return 0
	}
	return precPrimary
}

func binaryPrecedence(w *textWriter, e *ast.BinaryExpr) int {
	switch e.Op.Precedence() {
	case 1:
		return precOrOr
	case 2:
		return precAndAnd
	case 3:
		return precCompare
	case 4:
		if e.Op == token.ADD && isString(w.src.Info.TypeOf(e)) {
			return 0
		}
		return precAdd
	}
	return precMul
}

func (w *textWriter) ident(b *strings.Builder, id *ast.Ident) {
	obj := w.src.Info.Uses[id]
	if obj == nil {
		obj = w.src.Info.Defs[id]
	}
	w.object(b, obj, id.Name)
}

// object writes the name of an object of a package, or of a variable.
func (w *textWriter) object(b *strings.Builder, obj types.Object, name string) {
	if obj != nil && obj.Pkg() != nil {
		w.types.pkg(b, obj.Pkg())
	}
	b.WriteString(name)
}

func (w *textWriter) binary(b *strings.Builder, e *ast.BinaryExpr) {
	own := binaryPrecedence(w, e)
	if own == 0 {
		for i, x := range w.terms(e, nil) {
			if i > 0 {
				b.WriteString(" + ")
			}
			w.write(b, x, 0)
		}
		return
	}
	w.write(b, e.X, own)
	b.WriteString(" " + e.Op.String() + " ")
	if v := w.src.Info.Types[e.Y].Value; v != nil && (e.Op == token.SHL || e.Op == token.SHR) {
		if t, ok := w.src.Info.TypeOf(e.Y).(*types.Basic); ok && (t.Info()&types.IsUntyped != 0 || isLiteral(e.Y)) {
			b.WriteString(w.constant(types.Typ[types.Uint], v)) // a count without a type of its own
			return
		}
	}
	w.write(b, e.Y, own+1)
}

// terms lists the strings of a concatenation.
func (w *textWriter) terms(e ast.Expr, list []ast.Expr) []ast.Expr {
	if x, ok := ast.Unparen(e).(*ast.BinaryExpr); ok && x.Op == token.ADD && w.src.Info.Types[x].Value == nil {
		return w.terms(x.Y, w.terms(x.X, list))
	}
	return append(list, e)
}

func (w *textWriter) index(b *strings.Builder, e *ast.IndexExpr) {
	if tv := w.src.Info.Types[e.Index]; tv.IsType() { // an instance
		w.write(b, e.X, precPrimary)
		return
	}
	w.write(b, e.X, precPrimary)
	b.WriteByte('[')
	w.write(b, e.Index, 0)
	b.WriteByte(']')
}

func (w *textWriter) slice(b *strings.Builder, e *ast.SliceExpr) {
	w.write(b, e.X, precPrimary)
	b.WriteByte('[')
	for i, x := range []ast.Expr{e.Low, e.High, e.Max} {
		if i == 1 || i == 2 && e.Slice3 {
			b.WriteByte(':')
		}
		if x != nil {
			w.write(b, x, 0)
		}
	}
	b.WriteByte(']')
}

func (w *textWriter) literal(b *strings.Builder, e *ast.CompositeLit) {
	t := w.src.Info.TypeOf(e)
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		b.WriteByte('&')
		t = p.Elem()
	}
	w.types.write(b, t)
	if len(e.Elts) > 0 {
		b.WriteString("{...}")
	} else {
		b.WriteString("{}")
	}
}

// selector writes a field with the embedded fields on the way, a method, or a name of a package.
func (w *textWriter) selector(b *strings.Builder, e *ast.SelectorExpr) {
	s := w.src.Info.Selections[e]
	if s == nil {
		w.object(b, w.src.Info.Uses[e.Sel], e.Sel.Name)
		return
	}
	if s.Kind() == types.MethodExpr {
		t := s.Recv()
		if _, ok := t.(*types.Pointer); ok {
			b.WriteString("(" + w.types.text(t) + ")")
		} else {
			w.types.write(b, t)
		}
		b.WriteString("." + e.Sel.Name)
		return
	}
	w.path(b, e, s)
	b.WriteString("." + e.Sel.Name)
}

// path writes what is selected from: the operand and the embedded fields on the way.
func (w *textWriter) path(b *strings.Builder, e *ast.SelectorExpr, s *types.Selection) types.Type {
	w.write(b, e.X, precPrimary)
	t := s.Recv()
	for _, i := range s.Index()[:len(s.Index())-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			break
		}
		b.WriteString("." + st.Field(i).Name())
		t = st.Field(i).Type()
	}
	return t
}

// constant writes a constant of type t.
func (w *textWriter) constant(t types.Type, v constant.Value) string {
	basic, _ := t.(*types.Basic)
	if basic != nil && (basic.Kind() == types.UntypedRune || basic == types.Universe.Lookup("rune").Type()) {
		if r, ok := constant.Uint64Val(constant.ToInt(v)); ok && r <= utf8.MaxRune {
			return strconv.QuoteRune(rune(r))
		}
	}
	if u, ok := t.Underlying().(*types.Basic); ok {
		v = representable(u, v)
	}
	text := v.String()
	if basic != nil {
		if basic.Info()&types.IsUntyped != 0 {
			return text
		}
		switch v.Kind() {
		case constant.Bool:
			if basic.Kind() == types.Bool {
				return text
			}
		case constant.String:
			if basic.Kind() == types.String {
				return text
			}
		case constant.Int:
			if basic.Kind() == types.Int {
				return text
			}
		case constant.Float:
			if basic.Kind() == types.Float64 {
				return text
			}
		case constant.Complex:
			if basic.Kind() == types.Complex128 {
				return text
			}
		}
	}
	return w.types.text(t) + "(" + text + ")"
}

// representable turns a constant into the kind of its type.
func representable(t *types.Basic, v constant.Value) constant.Value {
	switch {
	case t.Info()&types.IsInteger != 0:
		return constant.ToInt(v)
	case t.Info()&types.IsFloat != 0:
		return constant.ToFloat(v)
	case t.Info()&types.IsComplex != 0:
		return constant.ToComplex(v)
	}
	return v
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

func isLiteral(e ast.Expr) bool {
	_, ok := ast.Unparen(e).(*ast.BasicLit)
	return ok
}
