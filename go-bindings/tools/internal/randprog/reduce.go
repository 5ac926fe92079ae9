package randprog

import (
	"go/ast"
	"go/token"
	"strings"
)

// Under returns the program as it is to be written into a folder of the module: with the imports of that place.
func (p Program) Under(folder string) Program {
	var out Program
	for _, pkg := range p {
		out = append(out, Package{pkg.Name, strings.ReplaceAll(pkg.Text, `"`+Module+`/`, `"`+Module+`/`+folder+`/`)})
	}
	return out
}

// String returns the text of all packages.
func (p Program) String() string {
	var b strings.Builder
	for _, pkg := range p {
		b.WriteString(pkg.Text)
	}
	return b.String()
}

// tryAtOnce is how many candidates are judged together.
const tryAtOnce = 16

// Reduce makes a program smaller that is interesting. The function tells of several programs which ones are.
func Reduce(p Program, interesting func([]Program) []bool) Program {
	for {
		before := len(p.String())
		for _, s := range []stage{bodies, declarations, everything} {
			p = drop(p, s, interesting)
		}
		if len(p.String()) == before {
			return p
		}
	}
}

// stage says what is left out. Bodies of functions go first, which nothing needs to type-check.
type stage uint8

const (
	bodies stage = iota
	declarations
	everything
)

// drop removes parts, at first many at a time.
func drop(p Program, s stage, interesting func([]Program) []bool) Program {
	size := max(1, p.parts(s)/2)
	for {
		at := 0
		for at < p.parts(s) {
			var list []Program
			var next []int
			for ; at < p.parts(s) && len(list) < tryAtOnce; at += size {
				if c := p.without(s, at, at+size); c != nil && len(c.String()) < len(p.String()) {
					list = append(list, c)
					next = append(next, at)
				}
			}
			if len(list) == 0 {
				continue
			}
			for i, ok := range interesting(list) {
				if ok {
					// What was judged after it may be tried again at its place.
					p, at = list[i], next[i]
					break
				}
			}
		}
		if size == 1 {
			return p
		}
		size = max(1, size/2)
	}
}

// parts counts what can be left out.
type parts struct {
	stage    stage
	n        int
	from, to int // those that are left out
}

func (p *parts) next() bool {
	p.n++
	return p.n > p.from && p.n <= p.to
}

// parts counts what can be left out.
func (p Program) parts(s stage) int {
	tree, err := p.parse()
	if err != nil {
		return 0
	}
	c := &parts{stage: s}
	for _, f := range tree.files {
		c.file(f)
	}
	return c.n
}

// without returns the program without some parts; nil if it does not type-check then.
func (p Program) without(s stage, from, to int) Program {
	tree, err := p.parse()
	if err != nil {
		return nil
	}
	c := &parts{stage: s, from: from, to: to}
	var files []*ast.File
	for _, f := range tree.files {
		c.file(f)
		if len(f.Decls) > 0 {
			files = append(files, f)
		}
	}
	tree.files = files
	if len(files) == 0 || !tree.repair() {
		return nil
	}
	out, err := tree.print()
	if err != nil {
		return nil
	}
	for i := range out {
		// Lines that were left empty.
		for strings.Contains(out[i].Text, "\n\n\n") {
			out[i].Text = strings.ReplaceAll(out[i].Text, "\n\n\n", "\n\n")
		}
	}
	if Check(out) != nil {
		return nil
	}
	return out
}

// file leaves out declarations, fields and statements.
func (p *parts) file(f *ast.File) {
	if p.stage == bodies {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && len(d.Body.List) > 0 && !isPanic(d.Body) && p.next() {
				d.Body.List = []ast.Stmt{&ast.ExprStmt{X: &ast.CallExpr{Fun: ast.NewIdent("panic"), Args: []ast.Expr{&ast.BasicLit{Kind: token.INT, Value: "0"}}}}}
			}
		}
		return
	}
	var decls []ast.Decl
	for i := len(f.Decls) - 1; i >= 0; i-- {
		if g, ok := f.Decls[i].(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			if len(f.Decls) > 1 {
				decls = append([]ast.Decl{g}, decls...)
			}
			continue
		}
		if !p.next() {
			decls = append([]ast.Decl{f.Decls[i]}, decls...)
		}
	}
	f.Decls = decls
	if p.stage == declarations {
		return
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.StructType:
			n.Fields.List = p.fields(n.Fields.List)
		case *ast.InterfaceType:
			n.Methods.List = p.fields(n.Methods.List)
		case *ast.CompositeLit:
			n.Elts = leaveOut(p, n.Elts)
		case *ast.SwitchStmt:
			n.Body.List = leaveOut(p, n.Body.List)
		case *ast.TypeSwitchStmt:
			n.Body.List = leaveOut(p, n.Body.List)
		case *ast.SelectStmt:
			n.Body.List = leaveOut(p, n.Body.List)
		case *ast.IfStmt:
			if n.Else != nil && p.next() {
				n.Else = nil
			}
		}
		return true
	})
	eachList(f, func(list []ast.Stmt) []ast.Stmt {
		var out []ast.Stmt
		for _, s := range list {
			if p.next() {
				continue
			}
			if inner := contents(s); inner != nil && p.next() {
				out = append(out, inner...)
				continue
			}
			out = append(out, s)
		}
		return out
	})
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if n.Op == token.LAND || n.Op == token.LOR {
				if p.next() {
					n.X = n.Y
				}
			}
		case *ast.IfStmt:
			if p.next() {
				n.Cond = ast.NewIdent("true")
			}
		case *ast.AssignStmt:
			if len(n.Rhs) == 1 && p.next() {
				n.Rhs[0] = ast.NewIdent("nil")
			}
		case *ast.ReturnStmt:
			p.nils(n.Results)
		case *ast.CallExpr:
			p.nils(n.Args)
		}
		return true
	})
}

// isPanic reports whether a body only panics.
func isPanic(b *ast.BlockStmt) bool {
	if len(b.List) != 1 {
		return false
	}
	e, ok := b.List[0].(*ast.ExprStmt)
	if !ok {
		return false
	}
	c, ok := e.X.(*ast.CallExpr)
	if !ok {
		return false
	}
	id, ok := c.Fun.(*ast.Ident)
	return ok && id.Name == "panic"
}

// nils replaces values by nil.
func (p *parts) nils(list []ast.Expr) {
	for i, e := range list {
		if id, ok := e.(*ast.Ident); ok && id.Name == "nil" {
			continue
		}
		if p.next() {
			list[i] = ast.NewIdent("nil")
		}
	}
}

func (p *parts) fields(list []*ast.Field) []*ast.Field { return leaveOut(p, list) }

func leaveOut[E any](p *parts, list []E) []E {
	var out []E
	for _, e := range list {
		if !p.next() {
			out = append(out, e)
		}
	}
	return out
}

// contents returns the statements that a statement consists of, which may stand in its place.
func contents(s ast.Stmt) []ast.Stmt {
	switch s := s.(type) {
	case *ast.BlockStmt:
		return s.List
	case *ast.IfStmt:
		return s.Body.List
	case *ast.ForStmt:
		return s.Body.List
	case *ast.RangeStmt:
		return s.Body.List
	case *ast.LabeledStmt:
		return []ast.Stmt{s.Stmt}
	}
	return nil
}
