// Package facts keeps what is known of packages that have been analysed: package facts.
//
// # The problem
//
// A package cannot be judged without what it calls, and what it calls is nearly all of the program. Loading every
// dependency from source each time costs a hundred times more than the package itself. All that callers need of a
// function is where its parameters flow (a handful of bytes) and which directives it carries; so that is written
// down once per version of a package, and the next analysis takes it from there.
//
// # Facts
//
// [Package] is what is known of one package. Encoded it is one blob: the version of the format; what it was made
// under (model, profile, toolchain, target: [Header]); then the functions, each by its symbol with a hash of its
// signature. Facts made under something else, or about another signature, say nothing: the function is unknown.
//
// # The store
//
// [Store] is a directory of blobs by [Key]. A key is a hash of everything a blob depends on: the tool, the header,
// the source files, and the keys of the packages imported. So entries are never updated and never wrong, only unused.
// An entry is written to a temporary file and renamed, and carries a checksum: several processes may share a
// directory, and an entry that is damaged is one that is not there. A directory that cannot be written, or a disk
// that is full, costs time and nothing else.
//
// Deliberately absent: facts about generic functions. They are analysed per instance, from source, as the compiler
// does it; an approximation for all instances at once would not give the compiler's answers.
package facts
