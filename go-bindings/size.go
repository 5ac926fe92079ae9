package outlive

// TypeSize returns the bytes that a value of a type takes in memory. It is 0 for what has no size of its own: a type parameter, and
// a named type whose underlying type is not set yet.
func (b *Builder) TypeSize(t Type) uint64 {
	p := uint64(b.ptrSize)
	for range len(b.types.rows) {
		if !b.hasType(t) {
			return 0
		}
		r := &b.types.rows[b.typeRow(t)]
		switch r.kind {
		case Bool, Int8, Uint8:
			return 1
		case Int16, Uint16:
			return 2
		case Int32, Uint32, Float32:
			return 4
		case Int64, Uint64, Float64, Complex64:
			return 8
		case Complex128:
			return 16
		case String, KindInterface:
			return 2 * p
		case KindSlice:
			return 3 * p
		case KindStruct, KindOpaque:
			return uint64(r.a) | uint64(r.b)<<32
		case KindArray:
			n := uint64(r.list[0]) | uint64(r.list[1])<<32
			if n == 0 {
				return 0
			}
			return n * b.TypeSize(b.typeOf(r.a))
		case KindNamed:
			t = b.typeOf(r.a)
			continue
		case KindTypeParam:
			return 0
		}
		return p
	}
	return 0
}

// MapEntrySize returns the bytes that one key and one element take in a map of type t as gc lays it out, which keeps those of
// more than 128 bytes elsewhere; 0 if t is not a map.
func (b *Builder) MapEntrySize(t Type) uint64 {
	for b.hasType(t) && b.types.rows[b.typeRow(t)].kind == KindNamed {
		t = b.typeOf(b.types.rows[b.typeRow(t)].a)
	}
	if !b.hasType(t) || b.types.rows[b.typeRow(t)].kind != KindMap {
		return 0
	}
	size := uint64(0)
	for _, e := range []uint32{b.types.rows[b.typeRow(t)].a, b.types.rows[b.typeRow(t)].b} {
		n := b.TypeSize(b.typeOf(e))
		if n > 128 {
			n = uint64(b.ptrSize)
		}
		size += n
	}
	return size
}

// ElemSize returns the bytes of one element of the slice type t, 0 if it is not one.
func (b *Builder) ElemSize(t Type) uint64 {
	for b.hasType(t) && b.types.rows[b.typeRow(t)].kind == KindNamed {
		t = b.typeOf(b.types.rows[b.typeRow(t)].a)
	}
	if !b.hasType(t) || b.types.rows[b.typeRow(t)].kind != KindSlice {
		return 0
	}
	return b.TypeSize(b.typeOf(b.types.rows[b.typeRow(t)].a))
}
