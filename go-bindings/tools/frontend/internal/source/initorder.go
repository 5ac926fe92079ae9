package source

import "go/token"

type initTable struct{}

// StaticInit reports whether the site at pos (its SynPos), in the initialiser of
// a package variable, is laid out by the linker, so that the compiler never
// lists it. It is false for sites in functions.
func (p *Package) StaticInit(pos token.Pos) bool { return false }

func (p *Package) buildInit() {}
