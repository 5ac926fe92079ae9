package outlive

import "strconv"

// SiteKind says what creates the storage of a site.
type SiteKind uint8

// The kinds of sites.
const (
	SiteVar              SiteKind = 1  // a local variable
	SiteParam            SiteKind = 2  // a parameter; Index is its number, the receiver is 0
	SiteResult           SiteKind = 3  // a named result; Index is its number
	SiteNew              SiteKind = 4  // new(T)
	SiteLiteral          SiteKind = 5  // &T{...}
	SiteSliceLiteral     SiteKind = 6  // the array behind []T{...}; the site's type is the array
	SiteVariadic         SiteKind = 7  // the array of the arguments of a variadic call; the site's type is the array
	SiteMakeSlice        SiteKind = 8  // make([]T, ...)
	SiteMap              SiteKind = 9  // make(map[K]V)
	SiteMapLiteral       SiteKind = 10 // map[K]V{...}
	SiteChan             SiteKind = 11 // make(chan T)
	SiteClosure          SiteKind = 12 // a function literal with captured variables
	SiteMethodValue      SiteKind = 13 // x.Method as a value
	SiteBox              SiteKind = 14 // a value stored in an interface; the site's type is the value's
	SiteConcat           SiteKind = 15 // the bytes of s + t
	SiteStringConversion SiteKind = 16 // string(b), []byte(s), []rune(s)
	SiteAppend           SiteKind = 17 // the array that append may make
)

var siteKindNames = [...]string{
	SiteVar:              "var",
	SiteParam:            "param",
	SiteResult:           "result",
	SiteNew:              "new",
	SiteLiteral:          "literal",
	SiteSliceLiteral:     "slice_literal",
	SiteVariadic:         "variadic",
	SiteMakeSlice:        "make_slice",
	SiteMap:              "map",
	SiteMapLiteral:       "map_literal",
	SiteChan:             "chan",
	SiteClosure:          "closure",
	SiteMethodValue:      "method_value",
	SiteBox:              "box",
	SiteConcat:           "concat",
	SiteStringConversion: "string_conversion",
	SiteAppend:           "append",
}

// String returns the name of the kind in the text form of the IR, such as "slice_literal".
func (k SiteKind) String() string {
	if k >= 1 && int(k) < len(siteKindNames) {
		return siteKindNames[k]
	}
	return "site kind " + strconv.Itoa(int(k))
}

// SiteInfo describes a site, see [Builder.Site].
type SiteInfo struct {
	Kind SiteKind
	// Type is the type of the storage: of the variable, of T in new(T) and in &T{...}, of the boxed value, of
	// the backing array for SiteSliceLiteral and SiteVariadic; for all others the type of the value made, such
	// as the slice type for SiteMakeSlice and the func type for SiteClosure.
	Type Type
	Func Func // the function whose body makes the storage
	Pos  Pos
	Name string // the variable's name, or the allocation as source text
	// Index is the number of the parameter or result for SiteParam and SiteResult, else 0.
	Index uint32
	// Silent sites take part in the analysis and have verdicts, but are not for listing: the verdict's flags say so.
	Silent bool
	// Pinned says that the storage is in its function's frame whatever happens, as the variables of C are; a variable or what
	// New makes can be. The verdict is Stack, and FlagDangles says whether a pointer to it may outlive the frame.
	Pinned bool
}

const siteSilent = 1

// siteRow is one record of the site table.
type siteRow struct {
	kind, typ, fn, pos, name, index, flags uint32
}

// Site declares a place that creates storage. Exactly one instruction of the body of info.Func makes it.
func (b *Builder) Site(info SiteInfo) Site {
	id := Site(len(b.sites))
	if info.Kind < SiteVar || info.Kind > SiteAppend {
		b.failf("site %d (%q): %d is not a site kind", id, info.Name, info.Kind)
	}
	if !b.hasType(info.Type) {
		b.failf("site %d (%q): the type is %s", id, info.Name, b.describeType(info.Type))
	}
	if uint(info.Func) >= uint(len(b.funcs)) {
		b.failf("site %d (%q): function id %s is not a function of this module", id, info.Name, idText(uint32(info.Func)))
	}
	if uint(info.Pos) >= uint(len(b.pos.rows)) {
		b.failf("site %d (%q): position id %d is not a position of this module", id, info.Name, info.Pos)
	}
	var fl uint32
	if info.Silent {
		fl = siteSilent
	}
	b.sites = push(b.sites, siteRow{
		uint32(info.Kind), b.typeRow(info.Type), uint32(info.Func), uint32(info.Pos), b.str(info.Name), info.Index, fl,
	})
	b.made = push(b.made, false)
	if info.Pinned {
		b.AttrSite(id, AttrPinned, 1)
	}
	return id
}
