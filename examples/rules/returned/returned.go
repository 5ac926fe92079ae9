// Package returned: an address that is returned outlives its function; a
// value that is returned is copied out and leaves nothing behind.
package returned

type point struct{ x, y int }

// Address returns the address of a local, so the local cannot live in the frame.
func Address() *point {
	p := point{1, 2} // want var gc:heap textbook:heap
	return &p
}

// Value is the twin: the caller gets a copy.
func Value() point {
	p := point{1, 2} // want var gc:stack textbook:stack
	return p
}

// Literal returns the address of a composite literal.
func Literal() *point {
	return &point{1, 2} // want literal gc:heap textbook:heap
}

// LiteralUsed is the twin: the literal is read here and dropped.
func LiteralUsed() int {
	p := &point{1, 2} // want literal gc:stack textbook:stack
	return p.x + p.y
}

// New returns what new made.
func New() *int {
	return new(int) // want new gc:heap textbook:heap
}

// NewUsed is the twin.
func NewUsed() int {
	p := new(int) // want new gc:stack textbook:stack
	*p = 3
	return *p
}

// NewValue returns the address of a copy, which the compiler calls a variable.
func NewValue(n int) *int {
	return new(n) // want var gc:heap textbook:heap
}

// NewValueUsed is the twin.
func NewValueUsed(n int) int {
	p := new(n) // want var gc:stack textbook:stack; var gc:stack textbook:stack
	return *p
}

// Inside returns the address of a field: the whole variable must live on.
func Inside() *int {
	p := point{1, 2} // want var gc:heap textbook:heap
	return &p.y
}

// InsideValue is the twin.
func InsideValue() int {
	p := point{1, 2}
	q := &p.y
	return *q
}

// Named returns the address of its own named result through another one.
func Named() (n int, at *int) { // want result gc:heap textbook:heap
	at = &n
	return n, at
}

// Param returns the address of a parameter, which is a local like any other.
func Param(n int) *int { // want param gc:heap textbook:heap
	return &n
}

// ParamValue is the twin: the pointer that came in goes out again, and
// nothing of this frame with it.
func ParamValue(n *int) *int {
	return n
}

// Copied returns an address by way of two more variables.
func Copied() *int {
	n := 1 // want var gc:heap textbook:heap
	p := &n
	q := p
	return q
}
