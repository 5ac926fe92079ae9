package gcform

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
	"outlive.dev/tools/frontend"
)

// A compilation is one package as the compiler sees it: its own functions, and the instances it needs.
type compilation struct {
	prog *frontend.Program
	pkg  *packages.Package

	lits    map[*ssa.Function]map[ast.Node]*ssa.Function
	needs   map[*ssa.Function][]*ssa.Function // instances that a function refers to
	known   map[string]*ssa.Function          // instances by shape, see instances.go
	shapes  map[string]*ssa.Function          // the instance that stands for a shape
	ids     map[*ssa.Function]int
	stack   []*ssa.Function
	gen     int
	batches []batch
}

// A batch is a set of functions that are analysed together, or the initialisation of a package variable that has become
// a function of its own.
type batch struct {
	funcs    []*ssa.Function
	outlined *types.Initializer
}

const done = int(^uint(0) >> 1)

// newCompilation finds the batches of a package, in the order in which they are analysed.
func newCompilation(prog *frontend.Program, pkg *packages.Package, known map[string]*ssa.Function) *compilation {
	c := &compilation{
		prog: prog, pkg: pkg, known: known,
		lits:   map[*ssa.Function]map[ast.Node]*ssa.Function{},
		needs:  map[*ssa.Function][]*ssa.Function{},
		shapes: map[string]*ssa.Function{},
		ids:    map[*ssa.Function]int{},
	}
	own := prog.SSA.Package(pkg.Types)
	if own == nil {
		return c
	}
	if init := own.Func("init"); init != nil {
		c.visit(init)
		for _, f := range c.initLiterals(init) {
			c.visit(f)
		}
	}
	var declared []*ssa.Function
	for _, file := range pkg.Syntax {
		for _, d := range file.Decls {
			decl, ok := d.(*ast.FuncDecl)
			if !ok || decl.Name.Name == "_" {
				continue
			}
			obj, ok := pkg.TypesInfo.Defs[decl.Name].(*types.Func)
			if !ok {
				continue
			}
			if f := prog.SSA.FuncValue(obj); f != nil && f.TypeParams().Len() == 0 {
				declared = append(declared, f)
			}
		}
	}
	for _, f := range declared {
		c.visit(f)
	}
	for _, f := range c.instantiated(own.Func("init"), declared) {
		c.visit(f)
	}
	return c
}

// isClosure reports whether f is a function literal that captures something. To the compiler the others are functions like any
// other; in instances, all literals capture the dictionary.
func isClosure(f *ssa.Function) bool {
	if f.Parent() == nil {
		return false
	}
	_, rangeBody := f.Syntax().(*ast.RangeStmt)
	return rangeBody || len(f.FreeVars) > 0 || outermost(f).Origin() != nil
}

// isInit reports whether f initialises the package variables.
func (c *compilation) isInit(f *ssa.Function) bool {
	return f.Synthetic == "package initializer"
}

// initLiterals lists the function literals in the initialisation of package variables, in the order in which they are read.
func (c *compilation) initLiterals(init *ssa.Function) (list []*ssa.Function) {
	for _, in := range c.pkg.TypesInfo.InitOrder {
		outer := []*ssa.Function{init}
		var ends []ast.Node
		ast.Inspect(in.Rhs, func(n ast.Node) bool {
			if n == nil {
				if last := len(ends) - 1; ends[last] != nil {
					outer = outer[:len(outer)-1]
					ends = ends[:last]
				} else {
					ends = ends[:last]
				}
				return true
			}
			var entered ast.Node
			if parent := outer[len(outer)-1]; parent != nil {
				if f := c.literals(parent)[n]; f != nil {
					outer = append(outer, f)
					entered = n
					if !isClosure(f) {
						list = append(list, f)
					}
				}
			}
			ends = append(ends, entered)
			return true
		})
	}
	return list
}

// literals returns the functions that literals and range bodies right inside f are.
func (c *compilation) literals(f *ssa.Function) map[ast.Node]*ssa.Function {
	m, ok := c.lits[f]
	if !ok {
		m = map[ast.Node]*ssa.Function{}
		for _, a := range f.AnonFuncs {
			m[a.Syntax()] = a
		}
		c.lits[f] = m
	}
	return m
}

// walker returns a walker of f, nil if its source is unknown.
func (c *compilation) walker(f *ssa.Function) *walker {
	outer := outermost(f)
	src := c.prog.Source(packageOf(outer))
	if src == nil {
		return nil
	}
	w := &walker{c: c, fn: f, src: src, site: func(outlive.SiteKind, token.Pos, func() string) {}}
	w.text = &textWriter{src: src, types: typeWriter{local: c.pkg.Types, subst: substitution(outer)}}
	return w
}

// substitution returns the type arguments of an instance.
func substitution(f *ssa.Function) map[*types.TypeParam]types.Type {
	o := f.Origin()
	if o == nil || len(f.TypeArgs()) != o.TypeParams().Len() {
		return nil
	}
	m := map[*types.TypeParam]types.Type{}
	for i, a := range f.TypeArgs() {
		m[o.TypeParams().At(i)] = a
	}
	return m
}

func outermost(f *ssa.Function) *ssa.Function {
	for f.Parent() != nil {
		f = f.Parent()
	}
	return f
}

func packageOf(f *ssa.Function) *types.Package {
	if f.Pkg != nil {
		return f.Pkg.Pkg
	}
	if o := f.Origin(); o != nil && o.Pkg != nil {
		return o.Pkg.Pkg
	}
	if obj := f.Object(); obj != nil {
		return obj.Pkg()
	}
	return nil
}

// visit is the search for strongly connected components, with the compiler's two twists: a function literal is never the
// root of one, and a function that does not refer to itself is one alone.
func (c *compilation) visit(f *ssa.Function) int {
	if id, ok := c.ids[f]; ok {
		return id
	}
	c.gen++
	id := c.gen
	c.ids[f] = id
	c.gen++
	low := c.gen
	c.stack = append(c.stack, f)
	if w := c.walker(f); w != nil {
		w.ref = func(g *ssa.Function) { low = min(low, c.visit(g)) }
		w.body()
	}
	if (low == id || low == id+1) && !isClosure(f) {
		i := slices.Index(c.stack, f)
		found := slices.Clone(c.stack[i:])
		c.stack = c.stack[:i]
		for _, g := range found {
			c.ids[g] = done
		}
		c.batches = append(c.batches, batch{funcs: found})
	}
	return low
}

// refer meets the function an identifier names.
func (w *walker) refer(id *ast.Ident) {
	if f, ok := w.src.Info.Uses[id].(*types.Func); ok {
		w.referFunc(f, id.Pos())
	}
}

func (w *walker) referMethod(s *types.Selection, pos token.Pos) {
	if f, ok := s.Obj().(*types.Func); ok && !isAbstract(s) {
		w.referFunc(f, pos)
	}
}

// referFunc meets a function; of a generic one the instances that the present function refers to.
func (w *walker) referFunc(obj *types.Func, pos token.Pos) {
	if w.ref == nil || w.data(pos) {
		return
	}
	obj = obj.Origin()
	f := w.c.prog.SSA.FuncValue(obj)
	if f == nil {
		return
	}
	if f.TypeParams().Len() == 0 {
		if obj.Pkg() == w.c.pkg.Types {
			w.ref(f)
		}
		return
	}
	for _, g := range w.c.instances(w.fn) {
		if g.Origin() == f {
			w.ref(w.c.shaped(g))
		}
	}
}
