package source

import "go/ast"

// perIteration is the first language version, go1.N, whose loop variables are
// new in each iteration.
const perIteration = 22

// leak marks a loop variable as one that the compiler must make anew for each
// iteration, because the node n captures it or takes its address. A return
// statement ends all iterations, so n does not count inside one.
func (p *Package) leak(v *Var, n ast.Node) {
	if v.Loop == nil || v.Leaked || p.LanguageMinor(v.Loop.Pos()) < perIteration {
		return
	}
	for up := range p.ancestors(n) {
		if up == ast.Node(v.Loop) {
			break
		}
		if _, ok := up.(*ast.ReturnStmt); ok && !v.Func.IsRangeBody() {
			return
		}
	}
	v.Leaked = true
}

// setDepth computes the depths of v, which depend on whether it leaked.
func (p *Package) setDepth(v *Var) {
	switch v.Kind {
	case Param, Result:
		v.Depth = 1
	case RangeVar, LoopVar:
		v.Depth = p.Depth(v.Loop.Pos())
		if !v.Leaked {
			return
		}
		if v.Kind == LoopVar {
			// Nothing declares it: it is the outermost scope that holds it, in nested loops too. It holds nothing
			// if nobody reads the variable.
			if !v.unread {
				v.CarrierDepth = 1
			}
			v.Depth = p.Depth(v.Loop.(*ast.ForStmt).Body.Lbrace)
		} else {
			v.Depth = p.Depth(v.Loop.(*ast.RangeStmt).Body.Lbrace)
		}
	case SwitchVar:
		v.Depth = p.Depth(v.Stmt.Pos())
	default:
		v.Depth = p.Depth(v.Obj.Pos())
	}
}
