package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"outlive.dev/outlive"
	"outlive.dev/tools/audit"
	"outlive.dev/tools/facts"
	"outlive.dev/tools/internal/randprog"
)

// random compares verdicts on generated programs.
type random struct {
	t                                       *testing.T
	programs, functions, sites, tags, wrong int
	differences                             int
	agreed                                  int // large operands of go statements, for which the compiler makes variables (docs/escape.md)
	discarded                               int // calls whose results only go to parameters that keep nothing, or to discarded literals (docs/escape.md)
	numbers                                 int // addresses of numbers that are dereferenced at once (docs/escape.md)
	unread                                  int // what is assigned in a loop to a variable nobody reads (docs/escape.md)
	recursive                               int // instances that are recursive by way of functions of another package (docs/escape.md)
}

var compilerError = regexp.MustCompile(`(?m)^(?:\./)?(c\d+)/\S+: internal compiler error.*`)

// difference is a line on which the two sides differ.
type difference struct {
	text string
	safe bool // the compiler keeps on the stack what we place in the heap, or the like of a parameter
}

// judge compares many programs in one run and returns for each what differs.
func (r *random) judge(programs []randprog.Program) [][]string {
	r.t.Helper()
	dir := r.t.TempDir()
	write := func(name, text string) {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			r.t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			r.t.Fatal(err)
		}
	}
	write("go.mod", "module "+randprog.Module+"\n\ngo 1.26\n")
	for i, p := range programs {
		for _, pkg := range p.Under(fmt.Sprintf("c%d", i)) {
			write(fmt.Sprintf("c%d/%s/%s.go", i, pkg.Name, pkg.Name), pkg.Text)
		}
	}
	a := &app{dir: dir, stderr: io.Discard}
	result, err := a.compareWith([]string{"./..."}, &settings{model: "gc", profile: "go1.26"}, true)
	for err != nil {
		// A program that the compiler cannot compile tells nothing.
		bad := compilerError.FindStringSubmatch(err.Error())
		if bad == nil {
			r.t.Fatal(err)
		}
		r.t.Logf("the compiler: %s", bad[0])
		if err := os.RemoveAll(filepath.Join(dir, bad[1])); err != nil {
			r.t.Fatal(err)
		}
		result, err = a.compareWith([]string{"./..."}, &settings{model: "gc", profile: "go1.26"}, true)
	}
	r.sites += result.Total().Union()
	r.tags += result.Tags.Params
	list := make([][]string, len(programs))
	for i, differ := range r.differ(result, dir, len(programs)) {
		if len(differ) > 0 {
			list[i] = r.byItself(a, i, programs[i], differ)
		}
	}
	return list
}

// differ returns what differs in each of n programs, but for what is agreed.
func (r *random) differ(result *audit.Result, dir string, n int) [][]difference {
	r.t.Helper()
	list := make([][]difference, n)
	add := func(file string, d difference) {
		rel, err := filepath.Rel(dir, file)
		if err != nil {
			r.t.Fatal(err)
		}
		n, err := strconv.Atoi(strings.Split(filepath.ToSlash(rel), "/")[0][1:])
		if err != nil {
			r.t.Fatal(err)
		}
		list[n] = append(list[n], d)
	}
	for _, p := range result.Disagreements() {
		if p.Line != nil && strings.HasPrefix(p.Line.Text, ".autotmp_") {
			r.agreed++
			continue
		}
		text := ""
		if p.Line != nil {
			text = p.Line.Text
		} else {
			text = p.Site.Text
		}
		if p.Outcome == audit.OursHeap && losesResults(p.Position) {
			r.discarded++
			continue
		}
		if p.Outcome == audit.OursHeap && p.Site.Reason == outlive.ReasonLoop.String() && assignsUnread(p.Position) {
			r.unread++
			continue
		}
		text = fmt.Sprintf("%s:%d:%d: %v %s %q", filepath.Base(p.File), p.Position.Line, p.Col, p.Outcome, p.Kind, text)
		add(p.File, difference{text, p.Outcome == audit.OursHeap})
	}
	for _, w := range result.Tags.Wrong {
		if onlyCalls(w) || leaksMore(w) && losesResults(w.Position) {
			r.discarded++
			continue
		}
		if addressesPart(w) {
			r.numbers++
			continue
		}
		text := fmt.Sprintf("%s:%d:%d: param %s: ours %q, compiler %q", filepath.Base(w.File), w.Line, w.Col, w.Name, w.Ours, w.Compiler)
		add(w.File, difference{text, leaksMore(w)})
	}
	return list
}

// byItself leaves out of what differs in the i-th program what does not when each package is analysed by itself, with facts about
// the others, as the compiler does it: an instance of a generic function that is recursive by way of functions of another package
// has one answer for the whole program, and the compiler makes it anew in every package. Ours must be on the safe side.
func (r *random) byItself(a *app, i int, p randprog.Program, differ []difference) []string {
	r.t.Helper()
	r.t.Setenv(facts.Env, r.t.TempDir())
	s := &settings{model: "gc", profile: "go1.26", cache: "on"}
	an, err := a.analyze([]string{fmt.Sprintf("./c%d/...", i)}, s)
	if err != nil {
		r.t.Fatal(err)
	}
	if err := an.close(); err != nil {
		r.t.Fatal(err)
	}
	left := map[string]bool{}
	quiet := &random{t: r.t}
	for _, pkg := range p {
		result, err := a.compareWith([]string{fmt.Sprintf("./c%d/%s", i, pkg.Name)}, s, true)
		if err != nil {
			r.t.Fatal(err)
		}
		for _, d := range quiet.differ(result, a.dir, i+1)[i] {
			left[d.text] = true
		}
	}
	var list []string
	for _, d := range differ {
		if d.safe && !left[d.text] {
			r.recursive++
			continue
		}
		list = append(list, d.text)
	}
	return list
}

// reduce makes a program smaller that differs, while it does so in the same manner.
func (r *random) reduce(p randprog.Program, difference string) randprog.Program {
	quiet := &random{t: r.t}
	return randprog.Reduce(p, func(list []randprog.Program) []bool {
		differ := make([]bool, len(list))
		for i, d := range quiet.judge(list) {
			differ[i] = slices.ContainsFunc(d, func(s string) bool { return manner(s) == manner(difference) })
		}
		return differ
	})
}

// manner returns of a difference what does not depend on names and places.
func manner(difference string) string {
	_, text, _ := strings.Cut(difference, ": ")
	if rest, ok := strings.CutPrefix(text, "param "); ok {
		_, fates, _ := strings.Cut(rest, ": ")
		return "param " + fates
	}
	text, name, _ := strings.Cut(text, ` "`)
	if strings.HasPrefix(name, ".") {
		text += " made up"
	}
	return text
}

// TestRandomPrograms holds verdicts and parameters of generated programs against the compiler's: none may differ but those that are
// agreed (docs/escape.md). It looks at a few fixed seeds; with OUTLIVE_RANDOM_SECONDS it goes on for that long and prints the reduced
// program of the first ones that differ (OUTLIVE_RANDOM_REDUCE); OUTLIVE_RANDOM_SEED begins elsewhere.
func TestRandomPrograms(t *testing.T) {
	seed, limit, reduce := uint64(1), 0, 4
	for name, set := range map[string]func(int){
		"OUTLIVE_RANDOM_SECONDS": func(n int) { limit = n },
		"OUTLIVE_RANDOM_REDUCE":  func(n int) { reduce = n },
		"OUTLIVE_RANDOM_SEED":    func(n int) { seed = uint64(n) },
	} {
		if s := os.Getenv(name); s != "" {
			n, err := strconv.Atoi(s)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			set(n)
		}
	}
	r := &random{t: t}
	begin := time.Now()
	for round := 0; round == 0 || time.Since(begin) < time.Duration(limit)*time.Second; round++ {
		var batch []randprog.Program
		var seeds []uint64
		for range 12 {
			p, err := randprog.Generate(seed, 3)
			if err != nil {
				t.Fatal(err)
			}
			batch, seeds = append(batch, p), append(seeds, seed)
			r.functions += p.Functions()
			seed++
		}
		r.programs += len(batch)
		for i, differ := range r.judge(batch) {
			if len(differ) == 0 {
				continue
			}
			r.wrong++
			r.differences += len(differ)
			for _, d := range differ {
				t.Errorf("seed %d: %s", seeds[i], d)
			}
			if limit > 0 && r.wrong <= reduce {
				small := r.reduce(batch[i], differ[0])
				t.Errorf("reduced:\n%s\n%s", small, strings.Join((&random{t: t}).judge([]randprog.Program{small})[0], "\n"))
			}
		}
	}
	t.Logf("programs=%d functions=%d sites=%d params=%d differ=%d differences=%d agreed=%d discarded=%d numbers=%d unread=%d recursive=%d",
		r.programs, r.functions, r.sites, r.tags, r.wrong, r.differences, r.agreed, r.discarded, r.numbers, r.unread, r.recursive)
}
