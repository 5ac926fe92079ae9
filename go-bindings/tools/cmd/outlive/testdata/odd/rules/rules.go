// Package odd holds one function per rule of the compiler, most of them rare, on which the compiler is asked what it thinks.
package odd

import (
	"fmt"
)

type T struct {
	p, q *int
	s    []*int
	a    [4]*int
	next *T
	f    func() *int
}

type I interface{ Ptr() *int }

func (t *T) Ptr() *int { return t.p }
func (t T) Val() *int  { return t.q }

var (
	gp *int
	ga any
	gt *T
	gs []*int
	gf func() *int
	gu uintptr
)

// A variable of a range statement lives for one iteration.
func rangeVariable(xs []int) {
	var keep *int
	for _, x := range xs {
		keep = &x
	}
	_ = keep
}

// A variable outside of the loop may be kept in one outside.
func outsideLoop(xs []int) {
	var keep *int
	var x int
	for _, x = range xs {
		keep = &x
	}
	_ = keep
}

// What is made in the condition of a loop is made in every iteration.
func conditionDepth() {
	var keep *int
	for func(p *int) bool { keep = p; return false }(new(int)) {
	}
	_ = keep
}

// The initialiser of a loop is outside of it.
func initDepth() {
	var keep *int
	for p := new(int); keep == nil; {
		keep = p
	}
}

// The post statement is inside.
func postDepth(n int) {
	var keep *int
	for i := 0; i < n; keep = new(int) {
		i++
	}
	_ = keep
}

// The expression of a range statement is evaluated outside of it.
func rangeOperand() {
	var keep []*int
	for range []*int{new(int)} {
		keep = []*int{new(int)}
	}
	_ = keep
}

// The carrier of a loop variable that is copied for each iteration lies outside of the loop.
func carrier(n int) {
	var keep *int
	for i := 0; i < n; i++ {
		keep = &i
	}
	_ = keep
}

// The carrier of a variable that only a closure in the loop uses.
func carrierClosure(n int) {
	for i := 0; i < n; i++ {
		func() { i++ }()
	}
}

// A label that is jumped back to begins a loop.
func gotoBack(n int) {
	var keep *int
again:
	x := n
	keep = &x
	if n--; n > 0 {
		goto again
	}
	_ = keep
}

// One that is only jumped forward to does not.
func gotoForward(n int) {
	var keep *int
	if n > 0 {
		goto end
	}
	n++
end:
	x := n
	keep = &x
	_ = keep
}

// A labelled continue is no loop of its own.
func labelledContinue(n int) {
	var keep *int
outer:
	for range n {
		for range n {
			continue outer
		}
		keep = new(int)
	}
	_ = keep
}

// A label nobody jumps to.
func labelledBreak(n int) {
	var keep *int
loop:
	for {
		keep = new(int)
		break loop
	}
	_ = keep
}

// The body of a select clause has the depth around it.
func selectClause(c chan *int) {
	var keep *int
	select {
	case p := <-c:
		keep = p
	default:
		keep = new(int)
	}
	_ = keep
}

// A sent value escapes also in a select statement.
func selectSend(c chan *int) {
	select {
	case c <- new(int):
	default:
	}
}

// A received value is assigned to memory behind a pointer.
func selectAssign(c chan *int, t *T) {
	select {
	case t.p = <-c:
	}
}

// The clause's variable of a type switch is one per clause.
func typeSwitch(x any) *int {
	switch y := x.(type) {
	case int:
		return &y
	case uint:
		_ = &y
	}
	return nil
}

// A bare return returns the results' variables.
func bareReturn() (p *int) {
	x := 1
	p = &x
	return
}

// A named result whose address is kept.
func resultAddress() (x int) {
	gp = &x
	return 1
}

// A named result that a deferred call uses.
func resultDeferred() (err error) {
	defer func() { err = nil }()
	return fmt.Errorf("%d", 1)
}

// Flows to results beyond the limit count as flows to the heap.
func manyResults(p *int) (a, b, c, d, e, f, g, h *int) { return nil, nil, nil, nil, nil, nil, nil, p }

func callManyResults() { x := 1; manyResults(&x) }

// The last result within the limit.
func fewResults(p *int) (a, b, c *int) { return nil, nil, p }

func callFewResults() { x := 1; fewResults(&x) }

// x.f = x.f[i:j] is a self-assignment.
func selfSlice(t *T) { t.s = t.s[1:2] }

// x.a = x.b is one.
func selfField(t *T) { t.p = t.q }

// x[i] = x[j] is one.
func selfIndex(t *T) { t.a[1] = t.a[2] }

// x.f[i], x.f[j] = x.f[j], x.f[i].
func selfSwap(t *T) { t.s[0], t.s[1] = t.s[1], t.s[0] }

// Through another base it is none.
func notSelf(t, u *T) { t.p = u.q }

// Through a call it is none.
func notSelfCall(t *T) { t.p = t.Val() }

// The whole value is none.
func notSelfWhole(t *T) { *t = *t.next }

// The slice of an array behind a pointer.
func selfArray(t *T) { t.s = t.a[:] }

// A slice that is truncated through a variable.
func selfVariable(t *T) { s := t.s; t.s = s[:0] }

// A self-assignment of a pointer dereferenced.
func selfDeref(p **T) { (*p).p = (*p).q }

// A copied variable may be captured by value.
func byValue() func() int { x := 1; return func() int { return x } }

// One that is assigned again may not.
func byReference() func() int { x := 1; x = 2; return func() int { return x } }

// One that is larger than 128 bytes may not.
func byReferenceLarge() func() int { var x [17]int; return func() int { return x[3] } }

// 128 bytes are not too large.
func byValueLarge() func() int { var x [16]int; return func() int { return x[3] } }

// One whose address is taken may not.
func byReferenceAddress() func() int { x := 1; gp = &x; return func() int { return x } }

// An assignment in the closure counts.
func byReferenceInside() func() { x := 1; return func() { x++ } }

// A parameter that is never assigned.
func byValueParam(x int) func() int { return func() int { return x } }

// An element assigned is an assignment of the array.
func byReferenceElement() func() int { var x [2]int; x[0] = 1; return func() int { return x[0] } }

// The result of a literal that is called where it stands is followed.
func directCall() { p := func() *int { return new(int) }(); *p = 1 }

// So is that of one in a variable that is assigned once.
func calledOnce() { f := func() *int { return new(int) }; *f() = 1 }

// Not of one that is assigned twice.
func calledTwice(c bool) {
	f := func() *int { return new(int) }
	if c {
		f = func() *int { return gp }
	}
	*f() = 1
}

// A recursive literal.
func recursive() {
	var f func(*int, int)
	f = func(p *int, n int) {
		if n > 0 {
			f(p, n-1)
		}
	}
	f(new(int), 3)
}

// A recursive literal that keeps its argument.
func recursiveLeak() {
	var f func(*int, int)
	f = func(p *int, n int) {
		gp = p
		f(p, n-1)
	}
	f(new(int), 3)
}

// Literals that call each other.
func mutual() {
	var f, g func(int) *int
	f = func(n int) *int { return g(n - 1) }
	g = func(n int) *int { return f(n - 1) }
	f(1)
}

// A literal that returns itself.
func selfReturning() {
	type F func() F
	var f F
	f = func() F { return f }
	f()()
}

// A method value that is called.
func methodValue() { t := &T{}; f := t.Ptr; f() }

// A method value that escapes.
func methodValueEscapes() { t := &T{}; gf = t.Ptr }

// A method value with a value receiver copies it.
func methodValueCopy() { t := T{q: new(int)}; gf = t.Val }

// A method value of an interface.
func methodValueInterface(i I) { f := i.Ptr; f() }

// A method expression is a function.
func methodExpression() { f := (*T).Ptr; f(&T{}) }

// A method expression of an interface.
func methodExpressionInterface() { f := I.Ptr; f(&T{}) }

// A method expression whose receiver is dereferenced.
func methodExpressionDeref() { f := (*T).Val; f(&T{}) }

// A promoted method through an embedded value.
func promoted() { x := struct{ T }{}; x.Ptr() }

// Through an embedded pointer.
func promotedPointer() { x := struct{ *T }{&T{}}; x.Ptr() }

// Through an embedded interface.
func promotedInterface() { x := struct{ I }{&T{}}; x.Ptr() }

// A promoted method in an interface is a wrapper.
func promotedWrapper() { var i I = struct{ *T }{&T{}}; ga = i }

// A box of a pointer is the pointer.
func boxPointer() any { return new(int) }

// A constant is boxed without allocating.
func boxConstant() any { return 1 }

// A box that stays.
func boxStays(x int) bool { var a any = x; return a == nil }

// A zero-size value.
func boxEmpty() any { return struct{}{} }

// A struct of one pointer is not boxed.
func boxDirect() any { return struct{ p *int }{gp} }

// A box is compared.
func boxCompared(x int, y any) bool { return y == x }

// A string of bytes that is only compared.
func compareBytes(b []byte) bool { return string(b) == "x" }

// A string of bytes that is a key.
func keyBytes(m map[string]int, b []byte) int { return m[string(b)] }

// A string of bytes that is a key and stays.
func keyBytesSet(m map[string]int, b []byte) { m[string(b)] = 1 }

// Bytes of a string that is ranged over.
func rangeBytes(s string) {
	for range []byte(s) {
	}
}

// Bytes that are appended.
func appendString(b []byte, s string) []byte { return append(b, []byte(s)...) }

// A string that grows in place.
func growString(s string) string { s += "x"; return s }

// The sum of constants is none.
func constantSum() string { return "a" + "b" }

// A slice of constant size.
func makeConstant() { s := make([]int, 10); s[0] = 1 }

// One over the limit.
func makeLarge() { s := make([]byte, 64<<10+1); s[0] = 1 }

// One at the limit.
func makeLimit() { s := make([]byte, 64<<10); s[0] = 1 }

// The capacity counts.
func makeCapacity(n int) { s := make([]int, 1, n); s[0] = 1 }

// A size in a variable that is never assigned again.
func makeVariable() { n := 10; s := make([]int, n); s[0] = 1 }

// A size in one that is.
func makeReassigned() { n := 10; n++; s := make([]int, n); s[0] = 1 }

// Elements without size.
func makeEmpty(n int) { s := make([]struct{}, n); _ = s }

// An explicit variable over its limit.
func largeVariable() { var x [128<<10/8 + 1]int; x[0] = 1; p := &x; _ = p }

// An implicit one over its limit.
func largeNew() { p := new([64<<10/8 + 1]int); p[0] = 1 }
