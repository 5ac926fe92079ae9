package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestForms holds the compiler's form against the compiler on packages of the standard library: these agree byte for byte.
func TestForms(t *testing.T) {
	const packages = "bytes strings strconv sort bufio container/heap text/tabwriter net/url go/scanner errors io path/filepath " +
		"slices maps time math/big regexp unicode/utf8 html"
	a := &app{dir: t.TempDir()}
	forms, err := a.auditForms(strings.Fields(packages), &settings{model: "gc", profile: "go1.26"})
	if err != nil {
		t.Fatal(err)
	}
	if forms.Lines < 2500 || forms.EqualPackages != forms.Packages {
		var b strings.Builder
		if err := forms.Print(&b, -1, a.dir); err != nil {
			t.Fatal(err)
		}
		t.Error(b.String())
	}
}

// TestOddForms does the same for functions written to be odd, which need not agree in full.
func TestOddForms(t *testing.T) {
	a := &app{dir: filepath.Join("testdata", "odd")}
	forms, err := a.auditForms([]string{"./..."}, &settings{model: "gc", profile: "go1.26"})
	if err != nil {
		t.Fatal(err)
	}
	if 100*forms.EqualLines < 98*forms.Lines {
		t.Error(forms.Summary())
	}
}

const formProgram = `package m

import "fmt"

type T struct {
	p *int
	s []byte
}

var g any

var table = map[string]func(int) int{"a": func(n int) int { return n }}

func f(a *T, n int) (*int, []byte) {
	x := n
	t := &T{p: &x}
	fmt.Println("v", n+2<<3, a.s, fmt.Sprint(n))
	g = t
	return a.p, a.s
}

func h(q **int) func() int {
	y := 1
	*q = &y
	defer func() { y-- }()
	return func() int { y++; return y }
}

func each[E any](list []E, do func(E)) []*E {
	var out []*E
	for _, e := range list {
		do(e)
		out = append(out, &e, new(E))
	}
	return out
}

var _ = each([]string{"x"}, func(s string) { g = s + "!" })
`

// TestFormText holds all of the command's output against what the go command prints.
func TestFormText(t *testing.T) {
	dir := module(t, "m.go", formProgram)
	code, got, stderr := outliveIn(dir, "-l", "-format=gc", ".")
	if code != 0 || stderr != "" {
		t.Fatalf("code %d, stderr %s", code, stderr)
	}
	cmd := exec.Command("go", "build", "-gcflags=-m -l", ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	want, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, want)
	}
	if got != string(want) {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestFormWhy(t *testing.T) {
	dir := module(t, "m.go", "package m\n\nvar g *int\n\nfunc f() {\n\tx := 1\n\tp := &x\n\tg = p\n}\n")
	code, got, stderr := outliveIn(dir, "-l", "-format=gc", "-why", ".")
	if code != 0 || stderr != "" {
		t.Fatalf("code %d, stderr %s", code, stderr)
	}
	const want = `# example.org/m
./m.go:6:2: x escapes to heap in f:
./m.go:6:2:   flow: p ← &x:
./m.go:6:2:     from p := &x (assign) at ./m.go:7:4
./m.go:6:2:   flow: {heap} ← p:
./m.go:6:2:     from g = p (assign) at ./m.go:8:4
./m.go:6:2: moved to heap: x
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestFormLog(t *testing.T) {
	dir := module(t, "m.go", "package m\n\nvar g *int\n\nfunc f(p *int) *int {\n\tg = new(int)\n\treturn p\n}\n")
	if code, _, stderr := outliveIn(dir, "-l", "-format=logopt", "log", "."); code != 0 || stderr != "" {
		t.Fatalf("code %d, stderr %s", code, stderr)
	}
	text, err := os.ReadFile(filepath.Join(dir, "log", "example.org%2Fm", "m.json"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[0], `{"version":0,"package":"example.org/m",`) ||
		!strings.Contains(lines[1], `"message":"parameter p leaks to ~r0 with derefs=0"`) ||
		!strings.Contains(lines[2], `"message":"new(int) escapes to heap","relatedInformation":[`) || !strings.HasSuffix(lines[3], `"message":""}`) {
		t.Errorf("%s", text)
	}
	if code, _, _ := outliveIn(dir, "-l", "-format=logopt"); code != exitUsage {
		t.Errorf("without a directory: code %d", code)
	}
	if code, _, _ := outliveIn(dir, "why", "-format=gc", "m.go:6"); code != exitUsage {
		t.Errorf("why in a form it does not have: code %d", code)
	}
}
