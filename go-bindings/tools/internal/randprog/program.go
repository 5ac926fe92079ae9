package randprog

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
)

// Module is the path of the module that generated packages are written for.
const Module = "r"

// Package is one package of a program: one file.
type Package struct {
	Name string // of the package and its folder; the import path is Module/…/Name
	Text string
}

// Program is a list of packages, imported ones first.
type Program []Package

// parsed is a program as syntax.
type parsed struct {
	fset  *token.FileSet
	files []*ast.File
}

func (p Program) parse() (*parsed, error) {
	out := &parsed{fset: token.NewFileSet()}
	for _, pkg := range p {
		f, err := parser.ParseFile(out.fset, pkg.Name+".go", pkg.Text, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		out.files = append(out.files, f)
	}
	return out, nil
}

// print is the inverse of parse.
func (p *parsed) print() (Program, error) {
	var out Program
	for _, f := range p.files {
		var b bytes.Buffer
		if err := format.Node(&b, p.fset, f); err != nil {
			return nil, err
		}
		out = append(out, Package{f.Name.Name, b.String()})
	}
	return out, nil
}

// packages is an importer of packages that are there already, by the last element of the path.
type packages map[string]*types.Package

// Import returns a package of the program.
func (p packages) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if pkg := p[path[strings.LastIndexByte(path, '/')+1:]]; pkg != nil {
		return pkg, nil
	}
	return nil, fmt.Errorf("no package %s", path)
}

// check type-checks a file and returns all errors.
func check(fset *token.FileSet, f *ast.File, imports packages) (*types.Package, []types.Error) {
	return checkInfo(fset, f, imports, nil)
}

func checkInfo(fset *token.FileSet, f *ast.File, imports packages, info *types.Info) (*types.Package, []types.Error) {
	var errs []types.Error
	cfg := types.Config{Importer: imports, Sizes: types.SizesFor("gc", "amd64"), Error: func(err error) {
		if e, ok := err.(types.Error); ok {
			errs = append(errs, e)
		}
	}}
	pkg, _ := cfg.Check(Module+"/"+f.Name.Name, fset, []*ast.File{f}, info) // errors are those that were collected
	return pkg, errs
}

// Check returns what is wrong with a program, nil if it type-checks.
func Check(p Program) error {
	tree, err := p.parse()
	if err != nil {
		return err
	}
	imports := packages{}
	for _, f := range tree.files {
		pkg, errs := check(tree.fset, f, imports)
		if len(errs) > 0 {
			return errs[0]
		}
		imports[f.Name.Name] = pkg
	}
	return nil
}

// Functions counts the functions, methods and function literals of a program.
func (p Program) Functions() int {
	tree, err := p.parse()
	if err != nil {
		return 0
	}
	n := 0
	for _, f := range tree.files {
		ast.Inspect(f, func(x ast.Node) bool {
			switch x.(type) {
			case *ast.FuncDecl, *ast.FuncLit:
				n++
			}
			return true
		})
	}
	return n
}
