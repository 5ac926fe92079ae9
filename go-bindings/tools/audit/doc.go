// Package audit compares escape verdicts with those of the installed Go compiler.
//
// # The problem
//
// The compiler is the only authority on what it will do, and it says so only in
// prose: one line of text per decision, printed by -m. The lines do not tell what kind of
// allocation they speak of, some kinds are never printed (channels, variables
// that stay), a generic function is reported once for every shape it was
// compiled for, and a line about a parameter reads like a line about an
// expression. A comparison that ignores any of this measures itself.
//
// # How it works
//
// Compile runs the compiler in the mode in which a line still names the place
// where the allocation was written: without inlining. All packages of the program are
// compiled that way, for a parameter's fate depends on how its callees
// were compiled, but only the named ones print. ParseOutput turns the
// text into lines with a position, a class and a verdict. A class is what can be told
// from the text without guessing: moved to heap, append, variadic argument, func literal,
// any other expression.
//
// Compare joins both lists on (file, line, column, class) as multisets: several
// sites may share a key, and at one key equal verdicts are paired first. Where the
// compiler prints no column, because it is 255 or more, the key is the line.
// Inside generic functions a key counts once on either side, and is heap
// if any instance says so; how many copies there are depends on shapes, which is no
// matter of escape.
//
// # What is counted
//
// Every compiler line about a site is matched or missed; every line we would
// print and the compiler does not is extra. A variable is printed by either side only when it
// goes to the heap, so a variable we know and keep on the stack while the compiler moves
// it is a missed line and, worse, a wrong stack; the opposite is an
// extra line and a wrong heap. Agreement is taken over the union of all lines.
//
// What is said of a parameter ("leaking param: p to result r level=0") is compared
// apart, by CompareTags: parameter by parameter, the set of all that either side says of it.
// With -d=escapemutationscalls=1 the sets hold what is written and called through it, too.
//
// Not done here: lines that do not speak of escape at all are kept but not compared.
package audit
