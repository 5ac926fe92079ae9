package frontend

import (
	"go/ast"
	"go/token"

	"outlive.dev/tools/frontend/internal/source"
)

// SynPos returns the position the compiler gives to an expression: that of the
// token that makes it what it is. It prints a site there.
func SynPos(e ast.Expr) token.Pos { return source.SynPos(e) }
