package outlive

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"
)

// words returns a section of an image as words.
func words(t testing.TB, image []byte, id uint32) []uint32 {
	t.Helper()
	f, err := parseFrame(image, imageMagic, imageSections)
	if err != nil {
		t.Fatal(err)
	}
	s := f.find(id)
	w := make([]uint32, len(s.data)/4)
	for i := range w {
		w[i] = binary.LittleEndian.Uint32(s.data[4*i:])
	}
	return w
}

func mustImage(t testing.TB, b *Builder) []byte {
	t.Helper()
	image, err := b.Image()
	if err != nil {
		t.Fatal(err)
	}
	return image
}

func equal(t *testing.T, what string, got, want []uint32) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d words %v, want %d words %v", what, len(got), got, len(want), want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("%s: word %d is %#x, want %#x\ngot  %v\nwant %v", what, i, got[i], want[i], got, want)
		}
	}
}

func TestBodyEncoding(t *testing.T) {
	b := NewBuilder("m")
	integer := b.Basic(Int)
	fn := b.Func(FuncInfo{Name: "f", Sig: b.FuncType([]Type{integer}, []Type{integer}, false), Parent: NoFunc, InstanceOf: NoFunc})
	pos := b.Pos(b.File("f.go"), 7, 3)
	y := b.Body(fn)
	entry := y.Entry()
	left, right := y.Block(integer), y.Block(integer)

	// Filled last block first; values must be numbered in block order all the same.
	y.SetBlock(right)
	r := y.Param(right, 0)
	r2 := y.Unary(Neg, r)
	y.Return(r2)
	y.SetBlock(left)
	c := y.ConstInt(integer, -2)
	y.SetBlock(entry)
	y.SetPos(pos)
	x := y.Param(entry, 0)
	cond := y.Compare(Lt, x, x)
	y.BranchArgs(cond, left, []Value{x}, right, []Value{x})
	y.SetBlock(left)
	y.Jump(right, c)

	boolean := b.typeRow(b.Basic(Bool))
	integer = Type(b.typeRow(integer))
	want := []uint32{
		3, 6, 6,
		1, 2, uint32(integer), // entry: v0
		uint32(OpCompare) | 1<<8 | 2<<16, uint32(pos), uint32(Lt), 0, 0, uint32(boolean), // v1
		uint32(OpBranch) | 3<<16, uint32(pos), 1, 1, 0, 0, 2, 1, 2,
		1, 2, uint32(integer), // left: v2
		uint32(OpConstInt) | 1<<8, 0, 2, 0xFFFF_FFFE, 0xFFFF_FFFF, uint32(integer), // v3
		uint32(OpJump) | 1<<16, uint32(pos), 2, 3,
		1, 2, uint32(integer), // right: v4
		uint32(OpUnary) | 1<<8 | 1<<16, 0, uint32(Neg), 4, uint32(integer), // v5
		uint32(OpReturn) | 1<<16, 0, 5,
	}
	image := mustImage(t, b)
	equal(t, "bodies", words(t, image, secBodies), want)

	v, err := OpenImage(image)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := v.BodyHash(fn), hashWords(want); got != want {
		t.Errorf("hash %#x, want %#x", got, want)
	}
	if got := v.Position(pos).String(); got != "f.go:7:3" {
		t.Errorf("position %s", got)
	}
}

func TestHash(t *testing.T) {
	for _, c := range []struct {
		words []uint32
		want  uint64
	}{
		{nil, 0xcbf29ce484222325},
		{[]uint32{0}, 0xf8bb92c91b3f5cc0},
		{[]uint32{1, 2, 3}, 0xc07b167c3203d34},
	} {
		if got := hashWords(c.words); got != c.want {
			t.Errorf("hash of %v is %#x, want %#x", c.words, got, c.want)
		}
	}
	if hashWords([]uint32{1, 2}) == hashWords([]uint32{2, 1}) {
		t.Error("the hash does not depend on order")
	}
}

// Attributes follow blocks and instructions to their numbers in the image.
func TestAttributes(t *testing.T) {
	b := NewBuilder("m")
	integer := b.Basic(Int)
	sig := b.FuncType(nil, nil, false)
	f := b.Func(FuncInfo{Name: "f", Sig: sig, Parent: NoFunc, InstanceOf: NoFunc})
	b.Func(FuncInfo{Name: "external", Sig: sig, Parent: NoFunc, InstanceOf: NoFunc})
	g := b.Func(FuncInfo{Name: "g", Sig: sig, Parent: NoFunc, InstanceOf: NoFunc})

	y := b.Body(g) // finished before the function in front of it
	y.Entry()
	s := y.Var(b.Site(SiteInfo{Kind: SiteVar, Type: integer, Func: g, Name: "x"}))
	y.Return()
	_ = s
	y.AttrInst(0, AttrHeaderData, 9)
	y.AttrBlock(0, AttrDepth, 3)
	y.Finish()

	y = b.Body(f)
	y.Entry()
	next := y.Block()
	y.SetBlock(next)
	y.Return()
	y.SetBlock(0)
	y.Jump(next)
	y.AttrInst(0, AttrLangVersion, 1) // the return, second in the image
	y.AttrInst(1, AttrLangVersion, 2)
	y.AttrInst(0, AttrLangVersion, 1) // a repetition
	y.AttrBlock(next, AttrDepth, 2)
	b.AttrSite(0, AttrDepth, 4)
	b.AttrFunc(g, AttrNoEscape, 1)

	row := func(e Entity, k AttrKey, id, value uint32) []uint32 {
		return []uint32{uint32(e) | uint32(k)<<16, id, value}
	}
	var want []uint32
	for _, r := range [][]uint32{
		row(EntityFunc, AttrNoEscape, 2, 1),
		row(EntityBlock, AttrDepth, 1, 2), row(EntityBlock, AttrDepth, 2, 3),
		row(EntityInst, AttrHeaderData, 2, 9),
		row(EntityInst, AttrLangVersion, 0, 2), row(EntityInst, AttrLangVersion, 1, 1),
		row(EntitySite, AttrDepth, 0, 4),
	} {
		want = append(want, r...)
	}
	equal(t, "attributes", words(t, mustImage(t, b), secAttrs), want)
}

func TestInterning(t *testing.T) {
	b := NewBuilder("m")
	integer := b.Basic(Int)
	if b.Pointer(integer) != b.Pointer(integer) || b.Slice(integer) != b.Slice(integer) {
		t.Error("equal types have two ids")
	}
	if b.Pointer(integer) == b.Slice(integer) || b.Array(integer, 1) == b.Array(integer, 1<<32) {
		t.Error("different types have one id")
	}
	fields := []Field{{Name: "a", Type: integer}}
	if b.Struct(8, fields) != b.Struct(8, fields) || b.Struct(8, fields) == b.Struct(16, fields) {
		t.Error("structs")
	}
	list := b.Named("p", "List", []Type{integer}, false)
	b.SetUnderlying(list, b.Struct(8, []Field{{Name: "next", Type: b.Pointer(list)}}))
	b.SetMethods(list, nil)
	if b.Named("p", "List", []Type{integer}, false) != list || b.Named("p", "List", nil, false) == list {
		t.Error("named types")
	}
	if b.FuncType([]Type{integer}, nil, false) == b.FuncType(nil, []Type{integer}, false) {
		t.Error("signatures")
	}
	f := b.File("a.go")
	if b.File("a.go") != f || b.Pos(f, 1, 2) != b.Pos(f, 1, 2) || b.Pos(f, 1, 2) == b.Pos(f, 2, 1) || b.Pos(f, 0, 0) != NoPos {
		t.Error("positions")
	}
	b.SetUnderlying(b.Named("p", "List", nil, false), integer)
	mustImage(t, b)
}

func TestStringsAreUTF8(t *testing.T) {
	b := NewBuilder("m\xff\xfeé\xc3")
	v, err := OpenImage(mustImage(t, b))
	if err != nil {
		t.Fatal(err)
	}
	if got := v.Name(); got != "m??é?" {
		t.Errorf("name %q", got)
	}
}

// An image can be taken, the module extended, and an image taken again.
func TestImageTwice(t *testing.T) {
	b := goldenHandmade()
	one := mustImage(t, b)
	if two := mustImage(t, b); string(one) != string(two) {
		t.Error("two images of one module differ")
	}
	b.Func(FuncInfo{Name: "more", Sig: b.FuncType(nil, nil, false), Parent: NoFunc, InstanceOf: NoFunc})
	v, err := OpenImage(mustImage(t, b))
	if err != nil {
		t.Fatal(err)
	}
	if v.NumFuncs() != 4 || v.FuncName(3) != "more" || !v.External(3) || v.External(0) {
		t.Error("the function added after the first image is not in the second")
	}
}

func TestMoreErrorsThanKept(t *testing.T) {
	b := NewBuilder("m")
	for range 25 {
		b.Pointer(77)
	}
	err := b.Err()
	if err == nil || !strings.HasSuffix(err.Error(), "and 15 more errors") {
		t.Errorf("error %v", err)
	}
	var be *BuildError
	if !errors.As(err, &be) || be.Func != "" || be.Block != -1 {
		t.Errorf("error %#v", be)
	}
}
