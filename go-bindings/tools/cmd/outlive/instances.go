package main

import (
	"golang.org/x/tools/go/ssa"
	"outlive.dev/tools/frontend"
)

// The compiler compiles an instance of a generic function in every package that needs it, and
// reports it there, under the position of the generic function. So the instances that
// belong to a package are those its functions refer to, and those that these refer to in turn.

// isInstance reports whether a function is an instance of a generic one, or lies in such an instance.
func isInstance(fn *frontend.FuncRef) bool {
	return fn.SSA != nil && outermost(fn.SSA).Origin() != nil
}

// outermost returns the declared function around a function literal.
func outermost(f *ssa.Function) *ssa.Function {
	for f.Parent() != nil {
		f = f.Parent()
	}
	return f
}

// neededInstances returns the functions of all instances that the functions of root packages need.
func neededInstances(unit *frontend.Unit) map[*ssa.Function]bool {
	needed := map[*ssa.Function]bool{}
	var work []*ssa.Function
	need := func(f *ssa.Function) {
		if f != nil && !needed[f] && outermost(f).Origin() != nil {
			needed[f] = true
			work = append(work, f)
		}
	}
	for i := range unit.Funcs {
		if fn := &unit.Funcs[i]; fn.Root && !isInstance(fn) && fn.SSA != nil {
			references(fn.SSA, need)
		}
	}
	for len(work) > 0 {
		f := work[len(work)-1]
		work = work[:len(work)-1]
		references(f, need)
	}
	return needed
}

// references calls visit for the functions that f refers to, and for its function literals.
func references(f *ssa.Function, visit func(*ssa.Function)) {
	for _, lit := range f.AnonFuncs {
		visit(lit)
	}
	var operands []*ssa.Value
	for _, b := range f.Blocks {
		for _, in := range b.Instrs {
			operands = in.Operands(operands[:0])
			for _, op := range operands {
				if g, ok := (*op).(*ssa.Function); ok {
					visit(g)
				}
			}
		}
	}
}
