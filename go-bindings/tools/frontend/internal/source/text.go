package source

import "go/ast"

// SiteText returns an allocation as source text, the way the compiler words it
// in its diagnostics where that is easy: &T{...}, make([]int, n), func literal,
// ... argument, a + b.
func (p *Package) SiteText(n ast.Node) string { return "" }
