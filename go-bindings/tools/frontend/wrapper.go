package frontend

import (
	"strconv"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
)

// The compiler turns the call of a go or defer statement into one of a wrapper, a
// closure without parameters. Operands are evaluated at the statement and
// captured, except literals and new(T), which the wrapper builds when it runs, so
// that they live in its frame. Mostly an attribute of the site says enough. But
// when a literal holds another one, when a builtin function takes it, or when the
// callee may be around the wrapper (its parameters outlive it then), nothing less
// than the wrapper itself tells what goes where, and it is made here.

// late collects the instructions that build an operand of a go or defer statement
// inside the wrapper.
type late struct {
	l      *lowerer
	instrs map[ssa.Instruction]bool
	nested bool // one literal is an element of another
}

// findWrapper looks at the operands of a go or defer statement that go to the heap,
// and takes the literals out of the function if the wrapper has to be made.
func (l *lowerer) findWrapper(instr ssa.CallInstruction, heap bool) {
	c := instr.Common()
	if l.src == nil || len(c.Args) == 0 {
		return
	}
	_, builtin := c.Value.(*ssa.Builtin)
	if !heap && !l.mayRecur(c) {
		return
	}
	w := &late{l: l, instrs: map[ssa.Instruction]bool{}}
	for _, arg := range c.Args {
		w.operand(arg, false)
	}
	if len(w.instrs) == 0 || !w.nested && !builtin && !l.mayRecur(c) {
		return
	}
	var list []ssa.Instruction
	for _, b := range l.order {
		for _, i := range b.Instrs {
			if w.instrs[i] {
				list = append(list, i)
				l.fused.add(i)
			}
		}
	}
	l.wrapped[instr] = list
}

// mayRecur reports whether a call may be one of a function that the call is in, if
// by way of others: known, and of the same package.
func (l *lowerer) mayRecur(c *ssa.CallCommon) bool {
	callee := c.StaticCallee()
	if callee == nil || len(callee.Blocks) == 0 {
		return false
	}
	pkg := func(f *ssa.Function) *ssa.Package {
		if o := f.Origin(); o != nil {
			f = o
		}
		return f.Pkg
	}
	return pkg(callee) == pkg(l.f) || originOf(callee) != nil
}

// operand follows an operand, or an element of a literal that is one.
func (w *late) operand(v ssa.Value, element bool) {
	if soleUse(v) == nil {
		return
	}
	switch v := v.(type) {
	case *ssa.Alloc:
		if v.Comment == "new" && w.l.isExpr(v) && w.l.src.Info.Types[w.l.src.CallAtLparen(v.Pos()).Args[0]].IsType() {
			w.instrs[v] = true
			w.nested = w.nested || element
		}
	case *ssa.Slice:
		if a, ok := v.X.(*ssa.Alloc); ok && w.l.isExpr(a) && (a.Comment == "slicelit" || a.Comment == "varargs") {
			w.instrs[v] = true
			w.nested = w.nested || element
			w.literal(a)
		}
	case *ssa.Convert:
		if isRunes(v) {
			w.instrs[v] = true
			w.nested = true // the site has no attribute for it
		}
	case *ssa.UnOp:
		a, ok := v.X.(*ssa.Alloc)
		if !ok || !w.l.isExpr(a) || a.Comment != "complit" {
			return
		}
		if held, ok := w.l.loads[v]; ok {
			n := len(w.instrs)
			if w.operand(held, element); len(w.instrs) > n { // a slice literal; a map is made at the statement
				w.instrs[v] = true
			}
			return
		}
		if _, ptr := w.l.src.LiteralSite(w.l.src.LiteralAt(a.Pos())); !ptr {
			w.instrs[v] = true
			w.literal(a)
		}
	}
}

// soleUse is onlyUse, nil for values that keep no list of uses.
func soleUse(v ssa.Value) ssa.Instruction {
	if v.Referrers() == nil {
		return nil
	}
	return onlyUse(v)
}

// literal takes the instructions that fill in the object of a.
func (w *late) literal(a *ssa.Alloc) {
	w.instrs[a] = true
	var fill func(addr ssa.Value)
	fill = func(addr ssa.Value) {
		for _, ref := range *addr.Referrers() {
			switch ref := ref.(type) {
			case *ssa.IndexAddr:
				w.instrs[ref] = true
				fill(ref)
			case *ssa.FieldAddr:
				w.instrs[ref] = true
				fill(ref)
			case *ssa.Store:
				w.instrs[ref] = true
				w.operand(ref.Val, true)
			}
		}
	}
	fill(a)
}

// makeWrapper emits the statement as the closure of a wrapper function that builds
// the literals, from values captured here, and makes the call.
func (l *lowerer) makeWrapper(instr ssa.CallInstruction, list []ssa.Instruction, f form) outlive.Inst {
	c := instr.Common()
	built := map[ssa.Value]bool{}
	for _, i := range list {
		if v, ok := i.(ssa.Value); ok {
			built[v] = true
		}
	}
	var captured []ssa.Value
	capture := func(operands []*ssa.Value) {
		for _, op := range operands {
			switch v := (*op).(type) {
			case nil, *ssa.Const, *ssa.Global, *ssa.Builtin:
			case *ssa.Function:
				if _, ok := l.vals.get(v); ok && !built[v] {
					built[v] = true
					captured = append(captured, v)
				}
			default:
				if !built[v] {
					built[v] = true
					captured = append(captured, v)
				}
			}
		}
	}
	for _, i := range list {
		if _, alias := l.loads[loadOf(i)]; !alias {
			capture(i.Operands(nil))
		}
	}
	capture(c.Operands(nil))

	info := outlive.FuncInfo{
		Name: l.b.FuncName(l.id) + "·wrap" + strconv.Itoa(int(l.module.pos.of(instr.Pos()))), Sig: l.b.FuncType(nil, nil, false),
		Pos: l.module.pos.of(instr.Pos()), Parent: l.id, InstanceOf: outlive.NoFunc, Flags: outlive.FuncWrapper | outlive.FuncWithParent,
	}
	var bindings []outlive.Value
	var held []outlive.Type
	for _, v := range captured {
		x := l.val(v)
		t := l.body.TypeOf(x)
		site := l.newSite(outlive.SiteInfo{Kind: outlive.SiteVar, Type: t, Silent: true}, instr.Pos(), ClassOther)
		addr := l.emit(outlive.OpVar, uint32(site), l.b.Pointer(t))
		l.effect(outlive.OpStore, 0, addr, x)
		bindings = append(bindings, addr)
		held = append(held, t)
		info.FreeVars = append(info.FreeVars, l.b.Pointer(t))
	}
	fn := l.b.Func(info)
	ref := FuncRef{Func: fn, Name: info.Name, SSA: l.f}
	if l.info != nil {
		ref.Package, ref.Root = l.info.pkg.PkgPath, l.info.root
	}
	l.refs = append(l.refs, ref)
	l.b.AttrFunc(fn, outlive.AttrSyntacticDepth, 1)
	l.wrapperBody(fn, held, captured, list, c)

	l.settle()
	site := l.newSite(outlive.SiteInfo{Kind: outlive.SiteClosure, Type: info.Sig, Silent: true}, instr.Pos(), ClassOther)
	inst, closure := l.body.Emit(outlive.OpMakeClosure, uint32(site), bindings, []uint32{uint32(fn)}, info.Sig)
	for i, v := range captured {
		if l.types.sizes.Sizeof(v.Type()) <= 128 {
			l.body.AttrInst(inst, outlive.AttrByValue, uint32(i))
		}
	}
	call := l.effect(f.op(outlive.OpCallIndirect), 0, closure)
	l.body.AttrInst(call, outlive.AttrTarget, uint32(fn))
	return call
}

func loadOf(i ssa.Instruction) *ssa.UnOp {
	u, _ := i.(*ssa.UnOp)
	return u
}

// wrapperBody emits the body of a wrapper. The lowerer works on it as if it were
// the function, with the captured values loaded from the bindings.
func (l *lowerer) wrapperBody(fn outlive.Func, held []outlive.Type, captured []ssa.Value, list []ssa.Instruction, c *ssa.CallCommon) {
	id, body, vals, depth, want := l.id, l.body, l.vals, l.depth, l.want
	l.id, l.body, l.vals, l.depth, l.want = fn, l.b.Body(fn), values{}, 1, 1
	l.vals.m.Reset()
	l.wrapping = true
	l.body.SetBlock(l.body.Block())
	for i, v := range captured {
		addr := l.emit(outlive.OpFreeVar, uint32(i), l.b.Pointer(held[i]))
		l.vals.set(v, l.emit(outlive.OpLoad, 0, held[i], addr))
	}
	for _, i := range list {
		l.instr(i)
	}
	if bi, ok := c.Value.(*ssa.Builtin); ok {
		l.lateBuiltin(c, bi.Name(), plainForm)
	} else {
		l.invoke(c, nil, plainForm)
	}
	l.effect(outlive.OpReturn, 0)
	l.body.Finish()
	l.wrapping = false
	l.id, l.body, l.vals, l.depth, l.want = id, body, vals, depth, want
}

// resultTypes are the results of a call made for its effects.
func (l *lowerer) resultTypes(c *ssa.CallCommon) []outlive.Type {
	results := c.Signature().Results()
	if results == nil {
		return nil
	}
	return l.types.results(results)
}
