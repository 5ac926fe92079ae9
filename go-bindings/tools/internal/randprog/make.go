package randprog

import (
	"fmt"
	"go/types"
	"strings"
)

// typ returns a type to make a value of.
func (g *gen) typ() types.Type {
	if g.fn != nil && g.fn.params != nil && g.chance(60) {
		t := g.fn.params.At(g.n(g.fn.params.Len()))
		switch g.n(7) {
		case 0:
			return types.NewPointer(t)
		case 1:
			return types.NewSlice(t)
		case 2:
			return types.NewSignatureType(nil, nil, nil, nil, types.NewTuple(types.NewVar(0, nil, "", t)), false)
		}
		return t
	}
	t := pick(g, g.pool)
	switch g.n(25) {
	case 0:
		return types.NewPointer(t)
	case 1:
		return types.NewSlice(t)
	case 2:
		return types.NewArray(t, 2)
	case 3:
		return types.NewMap(types.Typ[types.Int], t)
	case 4:
		return types.NewSignatureType(nil, nil, nil, nil, types.NewTuple(types.NewVar(0, nil, "", t)), false)
	}
	return t
}

// make makes a value out of other values.
func (g *gen) make(t types.Type, d int, set func(string, bool) bool) bool {
	if tp, ok := t.(*types.TypeParam); ok {
		return set("*new("+g.str(tp)+")", true)
	}
	s := g.str(t)
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return g.makeBasic(t, u, d, set)
	case *types.Pointer:
		return g.makePointer(t, u, d, set)
	case *types.Slice:
		return g.makeSlice(t, u, d, set)
	case *types.Array, *types.Struct:
		return set(g.composite(t, d), true)
	case *types.Map:
		if g.chance(50) {
			return set(g.composite(t, d), true)
		}
		return set("make("+s+pick(g, []string{"", ", 3", ", " + g.expr(types.Typ[types.Int], 0)})+")", true)
	case *types.Chan:
		if u.Dir() == types.SendRecv {
			return set("make("+s+pick(g, []string{"", ", 1"})+")", true)
		}
		return set(g.convert(t, g.expr(types.NewChan(types.SendRecv, u.Elem()), d-1)), true)
	case *types.Signature:
		return g.makeFunc(t, u, d, set)
	case *types.Interface:
		return g.makeInterface(t, u, d, set)
	}
	return false
}

func (g *gen) makeBasic(t types.Type, u *types.Basic, d int, set func(string, bool) bool) bool {
	intT := types.Typ[types.Int]
	conv := func(text string) bool {
		if t == u {
			return set(text, true)
		}
		return set(g.convert(t, text), true)
	}
	switch {
	case u.Kind() == types.UnsafePointer:
		p, ok := g.place(2, func(p *place) bool { return under[*types.Pointer](p) })
		if !ok {
			return false
		}
		return set(g.convert(t, p.text), true)
	case u.Kind() == types.Uintptr && g.chance(50):
		p, ok := g.place(2, func(p *place) bool { return under[*types.Pointer](p) })
		return ok && set("uintptr(unsafe.Pointer("+p.text+"))", true)
	case u.Info()&types.IsString != 0:
		switch g.n(5) {
		case 0:
			return set(g.operand(t, d-1)+" + "+g.operand(t, d-1), true)
		case 1:
			return set(g.operand(t, d-1)+" + "+g.literal(t)+" + "+g.operand(t, d-1), true)
		case 2:
			text := g.exact(types.NewSlice(types.Universe.Lookup(pick(g, []string{"byte", "rune"})).Type()), d-1)
			// go/ssa folds the conversion of nil.
			return !strings.HasSuffix(text, "(nil)") && set(g.convert(t, text), true)
		case 3:
			p, ok := g.place(2, ofType(t))
			return ok && set(p.text+"["+pick(g, []string{"1:", ":2", ":"})+"]", true)
		default:
			if b, ok := g.place(2, ofType(types.NewPointer(types.Universe.Lookup("byte").Type()))); ok {
				return conv("unsafe.String(" + b.text + ", 1)")
			}
			return conv("string(rune(" + g.exact(intT, d-1) + "))")
		}
	case u.Info()&types.IsBoolean != 0:
		return conv(g.condition(d - 1))
	case u.Info()&types.IsInteger != 0:
		if g.chance(40) {
			if p, ok := g.place(2, func(p *place) bool {
				return under[*types.Slice](p) || under[*types.Map](p) || under[*types.Chan](p) || under[*types.Array](p)
			}); ok {
				text := "len(" + p.text + ")"
				if u.Kind() == types.Int {
					return conv(text)
				}
				if _, ok := p.t.Underlying().(*types.Array); !ok {
					return set(g.convert(t, text), true)
				}
			}
		}
		if g.chance(25) {
			return set(pick(g, []string{"min(", "max("})+g.exact(t, d-1)+", "+g.exact(t, d-1)+")", true)
		}
		return set(g.operand(t, d-1)+pick(g, []string{" | ", " ^ ", " & "})+g.operand(t, d-1), true)
	}
	return set(g.literal(t), true)
}

// condition returns a boolean expression.
func (g *gen) condition(d int) string {
	intT := types.Typ[types.Int]
	switch g.n(8) {
	case 0:
		if d > 0 {
			return g.wrapped(g.condition(d-1)) + pick(g, []string{" && ", " || "}) + g.wrapped(g.condition(d-1))
		}
	case 1:
		return "!(" + g.condition(d-1) + ")"
	case 2, 3:
		if p, ok := g.place(2, func(p *place) bool { return nilable(p.t) }); ok {
			return p.text + pick(g, []string{" == ", " != "}) + "nil"
		}
	case 4:
		if p, ok := g.place(2, func(p *place) bool { return types.Comparable(p.t) && p.steps > 0 }); ok && d > 0 {
			return p.text + pick(g, []string{" == ", " != "}) + g.operand(p.t, d-1)
		}
	case 5:
		if p, ok := g.place(2, ofType(types.Typ[types.Bool])); ok {
			return p.text
		}
	case 6:
		if g.chance(30) {
			return pick(g, []string{"debug", "!debug", "limit > 3", "limit < 2"})
		}
	}
	return g.operand(intT, max(d, 0)) + pick(g, []string{" < ", " > ", " == "}) + g.operand(intT, 0)
}

func (g *gen) wrapped(c string) string {
	if strings.ContainsAny(c, " ") && (g.chance(50) || strings.Contains(c, "|")) {
		return "(" + c + ")"
	}
	return c
}

func (g *gen) makePointer(t types.Type, u *types.Pointer, d int, set func(string, bool) bool) bool {
	conv := func(text string, of types.Type) bool {
		if types.Identical(t, types.NewPointer(of)) {
			return set(text, true)
		}
		return set(text, false)
	}
	_, tp := u.Elem().(*types.TypeParam)
	switch g.n(7) {
	case 0, 1, 2:
		if p, ok := g.place(2, func(p *place) bool { return p.addr && types.Identical(p.t, u.Elem()) }); ok {
			return conv("&"+p.text, u.Elem())
		}
	case 3:
		if _, ok := u.Elem().(*types.Named); ok && t == types.Type(u) && !g.old {
			return set("new("+g.exact(u.Elem(), d-1)+")", true)
		}
	case 4:
		if s, ok := g.place(2, func(p *place) bool {
			sl, ok := p.t.Underlying().(*types.Slice)
			_, tp := p.t.(*types.TypeParam)
			return ok && !tp && types.Identical(sl.Elem(), u.Elem())
		}); ok {
			return conv("unsafe.SliceData("+s.text+")", u.Elem())
		}
		if a, ok := u.Elem().Underlying().(*types.Array); ok && !tp {
			if s, ok := g.place(2, ofType(types.NewSlice(a.Elem()))); ok {
				return set(g.convert(t, s.text), true)
			}
		}
	case 5:
		return conv("new("+g.str(u.Elem())+")", u.Elem())
	}
	if !tp {
		switch u.Elem().Underlying().(type) {
		case *types.Struct, *types.Array, *types.Slice, *types.Map:
			return conv("&"+g.composite(u.Elem(), d), u.Elem())
		}
	}
	return conv("new("+g.str(u.Elem())+")", u.Elem())
}

// composite returns a composite literal.
func (g *gen) composite(t types.Type, d int) string {
	var list []string
	element := func(e types.Type) string {
		text := g.expr(e, d-1)
		// The type of an element may be left out.
		if s := g.str(e); g.chance(50) && strings.HasPrefix(text, s+"{") && !types.IsInterface(e) {
			if _, ok := e.(*types.TypeParam); !ok {
				return text[len(s):]
			}
		}
		if s, ok := strings.CutPrefix(text, "&"); ok && g.chance(50) {
			if ptr, ok := e.(*types.Pointer); ok && strings.HasPrefix(s, g.str(ptr.Elem())+"{") {
				return s[len(g.str(ptr.Elem())):]
			}
		}
		return text
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		keyed := g.chance(60)
		for f := range u.Fields() {
			switch {
			case !keyed:
				list = append(list, g.expr(f.Type(), d-1))
			case g.chance(60):
				list = append(list, f.Name()+": "+g.expr(f.Type(), d-1))
			}
		}
	case *types.Array:
		for i := range min(u.Len(), 3) {
			e := element(u.Elem())
			if u.Len() > 20 && i == 2 {
				e = "7: " + e
			}
			list = append(list, e)
		}
	case *types.Slice:
		for range g.n(4) {
			list = append(list, element(u.Elem()))
		}
		if g.chance(4) {
			list = append(list, "9: "+g.expr(u.Elem(), 0))
		}
	case *types.Map:
		for range g.n(3) {
			key := g.literal(u.Key())
			if len(list) > 0 {
				// Not a constant, which might be there already.
				p, ok := g.place(2, ofType(u.Key()))
				if !ok {
					break
				}
				key = p.text
			}
			list = append(list, key+": "+element(u.Elem()))
		}
	}
	sep := ", "
	text := strings.Join(list, sep)
	if len(text) > 90 {
		return g.str(t) + "{\n" + strings.Join(list, ",\n") + ",\n}"
	}
	return g.str(t) + "{" + text + "}"
}

func (g *gen) makeSlice(t types.Type, u *types.Slice, d int, set func(string, bool) bool) bool {
	s := g.str(t)
	switch g.n(9) {
	case 0, 1:
		return set(g.composite(t, d), true)
	case 2, 3:
		size := pick(g, []string{"2", "0", "limit", fmt.Sprint(g.n(40)), "1 << 14", g.index(0), g.exact(types.Typ[types.Int], d-1)})
		if g.chance(25) {
			size = pick(g, []string{"0", "1", "limit"}) + ", " + pick(g, []string{"4", "limit", "10", g.notConstant()})
		}
		return set("make("+s+", "+size+")", true)
	case 4, 5:
		base := g.exact(t, d-1)
		if g.chance(20) {
			if p, ok := g.place(2, ofType(t)); ok {
				return set("append("+base+", "+p.text+"...)", true)
			}
		}
		var list []string
		for range 1 + g.n(2) {
			list = append(list, g.expr(u.Elem(), d-1))
		}
		return set("append("+base+", "+strings.Join(list, ", ")+")", true)
	case 6:
		if b, ok := u.Elem().Underlying().(*types.Basic); ok && (b.Kind() == types.Byte || b.Kind() == types.Rune) {
			return set(g.convert(t, g.exact(types.Typ[types.String], d-1)), true)
		}
	case 7:
		if p, ok := g.place(2, func(p *place) bool {
			at := p.t.Underlying()
			if ptr, ok := at.(*types.Pointer); ok {
				at = ptr.Elem().Underlying()
			} else if !p.addr {
				return false
			}
			a, ok := at.(*types.Array)
			_, tp := p.t.(*types.TypeParam)
			return ok && !tp && a.Len() > 1 && types.Identical(types.NewSlice(a.Elem()), t)
		}); ok {
			return set(p.text+pick(g, []string{"[:]", "[1:]", "[:1]", "[0:1:2]"}), true)
		}
		if p, ok := g.place(2, ofType(types.NewPointer(u.Elem()))); ok {
			return set("unsafe.Slice("+p.text+", 2)", t == types.Type(u))
		}
	}
	p, ok := g.place(2, ofType(t))
	return ok && set(p.text+pick(g, []string{"[:]", "[1:]", "[:2]", "[0:1:2]", "[" + g.index(0) + ":]"}), true)
}

// notConstant returns a size that is known only when the program runs.
func (g *gen) notConstant() string {
	if p, ok := g.place(2, ofType(types.Typ[types.Int])); ok {
		return p.text
	}
	return "len(make([]int, 0))"
}

func (g *gen) makeFunc(t types.Type, u *types.Signature, d int, set func(string, bool) bool) bool {
	plain := t == types.Type(u)
	if g.noRefs {
		return g.chance(50) && set(g.funcLit(u, d-1), plain)
	}
	switch g.n(5) {
	case 0:
		for _, f := range g.funcs {
			sig, text := f.Signature(), g.str2(f)
			if sig.TypeParams().Len() > 0 {
				if text, sig = g.instance(f); sig == nil {
					continue
				}
			}
			if types.Identical(sig, u) && g.chance(60) {
				return set(text, plain)
			}
		}
	case 1, 2:
		if text := g.methodValue(u); text != "" {
			return set(text, plain)
		}
	}
	return set(g.funcLit(u, d-1), plain)
}

// methodValue returns a method value or a method expression.
func (g *gen) methodValue(u *types.Signature) string {
	var list []string
	for _, p := range g.places(1, func(p *place) bool { return true }) {
		for _, m := range g.methodsOf(p.t, p.addr) {
			if sameSignature(m.Signature(), u) {
				list = append(list, p.text+"."+m.Name())
			}
		}
	}
	if u.Params().Len() > 0 && !u.Variadic() {
		first := u.Params().At(0).Type()
		for _, m := range g.methodsOf(first, false) {
			s := m.Signature()
			if s.Params().Len() == u.Params().Len()-1 && !s.Variadic() && types.Identical(results(s), results(u)) {
				same := true
				for i := range s.Params().Len() {
					same = same && types.Identical(s.Params().At(i).Type(), u.Params().At(i+1).Type())
				}
				if same {
					list = append(list, "("+g.str(first)+")."+m.Name())
				}
			}
		}
	}
	if len(list) == 0 {
		return ""
	}
	return pick(g, list)
}

func results(s *types.Signature) types.Type {
	return types.NewSignatureType(nil, nil, nil, nil, s.Results(), false)
}

func sameSignature(a, b *types.Signature) bool {
	strip := func(s *types.Signature) types.Type {
		return types.NewSignatureType(nil, nil, nil, s.Params(), s.Results(), s.Variadic())
	}
	return types.Identical(strip(a), strip(b))
}

func (g *gen) makeInterface(t types.Type, u *types.Interface, d int, set func(string, bool) bool) bool {
	// The error interface has a method that nothing here implements.
	for range 10 {
		c := g.typ()
		if types.AssignableTo(c, t) && !types.Identical(c, t) {
			if g.chance(12) {
				if g.chance(50) {
					c = types.NewSlice(c)
				}
				if _, ok := c.(*types.TypeParam); ok || !types.AssignableTo(c, t) {
					continue
				}
			}
			return set(g.exact(c, d-1), false)
		}
	}
	return false
}
