package frontend

import (
	"go/types"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
	"outlive.dev/tools/facts"
	"outlive.dev/tools/frontend/internal/source"
)

// Facts of all packages, and packages by themselves from a program that is loaded as a whole: what the compiler is given, one
// package at a time. Benches compare the two on the same functions.

// PackageFacts returns what an analysis has found out about the packages of a program that was loaded from source.
func (p *Program) PackageFacts(unit *Unit, result *outlive.Result) map[*types.Package]*facts.Package {
	known, byPath := map[*types.Package]*facts.Package{}, map[string]*facts.Package{}
	for _, pkg := range p.Packages {
		if pkg.Types != nil && byPath[pkg.PkgPath] == nil {
			f := &facts.Package{Path: pkg.PkgPath, Generic: declaresGeneric(pkg.Types), Funcs: map[string]facts.Func{}}
			known[pkg.Types], byPath[pkg.PkgPath] = f, f
		}
	}
	p.addFacts(byPath, unit, flowsOf(unit, result))
	return known
}

// Alone returns the program that has the functions the compiler is given when it compiles pkg: the package's own, and the
// instances of generic functions that they need. Of the functions of other packages it has what is known.
//
// It shares pkg's syntax and SSA form with p, so neither may be used while the other one is.
func (p *Program) Alone(pkg *packages.Package, known map[*types.Package]*facts.Package) *Program {
	deps := map[*packages.Package]bool{pkg: true}
	var visit func(*packages.Package)
	visit = func(of *packages.Package) {
		for _, dep := range of.Imports {
			if !deps[dep] {
				deps[dep] = true
				visit(dep)
			}
		}
	}
	visit(pkg)
	one := &Program{
		Lean:  p.Lean,
		Roots: []*packages.Package{pkg}, Fset: p.Fset, SSA: p.SSA, infos: map[string]*packageInfo{},
		extern: map[*types.Package]*facts.Package{}, alone: pkg.Types, plain: p.plain,
	}
	for _, dep := range p.Packages {
		if !deps[dep] {
			continue
		}
		from := p.infos[dep.ID]
		one.Packages = append(one.Packages, dep)
		one.infos[dep.ID] = &packageInfo{pkg: dep, ssa: from.ssa, src: from.src, root: dep == pkg, partial: dep != pkg}
		if dep != pkg {
			one.extern[dep.Types] = known[dep.Types]
		}
	}
	return one
}

// HasBody reports whether f has a body that is part of the program.
func (p *Program) HasBody(f *ssa.Function) bool { return len(f.Blocks) > 0 && !p.foreign(f) }

// foreign reports whether f is a function of another package than the one that the program is about, and not an instance.
func (p *Program) foreign(f *ssa.Function) bool {
	if p.alone == nil {
		return false
	}
	for f.Parent() != nil {
		f = f.Parent()
	}
	return f.Pkg != nil && f.Pkg.Pkg != p.alone && len(f.TypeArgs()) == 0
}

// Tables makes the side tables of the syntax anew, of the package that the program is about.
func (p *Program) Tables() {
	for _, info := range p.infos {
		if info.root && info.ssa != nil {
			info.src = source.New(p.Fset, info.pkg.Syntax, info.pkg.Types, info.pkg.TypesInfo, sizesOf(info.pkg), goVersion(info.pkg))
		}
	}
}

// declareWrappers declares the wrappers of methods that the compiler makes with the package's types, whether they are used or not:
// those of promoted methods, and those that take a pointer where the method takes the value.
func (m *module) declareWrappers(info *packageInfo) {
	scope := info.pkg.Types.Scope()
	for _, name := range scope.Names() {
		obj, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || obj.IsAlias() {
			continue
		}
		n, ok := obj.Type().(*types.Named)
		if !ok || n.TypeParams().Len() > 0 || types.IsInterface(n) {
			continue
		}
		receivers := []types.Type{n, types.NewPointer(n)}
		if !promotes(n) {
			// The type's methods are declared functions. So are those of a pointer to it, unless one takes the value.
			if receivers = receivers[1:]; !takesValue(n) {
				continue
			}
		}
		for _, t := range receivers {
			for sel := range types.NewMethodSet(t).Methods() {
				if f := m.prog.SSA.MethodValue(sel); f != nil && m.prog.HasBody(f) {
					m.funcOf(f)
				}
			}
		}
	}
}

// promotes reports whether a type may have methods of an embedded field.
func promotes(n *types.Named) bool {
	s, ok := n.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range s.Fields() {
		if f.Embedded() {
			return true
		}
	}
	return false
}

// takesValue reports whether a method is declared on the type itself, not on a pointer to it.
func takesValue(n *types.Named) bool {
	for m := range n.Methods() {
		if _, pointer := m.Signature().Recv().Type().(*types.Pointer); !pointer {
			return true
		}
	}
	return false
}
