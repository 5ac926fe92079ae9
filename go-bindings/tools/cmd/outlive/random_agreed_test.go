package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"

	"outlive.dev/tools/audit"
)

// By what the differences of random programs are known that are agreed (docs/escape.md). All are on the safe side.

// onlyLess reports whether the compiler says of a parameter what ours says but for one fate.
func onlyLess(w audit.TagPair, fate string) bool {
	rest := slices.DeleteFunc(slices.Clone(w.Ours), func(s string) bool { return s == fate })
	if len(rest) == len(w.Ours) {
		return false
	}
	if len(rest) == 0 {
		rest = []string{audit.FateInert}
	}
	return slices.Equal(rest, w.Compiler)
}

// onlyCalls reports whether the compiler says of a parameter what ours says but for a call.
func onlyCalls(w audit.TagPair) bool {
	return slices.ContainsFunc(w.Ours, func(fate string) bool { return strings.HasPrefix(fate, "calls ") && onlyLess(w, fate) })
}

// addressesPart reports whether ours says of a parameter what the compiler says, and that its content leaks or is written, and the
// declared function around it takes the address of what a pointer points to, or of a part of it: if that is a number, the compiler does not
// follow the address through a dereference.
func addressesPart(w audit.TagPair) bool {
	deeper := func(fate string) bool {
		return fate == audit.FateContent || strings.HasPrefix(fate, "mutates ") && fate != audit.FateMutates(0)
	}
	if !slices.ContainsFunc(w.Ours, func(fate string) bool { return deeper(fate) && onlyLess(w, fate) }) {
		return false
	}
	return inFunction(w.Position, func(_ *ast.FuncDecl, n ast.Node) bool {
		u, ok := n.(*ast.UnaryExpr)
		if !ok || u.Op != token.AND {
			return false
		}
		switch ast.Unparen(u.X).(type) {
		case *ast.StarExpr, *ast.SelectorExpr, *ast.IndexExpr:
			return true
		}
		return false
	})
}

// leaksMore reports whether a parameter leaks, or its content, and the compiler says less.
func leaksMore(w audit.TagPair) bool {
	content := slices.Contains(w.Ours, audit.FateContent)
	return (content || slices.Contains(w.Ours, audit.FateLeaks)) && !slices.Contains(w.Compiler, audit.FateLeaks) &&
		!(content && slices.Contains(w.Compiler, audit.FateContent))
}

// losesResults reports whether the declared function around a position has a call of a function value or literal whose result is an
// argument, if only in a composite literal, or in a composite literal that is discarded. If the parameter keeps nothing, the compiler does not count that call, and takes the
// results of the literal that is called for known.
func losesResults(at audit.Position) bool {
	return inFunction(at, func(_ *ast.FuncDecl, n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			return slices.ContainsFunc(n.Args, holdsCall)
		case *ast.AssignStmt:
			blank, ok := n.Lhs[0].(*ast.Ident)
			return ok && blank.Name == "_" && slices.ContainsFunc(n.Rhs, func(e ast.Expr) bool {
				lit, ok := e.(*ast.CompositeLit)
				return ok && holdsCall(lit)
			})
		}
		return false
	})
}

// holdsCall reports whether e is a call of a function value or literal, or a composite literal that holds one.
func holdsCall(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.KeyValueExpr:
		return holdsCall(e.Value)
	case *ast.CompositeLit:
		return slices.ContainsFunc(e.Elts, holdsCall)
	case *ast.CallExpr:
		switch fun := ast.Unparen(e.Fun).(type) {
		case *ast.Ident:
			return fun.Obj != nil && fun.Obj.Kind == ast.Var
		case *ast.FuncLit:
			return true
		}
	}
	return false
}

// assignsUnread reports whether the declared function around a position assigns to a variable that it never reads. The compiler drops
// that assignment, so that what is assigned in a loop does not outlive it.
func assignsUnread(at audit.Position) bool {
	return inFunction(at, func(f *ast.FuncDecl, n ast.Node) bool {
		if n != ast.Node(f) {
			return false
		}
		reads := map[*ast.Object]int{}
		ast.Inspect(f.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				reads[n.Obj]++
			case *ast.AssignStmt:
				for _, l := range n.Lhs {
					if id, ok := l.(*ast.Ident); ok && n.Tok == token.ASSIGN && id.Obj != nil && id.Obj.Kind == ast.Var {
						reads[id.Obj]--
					}
				}
			}
			return true
		})
		for obj, n := range reads {
			if obj != nil && obj.Kind == ast.Var && n == 0 {
				return true
			}
		}
		return false
	})
}

// inFunction reports whether ok says so of a node of the declared function around a position.
func inFunction(at audit.Position, ok func(*ast.FuncDecl, ast.Node) bool) bool {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, at.File, nil, 0)
	if err != nil {
		return false
	}
	found := false
	for _, d := range file.Decls {
		f, is := d.(*ast.FuncDecl)
		if !is || at.Line < fset.Position(f.Pos()).Line || at.Line > fset.Position(f.End()).Line {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			found = found || ok(f, n)
			return true
		})
	}
	return found
}
