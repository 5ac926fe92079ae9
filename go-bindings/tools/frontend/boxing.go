package frontend

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
	"outlive.dev/tools/frontend/internal/source"
)

// makeInterface lowers the conversion of a concrete value to an interface.
func (l *lowerer) makeInterface(m *ssa.MakeInterface) {
	t := m.X.Type()
	l.noteBoxed(t)
	if l.types.pointerShaped(t) {
		l.vals.set(m, l.emit(outlive.OpMakeIfaceDirect, 0, l.types.of(m.Type()), l.val(m.X)))
		return
	}
	if p, ok := l.rangedOver(m); ok {
		t := l.types.of(m.Type())
		l.vals.set(m, l.emit(outlive.OpLoad, 0, t, l.emit(outlive.OpCast, 0, l.b.Pointer(t), p)))
		return
	}
	x := l.val(m.X)
	l.settle()
	operand := l.boxed(m)
	site := l.newSiteOf(outlive.SiteInfo{Kind: outlive.SiteBox, Type: l.types.of(t), Name: operand.Name}, operand.Pos, ClassOther, operand.Expr)
	l.vals.set(m, l.emit(outlive.OpMakeIface, uint32(site), l.types.of(m.Type()), x))
}

// boxed returns the operand of a conversion to an interface, with the compiler's
// position of the conversion. go/ssa does not keep it for implicit conversions, so it is found
// through whatever consumes the interface value.
func (l *lowerer) boxed(m *ssa.MakeInterface) source.Operand {
	if l.src == nil {
		return source.Operand{}
	}
	if m.Pos().IsValid() {
		if o := l.src.ConversionOperand(m.Pos()); o.OK() {
			return o
		}
	}
	for _, ref := range *m.Referrers() {
		if o := l.consumed(m, ref); o.OK() {
			return o
		}
	}
	var found source.Operand
	if refs := m.X.Referrers(); refs != nil {
		for _, ref := range *refs {
			if d, ok := ref.(*ssa.DebugRef); ok && !d.IsAddr {
				found = source.Operand{Expr: d.Expr, Pos: source.SynPos(d.Expr)}
			}
		}
	}
	return found
}

// consumed finds the expression of an interface value in the syntax of ref, an
// instruction that uses it.
func (l *lowerer) consumed(v ssa.Value, ref ssa.Instruction) source.Operand {
	switch ref := ref.(type) {
	case *ssa.Store:
		return l.stored(ref)
	case *ssa.Call:
		return l.argument(v, &ref.Call)
	case *ssa.Go:
		return l.argument(v, &ref.Call)
	case *ssa.Defer:
		return l.argument(v, &ref.Call)
	case *ssa.MapUpdate:
		if ref.Key == v {
			return l.src.KeyOperand(ref.Pos())
		}
		return l.src.ValueOperand(ref.Pos())
	case *ssa.Lookup:
		return l.src.KeyOperand(ref.Pos())
	case *ssa.Send:
		return l.src.SendOperand(ref.Pos())
	case *ssa.Select:
		for _, st := range ref.States {
			if st.Send == v {
				return l.src.SendOperand(st.Pos)
			}
		}
	case *ssa.Panic:
		return l.src.PanicOperand(ref.Pos())
	case *ssa.BinOp:
		if ref.X == v {
			return l.src.CompareOperand(ref.Pos(), 0)
		}
		return l.src.CompareOperand(ref.Pos(), 1)
	}
	return source.Operand{}
}

// stored is consumed for a store: of an argument in a pack, of a result, or an
// assignment.
func (l *lowerer) stored(s *ssa.Store) source.Operand {
	if a, ok := s.Addr.(*ssa.IndexAddr); ok {
		if pack, ok := a.X.(*ssa.Alloc); ok && pack.Comment == "varargs" {
			if call := l.src.CallAtRparen(pack.Pos()); call != nil {
				n := pack.Type().(*types.Pointer).Elem().(*types.Array).Len()
				return l.src.PackOperand(call, int(a.Index.(*ssa.Const).Int64()), int(n))
			}
		}
	}
	if l.src.ReturnAt(s.Pos()) != nil {
		switch addr := s.Addr.(type) {
		case *ssa.Alloc:
			if r, ok := l.vars.get(addr); ok && r.kind == outlive.SiteResult {
				return l.src.ReturnOperand(s.Pos(), r.index)
			}
		case *ssa.FreeVar:
			return l.src.ResultOperand(s.Pos(), addr.Pos())
		}
	}
	return l.src.StoreOperand(s.Pos())
}

// argument is consumed for an argument of a call.
func (l *lowerer) argument(v ssa.Value, c *ssa.CallCommon) source.Operand {
	call := l.src.CallAtLparen(c.Pos())
	if call == nil {
		return source.Operand{}
	}
	skip := 0
	if f, ok := c.Value.(*ssa.Function); ok && !c.IsInvoke() && f.Signature.Recv() != nil {
		skip = 1
	}
	for i, arg := range c.Args {
		if arg == v {
			return l.src.CallOperand(call, i-skip)
		}
	}
	return source.Operand{}
}
