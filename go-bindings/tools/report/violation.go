package report

import (
	"bufio"
	"fmt"
	"io"
)

// Problem says what is wrong with an assertion.
type Problem uint8

// The problems.
const (
	MayReachHeap     Problem = iota // an allocation may be on the heap
	NothingAllocated                // nothing is allocated on the line
	UnknownDirective                // no directive has that name
)

// A Violation is an assertion in the source that does not hold.
type Violation struct {
	Position           // of the comment
	Target    int      // the line it speaks of
	Directive string   // after "//outlive:"
	Problem   Problem  //
	Verdict   *Verdict // of the allocation, with its path, if it may reach the heap
}

// At returns the place to look at: the allocation, or the comment if there is none.
func (v *Violation) At() Position {
	if v.Verdict != nil {
		return v.Verdict.Position
	}
	return v.Position
}

// Sentence returns the violation in words.
func (v *Violation) Sentence() string {
	name := "//outlive:" + v.Directive
	switch v.Problem {
	case NothingAllocated:
		return fmt.Sprintf("%s does not hold: nothing is allocated on line %d", name, v.Target)
	case UnknownDirective:
		return name + " is not known, only //outlive:stack is"
	}
	text := name + " does not hold: " + v.Verdict.Sentence()
	if v.Verdict.Placement == "stack" {
		text += "; grows on the heap"
	}
	return text
}

// Violations writes one line per violation, and the path below it if it has one.
func Violations(w io.Writer, list []Violation, opts Options) error {
	out := bufio.NewWriter(w)
	for i := range list {
		v := &list[i]
		fmt.Fprintf(out, "%s: %s\n", v.At().short(opts.Dir), v.Sentence())
		if v.Verdict != nil {
			writePath(out, v.Verdict.Path, opts.Dir)
		}
	}
	return out.Flush()
}
