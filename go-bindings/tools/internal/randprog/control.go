package randprog

import (
	"fmt"
	"go/types"
	"strings"
)

func (g *gen) ifStmt(depth int) bool {
	cond := g.header(g.condition(2))
	switch g.n(8) {
	case 0:
		cond = pick(g, []string{"debug", "!debug", "false", "true", "limit == 4", "debug && " + cond, "debug || " + cond, cond + " && debug"})
		if strings.Contains(cond, "||") && strings.Contains(cond, "&&") {
			cond = "debug"
		}
	case 1:
		t := g.typ()
		name := g.name("v")
		g.line("if %s := %s; %s {", name, g.header(g.exact(t, 2)), cond)
		g.scoped(func() {
			g.declareVar(name, t, false)
			g.stmts(2, depth)
		})
		g.line("}")
		return true
	}
	text := "if " + cond + " " + g.block(1+g.n(3), depth)
	if g.chance(40) {
		text += " else "
		if g.chance(30) {
			text += "if " + g.header(g.condition(1)) + " "
		}
		text += g.straight(1+g.n(3), depth)
	}
	g.line("%s", text)
	return true
}

// loop writes a loop: its header, and a body in which it may be left.
func (g *gen) loop(header string, depth int, vars []local, begin ...string) {
	label := ""
	if g.chance(25) {
		label = g.name("L")
	}
	saved := g.fn.targets
	n := len(g.vars)
	g.vars = append(g.vars, vars...)
	g.fn.targets = append(saved[:len(saved):len(saved)], target{label, true})
	if label == "" {
		g.fn.targets[len(saved)].label = ""
	}
	g.fn.loops++
	// What follows the body in each iteration is to be reached.
	g.quiet = strings.Contains(header, ";")
	body := g.block(1+g.n(4), depth, begin...)
	g.fn.loops--
	g.fn.targets = saved
	g.vars = g.vars[:n]
	if label != "" {
		g.line("%s:", label)
	}
	g.line("%s %s", header, body)
}

func (g *gen) forStmt(depth int) bool {
	i := g.name("i")
	intT := types.Typ[types.Int]
	switch g.n(7) {
	case 0:
		g.loop("for "+g.header(g.condition(1)), depth, nil)
	case 1:
		// An endless loop can be left, or nothing after it would be reached.
		g.loop("for", depth, nil, "if "+g.header(g.condition(1))+" {\nbreak\n}")
	case 2:
		t := g.typ()
		init := g.header(g.exact(t, 2))
		g.vars = append(g.vars, local{i, t, false})
		cond := g.header(g.condition(1))
		post := fmt.Sprintf("%s = %s", i, g.header(g.expr(t, 2)))
		g.vars = g.vars[:len(g.vars)-1]
		g.loop(fmt.Sprintf("for %s := %s; %s; %s", i, init, cond, post), depth, []local{{i, t, false}})
	case 3:
		j := g.name("j")
		t := g.typ()
		g.loop(fmt.Sprintf("for %s, %s := 0, %s; %s < 3; %s++", i, j, g.header(g.exact(t, 2)), i, i), depth, []local{{i, intT, false}, {j, t, false}})
	default:
		g.loop(fmt.Sprintf("for %s := 0; %s < %s; %s++", i, i, g.header(g.operand(intT, 1)), i), depth, []local{{i, intT, false}})
	}
	return true
}

func (g *gen) rangeStmt(depth int) bool {
	k, v := g.name("k"), g.name("v")
	intT := types.Typ[types.Int]
	p, ok := g.place(2, func(p *place) bool {
		_, _, n := rangeTypes(p.t)
		return n > 0
	})
	text, t := p.text, p.t
	if !ok || g.chance(30) {
		t = g.typ()
		if _, _, n := rangeTypes(t); n == 0 {
			t = intT
		}
		text = g.header(g.exact(t, 2))
	}
	kt, vt, n := rangeTypes(t)
	if n == 1 && kt == nil {
		g.loop("for range "+text, depth, nil)
		return true
	}
	if g.chance(18) {
		// Variables that exist already.
		kp, ok := g.place(2, func(p *place) bool { return p.assign && kt != nil && types.Identical(p.t, kt) })
		if ok {
			h := "for " + kp.text
			if n > 1 {
				if vp, ok := g.place(2, func(p *place) bool { return p.assign && types.AssignableTo(vt, p.t) }); ok && g.chance(70) {
					h += ", " + vp.text
				}
			}
			g.loop(h+" = range "+text, depth, nil)
			return true
		}
	}
	switch {
	case g.chance(10):
		g.loop("for range "+text, depth, nil)
	case n == 1 || g.chance(25):
		g.loop("for "+k+" := range "+text, depth, []local{{k, kt, false}})
	case g.chance(40):
		g.loop("for _, "+v+" := range "+text, depth, []local{{v, vt, false}})
	default:
		g.loop("for "+k+", "+v+" := range "+text, depth, []local{{k, kt, false}, {v, vt, false}})
	}
	return true
}

// rangeTypes returns what a range over a value of the type has, and how many variables at most; 0 if there is no such range.
func rangeTypes(t types.Type) (k, v types.Type, n int) {
	if _, ok := t.(*types.TypeParam); ok {
		return nil, nil, 0
	}
	intT := types.Typ[types.Int]
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			return intT, types.Universe.Lookup("rune").Type(), 2
		case u.Info()&types.IsInteger != 0:
			return t, nil, 1
		}
	case *types.Slice:
		return intT, u.Elem(), 2
	case *types.Array:
		return intT, u.Elem(), 2
	case *types.Pointer:
		if a, ok := u.Elem().Underlying().(*types.Array); ok {
			return intT, a.Elem(), 2
		}
	case *types.Map:
		return u.Key(), u.Elem(), 2
	case *types.Chan:
		if u.Dir() != types.SendOnly {
			return u.Elem(), nil, 1
		}
	case *types.Signature:
		if u.Params().Len() != 1 || u.Results().Len() != 0 || u.Variadic() {
			return nil, nil, 0
		}
		y, ok := u.Params().At(0).Type().Underlying().(*types.Signature)
		if !ok || y.Results().Len() != 1 || !types.Identical(y.Results().At(0).Type(), types.Typ[types.Bool]) || y.Params().Len() > 2 || y.Variadic() {
			return nil, nil, 0
		}
		switch y.Params().Len() {
		case 0:
			return nil, nil, 1
		case 1:
			return y.Params().At(0).Type(), nil, 1
		}
		return y.Params().At(0).Type(), y.Params().At(1).Type(), 2
	}
	return nil, nil, 0
}

func (g *gen) switchStmt(depth int) bool {
	var b strings.Builder
	constant := g.chance(20)
	tag, tagless := "", g.chance(35)
	intT := types.Typ[types.Int]
	if !tagless {
		tag = g.header(g.exact(intT, 2))
		if constant {
			tag = "limit"
		}
		if g.chance(15) {
			tag = g.name("v") + " := " + tag + "; " + g.header(g.operand(intT, 1))
		}
	}
	b.WriteString("switch " + tag + " {\n")
	n := 1 + g.n(3)
	fall := false
	for i := range n {
		if tagless {
			fmt.Fprintf(&b, "case %s:\n", g.condition(1))
		} else {
			c := fmt.Sprint(i + 3)
			if g.chance(30) {
				c += fmt.Sprintf(", %d", i+10)
			}
			if g.chance(25) {
				c = g.notConstant()
			}
			fmt.Fprintf(&b, "case %s:\n", c)
		}
		body := g.block(1+g.n(2), depth)
		b.WriteString(body[2 : len(body)-1])
		fall = i < n-1 && g.chance(10) && !strings.HasSuffix(strings.TrimSpace(body[:len(body)-1]), "}") && !leaves(body)
		if fall {
			b.WriteString("fallthrough\n")
		}
	}
	// A default would make a switch terminating whose clauses all return.
	if g.chance(40) {
		b.WriteString("default:\n")
		body := g.straight(1, depth)
		b.WriteString(body[2 : len(body)-1])
	}
	b.WriteString("}")
	g.line("%s", b.String())
	return true
}

// leaves reports whether the last statement of a block leaves it.
func leaves(body string) bool {
	lines := strings.Split(strings.TrimSpace(strings.TrimSuffix(body, "}")), "\n")
	last := lines[len(lines)-1]
	for _, w := range []string{"return", "break", "continue", "panic(", "goto"} {
		if strings.HasPrefix(last, w) {
			return true
		}
	}
	return false
}

func (g *gen) typeSwitch(depth int) bool {
	p, ok := g.place(2, func(p *place) bool { return under[*types.Interface](p) })
	if !ok {
		return false
	}
	it := p.t.Underlying().(*types.Interface)
	x := g.name("x")
	bound := g.chance(75)
	if bound {
		g.line("switch %s := %s.(type) {", x, p.text)
	} else {
		g.line("switch %s.(type) {", p.text)
	}
	var seen []types.Type
	for i := range 1 + g.n(3) {
		var list []types.Type
		for range 1 + g.n(2)*g.n(2) {
			t := g.typ()
			dup := !types.AssertableTo(it, t)
			if _, ok := t.(*types.TypeParam); ok {
				dup = dup || len(seen) > 0
			}
			for _, s := range seen {
				dup = dup || types.Identical(s, t)
			}
			if !dup {
				list = append(list, t)
				seen = append(seen, t)
			}
		}
		if len(list) == 0 {
			if i > 0 {
				continue
			}
			g.line("case nil:")
			list = append(list, p.t)
		} else {
			var names []string
			for _, t := range list {
				names = append(names, g.str(t))
			}
			g.line("case %s:", strings.Join(names, ", "))
		}
		t := p.t
		if len(list) == 1 {
			t = list[0]
		}
		g.scoped(func() {
			if bound {
				g.declareVar(x, t, false)
				if i == 0 {
					g.line("_ = %s", x)
				}
			}
			body := g.block(1+g.n(2), depth)
			g.out.WriteString(body[2 : len(body)-1])
		})
	}
	if g.chance(30) {
		g.line("default:")
		g.scoped(func() {
			if bound {
				g.declareVar(x, p.t, false)
			}
			g.stmts(1, 0)
		})
	}
	g.line("}")
	return true
}

func (g *gen) selectStmt(depth int) bool {
	var b strings.Builder
	b.WriteString("select {\n")
	cases := 0
	for range 1 + g.n(2) {
		p, ok := g.place(2, func(p *place) bool { return under[*types.Chan](p) })
		if !ok {
			continue
		}
		cases++
		u := p.t.Underlying().(*types.Chan)
		n := len(g.vars)
		switch {
		case u.Dir() == types.SendOnly || u.Dir() == types.SendRecv && g.chance(40):
			fmt.Fprintf(&b, "case %s <- %s:\n", p.text, g.expr(u.Elem(), 2))
		case g.chance(60):
			name := g.name("v")
			ok := ""
			if g.chance(30) {
				ok = ", " + g.name("ok")
			}
			fmt.Fprintf(&b, "case %s%s := <-%s:\n", name, ok, p.text)
			g.declareVar(name, u.Elem(), false)
		case g.chance(50):
			q, ok := g.place(2, func(p *place) bool { return p.assign && types.AssignableTo(u.Elem(), p.t) })
			if ok {
				fmt.Fprintf(&b, "case %s = <-%s:\n", q.text, p.text)
				break
			}
			fallthrough
		default:
			fmt.Fprintf(&b, "case <-%s:\n", p.text)
		}
		body := g.straight(1+g.n(2), depth)
		b.WriteString(body[2 : len(body)-1])
		g.vars = g.vars[:n]
	}
	if cases == 0 {
		return false
	}
	if g.chance(40) {
		b.WriteString("default:\n")
	}
	b.WriteString("}")
	g.line("%s", b.String())
	return true
}

// gotoStmt writes a jump backwards or forwards.
func (g *gen) gotoStmt(depth int) bool {
	label := g.name("L")
	if g.chance(60) {
		// Declarations after the label stay in its block.
		body := g.straight(1+g.n(3), depth, label+":")
		g.line("%s", strings.TrimSuffix(body, "}"))
		g.line("if %s {", g.header(g.condition(1)))
		g.line("goto %s", label)
		g.line("}")
		g.line("}")
		return true
	}
	g.line("{")
	g.line("if %s {", g.header(g.condition(1)))
	g.line("goto %s", label)
	g.line("}")
	g.line("%s", g.straight(1+g.n(2), depth))
	g.line("%s:", label)
	g.line("}")
	return true
}
