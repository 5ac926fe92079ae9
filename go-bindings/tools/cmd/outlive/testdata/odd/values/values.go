// Package odd holds odd uses of sizes, captures, builtins and interfaces, on which the compiler is asked what it thinks.
package odd

import "unsafe"

type I interface{ M() }
type J interface {
	I
	N() *int
}
type T struct {
	p *int
	q [2]*int
}

func (t T) M()       {}
func (t *T) N() *int { return t.p }

type big struct{ a [130 << 10]byte }
type mid struct{ a [100 << 10]byte }
type cap128 struct{ a [128]byte }
type cap129 struct{ a [129]byte }

var A any
var P *int
var FN func()
var CH chan *int
var MM map[*int]*T

func p1(b big) byte { return b.a[0] }
func p2() (b big)   { return }
func p3() (b big)   { p := &b; p.a[1] = 1; return }
func p4(b mid) byte { p := &b; return p.a[0] }
func p5() {
	x := mid{}
	p := &x
	p.a[1] = 2
	y := &mid{}
	y.a[1] = 3
	z := new(mid)
	z.a[0] = 1
}
func p6() { var x [2]big; x[0].a[1] = 2; _ = x }
func p7() { x := []big{{}}; y := []mid{{}}; x[0].a[1] = 1; y[0].a[1] = 2 }
func p8() {
	x := make([]mid, 1)
	x[0].a[1] = 1
	y := make([]byte, 64<<10)
	z := make([]byte, 64<<10+1)
	y[0], z[0] = 1, 2
}
func p9()              { var x any = mid{}; _ = x; f := func(a any) {}; f(mid{}); f(big{}) }
func p10() func() byte { var x cap128; var y cap129; return func() byte { return x.a[1] + y.a[2] } }
func p11() func() byte {
	var x cap128
	x.a[1] = 2
	f := func() byte { return x.a[1] }
	x.a[2] = 3
	return f
}
func p12() func() byte { var x cap128; x.a[1] = 2; f := func() byte { return x.a[1] }; return f }
func p13() func() *int { x, y := 1, 2; x = 3; p, q := &x, &y; q = p; return func() *int { return q } }
func p14(x int) func() int {
	if x > 3 {
		x = 4
	}
	return func() int { return x }
}
func p15(x int) func() int {
	f := func() int { return x }
	if x > 3 {
		x = 4
	}
	return f
}
func p16() func() int { var x int; x, y := 1, 2; _ = y; return func() int { return x } }
func p17() (func() int, error) {
	x, err := p18()
	if err != nil {
		return nil, err
	}
	y, err := p18()
	return func() int { return x + y }, err
}
func p18() (int, error) { return 1, nil }
func p19() func()       { x := 1; return func() { f := func() { x++ }; f() } }
func p20() func() {
	x := 1
	y := 2
	return func() { f := func() int { return x + y }; FN = func() { f() } }
}
func p21(f func()) { defer f(); go f(); defer func() { f() }(); x := f; x() }
func p22() {
	var fs [3]func()
	x := 1
	fs[0] = func() { x++ }
	fs[0]()
	s := struct{ f func() }{func() { x-- }}
	s.f()
}
func p23() { x := 1; f := func() *int { return &x }; P = f() }
func p24() { x := 1; f := func() *int { return &x }; y := f(); *y = 2 }
func p25() { f := func() *int { x := 1; return &x }; y := f(); *y = 2 }
func p26(n int) *int {
	if n == 0 {
		return new(int)
	}
	return p27(n - 1)
}
func p27(n int) *int { return p26(n - 1) }
func p28(p *int, n int) *int {
	if n == 0 {
		return p
	}
	return p29(p, n)
}
func p29(p *int, n int) *int { return p28(p, n-1) }
func p30()                   { x := 1; p28(&x, 3); y := 2; P = p28(&y, 3) }

func q1(m map[string]int, k string) { defer delete(m, k); go delete(m, k+"x") }
func q2(c chan int)                 { defer close(c); go close(c) }
func q3(a []*int)                   { x := 1; b := []*int{&x}; defer copy(a, b); go copy(a, b) }
func q4()                           { x := 1; defer print(&x); go print(&x, "a"); go println(1, &x) }
func q5()                           { x := 1; defer panic(&x); go recover(); defer recover() }
func q6() {
	var t T
	defer t.N()
	defer t.M()
	f := t.N
	defer f()
	go (*T).N(&t)
}
func q7() {
	for range 2 {
		var t T
		defer t.N()
		defer t.M()
		defer func() { t.p = nil }()
	}
}
func q8(i I) {
	for range 2 {
		defer i.M()
		go i.M()
		f := i.M
		defer f()
	}
}
func q9() {
	for range 2 {
		defer func(xs ...*int) {}(new(int), P)
		go func(xs ...*int) { P = xs[0] }(new(int))
	}
}
func q10() {
	for range 2 {
		s := []*int{new(int)}
		defer func(xs ...*int) {}(s...)
		defer func(t *T, s []int) {}(&T{}, []int{1})
	}
}
func q11() {
	var t T
	x := 1
	t.q[1] = &x
	u := t
	u.q[0] = &x
	A = u.q[1]
}
func q12() { var t T; x := 1; t.q[1] = &x; A = t.p }
func q13() {
	var t [2]T
	x := 1
	t[0].p = &x
	s := t[:1]
	s[0].p = nil
	u := s[0]
	A = u.p
}
func q14(t T)  { x := 1; t.p = &x; t.N() }
func q15(t *T) { x := 1; t.p = &x; t.N() }
func q16()     { t := &T{}; x := 1; t.p = &x; y := 2; t.q[1] = &y }
func q17()     { t := &T{p: new(int)}; u := *t; v := &u; P = v.p }
func q18() {
	x := 1
	p := &x
	pp := &p
	ppp := &pp
	***ppp = 3
	P = **ppp
}
func q19()           { x := 1; p := &x; pp := &p; q := *pp; *q = 2 }
func q20() (r **int) { x := 1; p := &x; r = &p; return }

func r1() {
	var i I = T{}
	i.M()
	i = nil
	var j J = &T{}
	j.M()
	i = j
	i.M()
}
func r2(c bool) {
	var i I
	if c {
		i = T{}
	}
	if i != nil {
		i.M()
	}
}
func r3() {
	var i I = T{}
	if t, ok := i.(*T); ok {
		A = t
	}
	switch x := i.(type) {
	case T:
		A = x.p
	case *T:
		x.N()
	}
}
func r4() { var i any = new(int); p := i.(*int); P = p }
func r5() { var i any = 3; p := i.(int); A = p }
func r6() { x := T{p: new(int)}; var i any = x; P = i.(T).p }
func r7() {
	x := T{p: new(int)}
	var i any = x
	_, ok := i.(T)
	if ok {
		return
	}
}
func r8() {
	e := struct{ I }{T{}}
	e.M()
	f := e.M
	f()
	var i I = e
	i.M()
}
func r9()                                 { e := &struct{ *T }{&T{}}; e.M(); e.N(); var j J = e; j.N() }
func r10() any                            { return [1]int{1} }
func r11() any                            { return [1]*int{new(int)} }
func r12() any                            { return struct{}{} }
func r13() any                            { return [0]int{} }
func r14(b byte) (any, any, any)          { return b, true, b == 3 }
func r15() any                            { return "const" }
func r16(s string) any                    { return s[1:] }
func r17(f func()) any                    { return f }
func r18(c chan int, m map[int]int) []any { return []any{c, m} }
func r19(x [2]int) bool                   { var a, b any = x, [2]int{}; return a == b }
func r20(x *int) bool                     { return any(x) == A }
func r21() (s string) {
	for i := range 3 {
		s += string(rune(i))
	}
	return
}
func r22() string     { f := func(s string) string { return s + "x" }; return f("a") }
func r23(a, b string) { m := map[string]int{a + b: 1}; m[a+b+"c"] = 2; delete(m, b+a); _ = m[a+b] }
func r24(a []byte) {
	x := []byte(string(a))
	y := string(x)
	A = y
	type by []byte
	z := by("abc")
	_ = z
}
func r25(a string) {
	for i, c := range []rune(a) {
		_, _ = i, c
	}
	for i, c := range a + "x" {
		_, _ = i, c
	}
}
func r26(a, b string) bool { return a+b == "x" || string([]byte(a)) < b }
func r27(x any)            { func() { defer func() { A = recover() }(); panic(x) }() }
func r28()                 { type R struct{ r *R }; a := &R{}; b := &R{a}; a.r = b }
func r29()                 { type R struct{ r *R }; a := R{}; b := R{&a}; a.r = &b }
func r30() {
	l := []*T{}
	for i := range 3 {
		t := T{}
		if i > 0 {
			l = append(l, &t)
		}
	}
	_ = l
}
func r31() {
	var a [3]*T
	for i := range a {
		a[i] = &T{}
	}
	for i := range a {
		t := T{}
		a[i] = &t
	}
}
func r32() {
	m := map[string][]int{"a": {1}, "b": make([]int, 3)}
	m["c"] = append(m["c"], 1)
	m["d"] = []int{}
}
func r33() *[3]int            { a := [3]int{1}; s := a[:]; b := (*[3]int)(s); return b }
func r34() []int              { a := &[3]int{1}; return a[:] }
func r35() []int              { a := [3]int{1}; return a[:] }
func r36() int                { a := [3]int{1}; s := a[:]; t := s[1:]; return len(t) }
func r37(p unsafe.Pointer) *T { return (*T)(p) }
func r38() *T                 { return r37(unsafe.Pointer(&T{})) }
func r39()                    { r37(unsafe.Pointer(&T{})); q := unsafe.Pointer(&T{}); A = uintptr(q) }
func r40() {
	c := make(chan *int, 1)
	x := 1
	c <- &x
	CH = c
	d := make(chan T)
	go func() { d <- T{p: &x} }()
	A = (<-d).p
}
func r41() {
	x := 1
	y := 2
	MM[&x] = &T{p: &y}
	z := 3
	_ = MM[&z]
	delete(MM, &z)
}
func r42() {
	x, y := new(int), new(int)
	for i := range 3 {
		if i == 1 {
			x = y
		} else {
			y = new(int)
		}
	}
	_ = x
}
func r43()             { defer func() func() { x := 1; return func() { x++ } }()() }
func r44() (x, y *int) { defer func() { x, y = y, x }(); return new(int), new(int) }
func r45() {
	if f := func() *int { return nil }; f() == nil {
		A = f
	}
}
func r46() {
	switch x := new(int); {
	case *x > 1:
		P = x
	}
	for x := new(int); *x < 3; *x++ {
	}
}
func r47() {
	for x := new(int); ; x = new(int) {
		if *x > 3 {
			P = x
			break
		}
	}
}
func r48() {
	for i, x := 0, new(int); i < 3; i, x = i+1, new(int) {
		*x = i
	}
}
func r49() {
	var x *int
	for i := 0; i < 3; i++ {
		x = new(int)
		*x = i
	}
}
func r50() {
	var s []*int
	for i := 0; i < 3; i++ {
		s = append(s, new(int))
	}
	for _, p := range s {
		*p = 1
	}
}
