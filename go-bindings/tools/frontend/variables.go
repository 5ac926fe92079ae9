package frontend

import (
	"go/token"
	"go/types"
	"slices"
	"unsafe"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
	"outlive.dev/tools/frontend/internal/pointers"
	"outlive.dev/tools/frontend/internal/source"
)

// variable says what an Alloc of the function is when it is a parameter or a
// result, which only its place in the entry block tells.
type variable struct {
	kind  outlive.SiteKind // SiteParam or SiteResult
	index int
}

// variables are the parameters and results of a function, by their Alloc.
type variables struct {
	m    pointers.Map // indices in list
	list []variable
}

func (t *variables) reset() {
	t.m.Reset()
	t.list = t.list[:0]
}

func (t *variables) add(a *ssa.Alloc, v variable) {
	t.m.Set(unsafe.Pointer(a), uint32(len(t.list)))
	t.list = append(t.list, v)
}

func (t *variables) get(a *ssa.Alloc) (variable, bool) {
	if i, ok := t.m.Get(unsafe.Pointer(a)); ok {
		return t.list[i], true
	}
	return variable{}, false
}

// findVariables finds the variables of parameters and results. go/ssa puts them
// at the beginning of the entry block: for every named parameter an Alloc and the
// store of the parameter, then an Alloc per result.
func (l *lowerer) findVariables() {
	if l.f.Syntax() == nil {
		return
	}
	instrs := l.f.Blocks[0].Instrs
	i := 0
	for i+1 < len(instrs) {
		alloc, ok := instrs[i].(*ssa.Alloc)
		if !ok {
			break
		}
		store, ok := instrs[i+1].(*ssa.Store)
		if !ok || store.Addr != alloc {
			break
		}
		p, ok := store.Val.(*ssa.Parameter)
		if !ok || p.Pos() != alloc.Pos() {
			break
		}
		for j, q := range l.f.Params {
			if p == q {
				l.vars.add(alloc, variable{outlive.SiteParam, j})
			}
		}
		i += 2
	}
	if _, ok := l.f.Syntax().(interface{ End() token.Pos }); !ok || l.f.Synthetic == rangeBody {
		return
	}
	for j := range l.f.Signature.Results().Len() {
		if i >= len(instrs) {
			break
		}
		if alloc, ok := instrs[i].(*ssa.Alloc); ok {
			l.vars.add(alloc, variable{outlive.SiteResult, j})
		}
		i++
	}
}

// spillUnnamed gives parameters without a variable in ssa one of their own, so
// that every parameter is a site.
func (l *lowerer) spillUnnamed() {
	if l.f.Syntax() == nil {
		return
	}
	for i, p := range l.f.Params {
		if slices.Contains(l.vars.list, variable{outlive.SiteParam, i}) {
			continue
		}
		site := l.newSite(outlive.SiteInfo{Kind: outlive.SiteParam, Type: l.types.of(p.Type()), Index: uint32(i), Silent: true}, p.Pos(), ClassOther)
		addr := l.emit(outlive.OpVar, uint32(site), l.b.Pointer(l.types.of(p.Type())))
		l.effect(outlive.OpStore, 0, addr, l.val(p))
	}
}

// isExpr reports whether an Alloc stands for an expression (a literal, new, a
// pack) and not for a variable.
func (l *lowerer) isExpr(a *ssa.Alloc) bool {
	if l.src == nil || !a.Pos().IsValid() {
		return false
	}
	switch a.Comment {
	case "complit", "slicelit":
		return l.src.LiteralAt(a.Pos()) != nil
	case "varargs":
		return l.src.CallAtRparen(a.Pos()) != nil
	case "new", "makeslice":
		return l.src.CallAtLparen(a.Pos()) != nil
	}
	return false
}

// alloc lowers the creation of a variable or of an allocated object.
func (l *lowerer) alloc(a *ssa.Alloc) {
	elem := a.Type().Underlying().(*types.Pointer).Elem()
	if l.isExpr(a) {
		switch a.Comment {
		case "complit":
			l.literal(a, elem)
		case "slicelit":
			l.makeObject(a, elem, outlive.SiteSliceLiteral, a.Pos(), ClassOther)
		case "varargs":
			call := l.src.CallAtRparen(a.Pos())
			l.makeObject(a, elem, outlive.SiteVariadic, call.Lparen, ClassVariadic)
		case "new":
			if call := l.src.CallAtLparen(a.Pos()); !l.src.Info.Types[call.Args[0]].IsType() {
				// new(x) is the address of a variable for the compiler.
				l.settle()
				site := l.newSite(outlive.SiteInfo{Kind: outlive.SiteVar, Type: l.types.of(elem), Name: ".autotmp"}, a.Pos(), ClassMovedToHeap)
				l.vals.set(a, l.emit(outlive.OpVar, uint32(site), l.types.of(a.Type())))
				return
			}
			l.makeObject(a, elem, outlive.SiteNew, a.Pos(), ClassOther)
		default:
			l.makeObject(a, elem, outlive.SiteNew, a.Pos(), ClassOther)
		}
		return
	}
	l.vals.set(a, l.variable(a, elem))
}

// makeObject emits the allocation of an object that is not a variable.
func (l *lowerer) makeObject(a *ssa.Alloc, elem types.Type, kind outlive.SiteKind, pos token.Pos, class Class) {
	l.settle()
	site := l.newSite(outlive.SiteInfo{Kind: kind, Type: l.types.of(elem)}, pos, class)
	if !l.wrapping && l.inWrapper(a) {
		l.b.AttrSite(site, outlive.AttrInWrapper, 1)
	}
	l.vals.set(a, l.emit(outlive.OpNew, uint32(site), l.types.of(a.Type())))
}

// literal lowers the object of a composite literal: &T{}, or the temporary in
// which a T{} is built.
func (l *lowerer) literal(a *ssa.Alloc, elem types.Type) {
	if pos, ok := l.src.LiteralSite(l.src.LiteralAt(a.Pos())); ok {
		l.makeObject(a, elem, outlive.SiteLiteral, pos, ClassOther)
		return
	}
	l.vals.set(a, l.temporary(a, elem))
}

// temporary emits a variable that the program does not name.
func (l *lowerer) temporary(a *ssa.Alloc, elem types.Type) outlive.Value {
	l.settle()
	site := l.newSite(outlive.SiteInfo{Kind: outlive.SiteVar, Type: l.types.of(elem), Silent: true}, a.Pos(), ClassOther)
	return l.emit(outlive.OpVar, uint32(site), l.types.of(a.Type()))
}

// variable emits a named variable, parameter or result.
func (l *lowerer) variable(a *ssa.Alloc, elem types.Type) outlive.Value {
	info := outlive.SiteInfo{Kind: outlive.SiteVar, Type: l.types.of(elem), Name: a.Comment}
	if v, ok := l.vars.get(a); ok {
		info.Kind, info.Index = v.kind, uint32(v.index)
	}
	pos, depth := a.Pos(), 0
	switch {
	case l.src == nil || !pos.IsValid():
		if state := l.rangeState(a); state.IsValid() {
			pos, depth = state, l.depthAt(state)
			info.Name = "#state" + a.Comment[len("jump$"):]
		} else {
			info.Silent = true
		}
	default:
		if v := l.sourceVar(a, elem); v != nil {
			pos, depth = v.Pos, v.Depth
			if v.Kind == source.LoopVar && !l.firstOfLoop(a) {
				info.Silent = true
			} else if v.CarrierDepth > 0 {
				depth = v.CarrierDepth
			}
		}
	}
	site := l.newSite(info, pos, ClassMovedToHeap)
	if depth > 0 {
		l.b.AttrSite(site, outlive.AttrDepth, uint32(depth))
	}
	return l.emit(outlive.OpVar, uint32(site), l.types.of(a.Type()))
}

// sourceVar returns what the syntax says about the variable of a. The variables
// of a type switch share a position: the code behind the Alloc tells the clause.
func (l *lowerer) sourceVar(a *ssa.Alloc, elem types.Type) *source.Var {
	vs := l.src.VarsAt(a.Pos())
	if len(vs) == 1 {
		return vs[0]
	}
	at, behind := token.NoPos, false
	for _, instr := range a.Block().Instrs {
		behind = behind || instr == a
		if pos := l.position(instr); behind && pos.IsValid() && pos != a.Pos() {
			at = pos
			if slices.ContainsFunc(vs, func(v *source.Var) bool { return v.Around(pos) }) {
				break
			}
		}
	}
	return l.src.VarAt(a.Pos(), at, elem)
}

// firstOfLoop reports whether a is the variable that a three-clause loop starts
// with, not the copy for the next iteration: that one is made in the block that
// closes the loop, after the value it copies was loaded.
func (l *lowerer) firstOfLoop(a *ssa.Alloc) bool {
	for _, ref := range *a.Referrers() {
		if phi, ok := ref.(*ssa.Phi); ok && len(phi.Edges) > 0 {
			return phi.Edges[0] == a
		}
	}
	return true
}

// rangeState returns the position of the range statement over a function whose
// state a holds, or NoPos.
func (l *lowerer) rangeState(a *ssa.Alloc) token.Pos {
	const prefix = "jump$"
	if l.src == nil || len(a.Comment) <= len(prefix) || a.Comment[:len(prefix)] != prefix {
		return token.NoPos
	}
	n := 0
	for _, c := range a.Comment[len(prefix):] {
		n = n*10 + int(c-'0')
	}
	if n < 1 || n > len(l.f.AnonFuncs) {
		return token.NoPos
	}
	if s := l.src.RangeAt(l.f.AnonFuncs[n-1].Pos()); s != nil {
		return s.For
	}
	return token.NoPos
}
