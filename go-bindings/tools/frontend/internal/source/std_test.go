package source

import (
	"go/build"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var diagnostic = regexp.MustCompile(`^(.*\.go):(\d+):(\d+): (.*)$`)

// TestStdPositions compares the sites that the tables find on the syntax with
// those that the compiler lists, position by position, in both directions.
func TestStdPositions(t *testing.T) {
	for _, path := range compared() {
		t.Run(path, func(t *testing.T) { comparePackage(t, path) })
	}
}

type siteKey struct {
	file      string
	line, col int
	class     class
}

func comparePackage(t *testing.T, path string) {
	out, err := goCommand("build", "-gcflags=-m -l", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p := loadStd(t, path)
	own := map[string]bool{}
	for _, f := range p.Files {
		own[p.Fset.Position(f.FileStart).Filename] = true
	}
	want := map[siteKey]bool{}
	texts := map[siteKey]string{}
	for line := range strings.Lines(string(out)) {
		m := diagnostic.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		c, ok := classify(m[4])
		if !ok || !own[absolute(m[1])] {
			continue // instances of generic functions are listed with their file
		}
		l, _ := strconv.Atoi(m[2])
		col, _ := strconv.Atoi(m[3])
		want[siteKey{filepath.Base(m[1]), l, col, c}] = true
		if c == classExpr {
			texts[siteKey{filepath.Base(m[1]), l, col, c}] = strings.TrimSuffix(strings.TrimSuffix(m[4], " escapes to heap"), " does not escape")
		}
	}
	got := map[siteKey]bool{}
	same := 0
	generics := genericLines(p)
	sites := enumerate(p)
	for pos, classes := range sites.sites {
		at := p.Fset.Position(pos)
		for c := range classes {
			if at.Column > 255 {
				continue // the compiler keeps no such column
			}
			got[siteKey{filepath.Base(at.Filename), at.Line, at.Column, c}] = true
		}
		if text, ok := texts[siteKey{filepath.Base(at.Filename), at.Line, at.Column, classExpr}]; ok {
			if slices.Contains(sites.texts[pos], text) {
				same++
			} else {
				t.Logf("text %q: %q", text, sites.texts[pos])
			}
		}
	}
	params, vars := variablePositions(p)
	missing, extra := 0, 0
	for k := range want {
		switch {
		case generics[k.file][k.line] || got[k] || k.col > 255:
		case k.class == classExpr && params[siteKey{k.file, k.line, k.col, classVar}]:
		case k.class == classVar && vars[k]:
		default:
			missing++
			t.Errorf("compiler only: %s:%d:%d %s", k.file, k.line, k.col, k.class)
		}
	}
	for k := range got {
		if !want[k] && !generics[k.file][k.line] {
			extra++
			t.Errorf("tables only: %s:%d:%d %s", k.file, k.line, k.col, k.class)
		}
	}
	t.Logf("%d sites listed, %d missing, %d too many, %d texts equal", len(want), missing, extra, same)
}

// classify tells the class of a site from the compiler's message.
func classify(msg string) (class, bool) {
	switch {
	case strings.HasPrefix(msg, "moved to heap: #"):
		return "", false
	case strings.HasPrefix(msg, "moved to heap: "):
		return classVar, true
	case strings.HasPrefix(msg, "append escapes"), strings.HasPrefix(msg, "append does not"):
		return classAppend, true
	case strings.HasPrefix(msg, "... argument "):
		return classPack, true
	case strings.HasSuffix(msg, " escapes to heap"), strings.HasSuffix(msg, " does not escape"):
		return classExpr, true
	}
	return "", false
}

// variablePositions returns where parameters and variables are declared.
func variablePositions(p *Package) (params, vars map[siteKey]bool) {
	params, vars = map[siteKey]bool{}, map[siteKey]bool{}
	for _, v := range p.vars {
		at := p.Fset.Position(v.Pos)
		k := siteKey{filepath.Base(at.Filename), at.Line, at.Column, classVar}
		vars[k] = true
		if v.Kind == Param {
			params[k] = true
		}
	}
	return params, vars
}

// genericLines returns the lines of generic functions by file.
func genericLines(p *Package) map[string]map[int]bool {
	lines := map[string]map[int]bool{}
	for _, f := range p.Funcs() {
		if f.Decl == nil || f.Node != f.Decl || !generic(p, f.Decl) {
			continue
		}
		from, to := p.Fset.Position(f.Decl.Pos()), p.Fset.Position(f.Decl.End())
		name := filepath.Base(from.Filename)
		if lines[name] == nil {
			lines[name] = map[int]bool{}
		}
		for l := from.Line; l <= to.Line; l++ {
			lines[name][l] = true
		}
	}
	return lines
}

// absolute returns the path of a file of the standard library as printed.
func absolute(name string) string {
	if abs, err := filepath.Abs(name); err == nil {
		if _, err := os.Stat(abs); err == nil {
			return abs
		}
	}
	return filepath.Join(build.Default.GOROOT, "src", name)
}
