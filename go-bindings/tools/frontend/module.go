package frontend

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
	"outlive.dev/tools/facts"
	"outlive.dev/tools/frontend/internal/source"
)

// module is a program being lowered.
type module struct {
	prog    *Program
	b       *outlive.Builder
	types   *typeTable
	infos   map[*types.Package]*packageInfo
	last    *types.Package // whose info was asked for last
	lastOf  *packageInfo
	funcs   funcIDs
	globals map[*ssa.Global]outlive.Global
	work    []*ssa.Function // declared, body still to be lowered
	refs    []FuncRef
	sites   []siteMark
	texts   []pendingText
	boxed   []*types.Named // types whose method sets may be called through interfaces
	isBoxed map[*types.Named]bool
	inited  int // instances of generic types whose methods have been declared
	pos     positions
	l       *lowerer // while bodies are lowered
}

// failure is the panic value with which the lowering gives up on a program.
type failure string

func failuref(format string, args ...any) failure { return failure(fmt.Sprintf(format, args...)) }

// Module lowers everything the program can reach and writes the image. It fails on
// nothing that type-checks and that go/ssa can build; an error says which construct
// of a newer language it does not know.
func (p *Program) Module() (*Unit, error) {
	u, err := p.Lower()
	if err != nil {
		return nil, err
	}
	u.Sites = u.module.siteRefs()
	if u.Image, err = u.Builder.Image(); err != nil {
		return nil, fmt.Errorf("write the module of %s: %w", p.name(), err)
	}
	return u, nil
}

// name names the program in the module and in messages.
func (p *Program) name() string {
	if len(p.Roots) == 1 {
		return p.Roots[0].PkgPath
	}
	return "program"
}

// Lower is Module without the image, which the Builder has still to write, and without Sites: an analysis needs no more.
func (p *Program) Lower() (u *Unit, err error) {
	defer func() {
		if r := recover(); r != nil {
			f, ok := r.(failure)
			if !ok {
				panic(r)
			}
			u, err = nil, fmt.Errorf("lower to IR: %s", string(f))
		}
	}()
	b := outlive.NewBuilder(p.name(), outlive.Producer("outlive frontend"),
		outlive.PointerSize(int(p.sizes().Sizeof(types.Typ[types.UnsafePointer]))),
		outlive.MaxAlign(int(p.sizes().Alignof(types.Typ[types.Int64]))))
	m := &module{
		prog: p, b: b,
		types:   newTypeTable(b, p.sizes()),
		infos:   map[*types.Package]*packageInfo{},
		globals: map[*ssa.Global]outlive.Global{},
		isBoxed: map[*types.Named]bool{},
	}
	m.funcs.m.Reset()
	m.pos.init(p, b)
	for _, pkg := range p.Packages {
		if info := p.infos[pkg.ID]; info.ssa != nil {
			m.infos[pkg.Types] = info
			if pkg.ID != pkg.PkgPath {
				m.types.paths[pkg.Types] = pkg.ID
			}
		}
	}
	for _, pkg := range p.Packages {
		if info := p.infos[pkg.ID]; info.ssa != nil && !info.partial {
			m.layOut(info)
			m.declarePackage(info)
		}
	}
	m.l = newLowerer(m)
	m.drain()
	m.l.release()
	m.l = nil
	return &Unit{Builder: b, Funcs: m.refs, module: m}, nil
}

func (p *Program) sizes() types.Sizes { return sizesOf(p.Packages[len(p.Packages)-1]) }

// declarePackage declares the functions of a package in the order of the source.
func (m *module) declarePackage(info *packageInfo) {
	for _, file := range info.pkg.Syntax {
		for _, decl := range file.Decls {
			d, ok := decl.(*ast.FuncDecl)
			if !ok || d.Name.Name == "_" {
				continue
			}
			obj, ok := info.pkg.TypesInfo.Defs[d.Name].(*types.Func)
			if !ok {
				continue
			}
			if f := m.prog.SSA.FuncValue(obj); f != nil && !isGeneric(f) {
				m.funcOf(f)
			}
		}
	}
	if f := info.ssa.Func("init"); f != nil {
		m.funcOf(f)
	}
	if m.prog.alone == info.pkg.Types {
		m.declareWrappers(info)
	}
}

// drain lowers bodies until nothing new is referred to: functions, and then the
// methods of types that were seen in the meantime.
func (m *module) drain() {
	boxed := 0
	for {
		for len(m.work) > 0 {
			f := m.work[len(m.work)-1]
			m.work = m.work[:len(m.work)-1]
			m.l.lower(f)
		}
		switch {
		case m.inited < len(m.types.named):
			n := m.types.named[m.inited]
			m.inited++
			m.instanceMethods(n)
		case boxed < len(m.boxed):
			n := m.boxed[boxed]
			boxed++
			m.methodSet(n)
		default:
			return
		}
	}
}

// isGeneric reports whether f has type parameters without arguments.
func isGeneric(f *ssa.Function) bool {
	for f.Parent() != nil {
		f = f.Parent()
	}
	return f.TypeParams().Len() > len(f.TypeArgs())
}

// funcOf returns the module's function for f, declaring it, and all the functions
// around it, at the first call.
func (m *module) funcOf(f *ssa.Function) outlive.Func {
	if id, ok := m.funcs.get(f); ok {
		return id
	}
	if t := thunkTarget(f); t != nil {
		id := m.funcOf(t)
		m.funcs.set(f, id)
		return id
	}
	id := m.declare(f)
	if !isGeneric(f) {
		m.work = append(m.work, f)
	}
	return id
}

// declare makes the function's row. A generic function stays without a body.
func (m *module) declare(f *ssa.Function) outlive.Func {
	info := outlive.FuncInfo{Parent: outlive.NoFunc, InstanceOf: outlive.NoFunc}
	if !m.prog.foreign(f) && (len(f.Blocks) > 0 || !m.isExtern(f)) {
		info.Pos = m.pos.of(f.Pos())
	}
	if f.Parent() != nil {
		info.Parent = m.funcOf(f.Parent())
	}
	if origin := originOf(f); origin != nil {
		info.InstanceOf = m.funcOf(origin)
	}
	if id, ok := m.funcs.get(f); ok {
		return id // declared with its parent
	}
	info.Name = m.nameOf(f, info.Parent)
	if isGeneric(f) {
		info.Sig = m.b.FuncType(nil, nil, false) // only named, as the origin of its instances
		return m.addFunc(f, info, facts.Func{})
	}
	var recv types.Type
	if r := f.Signature.Recv(); r != nil {
		recv = r.Type()
		info.Flags |= outlive.FuncHasReceiver
	}
	info.Sig = m.types.signature(recv, f.Signature)
	if f.Signature.Variadic() {
		info.Flags |= outlive.FuncVariadicSlice
	}
	if _, ok := f.Syntax().(*ast.RangeStmt); ok {
		info.Flags |= outlive.FuncWithParent
	} else if f.Syntax() == nil && f.Parent() == nil && f.Name() != "init" && !m.isExtern(f) {
		info.Flags |= outlive.FuncWrapper
	}
	if obj := f.Object(); obj != nil && obj.Exported() && f.Parent() == nil {
		info.Flags |= outlive.FuncExported
	}
	for _, v := range m.freeVars(f) {
		info.FreeVars = append(info.FreeVars, m.types.of(v.Type()))
	}
	fact, known := m.prog.factOf(f)
	id := m.addFunc(f, info, fact)
	if f.Parent() == nil && !m.prog.HasBody(f) {
		if m.refs[id].pragmas&source.NoEscape != 0 && (!known || fact.Bodyless) {
			m.b.AttrFunc(id, outlive.AttrNoEscape, 1)
		}
		m.promise(f, id, fact, known)
	}
	return id
}

// nameOf returns the name of f, qualified by import path, as its method RelString does; parent is the function around it.
func (m *module) nameOf(f *ssa.Function, parent outlive.Func) string {
	if p := f.Parent(); p != nil {
		if suffix, ok := strings.CutPrefix(f.Name(), p.Name()); ok {
			return m.refs[parent].Name + suffix
		}
		return f.RelString(nil)
	}
	if obj, ok := f.Object().(*types.Func); ok && f.Synthetic == "" && len(f.TypeArgs()) == 0 && obj.Pkg() != nil {
		recv := f.Signature.Recv()
		if recv == nil {
			return obj.Pkg().Path() + "." + f.Name()
		}
		t, star := recv.Type(), ""
		if p, ok := t.(*types.Pointer); ok {
			t, star = p.Elem(), "*"
		}
		if n, ok := t.(*types.Named); ok && n.TypeArgs().Len() == 0 && n.TypeParams().Len() == 0 {
			return "(" + star + obj.Pkg().Path() + "." + n.Obj().Name() + ")." + f.Name()
		}
	}
	return f.RelString(nil)
}

// addFunc makes the row of a function.
func (m *module) addFunc(f *ssa.Function, info outlive.FuncInfo, fact facts.Func) outlive.Func {
	id := m.b.Func(info)
	m.funcs.set(f, id)
	ref := FuncRef{Func: id, Name: info.Name, SSA: f, module: m, pragmas: m.pragmasOf(f, fact)}
	if pi := m.infoOf(f); pi != nil {
		ref.Package, ref.Root = pi.pkg.PkgPath, pi.root
	}
	m.refs = push(m.refs, ref)
	return id
}

// originOf returns the generic function that f is an instance of, or nil.
func originOf(f *ssa.Function) *ssa.Function {
	if p := f.Parent(); p != nil {
		origin := originOf(p)
		if origin == nil {
			return nil
		}
		for i, a := range p.AnonFuncs {
			if a == f && i < len(origin.AnonFuncs) {
				return origin.AnonFuncs[i]
			}
		}
		return nil
	}
	if len(f.TypeArgs()) == 0 {
		return nil
	}
	if o := f.Origin(); o != f {
		return o
	}
	return nil
}

// infoOf returns the package whose source declares f; nil for shared wrappers.
func (m *module) infoOf(f *ssa.Function) *packageInfo {
	for f.Parent() != nil {
		f = f.Parent()
	}
	if f.Syntax() == nil && f.Pkg == nil {
		return nil
	}
	if f.Pkg != nil {
		return m.info(f.Pkg.Pkg)
	}
	if obj := f.Object(); obj != nil {
		return m.info(obj.Pkg())
	}
	return nil
}

// info returns what is known of a package, nil if its source is not part of the program.
func (m *module) info(pkg *types.Package) *packageInfo {
	if pkg != m.last {
		m.last, m.lastOf = pkg, m.infos[pkg]
	}
	return m.lastOf
}

// globalOf returns the module's global for g.
func (m *module) globalOf(g *ssa.Global) outlive.Global {
	id, ok := m.globals[g]
	if !ok {
		id = m.b.Global(g.Pkg.Pkg.Path()+"."+g.Name(), m.types.of(g.Type().Underlying().(*types.Pointer).Elem()), m.pos.of(g.Pos()))
		m.globals[g] = id
	}
	return id
}
