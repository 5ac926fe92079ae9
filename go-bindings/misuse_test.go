package outlive

import (
	"slices"
	"strings"
	"testing"
)

// misuse is a module with a function and an open body, to be misused.
type misuse struct {
	*Builder
	y       *Body
	fn      Func
	integer Type
	x       Value
}

func TestMisuse(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(m misuse)
		want string
	}{
		{"after terminator", func(m misuse) { m.y.Return(m.x); m.y.ConstInt(m.integer, 1) },
			`function "f", block 0, instruction 1 (const_int) at f.go:3:4: instruction after the terminator of the block`},
		{"no terminator", func(m misuse) { m.y.ConstInt(m.integer, 1) }, `function "f": block 0 does not end in a terminator`},
		{"empty block", func(m misuse) { m.y.Block(); m.y.Return(m.x) }, `function "f": block 1 is empty`},
		{"no blocks", func(m misuse) { m.Body(m.Func(fn("g", m.FuncType(nil, nil, false)))); m.y.Return(m.x) }, `function "g": the body has no blocks`},
		{"wrong value", func(m misuse) { m.y.Return(17) }, `(return) at f.go:3:4: operand 0 is a value of no body of this module (0x11), this body has 1`},
		{"no value", func(m misuse) { m.y.Return(NoValue) }, `operand 0 is value None`},
		{"later value", func(m misuse) { m.y.Return(m.x + 1) }, `operand 0 is value 1, which does not exist, this body has 1`},
		{"zero value", func(m misuse) { m.y.Return(0) }, `operand 0 is the zero Value, which is none`},
		{"value of another body", func(m misuse) {
			g := m.Body(m.Func(fn("g", m.FuncType([]Type{m.integer, m.integer}, nil, false))))
			m.y.Return(g.Param(g.Entry(), 1))
			g.Return()
		}, `function "f", block 0, instruction 0 (return) at f.go:3:4: operand 0 is value 1 of the body of function "g", this body has 1`},
		{"value of another builder", func(m misuse) { m.y.Return(foreign().x) }, `operand 0 is a value of no body of this module`},
		{"loaded value of another builder", func(m misuse) { m.y.Load(foreign().x); m.y.Return(m.x) }, `(load) at f.go:3:4: operand is a value of no body of this module`},
		{"type of another builder", func(m misuse) { m.y.ConstInt(foreign().integer, 1); m.y.Return(m.x) },
			`(const_int) at f.go:3:4: result 0 has type 0 of another Builder, that of module "other"`},
		{"type in a type of another builder", func(m misuse) { m.Slice(foreign().integer); m.y.Return(m.x) },
			`Slice: type 0 of another Builder, that of module "other"`},
		{"copied type of another builder", func(m misuse) { m.y.Memcpy(foreign().integer, m.x, m.x); m.y.Return(m.x) },
			`(memcpy) at f.go:3:4: its type is type 0 of another Builder, that of module "other"`},
		{"signature of another builder", func(m misuse) { m.Func(fn("g", foreign().integer)); m.y.Return(m.x) },
			`function "g": the signature is type 0 of another Builder, that of module "other"`},
		{"site of a type of another builder", func(m misuse) {
			m.Site(SiteInfo{Kind: SiteVar, Type: foreign().integer, Func: m.fn, Name: "v"})
			m.y.Return(m.x)
		}, `site 0 ("v"): the type is type 0 of another Builder, that of module "other"`},
		{"global of a type of another builder", func(m misuse) { m.Global("g", foreign().integer, NoPos); m.y.Return(m.x) },
			`global "g": the type is type 0 of another Builder, that of module "other"`},
		{"zero type", func(m misuse) { m.Pointer(0); m.y.Return(m.x) }, `Pointer: the zero Type, which is none`},
		{"wrong results", func(m misuse) { m.y.Emit(OpStore, 0, []Value{m.x, m.x}, nil, m.integer); m.y.Return(m.x) }, `(store) at f.go:3:4: 1 results, want 0`},
		{"wrong operands", func(m misuse) { m.y.Emit(OpLoad, 0, nil, nil, m.integer); m.y.Return(m.x) }, `(load) at f.go:3:4: 0 operands, want 1`},
		{"wrong return", func(m misuse) { m.y.Return() }, `(return) at f.go:3:4: 0 results, the function has 1`},
		{"not an op", func(m misuse) { m.y.Emit(200, 0, nil, nil); m.y.Return(m.x) }, `(op200) at f.go:3:4: 200 is not an operation`},
		{"no aux", func(m misuse) { m.y.Emit(OpLoad, 3, []Value{m.x}, nil, m.integer); m.y.Return(m.x) }, `auxiliary word 3, but the operation has none`},
		{"operator", func(m misuse) { m.y.Emit(OpUnary, 3, []Value{m.x}, nil, m.integer); m.y.Return(m.x) }, `operator id 3 does not exist`},
		{"target", func(m misuse) { m.y.Jump(5) }, `block id 5 does not exist, there are 1`},
		{"entry target", func(m misuse) { m.y.Jump(0, m.x) }, `the entry block cannot be a target`},
		{"edge arguments", func(m misuse) { m.y.Jump(m.y.Block(), m.x) }, `1 arguments for block 1, which has 0 parameters`},
		{"switch", func(m misuse) { m.y.Switch(m.x, m.y.Block(), nil, Case{0, 1, []Value{m.x}}) }, `1 arguments for block 1, which has 0 parameters`},
		{"call arguments", func(m misuse) { m.y.Call(m.fn); m.y.Return(m.x) }, `(call) at f.go:3:4: 0 arguments, function "f" takes 1`},
		{"call results", func(m misuse) { m.y.Emit(OpCall, uint32(m.fn), []Value{m.x}, nil); m.y.Return(m.x) }, `0 results, function "f" has 1`},
		{"bindings", func(m misuse) {
			m.y.MakeClosure(m.Site(SiteInfo{Kind: SiteClosure, Type: m.integer, Func: m.fn, Name: "lit"}), m.fn, m.x)
			m.y.Return(m.x)
		}, `1 bindings, function "f" has 0 free variables`},
		{"free variable", func(m misuse) { m.y.FreeVar(2); m.y.Return(m.x) }, `free variable 2, the function has 0`},
		{"site twice", func(m misuse) {
			s := m.Site(SiteInfo{Kind: SiteVar, Type: m.integer, Func: m.fn, Name: "v"})
			m.y.Var(s)
			m.y.Var(s)
			m.y.Return(m.x)
		}, `site 0 ("v") is already made by another instruction`},
		{"site of another", func(m misuse) {
			g := m.Func(fn("g", m.FuncType(nil, nil, false)))
			m.y.Var(m.Site(SiteInfo{Kind: SiteVar, Type: m.integer, Func: g, Name: "v"}))
			m.y.Return(m.x)
		}, `site 0 ("v") belongs to function "g"`},
		{"unknown site", func(m misuse) { m.y.New(4); m.y.Return(m.x) }, `(new) at f.go:3:4: site id 4 does not exist, there are 0`},
		{"load of no pointer", func(m misuse) { m.y.Load(m.x); m.y.Return(m.x) }, `(load) at f.go:3:4: operand has type int, want a pointer`},
		{"field number", func(m misuse) {
			st := m.Struct(8, []Field{{Name: "a", Type: m.integer}})
			m.y.FieldAddr(m.y.Zero(m.Pointer(st)), 1)
			m.y.Return(m.x)
		}, `field 1 of struct, which has 1 fields`},
		{"second body", func(m misuse) { m.y.Return(m.x); m.Body(m.fn) }, `Body: function "f" already has a body`},
		{"body of nothing", func(m misuse) { m.y.Return(m.x); m.Body(9).Entry() }, `Body: function id 9 is not a function`},
		{"finished", func(m misuse) { m.y.Return(m.x); m.y.Finish(); m.y.ConstInt(m.integer, 1) }, `the body is finished`},
		{"no block set", func(m misuse) {
			m.y.Return(m.x)
			m.Body(m.Func(fn("g", m.FuncType(nil, nil, false)))).Return()
		}, `function "g", instruction 0 (return): no current block`},
		{"entry parameters", func(m misuse) {
			m.y.Return(m.x)
			y := m.Body(m.Func(fn("g", m.FuncType(nil, nil, false))))
			y.SetBlock(y.Block(m.integer))
			y.Return()
		}, `function "g": the entry block has 1 parameters, the signature has 0`},
		{"entry types", func(m misuse) {
			m.y.Return(m.x)
			y := m.Body(m.Func(fn("g", m.FuncType([]Type{m.integer}, nil, false))))
			y.SetBlock(y.Block(m.Basic(Bool)))
			y.Return()
		}, `parameter 0 of the entry block has type bool, in the signature int`},
		{"no underlying", func(m misuse) { m.Named("p", "T", nil, false); m.y.Return(m.x) }, `named type p.T has no underlying type`},
		{"named underlying", func(m misuse) {
			n := m.Named("p", "T", nil, false)
			m.SetUnderlying(n, n)
			m.y.Return(m.x)
		}, `p.T cannot have the named type p.T as its underlying type`},
		{"parent", func(m misuse) {
			m.Func(FuncInfo{Name: "g", Sig: m.FuncType(nil, nil, false), Parent: 1, InstanceOf: NoFunc})
			m.y.Return(m.x)
		}, `function "g": parent id 1 is not a function declared before it; write NoFunc for none`},
		{"signature", func(m misuse) { m.Func(fn("g", m.integer)); m.y.Return(m.x) }, `function "g": the signature int is not a func type`},
		{"attribute of instruction", func(m misuse) { m.y.AttrInst(3, AttrDepth, 1); m.y.Return(m.x) }, `AttrInst: the body has no instruction 3, only 0`},
		{"attribute entity", func(m misuse) { m.Attr(EntityBlock, AttrDepth, 0, 1); m.y.Return(m.x) }, `blocks and instructions take Body.AttrBlock and Body.AttrInst`},
		{"global data", func(m misuse) {
			g := m.Global("g", m.integer, NoPos)
			m.SetData(g, make([]byte, 4))
			m.RelocGlobal(g, 0, g, 0)
			m.y.Return(m.x)
		}, `relocation at offset 0 of global "g": outside its data`},
		{"pointer size", func(m misuse) { PointerSize(3)(m.Builder); m.y.Return(m.x) }, `PointerSize: 3 is neither 4 nor 8`},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := NewBuilder("m")
			m := misuse{Builder: b, integer: b.Basic(Int)}
			m.fn = b.Func(fn("f", b.FuncType([]Type{m.integer}, []Type{m.integer}, false)))
			m.y = b.Body(m.fn)
			m.x = m.y.Param(m.y.Entry(), 0)
			m.y.SetPos(b.Pos(b.File("f.go"), 3, 4))
			c.do(m)
			image, err := b.Image()
			if err == nil || image != nil {
				t.Fatalf("image of %d bytes, error %v", len(image), err)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("error\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}

var other struct {
	*Builder
	integer Type
	x       Value
}

// foreign returns a builder of another module, a type and a value of it.
func foreign() *struct {
	*Builder
	integer Type
	x       Value
} {
	if other.Builder == nil {
		b := NewBuilder("other")
		other.Builder, other.integer = b, b.Basic(Int)
		y := b.Body(b.Func(fn("f", b.FuncType([]Type{other.integer}, nil, false))))
		other.x = y.Param(y.Entry(), 0)
	}
	return &other
}

// Origins are far from each other, those of neighbours above all.
func TestOrigins(t *testing.T) {
	var list []uint32
	for range 1_000_000 {
		list = append(list, newOrigin())
	}
	for i := 1; i < len(list); i++ {
		if d := min(list[i]-list[i-1], list[i-1]-list[i]); d < 1<<28 {
			t.Fatalf("neighbours %d and %d are %d apart", list[i-1], list[i], d)
		}
	}
	slices.Sort(list)
	least := list[0]
	for i := 1; i < len(list); i++ {
		least = min(least, list[i]-list[i-1])
	}
	if least < 500 || list[0] == 0 || list[len(list)-1] >= 1<<31 {
		t.Errorf("a million origins from %d to %d, as near as %d", list[0], list[len(list)-1], least)
	}
}

// fn describes a function of its own.
func fn(name string, sig Type) FuncInfo {
	return FuncInfo{Name: name, Sig: sig, Parent: NoFunc, InstanceOf: NoFunc}
}
