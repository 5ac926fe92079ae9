// Package builtins: append, copy, clear and panic.
package builtins

// Append may need a new array, of a size known at run time.
func Append() int {
	var s []int
	s = append(s, 1, 2) // want append gc:stack textbook:heap
	return len(s)
}

// AppendReturned returns it.
func AppendReturned(s []int) []int {
	return append(s, 1) // want append gc:heap textbook:heap
}

// AppendSlice appends what another slice holds: the addresses in it are copied to memory
// nobody follows.
func AppendSlice(s []*int) []*int {
	n := 1                 // want var gc:heap textbook:heap
	t := []*int{&n}        // want slice_literal gc:stack textbook:stack
	return append(s, t...) // want append gc:heap textbook:heap
}

// Copy does the same with copy.
func Copy(s []*int) {
	n := 1          // want var gc:heap textbook:heap
	t := []*int{&n} // want slice_literal gc:stack textbook:stack
	copy(s, t)
}

// CopyNumbers is the twin: numbers hold nothing.
func CopyNumbers(s []int) {
	t := []int{1, 2} // want slice_literal gc:stack textbook:stack
	copy(s, t)
}

// Clear only writes.
func Clear() int {
	s := []int{1, 2} // want slice_literal gc:stack textbook:stack
	clear(s)
	return s[0]
}

// Panic throws an address.
func Panic() {
	n := 1 // want var gc:heap textbook:heap
	panic(&n)
}

// Recovered only looks at what was thrown.
func Recovered() (ok bool) { // want result gc:stack textbook:heap
	defer func() { // want closure gc:stack textbook:stack
		ok = recover() == nil
	}()
	return true
}
