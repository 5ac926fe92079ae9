package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
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

// pointsToNumber reports whether the parameter declared at a position is a pointer to a number or boolean.
func pointsToNumber(at audit.Position) bool {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, at.File, nil, parser.SkipObjectResolution)
	if err != nil {
		return false
	}
	found := false
	ast.Inspect(file, func(n ast.Node) bool {
		field, ok := n.(*ast.Field)
		if !ok {
			return true
		}
		for _, name := range field.Names {
			if pos := fset.Position(name.Pos()); pos.Line != at.Line || pos.Column != at.Col {
				continue
			}
			if star, ok := field.Type.(*ast.StarExpr); ok {
				if t, ok := types.Universe.Lookup(types.ExprString(star.X)).(*types.TypeName); ok {
					b, ok := t.Type().(*types.Basic)
					found = ok && b.Info()&(types.IsNumeric|types.IsBoolean) != 0
				}
			}
		}
		return true
	})
	return found
}

// leaksMore reports whether a parameter leaks, or its content, and the compiler says less.
func leaksMore(w audit.TagPair) bool {
	content := slices.Contains(w.Ours, audit.FateContent)
	return (content || slices.Contains(w.Ours, audit.FateLeaks)) && !slices.Contains(w.Compiler, audit.FateLeaks) &&
		!(content && slices.Contains(w.Compiler, audit.FateContent))
}

// losesResults reports whether the declared function around a position has a call among whose arguments is a call of a function value.
// If the parameter keeps nothing, the compiler does not count that call, and takes the results of the literal that is called for known.
func losesResults(at audit.Position) bool {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, at.File, nil, 0)
	if err != nil {
		return false
	}
	found := false
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); !ok || at.Line < fset.Position(f.Pos()).Line || at.Line > fset.Position(f.End()).Line {
			continue
		}
		ast.Inspect(d, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			for _, arg := range call.Args {
				if inner, ok := ast.Unparen(arg).(*ast.CallExpr); ok {
					id, ok := ast.Unparen(inner.Fun).(*ast.Ident)
					found = found || ok && id.Obj != nil && id.Obj.Kind == ast.Var
				}
			}
			return true
		})
	}
	return found
}
