package gcform

import (
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/tools/frontend"
)

// What the compiler makes up for ranges over functions: #stateN guards the body of the N-th such loop of a function,
// #next says how a body was left, #rvN holds result N for a return from a body.

// loops calls visit for the ranges over functions right inside the function that f lies in, outermost first.
func (c *compilation) loops(f *ssa.Function, visit func(*ast.RangeStmt)) {
	for f.Parent() != nil {
		if _, ok := f.Syntax().(*ast.RangeStmt); !ok {
			break
		}
		f = f.Parent()
	}
	src := c.prog.Source(packageOf(outermost(f)))
	if src == nil || f.Syntax() == nil {
		return
	}
	ast.Inspect(f.Syntax(), func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return n == f.Syntax()
		case *ast.RangeStmt:
			if src.IsRangeFunc(n) {
				visit(n)
			}
		}
		return true
	})
}

// rangeNumber returns the number of the loop that a state variable belongs to.
func (c *compilation) rangeNumber(f *ssa.Function, s *frontend.SiteRef) int {
	n, found := 0, 0
	c.loops(f, func(r *ast.RangeStmt) {
		n++
		if at := c.prog.Fset.Position(r.For); at.Line == s.Line && at.Column == s.Column {
			found = n
		}
	})
	return found
}

// leaves returns the outermost loop around the one that a state variable belongs to, if the body of a loop in it is left other
// than by its end, or by a break or continue of its own; otherwise nil.
func (c *compilation) leaves(f *ssa.Function, s *frontend.SiteRef) *ast.RangeStmt {
	var outermost, nest *ast.RangeStmt
	c.loops(f, func(r *ast.RangeStmt) {
		if outermost == nil || r.Pos() >= outermost.End() {
			outermost = r
		}
		if at := c.prog.Fset.Position(r.For); at.Line == s.Line && at.Column == s.Column {
			nest = outermost
		}
	})
	if nest == nil {
		return nil
	}
	leaves := false
	ast.Inspect(nest.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			leaves = true
		case *ast.BranchStmt:
			leaves = leaves || n.Label != nil || n.Tok == token.GOTO
		}
		return true
	})
	if !leaves {
		return nil
	}
	return nest
}
