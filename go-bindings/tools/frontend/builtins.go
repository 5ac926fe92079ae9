package frontend

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
)

var intrinsics = map[string]outlive.IntrinsicID{
	"print": outlive.IntrinsicPrint, "println": outlive.IntrinsicPrintln, "copy": outlive.IntrinsicCopy,
	"clear": outlive.IntrinsicClear, "min": outlive.IntrinsicMin, "max": outlive.IntrinsicMax,
	"Slice": outlive.IntrinsicUnsafeSlice, "String": outlive.IntrinsicUnsafeString,
	"SliceData": outlive.IntrinsicUnsafeSliceData, "StringData": outlive.IntrinsicUnsafeStringData,
	"close": outlive.IntrinsicClose, "real": outlive.IntrinsicReal, "imag": outlive.IntrinsicImag, "complex": outlive.IntrinsicComplex,
}

// builtin lowers a call of a builtin function.
func (l *lowerer) builtin(c *ssa.Call, name string) {
	args := c.Call.Args
	switch name {
	case "append":
		l.append(c)
	case "len":
		l.vals.set(c, l.pure(outlive.OpLen, 0, l.types.of(c.Type()), l.val(args[0])))
	case "cap":
		l.vals.set(c, l.pure(outlive.OpCap, 0, l.types.of(c.Type()), l.val(args[0])))
	case "delete":
		l.effect(outlive.OpMapDelete, 0, l.val(args[0]), l.val(args[1]))
	case "recover":
		l.vals.set(c, l.emit(outlive.OpRecover, 0, l.types.of(c.Type())))
	case "panic": // only in dead code is this a call
		l.effect(outlive.OpIntrinsic, uint32(outlive.IntrinsicPanic), l.val(args[0]))
	case "Add":
		l.vals.set(c, l.emit(outlive.OpPtrOffset, 0, l.types.of(c.Type()), l.val(args[0]), l.val(args[1])))
	case "Sizeof", "Alignof", "Offsetof": // constant except in instances of generic functions
		l.vals.set(c, l.constBits(outlive.OpConstInt, uint64(l.layout(name, args[0])), l.types.of(c.Type())))
	case "ssa:wrapnilchk":
		l.vals.set(c, l.val(args[0]))
	default:
		id, ok := intrinsics[name]
		if !ok {
			panic(failuref("%s: builtin %s", l.f, name))
		}
		var results []outlive.Type
		if t, ok := c.Type().(*types.Tuple); !ok || t.Len() > 0 {
			results = l.types.results(c.Type())
		}
		l.multi(c, outlive.OpIntrinsic, uint32(id), results, l.valsOf(args)...)
	}
}

// layout computes unsafe.Sizeof and its like for the operand x.
func (l *lowerer) layout(name string, x ssa.Value) int64 {
	switch name {
	case "Sizeof":
		return l.types.sizes.Sizeof(x.Type())
	case "Alignof":
		return l.types.sizes.Alignof(x.Type())
	}
	if load, ok := x.(*ssa.UnOp); ok {
		if f, ok := load.X.(*ssa.FieldAddr); ok {
			s := f.X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct)
			vars := make([]*types.Var, s.NumFields())
			for i := range vars {
				vars[i] = s.Field(i)
			}
			return l.types.sizes.Offsetsof(vars)[f.Field]
		}
	}
	return 0
}

// lateBuiltin lowers a builtin called by go or defer.
func (l *lowerer) lateBuiltin(c *ssa.CallCommon, name string, f form) outlive.Inst {
	id, ok := intrinsics[name]
	switch name {
	case "delete":
		id, ok = outlive.IntrinsicDelete, true
	case "recover":
		id, ok = outlive.IntrinsicRecoverDiscard, true
	case "panic":
		id, ok = outlive.IntrinsicPanic, true
	}
	if !ok {
		panic(failuref("%s: go or defer of builtin %s", l.f, name))
	}
	return l.effect(f.op(outlive.OpIntrinsic), uint32(id), l.valsOf(c.Args)...)
}

// append lowers append, with its elements one by one unless they are a slice.
func (l *lowerer) append(c *ssa.Call) {
	args := c.Call.Args
	op, more := outlive.OpAppend, []ssa.Value(nil)
	first := l.val(args[0])
	if len(args) > 1 {
		if p := l.packOf(args[1]); p != nil {
			more = p.elems
		} else if k, ok := args[1].(*ssa.Const); !ok || k.Value != nil {
			op, more = outlive.OpAppendSlice, args[1:]
		}
	}
	vals := l.valsAfter(first, more)
	l.settle()
	t := l.types.of(c.Type())
	site := l.newSite(outlive.SiteInfo{Kind: outlive.SiteAppend, Type: t}, c.Pos(), ClassAppend)
	l.vals.set(c, l.emit(op, uint32(site), t, vals...))
}

// makeMap lowers make(map) and map literals.
func (l *lowerer) makeMap(m *ssa.MakeMap) {
	kind := outlive.SiteMap
	if l.src != nil && l.src.LiteralAt(m.Pos()) != nil {
		kind = outlive.SiteMapLiteral
	}
	var args []outlive.Value
	if m.Reserve != nil {
		args = append(args, l.val(m.Reserve))
	}
	l.settle()
	t := l.types.of(m.Type())
	site := l.newSite(outlive.SiteInfo{Kind: kind, Type: t}, m.Pos(), ClassOther)
	l.vals.set(m, l.emit(outlive.OpMakeMap, uint32(site), t, args...))
}

// inWrapper reports whether the object of a is made inside the wrapper function
// that the compiler makes of a go or defer statement: a pack, a slice literal or
// new(T) that is an operand of the statement, directly or within a literal.
func (l *lowerer) inWrapper(a *ssa.Alloc) bool {
	if a.Comment == "complit" {
		return false
	}
	return l.reachesWrapper(a, 0)
}

// reachesWrapper follows the only use of the object of a to a go or defer
// statement whose operands go to the heap.
func (l *lowerer) reachesWrapper(a *ssa.Alloc, depth int) bool {
	var v ssa.Value
	switch a.Comment {
	case "new":
		v = a
	case "slicelit", "varargs", "complit":
		for _, ref := range *a.Referrers() {
			switch ref := ref.(type) {
			case *ssa.Slice:
				v = ref
			case *ssa.UnOp:
				if ref.Op == token.MUL {
					v = ref
				}
			}
		}
	}
	if v == nil || depth > 20 {
		return false
	}
	switch use := onlyUse(v).(type) {
	case *ssa.Go:
		return true
	case *ssa.Defer:
		return l.deferInHeap()
	case *ssa.Store:
		if use.Val != v {
			return false
		}
		if to := l.literalOf(use.Addr); to != nil {
			return l.reachesWrapper(to, depth+1)
		}
	}
	return false
}

// literalOf returns the object of the value literal or pack that addr lies in.
func (l *lowerer) literalOf(addr ssa.Value) *ssa.Alloc {
	for {
		switch a := addr.(type) {
		case *ssa.FieldAddr:
			addr = a.X
		case *ssa.IndexAddr:
			addr = a.X
		case *ssa.Alloc:
			if !l.isExpr(a) {
				return nil
			}
			switch a.Comment {
			case "slicelit", "varargs":
				return a
			case "complit":
				if _, ptr := l.src.LiteralSite(l.src.LiteralAt(a.Pos())); !ptr {
					return a
				}
			}
			return nil
		default:
			return nil
		}
	}
}
