// Package passed: the textbook sends everything to the heap whose address is
// passed to a function; the compiler looks at what the function does with it.
package passed

type point struct{ x, y int }

var kept *point

func sum(p *point) int     { return p.x + p.y }
func keep(p *point)        { kept = p }
func same(p *point) *point { return p }
func fill(b []byte)        { b[0] = 1 }

func (p *point) move(d int) { p.x += d }
func (p point) area() int   { return p.x * p.y }

// Read passes an address to a function that only reads through it.
func Read() int {
	p := point{1, 2} // want var gc:stack textbook:heap
	return sum(&p)
}

// Value is the twin for the textbook: a copy is passed.
func Value() int {
	p := point{1, 2}
	return p.area()
}

// Kept passes an address to a function that keeps it.
func Kept() {
	p := point{1, 2} // want var gc:heap textbook:heap
	keep(&p)
}

// Back gets the address back and drops it.
func Back() int {
	p := point{1, 2} // want var gc:stack textbook:heap
	return same(&p).y
}

// BackReturned gets the address back and returns it.
func BackReturned() *point {
	p := point{1, 2} // want var gc:heap textbook:heap
	return same(&p)
}

// Receiver passes an address as the receiver of a method.
func Receiver() int {
	p := point{1, 2} // want var gc:stack textbook:heap
	p.move(3)
	return p.x
}

// Literal passes the address of a literal.
func Literal() int {
	return sum(&point{3, 4}) // want literal gc:stack textbook:heap
}

// Backing passes a slice, and with it the address of its array.
func Backing() byte {
	b := make([]byte, 8) // want make_slice gc:stack textbook:heap
	fill(b)
	return b[0]
}

// Unknown calls a function nobody can see through: both models give up.
func Unknown(f func(*point)) {
	p := point{1, 2} // want var gc:heap textbook:heap
	f(&p)
}

type reader interface{ read(*point) }

// Method calls a method of an interface: the same.
func Method(r reader) {
	p := point{1, 2} // want var gc:heap textbook:heap
	r.read(&p)
}
