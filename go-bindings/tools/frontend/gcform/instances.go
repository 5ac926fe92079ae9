package gcform

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// Instances of generic functions are compiled in every package that mentions them, once per shape, and so are all methods of
// an instance of a generic type that is mentioned anywhere in what the package has to read. They come after the functions of the
// package, in the order in which the compiler reads bodies: from a stack, so the last one met is the first.

// shapeKey names the shape of an instance.
func shapeKey(g *ssa.Function) string {
	tw := typeWriter{link: true}
	var key strings.Builder
	key.WriteString(g.Origin().RelString(nil))
	for i, a := range g.TypeArgs() {
		key.WriteString("," + tw.shape(g.Origin().TypeParams().At(i), a))
	}
	return key.String()
}

// exactKey names an instance of origin itself.
func exactKey(origin *ssa.Function, args []types.Type) string {
	var key strings.Builder
	key.WriteString("=" + origin.RelString(nil))
	for _, a := range args {
		key.WriteString("," + types.TypeString(a, nil))
	}
	return key.String()
}

// shaped returns the instance that is compiled for g: the first of its shape.
func (c *compilation) shaped(g *ssa.Function) *ssa.Function {
	key := shapeKey(g)
	if first := c.shapes[key]; first != nil {
		return first
	}
	c.shapes[key] = g
	return g
}

// A reader meets instances as the compiler does when it reads a package.
type reader struct {
	c     *compilation
	types map[types.Type]bool
	seen  map[*ssa.Function]bool
	stack []*ssa.Function
}

// instantiated returns the instances that a package needs, in the order in which they are read.
func (c *compilation) instantiated(init *ssa.Function, declared []*ssa.Function) []*ssa.Function {
	r := &reader{c: c, types: map[types.Type]bool{}, seen: map[*ssa.Function]bool{}}
	if init != nil {
		r.body(init)
	}
	for _, file := range c.pkg.Syntax {
		for _, d := range file.Decls {
			r.decl(d)
		}
	}
	r.stack = append(r.stack, declared...)
	var order []*ssa.Function
	for len(r.stack) > 0 {
		f := r.stack[len(r.stack)-1]
		r.stack = r.stack[:len(r.stack)-1]
		if f.Origin() != nil {
			order = append(order, f)
		}
		order = append(order, loose(f)...)
		r.body(f)
	}
	return order
}

// loose lists the function literals in f that capture nothing. They are functions like any other; mostly they have
// been met before, where they stand, but not if that code is dead.
func loose(f *ssa.Function) (list []*ssa.Function) {
	for _, a := range f.AnonFuncs {
		if !isClosure(a) {
			list = append(list, a)
		}
		list = append(list, loose(a)...)
	}
	return list
}

// decl meets the types of a declaration.
func (r *reader) decl(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if f, ok := r.c.pkg.TypesInfo.Defs[d.Name].(*types.Func); ok {
			r.typ(f.Type())
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if t := r.c.pkg.TypesInfo.Defs[s.Name]; t != nil {
					r.typ(t.Type())
				}
			case *ast.ValueSpec:
				for _, id := range s.Names {
					if v := r.c.pkg.TypesInfo.Defs[id]; v != nil {
						r.typ(v.Type())
					}
				}
			}
		}
	}
}

// body meets what the body of a function mentions.
func (r *reader) body(f *ssa.Function) {
	var operands []*ssa.Value
	for _, b := range f.Blocks {
		for _, in := range b.Instrs {
			if v, ok := in.(ssa.Value); ok {
				r.typ(v.Type())
			}
			operands = in.Operands(operands[:0])
			for _, op := range operands {
				if *op == nil {
					continue
				}
				if g, ok := (*op).(*ssa.Function); ok && (g.Synthetic == "" || g.Origin() != nil) && g.Parent() == nil {
					r.typ(g.Signature)
					if recv := g.Signature.Recv(); recv != nil {
						r.typ(recv.Type())
					}
				}
			}
		}
	}
	for _, g := range r.c.instances(f) {
		r.push(g)
	}
	for _, a := range f.AnonFuncs {
		r.body(a)
	}
}

// push puts an instance on the stack, unless one of its shape has been there.
func (r *reader) push(g *ssa.Function) {
	g = r.c.shaped(g)
	if !r.seen[g] {
		r.seen[g] = true
		r.stack = append(r.stack, g)
	}
}

// typ meets a type and all that its definition mentions.
func (r *reader) typ(t types.Type) {
	if t == nil || r.types[t] {
		return
	}
	r.types[t] = true
	switch t := t.(type) {
	case *types.Alias:
		r.typ(types.Unalias(t))
	case *types.Named:
		r.named(t)
	case *types.Pointer:
		r.typ(t.Elem())
	case *types.Slice:
		r.typ(t.Elem())
	case *types.Array:
		r.typ(t.Elem())
	case *types.Chan:
		r.typ(t.Elem())
	case *types.Map:
		r.typ(t.Key())
		r.typ(t.Elem())
	case *types.Struct:
		for v := range t.Fields() {
			r.typ(v.Type())
		}
	case *types.Tuple:
		for v := range t.Variables() {
			r.typ(v.Type())
		}
	case *types.Signature:
		r.typ(t.Params())
		r.typ(t.Results())
	case *types.Interface:
		for m := range t.Methods() {
			r.typ(m.Type())
		}
	}
}

// named meets the methods of a type; those of an instance are compiled.
func (r *reader) named(t *types.Named) {
	for a := range t.TypeArgs().Types() {
		r.typ(a)
		if _, ok := a.(*types.TypeParam); ok {
			return
		}
	}
	if t.TypeParams().Len() > t.TypeArgs().Len() {
		return
	}
	r.typ(t.Underlying())
	for m := range t.Methods() {
		r.typ(m.Type())
		if t.TypeArgs().Len() == 0 {
			continue
		}
		origin := r.c.prog.SSA.FuncValue(m.Origin())
		if origin == nil {
			continue
		}
		tw := typeWriter{link: true}
		key := origin.RelString(nil)
		for i := range t.TypeArgs().Len() {
			key += "," + tw.shape(origin.TypeParams().At(i), t.TypeArgs().At(i))
		}
		g := r.c.known[exactKey(origin, slices.Collect(t.TypeArgs().Types()))]
		if g == nil {
			g = r.c.known[key]
		}
		if g != nil {
			r.push(g)
		}
	}
}

// instances lists the instances of generic functions that f refers to, through wrappers too.
func (c *compilation) instances(f *ssa.Function) []*ssa.Function {
	list, ok := c.needs[f]
	if ok {
		return list
	}
	c.needs[f] = nil
	seen := map[*ssa.Function]bool{}
	var operands []*ssa.Value
	for _, b := range f.Blocks {
		for _, in := range b.Instrs {
			operands = in.Operands(operands[:0])
			for _, op := range operands {
				g, ok := (*op).(*ssa.Function)
				if !ok || seen[g] {
					continue
				}
				seen[g] = true
				switch {
				case g.Origin() != nil && g.Syntax() != nil:
					list = append(list, g)
				case g.Synthetic != "" && g.Syntax() == nil && g.Parent() == nil && !c.isInit(g):
					list = append(list, c.instances(g)...)
				}
			}
		}
	}
	c.needs[f] = list
	return list
}
