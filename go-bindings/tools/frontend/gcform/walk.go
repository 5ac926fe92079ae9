package gcform

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
	"outlive.dev/tools/frontend/internal/source"
)

// A walker walks the body of a function in the order in which the compiler evaluates it.
type walker struct {
	c    *compilation
	fn   *ssa.Function
	src  *source.Package
	text *textWriter

	// ref is told of every function of the compilation that is referred to, function literals among them. If
	// it is nil, literals are walked where they stand.
	ref func(*ssa.Function)
	// site is told of every place where something may be allocated, with its text.
	site func(kind outlive.SiteKind, pos token.Pos, text func() string)
}

// body walks the body of w.fn.
func (w *walker) body() {
	switch n := w.fn.Syntax().(type) {
	case *ast.FuncDecl:
		if n.Body != nil {
			w.stmts(n.Body.List)
		}
	case *ast.FuncLit:
		w.stmts(n.Body.List)
	case *ast.RangeStmt:
		w.stmts(n.Body.List)
	default:
		if w.c.isInit(w.fn) {
			for _, init := range w.src.Info.InitOrder {
				w.initializer(init)
			}
		}
	}
}

func (w *walker) stmts(list []ast.Stmt) {
	for _, s := range list {
		w.stmt(s)
	}
}

func (w *walker) stmt(s ast.Stmt) {
	if s == nil || w.src.Dead(s.Pos()) {
		return
	}
	switch s := s.(type) {
	case *ast.ExprStmt:
		w.expr(s.X)
	case *ast.SendStmt:
		w.exprs(s.Chan, s.Value)
	case *ast.IncDecStmt:
		w.target(s.X)
	case *ast.AssignStmt:
		for _, e := range s.Lhs {
			w.target(e)
		}
		w.exprs(s.Rhs...)
	case *ast.DeclStmt:
		if d, ok := s.Decl.(*ast.GenDecl); ok && d.Tok == token.VAR {
			for _, spec := range d.Specs {
				w.exprs(spec.(*ast.ValueSpec).Values...)
			}
		}
	case *ast.GoStmt:
		w.wrapped(s.Call)
	case *ast.DeferStmt:
		w.wrapped(s.Call)
	case *ast.ReturnStmt:
		w.exprs(s.Results...)
	case *ast.BlockStmt:
		w.stmts(s.List)
	case *ast.LabeledStmt:
		w.stmt(s.Stmt)
	case *ast.IfStmt:
		w.stmt(s.Init)
		w.expr(s.Cond)
		w.stmt(s.Body)
		w.stmt(s.Else)
	case *ast.ForStmt:
		w.stmt(s.Init)
		if w.perIteration(s) { // the condition and what precedes it become the beginning of the body
			w.stmt(s.Post)
			w.expr(s.Cond)
		} else {
			w.expr(s.Cond)
			w.stmt(s.Post)
		}
		w.stmt(s.Body)
	case *ast.RangeStmt:
		w.rangeStmt(s)
	case *ast.SwitchStmt:
		w.stmt(s.Init)
		w.expr(s.Tag)
		w.clauses(s.Body)
	case *ast.TypeSwitchStmt:
		w.stmt(s.Init)
		w.stmt(s.Assign)
		w.clauses(s.Body)
	case *ast.SelectStmt:
		w.clauses(s.Body)
	}
}

// perIteration reports whether a variable of the loop is made anew for each iteration.
func (w *walker) perIteration(s *ast.ForStmt) bool {
	init, ok := s.Init.(*ast.AssignStmt)
	if !ok || init.Tok != token.DEFINE {
		return false
	}
	for _, e := range init.Lhs {
		if id, ok := e.(*ast.Ident); ok {
			if obj, ok := w.src.Info.Defs[id].(*types.Var); ok {
				if v := w.src.Var(obj); v != nil && v.Leaked {
					return true
				}
			}
		}
	}
	return false
}

func (w *walker) clauses(b *ast.BlockStmt) {
	for _, c := range b.List {
		if w.src.Dead(c.Pos()) {
			continue
		}
		switch c := c.(type) {
		case *ast.CaseClause:
			for _, e := range c.List {
				if !w.src.Info.Types[e].IsType() {
					w.expr(e)
				}
			}
			w.stmts(c.Body)
		case *ast.CommClause:
			w.stmt(c.Comm)
			w.stmts(c.Body)
		}
	}
}

func (w *walker) rangeStmt(s *ast.RangeStmt) {
	if w.src.IsRangeFunc(s) {
		w.literal(s, s.For) // a variable holds the body before the function is evaluated
		w.expr(s.X)
		return
	}
	w.expr(s.X)
	if s.Tok == token.ASSIGN {
		for _, e := range []ast.Expr{s.Key, s.Value} {
			w.target(e)
		}
	}
	w.stmts(s.Body.List)
}

// target walks the left side of an assignment.
func (w *walker) target(e ast.Expr) {
	switch e := ast.Unparen(e).(type) {
	case nil, *ast.Ident:
	case *ast.SelectorExpr:
		w.expr(e.X)
	case *ast.IndexExpr:
		if t := w.src.Info.TypeOf(e.X); t != nil {
			if _, ok := t.Underlying().(*types.Array); ok {
				w.expr(e.Index)
				w.target(e.X)
				return
			}
		}
		w.exprs(e.Index, e.X)
	case *ast.StarExpr:
		w.expr(e.X)
	default:
		w.expr(e)
	}
}

// literal meets the function that a literal, or the body of a range over a function, is.
func (w *walker) literal(n ast.Node, pos token.Pos) {
	if w.src.Dead(pos) {
		return
	}
	w.site(outlive.SiteClosure, pos, func() string { return "func literal" })
	f := w.c.literals(w.fn)[n]
	if f == nil {
		return
	}
	if w.ref != nil {
		if !w.data(pos) {
			w.ref(f)
		}
		return
	}
	if !isClosure(f) {
		return // walked as a function of its own
	}
	outer := w.fn
	w.fn = f
	w.body()
	w.fn = outer
}

// data reports whether what stands at pos, in the initialisation of a package variable, is laid out by the linker: the
// compiler has taken it out of the code by then.
func (w *walker) data(pos token.Pos) bool {
	return w.c.isInit(w.fn) && w.src.StaticInit(pos)
}
