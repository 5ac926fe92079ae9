package audit

import (
	"strings"
	"testing"
)

func form(pkg string, line int, text string) FormLine {
	return FormLine{Position{"/d/a.go", line, 2}, pkg, text}
}

func TestCompareForms(t *testing.T) {
	a, b, c := form("p", 1, "x escapes to heap"), form("p", 2, "y escapes to heap"), form("p", 3, "z escapes to heap")
	q1, q2 := form("q", 1, "x does not escape"), form("q", 2, "y does not escape")
	r := form("r", 1, "moved to heap: x")
	// p lacks a line and has another twice, q has its lines the other way round, r is equal.
	f := CompareForms([]FormLine{a, b, c, q1, q2, r}, []FormLine{a, b, b, q2, q1, r})
	if s := f.Summary(); s != "packages=3 equal=1 33.33% lines=6 equal=5 83.333%" {
		t.Error(s)
	}
	if len(f.Wrong) != 2 || f.Wrong[0] != (FormDiff{b, true}) || f.Wrong[1] != (FormDiff{c, false}) {
		t.Errorf("%+v", f.Wrong)
	}
	if len(f.Misplaced) != 1 || f.Misplaced[0] != (Misplaced{0, q2, q1}) {
		t.Errorf("%+v", f.Misplaced)
	}
	var out strings.Builder
	if err := f.Print(&out, -1, "/d"); err != nil {
		t.Fatal(err)
	}
	const want = `p: ./a.go:2:2: ours only: y escapes to heap
p: ./a.go:3:2: compiler only: z escapes to heap
q: line 1: compiler: ./a.go:1:2: x does not escape; ours: ./a.go:2:2: y does not escape
packages=3 equal=1 33.33% lines=6 equal=5 83.333%
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

// TestShortfalls holds every bar against a result that is just below it.
func TestShortfalls(t *testing.T) {
	var lines []Line
	var sites []Site
	for i := range 10000 {
		lines = append(lines, line(i+1, 1, ClassExpr, true, "x"))
		sites = append(sites, site(i+1, 1, ClassExpr, true, "box"))
	}
	result := func() *Result { return Compare(&Output{Lines: lines}, sites, NewSource()) }
	if list := result().Shortfalls(); len(list) != 0 {
		t.Errorf("all is well: %q", list)
	}
	sites[0].Heap = false
	if list := result().Shortfalls(); len(list) != 1 || list[0] != "ours-stack-gc-heap=1, not 0" {
		t.Errorf("one wrong stack: %q", list)
	}
	sites = sites[6:]
	if list := result().Shortfalls(); len(list) != 2 || !strings.HasPrefix(list[0], "matched=99.940%") {
		t.Errorf("six missed: %q", list)
	}
	r := result()
	r.Tags = CompareTags(param(1, "p", FateLeaks), nil)
	if list := r.Shortfalls(); len(list) != 3 || list[2] != "tags=0.000%, less than 99.9%" {
		t.Errorf("tags: %q", list)
	}
}
