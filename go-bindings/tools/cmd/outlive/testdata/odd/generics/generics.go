// Package odd holds odd uses of type parameters, on which the compiler is asked what it thinks.
package odd

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"sync"
	"unsafe"
)

var A any
var P *int

type Num interface{ ~int | ~float64 }
type Stack[T any] struct{ items []T }
type Pair[K comparable, V any] struct {
	k K
	v V
}
type Tree[T cmp.Ordered] struct {
	l, r *Tree[T]
	v    T
}
type Opt[T any] func(*T)
type Set[T comparable] map[T]struct{}

func (s *Stack[T]) Push(x T) { s.items = append(s.items, x) }
func (s *Stack[T]) Pop() (x T, ok bool) {
	if len(s.items) == 0 {
		return
	}
	x = s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return x, true
}
func (s *Stack[T]) Each(f func(int, T)) {
	for i, x := range s.items {
		f(i, x)
	}
}
func (s *Stack[T]) Ptr() *T { return &s.items[0] }
func (s *Stack[T]) All() iter.Seq2[int, *T] {
	return func(yield func(int, *T) bool) {
		for i := range s.items {
			if !yield(i, &s.items[i]) {
				return
			}
		}
	}
}
func (t *Tree[T]) Insert(v T) *Tree[T] {
	if t == nil {
		return &Tree[T]{v: v}
	}
	if v < t.v {
		t.l = t.l.Insert(v)
	} else {
		t.r = t.r.Insert(v)
	}
	return t
}
func (s Set[T]) Add(x T) { s[x] = struct{}{} }
func (s Set[T]) Keys() (r []T) {
	for k := range s {
		r = append(r, k)
	}
	return
}

func Map[T, U any](xs []T, f func(T) U) []U {
	r := make([]U, 0, len(xs))
	for _, x := range xs {
		r = append(r, f(x))
	}
	return r
}
func Filter[S ~[]E, E any](s S, f func(E) bool) S {
	var r S
	for _, e := range s {
		if f(e) {
			r = append(r, e)
		}
	}
	return r
}
func Reduce[T, A any](xs []T, a A, f func(A, T) A) A {
	for _, x := range xs {
		a = f(a, x)
	}
	return a
}
func Ptr[T any](x T) *T              { return &x }
func Zero[T any]() (z T)             { return }
func New[T any]() *T                 { return new(T) }
func Make[T any](n int) []T          { return make([]T, n) }
func Box[T any](x T) any             { return x }
func Unbox[T any](x any) T           { return x.(T) }
func Conv[T, U Num](x T) U           { return U(x) }
func Str[T fmt.Stringer](x T) string { f := x.String; return f() + x.String() }
func Apply[T any](x *T, opts ...Opt[T]) *T {
	for _, o := range opts {
		o(x)
	}
	return x
}
func Chan[T any](x T) <-chan T                       { c := make(chan T, 1); c <- x; return c }
func Lit[T any](x T) []T                             { return []T{x, x} }
func LitP[T any](x T) []*T                           { return []*T{&x, new(T)} }
func LitM[K comparable, V any](k K, v V) map[K]V     { return map[K]V{k: v} }
func LitS[K comparable, V any](k K, v V) *Pair[K, V] { return &Pair[K, V]{k, v} }
func Clo[T any](x T) func() T                        { return func() T { return x } }
func Clo2[T any](x T) func() T {
	f := func() T { y := x; return y }
	g := func() func() T { return f }
	return g()
}
func Local[T any](x T) {
	y := &x
	z := *y
	_ = z
	s := []T{x}
	_ = s
	m := map[int]T{1: x}
	_ = m
}
func Eq[T comparable](a, b T) bool          { return a == b || any(a) == any(b) }
func Conc[T ~string](a, b T) T              { return a + b + "x" }
func Bytes[T ~string | ~[]byte](x T) string { return string(x) }
func ToB[T ~string | ~[]byte](x T) []byte   { return []byte(x) }
func Switch[T any](x T) int {
	switch v := any(x).(type) {
	case int:
		return v
	case string:
		return len(v)
	case *T:
		A = v
	}
	return 0
}
func Go[T any](x T, f func(T)) {
	go f(x)
	defer f(x)
	for range 2 {
		defer func() { f(x) }()
	}
}
func Size[T any]() uintptr { var x T; return unsafe.Sizeof(x) }
func Meth[T interface {
	Set(int)
	*U
}, U any]() U {
	var u U
	T(&u).Set(3)
	return u
}
func Rec[T any](n int, x T) *T {
	if n == 0 {
		return &x
	}
	return Rec(n-1, x)
}
func Deep[T any](x T) any     { return Box(Ptr(Lit(x))) }
func Arr[T any](x T) [2]T     { a := [2]T{x, x}; s := a[:]; s[0] = x; return a }
func Var[T any](xs ...T) int  { return len(xs) }
func VarK[T any](xs ...T) []T { return xs }

type SI int

func (s *SI) Set(x int)     { *s = SI(x) }
func (s SI) String() string { return "x" }

func use() {
	var s Stack[int]
	s.Push(1)
	s.Pop()
	s.Each(func(i, x int) { P = &x })
	P = s.Ptr()
	for i, p := range s.All() {
		_, _ = i, p
	}
	var sp Stack[*int]
	sp.Push(new(int))
	sp.Push(P)
	sp.Each(func(i int, p *int) { _ = p })
	ss := &Stack[fmt.Stringer]{}
	ss.Push(SI(3))
	f := ss.Push
	f(nil)
	var t *Tree[string]
	t = t.Insert("a")
	t2 := &Tree[int]{v: 3}
	t2.Insert(4)
	st := Set[SI]{}
	st.Add(3)
	_ = st.Keys()
	x := Map([]int{1, 2}, func(i int) string { return fmt.Sprint(i) })
	y := Map([]*int{P}, func(i *int) **int { return &i })
	_, _ = x, y
	_ = Filter([]int{1}, func(int) bool { return true })
	_ = Reduce([]string{"a"}, 0, func(a int, s string) int { return a + len(s) })
	A = Ptr(3)
	_ = *Ptr("x")
	_ = Zero[*int]()
	_ = New[SI]()
	A = New[int]()
	_ = Make[byte](3)
	_ = Box(1)
	_ = Box(P)
	_ = Unbox[int](A)
	_ = Conv[int, float64](3)
	_ = Str(SI(3))
	_ = Apply(&s, func(s *Stack[int]) { s.items = nil })
	<-Chan(P)
	_ = Lit(1)
	A = Lit(P)
	_ = LitP(1)
	_ = LitM("a", 1)
	_ = LitS("a", P)
	_ = Clo(1)()
	_ = Clo2(P)()
	Local(1)
	Local(P)
	_ = Eq(1, 2)
	_ = Eq(SI(1), 2)
	_ = Conc("a", "b")
	_ = Bytes("a") + Bytes([]byte{1})
	_ = ToB("x")
	Switch(1)
	Switch(P)
	Go(1, func(int) {})
	Go(P, func(p *int) {})
	_ = Size[int]()
	_ = Meth[*SI]()
	_ = Rec(3, 4)
	A = Rec(3, P)
	_ = Deep(1)
	_ = Arr(P)
	Var(1, 2)
	Var(P, new(int))
	VarK(1, 2)
	A = VarK(P, new(int))
	slices.SortFunc([]Pair[int, *int]{{1, P}}, func(a, b Pair[int, *int]) int { return cmp.Compare(a.k, b.k) })
	slices.IndexFunc([]int{1}, func(i int) bool { return i == *P })
	_ = slices.Collect(slices.Values([]int{1}))
	var m sync.Map
	m.Store(1, 2)
	m.Range(func(k, v any) bool { A = k; return true })
	o := sync.OnceValue(func() int { return 1 })
	_ = o()
	p := sync.Pool{New: func() any { return new(int) }}
	p.Put(p.Get())
	g := Ptr[int]
	_ = g(3)
	h := (*Stack[int]).Push
	h(&s, 3)
	next, stop := iter.Pull(slices.Values([]int{1}))
	next()
	defer stop()
}
