package main

import (
	"go/token"

	"golang.org/x/tools/go/ssa"
)

// callGraph finds strongly connected components by Tarjan's algorithm, over functions by their index.
type callGraph struct {
	index map[*ssa.Function]int
	funcs []*ssa.Function
	order []int // in which a function was met, from 1; 0 if it was not
	low   []int // the earliest that is reached from it and is still on the stack; done if it is not on the stack any more
	stack []int
	next  int
	found [][]int
}

const done = -1

func (g *callGraph) visit(i int) {
	g.next++
	g.order[i], g.low[i] = g.next, g.next
	at := len(g.stack)
	g.stack = append(g.stack, i)
	self := false
	if g.funcs[i] != nil {
		callees(g.funcs[i], func(f *ssa.Function) {
			j, ok := g.index[f]
			if !ok {
				return
			}
			self = self || i == j
			if g.order[j] == 0 {
				g.visit(j)
			}
			if g.low[j] != done {
				g.low[i] = min(g.low[i], g.low[j])
			}
		})
	}
	if g.low[i] != g.order[i] {
		return
	}
	component := append([]int(nil), g.stack[at:]...)
	g.stack = g.stack[:at]
	for _, j := range component {
		g.low[j] = done
	}
	if len(component) > 1 || self {
		g.found = append(g.found, component)
	}
}

// callees visits the functions that f calls on its own stack, as far as the calls name them: also function
// literals through the variable they are stored in. New goroutines have stacks of their own.
func callees(f *ssa.Function, visit func(*ssa.Function)) {
	for _, b := range f.Blocks {
		for _, in := range b.Instrs {
			call, ok := in.(ssa.CallInstruction)
			if !ok {
				continue
			}
			if _, ok := in.(*ssa.Go); ok {
				continue
			}
			c := call.Common()
			if callee := c.StaticCallee(); callee != nil {
				visit(callee)
			} else if load, ok := c.Value.(*ssa.UnOp); ok && load.Op == token.MUL {
				stored(f, load.X, visit)
			}
		}
	}
}

// stored visits the function literals that are stored in a local variable, which may be captured.
func stored(f *ssa.Function, variable ssa.Value, visit func(*ssa.Function)) {
	for {
		free, ok := variable.(*ssa.FreeVar)
		if !ok {
			break
		}
		if variable = binding(f, free); variable == nil {
			return
		}
		f = f.Parent()
	}
	a, ok := variable.(*ssa.Alloc)
	if !ok {
		return
	}
	for _, ref := range *a.Referrers() {
		store, ok := ref.(*ssa.Store)
		if !ok || store.Addr != a {
			continue
		}
		switch v := store.Val.(type) {
		case *ssa.MakeClosure:
			visit(v.Fn.(*ssa.Function))
		case *ssa.Function:
			visit(v)
		}
	}
}

// binding returns what a captured variable of f is in the function around it, nil if that is unknown.
func binding(f *ssa.Function, free *ssa.FreeVar) ssa.Value {
	if f.Parent() == nil {
		return nil
	}
	for _, b := range f.Parent().Blocks {
		for _, in := range b.Instrs {
			mc, ok := in.(*ssa.MakeClosure)
			if !ok || mc.Fn != f {
				continue
			}
			for i, v := range f.FreeVars {
				if v == free {
					return mc.Bindings[i]
				}
			}
		}
	}
	return nil
}
