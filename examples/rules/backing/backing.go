// Package backing: an element of a slice is reached through a pointer, so the
// textbook treats a store to one as a store to the heap.
package backing

// Address stores the address of a local in a slice somebody else made.
func Address(s []*int) {
	n := 1 // want var gc:heap textbook:heap
	s[0] = &n
}

// Value is the twin.
func Value(s []int) {
	n := 1
	s[0] = n
}

// Local stores an address in a slice made here. The compiler does not follow
// stores through pointers either.
func Local() int {
	n := 1               // want var gc:heap textbook:heap
	s := make([]*int, 1) // want make_slice gc:stack textbook:stack
	s[0] = &n
	return *s[0]
}

// Literal places the address while the array is being made: the compiler sees
// the array as one variable then.
func Literal() int {
	n := 1          // want var gc:stack textbook:heap
	s := []*int{&n} // want slice_literal gc:stack textbook:stack
	return *s[0]
}

// Array is the twin: an array is a variable, and its elements are part of it.
func Array() int {
	n := 1 // want var gc:stack textbook:stack
	var a [1]*int
	a[0] = &n
	return *a[0]
}

// Append copies the address into an array that may be new.
func Append(s []*int) []*int {
	n := 1               // want var gc:heap textbook:heap
	return append(s, &n) // want append gc:heap textbook:heap
}
