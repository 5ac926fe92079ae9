package gcform

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"outlive.dev/tools/frontend/internal/source"
)

const declarations = `package m

import (
	"fmt"
	"strings"
	"unsafe"
)

type inner struct{ n int }

func (i *inner) ptr() *inner { return i }
func (i inner) val(list ...int) int { return i.n }

type T struct {
	inner
	p  *int
	m  map[string][]byte
	b  []byte
	s  string
	in fmt.Stringer
}

type Num int

type Pair[K comparable, V any] struct {
	k K
	v V
}

const size = 3

var (
	t    T
	pt   *T
	a, b int
	f    func(...string) *T
	x    any
	ch   chan int
	err  error
	r    rune
	pair Pair[string, *strings.Builder]
)

var _ = []any{
%s
}

var _ unsafe.Pointer
`

// texts are expressions with what the compiler makes of them.
var texts = [][2]string{
	{`size + 1`, `4`},
	{`Num(7)`, `Num(7)`},
	{`uint8(a)`, `uint8(a)`},
	{`byte(3)`, `byte(3)`},
	{`'x'`, `'x'`},
	{`1.5`, `1.5`},
	{`"a" + "b"`, `"ab"`},
	{`t.s + "a" + ("b" + t.s)`, `t.s + "a" + "b" + t.s`},
	{`(a)`, `a`},
	{`(a + b) * 2`, `(a + b) * 2`},
	{`a - (b - 1)`, `a - (b - 1)`},
	{`-a`, `-a`},
	{`- -a`, `- (-a)`},
	{`a << 2`, `a << uint(2)`},
	{`!(a == b && b < 3)`, `!(a == b && b < 3)`},
	{`*pt.p`, `*pt.p`},
	{`t.n`, `t.inner.n`},
	{`pt.inner.n`, `pt.inner.n`},
	{`t.ptr()`, `(*inner).ptr(t.inner)`},
	{`pt.val(1, 2)`, `inner.val(pt.inner, ... argument...)`},
	{`pt.val()`, `inner.val(pt.inner, nil...)`},
	{`pt.val([]int{1}...)`, `inner.val(pt.inner, []int{...}...)`},
	{`t.in.String()`, `t.in.String()`},
	{`t.ptr`, `t.inner.ptr`},
	{`(*inner).ptr`, `(*inner).ptr`},
	{`f("x", t.s)`, `f(... argument...)`},
	{`fmt.Sprint(a)`, `fmt.Sprint(... argument...)`},
	{`&T{s: "x"}`, `&T{...}`},
	{`&T{}`, `&T{}`},
	{`(&T{}).p`, `(&T{}).p`},
	{`[]*T{}`, `[]*T{}`},
	{`map[string]interface{}{"a": 1}`, `map[string]interface {}{...}`},
	{`[...]any{1, 2}`, `[2]any{...}`},
	{`struct{ n int; E error }{}`, `struct { n int; E error }{}`},
	{`pair`, `pair`},
	{`Pair[string, *strings.Builder]{}`, `Pair[string,*strings.Builder]{}`},
	{`func() {}`, `func literal`},
	{`make([]byte, a, b)`, `make([]byte, a, b)`},
	{`make(map[string]int)`, `make(map[string]int)`},
	{`make(chan<- (<-chan int), 1)`, `make(chan<- <-chan int, 1)`},
	{`make(chan (<-chan int))`, `make(chan (<-chan int))`},
	{`new(T)`, `new(T)`},
	{`string(t.b)`, `string(t.b)`},
	{`[]byte(t.s)`, `([]byte)(t.s)`},
	{`any(a)`, `any(a)`},
	{`interface{ M(int, ...string) (int, error) }(nil)`, `(interface { M(int, ...string) (int, error) })(nil)`},
	{`append(t.b, t.s...)`, `append(t.b, t.s...)`},
	{`len(t.b)`, `len(t.b)`},
	{`t.m["k"]`, `t.m["k"]`},
	{`t.b[1:a]`, `t.b[1:a]`},
	{`t.b[:a:b]`, `t.b[:a:b]`},
	{`x.(*T)`, `x.(*T)`},
	{`<-ch`, `<-ch`},
	{`unsafe.Pointer(pt)`, `unsafe.Pointer(pt)`},
	{`min(a, 3)`, `min(a, 3)`},
	{`err == nil`, `err == nil`},
	{`float32(2)`, `float32(2)`},
	{`complex(1, 2)`, `(1 + 2i)`},
	{`true`, `true`},
}

func TestText(t *testing.T) {
	var list strings.Builder
	for _, e := range texts {
		list.WriteString("\t" + e[0] + ",\n")
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "m.go", strings.Replace(declarations, "%s", list.String(), 1), parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Instances: map[*ast.Ident]types.Instance{}, Scopes: map[ast.Node]*types.Scope{}, FileVersions: map[*ast.File]string{},
	}
	sizes := types.SizesFor("gc", "amd64")
	config := types.Config{Importer: importer.ForCompiler(fset, "source", nil), Sizes: sizes}
	pkg, err := config.Check("example.org/m", fset, []*ast.File{file}, info)
	if err != nil {
		t.Fatal(err)
	}
	w := &textWriter{src: source.New(fset, []*ast.File{file}, pkg, info, sizes, ""), types: typeWriter{local: pkg}}
	var elements []ast.Expr
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.CompositeLit); ok && elements == nil {
			elements = lit.Elts
		}
		return elements == nil
	})
	if len(elements) != len(texts) {
		t.Fatalf("%d elements", len(elements))
	}
	for i, e := range elements {
		if got := w.expr(e); got != texts[i][1] {
			t.Errorf("%s: %s, want %s", texts[i][0], got, texts[i][1])
		}
	}
}

func TestShapes(t *testing.T) {
	str, integer := types.Typ[types.String], types.Typ[types.Int]
	named := types.NewNamed(types.NewTypeName(token.NoPos, types.NewPackage("a/b", "b"), "N", nil), types.NewSlice(str), nil)
	param := func(name string, constraint types.Type) *types.TypeParam {
		return types.NewTypeParam(types.NewTypeName(token.NoPos, nil, name, nil), constraint)
	}
	anything := types.Universe.Lookup("any").Type()
	comparable := types.Universe.Lookup("comparable").Type()
	for _, c := range []struct {
		constraint, arg types.Type
		want            string
	}{
		{anything, integer, "go.shape.int"},
		{anything, named, "go.shape.[]string"},
		{anything, types.NewPointer(named), "go.shape.*uint8"},
		{comparable, types.NewPointer(named), "go.shape.*a/b.N"},
		{anything, types.NewSlice(named), "go.shape.[]a/b.N"},
		{anything, anything, "go.shape.interface {}"},
		{anything, types.Universe.Lookup("byte").Type(), "go.shape.uint8"},
	} {
		p := param("P", c.constraint)
		w := &typeWriter{subst: map[*types.TypeParam]types.Type{p: c.arg}}
		if got := w.text(p); got != c.want {
			t.Errorf("%v of %v: %s, want %s", c.arg, c.constraint, got, c.want)
		}
		if !w.dependent(types.NewMap(str, types.NewPointer(p))) || w.dependent(c.arg) {
			t.Errorf("%v: dependent is wrong", c.arg)
		}
	}
}
