package source

import (
	"go/ast"
	"go/token"
	"go/types"

	"outlive.dev/tools/frontend/internal/pointers"
)

// A Package holds the side tables of one type-checked package.
type Package struct {
	Fset  *token.FileSet
	Files []*ast.File
	Types *types.Package
	Info  *types.Info
	Sizes types.Sizes

	goVersion string // "go1.N" of the module, "" for the newest

	index  index
	funcs  funcTable
	dead   []span
	unused []span // those of dead that are literals nobody reads
	early  []span // those of dead that are known without looking for such literals
	vars   []*Var
	varAt  pointers.Map // indices in vars
	varsAt map[token.Pos][]*Var
	inits  initTable
	self   posTable[bool] // assignments that do not count
	pragma pragmaTable
}

// New builds the tables of a package. The info must have Types, Defs, Uses,
// Implicits, Selections, Instances, Scopes, FileVersions and InitOrder filled
// in; sizes are those of the target; goVersion is the language version of the
// module ("go1.26"), or "" for the newest.
func New(fset *token.FileSet, files []*ast.File, pkg *types.Package, info *types.Info, sizes types.Sizes, goVersion string) *Package {
	p := &Package{Fset: fset, Files: files, Types: pkg, Info: info, Sizes: sizes, goVersion: goVersion}
	p.buildIndex()
	p.buildSelf()
	p.buildPragmas()
	p.buildDead()
	p.buildFuncs()
	p.buildVars()
	p.buildInit()
	return p
}
