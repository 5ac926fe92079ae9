package source

import (
	"go/ast"
	"go/types"
	"testing"
)

func TestStaticSize(t *testing.T) {
	const src = `package p
const c = 10
func F(n int) {
	k := 20
	l := k
	m := 30
	m++
	var i64 int64 = 40
	var z int
	lit := []int{1, 2, 9: 3}
	ln := len(lit)
	addr := 5
	_ = &addr
	neg := -1
	_, two := 1, 50
	a, b := pair()
	var f float64 = 3
	func() { k2 := k; _ = make([]int, k2) }()
	_, _, _, _, _, _, _, _, _ = m, i64, z, ln, addr, neg, two, a, b
	_ = make([]int, l, c)
	_ = make([]int, int(i64))
	_ = make([]int, int(f))
	for i := 7; ; { _ = make([]int, i) }
}
func pair() (int, int) { return 1, 2 }
`
	p := check(t, src)
	for _, c := range []struct {
		expr string
		n    int64
		ok   bool
	}{
		{"c", 10, true}, {"k", 20, true}, {"l", 20, true}, {"m", 0, false}, {"i64", 40, true}, {"z", 0, false},
		{"len(lit)", 10, true}, {"ln", 10, true}, {"addr", 0, false}, {"neg", -1, false}, {"two", 50, true},
		{"a", 0, false}, {"n", 0, false}, {"k2", 20, true}, {"int(i64)", 40, true}, {"int(f)", 0, false}, {"i", 7, true},
	} {
		var e ast.Expr
		ast.Inspect(p.Files[0], func(n ast.Node) bool { // the last use, which is no definition
			if x, ok := n.(ast.Expr); ok && types.ExprString(x) == c.expr && p.Info.TypeOf(x) != nil {
				if id, ok := x.(*ast.Ident); !ok || p.Info.Uses[id] != nil {
					e = x
				}
			}
			return true
		})
		if e == nil {
			if c.ok {
				t.Errorf("no use of %s", c.expr)
			}
			continue
		}
		if n, ok := p.StaticSize(e); ok != c.ok || ok && n != c.n {
			t.Errorf("%s: %d %t", c.expr, n, ok)
		}
	}
}

func TestStaticCallee(t *testing.T) {
	const src = `package p
type T struct{ f func() }
type I interface{ M() }
func (T) M() {}
func g() {}
func gen[A any](A) {}
type fn func()
func F(p func(), i I, x T) {
	a := g
	b := a
	var c = fn(b)
	d := func() {}
	e := T.M
	f := g
	f = d
	h := x.M
	a(); b(); c(); d(); e(x); f(); h(); p(); i.M(); x.f(); gen(1); gen[int](2); (g)(); func() {}(); I.M(i); fn(g)()
}
`
	p := check(t, src)
	want := map[string]string{
		"a()": "g", "b()": "g", "c()": "g", "d()": "(func() literal)", "e(x)": "T.M", "f()": "", "h()": "", "p()": "", "i.M()": "",
		"x.f()": "", "gen(1)": "gen", "gen[int](2)": "gen[int]", "(g)()": "g", "func() {}()": "(func() literal)", "I.M(i)": "", "fn(g)()": "g",
	}
	for call, name := range want {
		got := ""
		if e := p.StaticCallee(find(t, p, src, call).(*ast.CallExpr)); e != nil {
			got = types.ExprString(e)
		}
		if got != name {
			t.Errorf("%s calls %q, want %q", call, got, name)
		}
	}
}

func TestPragmas(t *testing.T) {
	const src = `//go:build go1.20

package p

import _ "unsafe"

// doc
//
//go:noescape
//go:uintptrescapes
func a(p uintptr)

//go:linkname b other.b
func b()

//go:noinline
var x int

func c() {}

//go:uintptrkeepalive

//go:noinline
func (t T) d() {}

type T struct{}
`
	p := check(t, src)
	want := map[string]Pragma{"a": NoEscape | UintptrEscapes, "b": Linkname, "c": 0, "d": UintptrKeepAlive | NoInline}
	for _, d := range p.Files[0].Decls {
		if d, ok := d.(*ast.FuncDecl); ok && p.Pragmas(d) != want[d.Name.Name] {
			t.Errorf("%s: %b", d.Name.Name, p.Pragmas(d))
		}
	}
	for v, n := range map[string]int{"go1.21": 21, "go1.22.3": 22, "go1.23rc1": 23, "": newestMinor, "go1": newestMinor} {
		if minor(v) != n {
			t.Errorf("minor(%s) = %d", v, minor(v))
		}
	}
}

func TestOldLoopVariables(t *testing.T) {
	const src = `package p
var f func() int
func F() {
	for i := 0; i < 3; i++ { f = func() int { return i } }
	for _, v := range []int{1} { f = func() int { return v } }
}
`
	p := check(t, src)
	i, v := p.VarsAt(at(t, p, src, "i :=", 1))[0], p.VarsAt(at(t, p, src, "v :=", 1))[0]
	if !i.Leaked || !v.Leaked || i.Depth != 2 || i.CarrierDepth != 1 || v.Depth != 2 || v.CarrierDepth != 0 {
		t.Errorf("new: %+v %+v", *i, *v)
	}
	old := *p
	old.pragma.minor = []int{21}
	old.buildVars()
	i, v = old.VarsAt(i.Obj.Pos())[0], old.VarsAt(v.Obj.Pos())[0]
	if i.Leaked || v.Leaked || i.Depth != 1 || v.Depth != 1 || old.CaptureByValue(i, nil) || old.CaptureByValue(v, nil) {
		t.Errorf("old: %+v %+v", *i, *v)
	}
}

func TestSiteText(t *testing.T) {
	const src = `package p
type T struct{ n int }
func F(a, b string, n int, t T) {
	use(&T{1}, &T{}, []T{{1}}, make([]int, n, 2*n), func() {}, a+(b+"x"), (n+1)*2, string([]byte(a)), byte('c'), t.n, any(n), 'q', n-(n-1))
}
func use(...any) {}
`
	p := check(t, src)
	want := []string{"&T{...}", "&T{}", "[]T{...}", "make([]int, n, 2 * n)", "func literal", `a + b + "x"`, "(n + 1) * 2", "string(([]byte)(a))", "byte(99)", "t.n", "any(n)", "'q'", "n - (n - 1)"}
	call := p.CallAtLparen(at(t, p, src, "use(", 1) + 3)
	for i, e := range call.Args {
		if got := p.SiteText(e); got != want[i] {
			t.Errorf("%s, want %s", got, want[i])
		}
	}
}
