// Package assert checks what source files assert of their allocations.
//
// # The problem
//
// That an allocation stays on the stack is a property of a whole program: a change three calls away moves it to the heap, and
// no test notices. Where it matters, the line should say so, and the check in continuous integration should fail.
//
// # What it does
//
// A comment
//
//	//outlive:stack
//
// asserts that everything allocated on its line stays off the heap; a comment alone on its line speaks of the line below it, or below
// further comments. Words after a space are for the reader. Parse finds the comments of a file,
// Check holds them against the allocations. Three things are findings: an
// allocation that may reach the heap at run time, an assertion of a line on which nothing is allocated, since
// it guards nothing any more, and a directive by an unknown name, since it asserts nothing.
//
// Off the heap is what never calls the allocator: what lies in a frame, and what is laid out by the linker or shared, such as the box
// of a constant, wherever it is kept. A make or append with room in the frame up to a bound is not: more goes to the heap.
//
// The package knows neither the library nor the front end: whoever calls it says which sites are
// off the heap.
package assert

import (
	"cmp"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// Directive begins every comment this package reads.
const Directive = "//outlive:"

// Position is a place in a source file, lines and columns counted from 1, columns in bytes.
type Position struct {
	File         string
	Line, Column int
}

// An Assertion is a comment that asserts something of a line.
type Assertion struct {
	Position        // of the comment
	Target   int    // the line it speaks of
	Name     string // after the colon, "stack"
	Global   bool   // the line declares a package-level variable, whose storage and constant value the linker lays out
}

// Parse returns the assertions in a file, which must have been parsed with its comments.
func Parse(fset *token.FileSet, file *ast.File) []Assertion {
	var list []Assertion
	for _, group := range file.Comments {
		for _, c := range group.List {
			text, ok := strings.CutPrefix(c.Text, Directive)
			if !ok {
				continue
			}
			name, _, _ := strings.Cut(text, " ")
			name, _, _ = strings.Cut(name, "\t")
			p := fset.Position(c.Pos())
			list = append(list, Assertion{Position: Position{p.Filename, p.Line, p.Column}, Target: p.Line, Name: name})
		}
	}
	if len(list) == 0 {
		return nil
	}
	code, comments := lines(fset, file)
	for i := range list {
		a := &list[i]
		if !code[a.Line] {
			for a.Target++; comments[a.Target] && !code[a.Target]; a.Target++ {
			}
		}
		a.Global = declaresGlobal(fset, file, a.Target)
	}
	return list
}

// declaresGlobal reports whether a line is part of the declaration of a package-level variable, but for function literals in it.
func declaresGlobal(fset *token.FileSet, file *ast.File, line int) bool {
	on := func(n ast.Node) bool {
		return fset.Position(n.Pos()).Line <= line && line <= fset.Position(n.End()).Line
	}
	for _, d := range file.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok || gen.Tok != token.VAR || !on(gen) {
			continue
		}
		for _, spec := range gen.Specs {
			if !on(spec) {
				continue
			}
			inside := false
			ast.Inspect(spec, func(n ast.Node) bool {
				lit, ok := n.(*ast.FuncLit)
				if ok && fset.Position(lit.Body.Lbrace).Line < line && line < fset.Position(lit.Body.Rbrace).Line {
					inside = true
				}
				return !ok
			})
			return !inside
		}
	}
	return false
}

// lines returns the lines on which code begins or ends, and those with comments.
func lines(fset *token.FileSet, file *ast.File) (code, comments map[int]bool) {
	code, comments = map[int]bool{}, map[int]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n.(type) {
		case nil:
			return false
		case *ast.CommentGroup, *ast.Comment:
			return false
		case *ast.File:
			return true
		}
		code[fset.Position(n.Pos()).Line] = true
		code[fset.Position(n.End()).Line] = true
		return true
	})
	for _, group := range file.Comments {
		for line := fset.Position(group.Pos()).Line; line <= fset.Position(group.End()).Line; line++ {
			comments[line] = true
		}
	}
	return code, comments
}

// A Site is an allocation as far as assertions go.
type Site struct {
	Position
	OffHeap bool // never calls the allocator
	Index   int  // the caller's number of it
}

// Kind says what is wrong.
type Kind uint8

// The kinds of findings.
const (
	Violated Kind = iota // the allocation of Finding.Site may reach the heap
	Empty                // nothing is allocated on the line
	Unknown              // no directive has that name
)

// A Finding is something wrong with an assertion.
type Finding struct {
	Assertion
	Kind Kind
	Site Site // if Violated
}

// Check holds assertions against the allocations of the files they are in. Findings are ordered by position of the
// comment, and of one comment as the sites are. Several sites at one place (of instances of generic
// functions) count as one if the caller gave them the same index.
func Check(list []Assertion, sites []Site) []Finding {
	type line struct {
		file string
		line int
	}
	on := map[line][]Site{}
	for _, s := range sites {
		at := line{s.File, s.Line}
		on[at] = append(on[at], s)
	}
	var found []Finding
	for _, a := range list {
		if a.Name != "stack" {
			found = append(found, Finding{Assertion: a, Kind: Unknown})
			continue
		}
		here := on[line{a.File, a.Target}]
		if len(here) == 0 && !a.Global {
			found = append(found, Finding{Assertion: a, Kind: Empty})
		}
		for _, s := range here {
			if !s.OffHeap && !slices.ContainsFunc(found, func(f Finding) bool {
				return f.Kind == Violated && f.Site.Index == s.Index && f.Assertion == a
			}) {
				found = append(found, Finding{Assertion: a, Kind: Violated, Site: s})
			}
		}
	}
	slices.SortStableFunc(found, func(x, y Finding) int {
		return cmp.Or(cmp.Compare(x.File, y.File), cmp.Compare(x.Line, y.Line), cmp.Compare(x.Column, y.Column))
	})
	return found
}
