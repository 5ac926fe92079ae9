// Package captured: the textbook moves every captured variable to the heap, one
// shared block for the closures that share it. The compiler copies a small variable
// that nobody assigns again into the closure, and keeps a closure that stays here.
package captured

// Reference captures a variable that is assigned later: the closure needs its address.
func Reference() func() int {
	n := 0              // want var gc:heap textbook:heap
	return func() int { // want closure gc:heap textbook:heap
		n++
		return n
	}
}

// ByValue captures a variable that never changes: gc copies it.
func ByValue() func() int {
	n := 7              // want var gc:stack textbook:heap
	return func() int { // want closure gc:heap textbook:heap
		return n
	}
}

// Argument is the twin for both models: the value goes in as an argument.
func Argument() int {
	n := 7                   // want var gc:stack textbook:stack
	return func(v int) int { // want closure gc:stack textbook:stack
		return v + 1
	}(n)
}

// Local captures by reference, but the closure does not leave.
func Local() int {
	n := 0          // want var gc:stack textbook:heap
	inc := func() { // want closure gc:stack textbook:stack
		n++
	}
	inc()
	inc()
	return n
}

// Group makes two closures that share a variable: both leave, it leaves with them.
func Group() (inc func(), get func() int) {
	n := 0                        // want var gc:heap textbook:heap
	inc = func() { n++ }          // want closure gc:heap textbook:heap
	get = func() int { return n } // want closure gc:heap textbook:heap
	return inc, get
}

// HalfGroup lets only one of the two leave. Their shared variable leaves with
// it; the other one stays.
func HalfGroup() func() int {
	n := 0                         // want var gc:heap textbook:heap
	inc := func() { n++ }          // want closure gc:stack textbook:stack
	get := func() int { return n } // want closure gc:heap textbook:heap
	inc()
	return get
}

// Big captures a variable too large to be copied (more than 128 bytes).
func Big() func() int {
	var a [17]int       // want var gc:heap textbook:heap
	return func() int { // want closure gc:heap textbook:heap
		return a[3]
	}
}

// JustSmall is the twin: 128 bytes are still copied.
func JustSmall() func() int {
	var a [16]int       // want var gc:stack textbook:heap
	return func() int { // want closure gc:heap textbook:heap
		return a[3]
	}
}

// Nothing captures nothing: such a closure is one static record.
func Nothing() func() int {
	return func() int { // want closure gc:heap textbook:heap
		return 7
	}
}

// Address captures a variable by value and lets the address inside it leave.
func Address() func() *int {
	n := 1               // want var gc:heap textbook:heap
	p := &n              // want var gc:stack textbook:heap
	return func() *int { // want closure gc:heap textbook:heap
		return p
	}
}
