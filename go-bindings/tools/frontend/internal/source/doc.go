// Package source answers, from go/ast and go/types alone, the questions about a
// Go package that go/ssa cannot answer: where the Go compiler says an expression
// is, how deep in loops a position lies, which code the compiler drops before it
// looks at escapes, what it knows about a variable.
//
// go/ssa has already desugared the program when the front end sees it. Positions
// of implicit conversions are gone, loops are edges, a named result that a bare
// return assigns shows no store. The compiler decides all of this on syntax, so
// the front end must ask syntax too. A [Package] is built once per type-checked
// package with [New], by one walk over its files; afterwards it is immutable and
// safe for concurrent readers.
//
// The parts, one file each:
//
//   - index.go: parents, enclosing functions, lookup of nodes by the positions
//     that go/ssa keeps ([Package.CallAtLparen], [Package.SelectorAt], …);
//   - position.go: [SynPos], the compiler's position of an expression, and the
//     positions of sites that are not their expression's;
//   - operand.go: from the consumer of an interface value back to the expression
//     that was boxed ([Package.CallOperand], [Package.StoreOperand], …);
//   - depth.go: [Package.Depth], syntactic loop depth;
//   - dead.go, unused.go: [Package.Dead], code the compiler never sees;
//   - variable.go, collect.go, leak.go, capture.go: [Var], and capture by value;
//   - static.go: [Package.StaticValue], the value of a variable assigned once;
//   - concrete.go: [Package.ConcreteType], devirtualisation of local interfaces;
//   - selfassign.go: [Package.IsSelfAssign];
//   - initorder.go: [Package.StaticInit], package variables laid out by the linker;
//   - pragma.go: compiler directives and language versions;
//   - text.go: [Package.SiteText], an allocation as the compiler words it.
//
// Positions are token.Pos of the file set given to New. Generic functions are
// described once, on their generic body: instances share syntax, so a question
// about an instance is asked with the position or the object of its origin, and
// with the instance's type where the answer depends on a size.
//
// The tests compile packages and compare the tables with what the compiler says
// under -m: the position of each site, each capture, each loop depth, each
// self-assignment and devirtualised call. testdata/odd holds what real code
// rarely does.
package source
