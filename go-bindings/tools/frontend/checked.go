package frontend

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/packages"
	"outlive.dev/outlive"
	"outlive.dev/tools/facts"
)

// Checked is a package that somebody else has loaded and checked, with what is known of those it imports.
type Checked struct {
	Fset      *token.FileSet
	Files     []*ast.File
	Types     *types.Package
	Info      *types.Info
	Sizes     types.Sizes
	GoVersion string // of the package's module, like 1.26; "" for the newest
	// Facts returns what is known of a package that is imported, directly or not; nil for nothing.
	Facts func(path string) *facts.Package
}

// Program makes a program of the package.
func (c *Checked) Program() *Program {
	pkg := &packages.Package{
		ID: c.Types.Path(), PkgPath: c.Types.Path(), Name: c.Types.Name(),
		Fset: c.Fset, Syntax: c.Files, Types: c.Types, TypesInfo: c.Info, TypesSizes: c.Sizes,
	}
	if c.GoVersion != "" {
		pkg.Module = &packages.Module{GoVersion: c.GoVersion}
	}
	p := &Program{
		Lean:  true, // it is analysed, no more
		Roots: []*packages.Package{pkg}, Packages: []*packages.Package{pkg}, Fset: c.Fset,
		infos:  map[string]*packageInfo{pkg.ID: {pkg: pkg, root: true}},
		extern: map[*types.Package]*facts.Package{},
	}
	c.imports(p, c.Types)
	p.build()
	return p
}

func (c *Checked) imports(p *Program, pkg *types.Package) {
	for _, dep := range pkg.Imports() {
		if _, seen := p.extern[dep]; !seen && dep != types.Unsafe {
			p.extern[dep] = c.Facts(dep.Path())
			c.imports(p, dep)
		}
	}
}

// Facts returns what an analysis has found out about the only package of a program. Of generic functions it says what is
// true of all instances in the program, of those functions that there is an instance of that stands for all.
func (p *Program) Facts(head facts.Header, unit *Unit, result *outlive.Result, standins map[*types.Func]bool) *facts.Package {
	pkg := p.Roots[0]
	f := &facts.Package{Header: head, Path: pkg.PkgPath, Generic: declaresGeneric(pkg.Types), Funcs: map[string]facts.Func{}}
	flows := flowsOf(unit, result)
	p.addFacts(map[string]*facts.Package{pkg.PkgPath: f}, unit, flows)
	for i := range unit.Funcs {
		fn := unit.Funcs[i].SSA
		obj, ok := fn.Object().(*types.Func)
		if !ok || len(fn.TypeArgs()) == 0 || fn.Parent() != nil || len(fn.Blocks) == 0 || !standins[obj.Origin()] {
			continue
		}
		symbol := facts.Symbol(obj.Origin())
		fact, seen := f.Funcs[symbol]
		if !seen {
			fact = facts.Func{Sig: facts.Signature(obj.Origin().Signature()), Known: true, Flows: make([]outlive.Flows, len(fn.Params))}
		}
		for param, list := range flows[i] {
			join(&fact.Flows[param], list)
		}
		f.Funcs[symbol] = fact
	}
	return f
}

// join lowers the entries of a to those of b where there is a flow in b.
func join(a *outlive.Flows, b outlive.Flows) {
	for i, n := range b {
		if n != 0 && (a[i] == 0 || n < a[i]) {
			a[i] = n
		}
	}
}
