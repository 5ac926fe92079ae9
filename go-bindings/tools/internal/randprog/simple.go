package randprog

import (
	"fmt"
	"go/types"
	"strings"
)

// define declares a variable.
func (g *gen) define() bool {
	t := g.typ()
	name := g.name("v")
	switch g.n(6) {
	case 0:
		g.line("var %s %s", name, g.str(t))
	case 1:
		g.line("var %s %s = %s", name, g.str(t), g.expr(t, 3))
	default:
		g.line("%s := %s", name, g.exact(t, 3))
	}
	g.declareVar(name, t, false)
	return true
}

// assign assigns to something.
func (g *gen) assign() bool {
	p, ok := g.place(g.n(4), func(p *place) bool { return p.assign })
	if !ok {
		return false
	}
	if g.chance(10) {
		q, ok := g.place(2, func(p *place) bool { return p.assign })
		if ok {
			g.line("%s, %s = %s, %s", p.text, q.text, g.expr(p.t, 2), g.expr(q.t, 2))
			return true
		}
	}
	if g.chance(4) {
		g.line("_ = %s", g.exact(p.t, 2))
		return true
	}
	g.line("%s = %s", p.text, g.expr(p.t, 3))
	return true
}

// defineMany declares or assigns to variables from something with several values.
func (g *gen) defineMany() bool {
	var ts []types.Type
	var text string
	boolT := types.Typ[types.Bool]
	switch g.n(5) {
	case 0:
		p, ok := g.place(2, func(p *place) bool { return under[*types.Map](p) })
		if !ok {
			return false
		}
		m := p.t.Underlying().(*types.Map)
		ts, text = []types.Type{m.Elem(), boolT}, p.text+"["+g.key(m.Key())+"]"
	case 1:
		t := g.typ()
		if text = g.assertion(t); text == "" {
			return false
		}
		ts = []types.Type{t, boolT}
	case 2:
		p, ok := g.place(2, func(p *place) bool {
			return under[*types.Chan](p) && p.t.Underlying().(*types.Chan).Dir() != types.SendOnly
		})
		if !ok {
			return false
		}
		ts, text = []types.Type{p.t.Underlying().(*types.Chan).Elem(), boolT}, "<-"+p.text
	default:
		list := g.callees(1, func(s *types.Signature) bool { return s.Results().Len() > 1 })
		if len(list) == 0 {
			return false
		}
		c := pick(g, list)
		text = c.text + "(" + g.args(c.sig, 2) + ")"
		for v := range c.sig.Results().Variables() {
			ts = append(ts, v.Type())
		}
	}
	var names []string
	if g.chance(35) {
		for _, t := range ts {
			name := "_"
			if p, ok := g.place(2, func(p *place) bool { return p.assign && types.AssignableTo(t, p.t) }); ok && g.chance(80) {
				name = p.text
			}
			names = append(names, name)
		}
		g.line("%s = %s", strings.Join(names, ", "), text)
		return true
	}
	for i, t := range ts {
		name := g.name("v")
		if i > 0 && g.chance(15) {
			name = "_"
		}
		names = append(names, name)
		if name != "_" {
			defer g.declareVar(name, t, false)
		}
	}
	if g.chance(15) {
		g.line("var %s = %s", strings.Join(names, ", "), text)
	} else {
		g.line("%s := %s", strings.Join(names, ", "), text)
	}
	return true
}

// call returns a call that may stand as a statement.
func (g *gen) call(d int) string {
	list := g.callees(2, func(*types.Signature) bool { return true })
	if len(list) == 0 {
		return ""
	}
	c := pick(g, list)
	return c.text + "(" + g.args(c.sig, d) + ")"
}

func (g *gen) callStmt() bool {
	if g.chance(6) {
		g.line("%s(%s)", pick(g, []string{"print", "println"}), g.exact(pick(g, []types.Type{types.Typ[types.Int], types.Typ[types.String]}), 2))
		return true
	}
	c := g.call(3)
	if c == "" {
		return false
	}
	g.line("%s", c)
	return true
}

// goOrDefer writes a go or a defer statement.
func (g *gen) goOrDefer() bool {
	word := pick(g, []string{"go", "defer", "defer", "defer"})
	var c string
	switch g.n(8) {
	case 0, 1:
		sig := types.NewSignatureType(nil, nil, nil, nil, nil, false)
		c = g.funcLit(sig, 1) + "()"
	case 2:
		t, u := g.typ(), g.typ()
		sig := types.NewSignatureType(nil, nil, nil, types.NewTuple(types.NewVar(0, nil, "", t), types.NewVar(0, nil, "", u)), nil, false)
		if g.chance(20) {
			sig = types.NewSignatureType(nil, nil, nil, types.NewTuple(types.NewVar(0, nil, "", types.NewSlice(t))), nil, true)
		}
		c = g.funcLit(sig, 1) + "(" + g.args(sig, 2) + ")"
	case 3:
		if m, ok := g.place(1, func(p *place) bool { return under[*types.Map](p) }); ok {
			c = "delete(" + m.text + ", " + g.expr(m.t.Underlying().(*types.Map).Key(), 2) + ")"
		} else {
			c = "panic(" + g.expr(types.Universe.Lookup("any").Type(), 2) + ")"
		}
	case 4:
		if s, ok := g.place(1, func(p *place) bool { return under[*types.Slice](p) }); ok {
			c = "copy(" + s.text + ", " + g.exact(types.NewSlice(s.t.Underlying().(*types.Slice).Elem()), 2) + ")"
			if g.chance(50) {
				c = "clear(" + s.text + ")"
			}
		} else {
			c = "print(" + g.exact(types.Typ[types.String], 2) + ")"
		}
	default:
		c = g.call(2)
	}
	if c == "" {
		return false
	}
	g.line("%s %s", word, c)
	return true
}

func (g *gen) swap() bool {
	p, ok := g.place(2, func(p *place) bool { return p.assign })
	if !ok {
		return false
	}
	q, ok := g.place(2, func(q *place) bool { return q.assign && types.Identical(p.t, q.t) && q.text != p.text })
	if !ok {
		return false
	}
	g.line("%s, %s = %s, %s", p.text, q.text, q.text, p.text)
	return true
}

// closureVar declares a variable that holds a function literal, and calls it.
func (g *gen) closureVar() bool {
	t := g.typ()
	var params, res []*types.Var
	if g.chance(60) {
		params = append(params, types.NewVar(0, nil, "", t))
	}
	if g.chance(60) {
		res = append(res, types.NewVar(0, nil, "", g.typ()))
	}
	sig := types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), types.NewTuple(res...), false)
	name := g.name("f")
	g.line("%s := %s", name, g.funcLit(sig, 2))
	g.declareVar(name, sig, g.chance(50))
	if g.chance(20) {
		g.line("%s = %s", name, g.funcLit(sig, 2))
	}
	if g.chance(70) {
		if len(res) > 0 {
			r := g.name("v")
			g.line("%s := %s(%s)", r, name, g.args(sig, 2))
			g.declareVar(r, res[0].Type(), false)
		} else {
			g.line("%s(%s)", name, g.args(sig, 2))
		}
	}
	return true
}

// recursiveClosure declares a function literal that calls itself.
func (g *gen) recursiveClosure() bool {
	t := g.typ()
	sig := types.NewSignatureType(nil, nil, nil, types.NewTuple(types.NewVar(0, nil, "", t)), types.NewTuple(types.NewVar(0, nil, "", t)), false)
	name := g.name("f")
	g.line("var %s %s", name, g.str(sig))
	g.declareVar(name, sig, true)
	g.line("%s = %s", name, g.funcLit(sig, 2))
	g.line("%s(%s)", name, g.args(sig, 2))
	return true
}

// aliasAppend appends to a slice and keeps the old one.
func (g *gen) aliasAppend() bool {
	p, ok := g.place(1, func(p *place) bool { return p.assign && under[*types.Slice](p) })
	if !ok {
		return false
	}
	e := p.t.Underlying().(*types.Slice).Elem()
	if g.chance(40) {
		name := g.name("v")
		g.line("%s := append(%s%s, %s)", name, p.text, pick(g, []string{"", "[:0]", "[:1]"}), g.expr(e, 2))
		g.declareVar(name, p.t, false)
		return true
	}
	g.line("%s = append(%s, %s)", p.text, p.text, g.expr(e, 3))
	return true
}

// selfAssign writes what the compiler may ignore.
func (g *gen) selfAssign() bool {
	p, ok := g.place(1, func(p *place) bool {
		return under[*types.Struct](p) || under[*types.Pointer](p) || under[*types.Slice](p)
	})
	if !ok {
		return false
	}
	var list []place
	for _, q := range g.next(p) {
		if q.assign {
			list = append(list, q)
		}
	}
	if len(list) == 0 {
		return false
	}
	a := pick(g, list)
	b := a
	for _, q := range list {
		if types.Identical(q.t, a.t) && g.chance(50) {
			b = q
		}
	}
	if under[*types.Slice](&a) {
		g.line("%s = %s%s", a.text, b.text, pick(g, []string{"[1:]", "[:2]", "[:]", "[" + g.index(0) + ":]"}))
		return true
	}
	g.line("%s = %s", a.text, b.text)
	return true
}

// mapOrChan stores in a map or sends.
func (g *gen) mapOrChan() bool {
	p, ok := g.place(1, func(p *place) bool { return under[*types.Map](p) || under[*types.Chan](p) })
	if !ok {
		return false
	}
	switch u := p.t.Underlying().(type) {
	case *types.Map:
		if g.chance(15) {
			g.line("delete(%s, %s)", p.text, g.expr(u.Key(), 2))
			return true
		}
		g.line("%s[%s] = %s", p.text, g.expr(u.Key(), 2), g.expr(u.Elem(), 2))
	case *types.Chan:
		if u.Dir() == types.RecvOnly {
			g.line("<-%s", p.text)
			return true
		}
		g.line("%s <- %s", p.text, g.expr(u.Elem(), 2))
	}
	return true
}

func (g *gen) opAssign() bool {
	p, ok := g.place(2, func(p *place) bool { return p.assign && under[*types.Basic](p) })
	if !ok {
		return false
	}
	b := p.t.Underlying().(*types.Basic)
	switch {
	case b.Info()&types.IsString != 0:
		g.line("%s += %s", p.text, g.exact(p.t, 2))
	case b.Info()&types.IsNumeric != 0:
		if g.chance(50) {
			g.line("%s++", p.text)
		} else {
			g.line("%s += %s", p.text, g.exact(p.t, 2))
		}
	default:
		return false
	}
	return true
}

// copyVar declares a variable of the same name in a block of its own, or after one.
func (g *gen) copyVar() bool {
	if len(g.vars) == 0 {
		return false
	}
	v := pick(g, g.vars)
	if v.name[0] == 'r' {
		return false // a bare return cannot stand where its results are hidden
	}
	g.line("{")
	g.line("%s := %s", v.name, v.name)
	g.scoped(func() {
		g.declareVar(v.name, v.t, false)
		g.stmts(2, 2)
	})
	if g.chance(50) {
		g.line("_ = func() %s { return %s }", g.str(v.t), v.name)
	}
	g.line("}")
	return true
}

// recovers writes a deferred recover.
func (g *gen) recovers() bool {
	if !g.chance(70) {
		g.line("defer recover()")
		return true
	}
	name := g.name("e")
	g.line("defer func() {")
	g.line("if %s := recover(); %s != nil {", name, name)
	saved := g.fn
	g.fn = &fun{sig: types.NewSignatureType(nil, nil, nil, nil, nil, false), lit: true, params: saved.params}
	g.scoped(func() {
		g.declareVar(name, types.Universe.Lookup("any").Type(), false)
		g.stmts(2, 2)
	})
	g.fn = saved
	g.line("}")
	g.line("}()")
	return true
}

// storeAddress stores the address of a variable somewhere.
func (g *gen) storeAddress() bool {
	v, ok := g.place(0, func(p *place) bool { return p.addr })
	if !ok {
		return false
	}
	p, ok := g.place(2, func(p *place) bool { return p.assign && types.Identical(p.t, types.NewPointer(v.t)) })
	if !ok {
		name := g.name("v")
		g.line("%s := &%s", name, v.text)
		g.declareVar(name, types.NewPointer(v.t), false)
		return true
	}
	g.line("%s = %s", p.text, fmt.Sprintf("&%s", v.text))
	return true
}
