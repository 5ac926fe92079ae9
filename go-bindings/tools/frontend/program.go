package frontend

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
	"outlive.dev/tools/facts"
	"outlive.dev/tools/frontend/internal/source"
)

// A Program is a set of loaded packages with everything they import, in SSA form.
type Program struct {
	// Roots are the packages that the patterns given to Load matched, in the
	// order of the go command.
	Roots []*packages.Package
	// Packages are the roots and all their dependencies, dependencies first.
	Packages []*packages.Package
	// Fset holds the positions of all files.
	Fset *token.FileSet
	// SSA is the program that is lowered.
	SSA *ssa.Program
	// Lean asks for modules in lean form, which leave out what computes numbers and moves no pointers: enough for verdicts,
	// summaries and their paths, of no use to who prints, runs or transforms a module.
	Lean bool

	infos    map[string]*packageInfo // by package id of go/packages
	bySource map[*types.Package]*source.Package
	plain    map[*token.File]bool // files without line directives

	// Of a program that is loaded with package facts, see LoadUnit:
	graph  *graph
	extern map[*types.Package]*facts.Package // packages not loaded from source, or not wholly, and what is known of them
	needs  map[string]bool                   // paths of such packages whose generic functions are instantiated
	alone  *types.Package                    // the only package that is lowered, see Alone; nil for all
}

// packageInfo is what the lowering knows about a package.
type packageInfo struct {
	pkg  *packages.Package
	ssa  *ssa.Package
	src  *source.Package
	root bool
	// Only generic functions are loaded; facts are known of the others.
	partial bool

	static *staticData // filled in by the lowering
}

// Class groups sites by how the compiler speaks about them.
type Class uint8

// The classes of sites.
const (
	ClassOther       Class = iota // "... escapes to heap"
	ClassMovedToHeap              // a variable: "moved to heap: x"
	ClassAppend                   // the growth of an append
	ClassVariadic                 // "... argument"
	ClassFuncLiteral              // "func literal"
)

var classNames = [...]string{"other", "moved to heap", "append", "variadic", "func literal"}

// String returns the name of the class in reports.
func (c Class) String() string {
	if int(c) < len(classNames) {
		return classNames[c]
	}
	return "unknown"
}

// A SiteRef says where a site is. The compiler's position is given, which is not
// always where the allocation is written.
type SiteRef struct {
	Site    outlive.Site
	Func    outlive.Func
	Package string // import path of the package whose source has the site
	File    string // as go/packages names it: absolute
	Line    int    // from 1; 0 if the site has no position
	Column  int    // in bytes, from 1
	Kind    outlive.SiteKind
	Index   uint32 // of a parameter or result, see outlive.SiteInfo
	Class   Class
	Text    string // the allocation or variable as the compiler words it; filled in for sites of root packages that can be listed
	Size    uint64 // bytes of the storage; 0 if its type and a constant do not tell
	Root    bool   // in the source of a root package
	Listed  bool   // with -m the compiler reports it (a variable: when it is moved to the heap)
}

// A Unit is a lowered program.
type Unit struct {
	// Builder holds the module; analyse it with its Analyze method or through Image.
	Builder *outlive.Builder
	// Image is the module in the binary form.
	Image []byte
	// Sites has one entry per site of the module, by outlive.Site.
	Sites []SiteRef
	// Funcs has one entry per function of the module, by outlive.Func.
	Funcs []FuncRef

	module *module
}

// A FuncRef says which function of the source a function of the module is.
type FuncRef struct {
	Func    outlive.Func
	Name    string // qualified by import path, as go/ssa writes it
	Package string // import path of the package that declares it, "" for shared wrappers
	Root    bool   // declared in a root package
	SSA     *ssa.Function

	module  *module
	pragmas source.Pragma
}

// Source returns the side tables of a package's syntax, nil if its source was not loaded. It is for the packages below this one.
func (p *Program) Source(pkg *types.Package) *source.Package {
	if p.bySource == nil {
		p.bySource = map[*types.Package]*source.Package{}
		for _, info := range p.infos {
			if info.src != nil {
				p.bySource[info.pkg.Types] = info.src
			}
		}
	}
	return p.bySource[pkg]
}
