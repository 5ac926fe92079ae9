// Package frontend turns Go packages into modules of Outlive IR.
//
// [Load] reads packages from source with go/packages and builds them with
// go/ssa; [Program.Module] lowers everything they can reach, one IR function per
// ssa function, and hands back a [Unit]: the builder, its image, and for every
// allocation site where it is and whether Go's compiler would mention it.
//
// # The problem
//
// Go's compiler decides where a value lives from the syntax tree, per variable.
// go/ssa is a different view of the same program: loops are edges, conditions
// that are constant are still tested, implicit conversions have no position, one
// loop variable is three values. So the lowering has two duties. The IR must mean
// what the program means; and everything the compiler decides by syntax must be
// settled here, because the analysis never sees syntax. Package source answers
// the syntactic questions, and the IR carries only the outcome, mostly as
// attributes: the depth of a block or a variable, "this capture is by value",
// "this store does not count", "this call has only this callee".
//
// # Form
//
// go/ssa builds in naive form: every local variable is an Alloc, read and written
// by loads and stores, which is the memory form of the IR. Parameters are stored
// into their variables at entry and results loaded from theirs at return, so that
// a variable is one site wherever it is used. Debug references tell which
// expression a value came from.
//
// # What is not lowered one to one
//
//   - code the compiler does not look at (blocks.go): dropped, with the branches
//     into it; operands that vanish with it become zero;
//   - bound method wrappers and thunks (closures.go, methods.go): the method itself;
//   - packs of append, chains of string concatenation, make with a constant
//     capacity, literals of slices and maps (fuse.go): one instruction each;
//   - method calls whose receiver can have only one type (calls.go): calls of that
//     type's method; method calls on operands of type-parameter type: indirect ones;
//   - go and defer with literals in literals (wrapper.go): a wrapper function, as
//     the compiler makes it;
//   - what a range assigns (ranges.go): copied from memory to memory, as the compiler
//     has it flow whatever the types are;
//   - package variables with static initial values (initializers.go): data;
//   - generic functions: only their instances.
//
// # Packages by themselves
//
// [LoadUnit] loads only the named packages from source (graph.go, mixed.go,
// cached.go). Functions of the others are external and carry promises, the facts
// that an earlier run has left in a store: parameter flows, directives, whether
// there is a body at all. Verdicts are those of the whole program, because that is
// all that one function's analysis uses of another package. Instances of generic
// functions are the exception; packages that declare those are loaded for their
// generic functions alone. Which these are is known only after lowering: a guess
// from the imports and from the last run comes first, and what it lacks is added.
// An instance that is recursive by way of an ordinary function of another package is
// not so by itself, and may have a better verdict then.
//
// # Lean form
//
// What is only analysed may leave out what computes numbers and moves no pointers
// (lean.go): verdicts, summaries and paths are the same from some 30 % fewer
// instructions. A module that is to be printed, run or transformed is lowered in
// full form.
//
// # What is deliberately not done
//
// Inlining: the IR is that of a program compiled with -gcflags=-l. cgo: packages are
// loaded without it. Code that go/ssa finds unreachable is not there at all, even
// where the compiler would list its allocations. The variables of a range over a
// function are the body's, its parameters are not listed.
package frontend
