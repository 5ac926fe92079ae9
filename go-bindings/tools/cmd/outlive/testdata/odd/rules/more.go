package odd

import (
	"iter"
	"testing"
)

// b.Loop keeps what is in its body alive.
func loops(b *testing.B) {
	for b.Loop() {
		consume(new(int))
	}
}

// The result of a call in it, too.
func loopsResult(b *testing.B) {
	for b.Loop() {
		newInt()
	}
}

// An assignment in it.
func loopsAssign(b *testing.B) {
	x := 0
	for b.Loop() {
		x = consume(&x)
	}
}

func newInt() *int       { return new(int) }
func consume(p *int) int { return *p }

// The body of a range over a function is a literal that stays.
func rangeFunc(seq iter.Seq[int]) (n int) {
	for x := range seq {
		n += x
	}
	return n
}

// A return in it goes through variables.
func rangeFuncReturn(seq iter.Seq[*int]) *int {
	for p := range seq {
		return p
	}
	return nil
}

// A defer in it belongs to the function around.
func rangeFuncDefer(seq iter.Seq[int]) {
	for x := range seq {
		defer consume(&x)
	}
}

// A labelled break out of two.
func rangeFuncBreak(seq iter.Seq[int]) {
outer:
	for x := range seq {
		for y := range seq {
			if x == y {
				break outer
			}
		}
	}
}

// A goto out of one.
func rangeFuncGoto(seq iter.Seq[int]) {
	for x := range seq {
		if x > 1 {
			goto end
		}
	}
end:
}

// A variable that is assigned by one.
func rangeFuncAssign(seq iter.Seq[*int]) {
	var p *int
	for p = range seq {
	}
	gp = p
}

// One over a literal.
func rangeFuncLiteral() {
	for p := range func(yield func(*int) bool) { yield(new(int)) } {
		*p = 1
	}
}

// One over a method value.
func rangeFuncMethod() {
	var l list[int]
	for p := range l.all {
		*p = 1
	}
}

type list[E any] struct {
	items []E
}

func (l *list[E]) all(yield func(*E) bool) {
	for i := range l.items {
		if !yield(&l.items[i]) {
			return
		}
	}
}

// A type parameter is boxed.
func genericBox[E any](x E) any { return x }

// A box of one that stays.
func genericBoxStays[E comparable](x, y E) bool { return any(x) == any(y) }

// The address of a parameter.
func genericAddress[E any](x E) *E { return &x }

// A slice of them.
func genericMake[E any](n int) []E { return make([]E, n) }

// A literal that captures one.
func genericCapture[E any](x E) func() E { return func() E { return x } }

// A method of the constraint is called through the dictionary.
func genericMethod[E interface{ Ptr() *int }](x E) *int { return x.Ptr() }

// Its method value.
func genericMethodValue[E interface{ Ptr() *int }](x E) func() *int { return x.Ptr }

// A generic function calls another one.
func genericCall[E any](x E) *E { return genericAddress(x) }

// A generic function value.
func genericValue[E any]() func(E) *E { return genericAddress[E] }

// A conversion between type parameters' types.
func genericConvert[E ~[]byte](x E) string { return string(x) }

// A concatenation of them.
func genericConcat[E ~string](x, y E) E { return x + y }

// A type switch on one.
func genericSwitch[E any](x E) *int {
	switch y := any(x).(type) {
	case int:
		return &y
	}
	return nil
}

// A method of a generic type.
func (l *list[E]) push(x E) { l.items = append(l.items, x) }

// A literal of a generic type.
func genericLiteral[E any](x E) *list[E] { return &list[E]{[]E{x}} }

// A core type of functions.
func genericApply[F func(*int) *int](f F) *int { return f(new(int)) }

func instances() {
	genericBox(1)
	genericBox(gp)
	genericBoxStays(1, 2)
	genericBoxStays("a", "b")
	genericAddress("x")
	genericMake[int](1)
	genericMake[struct{}](2)
	genericCapture(1.5)
	genericCapture([40]int{})
	genericMethod(&T{})
	genericMethodValue(&T{})
	genericCall(int8(1))
	genericValue[bool]()
	genericConvert([]byte("x"))
	genericConcat("a", "b")
	genericSwitch(1)
	new(list[string]).push("x")
	genericLiteral(3)
	genericApply(func(p *int) *int { return p })
}

// A slice converted to an array is copied.
func toArray(s []*int) [2]*int { return [2]*int(s) }

// To a pointer to one, it is not.
func toArrayPointer(s []*int) *[2]*int { return (*[2]*int)(s) }

// A conversion to a named type is none.
func toNamed(s []byte) any { type bytes []byte; return bytes(s) }

// A constant rune converted.
func fromRune() string { return string(rune(65)) }

// A rune converted.
func fromRuneVariable(r rune) string { return string(r) }

// Runes of a string.
func toRunes(s string) int { return len([]rune(s)) }

// A nil function is called.
func callNil() { var f func(*int); f(new(int)) }

// A function of a table.
func callTable(fs []func(*int)) { fs[0](new(int)) }

// A function in a field.
func callField(t *T) *int { return t.f() }

// A dead branch keeps nothing.
func dead() {
	if false {
		gp = new(int)
	}
}

// What follows a return.
func deadTail() *int {
	return nil
	gp = new(int)
	return gp
}

// A constant switch.
func deadSwitch() {
	switch 1 {
	case 1:
	case 2:
		gp = new(int)
	}
}

// A map literal's values go to the heap.
func mapLiteral() { m := map[int]*int{1: new(int)}; delete(m, 1) }

// A map's key goes there.
func mapKey(m map[*int]bool) { m[new(int)] = true }

// What is looked up does not.
func mapLookup(m map[*int]bool) bool { return m[new(int)] }

// What a map held is of the heap.
func mapValue(m map[int]*int) { gp = m[1] }

// An array literal's address.
func arrayLiteral() *[2]*int { return &[2]*int{new(int), nil} }

// An element of an array value.
func arrayElement() *int { return [2]*int{new(int), nil}[0] }

// A slice of an array moves it.
func arraySlice() []int { var a [2]int; return a[:] }

// A field's address moves the whole.
func fieldAddress() *(*int) { var t T; return &t.p }

// A pointer to a pointer.
func twice() **int { p := new(int); return &p }

// Only what is dereferenced is returned.
func dereferenced(p **int) *int { return *p }

func callDereferenced() *int { p := new(int); return dereferenced(&p) }

// A blank assignment keeps nothing.
func blank(p *int) { _ = p }

// An unused parameter.
func unused(_ *int, q *int) {}

func callUnused() { unused(new(int), new(int)) }

// A comparison keeps nothing.
func compared(p *int) bool { return p == new(int) }

// new of a value.
func newValue() *int { return new(42) }
