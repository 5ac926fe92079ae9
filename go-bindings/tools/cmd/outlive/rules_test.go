package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"outlive.dev/outlive"
	"outlive.dev/tools/audit/want"
	"outlive.dev/tools/frontend"
)

// TestRules holds the verdicts written in the examples against the library, for both models. What the compiler
// says of them is tested in package audit.
func TestRules(t *testing.T) {
	const dir = "../../../../examples/rules"
	wants, _, err := want.ParseTree(dir)
	if err != nil {
		t.Fatal(err)
	}
	a := &app{dir: dir}
	prog, unit, err := a.load([]string{"./..."}, &buildSettings{})
	if err != nil {
		t.Fatal(err)
	}
	for _, model := range []string{"gc", "textbook"} {
		t.Run(model, func(t *testing.T) { checkRules(t, prog, unit, model, wants) })
	}
}

func checkRules(t *testing.T, prog *frontend.Program, unit *frontend.Unit, model string, wants []want.Want) {
	s := settings{model: model, profile: "go1.26"}
	result, err := outlive.Analyze(unit.Image, s.options())
	if err != nil {
		t.Fatal(err)
	}
	defer result.Close()
	an := &analysis{prog: prog, unit: unit, result: result}
	type line struct {
		file string
		line int
	}
	expected, got := map[line][]string{}, map[line][]string{}
	stays := map[line][]string{} // what stays need not be written if it is a variable
	word := func(kind string, heap bool) string {
		if heap {
			return kind + ":heap"
		}
		return kind + ":stack"
	}
	for _, w := range wants {
		at := line{w.File, w.Line}
		expected[at] = append(expected[at], word(w.Kind, w.Heap[model]))
	}
	for _, a := range an.answers(func(s *frontend.SiteRef, _ *frontend.FuncRef) bool { return s.Root }) {
		at := line{a.site.File, a.site.Line}
		if a.site.Text == "" {
			t.Errorf("%s:%d: no text for the %v", at.file, at.line, a.site.Kind)
		}
		text := word(a.site.Kind.String(), a.verdict.OnHeap())
		if isVariable(a.site.Kind) && !a.verdict.OnHeap() {
			stays[at] = append(stays[at], text)
			continue
		}
		got[at] = append(got[at], fmt.Sprintf("%s (%v)", text, a.verdict.Reason))
	}
	for at, list := range expected {
		for _, e := range list {
			match := func(g string) bool { return g == e || strings.HasPrefix(g, e+" (") }
			if i := slices.IndexFunc(got[at], match); i >= 0 {
				got[at] = slices.Delete(got[at], i, i+1)
			} else if !slices.ContainsFunc(stays[at], match) {
				t.Errorf("%s:%d: want %s, have %q", at.file, at.line, e, slices.Concat(got[at], stays[at]))
			}
		}
	}
	for at, list := range got {
		if len(list) > 0 {
			t.Errorf("%s:%d: not in the example: %q", at.file, at.line, list)
		}
	}
}
