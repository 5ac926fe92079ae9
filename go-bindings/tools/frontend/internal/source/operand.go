package source

import (
	"go/ast"
	"go/token"
	"go/types"
)

// An Operand is the expression whose value a consumer receives, possibly after
// an implicit conversion. Expr is nil for one value of a call with several; Pos
// is where the compiler lists the conversion and is token.NoPos if nothing fits.
type Operand struct {
	Expr ast.Expr
	Pos  token.Pos
	Name string // what the compiler calls it, if it is no expression of the source
}

// OK reports whether the operand was found.
func (o Operand) OK() bool { return o.Pos.IsValid() }

func operand(e ast.Expr) Operand { return Operand{Expr: e, Pos: SynPos(e)} }

// CallOperand returns the i-th written argument of a call; the receiver of a
// method call does not count. In f(g()), with g of several values, every
// argument is at the call's parenthesis.
func (p *Package) CallOperand(call *ast.CallExpr, i int) Operand {
	if call == nil || i < 0 {
		return Operand{}
	}
	if len(call.Args) == 1 && p.isTuple(call.Args[0]) {
		return Operand{Pos: call.Lparen}
	}
	if i < len(call.Args) {
		return operand(call.Args[i])
	}
	return Operand{}
}

// PackOperand returns the i-th of the n variadic arguments of a call.
func (p *Package) PackOperand(call *ast.CallExpr, i, n int) Operand {
	if call == nil {
		return Operand{}
	}
	if len(call.Args) == 1 && p.isTuple(call.Args[0]) {
		return Operand{Pos: call.Lparen}
	}
	return p.CallOperand(call, len(call.Args)-n+i)
}

// StoreOperand returns what is stored by the ssa.Store at pos: the right-hand
// side for an assignment or declaration, the value of a keyed element, an
// unkeyed element, or the argument of new(x).
func (p *Package) StoreOperand(pos token.Pos) Operand {
	if d, ok := p.index.defined.get(pos); ok {
		if o := p.rhs(d); o.OK() {
			return o
		}
	}
	if kv := p.index.colon.at(pos); kv != nil {
		return operand(kv.Value)
	}
	if call := p.index.lparen.at(pos); call != nil && len(call.Args) == 1 && p.Builtin(call) == "new" {
		return operand(call.Args[0])
	}
	if el, ok := p.index.elem.get(pos); ok {
		return operand(el.expr)
	}
	return Operand{}
}

// rhs is the value assigned to a left-hand side.
func (p *Package) rhs(d definition) Operand {
	switch s := d.stmt.(type) {
	case *ast.AssignStmt:
		if len(s.Rhs) == len(s.Lhs) {
			return operand(s.Rhs[d.i])
		}
		return Operand{Pos: s.TokPos}
	case *ast.ValueSpec:
		if len(s.Values) == len(s.Names) {
			return operand(s.Values[d.i])
		}
		if len(s.Values) > 0 {
			return Operand{Pos: s.Names[0].Pos()}
		}
	}
	// A range converts its values without a site, but for one over a function: those are parameters of its body.
	if s, ok := d.stmt.(*ast.RangeStmt); ok && p.IsRangeFunc(s) {
		return Operand{Pos: SynPos([]ast.Expr{s.Key, s.Value}[d.i]), Name: []string{"#p1", "#p2"}[d.i]}
	}
	return Operand{}
}

// A RangeTarget says to what the compiler assigns the value of a range.
type RangeTarget uint8

// The targets of ranges.
const (
	RangeInside RangeTarget = iota // nothing that may outlive anything: a local variable that nobody points to
	RangeTo                        // what is written
	RangeCopied                    // a variable of the function, copied in each iteration to one that leaks
)

// RangeAssignAt returns the target of the value of a range whose store go/ssa places at pos, RangeInside if there is none.
func (p *Package) RangeAssignAt(pos token.Pos) RangeTarget {
	d := p.index.defined.at(pos)
	s, ok := d.stmt.(*ast.RangeStmt)
	if !ok || d.i != 1 {
		return RangeInside
	}
	switch v := p.root(s.Value); {
	case v == nil:
		return RangeTo
	case s.Tok == token.DEFINE && v.Leaked:
		if p.Depth(s.For) > 1 {
			return RangeCopied
		}
	case v.AddrTaken || v.Captured || v.Kind == Result:
		return RangeTo
	}
	return RangeInside
}

// ReturnOperand returns the i-th result of the return statement at pos. The
// results of return f(), with f of several values, are at the statement.
func (p *Package) ReturnOperand(pos token.Pos, i int) Operand {
	s := p.index.ret.at(pos)
	switch {
	case s == nil || len(s.Results) == 0:
		return Operand{}
	case len(s.Results) == 1 && p.isTuple(s.Results[0]):
		return Operand{Pos: s.Return}
	case i < len(s.Results):
		return operand(s.Results[i])
	}
	return Operand{}
}

// ResultOperand is ReturnOperand for the result declared by the identifier or
// type at decl (ssa stores to a named result at the position of the return).
func (p *Package) ResultOperand(pos, decl token.Pos) Operand {
	s := p.index.ret.at(pos)
	if s == nil {
		return Operand{}
	}
	fn := p.FuncOf(s)
	for fn != nil && fn.IsRangeBody() {
		fn = fn.Parent
	}
	if fn == nil || fn.Type() == nil || fn.Type().Results == nil {
		return Operand{}
	}
	i := 0
	for _, f := range fn.Type().Results.List {
		if len(f.Names) == 0 {
			if f.Type.Pos() == decl {
				return p.ReturnOperand(pos, i)
			}
			i++
		}
		for _, n := range f.Names {
			if n.Pos() == decl {
				return p.ReturnOperand(pos, i)
			}
			i++
		}
	}
	return Operand{}
}

// KeyOperand returns the key of the map access or keyed element at pos (ssa:
// MapUpdate, Lookup).
func (p *Package) KeyOperand(pos token.Pos) Operand {
	if kv := p.index.colon.at(pos); kv != nil {
		return operand(kv.Key)
	}
	if ix, ok := p.index.lbrack.at(pos).(*ast.IndexExpr); ok {
		return operand(ix.Index)
	}
	return Operand{}
}

// ValueOperand returns the value stored in a map at pos (ssa: MapUpdate).
func (p *Package) ValueOperand(pos token.Pos) Operand { return p.StoreOperand(pos) }

// SendOperand returns the value sent by the send statement whose arrow is at
// pos (ssa: Send, SelectState).
func (p *Package) SendOperand(pos token.Pos) Operand {
	if s := p.index.arrow.at(pos); s != nil {
		return operand(s.Value)
	}
	return Operand{}
}

// PanicOperand returns the argument of the panic whose parenthesis is at pos.
func (p *Package) PanicOperand(pos token.Pos) Operand {
	return p.CallOperand(p.index.lparen.at(pos), 0)
}

// CompareOperand returns the left (0) or right (1) operand of the comparison at
// pos. In a switch the comparison is at the case expression, its left operand is
// the tag and its right operand the case.
func (p *Package) CompareOperand(pos token.Pos, side int) Operand {
	if b := p.index.op.at(pos); b != nil {
		if side == 0 {
			return operand(b.X)
		}
		return operand(b.Y)
	}
	if c, ok := p.index.caseAt.get(pos); ok {
		if side == 1 {
			return operand(c.expr)
		}
		if c.sw.Tag != nil {
			return operand(c.sw.Tag)
		}
	}
	return Operand{}
}

// ConversionOperand returns the operand of the conversion T(x) at pos.
func (p *Package) ConversionOperand(pos token.Pos) Operand {
	return p.CallOperand(p.index.lparen.at(pos), 0)
}

// isTuple reports whether e has several values.
func (p *Package) isTuple(e ast.Expr) bool {
	t, ok := p.Info.TypeOf(e).(*types.Tuple)
	return ok && t.Len() > 1
}
