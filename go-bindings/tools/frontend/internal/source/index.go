package source

import (
	"go/ast"
	"go/token"
	"slices"
)

// An index finds nodes by the positions that go/ssa leaves on instructions.
type index struct {
	parent  map[ast.Node]ast.Node
	lparen  map[token.Pos]*ast.CallExpr
	rparen  map[token.Pos]*ast.CallExpr
	lbrace  map[token.Pos]*ast.CompositeLit
	sel     map[token.Pos]*ast.SelectorExpr
	op      map[token.Pos]*ast.BinaryExpr
	unary   map[token.Pos]*ast.UnaryExpr
	star    map[token.Pos]*ast.StarExpr
	lit     map[token.Pos]*ast.FuncLit
	rng     map[token.Pos]*ast.RangeStmt // by range keyword and by for keyword
	loop    map[token.Pos]*ast.ForStmt
	colon   map[token.Pos]*ast.KeyValueExpr
	lbrack  map[token.Pos]ast.Expr // IndexExpr, IndexListExpr, SliceExpr
	ret     map[token.Pos]*ast.ReturnStmt
	arrow   map[token.Pos]*ast.SendStmt
	defined map[token.Pos]definition // by the key position of a left-hand side
	token   map[token.Pos]ast.Node   // AssignStmt by TokPos and by Pos, IncDecStmt by Pos and TokPos
	caseAt  map[token.Pos]caseExpr
	elem    map[token.Pos]element
	decl    map[token.Pos]*ast.FuncDecl // by name
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
	p.index = index{
		parent:  map[ast.Node]ast.Node{},
		lparen:  map[token.Pos]*ast.CallExpr{},
		rparen:  map[token.Pos]*ast.CallExpr{},
		lbrace:  map[token.Pos]*ast.CompositeLit{},
		sel:     map[token.Pos]*ast.SelectorExpr{},
		op:      map[token.Pos]*ast.BinaryExpr{},
		unary:   map[token.Pos]*ast.UnaryExpr{},
		star:    map[token.Pos]*ast.StarExpr{},
		lit:     map[token.Pos]*ast.FuncLit{},
		rng:     map[token.Pos]*ast.RangeStmt{},
		loop:    map[token.Pos]*ast.ForStmt{},
		colon:   map[token.Pos]*ast.KeyValueExpr{},
		lbrack:  map[token.Pos]ast.Expr{},
		ret:     map[token.Pos]*ast.ReturnStmt{},
		arrow:   map[token.Pos]*ast.SendStmt{},
		defined: map[token.Pos]definition{},
		token:   map[token.Pos]ast.Node{},
		caseAt:  map[token.Pos]caseExpr{},
		elem:    map[token.Pos]element{},
		decl:    map[token.Pos]*ast.FuncDecl{},
	}
	for _, f := range p.Files {
		var stack []ast.Node
		ast.Inspect(f, func(n ast.Node) bool {
			switch n.(type) {
			case nil:
				stack = stack[:len(stack)-1]
				return true
			case *ast.Comment, *ast.CommentGroup, *ast.BasicLit, *ast.Ident:
				return false
			}
			if len(stack) > 0 {
				p.index.parent[n] = stack[len(stack)-1]
			}
			p.index.add(n, stack)
			stack = append(stack, n)
			return true
		})
	}
}

// add enters a node under its positions; stack holds its ancestors.
func (x *index) add(n ast.Node, stack []ast.Node) {
	switch n := n.(type) {
	case *ast.CallExpr:
		x.lparen[n.Lparen] = n
		x.rparen[n.Rparen] = n
	case *ast.CompositeLit:
		x.lbrace[n.Lbrace] = n
		for _, e := range n.Elts {
			if _, ok := e.(*ast.KeyValueExpr); !ok {
				x.elem[e.Pos()] = element{n, e}
			}
		}
	case *ast.SelectorExpr:
		x.sel[n.Sel.Pos()] = n
	case *ast.BinaryExpr:
		x.op[n.OpPos] = n
	case *ast.UnaryExpr:
		x.unary[n.OpPos] = n
	case *ast.StarExpr:
		x.star[n.Star] = n
	case *ast.FuncLit:
		x.lit[n.Pos()] = n
	case *ast.RangeStmt:
		x.rng[n.Range] = n
		x.rng[n.For] = n
		for i, e := range []ast.Expr{n.Key, n.Value} {
			if e != nil {
				x.defined[storeKey(e)] = definition{n, i}
			}
		}
	case *ast.ForStmt:
		x.loop[n.For] = n
	case *ast.KeyValueExpr:
		x.colon[n.Colon] = n
	case *ast.IndexExpr:
		x.lbrack[n.Lbrack] = n
	case *ast.IndexListExpr:
		x.lbrack[n.Lbrack] = n
	case *ast.SliceExpr:
		x.lbrack[n.Lbrack] = n
	case *ast.ReturnStmt:
		x.ret[n.Return] = n
	case *ast.SendStmt:
		x.arrow[n.Arrow] = n
	case *ast.AssignStmt:
		x.token[n.TokPos] = n
		x.token[n.Pos()] = n
		for i, e := range n.Lhs {
			x.defined[storeKey(e)] = definition{n, i}
		}
	case *ast.IncDecStmt:
		x.token[n.TokPos] = n
		x.token[n.Pos()] = n
		x.defined[storeKey(n.X)] = definition{n, 0}
	case *ast.ValueSpec:
		for i, e := range n.Names {
			x.defined[e.Pos()] = definition{n, i}
		}
	case *ast.FuncDecl:
		x.decl[n.Name.Pos()] = n
	case *ast.CaseClause:
		if len(stack) < 2 {
			return
		}
		if sw, ok := stack[len(stack)-2].(*ast.SwitchStmt); ok {
			for _, e := range n.List {
				x.caseAt[e.Pos()] = caseExpr{sw, e}
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
func (p *Package) Parent(n ast.Node) ast.Node { return p.index.parent[n] }

// outer returns the closest ancestor of n that is not a parenthesis.
func (p *Package) outer(n ast.Node) ast.Node {
	up := p.index.parent[n]
	for {
		if paren, ok := up.(*ast.ParenExpr); ok {
			up = p.index.parent[paren]
			continue
		}
		return up
	}
}

// CallAtLparen returns the call or conversion whose opening parenthesis is at
// pos (ssa: Call, Convert, MakeSlice, MakeMap, MakeChan, Alloc "new"), or nil.
func (p *Package) CallAtLparen(pos token.Pos) *ast.CallExpr { return p.index.lparen[pos] }

// CallAtRparen returns the call whose closing parenthesis is at pos (ssa: Alloc
// "varargs"), or nil.
func (p *Package) CallAtRparen(pos token.Pos) *ast.CallExpr { return p.index.rparen[pos] }

// LiteralAt returns the composite literal whose brace is at pos (ssa: Alloc
// "complit", "slicelit", MakeMap), or nil.
func (p *Package) LiteralAt(pos token.Pos) *ast.CompositeLit { return p.index.lbrace[pos] }

// SelectorAt returns the selector expression whose selected name is at pos
// (ssa: MakeClosure of a bound method, FieldAddr, Field), or nil.
func (p *Package) SelectorAt(pos token.Pos) *ast.SelectorExpr { return p.index.sel[pos] }

// BinaryAt returns the binary expression whose operator is at pos, or nil.
func (p *Package) BinaryAt(pos token.Pos) *ast.BinaryExpr { return p.index.op[pos] }

// UnaryAt returns the unary expression whose operator is at pos, or nil.
func (p *Package) UnaryAt(pos token.Pos) *ast.UnaryExpr { return p.index.unary[pos] }

// StarAt returns the dereference whose star is at pos, or nil.
func (p *Package) StarAt(pos token.Pos) *ast.StarExpr { return p.index.star[pos] }

// FuncLitAt returns the function literal whose func keyword is at pos, or nil.
func (p *Package) FuncLitAt(pos token.Pos) *ast.FuncLit { return p.index.lit[pos] }

// FuncDeclAt returns the function declaration whose name is at pos, or nil.
func (p *Package) FuncDeclAt(pos token.Pos) *ast.FuncDecl { return p.index.decl[pos] }

// RangeAt returns the range statement whose range or for keyword is at pos (ssa:
// the position of a synthetic range-over-func body is its range keyword), or nil.
func (p *Package) RangeAt(pos token.Pos) *ast.RangeStmt { return p.index.rng[pos] }

// ForAt returns the for statement whose keyword is at pos, or nil.
func (p *Package) ForAt(pos token.Pos) *ast.ForStmt { return p.index.loop[pos] }

// KeyValueAt returns the keyed element whose colon is at pos, or nil.
func (p *Package) KeyValueAt(pos token.Pos) *ast.KeyValueExpr { return p.index.colon[pos] }

// IndexAt returns the index or slice expression whose bracket is at pos, or nil.
func (p *Package) IndexAt(pos token.Pos) ast.Expr { return p.index.lbrack[pos] }

// ReturnAt returns the return statement at pos, or nil.
func (p *Package) ReturnAt(pos token.Pos) *ast.ReturnStmt { return p.index.ret[pos] }

// SendAt returns the send statement whose arrow is at pos, or nil.
func (p *Package) SendAt(pos token.Pos) *ast.SendStmt { return p.index.arrow[pos] }

// AssignAt returns the assignment or increment at pos: its operator or its
// beginning (ssa gives s += x the position of the statement); nil if none.
func (p *Package) AssignAt(pos token.Pos) ast.Stmt {
	s, _ := p.index.token[pos].(ast.Stmt)
	return s
}

// DefinitionAt returns the statement (AssignStmt, IncDecStmt, RangeStmt or
// ValueSpec) one of whose left-hand sides go/ssa places at pos, and which one.
func (p *Package) DefinitionAt(pos token.Pos) (stmt ast.Node, index int) {
	d := p.index.defined[pos]
	return d.stmt, d.i
}

// IsOpAssign reports whether pos is that of an operator assignment such as
// s += x. A string concatenation there is no site for the compiler.
func (p *Package) IsOpAssign(pos token.Pos) bool {
	s, ok := p.index.token[pos].(*ast.AssignStmt)
	return ok && s.Tok != token.ASSIGN && s.Tok != token.DEFINE
}

// InnerConcat reports whether the string concatenation b is only a part of a
// longer one that the compiler folds into a single operation, so that b itself
// is no site. Chains fold through parentheses.
func (p *Package) InnerConcat(b *ast.BinaryExpr) bool {
	up, ok := p.outer(b).(*ast.BinaryExpr)
	return ok && up.Op == token.ADD && b.Op == token.ADD && p.Info.Types[up].Value == nil && isString(p.Info.TypeOf(up))
}

// enclosingStmts returns the ancestors of n from the inside out.
func (p *Package) ancestors(n ast.Node) func(yield func(ast.Node) bool) {
	return func(yield func(ast.Node) bool) {
		for up := p.index.parent[n]; up != nil; up = p.index.parent[up] {
			if !yield(up) {
				return
			}
		}
	}
}

// A span is a half-open range of positions.
type span struct{ from, to token.Pos }

// contains finds pos in sorted, disjoint spans.
func contains(spans []span, pos token.Pos) bool {
	i, exact := slices.BinarySearchFunc(spans, pos, func(s span, pos token.Pos) int { return int(s.from) - int(pos) })
	if exact {
		return true
	}
	return i > 0 && pos < spans[i-1].to
}
