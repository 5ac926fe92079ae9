package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"outlive.dev/outlive"
	"outlive.dev/tools/report"
)

// outliveIn runs the command in a directory.
func outliveIn(dir string, args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	a := &app{dir: dir, stdout: &out, stderr: &err}
	code = a.run(args)
	return code, out.String(), err.String()
}

// module makes a module of one package; files alternate names and texts.
func module(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	files = append(files, "go.mod", "module example.org/m\n\ngo 1.26\n")
	for i := 0; i < len(files); i += 2 {
		name := filepath.Join(dir, files[i])
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(files[i+1]), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "no packages"},
		{[]string{"./a"}, "-l is required"},
		{[]string{"-model", "gc", "./a"}, "-l is required"},
		{[]string{"-l", "-model", "best", "./a"}, "-model best: must be gc or textbook"},
		{[]string{"-l", "-profile", "go0.1", "./a"}, "-profile go0.1"},
		{[]string{"-l", "-format", "xml", "./a"}, "-format xml: must be text"},
		{[]string{"-l", "-cache", "maybe", "./a"}, "-cache maybe: must be on or off"},
		{[]string{"cache", "fill"}, `"fill" is not clear`},
		{[]string{"-x", "./a"}, "flag provided but not defined: -x"},
		{[]string{"audit", "./a"}, "audit: -l is required"},
		{[]string{"audit", "-l", "-n", "x", "./a"}, "invalid value"},
		{[]string{"audit", "-l", "-model", "textbook", "./a"}, "audit: -model textbook: must be gc or precise"},
		{[]string{"audit", "-l", "-model", "precise", "-effects", "./a"}, "model precise predicts nothing"},
		{[]string{"audit", "-l", "-model", "precise", "-format", "gc", "./a"}, "model precise predicts nothing"},
		{[]string{"audit", "-l", "-closed", "./a"}, "-closed: model gc takes no notice"},
		{[]string{"-l", "-model", "precise", "-check", "./a"}, "nothing to check them by"},
		{[]string{"why", "-suggest", "-model", "precise", "a.go:1"}, "tried with the models gc and textbook only"},
		{[]string{"-l", "-closed", "./a"}, "-closed: model gc takes no notice"},
		{[]string{"-l", "-model", "precise", "-closed", "-test", "./a"}, "is no whole program"},
		{[]string{"image", "./a"}, "image: -o FILE is required"},
		{[]string{"why"}, "why: need one FILE:LINE[:COL]"},
		{[]string{"why", "a.go"}, `"a.go" is not of the form FILE:LINE[:COL]`},
		{[]string{"why", "a.go:0"}, `"a.go:0" is not of the form`},
		{[]string{"version", "x"}, "no arguments"},
	} {
		code, stdout, stderr := outliveIn(t.TempDir(), c.args...)
		if code != exitUsage || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%q: code %d, stdout %q, stderr %q, want %q", c.args, code, stdout, stderr, c.want)
		}
	}
}

func TestHelp(t *testing.T) {
	for _, arg := range []string{"help", "-h", "-help", "--help"} {
		if code, stdout, _ := outliveIn("", arg); code != 0 || stdout != usage {
			t.Errorf("%s: code %d, stdout %q", arg, code, stdout)
		}
	}
	if code, stdout, _ := outliveIn("", "audit", "-h"); code != 0 || stdout != usage {
		t.Errorf("audit -h: code %d, stdout %q", code, stdout)
	}
	if code, stdout, _ := outliveIn("", "version"); code != 0 || stdout != "outlive "+outlive.Version()+"\n" {
		t.Errorf("version: code %d, stdout %q", code, stdout)
	}
}

// TestUsageInDocs: the page and the command say the same.
func TestUsageInDocs(t *testing.T) {
	page, err := os.ReadFile("../../../../docs/cli.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(usage) {
		line = strings.ReplaceAll(strings.TrimSpace(line), "packages...", "packages…")
		if strings.HasPrefix(line, "outlive ") && !strings.Contains(string(page), line+"\n") && !strings.HasPrefix(line, "outlive tells") {
			t.Errorf("docs/cli.md lacks %q", line)
		}
	}
	for kind := outlive.SiteVar; kind <= outlive.SiteAppend; kind++ {
		if !strings.Contains(string(page), "`"+kind.String()+"`") {
			t.Errorf("docs/cli.md lacks the kind %v", kind)
		}
	}
}

const program = `package m

import "example.org/m/dep"

func Address() *int {
	n := dep.Number()
	return &n
}

func Value() int {
	n := 1
	return n
}

func Box[T any](x T) any { return x }

var _ = Box(1)
var _ = Box("s")

func Boxes() (any, any) { return Box(1), Box("s") }
`

const dependency = `package dep

func Number() int { return *new(int) + *heap() }

func heap() *int { return new(int) }
`

func TestVerdicts(t *testing.T) {
	dir := module(t, "m.go", program, "dep/dep.go", dependency)
	code, stdout, stderr := outliveIn(dir, "-l", "-why")
	if code != 0 || stderr != "" {
		t.Fatalf("code %d, stderr %s", code, stderr)
	}
	if !strings.Contains(stdout, "./m.go:6:2: var n: heap: returned to the caller") {
		t.Errorf("no verdict on n in:\n%s", stdout)
	}
	if !strings.Contains(stdout, "\n\t./m.go:7:") {
		t.Errorf("no path of n in:\n%s", stdout)
	}
	if strings.Contains(stdout, "dep.go:3:") && !strings.Contains(stdout, "\t") {
		t.Errorf("verdicts of a dependency in:\n%s", stdout)
	}
	if strings.Contains(stdout, "m.go:11:2") {
		t.Errorf("a variable that stays in:\n%s", stdout)
	}
	if n := strings.Count("\n"+stdout, "\n./m.go:15:"); n != 1 {
		t.Errorf("%d verdicts on the box of a generic function in:\n%s", n, stdout)
	}
}

// TestCheck: with -check the verdicts are the same, and one that does not follow is told clearly.
func TestCheck(t *testing.T) {
	dir := module(t, "m.go", program, "dep/dep.go", dependency)
	for _, model := range []string{"gc", "textbook"} {
		_, plain, _ := outliveIn(dir, "-l", "-model", model)
		code, stdout, stderr := outliveIn(dir, "-l", "-check", "-model", model)
		if code != 0 || stdout != plain || stderr != "" {
			t.Errorf("%s: code %d, stderr %q, stdout\n%s\nwithout -check\n%s", model, code, stderr, stdout, plain)
		}
	}
	if code, _, stderr := outliveIn(dir, "why", "-check", "m.go:6"); code != 0 || stderr != "" {
		t.Errorf("why: code %d, stderr %q", code, stderr)
	}
	refused := rejectedError{&outlive.Error{Status: outlive.StatusRejected, Message: "escape: m.go:6:2: n"}}
	if text := refused.Error(); !strings.HasPrefix(text, "-check: ") || !strings.Contains(text, "rejected: escape: m.go:6:2: n") {
		t.Errorf("a refused verdict reads %q", text)
	}
}

func TestVerdictsJSON(t *testing.T) {
	dir := module(t, "m.go", program, "dep/dep.go", dependency)
	code, stdout, stderr := outliveIn(dir, "-l", "-format", "json", "./...")
	if code != 0 || stderr != "" {
		t.Fatalf("code %d, stderr %s", code, stderr)
	}
	found := map[string]report.Verdict{}
	for line := range strings.Lines(stdout) {
		var v report.Verdict
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		found[v.Function+" "+v.Kind+" "+v.Text] = v
		if v.Text == "" {
			t.Errorf("no text: %s", line)
		}
		if v.Path != nil {
			t.Errorf("a path without -why: %s", line)
		}
	}
	for name, want := range map[string]string{
		"example.org/m.Address var n":             report.Heap,
		"example.org/m.Value var n":               report.Stack,
		"example.org/m/dep.heap new new(int)":     report.Heap,
		"example.org/m/dep.Number new new(int)":   report.Stack,
		"example.org/m/dep.Number new no such(1)": "",
	} {
		if got := found[name].Verdict; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestWhy(t *testing.T) {
	dir := module(t, "m.go", program, "dep/dep.go", dependency)
	code, stdout, stderr := outliveIn(dir, "why", "m.go:6:2")
	if code != 0 || !strings.HasPrefix(stdout, "./m.go:6:2: var n: heap: returned to the caller\n\t./m.go:") {
		t.Errorf("code %d, stdout %s, stderr %s", code, stdout, stderr)
	}
	code, stdout, stderr = outliveIn(dir, "why", "m.go:11")
	if code != 0 || !strings.HasPrefix(stdout, "./m.go:11:2: var n: stack: ") {
		t.Errorf("code %d, stdout %s, stderr %s", code, stdout, stderr)
	}
	code, stdout, stderr = outliveIn(dir, "why", "m.go:2")
	if code != exitError || stdout != "" || stderr != "outlive: m.go:2: nothing is allocated there\n" {
		t.Errorf("code %d, stdout %s, stderr %s", code, stdout, stderr)
	}
	if code, _, _ = outliveIn(dir, "why", "none.go:2"); code != exitError {
		t.Errorf("a file that is not there: code %d", code)
	}
}

func TestImage(t *testing.T) {
	dir := module(t, "m.go", program, "dep/dep.go", dependency)
	if code, _, stderr := outliveIn(dir, "image", "-o", "m.outl", "."); code != 0 {
		t.Fatalf("code %d, stderr %s", code, stderr)
	}
	image, err := os.ReadFile(filepath.Join(dir, "m.outl"))
	if err != nil {
		t.Fatal(err)
	}
	view, err := outlive.OpenImage(image)
	if err != nil {
		t.Fatal(err)
	}
	if view.Name() != "example.org/m" || view.NumSites() == 0 {
		t.Errorf("module %q with %d sites", view.Name(), view.NumSites())
	}
	if _, stdout, _ := outliveIn(dir, "image", "-o", "-", "."); stdout != string(image) {
		t.Error("the image on the standard output is another one")
	}
}

// TestLoadErrors: errors are printed as the go command does it, exit code 1.
func TestLoadErrors(t *testing.T) {
	dir := module(t, "m.go", "package m\n\nfunc f() int { return \"x\" }\n")
	for _, args := range [][]string{{"-l", "."}, {"audit", "-l", "."}, {"image", "-o", "x", "."}} {
		code, stdout, stderr := outliveIn(dir, args...)
		if code != exitError || stdout != "" || !strings.HasPrefix(stderr, "# example.org/m\n./m.go:3:23: ") {
			t.Errorf("%q: code %d, stdout %q, stderr %q", args, code, stdout, stderr)
		}
	}
	if code, _, stderr := outliveIn(dir, "why", "m.go:3"); code != exitError || !strings.HasPrefix(stderr, "# example.org/m\n./m.go:3:23: ") {
		t.Errorf("why: code %d, stderr %q", code, stderr)
	}
	for _, args := range [][]string{{"-l", "./none"}, {"audit", "-l", "./none"}} {
		if code, stdout, stderr := outliveIn(dir, args...); code != exitError || stdout != "" || stderr == "" {
			t.Errorf("%q: code %d, stdout %q, stderr %q", args, code, stdout, stderr)
		}
	}
}

func TestAudit(t *testing.T) {
	dir := module(t, "m.go", program, "dep/dep.go", dependency)
	code, stdout, stderr := outliveIn(dir, "audit", "-l", "./...")
	if code != 0 || stderr != "" {
		t.Fatalf("code %d, stderr %s", code, stderr)
	}
	const want = "sites=4 matched=100.000% extra=0.000% agree=100.000% ours-stack-gc-heap=0 ours-heap-gc-stack=0 tags=100.000%\n"
	if !strings.HasSuffix(stdout, "\n"+want) {
		t.Errorf("got:\n%s\nwant at the end:\n%s", stdout, want)
	}
}
