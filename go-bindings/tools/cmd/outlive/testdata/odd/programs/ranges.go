package odd

// Ranges that assign: what is ranged over flows, dereferenced, to what is assigned to, numbers or not.

var (
	numberOfRange int
	arrayOfRange  [4]int
)

type pairOfRange struct{ a, b *int }

// Numbers to elements, fields, pointers, maps.
func rangeToElements(a []int, b map[string]int, c string, d *[3]int, e [3]int, f []struct{ a int }, to []int, r []rune, st []struct{ a int }) {
	for _, to[0] = range a {
	}
	for _, to[0] = range b {
	}
	for _, r[0] = range c {
	}
	for _, to[0] = range d {
	}
	for _, to[0] = range e {
	}
	for _, st[0] = range f {
	}
}

func rangeToPlaces(a, b, c, d, e, f, g []int, p *int, q *struct{ x int }, m map[string]int) {
	for _, *p = range a {
	}
	for _, q.x = range b {
	}
	for _, m["a"] = range c {
	}
	for _, numberOfRange = range d {
	}
	for _, arrayOfRange[1] = range e {
	}
	for _, f[0] = range f {
	}
	for *p = range g { // the key is no part of what is ranged over
	}
}

// Numbers to results.
func rangeToResults(a []int, b map[int]int, c string, d []uintptr, e []struct{}, f [][2]int) (r int, s rune, t uintptr, u struct{}, v [2]int, w struct{ x int }) {
	for _, r = range a {
	}
	for _, r = range b {
	}
	for _, s = range c {
	}
	for _, t = range d {
	}
	for _, u = range e {
	}
	for _, v = range f {
	}
	for _, w.x = range a {
	}
	return
}

// Numbers to variables: only to those that move to the heap.
func rangeToVariables(a, b, c, d, e []int, p int) (*int, *[2]int, func()) {
	var stays, moves, captured int
	var array [2]int
	for _, stays = range a {
	}
	for _, moves = range b {
	}
	for _, array[1] = range c {
	}
	for _, p = range d {
	}
	_, _, _ = stays, captured, &p
	f := func() {
		for _, captured = range e {
		}
	}
	if p == 3 {
		return &p, nil, f
	}
	return &moves, &array, f
}

// A variable of the range itself is copied if it leaks, but for a return.
func rangeToOwn(a, b, c []int) *int {
	for _, v := range a {
		limitOfRandom = &v
	}
	for _, v := range b {
		_ = v
	}
	for _, v := range c {
		return &v
	}
	return nil
}

// What is ranged over is an expression.
func rangeOverExpressions(a [][]int, b **[]int, c *struct{ x []int }, d func() []int, e []int, f *[4]int, to []int) {
	for _, to[0] = range a[0] {
	}
	for _, to[0] = range **b {
	}
	for _, to[0] = range c.x {
	}
	for _, to[0] = range d() {
	}
	for _, to[0] = range e[1:] {
	}
	for _, to[0] = range f[1:] {
	}
	for _, to[0] = range []int{1, 2} {
	}
	for to[0], to[1] = range e {
	}
}

// In generic functions.
func rangeGeneric[S ~[]E, E any](s S, to []E) (r E) {
	for _, to[0] = range s {
	}
	for _, r = range s {
	}
	return
}

func useRangeGeneric() {
	rangeGeneric([]int{1}, nil)
	rangeGeneric([]*int{new(int)}, nil)
	rangeGeneric([]struct{}{}, nil)
}

// A number that is held beside pointers: they leak with it.
func rangeBeside(to []int) {
	var s struct {
		x []int
		p **int
	}
	q := new(int)
	s.p = &q
	for _, to[0] = range s.x {
	}
}

// Elements of an array to variables of interface type.
func rangeArrays(a [2]struct{ any }, b [2]pairOfRange, c [2]int, d [2]*int, e [3]error, f *[2]pairOfRange, to []any) (r any) {
	for _, a[1].any = range a {
	}
	for _, r = range b {
	}
	for _, r = range c {
	}
	for _, to[0] = range d {
	}
	for _, r = range e {
	}
	for _, r = range *f {
	}
	for _, to[0] = range [2]pairOfRange{{to[0].(*int), nil}} {
	}
	return
}

// Keys to variables of interface type.
func rangeKeys(a []int, b map[pairOfRange]int, c map[int]int, d chan pairOfRange, e map[*int]int, to []any) (r any) {
	for r = range a {
	}
	for r = range b {
	}
	for to[0] = range c {
	}
	for to[0] = range d {
	}
	for r = range e {
	}
	for r = range 3 {
	}
	return
}

// A range over a function assigns its parameters, which are converted like any value.
func rangeFunctions(f func(func(int, pairOfRange) bool), g func(func(error, *int) bool), h func(func(string) bool), m map[string]any, to []any) (r any) {
	for _, r = range f {
	}
	for to[0], m["a"] = range f {
	}
	for r, to[0] = range g {
	}
	for anyOfRandom = range h {
	}
	for r = range f {
		_ = r
	}
	return
}

// Self-assignment, the pointer to an array dereferenced or not.
func swapInArray(p *[2]*int, q **[2]*int, r *[2]pairOfRange, s *pairOfRange, i *[2]int) {
	(*p)[0], p[1] = p[1], (*p)[0]
	(**q)[0], (*q)[1] = (*q)[1], (**q)[0]
	(*r)[0].a, r[0].b = r[0].b, (*r)[0].a
	p[i[0]], (*p)[(*i)[0]] = p[(*i)[1]], p[i[1]]
	(*s).a = s.b
}

// A range that asks for the length of an array captures nothing.
func rangeForLengthInLiteral(p []*struct{ c [3]*int }, q *struct{ c [3]*int }) {
	for {
		defer func() {
			for k := range p[2].c {
				_ = k
			}
			for range &q.c {
			}
		}()
	}
}
