package assert

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"testing"
)

const source = `package p

//outlive:stack
var a = new(int)

func f() {
	b := new(int) //outlive:stack
	//outlive:stack because it is hot
	// More words.
	//	and more
	c := g( //outlive:stack
		new(int),
	) //outlive:stack	tab
	//outlive:heap
	d := 1

	// See outlive:stack and //outlive:stack.
	/* //outlive:stack */
	//outlive:stack

	e := 1
} //outlive:stacks
//outlive:stack

const one = 1 //outlive:stack

var (
	f2 = func() { //outlive:stack
		h() //outlive:stack
	} //outlive:stack
)
`

func parse(t *testing.T, text string) []Assertion {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return Parse(fset, file)
}

func TestParse(t *testing.T) {
	var got []string
	for _, a := range parse(t, source) {
		text := fmt.Sprintf("%s:%d:%d %s of %d", a.File, a.Line, a.Column, a.Name, a.Target)
		if a.Global {
			text += " global"
		}
		got = append(got, text)
	}
	want := []string{
		"p.go:3:1 stack of 4 global",
		"p.go:7:16 stack of 7",
		"p.go:8:2 stack of 11",
		"p.go:11:10 stack of 11",
		"p.go:13:4 stack of 13",
		"p.go:14:2 heap of 15",
		"p.go:19:2 stack of 20",
		"p.go:22:3 stacks of 22",
		"p.go:23:1 stack of 24",
		"p.go:25:15 stack of 25",
		"p.go:28:16 stack of 28 global",
		"p.go:29:7 stack of 29",
		"p.go:30:4 stack of 30 global",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	if list := Parse(token.NewFileSet(), &ast.File{Name: ast.NewIdent("p")}); list != nil {
		t.Errorf("%v without comments", list)
	}
}

func TestCheck(t *testing.T) {
	at := func(line, col int) Position { return Position{"p.go", line, col} }
	list := []Assertion{
		{at(9, 1), 10, "stack", false},
		{at(3, 20), 3, "stack", false},
		{at(4, 20), 4, "stack", true},
		{at(5, 20), 5, "stak", true},
		{at(6, 20), 6, "stack", false},
		{at(8, 20), 8, "stack", true},
	}
	sites := []Site{
		{at(3, 2), false, 1}, {at(3, 2), false, 1}, {at(3, 9), true, 2}, {at(3, 12), false, 3}, // two instances, one fine, one more
		{at(4, 2), true, 4}, {at(5, 2), false, 5}, {at(7, 2), false, 6},
		{Position{"q.go", 10, 1}, true, 7},
	}
	var got []string
	for _, f := range Check(list, sites) {
		got = append(got, fmt.Sprintf("%d: %d %d", f.Line, f.Kind, f.Site.Index))
	}
	want := []string{"3: 0 1", "3: 0 3", "5: 2 0", "6: 1 0", "9: 1 0"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
