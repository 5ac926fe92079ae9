package frontend

import (
	"fmt"
	"go/types"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"outlive.dev/tools/frontend/internal/source"
)

// Config says how to load packages.
type Config struct {
	Dir        string   // directory in which the patterns are resolved; "" is the current one
	Tests      bool     // load the packages' tests as well
	Env        []string // environment of the go command; nil is the process's own. CGO_ENABLED=0 is added
	BuildFlags []string // extra flags for the go command, like -tags=x
	Lean       bool     // lower in lean form, see [Program]
	Overlay    string   // JSON file that replaces files, as the go command's -overlay, see [Replacements]; "" replaces none
}

// A LoadError lists what was wrong with the loaded packages: files that cannot be
// found or parsed, type errors. Its text is laid out as the go command does it.
type LoadError struct {
	Dir      string // positions under it are printed relative to it
	Packages []PackageErrors
}

// PackageErrors are the errors of one package.
type PackageErrors struct {
	Path   string
	Errors []packages.Error
}

// Error lists the errors package by package.
func (e *LoadError) Error() string {
	var b strings.Builder
	for _, p := range e.Packages {
		fmt.Fprintf(&b, "# %s\n", p.Path)
		for _, err := range p.Errors {
			pos := err.Pos
			if pos == "" || pos == "-" {
				fmt.Fprintf(&b, "%s\n", err.Msg)
				continue
			}
			if rel, ok := strings.CutPrefix(pos, e.Dir+string(filepath.Separator)); ok && e.Dir != "" {
				pos = "." + string(filepath.Separator) + rel
			}
			fmt.Fprintf(&b, "%s: %s\n", pos, err.Msg)
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

const loadMode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
	packages.NeedDeps | packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedTypesSizes |
	packages.NeedModule | packages.NeedForTest

// Load reads the packages that match the patterns, and all they import, from
// source, and builds them in SSA form. Packages are built without cgo: the Go
// compiler does not analyse C either. The error is a [*LoadError] if packages
// could be found but not loaded.
func Load(cfg Config, patterns ...string) (*Program, error) {
	replace, err := Replacements(cfg.Dir, cfg.Overlay)
	if err != nil {
		return nil, err
	}
	// The go command is told of the overlay itself, which can say that a file is not there.
	overlay, err := contents(replace)
	if err != nil {
		return nil, err
	}
	flags, err := cfg.buildFlags()
	if err != nil {
		return nil, err
	}
	roots, err := packages.Load(&packages.Config{
		Mode: loadMode, Dir: cfg.Dir, Env: cfg.env(), BuildFlags: flags, Tests: cfg.Tests, Overlay: overlay,
	}, patterns...)
	if err != nil {
		return nil, fmt.Errorf("load packages: %w", err)
	}
	if len(roots) == 0 {
		return nil, fmt.Errorf("load packages: %s: no packages match", strings.Join(patterns, " "))
	}
	p := &Program{Lean: cfg.Lean, Roots: roots, infos: map[string]*packageInfo{}}
	if err := p.order(cfg.Dir); err != nil {
		return nil, err
	}
	p.build()
	return p, nil
}

// order lists the packages, dependencies first, and collects their errors.
func (p *Program) order(dir string) error {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	fail := &LoadError{Dir: dir}
	packages.Visit(p.Roots, nil, func(pkg *packages.Package) {
		if len(pkg.Errors) > 0 {
			fail.Packages = append(fail.Packages, PackageErrors{pkg.PkgPath, pkg.Errors})
		}
		p.Packages = append(p.Packages, pkg)
	})
	if len(fail.Packages) > 0 {
		return fail
	}
	for _, pkg := range p.Packages {
		p.infos[pkg.ID] = &packageInfo{pkg: pkg}
		p.Fset = pkg.Fset
	}
	tested := map[string]bool{} // packages that are there again, with their tests
	for _, pkg := range p.Roots {
		tested[pkg.PkgPath] = tested[pkg.PkgPath] || pkg.ForTest == pkg.PkgPath
	}
	for _, pkg := range p.Roots {
		p.infos[pkg.ID].root = !strings.HasSuffix(pkg.PkgPath, ".test") && (pkg.ForTest != "" || !tested[pkg.PkgPath])
	}
	return nil
}

// build makes SSA of all packages and the side tables of their syntax, side by side.
func (p *Program) build() {
	prog := ssa.NewProgram(p.Fset, ssa.NaiveForm|ssa.GlobalDebug|ssa.InstantiateGenerics)
	p.SSA = prog
	for _, pkg := range p.Packages {
		if pkg.Types != nil {
			p.infos[pkg.ID].ssa = prog.CreatePackage(pkg.Types, pkg.Syntax, pkg.TypesInfo, true)
		}
	}
	for pkg := range p.extern {
		if prog.Package(pkg) == nil {
			prog.CreatePackage(pkg, nil, nil, true)
		}
	}
	if prog.Package(types.Unsafe) == nil {
		prog.CreatePackage(types.Unsafe, nil, nil, true)
	}
	var wg sync.WaitGroup
	work := make(chan *packageInfo)
	for range runtime.GOMAXPROCS(0) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for info := range work {
				if !info.partial {
					info.ssa.Build()
				}
				info.src = source.New(p.Fset, info.pkg.Syntax, info.pkg.Types, info.pkg.TypesInfo, sizesOf(info.pkg), goVersion(info.pkg))
			}
		}()
	}
	for _, pkg := range p.Packages {
		if info := p.infos[pkg.ID]; info.ssa != nil {
			work <- info
		}
	}
	close(work)
	wg.Wait()
	p.findPlain()
}

func sizesOf(pkg *packages.Package) types.Sizes {
	if pkg.TypesSizes != nil {
		return pkg.TypesSizes
	}
	return types.SizesFor("gc", runtime.GOARCH)
}

// goVersion returns the language version of a package's module, "" for the newest.
func goVersion(pkg *packages.Package) string {
	if pkg.Module == nil || pkg.Module.GoVersion == "" {
		return ""
	}
	return "go" + pkg.Module.GoVersion
}
