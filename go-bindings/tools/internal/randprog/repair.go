package randprog

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// repair makes a program type-check again whose only faults are unused variables, labels, imports. It reports
// whether that was so. Unused variables are assigned to the blank identifier where they are declared.
func (p *parsed) repair() bool {
	imports := packages{}
	for _, f := range p.files {
		var pkg *types.Package
		for round := 0; ; round++ {
			var errs []types.Error
			pkg, errs = check(p.fset, f, imports)
			if len(errs) == 0 {
				break
			}
			if round == 8 || !fix(f, errs) {
				return false
			}
		}
		imports[f.Name.Name] = pkg
	}
	return true
}

// fix mends the errors of one check; it reports whether all could be mended.
func fix(f *ast.File, errs []types.Error) bool {
	vars, labels := map[token.Pos]bool{}, map[token.Pos]bool{}
	unusedImports := false
	for _, e := range errs {
		switch {
		case strings.HasPrefix(e.Msg, "declared and not used: "):
			vars[e.Pos] = true
		case strings.HasPrefix(e.Msg, "label ") && strings.HasSuffix(e.Msg, " declared and not used"):
			labels[e.Pos] = true
		case strings.Contains(e.Msg, " imported and not used"):
			unusedImports = true
		default:
			return false
		}
	}
	if unusedImports {
		dropImports(f)
	}
	if len(labels) > 0 {
		eachList(f, func(list []ast.Stmt) []ast.Stmt {
			for i, s := range list {
				list[i] = unlabel(s, labels)
			}
			return list
		})
	}
	if len(vars) > 0 {
		eachList(f, func(list []ast.Stmt) []ast.Stmt {
			var out []ast.Stmt
			for _, s := range list {
				out = append(out, s)
				for _, id := range declaredBy(s) {
					if vars[id.Pos()] {
						out = append(out, use(id))
						delete(vars, id.Pos())
					}
				}
			}
			return out
		})
		ast.Inspect(f, func(n ast.Node) bool {
			into := func(ids []*ast.Ident, body *[]ast.Stmt) {
				for _, id := range ids {
					if vars[id.Pos()] {
						*body = append([]ast.Stmt{use(id)}, *body...)
						delete(vars, id.Pos())
					}
				}
			}
			switch n := n.(type) {
			case *ast.IfStmt:
				into(declaredBy(n.Init), &n.Body.List)
			case *ast.ForStmt:
				into(declaredBy(n.Init), &n.Body.List)
			case *ast.RangeStmt:
				into(identsOf(n.Key, n.Value), &n.Body.List)
			case *ast.SwitchStmt:
				if len(n.Body.List) > 0 {
					into(declaredBy(n.Init), &n.Body.List[0].(*ast.CaseClause).Body)
				}
			case *ast.TypeSwitchStmt:
				if len(n.Body.List) > 0 {
					body := &n.Body.List[0].(*ast.CaseClause).Body
					into(declaredBy(n.Init), body)
					into(declaredBy(n.Assign), body)
				}
			case *ast.CommClause:
				into(declaredBy(n.Comm), &n.Body)
			}
			return true
		})
	}
	return len(vars) == 0
}

// unlabel removes labels from before a statement.
func unlabel(s ast.Stmt, labels map[token.Pos]bool) ast.Stmt {
	l, ok := s.(*ast.LabeledStmt)
	if !ok {
		return s
	}
	l.Stmt = unlabel(l.Stmt, labels)
	if labels[l.Label.Pos()] {
		return l.Stmt
	}
	return l
}

func use(id *ast.Ident) ast.Stmt {
	return &ast.AssignStmt{Lhs: []ast.Expr{ast.NewIdent("_")}, Tok: token.ASSIGN, Rhs: []ast.Expr{ast.NewIdent(id.Name)}}
}

func identsOf(list ...ast.Expr) []*ast.Ident {
	var out []*ast.Ident
	for _, e := range list {
		if id, ok := e.(*ast.Ident); ok {
			out = append(out, id)
		}
	}
	return out
}

// declaredBy returns what a statement may declare.
func declaredBy(s ast.Stmt) []*ast.Ident {
	switch s := s.(type) {
	case *ast.LabeledStmt:
		return declaredBy(s.Stmt)
	case *ast.AssignStmt:
		if s.Tok == token.DEFINE {
			return identsOf(s.Lhs...)
		}
	case *ast.DeclStmt:
		if d, ok := s.Decl.(*ast.GenDecl); ok && d.Tok == token.VAR {
			var out []*ast.Ident
			for _, spec := range d.Specs {
				out = append(out, spec.(*ast.ValueSpec).Names...)
			}
			return out
		}
	}
	return nil
}

// eachList replaces every list of statements.
func eachList(f *ast.File, change func([]ast.Stmt) []ast.Stmt) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			if len(n.List) > 0 {
				if _, ok := n.List[0].(*ast.CaseClause); ok {
					return true
				}
				if _, ok := n.List[0].(*ast.CommClause); ok {
					return true
				}
			}
			n.List = change(n.List)
		case *ast.CaseClause:
			n.Body = change(n.Body)
		case *ast.CommClause:
			n.Body = change(n.Body)
		}
		return true
	})
}

// dropImports removes the imports whose names do not occur in the file.
func dropImports(f *ast.File) {
	used := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := s.X.(*ast.Ident); ok {
				used[id.Name] = true
			}
		}
		return true
	})
	var decls []ast.Decl
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.IMPORT {
			decls = append(decls, d)
			continue
		}
		var specs []ast.Spec
		for _, s := range g.Specs {
			path := strings.Trim(s.(*ast.ImportSpec).Path.Value, `"`)
			if used[path[strings.LastIndexByte(path, '/')+1:]] {
				specs = append(specs, s)
			}
		}
		if len(specs) > 0 {
			g.Specs = specs
			decls = append(decls, g)
		}
	}
	f.Decls = decls
	f.Imports = nil
}
