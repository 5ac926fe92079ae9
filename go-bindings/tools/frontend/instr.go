package frontend

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
)

// instr lowers one instruction.
func (l *lowerer) instr(instr ssa.Instruction) {
	switch i := instr.(type) {
	case *ssa.DebugRef:
		l.debugRef(i)
	case *ssa.Phi: // a block parameter
	case *ssa.Extract: // resolved where it is used
	case *ssa.Alloc:
		l.alloc(i)
	case *ssa.Store:
		l.store(i)
	case *ssa.UnOp:
		l.unary(i)
	case *ssa.BinOp:
		l.binary(i)
	case *ssa.FieldAddr:
		l.vals.set(i, l.emit(outlive.OpFieldAddr, uint32(i.Field), l.types.of(i.Type()), l.val(i.X)))
	case *ssa.IndexAddr:
		l.vals.set(i, l.emit(outlive.OpElemAddr, 0, l.types.of(i.Type()), l.val(i.X), l.val(i.Index)))
	case *ssa.Field:
		l.vals.set(i, l.pure(outlive.OpExtract, uint32(i.Field), l.types.of(i.Type()), l.val(i.X)))
	case *ssa.Index:
		l.vals.set(i, l.pure(outlive.OpExtractElem, 0, l.types.of(i.Type()), l.val(i.X), l.val(i.Index)))
	case *ssa.Slice:
		l.slice(i)
	case *ssa.Call:
		l.call(i)
	case *ssa.Go:
		l.goDefer(i, goForm)
	case *ssa.Defer:
		l.goDefer(i, deferForm)
	case *ssa.MakeInterface:
		l.makeInterface(i)
	case *ssa.MakeClosure:
		l.makeClosure(i)
	case *ssa.MakeMap:
		l.makeMap(i)
	case *ssa.MakeChan:
		l.settle()
		site := l.newSite(outlive.SiteInfo{Kind: outlive.SiteChan, Type: l.types.of(i.Type()), Silent: true}, i.Pos(), ClassOther)
		l.vals.set(i, l.emit(outlive.OpMakeChan, uint32(site), l.types.of(i.Type()), l.val(i.Size)))
	case *ssa.MakeSlice:
		l.makeSlice(i, i.Len, i.Cap)
	case *ssa.ChangeType:
		l.vals.set(i, l.emit(outlive.OpCast, 0, l.types.of(i.Type()), l.val(i.X)))
	case *ssa.ChangeInterface:
		l.vals.set(i, l.emit(outlive.OpChangeIface, 0, l.types.of(i.Type()), l.val(i.X)))
	case *ssa.Convert:
		l.convert(i, i.X)
	case *ssa.MultiConvert:
		l.convert(i, i.X)
	case *ssa.SliceToArrayPointer:
		l.vals.set(i, l.emit(outlive.OpSliceToArrayPtr, 0, l.types.of(i.Type()), l.val(i.X)))
	case *ssa.TypeAssert:
		l.multi(i, outlive.OpTypeAssert, 0, l.results(i.AssertedType, i.CommaOk), l.val(i.X))
	case *ssa.Lookup:
		elem := i.X.Type().Underlying().(*types.Map).Elem()
		l.multi(i, outlive.OpMapGet, 0, l.results(elem, i.CommaOk), l.val(i.X), l.val(i.Index))
	case *ssa.MapUpdate:
		l.putRanged(i)
		l.effect(outlive.OpMapSet, 0, l.val(i.Map), l.val(i.Key), l.val(i.Value))
	case *ssa.Range:
		l.rangeOver(i)
	case *ssa.Next:
		l.next(i)
	case *ssa.Send:
		l.effect(outlive.OpChanSend, 0, l.val(i.Chan), l.val(i.X))
	case *ssa.Select:
		l.selectStmt(i)
	case *ssa.RunDefers:
		if l.f.Recover != nil {
			l.effect(outlive.OpRunDefers, 0)
		}
	case *ssa.Panic:
		l.effect(outlive.OpPanic, 0, l.val(i.X))
	case *ssa.Return:
		l.effect(outlive.OpReturn, 0, l.valsOf(i.Results)...)
	case *ssa.Jump:
		l.jump(i.Block(), 0)
	case *ssa.If:
		l.branch(i)
	default:
		panic(failuref("%s: no lowering for %T", l.f, instr))
	}
}

// multi emits an instruction with several results for an ssa value that is a
// single value or a tuple.
func (l *lowerer) multi(v ssa.Value, op outlive.Op, aux uint32, results []outlive.Type, args ...outlive.Value) outlive.Inst {
	l.settle()
	inst, first := l.body.Emit(op, aux, args, nil, results...)
	if len(results) > 0 {
		l.vals.set(v, first)
	}
	return inst
}

// results are the types of a value and, for the comma-ok form, of ok.
func (l *lowerer) results(t types.Type, commaOk bool) []outlive.Type {
	if commaOk {
		return []outlive.Type{l.types.of(t), l.types.of(types.Typ[types.Bool])}
	}
	return []outlive.Type{l.types.of(t)}
}

// debugRef emits function literals that capture nothing. go/ssa has no
// instruction for them, but a reference where the literal is evaluated.
func (l *lowerer) debugRef(d *ssa.DebugRef) {
	f, ok := d.X.(*ssa.Function)
	if !ok || f.Parent() != l.f {
		return
	}
	if _, ok := d.Expr.(*ast.FuncLit); !ok {
		return
	}
	if _, ok := l.vals.get(f); ok {
		return
	}
	l.vals.set(f, l.closure(f, l.types.of(f.Type()), nil))
}

// store lowers an assignment through an address.
func (l *lowerer) store(s *ssa.Store) {
	val, done := l.storeRanged(s)
	if done {
		return
	}
	inst := l.effect(outlive.OpStore, 0, l.val(s.Addr), val)
	if isHeaderData(s.Addr) {
		l.body.AttrInst(inst, outlive.AttrHeaderData, 1)
	}
	if l.src != nil && s.Pos().IsValid() && l.src.SelfAssignAt(s.Pos()) {
		l.body.AttrInst(inst, outlive.AttrSelfAssign, 1)
	}
}

// unary lowers loads, receives and arithmetic.
func (l *lowerer) unary(u *ssa.UnOp) {
	switch u.Op {
	case token.MUL:
		if len(l.loads) > 0 {
			if held, ok := l.loads[u]; ok {
				l.vals.set(u, l.val(held))
				return
			}
		}
		inst, v := l.body.Emit(outlive.OpLoad, 0, []outlive.Value{l.val(u.X)}, nil, l.types.of(u.Type()))
		if isHeaderData(u.X) {
			l.body.AttrInst(inst, outlive.AttrHeaderData, 1)
		}
		l.vals.set(u, v)
	case token.ARROW:
		elem := u.X.Type().Underlying().(*types.Chan).Elem()
		l.multi(u, outlive.OpChanRecv, 0, l.results(elem, u.CommaOk), l.val(u.X))
	default:
		l.vals.set(u, l.pure(outlive.OpUnary, uint32(unaryOps[u.Op]-1), l.types.of(u.Type()), l.val(u.X)))
	}
}

// isHeaderData reports whether addr is the address of the Data field of a
// reflect.SliceHeader or reflect.StringHeader, selected through a pointer: the
// compiler takes no notice of headers that are variables.
func isHeaderData(addr ssa.Value) bool {
	f, ok := addr.(*ssa.FieldAddr)
	if !ok || f.Field != 0 {
		return false
	}
	switch f.X.(type) {
	case *ssa.Alloc, *ssa.FreeVar, *ssa.Global, *ssa.FieldAddr, *ssa.IndexAddr:
		return false
	}
	p, ok := f.X.Type().Underlying().(*types.Pointer)
	if !ok {
		return false
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || n.Obj().Pkg().Path() != "reflect" {
		return false
	}
	return n.Obj().Name() == "SliceHeader" || n.Obj().Name() == "StringHeader"
}

// The operators of the module by those of Go, with one added: 0 is none.
var (
	unaryOps   = [token.VAR]outlive.UnaryOp{token.SUB: 1 + outlive.Neg, token.NOT: 1 + outlive.Not, token.XOR: 1 + outlive.Com}
	compareOps = [token.VAR]outlive.CompareOp{
		token.EQL: 1 + outlive.Eq, token.NEQ: 1 + outlive.Ne, token.LSS: 1 + outlive.Lt,
		token.LEQ: 1 + outlive.Le, token.GTR: 1 + outlive.Gt, token.GEQ: 1 + outlive.Ge,
	}
	binaryOps = [token.VAR]outlive.BinaryOp{
		token.ADD: 1 + outlive.Add, token.SUB: 1 + outlive.Sub, token.MUL: 1 + outlive.Mul, token.QUO: 1 + outlive.Div,
		token.REM: 1 + outlive.Rem, token.AND: 1 + outlive.And, token.OR: 1 + outlive.Or, token.XOR: 1 + outlive.Xor,
		token.SHL: 1 + outlive.Shl, token.SHR: 1 + outlive.Shr, token.AND_NOT: 1 + outlive.AndNot,
	}
)

// isCompare reports whether an operator compares.
func isCompare(op token.Token) bool { return compareOps[op] > 0 }

// binary lowers arithmetic, comparison and string concatenation.
func (l *lowerer) binary(b *ssa.BinOp) {
	if op := compareOps[b.Op]; op > 0 {
		op--
		y := b.Y
		if k, ok := selectCase(b); ok {
			l.vals.set(b, l.pure(outlive.OpCompare, uint32(op), l.types.of(b.Type()), l.val(b.X), l.constInt(k)))
			return
		}
		l.vals.set(b, l.pure(outlive.OpCompare, uint32(op), l.types.of(b.Type()), l.val(b.X), l.val(y)))
		return
	}
	if isString(b.Type()) {
		l.concat(b)
		return
	}
	op := binaryOps[b.Op]
	if op == 0 {
		panic(failuref("%s: operator %s", l.f, b.Op))
	}
	l.vals.set(b, l.pure(outlive.OpBinary, uint32(op-1), l.types.of(b.Type()), l.val(b.X), l.val(b.Y)))
}

// slice lowers x[lo:hi:max].
func (l *lowerer) slice(s *ssa.Slice) {
	if l.constSlice(s) {
		return
	}
	args := []outlive.Value{l.val(s.X)}
	mask := uint32(0)
	for _, bound := range []struct {
		v   ssa.Value
		bit uint32
	}{{s.Low, outlive.SliceLo}, {s.High, outlive.SliceHi}, {s.Max, outlive.SliceMax}} {
		if bound.v != nil {
			args = append(args, l.val(bound.v))
			mask |= bound.bit
		}
	}
	l.vals.set(s, l.emit(outlive.OpSlice, mask, l.types.of(s.Type()), args...))
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}
