package randprog

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"math/rand/v2"
	"slices"
	"strings"
)

// gen writes one package.
type gen struct {
	r       *rand.Rand
	pkg     *types.Package
	imports []*types.Package // packages of the program made before
	old     bool             // written for a language version in which a loop has one variable for all iterations

	pool    []types.Type  // the types that values are made of, few so that they meet
	funcs   []*types.Func // what may be called, generic functions too
	globals []local       // package variables

	// Of the function being written.
	vars   []local
	fn     *fun
	out    *strings.Builder
	budget int  // of statements
	serial int  // for names
	order  int  // number of the generic function being written: it calls only ones before it
	quiet  bool // the next block is not left at its end
	noRefs bool
	bodies []string
}

// local is a variable in sight.
type local struct {
	name  string
	t     types.Type
	fixed bool // not to be assigned to
}

// fun is a function body being written.
type fun struct {
	sig     *types.Signature
	targets []target // of break and continue
	loops   int
	lit     bool
	params  *types.TypeParamList
}

type target struct {
	label string
	loop  bool
}

// Generate returns the program of a seed, with that many packages.
func Generate(seed uint64, packages_ int) (Program, error) {
	r := rand.New(rand.NewPCG(seed, 0x6f75746c697665))
	var prog Program
	known := packages{}
	var list []*types.Package
	for i := range packages_ {
		g := &gen{r: r}
		if i > 0 && g.chance(60) {
			// With what it imports itself: its types are met as well.
			p := pick(g, list)
			g.imports = append(slices.Clone(p.Imports()), p)
			g.imports = slices.DeleteFunc(g.imports, func(p *types.Package) bool { return p == types.Unsafe })
		}
		name := fmt.Sprintf("q%d", i)
		text, err := g.write(name, known)
		if err != nil {
			return nil, fmt.Errorf("seed %d: %w", seed, err)
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name+".go", text, parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("seed %d: %s\n%w", seed, numbered(text), err)
		}
		tree := &parsed{fset: fset}
		for round := 0; ; round++ {
			pkg, errs := check(fset, f, known)
			if len(errs) == 0 {
				known[name] = pkg
				list = append(list, pkg)
				break
			}
			for _, e := range errs {
				if round == 8 || !fix(f, []types.Error{e}) {
					return nil, fmt.Errorf("seed %d: %s\n%w", seed, numbered(text), e)
				}
			}
		}
		tree.files = append(tree.files, f)
		printed, err := tree.print()
		if err != nil {
			return nil, err
		}
		prog = append(prog, printed...)
	}
	return prog, nil
}

func numbered(text string) string {
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		fmt.Fprintf(&b, "%4d %s\n", i+1, line)
	}
	return b.String()
}

// write writes a package: declarations first, then the same declarations with bodies.
func (g *gen) write(name string, known packages) (string, error) {
	d := g.declare(name)
	fset := token.NewFileSet()
	text := d.text(func(int) string { return "{ panic(0) }" })
	f, err := parser.ParseFile(fset, name+".go", text, parser.SkipObjectResolution)
	if err != nil {
		return "", fmt.Errorf("%s\n%w", numbered(text), err)
	}
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}}
	pkg, errs := checkInfo(fset, f, known, info)
	if len(errs) > 0 {
		return "", fmt.Errorf("%s\n%w", numbered(text), errs[0])
	}
	g.pkg = pkg
	var funcs []*types.Func
	for _, decl := range f.Decls {
		if fd, ok := decl.(*ast.FuncDecl); ok {
			funcs = append(funcs, info.Defs[fd.Name].(*types.Func))
		}
	}
	g.survey(d, funcs)
	return d.text(g.body), nil
}

func (g *gen) n(k int) int          { return g.r.IntN(k) }
func (g *gen) chance(pc int) bool   { return g.r.IntN(100) < pc }
func (g *gen) name(p string) string { g.serial++; return fmt.Sprintf("%s%d", p, g.serial) }

func pick[E any](g *gen, list []E) E { return list[g.n(len(list))] }

// str returns a type as source text.
func (g *gen) str(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == g.pkg {
			return ""
		}
		return p.Name()
	})
}

// option is one way to go on, taken with a probability in proportion to its weight.
type option struct {
	weight int
	write  func() bool // reports whether it applies
}

// choose tries options until one applies.
func (g *gen) choose(list []option) bool {
	total := 0
	for _, o := range list {
		total += o.weight
	}
	for range 12 {
		at := g.n(total)
		for _, o := range list {
			if at -= o.weight; at < 0 {
				if o.write() {
					return true
				}
				break
			}
		}
	}
	return false
}
