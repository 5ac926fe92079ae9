// Package want reads the verdicts written beside the allocations of an
// example program.
//
// An expectation is a comment at the end of the line of the allocation:
//
//	p := &point{1, 2} // want literal gc:heap textbook:heap
//	return f(1, n)    // want variadic gc:stack textbook:heap; box gc:stack textbook:heap
//
// After the word want follows one entry for every allocation of the line, separated by
// semicolons: the kind of the allocation, and for each model whether it says heap or stack. Two
// allocations of one kind are two entries. Examples state everything that leaves the
// stack in some model: a line without an entry makes nothing but variables, and all of these stay.
package want

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Kinds are the words for the kinds of allocations.
var Kinds = []string{
	"var", "param", "result", "new", "literal", "slice_literal", "variadic", "make_slice", "map", "map_literal", "chan",
	"closure", "method_value", "box", "concat", "string_conversion", "append",
}

// Want is one entry.
type Want struct {
	File string
	Line int
	Kind string          // one of Kinds
	Heap map[string]bool // by model
}

var (
	comment = regexp.MustCompile(`//\s*want\s+(.*)$`)
	verdict = regexp.MustCompile(`^([a-z]+):(heap|stack)$`)
)

// ParseFile returns the entries of one file. The name is kept as given.
func ParseFile(name string) ([]Want, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var list []Want
	in := bufio.NewScanner(bytes.NewReader(text))
	for line := 1; in.Scan(); line++ {
		m := comment.FindStringSubmatch(in.Text())
		if m == nil {
			continue
		}
		for entry := range strings.SplitSeq(m[1], ";") {
			w, err := parseEntry(entry)
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %w", name, line, err)
			}
			w.File, w.Line = name, line
			list = append(list, w)
		}
	}
	return list, in.Err()
}

func parseEntry(entry string) (Want, error) {
	w := Want{Heap: map[string]bool{}}
	words := strings.Fields(entry)
	if len(words) < 2 {
		return w, fmt.Errorf("entry %q: need a kind and verdicts", strings.TrimSpace(entry))
	}
	for _, k := range Kinds {
		if k == words[0] {
			w.Kind = k
		}
	}
	if w.Kind == "" {
		return w, fmt.Errorf("entry %q: %q is none of %s", strings.TrimSpace(entry), words[0], strings.Join(Kinds, ", "))
	}
	for _, word := range words[1:] {
		m := verdict.FindStringSubmatch(word)
		if m == nil {
			return w, fmt.Errorf("entry %q: %q is not of the form model:heap or model:stack", strings.TrimSpace(entry), word)
		}
		if _, dup := w.Heap[m[1]]; dup {
			return w, fmt.Errorf("entry %q: model %s twice", strings.TrimSpace(entry), m[1])
		}
		w.Heap[m[1]] = m[2] == "heap"
	}
	return w, nil
}

// ParseTree returns the entries of all Go files under dir, with absolute file
// names, and the names of all Go files.
func ParseTree(dir string) (list []Want, files []string, err error) {
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, nil, err
	}
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".go" {
			return err
		}
		wants, err := ParseFile(name)
		list = append(list, wants...)
		files = append(files, name)
		return err
	})
	return list, files, err
}
