package outlive

// Load emits *p. To attach an attribute, use [Body.Emit].
func (y *Body) Load(p Value) Value {
	return y.one(OpLoad, 0, y.elem(OpLoad, p, KindPointer), p)
}

// Store emits *p = x. The instruction is returned for its attributes.
func (y *Body) Store(p, x Value) Inst {
	i, _ := y.Emit(OpStore, 0, []Value{p, x}, nil)
	return i
}

// FieldAddr emits &p.f for field i of the struct that p points to.
func (y *Body) FieldAddr(p Value, i int) Value {
	f := y.fieldType(OpFieldAddr, y.elem(OpFieldAddr, p, KindPointer), i)
	return y.one(OpFieldAddr, uint32(i), y.b.Pointer(f), p)
}

// ElemAddr emits &x[i] for a slice or a pointer to an array.
func (y *Body) ElemAddr(x, i Value) Value {
	e := y.elem(OpElemAddr, x, KindPointer, KindSlice)
	if r := y.b.under(y.TypeOf(x)); r != nil && r.kind == KindPointer {
		if a := y.b.under(e); a != nil && a.kind == KindArray {
			e = y.b.typeOf(a.a)
		} else {
			y.failf(OpElemAddr, "operand is a pointer to %s, want a pointer to an array", y.b.typeText(e))
		}
	}
	return y.one(OpElemAddr, 0, y.b.Pointer(e), x, i)
}

// PtrOffset emits unsafe.Add(p, n), of p's type.
func (y *Body) PtrOffset(p, n Value) Value { return y.one(OpPtrOffset, 0, y.TypeOf(p), p, n) }

// Slice emits x[lo:hi:max] of type t, for a slice, a string or a pointer to an array. NoValue stands for a bound that
// is not given.
func (y *Body) Slice(t Type, x, lo, hi, max Value) Value {
	var args [4]Value
	args[0] = x
	n, mask := 1, uint32(0)
	for i, v := range [...]Value{lo, hi, max} {
		if v != NoValue {
			args[n] = v
			n++
			mask |= 1 << i
		}
	}
	return y.one(OpSlice, mask, t, args[:n]...)
}

// ZeroMem emits *p = T{}.
func (y *Body) ZeroMem(p Value) Inst {
	i, _ := y.Emit(OpZeroMem, 0, []Value{p}, nil)
	return i
}

// Memcpy emits *dst = *src for a value of type t.
func (y *Body) Memcpy(t Type, dst, src Value) Inst {
	i, _ := y.Emit(OpMemcpy, uint32(t), []Value{dst, src}, nil)
	return i
}

// GlobalAddr emits the address of a package-level variable.
func (y *Body) GlobalAddr(g Global) Value {
	t := y.b.Basic(Int)
	if uint(g) < uint(len(y.b.globals)) {
		t = y.b.typeOf(y.b.globals[g].typ)
	}
	return y.one(OpGlobalAddr, uint32(g), y.b.Pointer(t))
}

// FuncRef emits a function that captures nothing as a value.
func (y *Body) FuncRef(fn Func) Value {
	t := y.b.Basic(Int)
	if uint(fn) < uint(len(y.b.funcs)) {
		t = y.b.typeOf(y.b.funcs[fn].sig)
	}
	return y.one(OpFuncRef, uint32(fn), t)
}

// SliceToArray emits the conversion of a slice to the array type t.
func (y *Body) SliceToArray(t Type, x Value) Value { return y.one(OpSliceToArray, 0, t, x) }

// SliceToArrayPtr emits the conversion of a slice to t, a pointer to an array.
func (y *Body) SliceToArrayPtr(t Type, x Value) Value { return y.one(OpSliceToArrayPtr, 0, t, x) }

// Free emits the release of what p points to.
func (y *Body) Free(p Value) Inst {
	i, _ := y.Emit(OpFree, 0, []Value{p}, nil)
	return i
}

// mapTypes returns key and value type of the map x.
func (y *Body) mapTypes(op Op, x Value) (k, v Type) {
	k = y.elem(op, x, KindMap)
	v = k
	if r := y.b.under(y.TypeOf(x)); r != nil && r.kind == KindMap {
		v = y.b.typeOf(r.b)
	}
	return k, v
}

// MapGet emits m[k].
func (y *Body) MapGet(m, k Value) Value {
	_, v := y.mapTypes(OpMapGet, m)
	return y.one(OpMapGet, 0, v, m, k)
}

// MapGetOK emits the two results of m[k] in an assignment.
func (y *Body) MapGetOK(m, k Value) (v, ok Value) {
	_, t := y.mapTypes(OpMapGet, m)
	_, v = y.Emit(OpMapGet, 0, []Value{m, k}, nil, t, y.b.Basic(Bool))
	return v, v + 1
}

// MapSet emits m[k] = v.
func (y *Body) MapSet(m, k, v Value) Inst {
	i, _ := y.Emit(OpMapSet, 0, []Value{m, k, v}, nil)
	return i
}

// MapDelete emits delete(m, k).
func (y *Body) MapDelete(m, k Value) Inst {
	i, _ := y.Emit(OpMapDelete, 0, []Value{m, k}, nil)
	return i
}

// Iter emits an iterator over a map or a string, for [Body.Next].
func (y *Body) Iter(x Value) Value {
	w := uint64(y.b.ptrSize)
	return y.one(OpIter, 0, y.b.Opaque(2*w, w, true), x)
}

// Next emits one step of an iterator over keys and values of the given types: int and rune for a string.
func (y *Body) Next(it Value, key, value Type) (ok, k, v Value) {
	_, ok = y.Emit(OpNext, 0, []Value{it}, nil, y.b.Basic(Bool), key, value)
	return ok, ok + 1, ok + 2
}

// ChanSend emits ch <- v.
func (y *Body) ChanSend(ch, v Value) Inst {
	i, _ := y.Emit(OpChanSend, 0, []Value{ch, v}, nil)
	return i
}

// ChanRecv emits <-ch.
func (y *Body) ChanRecv(ch Value) Value {
	return y.one(OpChanRecv, 0, y.elem(OpChanRecv, ch, KindChan), ch)
}

// ChanRecvOK emits the two results of <-ch in an assignment.
func (y *Body) ChanRecvOK(ch Value) (v, ok Value) {
	_, v = y.Emit(OpChanRecv, 0, []Value{ch}, nil, y.elem(OpChanRecv, ch, KindChan), y.b.Basic(Bool))
	return v, v + 1
}

// Send is one send case of [Body.ChanSelect].
type Send struct{ Chan, Value Value }

// ChanSelect emits a select statement: sends and receives in this order, and a default case if hasDefault. index is
// the number of the case taken, counting sends before receives, or -1 for the default; ok is that of a receive; the
// values received follow ok, in the order of recvs.
func (y *Body) ChanSelect(sends []Send, recvs []Value, hasDefault bool) (index, ok Value) {
	args := make([]Value, 0, 2*len(sends)+len(recvs))
	for _, s := range sends {
		args = append(args, s.Chan, s.Value)
	}
	results := append(make([]Type, 0, 2+len(recvs)), y.b.Basic(Int), y.b.Basic(Bool))
	for _, ch := range recvs {
		args = append(args, ch)
		results = append(results, y.elem(OpChanSelect, ch, KindChan))
	}
	aux := uint32(len(sends))
	if hasDefault {
		aux |= SelectDefault
	}
	_, index = y.Emit(OpChanSelect, aux, args, nil, results...)
	return index, index + 1
}
