package outlive

import "testing"

func TestTypeSize(t *testing.T) {
	b := NewBuilder("sizes")
	i, s := b.Basic(Int), b.Basic(String)
	pair := b.Struct(24, []Field{{Name: "a", Type: i}, {Name: "b", Type: s, Offset: 8}})
	named := b.Named("p", "T", nil, false)
	unset := b.Named("p", "U", nil, false)
	b.SetUnderlying(named, pair)
	slices := b.Named("p", "S", nil, false)
	b.SetUnderlying(slices, b.Slice(pair))
	for _, c := range []struct {
		t    Type
		want uint64
	}{
		{b.Basic(Bool), 1}, {b.Basic(Uint16), 2}, {b.Basic(Float32), 4}, {b.Basic(Complex64), 8}, {b.Basic(Complex128), 16},
		{i, 8}, {s, 16}, {b.Interface(nil), 16}, {b.Slice(i), 24}, {pair, 24}, {named, 24}, {unset, 0}, {b.Pointer(pair), 8},
		{b.Array(named, 5), 120}, {b.Array(pair, 0), 0}, {b.Map(i, s), 8}, {b.Chan(i, SendRecv), 8}, {b.FuncType(nil, nil, false), 8},
		{b.Opaque(40, 8, true), 40}, {b.TypeParam("P", b.Interface(nil)), 0}, {NoType, 0}, {b.Basic(UnsafePointer), 8},
	} {
		if got := b.TypeSize(c.t); got != c.want {
			t.Errorf("type %d: %d bytes, want %d", c.t, got, c.want)
		}
	}
	if got := b.MapEntrySize(b.Map(i, b.Array(i, 17))); got != 16 {
		t.Errorf("an entry of %d bytes", got)
	}
	if b.MapEntrySize(i) != 0 || b.ElemSize(i) != 0 || b.ElemSize(slices) != 24 {
		t.Error("elements")
	}
	if got := NewBuilder("small", PointerSize(4)); got.TypeSize(got.Basic(String)) != 8 {
		t.Error("4-byte pointers")
	}
}
