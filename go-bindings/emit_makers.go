package outlive

// siteType returns the type of a site; it reports ids that are none.
func (y *Body) siteType(op Op, s Site) Type {
	if uint(s) >= uint(len(y.b.sites)) {
		return y.b.Basic(Int) // Emit reports the site
	}
	return y.b.typeOf(y.b.sites[s].typ)
}

// Var emits the storage of a variable; the result is its address.
func (y *Body) Var(s Site) Value { return y.one(OpVar, uint32(s), y.b.Pointer(y.siteType(OpVar, s))) }

// New emits new storage: new(T), &T{}, the array of a slice literal or of variadic arguments, by the site's kind.
// The result is its address.
func (y *Body) New(s Site) Value { return y.one(OpNew, uint32(s), y.b.Pointer(y.siteType(OpNew, s))) }

// MakeSlice emits make([]T, length, capacity).
func (y *Body) MakeSlice(s Site, length, capacity Value) Value {
	return y.one(OpMakeSlice, uint32(s), y.siteType(OpMakeSlice, s), length, capacity)
}

// MakeMap emits make(map[K]V) or, with one hint, make(map[K]V, hint).
func (y *Body) MakeMap(s Site, hint ...Value) Value {
	return y.one(OpMakeMap, uint32(s), y.siteType(OpMakeMap, s), hint...)
}

// MakeChan emits make(chan T) or, with one size, make(chan T, size).
func (y *Body) MakeChan(s Site, size ...Value) Value {
	return y.one(OpMakeChan, uint32(s), y.siteType(OpMakeChan, s), size...)
}

// MakeIface emits the conversion of x to the interface type t; the site is the box that holds a copy of x.
func (y *Body) MakeIface(s Site, t Type, x Value) Value { return y.one(OpMakeIface, uint32(s), t, x) }

// MakeIfaceDirect emits the conversion of a pointer-shaped x to the interface type t, which needs no box.
func (y *Body) MakeIfaceDirect(t Type, x Value) Value { return y.one(OpMakeIfaceDirect, 0, t, x) }

// MakeClosure emits a function value of fn with its bindings: a value captured, or the address of a variable. The
// instruction is returned for its attributes.
func (y *Body) MakeClosure(s Site, fn Func, bindings ...Value) (Inst, Value) {
	return y.Emit(OpMakeClosure, uint32(s), bindings, []uint32{uint32(fn)}, y.siteType(OpMakeClosure, s))
}

// MethodValue emits recv.M for the method that fn implements.
func (y *Body) MethodValue(s Site, fn Func, recv Value) Value {
	_, v := y.Emit(OpMethodValue, uint32(s), []Value{recv}, []uint32{uint32(fn), 0}, y.siteType(OpMethodValue, s))
	return v
}

// MethodValueIface emits recv.M for method number method of recv's interface type.
func (y *Body) MethodValueIface(s Site, method uint32, recv Value) Value {
	_, v := y.Emit(OpMethodValue, uint32(s), []Value{recv}, []uint32{None, method}, y.siteType(OpMethodValue, s))
	return v
}

// Concat emits the concatenation of strings. The instruction is returned for its attributes.
func (y *Body) Concat(s Site, parts ...Value) (Inst, Value) {
	return y.Emit(OpConcat, uint32(s), parts, nil, y.siteType(OpConcat, s))
}

// Convert emits the conversion of x between strings, byte slices and rune slices to the site's type.
func (y *Body) Convert(s Site, x Value) Value {
	return y.one(OpConvert, uint32(s), y.siteType(OpConvert, s), x)
}

// Append emits append(slice, elems...).
func (y *Body) Append(s Site, slice Value, elems ...Value) Value {
	args := append(make([]Value, 0, 8), slice)
	return y.one(OpAppend, uint32(s), y.siteType(OpAppend, s), append(args, elems...)...)
}

// AppendSlice emits append(slice, tail...), where tail is a slice or a string.
func (y *Body) AppendSlice(s Site, slice, tail Value) Value {
	return y.one(OpAppendSlice, uint32(s), y.siteType(OpAppendSlice, s), slice, tail)
}
