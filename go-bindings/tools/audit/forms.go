package audit

import (
	"cmp"
	"fmt"
	"io"
	"slices"
)

// FormLine is a line about an allocation or a parameter, word for word.
type FormLine struct {
	Position
	Package string // import path of the package whose compilation printed it
	Text    string
}

// Forms is a comparison of two texts, package by package.
type Forms struct {
	Packages, EqualPackages int // with a line on either side; those of which all lines are equal, in the same order
	Lines, EqualLines       int // lines of the compiler; those that stand in our text of the package as often
	Wrong                   []FormDiff
	Misplaced               []Misplaced // of packages whose lines are equal, but not their order
}

// Misplaced is the first place where two texts of the same lines differ.
type Misplaced struct {
	Index          int
	Ours, Compiler FormLine
}

// FormDiff is a line that one side has more often than the other.
type FormDiff struct {
	FormLine
	Ours bool // the side that has it
}

// CompareForms compares the compiler's text with ours.
func CompareForms(compiler, ours []FormLine) *Forms {
	type sides [2][]FormLine
	byPackage := map[string]*sides{}
	for i, list := range [][]FormLine{compiler, ours} {
		for _, l := range list {
			s := byPackage[l.Package]
			if s == nil {
				s = new(sides)
				byPackage[l.Package] = s
			}
			s[i] = append(s[i], l)
		}
	}
	f := &Forms{Packages: len(byPackage)}
	for _, s := range byPackage {
		f.Lines += len(s[0])
		if slices.Equal(s[0], s[1]) {
			f.EqualPackages++
			f.EqualLines += len(s[0])
			continue
		}
		wrong := len(f.Wrong)
		f.lines(s[0], s[1])
		if len(f.Wrong) == wrong {
			i := 0
			for s[0][i] == s[1][i] {
				i++
			}
			f.Misplaced = append(f.Misplaced, Misplaced{i, s[1][i], s[0][i]})
		}
	}
	slices.SortFunc(f.Misplaced, func(a, b Misplaced) int { return cmp.Compare(a.Ours.Package, b.Ours.Package) })
	slices.SortFunc(f.Wrong, func(a, b FormDiff) int {
		return cmp.Or(cmp.Compare(a.Package, b.Package), a.Position.compare(b.Position), cmp.Compare(a.Text, b.Text))
	})
	return f
}

// lines compares the texts of a package as multisets of lines.
func (f *Forms) lines(compiler, ours []FormLine) {
	left := map[FormLine]int{}
	for _, l := range ours {
		left[l]++
	}
	for _, l := range compiler {
		if left[l] > 0 {
			left[l]--
			f.EqualLines++
			continue
		}
		f.Wrong = append(f.Wrong, FormDiff{l, false})
	}
	for l, n := range left {
		for range n {
			f.Wrong = append(f.Wrong, FormDiff{l, true})
		}
	}
}

// Summary returns the figures in one line.
func (f *Forms) Summary() string {
	return fmt.Sprintf("packages=%d equal=%d %.2f%% lines=%d equal=%d %.3f%%", f.Packages, f.EqualPackages,
		percent(f.EqualPackages, f.Packages, 100), f.Lines, f.EqualLines, percent(f.EqualLines, f.Lines, 100))
}

// Print writes the first n differing lines (all if n is negative) with file names relative to dir, and the summary.
func (f *Forms) Print(w io.Writer, n int, dir string) error {
	list := f.Wrong
	if n >= 0 {
		list = list[:min(n, len(list))]
	}
	for _, d := range list {
		side := "compiler only"
		if d.Ours {
			side = "ours only"
		}
		at := d.Position
		at.File = Short(dir, at.File)
		fmt.Fprintf(w, "%s: %v: %s: %s\n", d.Package, at, side, d.Text)
	}
	moved := f.Misplaced
	if n >= 0 {
		moved = moved[:min(n, len(moved))]
	}
	short := func(l FormLine) string {
		l.File = Short(dir, l.File)
		return l.Position.String() + ": " + l.Text
	}
	for _, m := range moved {
		fmt.Fprintf(w, "%s: line %d: compiler: %s; ours: %s\n", m.Ours.Package, m.Index+1, short(m.Compiler), short(m.Ours))
	}
	_, err := fmt.Fprintln(w, f.Summary())
	return err
}
