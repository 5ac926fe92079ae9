package source

import "go/ast"

// IsSelfAssign reports whether the compiler ignores the i-th assignment of s,
// since it only moves pointers within one object: p.f = p.g[i:j], x.f = x.g or
// x[i] = x[j].
func (p *Package) IsSelfAssign(s *ast.AssignStmt, i int) bool { return false }
