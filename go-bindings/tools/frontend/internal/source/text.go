package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// PackText is the text of the slice made for variadic arguments.
const PackText = "... argument"

// SiteText returns an allocation as source text, the way the compiler words it
// in its diagnostics where that is easy: &T{...}, make([]int, n), func literal,
// a + b. The text of a box is that of its operand. It never spans lines.
func (p *Package) SiteText(e ast.Expr) string {
	var b strings.Builder
	p.write(&b, e)
	return b.String()
}

// TypeText returns a type as the compiler writes it: names of the package itself
// bare, others behind their package's name.
func (p *Package) TypeText(t types.Type) string {
	return types.TypeString(t, func(other *types.Package) string {
		if other == p.Types {
			return ""
		}
		return other.Name()
	})
}

func (p *Package) write(b *strings.Builder, e ast.Expr) {
	if tv := p.Info.Types[e]; tv.IsType() {
		b.WriteString(p.TypeText(tv.Type))
		return
	} else if tv.Value != nil {
		if _, ok := ast.Unparen(e).(*ast.BasicLit); !ok {
			b.WriteString(tv.Value.String())
			return
		}
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		p.write(b, e.X)
	case *ast.Ident:
		b.WriteString(e.Name)
	case *ast.BasicLit:
		b.WriteString(e.Value)
	case *ast.FuncLit:
		b.WriteString("func literal")
	case *ast.CompositeLit:
		p.writeLiteral(b, e)
	case *ast.SelectorExpr:
		p.write(b, e.X)
		b.WriteByte('.')
		b.WriteString(e.Sel.Name)
	case *ast.CallExpr:
		p.writeCall(b, e)
	case *ast.UnaryExpr:
		b.WriteString(e.Op.String())
		p.write(b, e.X)
	case *ast.StarExpr:
		b.WriteByte('*')
		p.write(b, e.X)
	case *ast.BinaryExpr:
		p.writeOperand(b, e, e.X)
		b.WriteString(" " + e.Op.String() + " ")
		p.writeOperand(b, e, e.Y)
	case *ast.IndexExpr:
		p.write(b, e.X)
		b.WriteByte('[')
		p.write(b, e.Index)
		b.WriteByte(']')
	case *ast.IndexListExpr:
		p.write(b, e.X)
		b.WriteByte('[')
		p.writeList(b, e.Indices)
		b.WriteByte(']')
	case *ast.SliceExpr:
		p.write(b, e.X)
		b.WriteByte('[')
		p.writeBounds(b, e)
		b.WriteByte(']')
	case *ast.TypeAssertExpr:
		p.write(b, e.X)
		b.WriteString(".(")
		if e.Type == nil {
			b.WriteString("type")
		} else {
			p.write(b, e.Type)
		}
		b.WriteByte(')')
	}
}

func (p *Package) writeLiteral(b *strings.Builder, e *ast.CompositeLit) {
	t := p.Info.TypeOf(e)
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		b.WriteByte('&')
		t = ptr.Elem()
	}
	b.WriteString(p.TypeText(t))
	if len(e.Elts) > 0 {
		b.WriteString("{...}")
	} else {
		b.WriteString("{}")
	}
}

func (p *Package) writeCall(b *strings.Builder, e *ast.CallExpr) {
	if p.IsConversion(e) {
		t := p.Info.TypeOf(e)
		text := p.TypeText(t)
		switch types.Unalias(t).(type) {
		case *types.Named, *types.Basic, *types.TypeParam:
		default:
			text = "(" + text + ")"
		}
		b.WriteString(text)
	} else {
		p.write(b, e.Fun)
	}
	b.WriteByte('(')
	p.writeList(b, e.Args)
	if e.Ellipsis.IsValid() {
		b.WriteString("...")
	}
	b.WriteByte(')')
}

// writeOperand puts an operand of lower precedence in parentheses.
func (p *Package) writeOperand(b *strings.Builder, op *ast.BinaryExpr, e ast.Expr) {
	inner, ok := ast.Unparen(e).(*ast.BinaryExpr)
	concat := op.Op == token.ADD && isString(p.Info.TypeOf(op))
	if ok && inner.Op.Precedence() <= op.Op.Precedence() && ast.Unparen(op.X) != inner && !concat {
		b.WriteByte('(')
		p.write(b, e)
		b.WriteByte(')')
		return
	}
	p.write(b, e)
}

func (p *Package) writeBounds(b *strings.Builder, e *ast.SliceExpr) {
	if e.Low != nil {
		p.write(b, e.Low)
	}
	b.WriteByte(':')
	if e.High != nil {
		p.write(b, e.High)
	}
	if e.Max != nil {
		b.WriteByte(':')
		p.write(b, e.Max)
	}
}

func (p *Package) writeList(b *strings.Builder, list []ast.Expr) {
	for i, e := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		p.write(b, e)
	}
}
