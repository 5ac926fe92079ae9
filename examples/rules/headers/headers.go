// Package headers: a slice, string or interface variable is a header of two or three words
// in the frame. It stays there even when what it points to does not.
package headers

var keep []int

// Slice lets the array go to the heap; the header s stays.
func Slice() {
	s := make([]int, 4) // want var gc:stack textbook:stack; make_slice gc:heap textbook:heap
	keep = s
}

// Interface lets the box go to the heap; the header x stays.
func Interface(n int) any {
	var x any = n // want var gc:stack textbook:stack; box gc:heap textbook:heap
	return x
}

// SliceHeader takes the address of the header itself: now it leaves as well.
func SliceHeader() *[]int {
	s := make([]int, 4) // want var gc:heap textbook:heap; make_slice gc:heap textbook:heap
	return &s
}

// Resliced copies headers around.
func Resliced() int {
	s := make([]int, 4) // want make_slice gc:stack textbook:stack
	t := s[1:3]         // want var gc:stack textbook:stack
	return t[0]
}
