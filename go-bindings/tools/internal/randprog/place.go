package randprog

import (
	"fmt"
	"go/types"
)

// place is what a chain of selectors, indices and indirections leads to.
type place struct {
	text   string
	t      types.Type
	addr   bool // has an address
	assign bool // may be assigned to
	steps  int
}

// roots returns the variables in sight. The ones declared last come first.
func (g *gen) roots() []place {
	var list []place
	for i := len(g.vars) - 1; i >= 0; i-- {
		v := g.vars[i]
		list = append(list, place{v.name, v.t, !v.fixed, !v.fixed, 0})
	}
	if !g.noRefs {
		for _, v := range g.globals {
			list = append(list, place{v.name, v.t, true, true, 0})
		}
	}
	return list
}

// index returns an index that is in range for arrays of n elements; for a slice n is 0.
func (g *gen) index(n int64) string {
	if g.chance(25) {
		for _, v := range g.vars {
			if types.Identical(v.t, types.Typ[types.Int]) && g.chance(50) {
				return v.name
			}
		}
	}
	if n > 0 {
		return fmt.Sprint(g.n(int(min(n, 3))))
	}
	return fmt.Sprint(g.n(3))
}

// next returns the places one step away.
func (g *gen) next(p place) []place {
	var list []place
	add := func(text string, t types.Type, addr, assign bool) {
		list = append(list, place{text, t, addr, assign, p.steps + 1})
	}
	fields := func(s *types.Struct, t types.Type, addr bool) {
		for f := range s.Fields() {
			if f.Name() == "_" || !f.Exported() {
				continue
			}
			if o, _, _ := types.LookupFieldOrMethod(t, true, g.pkg, f.Name()); o == types.Object(f) {
				add(p.text+"."+f.Name(), f.Type(), addr, addr)
			}
			if !f.Embedded() {
				continue
			}
			// Promoted fields.
			et, isPtr := f.Type(), false
			if ptr, ok := et.Underlying().(*types.Pointer); ok {
				et, isPtr = ptr.Elem(), true
			}
			if es, ok := et.Underlying().(*types.Struct); ok {
				for ef := range es.Fields() {
					if o, _, _ := types.LookupFieldOrMethod(t, true, g.pkg, ef.Name()); o == types.Object(ef) {
						add(p.text+"."+ef.Name(), ef.Type(), addr || isPtr, addr || isPtr)
					}
				}
			}
		}
	}
	if _, ok := p.t.(*types.TypeParam); ok {
		return nil
	}
	switch u := p.t.Underlying().(type) {
	case *types.Struct:
		fields(u, p.t, p.addr)
	case *types.Array:
		if u.Len() > 0 {
			add(p.text+"["+g.index(u.Len())+"]", u.Elem(), p.addr, p.addr)
		}
	case *types.Slice:
		add(p.text+"["+g.index(0)+"]", u.Elem(), true, true)
	case *types.Map:
		add(p.text+"["+g.key(u.Key())+"]", u.Elem(), false, true)
	case *types.Chan:
		if u.Dir() != types.SendOnly {
			add("(<-"+p.text+")", u.Elem(), false, false)
		}
	case *types.Pointer:
		add("(*"+p.text+")", u.Elem(), true, true)
		switch e := u.Elem().Underlying().(type) {
		case *types.Struct:
			if _, named := u.Elem().(*types.Pointer); !named {
				fields(e, p.t, true)
			}
		case *types.Array:
			if e.Len() > 0 {
				add(p.text+"["+g.index(e.Len())+"]", e.Elem(), true, true)
			}
		}
	}
	return list
}

// key returns a simple key of a map.
func (g *gen) key(t types.Type) string {
	for _, v := range g.vars {
		if types.Identical(v.t, t) && g.chance(40) {
			return v.name
		}
	}
	return g.literal(t)
}

// places returns the places of at most that many steps that are wanted.
func (g *gen) places(steps int, want func(p *place) bool) []place {
	var found []place
	work := g.roots()
	if len(work) > 14 {
		work = append(work[:8:8], work[len(work)-6:]...)
	}
	for len(work) > 0 && len(found) < 60 {
		p := work[0]
		work = work[1:]
		if want(&p) {
			found = append(found, p)
		}
		if p.steps < steps && len(work) < 400 {
			work = append(work, g.next(p)...)
		}
	}
	return found
}

// place returns one of the places that are wanted.
func (g *gen) place(steps int, want func(p *place) bool) (place, bool) {
	list := g.places(steps, want)
	if len(list) == 0 {
		return place{}, false
	}
	return pick(g, list), true
}

// ofType wants places of a type.
func ofType(t types.Type) func(*place) bool {
	return func(p *place) bool { return types.Identical(p.t, t) }
}

// under wants places whose type is of a form.
func under[U types.Type](p *place) bool {
	if _, ok := p.t.(*types.TypeParam); ok {
		return false
	}
	_, ok := p.t.Underlying().(U)
	return ok
}
