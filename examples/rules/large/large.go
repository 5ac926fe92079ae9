// Package large: a frame has room for so much. A variable may take 128 KiB; memory that
// no declaration shows (new, &T{}, make) may take 64 KiB.
package large

// Array is a variable over the limit.
func Array() byte {
	var a [128<<10 + 1]byte // want var gc:heap textbook:heap
	a[1] = 1
	return a[2]
}

// Fits is the twin: just at the limit.
func Fits() byte {
	var a [128 << 10]byte // want var gc:stack textbook:stack
	a[1] = 1
	return a[2]
}

// New is over the limit for what is not declared.
func New() byte {
	p := new([64<<10 + 1]byte) // want new gc:heap textbook:heap
	return p[1]
}

// NewFits is the twin.
func NewFits() byte {
	p := new([64 << 10]byte) // want new gc:stack textbook:stack
	return p[1]
}

// Make is over the limit by length times size.
func Make() int {
	s := make([]int, 8<<10+1) // want make_slice gc:heap textbook:heap
	return s[1]
}

// MakeFits is the twin.
func MakeFits() int {
	s := make([]int, 8<<10) // want make_slice gc:stack textbook:stack
	return s[1]
}

// Zero has elements without a size: the compiler always calls that the heap, which
// costs nothing, since there is nothing to allocate.
func Zero() int {
	s := make([]struct{}, 4) // want make_slice gc:heap textbook:heap
	return len(s)
}
