package audit

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"outlive.dev/outlive"
)

// Print writes the table of all verdicts, what becomes of the compiler's heap sites, the reasons for what is still on the
// heap, the first n gains and losses (all if n is negative) with file names relative to dir where that is shorter, and the summary.
func (p *Proved) Print(w io.Writer, n int, dir string) error {
	if err := p.Result.printTable(w); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(w, "\nwhat the compiler places on the heap:"); err != nil {
		return err
	}
	if err := p.printShares(w); err != nil {
		return err
	}
	lost := p.Lost()
	if err := p.printReasons(w, lost); err != nil {
		return err
	}
	printPairs(w, "gained", p.Gained(), n, dir)
	printPairs(w, "lost", lost, n, dir)
	_, err := fmt.Fprintf(w, "\n%s\n", p.Summary())
	return err
}

// printPairs writes the first n pairs of a list under its name.
func printPairs(w io.Writer, name string, list []Pair, n int, dir string) {
	shown := len(list)
	if n >= 0 {
		shown = min(n, shown)
	}
	if shown == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s, %d of %d:\n", name, shown, len(list))
	for _, pair := range list[:shown] {
		fmt.Fprintln(w, pair.describe(dir))
	}
}

// Summary returns the last line.
func (p *Proved) Summary() string {
	t := p.Join.all
	return fmt.Sprintf("sites=%d matched=%.3f%% extra=%.3f%% heap=%d allocating=%d lost-sites=%d lost=%.2f%% proved=%.2f%%",
		t.Lines, t.MatchedPercent(), t.ExtraPercent(), p.all.Lines, p.all.Allocating(), len(p.Lost()), p.LostPercent(), p.all.Percent())
}

// printShares writes a row for each kind of site.
func (p *Proved) printShares(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "kind\theap\tfree\tStatic\tStack\tEliminated\tBounded\tCaller\tcold\tother heap\tno site\tproved\t")
	row := func(name string, s *Share) {
		fmt.Fprintf(tw, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%.2f%%\t\n", name, s.Lines, s.Free, s.By[outlive.Static], s.By[outlive.Stack],
			s.By[outlive.Eliminated], s.By[outlive.Bounded], s.By[outlive.Caller], s.Cold, s.By[outlive.Heap]-s.Cold, s.NoSite, s.Percent())
	}
	for _, kind := range slices.Sorted(maps.Keys(p.kinds)) {
		row(kind, p.kinds[kind])
	}
	row("all", &p.all)
	return tw.Flush()
}

// printReasons writes a row for each reason that keeps something on the heap, those with most losses first.
func (p *Proved) printReasons(w io.Writer, lost []Pair) error {
	type counts struct{ lost, cold int }
	by := map[string]*counts{}
	for reason := range p.still {
		by[reason] = new(counts)
	}
	var all counts
	for _, pair := range lost {
		c := by[pair.Site.Reason]
		if c == nil {
			c = new(counts)
			by[pair.Site.Reason] = c
		}
		for _, c := range []*counts{c, &all} {
			c.lost++
			if pair.Site.Proof.Cold {
				c.cold++
			}
		}
	}
	if len(by) == 0 {
		return nil
	}
	reasons := slices.SortedFunc(maps.Keys(by), func(a, b string) int {
		return cmp.Or(cmp.Compare(by[b].lost, by[a].lost), cmp.Compare(p.heldBy(b).sites, p.heldBy(a).sites), cmp.Compare(a, b))
	})
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "\t\t\t\t\t\t")
	fmt.Fprintln(tw, "why on the heap\tlost\tof these cold\tlost, of all\tstill heap\tof these cold\t")
	row := func(name string, c *counts, h held) {
		fmt.Fprintf(tw, "%s\t%d\t%d\t%.2f%%\t%d\t%d\t\n", name, c.lost, c.cold, percent(c.lost, p.Join.all.Lines, 0), h.sites, h.cold)
	}
	for _, reason := range reasons {
		row(reason, by[reason], p.heldBy(reason))
	}
	row("all", &all, held{p.all.By[outlive.Heap], p.all.Cold})
	return tw.Flush()
}

func (p *Proved) heldBy(reason string) held {
	if h := p.still[reason]; h != nil {
		return *h
	}
	return held{}
}
