package frontend

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"outlive.dev/outlive"
)

// loadSource loads a program of one package and one file.
func loadSource(t *testing.T, src string) (*Program, error) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module p\n\ngo 1.26\n", "p.go": src} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return Load(Config{Dir: dir, Env: append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")}, ".")
}

func lowerSource(t *testing.T, src string) (*Unit, *code) {
	t.Helper()
	p, err := loadSource(t, src)
	if err != nil {
		t.Fatal(err)
	}
	u, err := p.Module()
	if err != nil {
		t.Fatal(err)
	}
	return u, disassemble(t, u)
}

// TestOps compares the operations of small functions, those of memory form left out.
func TestOps(t *testing.T) {
	_, c := lowerSource(t, `package p

import "unsafe"

type T struct{ a, b *int; s string }

type I interface{ M(*int) *int }

func (t *T) M(p *int) *int { return p }
func (t T) V() {}

var g *int
var sink any

func use(...*int)

func Append(s []*int, p, q *int) []*int { return append(s, p, q) }
func AppendSlice(s, t []*int) []*int    { return append(s, t...) }
func Pack(p *int)                       { use(p, p) }
func Concat(a, b string) string         { return a + (b + "x") + a }
func Grow(a, b string) string           { a += b; return a }
func MakeConst(n int) []int             { return make([]int, n, 10) }
func MakeVar(n int) []int               { return make([]int, n) }
func MakeOnce() []int                   { n := 12; return make([]int, n) }
func Box(s string) any                  { return s }
func Direct(p *int) any                 { return p }
func Assert(i any) *int                 { p, _ := i.(*int); return p }
func Widen(i I) any                     { return i }
func Bytes(s string) []byte             { return []byte(s) }
func Runes() []rune                     { return []rune("abc") }
func Static(t *T, p *int)               { t.M(p) }
func Dynamic(f func(*int), p *int)      { f(p) }
func Method(i I, p *int)                { i.M(p) }
func Devirtual(t *T, p *int)            { var i I = t; i.M(p) }
func MethodValue(t *T) func(*int) *int  { return t.M }
func MethodValueI(i I) func(*int) *int  { return i.M }
func MethodExpr() func(*T, *int) *int   { return (*T).M }
func Literal() *T                       { return &T{s: "x"} }
func Slices() []int                     { return []int{1, 2} }
func Map() map[string]int               { return map[string]int{"a": 1} }
func Global() *int                      { return g }
func Func() func(*int)                  { return func(p *int) {} }
func Closure(p *int) func() *int        { return func() *int { return p } }
func Called(p *int)                     { func() { _ = p }() }
func Go(f func())                       { go f() }
func Defer(t *T)                        { defer t.V() }
func Recover()                          { defer recover() }
func Uintptr(p *int) uintptr            { return uintptr(unsafe.Pointer(p)) + 1 }
func Dead(p *int)                       { if false { g = p; use(p) } }
func Switch(p *int) int {
	switch "linux" {
	case "windows":
		g = p
		use(p)
	}
	return len("x")
}
func Range(m map[string]*int) {
	for _, p := range m {
		g = p
	}
}
func Select(a, b chan *int, p *int) {
	select {
	case q := <-a:
		g = q
	case b <- p:
	default:
	}
}
func Generic[P I](p P, q *int) { p.M(q) }
func Instance(t *T, q *int)    { Generic(t, q) }
func Switched(i any) {
	switch x := i.(type) {
	case *int:
		g = x
	}
}
`)
	for name, want := range map[string]string{
		"Append":      "append",
		"AppendSlice": "append_slice",
		"Pack":        "new elem_addr elem_addr slice call",
		"Concat":      "concat",
		"Grow":        "concat",
		"MakeConst":   "make_slice",
		"MakeVar":     "make_slice",
		"MakeOnce":    "make_slice",
		"Box":         "make_iface",
		"Direct":      "make_iface_direct",
		"Assert":      "type_assert",
		"Widen":       "change_iface",
		"Bytes":       "convert",
		"Runes":       "convert",
		"Static":      "call",
		"Dynamic":     "call_indirect",
		"Method":      "call_method",
		"Devirtual":   "make_iface_direct type_assert call",
		"MethodValue": "method_value",
		"MethodExpr":  "func_ref",
		"Literal":     "new field_addr",
		"Slices":      "new elem_addr elem_addr slice",
		"Map":         "make_map map_set",
		"Global":      "global_addr",
		"Func":        "make_closure",
		"Closure":     "make_closure",
		"Called":      "make_closure call_indirect",
		"Go":          "go_indirect",
		"Defer":       "defer run_defers",
		"Recover":     "defer_intrinsic run_defers",
		"Uintptr":     "cast ptr_to_int binary",
		"Dead":        "",
		"Switch":      "compare",
		"Range":       "iter next branch global_addr",
		"Instance":    "call",
		"Switched":    "type_assert branch global_addr",
		"Select":      "chan_select compare branch compare global_addr",

		"Generic[*p.T]": "func_ref call_indirect",
		"MethodValueI":  "type_assert method_value",
	} {
		if got := c.ops("p." + name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}

	if in := c.find(t, "p.Append", outlive.OpAppend, 0); len(in.args) != 3 {
		t.Errorf("append has %d operands, want the slice and two elements", len(in.args))
	}
	if in := c.find(t, "p.Concat", outlive.OpConcat, 0); len(in.args) != 4 {
		t.Errorf("concatenation of %d strings, want 4", len(in.args))
	}
	if in := c.find(t, "p.Grow", outlive.OpConcat, 0); in.attrs[outlive.AttrAssignOp] == nil || !c.sites[in.aux].Silent {
		t.Error("s += t is not marked, or its site is listed")
	}
	if in := c.find(t, "p.Runes", outlive.OpConvert, 0); c.sites[in.aux].Kind != outlive.SiteSliceLiteral {
		t.Errorf("[]rune of a constant is a %s", c.siteOf(in))
	}
	if in := c.find(t, "p.Called", outlive.OpCallIndirect, 0); in.attrs[outlive.AttrTarget] == nil {
		t.Error("a literal called where it is written has no target")
	}
	if in := c.find(t, "p.Closure", outlive.OpMakeClosure, 0); !slices.Equal(in.attrs[outlive.AttrByValue], []uint32{0}) {
		t.Errorf("captures by value: %v, want the first", in.attrs[outlive.AttrByValue])
	}
	if in := c.find(t, "p.Generic[*p.T]", outlive.OpCallIndirect, 0); in.attrs[outlive.AttrDictionary] == nil || in.attrs[outlive.AttrTarget] != nil {
		t.Error("a call of a method of a type parameter is not a dictionary's")
	}
	if in := c.find(t, "p.MakeOnce", outlive.OpMakeSlice, 0); in.args[0] == in.args[1] {
		t.Error("the capacity that is always 12 is not a constant of its own")
	}
	if in := c.find(t, "p.Select", outlive.OpChanSelect, 0); in.aux != 1|outlive.SelectDefault || len(in.args) != 3 {
		t.Errorf("select: aux %#x with %d operands, want one send, a receive and a default", in.aux, len(in.args))
	}
}

// TestWrapper checks that literals in literals of a go statement are built by a
// wrapper, and that simple ones are only marked.
func TestWrapper(t *testing.T) {
	_, c := lowerSource(t, `package p

type T struct{ p, q *int; s []int }

func use(T)
func pack(...*int)

func Nested(p *int) { go use(T{p: p, s: []int{1}}) }
func Flat(p *int)   { go pack(p, nil) }
func Once(p *int)   { defer use(T{p: p, s: []int{1}}) }
func Loop(p *int)   { for { defer pack(new(int)) } }
`)
	for name, want := range map[string]string{
		"Nested": "make_closure go_indirect",
		"Flat":   "new elem_addr elem_addr slice go",
		"Once":   "field_addr field_addr new elem_addr slice defer run_defers",
		"Loop":   "make_closure defer_indirect",
	} {
		if got := c.ops("p." + name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	wrappers := map[string]int{}
	for name := range c.funcs {
		if of, _, ok := strings.Cut(name, "·wrap"); ok {
			wrappers[of+": "+c.ops(name)]++
		}
	}
	want := map[string]int{
		"p.Nested: free_var field_addr field_addr new elem_addr slice call": 1,
		"p.Loop: new new elem_addr slice call":                              1,
	}
	if !maps.Equal(wrappers, want) {
		t.Errorf("wrappers: %v, want %v", wrappers, want)
	}
	in := c.find(t, "p.Flat", outlive.OpNew, 0)
	if c.attrs[in.aux][outlive.AttrInWrapper] != 1 {
		t.Error("the pack of a go statement is not marked")
	}
}

// TestVariables checks the sites of variables: their kinds, names and depths.
func TestVariables(t *testing.T) {
	_, c := lowerSource(t, `package p

var keep []*int

func F(a *int, _ int, b string) (r *int, err error) {
	for i := 0; i < 3; i++ {
		keep = append(keep, &i)
	}
	for _, v := range keep {
		x := v
		_ = x
	}
again:
	y := 1
	if y > 0 {
		goto again
	}
	return a, nil
}

func Bare(*int) *int { return nil }
`)
	var got []string
	for _, in := range c.funcs["p.F"] {
		if in.op == outlive.OpVar {
			got = append(got, c.siteOf(in))
		}
	}
	want := []string{
		"param a depth 1", "param _ depth 1", "param b depth 1", "result r depth 1", "result err depth 1",
		"var i depth 1", "var i (silent) depth 2", "var rangeindex (silent)", "var v depth 1", "var x depth 2", "var y depth 2",
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("variables of F:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if in := c.find(t, "p.F", outlive.OpAppend, 0); in.depth != 2 {
		t.Errorf("append in a loop is at depth %d, want 2", in.depth)
	}
	if got := c.siteOf(c.find(t, "p.Bare", outlive.OpVar, 0)); got != "param (silent)" {
		t.Errorf("parameter without a name: %s", got)
	}
}

// TestStaticData checks that tables are data and that the rest of the initialiser stays.
func TestStaticData(t *testing.T) {
	u, c := lowerSource(t, `package p

type entry struct {
	name string
	vals []int
	next *entry
	f    func(int) float64
}

var table = []entry{{"a", []int{1, 2}, &entry{name: "b"}, half}, {f: half}}
var count = len(table) + calc()
var boxed any = 3

func half(n int) float64 { return float64(n) / 2 }
func calc() int          { return 1 }
`)
	if got := c.ops("p.init"); strings.Contains(got, "elem_addr") || !strings.Contains(got, "call") || !strings.Contains(got, "make_iface") {
		t.Errorf("initialiser: %s", got)
	}
	view, err := outlive.OpenImage(u.Image)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for i := range view.NumGlobals() {
		names[view.GlobalName(outlive.Global(i))] = true
	}
	for _, name := range []string{"p.table", "p.table·1", "p.count", "p.boxed"} {
		if !names[name] {
			t.Errorf("no global %s", name)
		}
	}
	if in := c.find(t, "p.init", outlive.OpMakeIface, 0); !c.sites[in.aux].Silent || c.attrs[in.aux][outlive.AttrStaticData] != 1 {
		t.Errorf("the box of a constant is %s, want static data", c.siteOf(in))
	}
}

// TestSites checks positions and classes of sites as the compiler lists them.
func TestSites(t *testing.T) {
	u, _ := lowerSource(t, `package p

import "errors"

func F(xs []any, n int) error {
	xs = append(xs, n, "a"+string(rune(n)))
	f := func() error {
		return errors.New("x")
	}
	return errors.Join(f(), &E{n})
}

type E struct{ n int }

func (*E) Error() string { return "" }
`)
	var got []string
	for _, s := range u.Sites {
		if s.Root && s.Listed && s.Kind != outlive.SiteVar && s.Kind != outlive.SiteParam && s.Kind != outlive.SiteResult {
			got = append(got, fmt.Sprint(s.Line, " ", s.Column, " ", s.Kind, " ", s.Class))
		}
	}
	slices.Sort(got)
	want := []string{
		"10 20 variadic variadic", "10 26 literal other", "6 13 append append", "6 18 box other", "6 24 box other",
		"6 24 concat other", "6 36 string_conversion other", "7 7 closure func literal",
	}
	if !slices.Equal(got, want) {
		t.Errorf("sites:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestLoadErrors checks that broken packages are reported as Go reports them.
func TestLoadErrors(t *testing.T) {
	_, err := loadSource(t, "package p\n\nvar x int = \"\"\n\nfunc f() { y() }\n")
	var load *LoadError
	if !errors.As(err, &load) {
		t.Fatalf("error %v (%T), want a LoadError", err, err)
	}
	text := err.Error()
	if !strings.HasPrefix(text, "# p\n."+string(filepath.Separator)+"p.go:3:13: ") || !strings.Contains(text, "p.go:5:12: undefined: y") {
		t.Errorf("errors:\n%s", text)
	}
}

// TestOdd lowers programs whose functions have unusual forms; nothing may be refused.
func TestOdd(t *testing.T) {
	lowerSource(t, `package p

import "iter"

type E struct{ *F }
type F struct{ n int }

func (f *F) Inc() int { f.n++; return f.n }

type L[T any] struct { v T; next *L[T] }

func (l *L[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		for ; l != nil; l = l.next {
			if !yield(l.v) {
				return
			}
		}
	}
}

func Sum(l *L[int]) (n int, err error) {
	defer func() { recover() }()
outer:
	for v := range l.All() {
		for w := range l.All() {
			defer println(w)
			if v > w { continue outer }
			if v < w { break outer }
			if v == 7 { return 1, nil }
			n += v
		}
	}
	return
}

func Embedded(e E) func() int { x := e.Inc; return x }
func Thunk() func(E) int      { return E.Inc }
func Complex() complex64      { return 1 + 2i }
func Array(s []int) [2]int    { return [2]int(s) }
func Unnamed(int, string) (_ int, _ error) { return }

func Loop() {
	var fs []func()
	for i, j := 0, 1; i < j; i, j = i+1, j*2 {
		fs = append(fs, func() { i++; j++ })
		if j > 100 { break }
	}
	type local struct{ p *int }
	for range 3 {
		_ = local{}
	}
	select {}
}
`)
}
