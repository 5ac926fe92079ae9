package frontend

import (
	"encoding/binary"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"math"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
	"outlive.dev/tools/frontend/internal/source"
)

// Package variables whose initial values are known are data of the module, as
// they are data of the linker: go/ssa has a store for every element of a table,
// which would be two fifths of the instructions of the standard library. What
// cannot be written as data (interface values, maps, function literals, anything
// computed) stays in the initialiser as code.

// maxData is the size in bytes from which a variable is not worth being data.
const maxData = 1 << 22

// staticData lists, per package, the initialisers that became data.
type staticData struct {
	spans   []span // of the initial values, sorted
	globals map[*ssa.Global]bool
}

type span struct{ from, to token.Pos }

// covers reports whether pos is in an initialiser that became data.
func (s *staticData) covers(pos token.Pos) bool {
	if s == nil || !pos.IsValid() {
		return false
	}
	i, ok := slices.BinarySearchFunc(s.spans, pos, func(s span, pos token.Pos) int { return int(s.from) - int(pos) })
	return ok || i > 0 && pos < s.spans[i-1].to
}

// layOut writes the data of the package's variables.
func (m *module) layOut(info *packageInfo) {
	s := &staticData{globals: map[*ssa.Global]bool{}}
	for _, init := range info.pkg.TypesInfo.InitOrder {
		if len(init.Lhs) != 1 || init.Lhs[0].Name() == "_" {
			continue
		}
		g, ok := info.ssa.Members[init.Lhs[0].Name()].(*ssa.Global)
		if !ok || !worthData(init.Rhs) {
			continue
		}
		w := &dataWriter{m: m, src: info.src, order: binary.LittleEndian, ptr: int(m.types.sizes.Sizeof(types.Typ[types.UnsafePointer]))}
		d := w.object(init.Lhs[0].Type())
		if d == nil || !w.write(d, 0, init.Rhs, init.Lhs[0].Type()) {
			continue
		}
		w.name = g.RelString(nil)
		w.commit(d, m.globalOf(g))
		s.globals[g] = true
		s.spans = append(s.spans, span{init.Rhs.Pos(), init.Rhs.End()})
	}
	slices.SortFunc(s.spans, func(a, b span) int { return int(a.from) - int(b.from) })
	info.static = s
}

// worthData reports whether an initial value has a form that data can take.
func worthData(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		return len(e.Args) == 1
	case *ast.FuncLit:
		return false
	}
	return true
}

// datum is an object of static data being written.
type datum struct {
	typ   types.Type
	bytes []byte
	refs  []dataRef
}

// dataRef is an address in a datum: of another one, of a global, or of a function.
type dataRef struct {
	offset int64
	to     *datum
	global *ssa.Global
	fn     *ssa.Function
}

type dataWriter struct {
	m     *module
	src   *source.Package
	order binary.ByteOrder
	ptr   int
	name  string
	count int

	last    *types.Struct // whose layout was asked for last
	vars    []*types.Var
	offsets []int64
}

// object returns a zero datum of type t, nil if it is too large.
func (w *dataWriter) object(t types.Type) *datum {
	size := w.m.types.sizes.Sizeof(t)
	if size < 0 || size > maxData {
		return nil
	}
	return &datum{typ: t, bytes: make([]byte, size)}
}

// write puts the value of e, as a t, into d at an offset. It reports whether e
// can be data.
func (w *dataWriter) write(d *datum, off int64, e ast.Expr, t types.Type) bool {
	if _, ok := e.(*ast.CompositeLit); !ok {
		if tv := w.src.Info.Types[e]; tv.IsNil() {
			return true
		} else if tv.Value != nil && !types.IsInterface(t) {
			return w.constant(d, off, tv.Value, t)
		}
	}
	if types.IsInterface(t) {
		return false
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.CompositeLit:
		if p, ok := t.Underlying().(*types.Pointer); ok {
			return w.pointer(d, off, e, p.Elem(), e.Lbrace)
		}
		return w.literal(d, off, e, t)
	case *ast.UnaryExpr:
		p, ok := t.Underlying().(*types.Pointer)
		if e.Op != token.AND || !ok {
			return false
		}
		switch x := ast.Unparen(e.X).(type) {
		case *ast.CompositeLit:
			return w.pointer(d, off, x, p.Elem(), e.OpPos)
		case *ast.Ident:
			return w.variable(d, off, w.src.Info.Uses[x])
		case *ast.SelectorExpr:
			return w.src.Info.Selections[x] == nil && w.variable(d, off, w.src.Info.Uses[x.Sel])
		}
	case *ast.Ident:
		return w.function(d, off, w.src.Info.Uses[e])
	case *ast.SelectorExpr:
		return w.src.Info.Selections[e] == nil && w.function(d, off, w.src.Info.Uses[e.Sel])
	}
	return false
}

// pointer writes the address of a new object with the value of a literal.
func (w *dataWriter) pointer(d *datum, off int64, e *ast.CompositeLit, t types.Type, site token.Pos) bool {
	to := w.object(t)
	if to == nil || !w.src.StaticInit(site) || !w.literal(to, 0, e, t) {
		return false
	}
	d.refs = append(d.refs, dataRef{offset: off, to: to})
	return true
}

// variable writes the address of a package variable.
func (w *dataWriter) variable(d *datum, off int64, obj types.Object) bool {
	v, ok := obj.(*types.Var)
	if !ok || v.Pkg() == nil || v.Parent() != v.Pkg().Scope() {
		return false
	}
	pkg := w.m.prog.SSA.Package(v.Pkg())
	if pkg == nil {
		return false
	}
	g, ok := pkg.Members[v.Name()].(*ssa.Global)
	if ok {
		d.refs = append(d.refs, dataRef{offset: off, global: g})
	}
	return ok
}

// function writes the value of a declared function.
func (w *dataWriter) function(d *datum, off int64, obj types.Object) bool {
	f, ok := obj.(*types.Func)
	if !ok || f.Signature().Recv() != nil || f.Signature().TypeParams().Len() > 0 {
		return false
	}
	fn := w.m.prog.SSA.FuncValue(f)
	if fn == nil {
		return false
	}
	d.refs = append(d.refs, dataRef{offset: off, fn: fn})
	return true
}

// literal writes a composite literal.
func (w *dataWriter) literal(d *datum, off int64, e *ast.CompositeLit, t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Struct:
		vars, offsets := w.layout(u)
		for i, elt := range e.Elts {
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				obj := w.src.Info.Uses[kv.Key.(*ast.Ident)]
				i = slices.IndexFunc(vars, func(v *types.Var) bool { return v == obj || v.Origin() == obj })
				elt = kv.Value
			}
			if i < 0 || !w.write(d, off+offsets[i], elt, vars[i].Type()) {
				return false
			}
		}
		return true
	case *types.Array:
		return w.elements(d, off, e, u.Elem(), u.Len())
	case *types.Slice:
		n := w.length(e)
		to := w.object(types.NewArray(u.Elem(), n))
		if to == nil || !w.src.StaticInit(e.Lbrace) || !w.elements(to, 0, e, u.Elem(), n) {
			return false
		}
		d.refs = append(d.refs, dataRef{offset: off, to: to})
		w.word(d, off+int64(w.ptr), uint64(n))
		w.word(d, off+2*int64(w.ptr), uint64(n))
		return true
	}
	return false
}

// layout returns the fields of a struct and their offsets. It remembers the last ones: the elements of a table are all of one type.
func (w *dataWriter) layout(s *types.Struct) ([]*types.Var, []int64) {
	if s != w.last {
		w.last, w.vars = s, slices.Collect(s.Fields())
		w.offsets = w.m.types.sizes.Offsetsof(w.vars)
	}
	return w.vars, w.offsets
}

// elements writes the elements of an array.
func (w *dataWriter) elements(d *datum, off int64, e *ast.CompositeLit, elem types.Type, n int64) bool {
	size := w.m.types.sizes.Sizeof(elem)
	i := int64(0)
	for _, elt := range e.Elts {
		if kv, ok := elt.(*ast.KeyValueExpr); ok {
			i = w.index(kv.Key)
			elt = kv.Value
		}
		if i < 0 || i >= n || !w.write(d, off+i*size, elt, elem) {
			return false
		}
		i++
	}
	return true
}

func (w *dataWriter) index(e ast.Expr) int64 {
	i, ok := constant.Int64Val(constant.ToInt(w.src.Info.Types[e].Value))
	if !ok {
		return -1
	}
	return i
}

// length returns the number of elements of a slice literal.
func (w *dataWriter) length(e *ast.CompositeLit) int64 {
	var i, n int64
	for _, elt := range e.Elts {
		if kv, ok := elt.(*ast.KeyValueExpr); ok {
			i = w.index(kv.Key)
		}
		i++
		n = max(n, i)
	}
	return n
}

func (w *dataWriter) word(d *datum, off int64, v uint64) {
	if w.ptr == 4 {
		w.order.PutUint32(d.bytes[off:], uint32(v))
	} else {
		w.order.PutUint64(d.bytes[off:], v)
	}
}

// constant writes a constant.
func (w *dataWriter) constant(d *datum, off int64, v constant.Value, t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	if !ok {
		return false
	}
	at := d.bytes[off:]
	switch info := b.Info(); {
	case info&types.IsBoolean != 0:
		if constant.BoolVal(v) {
			at[0] = 1
		}
	case info&types.IsString != 0:
		s := constant.StringVal(v)
		if s == "" {
			return true
		}
		d.refs = append(d.refs, dataRef{offset: off, to: &datum{typ: types.NewArray(types.Typ[types.Uint8], int64(len(s))), bytes: []byte(s)}})
		w.word(d, off+int64(w.ptr), uint64(len(s)))
	case info&types.IsInteger != 0:
		w.sized(at, intBits(v), w.m.types.sizes.Sizeof(t))
	case info&types.IsFloat != 0:
		w.float(at, v, w.m.types.sizes.Sizeof(t))
	case info&types.IsComplex != 0:
		half := w.m.types.sizes.Sizeof(t) / 2
		c := constant.ToComplex(v)
		w.float(at, constant.Real(c), half)
		w.float(at[half:], constant.Imag(c), half)
	default:
		return false
	}
	return true
}

func (w *dataWriter) sized(at []byte, bits uint64, size int64) {
	for i := range size {
		at[i] = byte(bits >> (8 * i))
	}
}

func (w *dataWriter) float(at []byte, v constant.Value, size int64) {
	if size == 4 {
		f, _ := constant.Float32Val(constant.ToFloat(v))
		w.sized(at, uint64(math.Float32bits(f)), 4)
		return
	}
	w.sized(at, floatBits(v), 8)
}

// commit gives d, and all it refers to, to the module.
func (w *dataWriter) commit(d *datum, g outlive.Global) {
	b := w.m.b
	b.SetData(g, d.bytes)
	for _, r := range d.refs {
		switch {
		case r.fn != nil:
			b.RelocFunc(g, uint32(r.offset), w.m.funcOf(r.fn))
		case r.global != nil:
			b.RelocGlobal(g, uint32(r.offset), w.m.globalOf(r.global), 0)
		default:
			w.count++
			to := b.Global(w.name+"·"+strconv.Itoa(w.count), w.m.types.of(r.to.typ), outlive.NoPos)
			w.commit(r.to, to)
			b.RelocGlobal(g, uint32(r.offset), to, 0)
		}
	}
}
