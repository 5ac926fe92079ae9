package analyzer

import (
	"go/ast"
	"go/token"
)

// Assertion is the comment that says that the allocations of its line stay off the heap.
const Assertion = "//outlive:stack"

// line is a line of a file.
type line struct {
	file string
	line int
}

// assertions returns the lines that assertions are about, with their files.
func assertions(fset *token.FileSet, files []*ast.File) map[line]*token.File {
	found := map[line]*token.File{}
	for _, f := range files {
		var code map[int]bool // lines with code; computed when first needed
		for _, group := range f.Comments {
			for _, c := range group.List {
				rest, ok := cutPrefix(c.Text, Assertion)
				if !ok || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
					continue
				}
				if code == nil {
					code = linesOfCode(fset, f)
				}
				at := fset.Position(c.Pos())
				if !code[at.Line] {
					at.Line++
				}
				found[line{at.Filename, at.Line}] = fset.File(c.Pos())
			}
		}
	}
	return found
}

func cutPrefix(text, prefix string) (rest string, ok bool) {
	if len(text) < len(prefix) || text[:len(prefix)] != prefix {
		return "", false
	}
	return text[len(prefix):], true
}

// linesOfCode returns the lines on which something of the syntax begins or ends.
func linesOfCode(fset *token.FileSet, f *ast.File) map[int]bool {
	lines := map[int]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n.(type) {
		case nil, *ast.Comment, *ast.CommentGroup:
			return false
		case *ast.File:
			return true
		}
		lines[fset.Position(n.Pos()).Line] = true
		lines[fset.Position(n.End()-1).Line] = true
		return true
	})
	return lines
}
