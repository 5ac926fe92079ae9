package frontend

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
)

// pack is the array of variadic arguments that go/ssa makes for append, which
// takes its elements one by one in the IR.
type pack struct {
	elems []ssa.Value
}

// fuse finds the instructions that the IR has as one: an append with its pack, a
// make with constant capacity, a chain of string concatenations. It also drops
// the handle of the defer stack that go/ssa threads through functions.
func (l *lowerer) fuse() {
	stack := l.deferStack()
	for _, b := range l.order {
		for _, instr := range b.Instrs {
			switch i := instr.(type) {
			case *ssa.Alloc:
				switch {
				case ssa.Value(i) == stack:
					l.fused.add(i)
				case l.isExpr(i) && i.Comment == "varargs":
					l.fusePack(i)
				case l.isExpr(i) && i.Comment == "makeslice":
					l.fused.add(i)
				case l.isExpr(i) && i.Comment == "complit":
					l.fuseTemporary(i)
				}
			case *ssa.Call:
				if bi, ok := i.Call.Value.(*ssa.Builtin); ok && bi.Name() == "ssa:deferstack" {
					l.fused.add(i)
				}
			case *ssa.Store:
				if i.Addr == stack {
					l.fused.add(i)
				}
			case *ssa.UnOp:
				if i.Op == token.MUL && i.X == stack {
					l.fused.add(i)
				}
			case *ssa.Go:
				l.findWrapper(i, true)
			case *ssa.Defer:
				l.findWrapper(i, l.f.Synthetic == rangeBody || l.depthAt(i.Pos()) > 1)
			case *ssa.MakeClosure:
				if rangedMethod(i) != nil {
					l.fused.add(i)
				}
			case *ssa.BinOp:
				if l.isInnerConcat(i) {
					l.fused.add(i)
				}
			}
		}
	}
}

// deferStack returns the variable with the defer stack, which the function keeps for bodies of ranges over functions or, being one,
// is given; nil if there is none.
func (l *lowerer) deferStack() ssa.Value {
	for _, v := range l.f.FreeVars {
		if isDeferStack(v) {
			return v
		}
	}
	for _, instr := range l.f.Blocks[0].Instrs {
		if a, ok := instr.(*ssa.Alloc); ok && isDeferStack(a) {
			return a
		}
	}
	return nil
}

// isDeferStack reports whether addr is the variable with the defer stack.
func isDeferStack(addr ssa.Value) bool {
	p, ok := addr.Type().(*types.Pointer)
	return ok && isDeferStackType(p.Elem())
}

func isDeferStackType(t types.Type) bool {
	n, ok := t.(*types.Named)
	return ok && n.Obj().Name() == "deferStack" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "$ssa"
}

// onlyUse returns the only instruction that uses v, not counting debug references.
func onlyUse(v ssa.Value) ssa.Instruction {
	var use ssa.Instruction
	for _, ref := range *v.Referrers() {
		if _, ok := ref.(*ssa.DebugRef); ok {
			continue
		}
		if use != nil {
			return nil
		}
		use = ref
	}
	return use
}

// fusePack drops the pack of an append and keeps its elements.
func (l *lowerer) fusePack(a *ssa.Alloc) {
	n := a.Type().(*types.Pointer).Elem().(*types.Array).Len()
	p := &pack{elems: make([]ssa.Value, n)}
	var parts []ssa.Instruction
	for _, ref := range *a.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Slice:
			call, ok := onlyUse(ref).(*ssa.Call)
			if !ok {
				return
			}
			if bi, ok := call.Call.Value.(*ssa.Builtin); !ok || bi.Name() != "append" {
				return
			}
			parts = append(parts, ref)
		case *ssa.IndexAddr:
			store, ok := onlyUse(ref).(*ssa.Store)
			if !ok {
				return
			}
			p.elems[ref.Index.(*ssa.Const).Int64()] = store.Val
			parts = append(parts, ref, store)
		}
	}
	for _, part := range parts {
		l.fused.add(part)
	}
	l.fused.add(a)
	l.packs[a] = p
}

// fuseTemporary drops the variable that go/ssa puts a slice or map literal in,
// only to load it at once.
func (l *lowerer) fuseTemporary(a *ssa.Alloc) {
	switch a.Type().(*types.Pointer).Elem().Underlying().(type) {
	case *types.Slice, *types.Map:
	default:
		return
	}
	if _, ptr := l.src.LiteralSite(l.src.LiteralAt(a.Pos())); ptr {
		return
	}
	var store *ssa.Store
	var load *ssa.UnOp
	for _, ref := range *a.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef:
		case *ssa.Store:
			if store != nil || ref.Addr != a {
				return
			}
			store = ref
		case *ssa.UnOp:
			if load != nil {
				return
			}
			load = ref
		default:
			return
		}
	}
	if store == nil || load == nil {
		return
	}
	l.fused.add(a)
	l.fused.add(store)
	l.loads[load] = store.Val
}

// packOf returns the pack that v is a slice of, or nil.
func (l *lowerer) packOf(v ssa.Value) *pack {
	if s, ok := v.(*ssa.Slice); ok {
		if a, ok := s.X.(*ssa.Alloc); ok {
			return l.packs[a]
		}
	}
	return nil
}

// isInnerConcat reports whether b is a part of a longer concatenation.
func (l *lowerer) isInnerConcat(b *ssa.BinOp) bool {
	if b.Op != token.ADD || l.src == nil || !isString(b.Type()) {
		return false
	}
	e := l.src.BinaryAt(b.Pos())
	if e == nil {
		return false
	}
	up := l.src.Parent(e)
	for paren, ok := up.(*ast.ParenExpr); ok; paren, ok = up.(*ast.ParenExpr) {
		up = l.src.Parent(paren)
	}
	if sum, ok := up.(*ast.BinaryExpr); !ok || sum.Op != token.ADD || l.src.Info.Types[sum].Value != nil {
		return false
	}
	outer, ok := onlyUse(b).(*ssa.BinOp)
	return ok && outer.Op == token.ADD
}

// concat lowers a chain of string concatenations, or s += t.
func (l *lowerer) concat(b *ssa.BinOp) {
	var args []outlive.Value
	var collect func(v ssa.Value)
	collect = func(v ssa.Value) {
		if inner, ok := v.(*ssa.BinOp); ok && l.fused.has(inner) {
			collect(inner.X)
			collect(inner.Y)
			return
		}
		args = append(args, l.val(v))
	}
	collect(b.X)
	collect(b.Y)
	l.settle()
	grow := l.src != nil && l.src.BinaryAt(b.Pos()) == nil && l.src.IsOpAssign(b.Pos())
	site := l.newSite(outlive.SiteInfo{Kind: outlive.SiteConcat, Type: l.types.of(b.Type()), Silent: grow}, b.Pos(), ClassOther)
	inst, v := l.body.Emit(outlive.OpConcat, uint32(site), args, nil, l.types.of(b.Type()))
	if grow {
		l.body.AttrInst(inst, outlive.AttrAssignOp, 1)
	}
	l.vals.set(b, v)
}

// makeSlice lowers make([]T, n, c). A capacity that the compiler finds to be
// constant is one in the IR.
func (l *lowerer) makeSlice(v ssa.Value, n, c ssa.Value) {
	l.settle()
	site := l.newSite(outlive.SiteInfo{Kind: outlive.SiteMakeSlice, Type: l.types.of(v.Type())}, v.Pos(), ClassOther)
	at := len(l.sites) - 1
	length := l.val(n)
	capacity := length
	if c != n {
		capacity = l.val(c)
	}
	size, known := int64(0), false
	if k, ok := c.(*ssa.Const); ok && k.Value != nil {
		size, known = k.Int64(), true
	}
	if l.src != nil {
		if call := l.src.CallAtLparen(v.Pos()); call != nil && len(call.Args) > 1 {
			if n, ok := l.src.StaticSize(call.Args[len(call.Args)-1]); ok {
				capacity = l.constInt(n)
				size, known = n, true
			}
		}
	}
	if known && size > 0 {
		l.sites[at].size = uint64(size) * l.b.ElemSize(l.types.of(v.Type()))
	}
	l.vals.set(v, l.emit(outlive.OpMakeSlice, uint32(site), l.types.of(v.Type()), length, capacity))
}

// constSlice lowers the slice of the array that go/ssa makes for a make with
// constant capacity; it reports whether s is that.
func (l *lowerer) constSlice(s *ssa.Slice) bool {
	a, ok := s.X.(*ssa.Alloc)
	if !ok || a.Comment != "makeslice" || !l.fused.has(a) {
		return false
	}
	n := a.Type().(*types.Pointer).Elem().(*types.Array).Len()
	l.makeSlice(s, s.High, ssa.NewConst(constant.MakeInt64(n), types.Typ[types.Int]))
	return true
}
