package source

import (
	"go/ast"
	"go/token"
	"go/types"
)

// maxByValue is the largest variable, in bytes, that a closure copies.
const maxByValue = 128

// CaptureByValue reports whether closures capture v by copying its value: its
// address is never taken, it is not assigned after its first capture, and it is
// small. The type is the variable's own in the instance at hand; nil means the
// declared one. One that mentions a type parameter counts as small.
func (p *Package) CaptureByValue(v *Var, t types.Type) bool {
	if v.AddrTaken || v.Reassigned {
		return false
	}
	if t == nil {
		t = v.Obj.Type()
	}
	return hasTypeParam(t) || p.Sizes.Sizeof(t) <= maxByValue
}

// orderCaptures follows each function in the order in which the compiler does
// and sets Reassigned and FirstCapture of its variables. An assignment counts
// once all of its statement has been seen. The first capture forgets those
// before it if no loop lies between variable and capture: then they cannot come
// again.
func (p *Package) orderCaptures() {
	o := &order{p: p, captured: map[*Var]bool{}}
	for _, f := range p.Files {
		for _, d := range f.Decls {
			if p.funcs.nests[d] {
				o.walk(d)
			}
		}
	}
}

type order struct {
	p        *Package
	captured map[*Var]bool
}

func (o *order) walk(n ast.Node) { ast.Inspect(n, o.visit) }

func (o *order) stmt(s ast.Stmt) {
	if s != nil {
		o.walk(s)
	}
}

func (o *order) expr(e ast.Expr) {
	if e != nil {
		o.walk(e)
	}
}

func (o *order) visit(n ast.Node) bool {
	p := o.p
	if s, ok := n.(ast.Stmt); ok && p.Dead(s.Pos()) {
		o.kept(s)
		return false
	}
	switch n := n.(type) {
	case nil, *ast.Ident, *ast.BasicLit:
		return false
	case *ast.BinaryExpr:
		if p.Dead(n.Y.Pos()) {
			o.expr(n.X)
			return false
		}
	case *ast.FuncLit:
		o.enter(p.Func(n), n.Pos())
		o.walk(n.Body)
		return false
	case *ast.AssignStmt:
		for _, e := range n.Lhs {
			o.expr(e)
		}
		for _, e := range n.Rhs {
			o.expr(e)
		}
		for _, e := range n.Lhs {
			o.store(e, n)
		}
		return false
	case *ast.IncDecStmt:
		o.expr(n.X)
		o.store(n.X, n)
		return false
	case *ast.ForStmt:
		o.forStmt(n)
		return false
	case *ast.RangeStmt:
		o.rangeStmt(n)
		return false
	case *ast.ReturnStmt:
		for _, e := range n.Results {
			o.expr(e)
		}
		fn := p.FuncOf(n)
		if fn.IsRangeBody() && len(n.Results) == 0 {
			return false // the bare return comes after the loop
		}
		o.results(fn)
		return false
	}
	return true
}

// kept walks the literals in dead code that are analysed for themselves.
func (o *order) kept(dead ast.Stmt) {
	if !o.p.Unused(dead.Pos()) {
		return
	}
	ast.Inspect(dead, func(n ast.Node) bool {
		lit, ok := n.(*ast.FuncLit)
		if !ok || o.p.Dead(lit.Body.Lbrace) {
			return true
		}
		o.walk(lit.Body)
		return false
	})
}

func (o *order) forStmt(n *ast.ForStmt) {
	o.stmt(n.Init)
	// With a variable per iteration the post statement opens the body.
	if o.leaked(n) {
		o.stmt(n.Post)
		o.expr(n.Cond)
	} else {
		o.expr(n.Cond)
		o.stmt(n.Post)
	}
	o.walk(n.Body)
}

// leaked reports whether a variable of the for statement is leaked.
func (o *order) leaked(n *ast.ForStmt) bool {
	init, ok := n.Init.(*ast.AssignStmt)
	if !ok || init.Tok != token.DEFINE {
		return false
	}
	for _, e := range init.Lhs {
		if v := o.p.root(e); v != nil && v.Leaked {
			return true
		}
	}
	return false
}

func (o *order) rangeStmt(n *ast.RangeStmt) {
	if !o.p.IsRangeFunc(n) {
		o.expr(n.X)
		if n.Tok == token.ASSIGN {
			o.expr(n.Key)
			o.expr(n.Value)
		}
		o.store(n.Key, n)
		o.store(n.Value, n)
		o.walk(n.Body)
		return
	}
	fn := o.p.Func(n)
	o.enter(fn, n.For)
	if n.Tok == token.ASSIGN {
		o.expr(n.Key)
		o.expr(n.Value)
		o.store(n.Key, n)
		o.store(n.Value, n)
	}
	o.walk(n.Body)
	o.expr(n.X)
	if !fn.Parent.isRangeBody() && o.p.returnsFrom(n) {
		o.results(fn.Parent)
	}
}

// isRangeBody is IsRangeBody for a function that may be nil.
func (f *Func) isRangeBody() bool { return f != nil && f.IsRangeBody() }

// returnsFrom reports whether the body of a range over a function has a return
// statement, dead or not: the compiler tests for it behind the loop, a rewrite
// that comes before it looks for dead code.
func (p *Package) returnsFrom(n *ast.RangeStmt) bool {
	found := false
	ast.Inspect(n.Body, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			found = true
		}
		return !found
	})
	return found
}

// enter notes that the function fn, made at pos, captures its outer variables.
func (o *order) enter(fn *Func, pos token.Pos) {
	for _, v := range fn.captures {
		if o.captured[v] {
			continue
		}
		o.captured[v] = true
		v.FirstCapture = pos
		if v.Depth == o.p.Depth(pos) {
			v.Reassigned = false
		}
	}
}

// store notes an assignment to e by the statement where.
func (o *order) store(e ast.Expr, where ast.Node) {
	if e == nil {
		return
	}
	v := o.p.root(e)
	if v == nil {
		return
	}
	if _, rng := where.(*ast.RangeStmt); v.defined == where && !rng {
		return
	}
	if v.Kind == Param && v.Stmt == where {
		return // a parameter of a range body
	}
	v.Reassigned = true
}

// results notes that a return statement assigns all results of fn.
func (o *order) results(fn *Func) {
	for v := range o.p.resultsOf(fn) {
		v.Reassigned = true
	}
}
