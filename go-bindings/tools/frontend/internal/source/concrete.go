package source

import (
	"go/ast"
	"go/types"
)

// An assignment is a value given to a variable of interface type: an expression,
// or, where none stands for it, its type; a nil type is one not known.
type assignment struct {
	expr ast.Expr
	typ  types.Type
}

// assign notes the assignments that n makes.
func (c *collector) assign(n ast.Node) {
	p := c.p
	switch n := n.(type) {
	case *ast.AssignStmt:
		for i, e := range n.Lhs {
			v := p.root(e)
			if v == nil {
				continue
			}
			if v.defined != ast.Node(n) {
				v.assigned = true
			}
			if plain(n) {
				p.assignTo(v, e, p.valueOf(n.Lhs, n.Rhs, i))
			}
		}
	case *ast.IncDecStmt:
		if v := p.root(n.X); v != nil {
			v.assigned = true
		}
	case *ast.RangeStmt:
		for i, e := range []ast.Expr{n.Key, n.Value} {
			if e == nil {
				continue
			}
			if v := p.root(e); v != nil && v.Kind != Param {
				if v.defined != ast.Node(n) {
					v.assigned = true
				}
				p.assignTo(v, e, assignment{typ: p.rangeType(n, i)})
			}
		}
	case *ast.ValueSpec:
		for i, id := range n.Names {
			obj, _ := p.Info.Defs[id].(*types.Var)
			if v := p.varOf(obj); v != nil && len(n.Values) > 0 {
				p.assignTo(v, id, p.valueOf(nil, n.Values, i))
			}
		}
	case *ast.CaseClause:
		obj, _ := p.Info.Implicits[n].(*types.Var)
		if v := p.varOf(obj); v != nil {
			if sw, ok := p.Parent(p.Parent(n)).(*ast.TypeSwitchStmt); ok {
				p.assignTo(v, nil, assignment{expr: guardOf(sw)})
			}
		}
	}
}

// guardOf returns x of a type switch on x.(type).
func guardOf(sw *ast.TypeSwitchStmt) ast.Expr {
	var e ast.Expr
	switch s := sw.Assign.(type) {
	case *ast.AssignStmt:
		e = s.Rhs[0]
	case *ast.ExprStmt:
		e = s.X
	}
	return ast.Unparen(e).(*ast.TypeAssertExpr).X
}

// valueOf is the i-th value of the right-hand sides.
func (p *Package) valueOf(lhs, rhs []ast.Expr, i int) assignment {
	if i < len(rhs) && (len(rhs) > 1 || i == 0 && !p.isTuple(rhs[0])) {
		if call, ok := ast.Unparen(rhs[i]).(*ast.CallExpr); ok && !p.IsConversion(call) {
			return assignment{typ: p.Info.TypeOf(call)}
		}
		return assignment{expr: rhs[i]}
	}
	if len(rhs) != 1 {
		return assignment{}
	}
	e := ast.Unparen(rhs[0])
	if _, ok := e.(*ast.TypeAssertExpr); ok && i == 0 {
		return assignment{expr: e}
	}
	if t, ok := p.Info.TypeOf(e).(*types.Tuple); ok && i < t.Len() {
		return assignment{typ: t.At(i).Type()}
	}
	return assignment{}
}

// rangeType is the type of the i-th value of a range.
func (p *Package) rangeType(n *ast.RangeStmt, i int) types.Type {
	t := p.Info.TypeOf(n.X)
	if t == nil {
		return nil
	}
	u := coreType(t)
	if ptr, ok := u.(*types.Pointer); ok {
		u = ptr.Elem().Underlying()
	}
	switch u := u.(type) {
	case *types.Array:
		if i == 1 {
			return u.Elem()
		}
	case *types.Slice:
		if i == 1 {
			return u.Elem()
		}
	case *types.Chan:
		return u.Elem()
	case *types.Map:
		if i == 0 {
			return u.Key()
		}
		return u.Elem()
	}
	return nil
}

// assignTo records a value for v if e is all of v and v is an interface.
func (p *Package) assignTo(v *Var, e ast.Expr, a assignment) {
	if e != nil {
		if _, whole := ast.Unparen(e).(*ast.Ident); !whole {
			return
		}
	}
	if !isInterface(v.Obj.Type()) || a.expr != nil && p.Info.Types[a.expr].IsNil() {
		return
	}
	if a.typ != nil && isInterface(a.typ) {
		a.typ = nil
	}
	v.values = append(v.values, a)
}

// ConcreteType returns the only dynamic type that the interface expression e, the
// receiver of a method call, can have according to the compiler: every value
// assigned to the local variables it comes from has that type, or is nil. The
// call is then static, with a method of that type. It returns nil if the type is
// not known, or involves type parameters.
func (p *Package) ConcreteType(e ast.Expr) types.Type {
	iface := p.Info.TypeOf(e)
	if iface == nil || !isInterface(iface) || hasTypeParam(iface) {
		return nil
	}
	t, _ := p.concrete(e, map[*Var]bool{})
	if t == nil || hasTypeParam(t) || !types.AssignableTo(t, iface) {
		return nil
	}
	return t
}

// concrete returns the type of e, nil if there is not just one. A value that is
// always nil, or that depends on itself, adds nothing: none is true.
func (p *Package) concrete(e ast.Expr, seen map[*Var]bool) (t types.Type, none bool) {
	for {
		e = ast.Unparen(e)
		t := p.Info.TypeOf(e)
		if t == nil {
			return nil, false
		}
		if both, ok := t.(*types.Tuple); ok {
			t = both.At(0).Type() // of v, ok = x.(T)
		}
		if !isInterface(t) {
			return t, false
		}
		switch x := e.(type) {
		case *ast.CallExpr:
			if !p.IsConversion(x) {
				return nil, false
			}
			e = x.Args[0]
			continue
		case *ast.TypeAssertExpr:
			e = x.X
			continue
		case *ast.Ident:
			v := p.local(x)
			if v == nil || v.Kind == Param || v.Kind == Result || v.AddrTaken {
				return nil, false
			}
			if seen[v] {
				return nil, true
			}
			seen[v] = true
			return p.onlyType(v, seen)
		}
		return nil, false
	}
}

// onlyType is the one type of all values assigned to v.
func (p *Package) onlyType(v *Var, seen map[*Var]bool) (only types.Type, none bool) {
	for _, a := range v.values {
		t, none := a.typ, false
		if a.expr != nil {
			t, none = p.concrete(a.expr, seen)
		}
		switch {
		case none:
		case t == nil, only != nil && !types.Identical(only, t):
			return nil, false
		default:
			only = t
		}
	}
	return only, only == nil
}

func isInterface(t types.Type) bool {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return false
	}
	return types.IsInterface(t)
}
