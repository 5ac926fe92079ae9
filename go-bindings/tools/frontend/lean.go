package frontend

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
)

// The lean form. A program's escape verdicts depend on where pointers flow, and half of what a program does moves none: it counts,
// compares, adds, and decides by the outcome where to go on. A module that is only analysed, and neither run nor printed, need not
// say any of that. In lean form what computes nothing but numbers and booleans is left out, with the loads and stores that
// serve it; an operand that vanishes with it becomes the zero value of its type, a condition the same one everywhere. Functions,
// sites, blocks, calls and every flow of a pointer are those of the full form, so verdicts, summaries and paths are too.
//
// Left in although they are numbers: what may be an address (uintptr), and sizes and values whose being constant decides a
// verdict: those of make and of conversions to interfaces; and what a range assigns (ranges.go).

// idle reports whether instr may be left out of the lean form.
func (l *lowerer) idle(instr ssa.Instruction) bool {
	switch i := instr.(type) {
	case *ssa.UnOp:
		return i.Op != token.ARROW && unread(i)
	case *ssa.BinOp:
		return unread(i)
	case *ssa.Convert:
		return unread(i)
	case *ssa.ChangeType:
		return unread(i)
	case *ssa.Field:
		return unread(i)
	case *ssa.Index:
		return unread(i)
	case *ssa.FieldAddr:
		return l.unfollowed(i, 0)
	case *ssa.IndexAddr:
		return l.unfollowed(i, 0)
	case *ssa.Store:
		return isNumber(i.Val.Type()) && isPlace(i.Addr) && !l.isRanged(i.Val, i.Pos())
	case *ssa.Call:
		b, ok := i.Call.Value.(*ssa.Builtin)
		return ok && (b.Name() == "len" || b.Name() == "cap") && unread(i)
	}
	return false
}

// unread reports whether v is a number or boolean of which nobody asks whether it is constant.
func unread(v ssa.Value) bool {
	if !isNumber(v.Type()) {
		return false
	}
	for _, ref := range *v.Referrers() {
		switch ref.(type) {
		case *ssa.MakeInterface, *ssa.MakeSlice, *ssa.MakeClosure:
			return false
		}
	}
	return true
}

// unfollowed reports whether the address that v computes only serves loads and stores that are left out.
func (l *lowerer) unfollowed(v ssa.Value, nested int) bool {
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef:
		case *ssa.UnOp:
			if ref.Op != token.MUL || !unread(ref) || rangedElement(ref) != nil && l.feedsRanged(ref) {
				return false
			}
		case *ssa.Store:
			if ref.Addr != v || !isNumber(ref.Val.Type()) || !isPlace(ref.Addr) || l.isRanged(ref.Val, ref.Pos()) {
				return false
			}
		case *ssa.FieldAddr:
			if nested > 8 || !l.unfollowed(ref, nested+1) {
				return false
			}
		case *ssa.IndexAddr:
			if ref.X != v || nested > 8 || !l.unfollowed(ref, nested+1) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// isNumber reports whether values of type t are numbers or booleans and cannot be addresses.
func isNumber(t types.Type) bool {
	b, ok := t.(*types.Basic)
	if !ok {
		if b, ok = t.Underlying().(*types.Basic); !ok {
			return false
		}
	}
	return b.Info()&(types.IsNumeric|types.IsBoolean) != 0 && b.Kind() != types.Uintptr
}

// isPlace reports whether addr is that of a variable or allocation of the function, of a package variable, or of a part of one: what
// is stored there goes nowhere else.
func isPlace(addr ssa.Value) bool {
	for {
		switch a := addr.(type) {
		case *ssa.Alloc, *ssa.Global:
			return true
		case *ssa.FieldAddr:
			addr = a.X
		case *ssa.IndexAddr:
			if _, ok := a.X.Type().Underlying().(*types.Pointer); !ok {
				return false
			}
			addr = a.X
		default:
			return false
		}
	}
}

// absent reports whether a phi has no block parameter.
func (l *lowerer) absent(phi *ssa.Phi) bool { return l.lean && unread(phi) }

// zeroNumber is zero as a number of type t. One serves a block.
func (l *lowerer) zeroNumber(t outlive.Type) outlive.Value {
	for _, z := range l.zeros {
		if z.of == t {
			return z.value
		}
	}
	v := l.pure(outlive.OpZero, 0, t)
	l.zeros = append(l.zeros, zeroOf{t, v})
	return v
}

// zeroOf is the zero of a type in the current block.
type zeroOf struct {
	of    outlive.Type
	value outlive.Value
}

// condition is the operand of a conditional branch.
func (l *lowerer) condition(i *ssa.If) outlive.Value {
	if l.lean {
		return l.anyBool
	}
	return l.val(i.Cond)
}
