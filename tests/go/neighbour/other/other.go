// Package other binds another Rust library, the one of tests/c/neighbour, which the test puts into this folder.
package other

// #cgo LDFLAGS: ${SRCDIR}/libneighbour.a -lm -ldl -lpthread
// int neighbour_catches(void);
import "C"

// Catches reports whether a panic in the other library was caught there.
func Catches() bool { return C.neighbour_catches() == 1 }
