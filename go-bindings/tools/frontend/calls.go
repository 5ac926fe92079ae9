package frontend

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
)

// form says how a call is made: at once, by go, or by defer.
type form uint8

const (
	plainForm form = iota
	goForm
	deferForm
)

// op returns the operation of a form, given the one of the plain call.
func (f form) op(plain outlive.Op) outlive.Op {
	return plain + outlive.Op(f)*(outlive.OpGo-outlive.OpCall)
}

// call lowers a call.
func (l *lowerer) call(c *ssa.Call) {
	if bi, ok := c.Call.Value.(*ssa.Builtin); ok {
		l.builtin(c, bi.Name())
		return
	}
	l.invoke(&c.Call, c, plainForm)
}

// goDefer lowers a go or defer statement.
func (l *lowerer) goDefer(instr ssa.CallInstruction, f form) {
	var inst outlive.Inst
	c := instr.Common()
	if list, ok := l.wrapped[instr]; ok {
		inst = l.makeWrapper(instr, list, f)
	} else if bi, ok := c.Value.(*ssa.Builtin); ok {
		inst = l.lateBuiltin(c, bi.Name(), f)
	} else {
		inst = l.invoke(c, nil, f)
	}
	if f == deferForm && l.deferInHeap() {
		l.body.AttrInst(inst, outlive.AttrDeferHeap, 1)
	}
	if n := rangeBodies(l.f); f == deferForm && n > 0 {
		l.body.AttrInst(inst, attrDeferOuter, n)
	}
}

// attrDeferOuter (defer and its forms; a number) says that the call runs when the
// function that many parents up returns: the one a range over a function is
// written in, not the function that go/ssa makes of its body.
const attrDeferOuter = outlive.AttrClient + 0

// rangeBodies returns how many bodies of ranges over functions f lies in, f included.
func rangeBodies(f *ssa.Function) (n uint32) {
	for ; f != nil && f.Synthetic == rangeBody; f = f.Parent() {
		n++
	}
	return n
}

// deferInHeap reports whether the compiler puts the record of a defer statement
// here in the heap: in a loop, and in the body of a range over a function.
func (l *lowerer) deferInHeap() bool {
	return l.want > 1 || l.f.Synthetic == rangeBody
}

// invoke emits a call that is not of a builtin. v is the call's value, nil for
// go and defer.
func (l *lowerer) invoke(c *ssa.CallCommon, v *ssa.Call, f form) outlive.Inst {
	var results []outlive.Type
	if v != nil {
		results = l.types.results(v.Type())
	} else if f == plainForm {
		results = l.resultTypes(c)
	}
	emit := func(op outlive.Op, aux uint32, args ...outlive.Value) outlive.Inst {
		l.settle()
		inst, first := l.body.Emit(f.op(op), aux, args, nil, results...)
		if v != nil && len(results) > 0 {
			l.vals.set(v, first)
		}
		return inst
	}
	syntax := l.callSyntax(c)
	c = unbound(c)
	if c.IsInvoke() {
		recv := l.val(c.Value)
		args := l.valsAfter(recv, c.Args)
		if t := l.concreteType(c, syntax); t != nil {
			if op, callee, x, ok := l.devirtualise(t, c, recv); ok {
				if f == goForm || f == deferForm && l.deferInHeap() {
					// The wrapper that makes the call holds the interface.
					l.effect(outlive.OpIntrinsic, uint32(outlive.IntrinsicEscape), recv)
				}
				args[0] = x
				return emit(op, callee, args...)
			}
		}
		return emit(outlive.OpCallMethod, methodIndex(c.Value.Type(), c.Method), args...)
	}
	callee, _ := c.Value.(*ssa.Function)
	if callee != nil && callee.Parent() == nil {
		if fixed, ok := l.escapeNonString(callee, c, emit); ok {
			return fixed
		}
		if l.isDictionaryCall(syntax) {
			// Through a variable, so that the callee does not look known.
			inst := emit(outlive.OpCallIndirect, 0, l.valsAfter(l.throughVariable(l.val(callee)), c.Args)...)
			l.body.AttrInst(inst, outlive.AttrDictionary, 1)
			l.markUnused(inst, v)
			return inst
		}
		return emit(outlive.OpCall, uint32(l.funcOf(callee)), l.valsOf(c.Args)...)
	}
	fun := l.val(c.Value)
	inst := emit(outlive.OpCallIndirect, 0, l.valsAfter(fun, c.Args)...)
	if target := l.staticCallee(c, syntax); target != nil {
		l.body.AttrInst(inst, outlive.AttrTarget, uint32(l.funcOf(target)))
	}
	l.markUnused(inst, v)
	return inst
}

// callSyntax returns the call expression of a call, nil if it has none. The call
// of the function that a range statement ranges over is written without one.
func (l *lowerer) callSyntax(c *ssa.CallCommon) *ast.CallExpr {
	if l.src == nil {
		return nil
	}
	if c.Pos().IsValid() {
		return l.src.CallAtLparen(c.Pos())
	}
	if len(c.Args) != 1 || c.IsInvoke() {
		return nil
	}
	body, _ := c.Args[0].(*ssa.Function)
	if mc, ok := c.Args[0].(*ssa.MakeClosure); ok {
		body = mc.Fn.(*ssa.Function)
	}
	if body == nil || body.Parent() == nil || body.Synthetic == "" {
		return nil
	}
	if s := l.src.RangeAt(body.Pos()); s != nil {
		return &ast.CallExpr{Fun: s.X}
	}
	return nil
}

// rangedMethod returns the call that is the only use of a method value, made by a
// range over x.m: the compiler calls the method.
func rangedMethod(mc *ssa.MakeClosure) *ssa.Call {
	f := mc.Fn.(*ssa.Function)
	if f.Parent() != nil || !strings.HasSuffix(f.Name(), "$bound") {
		return nil
	}
	call, ok := onlyUse(mc).(*ssa.Call)
	if !ok || call.Call.Value != mc || call.Call.Pos().IsValid() {
		return nil
	}
	return call
}

// unbound turns such a call into one of the method itself.
func unbound(c *ssa.CallCommon) *ssa.CallCommon {
	mc, ok := c.Value.(*ssa.MakeClosure)
	if !ok || rangedMethod(mc) == nil {
		return c
	}
	callee, method := boundMethod(mc.Fn.(*ssa.Function))
	if callee != nil {
		return &ssa.CallCommon{Value: callee, Args: append([]ssa.Value{mc.Bindings[0]}, c.Args...)}
	}
	return &ssa.CallCommon{Value: mc.Bindings[0], Method: method, Args: c.Args}
}

// exprOf returns the call expression whose value v is, according to the debug
// references.
func (l *lowerer) exprOf(v ssa.Value) *ast.CallExpr {
	for _, ref := range *v.Referrers() {
		if d, ok := ref.(*ssa.DebugRef); ok {
			if call, ok := d.Expr.(*ast.CallExpr); ok {
				return call
			}
		}
	}
	return nil
}

// markUnused notes that no result of a dynamic call goes anywhere.
func (l *lowerer) markUnused(inst outlive.Inst, v *ssa.Call) {
	if v == nil || l.resultUsed(v) {
		return
	}
	l.body.AttrInst(inst, outlive.AttrResultsUnused, 1)
}

// discards reports whether a call is of a builtin function that keeps nothing of its argument v.
func (l *lowerer) discards(c *ssa.Call, v ssa.Value) bool {
	bi, ok := c.Call.Value.(*ssa.Builtin)
	if !ok {
		return false
	}
	args := c.Call.Args
	switch bi.Name() {
	case "len", "cap", "print", "println":
		return true
	case "delete":
		return args[0] != v
	case "append", "copy":
		if args[0] == v { // the result, or written through
			return false
		}
		elems, ok := v.Type().Underlying().(*types.Slice)
		return !ok || !l.types.hasPointers(elems.Elem())
	}
	return false
}

// resultUsed reports whether a result of a call that holds pointers is used for
// more than a test.
func (l *lowerer) resultUsed(v ssa.Value) bool {
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef:
		case *ssa.Extract:
			return true // assigned to a variable, if only one made up, with or without pointers
		case *ssa.BinOp, *ssa.Lookup, *ssa.If:
		case *ssa.UnOp:
			if ref.Op != token.ARROW {
				return true
			}
		case *ssa.Call:
			if l.types.hasPointers(v.Type()) && !l.discards(ref, v) {
				return true
			}
		default:
			if _, tuple := v.Type().(*types.Tuple); tuple || l.types.hasPointers(v.Type()) {
				return true
			}
		}
	}
	return false
}

// staticCallee returns the only function that a call of a function value can
// reach: a literal called where it is written, or the value of a variable that
// is assigned once.
func (l *lowerer) staticCallee(c *ssa.CallCommon, syntax *ast.CallExpr) *ssa.Function {
	switch v := c.Value.(type) {
	case *ssa.Function:
		return v
	case *ssa.MakeClosure:
		if f := v.Fn.(*ssa.Function); f.Parent() != nil {
			return f
		}
		return nil
	}
	if syntax == nil {
		return nil
	}
	if e := l.src.StaticCallee(syntax); e != nil {
		return l.staticFunc(e)
	}
	return nil
}

// staticFunc returns the function that an expression is: a literal or a declared
// function that is not generic.
func (l *lowerer) staticFunc(e ast.Expr) *ssa.Function {
	switch e := e.(type) {
	case *ast.FuncLit:
		for f := l.f; f != nil; f = f.Parent() {
			if a := literalIn(f, e.Pos()); a != nil {
				return a
			}
		}
	case *ast.Ident:
		return l.declaredFunc(l.src.Info.Uses[e])
	case *ast.SelectorExpr:
		sel := l.src.Info.Selections[e]
		if sel == nil {
			return l.declaredFunc(l.src.Info.Uses[e.Sel])
		}
		if sel.Kind() == types.MethodExpr && !types.IsInterface(sel.Recv()) && !hasTypeParam(sel.Recv()) {
			set := types.NewMethodSet(sel.Recv())
			if m := set.Lookup(sel.Obj().Pkg(), sel.Obj().Name()); m != nil {
				return l.prog.SSA.MethodValue(m)
			}
		}
	}
	return nil
}

// literalIn returns the function of the literal at pos, directly in f or in a
// body of a range over a function in f.
func literalIn(f *ssa.Function, pos token.Pos) *ssa.Function {
	for _, a := range f.AnonFuncs {
		if a.Pos() == pos {
			return a
		}
		if a.Synthetic != "" {
			if b := literalIn(a, pos); b != nil {
				return b
			}
		}
	}
	return nil
}

func (l *lowerer) declaredFunc(obj types.Object) *ssa.Function {
	fn, ok := obj.(*types.Func)
	if !ok || fn.Signature().TypeParams().Len() > 0 {
		return nil
	}
	return l.prog.SSA.FuncValue(fn)
}

// isDictionaryCall reports whether the compiler calls a method through a
// dictionary, because the operand's type is a type parameter in the source.
func (l *lowerer) isDictionaryCall(syntax *ast.CallExpr) bool {
	if syntax == nil || originOf(l.f) == nil {
		return false
	}
	sel, ok := ast.Unparen(syntax.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	s := l.src.Info.Selections[sel]
	if s == nil || s.Kind() != types.MethodVal {
		return false
	}
	_, ok = types.Unalias(s.Recv()).(*types.TypeParam)
	return ok
}

// concreteType returns the type that the receiver of an interface method call is
// sure to have, nil if the compiler does not find it.
func (l *lowerer) concreteType(c *ssa.CallCommon, syntax *ast.CallExpr) types.Type {
	if syntax == nil {
		return nil
	}
	sel, ok := ast.Unparen(syntax.Fun).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	s := l.src.Info.Selections[sel]
	if s == nil || s.Kind() != types.MethodVal || len(s.Index()) != 1 || hasTypeParam(s.Recv()) {
		return nil
	}
	t := l.src.ConcreteType(sel.X)
	if t == nil || hasTypeParam(t) || types.IsInterface(t) {
		return nil
	}
	if iface := c.Value.Type().Underlying().(*types.Interface); !types.Implements(t, iface) {
		return nil
	}
	return t
}

// devirtualise turns a call of an interface method into one of the method of t,
// the type that the receiver has: it asserts the type and walks to the embedded
// field that has the method. An embedded interface leaves a call of its method.
func (l *lowerer) devirtualise(t types.Type, c *ssa.CallCommon, recv outlive.Value) (op outlive.Op, callee uint32, x outlive.Value, ok bool) {
	obj, path, _ := types.LookupFieldOrMethod(t, true, c.Method.Pkg(), c.Method.Name())
	method, ok := obj.(*types.Func)
	if !ok {
		return 0, 0, 0, false
	}
	want := method.Signature().Recv().Type()
	embedded := types.IsInterface(want)
	var fn *ssa.Function
	if !embedded {
		if sel := types.NewMethodSet(want).Lookup(method.Pkg(), method.Name()); sel != nil && len(sel.Index()) == 1 {
			fn = l.prog.SSA.MethodValue(sel)
		}
		if fn == nil {
			return 0, 0, 0, false
		}
	}
	x = l.emit(outlive.OpTypeAssert, 0, l.types.of(t), recv)
	at := t
	for _, i := range path[:len(path)-1] {
		if p, ok := at.Underlying().(*types.Pointer); ok {
			field := p.Elem().Underlying().(*types.Struct).Field(i)
			at = types.NewPointer(field.Type())
			x = l.emit(outlive.OpFieldAddr, uint32(i), l.types.of(at), x)
			if _, ok := field.Type().Underlying().(*types.Pointer); ok {
				at = field.Type()
				x = l.emit(outlive.OpLoad, 0, l.types.of(at), x)
			}
			continue
		}
		field := at.Underlying().(*types.Struct).Field(i)
		at = field.Type()
		x = l.emit(outlive.OpExtract, uint32(i), l.types.of(at), x)
	}
	if p, ok := at.Underlying().(*types.Pointer); ok && !types.Identical(at, want) {
		at = p.Elem()
		x = l.emit(outlive.OpLoad, 0, l.types.of(at), x)
	}
	if embedded {
		return outlive.OpCallMethod, methodIndex(at, method), x, true
	}
	return outlive.OpCall, uint32(l.funcOf(fn)), x, true
}

// escapeNonString recognises internal/abi.EscapeNonString, which the compiler
// takes as an order: the argument goes to the heap if it holds pointers other
// than those of strings.
func (l *lowerer) escapeNonString(callee *ssa.Function, c *ssa.CallCommon, emit func(outlive.Op, uint32, ...outlive.Value) outlive.Inst) (outlive.Inst, bool) {
	obj := callee.Object()
	if obj == nil || obj.Name() != "EscapeNonString" || obj.Pkg() == nil || obj.Pkg().Path() != "internal/abi" || len(c.Args) != 1 {
		return 0, false
	}
	l.funcOf(callee) // the compiler compiles it all the same
	id := outlive.IntrinsicKeepAlive
	if l.types.factsOf(c.Args[0].Type()).others {
		id = outlive.IntrinsicEscape
	}
	return emit(outlive.OpIntrinsic, uint32(id), l.val(c.Args[0])), true
}
