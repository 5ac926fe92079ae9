package audit

import (
	"cmp"
	"slices"

	"outlive.dev/outlive"
)

// Proof is what a model that does not predict the compiler says of a site.
type Proof struct {
	Placement outlive.Placement
	Cold      bool   // on the heap, but only on paths that end in a panic
	Reason    string // why it is on the heap, in words
}

// rank orders proofs by what they are worth, the best first.
func (p *Proof) rank() int {
	r := 2 * int(p.Placement)
	if p.Placement == outlive.Heap && !p.Cold {
		r++
	}
	return r
}

// Proved holds what is proved of sites against what the compiler does with them.
type Proved struct {
	// Join is the comparison of the model that predicts the compiler. Whether both sides speak of the same sites is
	// told from it, and which site of several at one place a line is about.
	Join *Result
	// Result is the same comparison with the verdicts of the proofs. A wrong stack of it is a gain, a wrong heap a loss.
	Result *Result

	kinds map[string]*Share
	all   Share
	still map[string]*held // what is on the heap on both sides, by reason
}

// Share counts what becomes of sites that the compiler places on the heap.
type Share struct {
	Lines  int // lines of the compiler that say heap
	Free   int // of these, those that never call the allocator. The other fields leave them out
	By     [outlive.Heap + 1]int
	Cold   int // of By[Heap], those that only paths into a panic need there
	NoSite int // lines without a site of ours
}

// held counts what one reason keeps on the heap.
type held struct{ sites, cold int }

// Allocating is the number of sites that allocate at run time, always or sometimes.
func (s *Share) Allocating() int { return s.Lines - s.Free }

// Percent is the share of these for which storage in a frame, or none, is proved to be enough.
func (s *Share) Percent() float64 {
	return percent(s.By[outlive.Stack]+s.By[outlive.Eliminated], s.Allocating(), 0)
}

// Prove holds the proofs of sites, all of which must have one, against the compiler's lines. The sites' own verdicts must be
// those of the model that predicts the compiler: they tell which line is about which site.
func Prove(out *Output, sites []Site, src *Source) *Proved {
	sites = slices.Clone(sites)
	joinProofs(out, sites, src)
	p := &Proved{Join: Compare(out, sites, src), kinds: map[string]*Share{}, still: map[string]*held{}}
	p.Result = p.Join.restate(keptVariables(p.Join, out, sites, src))
	for i := range p.Result.Pairs {
		p.count(&p.Result.Pairs[i])
	}
	return p
}

// joinProofs gives all sites at one place of a generic function the same proof, the worst: the compiler's line stands for all
// instances, and something is proved of it if it is proved of them all.
func joinProofs(out *Output, sites []Site, src *Source) {
	reported := src.reported(out)
	type joined struct {
		proof *Proof
		free  bool
	}
	places := map[key]*joined{}
	each := func(do func(k key, s *Site)) {
		for i := range sites {
			s := &sites[i]
			if _, ok := src.Generic(s.Position); ok && s.compiled(src, reported) {
				do(keyOf(s.Position, s.Class), s)
			}
		}
	}
	each(func(k key, s *Site) {
		j := places[k]
		if j == nil {
			j = &joined{s.Proof, true}
			places[k] = j
		}
		if s.Proof.rank() > j.proof.rank() {
			j.proof = s.Proof
		}
		if s.Heap {
			j.free = j.free && s.Free
		}
	})
	each(func(k key, s *Site) {
		s.Proof, s.Free = places[k].proof, s.Heap && places[k].free
	})
}

// keptVariables returns the variables that the compiler keeps, which it does not print, and that are not proved to stay.
func keptVariables(join *Result, out *Output, sites []Site, src *Source) []*Site {
	seen := map[*Site]bool{}
	places := map[key]bool{} // in generic functions, where one site stands for all
	generic := func(p Position) bool {
		_, ok := src.Generic(p)
		return ok
	}
	for _, p := range join.Pairs {
		if p.Class == ClassMoved {
			seen[p.Site] = true
			if generic(p.Position) {
				places[key{p.Position, p.Class}] = true
			}
		}
	}
	reported := src.reported(out)
	var list []*Site
	for i := range sites {
		s := &sites[i]
		if s.Class != ClassMoved || s.Heap || seen[s] || s.Proof.Placement != outlive.Heap || !s.compiled(src, reported) {
			continue
		}
		if generic(s.Position) {
			k := keyOf(s.Position, s.Class)
			if places[k] {
				continue
			}
			places[k] = true
		}
		list = append(list, s)
	}
	return list
}

// restate returns the same pairs with the verdicts of the proofs, and kept variables.
func (r *Result) restate(kept []*Site) *Result {
	pairs := slices.Clone(r.Pairs)
	for _, s := range kept {
		k := keyOf(s.Position, s.Class)
		pairs = append(pairs, Pair{Position: k.Position, Class: k.class, Kind: s.Kind, Site: s})
	}
	to := &Result{counts: map[string]*Tally{}}
	for _, p := range pairs {
		if p.Site == nil {
			to.Pairs = append(to.Pairs, p)
			continue
		}
		site := *p.Site
		site.Heap, site.Reason = site.Proof.Placement == outlive.Heap, site.Proof.Reason
		p.Site = &site
		switch {
		case p.Line != nil && p.Line.Heap && site.Heap:
			p.Outcome = BothHeap
		case p.Line != nil && p.Line.Heap:
			p.Outcome = OursStack
		case p.Line != nil && !site.Heap:
			p.Outcome = BothStack
		case p.Line != nil:
			p.Outcome = OursHeap
		case p.Class != ClassMoved:
			p.Outcome = Extra
		case site.Heap:
			p.Outcome = OursHeap
		default: // a variable both sides keep
			continue
		}
		to.Pairs = append(to.Pairs, p)
	}
	slices.SortStableFunc(to.Pairs, func(a, b Pair) int {
		return cmp.Or(a.Position.compare(b.Position), cmp.Compare(a.Class, b.Class))
	})
	for i := range to.Pairs {
		to.count(&to.Pairs[i])
	}
	return to
}

func (p *Proved) count(pair *Pair) {
	if pair.Line == nil || !pair.Line.Heap {
		return
	}
	if p.kinds[pair.Kind] == nil {
		p.kinds[pair.Kind] = new(Share)
	}
	for _, s := range []*Share{p.kinds[pair.Kind], &p.all} {
		s.Lines++
		switch site := pair.Site; {
		case site == nil:
			s.NoSite++
		case site.Free:
			s.Free++
		default:
			s.By[site.Proof.Placement]++
			if site.Heap && site.Proof.Cold {
				s.Cold++
			}
		}
	}
	if s := pair.Site; s != nil && s.Heap && !s.Free {
		h := p.still[s.Reason]
		if h == nil {
			h = new(held)
			p.still[s.Reason] = h
		}
		h.sites++
		if s.Proof.Cold {
			h.cold++
		}
	}
}

// Total returns the counts over everything.
func (p *Proved) Total() Share { return p.all }

// Kind returns the counts of one of our kinds.
func (p *Proved) Kind(kind string) Share {
	if s := p.kinds[kind]; s != nil {
		return *s
	}
	return Share{}
}

// Gained returns what the compiler places on the heap and is proved to need no allocation, by position.
func (p *Proved) Gained() []Pair {
	return p.pairs(func(pair *Pair) bool {
		return pair.Outcome == OursStack && !pair.Site.Free &&
			(pair.Site.Proof.Placement == outlive.Stack || pair.Site.Proof.Placement == outlive.Eliminated)
	})
}

// Lost returns what the compiler keeps on the stack, with or without a line that says so, and is not proved to stay, by position.
func (p *Proved) Lost() []Pair {
	return p.pairs(func(pair *Pair) bool { return pair.Outcome == OursHeap })
}

func (p *Proved) pairs(choose func(*Pair) bool) []Pair {
	var list []Pair
	for i := range p.Result.Pairs {
		if choose(&p.Result.Pairs[i]) {
			list = append(list, p.Result.Pairs[i])
		}
	}
	return list
}

// LostPercent is the number of these relative to the compiler's lines.
func (p *Proved) LostPercent() float64 { return percent(len(p.Lost()), p.Join.all.Lines, 0) }

// Shortfalls says which bars are not cleared, one line each: only those about whether both sides speak of the same sites, for
// a share of sites of which some are not known means little. That verdicts differ is what proofs are for.
func (p *Proved) Shortfalls() []string { return p.Join.all.joinShortfalls() }
