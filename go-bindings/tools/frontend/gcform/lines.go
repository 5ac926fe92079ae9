package gcform

import (
	"cmp"
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
	"outlive.dev/tools/frontend"
)

// A Line is a line of the compiler.
type Line struct {
	File   string // absolute
	Line   int
	Column int // 0 where the compiler prints none
	Text   string
	About  string       // what it is about: an allocation or variable
	Site   outlive.Site // NoSite for a line about a parameter
	Func   outlive.Func
}

// maxColumn is the first column the compiler does not print.
const maxColumn = 255

// Facts are the answers that are printed.
type Facts struct {
	Heap   func(outlive.Site) bool                                // whether a site is on the heap
	Params func(fn *frontend.FuncRef, param int) (texts []string) // what is said of a parameter
}

// Printer makes the lines of packages.
type Printer struct {
	prog    *frontend.Program
	facts   Facts
	sites   map[*ssa.Function][]*frontend.SiteRef
	funcs   map[*ssa.Function]*frontend.FuncRef
	where   map[*packages.Package]map[location]written
	printed map[outlive.Site]bool    // of an initialisation that is a function of its own
	known   map[string]*ssa.Function // all instances, and one of each shape
}

// NewPrinter returns a printer of the packages of a unit.
func NewPrinter(prog *frontend.Program, unit *frontend.Unit, facts Facts) *Printer {
	p := &Printer{prog: prog, facts: facts, sites: map[*ssa.Function][]*frontend.SiteRef{},
		funcs: map[*ssa.Function]*frontend.FuncRef{}, known: map[string]*ssa.Function{}}
	for i := range unit.Funcs {
		if f := &unit.Funcs[i]; f.SSA != nil {
			p.funcs[f.SSA] = f
			if o := f.SSA.Origin(); o != nil && f.SSA.Parent() == nil && o.TypeParams().Len() == len(f.SSA.TypeArgs()) {
				if key := shapeKey(f.SSA); p.known[key] == nil {
					p.known[key] = f.SSA
				}
				p.known[exactKey(o, f.SSA.TypeArgs())] = f.SSA
			}
		}
	}
	for i := range unit.Sites {
		s := &unit.Sites[i]
		if f := unit.Funcs[s.Func].SSA; f != nil && s.Listed && s.Line > 0 {
			p.sites[f] = append(p.sites[f], s)
		}
	}
	return p
}

// Package returns the lines of one root package, in the compiler's order.
func (p *Printer) Package(pkg *packages.Package) []Line {
	c := newCompilation(p.prog, pkg, p.known)
	p.printed = map[outlive.Site]bool{}
	var lines []Line
	for _, b := range c.batches {
		if b.outlined != nil {
			lines = p.outlinedExpressions(lines, c, b.outlined)
		}
		for _, f := range b.funcs {
			lines = p.params(lines, f)
		}
		for _, f := range b.funcs {
			lines = p.variables(lines, c, f)
		}
		for _, f := range b.funcs {
			if !isClosure(f) {
				lines = p.expressions(lines, c, f)
			}
		}
	}
	return lines
}

func column(col int) int {
	if col >= maxColumn {
		return 0
	}
	return col
}

// params adds what is said of the parameters of f.
func (p *Printer) params(lines []Line, f *ssa.Function) []Line {
	ref := p.funcs[f]
	if ref == nil {
		return lines
	}
	for i, at := range ref.Params() {
		for _, text := range p.facts.Params(ref, i) {
			lines = append(lines, Line{File: at.File, Line: at.Line, Column: column(at.Column), Text: text, About: at.Name, Site: outlive.NoSite, Func: ref.Func})
		}
	}
	return lines
}

func isVariable(k outlive.SiteKind) bool {
	return k == outlive.SiteVar || k == outlive.SiteParam || k == outlive.SiteResult
}

// variables adds the variables of f that are moved to the heap: parameters, results, then the others as they are declared.
func (p *Printer) variables(lines []Line, c *compilation, f *ssa.Function) []Line {
	var list []*frontend.SiteRef
	next := map[*ast.RangeStmt]bool{}
	for _, s := range p.sites[f] {
		if isVariable(s.Kind) && p.facts.Heap(s.Site) {
			list = append(list, s)
		}
	}
	rank := func(s *frontend.SiteRef) int {
		switch s.Kind {
		case outlive.SiteParam:
			return int(s.Index)
		case outlive.SiteResult:
			return 1<<16 + int(s.Index)
		}
		return 1 << 17
	}
	slices.SortStableFunc(list, func(a, b *frontend.SiteRef) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	qualifier := c.qualifier(f)
	for _, s := range list {
		text := s.Text
		switch {
		case strings.HasPrefix(text, "#state"):
			text = "#state" + strconv.Itoa(c.rangeNumber(f, s))
			if nest := c.leaves(f, s); nest != nil && !next[nest] {
				next[nest] = true
				lines = append(lines, Line{Text: "moved to heap: " + qualifier + "#next", About: "#next", Site: outlive.NoSite, Func: s.Func})
			}
		case text == "" && s.Kind == outlive.SiteResult:
			text = "#rv" + strconv.Itoa(int(s.Index)+1)
		}
		text = qualifier + text
		lines = append(lines, Line{s.File, s.Line, column(s.Column), "moved to heap: " + text, text, s.Site, s.Func})
	}
	return lines
}

// qualifier returns what stands before the names of variables in an instance of a function of another package.
func (c *compilation) qualifier(f *ssa.Function) string {
	if pkg := packageOf(outermost(f)); pkg != nil && pkg != c.pkg.Types {
		return pkg.Name() + "."
	}
	return ""
}

// spot is a place where something of a kind may be allocated.
type spot struct {
	file      string
	line, col int
	kind      outlive.SiteKind
}

// met is an allocation that the walk has met.
type met struct {
	order int
	text  func() string
}

// expressions adds the allocations of f and of the closures in it, in the order of evaluation.
func (p *Printer) expressions(lines []Line, c *compilation, f *ssa.Function) []Line {
	var list []*frontend.SiteRef
	var collect func(f *ssa.Function)
	collect = func(f *ssa.Function) {
		for _, s := range p.sites[f] {
			if !isVariable(s.Kind) && !p.printed[s.Site] {
				list = append(list, s)
			}
		}
		for _, a := range f.AnonFuncs {
			if isClosure(a) {
				collect(a)
			}
		}
	}
	collect(f)
	if len(list) == 0 {
		return lines
	}
	var spots map[spot][]met
	if w := c.walker(f); w != nil {
		spots = p.spots(w, w.body)
	}
	return p.place(lines, list, spots)
}

// place adds lines about sites in the order in which the walk has met them.
func (p *Printer) place(lines []Line, list []*frontend.SiteRef, spots map[spot][]met) []Line {
	placed := make([]met, len(list))
	index := make([]int, len(list))
	for i, s := range list {
		index[i] = i
		at := spot{s.File, s.Line, s.Column, s.Kind}
		all := spots[at]
		if len(all) == 0 {
			placed[i] = met{1 << 30, func() string { return s.Text }}
			continue
		}
		placed[i] = all[0]
		if len(all) > 1 {
			spots[at] = all[1:]
		}
	}
	slices.SortStableFunc(index, func(a, b int) int { return cmp.Compare(placed[a].order, placed[b].order) })
	for _, i := range index {
		s := list[i]
		text := placed[i].text()
		lines = append(lines, Line{s.File, s.Line, column(s.Column), p.verdict(s, text), text, s.Site, s.Func})
	}
	return lines
}

// spots numbers the allocations that walk meets by the order of evaluation.
func (p *Printer) spots(w *walker, walk func()) map[spot][]met {
	spots := map[spot][]met{}
	n := 0
	w.site = func(kind outlive.SiteKind, pos token.Pos, text func() string) {
		at := p.prog.Fset.Position(pos)
		k := spot{at.Filename, at.Line, at.Column, kind}
		n++
		spots[k] = append(spots[k], met{n, text})
	}
	walk()
	return spots
}

// verdict returns the line about an allocation with the given text.
func (p *Printer) verdict(s *frontend.SiteRef, text string) string {
	if s.Kind == outlive.SiteAppend {
		text = "append"
	}
	if p.facts.Heap(s.Site) {
		return text + " escapes to heap"
	}
	return text + " does not escape"
}
