package main

import (
	"fmt"
	"strings"

	"outlive.dev/outlive"
	"outlive.dev/tools/frontend"
)

// step returns one step of a path in words, such as "&n to the result of m.Address: returned".
func (an *analysis) step(s outlive.Step) string {
	from, address := an.node(s.From)
	derefs := s.Derefs
	if address {
		derefs++ // the text stands for the address
	}
	switch named := !strings.Contains(from, " "); {
	case derefs > 0 && named:
		from = strings.Repeat("*", derefs) + from
	case derefs > 0:
		from = "what " + from + strings.Repeat(" points to", derefs)
	case derefs < 0 && named:
		from = "&" + from
	case derefs < 0:
		from = "the address of " + from
	}
	to, _ := an.node(s.To)
	why := s.Why
	if s.To.Kind == outlive.NodeResult && why == outlive.WhyAssign {
		why = outlive.WhyReturned
	}
	return fmt.Sprintf("%s to %s: %v", from, to, why)
}

// node returns a place in words, by the names of the source. What makes storage and
// is not a variable is an expression whose value is the address of that storage.
func (an *analysis) node(n outlive.Node) (text string, address bool) {
	switch n.Kind {
	case outlive.NodeSite:
		if uint64(n.Site) < uint64(len(an.unit.Sites)) {
			return siteName(&an.unit.Sites[n.Site]), !isNamed(&an.unit.Sites[n.Site])
		}
	case outlive.NodeParam:
		return an.param(n) + " of " + an.function(n.Func), false
	case outlive.NodeResult:
		if uint64(n.Func) < uint64(len(an.unit.Funcs)) {
			if f := an.unit.Funcs[n.Func].SSA; f != nil && f.Signature.Results().Len() == 1 {
				return "the result of " + an.function(n.Func), false
			}
		}
		return fmt.Sprintf("result %d of %s", n.Index+1, an.function(n.Func)), false
	case outlive.NodeHeap:
		return "the heap", false
	}
	return "a value", false
}

func siteName(s *frontend.SiteRef) string {
	switch {
	case s.Kind == outlive.SiteBox:
		return strings.TrimSpace("the box of " + s.Text)
	case s.Kind == outlive.SiteClosure:
		return "the func literal"
	case s.Kind == outlive.SiteVariadic:
		return "the slice of arguments"
	case s.Text == "":
		return "the " + s.Kind.String()
	}
	return s.Text
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
