// Package global: what a package variable holds outlives every function.
package global

var (
	pointer *int
	number  int
	slice   []int
	hook    func()
	table   struct{ p *int }
)

// Address stores the address of a local in a global.
func Address() {
	n := 1 // want var gc:heap textbook:heap
	pointer = &n
}

// Value is the twin: the number is copied into the global.
func Value() {
	n := 1 // want var gc:stack textbook:stack
	number = n
}

// Slice stores a slice: the header is copied, its array goes to the heap.
func Slice() {
	slice = make([]int, 4) // want make_slice gc:heap textbook:heap
}

// SliceUsed is the twin: only a number leaves the array.
func SliceUsed() {
	s := make([]int, 4) // want make_slice gc:stack textbook:stack
	number = s[2]
}

// Field stores an address in a part of a global.
func Field() {
	table.p = new(int) // want new gc:heap textbook:heap
}

// Func stores a function literal, which takes its captured variable along.
func Func() {
	n := 0                // want var gc:heap textbook:heap
	hook = func() { n++ } // want closure gc:heap textbook:heap
}

// ThroughPointer stores an address through a pointer. Where the pointer leads
// is unknown to both models, so it counts as the heap.
func ThroughPointer(p **int) {
	n := 1 // want var gc:heap textbook:heap
	*p = &n
}
