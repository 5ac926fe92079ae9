package outlive

// resultTypes returns the results of the func type t.
func (y *Body) resultTypes(op Op, t Type) []Type {
	r := y.b.under(t)
	if r == nil || r.kind != KindFunc {
		y.failf(op, "callee has type %s, want a func", y.b.typeText(t))
		return nil
	}
	results := make([]Type, 0, 4)
	for _, w := range r.list[r.a:] {
		results = append(results, y.b.typeOf(w))
	}
	return results
}

// Call emits a call of a known function. It returns the instruction and the first result, NoValue if there is none.
func (y *Body) Call(fn Func, args ...Value) (Inst, Value) {
	var results []Type
	if uint(fn) < uint(len(y.b.funcs)) {
		results = y.resultTypes(OpCall, y.b.typeOf(y.b.funcs[fn].sig))
	}
	return y.Emit(OpCall, uint32(fn), args, nil, results...)
}

// CallIndirect emits a call of a function value.
func (y *Body) CallIndirect(callee Value, args ...Value) (Inst, Value) {
	all := append(append(make([]Value, 0, 8), callee), args...)
	return y.Emit(OpCallIndirect, 0, all, nil, y.resultTypes(OpCallIndirect, y.TypeOf(callee))...)
}

// CallMethod emits a call of method number method of recv's interface type.
func (y *Body) CallMethod(recv Value, method uint32, args ...Value) (Inst, Value) {
	all := append(append(make([]Value, 0, 8), recv), args...)
	var results []Type
	if r := y.b.under(y.TypeOf(recv)); r == nil || r.kind != KindInterface {
		y.failf(OpCallMethod, "receiver has type %s, want an interface", y.b.typeText(y.TypeOf(recv)))
	} else if uint(method) >= uint(len(r.list)/2) {
		y.failf(OpCallMethod, "method %d of an interface that has %d", method, len(r.list)/2)
	} else {
		results = y.resultTypes(OpCallMethod, y.b.typeOf(r.list[2*method+1]))
	}
	return y.Emit(OpCallMethod, method, all, nil, results...)
}

// Intrinsic emits a call of a built-in function with results of the given types.
func (y *Body) Intrinsic(id IntrinsicID, args []Value, results ...Type) (Inst, Value) {
	return y.Emit(OpIntrinsic, uint32(id), args, nil, results...)
}

// Go emits go fn(args...).
func (y *Body) Go(fn Func, args ...Value) Inst {
	i, _ := y.Emit(OpGo, uint32(fn), args, nil)
	return i
}

// GoIndirect emits go callee(args...) for a function value.
func (y *Body) GoIndirect(callee Value, args ...Value) Inst {
	i, _ := y.Emit(OpGoIndirect, 0, append(append(make([]Value, 0, 8), callee), args...), nil)
	return i
}

// Defer emits defer fn(args...). The instruction is returned for its attributes.
func (y *Body) Defer(fn Func, args ...Value) Inst {
	i, _ := y.Emit(OpDefer, uint32(fn), args, nil)
	return i
}

// DeferIndirect emits defer callee(args...) for a function value.
func (y *Body) DeferIndirect(callee Value, args ...Value) Inst {
	i, _ := y.Emit(OpDeferIndirect, 0, append(append(make([]Value, 0, 8), callee), args...), nil)
	return i
}

// RunDefers emits the execution of the deferred calls, before a return.
func (y *Body) RunDefers() { y.Emit(OpRunDefers, 0, nil, nil) }

// Recover emits recover(); t is the empty interface.
func (y *Body) Recover(t Type) Value { return y.one(OpRecover, 0, t) }

// Jump ends the block: control goes to target, whose parameters become args.
func (y *Body) Jump(target Block, args ...Value) {
	y.Emit(OpJump, uint32(target), args, nil)
}

// Branch ends the block: control goes to then if cond holds, else to otherwise, which take no arguments.
func (y *Body) Branch(cond Value, then, otherwise Block) {
	y.Emit(OpBranch, 0, []Value{cond}, []uint32{uint32(then), uint32(otherwise)})
}

// BranchArgs is Branch with arguments for the parameters of both targets.
func (y *Body) BranchArgs(cond Value, then Block, thenArgs []Value, otherwise Block, otherwiseArgs []Value) {
	args := append(append(make([]Value, 0, 1+len(thenArgs)+len(otherwiseArgs)), cond), thenArgs...)
	y.Emit(OpBranch, uint32(len(thenArgs)), append(args, otherwiseArgs...), []uint32{uint32(then), uint32(otherwise)})
}

// Case is one case of [Body.Switch].
type Case struct {
	Value  int64
	Target Block
	Args   []Value
}

// Switch ends the block: control goes to the case whose value equals x, or to def.
func (y *Body) Switch(x Value, def Block, defArgs []Value, cases ...Case) {
	args := append(append(make([]Value, 0, 1+len(defArgs)), x), defArgs...)
	imms := append(make([]uint32, 0, 2+4*len(cases)), uint32(def), uint32(len(defArgs)))
	for _, c := range cases {
		args = append(args, c.Args...)
		imms = append(imms, uint32(c.Value), uint32(uint64(c.Value)>>32), uint32(c.Target), uint32(len(c.Args)))
	}
	y.Emit(OpSwitch, 0, args, imms)
}

// Return ends the function with its results.
func (y *Body) Return(results ...Value) { y.Emit(OpReturn, 0, results, nil) }

// Panic ends the block with panic(x).
func (y *Body) Panic(x Value) { y.Emit(OpPanic, 0, []Value{x}, nil) }

// Unreachable ends a block that control does not leave.
func (y *Body) Unreachable() { y.Emit(OpUnreachable, 0, nil, nil) }
