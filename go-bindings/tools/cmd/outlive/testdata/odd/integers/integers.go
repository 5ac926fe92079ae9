// Package odd holds odd uses of integers made from pointers, loop variables and results, on which the compiler is asked what it thinks.
package odd

import (
	"context"
	"errors"
	"io"
	"os"
	"reflect"
	"runtime"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

var U uintptr
var P *int
var A any
var F func() int

type T struct {
	p *int
	u uintptr
	n *T
	i interface{ M() }
	f func()
}

func (t T) M()   {}
func (t *T) PM() {}

func u1() unsafe.Pointer { x := 1; p := uintptr(unsafe.Pointer(&x)); return unsafe.Pointer(p) }
func u2()                { x := 1; U = uintptr(unsafe.Pointer(&x)) }
func u3() (t T)          { x := 1; t.u = uintptr(unsafe.Pointer(&x)); return }
func u4(f func(uintptr)) { x := 1; f(uintptr(unsafe.Pointer(&x))) }
func u5() T              { x := 1; return T{u: uintptr(unsafe.Pointer(&x))} }
func u6(i interface{ U(uintptr) }) {
	x := 1
	i.U(uintptr(unsafe.Pointer(&x)))
	defer i.U(uintptr(unsafe.Pointer(&x)))
	go i.U(uintptr(unsafe.Pointer(&x)))
}
func u7()                { x := 1; syscall.Syscall(1, uintptr(unsafe.Pointer(&x)), 2, 3) }
func u8() any            { x := 1; return uintptr(unsafe.Pointer(&x)) }
func u9() (int, uintptr) { x := 1; return 1, uintptr(unsafe.Pointer(&x)) + 8 }
func u10() []uintptr     { x := 1; return []uintptr{uintptr(unsafe.Pointer(&x))} }
func u11(m map[uintptr]int, c chan uintptr) {
	x, y := 1, 2
	m[uintptr(unsafe.Pointer(&x))] = 1
	c <- uintptr(unsafe.Pointer(&y))
}
func u12() func() uintptr {
	x := 1
	u := uintptr(unsafe.Pointer(&x))
	return func() uintptr { return u }
}
func u13(s []uintptr) []uintptr { x := 1; return append(s, uintptr(unsafe.Pointer(&x))) }
func u14() *int                 { x := 1; return (*int)(unsafe.Pointer(uintptr(unsafe.Pointer(&x)) &^ 7)) }
func u15() *int                 { x := 1; return (*int)(unsafe.Pointer(-uintptr(unsafe.Pointer(&x)) << 3)) }
func u16(b []byte) string {
	h := (*reflect.SliceHeader)(unsafe.Pointer(&b))
	var s string
	sh := (*reflect.StringHeader)(unsafe.Pointer(&s))
	sh.Data = h.Data
	sh.Len = h.Len
	return s
}
func u17() bool             { x := 1; return uintptr(unsafe.Pointer(&x)) > 5 }
func u18(y uintptr) uintptr { x := 1; p := unsafe.Pointer(&x); return max(uintptr(p), y) }
func u19() string           { b := make([]byte, 8); return *(*string)(unsafe.Pointer(&b)) }
func u20()                  { x := 1; runtime.KeepAlive(&x); reflect.ValueOf(&x).Elem().SetInt(3) }

// loops with closures, per-iteration
func l1() {
	for i := 0; i < 3; i++ {
		p := &i
		if i == 2 {
			P = p
			return
		}
	}
}
func l2() (f func() int) {
	for i := 0; i < 3; i++ {
		f = func() int { return i }
	}
	return
}
func l3() {
	for i, j := 0, 1; i < j; i, j = i+1, j-1 {
		F = func() int { i++; return j }
	}
}
func l4() *int {
	for i := 0; ; i++ {
		if i > 3 {
			return &i
		}
	}
}
func l5(xs []T) {
	for _, x := range xs {
		x.PM()
		A = &x.p
	}
}
func l6(xs [4]int) {
	for i := range xs {
		func() { _ = i }()
	}
	for i := range 5 {
		defer func() { _ = i }()
	}
}
func l7(xs []int) {
	var ps []*int
	for i := range xs {
		ps = append(ps, &xs[i])
		t := &T{}
		t.n = t
		_ = t
	}
}
func l8() {
	var last *T
	for {
		t := &T{n: last}
		last = t
		if t.p != nil {
			break
		}
	}
}
func l9() {
	var n *T
	for i := 0; i < 3; i++ {
		x := T{}
		n = &x
		n.PM()
	}
}
func l10() {
	for i := 0; i < 3; i++ {
		var x T
		x.PM()
		f := x.PM
		f()
		g := func() { x.p = nil }
		g()
	}
}
func l11() {
	for range 3 {
		s := make([]int, 3)
		s[0] = 1
		_ = append(s, 1)
		m := map[int]int{1: 2}
		_ = m
	}
}
func l12(c chan *int) {
	for p := range c {
		P = p
		q := &p
		_ = q
	}
}
func l13(n int) *T {
	var r *T
	switch n {
	case 1:
		r = &T{}
	case 2:
		x := T{}
		r = &x
	default:
		goto end
	}
	r.n = &T{}
end:
	return r
}
func l14() {
	i := 0
L:
	for {
		switch {
		case i > 3:
			break L
		default:
			i++
			continue L
		}
	}
	x := new(int)
	P = x
}

// results, named, shadow
func n1() (p *int)             { x := 1; defer func() { p = &x }(); return nil }
func n2() (t T, err error)     { t.n = &t; return }
func n3() (t T)                { f := func() { t.p = new(int) }; f(); return t }
func n4() (a, b *int, c error) { x := 1; return &x, nil, errors.New("x") }
func n5()                      { a, _, _ := n4(); _ = a; _, b, _ := n4(); P = b }
func n6() (r []int)            { r = make([]int, 3); return r[1:2:3] }
func n7() (x int)              { p := &x; *p = 2; return }
func n8(t T) (u T)             { u = t; u.n = &t; return u }
func n9(t *T) **T              { return &t }
func n10(t *T) *int            { return t.n.n.p }
func n11() *int                { t := T{p: new(int)}; return t.p }
func n12() *int                { t := &T{n: &T{p: new(int)}}; return t.n.p }
func n13(xs ...*T) []*T        { return xs }
func n14()                     { n13(&T{}); A = n13(&T{}) }
func n15(a *T, b **T)          { *b = a }
func n16()                     { var b *T; n15(&T{}, &b) }
func n17(a []*T, b *T)         { a[0] = b }
func n18(a [2]*T) *T           { return a[1] }
func n19() *T                  { return n18([2]*T{&T{}, {}}) }
func n20(f func() *T) *T       { return f() }
func n21() *T                  { return n20(func() *T { return &T{} }) }
func n22()                     { n20(func() *T { return &T{} }); t := T{}; n20(func() *T { return &t }) }
func n23()                     { f := func(t *T) *T { return t }; A = f(&T{}); f(&T{}) }
func n24() {
	var f func(*T)
	f = func(t *T) {
		if t != nil {
			f(nil)
		}
	}
	f(&T{})
}
func n25() { f := n20; f(func() *T { return nil }) }

// standard library
func z1(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	select {
	case <-ctx.Done():
	case <-time.After(1):
	}
}
func z2()             { var r io.Reader = os.Stdin; io.Copy(os.Stdout, r); b := make([]byte, 10); r.Read(b) }
func z3(x int) string { return "a" + strconv.Itoa(x) + "b" }
func z4() error {
	if _, err := os.Open("x"); err != nil {
		var pe *os.PathError
		if errors.As(err, &pe) {
			return pe
		}
	}
	return nil
}
func z5() { t := time.NewTimer(1); defer t.Stop(); go func() { <-t.C }() }
func z6() (err error) {
	f, err := os.Open("x")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return nil
}
func z7(r io.Reader) {
	lr := io.LimitedReader{R: r, N: 1}
	io.ReadAll(&lr)
	io.ReadAll(&io.LimitedReader{R: r})
}
func z8() {
	var t struct {
		T
		*os.File
	}
	t.PM()
	f := t.Close
	f()
	g := t.T.M
	g()
}
func z9(i interface{ M() }) {
	i.M()
	f := i.M
	f()
	go i.M()
	defer i.M()
	x, ok := i.(interface{ PM() })
	if ok {
		x.PM()
	}
}
func z10() {
	var i interface{ M() } = T{}
	i.M()
	go i.M()
	defer i.M()
	f := i.M
	f()
}
func z11() {
	var i interface{ PM() } = &T{}
	i.PM()
	defer i.PM()
	var j interface{ PM() }
	j = new(T)
	j.PM()
}
func z12() { func(xs ...any) { A = xs }(1, T{}); func(xs ...any) {}(1, T{}) }
func z13(c bool) *T {
	if c && false {
		return &T{}
	}
	if c || true {
		return nil
	}
	return &T{}
}
func z14() {
	switch 3 {
	case 1:
		A = &T{}
	case 3:
		A = &T{u: 1}
		fallthrough
	default:
		A = &T{u: 2}
	}
}
func z15() {
	type local struct{ a, b *T }
	l := local{&T{}, &T{}}
	m := l
	A = m.a
	ls := []local{{&T{}, nil}}
	_ = ls
}
func z16() {
	a := [...]*T{&T{}, 3: {}}
	b := map[string]*T{"x": {}}
	c := map[[1]int]int{{}: 1}
	d := [][]int{{1}, {2}}
	_, _, _, _ = a, b, c, d
}
func z17() { x := [3][]byte{[]byte("a"), []byte(strconv.Itoa(3))}; y := x; A = y[1] }
func z18(p *[4]T) {
	for i, x := range p {
		_ = i
		A = x.p
	}
	for i := range p {
		A = &p[i]
	}
	q := *p
	A = q[0].n
}
func z19() { a, b := new(int), new(int); a, b = b, a; *a, *b = *b, *a; P = a }
func z20() {
	var a, b *int = new(int), new(int)
	if a == b {
		print(a, b)
	}
	println(*a)
}
