package outlive

import "math"

// one emits an instruction with one result.
func (y *Body) one(op Op, aux uint32, t Type, args ...Value) Value {
	_, v := y.Emit(op, aux, args, nil, t)
	return v
}

// under returns the row of a type, seen through its name; nil if there is none.
func (b *Builder) under(t Type) *typeRow {
	if !b.hasType(t) {
		return nil
	}
	r := &b.types.rows[b.typeRow(t)]
	if r.kind == KindNamed {
		if uint(r.a) >= uint(len(b.types.rows)) {
			return nil
		}
		r = &b.types.rows[r.a]
	}
	return r
}

// elem returns what a value of kind k points to or holds, for the operand v of op; it reports other operands.
func (y *Body) elem(op Op, v Value, kinds ...TypeKind) Type {
	t := y.TypeOf(v)
	if r := y.b.under(t); r != nil {
		for _, k := range kinds {
			if r.kind == k {
				return y.b.typeOf(r.a)
			}
		}
	}
	switch {
	case t == NoType:
		y.failf(op, "operand is %s, this body has %d", y.describeValue(v), len(y.buf.vals))
	case y.b.under(t) == nil:
		y.failf(op, "operand has the named type %s, whose underlying type is not set yet", y.b.typeText(t))
	default:
		y.failf(op, "operand has type %s, want a %s", y.b.typeText(t), kinds[0])
	}
	return y.b.Basic(Int)
}

// ConstInt emits an integer or boolean constant of type t, given as two's complement.
func (y *Body) ConstInt(t Type, v int64) Value {
	_, r := y.Emit(OpConstInt, 0, nil, []uint32{uint32(v), uint32(uint64(v) >> 32)}, t)
	return r
}

// ConstFloat emits a floating-point constant of type t.
func (y *Body) ConstFloat(t Type, v float64) Value {
	bits := math.Float64bits(v)
	_, r := y.Emit(OpConstFloat, 0, nil, []uint32{uint32(bits), uint32(bits >> 32)}, t)
	return r
}

// ConstString emits a string constant of type t.
func (y *Body) ConstString(t Type, s string) Value {
	return y.one(OpConstStr, y.b.str(s), t)
}

// Zero emits the zero value of t: nil, false, "", T{}.
func (y *Body) Zero(t Type) Value { return y.one(OpZero, 0, t) }

// Unary emits op x, of x's type.
func (y *Body) Unary(op UnaryOp, x Value) Value {
	return y.one(OpUnary, uint32(op), y.TypeOf(x), x)
}

// Binary emits a op b, of a's type.
func (y *Body) Binary(op BinaryOp, a, b Value) Value {
	return y.one(OpBinary, uint32(op), y.TypeOf(a), a, b)
}

// Compare emits a comparison; the result is a bool.
func (y *Body) Compare(op CompareOp, a, b Value) Value {
	return y.one(OpCompare, uint32(op), y.b.Basic(Bool), a, b)
}

// Select emits a if cond holds, else b.
func (y *Body) Select(cond, a, b Value) Value {
	return y.one(OpSelect, 0, y.TypeOf(a), cond, a, b)
}

// Cast emits x as a value of t, without making storage.
func (y *Body) Cast(t Type, x Value) Value { return y.one(OpCast, 0, t, x) }

// PtrToInt emits uintptr(x); the instruction is returned for its attributes.
func (y *Body) PtrToInt(x Value) (Inst, Value) {
	return y.Emit(OpPtrToInt, 0, []Value{x}, nil, y.b.Basic(Uintptr))
}

// IntToPtr emits x as a pointer of type t.
func (y *Body) IntToPtr(t Type, x Value) Value { return y.one(OpIntToPtr, 0, t, x) }

// Aggregate emits a struct or array value of type t from all its fields or elements.
func (y *Body) Aggregate(t Type, parts ...Value) Value {
	return y.one(OpAggregate, 0, t, parts...)
}

// Extract emits field i of a struct value.
func (y *Body) Extract(x Value, i int) Value {
	return y.one(OpExtract, uint32(i), y.fieldType(OpExtract, y.TypeOf(x), i), x)
}

// ExtractElem emits element i of an array value or byte i of a string; t is its type.
func (y *Body) ExtractElem(t Type, x, i Value) Value { return y.one(OpExtractElem, 0, t, x, i) }

// fieldType returns the type of field i of the struct type t, for op; it reports other types.
func (y *Body) fieldType(op Op, t Type, i int) Type {
	r := y.b.under(t)
	if r == nil || r.kind != KindStruct {
		y.failf(op, "operand has type %s, want a struct", y.b.typeText(t))
		return y.b.Basic(Int)
	}
	if n := len(r.list) / 5; uint(i) >= uint(n) {
		y.failf(op, "field %d of %s, which has %d fields", i, y.b.typeText(t), n)
		return y.b.Basic(Int)
	}
	return y.b.typeOf(r.list[5*i+1])
}

// Len emits len(x).
func (y *Body) Len(x Value) Value { return y.one(OpLen, 0, y.b.Basic(Int), x) }

// Cap emits cap(x).
func (y *Body) Cap(x Value) Value { return y.one(OpCap, 0, y.b.Basic(Int), x) }

// FreeVar emits binding i of the closure that the function is the body of.
func (y *Body) FreeVar(i int) Value {
	t := y.b.Basic(Int)
	if free := y.b.funcs[y.fn].free; uint(i) < uint(len(free)) {
		t = y.b.typeOf(free[i])
	}
	return y.one(OpFreeVar, uint32(i), t)
}

// ChangeIface emits x, an interface, as a value of the interface type t.
func (y *Body) ChangeIface(t Type, x Value) Value { return y.one(OpChangeIface, 0, t, x) }

// TypeAssert emits x.(t), which panics if x is not a t.
func (y *Body) TypeAssert(t Type, x Value) Value { return y.one(OpTypeAssert, 0, t, x) }

// TypeAssertOK emits the two results of x.(t) in an assignment.
func (y *Body) TypeAssertOK(t Type, x Value) (v, ok Value) {
	_, v = y.Emit(OpTypeAssert, 0, []Value{x}, nil, t, y.b.Basic(Bool))
	return v, v + 1
}
