package frontend

import (
	"go/ast"
	"go/token"

	"outlive.dev/outlive"
	"outlive.dev/tools/frontend/internal/source"
)

// newSite declares a site of the current function at the compiler's position pos.
func (l *lowerer) newSite(info outlive.SiteInfo, pos token.Pos, class Class) outlive.Site {
	return l.newSiteOf(info, pos, class, nil)
}

// newSiteOf is newSite for a site whose text is that of the expression e.
func (l *lowerer) newSiteOf(info outlive.SiteInfo, pos token.Pos, class Class, e ast.Expr) outlive.Site {
	info.Func, info.Pos = l.id, l.module.pos.of(pos)
	static := l.isInit() && l.src != nil && (info.Kind == outlive.SiteBox && l.src.StaticBox(pos) || info.Kind != outlive.SiteBox && l.src.StaticInit(pos))
	if static || info.Pos == outlive.NoPos {
		info.Silent = true
	}
	mark := siteMark{pos: pos, name: info.Name, index: info.Index, fn: l.id, kind: info.Kind, class: class, size: l.storage(info)}
	if info.Pos == outlive.NoPos {
		mark.pos = token.NoPos
	}
	mark.listed = !info.Silent && info.Kind != outlive.SiteChan
	if info.Name == "" && mark.listed && l.src != nil && l.info != nil && l.info.root {
		l.texts = append(l.texts, pendingText{len(l.sites), l.src, pos, e})
	}
	id := l.b.Site(info)
	if static {
		l.b.AttrSite(id, outlive.AttrStaticData, 1)
	}
	l.sites = push(l.sites, mark)
	return id
}

// siteMark is what a SiteRef will be made from.
type siteMark struct {
	pos    token.Pos // the compiler's
	name   string    // of a variable
	size   uint64
	index  uint32
	fn     outlive.Func
	kind   outlive.SiteKind
	class  Class
	listed bool
}

// siteRefs says where the sites are, and in which words.
func (m *module) siteRefs() []SiteRef {
	refs := make([]SiteRef, len(m.sites))
	for i := range refs {
		s := &m.sites[i]
		fn := &m.refs[s.fn]
		refs[i] = SiteRef{
			Site: outlive.Site(i), Func: s.fn, Package: fn.Package, Root: fn.Root,
			Kind: s.kind, Index: s.index, Class: s.class, Text: s.name, Size: s.size, Listed: s.listed,
		}
		if s.pos.IsValid() {
			at := m.pos.at(s.pos)
			refs[i].File, refs[i].Line, refs[i].Column = at.Filename, at.Line, at.Column
		}
	}
	for _, t := range m.texts {
		if s := &refs[t.site]; t.expr != nil {
			s.Text = t.src.SiteText(t.expr)
		} else {
			s.Text = siteText(t.src, s.Kind, t.pos)
		}
	}
	m.texts = nil
	return refs
}

// storage returns the bytes that the storage of a site takes, as far as its type tells.
func (l *lowerer) storage(info outlive.SiteInfo) uint64 {
	switch info.Kind {
	case outlive.SiteMap, outlive.SiteMapLiteral:
		// The header and a group of eight entries with a control word.
		return 48 + 8 + 8*l.b.MapEntrySize(info.Type)
	case outlive.SiteMakeSlice, outlive.SiteChan, outlive.SiteClosure, outlive.SiteMethodValue, outlive.SiteConcat,
		outlive.SiteStringConversion, outlive.SiteAppend:
		return 0
	}
	return l.b.TypeSize(info.Type)
}

// setStorage says how many bytes the storage of the site takes that was declared last.
func (l *lowerer) setStorage(bytes uint64) { l.sites[len(l.sites)-1].size = bytes }

// isInit reports whether the function is a package initialiser.
func (l *lowerer) isInit() bool {
	return l.f.Synthetic == "package initializer"
}

// pendingText is a site whose text is still to be written: that of an expression, or of what is at a position.
type pendingText struct {
	site int
	src  *source.Package
	pos  token.Pos
	expr ast.Expr
}

// siteText returns the allocation at pos as source text.
func siteText(src *source.Package, kind outlive.SiteKind, pos token.Pos) string {
	var n ast.Expr
	switch kind {
	case outlive.SiteVariadic:
		return "... argument"
	case outlive.SiteClosure:
		return "func literal"
	case outlive.SiteNew, outlive.SiteMakeSlice, outlive.SiteMap, outlive.SiteAppend, outlive.SiteChan:
		if c := src.CallAtLparen(pos); c != nil {
			n = c
		}
	case outlive.SiteSliceLiteral, outlive.SiteMapLiteral:
		if c := src.LiteralAt(pos); c != nil {
			n = c
		}
	case outlive.SiteLiteral:
		if u := src.UnaryAt(pos); u != nil {
			n = u
		} else if c := src.LiteralAt(pos); c != nil {
			n = c
		}
	case outlive.SiteConcat:
		if b := src.BinaryAt(pos); b != nil {
			n = b
		}
	}
	if n == nil {
		return ""
	}
	return src.SiteText(n)
}
