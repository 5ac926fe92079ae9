package source

import (
	"go/ast"
	"go/token"
	"go/version"
	"strconv"
	"strings"
)

// A Pragma is a set of compiler directives of a function declaration.
type Pragma uint8

const (
	NoEscape         Pragma = 1 << iota // go:noescape
	UintptrEscapes                      // go:uintptrescapes
	UintptrKeepAlive                    // go:uintptrkeepalive
	NoInline                            // go:noinline
	Linkname                            // go:linkname gives the function a name elsewhere
)

var directives = map[string]Pragma{
	"go:noescape":         NoEscape,
	"go:uintptrescapes":   UintptrEscapes,
	"go:uintptrkeepalive": UintptrKeepAlive,
	"go:noinline":         NoInline,
}

// newestMinor is the language version of files that state none.
const newestMinor = 26

// A pragmaTable holds the directives of the package.
type pragmaTable struct {
	decls map[*ast.FuncDecl]Pragma
	minor []int              // of each file
	lines map[*ast.File]bool // files with line directives
}

// Pragmas returns the directives above a function declaration. A directive
// counts wherever it stands between the previous declaration and this one.
func (p *Package) Pragmas(d *ast.FuncDecl) Pragma { return p.pragma.decls[d] }

// HasLineDirectives reports whether positions in a file may be said to be elsewhere.
func (p *Package) HasLineDirectives(f *ast.File) bool { return p.pragma.lines[f] }

// LanguageMinor returns N for the language version go1.N of the file around pos.
func (p *Package) LanguageMinor(pos token.Pos) int {
	for i, f := range p.Files {
		if f.FileStart <= pos && pos <= f.FileEnd {
			return p.pragma.minor[i]
		}
	}
	return newestMinor
}

func (p *Package) buildPragmas() {
	p.pragma.decls = map[*ast.FuncDecl]Pragma{}
	p.pragma.lines = map[*ast.File]bool{}
	for _, f := range p.Files {
		v := p.Info.FileVersions[f]
		if v == "" {
			v = p.goVersion
		}
		p.pragma.minor = append(p.pragma.minor, minor(v))
		p.directivesOf(f)
	}
}

// directivesOf gives each directive of a file to the declaration it precedes.
func (p *Package) directivesOf(f *ast.File) {
	decls := f.Decls
	for _, group := range f.Comments {
		for _, c := range group.List {
			if strings.HasPrefix(c.Text[2:], "line ") {
				p.pragma.lines[f] = true
			}
			text, ok := strings.CutPrefix(c.Text, "//")
			if !ok || !strings.HasPrefix(text, "go:") {
				continue
			}
			verb, rest, _ := strings.Cut(text, " ")
			if verb == "go:linkname" {
				p.linkname(f, rest)
				continue
			}
			flag, ok := directives[verb]
			if !ok {
				continue
			}
			for len(decls) > 0 && decls[0].Pos() < c.Pos() {
				decls = decls[1:]
			}
			if len(decls) > 0 {
				if d, ok := decls[0].(*ast.FuncDecl); ok {
					p.pragma.decls[d] |= flag
				}
			}
		}
	}
}

// linkname marks the function that a linkname directive names.
func (p *Package) linkname(f *ast.File, args string) {
	name, _, _ := strings.Cut(strings.TrimSpace(args), " ")
	for _, d := range f.Decls {
		if d, ok := d.(*ast.FuncDecl); ok && d.Recv == nil && d.Name.Name == name {
			p.pragma.decls[d] |= Linkname
		}
	}
}

// minor is N of go1.N, of "go1.N.M" and of "go1.NrcM".
func minor(v string) int {
	lang, ok := strings.CutPrefix(version.Lang(v), "go1.")
	if !ok {
		return newestMinor
	}
	n, err := strconv.Atoi(lang)
	if err != nil {
		return newestMinor
	}
	return n
}
