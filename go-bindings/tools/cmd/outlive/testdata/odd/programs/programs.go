// Package odd holds small programs of the usual kind, on which the compiler is asked what it thinks.
package odd

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"math/bits"
	"os"
	"reflect"
	"sort"
	"strings"
	"sync"
	"text/template"
	"time"
)

var A any
var P *int
var S []string
var B []byte
var E error

type Shape interface {
	Area() float64
	Scale(f float64) Shape
}
type Sq struct{ s float64 }
type Ci struct {
	r float64
	c *Sq
}

func (s Sq) Area() float64          { return s.s * s.s }
func (s Sq) Scale(f float64) Shape  { return Sq{s.s * f} }
func (c *Ci) Area() float64         { return c.r }
func (c *Ci) Scale(f float64) Shape { c.r *= f; return c }

type errT struct{ s string }

func (e errT) Error() string  { return e.s }
func (e *errT) Unwrap() error { return e }

type visitor func(n *nd) visitor
type nd struct {
	kids []*nd
	up   *nd
	data [2]any
	cb   map[string]func(*nd) error
	next chan *nd
}

func (n *nd) walk(v visitor) {
	if v = v(n); v == nil {
		return
	}
	for _, k := range n.kids {
		k.walk(v)
	}
}
func (n *nd) add(k *nd) *nd { k.up = n; n.kids = append(n.kids, k); return n }
func (n *nd) root() *nd {
	for n.up != nil {
		n = n.up
	}
	return n
}
func (n *nd) depth() (d int) {
	for p := n; p != nil; p = p.up {
		d++
	}
	return
}

func w1() {
	var c int
	var v visitor
	v = func(n *nd) visitor { c++; return v }
	(&nd{}).walk(v)
	_ = c
}
func w2() *nd { return (&nd{}).add(&nd{}).add(&nd{kids: []*nd{{}, {data: [2]any{1, "x"}}}}) }
func w3() int { return (&nd{up: &nd{}}).depth() }
func w4() *nd { a := nd{}; b := nd{up: &a}; return b.root() }
func w5()     { a := nd{}; b := nd{up: &a}; _ = b.root().depth() }
func w6() {
	n := nd{cb: map[string]func(*nd) error{}}
	n.cb["x"] = func(m *nd) error { return E }
	n.cb["y"] = n.cb["x"]
	n.cb["x"](&nd{})
}
func w7() {
	ch := make(chan *nd)
	n := &nd{next: ch}
	go func() { ch <- n; close(ch) }()
	for m := range ch {
		m.depth()
	}
}
func w8(ss []Shape) (t float64) {
	for _, s := range ss {
		t += s.Area()
		s = s.Scale(2)
	}
	return
}
func w9() float64 { return w8([]Shape{Sq{1}, &Ci{}, Sq{2}.Scale(3), (&Ci{c: &Sq{}}).Scale(2)}) }
func w10() error {
	e := errT{"x"}
	var err error = e
	if _, ok := err.(interface{ Unwrap() error }); ok {
		return &e
	}
	return nil
}
func w11() (err error) {
	defer func() {
		if e, ok := recover().(error); ok {
			err = e
		}
	}()
	panic(errT{"a" + fmt.Sprint(1)})
}
func w12(r io.Reader) ([]byte, error) {
	var b bytes.Buffer
	if _, err := io.Copy(&b, r); err != nil {
		return nil, fmt.Errorf("w12: %w", err)
	}
	return b.Bytes(), nil
}
func w13() string { var b bytes.Buffer; fmt.Fprintf(&b, "%d %s", 1, "x"); return b.String() }
func w14() string {
	var b strings.Builder
	for i := range 3 {
		fmt.Fprint(&b, i)
	}
	w := io.Writer(&b)
	w.Write([]byte("x"))
	return b.String()
}
func w15(m map[string][]int) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	sort.Slice(keys, func(i, j int) bool { return keys[i] < keys[j] })
	return keys
}
func w16() {
	var wg sync.WaitGroup
	res := make([]int, 3)
	var mu sync.Mutex
	for i := range 3 {
		wg.Add(1)
		go func() { defer wg.Done(); mu.Lock(); defer mu.Unlock(); res[i] = i }()
	}
	wg.Wait()
	A = res
}
func w17() { var wg sync.WaitGroup; x := 0; wg.Go(func() { x++ }); wg.Wait() }
func w18() {
	t := template.Must(template.New("x").Funcs(template.FuncMap{"f": func(a int) int { return a }}).Parse("{{f 1}}"))
	t.Execute(os.Stdout, struct{ X int }{1})
}
func w19(v any) {
	rv := reflect.ValueOf(v)
	for i := range rv.NumField() {
		f := rv.Field(i)
		if f.CanAddr() {
			A = f.Addr().Interface()
		}
	}
}
func w20() {
	x := struct{ a, b int }{1, 2}
	reflect.ValueOf(&x).Elem().Field(0).SetInt(3)
	w19(&x)
	reflect.TypeOf(x)
}
func w21(a, b []byte) bool {
	return bytes.Equal(a, b) || string(a) == string(b) || strings.EqualFold(string(a), "x")
}
func w22(s string) (n int) {
	for len(s) > 0 {
		i := strings.IndexByte(s, ',')
		if i < 0 {
			i = len(s)
		}
		f := s[:i]
		S = append(S, f)
		s = s[i:]
		n += bits.Len(uint(i))
	}
	return
}
func w23() []byte {
	b := make([]byte, 0, 64)
	b = append(b, "abc"...)
	b = fmt.Appendf(b, "%d", 3)
	b = append(b, B...)
	return append([]byte{}, b...)
}
func w24() {
	b := make([]byte, 0, 64)
	b = append(b, "abc"...)
	os.Stdout.Write(b)
	var a [32]byte
	c := a[:0]
	c = append(c, b...)
	_ = c
}
func w25() {
	t := time.AfterFunc(1, func() { P = new(int) })
	defer t.Stop()
	select {
	case <-time.After(time.Second):
	default:
	}
}
func w26[T any](s iter.Seq[T]) (r []T) { s(func(x T) bool { r = append(r, x); return true }); return }
func w27() {
	_ = w26(func(y func(int) bool) {
		for i := range 3 {
			if !y(i) {
				return
			}
		}
	})
	next, stop := iter.Pull2(func(y func(int, *int) bool) { y(1, new(int)) })
	defer stop()
	next()
}
func w28() func(yield func(*nd) bool) {
	st := []*nd{{}}
	return func(yield func(*nd) bool) {
		for len(st) > 0 {
			n := st[0]
			st = append(st[1:], n.kids...)
			if !yield(n) {
				return
			}
		}
	}
}
func w29() (r *nd) {
	for n := range w28() {
		if n.up == nil {
			r = n
			break
		}
		for m := range w28() {
			if m == n {
				return m
			}
			x := 1
			P = &x
			goto done
		}
	}
done:
	return
}
func w30() {
	for n := range w28() {
		func() { defer func() { A = n }() }()
		defer n.depth()
		defer func() { recover() }()
		go n.depth()
	}
}
func w31() (a, b int, c error) {
	for n := range w28() {
		a, c = n.depth(), E
		for range w28() {
			b++
			if b > 3 {
				return
			}
			if b > 2 {
				return 1, 2, errT{"x"}
			}
			continue
		}
	}
	return
}
func w32() {
	x, y := 1, 2
	for n := range w28() {
		x++
		p := &y
		*p++
		f := func() int { return x + n.depth() }
		_ = f()
	}
	_, _ = x, y
}
func w33() {
	type point struct{ x, y int }
	seen := map[point]bool{}
	q := []point{{1, 2}}
	for len(q) > 0 {
		p := q[0]
		q = q[1:]
		if seen[p] {
			continue
		}
		seen[p] = true
		for _, d := range []point{{1, 0}, {0, 1}} {
			q = append(q, point{p.x + d.x, p.y + d.y})
		}
	}
}
func w34() [][]int {
	g := make([][]int, 3)
	for i := range g {
		g[i] = make([]int, 3)
		for j := range g[i] {
			g[i][j] = i * j
		}
	}
	return g
}
func w35() int {
	g := make([][]int, 3)
	for i := range g {
		g[i] = make([]int, 3)
	}
	return g[1][2]
}
func w36() int {
	var g [3][]int
	for i := range g {
		g[i] = make([]int, 3)
	}
	return g[1][2]
}
func w37() *int {
	var g [3]*int
	h := &g
	for i := range h {
		h[i] = new(int)
	}
	return h[1]
}
func w38() (x [3]*int) {
	for i := range x {
		x[i] = &i
	}
	return
}
func w39(f func(...any)) {
	f()
	f(1)
	f(A, P, "x")
	f([]any{1}...)
	g := f
	g(2)
}
func w40(xs ...string) []string { ys := xs; ys = append(ys, "z"); return ys[:len(ys):len(ys)] }
func w41()                      { w40("a", "b"); S = w40("a", "b"); w40(S...) }
func w42(p **nd)                { q := *p; *p = &nd{up: q}; (*p).kids = append((*p).kids, q, &nd{}) }
func w43()                      { var n *nd; w42(&n); w42(&n.up); w42(&n.kids[0]) }
func w44() {
	n := new(nd)
	n.data[0], n.data[1] = 1, n
	m := *n
	m.data[0] = &m
	k := m.data[1].(*nd)
	k.depth()
}
func w45(n nd)     { A = n.data; A = &n.data[1] }
func w46(n nd) any { return n.data[0] }
func w47() any     { return w46(nd{data: [2]any{1, &nd{}}}) }
func w48()         { _ = w46(nd{data: [2]any{1, &nd{}}}); w45(nd{}) }
func w49() {
	a := []any{1, "x", 2.5, nil, []int{1}, map[string]int{"a": 1}, func() {}, struct{}{}, [1]*int{P}, &Sq{}}
	for _, x := range a {
		switch x := x.(type) {
		case int:
			A = x
		case string, float64:
			fmt.Println(x)
		case []int:
			A = &x
		default:
			_ = x
		}
	}
}
func w50() {
	x := 5
	y := &x
	z := &y
	func() { *z = new(int) }()
	func(q **int) { *q = P }(z)
	func() { A = **z }()
}
func w51() (f, g func() int) {
	x := 1
	{
		x := 2
		f = func() int { x++; return x }
	}
	g = func() int { return x }
	return
}
func w52() {
	x := 1
	f := func(y int) func() int { return func() int { return x + y } }
	g := f(2)
	h := f(3)
	_ = g() + h()
}
func w53() {
	var fs []func()
	for i := range 3 {
		x := i
		fs = append(fs, func() { x++; fmt.Println(x, i) })
	}
	for _, f := range fs {
		f()
	}
}
func w54() {
	m := map[string]func(int) int{"a": func(i int) int { return i }, "b": func(i int) int { return i + len(S) }}
	for k, f := range m {
		S = append(S, k)
		f(1)
	}
}
func w55() {
	s := struct {
		a []int
		f func(*int) *int
	}{[]int{1}, func(p *int) *int { return p }}
	x := 1
	s.f(&x)
	y := &s
	y.f(&y.a[0])
}
func w56() {
	defer func(a *int, b ...*int) {}(new(int), new(int))
	x := 1
	defer func(p *int) { P = p }(&x)
}
func w57() {
	if x := 1; x > 0 {
		defer func() { x++ }()
	} else {
		go func() { x-- }()
	}
}
func w58() {
	switch x := any(Sq{}).(type) {
	case Shape:
		x.Area()
		A = x.Scale(2)
	case fmt.Stringer:
		A = x.String
	}
}
func w59() {
	f := Sq.Area
	g := (*Ci).Scale
	h := Shape.Area
	_, _, _ = f(Sq{}), g(&Ci{}, 2), h(Sq{})
	var s Shape = Sq{}
	k := s.Scale
	A = k(2)
}
func w60(s Shape) func() float64 { return s.Area }
