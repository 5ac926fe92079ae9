package odd

import (
	"reflect"
	"unsafe"
)

// An address as an integer.
func integer() uintptr { return uintptr(unsafe.Pointer(new(int))) }

// Arithmetic on it.
func integerSum() unsafe.Pointer {
	return unsafe.Pointer(uintptr(unsafe.Pointer(new([2]int))) + 8)
}

// unsafe.Add.
func unsafeAdd() *int { return (*int)(unsafe.Add(unsafe.Pointer(new([2]int)), 8)) }

// unsafe.Slice.
func unsafeSlice() []int { return unsafe.Slice(new(int), 1) }

// unsafe.StringData.
func unsafeStringData(s string) *byte { return unsafe.StringData(s) }

// unsafe.String.
func unsafeString() string { return unsafe.String(new(byte), 1) }

// A reflect header's data keeps what it is given.
func header(p *[]int) uintptr { return (*reflect.SliceHeader)(unsafe.Pointer(p)).Data }

// A store into one goes to the heap.
func headerStore(s *string, b *byte) {
	(*reflect.StringHeader)(unsafe.Pointer(s)).Data = uintptr(unsafe.Pointer(b))
}

// min of strings returns either.
func minimum(a, b string) string { return min(a, b) }

// clear keeps nothing.
func clearing(m map[*int]*int, s []*int) { clear(m); clear(s) }

// copy keeps what the elements point to.
func copying(a, b []*int) { copy(a, b) }

// copy of elements without pointers keeps nothing.
func copyingInts(a, b []int) { copy(a, b) }

// append keeps the elements.
func appending(s []*int, p *int) []*int { return append(s, p) }

// The slice that is appended keeps only what it points to.
func appendingSlice(s, t []*int) []*int { return append(s, t...) }

// A pack of arguments that stay.
func pack() { variadic(new(int), new(int)) }

func variadic(ps ...*int) {}

// A pack that is returned.
func packReturned() []*int { return variadicReturned(new(int)) }

func variadicReturned(ps ...*int) []*int { return ps }

// A pack of a go statement is made in the wrapper.
func packGo() { go variadic(new(int)) }

// A pack of a defer statement in a loop.
func packDefer() {
	for range 2 {
		defer variadic(new(int))
	}
}

// A pack of a call through a literal.
func packLiteral() { func(ps ...*int) {}(new(int)) }

// A deferred literal stays.
func deferred() { x := 1; defer func() { x++ }() }

// In a loop it does not.
func deferredInLoop() {
	for range 2 {
		x := 1
		defer func() { x++ }()
	}
}

// After a label that is jumped back to it does not.
func deferredAfterLabel(n int) {
again:
	x := 1
	defer func() { x++ }()
	if n--; n > 0 {
		goto again
	}
}

// A recovered value.
func recovered() any { return recover() }

// A panic keeps its value.
func panics(x int) { panic(x) }

// A call of print keeps nothing.
func prints(p *int) { println(p) }
