package frontend

import (
	"crypto/sha256"
	"errors"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
	"outlive.dev/tools/facts"
	"outlive.dev/tools/frontend/internal/source"
)

// Cache says where package facts are kept, and which they are.
type Cache struct {
	Store          *facts.Store
	Model, Profile string // of the analysis the facts come from
}

// LoadUnit loads the packages that match the patterns, and lowers them. With a cache only those are loaded from source
// that the patterns name, whose facts are missing, or whose generic functions are instantiated; of the others the
// store has the facts. The verdicts about the named packages are the same either way. After the analysis
// [Program.Remember] completes the store. With a [*LoadError] there may be a program all the same: without the functions
// that have type errors. A nil cache, packages with errors or
// tests, and an overlay mean loading everything.
func LoadUnit(cfg Config, c *Cache, patterns ...string) (*Program, *Unit, error) {
	var g *graph
	if c != nil && c.Store != nil && !cfg.Tests && cfg.Overlay == "" {
		// Whatever is wrong with the packages, Load says it better.
		if g, _ = listGraph(cfg, c, patterns); g != nil {
			if p, unit := g.unit(); p != nil {
				return p, unit, nil
			}
		}
	}
	p, err := Load(cfg, patterns...)
	var load *LoadError
	if errors.As(err, &load) && !cfg.Tests && cfg.Overlay == "" {
		p, unit := salvage(cfg, c, patterns)
		return p, unit, err
	}
	if err != nil {
		return nil, nil, err
	}
	p.graph = g
	unit, err := p.Module()
	return p, unit, err
}

// salvage loads packages with type errors without the functions that have them; nil if there are other errors.
func salvage(cfg Config, c *Cache, patterns []string) (*Program, *Unit) {
	if c == nil {
		c = new(Cache)
	}
	g, err := listGraph(cfg, c, patterns)
	if err != nil {
		return nil, nil
	}
	g.salvage = true
	p, unit := g.unit()
	if p != nil {
		p.graph = nil // nothing of this is worth remembering
	}
	return p, unit
}

// unit loads and lowers what must be loaded from source; nil if everything may as well be, or something is wrong.
func (g *graph) unit() (*Program, *Unit) {
	source := map[string]part{}
	for _, pkg := range g.order {
		if g.known[pkg.PkgPath] == nil && pkg.PkgPath != "unsafe" {
			source[pkg.PkgPath] = everything
		}
	}
	for _, pkg := range g.roots {
		source[pkg.PkgPath] = everything
	}
	g.addUsers(source)
	if 2*len(source) > len(g.order) && len(g.order) > 8 && !g.salvage {
		return nil, nil
	}
	for _, pkg := range g.order {
		if source[pkg.PkgPath] == everything {
			g.addGeneric(source, pkg)
		}
	}
	hint := g.hintKey()
	if blob, ok := g.cache.Store.Get(hint); ok {
		for path := range strings.FieldsSeq(string(blob)) {
			if g.byID[path] != nil && source[path] == nothing {
				source[path] = generics
			}
		}
	}
	var needed []string
	for {
		p, err := g.load(source)
		if err != nil {
			return nil, nil
		}
		unit, err := p.Module()
		if err != nil {
			return nil, nil
		}
		if len(p.needs) == 0 {
			if len(needed) > 0 {
				_ = g.cache.Store.Put(hint, []byte(strings.Join(needed, " "))) // only quicker the next time
			}
			return p, unit
		}
		for path := range p.needs {
			source[path] = generics
			needed = append(needed, path)
		}
		slices.Sort(needed)
	}
}

// addGeneric adds what a package imports and has generic functions, for it likely calls some. Not package runtime,
// which is large and has few.
func (g *graph) addGeneric(source map[string]part, pkg *packages.Package) {
	for _, dep := range pkg.Imports {
		if k := g.known[dep.PkgPath]; k != nil && k.Generic && source[dep.PkgPath] == nothing && dep.PkgPath != "runtime" {
			source[dep.PkgPath] = generics
			g.addGeneric(source, dep)
		}
	}
}

// addUsers adds the packages that depend on a root with generic functions: what is said of those is joined over all
// instances in the program.
func (g *graph) addUsers(source map[string]part) {
	users := map[string]bool{}
	for _, pkg := range g.roots {
		k := g.known[pkg.PkgPath]
		users[pkg.PkgPath] = k == nil || k.Generic
	}
	for _, pkg := range g.order {
		for _, dep := range pkg.Imports {
			if users[dep.PkgPath] {
				users[pkg.PkgPath], source[pkg.PkgPath] = true, everything
			}
		}
	}
}

// hintKey names the entry that says which packages the roots needed from source the last time.
func (g *graph) hintKey() facts.Key {
	h := sha256.New()
	putText(h, "needs")
	for _, pkg := range g.roots {
		putText(h, pkg.PkgPath)
	}
	return facts.Key(h.Sum(nil))
}

func exportKey(k facts.Key) facts.Key {
	h := sha256.New()
	putText(h, "export")
	h.Write(k[:])
	return facts.Key(h.Sum(nil))
}

// Remember puts the facts of packages that were loaded from source into the store, as far as it lacks them. The error
// says why something could not be kept; the answers are right all the same.
func (p *Program) Remember(unit *Unit, result *outlive.Result) error {
	if p.graph == nil {
		return nil
	}
	made := map[string]*facts.Package{}
	for _, pkg := range p.Packages {
		if pkg.PkgPath != "unsafe" && p.graph.known[pkg.PkgPath] == nil {
			made[pkg.PkgPath] = &facts.Package{
				Header: p.graph.head, Path: pkg.PkgPath, Generic: declaresGeneric(pkg.Types), Funcs: map[string]facts.Func{},
			}
		}
	}
	if len(made) == 0 {
		return nil
	}
	p.addFacts(made, unit, flowsOf(unit, result))
	var first error
	for path, f := range made {
		if err := p.graph.cache.Store.Put(p.graph.keys[path], f.Encode()); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// flowsOf returns the summaries of an analysis by function and parameter. Parameters at the end that have no pointers may be missing.
func flowsOf(unit *Unit, result *outlive.Result) [][]outlive.Flows {
	flows := make([][]outlive.Flows, len(unit.Funcs))
	for _, s := range result.Summaries() {
		list := &flows[s.Func]
		for uint32(len(*list)) <= s.Param {
			*list = append(*list, outlive.Flows{})
		}
		(*list)[s.Param] = s.Flows()
	}
	return flows
}

// addFacts adds what an analysis has found to the facts of packages by path.
func (p *Program) addFacts(made map[string]*facts.Package, unit *Unit, flows [][]outlive.Flows) {
	for i := range unit.Funcs {
		ref := &unit.Funcs[i]
		if f := made[ref.Package]; f != nil {
			p.addFact(f, ref, flows[i])
		}
	}
}

// addFact adds what is known of a declared function.
func (p *Program) addFact(to *facts.Package, ref *FuncRef, flows []outlive.Flows) {
	f := ref.SSA
	obj, ok := f.Object().(*types.Func)
	if !ok || f.Parent() != nil || f.Synthetic != "" || len(f.TypeArgs()) > 0 || isGeneric(f) {
		return
	}
	fact := facts.Func{Sig: facts.Signature(obj.Signature()), Pragmas: uint8(ref.pragmas), Bodyless: len(f.Blocks) == 0}
	if !fact.Bodyless {
		fact.Known = true
		fact.Flows = make([]outlive.Flows, len(f.Params))
		copy(fact.Flows, flows)
	}
	to.Funcs[facts.Symbol(obj)] = fact
}

// declaresGeneric reports whether a package exports functions or types with type parameters.
func declaresGeneric(pkg *types.Package) bool {
	for _, name := range pkg.Scope().Names() {
		if !token.IsExported(name) {
			continue
		}
		switch obj := pkg.Scope().Lookup(name).(type) {
		case *types.Func:
			if obj.Signature().TypeParams().Len() > 0 {
				return true
			}
		case *types.TypeName:
			if n, ok := obj.Type().(*types.Named); ok && n.TypeParams().Len() > 0 {
				return true
			}
		}
	}
	return false
}

// factOf returns what is known of a function of a package that is not loaded from source.
func (p *Program) factOf(f *ssa.Function) (facts.Func, bool) {
	if len(p.extern) == 0 || f.Parent() != nil || p.HasBody(f) {
		return facts.Func{}, false
	}
	obj, ok := f.Object().(*types.Func)
	if !ok {
		return facts.Func{}, false
	}
	obj = obj.Origin()
	known := p.extern[obj.Pkg()]
	if known == nil {
		return facts.Func{}, false
	}
	return known.Lookup(facts.Symbol(obj), facts.Signature(obj.Signature()))
}

// promise tells the module what is known of an external function, and notes generic functions whose bodies are missing.
func (m *module) promise(f *ssa.Function, id outlive.Func, fact facts.Func, ok bool) {
	if len(m.prog.extern) == 0 {
		return
	}
	if origin := originOf(f); origin != nil && !ok {
		if m.isExtern(origin) {
			if m.prog.needs == nil {
				m.prog.needs = map[string]bool{}
			}
			m.prog.needs[origin.Object().Pkg().Path()] = true
		}
		return
	}
	if !ok || !fact.Known {
		return
	}
	for i, flows := range fact.Flows {
		m.b.Promise(id, uint32(i), flows)
	}
}

// isExternPackage reports whether nothing of a package is loaded from source.
func (m *module) isExternPackage(pkg *types.Package) bool {
	_, ok := m.prog.extern[pkg]
	return ok && m.infos[pkg] == nil
}

// isExtern reports whether a function is declared in such a package.
func (m *module) isExtern(f *ssa.Function) bool {
	obj := f.Object()
	return obj != nil && m.isExternPackage(obj.Pkg())
}

// bodyless reports whether a function is declared without a body.
func (m *module) bodyless(f *ssa.Function) bool {
	if fact, ok := m.prog.factOf(f); ok {
		return fact.Bodyless
	}
	return !m.prog.HasBody(f)
}

// pragmasOf returns the compiler directives of a declared function; fact is what is known of it if it is not loaded from source.
func (m *module) pragmasOf(f *ssa.Function, fact facts.Func) source.Pragma {
	info := m.infoOf(f)
	d, ok := f.Syntax().(*ast.FuncDecl)
	if info == nil || !ok {
		return source.Pragma(fact.Pragmas)
	}
	return info.src.Pragmas(d)
}

// pragmas is pragmasOf for a function at hand.
func (m *module) pragmas(f *ssa.Function) source.Pragma {
	fact, _ := m.prog.factOf(f)
	return m.pragmasOf(f, fact)
}
