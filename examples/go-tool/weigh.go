package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"outlive.dev/outlive"
	"outlive.dev/tools/frontend"
)

// function is what a function of the packages has on the heap, in bytes of one run of each allocation. Of what has a size that
// only a run tells, such as make([]byte, n), only the number is known.
type function struct {
	name                     string
	heap, avoidable, unsized uint64
	sites                    []site // avoidable
}

// site is an allocation that the compiler puts on the heap and need not.
type site struct {
	ref *frontend.SiteRef
	why outlive.Reason // the compiler puts it there
}

// weigh asks the library twice about one module: what the compiler does, and what can be proved. It returns the functions that
// allocate, those with most to gain first.
func weigh(unit *frontend.Unit) ([]*function, error) {
	compiler, err := outlive.Analyze(unit.Image, outlive.Options{Model: "gc"})
	if err != nil {
		return nil, err
	}
	defer compiler.Close()
	proof, err := outlive.Analyze(unit.Image, outlive.Options{Model: "precise"})
	if err != nil {
		return nil, err
	}
	defer proof.Close()

	proved := map[outlive.Site]bool{} // to need no heap
	for _, v := range proof.Verdicts() {
		proved[v.Site] = !v.OnHeap()
	}
	var list []*function
	byID := map[outlive.Func]*function{}
	for _, v := range compiler.Verdicts() {
		ref := &unit.Sites[v.Site]
		if !v.OnHeap() || v.Silent() || !ref.Root || ref.Line == 0 {
			continue
		}
		f := byID[v.Func]
		if f == nil {
			f = &function{name: unit.Funcs[v.Func].Name}
			byID[v.Func] = f
			list = append(list, f)
		}
		f.add(ref, v.Reason, proved[v.Site])
	}
	slices.SortStableFunc(list, func(a, b *function) int {
		return cmp.Or(cmp.Compare(b.avoidable, a.avoidable), cmp.Compare(a.name, b.name))
	})
	return list, nil
}

func (f *function) add(ref *frontend.SiteRef, why outlive.Reason, avoidable bool) {
	f.heap += ref.Size
	if ref.Size == 0 {
		f.unsized++
	}
	if avoidable {
		f.avoidable += ref.Size
		f.sites = append(f.sites, site{ref, why})
	}
}

func (f *function) print(out io.Writer) {
	fmt.Fprintf(out, "%s: %d bytes on the heap, %d avoidable", f.name, f.heap, f.avoidable)
	if f.unsized > 0 {
		fmt.Fprintf(out, "; %d of a size only known at run time", f.unsized)
	}
	fmt.Fprintln(out)
	for _, s := range f.sites {
		fmt.Fprintf(out, "\t%s:%d:%d: %s, %d bytes: %s\n", relative(s.ref.File), s.ref.Line, s.ref.Column, s.ref.Kind, s.ref.Size, s.why)
	}
}

// relative names a file as seen from the present directory, if it lies below it.
func relative(file string) string {
	dir, err := os.Getwd()
	if err != nil {
		return file
	}
	if rel, err := filepath.Rel(dir, file); err == nil && !strings.HasPrefix(rel, "..") {
		return rel
	}
	return file
}
