// Package analyzer is Outlive as an analyzer for golang.org/x/tools/go/analysis: for go vet, for nogo, for linters.
//
// [Analyzer] analyses one package at a time, as the build goes, with facts about the packages it imports: package facts,
// one per package, that say where the parameters of each function flow. It reports nothing but broken assertions: a
// comment
//
//	x := new(T) //outlive:stack
//
// says that what is allocated on that line stays off the heap; see package assert.
//
// The verdicts are those of the command outlive with -l, the program as the compiler compiles it without inlining, with
// one exception. An instance of a generic function of another package has no body here, for the framework gives an
// analyzer the source of one package only. One instance that the other package has made stands for all of them
// (standin.go), and where there is none, what is passed to the function is taken to reach the heap. That is sound, and
// may report an allocation that stays where the command would not.
package analyzer

import (
	"fmt"
	"go/token"
	"go/types"
	"os"
	"runtime"
	"strings"

	"golang.org/x/tools/go/analysis"
	"outlive.dev/outlive"
	"outlive.dev/tools/assert"
	"outlive.dev/tools/facts"
	"outlive.dev/tools/frontend"
)

// Analyzer reports allocations that an assertion says stay off the heap, and do not.
var Analyzer = &analysis.Analyzer{
	Name:      "outlive",
	Doc:       "check that allocations on lines with the comment //outlive:stack stay off the heap\n\nThe verdicts are those of the compiler without inlining. Calls of other packages are judged by facts.",
	URL:       "https://outlive.dev/",
	Run:       run,
	FactTypes: []analysis.Fact{new(PackageFact)},
}

// PackageFact is what is known of a package, encoded by package facts.
type PackageFact struct{ Blob []byte }

// AFact marks the type as a fact.
func (*PackageFact) AFact() {}

// String tells the size of the fact.
func (f *PackageFact) String() string { return fmt.Sprintf("outlive(%d bytes)", len(f.Blob)) }

// header is what the facts are made under. The framework keeps facts of different builds apart; this only guards it.
func header() facts.Header {
	env := func(name, otherwise string) string {
		if v := os.Getenv(name); v != "" {
			return v
		}
		return otherwise
	}
	return facts.Header{
		Model: "gc", Profile: "go1.26", Toolchain: runtime.Version(),
		Target: env("GOOS", runtime.GOOS) + " " + env("GOARCH", runtime.GOARCH),
	}
}

func run(pass *analysis.Pass) (any, error) {
	head := header()
	known := map[string]*facts.Package{}
	for _, f := range pass.AllPackageFacts() {
		if fact, ok := f.Fact.(*PackageFact); ok {
			if p, err := facts.Decode(fact.Blob, head); err == nil {
				known[f.Package.Path()] = p
			}
		}
	}
	found, err := analyze(pass, known)
	if err != nil {
		if len(assertions(pass)) == 0 {
			return nil, nil // nothing is known of the package, nothing is asserted in it
		}
		return nil, err
	}
	defer found.result.Close()
	pass.ExportPackageFact(&PackageFact{Blob: found.prog.Facts(head, found.unit, found.result, found.generic).Encode()})
	return nil, found.report(pass)
}

// found is a package with the answers about it.
type found struct {
	prog    *frontend.Program
	unit    *frontend.Unit
	result  *outlive.Result
	generic map[*types.Func]bool // functions of which there is a stand-in
}

// analyze analyses the package of a pass. What the front end cannot lower is an error, not the end of the build.
func analyze(pass *analysis.Pass, known map[string]*facts.Package) (f *found, err error) {
	defer func() {
		if r := recover(); r != nil {
			f, err = nil, fmt.Errorf("analyse %s: %v", pass.Pkg.Path(), r)
		}
	}()
	checked := frontend.Checked{
		Fset: pass.Fset, Files: pass.Files, Types: pass.Pkg, Info: pass.TypesInfo, Sizes: pass.TypesSizes,
		GoVersion: languageVersion(pass.Pkg),
		Facts:     func(path string) *facts.Package { return known[path] },
	}
	generic := standins(pass, &checked)
	prog := checked.Program()
	unit, err := prog.Module()
	if err != nil {
		return nil, err
	}
	result, err := outlive.Analyze(unit.Image, outlive.Options{Model: "gc", Profile: "go1.26"})
	if err != nil {
		return nil, err
	}
	return &found{prog, unit, result, generic}, nil
}

// languageVersion returns 1.26 for go1.26.
func languageVersion(pkg *types.Package) string { return strings.TrimPrefix(pkg.GoVersion(), "go") }

// assertions returns the assertions in the package.
func assertions(pass *analysis.Pass) []assert.Assertion {
	var list []assert.Assertion
	for _, f := range pass.Files {
		list = append(list, assert.Parse(pass.Fset, f)...)
	}
	return list
}

// report reports what is wrong with the assertions.
func (f *found) report(pass *analysis.Pass) error {
	list := assertions(pass)
	if len(list) == 0 {
		return nil
	}
	for _, finding := range assert.Check(list, f.sites()) {
		d := analysis.Diagnostic{Pos: posOf(pass, finding.Position)}
		switch finding.Kind {
		case assert.Unknown:
			d.Category, d.Message = "unknown_directive", fmt.Sprintf("%s%s asserts nothing; there is %[1]sstack", assert.Directive, finding.Name)
		case assert.Empty:
			d.Category, d.Message = "nothing_allocated", fmt.Sprintf("%s%s, but nothing is allocated there", assert.Directive, finding.Name)
		default:
			if err := f.describe(pass, finding.Site.Index, &d); err != nil {
				return err
			}
		}
		pass.Report(d)
	}
	return nil
}

// sites returns the allocations of the package that can be listed. Those of the instances of a generic function share an
// index, that of one which may reach the heap if there is any.
func (f *found) sites() []assert.Site {
	type place struct {
		assert.Position
		kind outlive.SiteKind
		text string
	}
	at := map[place]int{}
	var list []assert.Site
	for i, v := range f.result.Verdicts() {
		s := &f.unit.Sites[v.Site]
		unnamed := s.Kind == outlive.SiteResult && s.Text == "" && !v.OnHeap()
		if !s.Root || s.Line == 0 || unnamed || v.Silent() && v.Kind != outlive.SiteChan {
			continue
		}
		site := assert.Site{
			Position: assert.Position{File: s.File, Line: s.Line, Column: s.Column},
			OffHeap:  v.Allocates == outlive.Never, Index: i,
		}
		p := place{site.Position, s.Kind, s.Text}
		if len(f.unit.Funcs[s.Func].SSA.TypeArgs()) == 0 {
			list = append(list, site)
		} else if j, ok := at[p]; !ok {
			at[p] = len(list)
			list = append(list, site)
		} else if !site.OffHeap {
			list[j] = site
		}
	}
	return list
}

// describe makes a diagnostic of a verdict, with the path to the heap as related information.
func (f *found) describe(pass *analysis.Pass, verdict int, d *analysis.Diagnostic) error {
	v := f.result.Verdict(verdict)
	s := &f.unit.Sites[v.Site]
	text, where := s.Text, "is on the heap"
	if text == "" {
		text = s.Kind.String()
	}
	if !v.OnHeap() {
		where = "may reach the heap"
	}
	d.Pos = posOf(pass, assert.Position{File: s.File, Line: s.Line, Column: s.Column})
	d.Category, d.Message = v.Reason.Name(), fmt.Sprintf("%s %s: %s", text, where, v.Reason)
	ex, err := f.result.Explain(verdict)
	if err != nil {
		return err
	}
	for _, step := range ex.Steps {
		at := f.result.Position(step.Pos)
		if pos := posOf(pass, assert.Position{File: at.File, Line: int(at.Line), Column: int(at.Col)}); pos.IsValid() {
			d.Related = append(d.Related, analysis.RelatedInformation{Pos: pos, Message: step.Text})
		}
	}
	return nil
}

// posOf returns the place of a position in the files of the pass; none for another.
func posOf(pass *analysis.Pass, p assert.Position) token.Pos {
	file := fileOf(pass, p.File)
	if file == nil || p.Line < 1 || p.Line > file.LineCount() {
		return token.NoPos
	}
	return file.LineStart(p.Line) + token.Pos(p.Column-1)
}

// fileOf returns the file of the pass with a name.
func fileOf(pass *analysis.Pass, name string) *token.File {
	for _, f := range pass.Files {
		if file := pass.Fset.File(f.FileStart); file != nil && pass.Fset.Position(f.Package).Filename == name {
			return file
		}
	}
	return nil
}
