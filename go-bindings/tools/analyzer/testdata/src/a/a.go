package a // want package:`outlive\(\d+ bytes\)`

import (
	"slices"
	"strings"

	"b"
)

type point struct{ x, y int }

func stays() int {
	p := &point{1, 2} //outlive:stack
	return p.x + p.y
}

func returned() *point {
	return &point{1, 2} //outlive:stack // want `&point{...} is on the heap: returned to the caller`
}

func nothingAsserted() *point {
	return &point{1, 2}
}

func below() *int {
	//outlive:stack
	x := 1 // want `x is on the heap: returned to the caller`
	return &x
}

func kept() {
	x := 1 //outlive:stack // want `x is on the heap: kept by the function it is passed to`
	b.Keep(&x)
}

func read() int {
	x := 1 //outlive:stack
	return b.Read(&x)
}

func same() *int {
	x := 1 //outlive:stack // want `x is on the heap: returned to the caller`
	return b.Same(&x)
}

func std() bool {
	words := []string{"a", "b"} //outlive:stack because Contains keeps nothing
	return strings.Contains(words[0], words[1])
}

func otherWord() *int {
	return new(int) //outlive:stacked // want `//outlive:stacked asserts nothing; there is //outlive:stack`
}

func sorted() string {
	words := []string{"b", "a"} //outlive:stack
	slices.Sort(words)
	_, _ = slices.BinarySearch(words, "a")
	return words[0]
}

func generic() *int {
	x, y := 1, 2 //outlive:stack // want `y is on the heap: kept by the function it is passed to`
	b.Use(&x)
	b.Store(&y)
	var box b.Box[int]
	z := 3 //outlive:stack // want `z is on the heap: kept by the function it is passed to`
	box.Put(&z)
	return box.Get()
}

func bounded(n int) int {
	b := make([]byte, n) //outlive:stack // want `make\(\[\]byte, n\) .* heap: .*`
	return len(b)
}

func empty(n int) int {
	return n + 1 //outlive:stack // want `//outlive:stack, but nothing is allocated there`
}
