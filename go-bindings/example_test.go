//go:build cgo

package outlive_test

import (
	"fmt"
	"log"

	"outlive.dev/outlive"
)

// The module is
//
//	func keep() *int { x := new(int); return x }
//	func drop() int { y := new(int); return *y }
func Example() {
	b := outlive.NewBuilder("example")
	integer := b.Basic(outlive.Int)
	file := b.File("example.go")

	keep := b.Func(outlive.FuncInfo{
		Name: "keep", Sig: b.FuncType(nil, []outlive.Type{b.Pointer(integer)}, false),
		Parent: outlive.NoFunc, InstanceOf: outlive.NoFunc,
	})
	y := b.Body(keep)
	y.Entry()
	y.Return(y.New(b.Site(outlive.SiteInfo{
		Kind: outlive.SiteNew, Type: integer, Func: keep, Pos: b.Pos(file, 1, 24), Name: "new(int)",
	})))
	y.Finish()

	drop := b.Func(outlive.FuncInfo{
		Name: "drop", Sig: b.FuncType(nil, []outlive.Type{integer}, false),
		Parent: outlive.NoFunc, InstanceOf: outlive.NoFunc,
	})
	y = b.Body(drop)
	y.Entry()
	y.Return(y.Load(y.New(b.Site(outlive.SiteInfo{
		Kind: outlive.SiteNew, Type: integer, Func: drop, Pos: b.Pos(file, 2, 23), Name: "new(int)",
	}))))
	y.Finish()

	r, err := b.Analyze(outlive.Options{Model: "gc"})
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	for _, v := range r.Verdicts() {
		fmt.Printf("%s: %s: %s (%s)\n", r.Position(v.Pos), r.View().Site(v.Site).Name, v.Placement, v.Reason)
	}
	// Output:
	// example.go:1:24: new(int): heap (returned to the caller)
	// example.go:2:23: new(int): stack (does not outlive its function)
}

// A loop needs a block parameter for each value that changes from one iteration to the next.
func ExampleBody_BranchArgs() {
	b := outlive.NewBuilder("loop")
	integer := b.Basic(outlive.Int)
	count := b.Func(outlive.FuncInfo{
		Name: "count", Sig: b.FuncType([]outlive.Type{integer}, []outlive.Type{integer}, false),
		Parent: outlive.NoFunc, InstanceOf: outlive.NoFunc,
	})
	y := b.Body(count)
	n := y.Param(y.Entry(), 0)
	head, done := y.Block(integer), y.Block(integer)
	y.Jump(head, y.ConstInt(integer, 0))

	y.SetBlock(head)
	i := y.Param(head, 0)
	next := y.Binary(outlive.Add, i, y.ConstInt(integer, 1))
	y.BranchArgs(y.Compare(outlive.Lt, next, n), head, []outlive.Value{next}, done, []outlive.Value{next})

	y.SetBlock(done)
	y.Return(y.Param(done, 0))

	image, err := b.Image()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(outlive.VerifyImage(image))
	// Output: <nil>
}

// Misuse is reported with its place, when the image is made.
func ExampleBuilder_Image() {
	b := outlive.NewBuilder("wrong")
	f := b.Func(outlive.FuncInfo{
		Name: "f", Sig: b.FuncType(nil, nil, false), Parent: outlive.NoFunc, InstanceOf: outlive.NoFunc,
	})
	y := b.Body(f)
	y.Entry()
	y.Return()
	y.Return()
	_, err := b.Image()
	fmt.Println(err)
	// Output: outlive: function "f", block 0, instruction 1 (return): instruction after the terminator of the block
}

// An explanation is the way from the storage to what outlives its function.
func ExampleResult_Explain() {
	b := outlive.NewBuilder("explain")
	integer := b.Basic(outlive.Int)
	g := b.Global("g", b.Pointer(integer), outlive.NoPos)
	f := b.Func(outlive.FuncInfo{
		Name: "f", Sig: b.FuncType(nil, nil, false), Parent: outlive.NoFunc, InstanceOf: outlive.NoFunc,
	})
	y := b.Body(f)
	y.Entry()
	y.SetPos(b.Pos(b.File("explain.go"), 3, 6))
	y.Store(y.GlobalAddr(g), y.Var(b.Site(outlive.SiteInfo{Kind: outlive.SiteVar, Type: integer, Func: f, Name: "x"})))
	y.Return()

	r, err := b.Analyze(outlive.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	e, err := r.Explain(0)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(e.Reason)
	for _, s := range e.Steps {
		fmt.Println(s.Why, r.Position(s.Pos))
	}
	// Output:
	// stored in a package-level variable
	// stored in a package-level variable explain.go:3:6
}
