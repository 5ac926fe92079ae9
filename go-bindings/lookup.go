package outlive

import (
	"iter"
	"sort"
)

// VerdictOf returns the verdict on a site, false if there is none: the site is of a function without a body, or does not exist.
func (r *Result) VerdictOf(site Site) (Verdict, bool) {
	defer r.use().release()
	t := r.a.verdicts
	i := sort.Search(t.n, func(i int) bool { return (*Verdict)(t.row(i)).Site >= site })
	if i == t.n || (*Verdict)(t.row(i)).Site != site {
		return Verdict{}, false
	}
	return *(*Verdict)(t.row(i)), true
}

// VerdictsIn iterates over the verdicts on the sites of a function, with their numbers, ascending. The first such loop over a
// result goes through all its verdicts; further ones cost one call of the library.
func (r *Result) VerdictsIn(fn Func) iter.Seq2[int, Verdict] {
	return r.some(func(h *handle) []uint32 { return libVerdictsIn(h.object, fn) })
}

// VerdictsAt iterates over the verdicts on the sites in a line of a file, with their numbers, by column and then by site. The
// file is named as the module has it; column 0 stands for any. The first such loop over a result sorts its verdicts; further
// ones cost one call of the library.
func (r *Result) VerdictsAt(file string, line, col uint32) iter.Seq2[int, Verdict] {
	return r.some(func(h *handle) []uint32 { return libVerdictsAt(h.object, file, line, col) })
}

func (r *Result) some(list func(*handle) []uint32) iter.Seq2[int, Verdict] {
	return func(yield func(int, Verdict) bool) {
		h := r.use()
		defer h.release()
		for _, i := range list(h) {
			if !yield(int(i), *(*Verdict)(r.a.verdicts.row(int(i)))) {
				return
			}
		}
	}
}

// SummariesOf iterates over the summaries of the parameters of a function, with their numbers, ascending by parameter.
// Parameters that hold no pointers have none.
func (r *Result) SummariesOf(fn Func) iter.Seq2[int, Summary] {
	return func(yield func(int, Summary) bool) {
		defer r.use().release()
		t := r.a.summaries
		first := sort.Search(t.n, func(i int) bool { return (*Summary)(t.row(i)).Func >= fn })
		for i := first; i < t.n; i++ {
			if s := *(*Summary)(t.row(i)); s.Func != fn || !yield(i, s) {
				return
			}
		}
	}
}

// FindFunc returns the function of a name, [NoFunc] if there is none, the first if there are several. The first call on a result
// sorts the names.
func (r *Result) FindFunc(name string) Func {
	h := r.use()
	defer h.release()
	return libFindFunc(h.object, name)
}
