package source

import (
	"go/ast"
	"strings"
	"testing"
)

// find returns the first expression of the source that reads as text.
func find(t *testing.T, p *Package, src, text string) ast.Expr {
	t.Helper()
	var found ast.Expr
	base := p.Fset.File(p.Files[0].Pos()).Base()
	ast.Inspect(p.Files[0], func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok && found == nil {
			if src[int(e.Pos())-base:int(e.End())-base] == text {
				found = e
			}
		}
		return found == nil
	})
	if found == nil {
		t.Fatalf("no expression %q", text)
	}
	return found
}

func TestSynPos(t *testing.T) {
	const src = `package p
type T struct{ f []int; m map[string]int }
func (t *T) M(a ...int) int { return 0 }
func F(t *T, x any, n int) {
	_ = T{f: nil}
	_ = t.f[n:]
	_ = t.m["k"]
	_ = x.(int)
	_ = (n + 1) * 2
	_ = -n
	_ = *t
	_ = func() {}
	t.M(n)
}`
	p := check(t, src)
	for _, c := range []struct{ expr, at string }{
		{"T{f: nil}", "{f: nil}"},
		{"t.f", ".f[n:]"},
		{"t.f[n:]", "[n:]"},
		{`t.m["k"]`, `["k"]`},
		{"x.(int)", ".(int)"},
		{"(n + 1) * 2", "* 2"},
		{"(n + 1)", "(n + 1) * 2"},
		{"n + 1", "+ 1"},
		{"-n", "-n"},
		{"*t", "*t\n"},
		{"func() {}", "func() {}"},
		{"t.M(n)", "(n)\n"},
	} {
		e := find(t, p, src, c.expr)
		if got, want := SynPos(e), at(t, p, src, c.at, 1); got != want {
			t.Errorf("%s at %v, want %v", c.expr, p.Fset.Position(got), p.Fset.Position(want))
		}
	}
}

func TestLiteralSite(t *testing.T) {
	const src = `package p
type T struct{ n int }
var a = &T{1}
var b = T{2}
var c = []*T{{3}}
var d = &(T{4})
var e = map[string]T{"x": {5}}
`
	p := check(t, src)
	for _, c := range []struct {
		brace, at string
		ok        bool
	}{
		{"{1}", "&T{1}", true},
		{"{2}", "{2}", false},
		{"{3}", "{3}", true},
		{"{4}", "&(T{4})", true},
		{"{5}", "{5}", false},
	} {
		lit := p.LiteralAt(at(t, p, src, c.brace, 1))
		if lit == nil {
			t.Fatalf("no literal at %s", c.brace)
		}
		if pos, ok := p.LiteralSite(lit); ok != c.ok || pos != at(t, p, src, c.at, 1) {
			t.Errorf("%s: %v %v", c.brace, p.Fset.Position(pos), ok)
		}
	}
}

func TestClauseVarPos(t *testing.T) {
	const src = `package p
import "unsafe"
func F(x any) {
	switch y := x.(type) {
	case map[string][]*int: _ = y
	case func(a int) (b error): _ = y
	case interface{ M(s string) }: _ = y
	case unsafe.Pointer: _ = y
	case chan struct{}: _ = y
	case int8, G[int16]: _ = y
	case nil: _ = y
	default: _ = y
	}
}
type G[T any] struct{}
`
	p := check(t, src)
	want := []string{"int: _", "error)", "string)", "unsafe.Pointer:", "struct{}:", "int16]", "nil:", "default:"}
	vars := p.VarsAt(at(t, p, src, "y :=", 1))
	if len(vars) != len(want) {
		t.Fatalf("%d variables", len(vars))
	}
	for i, v := range vars {
		if v.Pos != at(t, p, src, want[i], 1) {
			t.Errorf("%s: %v", want[i], p.Fset.Position(v.Pos))
		}
		if v.Kind != SwitchVar {
			t.Errorf("%s: kind %d", want[i], v.Kind)
		}
	}
}

func TestInnerConcat(t *testing.T) {
	const src = `package p
func F(a, b, c string) { _ = a + (b + c) + "x"; _ = (a + b) == c; a += b }
const k = "a" + "b"
`
	p := check(t, src)
	var got []string
	for i := range strings.Count(src, "+ ") {
		b := p.BinaryAt(at(t, p, src, "+ ", i+1))
		if b == nil {
			continue
		}
		if p.InnerConcat(b) {
			got = append(got, "inner")
		} else {
			got = append(got, "site")
		}
	}
	if s := strings.Join(got, " "); s != "inner inner site site site" {
		t.Error(s)
	}
	if !p.IsOpAssign(at(t, p, src, "a += b", 1)) || p.IsOpAssign(at(t, p, src, "_ = a", 1)) {
		t.Error("IsOpAssign")
	}
}

func TestOperands(t *testing.T) {
	const src = `package p
func two() (int, string) { return 1, "" }
func F(n int, m map[any]any, c chan any, p *any, s []any) (x any, err error) {
	f(n, 1)
	g(n, 2, 3)
	h(two())
	x = n + 4
	x, err = two2()
	m[n+5] = n + 6
	c <- n + 7
	*p = n + 8
	s[0] = n + 9
	_ = []any{n + 10, 3: n + 11}
	var y any = n + 12
	if y == n+13 { panic(n + 14) }
	switch y { case n + 15: }
	return n + 16, nil
}
func two2() (int, error) { return 0, nil }
func f(a, b any) {}
func g(a any, b ...any) {}
func h(a, b any) {}
`
	p := check(t, src)
	pos := func(text string) Operand { return Operand{Pos: at(t, p, src, text, 1)} }
	call := func(text string) *ast.CallExpr { return p.CallAtLparen(at(t, p, src, text, 1) + 1) }
	for i, c := range []struct {
		got, want Operand
	}{
		{p.CallOperand(call("f(n"), 0), pos("n, 1)")},
		{p.PackOperand(p.CallAtRparen(at(t, p, src, "3)", 1)+1), 1, 2), pos("3)")},
		{p.CallOperand(call("h(two"), 1), pos("(two")},
		{p.StoreOperand(at(t, p, src, "x = n", 1)), pos("+ 4")},
		{p.StoreOperand(at(t, p, src, "err = two2", 1)), pos("= two2")},
		{p.KeyOperand(at(t, p, src, "[n+5", 1)), pos("+5")},
		{p.ValueOperand(at(t, p, src, "[n+5", 1)), pos("+ 6")},
		{p.SendOperand(at(t, p, src, "<- n", 1)), pos("+ 7")},
		{p.StoreOperand(at(t, p, src, "*p = n", 1)), pos("+ 8")},
		{p.StoreOperand(at(t, p, src, "[0] =", 1)), pos("+ 9")},
		{p.StoreOperand(at(t, p, src, "n + 10", 1)), pos("+ 10")},
		{p.StoreOperand(at(t, p, src, ": n + 11", 1)), pos("+ 11")},
		{p.StoreOperand(at(t, p, src, "y any =", 1)), pos("+ 12")},
		{p.CompareOperand(at(t, p, src, "== n", 1), 1), pos("+13")},
		{p.PanicOperand(at(t, p, src, "(n + 14", 1)), pos("+ 14")},
		{p.CompareOperand(at(t, p, src, "n + 15", 1), 1), pos("+ 15")},
		{p.ReturnOperand(at(t, p, src, "return n + 16", 1), 0), pos("+ 16")},
		{p.ResultOperand(at(t, p, src, "return n + 16", 1), at(t, p, src, "x any, err", 1)), pos("+ 16")},
	} {
		if c.got.Pos != c.want.Pos {
			t.Errorf("case %d: %v, want %v", i, p.Fset.Position(c.got.Pos), p.Fset.Position(c.want.Pos))
		}
	}
}
