package frontend

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
	"outlive.dev/tools/frontend/internal/source"
)

// convert lowers conversions that change the representation.
func (l *lowerer) convert(v, x ssa.Value) {
	t := l.types.of(v.Type())
	from, to := x.Type().Underlying(), v.Type().Underlying()
	switch {
	case isString(to) != isString(from):
		l.convertString(v, x, t)
	case isKind(from, types.UnsafePointer) && isKind(to, types.Uintptr):
		l.settle()
		inst, r := l.body.Emit(outlive.OpPtrToInt, 0, []outlive.Value{l.val(x)}, nil, t)
		l.uintptrAttrs(v, inst)
		if !becomesPointer(v) {
			r = l.throughVariable(r)
		}
		l.vals.set(v, r)
	case isKind(from, types.Uintptr) && isKind(to, types.UnsafePointer):
		l.vals.set(v, l.emit(outlive.OpIntToPtr, 0, t, l.val(x)))
	default:
		l.vals.set(v, l.emit(outlive.OpCast, 0, t, l.val(x)))
	}
}

func isKind(t types.Type, k types.BasicKind) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Kind() == k
}

// convertString lowers a conversion between strings and slices, or from a rune.
func (l *lowerer) convertString(v, x ssa.Value, t outlive.Type) {
	kind := outlive.SiteStringConversion
	if c, ok := v.(*ssa.Convert); ok && isRunes(c) {
		kind = outlive.SiteSliceLiteral
	}
	arg := l.val(x)
	l.settle()
	pos, expr := token.NoPos, ast.Expr(nil)
	if call := l.conversion(v); call != nil {
		pos, expr = source.ConversionSite(call), call
	}
	site := l.newSiteOf(outlive.SiteInfo{Kind: kind, Type: t}, pos, ClassOther, expr)
	l.vals.set(v, l.emit(outlive.OpConvert, uint32(site), t, arg))
}

// isRunes reports whether v is []rune("…"), which the compiler writes out.
func isRunes(v *ssa.Convert) bool {
	s, ok := v.Type().Underlying().(*types.Slice)
	if !ok || isKind(s.Elem().Underlying(), types.Uint8) {
		return false
	}
	_, ok = v.X.(*ssa.Const)
	return ok
}

// conversion returns the expression of a conversion T(x), or nil.
func (l *lowerer) conversion(v ssa.Value) *ast.CallExpr {
	if l.src == nil {
		return nil
	}
	if v.Pos().IsValid() {
		if call := l.src.CallAtLparen(v.Pos()); call != nil {
			return call
		}
	}
	return l.exprOf(v)
}

// uintptrAttrs marks a conversion to uintptr that is written as an argument of a
// function whose directives make the compiler keep the pointer.
func (l *lowerer) uintptrAttrs(v ssa.Value, inst outlive.Inst) {
	if l.lateUintptr(v) {
		l.body.AttrInst(inst, outlive.AttrUintptrEscapes, 1)
		return
	}
	for _, ref := range *v.Referrers() {
		if s, ok := ref.(*ssa.Store); ok { // in a pack
			if a, ok := s.Addr.(*ssa.IndexAddr); ok {
				if alloc, ok := a.X.(*ssa.Alloc); ok && alloc.Comment == "varargs" {
					for _, r := range *alloc.Referrers() {
						if sl, ok := r.(*ssa.Slice); ok {
							ref = onlyUse(sl)
						}
					}
				}
			}
		}
		call, ok := ref.(ssa.CallInstruction)
		if !ok {
			continue
		}
		callee := call.Common().StaticCallee()
		if callee == nil {
			continue
		}
		pragma := l.pragmas(callee)
		if pragma&source.UintptrEscapes != 0 {
			l.body.AttrInst(inst, outlive.AttrUintptrEscapes, 1)
		} else if pragma&source.UintptrKeepAlive != 0 || l.bodyless(callee) {
			l.body.AttrInst(inst, outlive.AttrUintptrKeepAlive, 1)
		}
	}
}

// becomesPointer reports whether arithmetic leads from the integer v to a pointer
// again, or to the address in a reflect header. Only then does the compiler see a
// pointer in it; once in a variable, or anywhere else, an integer is an integer.
func becomesPointer(v ssa.Value) bool {
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Convert:
			if isKind(ref.Type().Underlying(), types.UnsafePointer) {
				return true
			}
		case *ssa.ChangeType:
			if becomesPointer(ref) {
				return true
			}
		case *ssa.BinOp:
			if !isCompare(ref.Op) && becomesPointer(ref) {
				return true
			}
		case *ssa.UnOp:
			if becomesPointer(ref) {
				return true
			}
		case *ssa.Store:
			if ref.Val == v && isHeaderData(ref.Addr) {
				return true
			}
		}
	}
	return false
}

// lateUintptr reports whether the conversion v to uintptr is an operand of a go
// statement, or of a defer statement whose operands go to the heap: the compiler
// keeps the pointer, not the integer, until the call.
func (l *lowerer) lateUintptr(v ssa.Value) bool {
	switch use := onlyUse(v).(type) {
	case *ssa.Go:
		return true
	case *ssa.Defer:
		return l.deferInHeap()
	case *ssa.Store:
		if to := l.literalOf(use.Addr); use.Val == v && to != nil {
			return l.reachesWrapper(to, 0)
		}
	}
	return false
}

// throughVariable stores x in a variable of its own and loads it again, for a value
// of which only the number is to be known.
func (l *lowerer) throughVariable(x outlive.Value) outlive.Value {
	return l.emit(outlive.OpLoad, 0, l.body.TypeOf(x), l.inVariable(x))
}

// inVariable stores x in a variable of its own and returns the address.
func (l *lowerer) inVariable(x outlive.Value) outlive.Value {
	t := l.body.TypeOf(x)
	site := l.newSite(outlive.SiteInfo{Kind: outlive.SiteVar, Type: t, Silent: true}, token.NoPos, ClassOther)
	addr := l.emit(outlive.OpVar, uint32(site), l.b.Pointer(t))
	l.effect(outlive.OpStore, 0, addr, x)
	return addr
}
