package main

import (
	"fmt"

	"outlive.dev/outlive"
	"outlive.dev/tools/assert"
	"outlive.dev/tools/frontend"
	"outlive.dev/tools/report"
)

// violationsError says that assertions in the source do not hold; they have been written already.
type violationsError struct{ n int }

func (e violationsError) Error() string {
	if e.n == 1 {
		return "1 assertion does not hold"
	}
	return fmt.Sprintf("%d assertions do not hold", e.n)
}

// assertions returns what is wrong with the assertions in the source of the named packages.
func (an *analysis) assertions() ([]report.Violation, error) {
	var list []assert.Assertion
	seen := map[assert.Assertion]bool{} // a file may be in a package twice, with and without tests
	for _, pkg := range an.prog.Roots {
		for _, file := range pkg.Syntax {
			for _, a := range assert.Parse(pkg.Fset, file) {
				if !seen[a] {
					seen[a] = true
					list = append(list, a)
				}
			}
		}
	}
	if len(list) == 0 {
		return nil, nil
	}
	answers, sites := an.asserted(list)
	var out []report.Violation
	for _, f := range assert.Check(list, sites) {
		v := report.Violation{Position: report.Position(f.Position), Target: f.Target, Directive: f.Name}
		switch f.Kind {
		case assert.Unknown:
			v.Problem = report.UnknownDirective
		case assert.Empty:
			v.Problem = report.NothingAllocated
		default:
			record, err := an.record(answers[f.Site.Index], &settings{why: true})
			if err != nil {
				return nil, err
			}
			v.Problem, v.Verdict = report.MayReachHeap, &record
		}
		out = append(out, v)
	}
	return out, nil
}

// asserted returns what is allocated on the lines that assertions speak of. Allocations of the instances of a generic function have one index, that of one which may reach the heap if there is any.
func (an *analysis) asserted(list []assert.Assertion) ([]answer, []assert.Site) {
	type line struct {
		file string
		line int
	}
	wanted := map[line]bool{}
	for _, a := range list {
		wanted[line{a.File, a.Target}] = true
	}
	type place struct {
		assert.Position
		kind outlive.SiteKind
		text string
	}
	at := map[place]int{}
	var answers []answer
	for i, v := range an.result.Verdicts() {
		if uint64(v.Site) >= uint64(len(an.unit.Sites)) {
			continue
		}
		s := &an.unit.Sites[v.Site]
		if !s.Root || !wanted[line{s.File, s.Line}] {
			continue
		}
		if v.Silent() && v.Kind != outlive.SiteChan {
			continue
		}
		if s.Kind == outlive.SiteResult && s.Text == "" && !v.OnHeap() {
			continue // nothing the program names
		}
		a := answer{i, v, s, &an.unit.Funcs[s.Func]}
		p := place{positionOf(s), s.Kind, s.Text}
		if j, ok := at[p]; !ok || !isInstance(a.fn) {
			at[p] = len(answers)
			answers = append(answers, a)
		} else if mayReachHeap(v) && !mayReachHeap(answers[j].verdict) {
			answers[j] = a
		}
	}
	sites := make([]assert.Site, len(answers))
	for i, a := range answers {
		sites[i] = assert.Site{Position: positionOf(a.site), OffHeap: !mayReachHeap(a.verdict), Index: i}
	}
	return answers, sites
}

func positionOf(s *frontend.SiteRef) assert.Position {
	return assert.Position{File: s.File, Line: s.Line, Column: s.Column}
}

// mayReachHeap reports whether the allocator may run at the site.
func mayReachHeap(v outlive.Verdict) bool { return v.Allocates != outlive.Never }
