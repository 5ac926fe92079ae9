// Package results has functions about what becomes of the results of unknown calls, and of variables that literals capture in
// code which a constant condition makes dead.
package results

import "unsafe"

const debug = false

type set struct{ names []string }

// A parameter is captured only in dead code.
func capturedInDead(s *set, visit func(func() int)) {
	visit(func() int {
		if debug {
			println(len(s.names))
		}
		return 0
	})
}

// Another literal captures it in live code, inside the first.
func capturedDeeper(s *set, t *set) func() func() int {
	return func() func() int {
		if debug {
			_ = t.names
		}
		return func() int { return len(s.names) }
	}
}

// The variable is assigned in dead code of the literal, so elsewhere it is copied.
func assignedInDead() func() *int {
	p := new(int)
	return func() *int {
		if debug {
			p = nil
		}
		return p
	}
}

// Captured in code behind a return.
func capturedBehind(s *set) func() int {
	return func() int {
		return 1
		return len(s.names)
	}
}

// Results without pointers, assigned to variables.
func assigned(f func() (int, bool)) int {
	n, ok := f()
	if ok {
		return n
	}
	n, _ = f()
	return n
}

// Nothing is assigned.
func blanks(f, g func() (int, *int)) {
	_, _ = f()
	g()
}

// One result without pointers.
func single(f func() bool) bool { return f() }

// Both are returned, or passed on.
func passed(f, g func() (int, bool)) (int, bool) {
	take(g())
	return f()
}

func take(int, bool) {}

// Bytes of a string that is appended stay where they are.
func appendString(buf []byte, f func() string) []byte { return append(buf, f()...) }

// So do numbers, but not pointers.
func appendSlices(a []int, b []*int, f func() []int, g func() []*int) ([]int, []*int) {
	return append(a, f()...), append(b, g()...)
}

// What is appended to is the result.
func appendTo(f func() []int) []int { return append(f(), 1) }

// An element.
func appendElement(list []string, f func() string) []string { return append(list, f()) }

// Copied from, and copied to.
func copies(a []int, b []*int, f func() []int, g func() []*int, h func() []*int) {
	copy(a, f())
	copy(b, g())
	copy(h(), b)
}

// Printed, deleted, cleared.
func discarded(f func() string, g func() *int, m map[*int]bool, h func() map[int]int) {
	println(f())
	delete(m, g())
	clear(h())
}

// Operands.
func operands(f func() int, g func() string, h func() uintptr, m map[string]*int) (int, string, unsafe.Pointer, *int) {
	return f() + 1, g() + "x", unsafe.Pointer(h() + 8), m[g()]
}
