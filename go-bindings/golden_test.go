package outlive

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden images instead of comparing with them")

// The golden images are shared by all languages of the project: the builder must write exactly these bytes, and the
// library must write them again after reading them.
var goldens = map[string]func() *Builder{
	"handmade": goldenHandmade,
	"control":  goldenControl,
	"data":     goldenData,
}

func TestGolden(t *testing.T) {
	for name, build := range goldens {
		t.Run(name, func(t *testing.T) {
			got, err := build().Image()
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("..", "tests", "golden", name+".oiri")
			if *update {
				if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, got, 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%d bytes, want the %d bytes of %s; first difference at byte %d", len(got), len(want), path, firstDifference(got, want))
			}
			v, err := OpenImage(got)
			if err != nil {
				t.Fatal(err)
			}
			if v.Name() != name {
				t.Errorf("module name %q, want %q", v.Name(), name)
			}
		})
	}
}

func firstDifference(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

// goldenHandmade is:
//
//	type point struct{ x, y int }
//	func sum(p *point) int { return p.x + p.y }
//	func local() int { p := &point{1, 2}; return sum(p) }
//	func share() *point { return &point{3, 4} }
func goldenHandmade() *Builder {
	b := NewBuilder("handmade", Producer("golden"))
	integer := b.Basic(Int)
	point := b.Named("main", "point", nil, false)
	b.SetUnderlying(point, b.Struct(16, []Field{{Name: "x", Type: integer}, {Name: "y", Type: integer, Offset: 8}}))
	file := b.File("main.go")
	sum := b.Func(FuncInfo{Name: "main.sum", Sig: b.FuncType([]Type{b.Pointer(point)}, []Type{integer}, false), Pos: b.Pos(file, 3, 6), Parent: NoFunc, InstanceOf: NoFunc})
	local := b.Func(FuncInfo{Name: "main.local", Sig: b.FuncType(nil, []Type{integer}, false), Pos: b.Pos(file, 4, 6), Parent: NoFunc, InstanceOf: NoFunc})
	share := b.Func(FuncInfo{Name: "main.share", Sig: b.FuncType(nil, []Type{b.Pointer(point)}, false), Pos: b.Pos(file, 5, 6), Parent: NoFunc, InstanceOf: NoFunc})

	y := b.Body(sum)
	p := y.Param(y.Entry(), 0)
	y.SetPos(b.Pos(file, 3, 37))
	y.Return(y.Binary(Add, y.Load(y.FieldAddr(p, 0)), y.Load(y.FieldAddr(p, 1))))
	y.Finish()

	literal := func(fn Func, line uint32, x, z int64) (*Body, Value) {
		y := b.Body(fn)
		y.Entry()
		pos := b.Pos(file, line, 24)
		y.SetPos(pos)
		p := y.New(b.Site(SiteInfo{Kind: SiteLiteral, Type: point, Func: fn, Pos: pos, Name: "&point{...}"}))
		y.Store(y.FieldAddr(p, 0), y.ConstInt(integer, x))
		y.Store(y.FieldAddr(p, 1), y.ConstInt(integer, z))
		return y, p
	}
	y, p = literal(local, 4, 1, 2)
	_, r := y.Call(sum, p)
	y.Return(r)
	y, p = literal(share, 5, 3, 4)
	y.Return(p)
	return b
}

// goldenControl has blocks filled out of order, a loop, a switch, a closure, deferred calls, maps, channels and
// attributes.
func goldenControl() *Builder {
	b := NewBuilder("control")
	integer, boolean, text := b.Basic(Int), b.Basic(Bool), b.Basic(String)
	anything := b.Interface(nil)
	file := b.File("control.go")
	plain := FuncInfo{Parent: NoFunc, InstanceOf: NoFunc}
	void := b.FuncType(nil, nil, false)

	loop := plain
	loop.Name, loop.Sig, loop.Pos = "control.loop", b.FuncType([]Type{b.Slice(integer)}, []Type{integer}, false), b.Pos(file, 3, 6)
	loopFn := b.Func(loop)
	lit := FuncInfo{Name: "control.loop.func1", Sig: void, Pos: b.Pos(file, 9, 3), Parent: loopFn, InstanceOf: NoFunc, FreeVars: []Type{b.Pointer(integer), integer}, Flags: FuncWithParent}
	litFn := b.Func(lit)
	comm := plain
	comm.Name, comm.Sig, comm.Pos = "control.comm", b.FuncType([]Type{b.Chan(text, SendRecv), b.Map(text, integer), anything}, []Type{text}, false), b.Pos(file, 20, 6)
	commFn := b.Func(comm)

	y := b.Body(loopFn)
	entry := y.Entry()
	head, body, done := y.Block(integer, integer), y.Block(), y.Block()
	one, two, deflt := y.Block(), y.Block(integer), y.Block(integer)
	xs := y.Param(entry, 0)
	sum := y.Var(b.Site(SiteInfo{Kind: SiteVar, Type: integer, Func: loopFn, Pos: b.Pos(file, 4, 2), Name: "sum"}))
	n := y.Len(xs)
	y.Jump(head, y.ConstInt(integer, 0), y.ConstInt(integer, -1))

	y.SetBlock(done) // before the blocks on the way to it
	y.SetPos(b.Pos(file, 14, 2))
	y.Return(y.Load(sum))

	y.SetBlock(head)
	i, last := y.Param(head, 0), y.Param(head, 1)
	y.SetPos(b.Pos(file, 5, 16))
	y.Branch(y.Compare(Lt, i, n), body, done)

	y.SetBlock(body)
	x := y.Load(y.ElemAddr(xs, i))
	y.SetBlock(deflt) // leave the block half done
	y.Store(sum, y.Param(deflt, 0))
	y.Unreachable()
	y.SetBlock(body)
	rec := b.Site(SiteInfo{Kind: SiteClosure, Type: void, Func: loopFn, Pos: b.Pos(file, 9, 3), Name: "func literal"})
	mk, fv := y.MakeClosure(rec, litFn, sum, x)
	y.AttrInst(mk, AttrByValue, 0)
	_, _ = y.CallIndirect(fv)
	y.Switch(x, deflt, []Value{last}, Case{Value: 1, Target: one}, Case{Value: -2, Target: two, Args: []Value{x}})
	y.AttrBlock(body, AttrDepth, 1)
	b.AttrSite(rec, AttrDepth, 1)
	b.AttrFunc(loopFn, AttrSyntacticDepth, 1)

	y.SetBlock(one)
	y.Jump(two, i)
	y.SetBlock(two)
	next := y.Binary(Add, i, y.ConstInt(integer, 1))
	selfAssign := y.Store(sum, y.Param(two, 0))
	y.AttrInst(selfAssign, AttrSelfAssign, 1)
	y.Jump(head, next, y.Param(two, 0))

	y = b.Body(litFn)
	y.Entry()
	y.Store(y.FreeVar(0), y.FreeVar(1))
	y.Return()

	y = b.Body(commFn)
	entry = y.Entry()
	caught, iter, more, after, got := y.Block(), y.Block(), y.Block(), y.Block(text), y.Block()
	y.SetRecover(caught)
	ch, m, any := y.Param(entry, 0), y.Param(entry, 1), y.Param(entry, 2)
	y.Defer(commFn, ch, m, any)
	hello := y.ConstString(text, "héllo")
	y.MapSet(m, hello, y.ConstInt(integer, 1<<40))
	y.Go(commFn, ch, m, any)
	it := y.Iter(m)
	y.Jump(iter)
	y.SetBlock(iter)
	ok, key, _ := y.Next(it, text, integer)
	y.BranchArgs(ok, more, nil, after, []Value{hello})
	y.SetBlock(more)
	index, _ := y.ChanSelect([]Send{{ch, key}}, []Value{ch, ch}, true)
	y.BranchArgs(y.Compare(Ge, index, y.ConstInt(integer, 0)), after, []Value{index + 2}, iter, nil)
	y.SetBlock(after)
	boxSite := b.Site(SiteInfo{Kind: SiteBox, Type: text, Func: commFn, Pos: b.Pos(file, 30, 8), Name: "any(s)", Silent: true})
	box := y.MakeIface(boxSite, anything, y.Param(after, 0))
	y.Emit(OpDeferIntrinsic, uint32(IntrinsicPrint), []Value{box}, nil)
	s, sOK := y.TypeAssertOK(text, box)
	y.BranchArgs(sOK, got, nil, after, []Value{s})
	y.SetBlock(got)
	_, cat := y.Concat(b.Site(SiteInfo{Kind: SiteConcat, Type: text, Func: commFn, Pos: b.Pos(file, 31, 9), Name: `s + "é"`}), s, hello)
	y.RunDefers()
	y.Return(cat)
	y.SetBlock(caught)
	y.Recover(anything)
	y.Return(y.Zero(text))
	_ = boolean
	return b
}

// goldenData is for a 32-bit target and has globals with data, named types with methods, an instance, external
// functions and the types the others do not have.
func goldenData() *Builder {
	b := NewBuilder("data", PointerSize(4), MaxAlign(4))
	integer, bits, u8 := b.Basic(Int), b.Basic(Float64), b.Basic(Uint8)
	file := b.File("data.go")
	b.File("other.go")
	node := b.Named("data", "node", nil, false)
	nodePtr := b.Pointer(node)
	stringer := b.Named("fmt", "Stringer", nil, false)
	text := b.Basic(String)
	b.SetUnderlying(stringer, b.Interface([]Method{{Name: "String", Sig: b.FuncType(nil, []Type{text}, false)}}))
	b.SetUnderlying(node, b.Struct(20, []Field{
		{Name: "next", Type: nodePtr}, {Name: "weight", Type: bits, Offset: 4}, {Name: "Stringer", Type: stringer, Offset: 12, Embedded: true},
	}))
	pool := b.Named("data", "pool", []Type{integer, node}, true)
	b.SetUnderlying(pool, b.Array(u8, 1<<20))
	b.Opaque(24, 8, true)
	b.TypeParam("T", b.Interface(nil))
	b.Chan(b.Basic(Complex128), RecvOnly)

	root := b.Global("data.root", node, b.Pos(file, 3, 5))
	b.Global("data.pool", b.Pointer(pool), b.Pos(file, 4, 5))
	table := b.Global("data.table", b.Array(b.Basic(UnsafePointer), 2), NoPos)
	b.SetData(root, make([]byte, 20))
	b.RelocGlobal(root, 0, root, 0)
	b.SetData(table, make([]byte, 8))

	ext := b.Func(FuncInfo{Name: "data.external", Sig: b.FuncType([]Type{nodePtr, b.Slice(u8)}, nil, true), Parent: NoFunc, InstanceOf: NoFunc})
	str := b.Func(FuncInfo{Name: "data.(*node).String", Sig: b.FuncType([]Type{nodePtr}, []Type{text}, false), Pos: b.Pos(file, 9, 16), Parent: NoFunc, InstanceOf: NoFunc, Flags: FuncHasReceiver | FuncExported})
	generic := b.Func(FuncInfo{Name: "data.use", Sig: b.FuncType([]Type{stringer}, []Type{text}, false), Pos: b.Pos(file, 12, 6), Parent: NoFunc, InstanceOf: NoFunc})
	inst := b.Func(FuncInfo{Name: "data.use[int]", Sig: b.FuncType([]Type{stringer}, []Type{text}, false), Pos: b.Pos(file, 12, 6), Parent: NoFunc, InstanceOf: generic})
	b.SetMethods(node, []MethodImpl{{Name: "String", Func: str, PtrRecv: true}, {Name: "other", Func: NoFunc, Wrapper: true}})
	b.RelocFunc(table, 4, ext)
	b.AttrFunc(ext, AttrNoEscape, 1)
	b.AttrFunc(inst, AttrLangVersion, 26)

	y := b.Body(inst)
	s := y.Param(y.Entry(), 0)
	_, r := y.CallMethod(s, 0)
	mv := y.MethodValueIface(b.Site(SiteInfo{Kind: SiteMethodValue, Type: b.FuncType(nil, []Type{text}, false), Func: inst, Pos: b.Pos(file, 14, 7), Name: "s.String"}), 0, s)
	y.CallIndirect(mv)
	y.Return(r)

	y = b.Body(str)
	p := y.Param(y.Entry(), 0)
	v := y.Var(b.Site(SiteInfo{Kind: SiteParam, Type: nodePtr, Func: str, Pos: b.Pos(file, 9, 7), Name: "p"}))
	y.Store(v, p)
	w := y.FieldAddr(y.GlobalAddr(root), 1)
	y.Store(w, y.ConstFloat(bits, -0.5))
	bs := y.Convert(b.Site(SiteInfo{Kind: SiteStringConversion, Type: b.Slice(u8), Func: str, Pos: b.Pos(file, 10, 9), Name: `[]byte("x")`}), y.ConstString(text, "x"))
	y.Call(ext, y.Load(v), y.Slice(b.Slice(u8), bs, NoValue, y.ConstInt(integer, 1), NoValue))
	grown := y.Append(b.Site(SiteInfo{Kind: SiteAppend, Type: b.Slice(u8), Func: str, Pos: b.Pos(file, 11, 9), Name: "append(b, 1)"}), bs, y.ConstInt(u8, 1))
	y.Intrinsic(IntrinsicCopy, []Value{bs, grown}, integer)
	out := y.Convert(b.Site(SiteInfo{Kind: SiteStringConversion, Type: text, Func: str, Pos: b.Pos(file, 12, 9), Name: "string(b)"}), grown)
	_, addr := y.PtrToInt(y.Cast(b.Basic(UnsafePointer), v))
	y.IntToPtr(b.Basic(UnsafePointer), addr)
	y.Return(out)
	return b
}
