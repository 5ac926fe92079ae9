// Package loops: one iteration is a lifetime of its own. What an earlier iteration made
// and a later one can still reach cannot sit in one place of the frame.
package loops

// Outlives keeps an address in a variable declared outside the loop.
func Outlives() int {
	var last *int
	for i := 0; i < 3; i++ {
		n := i // want var gc:heap textbook:heap
		last = &n
	}
	return *last
}

// Inside is the twin: the address dies with the iteration.
func Inside() int {
	sum := 0
	for i := 0; i < 3; i++ {
		n := i // want var gc:stack textbook:stack
		p := &n
		sum += *p
	}
	return sum
}

// New does the same with new.
func New() int {
	var last *int
	for i := 0; i < 3; i++ {
		last = new(int) // want new gc:heap textbook:heap
		*last = i
	}
	return *last
}

// Variable takes the address of the loop's own variable, of which there is one for
// every iteration.
func Variable() int {
	var last *int
	for i := 0; i < 3; i++ { // want var gc:heap textbook:heap
		last = &i
	}
	return *last
}

// Range is the same for a range statement.
func Range(s []int) int {
	var last *int
	for _, v := range s { // want var gc:heap textbook:heap
		last = &v
	}
	return *last
}

// Same keeps the address of a variable declared outside, twin of both.
func Same() int {
	var last *int
	n := 0 // want var gc:stack textbook:stack
	for i := 0; i < 3; i++ {
		n = i
		last = &n
	}
	return *last
}

// Back jumps back with goto: a loop as well.
func Back() int {
	var last *int
	i := 0
again:
	n := new(int) // want new gc:heap textbook:heap
	if i++; i < 3 {
		last = n
		goto again
	}
	return *last
}
