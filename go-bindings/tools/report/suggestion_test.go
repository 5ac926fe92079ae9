package report

import (
	"strings"
	"testing"
)

func TestSuggestions(t *testing.T) {
	change := func(line int, edit string) Change {
		return Change{Position: Position{"/src/a.go", line, 2}, EditText: edit, Text: "&x to the heap"}
	}
	v := Verdict{
		Position: Position{"/src/a.go", 3, 2}, Kind: "var", Text: "x", Verdict: Heap, ReasonText: "returned to the caller", Variable: true,
		Suggestions: []Suggestion{
			{Changes: []Change{change(4, "return it")}, Placement: "stack"},
			{Changes: []Change{change(4, "return it"), change(5, "store it")}, Placement: "bounded", Bound: 32, Frees: 1},
			{Changes: []Change{{EditText: "cut it", Text: "&x to y"}}, Placement: "stack", Frees: 40, Partial: true},
		},
	}
	var b strings.Builder
	if err := Text(&b, []Verdict{v}, Options{Dir: "/src"}); err != nil {
		t.Fatal(err)
	}
	want := `./a.go:3:2: var x: heap: returned to the caller
	suggestion: return it: then stack
		./a.go:4:2: &x to the heap
	suggestion: return it; and store it: then stack up to 32 bytes, and so would 1 other allocation
		./a.go:4:2: &x to the heap
		./a.go:5:2: &x to the heap
	suggestion: cut it: then stack, and so would at least 40 other allocations
		&x to y
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}
