package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var bless = flag.Bool("bless", false, "rewrite the golden files")

// verdicts is one of everything.
func verdicts() []Verdict {
	at := func(file string, line, col int) Position { return Position{"/src/" + file, line, col} }
	return []Verdict{
		{
			Position: at("a/a.go", 9, 2), Package: "example.org/a", Function: "example.org/a.Address", Kind: "var", Text: "p",
			Verdict: Heap, Placement: "heap", Extent: "program", Allocates: "always", Reason: "returned", ReasonCode: 1, ReasonText: "returned to the caller", Variable: true,
			Path: []Step{{at("a/a.go", 10, 9), "address of p to result 0"}, {Position{}, "result 0 to the heap"}},
		},
		{
			Position: at("a/a.go", 14, 2), Package: "example.org/a", Function: "example.org/a.Value", Kind: "var", Text: "q",
			Verdict: Stack, Placement: "stack", Extent: "activation", Allocates: "never", Reason: "local", ReasonText: "does not outlive its function", Variable: true,
		},
		{
			Position: at("a/a.go", 20, 11), Package: "example.org/a", Function: "example.org/a.Make", Kind: "make_slice", Text: "make([]int, n)",
			Verdict: Stack, Placement: "bounded", Bound: 32, Extent: "activation", Allocates: "maybe", Reason: "local", ReasonText: "does not outlive its function",
		},
		{
			Position: at("b/b.go", 3, 9), Package: "example.org/b", Function: "example.org/b.Box", Kind: "box", Text: `"<a> & b"`,
			Verdict: Heap, Placement: "heap", Extent: "program", Allocates: "never", Reason: "returned", ReasonCode: 1, ReasonText: "returned to the caller",
		},
		{
			Position: at("b/b.go", 4, 300), Package: "example.org/b", Function: "example.org/b.Box", Kind: "append",
			Verdict: Heap, Placement: "heap", Extent: "program", Allocates: "maybe", Reason: "stored_global", ReasonCode: 2, ReasonText: "stored in a package-level variable",
		},
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *bless {
		if err := os.WriteFile(file, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s:\ngot\n%s\nwant\n%s", file, got, want)
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, verdicts()); err != nil {
		t.Fatal(err)
	}
	golden(t, "verdicts.json", b.Bytes())
	for line := range strings.Lines(b.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not one object: %s", line)
		}
	}
}

func TestText(t *testing.T) {
	var b bytes.Buffer
	if err := Text(&b, verdicts(), Options{Dir: "/src/a"}); err != nil {
		t.Fatal(err)
	}
	golden(t, "verdicts.txt", b.Bytes())
	if strings.Contains(b.String(), "var q") {
		t.Error("a variable that stays is shown")
	}
	b.Reset()
	if err := Text(&b, verdicts(), Options{Variables: true}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "/src/a/a.go:14:2: var q: stack: does not outlive its function\n") {
		t.Errorf("no variable that stays in:\n%s", b.String())
	}
}

func TestSort(t *testing.T) {
	list := verdicts()
	want := verdicts()
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	Sort(list)
	for i := range list {
		if list[i].Position != want[i].Position {
			t.Errorf("%d: %v", i, list[i].Position)
		}
	}
}

// TestSchema holds the fields of the schema against the page that documents them.
func TestSchema(t *testing.T) {
	page, err := os.ReadFile("../../../docs/cli.md")
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(verdicts()[0])
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	fields["bound"] = 0
	for name := range fields {
		if !strings.Contains(string(page), "| `"+name+"` |") {
			t.Errorf("docs/cli.md does not describe the field %q", name)
		}
	}
}
