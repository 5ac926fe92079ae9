package analyzer

import (
	"fmt"
	"go/parser"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
	"outlive.dev/tools/frontend"
)

// Stand-ins for generic functions.
//
// Other packages instantiate a package's generic functions, and cannot see their bodies. So the package itself makes an
// instance of each that it exports, whose type arguments hold pointers where the constraints allow it, and what is
// found out about that one stands for all. It never says less than is true of another instance: values without
// pointers make no flow, and methods of type parameters are called through a dictionary in every instance.
//
// The instances are written down in a file of their own, and the package is checked once more with it, apart from the
// types the framework has made. A generic function with a constraint that is not understood stays unknown.

// standins adds the instances to the package. It returns the generic functions they are instances of.
func standins(pass *analysis.Pass, c *frontend.Checked) map[*types.Func]bool {
	var text strings.Builder
	var names []string
	for _, name := range pass.Pkg.Scope().Names() {
		switch obj := pass.Pkg.Scope().Lookup(name).(type) {
		case *types.Func:
			if args, ok := arguments(pass.Pkg, obj.Signature().TypeParams()); ok && obj.Exported() {
				fmt.Fprintf(&text, "var standin_for_%s = %[1]s[%s]\n", name, args)
				names = append(names, name)
			}
		case *types.TypeName:
			if n, ok := obj.Type().(*types.Named); ok && !obj.IsAlias() && obj.Exported() && !types.IsInterface(n) {
				if args, ok := arguments(pass.Pkg, n.TypeParams()); ok {
					fmt.Fprintf(&text, "var standin_for_%s any = (*%[1]s[%s])(nil)\n", name, args)
					names = append(names, name)
				}
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	extra, err := parser.ParseFile(pass.Fset, "", "package "+pass.Pkg.Name()+"\n"+text.String(), 0)
	if err != nil {
		return nil
	}
	imports := importsOf(pass)
	conf := types.Config{
		Importer: importerFunc(func(path string) (*types.Package, error) {
			if p := imports[path]; p != nil {
				return p, nil
			}
			return nil, fmt.Errorf("%s is not imported", path)
		}),
		Sizes: pass.TypesSizes, GoVersion: pass.Pkg.GoVersion(),
	}
	info := frontend.NewInfo()
	files := append(pass.Files[:len(pass.Files):len(pass.Files)], extra)
	pkg, err := conf.Check(pass.Pkg.Path(), pass.Fset, files, info)
	if err != nil {
		return nil
	}
	c.Files, c.Types, c.Info = files, pkg, info
	found := map[*types.Func]bool{}
	for _, name := range names {
		switch obj := pkg.Scope().Lookup(name).(type) {
		case *types.Func:
			found[obj] = true
		case *types.TypeName:
			for m := range obj.Type().(*types.Named).Methods() {
				found[m] = true
			}
		}
	}
	return found
}

type importerFunc func(path string) (*types.Package, error)

func (f importerFunc) Import(path string) (*types.Package, error) { return f(path) }

// importsOf returns the packages that are imported, by the paths in the source.
func importsOf(pass *analysis.Pass) map[string]*types.Package {
	imports := map[string]*types.Package{"unsafe": types.Unsafe}
	for _, f := range pass.Files {
		for _, spec := range f.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if name := pass.TypesInfo.PkgNameOf(spec); name != nil && err == nil {
				imports[path] = name.Imported()
			}
		}
	}
	return imports
}

// arguments returns type arguments as source text; false for a list that is empty or has a constraint that is not understood.
func arguments(pkg *types.Package, params *types.TypeParamList) (string, bool) {
	chosen := map[*types.TypeParam]string{}
	// A constraint may mention parameters that come later.
	for range params.Len() {
		for p := range params.TypeParams() {
			if chosen[p] == "" {
				chosen[p] = argument(pkg, p, chosen)
			}
		}
	}
	var list []string
	for p := range params.TypeParams() {
		if chosen[p] == "" {
			return "", false
		}
		list = append(list, chosen[p])
	}
	return strings.Join(list, ", "), len(list) > 0
}

// argument returns a type argument for a parameter, "" if none can be written down (yet).
func argument(pkg *types.Package, p *types.TypeParam, chosen map[*types.TypeParam]string) string {
	iface, ok := p.Constraint().Underlying().(*types.Interface)
	if !ok || iface.NumMethods() > 0 {
		return ""
	}
	terms, ok := termsOf(iface)
	if !ok {
		return ""
	}
	if terms == nil {
		return "*byte"
	}
	best := ""
	for _, t := range terms {
		text, ok := write(pkg, t, chosen)
		if !ok {
			continue
		}
		if b, basic := t.Underlying().(*types.Basic); !basic || b.Info()&types.IsString != 0 || b.Kind() == types.UnsafePointer {
			return text // it holds pointers
		}
		if best == "" {
			best = text
		}
	}
	return best
}

// termsOf returns the types of a constraint's only union; nil for none. It is not ok if there are several.
func termsOf(iface *types.Interface) (terms []types.Type, ok bool) {
	for e := range iface.EmbeddedTypes() {
		var inner []types.Type
		switch u := e.Underlying().(type) {
		case *types.Interface:
			if inner, ok = termsOf(u); !ok {
				return nil, false
			}
		default:
			inner = []types.Type{e}
		}
		if u, isUnion := e.(*types.Union); isUnion {
			inner = nil
			for t := range u.Terms() {
				inner = append(inner, t.Type())
			}
		}
		if inner != nil && terms != nil {
			return nil, false
		}
		if inner != nil {
			terms = inner
		}
	}
	return terms, true
}

// write writes a type with the chosen arguments for type parameters; false if it cannot be written in the package.
func write(pkg *types.Package, t types.Type, chosen map[*types.TypeParam]string) (string, bool) {
	part := func(format string, of ...types.Type) (string, bool) {
		var texts []any
		for _, t := range of {
			text, ok := write(pkg, t, chosen)
			if !ok {
				return "", false
			}
			texts = append(texts, text)
		}
		return fmt.Sprintf(format, texts...), true
	}
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return chosen[t], chosen[t] != ""
	case *types.Basic:
		return t.Name(), t.Kind() != types.UnsafePointer
	case *types.Pointer:
		return part("*%s", t.Elem())
	case *types.Slice:
		return part("[]%s", t.Elem())
	case *types.Map:
		return part("map[%s]%s", t.Key(), t.Elem())
	case *types.Chan:
		return part("chan %s", t.Elem())
	case *types.Named:
		return t.Obj().Name(), t.TypeParams().Len() == 0 && (t.Obj().Pkg() == pkg && t.Obj().Parent() == pkg.Scope() || t.Obj().Pkg() == nil)
	}
	return "", false
}
