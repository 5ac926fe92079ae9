package randprog

import (
	"fmt"
	"go/types"
	"strings"
)

func (g *gen) line(format string, args ...any) {
	fmt.Fprintf(g.out, format+"\n", args...)
}

func (g *gen) declareVar(name string, t types.Type, fixed bool) {
	g.vars = append(g.vars, local{name, t, fixed})
}

// scoped writes something in whose end the variables declared in it go out of sight.
func (g *gen) scoped(write func()) {
	n := len(g.vars)
	write()
	g.vars = g.vars[:n]
}

// function returns the body of a declared function.
func (g *gen) function(f *types.Func) string {
	sig := f.Signature()
	g.vars, g.budget, g.order = nil, 5+g.n(14), g.orderOf(f)
	g.fn = &fun{sig: sig, params: sig.TypeParams()}
	if sig.RecvTypeParams().Len() > 0 {
		g.fn.params = sig.RecvTypeParams()
	}
	if g.fn.params.Len() == 0 {
		g.fn.params, g.order = nil, 1000
	}
	if r := sig.Recv(); r != nil && r.Name() != "" && r.Name() != "_" {
		g.declareVar(r.Name(), r.Type(), false)
	}
	return g.bodyOf(sig, 2)
}

// bodyOf writes a body with its braces, the parameters in sight.
func (g *gen) bodyOf(sig *types.Signature, d int) string {
	saved := g.out
	defer func() { g.out = saved }()
	g.out = new(strings.Builder)
	g.out.WriteString("{\n")
	g.scoped(func() {
		for v := range sig.Params().Variables() {
			if v.Name() != "" && v.Name() != "_" {
				g.declareVar(v.Name(), v.Type(), false)
			}
		}
		for v := range sig.Results().Variables() {
			if v.Name() != "" && v.Name() != "_" {
				g.declareVar(v.Name(), v.Type(), false)
			}
		}
		k := 1 + g.n(4)
		if !g.fn.lit {
			k = 3 + g.n(6)
		}
		g.stmts(k, 0)
		if sig.Results().Len() > 0 {
			g.returns(d)
		}
	})
	g.out.WriteString("}")
	return g.out.String()
}

// funcLit returns a function literal, which captures what is in sight.
func (g *gen) funcLit(sig *types.Signature, d int) string {
	saved := g.fn
	defer func() { g.fn = saved }()
	g.fn = &fun{sig: sig, lit: true, params: saved.params}
	var params, res []string
	named := g.chance(25)
	var vars []*types.Var
	for v := range sig.Params().Variables() {
		name := g.name("a")
		if g.chance(5) {
			name = "_"
		}
		vars = append(vars, types.NewVar(0, nil, name, v.Type()))
		t := g.str(v.Type())
		if sig.Variadic() && v == sig.Params().At(sig.Params().Len()-1) {
			t = "..." + g.str(v.Type().(*types.Slice).Elem())
		}
		params = append(params, name+" "+t)
	}
	var out []*types.Var
	for v := range sig.Results().Variables() {
		if !named {
			res = append(res, g.str(v.Type()))
			out = append(out, types.NewVar(0, nil, "", v.Type()))
			continue
		}
		name := g.name("rr") // r1 may be a result of the function around
		res = append(res, name+" "+g.str(v.Type()))
		out = append(out, types.NewVar(0, nil, name, v.Type()))
	}
	own := types.NewSignatureType(nil, nil, nil, types.NewTuple(vars...), types.NewTuple(out...), sig.Variadic())
	g.fn.sig = own
	text := "func(" + strings.Join(params, ", ") + ")"
	if len(res) > 0 {
		text += " (" + strings.Join(res, ", ") + ")"
	}
	return text + " " + g.bodyOf(own, min(d, 2))
}

// returns writes a return statement.
func (g *gen) returns(d int) {
	r := g.fn.sig.Results()
	if r.Len() == 0 || r.At(0).Name() != "" && g.chance(35) {
		g.line("return")
		return
	}
	if r.Len() > 1 && g.chance(15) {
		if c := g.resultsFor(r, false, d); c != "" {
			g.line("return %s", c)
			return
		}
	}
	var list []string
	for v := range r.Variables() {
		list = append(list, g.expr(v.Type(), d))
	}
	g.line("return %s", strings.Join(list, ", "))
}

// block writes a block with its braces, without what follows.
func (g *gen) block(k, depth int, begin ...string) string {
	saved, quiet := g.out, g.quiet
	defer func() { g.out = saved }()
	g.out, g.quiet = new(strings.Builder), false
	g.out.WriteString("{\n")
	for _, b := range begin {
		g.line("%s", b)
	}
	g.scoped(func() {
		g.stmts(k, depth)
		if g.chance(8) && !quiet {
			g.leave()
		}
	})
	g.out.WriteString("}")
	return g.out.String()
}

// straight is block with an end that is reached.
func (g *gen) straight(k, depth int, begin ...string) string {
	g.quiet = true
	return g.block(k, depth, begin...)
}

// leave writes a statement after which nothing else may stand.
func (g *gen) leave() {
	if len(g.fn.targets) > 0 && g.chance(70) {
		t := pick(g, g.fn.targets)
		word := "break"
		if t.loop && g.chance(50) {
			word = "continue"
		}
		if t.label != "" {
			g.line("%s %s", word, t.label)
			return
		}
	}
	switch {
	case g.chance(20):
		g.line("panic(%s)", g.expr(types.Universe.Lookup("any").Type(), 1))
	default:
		g.returns(1)
	}
}

// stmts writes up to k statements.
func (g *gen) stmts(k, depth int) {
	for range k {
		if g.budget <= 0 {
			return
		}
		g.budget--
		g.stmt(depth)
	}
}

func (g *gen) stmt(depth int) {
	list := []option{
		{22, g.define},
		{20, g.assign},
		{4, g.defineMany},
		{14, g.callStmt},
		{7, g.goOrDefer},
		{3, g.swap},
		{5, g.closureVar},
		{2, g.recursiveClosure},
		{4, g.aliasAppend},
		{3, g.selfAssign},
		{4, g.mapOrChan},
		{4, g.opAssign},
		{3, g.copyVar},
		{2, g.recovers},
		{3, g.storeAddress},
	}
	if depth < 3 {
		inner := depth + 1
		list = append(list,
			option{9, func() bool { return g.ifStmt(inner) }},
			option{9, func() bool { return g.forStmt(inner) }},
			option{9, func() bool { return g.rangeStmt(inner) }},
			option{4, func() bool { return g.switchStmt(inner) }},
			option{4, func() bool { return g.typeSwitch(inner) }},
			option{3, func() bool { return g.selectStmt(inner) }},
			option{2, func() bool { return g.gotoStmt(inner) }},
			option{1, func() bool { g.line("%s", g.straight(2, inner)); return true }},
			option{2, func() bool { g.line("if %s {", g.header(g.condition(1))); g.leave(); g.line("}"); return true }},
		)
	}
	g.choose(list)
}
