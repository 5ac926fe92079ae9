package audit

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
)

// Source answers what only the source text can tell about a compiler line: whether a
// name is a parameter, and whether a line lies in a generic function. Files are parsed when
// first asked about; a file that cannot be parsed has neither.
type Source struct {
	// Replace names files by which others are replaced, see frontend.Replacements.
	Replace map[string]string
	files   map[string]*sourceFile
}

// NewSource returns an empty Source.
func NewSource() *Source { return &Source{files: map[string]*sourceFile{}} }

type declared struct {
	line, col int
	name      string
}

type sourceFile struct {
	params  map[declared]bool
	generic [][2]int // line ranges of generic functions, ascending
}

func (s *Source) file(name string) *sourceFile {
	if f, ok := s.files[name]; ok {
		return f
	}
	f := &sourceFile{params: map[declared]bool{}}
	s.files[name] = f
	fset := token.NewFileSet()
	var text any
	if by := s.Replace[name]; by != "" {
		replaced, err := os.ReadFile(by)
		if err != nil {
			return f
		}
		text = replaced
	}
	tree, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
	if tree == nil || err != nil {
		return f
	}
	f.scan(fset, tree)
	return f
}

func (f *sourceFile) scan(fset *token.FileSet, tree *ast.File) {
	param := func(id *ast.Ident) {
		p := fset.Position(id.Pos())
		f.params[declared{p.Line, clampColumn(p.Column), id.Name}] = true
	}
	fields := func(list *ast.FieldList) {
		if list == nil {
			return
		}
		for _, field := range list.List {
			for _, id := range field.Names {
				param(id)
			}
		}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			fields(n.Recv)
			if isGeneric(n) {
				f.generic = append(f.generic, [2]int{fset.Position(n.Pos()).Line, fset.Position(n.End()).Line})
			}
		case *ast.FuncType:
			fields(n.Params)
		case *ast.RangeStmt:
			// When the range is over a function, its variables are the parameters of the function the
			// loop body becomes. In any other case no expression can stand where they do.
			if n.Tok == token.DEFINE {
				for _, e := range []ast.Expr{n.Key, n.Value} {
					if id, ok := e.(*ast.Ident); ok {
						param(id)
					}
				}
			}
		}
		return true
	})
}

// isGeneric reports whether a function or its receiver has type parameters.
func isGeneric(fn *ast.FuncDecl) bool {
	if fn.Type.TypeParams != nil {
		return true
	}
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return false
	}
	t := fn.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.ParenExpr:
			t = x.X
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr, *ast.IndexListExpr:
			return true
		default:
			return false
		}
	}
}

// IsParam reports whether name is declared at p as a parameter, a receiver, or a variable of a range statement.
func (s *Source) IsParam(p Position, name string) bool {
	return s.file(p.File).params[declared{p.Line, p.Col, name}]
}

// Generic returns the line at which the generic function around p begins, and whether there is one.
func (s *Source) Generic(p Position) (line int, ok bool) {
	for _, r := range s.file(p.File).generic {
		if p.Line < r[0] {
			return 0, false
		}
		if p.Line <= r[1] {
			return r[0], true
		}
	}
	return 0, false
}

// reported returns the generic functions that the compiler says anything about, by the position of their first line.
func (s *Source) reported(out *Output) map[Position]bool {
	seen := map[Position]bool{}
	add := func(p Position) {
		if line, ok := s.Generic(p); ok {
			seen[Position{File: p.File, Line: line}] = true
		}
	}
	for _, l := range out.Lines {
		add(l.Position)
	}
	for _, p := range out.Params {
		add(p.Position)
	}
	return seen
}

// madeUp are the names of parameters the compiler makes up, for the function that the body of a loop
// over a function becomes, where the loop assigns to variables that exist already.
var madeUp = regexp.MustCompile(`^#p\d+$`)

// SplitParams moves the lines "x does not escape" that speak of a parameter from out.Lines to out.Params.
func (s *Source) SplitParams(out *Output) {
	kept := out.Lines[:0]
	for _, l := range out.Lines {
		if l.Class == ClassExpr && !l.Heap && (madeUp.MatchString(l.Text) || token.IsIdentifier(l.Text) && s.IsParam(l.Position, l.Text)) {
			out.Params = append(out.Params, ParamLine{l.Position, l.Package, l.Text, FateStays})
			continue
		}
		kept = append(kept, l)
	}
	out.Lines = kept
}
