//go:build cgo

package outlive_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"outlive.dev/outlive"
)

const source = `
func main.keep func() *int {
b0:
  x: *int = new s0 "new(int)"
  return x
}
func main.drop func() int {
b0:
  y: *int = new s1 "new(int)"
  z: int = load y
  return z
}
`

// A module is decoded once, and then asked as often as one likes.
func ExampleParseModule() {
	m, err := outlive.ParseModule(source, outlive.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	for _, model := range []string{"textbook", "gc"} {
		r, err := m.Analyze(outlive.Options{Model: model})
		if err != nil {
			log.Fatal(err)
		}
		for _, v := range r.VerdictsIn(r.FindFunc("main.keep")) {
			fmt.Printf("%s: %s, %s\n", model, v.Placement, v.Reason)
		}
		r.Close()
	}
	// Output:
	// textbook: heap, its address is returned
	// gc: heap, returned to the caller
}

// Passes rewrite a module; promote writes the placements into it.
func ExampleModule_RunPasses() {
	m, err := outlive.ParseModule(source, outlive.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	placed, err := m.RunPasses("promote", outlive.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer placed.Close()
	stats, err := placed.Stats()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(stats.Functions, "functions,", stats.Sites, "sites")
	_, err = m.RunPasses("promote,promote", outlive.Options{})
	fmt.Println(errors.Is(err, outlive.StatusBadPasses))
	// Output:
	// 2 functions, 2 sites
	// true
}

// An analysis that takes too long is given up. While it works, another goroutine may ask the Progress.
func ExampleAnalyzeContext() {
	image, err := outlive.ParseText(source)
	if err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var progress outlive.Progress
	r, err := outlive.AnalyzeContext(ctx, image, outlive.Options{Threads: outlive.AllThreads, Progress: &progress})
	if errors.Is(err, context.DeadlineExceeded) {
		log.Fatal("too long")
	} else if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	fmt.Printf("%d of %d functions\n", progress.Done(), progress.Total())
	// Output: 2 of 2 functions
}

// A variable of C is where it is; the question is whether a pointer to it gets out.
func ExampleVerdict_Dangles() {
	b := outlive.NewBuilder("c")
	integer := b.Basic(outlive.Int32)
	pointer := b.Pointer(integer)
	// int *scan(const int *) returns its argument; nothing else of it is kept.
	scan := b.Func(outlive.FuncInfo{
		Name: "scan", Sig: b.FuncType([]outlive.Type{pointer}, []outlive.Type{pointer}, false),
		Parent: outlive.NoFunc, InstanceOf: outlive.NoFunc,
	})
	b.External(scan, outlive.Flow{Param: 0, Kind: outlive.FlowReturned, Index: 0})
	// int *bad(void) { int x; return scan(&x); }
	bad := b.Func(outlive.FuncInfo{
		Name: "bad", Sig: b.FuncType(nil, []outlive.Type{pointer}, false),
		Parent: outlive.NoFunc, InstanceOf: outlive.NoFunc,
	})
	y := b.Body(bad)
	y.Entry()
	x := y.Var(b.Site(outlive.SiteInfo{Kind: outlive.SiteVar, Type: integer, Func: bad, Name: "x", Pinned: true}))
	_, p := y.Call(scan, x)
	y.Return(p)

	r, err := b.Analyze(outlive.Options{Profile: "c"})
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	for i, v := range r.Verdicts() {
		fmt.Printf("%s: %s, dangles: %t\n", r.View().Site(v.Site).Name, v.Placement, v.Dangles())
		why, err := r.Explain(i)
		if err != nil {
			log.Fatal(err)
		}
		for _, step := range why.Steps {
			fmt.Println(" ", step.Why)
		}
	}
	// Output:
	// x: stack, dangles: true
	//   returned
}

// What is known of one module's functions can be kept for the modules that call them.
func ExampleResult_Facts() {
	m, err := outlive.ParseModule(`
func p.read func(*int) int {
b0(x: *int):
  y: int = load x
  return y
}
`, outlive.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	r, err := m.Analyze(outlive.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	facts, err := r.Facts()
	if err != nil {
		log.Fatal(err)
	}

	user, err := outlive.ParseModule(`
func p.read func(*int) int external
func main.f func() int {
b0:
  x: *int = new s0 "new(int)"
  y: int = call p.read x
  return y
}
`, outlive.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer user.Close()
	for _, known := range [][][]byte{nil, {facts}} {
		r, err := user.Analyze(outlive.Options{Facts: known})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(r.Verdict(0).Placement)
		r.Close()
	}
	// Output:
	// heap
	// stack
}
