package audit

import (
	"cmp"
	"maps"
	"slices"
)

// Site is one allocation of ours with its verdict.
type Site struct {
	Position
	Kind   string // our finer kind, a row of the table
	Class  Class  // the class of the line the compiler would print
	Heap   bool
	Text   string // the allocation as source text
	Reason string // why it is on the heap, in words

	// Instance marks a site in an instance of a generic function that the named packages may or may
	// not need, because only the method set of a type leads to it. It is compared if the
	// compiler says anything about the generic function, for then it has compiled one.
	Instance bool

	// Of a comparison with proofs, see Prove.
	Proof *Proof
	Free  bool // on the heap it would never call the allocator
}

// Outcome says how a key fared on both sides.
type Outcome uint8

// The outcomes. The first two agree.
const (
	BothHeap Outcome = iota
	BothStack
	OursStack // ours stack, compiler heap: the dangerous one
	OursHeap  // ours heap, compiler stack
	Missed    // a line of the compiler with no site of ours
	Extra     // a site of ours with no line of the compiler
	numOutcomes
)

var outcomeNames = [numOutcomes]string{
	"both heap", "both stack", "ours stack, compiler heap", "ours heap, compiler stack", "compiler only", "ours only",
}

// String returns the outcome in words.
func (o Outcome) String() string { return outcomeNames[o] }

// Pair is one element of the union: a compiler line, a site of ours, or both.
type Pair struct {
	Position
	Class   Class
	Outcome Outcome
	Kind    string // ours, or guessed from the compiler's text where we have no site
	Line    *Line  // nil: the compiler prints nothing
	Site    *Site  // nil: we know no such site
}

// Result is a finished comparison.
type Result struct {
	Pairs  []Pair // by position
	Tags   *Tags  // of parameters; nil if they were not compared
	counts map[string]*Tally
	class  [numClasses]Tally
	all    Tally
}

// Tally counts outcomes.
type Tally struct {
	Lines   int // lines of the compiler
	Matched int // of these, those with a line of ours
	Extra   int // lines of ours without one of the compiler's
	By      [numOutcomes]int
}

// key is what both sides are joined on.
type key struct {
	Position
	class Class
}

func keyOf(p Position, c Class) key {
	p.Col = clampColumn(p.Col)
	return key{p, c}
}

// group is everything that shares one key.
type group struct {
	heapLines, stackLines []*Line
	heapSites, stackSites []*Site
}

// Compare joins the compiler's lines with our sites.
func Compare(out *Output, sites []Site, src *Source) *Result {
	lines, reported := out.Lines, src.reported(out)
	groups := map[key]*group{}
	at := func(p Position, c Class) *group {
		k := keyOf(p, c)
		g := groups[k]
		if g == nil {
			g = new(group)
			groups[k] = g
		}
		return g
	}
	for i := range lines {
		l := &lines[i]
		g := at(l.Position, l.Class)
		if l.Heap {
			g.heapLines = append(g.heapLines, l)
		} else {
			g.stackLines = append(g.stackLines, l)
		}
	}
	for i := range sites {
		s := &sites[i]
		if !s.compiled(src, reported) {
			continue
		}
		g := at(s.Position, s.Class)
		if s.Heap {
			g.heapSites = append(g.heapSites, s)
		} else {
			g.stackSites = append(g.stackSites, s)
		}
	}
	r := &Result{counts: map[string]*Tally{}}
	for k, g := range groups {
		if _, ok := src.Generic(k.Position); ok {
			g.collapse()
		}
		r.pair(k, g)
	}
	slices.SortFunc(r.Pairs, func(a, b Pair) int {
		return cmp.Or(a.Position.compare(b.Position), cmp.Compare(a.Class, b.Class), cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(a.Kind, b.Kind))
	})
	for i := range r.Pairs {
		r.count(&r.Pairs[i])
	}
	return r
}

// compiled reports whether a site is one that the compiler has met, see [Site.Instance].
func (s *Site) compiled(src *Source, reported map[Position]bool) bool {
	if !s.Instance {
		return true
	}
	line, ok := src.Generic(s.Position)
	return ok && reported[Position{File: s.File, Line: line}]
}

func (p Position) compare(q Position) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Col, q.Col))
}

// collapse leaves one line and one site: the heap's if there is one.
func (g *group) collapse() {
	if len(g.heapLines) > 0 {
		g.heapLines, g.stackLines = g.heapLines[:1], nil
	} else if len(g.stackLines) > 0 {
		g.stackLines = g.stackLines[:1]
	}
	if len(g.heapSites) > 0 {
		g.heapSites, g.stackSites = g.heapSites[:1], nil
	} else if len(g.stackSites) > 0 {
		g.stackSites = g.stackSites[:1]
	}
}

// pair pairs equal verdicts first, then unequal ones; what is left has no partner.
func (r *Result) pair(k key, g *group) {
	match := func(o Outcome, lines []*Line, sites []*Site) ([]*Line, []*Site) {
		n := min(len(lines), len(sites))
		for i := range n {
			r.add(k, o, lines[i], sites[i])
		}
		return lines[n:], sites[n:]
	}
	g.heapLines, g.heapSites = match(BothHeap, g.heapLines, g.heapSites)
	g.stackLines, g.stackSites = match(BothStack, g.stackLines, g.stackSites)
	g.heapLines, g.stackSites = match(OursStack, g.heapLines, g.stackSites)
	g.stackLines, g.heapSites = match(OursHeap, g.stackLines, g.heapSites)
	for _, l := range slices.Concat(g.heapLines, g.stackLines) {
		r.add(k, Missed, l, nil)
	}
	for _, s := range slices.Concat(g.heapSites, g.stackSites) {
		switch {
		case k.class != ClassMoved:
			r.add(k, Extra, nil, s)
		case s.Heap: // the compiler knows the variable and keeps it
			r.add(k, OursHeap, nil, s)
		} // a variable both sides keep is printed by neither
	}
}

func (r *Result) add(k key, o Outcome, l *Line, s *Site) {
	p := Pair{Position: k.Position, Class: k.class, Outcome: o, Line: l, Site: s}
	if s != nil {
		p.Kind = s.Kind
	} else {
		p.Kind = guessKind(k.class, l.Text)
	}
	r.Pairs = append(r.Pairs, p)
}

func (r *Result) count(p *Pair) {
	t := r.counts[p.Kind]
	if t == nil {
		t = new(Tally)
		r.counts[p.Kind] = t
	}
	for _, t := range []*Tally{t, &r.class[p.Class], &r.all} {
		t.By[p.Outcome]++
		// A variable that we keep prints no line of ours.
		ours := p.Site != nil && (p.Class != ClassMoved || p.Site.Heap)
		switch {
		case p.Line != nil && ours:
			t.Lines++
			t.Matched++
		case p.Line != nil:
			t.Lines++
		case ours:
			t.Extra++
		}
	}
}

// Total returns the counts over everything.
func (r *Result) Total() Tally { return r.all }

// Kind returns the counts of one of our kinds.
func (r *Result) Kind(kind string) Tally {
	if t := r.counts[kind]; t != nil {
		return *t
	}
	return Tally{}
}

// Kinds returns the kinds that occur, sorted.
func (r *Result) Kinds() []string { return slices.Sorted(maps.Keys(r.counts)) }

// ByClass returns the counts of one message class.
func (r *Result) ByClass(c Class) Tally { return r.class[c] }

// Disagreements returns the pairs that do not agree, wrong stacks first, then
// by outcome and position.
func (r *Result) Disagreements() []Pair {
	var list []Pair
	for _, p := range r.Pairs {
		if p.Outcome > BothStack {
			list = append(list, p)
		}
	}
	slices.SortStableFunc(list, func(a, b Pair) int { return cmp.Compare(a.Outcome, b.Outcome) })
	return list
}

// Union is the number of elements counted.
func (t Tally) Union() int {
	n := 0
	for _, v := range t.By {
		n += v
	}
	return n
}

// MatchedPercent is the share of compiler lines that have a line of ours.
func (t Tally) MatchedPercent() float64 { return percent(t.Matched, t.Lines, 100) }

// ExtraPercent is the number of lines only we would print, relative to the compiler's lines.
func (t Tally) ExtraPercent() float64 { return percent(t.Extra, t.Lines, 0) }

// AgreePercent is the share of equal verdicts in the union.
func (t Tally) AgreePercent() float64 { return percent(t.By[BothHeap]+t.By[BothStack], t.Union(), 100) }

// percent returns 100n/of; of nothing, it returns the given value, or 100 if there is an n all the same.
func percent(n, of int, none float64) float64 {
	if of == 0 {
		if n > 0 {
			return 100
		}
		return none
	}
	return 100 * float64(n) / float64(of)
}
