package gcform

import (
	"go/types"
	"strconv"
	"strings"
)

// typeWriter writes types as the compiler does for people, seen from one package.
type typeWriter struct {
	local *types.Package
	subst map[*types.TypeParam]types.Type
	link  bool // all names by import path, aliases of basic types resolved: inside the names of instances
}

// text returns t in the compiler's words.
func (w *typeWriter) text(t types.Type) string {
	var b strings.Builder
	w.write(&b, t)
	return b.String()
}

func (w *typeWriter) write(b *strings.Builder, t types.Type) {
	switch t := t.(type) {
	case *types.Alias:
		if t.Obj().Pkg() == nil && !w.link { // any
			b.WriteString(t.Obj().Name())
			return
		}
		w.write(b, types.Unalias(t))
	case *types.Basic:
		w.basic(b, t)
	case *types.Named:
		w.named(b, t)
	case *types.TypeParam:
		w.param(b, t)
	case *types.Pointer:
		b.WriteByte('*')
		w.write(b, t.Elem())
	case *types.Slice:
		b.WriteString("[]")
		w.write(b, t.Elem())
	case *types.Array:
		b.WriteString("[" + strconv.FormatInt(t.Len(), 10) + "]")
		w.write(b, t.Elem())
	case *types.Map:
		b.WriteString("map[")
		w.write(b, t.Key())
		b.WriteByte(']')
		w.write(b, t.Elem())
	case *types.Chan:
		w.channel(b, t)
	case *types.Struct:
		w.structure(b, t)
	case *types.Signature:
		b.WriteString("func")
		w.signature(b, t)
	case *types.Interface:
		w.interfaceType(b, t)
	case *types.Tuple:
		w.tuple(b, t, false)
	}
}

func (w *typeWriter) basic(b *strings.Builder, t *types.Basic) {
	name := t.Name()
	if w.link {
		name = types.Typ[t.Kind()].Name()
	}
	if t.Kind() == types.UnsafePointer {
		name = "unsafe.Pointer"
	}
	b.WriteString(name)
}

// pkg writes the qualifier of a package.
func (w *typeWriter) pkg(b *strings.Builder, p *types.Package) {
	switch {
	case p == nil:
	case w.link:
		b.WriteString(p.Path() + ".")
	case p == w.local:
	default:
		b.WriteString(p.Name() + ".")
	}
}

func (w *typeWriter) named(b *strings.Builder, t *types.Named) {
	w.pkg(b, t.Obj().Pkg())
	b.WriteString(t.Obj().Name())
	if args := t.TypeArgs(); args.Len() > 0 {
		inner := *w
		inner.link = true
		b.WriteByte('[')
		for i := range args.Len() {
			if i > 0 {
				b.WriteByte(',')
			}
			inner.write(b, args.At(i))
		}
		b.WriteByte(']')
	}
}

// param writes the shape that stands for a type parameter.
func (w *typeWriter) param(b *strings.Builder, t *types.TypeParam) {
	arg, ok := w.subst[t]
	if !ok {
		b.WriteString(t.Obj().Name())
		return
	}
	b.WriteString("go.shape." + w.shape(t, arg))
}

// resolve returns the type that stands for a type parameter, and any other type itself.
func (w *typeWriter) resolve(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.TypeParam); ok {
		if arg, ok := w.subst[p]; ok {
			return arg
		}
	}
	return t
}

// dependent reports whether t mentions type parameters.
func (w *typeWriter) dependent(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return true
	case *types.Named:
		for a := range t.TypeArgs().Types() {
			if w.dependent(a) {
				return true
			}
		}
	case interface{ Elem() types.Type }:
		if m, ok := t.(*types.Map); ok && w.dependent(m.Key()) {
			return true
		}
		return w.dependent(t.Elem())
	case *types.Struct:
		for v := range t.Fields() {
			if w.dependent(v.Type()) {
				return true
			}
		}
	case *types.Signature:
		return w.dependent(t.Params()) || w.dependent(t.Results())
	case *types.Tuple:
		for v := range t.Variables() {
			if w.dependent(v.Type()) {
				return true
			}
		}
	}
	return false
}

// shape returns the name of the shape that arg has as the argument of t.
func (w *typeWriter) shape(t *types.TypeParam, arg types.Type) string {
	inner := *w
	inner.link = true
	arg = types.Unalias(arg)
	under := arg.Underlying()
	if p, ok := under.(*types.Pointer); ok && arg == under {
		if c, ok := t.Constraint().Underlying().(*types.Interface); ok && c.IsMethodSet() {
			return "*uint8"
		}
		return "*" + inner.text(p.Elem())
	}
	return inner.text(under)
}

func (w *typeWriter) channel(b *strings.Builder, t *types.Chan) {
	switch t.Dir() {
	case types.RecvOnly:
		b.WriteString("<-chan ")
	case types.SendOnly:
		b.WriteString("chan<- ")
	default:
		b.WriteString("chan ")
		if e, ok := types.Unalias(t.Elem()).(*types.Chan); ok && e.Dir() == types.RecvOnly {
			b.WriteByte('(')
			w.write(b, e)
			b.WriteByte(')')
			return
		}
	}
	w.write(b, t.Elem())
}

func (w *typeWriter) structure(b *strings.Builder, t *types.Struct) {
	b.WriteString("struct {")
	for i := range t.NumFields() {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteByte(' ')
		f := t.Field(i)
		if !f.Embedded() {
			if !f.Exported() {
				w.fieldPkg(b, f)
			}
			b.WriteString(f.Name() + " ")
		}
		w.write(b, f.Type())
		if tag := t.Tag(i); tag != "" {
			b.WriteString(" " + strconv.Quote(tag))
		}
	}
	if t.NumFields() > 0 {
		b.WriteByte(' ')
	}
	b.WriteByte('}')
}

// fieldPkg writes the qualifier of a field or method that is not exported.
func (w *typeWriter) fieldPkg(b *strings.Builder, o types.Object) {
	if w.link || o.Pkg() != w.local {
		w.pkg(b, o.Pkg())
	}
}

// signature writes parameters and results, without names as the compiler does for function types.
func (w *typeWriter) signature(b *strings.Builder, t *types.Signature) {
	w.tuple(b, t.Params(), t.Variadic())
	switch t.Results().Len() {
	case 0:
	case 1:
		b.WriteByte(' ')
		w.write(b, t.Results().At(0).Type())
	default:
		b.WriteByte(' ')
		w.tuple(b, t.Results(), false)
	}
}

func (w *typeWriter) tuple(b *strings.Builder, t *types.Tuple, variadic bool) {
	b.WriteByte('(')
	for i := range t.Len() {
		if i > 0 {
			b.WriteString(", ")
		}
		v := t.At(i)
		if s, ok := v.Type().(*types.Slice); ok && variadic && i == t.Len()-1 {
			b.WriteString("...")
			w.write(b, s.Elem())
			continue
		}
		w.write(b, v.Type())
	}
	b.WriteByte(')')
}

func (w *typeWriter) interfaceType(b *strings.Builder, t *types.Interface) {
	if t.NumMethods() == 0 {
		b.WriteString("interface {}")
		return
	}
	b.WriteString("interface {")
	for i := range t.NumMethods() {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteByte(' ')
		m := t.Method(i)
		if !m.Exported() {
			b.WriteString(m.Pkg().Path() + ".")
		}
		b.WriteString(m.Name())
		w.signature(b, m.Signature())
	}
	b.WriteString(" }")
}

// unnamed reports whether the compiler has no name for t, so that a conversion to it is written with parentheses.
func unnamed(t types.Type) bool {
	switch t := t.(type) {
	case *types.Alias:
		return t.Obj().Pkg() != nil && unnamed(types.Unalias(t))
	case *types.Named, *types.Basic, *types.TypeParam:
		return false
	}
	return true
}
