package source

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
)

// SelfAssignAt reports whether pos, where go/ssa places the store of an assignment, is that of one which the compiler ignores, see
// IsSelfAssign.
func (p *Package) SelfAssignAt(pos token.Pos) bool { return p.self.at(pos) }

// buildSelf finds the assignments that the compiler ignores. Few have the form: a field, an element or what a pointer
// points to is assigned another one, or a part of itself.
func (p *Package) buildSelf() {
	for _, r := range p.index.defined.rows {
		s, ok := r.value.stmt.(*ast.AssignStmt)
		if !ok || len(s.Lhs) != len(s.Rhs) || s.Tok == token.DEFINE {
			continue
		}
		switch ast.Unparen(s.Lhs[r.value.i]).(type) {
		case *ast.SelectorExpr, *ast.IndexExpr, *ast.StarExpr:
		default:
			continue
		}
		switch ast.Unparen(s.Rhs[r.value.i]).(type) {
		case *ast.SelectorExpr, *ast.IndexExpr, *ast.SliceExpr:
			if p.IsSelfAssign(s, r.value.i) {
				p.self.add(r.pos, true)
			}
		}
	}
}

// IsSelfAssign reports whether the compiler ignores the i-th assignment of s,
// since it only moves pointers within one object: p.f = p.g[i:j], x.f = x.g or
// x[i] = x[j].
func (p *Package) IsSelfAssign(s *ast.AssignStmt, i int) bool {
	if len(s.Lhs) != len(s.Rhs) || s.Tok == token.DEFINE {
		return false
	}
	dst, src := ast.Unparen(s.Lhs[i]), ast.Unparen(s.Rhs[i])
	shift := s.Tok == token.SHL_ASSIGN || s.Tok == token.SHR_ASSIGN // x.f <<= x.g counts, too
	if !shift && p.converts(src, p.Info.TypeOf(dst)) {
		return false
	}
	return p.reslices(dst, src) || p.moves(dst, src)
}

// converts reports whether assigning src to a variable of type t converts it.
func (p *Package) converts(src ast.Expr, t types.Type) bool {
	from := p.Info.TypeOf(src)
	return from == nil || t == nil || !types.Identical(from, t)
}

// reslices recognises p.f = p.g[i:j] and *p = (*p)[i:j] for a variable p.
func (p *Package) reslices(dst, src ast.Expr) bool {
	to := p.dereferenced(dst)
	slice, ok := src.(*ast.SliceExpr)
	if to == nil || !ok {
		return false
	}
	if _, array := coreType(p.Info.TypeOf(slice.X)).(*types.Array); array {
		return false // the result points into the object itself
	}
	return to == p.dereferenced(ast.Unparen(slice.X))
}

// dereferenced returns the variable p of *p, or p.f with p a pointer.
func (p *Package) dereferenced(e ast.Expr) types.Object {
	var base ast.Expr
	switch e := e.(type) {
	case *ast.StarExpr:
		base = e.X
	case *ast.SelectorExpr:
		sel := p.Info.Selections[e]
		if sel == nil || sel.Kind() != types.FieldVal || len(sel.Index()) != 1 {
			return nil
		}
		if _, pointer := coreType(sel.Recv()).(*types.Pointer); !pointer {
			return nil
		}
		base = e.X
	default:
		return nil
	}
	return p.variable(base)
}

// variable returns the variable that e names, of a package or of a function.
func (p *Package) variable(e ast.Expr) types.Object {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		if v, ok := p.Info.Uses[e].(*types.Var); ok && !v.IsField() {
			return v
		}
	case *ast.SelectorExpr:
		if p.Info.Selections[e] == nil {
			if v, ok := p.Info.Uses[e.Sel].(*types.Var); ok {
				return v
			}
		}
	}
	return nil
}

// moves recognises x.f = x.g and x[i] = x[j].
func (p *Package) moves(dst, src ast.Expr) bool {
	switch d := dst.(type) {
	case *ast.SelectorExpr:
		s, ok := src.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		db, sb := p.fieldBase(d), p.fieldBase(s)
		return db != nil && sb != nil && p.sameBase(db, sb)
	case *ast.IndexExpr:
		s, ok := src.(*ast.IndexExpr)
		if !ok || p.isMap(d.X) || p.isMap(s.X) {
			return false
		}
		return p.pure(d.Index) && p.pure(s.Index) && p.sameIndexed(d.X, s.X)
	}
	return false
}

func (p *Package) isMap(e ast.Expr) bool {
	_, m := coreType(p.Info.TypeOf(e)).(*types.Map)
	return m
}

// A base is what a field is selected from: an expression, and the embedded
// fields on the way.
type base struct {
	expr    ast.Expr
	path    []int
	pointer bool // the last step follows a pointer
}

// fieldBase returns the base of a field selection, nil for anything else. The
// fields written out before the last one join those that embedding implies.
func (p *Package) fieldBase(e *ast.SelectorExpr) *base {
	sel := p.Info.Selections[e]
	if sel == nil || sel.Kind() != types.FieldVal {
		return nil
	}
	t := sel.Recv()
	path := sel.Index()[:len(sel.Index())-1]
	for _, i := range path {
		if ptr, ok := t.Underlying().(*types.Pointer); ok {
			t = ptr.Elem()
		}
		st, ok := coreType(t).(*types.Struct)
		if !ok {
			return nil
		}
		t = st.Field(i).Type()
	}
	_, pointer := t.Underlying().(*types.Pointer)
	expr := p.bare(e.X)
	for {
		outer, ok := expr.(*ast.SelectorExpr)
		if !ok {
			return &base{expr, path, pointer}
		}
		sel := p.Info.Selections[outer]
		if sel == nil || sel.Kind() != types.FieldVal {
			return &base{expr, path, pointer}
		}
		path = slices.Concat(sel.Index(), path)
		expr = p.bare(outer.X)
	}
}

func (p *Package) sameBase(a, b *base) bool {
	return a.pointer == b.pointer && slices.Equal(a.path, b.path) && p.same(a.expr, b.expr)
}

// same reports whether two expressions are alike and always give one value.
func (p *Package) same(a, b ast.Expr) bool {
	a, b = p.bare(a), p.bare(b)
	ta, tb := p.Info.Types[a], p.Info.Types[b]
	if ta.Value != nil || tb.Value != nil {
		return ta.Value != nil && tb.Value != nil && ta.Value.Kind() == tb.Value.Kind() &&
			types.Identical(ta.Type, tb.Type) && constant.Compare(ta.Value, token.EQL, tb.Value)
	}
	if x, y := p.Info.TypeOf(a), p.Info.TypeOf(b); x == nil || y == nil || !types.Identical(x, y) {
		return false
	}
	if v := p.variable(a); v != nil {
		return v == p.variable(b)
	}
	switch a := a.(type) {
	case *ast.SelectorExpr:
		b, ok := b.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		x, y := p.fieldBase(a), p.fieldBase(b)
		return x != nil && y != nil && p.Info.Uses[a.Sel] == p.Info.Uses[b.Sel] && p.sameBase(x, y)
	case *ast.StarExpr:
		b, ok := b.(*ast.StarExpr)
		return ok && p.same(a.X, b.X)
	case *ast.UnaryExpr:
		b, ok := b.(*ast.UnaryExpr)
		return ok && a.Op == b.Op && a.Op != token.AND && a.Op != token.ARROW && p.same(a.X, b.X)
	case *ast.IndexExpr:
		b, ok := b.(*ast.IndexExpr)
		return ok && p.sameIndexed(a.X, b.X) && p.same(a.Index, b.Index)
	case *ast.BinaryExpr:
		b, ok := b.(*ast.BinaryExpr)
		return ok && a.Op == b.Op && arithmetic(a.Op) && p.same(a.X, b.X) && p.same(a.Y, b.Y)
	case *ast.CallExpr:
		b, ok := b.(*ast.CallExpr)
		if !ok || !p.IsConversion(a) || !p.IsConversion(b) {
			return false
		}
		t, basic := p.Info.TypeOf(a).Underlying().(*types.Basic)
		return basic && t.Info()&types.IsNumeric != 0 && p.same(a.Args[0], b.Args[0])
	}
	return false
}

// sameIndexed is same for what is indexed: (*p)[i] and p[i] are one for a pointer to an array.
func (p *Package) sameIndexed(a, b ast.Expr) bool {
	a, x := p.indexed(a)
	b, y := p.indexed(b)
	return x == y && p.same(a, b)
}

// indexed returns what is indexed, without the dereference of a pointer to an array, and whether there is one.
func (p *Package) indexed(e ast.Expr) (base ast.Expr, deref bool) {
	e = p.bare(e)
	if t := p.Info.TypeOf(e); t != nil {
		if _, ok := coreType(t).(*types.Pointer); ok {
			return e, true
		}
	}
	if s, ok := e.(*ast.StarExpr); ok {
		return s.X, true
	}
	return e, false
}

// bare strips parentheses and conversions without effect.
func (p *Package) bare(e ast.Expr) ast.Expr {
	for {
		e = ast.Unparen(e)
		c, ok := e.(*ast.CallExpr)
		if !ok || !p.IsConversion(c) || !p.noOp(p.Info.TypeOf(c.Args[0]), p.Info.TypeOf(c)) {
			return e
		}
		e = c.Args[0]
	}
}

// pure reports whether evaluating an index has no effect on memory.
func (p *Package) pure(e ast.Expr) bool {
	e = ast.Unparen(e)
	if tv := p.Info.Types[e]; tv.Value != nil || tv.IsNil() || p.variable(e) != nil {
		return true
	}
	switch e := e.(type) {
	case *ast.BinaryExpr:
		return arithmetic(e.Op) && p.pure(e.X) && p.pure(e.Y)
	case *ast.IndexExpr:
		return !p.isMap(e.X) && p.pure(e.X) && p.pure(e.Index)
	case *ast.UnaryExpr:
		return e.Op != token.AND && e.Op != token.ARROW && p.pure(e.X)
	case *ast.StarExpr:
		return p.pure(e.X)
	case *ast.SelectorExpr:
		sel := p.Info.Selections[e]
		return sel != nil && sel.Kind() == types.FieldVal && p.pure(e.X)
	case *ast.CallExpr:
		if len(e.Args) != 1 {
			return false
		}
		if b := p.Builtin(e); b == "len" || b == "cap" {
			return p.pure(e.Args[0])
		}
		if !p.IsConversion(e) {
			return false
		}
		t, basic := p.Info.TypeOf(e).Underlying().(*types.Basic)
		return basic && t.Info()&types.IsNumeric != 0 && p.pure(e.Args[0])
	}
	return false
}

// arithmetic reports whether op computes a value of its operands' type.
func arithmetic(op token.Token) bool {
	switch op {
	case token.ADD, token.SUB, token.MUL, token.QUO, token.REM, token.AND, token.OR, token.XOR, token.SHL, token.SHR, token.AND_NOT:
		return true
	}
	return false
}
