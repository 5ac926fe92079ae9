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

// A literal nobody reads is not referred to: it and the function around it are no recursion.
type callsAround struct{}

func (*callsAround) method() {
	f := func() (r callsAround) {
		defer r.method()
		return
	}
	f = func() callsAround { return f() }
}

// What a variable is assigned by is no read of it: a call of several results, a comma ok, but for a case of a select with one value.
func assignedOnly(f func(), x *int, c chan func(), m map[int]func()) {
	f, _ = severalOfClauses()
	f, _ = m[3]
	select {
	case f, _ = <-c:
	}
	f = func() { _ = x }
}

func assignedBySelect(f, g func(), x *int, c chan func()) {
	select {
	case f = <-c:
	}
	f = func() { _ = x }
	select {
	case <-c:
		h := func() { _ = x }
		h = func() { h() }
	}
	for g = range c {
	}
	g = func() { _ = x }
}

func severalOfClauses() (func(), int) { return nil, 1 }

// The variable of a type switch is read by the switch.
func assignedInClause(v any, x *int) {
	switch f := v.(type) {
	case int:
		_ = f
	case func() int:
		f = func() int { return *x }
	}
}

// What a literal that captures nothing captures of itself, in a literal nobody reads.
func capturedInUnused(x *int) {
	f := func() *int { return x }
	f = func() *int {
		func(p *int) {
			k := 2
			_ = k
			defer func() { k = 3 }()
			for l := range 3 {
				defer func() { l, k = 3, l }()
			}
		}(nil)
		return f()
	}
}

// A loop variable that only literals nobody reads read is carried nowhere.
func unreadLoopVariable(x *int) {
	for i := x; x != nil; i = new(int) {
		f := func() { *i = 1 }
		f = func() { f() }
	}
	for i := x; x != nil; i = new(int) {
		f := func() { *i = 1 }
		f()
	}
}

// A go or defer statement holds the interface whose method it calls, though the method is known.
type knownMethod struct{ a *int }

func (knownMethod) method(*int) {}

type methodOfClauses interface{ method(*int) }

func goKnownMethod(n *int, b bool) {
	v, w := methodOfClauses(knownMethod{n}), methodOfClauses(knownMethod{})
	go v.method(new(int))
	defer w.method(new(int))
	for b {
		w := methodOfClauses(knownMethod{n})
		defer w.method(new(int))
		w.method(new(int))
	}
	go methodOfClauses(knownMethod{n}).method(nil)
}
