package randprog

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// decls are the declarations of a package as text. Those of functions end before the body.
type decls struct {
	name    string
	imports []string
	plain   []string // types, constants
	vars    []string // names of variables with their types
	funcs   []string
	inits   []string // initial values of the variables, made after the types are known
	pool    []string // types worth having values of
}

func (d *decls) text(body func(i int) string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "package %s\n\nimport \"unsafe\"\n", d.name)
	for _, p := range d.imports {
		fmt.Fprintf(&b, "import %q\n", Module+"/"+p)
	}
	b.WriteString("\nvar _ unsafe.Pointer\n\nconst debug = false\nconst limit = 4\n\n")
	for _, p := range d.imports {
		fmt.Fprintf(&b, "var _ %s.S0\n\n", p)
	}
	for _, s := range d.plain {
		b.WriteString(s + "\n\n")
	}
	for i, s := range d.vars {
		b.WriteString("var " + s)
		if i < len(d.inits) && d.inits[i] != "" {
			b.WriteString(" = " + d.inits[i])
		}
		b.WriteString("\n\n")
	}
	for i, s := range d.funcs {
		b.WriteString(s + " " + body(i) + "\n\n")
	}
	// What passes the checker only if it is used.
	for i, p := range d.pool {
		fmt.Fprintf(&b, "var _pool%d %s\n", i, p)
	}
	return b.String()
}

var plainTypes = []string{
	"int", "int", "string", "bool", "byte", "*int", "*int", "*int", "**int", "***int", "[]int", "[]*int", "[]*int", "[][]*int", "[]byte",
	"[]rune", "[2]*int", "*[2]*int", "[3]int", "[]any", "[]string", "map[string]*int", "map[int][]*int", "map[*int]string", "map[int]int",
	"chan *int", "chan int", "<-chan *int", "chan<- []*int", "func()", "func()", "func() *int", "func(*int) *int", "func(*int)", "any", "any", "error",
	"unsafe.Pointer", "uintptr", "func(func(*int) bool)", "func(func(int, *int) bool)", "func(func() bool)", "[2][2]*int", "*string",
	"struct{ A *int; B int }", "*struct{ A *int }", "[]func()", "map[string]func() *int", "func(...*int)", "func(...any) *int", "*any", "*[]*int",
	"[200]*int", "float64", "[1]*int", "struct{ A *int }", "func() (*int, *int)", "struct{}", "[0]*int", "func(int) func() *int", "[40]int",
}

// declare makes the declarations of a package.
func (g *gen) declare(name string) *decls {
	d := &decls{name: name}
	types_ := slices.Clone(plainTypes)
	g.r.Shuffle(len(types_), func(i, j int) { types_[i], types_[j] = types_[j], types_[i] })
	types_ = append(types_[:9+g.n(6)], "*int", "int", "[]*int", "any")
	for _, p := range g.imports {
		d.imports = append(d.imports, p.Name())
		types_ = append(types_, p.Name()+".S0", "*"+p.Name()+".S0", p.Name()+".I0")
		if p.Scope().Lookup("G0") != nil {
			types_ = append(types_, "*"+p.Name()+".G0[*int]")
		}
	}
	one := func() string { return pick(g, types_) }

	// Interfaces: methods have the same signature wherever they are declared.
	methods := make([]string, 3+g.n(3))
	for i := range methods {
		methods[i] = fmt.Sprintf("M%d%s", i, g.signature(one, 2, 2))
	}
	for i := range 1 + g.n(2) {
		set := map[int]bool{g.n(len(methods)): true}
		if g.chance(50) {
			set[g.n(len(methods))] = true
		}
		var list []string
		for k, m := range methods {
			if set[k] {
				list = append(list, m)
			}
		}
		t := fmt.Sprintf("I%d", i)
		d.plain = append(d.plain, "type "+t+" interface {\n"+strings.Join(list, "\n")+"\n}")
		types_ = append(types_, t, "[]"+t)
	}

	// Structures, each may hold and embed the ones before it; pointers to any.
	var receivers []string
	structs := 2 + g.n(3)
	for i := range structs {
		t := fmt.Sprintf("S%d", i)
		var fields []string
		for k := range 1 + g.n(4) {
			ft := one()
			if g.chance(15) {
				ft = "*" + fmt.Sprintf("S%d", g.n(structs))
			}
			fields = append(fields, string(rune('A'+k))+" "+ft)
		}
		if i > 0 && g.chance(40) {
			e := fmt.Sprintf("S%d", g.n(i))
			if g.chance(50) {
				e = "*" + e
			}
			fields = append(fields, e)
		}
		if g.chance(20) {
			fields = append(fields, "I0")
		}
		if len(g.imports) > 0 && g.chance(20) {
			fields = append(fields, g.imports[0].Name()+".I0")
		}
		fields = slices.CompactFunc(fields, func(a, b string) bool { return strings.HasSuffix(a, "I0") && strings.HasSuffix(b, "I0") })
		d.plain = append(d.plain, "type "+t+" struct {\n"+strings.Join(fields, "\n")+"\n}")
		types_ = append(types_, t, "*"+t, "*"+t)
		if g.chance(40) {
			types_ = append(types_, "[]"+t, "[]*"+t)
		}
		if g.chance(30) {
			types_ = append(types_, "map[string]*"+t, "[2]"+t, "**"+t)
		}
		receivers = append(receivers, t)
	}
	for i := range g.n(3) {
		t := fmt.Sprintf("N%d", i)
		u := pick(g, []string{"int", "string", "[]*int", "func() *int", "map[string]*int", "[2]*int", "func(func(*int) bool)", "[]byte", "chan *int", "*int"})
		d.plain = append(d.plain, "type "+t+" "+u)
		types_ = append(types_, t)
		if u != "*int" {
			receivers = append(receivers, t)
		}
	}
	for i, t := range receivers {
		for _, m := range methods {
			if g.chance(45) {
				r := t
				if i < structs && g.chance(60) {
					r = "*" + t
				}
				d.funcs = append(d.funcs, g.receiver(r)+m)
			}
		}
	}

	// Generics.
	generic := g.chance(60)
	if generic {
		d.plain = append(d.plain, "type G0[T any] struct {\nA T\nB *T\nC []T\nD *G0[T]\n}")
		types_ = append(types_, "G0[int]", "*G0[*int]", "*G0["+receivers[0]+"]")
		inside := func() string {
			if g.chance(60) {
				return pick(g, []string{"T", "*T", "[]T", "*G0[T]", "func() T", "func(T)", "map[string]T", "G0[T]", "func(func(T) bool)"})
			}
			return one()
		}
		for i := range 1 + g.n(3) {
			d.funcs = append(d.funcs, fmt.Sprintf("func (g *G0[T]) GM%d%s", i, g.signature(inside, 2, 2)))
		}
		if g.chance(30) {
			d.funcs = append(d.funcs, "func (G0[T]) GV"+g.signature(inside, 2, 1))
		}
		if g.chance(40) {
			d.funcs = append(d.funcs, "func (g *G0[T]) All(yield func(*T) bool)")
		}
		for i := range 1 + g.n(3) {
			params := pick(g, []string{"T any", "T any", "T comparable", "T, U any", "T ~int | ~string", "T ~[]*int", "T I0", "T interface{ *int | *string }"})
			d.funcs = append(d.funcs, fmt.Sprintf("func X%d[%s]%s", i, params, g.signature(inside, 3, 2)))
		}
	}

	// Functions.
	var results string
	for i := range 5 + g.n(6) {
		sig := g.signature(one, 4, 3)
		if g.chance(6) {
			sig = g.signature(one, 3, 8)
		}
		if results != "" && g.chance(15) {
			sig = "(" + results + ")" + sig[g.closing(sig)+1:]
		}
		if at := strings.LastIndex(sig, ") ("); at >= 0 && g.closing(sig) == at {
			results = ""
			for k, r := range splitTypes(sig[at+3 : len(sig)-1]) {
				if f := strings.Fields(r); len(f) > 1 && (f[0] == "_" || strings.HasPrefix(f[0], "r")) {
					r = r[len(f[0])+1:]
				}
				results += fmt.Sprintf("p%d %s, ", k, r)
			}
		}
		d.funcs = append(d.funcs, fmt.Sprintf("func F%d%s", i, sig))
	}
	for i := range 2 + g.n(4) {
		d.vars = append(d.vars, fmt.Sprintf("V%d %s", i, one()))
	}
	seen := map[string]bool{}
	for _, t := range types_ {
		if !seen[t] {
			seen[t] = true
			d.pool = append(d.pool, t)
		}
	}
	return d
}

// splitTypes splits a list at the commas that are not inside brackets.
func splitTypes(list string) []string {
	var out []string
	depth, from := 0, 0
	for i, c := range list {
		switch c {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		case ',':
			if depth == 0 {
				out = append(out, strings.TrimSpace(list[from:i]))
				from = i + 1
			}
		}
	}
	return append(out, strings.TrimSpace(list[from:]))
}

// closing returns where the list of parameters ends that a signature begins with.
func (g *gen) closing(sig string) int {
	depth := 0
	for i, c := range sig {
		switch c {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(sig) - 1
}

func (g *gen) receiver(t string) string {
	switch {
	case g.chance(8):
		return "func (" + t + ") "
	case g.chance(4):
		return "func (_ " + t + ") "
	}
	return "func (x " + t + ") "
}

// signature returns parameters and results as text.
func (g *gen) signature(one func() string, params, results int) string {
	var list []string
	blank := g.chance(4)
	for i := range g.n(params + 1) {
		p := fmt.Sprintf("p%d", i)
		if blank || g.chance(4) {
			p = "_"
		}
		list = append(list, p+" "+one())
	}
	if g.chance(10) {
		list = append(list, "ps ..."+one())
	}
	sig := "(" + strings.Join(list, ", ") + ")"
	k := g.n(results + 1)
	if results > 4 {
		k = 4 + g.n(results-3)
	}
	named := g.chance(35)
	list = nil
	for i := range k {
		t := one()
		if named {
			r := fmt.Sprintf("r%d", i)
			if g.chance(8) {
				r = "_"
			}
			t = r + " " + t
		}
		list = append(list, t)
	}
	switch {
	case k == 1 && !named:
		sig += " " + list[0]
	case k > 0:
		sig += " (" + strings.Join(list, ", ") + ")"
	}
	return sig
}

// survey reads from the checked declarations what the bodies are made of, and makes initial values.
func (g *gen) survey(d *decls, funcs []*types.Func) {
	scope := g.pkg.Scope()
	for i := range d.pool {
		t := scope.Lookup(fmt.Sprintf("_pool%d", i)).Type()
		g.pool = append(g.pool, t)
	}
	d.pool = nil
	for _, p := range append(slices.Clone(g.imports), g.pkg) {
		for _, name := range p.Scope().Names() {
			switch o := p.Scope().Lookup(name).(type) {
			case *types.Func:
				g.funcs = append(g.funcs, o)
			case *types.Var:
				if o.Exported() {
					text := name
					if p != g.pkg {
						text = p.Name() + "." + name
					}
					g.globals = append(g.globals, local{text, o.Type(), false})
				}
			}
		}
	}
	g.noRefs = true
	for _, v := range d.vars {
		text := ""
		if g.chance(40) {
			g.budget = 3
			g.out = new(strings.Builder)
			t := scope.Lookup(v[:strings.IndexByte(v, ' ')]).Type()
			g.fn = &fun{sig: types.NewSignatureType(nil, nil, nil, nil, nil, false)}
			text = g.expr(t, 2)
			if text == "nil" {
				text = ""
			}
		}
		d.inits = append(d.inits, text)
	}
	g.noRefs = false
	for _, f := range funcs {
		g.bodies = append(g.bodies, g.function(f))
	}
}

// body returns a function's body.
func (g *gen) body(i int) string { return g.bodies[i] }
