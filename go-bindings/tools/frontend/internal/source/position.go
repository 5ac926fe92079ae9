package source

import (
	"go/ast"
	"go/token"
	"go/types"
)

// SynPos returns the position the compiler's parser gives to an expression.
// It prints a site there, and puts an implicit or explicit conversion at the
// SynPos of its operand, parentheses included.
func SynPos(e ast.Expr) token.Pos {
	switch e := e.(type) {
	case *ast.CompositeLit:
		return e.Lbrace
	case *ast.SelectorExpr:
		return e.X.End()
	case *ast.TypeAssertExpr:
		return e.X.End()
	case *ast.IndexExpr:
		return e.Lbrack
	case *ast.IndexListExpr:
		return e.Lbrack
	case *ast.SliceExpr:
		return e.Lbrack
	case *ast.CallExpr:
		return e.Lparen
	case *ast.BinaryExpr:
		return e.OpPos
	case *ast.KeyValueExpr:
		return e.Colon
	default: // ParenExpr, UnaryExpr, StarExpr begin with their own position
		return e.Pos()
	}
}

// LiteralSite returns where the compiler lists the pointer literal &T{…} made
// by lit: at the ampersand, or at the brace when the literal is an element whose
// &T is elided. The result is not ok for a literal that is only a value.
func (p *Package) LiteralSite(lit *ast.CompositeLit) (pos token.Pos, ok bool) {
	if amp := p.AddressOf(lit); amp != nil {
		return amp.OpPos, true
	}
	if t := p.Info.TypeOf(lit); t != nil {
		if _, ptr := t.Underlying().(*types.Pointer); ptr {
			return lit.Lbrace, true
		}
	}
	return lit.Lbrace, false
}

// AddressOf returns the & expression applied to e, through parentheses, or nil.
func (p *Package) AddressOf(e ast.Expr) *ast.UnaryExpr {
	if u, ok := p.outer(e).(*ast.UnaryExpr); ok && u.Op == token.AND {
		return u
	}
	return nil
}

// PackSite returns where the compiler lists the slice made for the variadic
// arguments of a call. It is not ok for the builtin append, whose pack is none.
func (p *Package) PackSite(call *ast.CallExpr) (pos token.Pos, ok bool) {
	return call.Lparen, p.Builtin(call) == ""
}

// ConversionSite returns where the compiler lists a conversion: at its operand.
func ConversionSite(call *ast.CallExpr) token.Pos { return SynPos(call.Args[0]) }

// Builtin returns the name of the builtin that call invokes, or "".
func (p *Package) Builtin(call *ast.CallExpr) string {
	fun := ast.Unparen(call.Fun)
	if tv, ok := p.Info.Types[fun]; !ok || !tv.IsBuiltin() {
		return ""
	}
	switch fun := fun.(type) {
	case *ast.Ident:
		return fun.Name
	case *ast.SelectorExpr:
		return fun.Sel.Name
	}
	return ""
}

// IsConversion reports whether call is a conversion T(x).
func (p *Package) IsConversion(call *ast.CallExpr) bool {
	return p.Info.Types[call.Fun].IsType()
}

// ClauseVarPos returns the compiler's position of the variable that a type
// switch declares in a clause: the end of the last type of its list, or the
// clause's own position when it has no types.
func ClauseVarPos(clause *ast.CaseClause) token.Pos {
	if n := len(clause.List); n > 0 {
		return typeEndPos(clause.List[n-1])
	}
	return clause.Case
}

// typeEndPos is the position of the rightmost leaf of a type expression.
func typeEndPos(e ast.Expr) token.Pos {
	for {
		switch t := e.(type) {
		case *ast.SelectorExpr:
			return t.X.Pos()
		case *ast.ParenExpr:
			e = t.X
		case *ast.StarExpr:
			e = t.X
		case *ast.ArrayType:
			e = t.Elt
		case *ast.ChanType:
			e = t.Value
		case *ast.Ellipsis:
			e = t.Elt
		case *ast.MapType:
			e = t.Value
		case *ast.InterfaceType:
			last := lastField(t.Methods)
			if last == nil {
				return t.Pos()
			}
			e = last
		case *ast.FuncType:
			last := lastField(t.Results)
			if last == nil {
				last = lastField(t.Params)
			}
			if last == nil {
				return t.Pos()
			}
			e = last
		case *ast.IndexExpr:
			e = t.Index
		case *ast.IndexListExpr:
			e = t.Indices[len(t.Indices)-1]
		default:
			return e.Pos()
		}
	}
}

func lastField(l *ast.FieldList) ast.Expr {
	if l == nil || len(l.List) == 0 {
		return nil
	}
	return l.List[len(l.List)-1].Type
}

func isString(t types.Type) bool {
	if t == nil {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}
