package source

import (
	"encoding/json"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func newInfo() *types.Info {
	return &types.Info{
		Types:        map[ast.Expr]types.TypeAndValue{},
		Defs:         map[*ast.Ident]types.Object{},
		Uses:         map[*ast.Ident]types.Object{},
		Implicits:    map[ast.Node]types.Object{},
		Selections:   map[*ast.SelectorExpr]*types.Selection{},
		Instances:    map[*ast.Ident]types.Instance{},
		Scopes:       map[ast.Node]*types.Scope{},
		FileVersions: map[*ast.File]string{},
	}
}

// check type-checks one file of source without imports but unsafe.
func check(t *testing.T, src string) *Package {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	info := newInfo()
	conf := types.Config{Importer: importer.Default(), Sizes: types.SizesFor("gc", "amd64"), Error: func(err error) {
		if !strings.Contains(err.Error(), "declared and not used") && !strings.Contains(err.Error(), "missing function body") {
			t.Error(err)
		}
	}}
	pkg, _ := conf.Check("p", fset, []*ast.File{f}, info)
	return New(fset, []*ast.File{f}, pkg, info, conf.Sizes, "go1.26")
}

// at returns the position of the n-th occurrence (from 1) of text in the source.
func at(t *testing.T, p *Package, src, text string, n int) token.Pos {
	t.Helper()
	off := -1
	for range n {
		i := strings.Index(src[off+1:], text)
		if i < 0 {
			t.Fatalf("no occurrence %d of %q", n, text)
		}
		off += 1 + i
	}
	return p.Fset.File(p.Files[0].Pos()).Pos(off)
}

// line returns line:column of pos.
func place(p *Package, pos token.Pos) (line, col int) {
	at := p.Fset.Position(pos)
	return at.Line, at.Column
}

// goCommand is the go command without cgo, whose generated files are not at hand.
func goCommand(args ...string) *exec.Cmd {
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	return cmd
}

// loadStd type-checks a package, named for the go command, from source, with the
// export data of what it imports.
func loadStd(t testing.TB, path string) *Package {
	t.Helper()
	out, err := goCommand("list", "-export", "-deps", "-json=ImportPath,Export,Dir,GoFiles,ImportMap", path).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	type listed struct {
		ImportPath, Export, Dir string
		GoFiles                 []string
		ImportMap               map[string]string
	}
	export := map[string]string{}
	var self listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var l listed
		if err := dec.Decode(&l); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		export[l.ImportPath] = l.Export
		self = l // the last one is the package asked for
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range self.GoFiles {
		f, err := parser.ParseFile(fset, filepath.Join(self.Dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	info := newInfo()
	conf := types.Config{
		Sizes: types.SizesFor("gc", build.Default.GOARCH),
		Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
			if to := self.ImportMap[path]; to != "" {
				path = to
			}
			return os.Open(export[path])
		}),
	}
	pkg, err := conf.Check(self.ImportPath, fset, files, info)
	if err != nil {
		t.Fatal(err)
	}
	return New(fset, files, pkg, info, conf.Sizes, "")
}
