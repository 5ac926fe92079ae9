package source

import (
	"go/ast"
	"go/types"
)

// ConcreteType returns the only dynamic type that the interface expression e, the
// receiver of a method call, can have according to the compiler: every value
// assigned to the local variables it comes from has that type, or is nil. The
// call is then static. It returns nil if the type is not known.
func (p *Package) ConcreteType(e ast.Expr) types.Type { return nil }
