package outlive

// Flow is one thing that an external function does with a parameter, see [Builder.External]. The receiver is parameter 0.
type Flow struct {
	Param  int
	Kind   FlowKind
	Index  int // the result or parameter that it goes to, for Returned and StoredInto; else 0
	Derefs int // on the way: 0 is the parameter's own value, 1 what it points to, and so on
}

// FlowKind says where a parameter goes.
type FlowKind uint32

// The kinds of flows.
const (
	FlowNone       FlowKind = 1 // used, but not kept, written, called or returned; to be combined with nothing
	FlowKept       FlowKind = 2 // outlives the call, anywhere
	FlowWritten    FlowKind = 3 // what it points to is written
	FlowCalled     FlowKind = 4 // called as a function, any number of times
	FlowCalledOnce FlowKind = 5 // called as a function exactly once, before the function returns
	FlowReturned   FlowKind = 6 // is, or is part of, result Index
	FlowStoredInto FlowKind = 7 // written to what parameter Index points to
)

// External describes a function without a body that is not analysed anywhere, such as one of another language. A parameter with
// flows does no more than they say; one without may do anything. It is [Builder.Promise] for all parameters in words; a
// parameter may have one or the other.
func (b *Builder) External(fn Func, flows ...Flow) {
	if uint(fn) >= uint(len(b.funcs)) {
		b.failf("External: function id %s does not exist, there are %d", idText(uint32(fn)), len(b.funcs))
		return
	}
	params, results, ok := b.sig(b.funcs[fn].sig)
	if !ok {
		return // reported by Func
	}
	promised := make([]*Flows, len(params))
	add := func(param, column, derefs int) {
		if promised[param] == nil {
			promised[param] = new(Flows)
		}
		// A flow with fewer dereferences says more, so that is where a number ends that a byte cannot hold.
		level := uint8(min(derefs, 253) + 1)
		if p := &promised[param][column]; *p == 0 || level < *p {
			*p = level
		}
	}
	described := func(param int) bool {
		for _, f := range flows {
			if f.Param == param {
				return true
			}
		}
		return false
	}
	for _, f := range flows {
		indexed := f.Kind == FlowReturned || f.Kind == FlowStoredInto
		switch {
		case uint(f.Param) >= uint(len(params)):
			b.failf("External: function %q has %d parameters, there is no %d", b.FuncName(fn), len(params), f.Param)
			continue
		case f.Derefs < 0 || !indexed && f.Index != 0:
			b.failf("External: function %q, parameter %d: %d dereferences, index %d", b.FuncName(fn), f.Param, f.Derefs, f.Index)
			continue
		case f.Kind == FlowReturned && uint(f.Index) >= uint(len(results)):
			b.failf("External: function %q has %d results, there is no %d", b.FuncName(fn), len(results), f.Index)
			continue
		case f.Kind == FlowStoredInto && uint(f.Index) >= uint(len(params)):
			b.failf("External: function %q has %d parameters, there is no %d", b.FuncName(fn), len(params), f.Index)
			continue
		}
		switch f.Kind {
		case FlowNone:
			if promised[f.Param] == nil {
				promised[f.Param] = new(Flows)
			}
		case FlowKept:
			add(f.Param, 0, f.Derefs)
		case FlowWritten:
			add(f.Param, 1, f.Derefs)
		case FlowCalled, FlowCalledOnce:
			add(f.Param, 2, f.Derefs)
			if f.Kind == FlowCalledOnce {
				b.AttrFunc(fn, AttrCalledOnce, uint32(f.Param))
			}
		case FlowReturned:
			if f.Index < Results {
				add(f.Param, 3+f.Index, f.Derefs)
			} else {
				add(f.Param, 0, f.Derefs)
			}
		case FlowStoredInto:
			add(f.Param, 0, f.Derefs)
			if described(f.Index) { // that it is written is theirs to know as well
				add(f.Index, 1, 0)
			}
		default:
			b.failf("External: function %q, parameter %d: %d is not a kind of flow", b.FuncName(fn), f.Param, f.Kind)
		}
	}
	for param, p := range promised {
		if p != nil {
			b.Promise(fn, uint32(param), *p)
		}
	}
}

// FreshResult says that a result of an external function is storage of its own that nothing else points to, as an allocator's
// is. No model makes use of it yet.
func (b *Builder) FreshResult(fn Func, result int) {
	if uint(fn) < uint(len(b.funcs)) {
		if _, results, ok := b.sig(b.funcs[fn].sig); ok && uint(result) >= uint(len(results)) {
			b.failf("FreshResult: function %q has %d results, there is no %d", b.FuncName(fn), len(results), result)
			return
		}
	}
	b.AttrFunc(fn, AttrFreshResult, uint32(result))
}
