package frontend

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/tools/frontend/internal/source"
)

// ParamClass says what the compiler can remark about a parameter.
type ParamClass uint8

// The classes of parameters.
const (
	ParamSilent          ParamClass = iota // nothing: no name, or no pointers
	ParamTracked                           // where it flows, by its summary
	ParamNoEscape                          // nothing flows, by a directive: a function without a body
	ParamLeaks                             // everything flows: another function without a body
	ParamUnsafeUintptr                     // an integer that may be an address: a function without a body
	ParamEscapingUintptr                   // an integer that is an address, by a directive
	ParamEscapingPack                      // the same, variadic
)

// A ParamRef is a parameter of a function, the receiver first.
type ParamRef struct {
	Name   string
	File   string // as go/packages names it: absolute
	Line   int    // from 1; 0 without a position
	Column int    // in bytes, from 1
	Class  ParamClass
}

// Params returns the parameters of a function of a root package that is no instance and no wrapper.
func (r *FuncRef) Params() []ParamRef {
	if !r.Root || r.module == nil || originOf(r.SSA) != nil || isGeneric(r.SSA) {
		return nil
	}
	return r.module.paramRefs(r.SSA)
}

// ReturnsFromRange reports whether the body of a range over a function returns from this function, so that results without a
// name are #rv1 and so on to the compiler. It is asked where Params are.
func (r *FuncRef) ReturnsFromRange() bool { return r.module != nil && r.module.returnsFromRange(r.SSA) }

// RangeBody reports whether the function is the body of a range over a function: the variables of that statement are
// its parameters.
func (r *FuncRef) RangeBody() bool { return r.SSA != nil && r.SSA.Synthetic == rangeBody }

// paramRefs describes the parameters of a function whose source is in a root package.
func (m *module) paramRefs(f *ssa.Function) []ParamRef {
	if f.Syntax() == nil && f.Parent() == nil && len(f.Blocks) > 0 {
		return nil // a wrapper
	}
	var body *ast.BlockStmt
	switch n := f.Syntax().(type) {
	case *ast.FuncLit:
		body = n.Body
	case *ast.RangeStmt:
		body = n.Body
	}
	if info := m.infoOf(f); body != nil && info != nil && info.src != nil && info.src.Dead(body.Lbrace) {
		return nil // only there because something inside is analysed
	}
	var flags source.Pragma
	if f.Parent() == nil {
		flags = m.pragmas(f)
	}
	declared := f.Signature.Params()
	shift := 0
	if f.Signature.Recv() != nil {
		shift = 1
	}
	refs := make([]ParamRef, declared.Len()+shift)
	for i := range refs {
		v := f.Signature.Recv()
		if i >= shift {
			v = declared.At(i - shift)
		}
		pos, name := v.Pos(), v.Name()
		if r, ok := f.Syntax().(*ast.RangeStmt); ok {
			pos, name = rangeParam(r, i)
		}
		if name == "" && len(f.Blocks) == 0 {
			name = fmt.Sprintf("~p%d", i-shift)
		}
		at := m.pos.at(pos)
		last := f.Signature.Variadic() && i == len(refs)-1
		refs[i] = ParamRef{name, at.Filename, at.Line, at.Column, m.paramClass(v.Type(), name, flags, len(f.Blocks) > 0, last)}
	}
	return refs
}

// rangeParam returns the name and place of a parameter of the function that the body of a range over a
// function becomes: those of the variable, if the statement declares it, or those of one made up.
func rangeParam(r *ast.RangeStmt, i int) (token.Pos, string) {
	e := r.Key
	if i == 1 {
		e = r.Value
	}
	if id, ok := e.(*ast.Ident); ok && i < 2 && r.Tok == token.DEFINE {
		return id.Pos(), id.Name
	}
	return r.For, fmt.Sprintf("#p%d", i+1)
}

// returnsFromRange reports whether a range over a function returns from f. The compiler then gives results without
// a name one.
func (m *module) returnsFromRange(f *ssa.Function) bool {
	info := m.infoOf(f)
	if info == nil || info.src == nil || f.Syntax() == nil || f.Signature.Results().Len() == 0 {
		return false
	}
	found := false
	var visit func(root ast.Node, inside bool)
	visit = func(root ast.Node, inside bool) {
		ast.Inspect(root, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return n == f.Syntax()
			case *ast.ReturnStmt:
				found = found || inside
			case *ast.RangeStmt:
				if !inside && info.src.IsRangeFunc(n) {
					visit(n.Body, true)
				}
			}
			return true
		})
	}
	visit(f.Syntax(), false)
	return found
}

// paramClass says what the compiler can remark about a parameter of type t.
func (m *module) paramClass(t types.Type, name string, flags source.Pragma, body, variadic bool) ParamClass {
	named := name != "" && name != "_" && name[0] != '~'
	switch {
	case !body && isUintptr(t):
		return ParamUnsafeUintptr
	case body && flags&source.UintptrEscapes != 0 && isUintptr(t):
		return ParamEscapingUintptr
	case body && flags&source.UintptrEscapes != 0 && variadic && isUintptr(t.Underlying().(*types.Slice).Elem()):
		return ParamEscapingPack
	case !named || !m.types.hasPointers(t):
		return ParamSilent
	case body:
		return ParamTracked
	case flags&source.NoEscape != 0:
		return ParamNoEscape
	}
	return ParamLeaks
}

func isUintptr(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.Uintptr
}
