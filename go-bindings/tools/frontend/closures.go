package frontend

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
)

// makeClosure lowers function literals with captured variables and method values.
func (l *lowerer) makeClosure(c *ssa.MakeClosure) {
	f := c.Fn.(*ssa.Function)
	if strings.HasSuffix(f.Name(), "$bound") && f.Parent() == nil {
		l.methodValue(c, f)
		return
	}
	l.vals.set(c, l.closure(f, l.types.of(c.Type()), c.Bindings))
}

// closure emits the record of a function literal, or of the body of a range over
// a function. The bindings are addresses of variables; those that the compiler
// copies are marked.
func (l *lowerer) closure(f *ssa.Function, t outlive.Type, bindings []ssa.Value) outlive.Value {
	var args []outlive.Value
	var copied []uint32
	pointer := uint64(l.types.sizes.Sizeof(types.Typ[types.Uintptr]))
	size := pointer // of the code, followed by the bindings
	for i, v := range bindings {
		if !l.module.has(f, f.FreeVars[i]) {
			continue
		}
		if l.byValue(f.FreeVars[i]) {
			copied = append(copied, uint32(len(args)))
			size += l.b.TypeSize(l.types.of(v.Type().Underlying().(*types.Pointer).Elem()))
		} else {
			size += pointer
		}
		args = append(args, l.val(v))
	}
	fn := l.funcOf(f)
	pos := f.Pos()
	if l.src != nil && f.Synthetic != "" {
		if s := l.src.RangeAt(pos); s != nil {
			pos = s.For
		}
	}
	l.settle()
	site := l.newSite(outlive.SiteInfo{Kind: outlive.SiteClosure, Type: t}, pos, ClassFuncLiteral)
	if len(args) > 0 {
		l.setStorage(size)
	}
	inst, v := l.body.Emit(outlive.OpMakeClosure, uint32(site), args, []uint32{uint32(fn)}, t)
	for _, i := range copied {
		l.body.AttrInst(inst, outlive.AttrByValue, i)
	}
	return v
}

// freeVars are the captured variables of f that the module has.
func (m *module) freeVars(f *ssa.Function) []*ssa.FreeVar {
	for i, v := range f.FreeVars {
		if m.has(f, v) {
			continue
		}
		list := f.FreeVars[:i:i]
		for _, v := range f.FreeVars[i+1:] {
			if m.has(f, v) {
				list = append(list, v)
			}
		}
		return list
	}
	return f.FreeVars
}

// has reports whether the module has the captured variable v of f: not the stack of defers, nor what f uses only in dead code.
func (m *module) has(f *ssa.Function, v *ssa.FreeVar) bool {
	if isDeferStack(v) {
		return false
	}
	info := m.infoOf(f)
	if info == nil || info.src == nil || f.Syntax() == nil || !v.Pos().IsValid() {
		return true
	}
	fn := info.src.Func(f.Syntax())
	return fn == nil || info.src.VarsAt(v.Pos()) == nil || fn.Captures(v.Pos())
}

// byValue reports whether the compiler copies the captured variable v.
func (l *lowerer) byValue(v *ssa.FreeVar) bool {
	if l.src == nil || !v.Pos().IsValid() {
		return false
	}
	elem := v.Type().Underlying().(*types.Pointer).Elem()
	obj := l.src.VarAt(v.Pos(), v.Parent().Pos(), elem)
	return obj != nil && l.src.CaptureByValue(obj, elem)
}

// methodValue lowers x.m used as a value. go/ssa binds x to a wrapper; the IR
// names the method.
func (l *lowerer) methodValue(c *ssa.MakeClosure, bound *ssa.Function) {
	recv := c.Bindings[0]
	callee, method := boundMethod(bound)
	fn, index := outlive.None, outlive.None
	switch {
	case callee != nil:
		fn = uint32(l.funcOf(callee))
	case method != nil:
		index = methodIndex(recv.Type(), method)
	}
	x := l.val(recv)
	pos, silent, expr := token.NoPos, false, ast.Expr(nil)
	if l.src != nil && c.Pos().IsValid() {
		if sel := l.src.SelectorAt(c.Pos()); sel != nil {
			pos, expr = sel.X.End(), sel
			// With a receiver of generic type the compiler makes a closure of its own, without a word.
			s := l.src.Info.Selections[sel]
			silent = s != nil && hasTypeParam(s.Recv())
		}
	}
	l.settle()
	t := l.types.of(c.Type())
	site := l.newSiteOf(outlive.SiteInfo{Kind: outlive.SiteMethodValue, Type: t, Silent: silent}, pos, ClassOther, expr)
	l.setStorage(uint64(l.types.sizes.Sizeof(types.Typ[types.Uintptr])) + l.b.TypeSize(l.types.of(recv.Type())))
	_, v := l.body.Emit(outlive.OpMethodValue, uint32(site), []outlive.Value{x}, []uint32{fn, index}, t)
	l.vals.set(c, v)
}

// methodIndex returns the place of a method in an interface type.
func methodIndex(t types.Type, method *types.Func) uint32 {
	iface := t.Underlying().(*types.Interface)
	for i := range iface.NumMethods() {
		if iface.Method(i).Id() == method.Id() {
			return uint32(i)
		}
	}
	return outlive.None
}

// keepLiterals sees to it that of a literal nobody reads, and of those in it, the outermost that capture nothing are analysed, and
// the instances of generic functions and types that the others mention: the compiler has made them when it drops the literal.
func (l *lowerer) keepLiterals(f *ssa.Function) {
	if lit, ok := f.Syntax().(*ast.FuncLit); ok && !l.src.Dead(lit.Body.Lbrace) {
		l.module.funcOf(f)
		return
	}
	l.keepInstances(f)
	for _, a := range f.AnonFuncs {
		l.keepLiterals(a)
	}
}

// keepInstances declares the instances that code of f mentions that is dropped late.
func (l *lowerer) keepInstances(f *ssa.Function) {
	var operands []*ssa.Value
	for _, b := range f.Blocks {
		dropped := true
		for _, instr := range b.Instrs {
			if pos := l.position(instr); pos.IsValid() {
				dropped = l.src.Unused(pos) && !l.src.DeadEarly(pos)
			}
			if !dropped {
				continue
			}
			switch v := instr.(type) {
			case *ssa.Range, *ssa.Next: // of no type of the source
			case ssa.Value:
				if _, ok := v.Type().(*types.Tuple); !ok {
					l.types.of(v.Type())
				}
			}
			operands = instr.Operands(operands[:0])
			for _, op := range operands {
				if g, ok := (*op).(*ssa.Function); ok && g.Parent() == nil && originOf(g) != nil {
					l.module.funcOf(g)
				}
			}
		}
	}
}
