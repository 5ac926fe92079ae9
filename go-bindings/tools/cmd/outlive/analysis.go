package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"outlive.dev/outlive"
	"outlive.dev/tools/audit"
	"outlive.dev/tools/frontend"
	"outlive.dev/tools/report"
)

// analysis is a lowered program with the answers about it.
type analysis struct {
	prog   *frontend.Program
	unit   *frontend.Unit
	result *outlive.Result
	bytes  []uint64 // by function, see stackBytes
}

// load loads the packages that match the patterns in the present directory.
func (a *app) load(patterns []string, b *buildSettings) (*frontend.Program, *frontend.Unit, error) {
	return a.loadWith(nil, patterns, b)
}

// loadWith is load with package facts, nil for none.
func (a *app) loadWith(cache *frontend.Cache, patterns []string, b *buildSettings) (*frontend.Program, *frontend.Unit, error) {
	if len(patterns) == 0 {
		patterns = []string{"."}
	}
	prog, unit, err := frontend.LoadUnit(b.loader(a.dir), cache, patterns...)
	var load *frontend.LoadError
	if errors.As(err, &load) && prog != nil {
		a.broken = a.asGoPrints(patterns, b, err)
	} else if errors.As(err, &load) {
		return nil, nil, a.asGoPrints(patterns, b, err)
	}
	if err != nil && a.broken == nil {
		return nil, nil, err
	}
	fillTexts(prog, unit)
	return prog, unit, nil
}

// asGoPrints returns why packages do not load in the words of the go command, which is asked to build
// them for it; err if it has nothing to say.
func (a *app) asGoPrints(patterns []string, b *buildSettings, err error) error {
	named := slices.Clone(patterns)
	for i, p := range named {
		if file, ok := strings.CutPrefix(p, filePattern); ok {
			named[i] = filepath.Dir(file)
		}
	}
	var build *audit.BuildError
	_, buildErr := audit.CompileWith(context.Background(), a.dir, audit.NewSource(), b.compiler(a.dir), named...)
	if errors.As(buildErr, &build) && build.Text != "" {
		return build
	}
	return err
}

// filePattern makes a pattern that matches the package of a file.
const filePattern = "file="

// analyze loads packages and asks the library about all of them in one call. The result must be closed.
func (a *app) analyze(patterns []string, s *settings) (*analysis, error) {
	defer a.progress()()
	build := s.build
	build.full = build.full || s.model == modelPrecise
	prog, unit, err := a.loadWith(s.factsCache(), patterns, &build)
	if err != nil {
		return nil, err
	}
	if s.closed {
		if err := wholePrograms(prog); err != nil {
			return nil, err
		}
	}
	result, err := outlive.Analyze(unit.Image, s.options())
	if err != nil {
		return nil, err
	}
	if s.recheck {
		if err := result.Check(); err != nil {
			return nil, errors.Join(rejectedError{err}, result.Close())
		}
	}
	if err := prog.Remember(unit, result); err != nil {
		fmt.Fprintf(a.stderr, "outlive: the cache cannot be written: %v\n", err)
	}
	return &analysis{prog: prog, unit: unit, result: result}, nil
}

// wholePrograms returns an error if a named package is not a program: who imports it may implement its interfaces.
func wholePrograms(prog *frontend.Program) error {
	for _, pkg := range prog.Roots {
		if pkg.Name != "main" {
			return usagef("-closed: package %s is no program; name main packages", pkg.PkgPath)
		}
	}
	return nil
}

// rejectedError is a verdict that the checker refuses.
type rejectedError struct{ err error }

func (e rejectedError) Error() string {
	return fmt.Sprintf("-check: a verdict does not follow from the rules, please report it: %v", e.err)
}

func (e rejectedError) Unwrap() error { return e.err }

func (an *analysis) close() error { return an.result.Close() }

// answer is a verdict with its number and the site it is about.
type answer struct {
	index   int // of the verdict
	verdict outlive.Verdict
	site    *frontend.SiteRef
	fn      *frontend.FuncRef
}

// answers returns what is said about the sites that are chosen, by site. Sites
// without a position are left out, results without a name that stay, and silent ones but for
// channels, which are silent only because the compiler is.
func (an *analysis) answers(choose func(*frontend.SiteRef, *frontend.FuncRef) bool) []answer {
	var list []answer
	for i, v := range an.result.Verdicts() {
		if v.Silent() && v.Kind != outlive.SiteChan || uint64(v.Site) >= uint64(len(an.unit.Sites)) {
			continue
		}
		site := &an.unit.Sites[v.Site]
		fn := &an.unit.Funcs[site.Func]
		if site.Line == 0 || !choose(site, fn) {
			continue
		}
		if site.Kind == outlive.SiteResult && site.Text == "" && !v.OnHeap() {
			continue // nothing the program names
		}
		list = append(list, answer{i, v, site, fn})
	}
	return list
}

// joinInstances merges the answers about one allocation of a generic function: it
// goes to the heap if it does in any instance.
func joinInstances(list []answer) []answer {
	type place struct {
		file      string
		line, col int
		kind      outlive.SiteKind
		text      string
	}
	seen := map[place]int{}
	out := list[:0]
	for _, an := range list {
		if !isInstance(an.fn) {
			out = append(out, an)
			continue
		}
		s := an.site
		p := place{s.File, s.Line, s.Column, s.Kind, s.Text}
		if at, ok := seen[p]; ok {
			if an.verdict.OnHeap() && !out[at].verdict.OnHeap() {
				out[at] = an
			}
			continue
		}
		seen[p] = len(out)
		out = append(out, an)
	}
	return out
}

// record makes the record that is written, with the path if there is one and it is wanted.
func (an *analysis) record(a answer, s *settings) (report.Verdict, error) {
	v := report.Verdict{
		Position:   report.Position{File: a.site.File, Line: a.site.Line, Column: a.site.Column},
		Package:    a.site.Package,
		Function:   a.fn.Name,
		Kind:       a.site.Kind.String(),
		Text:       a.site.Text,
		Verdict:    report.Stack,
		Placement:  a.verdict.Placement.String(),
		Bound:      a.verdict.Bound,
		Size:       an.onStack(a.verdict),
		StackBytes: an.stackBytes()[a.site.Func],
		Extent:     a.verdict.Extent.String(),
		Allocates:  a.verdict.Allocates.String(),
		Reason:     a.verdict.Reason.Name(),
		ReasonCode: int(a.verdict.Reason),
		ReasonText: a.verdict.Reason.String(),
		Variable:   isNamed(a.site),
	}
	if a.verdict.OnHeap() {
		v.Verdict = report.Heap
	}
	if !s.why || !a.verdict.OnHeap() {
		return v, nil
	}
	ex, err := an.result.Explain(a.index)
	if err != nil {
		return v, err
	}
	for _, step := range ex.Steps {
		v.Path = append(v.Path, report.Step{Position: an.position(step.Pos), Text: an.step(step)})
	}
	if s.suggest {
		v.Suggestions, err = an.suggestions(a.verdict.Site)
	}
	return v, err
}

// position resolves a position for a record.
func (an *analysis) position(p outlive.Pos) report.Position {
	at := an.result.Position(p)
	return report.Position{File: at.File, Line: int(at.Line), Column: int(at.Col)}
}

// records makes the records of a list, by position, with what the settings ask for.
func (an *analysis) records(list []answer, s *settings) ([]report.Verdict, error) {
	records := make([]report.Verdict, 0, len(list))
	for _, a := range list {
		v, err := an.record(a, s)
		if err != nil {
			return nil, err
		}
		records = append(records, v)
	}
	report.Sort(records)
	return records, nil
}

// isNamed reports whether a site is a variable by that name, not one that new(x) makes.
func isNamed(s *frontend.SiteRef) bool {
	return isVariable(s.Kind) && !strings.HasPrefix(s.Text, "new(")
}

func isVariable(k outlive.SiteKind) bool {
	return k == outlive.SiteVar || k == outlive.SiteParam || k == outlive.SiteResult
}
