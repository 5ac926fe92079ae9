package frontend

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"outlive.dev/outlive"
	"outlive.dev/tools/facts"
)

// answers returns what an analysis says of a package, a line per site and per parameter, with reasons. Instances of its
// generic functions are left out: it depends on the program which there are.
func answers(t *testing.T, unit *Unit, r *outlive.Result, path string) map[string]bool {
	t.Helper()
	lines := map[string]bool{}
	for _, v := range r.Verdicts() {
		s := &unit.Sites[v.Site]
		if v.Silent() && v.Kind != outlive.SiteChan {
			continue // may be where a type says that it is, in export data to the line
		}
		if s.Package == path && originOf(unit.Funcs[s.Func].SSA) == nil {
			lines[fmt.Sprintf("%s:%d:%d %d %q %s: %s %s %s", s.File, s.Line, s.Column, s.Index, s.Text, s.Kind, v.Placement, v.Allocates, v.Reason.Name())] = true
		}
	}
	for _, s := range r.Summaries() {
		if f := &unit.Funcs[s.Func]; f.Package == path && originOf(f.SSA) == nil {
			lines[fmt.Sprintf("%s %d: %v", f.Name, s.Param, s.Flows())] = true
		}
	}
	return lines
}

func analyzeUnit(t *testing.T, unit *Unit) *outlive.Result {
	t.Helper()
	r, err := outlive.Analyze(unit.Image, outlive.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func testCache(t *testing.T) *Cache {
	return &Cache{Store: facts.Open(t.TempDir()), Model: "gc", Profile: "go1.26"}
}

// Packages loaded by themselves, with facts about the others, have the verdicts they have in the whole program.
func TestPackageByPackage(t *testing.T) {
	paths := []string{
		"archive/tar", "bufio", "bytes", "compress/flate", "context", "crypto/rsa", "database/sql", "encoding/binary",
		"encoding/gob", "encoding/json", "encoding/xml", "errors", "expvar", "flag", "fmt", "go/ast", "go/parser", "go/printer",
		"go/types", "html/template", "image/png", "io", "io/fs", "log/slog", "maps", "math/big", "mime/multipart", "net",
		"net/http", "net/http/httputil", "net/textproto", "os", "os/exec", "path/filepath", "reflect", "regexp", "slices", "sort", "strconv",
		"strings", "sync", "syscall", "testing", "text/tabwriter", "text/template", "time", "unique",
	}
	if testing.Short() {
		paths = []string{"bufio", "encoding/json", "log/slog", "os", "slices", "text/template"}
	}
	c := testCache(t)
	prog, unit, err := LoadUnit(Config{}, c, paths...)
	if err != nil {
		t.Fatal(err)
	}
	if len(prog.extern) > 0 {
		t.Fatal("the cache was empty, but not everything was loaded from source")
	}
	whole := analyzeUnit(t, unit)
	if err := prog.Remember(unit, whole); err != nil {
		t.Fatal(err)
	}
	source, lines := 0, 0
	for _, path := range paths {
		prog, part, err := LoadUnit(Config{}, c, path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if len(prog.extern) == 0 && path != "errors" {
			t.Errorf("%s: everything was loaded from source", path)
		}
		source += len(prog.Packages)
		want, got := answers(t, unit, whole, path), answers(t, part, analyzeUnit(t, part), path)
		lines += len(want)
		if !maps.Equal(got, want) {
			var diff []string
			for line := range want {
				if !got[line] {
					diff = append(diff, line+" (whole program only)")
				}
			}
			for line := range got {
				if !want[line] {
					diff = append(diff, line+" (package only)")
				}
			}
			slices.Sort(diff)
			t.Errorf("%s: %d lines differ of %d\n%s", path, len(diff), len(want), strings.Join(diff[:min(len(diff), 8)], "\n"))
		}
	}
	t.Logf("%d packages by themselves: %d answers, %d packages from source", len(paths), lines, source)
}

// An edit makes facts of the package and of its users useless, and of nobody else.
func TestEdit(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module example.com/m\n\ngo 1.26\n")
	write("low/low.go", "package low\n\nvar Kept *int\n\nfunc Use(p *int) int { return *p }\n\nfunc Apply[T any](f func(T), v T) { f(v) }\n")
	write("mid/mid.go", "package mid\n\nimport \"example.com/m/low\"\n\nfunc Use(p *int) int { return low.Use(p) + 1 }\n")
	write("top/top.go", `package top

import (
	"strings"

	"example.com/m/low"
	"example.com/m/mid"
)

func F() int {
	x := 1
	low.Apply(func(s string) { x += len(strings.TrimSpace(s)) }, " ")
	return mid.Use(&x)
}
`)
	c := testCache(t)
	load := func(want outlive.Placement) (source []string) {
		t.Helper()
		prog, unit, err := LoadUnit(Config{Dir: dir}, c, "./top")
		if err != nil {
			t.Fatal(err)
		}
		r := analyzeUnit(t, unit)
		if err := prog.Remember(unit, r); err != nil {
			t.Fatal(err)
		}
		for _, v := range r.Verdicts() {
			if s := &unit.Sites[v.Site]; s.Root && s.Text == "x" && v.Placement != want {
				t.Errorf("x is on the %s, want %s", v.Placement, want)
			}
		}
		for _, pkg := range prog.Packages {
			if rest, ok := strings.CutPrefix(pkg.PkgPath, "example.com/m/"); ok {
				source = append(source, rest)
			}
		}
		return source
	}
	load(outlive.Stack)
	if source := load(outlive.Stack); !slices.Equal(source, []string{"low", "top"}) {
		t.Errorf("unchanged, from source: %v; low has a generic function, mid has facts", source)
	}
	write("low/low.go", "package low\n\nvar Kept *int\n\nfunc Use(p *int) int { Kept = p; return *p }\n\nfunc Apply[T any](f func(T), v T) { f(v) }\n")
	if source := load(outlive.Heap); !slices.Equal(source, []string{"low", "mid", "top"}) {
		t.Errorf("low has changed, from source: %v", source)
	}
}
