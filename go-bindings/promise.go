package outlive

import (
	"cmp"
	"slices"
)

// Flows is where a parameter of a function goes: to the heap, to a place that is written through, to a call whose
// results are not followed, and to results 0 to 4. An entry is the least number of dereferences on the way plus one,
// 0 for none; [Summary] has the same.
type Flows [8]uint8

// Flows returns where the parameter goes, as [Builder.Promise] takes it.
func (s *Summary) Flows() Flows {
	return Flows{s.Heap, s.Mutated, s.Called, s.Result[0], s.Result[1], s.Result[2], s.Result[3], s.Result[4]}
}

type promiseRow struct {
	fn    Func
	param uint32
	flows Flows
}

// Promise says what is known beforehand of a parameter of an external function, the receiver being parameter 0: what
// an analysis of its body, in another module, has found. Nothing is known of parameters without a promise.
func (b *Builder) Promise(fn Func, param uint32, flows Flows) {
	if uint(fn) >= uint(len(b.funcs)) {
		b.failf("promise: function id %s does not exist, there are %d", idText(uint32(fn)), len(b.funcs))
		return
	}
	if params, _, ok := b.sig(b.funcs[fn].sig); ok && uint(param) >= uint(len(params)) {
		b.failf("promise: function %q has %d parameters, there is no %s", b.FuncName(fn), len(params), idText(param))
		return
	}
	b.promises = append(b.promises, promiseRow{fn, param, flows})
}

// finalPromises sorts the promises and reports those of functions with bodies, and those made twice.
func (b *Builder) finalPromises() []promiseRow {
	rows := slices.Clone(b.promises)
	slices.SortFunc(rows, func(x, y promiseRow) int {
		return cmp.Or(cmp.Compare(x.fn, y.fn), cmp.Compare(x.param, y.param))
	})
	for i, r := range rows {
		if b.funcs[r.fn].code != nil {
			b.failf("promise: function %q has a body", b.FuncName(r.fn))
		}
		if i > 0 && rows[i-1].fn == r.fn && rows[i-1].param == r.param {
			b.failf("promise: parameter %d of function %q is promised of twice", r.param, b.FuncName(r.fn))
		}
	}
	return rows
}

func putPromises(out []byte, rows []promiseRow) []byte {
	for _, r := range rows {
		out = putWord(putWord(out, uint32(r.fn)), r.param)
		out = append(out, r.flows[:]...)
	}
	return out
}
