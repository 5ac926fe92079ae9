// Command frontbench measures, package by package, what it takes to learn from the library what the compiler's escape analysis
// finds out, on the same functions.
//
// The packages are loaded and built in SSA form as one program, and analysed once for the facts that packages have of each
// other. Then for each package by itself, as often as is asked for: the side tables of its syntax are made, its functions
// lowered, the image written and the library called. The file, line and words of each site, which only reports ask for, are found
// after that and are no part of it. All of it happens on one processor, with the collector at rest: it runs
// between measurements. The least time of each part is written, as one line of tab-separated columns per package.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"time"

	"outlive.dev/outlive"
	"outlive.dev/tools/frontend"
)

func main() {
	runs := flag.Int("runs", 5, "measure each package so often")
	out := flag.String("o", "", "file to write to; the standard output unless given")
	full := flag.Bool("full", false, "measure modules that say all a program does, not the lean form in which packages are analysed")
	profile := flag.String("cpuprofile", "", "file for a profile of the front end")
	flag.Parse()
	if err := run(flag.Args(), *full, *runs, *out, *profile); err != nil {
		fmt.Fprintf(os.Stderr, "frontbench: %v\n", err)
		os.Exit(1)
	}
}

// row is what is known of one package; times are the least of all runs.
type row struct {
	path                  string
	funcs, instrs         uint64
	bytes                 int
	tables, lower, encode time.Duration
	call                  time.Duration
	decode, verify, solve time.Duration
}

func run(patterns []string, full bool, runs int, out, profile string) error {
	debug.SetGCPercent(400)
	prog, err := frontend.Load(frontend.Config{Lean: !full}, patterns...)
	if err != nil {
		return err
	}
	unit, err := prog.Module()
	if err != nil {
		return err
	}
	result, err := outlive.Analyze(unit.Image, outlive.Options{})
	if err != nil {
		return err
	}
	known := prog.PackageFacts(unit, result)
	if err := result.Close(); err != nil {
		return err
	}
	unit, result = nil, nil

	w := bufio.NewWriter(os.Stdout)
	if out != "" {
		f, err := os.Create(out)
		if err != nil {
			return err
		}
		defer f.Close()
		w = bufio.NewWriter(f)
	}
	if profile != "" {
		f, err := os.Create(profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	runtime.GOMAXPROCS(1)
	debug.SetGCPercent(-1)
	runtime.GC()
	fmt.Fprintln(w, "package\tfuncs\tinstructions\tbytes\ttables\tlower\tencode\tcall\tdecode\tverify\tgc")
	for _, pkg := range prog.Roots {
		if pkg.PkgPath == "unsafe" {
			continue
		}
		r := row{path: pkg.PkgPath}
		for i := range runs {
			if err := r.measure(prog.Alone(pkg, known), i == 0); err != nil {
				return fmt.Errorf("%s: %w", pkg.PkgPath, err)
			}
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d", r.path, r.funcs, r.instrs, r.bytes)
		for _, d := range []time.Duration{r.tables, r.lower, r.encode, r.call, r.decode, r.verify, r.solve} {
			fmt.Fprintf(w, "\t%d", d.Nanoseconds())
		}
		fmt.Fprintln(w)
		collect()
	}
	return w.Flush()
}

var began = time.Now()

// now is the time since the program began.
func now() time.Duration { return time.Since(began) }

// collect runs the collector when there is something to collect.
func collect() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.HeapAlloc > collected+256<<20 {
		runtime.GC()
		runtime.ReadMemStats(&m)
		collected = m.HeapAlloc
	}
}

var collected uint64

// measure takes the times of one run.
func (r *row) measure(p *frontend.Program, first bool) error {
	least := func(d *time.Duration, t time.Duration) {
		if first || t < *d {
			*d = t
		}
	}
	start := now()
	p.Tables()
	tabled := now()
	unit, err := p.Lower()
	if err != nil {
		return err
	}
	lowered := now()
	image, err := unit.Builder.Image()
	if err != nil {
		return err
	}
	encoded := now()
	result, err := outlive.Analyze(image, outlive.Options{})
	if err != nil {
		return err
	}
	called := now()
	s := result.Stats()
	r.funcs, r.instrs, r.bytes = 0, s.Instructions, len(image)
	for i := range unit.Funcs {
		if p.HasBody(unit.Funcs[i].SSA) {
			r.funcs++
		}
	}
	least(&r.tables, tabled-start)
	least(&r.lower, lowered-tabled)
	least(&r.encode, encoded-lowered)
	least(&r.call, called-encoded)
	least(&r.decode, time.Duration(s.DecodeNs))
	least(&r.verify, time.Duration(s.VerifyNs))
	least(&r.solve, time.Duration(s.AnalyzeNs))
	return result.Close()
}
