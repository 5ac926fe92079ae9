package frontend

import (
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
		l.vals[v] = r
	case isKind(from, types.Uintptr) && isKind(to, types.UnsafePointer):
		l.vals[v] = l.emit(outlive.OpIntToPtr, 0, t, l.val(x))
	default:
		l.vals[v] = l.emit(outlive.OpCast, 0, t, l.val(x))
	}
}

func isKind(t types.Type, k types.BasicKind) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Kind() == k
}

// convertString lowers a conversion between strings and slices, or from a rune.
func (l *lowerer) convertString(v, x ssa.Value, t outlive.Type) {
	kind := outlive.SiteStringConversion
	if s, ok := v.Type().Underlying().(*types.Slice); ok {
		if _, isConst := x.(*ssa.Const); isConst && !isKind(s.Elem().Underlying(), types.Uint8) {
			kind = outlive.SiteSliceLiteral // the compiler writes out []rune("…")
		}
	}
	arg := l.val(x)
	l.settle()
	site := l.newSite(outlive.SiteInfo{Kind: kind, Type: t}, l.conversionPos(v), ClassOther)
	l.vals[v] = l.emit(outlive.OpConvert, uint32(site), t, arg)
}

// conversionPos returns the compiler's position of a conversion: its operand.
func (l *lowerer) conversionPos(v ssa.Value) token.Pos {
	if l.src == nil {
		return token.NoPos
	}
	if v.Pos().IsValid() {
		if o := l.src.ConversionOperand(v.Pos()); o.OK() {
			return o.Pos
		}
	}
	if call := l.exprOf(v); call != nil {
		return source.ConversionSite(call)
	}
	return token.NoPos
}

// uintptrAttrs marks a conversion to uintptr that is written as an argument of a
// function whose directives make the compiler keep the pointer.
func (l *lowerer) uintptrAttrs(v ssa.Value, inst outlive.Inst) {
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
		} else if pragma&source.UintptrKeepAlive != 0 || len(callee.Blocks) == 0 {
			l.body.AttrInst(inst, outlive.AttrUintptrKeepAlive, 1)
		}
	}
}
