// Package report writes verdicts, as text for people and as JSON for programs.
//
// # The problem
//
// A verdict comes out of the library as numbers: a site, a placement, a reason
// code. Someone who reads it wants a place in the source, the allocation as they
// wrote it, one of the two words that matter, stack or heap, and a reason; a program
// wants all of it, in a form that will not change under it.
//
// # What it does
//
// A Verdict here is a plain record without ids, so that this package knows
// neither the library nor the front end, and tests need neither. Text follows the
// go command's way: one line per verdict that begins with file:line:col, files below the
// present directory relative to it, so that editors can jump; the steps of a path are indented
// below. JSON is one object per line, in the schema of docs/cli.md: fields are only ever added.
//
// Text leaves out variables that stay on the stack: every local variable has a verdict, and that
// most of them stay is no news. JSON leaves out nothing.
package report

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Position is a place in a source file, lines and columns counted from 1, columns in bytes.
type Position struct {
	File   string `json:"file"` // absolute
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// Step is one step of the path that forces an allocation to live on.
type Step struct {
	Position
	Text string `json:"text"` // what happens there, in words
}

// Verdict is the answer about one allocation. The tags are the JSON schema.
type Verdict struct {
	Position
	Package    string `json:"package"`               // import path
	Function   string `json:"function"`              // qualified name
	Kind       string `json:"kind"`                  // what makes the storage, such as "make_slice"
	Text       string `json:"text"`                  // the allocation as source text, or the variable's name
	Verdict    string `json:"verdict"`               // "stack" or "heap"
	Placement  string `json:"placement"`             // static, eliminated, stack, bounded, caller, heap
	Bound      uint32 `json:"bound,omitempty"`       // bytes the stack has room for, if bounded
	Size       uint64 `json:"size,omitempty"`        // bytes of a frame it takes
	StackBytes uint64 `json:"stack_bytes,omitempty"` // bytes of all that its function places on the stack
	Extent     string `json:"extent"`                // iteration, activation, caller, program
	Allocates  string `json:"allocates"`             // never, maybe, always
	Reason     string `json:"reason"`                // a short name, and
	ReasonCode int    `json:"reason_code"`           // a number, which never change their meaning
	ReasonText string `json:"reason_text"`           // in words
	Path       []Step `json:"path,omitempty"`        // if asked for

	Suggestions []Suggestion `json:"suggestions,omitempty"` // if asked for

	// Variable marks the storage of a variable, parameter or result.
	Variable bool `json:"-"`
}

// Heap and Stack are the values of Verdict.Verdict.
const (
	Heap  = "heap"
	Stack = "stack"
)

// Sort orders verdicts by position, and at one position by kind and text.
func Sort(list []Verdict) {
	slices.SortStableFunc(list, func(a, b Verdict) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Text, b.Text))
	})
}

// JSON writes one object per verdict and line.
func JSON(w io.Writer, list []Verdict) error {
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for i := range list {
		if err := enc.Encode(&list[i]); err != nil {
			return err
		}
	}
	return out.Flush()
}

// Options say how Text writes.
type Options struct {
	Dir       string // files below it are named relative to it; empty: none are
	Variables bool   // variables that stay on the stack, too
}

// Text writes one line per verdict, and its path below it if it has one.
func Text(w io.Writer, list []Verdict, opts Options) error {
	out := bufio.NewWriter(w)
	for i := range list {
		v := &list[i]
		if v.Variable && v.Verdict == Stack && !opts.Variables {
			continue
		}
		fmt.Fprintf(out, "%s: %s\n", v.Position.short(opts.Dir), v.Sentence())
		writePath(out, v.Path, opts.Dir)
		writeSuggestions(out, v.Suggestions, opts.Dir)
	}
	return out.Flush()
}

// writePath writes one indented line per step.
func writePath(w io.Writer, path []Step, dir string) {
	for _, s := range path {
		if s.Line == 0 {
			fmt.Fprintf(w, "\t%s\n", s.Text)
			continue
		}
		fmt.Fprintf(w, "\t%s: %s\n", s.Position.short(dir), s.Text)
	}
}

// Sentence returns the allocation, the verdict and the reason in words.
func (v *Verdict) Sentence() string {
	var b strings.Builder
	switch {
	case v.Text == "":
		b.WriteString(v.Kind)
	case v.Variable:
		b.WriteString(v.Kind + " " + v.Text)
	case v.Kind == "box":
		b.WriteString("box of " + v.Text)
	default:
		b.WriteString(v.Text)
	}
	b.WriteString(": ")
	b.WriteString(v.Verdict)
	if v.Placement == "bounded" {
		fmt.Fprintf(&b, " up to %d bytes, heap beyond", v.Bound)
	}
	b.WriteString(": ")
	b.WriteString(v.ReasonText)
	if v.Verdict == Heap && v.Allocates == "never" {
		b.WriteString("; never allocates at run time")
	}
	return b.String()
}

// short returns the position with its file relative to dir, as the go command
// prints it, if the file lies below dir.
func (p Position) short(dir string) string {
	file := p.File
	if dir != "" {
		if rel, err := filepath.Rel(dir, file); err == nil && filepath.IsLocal(rel) {
			file = "." + string(filepath.Separator) + rel
		}
	}
	switch {
	case p.Line == 0:
		return file
	case p.Column == 0:
		return file + ":" + strconv.Itoa(p.Line)
	}
	return file + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
}
