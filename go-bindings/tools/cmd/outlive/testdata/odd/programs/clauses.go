package odd

// The variables of a type switch, of one type in several clauses: what one clause captures says nothing of the other.
func clausesOfOneType(v any) func() {
	switch x := v.(type) {
	case nil:
	case int, string:
		return func() { _ = &x }
	default:
		return func() { _ = x }
	}
	switch x := v.(type) {
	case nil:
	default:
		defer keepsClause(func() { _ = &x })
	}
	return nil
}

func keepsClause(f func()) { clauseOf = f }

var clauseOf func()

// A literal that captures nothing is a function of its own, though nobody reads it, and has literals nobody reads.
func unusedInUnused() {
	f := func(a func() int) func() *int {
		a = func() int {
			return a()
		}
		g := func() *int { return new(int) }
		g = func() *int { _ = a; return g() }
		return nil
	}
	f = func(a func() int) func() *int {
		return f(nil)
	}
}
