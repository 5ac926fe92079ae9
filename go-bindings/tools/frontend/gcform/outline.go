package gcform

import (
	"go/ast"
	"go/token"
	"go/types"

	"outlive.dev/tools/frontend"
)

// The initialisation of a package variable with a big map literal becomes a function of its own, so that the linker can drop
// it with the variable: if it has at least so many parts, and none of them can have an effect.
const outlinedParts = 20

// initializer walks the initialisation of package variables. One that is a function of its own is a batch of its own.
func (w *walker) initializer(init *types.Initializer) {
	if !w.outlined(init) {
		w.expr(init.Rhs)
		return
	}
	if w.ref != nil {
		w.expr(init.Rhs)
		w.c.batches = append(w.c.batches, batch{outlined: init})
	}
}

func (w *walker) outlined(init *types.Initializer) bool {
	if len(init.Lhs) != 1 || init.Lhs[0].Name() == "_" {
		return false
	}
	if _, ok := init.Lhs[0].Type().Underlying().(*types.Map); !ok {
		return false
	}
	parts, effects := w.size(init.Rhs)
	return parts >= outlinedParts && !effects
}

// size counts the parts of an expression as the compiler does, and looks for effects.
func (w *walker) size(e ast.Expr) (parts int, effects bool) {
	e = ast.Unparen(e)
	if tv := w.src.Info.Types[e]; tv.Value != nil || tv.IsType() || tv.IsNil() {
		return 1, false
	}
	add := func(list ...ast.Expr) {
		for _, x := range list {
			if x != nil {
				n, bad := w.size(x)
				parts, effects = parts+n, effects || bad
			}
		}
	}
	parts = 1
	switch e := e.(type) {
	case *ast.CompositeLit:
		_, structure := w.src.Info.TypeOf(e).Underlying().(*types.Struct)
		for _, elem := range e.Elts {
			if structure {
				parts++
			}
			kv, ok := elem.(*ast.KeyValueExpr)
			if !ok {
				add(elem)
				continue
			}
			if structure {
				add(kv.Value)
				continue
			}
			parts++
			add(kv.Key, kv.Value)
		}
		if _, pointer := w.src.Info.TypeOf(e).Underlying().(*types.Pointer); pointer {
			parts++
		}
	case *ast.UnaryExpr:
		add(e.X)
		effects = effects || e.Op == token.ARROW
	case *ast.BinaryExpr:
		add(e.X, e.Y)
		effects = effects || e.Op == token.QUO || e.Op == token.REM || e.Op == token.SHL || e.Op == token.SHR
	case *ast.CallExpr:
		if w.src.IsConversion(e) {
			add(e.Args...)
		} else {
			effects = true
		}
	case *ast.SelectorExpr:
		if w.src.Info.Selections[e] != nil {
			add(e.X)
			effects = effects || w.src.Info.Selections[e].Indirect()
		}
	case *ast.Ident, *ast.FuncLit:
	default:
		effects = true
	}
	return parts, effects
}

// outlinedExpressions adds the allocations of an initialisation that is a function of its own.
func (p *Printer) outlinedExpressions(lines []Line, c *compilation, init *types.Initializer) []Line {
	f := p.prog.SSA.Package(c.pkg.Types).Func("init")
	w := c.walker(f)
	if w == nil {
		return lines
	}
	spots := p.spots(w, func() { w.expr(init.Rhs) })
	var list []*frontend.SiteRef
	for _, s := range p.sites[f] {
		if !isVariable(s.Kind) && len(spots[spot{s.File, s.Line, s.Column, s.Kind}]) > 0 {
			list = append(list, s)
			p.printed[s.Site] = true
		}
	}
	return p.place(lines, list, spots)
}
