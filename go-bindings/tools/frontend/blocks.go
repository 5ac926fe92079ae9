package frontend

import (
	"go/token"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
)

// The blocks of a body: which ssa blocks are lowered, in what order, and where one
// is cut because the loop depth changes inside it. The compiler drops code by
// syntax, go/ssa keeps all of it; a branch into dropped code becomes a jump.

// chooseBlocks finds the blocks that are reached when branches into dead code
// are not taken, and orders them so that definitions come before uses.
func (l *lowerer) chooseBlocks() {
	n := len(l.f.Blocks)
	if cap(l.blocks) < n {
		l.blocks = make([]block, n)
	}
	l.blocks = l.blocks[:n]
	for i, b := range l.f.Blocks {
		l.blocks[i] = block{id: outlive.NoBlock, only: -1, firstAt: l.firstPos(b)}
	}
	l.visitAll(true)
	if len(l.order) < n && l.lostLive() {
		for i := range l.blocks {
			l.blocks[i].live, l.blocks[i].only = false, -1
		}
		l.visitAll(false)
	}
	for i, j := 0, len(l.order)-1; i < j; i, j = i+1, j-1 {
		l.order[i], l.order[j] = l.order[j], l.order[i]
	}
}

// visitAll visits the blocks that are reached; branches into dead code become jumps if prune is set.
func (l *lowerer) visitAll(prune bool) {
	l.order = l.order[:0]
	if r := l.f.Recover; r != nil {
		l.visit(r, prune)
	}
	l.visit(l.f.Blocks[0], prune)
}

// lostLive reports whether code that the compiler does not drop is reached only through code that it does: it goes by syntax,
// and keeps what comes after a loop without an end.
func (l *lowerer) lostLive() bool {
	if l.src == nil || l.isInit() {
		return false
	}
	for i, b := range l.f.Blocks {
		if at := l.blocks[i].firstAt; !l.blocks[i].live && b != l.f.Recover && at.IsValid() && !l.dead(at) {
			return true
		}
	}
	return false
}

// visit appends b to the order after everything that can be reached from it.
func (l *lowerer) visit(b *ssa.BasicBlock, prune bool) {
	info := &l.blocks[b.Index]
	if info.live {
		return
	}
	info.live = true
	if _, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok && prune {
		then, els := l.deadBlock(b.Succs[0]), l.deadBlock(b.Succs[1])
		switch {
		case els && !then:
			info.only = 0
		case then: // a chain of cases of which none is chosen goes on to its end
			info.only = 1
		}
	}
	for i, s := range b.Succs {
		if info.only < 0 || int(info.only) == i {
			l.visit(s, prune)
		}
	}
	l.order = append(l.order, b)
}

func (l *lowerer) deadBlock(b *ssa.BasicBlock) bool {
	return !l.isInit() && l.dead(l.blocks[b.Index].firstAt)
}

// dead reports whether the compiler drops the code at pos.
func (l *lowerer) dead(pos token.Pos) bool {
	return l.src != nil && pos.IsValid() && (l.at.Dead(pos) || l.isInit() && l.info.static.covers(pos))
}

// makeBlocks declares the blocks of the body, with a parameter per phi, and the
// parameters of the function on the first.
func (l *lowerer) makeBlocks() {
	for i, b := range l.order {
		var ts []outlive.Type
		if i == 0 {
			for _, p := range l.f.Params {
				ts = append(ts, l.types.of(p.Type()))
			}
		}
		var phis []*ssa.Phi
		for _, instr := range b.Instrs {
			phi, ok := instr.(*ssa.Phi)
			if !ok {
				break
			}
			if l.absent(phi) {
				continue
			}
			phis = append(phis, phi)
			ts = append(ts, l.types.of(phi.Type()))
		}
		id := l.body.Block(ts...)
		l.blocks[b.Index].id = id
		for j, phi := range phis {
			l.vals.set(phi, l.body.Param(id, j))
		}
	}
	entry := l.blocks[l.f.Blocks[0].Index].id
	for i, p := range l.f.Params {
		l.vals.set(p, l.body.Param(entry, i))
	}
	if r := l.f.Recover; r != nil {
		l.body.SetRecover(l.blocks[r.Index].id)
	}
}

// firstPos returns the first position in a block that says where the block is. Code that goes on where dead code ends may
// share a block with it, so a position that is not dead says more than one before it that is.
func (l *lowerer) firstPos(b *ssa.BasicBlock) token.Pos {
	if l.src == nil {
		return token.NoPos
	}
	first := token.NoPos
	for _, instr := range b.Instrs {
		pos := l.position(instr)
		if !pos.IsValid() || l.src.Unused(pos) {
			continue
		}
		if !l.at.Dead(pos) {
			return pos
		}
		if !first.IsValid() {
			first = pos
		}
	}
	return first
}

// position returns the position of an instruction if that tells where it is.
// Elements of a pack are where their values are, which may be anywhere, and the
// test for a case of a switch is in the clause but runs before it.
func (l *lowerer) position(instr ssa.Instruction) token.Pos {
	switch instr := instr.(type) {
	case *ssa.Phi:
		return token.NoPos
	case *ssa.Store:
		if a, ok := instr.Addr.(*ssa.IndexAddr); ok {
			if alloc, ok := a.X.(*ssa.Alloc); ok && alloc.Comment == "varargs" {
				return token.NoPos
			}
		}
	case *ssa.IndexAddr:
		if _, ok := instr.Index.(*ssa.UnOp); ok && !instr.Pos().IsValid() {
			return token.NoPos
		}
	case *ssa.BinOp:
		if isCompare(instr.Op) && l.src != nil && l.src.BinaryAt(instr.Pos()) == nil {
			return token.NoPos
		}
	case *ssa.MakeClosure:
		if f := instr.Fn.(*ssa.Function); f.Parent() != nil && f.Synthetic == "" {
			return f.Pos()
		}
	case *ssa.DebugRef:
		return instr.Expr.Pos()
	}
	return instr.Pos()
}
