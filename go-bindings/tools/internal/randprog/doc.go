// Package randprog makes small random Go programs and makes them smaller.
//
// # The problem
//
// A model of a compiler is tuned on code that people write, and people write few of
// the combinations a language allows: a deferred method value of an embedded pointer in the body of
// a range over a function, say. Rules that meet only there are wrong without anybody noticing.
// Programs written by chance meet them.
//
// # How it works
//
// [Generate] writes a program of a few packages that import each other. A program always
// type-checks; what it would do when run is of no interest, and most would panic or never end.
// A package is made in two steps: first its declarations, with bodies that only panic
// (declare.go), which go/types then checks; from there on types are those of
// go/types, and bodies are written statement by statement (stmt*.go) with expressions made for a
// wanted type (expr.go, make.go) out of the variables that are in sight (place.go). Variables that
// end up unused are used once, by assigning them to the blank identifier (repair.go); that tells no analysis anything.
//
// The program is a function of the seed alone, so a seed is a report of an error.
//
// [Reduce] deletes declarations and statements of a program, in chunks that become smaller, while what
// makes it interesting stays. Candidates that do not type-check are never tried, all others of one
// round are judged together, because one run of the compiler over many packages costs little more than
// one over a single package.
//
// # What is deliberately not done
//
// No cgo, assembly or directives, no imports but package unsafe and the program's own packages: a program has
// no history in anybody's cache. No statements after ones that go/ssa takes for terminating and
// the compiler does not (endless loops, selects and switches that return everywhere): go/ssa drops them, see docs/escape.md.
package randprog
