// Package maps: a map grows behind its user's back, so the textbook takes it from the
// heap. The compiler keeps the header and the first group of a map that stays in the frame.
package maps

var table map[string]int

// Local makes a map and drops it.
func Local() int {
	m := make(map[string]int) // want map gc:stack textbook:heap
	m["a"] = 1
	return len(m)
}

// Array is the twin for both models: few and dense keys want no map.
func Array() int {
	var m [4]int
	m[1] = 1
	return len(m)
}

// Returned returns the map.
func Returned() map[string]int {
	return make(map[string]int, 10) // want map gc:heap textbook:heap
}

// Literal stores a map in a global.
func Literal() {
	table = map[string]int{"a": 1} // want map_literal gc:heap textbook:heap
}

// LiteralLocal is its twin.
func LiteralLocal(k string) int {
	m := map[string]int{"a": 1, "b": 2} // want map_literal gc:stack textbook:heap
	return m[k]
}
