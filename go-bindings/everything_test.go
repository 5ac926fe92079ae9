//go:build cgo

package outlive

import "testing"

// everything uses each operation at least once, through the method that is named after it.
func everything() *Builder {
	b := NewBuilder("everything")
	integer, boolean, text, u8 := b.Basic(Int), b.Basic(Bool), b.Basic(String), b.Basic(Uint8)
	anything := b.Interface(nil)
	bytes, ch, raw := b.Slice(u8), b.Chan(integer, SendRecv), b.Basic(UnsafePointer)
	pair := b.Named("p", "pair", nil, false)
	b.SetUnderlying(pair, b.Struct(16, []Field{{Name: "a", Type: integer}, {Name: "b", Type: integer, Offset: 8}}))
	arr, table := b.Array(u8, 4), b.Map(text, integer)
	stringer := b.Interface([]Method{{Name: "String", Sig: b.FuncType(nil, []Type{text}, false)}})
	void, global := b.FuncType(nil, nil, false), b.Global("g", arr, NoPos)

	ext := b.Func(fn("ext", b.FuncType([]Type{integer}, []Type{integer, boolean}, false)))
	method := b.Func(fn("pair.String", b.FuncType([]Type{b.Pointer(pair)}, []Type{text}, false)))
	f := b.Func(fn("f", b.FuncType([]Type{bytes, text, table, ch, stringer, b.Pointer(pair)}, []Type{integer}, false)))
	lit := b.Func(FuncInfo{Name: "f.func1", Sig: void, Parent: f, InstanceOf: NoFunc, FreeVars: []Type{integer}})
	site := func(k SiteKind, t Type) Site { return b.Site(SiteInfo{Kind: k, Type: t, Func: f, Name: k.String()}) }

	y := b.Body(lit)
	y.Entry()
	y.FreeVar(0)
	y.Unreachable()

	y = b.Body(f)
	entry := y.Entry()
	recovered, iter, some, none, last := y.Block(), y.Block(), y.Block(integer), y.Block(), y.Block(integer)
	y.SetRecover(recovered)
	bs, s, m, c, str, pp := y.Param(entry, 0), y.Param(entry, 1), y.Param(entry, 2), y.Param(entry, 3), y.Param(entry, 4), y.Param(entry, 5)
	one := y.ConstInt(integer, 1)
	y.ConstFloat(b.Basic(Float64), 1.5)
	y.Zero(pair)
	cond := y.Unary(Not, y.Compare(Eq, y.Binary(Shl, one, one), one))
	y.Cast(b.Basic(Int64), y.Select(cond, one, one))

	v := y.Var(site(SiteVar, pair))
	_, addr := y.PtrToInt(y.Cast(raw, v))
	y.PtrOffset(y.IntToPtr(raw, addr), one)
	y.Store(v, y.Aggregate(pair, one, one))
	y.Extract(y.Load(v), 1)
	y.Load(y.FieldAddr(v, 1))
	y.ZeroMem(v)
	y.Memcpy(pair, v, pp)
	n := y.New(site(SiteSliceLiteral, arr))
	y.Slice(bytes, n, one, one, one)
	y.Slice(text, s, NoValue, one, NoValue)
	y.Store(y.ElemAddr(n, one), y.Load(y.ElemAddr(bs, one)))
	y.ExtractElem(u8, y.Load(y.GlobalAddr(global)), one)
	y.ExtractElem(u8, s, one)
	y.SliceToArray(arr, bs)
	y.SliceToArrayPtr(b.Pointer(arr), bs)
	y.MakeSlice(site(SiteMakeSlice, bytes), y.Len(bs), y.Cap(bs))
	y.MakeMap(site(SiteMap, table))
	y.MakeMap(site(SiteMap, table), one)
	y.MakeChan(site(SiteChan, ch))
	y.MakeChan(site(SiteChan, ch), one)
	boxed := y.MakeIface(site(SiteBox, integer), anything, one)
	y.MakeIfaceDirect(anything, pp)
	_, fv := y.MakeClosure(site(SiteClosure, void), lit, one)
	y.MethodValue(site(SiteMethodValue, b.FuncType(nil, []Type{text}, false)), method, pp)
	mv := y.MethodValueIface(site(SiteMethodValue, b.FuncType(nil, []Type{text}, false)), 0, str)
	_, cat := y.Concat(site(SiteConcat, text), s, y.ConstString(text, "x"))
	y.Convert(site(SiteStringConversion, bytes), cat)
	y.Append(site(SiteAppend, bytes), bs, y.ConstInt(u8, 0))
	y.AppendSlice(site(SiteAppend, bytes), bs, s)

	y.ChangeIface(anything, str)
	y.TypeAssert(integer, boxed)
	y.TypeAssertOK(stringer, boxed)
	y.MapSet(m, s, y.MapGet(m, s))
	y.MapGetOK(m, s)
	y.MapDelete(m, s)
	y.ChanSend(c, y.ChanRecv(c))
	y.ChanRecvOK(c)
	y.ChanSelect([]Send{{c, one}}, []Value{c}, true)
	y.ChanSelect(nil, nil, true)
	y.FuncRef(ext)
	y.Call(ext, one)
	y.CallIndirect(mv)
	y.CallMethod(str, 0)
	y.Intrinsic(IntrinsicCopy, []Value{bs, bs}, integer)
	y.Go(ext, one)
	y.GoIndirect(fv)
	y.Emit(OpGoMethod, 0, []Value{str}, nil)
	y.Emit(OpGoIntrinsic, uint32(IntrinsicClose), []Value{c}, nil)
	y.Defer(ext, one)
	y.DeferIndirect(fv)
	y.Emit(OpDeferMethod, 0, []Value{str}, nil)
	y.Emit(OpDeferIntrinsic, uint32(IntrinsicRecoverDiscard), nil, nil)
	y.Free(v)
	it := y.Iter(m)
	runes := y.Iter(s)
	y.Next(runes, integer, b.Basic(Int32))
	y.Jump(iter)

	y.SetBlock(iter)
	ok, _, _ := y.Next(it, text, integer)
	y.BranchArgs(ok, some, []Value{one}, none, nil)
	y.SetBlock(some)
	y.Switch(y.Param(some, 0), none, nil, Case{Value: 7, Target: last, Args: []Value{one}})
	y.SetBlock(last)
	y.RunDefers()
	y.Return(y.Param(last, 0))
	y.SetBlock(none)
	y.Panic(boxed)
	y.SetBlock(recovered)
	y.Recover(anything)
	y.Return(one)
	return b
}

// The methods give results the types that the verifier wants.
func TestEveryOperation(t *testing.T) {
	b := everything()
	image := mustImage(t, b)
	if err := VerifyImage(image); err != nil {
		t.Error(err)
	}
	seen := map[Op]bool{}
	for i := range b.funcs {
		for _, op := range operations(b.funcs[i].code) {
			seen[op] = true
		}
	}
	for op := range opTable {
		if _, ok := Op(op).Info(); ok && !seen[Op(op)] {
			t.Errorf("%s is not used", Op(op))
		}
	}
}

// operations lists the operations of an encoded body.
func operations(w []uint32) []Op {
	var ops []Op
	if len(w) == 0 {
		return nil
	}
	blocks := w[0]
	w = w[3:]
	for range blocks {
		params, insts := w[0], w[1]
		w = w[2+params:]
		for range insts {
			ops = append(ops, Op(w[0]))
			n := instLen(w)
			w = w[n:]
		}
	}
	return ops
}

// instLen returns the length in words of the instruction at w[0].
func instLen(w []uint32) int {
	shape := opShape[uint8(w[0])]
	n := int(shape.operands) + int(w[0]>>16)
	if shape.imms {
		n += 1 + int(w[n])
	}
	return n + int(w[0]>>8&0xff)
}
