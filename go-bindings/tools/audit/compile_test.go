package audit

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// write makes a module of one package in a directory of its own.
func write(t *testing.T, text string) (dir, file string) {
	t.Helper()
	dir = t.TempDir()
	file = filepath.Join(dir, "a.go")
	for name, text := range map[string]string{"go.mod": "module a\n\ngo 1.26\n", "a.go": text} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir, file
}

// TestSplitParams tells parameters from expressions with the same text.
func TestSplitParams(t *testing.T) {
	dir, file := write(t, `package a

func param(x *int, y any) bool { return y == *x }

func boxed(y any, n int) bool { return y == n }

func (r *rec) method() {}

type rec struct{}

func seq(yield func(*int) bool) {}

func over() {
	for v := range seq {
		_ = v
	}
	var w *int
	for w = range seq {
	}
	_ = w
}
`)
	src := NewSource()
	out, err := Compile(t.Context(), dir, src)
	if err != nil {
		t.Fatal(err)
	}
	var params, exprs []string
	for _, p := range out.Params {
		params = append(params, p.Name)
	}
	for _, l := range out.Lines {
		exprs = append(exprs, l.Text)
		if l.File != file {
			t.Errorf("file %s, want %s", l.File, file)
		}
	}
	if got := strings.Join(exprs, " "); got != "*x n func literal func literal" {
		t.Errorf("expressions: %s", got)
	}
	for _, name := range []string{"x", "y", "v", "#p1"} {
		if !strings.Contains(strings.Join(params, " "), name) {
			t.Errorf("parameters: %q lack %s", params, name)
		}
	}
}

func TestCompileError(t *testing.T) {
	dir, _ := write(t, "package a\n\nfunc f() { undefined() }\n")
	_, err := Compile(t.Context(), dir, NewSource(), ".")
	var build *BuildError
	if !errors.As(err, &build) {
		t.Fatalf("got %v, want a BuildError", err)
	}
	if build.Text != "# a\n./a.go:3:12: undefined: undefined\n" {
		t.Errorf("text: %s", build.Text)
	}
}

// TestNoColumn shows where the compiler stops to print columns.
func TestNoColumn(t *testing.T) {
	pad := strings.Repeat("x", 253-len("var g any; func f() { /**/g = "))
	dir, file := write(t, "package a\n\nvar g any; func f() { /*"+pad+"*/g = 1; g = 2 }\n")
	out, err := Compile(t.Context(), dir, NewSource(), ".")
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Lines) != 2 || out.Lines[0].Col != 254 || out.Lines[1].Col != 0 {
		t.Fatalf("lines: %+v", out.Lines)
	}
	sites := []Site{
		{Position: Position{file, 3, 254}, Kind: "box", Class: ClassExpr, Heap: true},
		{Position: Position{file, 3, 261}, Kind: "box", Class: ClassExpr, Heap: true},
	}
	if got := Compare(out, sites, NewSource()).Total(); got.By[BothHeap] != 2 || got.Union() != 2 {
		t.Errorf("got %+v", got)
	}
}

// TestDirectories: what the go command has cached in one directory has file names that mean
// nothing in another one.
func TestDirectories(t *testing.T) {
	dir, file := write(t, "package a\n\nvar g any\n\nfunc f() { g = 12345 }\n")
	sub := filepath.Join(dir, "it's a sub")
	if err := os.Mkdir(sub, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, from := range []struct{ dir, pattern string }{{dir, "."}, {sub, ".."}, {dir, "."}} {
		out, err := Compile(t.Context(), from.dir, NewSource(), from.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Lines) != 1 || out.Lines[0].File != file {
			t.Errorf("in %s: %+v, want one line in %s", from.dir, out.Lines, file)
		}
	}
}
