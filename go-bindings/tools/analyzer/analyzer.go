// Package analyzer is Outlive as an analyzer for golang.org/x/tools/go/analysis: for go vet, for nogo, for linters.
//
// [Analyzer] analyses one package at a time, as the build goes, with facts about the packages it imports: package facts,
// one per package, that say where the parameters of each function flow. It reports nothing but broken assertions: a
// comment
//
//	x := new(T) //outlive:stack
//
// says that what is allocated on that line stays off the heap. On a line of its own it is about the line below.
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
		if len(assertions(pass.Fset, pass.Files)) == 0 {
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

// report reports the allocations that break an assertion.
func (f *found) report(pass *analysis.Pass) error {
	asserted := assertions(pass.Fset, pass.Files)
	if len(asserted) == 0 {
		return nil
	}
	seen := map[string]bool{}
	for i, v := range f.result.Verdicts() {
		s := &f.unit.Sites[v.Site]
		at, ok := asserted[line{s.File, s.Line}]
		if !ok || v.Silent() || !v.OnHeap() || !s.Root {
			continue
		}
		text := s.Text
		if text == "" {
			text = s.Kind.String()
		}
		message := fmt.Sprintf("%s is on the heap: %s", text, v.Reason)
		pos := at.LineStart(s.Line) + token.Pos(s.Column-1)
		if key := fmt.Sprint(pos, message); seen[key] { // another instance of a generic function
			continue
		} else {
			seen[key] = true
		}
		d := analysis.Diagnostic{Pos: pos, Category: v.Reason.Name(), Message: message}
		ex, err := f.result.Explain(i)
		if err != nil {
			return err
		}
		for _, step := range ex.Steps {
			if p := f.result.Position(step.Pos); p.Line > 0 {
				if file := fileOf(pass, p.File); file != nil && int(p.Line) <= file.LineCount() {
					d.Related = append(d.Related, analysis.RelatedInformation{Pos: file.LineStart(int(p.Line)) + token.Pos(p.Col-1), Message: step.Text})
				}
			}
		}
		pass.Report(d)
	}
	return nil
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
