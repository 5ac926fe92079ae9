// Package runtimelen: a frame has a fixed size, so memory whose size is known only
// at run time has no place in it. Since Go 1.25 the compiler reserves a small buffer
// in the frame for such slices and takes the heap only when they outgrow it.
package runtimelen

// Variable makes a slice of a run-time length that stays here.
func Variable(n int) int {
	s := make([]int, n) // want make_slice gc:stack textbook:heap
	return len(s)
}

// Constant is the twin.
func Constant() int {
	s := make([]int, 16) // want make_slice gc:stack textbook:stack
	return len(s)
}

// Capacity has a constant length and a run-time capacity.
func Capacity(n int) int {
	s := make([]int, 0, n) // want make_slice gc:stack textbook:heap
	return cap(s)
}

// Leaves returns the slice.
func Leaves(n int) []int {
	return make([]int, n) // want make_slice gc:heap textbook:heap
}

// Concat joins strings of run-time lengths.
func Concat(a, b string) int {
	s := a + b // want concat gc:stack textbook:heap
	return len(s)
}

// ConcatConstant is the twin: constants are joined by the compiler.
func ConcatConstant() int {
	const a, b = "out", "live"
	s := a + b
	return len(s)
}

// ConcatReturned returns the string.
func ConcatReturned(a, b string) string {
	return a + b // want concat gc:heap textbook:heap
}

// Convert copies a string of a run-time length.
func Convert(s string) byte {
	b := []byte(s) // want string_conversion gc:stack textbook:heap
	b[0]++
	return b[0]
}

// ConvertReturned returns the copy.
func ConvertReturned(s string) []byte {
	return []byte(s) // want string_conversion gc:heap textbook:heap
}
