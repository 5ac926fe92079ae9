//go:build cgo

package outlive

import (
	"strings"
	"testing"
)

// promising is a module whose function f gives the addresses of two variables to the external function g.
func promising() (b *Builder, g Func) {
	b = NewBuilder("promising")
	integer := b.Basic(Int)
	pointer := b.Pointer(integer)
	g = b.Func(fn("g", b.FuncType([]Type{pointer, integer, pointer}, []Type{pointer}, false)))
	f := b.Func(fn("f", b.FuncType(nil, nil, false)))
	y := b.Body(f)
	y.Entry()
	site := func(name string) Value {
		return y.Var(b.Site(SiteInfo{Kind: SiteVar, Type: integer, Func: f, Name: name}))
	}
	x, z := site("x"), site("z")
	y.Call(g, x, y.ConstInt(integer, 1), z)
	y.Return()
	return b, g
}

func TestPromise(t *testing.T) {
	b, g := promising()
	b.Promise(g, 2, Flows{0, 1, 0, 1})
	r := analyze(t, b)
	if v := r.Verdict(0); v.Placement != Heap || v.Reason != ReasonExternal {
		t.Errorf("without a promise: %+v", v)
	}
	if v := r.Verdict(1); v.Placement != Stack {
		t.Errorf("with a promise: %+v", v)
	}
	var got Summary
	for _, s := range r.Summaries() {
		if s.Func == g && s.Param == 2 {
			got = s
		}
	}
	if got.Flows() != (Flows{0, 1, 0, 1}) {
		t.Errorf("the promise comes back as %+v", got)
	}
}

func TestPromiseMisuse(t *testing.T) {
	for _, c := range []struct {
		do   func(b *Builder, g Func)
		want string
	}{
		{func(b *Builder, g Func) { b.Promise(9, 0, Flows{}) }, "function id 9 does not exist"},
		{func(b *Builder, g Func) { b.Promise(g, 3, Flows{}) }, `function "g" has 3 parameters, there is no 3`},
		{func(b *Builder, g Func) { b.Promise(g, 0, Flows{}); b.Promise(g, 0, Flows{1}) }, `parameter 0 of function "g" is promised of twice`},
		{func(b *Builder, g Func) {
			h := b.Func(fn("h", b.FuncType([]Type{b.Basic(Int)}, nil, false)))
			y := b.Body(h)
			y.Entry()
			y.Return()
			b.Promise(h, 0, Flows{})
		}, `function "h" has a body`},
	} {
		b, g := promising()
		c.do(b, g)
		if _, err := b.Image(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v; want %q", err, c.want)
		}
	}
}
