package frontend

import (
	"go/ast"
	"go/token"
	"sort"

	"outlive.dev/outlive"
	"outlive.dev/tools/frontend/internal/source"
)

// SynPos returns the position the compiler gives to an expression: that of the
// token that makes it what it is. It prints a site there.
func SynPos(e ast.Expr) token.Pos { return source.SynPos(e) }

// positions turns token.Pos into positions of the module. It remembers the file and the line that were asked for last, for
// most questions are about the same line as the one before. Files with line directives are left to package token.
type positions struct {
	fset  *token.FileSet
	b     *outlive.Builder
	plain map[*token.File]bool // files known to have no line directives

	file      *token.File
	base, end token.Pos // of the file
	isPlain   bool
	starts    []int // offsets of its lines
	line      int
	lineFrom  token.Pos // the first position of the line
	lineTo    token.Pos // of the next one
	name      string    // of the file id
	id        outlive.File
	last      token.Pos
	found     outlive.Pos
}

func (p *positions) init(prog *Program, b *outlive.Builder) {
	p.fset, p.b, p.plain = prog.Fset, b, prog.plain
}

// findPlain finds the files without line directives.
func (p *Program) findPlain() {
	p.plain = map[*token.File]bool{}
	for _, info := range p.infos {
		if info.src == nil {
			continue
		}
		for _, f := range info.pkg.Syntax {
			if !info.src.HasLineDirectives(f) {
				p.plain[p.Fset.File(f.FileStart)] = true
			}
		}
	}
}

// at returns the full position, adjusted by line directives.
func (p *positions) at(pos token.Pos) token.Position {
	if !pos.IsValid() || !p.find(pos) {
		return token.Position{}
	}
	if !p.isPlain {
		return p.file.PositionFor(pos, true)
	}
	return token.Position{Filename: p.file.Name(), Offset: int(pos - p.base), Line: p.line, Column: int(pos-p.lineFrom) + 1}
}

// find makes the file and the line of pos those that were asked for last.
func (p *positions) find(pos token.Pos) bool {
	if p.file == nil || pos < p.base || pos > p.end {
		if p.file = p.fset.File(pos); p.file == nil {
			return false
		}
		p.base = token.Pos(p.file.Base())
		p.end = p.base + token.Pos(p.file.Size())
		p.isPlain = p.plain[p.file]
		p.starts, p.lineFrom, p.lineTo = nil, 0, 0
		if p.isPlain {
			p.starts = p.file.Lines()
		}
	}
	if p.isPlain && (pos < p.lineFrom || pos >= p.lineTo) {
		offset := int(pos - p.base)
		p.line = sort.Search(len(p.starts), func(i int) bool { return p.starts[i] > offset })
		p.lineFrom, p.lineTo = p.base+token.Pos(p.starts[p.line-1]), p.end+1
		if p.line < len(p.starts) {
			p.lineTo = p.base + token.Pos(p.starts[p.line])
		}
	}
	return true
}

// of interns a position.
func (p *positions) of(pos token.Pos) outlive.Pos {
	if pos == p.last {
		return p.found
	}
	p.last, p.found = pos, outlive.NoPos
	if !pos.IsValid() || !p.find(pos) {
		return outlive.NoPos
	}
	name, line, col := "", p.line, int(pos-p.lineFrom)+1
	if p.isPlain {
		name = p.file.Name()
	} else {
		at := p.file.PositionFor(pos, true)
		name, line, col = at.Filename, at.Line, at.Column
	}
	if line > 0 {
		if name != p.name {
			p.name, p.id = name, p.b.File(name)
		}
		p.found = p.b.Pos(p.id, uint32(line), uint32(col))
	}
	return p.found
}
