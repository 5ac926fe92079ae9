package gcform

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"outlive.dev/tools/frontend/internal/source"
)

type location struct {
	file      string
	line, col int
}

// Where is something written in the source.
type Where struct {
	Text      string // in the compiler's words; empty if there is nothing
	Why       string // assign, return or send for statements, empty for expressions
	Line, Col int    // the compiler's position of it
}

// written is what stands at a position.
type written struct {
	pos  token.Pos
	why  string
	text func() string
}

// Where returns what is written at a position of a package: a return or send, the assignment to what stands there, or the
// outermost expression.
func (p *Printer) Where(pkg *packages.Package, file string, line, col int) Where {
	if p.where == nil {
		p.where = map[*packages.Package]map[location]written{}
	}
	index := p.where[pkg]
	if index == nil {
		index = p.locate(pkg)
		p.where[pkg] = index
	}
	found, ok := index[location{file, line, col}]
	if !ok {
		return Where{}
	}
	at := p.prog.Fset.Position(found.pos)
	return Where{found.text(), found.why, at.Line, column(at.Column)}
}

// locate finds the expressions and statements of a package by position.
func (p *Printer) locate(pkg *packages.Package) map[location]written {
	index := map[location]written{}
	src := p.prog.Source(pkg.Types)
	if src == nil {
		return index
	}
	w := &textWriter{src: src, types: typeWriter{local: pkg.Types}}
	add := func(key, pos token.Pos, why string, text func() string) {
		at := p.prog.Fset.Position(key)
		k := location{at.Filename, at.Line, at.Column}
		if _, ok := index[k]; !ok {
			index[k] = written{pos, why, text}
		}
	}
	for _, f := range pkg.Syntax {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				text := func() string { return w.list(n.Lhs) + " " + n.Tok.String() + " " + w.list(n.Rhs) }
				add(n.TokPos, n.TokPos, "assign", text)
				for _, e := range n.Lhs {
					add(e.Pos(), n.TokPos, "assign", text)
					add(source.SynPos(e), n.TokPos, "assign", text)
				}
			case *ast.ReturnStmt:
				add(n.Return, n.Return, "return", func() string { return "return " + w.list(n.Results) })
			case *ast.SendStmt:
				add(n.Arrow, n.Arrow, "send", func() string { return w.expr(n.Chan) + " <- " + w.expr(n.Value) })
			case ast.Expr:
				pos := source.SynPos(n)
				add(pos, pos, "", func() string { return w.expr(n) })
			}
			return true
		})
	}
	return index
}

// list writes expressions, separated by commas.
func (w *textWriter) list(list []ast.Expr) string {
	texts := make([]string, len(list))
	for i, e := range list {
		texts[i] = w.expr(e)
	}
	return strings.Join(texts, ", ")
}

// FuncName returns the compiler's name of a function: f, (*T).m, f.func1 for the first literal in f, f.func1.2 for the second
// in that, f-range1 for the body of the first range over a function.
func FuncName(f *ssa.Function) string {
	parent := f.Parent()
	if parent == nil {
		recv := f.Signature.Recv()
		if recv == nil {
			return f.Name()
		}
		t, star := recv.Type(), ""
		if p, ok := t.(*types.Pointer); ok {
			t, star = p.Elem(), "*"
		}
		if n, ok := types.Unalias(t).(*types.Named); ok {
			if star != "" {
				return "(*" + n.Obj().Name() + ")." + f.Name()
			}
			return n.Obj().Name() + "." + f.Name()
		}
		return f.Name()
	}
	_, isRange := f.Syntax().(*ast.RangeStmt)
	number := 0
	for _, a := range parent.AnonFuncs {
		if _, r := a.Syntax().(*ast.RangeStmt); r == isRange {
			number++
		}
		if a == f {
			break
		}
	}
	infix := "."
	switch {
	case isRange:
		infix = "-range"
	case parent.Parent() == nil:
		infix = ".func"
	}
	return FuncName(parent) + infix + strconv.Itoa(number)
}
