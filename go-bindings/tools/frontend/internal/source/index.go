package source

import (
	"go/ast"
	"go/token"

	"outlive.dev/tools/frontend/internal/pointers"
)

// An index finds nodes by the positions that go/ssa leaves on instructions.
type index struct {
	nodes   []node       // all but comments, parents before children, in the order of the source
	numbers pointers.Map // of nodes, but for identifiers and basic literals
	lparen  posTable[*ast.CallExpr]
	rparen  posTable[*ast.CallExpr]
	lbrace  posTable[*ast.CompositeLit]
	sel     posTable[*ast.SelectorExpr]
	op      posTable[*ast.BinaryExpr]
	unary   posTable[*ast.UnaryExpr]
	star    posTable[*ast.StarExpr]
	lit     posTable[*ast.FuncLit]
	rng     posTable[*ast.RangeStmt] // by range keyword and by for keyword
	loop    posTable[*ast.ForStmt]
	colon   posTable[*ast.KeyValueExpr]
	lbrack  posTable[ast.Expr] // IndexExpr, IndexListExpr, SliceExpr
	ret     posTable[*ast.ReturnStmt]
	arrow   posTable[*ast.SendStmt]
	defined posTable[definition] // by the key position of a left-hand side
	token   posTable[ast.Stmt]   // AssignStmt and IncDecStmt by TokPos and by Pos
	caseAt  posTable[caseExpr]
	elem    posTable[element]
	decl    posTable[*ast.FuncDecl] // by name
	gotos   []token.Pos
}

// A node is one of the syntax, with the numbers of its parent, -1 for a file, and of the first node behind all that is in it.
type node struct {
	ast.Node
	up, end int32
}

// sort makes the tables ready for lookups.
func (x *index) sort() {
	x.lparen.sort()
	x.rparen.sort()
	x.lbrace.sort()
	x.sel.sort()
	x.op.sort()
	x.unary.sort()
	x.star.sort()
	x.lit.sort()
	x.rng.sort()
	x.loop.sort()
	x.colon.sort()
	x.lbrack.sort()
	x.ret.sort()
	x.arrow.sort()
	x.defined.sort()
	x.token.sort()
	x.caseAt.sort()
	x.elem.sort()
	x.decl.sort()
}

// A definition is the i-th left-hand side of an assignment or declaration.
type definition struct {
	stmt ast.Node // *ast.AssignStmt, *ast.ValueSpec or *ast.RangeStmt
	i    int
}

// A caseExpr is one expression of a case clause of an expression switch.
type caseExpr struct {
	sw   *ast.SwitchStmt
	expr ast.Expr
}

// An element is an unkeyed element of a composite literal.
type element struct {
	lit  *ast.CompositeLit
	expr ast.Expr
}

func (p *Package) buildIndex() {
	x := &p.index
	bytes := 0
	for _, f := range p.Files {
		bytes += int(f.FileEnd - f.FileStart)
	}
	x.nodes = make([]node, 0, bytes/8)
	up, named := int32(-1), 0
	visit := func(n ast.Node) bool {
		at := int32(len(x.nodes))
		switch n.(type) {
		case nil:
			x.nodes[up].end = at
			up = x.nodes[up].up
			return true
		case *ast.Comment, *ast.CommentGroup:
			return false
		case *ast.BasicLit, *ast.Ident:
			x.nodes = append(x.nodes, node{n, up, at + 1})
			return false
		}
		x.nodes = append(x.nodes, node{n, up, 0})
		named++
		x.add(n, up)
		up = at
		return true
	}
	for _, f := range p.Files {
		ast.Inspect(f, visit)
	}
	x.numbers.Reset()
	x.numbers.Grow(named)
	for i := range x.nodes {
		switch n := x.nodes[i].Node; n.(type) {
		case *ast.BasicLit, *ast.Ident:
		default:
			x.numbers.Set(pointers.Word(&n), uint32(i))
		}
	}
	x.sort()
}

// add enters a node under its positions; up is the number of its parent.
func (x *index) add(n ast.Node, up int32) {
	switch n := n.(type) {
	case *ast.CallExpr:
		x.lparen.add(n.Lparen, n)
		x.rparen.add(n.Rparen, n)
	case *ast.CompositeLit:
		x.lbrace.add(n.Lbrace, n)
		for _, e := range n.Elts {
			if _, ok := e.(*ast.KeyValueExpr); !ok {
				x.elem.add(e.Pos(), element{n, e})
			}
		}
	case *ast.SelectorExpr:
		x.sel.add(n.Sel.Pos(), n)
	case *ast.BinaryExpr:
		x.op.add(n.OpPos, n)
	case *ast.UnaryExpr:
		x.unary.add(n.OpPos, n)
	case *ast.StarExpr:
		x.star.add(n.Star, n)
	case *ast.FuncLit:
		x.lit.add(n.Pos(), n)
	case *ast.RangeStmt:
		x.rng.add(n.Range, n)
		x.rng.add(n.For, n)
		for i, e := range []ast.Expr{n.Key, n.Value} {
			if e != nil {
				x.defined.add(storeKey(e), definition{n, i})
			}
		}
	case *ast.BranchStmt:
		if n.Tok == token.GOTO {
			x.gotos = append(x.gotos, n.TokPos)
		}
	case *ast.ForStmt:
		x.loop.add(n.For, n)
	case *ast.KeyValueExpr:
		x.colon.add(n.Colon, n)
	case *ast.IndexExpr:
		x.lbrack.add(n.Lbrack, n)
	case *ast.IndexListExpr:
		x.lbrack.add(n.Lbrack, n)
	case *ast.SliceExpr:
		x.lbrack.add(n.Lbrack, n)
	case *ast.ReturnStmt:
		x.ret.add(n.Return, n)
	case *ast.SendStmt:
		x.arrow.add(n.Arrow, n)
	case *ast.AssignStmt:
		x.token.add(n.TokPos, n)
		x.token.add(n.Pos(), n)
		for i, e := range n.Lhs {
			x.defined.add(storeKey(e), definition{n, i})
		}
	case *ast.IncDecStmt:
		x.token.add(n.TokPos, n)
		x.token.add(n.Pos(), n)
		x.defined.add(storeKey(n.X), definition{n, 0})
	case *ast.ValueSpec:
		for i, e := range n.Names {
			x.defined.add(e.Pos(), definition{n, i})
		}
	case *ast.FuncDecl:
		x.decl.add(n.Name.Pos(), n)
	case *ast.CaseClause:
		if sw, ok := x.nodes[x.nodes[up].up].Node.(*ast.SwitchStmt); ok { // around the clause's block
			for _, e := range n.List {
				x.caseAt.add(e.Pos(), caseExpr{sw, e})
			}
		}
	}
}

// storeKey is the position go/ssa gives to a store through the left-hand side e.
func storeKey(e ast.Expr) token.Pos {
	switch e := ast.Unparen(e).(type) {
	case *ast.SelectorExpr:
		return e.Sel.Pos()
	case *ast.IndexExpr:
		return e.Lbrack
	case *ast.StarExpr:
		return e.Star
	default:
		return e.Pos()
	}
}

// Parent returns the node that directly contains n, parentheses included, or
// nil. Identifiers and basic literals are not indexed and have no parent here.
func (p *Package) Parent(n ast.Node) ast.Node {
	if i, ok := p.index.numbers.Get(pointers.Word(&n)); ok {
		if up := p.index.nodes[i].up; up >= 0 {
			return p.index.nodes[up].Node
		}
	}
	return nil
}

// outer returns the closest ancestor of n that is not a parenthesis.
func (p *Package) outer(n ast.Node) ast.Node {
	up := p.Parent(n)
	for {
		if paren, ok := up.(*ast.ParenExpr); ok {
			up = p.Parent(paren)
			continue
		}
		return up
	}
}

// CallAtLparen returns the call or conversion whose opening parenthesis is at
// pos (ssa: Call, Convert, MakeSlice, MakeMap, MakeChan, Alloc "new"), or nil.
func (p *Package) CallAtLparen(pos token.Pos) *ast.CallExpr { return p.index.lparen.at(pos) }

// CallAtRparen returns the call whose closing parenthesis is at pos (ssa: Alloc
// "varargs"), or nil.
func (p *Package) CallAtRparen(pos token.Pos) *ast.CallExpr { return p.index.rparen.at(pos) }

// LiteralAt returns the composite literal whose brace is at pos (ssa: Alloc
// "complit", "slicelit", MakeMap), or nil.
func (p *Package) LiteralAt(pos token.Pos) *ast.CompositeLit { return p.index.lbrace.at(pos) }

// SelectorAt returns the selector expression whose selected name is at pos
// (ssa: MakeClosure of a bound method, FieldAddr, Field), or nil.
func (p *Package) SelectorAt(pos token.Pos) *ast.SelectorExpr { return p.index.sel.at(pos) }

// BinaryAt returns the binary expression whose operator is at pos, or nil.
func (p *Package) BinaryAt(pos token.Pos) *ast.BinaryExpr { return p.index.op.at(pos) }

// UnaryAt returns the unary expression whose operator is at pos, or nil.
func (p *Package) UnaryAt(pos token.Pos) *ast.UnaryExpr { return p.index.unary.at(pos) }

// StarAt returns the dereference whose star is at pos, or nil.
func (p *Package) StarAt(pos token.Pos) *ast.StarExpr { return p.index.star.at(pos) }

// FuncLitAt returns the function literal whose func keyword is at pos, or nil.
func (p *Package) FuncLitAt(pos token.Pos) *ast.FuncLit { return p.index.lit.at(pos) }

// FuncDeclAt returns the function declaration whose name is at pos, or nil.
func (p *Package) FuncDeclAt(pos token.Pos) *ast.FuncDecl { return p.index.decl.at(pos) }

// RangeAt returns the range statement whose range or for keyword is at pos (ssa:
// the position of a synthetic range-over-func body is its range keyword), or nil.
func (p *Package) RangeAt(pos token.Pos) *ast.RangeStmt { return p.index.rng.at(pos) }

// ForAt returns the for statement whose keyword is at pos, or nil.
func (p *Package) ForAt(pos token.Pos) *ast.ForStmt { return p.index.loop.at(pos) }

// KeyValueAt returns the keyed element whose colon is at pos, or nil.
func (p *Package) KeyValueAt(pos token.Pos) *ast.KeyValueExpr { return p.index.colon.at(pos) }

// IndexAt returns the index or slice expression whose bracket is at pos, or nil.
func (p *Package) IndexAt(pos token.Pos) ast.Expr { return p.index.lbrack.at(pos) }

// ReturnAt returns the return statement at pos, or nil.
func (p *Package) ReturnAt(pos token.Pos) *ast.ReturnStmt { return p.index.ret.at(pos) }

// SendAt returns the send statement whose arrow is at pos, or nil.
func (p *Package) SendAt(pos token.Pos) *ast.SendStmt { return p.index.arrow.at(pos) }

// AssignAt returns the assignment or increment at pos: its operator or its
// beginning (ssa gives s += x the position of the statement); nil if none.
func (p *Package) AssignAt(pos token.Pos) ast.Stmt {
	return p.index.token.at(pos)
}

// DefinitionAt returns the statement (AssignStmt, IncDecStmt, RangeStmt or
// ValueSpec) one of whose left-hand sides go/ssa places at pos, and which one.
func (p *Package) DefinitionAt(pos token.Pos) (stmt ast.Node, index int) {
	d := p.index.defined.at(pos)
	return d.stmt, d.i
}

// IsOpAssign reports whether pos is that of an operator assignment such as
// s += x. A string concatenation there is no site for the compiler.
func (p *Package) IsOpAssign(pos token.Pos) bool {
	s, ok := p.index.token.at(pos).(*ast.AssignStmt)
	return ok && s.Tok != token.ASSIGN && s.Tok != token.DEFINE
}

// InnerConcat reports whether the string concatenation b is only a part of a
// longer one that the compiler folds into a single operation, so that b itself
// is no site. Chains fold through parentheses.
func (p *Package) InnerConcat(b *ast.BinaryExpr) bool {
	up, ok := p.outer(b).(*ast.BinaryExpr)
	return ok && up.Op == token.ADD && b.Op == token.ADD && p.Info.Types[up].Value == nil && isString(p.Info.TypeOf(up))
}

// ancestors yields the ancestors of n from the inside out.
func (p *Package) ancestors(n ast.Node) func(yield func(ast.Node) bool) {
	return func(yield func(ast.Node) bool) {
		i, ok := p.index.numbers.Get(pointers.Word(&n))
		if !ok {
			return
		}
		for up := p.index.nodes[i].up; up >= 0; up = p.index.nodes[up].up {
			if !yield(p.index.nodes[up].Node) {
				return
			}
		}
	}
}
