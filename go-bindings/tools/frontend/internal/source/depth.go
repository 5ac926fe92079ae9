package source

import (
	"go/ast"
	"go/token"
	"slices"
)

// A Func is a function body: a declaration, a literal, or the body of a range
// over a function.
type Func struct {
	Node   ast.Node // *ast.FuncDecl, *ast.FuncLit or *ast.RangeStmt
	Parent *Func    // nil for declarations and for literals in package initialisers
	Decl   *ast.FuncDecl

	captures []*Var // outer variables used here, in order of first use
}

// IsRangeBody reports whether the function is the body of a range over a function.
func (f *Func) IsRangeBody() bool { _, ok := f.Node.(*ast.RangeStmt); return ok }

// Captures reports whether live code of the function uses the variable declared at pos, which is not its own.
func (f *Func) Captures(pos token.Pos) bool {
	return slices.ContainsFunc(f.captures, func(v *Var) bool { return v.Obj.Pos() == pos })
}

// Type returns the function's signature in the source, nil for a range body.
func (f *Func) Type() *ast.FuncType {
	switch n := f.Node.(type) {
	case *ast.FuncDecl:
		return n.Type
	case *ast.FuncLit:
		return n.Type
	}
	return nil
}

// Body returns the statements of the function, nil for one declared without.
func (f *Func) Body() *ast.BlockStmt {
	switch n := f.Node.(type) {
	case *ast.FuncDecl:
		return n.Body
	case *ast.FuncLit:
		return n.Body
	case *ast.RangeStmt:
		return n.Body
	}
	return nil
}

// A funcTable maps positions to functions and loop depths.
type funcTable struct {
	byNode   map[ast.Node]*Func
	nests    map[ast.Decl]bool // declarations with functions inside
	all      []*Func
	segments []segment // sorted by position
}

// A segment says what holds from a position up to the next segment.
type segment struct {
	from  token.Pos
	fn    *Func
	depth int
}

func (p *Package) segmentAt(pos token.Pos) segment {
	segs := p.funcs.segments
	i, ok := slices.BinarySearchFunc(segs, pos, func(s segment, pos token.Pos) int { return int(s.from) - int(pos) })
	if ok {
		return segs[i]
	}
	if i == 0 {
		return segment{depth: 1}
	}
	return segs[i-1]
}

// Depth returns the loop depth of a position as the compiler counts it: 1 at the
// top of a function, one more inside each for and range (condition and post
// statement included, initialisation not), one more behind a label that a later
// goto jumps back to, up to the end of the enclosing body. Function literals and
// bodies of ranges over functions start again at 1. Outside of functions it is 1.
func (p *Package) Depth(pos token.Pos) int { return p.segmentAt(pos).depth }

// FuncAt returns the innermost function body around pos, nil in package
// initialisers. The func keyword of a literal, and the for and range keywords
// and the operand of a range over a function, belong to the outer function.
func (p *Package) FuncAt(pos token.Pos) *Func { return p.segmentAt(pos).fn }

// FuncOf returns the function whose body contains n.
func (p *Package) FuncOf(n ast.Node) *Func { return p.FuncAt(n.Pos()) }

// Func returns the function of a *ast.FuncDecl, *ast.FuncLit or, for a range
// over a function, *ast.RangeStmt; nil if there is none.
func (p *Package) Func(n ast.Node) *Func { return p.funcs.byNode[n] }

// Funcs returns all functions of the package in source order.
func (p *Package) Funcs() []*Func { return p.funcs.all }

func (p *Package) buildFuncs() {
	p.funcs.byNode = map[ast.Node]*Func{}
	p.funcs.nests = map[ast.Decl]bool{}
	for _, f := range p.Files {
		w := &depthWalker{p: p, depth: 1}
		w.mark(f.FileStart)
		for _, d := range f.Decls {
			n := len(p.funcs.all)
			if _, ok := d.(*ast.FuncDecl); ok {
				n++
			}
			w.walk(d)
			p.funcs.nests[d] = len(p.funcs.all) > n
		}
	}
	slices.SortStableFunc(p.funcs.segments, func(a, b segment) int { return int(a.from) - int(b.from) })
}

// A depthWalker goes through a file in source order, marking where the depth or
// the function changes.
type depthWalker struct {
	p     *Package
	fn    *Func
	depth int
	loops map[string]bool // labels of fn that a later goto jumps to
}

func (w *depthWalker) mark(pos token.Pos) {
	segs := &w.p.funcs.segments
	if n := len(*segs); n > 0 && (*segs)[n-1].from == pos {
		(*segs)[n-1] = segment{pos, w.fn, w.depth}
		return
	}
	*segs = append(*segs, segment{pos, w.fn, w.depth})
}

func (w *depthWalker) walk(n ast.Node) {
	ast.Inspect(n, func(m ast.Node) bool {
		switch m := m.(type) {
		case *ast.FuncDecl:
			w.enter(m, func() {
				w.mark(m.Pos())
				if m.Body != nil {
					w.walkList(m.Body.List)
				}
			})
			w.mark(m.End())
			return false
		case *ast.FuncLit:
			w.enter(m, func() {
				w.mark(m.Pos() + 1)
				w.walkList(m.Body.List)
			})
			w.mark(m.End())
			return false
		case *ast.RangeStmt:
			w.rangeStmt(m)
			return false
		case *ast.ForStmt:
			w.forStmt(m)
			return false
		case *ast.IfStmt:
			w.node(m.Init)
			w.walk(m.Cond)
			w.block(m.Body.List, m.Body.End())
			if m.Else != nil {
				if b, ok := m.Else.(*ast.BlockStmt); ok {
					w.block(b.List, b.End())
				} else {
					w.block([]ast.Stmt{m.Else}, m.Else.End())
				}
			}
			return false
		case *ast.CaseClause:
			for _, e := range m.List {
				w.walk(e)
			}
			w.block(m.Body, m.End())
			return false
		case *ast.CommClause:
			w.node(m.Comm)
			w.block(m.Body, m.End())
			return false
		case *ast.LabeledStmt:
			if w.loops[m.Label.Name] && !w.p.Dead(m.Pos()) {
				w.depth++
				w.mark(m.Pos())
			}
		}
		return true
	})
}

func (w *depthWalker) walkList(list []ast.Stmt) {
	for _, s := range list {
		w.walk(s)
	}
}

// node walks an optional statement.
func (w *depthWalker) node(s ast.Stmt) {
	if s != nil {
		w.walk(s)
	}
}

// block walks a body; the depth that labels add in it ends with it.
func (w *depthWalker) block(list []ast.Stmt, end token.Pos) {
	old := w.depth
	w.walkList(list)
	if w.depth != old {
		w.depth = old
		w.mark(end)
	}
}

// enter makes n a function while body runs.
func (w *depthWalker) enter(n ast.Node, body func()) {
	outer := *w
	f := &Func{Node: n, Parent: w.fn}
	if d, ok := n.(*ast.FuncDecl); ok {
		f.Decl = d
	} else if w.fn != nil {
		f.Decl = w.fn.Decl
	}
	w.p.funcs.byNode[n] = f
	w.p.funcs.all = append(w.p.funcs.all, f)
	w.fn, w.depth = f, 1
	w.loops = w.p.backwardLabels(f)
	body()
	*w = outer
}

func (w *depthWalker) forStmt(s *ast.ForStmt) {
	w.node(s.Init)
	old := w.depth
	w.depth++
	switch {
	case s.Cond != nil:
		w.mark(s.Cond.Pos())
	case s.Post != nil:
		w.mark(s.Post.Pos())
	default:
		w.mark(s.Body.Pos())
	}
	if s.Cond != nil {
		w.walk(s.Cond)
	}
	w.node(s.Post)
	w.walkList(s.Body.List)
	w.depth = old
	w.mark(s.End())
}

func (w *depthWalker) rangeStmt(s *ast.RangeStmt) {
	if w.p.IsRangeFunc(s) {
		w.enter(s, func() {
			if s.Key != nil {
				w.mark(s.Key.Pos())
			}
		})
		f := w.p.funcs.byNode[s]
		w.mark(s.Range)
		w.walk(s.X)
		outer := *w
		w.fn, w.depth, w.loops = f, 1, w.p.backwardLabels(f)
		w.mark(s.Body.Lbrace)
		w.walkList(s.Body.List)
		*w = outer
		w.mark(s.End())
		return
	}
	old := w.depth
	if s.Key != nil && s.Tok == token.ASSIGN {
		w.depth++
		w.mark(s.Key.Pos())
		w.walk(s.Key)
		if s.Value != nil {
			w.walk(s.Value)
		}
		w.depth = old
		w.mark(s.TokPos)
	}
	w.walk(s.X)
	w.depth++
	w.mark(s.Body.Lbrace)
	w.walkList(s.Body.List)
	w.depth = old
	w.mark(s.End())
}

// backwardLabels returns the labels of f that a later live goto jumps to. A goto
// out of the body of a range over a function is one of the function around it.
func (p *Package) backwardLabels(f *Func) map[string]bool {
	body := f.Body()
	if body == nil || !slices.ContainsFunc(p.index.gotos, func(pos token.Pos) bool { return body.Pos() < pos && pos < body.End() }) {
		return nil
	}
	seen := map[string]bool{}
	loops := map[string]bool{}
	nested := 0
	var visit func(n ast.Node) bool
	visit = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.RangeStmt:
			if p.IsRangeFunc(n) {
				nested++
				ast.Inspect(n.Body, visit)
				nested--
				return false
			}
		case *ast.LabeledStmt:
			if nested == 0 {
				seen[n.Label.Name] = true
			}
		case *ast.BranchStmt:
			if n.Tok == token.GOTO && seen[n.Label.Name] && !p.Dead(n.Pos()) {
				loops[n.Label.Name] = true
			}
		}
		return true
	}
	ast.Inspect(body, visit)
	return loops
}
