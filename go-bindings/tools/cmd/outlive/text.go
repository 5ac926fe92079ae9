package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/packages"
	"outlive.dev/outlive"
	"outlive.dev/tools/frontend"
)

// autotmp is the name of the variable that new(x) makes, when x is a value.
const autotmp = ".autotmp"

// fillTexts gives the sites of root packages that came without one their source text: that of the expression
// at the site's position, for a string conversion that of the conversion around it. Results without a name stay so.
func fillTexts(prog *frontend.Program, unit *frontend.Unit) {
	wanted := map[token.Position][]*frontend.SiteRef{}
	for i := range unit.Sites {
		s := &unit.Sites[i]
		if s.Text == autotmp {
			s.Text = ""
		}
		if s.Root && s.Text == "" && s.Line > 0 && s.Kind != outlive.SiteResult {
			p := token.Position{Filename: s.File, Line: s.Line, Column: s.Column}
			wanted[p] = append(wanted[p], s)
		}
	}
	if len(wanted) == 0 {
		return
	}
	for _, pkg := range prog.Roots {
		for _, file := range pkg.Syntax {
			ast.Inspect(file, func(n ast.Node) bool {
				if e, ok := n.(ast.Expr); ok {
					fillText(pkg, e, wanted)
				}
				return true
			})
		}
	}
}

// fillText gives the sites at the position of e their text if e is what they are about.
func fillText(pkg *packages.Package, e ast.Expr, wanted map[token.Position][]*frontend.SiteRef) {
	at := func(e ast.Expr) []*frontend.SiteRef {
		p := pkg.Fset.Position(frontend.SynPos(e))
		p.Offset = 0
		return wanted[p]
	}
	for _, s := range at(e) {
		if s.Text == "" && s.Kind != outlive.SiteStringConversion {
			s.Text = exprText(e)
		}
	}
	call, ok := e.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 || !pkg.TypesInfo.Types[call.Fun].IsType() {
		return
	}
	for _, s := range at(call.Args[0]) {
		if s.Text == "" && s.Kind == outlive.SiteStringConversion {
			s.Text = exprText(call)
		}
	}
}

// exprText returns an expression in one line, with the inside of literals left out as the compiler does it.
func exprText(e ast.Expr) string {
	return strings.ReplaceAll(types.ExprString(e), "…", "...")
}
