// Package sample allocates, twice in vain and twice with reason.
package sample

// A Point is two words.
type Point struct{ X, Y int }

// Area puts a corner where the compiler loses sight of it: behind a pointer to a pointer, both of which end here.
func Area(w, h int) int {
	corner := new(Point)
	at := &corner
	*at = &Point{w, h}
	return corner.X * corner.Y
}

// Furthest keeps the best point so far in a struct that it reaches through a pointer, and hands out numbers only.
func Furthest(steps int) int {
	var best struct{ p *Point }
	keep := &best
	keep.p = &Point{0, 0}
	for i := range steps {
		if i*(steps-i) > keep.p.X*keep.p.Y {
			keep.p.X, keep.p.Y = i, steps-i
		}
	}
	return keep.p.X * keep.p.Y
}

// List must allocate: how many nodes there are only a run tells.
func List(n int) int {
	type node struct {
		value int
		next  *node
	}
	var list *node
	for i := range n {
		list = &node{i, list}
	}
	sum := 0
	for ; list != nil; list = list.next {
		sum += list.value
	}
	return sum
}

// Middle must allocate: its caller keeps the point.
func Middle(a, b *Point) *Point { return &Point{(a.X + b.X) / 2, (a.Y + b.Y) / 2} }
