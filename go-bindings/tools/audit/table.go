package audit

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"text/tabwriter"
)

// Summary returns the last line of an audit.
func (r *Result) Summary() string {
	t := r.all
	s := fmt.Sprintf("sites=%d matched=%.3f%% extra=%.3f%% agree=%.3f%% ours-stack-gc-heap=%d ours-heap-gc-stack=%d",
		t.Lines, t.MatchedPercent(), t.ExtraPercent(), t.AgreePercent(), t.By[OursStack], t.By[OursHeap])
	if r.Tags != nil {
		s += fmt.Sprintf(" tags=%.3f%%", r.Tags.EqualPercent())
	}
	return s
}

// printTable writes the table by kind and by class.
func (r *Result) printTable(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	const format = "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%.2f%%\t\n"
	row := func(name string, t Tally) {
		fmt.Fprintf(tw, format, name, t.Lines, t.By[BothHeap], t.By[BothStack], t.By[OursStack], t.By[OursHeap],
			t.By[Missed], t.By[Extra], t.AgreePercent())
	}
	head := func(name string) {
		fmt.Fprintf(tw, "%s\tlines\theap\tstack\tours stack\tours heap\tcompiler only\tours only\tagree\t\n", name)
	}
	head("kind")
	for _, kind := range r.Kinds() {
		row(kind, *r.counts[kind])
	}
	fmt.Fprintln(tw, "\t\t\t\t\t\t\t\t\t")
	head("class")
	for c := range numClasses {
		if r.class[c].Union() > 0 {
			row(c.String(), r.class[c])
		}
	}
	fmt.Fprintln(tw, "\t\t\t\t\t\t\t\t\t")
	row("all", r.all)
	return tw.Flush()
}

// Print writes the table, the first n disagreements (all if n is negative) with file names
// relative to dir where that is shorter, and the summary.
func (r *Result) Print(w io.Writer, n int, dir string) error {
	if err := r.printTable(w); err != nil {
		return err
	}
	list := r.Disagreements()
	if shown := len(list); shown > 0 && n != 0 {
		if n > 0 {
			shown = min(n, shown)
		}
		fmt.Fprintf(w, "\ndisagreements, %d of %d:\n", shown, len(list))
		for _, p := range list[:shown] {
			fmt.Fprintln(w, p.describe(dir))
		}
	}
	if r.Tags != nil && len(r.Tags.Wrong) > 0 && n != 0 {
		wrong := r.Tags.Wrong
		if n > 0 {
			wrong = wrong[:min(n, len(wrong))]
		}
		fmt.Fprintf(w, "\nparameters, %d of %d, %d in all:\n", len(wrong), len(r.Tags.Wrong), r.Tags.Params)
		for _, p := range wrong {
			fmt.Fprintln(w, p.describe(dir))
		}
	}
	_, err := fmt.Fprintf(w, "\n%s\n", r.Summary())
	return err
}

// describe returns one disagreement as a line of text.
func (p *Pair) describe(dir string) string {
	pos := p.Position
	pos.File = Short(dir, pos.File)
	var b strings.Builder
	fmt.Fprintf(&b, "%v: %s: ", pos, p.Kind)
	if p.Site != nil {
		b.WriteString(p.Site.Text)
	} else {
		b.WriteString(p.Line.Text)
	}
	fmt.Fprintf(&b, ": %v", p.Outcome)
	if p.Site != nil && p.Outcome == Extra {
		b.WriteString(", " + placeName(p.Site.Heap))
	}
	if p.Line != nil && p.Outcome == Missed {
		b.WriteString(", " + placeName(p.Line.Heap))
	}
	if p.Site != nil && p.Site.Reason != "" {
		fmt.Fprintf(&b, " (%s)", p.Site.Reason)
	}
	return b.String()
}

func placeName(heap bool) string {
	if heap {
		return "heap"
	}
	return "stack"
}

// Short returns file relative to dir if it lies below it, as the go command prints file
// names, and file itself otherwise.
func Short(dir, file string) string {
	if dir == "" {
		return file
	}
	if rel, err := filepath.Rel(dir, file); err == nil && filepath.IsLocal(rel) {
		return "." + string(filepath.Separator) + rel
	}
	return file
}

// guessKind names the kind of a line that has no site of ours, by its text alone.
func guessKind(c Class, text string) string {
	switch c {
	case ClassMoved:
		return "var"
	case ClassAppend:
		return "append"
	case ClassVariadic:
		return "variadic"
	case ClassFuncLit:
		return "closure"
	}
	literal := strings.HasSuffix(text, "}")
	switch {
	case strings.HasPrefix(text, "&"):
		return "literal"
	case strings.HasPrefix(text, "new("):
		return "new"
	case strings.HasPrefix(text, "make(map"):
		return "map"
	case strings.HasPrefix(text, "make("):
		return "make_slice"
	case strings.HasPrefix(text, "map[") && literal:
		return "map_literal"
	case strings.HasPrefix(text, "[]") && literal:
		return "slice_literal"
	case strings.HasPrefix(text, "string("), strings.HasPrefix(text, "([]byte)("), strings.HasPrefix(text, "([]rune)("):
		return "string_conversion"
	}
	return "box"
}
