package odd

// What random programs found.

var limitOfRandom *int

// A loop variable that is captured, in a loop in a loop: its first value outlives the outer one.
func carrierInLoop(n int) {
	for range n {
		for j := new(int); *j < 3; j = nil {
			f := func() int { return *j }
			_ = f
		}
	}
}

// A block that begins with a literal nobody reads.
func unusedFirst(p func(func() *int)) {
	for range 3 {
		p = func(f func() *int) {
			_ = new(int)
		}
		_ = new(int)
	}
}

// A literal that captures nothing, in one that captures and that nobody reads.
func literalInUnused(p func(), x *int) {
	p = func() {
		*x = 1
		f := func(b bool) *int {
			if b {
				return nil
			}
			return new(int)
		}
		_ = f
	}
}

// Dead code at the end of a block, live code after it.
func deadThenLive(p *int) {
	{
		p := p
		if !(0 > 3) {
			return
		}
		_ = func() *int { return p }
	}
	_ = new(int)
}

// A variable whose only reader assigns it to itself, in a literal that captures it.
func assignedToItself(f func(func())) {
	var v func() *int = func() *int { return new(int) }
	f(func() { v = v })
}
