package source

import (
	"go/ast"
	"go/token"
)

// A Pragma is a set of compiler directives of a function declaration.
type Pragma uint8

const (
	NoEscape         Pragma = 1 << iota // go:noescape
	UintptrEscapes                      // go:uintptrescapes
	UintptrKeepAlive                    // go:uintptrkeepalive
	NoInline                            // go:noinline
	Linkname                            // go:linkname names the function
)

type pragmaTable struct{}

// Pragmas returns the directives above a function declaration.
func (p *Package) Pragmas(d *ast.FuncDecl) Pragma { return 0 }

// LanguageMinor returns N for the language version go1.N of the file around pos.
func (p *Package) LanguageMinor(pos token.Pos) int { return 26 }

func (p *Package) buildPragmas() {}
