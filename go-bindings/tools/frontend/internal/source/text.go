package source

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"
	"strings"
	"unicode/utf8"
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
		p.writeConstant(b, tv)
		return
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		p.write(b, e.X)
	case *ast.Ident:
		b.WriteString(e.Name)
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

// writeConstant writes a constant's value, converted to its type unless that is
// the one such a literal has anyway.
func (p *Package) writeConstant(b *strings.Builder, tv types.TypeAndValue) {
	text := tv.Value.ExactString()
	if tv.Value.Kind() == constant.Float {
		text = tv.Value.String()
	}
	switch t := types.Unalias(tv.Type).(type) {
	case *types.Basic:
		switch {
		case t.Kind() == types.Rune || t.Kind() == types.UntypedRune:
			if r, ok := constant.Int64Val(tv.Value); ok && r >= 0 && r <= utf8.MaxRune {
				text = strconv.QuoteRune(rune(r))
			}
			b.WriteString(text)
			return
		case t.Info()&types.IsUntyped != 0, t.Kind() == types.Bool, t.Kind() == types.Int,
			t.Kind() == types.Float64, t.Kind() == types.Complex128, t.Kind() == types.String:
			b.WriteString(text)
			return
		}
	}
	b.WriteString(p.TypeText(tv.Type) + "(" + text + ")")
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
			if text != "any" {
				text = "(" + text + ")"
			}
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

// writeOperand writes an operand of op, in parentheses if it binds less tightly.
func (p *Package) writeOperand(b *strings.Builder, op *ast.BinaryExpr, e ast.Expr) {
	inner, ok := ast.Unparen(e).(*ast.BinaryExpr)
	if !ok || p.Info.Types[e].Value != nil {
		p.write(b, e)
		return
	}
	loose := inner.Op.Precedence() < op.Op.Precedence()
	if e == op.Y && inner.Op.Precedence() == op.Op.Precedence() {
		loose = !(op.Op == token.ADD && isString(p.Info.TypeOf(op)))
	}
	if loose {
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
