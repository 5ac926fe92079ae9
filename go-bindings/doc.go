// Package outlive answers one question about programs in SSA form: does this value outlive its function?
//
// It is the Go side of the Outlive library. A client describes a module (types, functions, and in their bodies
// instructions in blocks) with a [Builder], hands it to [Analyze], and gets a [Result]: for every place that creates
// storage, a [Verdict] that says whether the storage can live on the stack, and why not if it cannot.
//
//	b := outlive.NewBuilder("example")
//	...                                // declare types, functions, sites; build bodies
//	r, err := b.Analyze(outlive.Options{})
//	if err != nil { ... }
//	defer r.Close()
//	for i, v := range r.Verdicts() {
//		fmt.Println(r.Position(v.Pos), r.View().Site(v.Site).Name, v.Placement, v.Reason)
//	}
//
// The examples of this page are complete. For Go source there is a front end, in a module of its own, that makes modules
// from packages; this package depends on the standard library alone.
//
// # Modules
//
// Everything that creates storage is a site: a variable, new(T), &T{}, the array behind a slice literal or a call with
// variadic arguments, a map, a channel, the record of a closure, the box of a value in an interface, the bytes of a
// string made at run time, the array that append may make. [Builder.Site] declares a site, and the one instruction that
// makes its storage names it: [Body.Var], [Body.New], [Body.MakeSlice] and so on. The same ids are in the verdicts.
//
// A body is a list of blocks with parameters instead of phi instructions. Variables in memory are legal input and what a
// front end should emit: a variable is a site with loads and stores, a parameter is stored into its variable's site at
// entry. A function without a body is external, and what is passed to it is assumed to outlive everything.
//
// What the compiler of a language decides by syntax, such as the depth of a loop or whether a closure captures a
// variable by value, a front end can tell with attributes; see [AttrKey].
//
// # Images
//
// A whole module crosses the border to the library in one piece, as a flat little-endian image ([Builder.Image]), in one
// call of C, which returns all answers. So the cost of the border does not depend on the size of the module. Images can
// be kept in files; [OpenImage] reads their tables in place, [OpenAnswers] those of saved answers, and both refuse what
// is malformed with a [*FormatError]. [PrintImage] and [ParseText] turn images into readable text and back.
//
// # Models and profiles
//
// [Options] choose a model, the rules that find how values flow, and a profile, the limits of a target: what is too large
// for its stack, say. The model "gc" with the profile "go1.26", which are the defaults, predicts what Go's compiler says;
// the model "textbook" applies the simple rules that textbooks give, literally; the model "precise" proves what it can of
// what need not be on the heap, whatever a compiler does.
//
// # Ownership
//
// The memory of a Result belongs to the library and is freed by [Result.Close]. A result that becomes unreachable
// without Close is freed some time later by the garbage collector, which does not know how large it is: call Close.
// Verdicts, summaries and explanations are copies and stay valid. A Result keeps the image it was made of, and so does a
// [View]; do not change its bytes.
//
// A [Module] is in memory of the library, too: decoded and verified once, to be analysed, printed and rewritten by passes any
// number of times.
//
// # Concurrency
//
// A [Builder] and its bodies are for one goroutine at a time. A [Module], a [Result], a [View] and [Answers] can be used by any
// number of goroutines, also while one of them calls Close. Analyses are independent of each other and can run at the same
// time, though no more of them at once than GOMAXPROCS. The field Threads of [Options] has one analysis use several threads,
// [AnalyzeContext] ends it early, and a [Progress] tells how far it is.
//
// # Errors
//
// The methods of a Builder do not fail. What they are told that cannot be, such as an instruction after a terminator or a
// value that does not exist or is another function's, is recorded with its place and returned by [Builder.Image] as
// [*BuildError]s. Types and values of another Builder are found out, too; functions, sites and globals are known by their number
// in the module alone, so keep those of different Builders apart. The builder
// checks shape, ids and counts; that operands have the right types and are defined before they are used is checked by
// the library, which returns an [*Error] with [StatusInvalidModule]. Every other failure of the library is an [*Error]
// with another [Status], for errors.Is. A bug in the library is an error too, never a crash; running out of memory ends
// the process, and the limits in Options prevent that.
//
// # Linking
//
// By default the package links the static library target/release/liboutlive.a of the source tree it lies in: build that first,
// with make build. With the tag outlive_system it links the library that pkg-config finds, as make install has left it. With
// the tag outlive_prebuilt it links the one that package outlive.dev/prebuilt brings along, which the program must import.
// Without cgo everything works but what needs the library, which returns [StatusUnsupported].
//
// The tag outlive_debug collects garbage whenever an object of the library comes into use: programs then fail at once that
// would fail rarely. [Live] counts the objects.
package outlive
