// Package odd holds odd uses of go and defer, for which the compiler makes wrappers, on which the compiler is asked what it thinks.
package odd

import "unsafe"

type iu interface{ U(uintptr) }

func f(uintptr)            {}
func g(...uintptr)         {}
func h(int, []int)         {}
func k(xs ...*int)         {}
func l(x [1]*int)          {}
func m(s struct{ p *int }) {}

func a1(i iu)            { x := 1; i.U(uintptr(unsafe.Pointer(&x))) }
func a2(i iu)            { x := 1; defer i.U(uintptr(unsafe.Pointer(&x))) }
func a3(i iu)            { x := 1; go i.U(uintptr(unsafe.Pointer(&x))) }
func a4(f func(uintptr)) { x := 1; defer f(uintptr(unsafe.Pointer(&x))) }
func a5(f func(uintptr)) { x := 1; go f(uintptr(unsafe.Pointer(&x))) }
func a6()                { x := 1; defer f(uintptr(unsafe.Pointer(&x))) }
func a7()                { x := 1; go f(uintptr(unsafe.Pointer(&x))) }
func a8()                { x := 1; p := uintptr(unsafe.Pointer(&x)); go f(p) }
func a9()                { x := 1; go f(uintptr(unsafe.Pointer(&x)) + 1) }
func a10()               { x := 1; go h(*(&x), nil) }
func a11() {
	x := 1
	for range 2 {
		defer f(uintptr(unsafe.Pointer(&x)))
	}
}
func a12() { x := []int{1}; p := &x; go h((*p)[0], nil) }
func a13() { x := []int{1}; p := &x; go h(len(*p), nil) }
func a14() { x := 1; go g(2, uintptr(unsafe.Pointer(&x))) }
func a15() { x := 1; f(uintptr(unsafe.Pointer(&x))); g(uintptr(unsafe.Pointer(&x))) }
func a16() { go k(new(int)); go l([1]*int{new(int)}); go m(struct{ p *int }{new(int)}) }
func a17() {
	x := 1
	go k(&x)
	go h(1, []int{x, 2})
	go h(1, make([]int, 3))
	go h(1, append([]int{}, 1))
}
func a18() { go func(a any, b string, c *int) {}(1, "x", new(int)) }
func a19(s string) {
	go func(a []byte, b string) {}([]byte(s), s+"x")
	defer func(a []byte, b string) {}([]byte(s), s+"x")
}
func a20() {
	for range 2 {
		defer k(new(int))
		defer l([1]*int{new(int)})
		defer h(1, []int{1})
	}
}
func a21(p *struct{ f func(*int) }) { x := 1; go p.f(&x); defer p.f(nil) }
func a22()                          { go func() { x := 1; k(&x) }(); go (func())(nil)() }
