package frontend

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
)

// edgeArgs returns the block arguments for the n-th edge that leaves from: the
// values that the phis of its target have on that edge.
func (l *lowerer) edgeArgs(from *ssa.BasicBlock, n int) []outlive.Value {
	to := from.Succs[n]
	if _, ok := to.Instrs[0].(*ssa.Phi); !ok {
		return nil
	}
	skip := 0 // earlier edges from the same block to the same target
	for _, s := range from.Succs[:n] {
		if s == to {
			skip++
		}
	}
	edge := -1
	for i, p := range to.Preds {
		if p == from {
			if skip == 0 {
				edge = i
				break
			}
			skip--
		}
	}
	var args []outlive.Value
	for _, instr := range to.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			break
		}
		if !l.absent(phi) {
			args = append(args, l.val(phi.Edges[edge]))
		}
	}
	return args
}

// jump emits the n-th edge of a block as an unconditional jump.
func (l *lowerer) jump(from *ssa.BasicBlock, n int) {
	args := l.edgeArgs(from, n)
	l.effect(outlive.OpJump, uint32(l.blocks[from.Succs[n].Index].id), args...)
}

// branch lowers a conditional branch, or a jump if one side is dead code.
func (l *lowerer) branch(i *ssa.If) {
	from := i.Block()
	if only := l.blocks[from.Index].only; only >= 0 {
		l.jump(from, int(only))
		return
	}
	then, els := l.edgeArgs(from, 0), l.edgeArgs(from, 1)
	args := append([]outlive.Value{l.condition(i)}, then...)
	args = append(args, els...)
	l.settle()
	imms := []uint32{uint32(l.blocks[from.Succs[0].Index].id), uint32(l.blocks[from.Succs[1].Index].id)}
	l.body.Emit(outlive.OpBranch, uint32(len(then)), args, imms)
}

// rangeOver starts an iteration over a map or string.
func (l *lowerer) rangeOver(r *ssa.Range) {
	t := l.types.iter[0]
	if isString(r.X.Type()) {
		t = l.types.iter[1]
	}
	l.vals.set(r, l.emit(outlive.OpIter, 0, t, l.val(r.X)))
}

// next takes a step of an iteration.
func (l *lowerer) next(n *ssa.Next) {
	key, value := types.Type(types.Typ[types.Int]), types.Type(types.Typ[types.Rune])
	if r, ok := n.Iter.(*ssa.Range); ok && !n.IsString {
		m := r.X.Type().Underlying().(*types.Map)
		key, value = m.Key(), m.Elem()
	}
	results := []outlive.Type{l.types.of(types.Typ[types.Bool]), l.types.of(key), l.types.of(value)}
	l.multi(n, outlive.OpNext, 0, results, l.val(n.Iter))
}

// selectStmt lowers a select statement. The IR numbers the cases with the sends
// first; see selectCase.
func (l *lowerer) selectStmt(s *ssa.Select) {
	var args []outlive.Value
	results := []outlive.Type{l.types.of(types.Typ[types.Int]), l.types.of(types.Typ[types.Bool])}
	sends := uint32(0)
	for _, st := range s.States {
		if st.Dir == types.SendOnly {
			args = append(args, l.val(st.Chan), l.val(st.Send))
			sends++
		}
	}
	for _, st := range s.States {
		if st.Dir != types.SendOnly {
			args = append(args, l.val(st.Chan))
			results = append(results, l.types.of(st.Chan.Type().Underlying().(*types.Chan).Elem()))
		}
	}
	if !s.Blocking {
		sends |= outlive.SelectDefault
	}
	l.multi(s, outlive.OpChanSelect, sends, results, args...)
}

// selectCase recognises the test for a case of a select statement and returns the
// number the IR gives to that case.
func selectCase(b *ssa.BinOp) (int64, bool) {
	e, ok := b.X.(*ssa.Extract)
	if !ok || e.Index != 0 {
		return 0, false
	}
	s, ok := e.Tuple.(*ssa.Select)
	if !ok {
		return 0, false
	}
	c, ok := b.Y.(*ssa.Const)
	if !ok {
		return 0, false
	}
	k := int(c.Int64())
	if k < 0 || k >= len(s.States) {
		return int64(k), true
	}
	n := 0
	for i, st := range s.States {
		if before := st.Dir == types.SendOnly; before == (s.States[k].Dir == types.SendOnly) && i < k || before && s.States[k].Dir != types.SendOnly {
			n++
		}
	}
	return int64(n), true
}
