package audit

import "fmt"

// The bars that an audit must clear.
const (
	minMatched  = 99.95 // percent of the compiler's lines
	maxExtra    = 0.1   // percent of the same
	minAgree    = 99.95 // percent of the union
	minOneClass = 99.5  // percent of the union, for every kind and class of minSites or more
	minSites    = 20
	minTags     = 99.9 // percent of parameters
)

// Shortfalls says which bars the result does not clear, one line each; none if all is well. A wrong stack is always
// one, for whoever trusts it keeps a pointer to memory that is gone.
func (r *Result) Shortfalls() []string {
	var list []string
	short := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	t := r.all
	list = append(list, t.joinShortfalls()...)
	if p := t.AgreePercent(); p < minAgree {
		short("agree=%.3f%%, less than %v%%", p, minAgree)
	}
	if n := t.By[OursStack]; n > 0 {
		short("ours-stack-gc-heap=%d, not 0", n)
	}
	one := func(name string, t Tally) {
		if p := t.AgreePercent(); t.Union() >= minSites && p < minOneClass {
			short("%s: agree=%.3f%% of %d, less than %v%%", name, p, t.Union(), minOneClass)
		}
	}
	for _, kind := range r.Kinds() {
		one(kind, *r.counts[kind])
	}
	for c := range numClasses {
		one(c.String(), r.class[c])
	}
	if r.Tags != nil {
		if p := r.Tags.EqualPercent(); p < minTags {
			short("tags=%.3f%%, less than %v%%", p, minTags)
		}
	}
	return list
}

// joinShortfalls says which bars are not cleared that are about knowing the same sites as the compiler.
func (t *Tally) joinShortfalls() []string {
	var list []string
	if p := t.MatchedPercent(); p < minMatched {
		list = append(list, fmt.Sprintf("matched=%.3f%%, less than %v%%", p, minMatched))
	}
	if p := t.ExtraPercent(); p > maxExtra {
		list = append(list, fmt.Sprintf("extra=%.3f%%, more than %v%%", p, maxExtra))
	}
	return list
}
