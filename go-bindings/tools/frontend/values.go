package frontend

import (
	"go/constant"
	"go/types"
	"math"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
)

// val returns the module's value for an operand, emitting constants and
// addresses where they are used. A value whose definition was dropped with dead
// code is the zero value of its type.
func (l *lowerer) val(v ssa.Value) outlive.Value {
	if x, ok := l.vals.get(v); ok {
		return x
	}
	switch v := v.(type) {
	case *ssa.Const:
		return l.constant(v)
	case *ssa.Global:
		return l.pure(outlive.OpGlobalAddr, uint32(l.globalOf(v)), l.types.of(v.Type()))
	case *ssa.Function:
		if v.Parent() != nil && l.src != nil && l.src.Unused(v.Pos()) {
			l.funcOf(v) // analysed, but not referred to
			break
		}
		var recv types.Type
		if r := v.Signature.Recv(); r != nil {
			recv = r.Type()
		}
		return l.pure(outlive.OpFuncRef, uint32(l.funcOf(v)), l.types.signature(recv, v.Signature))
	case *ssa.Extract:
		if first, ok := l.vals.get(v.Tuple); ok {
			return first + outlive.Value(v.Index)
		}
	}
	return l.zero(v.Type())
}

// valsOf returns the values of operands. The slice is for the next instruction only.
func (l *lowerer) valsOf(list []ssa.Value) []outlive.Value {
	l.args = l.args[:0]
	return l.addVals(list)
}

// valsAfter is valsOf with a value before them.
func (l *lowerer) valsAfter(first outlive.Value, list []ssa.Value) []outlive.Value {
	l.args = append(l.args[:0], first)
	return l.addVals(list)
}

func (l *lowerer) addVals(list []ssa.Value) []outlive.Value {
	for _, v := range list {
		l.args = append(l.args, l.val(v))
	}
	return l.args
}

func (l *lowerer) zero(t types.Type) outlive.Value {
	of := l.types.of(t)
	if !l.lean || !isNumber(t) {
		return l.pure(outlive.OpZero, 0, of)
	}
	return l.zeroNumber(of)
}

// constant emits a constant.
func (l *lowerer) constant(c *ssa.Const) outlive.Value {
	t := l.types.of(c.Type())
	if c.Value == nil {
		return l.pure(outlive.OpZero, 0, t)
	}
	basic, ok := c.Type().Underlying().(*types.Basic)
	if !ok {
		panic(failuref("constant %s of type %s", c.Value, c.Type()))
	}
	switch info := basic.Info(); {
	case info&types.IsBoolean != 0:
		var n uint64
		if constant.BoolVal(c.Value) {
			n = 1
		}
		return l.constBits(outlive.OpConstInt, n, t)
	case info&types.IsString != 0:
		return l.constString(constant.StringVal(c.Value), t)
	case basic.Kind() == types.UnsafePointer: // of a constant address
		addr := l.constBits(outlive.OpConstInt, intBits(c.Value), l.types.of(types.Typ[types.Uintptr]))
		return l.pure(outlive.OpIntToPtr, 0, t, addr)
	case info&types.IsInteger != 0:
		return l.constBits(outlive.OpConstInt, intBits(c.Value), t)
	case info&types.IsFloat != 0:
		return l.constBits(outlive.OpConstFloat, floatBits(c.Value), t)
	case info&types.IsComplex != 0:
		part := l.types.of(types.Typ[types.Float64])
		if basic.Kind() == types.Complex64 {
			part = l.types.of(types.Typ[types.Float32])
		}
		v := constant.ToComplex(c.Value)
		re := l.constBits(outlive.OpConstFloat, floatBits(constant.Real(v)), part)
		im := l.constBits(outlive.OpConstFloat, floatBits(constant.Imag(v)), part)
		return l.pure(outlive.OpIntrinsic, uint32(outlive.IntrinsicComplex), t, re, im)
	}
	panic(failuref("constant %s of type %s", c.Value, c.Type()))
}

// constBits emits a number given by its 64 bits.
func (l *lowerer) constBits(op outlive.Op, bits uint64, t outlive.Type) outlive.Value {
	_, v := l.body.Emit(op, 0, nil, []uint32{uint32(bits), uint32(bits >> 32)}, t)
	return v
}

// constInt emits a constant of type int.
func (l *lowerer) constInt(n int64) outlive.Value {
	return l.constBits(outlive.OpConstInt, uint64(n), l.types.of(types.Typ[types.Int]))
}

func (l *lowerer) constString(s string, t outlive.Type) outlive.Value {
	return l.body.ConstString(t, s)
}

// intBits returns the low 64 bits of an integer constant. Constants that were
// converted without truncation, as go/ssa leaves them, are truncated here.
func intBits(v constant.Value) uint64 {
	v = constant.ToInt(v)
	if n, ok := constant.Int64Val(v); ok {
		return uint64(n)
	}
	n, _ := constant.Uint64Val(v)
	return n
}

func floatBits(v constant.Value) uint64 {
	f, _ := constant.Float64Val(constant.ToFloat(v))
	return math.Float64bits(f)
}
