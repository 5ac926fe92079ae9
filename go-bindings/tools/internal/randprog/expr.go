package randprog

import (
	"fmt"
	"go/types"
	"strings"
)

// expr returns an expression that may be assigned to a variable of type t.
func (g *gen) expr(t types.Type, d int) string {
	text, _ := g.value(t, d)
	return text
}

// exact returns an expression of type t, for where there is nothing that would convert it.
func (g *gen) exact(t types.Type, d int) string {
	text, ok := g.value(t, d)
	if ok {
		return text
	}
	return g.convert(t, text)
}

func (g *gen) convert(t types.Type, text string) string {
	s := g.str(t)
	if s[0] == '*' || s[0] == '<' || strings.Contains(s, "func") || strings.Contains(s, "chan") || strings.Contains(s, "interface") {
		s = "(" + s + ")"
	}
	return s + "(" + text + ")"
}

// operand is exact for a place where the grammar wants a primary expression.
func (g *gen) operand(t types.Type, d int) string {
	text := g.exact(t, d)
	if strings.ContainsAny(text, " *&+<{") {
		return "(" + text + ")"
	}
	return text
}

// header is an expression for the header of a statement, where a composite literal needs parentheses.
func (g *gen) header(text string) string {
	if strings.Contains(text, "{") {
		return "(" + text + ")"
	}
	return text
}

// literal returns a constant or an empty value of a type, exactly of that type.
func (g *gen) literal(t types.Type) string {
	if _, ok := t.(*types.TypeParam); ok {
		return "*new(" + g.str(t) + ")"
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		text := "nil"
		switch {
		case u.Kind() == types.Int && g.chance(20):
			text = "limit"
			if t == types.Typ[types.Int] {
				return "int(limit)"
			}
		case u.Info()&types.IsNumeric != 0:
			text = fmt.Sprint(g.n(4))
		case u.Info()&types.IsString != 0:
			text = fmt.Sprintf("%q", "abcdefgh"[:g.n(8)])
		case u.Info()&types.IsBoolean != 0:
			text = pick(g, []string{"true", "false", "debug"})
		}
		if t == types.Typ[types.Int] || t == types.Typ[types.String] || t == types.Typ[types.Bool] {
			return text
		}
		return g.convert(t, text)
	case *types.Struct, *types.Array:
		return g.str(t) + "{}"
	}
	return g.convert(t, "nil")
}

// value returns an expression that may be assigned to a variable of type t, and whether its type is t.
func (g *gen) value(t types.Type, d int) (text string, exact bool) {
	set := func(s string, is bool) bool {
		if s == "" {
			return false
		}
		text, exact = s, is
		return true
	}
	if d <= 0 {
		if p, ok := g.place(1, ofType(t)); ok && g.chance(85) {
			return p.text, true
		}
		if nilable(t) && g.chance(50) {
			return "nil", false
		}
		return g.literal(t), true
	}
	ok := g.choose([]option{
		{38, func() bool {
			p, ok := g.place(1+g.n(3), ofType(t))
			return ok && set(p.text, true)
		}},
		{4, func() bool { return set(g.literal(t), true) }},
		{3, func() bool { return nilable(t) && set("nil", false) }},
		{12, func() bool { return set(g.callOf(t, d), true) }},
		{3, func() bool { return set(g.assertion(t), true) }},
		{2, func() bool {
			if g.noRefs {
				return false
			}
			sig := types.NewSignatureType(nil, nil, nil, nil, types.NewTuple(types.NewVar(0, nil, "", t)), false)
			return set(g.funcLit(sig, d-1)+"()", true)
		}},
		{2, func() bool {
			return set(g.unsafeRound(t, d), true)
		}},
		{26, func() bool { return g.make(t, d, set) }},
	})
	if !ok {
		return g.literal(t), true
	}
	return text, exact
}

func nilable(t types.Type) bool {
	if _, ok := t.(*types.TypeParam); ok {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Signature, *types.Interface:
		return true
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	}
	return false
}

// assertion asserts the type of an interface value in sight.
func (g *gen) assertion(t types.Type) string {
	p, ok := g.place(2, func(p *place) bool {
		return under[*types.Interface](p) && types.AssertableTo(p.t.Underlying().(*types.Interface), t)
	})
	if !ok {
		return ""
	}
	return p.text + ".(" + g.str(t) + ")"
}

// unsafeRound makes a value of type t by a round trip through unsafe pointers.
func (g *gen) unsafeRound(t types.Type, d int) string {
	ptr, ok := t.(*types.Pointer)
	if !ok {
		return ""
	}
	p, ok := g.place(2, func(p *place) bool { return under[*types.Pointer](p) })
	if !ok {
		return ""
	}
	u := "unsafe.Pointer(" + p.text + ")"
	switch g.n(5) {
	case 0:
		u = "unsafe.Pointer(uintptr(" + u + "))"
	case 1:
		u = "unsafe.Pointer(uintptr(" + u + ") + " + g.exact(types.Typ[types.Uintptr], 0) + ")"
	case 2:
		u = "unsafe.Add(" + u + ", " + g.expr(types.Typ[types.Int], d-1) + ")"
	case 3:
		if a, ok := g.place(2, func(p *place) bool { return p.addr }); ok {
			u = "unsafe.Pointer(&" + a.text + ")"
		}
	}
	return "(" + g.str(ptr) + ")(" + u + ")"
}

// args returns arguments for a signature, without parentheses.
func (g *gen) args(sig *types.Signature, d int) string {
	params := sig.Params()
	if params.Len() > 1 && g.chance(30) {
		if c := g.resultsFor(params, sig.Variadic(), d); c != "" {
			return c
		}
	}
	var list []string
	for i := range params.Len() {
		t := params.At(i).Type()
		if i < params.Len()-1 || !sig.Variadic() {
			list = append(list, g.expr(t, d-1))
			continue
		}
		if g.chance(25) {
			s := g.exact(t, d-1)
			if s != "nil" {
				list = append(list, s+"...")
			}
			continue
		}
		for range g.n(4) {
			list = append(list, g.expr(t.(*types.Slice).Elem(), d-1))
		}
	}
	return strings.Join(list, ", ")
}

// resultsFor returns a call whose results are just the parameters.
func (g *gen) resultsFor(params *types.Tuple, variadic bool, d int) string {
	if variadic || g.noRefs {
		return ""
	}
	for _, f := range g.funcs {
		r := f.Signature().Results()
		if r.Len() != params.Len() || f.Signature().TypeParams().Len() > 0 {
			continue
		}
		same := true
		for i := range r.Len() {
			same = same && types.AssignableTo(r.At(i).Type(), params.At(i).Type())
		}
		if same {
			return g.str2(f) + "(" + g.args(f.Signature(), d-1) + ")"
		}
	}
	return ""
}

// str2 returns the name of a function.
func (g *gen) str2(f *types.Func) string {
	if f.Pkg() != g.pkg {
		return f.Pkg().Name() + "." + f.Name()
	}
	return f.Name()
}

// callee is something to call.
type callee struct {
	text string
	sig  *types.Signature
}

// callees returns what can be called and is wanted.
func (g *gen) callees(steps int, want func(*types.Signature) bool) []callee {
	var list []callee
	if g.noRefs {
		return nil
	}
	for _, f := range g.funcs {
		sig, text := f.Signature(), g.str2(f)
		if sig.TypeParams().Len() > 0 {
			if text, sig = g.instance(f); sig == nil {
				continue
			}
		}
		if want(sig) {
			list = append(list, callee{text, sig})
		}
	}
	for _, p := range g.places(steps, func(p *place) bool { return true }) {
		if sig, ok := p.t.Underlying().(*types.Signature); ok && want(sig) {
			if _, tp := p.t.(*types.TypeParam); !tp {
				list = append(list, callee{p.text, sig})
			}
		}
		for _, m := range g.methodsOf(p.t, p.addr) {
			if want(m.Signature()) {
				list = append(list, callee{p.text + "." + m.Name(), m.Signature()})
			}
		}
	}
	return list
}

// methodsOf returns the methods that a value has, with those of its address if it has one.
func (g *gen) methodsOf(t types.Type, addr bool) []*types.Func {
	if _, ok := t.Underlying().(*types.Pointer); !ok && addr && !types.IsInterface(t) {
		t = types.NewPointer(t)
	}
	if p, ok := t.(*types.Pointer); ok && types.IsInterface(p.Elem()) {
		return nil
	}
	set := types.NewMethodSet(t)
	var list []*types.Func
	for i := range set.Len() {
		if m := set.At(i).Obj().(*types.Func); m.Exported() {
			// The set has the declared method; of an instantiated type it is the instance's.
			list = append(list, m)
		}
	}
	return list
}

// instance returns an instance of a generic function, or nil.
func (g *gen) instance(f *types.Func) (string, *types.Signature) {
	sig := f.Signature()
	if g.fn != nil && g.fn.params != nil && (f.Pkg() != g.pkg || g.order <= g.orderOf(f)) {
		return "", nil
	}
	var list []types.Type
	var names []string
	for range sig.TypeParams().Len() {
		t := g.typ()
		if g.chance(30) {
			t = types.Typ[pick(g, []types.BasicKind{types.Int, types.String})]
		}
		list = append(list, t)
		names = append(names, g.str(t))
	}
	inst, err := types.Instantiate(nil, sig, list, true)
	if err != nil {
		return "", nil
	}
	return g.str2(f) + "[" + strings.Join(names, ", ") + "]", inst.(*types.Signature)
}

// orderOf returns the number of a generic function; methods of generic types come first.
func (g *gen) orderOf(f *types.Func) int {
	var n int
	if _, err := fmt.Sscanf(f.Name(), "X%d", &n); err != nil {
		return -1
	}
	return n
}

// callOf returns a call with one result, of type t.
func (g *gen) callOf(t types.Type, d int) string {
	list := g.callees(1, func(s *types.Signature) bool {
		return s.Results().Len() == 1 && types.Identical(s.Results().At(0).Type(), t)
	})
	if len(list) == 0 {
		return ""
	}
	c := pick(g, list)
	return c.text + "(" + g.args(c.sig, d) + ")"
}
