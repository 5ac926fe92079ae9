package source

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
)

// Dead reports whether pos lies in code that the compiler drops while it reads
// the syntax, before any analysis: an arm of an if on a constant, the operand a
// constant && or || never reaches in such a condition, the body of a for that
// never runs, the clauses a constant switch does not choose, and statements
// behind one that does not fall out, up to the last label of their list, the array of
// a range that asks for its length only; also function literals assigned to variables
// nobody reads. go/ssa keeps all of this.
// Of such a literal that captures nothing only the keyword is dead: no closure is
// made, and yet its body is analysed.
func (p *Package) Dead(pos token.Pos) bool { return contains(p.dead, pos) }

func (p *Package) buildDead() {
	d := &deadFinder{p: p, gone: map[ast.Node]bool{}}
	for i := int32(0); int(i) < len(p.index.nodes); i++ {
		n := &p.index.nodes[i]
		if len(d.gone) > 0 {
			if _, ok := n.Node.(ast.Decl); ok && p.index.nodes[n.up].up < 0 {
				clear(d.gone)
			} else if d.gone[n.Node] {
				i = n.end - 1
				continue
			}
		}
		d.visit(n.Node)
	}
	p.dead, p.unused = merge(d.spans), merge(d.quiet)
	p.early = p.dead
}

type deadFinder struct {
	p     *Package
	spans []span
	quiet []span            // those of them that lie in live code
	gone  map[ast.Node]bool // of the declaration at hand
}

// drop declares n dead. It must be called before n is visited, so that nothing
// inside is dropped again and spans stay disjoint.
func (d *deadFinder) drop(n ast.Node) {
	if !d.gone[n] {
		d.gone[n] = true
		d.spans = append(d.spans, span{n.Pos(), n.End()})
	}
}

// visit drops what is dead among the parts of n.
func (d *deadFinder) visit(n ast.Node) {
	switch n := n.(type) {
	case *ast.BlockStmt:
		d.list(n.List)
	case *ast.CaseClause:
		d.list(n.Body)
	case *ast.CommClause:
		d.list(n.Body)
	case *ast.IfStmt:
		cond := d.static(n.Cond, true)
		if cond < 0 {
			d.drop(n.Body)
		}
		if cond > 0 && n.Else != nil {
			d.drop(n.Else)
		}
	case *ast.ForStmt:
		if n.Cond != nil && d.static(n.Cond, true) < 0 {
			if n.Post != nil {
				d.drop(n.Post)
			}
			d.drop(n.Body)
		}
	case *ast.SwitchStmt:
		d.choose(n)
	case *ast.RangeStmt:
		if n.Value == nil && d.p.isConstantRange(n.X) {
			d.drop(n.X)
			d.quiet = append(d.quiet, span{n.X.Pos(), n.X.End()})
		}
	}
}

// list drops the statements of a list that follow a terminating one.
func (d *deadFinder) list(stmts []ast.Stmt) {
	last := -1
	for i, s := range stmts {
		if _, ok := s.(*ast.LabeledStmt); ok {
			last = i
		}
	}
	dead := false
	for i, s := range stmts {
		if dead && i > last {
			d.drop(s)
			continue
		}
		dead = d.terminates(s)
	}
}

// terminates reports whether control never leaves s at its end, as far as the
// compiler's reader of syntax can tell.
func (d *deadFinder) terminates(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.BranchStmt:
		return s.Tok == token.GOTO || d.leavesRangeBody(s)
	case *ast.ReturnStmt:
		return true
	case *ast.ExprStmt:
		call, ok := ast.Unparen(s.X).(*ast.CallExpr)
		if !ok {
			return false
		}
		id, ok := ast.Unparen(call.Fun).(*ast.Ident)
		return ok && id.Name == "panic" && d.p.Info.Types[id].IsBuiltin()
	case *ast.IfStmt:
		cond := d.static(s.Cond, false)
		return (cond < 0 || d.terminates(s.Body)) && (cond > 0 || s.Else != nil && d.terminates(s.Else))
	case *ast.BlockStmt:
		for _, last := range slices.Backward(s.List) {
			if _, empty := last.(*ast.EmptyStmt); !empty {
				return d.terminates(last)
			}
		}
	}
	return false
}

// leavesRangeBody reports whether a break or continue becomes a return, because
// it ends the body function of a range over a function.
func (d *deadFinder) leavesRangeBody(s *ast.BranchStmt) bool {
	if s.Tok != token.BREAK && s.Tok != token.CONTINUE {
		return false
	}
	for up := range d.p.ancestors(s) {
		switch n := up.(type) {
		case *ast.FuncLit, *ast.FuncDecl:
			return false
		case *ast.RangeStmt:
			if d.p.IsRangeFunc(n) {
				return true
			}
			if d.targets(s, n) {
				return false
			}
		case *ast.ForStmt:
			if d.targets(s, n) {
				return false
			}
		case *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
			if s.Tok == token.BREAK && d.targets(s, n.(ast.Stmt)) {
				return false
			}
		}
	}
	return false
}

// targets reports whether the branch s, met inside the statement n, means n.
func (d *deadFinder) targets(s *ast.BranchStmt, n ast.Stmt) bool {
	if s.Label == nil {
		return true
	}
	l, ok := d.p.Parent(n).(*ast.LabeledStmt)
	return ok && l.Label.Name == s.Label.Name
}

// static evaluates a condition: 1 always true, -1 always false, 0 unknown. With
// drop it also drops the operands that a known operand makes unreachable.
func (d *deadFinder) static(e ast.Expr, drop bool) int {
	if v := d.p.Info.Types[e].Value; v != nil && v.Kind() == constant.Bool {
		if constant.BoolVal(v) {
			return 1
		}
		return -1
	}
	switch e := e.(type) {
	case *ast.UnaryExpr:
		if e.Op == token.NOT {
			return d.static(e.X, drop) // parenthesised operands are not looked into
		}
	case *ast.BinaryExpr:
		decides := -1 // the value of one operand that decides
		switch e.Op {
		case token.LAND:
		case token.LOR:
			decides = 1
		default:
			return 0
		}
		x := d.static(e.X, drop)
		if x == decides {
			if drop {
				d.drop(e.Y)
			}
			return x
		}
		y := d.static(e.Y, drop)
		if x == -decides || y == decides {
			return y
		}
	}
	return 0
}

// choose drops the clauses of a switch on a constant that are never taken.
func (d *deadFinder) choose(s *ast.SwitchStmt) {
	tag := constant.MakeBool(true)
	if s.Tag != nil {
		tag = d.p.Info.Types[s.Tag].Value
	}
	if tag == nil {
		return
	}
	var target *ast.CaseClause
search:
	for _, stmt := range s.Body.List {
		clause := stmt.(*ast.CaseClause)
		if clause.List == nil {
			target = clause
		}
		for _, e := range clause.List {
			v := d.p.Info.Types[e].Value
			if v == nil {
				return
			}
			if constant.Compare(tag, token.EQL, v) {
				target = clause
				break search
			}
		}
	}
	if target != nil && fallsThrough(target.Body) {
		return
	}
	for _, stmt := range s.Body.List {
		if stmt != ast.Stmt(target) {
			d.drop(stmt)
		}
	}
}

// fallsThrough reports whether a clause body ends in fallthrough.
func fallsThrough(body []ast.Stmt) bool {
	for _, s := range slices.Backward(body) {
		if _, empty := s.(*ast.EmptyStmt); empty {
			continue
		}
		for {
			l, ok := s.(*ast.LabeledStmt)
			if !ok {
				break
			}
			s = l.Stmt
		}
		b, ok := s.(*ast.BranchStmt)
		return ok && b.Tok == token.FALLTHROUGH
	}
	return false
}

// IsRangeFunc reports whether s ranges over a function, so that its body is a
// function of its own for the compiler.
func (p *Package) IsRangeFunc(s *ast.RangeStmt) bool {
	t := p.Info.TypeOf(s.X)
	if t == nil {
		return false
	}
	_, ok := coreType(t).(*types.Signature)
	return ok
}

// coreType is the single underlying type of all types of t's type set, or nil.
func coreType(t types.Type) types.Type {
	tp, ok := types.Unalias(t).(*types.TypeParam)
	if !ok {
		return t.Underlying()
	}
	var core types.Type
	iface, _ := tp.Constraint().Underlying().(*types.Interface)
	if iface == nil {
		return nil
	}
	for e := range iface.EmbeddedTypes() {
		for _, u := range unionTerms(e) {
			switch c := coreType(u); {
			case c == nil:
				return nil
			case core == nil:
				core = c
			case !types.Identical(core, c):
				return nil
			}
		}
	}
	return core
}

func unionTerms(t types.Type) []types.Type {
	u, ok := t.(*types.Union)
	if !ok {
		if i, ok := t.Underlying().(*types.Interface); ok {
			var all []types.Type
			for e := range i.EmbeddedTypes() {
				all = append(all, unionTerms(e)...)
			}
			return all
		}
		return []types.Type{t}
	}
	var terms []types.Type
	for term := range u.Terms() {
		terms = append(terms, term.Type())
	}
	return terms
}
