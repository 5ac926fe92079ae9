package main

import (
	"bufio"
	"context"
	"fmt"
	"go/build"
	"path/filepath"
	"strings"

	"outlive.dev/outlive"
	"outlive.dev/tools/audit"
	"outlive.dev/tools/frontend"
	"outlive.dev/tools/frontend/gcform"
)

// printer returns what makes the compiler's lines of the answers.
func (an *analysis) printer() *gcform.Printer {
	heap := make([]bool, len(an.unit.Sites))
	for _, v := range an.result.Verdicts() {
		heap[v.Site] = v.OnHeap()
	}
	type slot struct {
		fn    *frontend.FuncRef
		param int
	}
	texts := map[slot][]string{}
	for _, p := range an.params(false) {
		for _, fate := range p.fates {
			at := slot{p.fn, p.index}
			texts[at] = append(texts[at], audit.ParamText(p.ref.Name, fate))
		}
	}
	return gcform.NewPrinter(an.prog, an.unit, gcform.Facts{
		Heap:   func(s outlive.Site) bool { return heap[s] },
		Params: func(fn *frontend.FuncRef, param int) []string { return texts[slot{fn, param}] },
	})
}

// gc writes the lines that go build -gcflags='-m -l' prints about allocations and parameters, with the heading of
// each package; with why, before each line about the heap, the path in the manner of -m=2.
func (a *app) gc(an *analysis, why bool) error {
	w := bufio.NewWriter(a.stdout)
	p := an.printer()
	f := an.flower(p)
	for _, pkg := range an.prog.Roots {
		lines := p.Package(pkg)
		f.enter(pkg, lines)
		for i, l := range lines {
			if i == 0 {
				fmt.Fprintf(w, "# %s\n", pkg.PkgPath)
			}
			if why && l.Site != outlive.NoSite && !strings.HasSuffix(l.Text, " does not escape") {
				path, err := f.explain(a, l)
				if err != nil {
					return err
				}
				for _, text := range path {
					fmt.Fprintln(w, text)
				}
			}
			if l.File != "" {
				fmt.Fprintf(w, "%s: ", place{a.goName(l.File), l.Line, l.Column})
			}
			fmt.Fprintln(w, l.Text)
		}
	}
	return w.Flush()
}

// goName returns a file name as the go command prints it: by import path in the standard library, otherwise
// relative to the present directory if it is below it.
func (a *app) goName(file string) string {
	if rel, err := filepath.Rel(filepath.Join(build.Default.GOROOT, "src"), file); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return audit.Short(a.dir, file)
}

func (p place) String() string {
	return audit.Position{File: p.file, Line: p.line, Col: p.col}.String()
}

// auditForms holds our lines against the compiler's, word for word.
func (a *app) auditForms(patterns []string, s *settings) (*audit.Forms, error) {
	src, err := s.build.source(a.dir)
	if err != nil {
		return nil, err
	}
	out, err := audit.CompileWith(context.Background(), a.dir, src, s.build.compiler(a.dir), patterns...)
	if err != nil {
		return nil, err
	}
	an, err := a.analyze(patterns, s)
	if err != nil {
		return nil, err
	}
	p := an.printer()
	var ours []audit.FormLine
	for _, pkg := range an.prog.Roots {
		for _, l := range p.Package(pkg) {
			ours = append(ours, audit.FormLine{Position: audit.Position{File: l.File, Line: l.Line, Col: l.Column}, Package: pkg.PkgPath, Text: l.Text})
		}
	}
	return audit.CompareForms(out.Forms, ours), an.close()
}
