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
	ref := SiteRef{Func: l.id, Kind: info.Kind, Index: info.Index, Class: class}
	static := l.isInit() && l.src != nil && (info.Kind == outlive.SiteBox && l.src.StaticBox(pos) || info.Kind != outlive.SiteBox && l.src.StaticInit(pos))
	if static || info.Pos == outlive.NoPos {
		info.Silent = true
	}
	if l.info != nil {
		ref.Package, ref.Root = l.info.pkg.PkgPath, l.info.root
	}
	if info.Pos != outlive.NoPos {
		at := l.module.pos.at(pos)
		ref.File, ref.Line, ref.Column = at.Filename, at.Line, at.Column
	}
	ref.Listed = !info.Silent && info.Kind != outlive.SiteChan
	if info.Name != "" {
		ref.Text = info.Name
	} else if ref.Root && ref.Listed && l.src != nil {
		l.texts = append(l.texts, pendingText{len(l.sites), l.src, pos, e})
	}
	ref.Size = l.storage(info)
	ref.Site = l.b.Site(info)
	if static {
		l.b.AttrSite(ref.Site, outlive.AttrStaticData, 1)
	}
	l.sites = append(l.sites, ref)
	return ref.Site
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
func (l *lowerer) setStorage(bytes uint64) { l.sites[len(l.sites)-1].Size = bytes }

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

// writeTexts writes the texts of the sites.
func (m *module) writeTexts() {
	for _, t := range m.texts {
		if s := &m.sites[t.site]; t.expr != nil {
			s.Text = t.src.SiteText(t.expr)
		} else {
			s.Text = siteText(t.src, s.Kind, t.pos)
		}
	}
	m.texts = nil
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
