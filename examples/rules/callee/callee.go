// Package callee: what a callee does with a pointer decides for the compiler, as deep as
// the calls go; for the textbook the call alone decides.
package callee

type node struct {
	next *node
	n    int
}

var head *node

func count(n *node) int {
	if n == nil {
		return 0
	}
	return 1 + count(n.next)
}

func push(n *node)            { n.next = head; head = n }
func link(a, b *node)         { a.next = b }
func deeper(n *node)          { deep(n) }
func deep(n *node)            { push(n) }
func second(a, b *node) *node { return b }
func content(n *node)         { head = n.next }

// Counted passes a node to a recursive function that keeps nothing.
func Counted() int {
	n := &node{} // want literal gc:stack textbook:heap
	return count(n)
}

// Pushed passes a node to a function that keeps it.
func Pushed() {
	n := &node{} // want literal gc:heap textbook:heap
	push(n)
}

// Deeper passes it three calls down.
func Deeper() {
	n := &node{} // want literal gc:heap textbook:heap
	deeper(n)
}

// Linked stores one node in the other. The callee stores through a pointer, which
// counts as the heap, so the second leaves and the first stays.
func Linked() int {
	a := &node{} // want literal gc:stack textbook:heap
	b := &node{} // want literal gc:heap textbook:heap
	link(a, b)
	return a.next.n
}

// Second returns only one of the two.
func Second() *node {
	a := &node{} // want literal gc:stack textbook:heap
	b := &node{} // want literal gc:heap textbook:heap
	return second(a, b)
}

// Content leaks what the node points to, not the node.
func Content() {
	inner := &node{}            // want literal gc:heap textbook:heap
	outer := &node{next: inner} // want literal gc:stack textbook:heap
	content(outer)
}

// Alone is the twin for both models: no call.
func Alone() int {
	n := &node{n: 4} // want literal gc:stack textbook:stack
	return n.n
}
