package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"unsafe"
)

// buildVars fills the table of variables: first who declares, captures, assigns
// and takes addresses of what, then the facts that depend on the order in which
// the compiler meets all this.
func (p *Package) buildVars() {
	p.varAt.Reset()
	p.varsAt = map[token.Pos][]*Var{}
	c := &collector{p: p}
	for _, f := range p.funcs.all {
		c.signature(f)
	}
	for i := range p.index.nodes {
		c.declare(p.index.nodes[i].Node)
	}
	c.uses()
	if p.dropUnused() { // again, without the literals dropped
		for _, v := range p.vars {
			v.Captured, v.AddrTaken, v.assigned, v.values = false, false, false, nil
		}
		for _, f := range p.funcs.all {
			f.captures = nil
		}
		c.uses()
	}
	for _, v := range p.vars {
		p.setDepth(v)
	}
	p.orderCaptures()
}

type collector struct {
	p     *Package
	nests bool // the declaration at hand has functions inside: captures may be
}

func (c *collector) uses() {
	nodes := c.p.index.nodes
	next := int32(0) // where the next declaration or file begins
	for i := int32(0); int(i) < len(nodes); i++ {
		n := &nodes[i]
		if i == next {
			if d, ok := n.Node.(ast.Decl); ok {
				next, c.nests = n.end, c.p.funcs.nests[d]
			} else {
				next++ // a file, its name
				continue
			}
		}
		if !c.use(n.Node) {
			i = n.end - 1
		}
	}
}

func (c *collector) add(obj *types.Var, v Var) *Var {
	v.Obj = obj
	if !v.Pos.IsValid() {
		v.Pos = obj.Pos()
	}
	at := &v
	c.p.varAt.Set(unsafe.Pointer(obj), uint32(len(c.p.vars)))
	c.p.vars = append(c.p.vars, at)
	c.p.varsAt[obj.Pos()] = append(c.p.varsAt[obj.Pos()], at)
	return at
}

// varOf returns what is known of a variable, nil if it is not local to a function.
func (p *Package) varOf(obj *types.Var) *Var {
	if i, ok := p.varAt.Get(unsafe.Pointer(obj)); ok {
		return p.vars[i]
	}
	return nil
}

// signature declares the receiver, parameters and results of f.
func (c *collector) signature(f *Func) {
	var sig *types.Signature
	switch n := f.Node.(type) {
	case *ast.FuncDecl:
		if fn, ok := c.p.Info.Defs[n.Name].(*types.Func); ok {
			sig = fn.Signature()
		}
	case *ast.FuncLit:
		sig, _ = c.p.Info.TypeOf(n).(*types.Signature)
	}
	if sig == nil {
		return
	}
	if r := sig.Recv(); r != nil {
		c.add(r, Var{Kind: Param, Func: f})
	}
	for v := range sig.Params().Variables() {
		c.add(v, Var{Kind: Param, Func: f})
	}
	for v := range sig.Results().Variables() {
		c.add(v, Var{Kind: Result, Func: f})
	}
}

// declare enters the variables that a statement declares.
func (c *collector) declare(n ast.Node) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok == token.DEFINE {
			c.define(n)
		}
	case *ast.ValueSpec:
		fn := c.p.FuncOf(n)
		if fn == nil {
			return
		}
		for i, id := range n.Names {
			if obj, ok := c.p.Info.Defs[id].(*types.Var); ok {
				v := c.add(obj, Var{Kind: Local, Func: fn, Stmt: n, index: i})
				if len(n.Values) > 0 {
					v.defined = n
				}
			}
		}
	case *ast.RangeStmt:
		if n.Tok == token.DEFINE {
			for i, e := range []ast.Expr{n.Key, n.Value} {
				c.rangeVar(n, i, e)
			}
		}
	case *ast.CaseClause:
		if obj, ok := c.p.Info.Implicits[n].(*types.Var); ok {
			c.add(obj, Var{Kind: SwitchVar, Func: c.p.FuncOf(n), Stmt: n, Pos: ClauseVarPos(n)})
		}
	}
}

func (c *collector) define(n *ast.AssignStmt) {
	up := c.p.Parent(n)
	for i, e := range n.Lhs {
		id, ok := ast.Unparen(e).(*ast.Ident)
		if !ok {
			continue
		}
		obj, ok := c.p.Info.Defs[id].(*types.Var)
		if !ok {
			continue
		}
		v := c.add(obj, Var{Kind: Local, Func: c.p.FuncOf(n), Stmt: n, defined: n, index: i})
		switch up := up.(type) {
		case *ast.ForStmt:
			if up.Init == ast.Stmt(n) {
				v.Kind, v.Loop = LoopVar, up
			}
		case *ast.CommClause:
			if up.Comm == ast.Stmt(n) && len(n.Lhs) == 1 {
				v.Kind, v.defined = RecvVar, nil // the compiler builds a new statement
			}
		}
	}
}

func (c *collector) rangeVar(n *ast.RangeStmt, i int, e ast.Expr) {
	id, ok := e.(*ast.Ident)
	if !ok {
		return
	}
	obj, ok := c.p.Info.Defs[id].(*types.Var)
	if !ok {
		return
	}
	if c.p.IsRangeFunc(n) {
		c.add(obj, Var{Kind: Param, Func: c.p.Func(n), Stmt: n, index: i})
		return
	}
	c.add(obj, Var{Kind: RangeVar, Func: c.p.FuncOf(n), Stmt: n, Loop: n, defined: n, index: i})
}

// use notes captures, addresses and assignments in live code.
func (c *collector) use(n ast.Node) bool {
	p := c.p
	switch n := n.(type) {
	case *ast.Ident:
		if !c.nests {
			return false
		}
		if v := p.local(n); v != nil && (!p.Dead(n.Pos()) || p.droppedLate(n.Pos())) {
			c.capture(v, n.Pos())
		}
	case *ast.CallExpr:
		return !p.unevaluated(n)
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			c.address(n.X, n)
		}
	case *ast.SliceExpr:
		if t := p.Info.TypeOf(n.X); t != nil {
			if _, array := coreType(t).(*types.Array); array {
				c.address(n.X, n)
			}
		}
	case *ast.SelectorExpr:
		if p.addressesReceiver(n) {
			c.address(n.X, n)
		}
	case *ast.ReturnStmt:
		// In the body of a range over a function it assigns the results.
		if fn := p.FuncOf(n); fn != nil && fn.IsRangeBody() && len(n.Results) > 0 && !p.Dead(n.Pos()) {
			for v := range p.resultsOf(fn) {
				c.capture(v, n.Pos())
			}
		}
	case *ast.AssignStmt, *ast.IncDecStmt, *ast.RangeStmt, *ast.ValueSpec, *ast.CaseClause:
		if !p.Dead(n.Pos()) {
			c.assign(n)
		}
	}
	return true
}

// capture notes a use of v at pos, which captures it if another function does it.
func (c *collector) capture(v *Var, pos token.Pos) {
	fn := c.p.FuncAt(pos)
	var direct *Func // the function within v's own that contains the use
	for fn != nil && fn != v.Func && c.p.droppedLate(fn.Node.Pos()) {
		fn = fn.Parent
	}
	for ; fn != nil && fn != v.Func; fn = fn.Parent {
		if !slices.Contains(fn.captures, v) {
			fn.captures = append(fn.captures, v)
		}
		direct = fn
	}
	if direct == nil {
		return
	}
	v.Captured = true
	c.p.leak(v, direct.Node)
}

// address notes that n takes the address of x.
func (c *collector) address(x ast.Expr, n ast.Node) {
	if v := c.p.root(x); v != nil && !c.p.Dead(n.Pos()) {
		v.AddrTaken = true
		if c.p.FuncAt(x.Pos()) == v.Func {
			c.p.leak(v, n)
		}
	}
}

// local returns the variable an identifier uses.
func (p *Package) local(id *ast.Ident) *Var {
	obj, ok := p.Info.Uses[id].(*types.Var)
	if !ok || obj.IsField() {
		return nil
	}
	return p.varOf(obj)
}

// unevaluated reports whether the arguments of call are not evaluated: len of an
// array, unsafe.Sizeof and the like.
func (p *Package) unevaluated(call *ast.CallExpr) bool {
	var name string
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		name = fun.Name
	case *ast.SelectorExpr:
		name = fun.Sel.Name
	}
	switch name {
	case "len", "cap", "Sizeof", "Alignof", "Offsetof":
	default:
		return false // constant or not, no variable is in it
	}
	if p.Info.Types[call].Value != nil {
		return true
	}
	switch p.Builtin(call) {
	case "Sizeof", "Alignof", "Offsetof":
		return true
	}
	return false
}

// root returns the local variable that the storage of x is a part of, without
// following a pointer; nil if there is none.
func (p *Package) root(x ast.Expr) *Var {
	for {
		switch e := ast.Unparen(x).(type) {
		case *ast.Ident:
			if v := p.local(e); v != nil {
				return v
			}
			obj, _ := p.Info.Defs[e].(*types.Var)
			return p.varOf(obj)
		case *ast.SelectorExpr:
			sel := p.Info.Selections[e]
			if sel == nil || sel.Kind() != types.FieldVal || indirect(sel) {
				return nil
			}
			x = e.X
		case *ast.IndexExpr:
			t := p.Info.TypeOf(e.X)
			if t == nil {
				return nil
			}
			if _, array := coreType(t).(*types.Array); !array {
				return nil
			}
			x = e.X
		default:
			return nil
		}
	}
}

// indirect reports whether the path of a selection to the thing selected goes
// through a pointer.
func indirect(sel *types.Selection) bool {
	_, through := receiver(sel)
	return through
}

// receiver returns the type of the operand that a selection finally applies to,
// after implicit embedded fields, and whether a pointer was followed before it.
func receiver(sel *types.Selection) (t types.Type, through bool) {
	t = sel.Recv()
	path := sel.Index()
	path = path[:len(path)-1]
	for _, i := range path {
		if ptr, ok := t.Underlying().(*types.Pointer); ok {
			t, through = ptr.Elem(), true
		}
		st, ok := coreType(t).(*types.Struct)
		if !ok {
			return t, true
		}
		t = st.Field(i).Type()
	}
	if sel.Kind() == types.FieldVal {
		if _, ok := t.Underlying().(*types.Pointer); ok {
			through = true
		}
	}
	return t, through
}

// addressesReceiver reports whether e selects a pointer method of a variable.
func (p *Package) addressesReceiver(e *ast.SelectorExpr) bool {
	sel := p.Info.Selections[e]
	if sel == nil || sel.Kind() != types.MethodVal {
		return false
	}
	recv := sel.Obj().(*types.Func).Signature().Recv()
	if recv == nil {
		return false
	}
	if _, ok := types.Unalias(recv.Type()).(*types.Pointer); !ok {
		return false
	}
	t, through := receiver(sel)
	_, pointer := types.Unalias(t).(*types.Pointer)
	return !through && !pointer
}

// resultsOf yields the results of the function that a return in fn returns from.
func (p *Package) resultsOf(fn *Func) func(yield func(*Var) bool) {
	for fn != nil && fn.IsRangeBody() {
		fn = fn.Parent
	}
	return func(yield func(*Var) bool) {
		if fn == nil {
			return
		}
		var sig *types.Signature
		switch n := fn.Node.(type) {
		case *ast.FuncDecl:
			if f, ok := p.Info.Defs[n.Name].(*types.Func); ok {
				sig = f.Signature()
			}
		case *ast.FuncLit:
			sig, _ = p.Info.TypeOf(n).(*types.Signature)
		}
		if sig == nil {
			return
		}
		for r := range sig.Results().Variables() {
			if v := p.varOf(r); v != nil && !yield(v) {
				return
			}
		}
	}
}
