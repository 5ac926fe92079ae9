package audit

import (
	"fmt"
	"slices"
	"testing"

	"outlive.dev/tools/audit/want"
)

const rulesDir = "../../../examples/rules"

// wantClass returns the class of the compiler's line for a kind, and whether there is a line at all.
func wantClass(kind string, heap bool) (Class, bool) {
	switch kind {
	case "var", "param", "result":
		return ClassMoved, heap
	case "chan":
		return 0, false
	case "append":
		return ClassAppend, true
	case "variadic":
		return ClassVariadic, true
	case "closure":
		return ClassFuncLit, true
	}
	return ClassExpr, true
}

// TestRulesCompiler holds the gc verdicts written in the examples against the installed compiler.
func TestRulesCompiler(t *testing.T) {
	wants, files, err := want.ParseTree(rulesDir)
	if err != nil {
		t.Fatal(err)
	}
	if len(wants) < 100 || len(files) < 15 {
		t.Fatalf("only %d entries in %d files", len(wants), len(files))
	}
	out, err := Compile(t.Context(), rulesDir, NewSource(), "./...")
	if err != nil {
		t.Fatal(err)
	}
	type place struct {
		file string
		line int
	}
	expected, printed := map[place][]string{}, map[place][]string{}
	for _, w := range wants {
		heap, ok := w.Heap["gc"]
		if _, both := w.Heap["textbook"]; !ok || !both {
			t.Errorf("%s:%d: an entry must name gc and textbook", w.File, w.Line)
		}
		if c, ok := wantClass(w.Kind, heap); ok {
			p := place{w.File, w.Line}
			expected[p] = append(expected[p], fmt.Sprint(c, ": ", placeName(heap)))
		}
	}
	for _, l := range out.Lines {
		p := place{l.File, l.Line}
		printed[p] = append(printed[p], fmt.Sprint(l.Class, ": ", placeName(l.Heap)))
		if expected[p] == nil {
			expected[p] = nil // so that a line without an entry is looked at
		}
	}
	for p, e := range expected {
		got := printed[p]
		slices.Sort(e)
		slices.Sort(got)
		if !slices.Equal(e, got) {
			t.Errorf("%s:%d: the compiler says %q, the example %q", p.file, p.line, got, e)
		}
	}
}
