package frontend

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
	"outlive.dev/tools/frontend/internal/source"
)

// What a range assigns to its value. The compiler has it flow from what is ranged over, dereferenced, to what is assigned to, and
// asks neither whether it holds pointers nor whether it is converted on the way: it makes the conversion later. So numbers are
// copied from memory to memory here, which is a flow whatever the type, and an interface variable gets what was ranged
// over instead of a box. A variable that is made anew for each iteration, because it leaks, is copied from one that lives as long as the
// function. Where such a flow is not what the program means, it is in modules that are only analysed, those of programs
// in lean form.

// rangedOver returns a pointer to what a range assigns to an interface variable, if the value that m converts is one.
func (l *lowerer) rangedOver(m *ssa.MakeInterface) (outlive.Value, bool) {
	if l.src == nil || !l.prog.Lean {
		return 0, false
	}
	switch x := m.X.(type) {
	case *ssa.UnOp:
		if a := rangedElement(x); a != nil {
			return l.val(a), true
		}
	case *ssa.Index:
		if isRangeIndex(x.Index) {
			return l.inVariable(l.val(x.X)), true
		}
	case *ssa.Extract:
		if r, str := rangedNext(x); r != nil && str {
			return l.stringData(r.X), true
		} else if r != nil {
			held := l.emit(outlive.OpMakeIfaceDirect, 0, l.types.of(m.Type()), l.val(r.X))
			return l.emit(outlive.OpTypeAssert, 0, l.types.of(types.NewPointer(m.Type())), held), true
		}
	}
	return 0, false
}

// storeRanged lowers the store s of the value of a range, as far as that differs from any other: it reports whether nothing is left to do,
// or returns what to store.
func (l *lowerer) storeRanged(s *ssa.Store) (val outlive.Value, done bool) {
	target := l.rangeTarget(s.Val, s.Pos())
	if target == source.RangeInside {
		return l.val(s.Val), false
	}
	t := l.types.of(s.Val.Type())
	dst := l.val(s.Addr)
	if target == source.RangeCopied {
		// The compiler does not declare it, so it is outside all loops.
		site := l.newSite(outlive.SiteInfo{Kind: outlive.SiteVar, Type: t, Silent: true}, token.NoPos, ClassOther)
		l.b.AttrSite(site, outlive.AttrDepth, 1)
		dst = l.emit(outlive.OpVar, uint32(site), l.b.Pointer(t))
	}
	if from, ok := l.rangedNumbers(s.Val, s.Pos()); ok {
		l.effect(outlive.OpMemcpy, uint32(t), dst, from)
		// The element may have changed since it was loaded, by what is assigned to the key: the store settles it.
		return l.val(s.Val), l.prog.Lean
	}
	val = l.val(s.Val)
	if target == source.RangeCopied {
		l.effect(outlive.OpStore, 0, dst, val)
		val = l.emit(outlive.OpLoad, 0, t, dst)
	}
	return val, false
}

// rangeTarget returns to what a range assigns v at pos, if it does and that matters.
func (l *lowerer) rangeTarget(v ssa.Value, pos token.Pos) source.RangeTarget {
	ranged := false
	switch x := unchanged(v).(type) {
	case *ssa.UnOp:
		ranged = rangedElement(x) != nil
	case *ssa.Index:
		ranged = isRangeIndex(x.Index)
	case *ssa.Extract:
		r, _ := rangedNext(x)
		ranged = r != nil
	}
	if !ranged || l.src == nil {
		return source.RangeInside
	}
	return l.src.RangeAssignAt(pos)
}

// rangedNumbers returns the address from which a range copies v, which is without pointers, to what it assigns to at pos.
func (l *lowerer) rangedNumbers(v ssa.Value, pos token.Pos) (outlive.Value, bool) {
	if !l.isRanged(v, pos) {
		return 0, false
	}
	var from outlive.Value
	switch x := unchanged(v).(type) {
	case *ssa.UnOp:
		from = l.val(rangedElement(x))
		if x == v {
			return from, true
		}
	case *ssa.Extract:
		if r, str := rangedNext(x); str {
			from = l.stringData(r.X)
		} else {
			from = l.val(r.X)
		}
	}
	return l.emit(outlive.OpCast, 0, l.b.Pointer(l.types.of(v.Type())), from), true
}

// isRanged reports whether v is without pointers and assigned by a range at pos, and there is an address to copy it from. An array
// that is ranged over by value holds no pointers either then, so that nothing flows.
func (l *lowerer) isRanged(v ssa.Value, pos token.Pos) bool {
	switch unchanged(v).(type) {
	case *ssa.UnOp:
	case *ssa.Extract:
		if !l.prog.Lean {
			return false
		}
	default:
		return false
	}
	return l.rangeTarget(v, pos) != source.RangeInside && !l.types.hasPointers(v.Type())
}

// feedsRanged reports whether v is loaded for a range that assigns it, without pointers, as isRanged says.
func (l *lowerer) feedsRanged(v ssa.Value) bool {
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.ChangeType:
			if l.feedsRanged(ref) {
				return true
			}
		case *ssa.Store:
			if ref.Val == v && l.isRanged(v, ref.Pos()) {
				return true
			}
		case *ssa.MapUpdate:
			if ref.Value == v && l.isRanged(v, ref.Pos()) {
				return true
			}
		}
	}
	return false
}

// putRanged has what v is copied from leak, if v is a number that a range puts into a map.
func (l *lowerer) putRanged(m *ssa.MapUpdate) {
	if !l.prog.Lean {
		return
	}
	if from, ok := l.rangedNumbers(m.Value, m.Pos()); ok {
		p := l.types.of(types.Typ[types.UnsafePointer])
		held := l.emit(outlive.OpLoad, 0, p, l.emit(outlive.OpCast, 0, l.b.Pointer(p), from))
		l.effect(outlive.OpIntrinsic, uint32(outlive.IntrinsicEscape), held)
	}
}

// unchanged returns v as it was before conversions that change only its type.
func unchanged(v ssa.Value) ssa.Value {
	for {
		c, ok := v.(*ssa.ChangeType)
		if !ok {
			return v
		}
		v = c.X
	}
}

// rangedElement returns the address of the element that a range loads, or nil.
func rangedElement(load *ssa.UnOp) *ssa.IndexAddr {
	if a, ok := load.X.(*ssa.IndexAddr); ok && load.Op == token.MUL && isRangeIndex(a.Index) {
		return a
	}
	return nil
}

// rangedNext returns the range over a map or string whose value x is, and which of them, or nil.
func rangedNext(x *ssa.Extract) (r *ssa.Range, str bool) {
	if n, ok := x.Tuple.(*ssa.Next); ok && x.Index == 2 {
		r, _ = n.Iter.(*ssa.Range)
		return r, n.IsString
	}
	return nil, false
}

// stringData is a pointer to the bytes of a string.
func (l *lowerer) stringData(s ssa.Value) outlive.Value {
	p := l.types.of(types.NewPointer(types.Typ[types.Byte]))
	return l.emit(outlive.OpIntrinsic, uint32(outlive.IntrinsicUnsafeStringData), p, l.val(s))
}

// isRangeIndex reports whether v is the counter that go/ssa makes for a range.
func isRangeIndex(v ssa.Value) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return false
	}
	a, ok := load.X.(*ssa.Alloc)
	return ok && a.Comment == "rangeindex" && !a.Pos().IsValid()
}
