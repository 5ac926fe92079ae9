// Border measures what the border between Go and the library costs: it builds a module of a million instructions, writes its
// image to the file it is given for the Rust side (benches/border.rs), and analyses that image. Figures are nanoseconds of
// processor time of all threads, the collector's included, per instruction; each is the least of several runs.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"

	"outlive.dev/outlive"
)

// instructions is about how many the module has.
const instructions = 1_000_000

func main() {
	path := flag.String("image", "", "`file` to write the image to")
	runs := flag.Int("runs", 5, "runs of which the fastest counts")
	flag.Parse()
	var image []byte
	build := least(*runs, func() {
		var err error
		if image, err = module().Image(); err != nil {
			log.Fatal(err)
		}
	})
	if err := os.WriteFile(*path, image, 0o644); err != nil {
		log.Fatal(err)
	}
	var count uint64
	var calls int64
	analyze := least(*runs, func() {
		before := runtime.NumCgoCall()
		r, err := outlive.Analyze(image, outlive.Options{})
		if err != nil {
			log.Fatal(err)
		}
		calls = runtime.NumCgoCall() - before
		count = r.Stats().Instructions
		r.Close()
	})
	fmt.Printf("%d %.2f %.2f %d\n", count, build/float64(count), analyze/float64(count), calls)
}

// least returns the least processor time of a run, in nanoseconds.
func least(runs int, f func()) float64 {
	best := 0.0
	for range runs {
		runtime.GC()
		before := cpu()
		f()
		if took := float64(cpu() - before); best == 0 || took < best {
			best = took
		}
	}
	return best
}

// cpu returns the processor time that the threads of this process have had, in nanoseconds.
func cpu() int64 {
	files, err := filepath.Glob("/proc/self/task/*/schedstat")
	if err != nil || len(files) == 0 {
		log.Fatal("no processor time in /proc: this bench is for Linux")
	}
	sum := int64(0)
	for _, file := range files {
		var ns int64
		text, err := os.ReadFile(file)
		if err == nil {
			_, err = fmt.Sscan(string(text), &ns)
		}
		if err != nil {
			log.Fatal(err)
		}
		sum += ns
	}
	return sum
}

// module builds functions of 100 instructions, each with a loop, a site and positions.
func module() *outlive.Builder {
	b := outlive.NewBuilder("border")
	integer := b.Basic(outlive.Int)
	sig := b.FuncType([]outlive.Type{integer}, []outlive.Type{integer}, false)
	file := b.File("border.go")
	for f := range instructions / 100 {
		fn := b.Func(outlive.FuncInfo{Name: fmt.Sprint("f", f), Sig: sig, Parent: outlive.NoFunc, InstanceOf: outlive.NoFunc})
		y := b.Body(fn)
		entry := y.Entry()
		head, body, done := y.Block(integer), y.Block(), y.Block()
		v := y.Var(b.Site(outlive.SiteInfo{Kind: outlive.SiteVar, Type: integer, Func: fn, Name: "x"}))
		y.Store(v, y.Param(entry, 0))
		y.Jump(head, y.Param(entry, 0))
		y.SetBlock(head)
		i := y.Param(head, 0)
		y.Branch(y.Compare(outlive.Lt, i, i), body, done)
		y.SetBlock(body)
		for k := range 31 {
			y.SetPos(b.Pos(file, uint32(f+1), uint32(k+1)))
			y.Store(v, y.Binary(outlive.Add, i, y.Load(v)))
		}
		y.Jump(head, y.Load(v))
		y.SetBlock(done)
		y.Return(i)
		y.Finish()
	}
	return b
}
