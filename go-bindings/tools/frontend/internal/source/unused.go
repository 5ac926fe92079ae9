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
			fn, ok := d.(*ast.FuncDecl)
			generic := ok && isGeneric(fn)
			u := &unused{p: p, used: map[*Var]bool{}, pending: map[*Var][]ast.Expr{}}
			ast.Inspect(d, u.visit)
			var dropped []*ast.FuncLit
			for lits := u.literals(); len(lits) > 0; lits = u.literals() {
				found = true
				dropped = append(dropped, lits...)
				for _, lit := range lits {
					spans, kept := p.unusedSpans(lit, generic)
					p.unused = append(p.unused, spans...)
					for _, inner := range kept {
						ast.Inspect(inner.Body, u.visit)
					}
				}
			}
			for _, lit := range dropped {
				for _, v := range p.Func(lit).captures {
					v.unread = !u.used[v]
				}
			}
		}
	}
	if found {
		p.unused = merge(p.unused)
		p.dead = merge(slices.Concat(p.dead, p.unused))
	}
	return found
}

// Unused reports whether what is at pos is dead because nothing reads the variable it is assigned
// to, or the array that is ranged over. Code around it is not dead.
func (p *Package) Unused(pos token.Pos) bool { return contains(p.unused, pos) }

// DeadEarly reports whether what is at pos is dead even if literals nobody reads are not.
func (p *Package) DeadEarly(pos token.Pos) bool { return contains(p.early, pos) }

// unusedSpans are what dies with the assignment of lit. A literal that captures
// nothing is a function like any other, analysed for itself, also one inside a literal
// that dies: only the making of its value, at the keyword, is gone, and it is kept. In a generic function
// there is none of that kind, since all capture the dictionary.
func (p *Package) unusedSpans(lit *ast.FuncLit, generic bool) (spans []span, kept []*ast.FuncLit) {
	if generic {
		return []span{{lit.Pos(), lit.End()}}, nil
	}
	from := lit.Pos()
	ast.Inspect(lit, func(n ast.Node) bool {
		inner, ok := n.(*ast.FuncLit)
		if !ok {
			return true
		}
		if fn := p.Func(inner); fn == nil || len(fn.captures) > 0 {
			return true
		}
		kept = append(kept, inner)
		spans = append(spans, span{from, inner.Pos() + 1})
		from = inner.End()
		return false
	})
	if from < lit.End() {
		spans = append(spans, span{from, lit.End()})
	}
	return spans, kept
}

// isGeneric reports whether d has type parameters, if only by its receiver.
func isGeneric(d *ast.FuncDecl) bool {
	if d.Type.TypeParams != nil {
		return true
	}
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return false
	}
	e := ast.Unparen(d.Recv.List[0].Type)
	if star, ok := e.(*ast.StarExpr); ok {
		e = ast.Unparen(star.X)
	}
	switch e.(type) {
	case *ast.IndexExpr, *ast.IndexListExpr:
		return true
	}
	return false
}

// droppedLate reports whether what is at pos is dead only because of dropUnused: the
// compiler knew already what the functions around it capture.
func (p *Package) droppedLate(pos token.Pos) bool {
	return p.Unused(pos) && !p.DeadEarly(pos)
}

// isConstantRange reports whether x is an array or a pointer to one of which a range without a value needs only the
// length: what has neither calls nor receives in it is not evaluated.
func (p *Package) isConstantRange(x ast.Expr) bool {
	t := p.Info.TypeOf(x)
	if t == nil {
		return false
	}
	u := t.Underlying()
	if ptr, ok := u.(*types.Pointer); ok {
		u = ptr.Elem().Underlying()
	}
	if _, ok := u.(*types.Array); !ok {
		return false
	}
	constant := true
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false // its body is not evaluated here
		case *ast.UnaryExpr:
			constant = constant && n.Op != token.ARROW
		case *ast.CallExpr:
			switch {
			case p.Info.Types[n.Fun].IsType():
			case p.Info.Types[n].Value == nil:
				constant = false
			case p.Builtin(n) == "len" || p.Builtin(n) == "cap":
				return false
			}
		}
		return constant
	})
	return constant
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
	case *ast.FuncLit, *ast.RangeStmt:
		// What a literal captures is read where it is made, even if it only assigns to it.
		if fn := p.Func(n); fn != nil && !p.Dead(n.Pos()) {
			for _, v := range fn.captures {
				u.read(v)
			}
		}
	case *ast.CallExpr:
		return !p.unevaluated(n)
	case *ast.AssignStmt:
		if !plain(n) {
			return true
		}
		if len(n.Lhs) != len(n.Rhs) {
			// From variables that hold the values.
			for _, l := range n.Lhs {
				if _, ok := ast.Unparen(l).(*ast.Ident); !ok {
					ast.Inspect(l, u.visit)
				}
			}
			ast.Inspect(n.Rhs[0], u.visit)
			return false
		}
		if c, ok := p.Parent(n).(*ast.CommClause); ok && c.Comm == ast.Stmt(n) {
			return true // the compiler has a statement of its own for it, and takes that to read the variable
		}
		named := slices.ContainsFunc(n.Lhs, func(l ast.Expr) bool { return !isBlank(l) })
		for i, l := range n.Lhs {
			if v := n.Rhs[i]; named && isBlank(l) && !u.effect(nil, v) && !p.Dead(v.Pos()) {
				// Among others a blank takes what nobody wants, alone it is a use.
				u.pending[nil] = append(u.pending[nil], v)
				continue
			}
			u.assign(l, n.Rhs[i])
		}
		return false
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

// literals returns the literals that wait, in the order of the source, and forgets all that waits.
func (u *unused) literals() []*ast.FuncLit {
	var list []*ast.FuncLit
	for _, exprs := range u.pending {
		for _, e := range exprs {
			if lit, ok := ast.Unparen(e).(*ast.FuncLit); ok {
				list = append(list, lit)
			}
		}
	}
	clear(u.pending)
	slices.SortFunc(list, func(a, b *ast.FuncLit) int { return int(a.Pos()) - int(b.Pos()) })
	return list
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
	if v == nil || v.Kind == Result || v.Kind == SwitchVar || u.used[v] || u.effect(v, value) || u.p.Dead(value.Pos()) {
		ast.Inspect(value, u.visit)
		return
	}
	u.pending[v] = append(u.pending[v], value)
}

// effect reports whether evaluating value for v can do more than give a value.
func (u *unused) effect(v *Var, value ast.Expr) bool {
	tv := u.p.Info.Types[value]
	if v != nil && isInterface(v.Obj.Type()) && !tv.IsNil() && !isInterface(tv.Type) {
		return true
	}
	if tv.Value != nil || tv.IsNil() {
		return false
	}
	switch e := ast.Unparen(value).(type) {
	case *ast.FuncLit:
		return v != nil && !types.Identical(u.p.Info.TypeOf(e), v.Obj.Type())
	case *ast.Ident:
		return false
	}
	return true
}

func isBlank(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "_"
}

// plain reports whether n is = or :=.
func plain(n *ast.AssignStmt) bool { return n.Tok == token.ASSIGN || n.Tok == token.DEFINE }
