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

// A call that may come back to the function it is deferred in: parameters of that function outlive what the wrapper builds.
func deferBack(_ *int) { defer deferBack(new(int)) }

func deferBackNamed(p *int) { defer deferBackNamed(new(int)) }

func deferBackUnnamed(*int) { defer deferBackUnnamed(new(int)) }

func goBack(p []int, q ...*int) { go goBack([]int{1}, new(int)) }

func deferAround(p *int) {
	func() { defer deferThere(new(int), map[string]int{}) }()
}

func deferThere(p *int, _ map[string]int) { deferAround(p) }

// Builtin functions that a wrapper calls, with what it builds.
func lateBuiltins(s []*int, m map[any]int, k map[*int]int, r []rune) {
	for {
		defer copy(s, []*int{nil, new(int)})
		go copy([]*int{new(int)}, s)
		go delete(m, new(int))
		go delete(k, new(int))
		go clear([]*int{new(int)})
		go copy(r, []rune("abc"))
	}
}

// A string that is written out as a slice is a literal.
func lateRunes(f func([]rune)) {
	for {
		defer lateRunes(nil)
		defer takeRunes([]rune("abc"), 1)
	}
}

func takeRunes([]rune, ...any) {}

// A range that assigns to a variable of interface type: what was ranged over flows there, not a box.
func rangeToInterface(s []int, m map[string]int, t string, a *[2]int, w []struct{ a, b *int }) (v any) {
	for _, anyOfRandom = range s {
	}
	for _, anyOfRandom = range m {
	}
	for _, anyOfRandom = range t {
	}
	for _, anyOfRandom = range a {
	}
	for _, v = range w {
	}
	return
}

var anyOfRandom any

// A range that asks for the length only: what has no call in it is not there.
func rangeForLength(a, b *int, r [2]*int) {
	for k := range [2]func() *int{func() *int { return a }, func() *int { return nil }} {
		_ = k
	}
	for range &[2]*int{new(int), b} {
	}
	for k := range [1]*int{func() *int { return b }()} {
		_ = k
	}
	for k, _ := range [2]*int{a} {
		_ = k
	}
	for range []func(){func() { a = nil }} {
	}
	func() {
		for k := range r {
			_ = k
		}
	}()
}

// A variable of a range over a function is a parameter, and moves to the heap.
func rangeVarMoved(f func(func(*int) bool)) (p **int) {
	for k := range f {
		p = &k
	}
	return
}

// What a literal that nobody reads captures, the literal around it captures.
func capturedByUnused(p []*int, r map[string]*int) (q map[string]*int) {
	for range iteratorOfRandom {
		g := func() { q = r }
		g = func() {
			g()
			p = nil
		}
	}
	return nil
}

var iteratorOfRandom func(func() bool)

// Of literals that nobody reads none is a parent of parameters; in generic functions they capture.
func unusedParents(x *int) {
	f := func(a *int) *int {
		_ = x
		return func(b *int) *int { return b }(a)
	}
	f = func(a *int) *int { return f(a) }
}

func unusedRangeBody(x *int, r func(func(*int) bool)) {
	f := func() {
		_ = x
		for a := range r {
			_ = func(b *int) *int { return b }(a)
		}
	}
	f = f
}

func unusedGeneric[T any](p func() *T) {
	p = func() *T {
		return func() *T { return new(T) }()
	}
}

func useUnusedGeneric() { unusedGeneric[int](nil) }

// Live for the compiler, which goes by syntax, though nothing gets there.
func liveAfterLoop(p []int) func() *int {
	for i := 0; !offOfRandom || i > 3; i++ {
	}
	return func() *int { return &p[0] }
}

const offOfRandom = false

func liveAfterSwitch(p *int) func(*int) {
	switch limitConst {
	case 3:
		*p = 1
	case 4, 11:
		panic(nil)
	case *p:
	}
	return func(a *int) {}
}

const limitConst = 4

func liveAfterBreak(p *int) *int {
	switch q := p; *p {
	case 1:
		if !(limitConst == 1) || *q == 2 {
			break
		}
		limitOfRandom = q
	}
	return nil
}

// What only a literal nobody reads mentions of generic functions and types is made all the same.
func unusedInstances(p *int, f func()) {
	f = func() {
		_ = p
		onlyUnused[int]()
		if limitConst == 0 {
			onlyUnused[string]()
		}
		g := func() { _ = onlyUnused[bool] }
		g()
		var v onlyUnusedType[int]
		_ = v
	}
	if g := func() { p = onlyUnused[int]() }; limitConst == 0 {
		_ = g
	}
}

func onlyUnused[T any]() *T { return new(T) }

type onlyUnusedType[T any] struct{}

func (onlyUnusedType[T]) method() *T { return new(T) }
