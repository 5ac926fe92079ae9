package main

import (
	"fmt"
	"strings"

	"outlive.dev/outlive"
)

// step returns one step of a path in words, such as "&n to the result of m.Address: returned".
func (an *analysis) step(s outlive.Step) string {
	prefix := "&"
	if s.Derefs >= 0 {
		prefix = strings.Repeat("*", s.Derefs)
	}
	from := an.node(s.From)
	if strings.Contains(from, " ") && s.Derefs != 0 {
		// A place that has no name in the source takes words.
		switch {
		case s.Derefs < 0:
			from, prefix = "the address of "+from, ""
		default:
			from, prefix = "what "+from+" points to", strings.Repeat("*", s.Derefs-1)
		}
	}
	return fmt.Sprintf("%s%s to %s: %v", prefix, from, an.node(s.To), s.Why)
}

// node returns a place in words, by the names of the source.
func (an *analysis) node(n outlive.Node) string {
	switch n.Kind {
	case outlive.NodeSite:
		if uint64(n.Site) < uint64(len(an.unit.Sites)) {
			site := &an.unit.Sites[n.Site]
			if isVariable(site.Kind) && site.Text != "" {
				return site.Text
			}
			if site.Text != "" && !strings.Contains(site.Text, " ") {
				return site.Text
			}
			return "the " + site.Kind.String()
		}
	case outlive.NodeParam:
		return an.param(n) + " of " + an.function(n.Func)
	case outlive.NodeResult:
		if uint64(n.Func) < uint64(len(an.unit.Funcs)) {
			if f := an.unit.Funcs[n.Func].SSA; f != nil && f.Signature.Results().Len() == 1 {
				return "the result of " + an.function(n.Func)
			}
		}
		return fmt.Sprintf("result %d of %s", n.Index+1, an.function(n.Func))
	case outlive.NodeHeap:
		return "the heap"
	}
	return "a value"
}

// param returns the name of a parameter, or its number if it has none.
func (an *analysis) param(n outlive.Node) string {
	if uint64(n.Func) < uint64(len(an.unit.Funcs)) {
		if f := an.unit.Funcs[n.Func].SSA; f != nil && n.Index < len(f.Params) {
			if name := f.Params[n.Index].Name(); name != "" && name != "_" {
				return "parameter " + name
			}
		}
	}
	return fmt.Sprintf("parameter %d", n.Index+1)
}

// function returns the name of a function, its package by its last element.
func (an *analysis) function(f outlive.Func) string {
	if uint64(f) >= uint64(len(an.unit.Funcs)) {
		return "a function"
	}
	fn := &an.unit.Funcs[f]
	if i := strings.LastIndexByte(fn.Package, '/'); i >= 0 {
		return strings.ReplaceAll(fn.Name, fn.Package, fn.Package[i+1:])
	}
	return fn.Name
}
