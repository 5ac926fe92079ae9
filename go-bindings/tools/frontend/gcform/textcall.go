package gcform

import (
	"go/ast"
	"go/constant"
	"go/types"
	"strings"
)

// call writes a conversion, a call of a builtin, or a call. Methods of known types are written as functions.
func (w *textWriter) call(b *strings.Builder, e *ast.CallExpr) {
	if w.src.IsConversion(e) {
		w.conversion(b, e)
		return
	}
	if name := w.src.Builtin(e); name != "" {
		w.builtin(b, name, e)
		return
	}
	fun := ast.Unparen(e.Fun)
	first := true
	if sel, ok := fun.(*ast.SelectorExpr); ok {
		if s := w.src.Info.Selections[sel]; s != nil && s.Kind() == types.MethodVal && !isAbstract(s) {
			b.WriteString(w.method(s))
			b.WriteByte('(')
			w.receiver(b, sel, s)
			first = false
		}
	}
	if first {
		w.write(b, fun, precPrimary)
		b.WriteByte('(')
	}
	w.arguments(b, e, first)
	b.WriteByte(')')
}

// isAbstract reports whether a method is called through an interface.
func isAbstract(s *types.Selection) bool {
	recv := s.Obj().(*types.Func).Signature().Recv()
	return recv != nil && types.IsInterface(recv.Type())
}

// method writes a method as the function it is.
func (w *textWriter) method(s *types.Selection) string {
	recv := s.Obj().(*types.Func).Signature().Recv().Type()
	text := w.types.text(recv)
	if _, ok := recv.(*types.Pointer); ok {
		text = "(" + text + ")"
	}
	return text + "." + s.Obj().Name()
}

// receiver writes the receiver of a method call; taking its address and following it are implicit.
func (w *textWriter) receiver(b *strings.Builder, sel *ast.SelectorExpr, s *types.Selection) {
	if len(s.Index()) > 1 {
		w.path(b, sel, s)
		return
	}
	w.write(b, sel.X, 0)
}

// arguments writes the arguments of a call, those of a variadic parameter as the pack they become.
func (w *textWriter) arguments(b *strings.Builder, e *ast.CallExpr, first bool) {
	sig, _ := w.src.Info.TypeOf(e.Fun).Underlying().(*types.Signature)
	args := e.Args
	packed := false
	if sig != nil && sig.Variadic() && !e.Ellipsis.IsValid() && !w.spreads(e) {
		packed = len(args) >= sig.Params().Len()
		args = args[:min(len(args), sig.Params().Len()-1)]
	}
	sep := func() {
		if !first {
			b.WriteString(", ")
		}
		first = false
	}
	for _, a := range args {
		sep()
		w.write(b, a, 0)
	}
	switch {
	case packed:
		sep()
		b.WriteString("... argument...")
	case sig != nil && sig.Variadic() && e.Ellipsis.IsValid():
		b.WriteString("...")
	case sig != nil && sig.Variadic() && !w.spreads(e):
		sep()
		b.WriteString("nil...")
	}
}

// spreads reports whether the arguments are the results of one call.
func (w *textWriter) spreads(e *ast.CallExpr) bool {
	if len(e.Args) != 1 {
		return false
	}
	_, ok := w.src.Info.TypeOf(e.Args[0]).(*types.Tuple)
	return ok
}

func (w *textWriter) conversion(b *strings.Builder, e *ast.CallExpr) {
	t := w.src.Info.TypeOf(e)
	text := w.types.text(t)
	if unnamed(t) {
		text = "(" + text + ")"
	}
	b.WriteString(text + "(")
	w.write(b, e.Args[0], 0)
	b.WriteByte(')')
}

func (w *textWriter) builtin(b *strings.Builder, name string, e *ast.CallExpr) {
	switch name {
	case "make":
		w.make(b, e)
		return
	case "new":
		if tv := w.src.Info.Types[e.Args[0]]; tv.IsType() && w.types.dependent(tv.Type) {
			b.WriteString("new(<node DYNAMICTYPE>)")
			return
		}
		b.WriteString(name)
	case "String", "SliceData", "StringData":
		b.WriteString("unsafe." + name)
	case "Add", "Slice":
		b.WriteString("unsafe." + name)
	default:
		b.WriteString(name)
	}
	b.WriteByte('(')
	for i, a := range e.Args {
		if i > 0 {
			b.WriteString(", ")
		}
		w.write(b, a, 0)
	}
	if e.Ellipsis.IsValid() {
		b.WriteString("...")
	}
	b.WriteByte(')')
}

// make writes make with its sizes; a size that is known, though not a constant, is written as what it is known to be.
func (w *textWriter) make(b *strings.Builder, e *ast.CallExpr) {
	t := w.src.Info.TypeOf(e)
	b.WriteString("make(" + w.types.text(t))
	_, slice := w.types.resolve(t).Underlying().(*types.Slice)
	for i, a := range e.Args[1:] {
		b.WriteString(", ")
		if n, ok := w.src.StaticSize(a); ok && slice && i == len(e.Args)-2 && w.src.Info.Types[a].Value == nil {
			b.WriteString(w.constant(w.src.Info.TypeOf(a), constant.MakeInt64(n)))
			continue
		}
		w.write(b, a, 0)
	}
	b.WriteByte(')')
}
