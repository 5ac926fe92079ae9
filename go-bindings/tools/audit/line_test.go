package audit

import (
	"reflect"
	"strings"
	"testing"
)

const captured = `# example.org/a
./a.go:9:11: leaking param: x
./a.go:10:11: leaking param content: y
./a.go:11:11: leaking param: z to result ~r0 level=1
./a.go:12:9: a + b escapes to heap
./a.go:12:9: a + b escapes to heap
./a.go:13:13: ... argument does not escape
./a.go:14:7: func literal does not escape
./a.go:15:2: moved to heap: n
./a.go:16: 2 escapes to heap
# example.org/b [example.org/b.test]
/abs/dir/b.go:1:2: append escapes to heap
/abs/dir/b.go:2:2: "x: does not escape: " + s does not escape
/abs/dir/b.go:3:2: index bounds check elided
go: warning: something
`

func TestParseOutput(t *testing.T) {
	out, err := ParseOutput(strings.NewReader(captured), "/some/dir")
	if err != nil {
		t.Fatal(err)
	}
	a, b := "/some/dir/a.go", "/abs/dir/b.go"
	pa, pb := "example.org/a", "example.org/b"
	lines := []Line{
		{Position{a, 12, 9}, pa, ClassExpr, true, "a + b"},
		{Position{a, 12, 9}, pa, ClassExpr, true, "a + b"},
		{Position{a, 13, 13}, pa, ClassVariadic, false, "... argument"},
		{Position{a, 14, 7}, pa, ClassFuncLit, false, "func literal"},
		{Position{a, 15, 2}, pa, ClassMoved, true, "n"},
		{Position{a, 16, 0}, pa, ClassExpr, true, "2"},
		{Position{b, 1, 2}, pb, ClassAppend, true, "append"},
		{Position{b, 2, 2}, pb, ClassExpr, false, `"x: does not escape: " + s`},
	}
	if !reflect.DeepEqual(out.Lines, lines) {
		t.Errorf("lines:\n%+v\nwant:\n%+v", out.Lines, lines)
	}
	params := []ParamLine{
		{Position{a, 9, 11}, pa, "x", "leaking"},
		{Position{a, 10, 11}, pa, "y", "leaking content"},
		{Position{a, 11, 11}, pa, "z", "leaking to result ~r0 level=1"},
	}
	if !reflect.DeepEqual(out.Params, params) {
		t.Errorf("params:\n%+v\nwant:\n%+v", out.Params, params)
	}
	if len(out.Other) != 2 {
		t.Errorf("other: %q", out.Other)
	}
}

func TestBuildArgs(t *testing.T) {
	got := strings.Join(buildArgs("/my dir", new(Options), []string{"bytes", "./..."}), "|")
	want := "build|-o|/dev/null|-pgo=off|-trimpath=false|-gcflags=all=-l|-gcflags=bytes=-m -l '-D=/my dir'|-gcflags=./...=-m -l '-D=/my dir'|--|bytes|./..."
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	// std among them is not to take the commands along, unless they are named too.
	got = strings.Join(buildArgs("/d", new(Options), []string{"cmd/go", "std"}), "|")
	if want := "-gcflags=std=-m -l '-D=/d'|-gcflags=cmd/...=-l|-gcflags=cmd/vendor/...=-l|-gcflags=cmd/go=-m -l '-D=/d'|--|cmd/go|std"; !strings.HasSuffix(got, want) {
		t.Errorf("got  %s\nwant %s at the end", got, want)
	}
	for pattern, want := range map[string]string{"": ".", "x.go": "command-line-arguments", "net/...": "net/..."} {
		var patterns []string
		if pattern != "" {
			patterns = []string{pattern}
		}
		if got := flagPatterns(patterns); len(got) != 1 || got[0] != want {
			t.Errorf("%q: got %q, want %q", pattern, got, want)
		}
	}
}
