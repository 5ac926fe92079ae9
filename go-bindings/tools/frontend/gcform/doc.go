// Package gcform writes verdicts as the Go compiler writes them: the lines of -m, in their words, at their positions
// and in their order.
//
// # The problem
//
// What the compiler prints is a by-product of how it works. A line holds an expression, but not the one of the source:
// constants are folded, parentheses gone, method calls have become calls of functions, embedded fields are
// spelled out, a type argument is a shape. And lines are printed when a batch of functions has been
// analysed: functions that refer to each other are one batch, batches come callees first, in a batch first the
// parameters, then the variables, then the expressions in the order of evaluation.
//
// # How it works
//
// One walk over the syntax of a function (walk.go, exprs.go, calls.go) meets references to functions and possible allocations in
// the order in which the compiler meets them. It is used twice: to find the batches (order.go), and, with function literals
// walked where they stand, to number the allocations of a batch (lines.go). The verdicts are not
// found here: allocations are joined to the sites of a frontend.Unit by position and kind, and sites decide what is
// printed; the walk gives them their place and their text. So an allocation that the compiler does not look at, because its code is
// dead, costs nothing, and a site that the walk does not meet is printed all the same, at the end of its function.
//
// Texts are written by text.go and types.go, by the rules of the compiler's %v.
//
// # Limits
//
// Generic functions are printed once per shape, under the names of shapes; calls through dictionaries have no text of their own here.
package gcform
