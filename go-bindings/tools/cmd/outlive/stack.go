package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
	"outlive.dev/tools/report"
)

// recursionLimit is how many bytes a recursive component may place on the stack before there is a warning.
const recursionLimit = 16 << 10

// stackBytes returns, by function, the bytes that its storage on the stack takes: all variables and allocations that are listed and
// placed there, each at its full size. That is no frame size: the compiler keeps variables in registers and reuses
// slots, and adds what calls need.
func (an *analysis) stackBytes() []uint64 {
	if an.bytes != nil {
		return an.bytes
	}
	bytes := make([]uint64, len(an.unit.Funcs))
	for _, v := range an.result.Verdicts() {
		if !v.Silent() && uint64(v.Site) < uint64(len(an.unit.Sites)) {
			bytes[an.unit.Sites[v.Site].Func] += an.onStack(v)
		}
	}
	an.bytes = bytes
	return bytes
}

// onStack returns the bytes of a frame that a site takes, 0 if it is elsewhere.
func (an *analysis) onStack(v outlive.Verdict) uint64 {
	site := &an.unit.Sites[v.Site]
	if site.Kind == outlive.SiteResult && site.Text == "" {
		return 0 // not a variable of the program
	}
	switch v.Placement {
	case outlive.Stack:
		return site.Size
	case outlive.Bounded:
		return uint64(v.Bound)
	}
	return 0
}

// frames returns the functions of the named packages that place anything on the stack, by position. Of the instances of a
// generic function it is the one that places most.
func (an *analysis) frames() []report.Frame {
	bytes := an.stackBytes()
	var list []report.Frame
	at := map[report.Position]int{}
	for i := range an.unit.Funcs {
		fn := &an.unit.Funcs[i]
		if !fn.Root || fn.SSA == nil || bytes[i] == 0 {
			continue
		}
		p := an.prog.Fset.Position(fn.SSA.Pos())
		f := report.Frame{Position: report.Position{File: p.Filename, Line: p.Line, Column: p.Column}, Function: fn.Name, Bytes: bytes[i]}
		if j, ok := at[f.Position]; ok && isInstance(fn) {
			if f.Bytes > list[j].Bytes {
				list[j] = f
			}
			continue
		}
		at[f.Position] = len(list)
		list = append(list, f)
	}
	slices.SortStableFunc(list, func(x, y report.Frame) int {
		return cmp.Or(cmp.Compare(x.File, y.File), cmp.Compare(x.Line, y.Line), cmp.Compare(x.Column, y.Column))
	})
	return list
}

// recursions warns of functions of the named packages that call each other, or themselves, and together place more than the limit on
// the stack: a deep recursion overflows it.
func (an *analysis) recursions() []string {
	bytes := an.stackBytes()
	var out []string
	for _, component := range an.recursive() {
		total, root := uint64(0), false
		var names []string
		for _, i := range component {
			total += bytes[i]
			root = root || an.unit.Funcs[i].Root
			names = append(names, an.function(outlive.Func(i)))
		}
		if total <= recursionLimit || !root {
			continue
		}
		slices.Sort(names)
		if len(names) > 4 {
			names = append(names[:4], fmt.Sprintf("%d more", len(names)-4))
		}
		out = append(out, fmt.Sprintf("recursion through %s places %d bytes on the stack", strings.Join(names, ", "), total))
	}
	slices.Sort(out)
	return out
}

// recursive returns the strongly connected components of the static calls that have a call in them, as indices of functions.
func (an *analysis) recursive() [][]int {
	n := len(an.unit.Funcs)
	g := &callGraph{index: map[*ssa.Function]int{}, funcs: make([]*ssa.Function, n), order: make([]int, n), low: make([]int, n)}
	for i := range an.unit.Funcs {
		if f := an.unit.Funcs[i].SSA; f != nil {
			g.index[f], g.funcs[i] = i, f
		}
	}
	for i := range an.unit.Funcs {
		if g.order[i] == 0 {
			g.visit(i)
		}
	}
	return g.found
}
