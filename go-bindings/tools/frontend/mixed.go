package frontend

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"

	"golang.org/x/tools/go/gcexportdata"
	"golang.org/x/tools/go/packages"
	"outlive.dev/tools/facts"
)

// Mixed loading: a few packages from source, what they import from export data.
//
// Of packages that are needed only for their generic functions nothing else is checked, built or lowered.
//
// Package go/packages would load everything from source that depends on something that is; here the two kinds may
// depend on each other in any order. Packages are taken dependencies first, in one universe of types: when export
// data mentions an object of a package that has been checked from source, the reader finds it there.

// mixer loads the packages of one program.
type mixer struct {
	g       *graph
	fset    *token.FileSet
	source  map[string]part           // by path: packages to load from source
	types   map[string]*types.Package // by path; those read from export data may lack objects until imported
	exports map[string]string         // files by path
	salvage bool                      // functions that do not type-check are left out
}

// part says how much of a package is loaded from source.
type part uint8

const (
	nothing part = iota
	generics
	everything
)

// load loads the packages whose paths are in source, and the types they need.
func (g *graph) load(source map[string]part) (*Program, error) {
	m := &mixer{
		g: g, fset: token.NewFileSet(), source: source, salvage: g.salvage,
		types: map[string]*types.Package{"unsafe": types.Unsafe}, exports: map[string]string{},
	}
	var list []*packages.Package
	for _, pkg := range g.order {
		if source[pkg.PkgPath] != nothing {
			list = append(list, pkg)
		}
	}
	if err := m.findExports(list); err != nil {
		return nil, err
	}
	parallel(len(list), func(i int) { m.parse(list[i]) })
	for _, pkg := range list {
		if err := m.check(pkg); err != nil {
			return nil, err
		}
	}
	p := &Program{Lean: g.cfg.Lean, Roots: g.roots, Packages: list, Fset: m.fset, infos: map[string]*packageInfo{}, graph: g, extern: map[*types.Package]*facts.Package{}}
	for _, pkg := range list {
		p.infos[pkg.ID] = &packageInfo{pkg: pkg, partial: source[pkg.PkgPath] == generics}
	}
	for _, pkg := range g.roots {
		p.infos[pkg.ID].root = true
	}
	for path, t := range m.types {
		if source[path] != everything && path != "unsafe" {
			p.extern[t] = g.known[path]
		}
	}
	p.build()
	return p, nil
}

// findExports finds the export data of what packages of the list import: where it was the last time, or by asking the
// go command, which compiles what has not been.
func (m *mixer) findExports(list []*packages.Package) error {
	var ask []string
	for _, pkg := range list {
		for _, dep := range pkg.Imports {
			path := dep.PkgPath
			if _, ok := m.exports[path]; ok || m.source[path] != nothing || path == "unsafe" {
				continue
			}
			file := ""
			if blob, ok := m.g.cache.Store.Get(exportKey(m.g.keys[path])); ok {
				file = string(blob)
				if _, err := os.Stat(file); err != nil {
					file = ""
				}
			}
			if m.exports[path] = file; file == "" {
				ask = append(ask, path)
			}
		}
	}
	if len(ask) == 0 {
		return nil
	}
	found, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedExportFile, Dir: m.g.cfg.Dir, Env: m.g.cfg.env(), BuildFlags: m.g.cfg.BuildFlags,
	}, ask...)
	if err != nil {
		return err
	}
	for _, pkg := range found {
		if pkg.ExportFile == "" {
			continue
		}
		m.exports[pkg.PkgPath] = pkg.ExportFile
		if k, ok := m.g.keys[pkg.PkgPath]; ok {
			_ = m.g.cache.Store.Put(exportKey(k), []byte(pkg.ExportFile)) // only quicker the next time
		}
	}
	for _, path := range ask {
		if m.exports[path] == "" {
			return fmt.Errorf("no export data of %s", path)
		}
	}
	return nil
}

// parse reads the files of a package.
func (m *mixer) parse(pkg *packages.Package) {
	pkg.Fset, pkg.Errors = m.fset, nil
	pkg.Syntax = make([]*ast.File, 0, len(pkg.CompiledGoFiles))
	for _, name := range pkg.CompiledGoFiles {
		f, err := parser.ParseFile(m.fset, name, nil, parser.AllErrors|parser.ParseComments)
		if err != nil {
			pkg.Errors = append(pkg.Errors, packages.Error{Msg: err.Error(), Kind: packages.ParseError})
			continue
		}
		if m.source[pkg.PkgPath] == generics {
			dropBodies(f)
		}
		pkg.Syntax = append(pkg.Syntax, f)
	}
}

// dropBodies removes the bodies of functions that are not generic.
func dropBodies(f *ast.File) {
	for _, decl := range f.Decls {
		if d, ok := decl.(*ast.FuncDecl); ok && d.Type.TypeParams == nil && !isGenericReceiver(d.Recv) {
			d.Body = nil
		}
	}
}

func isGenericReceiver(recv *ast.FieldList) bool {
	if recv == nil || len(recv.List) == 0 {
		return false
	}
	e := ast.Unparen(recv.List[0].Type)
	if star, ok := e.(*ast.StarExpr); ok {
		e = ast.Unparen(star.X)
	}
	switch e.(type) {
	case *ast.IndexExpr, *ast.IndexListExpr:
		return true
	}
	return false
}

// check finds the types of a package that has been parsed.
func (m *mixer) check(pkg *packages.Package) error {
	if pkg.PkgPath == "unsafe" {
		pkg.Types, pkg.Syntax, pkg.TypesInfo = types.Unsafe, nil, new(types.Info)
		return nil
	}
	for _, err := range pkg.Errors {
		return err
	}
	for {
		wrong, err := m.checkOnce(pkg)
		if err == nil || !m.salvage {
			return err
		}
		dropped := false
		for _, pos := range wrong {
			if d := declAround(pkg.Syntax, pos); d != nil {
				d.Body, dropped = nil, true
			}
		}
		if !dropped {
			return err
		}
	}
}

// declAround returns the function declaration whose body is at pos, nil for none.
func declAround(files []*ast.File, pos token.Pos) *ast.FuncDecl {
	for _, f := range files {
		for _, decl := range f.Decls {
			if d, ok := decl.(*ast.FuncDecl); ok && d.Body != nil && d.Body.Pos() <= pos && pos < d.Body.End() {
				return d
			}
		}
	}
	return nil
}

// checkOnce finds the types of a package. It returns the first error, and where all are. When functions are left out, what
// is merely not used is none.
func (m *mixer) checkOnce(pkg *packages.Package) (wrong []token.Pos, first error) {
	pkg.TypesInfo = NewInfo()
	conf := types.Config{
		Importer:  importer(func(path string) (*types.Package, error) { return m.imported(pkg, path) }),
		Sizes:     sizesOf(pkg),
		GoVersion: goVersion(pkg),
	}
	conf.Error = func(err error) {
		var e types.Error
		switch {
		case m.source[pkg.PkgPath] == generics:
			// It has been analysed, so it is well-formed; without bodies it has imports that are not used.
			return
		case errors.As(err, &e):
			if m.salvage && e.Soft {
				return
			}
			wrong = append(wrong, e.Pos)
		}
		if first == nil {
			first = err
		}
	}
	t := types.NewPackage(pkg.PkgPath, pkg.Name)
	m.types[pkg.PkgPath], pkg.Types = t, t
	_ = types.NewChecker(&conf, m.fset, t, pkg.TypesInfo).Files(pkg.Syntax) // errors have been told
	return wrong, first
}

type importer func(path string) (*types.Package, error)

func (f importer) Import(path string) (*types.Package, error) { return f(path) }

// imported returns the types of what a package imports as path.
func (m *mixer) imported(pkg *packages.Package, path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	dep := pkg.Imports[path]
	if dep == nil {
		return nil, fmt.Errorf("%s is not among the imports of %s", path, pkg.PkgPath)
	}
	if t := m.types[dep.PkgPath]; t != nil && t.Complete() {
		return t, nil
	}
	if m.source[dep.PkgPath] != nothing {
		return nil, errors.New("import cycle")
	}
	f, err := os.Open(m.exports[dep.PkgPath])
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := gcexportdata.NewReader(f)
	if err != nil {
		return nil, err
	}
	return gcexportdata.Read(r, m.fset, m.types, dep.PkgPath)
}
