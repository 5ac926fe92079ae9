// Package calls: go statements, defer, method values, function values and variadic calls.
package calls

import "unsafe"

type counter struct{ n int }

func (c *counter) inc()    { c.n++ }
func (c counter) get() int { return c.n }

func use(p *int)       { *p++ }
func sum(s ...int) int { return len(s) }

var hook func()

// Go starts a goroutine: its arguments outlive the statement.
func Go() {
	n := 1 // want var gc:heap textbook:heap
	go use(&n)
}

// Call is the twin.
func Call() {
	n := 1 // want var gc:stack textbook:heap
	use(&n)
}

// GoClosure starts a closure.
func GoClosure(c chan int) { // want param gc:stack textbook:heap
	n := 1      // want var gc:heap textbook:heap
	go func() { // want closure gc:heap textbook:heap
		n++
		c <- n
	}()
}

// Defer runs before the frame goes.
func Defer() {
	n := 1 // want var gc:stack textbook:heap
	defer use(&n)
}

// DeferLoop defers any number of calls: each is recorded on the heap.
func DeferLoop() {
	for i := 0; i < 3; i++ {
		n := i // want var gc:heap textbook:heap
		defer use(&n)
	}
}

// MethodValue binds a copy of the receiver and is called here.
func MethodValue() int {
	c := counter{1}
	f := c.get // want method_value gc:stack textbook:stack
	return f()
}

// MethodValueKept binds an address and is kept.
func MethodValueKept() {
	c := counter{1} // want var gc:heap textbook:heap
	hook = c.inc    // want method_value gc:heap textbook:heap
}

// Variadic packs its arguments into an array, which the callee does not keep.
func Variadic() int {
	return sum(1, 2, 3) // want variadic gc:stack textbook:heap
}

// Unsafe converts an address and back: it is still followed.
func Unsafe() *int {
	n := 1 // want var gc:heap textbook:heap
	return (*int)(unsafe.Pointer(&n))
}

// UnsafeLocal is the twin.
func UnsafeLocal() byte {
	n := 1 // want var gc:stack textbook:stack
	return *(*byte)(unsafe.Pointer(&n))
}

// UnsafeNumber goes by way of an integer within one expression.
func UnsafeNumber() *byte {
	var a [4]byte // want var gc:heap textbook:heap
	return (*byte)(unsafe.Pointer(uintptr(unsafe.Pointer(&a)) + 1))
}
