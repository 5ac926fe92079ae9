// Package mapped: keys and values of a map are copied into the map; what
// they point to must live as long as the map may.
package mapped

// Address puts the address of a local into a map.
func Address(m map[string]*int) {
	n := 1 // want var gc:heap textbook:heap
	m["n"] = &n
}

// Value is the twin: the number is copied.
func Value(m map[string]int) {
	n := 1
	m["n"] = n
}

// Key puts an address into a map as a key.
func Key(m map[*int]bool) {
	n := 1 // want var gc:heap textbook:heap
	m[&n] = true
}

// Local puts an address into a map that dies here: both models send it to the
// heap all the same, for a map's memory is always treated as the heap's.
func Local() int {
	n := 1                 // want var gc:heap textbook:heap
	m := map[string]*int{} // want map_literal gc:stack textbook:heap
	m["n"] = &n
	return *m["n"]
}
