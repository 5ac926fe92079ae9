package source

import (
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	depthLine = regexp.MustCompile(`^(.*\.go):(\d+):(\d+):\[(\d+)\] \S+ stmt: (.*)`)
	leakLine  = regexp.MustCompile(`^loop variable (\S+) now per-iteration`)
)

// TestStdDepths compares the loop depth of every statement, and the loop
// variables made per iteration, with the compiler's account of them.
func TestStdDepths(t *testing.T) {
	for _, path := range compared() {
		t.Run(path, func(t *testing.T) { compareDepths(t, path) })
	}
}

type declaration struct {
	name  string
	depth int
}

func compareDepths(t *testing.T, path string) {
	out, err := goCommand("build", "-gcflags=-m=3 -l -d=loopvar=2", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p := loadStd(t, path)
	files := map[string]*token.File{}
	for _, f := range p.Files {
		tf := p.Fset.File(f.FileStart)
		files[tf.Name()] = tf
	}
	pos := func(file, line, col string) token.Pos {
		tf := files[absolute(file)]
		if tf == nil {
			return token.NoPos
		}
		l, _ := strconv.Atoi(line)
		c, _ := strconv.Atoi(col)
		return tf.LineStart(l) + token.Pos(c-1)
	}
	depths := map[token.Pos]map[int]string{}
	declared := map[token.Pos][]declaration{}
	leaked := map[token.Pos]bool{}
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSpace(line)
		if m := depthLine.FindStringSubmatch(line); m != nil {
			at := pos(m[1], m[2], m[3])
			d, _ := strconv.Atoi(m[4])
			if text := m[5]; at.IsValid() && !strings.Contains(text, ".autotmp") && !strings.HasSuffix(text, ":") && !strings.Contains(text, "#") && !strings.Contains(text, "panicrangestate") && text != "return" {
				if name, ok := strings.CutPrefix(text, "var "); ok {
					name, _, _ = strings.Cut(name, " ")
					declared[at] = append(declared[at], declaration{name, d})
					continue
				}
				if depths[at] == nil {
					depths[at] = map[int]string{}
				}
				depths[at][d] = m[5]
			}
		} else if m := diagnostic.FindStringSubmatch(line); m != nil && leakLine.MatchString(m[4]) {
			leaked[pos(m[1], m[2], m[3])] = true
		}
	}
	var generics map[string]map[int]bool
	if path != "./testdata/odd" {
		generics = genericLines(p)
	}
	for at, ds := range depths {
		where := p.Fset.Position(at)
		if generics[filepath.Base(where.Filename)][where.Line] {
			continue
		}
		if _, ok := ds[p.Depth(at)]; !ok {
			t.Errorf("%s: depth %d, compiler %v", baseName(p, at), p.Depth(at), ds)
		}
	}
	for at, ds := range declared {
		where := p.Fset.Position(at)
		for _, d := range ds {
			for _, v := range p.VarsAt(at) {
				if v.Kind != SwitchVar && v.Depth != d.depth && !generics[filepath.Base(where.Filename)][where.Line] {
					t.Errorf("%s: variable %s depth %d, compiler %d", baseName(p, at), d.name, v.Depth, d.depth)
				}
			}
		}
	}
	found := 0
	for _, v := range p.vars {
		where := p.Fset.Position(v.Pos)
		if v.Loop == nil || generics[filepath.Base(where.Filename)][where.Line] {
			continue
		}
		if v.Leaked {
			found++
		}
		if v.Leaked != leaked[v.Pos] {
			t.Errorf("%s: %s leaked %t, compiler %t", baseName(p, v.Pos), v.Obj.Name(), v.Leaked, leaked[v.Pos])
		}
	}
	t.Logf("%d positions, %d leaked variables", len(depths), found)
}
