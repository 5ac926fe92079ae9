package source

import (
	"fmt"
	"go/ast"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	captureLine = regexp.MustCompile(`capturing by (ref|value): (\S+) \(addr=(\w+) assign=(\w+) width=(\d+)\)`)
	devirtLine  = regexp.MustCompile(`^(?:partially )?devirtualizing (.*) to (.*)$`)
	selfLine    = regexp.MustCompile(`ignoring self-assignment in `)
)

// TestStdFacts compares captures, devirtualised calls and self-assignments with
// what the compiler says about them.
func TestStdFacts(t *testing.T) {
	for _, path := range compared() {
		t.Run(path, func(t *testing.T) { compareFacts(t, path) })
	}
}

func compareFacts(t *testing.T, path string) {
	out, err := goCommand("build", "-gcflags=-m=2 -l", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p := loadStd(t, path)
	own := map[string]bool{}
	for _, f := range p.Files {
		own[p.Fset.Position(f.FileStart).Filename] = true
	}
	// Generic functions are compiled here only if instances of them are.
	instances := path == "./testdata/odd"
	var generics map[string]map[int]bool
	if !instances {
		generics = genericLines(p)
	}
	want := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		m := diagnostic.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil || !own[absolute(m[1])] {
			continue
		}
		l, _ := strconv.Atoi(m[2])
		where := fmt.Sprintf("%s:%s:%s", filepath.Base(m[1]), m[2], m[3])
		if generics[filepath.Base(m[1])][l] {
			continue
		}
		if c := captureLine.FindStringSubmatch(m[4]); c != nil && !strings.HasPrefix(c[2], "#") && !strings.HasPrefix(c[2], "~") && !strings.HasPrefix(c[2], ".") {
			want[fmt.Sprintf("%s capture %s addr=%s assign=%s %s", where, c[2], c[3], c[4], c[1])] = true
		} else if d := devirtLine.FindStringSubmatch(m[4]); d != nil {
			want[where+" devirtualise"] = true
		} else if selfLine.MatchString(m[4]) {
			want[where+" self"] = true
		}
	}
	for k := range want {
		// The second closure of a variable captured by reference finds its
		// address taken, by the first one.
		if again := strings.Replace(k, "addr=false", "addr=true", 1); again != k {
			delete(want, again)
		}
	}
	got := facts(p, instances)
	for k := range want {
		if !got[k] {
			t.Errorf("compiler only: %s", k)
		}
	}
	for k := range got {
		if !want[k] {
			t.Errorf("tables only: %s", k)
		}
	}
	t.Logf("%d facts", len(want))
}

// facts words the tables' facts like the compiler's.
func facts(p *Package, instances bool) map[string]bool {
	got := map[string]bool{}
	for _, v := range p.vars {
		if !v.Captured || v.Obj.Name() == "" || !instances && v.Func.Decl != nil && generic(p, v.Func.Decl) {
			continue
		}
		how := "ref"
		if p.CaptureByValue(v, nil) {
			how = "value"
		}
		got[fmt.Sprintf("%s capture %s addr=%t assign=%t %s", baseName(p, v.Pos), v.Obj.Name(), v.AddrTaken, v.Reassigned, how)] = true
	}
	for _, f := range p.Files {
		for _, d := range f.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && !instances && generic(p, fd) {
				continue
			}
			ast.Inspect(d, func(n ast.Node) bool {
				if n == nil || p.Dead(n.Pos()) {
					return n != nil
				}
				switch n := n.(type) {
				case *ast.CallExpr:
					if sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok && p.Info.Selections[sel] != nil && p.ConcreteType(sel.X) != nil {
						got[baseName(p, n.Lparen)+" devirtualise"] = true
					}
				case *ast.AssignStmt:
					for i := range n.Lhs {
						if p.IsSelfAssign(n, i) {
							got[baseName(p, n.TokPos)+" self"] = true
						}
					}
				}
				return true
			})
		}
	}
	return got
}

func baseName(p *Package, pos token.Pos) string {
	at := p.Fset.Position(pos)
	return fmt.Sprintf("%s:%d:%d", filepath.Base(at.Filename), at.Line, at.Column)
}
