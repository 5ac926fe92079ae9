package audit

import (
	"path/filepath"
	"strings"
	"testing"
)

func line(l, c int, class Class, heap bool, text string) Line {
	return Line{Position: Position{"/d/a.go", l, c}, Class: class, Heap: heap, Text: text}
}

func site(l, c int, class Class, heap bool, kind string) Site {
	return Site{Position: Position{"/d/a.go", l, c}, Class: class, Heap: heap, Kind: kind, Text: kind, Reason: "returned"}
}

func TestCompare(t *testing.T) {
	lines := []Line{
		line(1, 1, ClassExpr, true, "x"),          // both heap
		line(2, 1, ClassExpr, false, "x"),         // both stack
		line(3, 1, ClassExpr, true, "x"),          // ours stack
		line(4, 1, ClassAppend, false, "append"),  // ours heap
		line(5, 1, ClassExpr, true, "&T{}"),       // compiler only
		line(7, 1, ClassMoved, true, "v"),         // both heap
		line(8, 1, ClassMoved, true, "v"),         // ours stack, not a line of ours
		line(10, 1, ClassExpr, true, "a + b"),     // a multiset: heap and stack on both sides
		line(10, 1, ClassExpr, false, "a + b"),    //
		line(11, 1, ClassExpr, true, "new(T)"),    // another class at the same place ...
		line(12, 1, ClassMoved, true, "compiler"), // a variable we do not know
	}
	sites := []Site{
		site(1, 1, ClassExpr, true, "box"),
		site(2, 1, ClassExpr, false, "box"),
		site(3, 1, ClassExpr, false, "new"),
		site(4, 1, ClassAppend, true, "append"),
		site(6, 1, ClassExpr, true, "box"), // extra
		site(7, 1, ClassMoved, true, "variable"),
		site(8, 1, ClassMoved, false, "variable"),
		site(9, 1, ClassMoved, true, "variable"),   // ours heap, extra
		site(9, 2, ClassMoved, false, "variable"),  // printed by neither
		site(10, 1, ClassExpr, false, "box"),       // pairs with the stack line though listed first
		site(10, 1, ClassExpr, true, "concat"),     //
		site(11, 1, ClassFuncLit, true, "closure"), // ... is no partner
	}
	r := Compare(&Output{Lines: lines}, sites, NewSource())
	got := r.Total()
	want := Tally{Lines: 11, Matched: 7, Extra: 3, By: [numOutcomes]int{
		BothHeap: 3, BothStack: 2, OursStack: 2, OursHeap: 2, Missed: 3, Extra: 2}}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if s := r.Summary(); s != "sites=11 matched=63.636% extra=27.273% agree=35.714% ours-stack-gc-heap=2 ours-heap-gc-stack=2" {
		t.Error(s)
	}
	if d := r.Disagreements(); len(d) != 9 || d[0].Outcome != OursStack || d[0].Line.Line != 3 || d[8].Outcome != Extra {
		t.Errorf("disagreements: %+v", d)
	}
	if k := r.Kind("concat"); k.By[BothHeap] != 1 {
		t.Errorf("concat: %+v", k)
	}
	if k := r.Kind("literal"); k.By[Missed] != 1 {
		t.Errorf("a missed &T{} must count as a literal: %+v", k)
	}
	if c := r.ByClass(ClassMoved); c.Lines != 3 || c.Matched != 1 || c.Extra != 1 {
		t.Errorf("moved to heap: %+v", c)
	}
}

func TestCompareNothing(t *testing.T) {
	if s := Compare(new(Output), nil, NewSource()).Summary(); s !=
		"sites=0 matched=100.000% extra=0.000% agree=100.000% ours-stack-gc-heap=0 ours-heap-gc-stack=0" {
		t.Error(s)
	}
}

// TestCompareGeneric: three shapes print three lines for one site, two of them heap.
func TestCompareGeneric(t *testing.T) {
	dir, file := write(t, `package a

func box[T any](x T) any { return x }

func (l *list[T]) box(x T) any { return x }

type list[T any] struct{}

func plain(x int) any { return x }
`)
	at := func(l int) Position { return Position{filepath.Join(dir, "a.go"), l, 35} }
	var lines []Line
	var sites []Site
	for _, l := range []int{3, 5, 9} {
		for _, heap := range []bool{false, true, true} {
			lines = append(lines, Line{Position: at(l), Class: ClassExpr, Heap: heap})
		}
		sites = append(sites, Site{Position: at(l), Class: ClassExpr, Heap: true, Kind: "box"})
	}
	src := NewSource()
	r := Compare(&Output{Lines: lines}, sites, src)
	if got := r.Total(); got.By[BothHeap] != 3 || got.By[Missed] != 2 || got.Union() != 5 {
		t.Errorf("got %+v", got)
	}
	_, three := src.Generic(Position{File: file, Line: 3})
	_, nine := src.Generic(Position{File: file, Line: 9})
	if !three || nine {
		t.Error("line 3 is generic and line 9 is not")
	}
	// Instances nobody is known to need count where the compiler has compiled one.
	for i := range sites {
		sites[i].Instance = true
		sites[i].Col = 36
	}
	out := &Output{Params: []ParamLine{{Position: Position{File: file, Line: 3, Col: 17}}}}
	if got := Compare(out, sites, src).Total(); got.By[Extra] != 1 || got.Union() != 1 {
		t.Errorf("got %+v, want the site in line 3", got)
	}
}

func TestPrint(t *testing.T) {
	r := Compare(&Output{Lines: []Line{line(1, 1, ClassExpr, true, "x"), line(2, 1, ClassExpr, true, "new(T)")}},
		[]Site{site(1, 1, ClassExpr, false, "box"), site(3, 4, ClassAppend, true, "append")}, NewSource())
	var b strings.Builder
	if err := r.Print(&b, 2, "/d"); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, want := range []string{
		"disagreements, 2 of 3:\n",
		"./a.go:1:1: box: box: ours stack, compiler heap (returned)\n",
		"./a.go:2:1: new: new(T): compiler only, heap\n",
		"\nsites=2 matched=50.000% extra=50.000% agree=0.000% ours-stack-gc-heap=1 ours-heap-gc-stack=0\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
	if strings.Contains(text, "3:4") {
		t.Errorf("a third disagreement in:\n%s", text)
	}
	if !strings.HasSuffix(text, r.Summary()+"\n") {
		t.Error("the summary is not the last line")
	}
}
