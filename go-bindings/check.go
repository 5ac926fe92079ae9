package outlive

import "math/bits"

const (
	maxArgs    = 1<<16 - 1
	maxResults = 1<<8 - 1
)

// check reports what is wrong with an instruction; it is the builder's part of verification: shape, ids and counts.
// Types of operands and dominance are the library's verifier's.
func (y *Body) check(op Op, aux uint32, args []Value, imms []uint32, results []Type) bool {
	info := &opTable[op]
	switch {
	case info.Name == "":
		y.failf(op, "%d is not an operation", uint8(op))
	case y.finished:
		y.failf(op, "the body is finished")
	case y.cur == NoBlock:
		y.failf(op, "no current block: call Entry or SetBlock first")
	case y.buf.blocks[y.cur].closed:
		y.failf(op, "instruction after the terminator of the block")
	case len(args) < info.MinArgs || info.MaxArgs != many && len(args) > info.MaxArgs:
		y.failf(op, "%d operands, want %s", len(args), wantText(info.MinArgs, info.MaxArgs))
	case len(args) > maxArgs:
		y.failf(op, "%d operands, the format holds %d", len(args), maxArgs)
	case len(results) < info.MinRes || info.MaxRes != many && len(results) > info.MaxRes:
		y.failf(op, "%d results, want %s", len(results), wantText(info.MinRes, info.MaxRes))
	case len(results) > maxResults:
		y.failf(op, "%d results, the format holds %d", len(results), maxResults)
	case info.Imms != many && len(imms) != info.Imms:
		y.failf(op, "%d immediate words, want %d", len(imms), info.Imms)
	case info.Aux == AuxNone && aux != 0:
		y.failf(op, "auxiliary word %d, but the operation has none", aux)
	default:
		return y.checkIds(op, args, results) && y.checkAux(op, info.Aux, aux) && y.checkShape(op, aux, args, imms, results)
	}
	return false
}

func wantText(lo, hi int) string {
	switch {
	case hi == many:
		return "at least " + idText(uint32(lo))
	case lo == hi:
		return idText(uint32(lo))
	}
	return idText(uint32(lo)) + " to " + idText(uint32(hi))
}

func (y *Body) checkIds(op Op, args []Value, results []Type) bool {
	nvals := uint32(len(y.buf.vals))
	for i, a := range args {
		if y.number(a) >= nvals {
			y.failf(op, "operand %d is %s, this body has %d", i, y.describeValue(a), nvals)
			return false
		}
	}
	ntypes := uint32(len(y.b.types.rows))
	for i, t := range results {
		if y.b.typeRow(t) >= ntypes {
			y.failf(op, "result %d has %s, this module has %d", i, y.b.describeType(t), ntypes)
			return false
		}
	}
	return true
}

func (y *Body) checkAux(op Op, kind AuxKind, aux uint32) bool {
	b := y.b
	var limit int
	var what string
	switch kind {
	case AuxSite:
		if uint(aux) >= uint(len(b.sites)) {
			limit, what = len(b.sites), "site"
			break
		}
		s := &b.sites[aux]
		if s.fn != uint32(y.fn) {
			y.failf(op, "site %d (%q) belongs to function %q", aux, b.strings.get(s.name), b.FuncName(Func(s.fn)))
			return false
		}
		if b.made[aux] {
			y.failf(op, "site %d (%q) is already made by another instruction", aux, b.strings.get(s.name))
			return false
		}
		return true
	case AuxFunc:
		limit, what = len(b.funcs), "function"
	case AuxGlobal:
		limit, what = len(b.globals), "global"
	case AuxType:
		if !b.hasType(Type(aux)) {
			y.failf(op, "its type is %s, this module has %d", b.describeType(Type(aux)), len(b.types.rows))
			return false
		}
		return true
	case AuxStr:
		limit, what = len(b.strings.spans)/2, "string"
	case AuxBlock:
		limit, what = len(y.buf.blocks), "block"
	case AuxIntrinsic:
		limit, what = int(maxIntrinsic)+1, "intrinsic"
		if aux == 0 {
			y.failf(op, "0 is not an intrinsic")
			return false
		}
	case AuxCode:
		limit, what = [...]int{OpUnary: int(Com) + 1, OpBinary: int(AndNot) + 1, OpCompare: int(Ge) + 1}[op], "operator"
	default:
		return true
	}
	if uint(aux) >= uint(limit) {
		y.failf(op, "%s id %s does not exist, there are %d", what, idText(aux), limit)
		return false
	}
	return true
}

// checkShape checks the counts that depend on something else in the module.
func (y *Body) checkShape(op Op, aux uint32, args []Value, imms []uint32, results []Type) bool {
	switch op {
	case OpMakeClosure:
		if uint(imms[0]) >= uint(len(y.b.funcs)) {
			y.failf(op, "function id %s does not exist, there are %d", idText(imms[0]), len(y.b.funcs))
			return false
		}
		if n := len(y.b.funcs[imms[0]].free); n != len(args) {
			y.failf(op, "%d bindings, function %q has %d free variables", len(args), y.b.FuncName(Func(imms[0])), n)
			return false
		}
	case OpMethodValue:
		if imms[0] != None && uint(imms[0]) >= uint(len(y.b.funcs)) {
			y.failf(op, "function id %s does not exist, there are %d", idText(imms[0]), len(y.b.funcs))
			return false
		}
	case OpSlice:
		if aux > 7 || len(args) != 1+bits.OnesCount32(aux) {
			y.failf(op, "mask %d with %d bounds", aux, len(args)-1)
			return false
		}
	case OpFreeVar:
		if n := len(y.b.funcs[y.fn].free); uint(aux) >= uint(n) {
			y.failf(op, "free variable %s, the function has %d", idText(aux), n)
			return false
		}
	case OpChanSelect:
		sends := int(aux &^ SelectDefault)
		if 2*sends > len(args) || len(results) != 2+len(args)-2*sends {
			y.failf(op, "%d operands with %d sends want %d results, there are %d", len(args), sends, max(2, 2+len(args)-2*sends), len(results))
			return false
		}
	case OpCall, OpGo, OpDefer:
		params, res, ok := y.b.sig(y.b.funcs[aux].sig)
		if ok && len(params) != len(args) {
			y.failf(op, "%d arguments, function %q takes %d", len(args), y.b.FuncName(Func(aux)), len(params))
			return false
		}
		if ok && op == OpCall && len(res) != len(results) {
			y.failf(op, "%d results, function %q has %d", len(results), y.b.FuncName(Func(aux)), len(res))
			return false
		}
	case OpReturn:
		if _, res, ok := y.b.sig(y.b.funcs[y.fn].sig); ok && len(res) != len(args) {
			y.failf(op, "%d results, the function has %d", len(args), len(res))
			return false
		}
	case OpJump:
		return y.checkEdge(op, aux, len(args))
	case OpBranch:
		n := len(args) - 1
		if uint(aux) > uint(n) {
			y.failf(op, "%s arguments for the first target, but there are %d in all", idText(aux), n)
			return false
		}
		return y.checkEdge(op, imms[0], int(aux)) && y.checkEdge(op, imms[1], n-int(aux))
	case OpSwitch:
		return y.checkSwitch(args, imms)
	}
	return true
}

// checkEdge checks one edge of a terminator: that the target exists and takes n arguments.
func (y *Body) checkEdge(op Op, target uint32, n int) bool {
	if uint(target) >= uint(len(y.buf.blocks)) {
		y.failf(op, "target block %s does not exist, there are %d", idText(target), len(y.buf.blocks))
		return false
	}
	if target == 0 {
		y.failf(op, "the entry block cannot be a target")
		return false
	}
	if want := int(y.buf.blocks[target].nparams); want != n {
		y.failf(op, "%d arguments for block %d, which has %d parameters", n, target, want)
		return false
	}
	return true
}

func (y *Body) checkSwitch(args []Value, imms []uint32) bool {
	if len(imms) < 2 || (len(imms)-2)%4 != 0 {
		y.failf(OpSwitch, "%d immediate words, want 2 and 4 for each case", len(imms))
		return false
	}
	n := uint64(imms[1])
	if n > uint64(len(args)) || !y.checkEdge(OpSwitch, imms[0], int(n)) {
		if n > uint64(len(args)) {
			y.failf(OpSwitch, "%d arguments for the default, but there are %d in all", n, len(args)-1)
		}
		return false
	}
	for i := 2; i < len(imms); i += 4 {
		k := uint64(imms[i+3])
		if k > uint64(len(args)) {
			y.failf(OpSwitch, "%d arguments for case %d, but there are %d in all", k, (i-2)/4, len(args)-1)
			return false
		}
		if !y.checkEdge(OpSwitch, imms[i+2], int(k)) {
			return false
		}
		n += k
	}
	if n != uint64(len(args)-1) {
		y.failf(OpSwitch, "the targets take %d arguments, there are %d", n, len(args)-1)
		return false
	}
	return true
}
