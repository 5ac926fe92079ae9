package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// dropUnused extends the dead code by function literals whose only fate is to be
// assigned to variables nobody reads: dead code may hold their only uses. The
// compiler removes such assignments before it looks at escapes, though after it
// has decided which loop variables leak. It reports whether there were any.
func (p *Package) dropUnused() bool {
	found := false
	for _, f := range p.Files {
		for _, d := range f.Decls {
			if !p.funcs.nests[d] {
				continue
			}
			u := &unused{p: p, used: map[*Var]bool{}, pending: map[*Var][]ast.Expr{}}
			ast.Inspect(d, u.visit)
			for _, exprs := range u.pending {
				for _, e := range exprs {
					if lit, ok := ast.Unparen(e).(*ast.FuncLit); ok {
						p.dead = append(p.dead, p.unusedSpan(lit))
						found = true
					}
				}
			}
		}
	}
	if found {
		p.dead = merge(p.dead)
	}
	return found
}

// unusedSpan is what dies with the assignment of lit. A literal that captures
// nothing is a function like any other, analysed for itself: only the making of
// its value, at the keyword, is gone.
func (p *Package) unusedSpan(lit *ast.FuncLit) span {
	if fn := p.Func(lit); fn != nil && len(fn.captures) == 0 {
		return span{lit.Pos(), lit.Pos() + 1}
	}
	return span{lit.Pos(), lit.End()}
}

// merge sorts spans and joins those that overlap.
func merge(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return int(a.from) - int(b.from) })
	var out []span
	for _, s := range spans {
		if n := len(out); n > 0 && s.from < out[n-1].to {
			out[n-1].to = max(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}

// unused visits a function; what is assigned to a variable without effect waits
// until the variable is read.
type unused struct {
	p       *Package
	used    map[*Var]bool
	pending map[*Var][]ast.Expr
}

func (u *unused) visit(n ast.Node) bool {
	p := u.p
	switch n := n.(type) {
	case *ast.Ident:
		if v := p.local(n); v != nil && !p.Dead(n.Pos()) {
			u.read(v)
		}
	case *ast.CallExpr:
		return !p.unevaluated(n)
	case *ast.AssignStmt:
		if len(n.Lhs) == len(n.Rhs) && plain(n) {
			for i, l := range n.Lhs {
				u.assign(l, n.Rhs[i])
			}
			return false
		}
	case *ast.ValueSpec:
		if len(n.Names) == len(n.Values) {
			for i, l := range n.Names {
				u.assign(l, n.Values[i])
			}
			return false
		}
	}
	return true
}

// read notes that v is read, which calls for all values assigned to it.
func (u *unused) read(v *Var) {
	if u.used[v] {
		return
	}
	u.used[v] = true
	waiting := u.pending[v]
	delete(u.pending, v)
	for _, e := range waiting {
		ast.Inspect(e, u.visit)
	}
}

func (u *unused) assign(l, value ast.Expr) {
	id, ok := ast.Unparen(l).(*ast.Ident)
	if !ok {
		ast.Inspect(l, u.visit)
		ast.Inspect(value, u.visit)
		return
	}
	var v *Var
	if id.Name != "_" {
		v = u.p.root(id)
	}
	if v == nil || v.Kind == Result || u.used[v] || u.effect(v, value) || u.p.Dead(value.Pos()) {
		ast.Inspect(value, u.visit)
		return
	}
	u.pending[v] = append(u.pending[v], value)
}

// effect reports whether evaluating value for v can do more than give a value.
func (u *unused) effect(v *Var, value ast.Expr) bool {
	tv := u.p.Info.Types[value]
	if isInterface(v.Obj.Type()) && !tv.IsNil() && !isInterface(tv.Type) {
		return true
	}
	if tv.Value != nil || tv.IsNil() {
		return false
	}
	switch e := ast.Unparen(value).(type) {
	case *ast.FuncLit:
		return !types.Identical(u.p.Info.TypeOf(e), v.Obj.Type())
	case *ast.Ident:
		return false
	}
	return true
}

// plain reports whether n is = or :=.
func plain(n *ast.AssignStmt) bool { return n.Tok == token.ASSIGN || n.Tok == token.DEFINE }
