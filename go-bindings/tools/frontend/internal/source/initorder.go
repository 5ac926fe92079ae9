package source

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// An initTable says which parts of the initialisers of package variables are
// computed when the program starts. All else is data that the linker lays out.
type initTable struct {
	dynamic []span
	// static holds the positions of operands that are computed, while the
	// interface value they are converted to is data.
	static map[token.Pos]bool
}

// StaticInit reports whether an allocation at pos, in the initialiser of a
// package variable, is laid out by the linker, so that the compiler never lists
// it. Boxes are asked for with StaticBox. It is false inside functions; the
// keyword of a function literal is not inside that function.
func (p *Package) StaticInit(pos token.Pos) bool {
	return p.FuncAt(pos) == nil && !contains(p.inits.dynamic, pos)
}

// StaticBox is StaticInit for the conversion to an interface of the operand whose
// SynPos is pos. A computed operand may sit in an interface value laid out by the
// linker, whose type word is known.
func (p *Package) StaticBox(pos token.Pos) bool {
	return p.FuncAt(pos) == nil && (p.inits.static[pos] || !contains(p.inits.dynamic, pos))
}

func (p *Package) buildInit() {
	p.inits.static = map[token.Pos]bool{}
	s := &initPlan{p: p, fips: isFIPS(p.Types.Path())}
	for _, init := range p.Info.InitOrder {
		s.variable(init)
	}
	p.inits.dynamic = merge(s.dynamic)
}

// isFIPS reports whether the compiler avoids addresses in the data of a package,
// whose bytes must not depend on where it is loaded.
func isFIPS(path string) bool {
	return path == "crypto/internal/fips140" || strings.HasPrefix(path, "crypto/internal/fips140/")
}

type initPlan struct {
	p       *Package
	fips    bool
	dynamic []span
}

func (s *initPlan) variable(init *types.Initializer) {
	if len(init.Lhs) != 1 {
		s.compute(init.Rhs)
		return
	}
	v := init.Lhs[0]
	if v.Name() == "_" && s.harmless(init.Rhs) {
		return
	}
	s.assign(init.Rhs, v.Type())
}

// compute notes that e is evaluated when the program starts.
func (s *initPlan) compute(e ast.Expr) { s.dynamic = append(s.dynamic, span{e.Pos(), e.End()}) }

// assign lays out e as a value of type t, or notes that it must be computed.
func (s *initPlan) assign(e ast.Expr, t types.Type) {
	if !s.data(e, t) {
		s.compute(e)
	}
}

// data lays out e as a value of type t, apart from parts that are computed, and
// reports whether it could.
func (s *initPlan) data(e ast.Expr, t types.Type) bool {
	p := s.p
	from := p.Info.TypeOf(e)
	if p.Info.Types[e].IsNil() {
		return true
	}
	if t != nil && isInterface(t) && !isInterface(from) {
		return s.box(e)
	}
	if v := p.Info.Types[e].Value; v != nil {
		return !s.fips || v.Kind() != constant.String || constant.StringVal(v) == ""
	}
	switch x := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		return s.conversion(x)
	case *ast.Ident, *ast.SelectorExpr:
		// The compiler may copy the data of another variable. An identifier
		// has no sites, so the answer does not matter; a field selection may.
		if sel, ok := x.(*ast.SelectorExpr); ok {
			chosen := p.Info.Selections[sel]
			return chosen == nil || chosen.Kind() == types.MethodExpr
		}
		return true
	case *ast.UnaryExpr:
		return x.Op == token.AND && !s.fips && s.address(x)
	case *ast.CompositeLit:
		return s.literal(x)
	case *ast.FuncLit:
		return !s.fips
	case *ast.IndexExpr, *ast.IndexListExpr:
		return p.Info.Types[e].IsValue() && s.instance(x)
	}
	return false
}

// instance reports whether e is an instance of a generic function.
func (s *initPlan) instance(e ast.Expr) bool {
	var x ast.Expr
	switch e := e.(type) {
	case *ast.IndexExpr:
		x = e.X
	case *ast.IndexListExpr:
		x = e.X
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		_, ok := s.p.Info.Uses[x].(*types.Func)
		return ok
	case *ast.SelectorExpr:
		_, ok := s.p.Info.Uses[x.Sel].(*types.Func)
		return ok
	}
	return false
}

// box lays out an interface value with the operand e.
func (s *initPlan) box(e ast.Expr) bool {
	if s.fips {
		return false
	}
	if !s.data(e, nil) {
		s.compute(e)
		s.p.inits.static[SynPos(e)] = true
	}
	return true
}

func (s *initPlan) conversion(c *ast.CallExpr) bool {
	p := s.p
	if !p.IsConversion(c) {
		return false
	}
	from, to := p.Info.TypeOf(c.Args[0]), p.Info.TypeOf(c)
	switch {
	case p.Info.Types[c.Args[0]].IsNil():
		return true
	case isInterface(to) && !isInterface(from):
		return s.box(c.Args[0])
	case isInterface(to):
		inner, ok := ast.Unparen(c.Args[0]).(*ast.CallExpr)
		return ok && s.conversion(inner)
	case p.Info.Types[c.Args[0]].Value != nil && isString(from):
		slice, ok := to.Underlying().(*types.Slice)
		if !ok || s.fips {
			return false
		}
		elem, ok := slice.Elem().Underlying().(*types.Basic)
		return ok && (elem.Kind() == types.Byte || elem.Kind() == types.Rune)
	case p.noOp(from, to):
		return s.data(c.Args[0], nil)
	}
	return false
}

// address lays out a pointer to a literal, or to a part of a package variable.
func (s *initPlan) address(x *ast.UnaryExpr) bool {
	if lit, ok := ast.Unparen(x.X).(*ast.CompositeLit); ok {
		s.pointee(lit)
		return true
	}
	e := x.X
	for {
		switch v := ast.Unparen(e).(type) {
		case *ast.Ident:
			return s.p.variable(v) != nil
		case *ast.SelectorExpr:
			sel := s.p.Info.Selections[v]
			if sel == nil {
				return s.p.variable(v) != nil
			}
			if sel.Kind() != types.FieldVal || indirect(sel) {
				return false
			}
			e = v.X
		case *ast.IndexExpr:
			_, array := coreType(s.p.Info.TypeOf(v.X)).(*types.Array)
			if !array || s.p.Info.Types[v.Index].Value == nil {
				return false
			}
			e = v.X
		default:
			return false
		}
	}
}

// pointee lays out the literal that a pointer points to. If it must be computed,
// it is stored through the pointer, and only it is not data.
func (s *initPlan) pointee(lit *ast.CompositeLit) {
	if !s.contents(lit, s.literalType(lit)) {
		s.compute(lit)
	}
}

// literalType is the type of the composite that lit writes, without the pointer
// of an elided &T.
func (s *initPlan) literalType(lit *ast.CompositeLit) types.Type {
	t := s.p.Info.TypeOf(lit)
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		return ptr.Elem()
	}
	return t
}

func (s *initPlan) literal(lit *ast.CompositeLit) bool {
	if _, ptr := s.p.Info.TypeOf(lit).Underlying().(*types.Pointer); ptr {
		if s.fips {
			return false
		}
		s.pointee(lit)
		return true
	}
	return s.contents(lit, s.p.Info.TypeOf(lit))
}

// contents lays out the elements of a literal of type t.
func (s *initPlan) contents(lit *ast.CompositeLit, t types.Type) bool {
	switch u := coreType(t).(type) {
	case *types.Struct:
		for i, e := range lit.Elts {
			f := u.Field(min(i, u.NumFields()-1))
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				f, _ = s.p.Info.Uses[kv.Key.(*ast.Ident)].(*types.Var)
				e = kv.Value
			}
			if f != nil && f.Name() != "_" {
				s.assign(e, f.Type())
			}
		}
		return true
	case *types.Array:
		s.elements(lit, u.Elem())
		return true
	case *types.Slice:
		if s.fips {
			return false
		}
		s.elements(lit, u.Elem())
		return true
	}
	return false
}

func (s *initPlan) elements(lit *ast.CompositeLit, t types.Type) {
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		s.assign(e, t)
	}
}

// harmless reports whether e, assigned to the blank identifier, can be dropped:
// evaluating it cannot be noticed.
func (s *initPlan) harmless(e ast.Expr) bool {
	p := s.p
	ok := true
	ast.Inspect(e, func(n ast.Node) bool {
		x, isExpr := n.(ast.Expr)
		if !ok || !isExpr {
			return ok
		}
		if tv := p.Info.Types[x]; tv.Value != nil || tv.IsType() {
			return false
		}
		switch x := x.(type) {
		case *ast.CallExpr:
			ok = p.IsConversion(x) || s.harmlessBuiltin(x)
		case *ast.SelectorExpr:
			sel := p.Info.Selections[x]
			ok = sel == nil || sel.Kind() == types.FieldVal && !indirect(sel)
		case *ast.IndexExpr, *ast.IndexListExpr, *ast.SliceExpr, *ast.StarExpr, *ast.TypeAssertExpr, *ast.FuncLit:
			ok = false
		case *ast.UnaryExpr:
			ok = x.Op != token.ARROW
		case *ast.BinaryExpr:
			if x.Op == token.QUO || x.Op == token.REM {
				v := p.Info.Types[x.Y].Value
				ok = v != nil && constant.Sign(v) != 0
			}
		}
		return ok
	})
	return ok
}

func (s *initPlan) harmlessBuiltin(c *ast.CallExpr) bool {
	switch s.p.Builtin(c) {
	case "len", "cap", "real", "imag", "complex", "new":
		return true
	case "make":
		switch coreType(s.p.Info.TypeOf(c)).(type) {
		case *types.Map, *types.Chan:
			if len(c.Args) < 2 {
				return true
			}
			v := s.p.Info.Types[c.Args[1]].Value
			return v != nil && constant.Sign(v) == 0
		}
	}
	return false
}
