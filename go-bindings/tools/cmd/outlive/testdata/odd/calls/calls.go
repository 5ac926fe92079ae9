// Package odd holds odd uses of calls, closures and loops, on which the compiler is asked what it thinks.
package odd

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"
)

type node struct {
	l, r *node
	v    any
	f    func() *node
	arr  [3]*int
	s    []*int
	m    map[string]*int
}

var G *node
var GA [4]*int
var GM = map[string]*node{"a": {}, "b": {v: 1}}
var GS = []*node{{}, {v: "x"}}
var GF = func() any { return 1 }
var GI any = &node{}
var GE = errors.New("x")
var GX = func() *int { x := 1; return &x }()

func init() { x := 1; GA[1] = &x }

// labels and goto
func g1(n int) *int {
	var keep *int
	i := 0
loop:
	x := i
	if i < n {
		i++
		goto loop
	}
	keep = &x
	return keep
}

func g2(n int) {
	var keep *int
	for i := 0; i < n; i++ {
		x := i
		if x == 3 {
			keep = &x
			break
		}
	}
	_ = keep
}

func g3(n int) int {
	var keep *int
	i := 0
	{
	again:
		y := new(int)
		if i < n {
			i++
			keep = y
			goto again
		}
	}
	z := new(int)
	keep = z
	return *keep
}

func g4(xs []int) (r []*int) {
outer:
	for i := range xs {
		for j := range xs {
			if j == i {
				continue outer
			}
			r = append(r, &j)
		}
	}
	return
}

// range over func
func seq(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func r1() (p *int) {
	for x := range seq(3) {
		p = &x
	}
	return
}

func r2() int {
	t := 0
	for x := range seq(3) {
		t += x
		if x == 2 {
			return t
		}
	}
	return t
}

func r3() (int, error) {
	for x := range seq(3) {
		defer fmt.Println(x)
		for y := range seq(x) {
			if y == 1 {
				return x, fmt.Errorf("no %d", y)
			}
		}
	}
	return 0, nil
}

func r4(m map[string]*node) []string {
	return slices.Sorted(maps.Keys(m))
}

func r5() *node {
	n := &node{}
	for k, v := range maps.All(GM) {
		n.v = k
		n.l = v
	}
	return n
}

// defers and named results
func d1() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	return nil
}

func d2(mu *sync.Mutex) (n *node, err error) {
	mu.Lock()
	defer mu.Unlock()
	n = &node{}
	defer func(x *node) { x.v = err }(n)
	return n, nil
}

func d3() {
	for i := 0; i < 2; i++ {
		defer func() { fmt.Println(i) }()
		b := make([]byte, 8)
		defer func(b []byte) { b[0] = 1 }(b)
		defer fmt.Println("a", i, b)
	}
}

func d4() {
	x := []int{1}
	defer sort.Ints([]int{3, 2})
	defer fmt.Println(x, "y")
	defer new(node).method()
	go new(node).method()
	go fmt.Println(x)
	go func(xs ...int) {}(1, 2)
}

func (n *node) method()      {}
func (n node) val() int      { return 1 }
func (n *node) self() *node  { return n }
func (n *node) setl(x *node) { n.l = x }

// closures
func c1() func() int {
	a, b := 1, 2
	b++
	return func() int { return a + b }
}

func c2() (func(), func() int) {
	var big [200]byte
	n := 0
	return func() { n++; big[1] = 1 }, func() int { return n }
}

func c3(xs []int) int {
	s := 0
	sort.Slice(xs, func(i, j int) bool { s++; return xs[i] < xs[j] })
	return s
}

func c4() {
	var f func(int) int
	f = func(n int) int {
		if n == 0 {
			return 0
		}
		return f(n - 1)
	}
	f(3)
}

func c5() func() *int {
	x := 1
	p := &x
	f := func() *int { return p }
	g := func() func() *int { return f }
	return g()
}

func c6(x *int) func() { return func() { _ = x } }
func c7(x *int) func() { return func() { *x = 1 } }
func c8()              { x := 1; func() { func() { x = 2; _ = x }() }() }
func c9() {
	for i := 0; i < 3; i++ {
		func() { i++ }()
	}
}
func c10() (fs []func()) {
	for i := 0; i < 3; i++ {
		fs = append(fs, func() { i++ })
	}
	return
}
func c11() (fs []func() int) {
	for _, v := range []int{1, 2} {
		fs = append(fs, func() int { return v })
	}
	return
}

// conversions, boxes
type str interface{ String() string }
type S struct{ a, b int }
type PS struct{ p *int }
type Z struct{}
type B byte

func (S) String() string  { return "" }
func (PS) String() string { return "" }
func (Z) String() string  { return "" }
func (B) String() string  { return "" }

func b1(s S, p PS, z Z, b B) []str { return []str{s, p, z, b, &s, S{1, 2}} }
func b2(x any) str                 { return x.(str) }
func b3(s str) any                 { return s }
func b4() (any, error)             { return b5() }
func b5() (int, error)             { return 0, nil }
func b6() string                   { var s str = S{}; return s.String() }
func b7(c bool) string {
	var s str = S{}
	if c {
		s = B(1)
	}
	return s.String()
}
func b8(x any) *S {
	switch v := x.(type) {
	case S:
		return &v
	case *S:
		return v
	case int, string:
		G.v = &v
	}
	return nil
}
func b9(x S) bool                  { var a any = x; return a == any(S{}) }
func b10(m map[any]any, k int) any { m[k] = k + 1; return m[k+2] }
func b11(ch chan any) {
	ch <- 1
	ch <- S{}
	select {
	case ch <- 2:
	case x := <-ch:
		G.v = x
	}
}
func b12(e error) error { return fmt.Errorf("x: %w", e) }
func b13()              { var x [2]any; x[0] = 1; x[1] = &x; _ = x }
func b14() any          { var x struct{ a any }; x.a = 3; return x }

// strings
func s1(a, b string) string             { a += b; a = a + b + "c" + (a + b); return a }
func s2(b []byte) bool                  { return string(b) == "x" }
func s3(m map[string]int, b []byte) int { return m[string(b)] }
func s4(s string) []rune                { return []rune(s + "x") }
func s5() []rune                        { r := []rune("abc"); return r }
func s6() int                           { r := []byte("abc"); return len(r) }
func s7(r rune) string                  { return string(r) + strings.Repeat("x", 3) }
func s8(b []byte) {
	for range string(b) {
	}
	for range []byte(string(b)) {
	}
}
func s9(b []byte) string {
	switch string(b) {
	case "a":
		return "x"
	}
	return string(b[1:])
}

// make, append, slices, arrays
const K = 10

func m1(n int) {
	a := make([]int, K)
	b := make([]int, n)
	c := make([]int, 0, K*2)
	d := make([]int, n, K)
	_, _, _, _ = a, b, c, d
}
func m2() []int { n := 10; a := make([]int, n); b := make([]int, 100000); _ = b; return a }
func m3(x []*int) {
	y := append([]*int(nil), x...)
	z := append(y, new(int))
	_ = z
	G.s = append(G.s[:0], z...)
}
func m4() {
	var a [3]*int
	x := 1
	a[0] = &x
	b := a[:]
	b[1] = &x
	c := a
	_ = c
}
func m5() []*int { var a [3]*int; x := 1; a[0] = &x; return a[:] }
func m6(n *node) { n.s[0], n.s[1] = n.s[1], n.s[0]; n.s = n.s[1:]; n.arr[0] = n.arr[1]; n.l = n.r }
func m7() {
	p := new([1000]int)
	q := new([10000]int)
	r := &[10000]int{}
	s := &[1000]int{}
	_, _, _, _ = p, q, r, s
}
func m8() { var x [16385]int; var y [16384]int; x[0] = y[0]; px, py := &x, &y; _, _ = px, py }
func m9() {
	m := map[string]*int{}
	x := 1
	m["a"] = &x
	delete(m, "a")
	clear(m)
	for _, v := range m {
		G.arr[0] = v
	}
}
func m10(a, b *int, c, d string) *int { _ = min(c, d); copy(GA[:], []*int{a}); return b }
func m11(x []int) [4]int              { return [4]int(x) }
func m12(x []*int) *[2]*int           { return (*[2]*int)(x) }
func m13() *[2]*int                   { x := make([]*int, 2); return (*[2]*int)(x) }
func m14() any                        { x := [...]any{1, "a", nil}; return x[1:] }
func m15()                            { type T struct{ a []int }; t := T{make([]int, 3)}; u := &T{[]int{1}}; u.a = t.a; _ = u }
func m16() []struct{}                 { return make([]struct{}, 5) }

// unsafe, atomics
func u1() uintptr               { x := 1; return uintptr(unsafe.Pointer(&x)) }
func u2() *int                  { x := [2]int{}; return (*int)(unsafe.Add(unsafe.Pointer(&x), 8)) }
func u3(b []byte) string        { return unsafe.String(&b[0], len(b)) }
func u4() []byte                { var a [8]byte; return unsafe.Slice(&a[0], 8) }
func u5()                       { x := 1; var p atomic.Pointer[int]; p.Store(&x) }
func u6(p *atomic.Pointer[int]) { x := 1; p.CompareAndSwap(nil, &x) }
func u7()                       { var once sync.Once; x := 1; once.Do(func() { x++ }) }
func u8()                       { var x atomic.Value; x.Store(S{}) }

// generics
func gen1[T any](x T) *T              { return &x }
func gen2[T any](x T) any             { return x }
func gen3[T fmt.Stringer](x T) string { return x.String() }
func gen4[T any](xs []T, f func(T) T) (r []T) {
	for _, x := range xs {
		r = append(r, f(x))
	}
	return
}
func gen5[K comparable, V any](m map[K]V) []V {
	var r []V
	for _, v := range m {
		r = append(r, v)
	}
	return r
}

type list[T any] struct{ head *elem[T] }
type elem[T any] struct {
	v    T
	next *elem[T]
}

func (l *list[T]) push(v T) { l.head = &elem[T]{v, l.head} }
func (l *list[T]) each(f func(T)) {
	for e := l.head; e != nil; e = e.next {
		f(e.v)
	}
}
func (l *list[T]) all() iter.Seq[T] {
	return func(y func(T) bool) {
		for e := l.head; e != nil && y(e.v); e = e.next {
		}
	}
}

func genUse() {
	gen1(1)
	gen1("x")
	gen2(S{})
	gen2(&S{})
	gen3(S{})
	gen3(B(2))
	gen4([]int{1}, func(i int) int { return i })
	gen4([]*int{new(int)}, func(i *int) *int { return i })
	gen5(map[string]*node{})
	var l list[int]
	l.push(1)
	s := 0
	l.each(func(i int) { s += i })
	for x := range l.all() {
		s += x
	}
	slices.SortFunc([]S{{1, 2}}, func(a, b S) int { return a.a - b.a })
	var ls list[*node]
	ls.push(&node{})
}

// calls
func k1(f func(*int) *int) *int { x := 1; return f(&x) }
func k2() *node                 { f := (*node).self; return f(&node{}) }
func k3()                       { n := &node{}; f := n.setl; f(&node{}) }
func k4()                       { f := node.val; _ = f(node{}) }
func k5()                       { var n node; n.l = &node{}; n.setl(&node{}); n.self().setl(n.l) }
func k6(n *node)                { *n = node{l: &node{}} }
func k7()                       { n := node{l: &node{r: &node{}}}; k8(n) }
func k8(n node)                 { G = n.l.r }
func k9() (a, b *node)          { a, b = &node{}, &node{}; a, b = b, a; return a, nil }
func k10()                      { x, y := k9(); _, _ = x, y; p, _ := k9(); G = p }
func k11(ns ...*node) *node     { return ns[0] }
func k12() *node                { k11(&node{}); return k11(&node{}, &node{}) }
func k13(xs ...any)             {}
func k14()                      { k13(1, "a", S{}); k13([]any{1}...); fmt.Sprint(1, "a"); fmt.Sprintf("%d", 3) }
func k15()                      { f := func(x ...any) { G.v = x[0] }; f(1, 2) }
func k16()                      { panic(fmt.Sprintf("x %d", 1)) }
func k17() {
	if false {
		G = &node{}
	}
	const dbg = false
	if dbg {
		k13(&node{})
	}
	for false {
		G = &node{}
	}
}
func k18() int                      { return 1; G = &node{}; return 2 }
func k19(a *[]int, b **node)        { *a = make([]int, 3); *b = &node{}; (*b).l = &node{} }
func k20()                          { var a []int; var b *node; k19(&a, &b) }
func k21(x struct{ p *node }) *node { return x.p }
func k22() *node                    { return k21(struct{ p *node }{&node{}}) }
func k23(c complex128) any          { return real(c) }
func k24() error                    { type e struct{ error }; return &e{errors.New("x")} }
func k25(w interface{ Write([]byte) (int, error) }) {
	w.Write([]byte("abc"))
	w.Write(make([]byte, 4))
	var b strings.Builder
	b.WriteString("x")
	b.Write([]byte("x"))
	_ = b.String()
}
func k26() { var w interface{ Write([]byte) (int, error) } = &strings.Builder{}; w.Write([]byte("x")) }
