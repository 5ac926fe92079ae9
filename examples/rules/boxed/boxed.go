// Package boxed: a value put into an interface needs memory of its own, unless
// it is a pointer. The textbook takes that memory from the heap every time.
package boxed

var keep any

type shape interface{ area() int }

type square struct{ side int }
type ref struct{ p *int }

func (s square) area() int { return s.side * s.side }
func (s *square) double()  { s.side *= 2 }
func (r ref) area() int    { return *r.p }

// Local boxes a value and asks for it back.
func Local(n int) int {
	var x any = n // want box gc:stack textbook:heap
	return x.(int)
}

// Twin is the twin for both models: no interface, no box.
func Twin(n int) int {
	x := n
	return x
}

// Stored keeps the box.
func Stored(n int) {
	keep = n // want box gc:heap textbook:heap
}

// Returned returns the box.
func Returned(n int) any {
	return n // want box gc:heap textbook:heap
}

// Called calls a method through the interface: gc sees that only one type can be in it.
func Called(n int) int {
	var s shape = square{n} // want box gc:stack textbook:heap
	return s.area()
}

// Either cannot be seen through: the receiver goes to an unknown method.
func Either(n int, s shape) int {
	if n > 0 {
		s = square{n} // want box gc:heap textbook:heap
	}
	return s.area()
}

// Pointer needs no box: the interface holds the pointer itself.
func Pointer(n int) int {
	p := &square{n} // want literal gc:stack textbook:stack
	var x any = p
	return x.(*square).side
}

// OnePointer needs none either: the struct is one pointer wide.
func OnePointer(p *int) any {
	return ref{p}
}

// Constant escapes by the compiler's word, though its box is static data.
func Constant() any {
	return 1000 // want box gc:heap textbook:heap
}

// Compare boxes an operand for a comparison.
func Compare(x any, n int) bool {
	return x == n // want box gc:stack textbook:heap
}

// Panic hands its value to whoever recovers.
func Panic(n int) {
	panic(n) // want box gc:heap textbook:heap
}
