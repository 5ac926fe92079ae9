package source

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A class groups the sites that the compiler words alike.
type class string

const (
	classExpr   class = "expr" // all that "escapes to heap" says of expressions
	classAppend class = "append"
	classPack   class = "pack"
	classVar    class = "var"
)

// enumerate finds the sites of a package on its syntax, with the tables under
// test, except in generic functions.
func enumerate(p *Package) *enumerator {
	e := &enumerator{p: p, sites: map[token.Pos]map[class]int{}, texts: map[token.Pos][]string{}}
	for _, f := range p.Files {
		for _, d := range f.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && (generic(p, fd) || fd.Name.Name == "_") {
				continue
			}
			ast.Inspect(d, e.visit)
		}
	}
	return e
}

// generic reports whether a declaration has type parameters.
func generic(p *Package, d *ast.FuncDecl) bool {
	f, ok := p.Info.Defs[d.Name].(*types.Func)
	if !ok {
		return false
	}
	s := f.Signature()
	return s.TypeParams().Len() > 0 || s.RecvTypeParams().Len() > 0
}

type enumerator struct {
	p     *Package
	sites map[token.Pos]map[class]int
	texts map[token.Pos][]string
}

func (e *enumerator) add(pos token.Pos, c class, x ...ast.Expr) {
	for _, x := range x {
		e.texts[pos] = append(e.texts[pos], e.p.SiteText(x))
	}
	if e.p.Dead(pos) || e.p.StaticInit(pos) {
		return
	}
	e.put(pos, c)
}

func (e *enumerator) put(pos token.Pos, c class) {
	if e.sites[pos] == nil {
		e.sites[pos] = map[class]int{}
	}
	e.sites[pos][c]++
}

// box adds the conversion of operand x of type from to type to.
func (e *enumerator) box(pos token.Pos, from, to types.Type) {
	if from == nil || to == nil || !isInterface(to) || isInterface(from) || e.p.Dead(pos) || e.p.StaticBox(pos) {
		return
	}
	if b, ok := from.(*types.Basic); ok && b.Kind() == types.UntypedNil {
		return
	}
	if e.direct(types.Default(from)) {
		return
	}
	e.put(pos, classExpr)
}

func (e *enumerator) direct(t types.Type) bool {
	return e.p.Sizes.Sizeof(t) == 8 && pointerTypes(t)
}

func pointerTypes(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.UnsafePointer || u.Kind() == types.String
	case *types.Array:
		return u.Len() > 0 && pointerTypes(u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			if pointerTypes(f.Type()) {
				return true
			}
		}
		return false
	}
	return true
}

func (e *enumerator) operand(o Operand, to types.Type) {
	if o.Expr != nil && !e.p.Info.Types[o.Expr].IsNil() {
		e.texts[o.Pos] = append(e.texts[o.Pos], e.p.SiteText(o.Expr))
		e.box(o.Pos, e.p.Info.TypeOf(o.Expr), to)
	}
}

func (e *enumerator) visit(n ast.Node) bool {
	p := e.p
	if x, ok := n.(ast.Expr); ok {
		if tv := p.Info.Types[x]; tv.Value != nil || tv.IsType() {
			return false
		}
	}
	switch n := n.(type) {
	case *ast.CallExpr:
		return e.call(n)
	case *ast.CompositeLit:
		e.literal(n)
	case *ast.FuncLit:
		e.add(n.Pos(), classExpr, n)
	case *ast.SelectorExpr:
		if s := p.Info.Selections[n]; s != nil && s.Kind() == types.MethodVal && !e.called(n) {
			e.add(SynPos(n), classExpr, n)
		}
	case *ast.BinaryExpr:
		e.binary(n)
	case *ast.AssignStmt:
		e.assign(n)
	case *ast.ValueSpec:
		e.valueSpec(n)
	case *ast.ReturnStmt:
		e.results(n)
	case *ast.SendStmt:
		if c, ok := coreType(p.Info.TypeOf(n.Chan)).(*types.Chan); ok {
			e.operand(p.SendOperand(n.Arrow), c.Elem())
		}
	case *ast.IndexExpr:
		if m, ok := coreType(p.Info.TypeOf(n.X)).(*types.Map); ok {
			e.operand(p.KeyOperand(n.Lbrack), m.Key())
		}
	case *ast.RangeStmt:
		if p.IsRangeFunc(n) {
			e.add(n.For, classExpr)
		}
	case *ast.SwitchStmt:
		e.tag(n)
	}
	return true
}

func (e *enumerator) called(n *ast.SelectorExpr) bool {
	c, ok := e.p.outer(n).(*ast.CallExpr)
	return ok && ast.Unparen(c.Fun) == ast.Expr(n)
}

func (e *enumerator) call(n *ast.CallExpr) bool {
	p := e.p
	if p.unevaluated(n) {
		return false
	}
	if p.IsConversion(n) {
		e.conversion(n)
		return true
	}
	switch b := p.Builtin(n); b {
	case "":
		sig, ok := coreType(p.Info.TypeOf(n.Fun)).(*types.Signature)
		if ok {
			e.args(n, sig)
		}
	case "append":
		e.add(n.Lparen, classAppend)
		s := coreType(p.Info.TypeOf(n)).(*types.Slice)
		for i := range n.Args {
			if i > 0 && !n.Ellipsis.IsValid() {
				e.operand(p.CallOperand(n, i), s.Elem())
			}
		}
	case "make":
		if _, ch := coreType(p.Info.TypeOf(n)).(*types.Chan); !ch {
			e.add(n.Lparen, classExpr, n)
		}
	case "new":
		e.add(n.Lparen, classExpr, n)
	case "panic":
		e.operand(p.PanicOperand(n.Lparen), types.NewInterfaceType(nil, nil))
	case "delete":
		if m, ok := coreType(p.Info.TypeOf(n.Args[0])).(*types.Map); ok {
			e.operand(p.CallOperand(n, 1), m.Key())
		}
	}
	return true
}

func (e *enumerator) args(n *ast.CallExpr, sig *types.Signature) {
	params := sig.Params()
	fixed := params.Len()
	if sig.Variadic() {
		fixed--
	}
	param := func(i int) types.Type {
		if i < fixed {
			return params.At(i).Type()
		}
		if n.Ellipsis.IsValid() {
			return params.At(fixed).Type()
		}
		return params.At(fixed).Type().Underlying().(*types.Slice).Elem()
	}
	count := len(n.Args)
	if count == 1 {
		if t, ok := e.p.Info.TypeOf(n.Args[0]).(*types.Tuple); ok {
			count = t.Len()
			for i := range count {
				e.box(n.Lparen, t.At(i).Type(), param(i))
			}
			if sig.Variadic() && count > fixed {
				e.add(n.Lparen, classPack)
			}
			return
		}
	}
	for i := range n.Args {
		e.operand(e.p.CallOperand(n, i), param(i))
	}
	if sig.Variadic() && count > fixed && !n.Ellipsis.IsValid() {
		if pos, ok := e.p.PackSite(n); ok {
			e.add(pos, classPack)
		}
	}
}

func (e *enumerator) conversion(n *ast.CallExpr) {
	from, to := e.p.Info.TypeOf(n.Args[0]), e.p.Info.TypeOf(n)
	e.operand(e.p.ConversionOperand(n.Lparen), to)
	f, t := from.Underlying(), to.Underlying()
	_, fs := f.(*types.Slice)
	_, ts := t.(*types.Slice)
	b, integer := f.(*types.Basic)
	if isString(from) && ts || isString(to) && (fs || integer && b.Info()&types.IsInteger != 0) {
		e.add(ConversionSite(n), classExpr, n)
	}
}

func (e *enumerator) literal(n *ast.CompositeLit) {
	p := e.p
	if pos, ok := p.LiteralSite(n); ok {
		if amp := p.AddressOf(n); amp != nil {
			e.add(pos, classExpr, amp)
		} else {
			e.add(pos, classExpr, n)
		}
	}
	t := p.Info.TypeOf(n)
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	switch u := coreType(t).(type) {
	case *types.Slice:
		e.add(n.Lbrace, classExpr, n)
		e.elements(n, nil, u.Elem())
	case *types.Map:
		e.add(n.Lbrace, classExpr, n)
		e.elements(n, u.Key(), u.Elem())
	case *types.Array:
		e.elements(n, nil, u.Elem())
	case *types.Struct:
		for i, el := range n.Elts {
			if kv, ok := el.(*ast.KeyValueExpr); ok {
				f := p.Info.Uses[kv.Key.(*ast.Ident)]
				e.operand(p.StoreOperand(kv.Colon), f.Type())
			} else {
				e.operand(p.StoreOperand(el.Pos()), u.Field(i).Type())
			}
		}
	}
}

func (e *enumerator) elements(n *ast.CompositeLit, key, elem types.Type) {
	for _, el := range n.Elts {
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			e.operand(e.p.ValueOperand(kv.Colon), elem)
			if key != nil {
				e.operand(e.p.KeyOperand(kv.Colon), key)
			}
			continue
		}
		e.operand(operand(el), elem)
	}
}

func (e *enumerator) binary(n *ast.BinaryExpr) {
	p := e.p
	x, y := p.Info.TypeOf(n.X), p.Info.TypeOf(n.Y)
	switch n.Op {
	case token.ADD:
		if isString(p.Info.TypeOf(n)) && !p.InnerConcat(n) {
			e.add(n.OpPos, classExpr, n)
		}
	case token.EQL, token.NEQ:
		e.operand(p.CompareOperand(n.OpPos, 0), y)
		e.operand(p.CompareOperand(n.OpPos, 1), x)
	}
}

func (e *enumerator) assign(n *ast.AssignStmt) {
	p := e.p
	if n.Tok != token.ASSIGN {
		return
	}
	for i, l := range n.Lhs {
		t := p.Info.TypeOf(l)
		if id, ok := ast.Unparen(l).(*ast.Ident); ok && id.Name == "_" || t == nil {
			continue
		}
		o := p.StoreOperand(storeKey(l))
		if o.Expr == nil {
			if tuple, ok := p.Info.TypeOf(n.Rhs[0]).(*types.Tuple); ok {
				e.box(o.Pos, tuple.At(i).Type(), t)
			}
			continue
		}
		e.operand(o, t)
	}
}

func (e *enumerator) valueSpec(n *ast.ValueSpec) {
	for i, id := range n.Names {
		obj := e.p.Info.Defs[id]
		if obj == nil || len(n.Values) == 0 || id.Name == "_" && e.p.FuncOf(n) != nil {
			continue
		}
		o := e.p.StoreOperand(id.Pos())
		if o.Expr != nil {
			e.operand(o, obj.Type())
		} else if tuple, ok := e.p.Info.TypeOf(n.Values[0]).(*types.Tuple); ok {
			e.box(o.Pos, tuple.At(i).Type(), obj.Type())
		}
	}
}

func (e *enumerator) results(n *ast.ReturnStmt) {
	i := 0
	for v := range e.p.resultsOf(e.p.FuncOf(n)) {
		o := e.p.ReturnOperand(n.Return, i)
		if o.Expr != nil {
			e.operand(o, v.Obj.Type())
		} else if o.OK() {
			e.box(o.Pos, e.p.Info.TypeOf(n.Results[0]).(*types.Tuple).At(i).Type(), v.Obj.Type())
		}
		i++
	}
}

func (e *enumerator) tag(n *ast.SwitchStmt) {
	if n.Tag == nil {
		return
	}
	tag := e.p.Info.TypeOf(n.Tag)
	toAny := false
	for _, s := range n.Body.List {
		for _, c := range s.(*ast.CaseClause).List {
			if ct := e.p.Info.TypeOf(c); isInterface(tag) && !isInterface(ct) {
				e.operand(e.p.CompareOperand(c.Pos(), 1), tag)
			} else if isInterface(ct) && !isInterface(tag) {
				toAny = true
			}
		}
	}
	if toAny {
		e.operand(operand(n.Tag), types.NewInterfaceType(nil, nil))
	}
}
