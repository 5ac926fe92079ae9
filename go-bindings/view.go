package outlive

import "fmt"

// imageSections maps the sections of a module image to the size of their rows.
var imageSections = map[uint32]int{
	secStrings: 1, secStringTab: 8, secFiles: 4, secPositions: 12, secTypes: 24, secTypeLists: 4, secGlobals: 24,
	secData: 1, secRelocs: 20, secSites: 36, secFuncs: 56, secBodies: 4, secAttrs: 12, secModule: 8,
}

// View reads names, positions and tables of a module image in place. It is immutable and safe for concurrent use as
// long as nobody changes the bytes of the image.
//
// A View decodes lazily and does not verify code; ids out of range give empty answers.
type View struct {
	image                            []byte
	f                                *frame
	blob, strs, files, poss          sectionView
	types, globals, sites, funcs, md sectionView
}

// OpenImage checks header and section table of an image and returns a view of it. The error is a [*FormatError]. The
// view keeps image, which must not change.
func OpenImage(image []byte) (*View, error) {
	f, err := parseFrame(image, imageMagic, imageSections)
	if err != nil {
		return nil, err
	}
	for id := uint32(secStrings); id <= secModule; id++ {
		if id == secData || id == secRelocs || id == secAttrs {
			continue
		}
		if s := f.find(id); s.start == 0 {
			return nil, &FormatError{id, 0, "the section is missing"}
		}
	}
	v := &View{
		image: image, f: f, blob: f.find(secStrings), strs: f.find(secStringTab), files: f.find(secFiles), poss: f.find(secPositions),
		types: f.find(secTypes), globals: f.find(secGlobals), sites: f.find(secSites), funcs: f.find(secFuncs), md: f.find(secModule),
	}
	if v.md.count != 1 {
		return nil, &FormatError{secModule, v.md.start, fmt.Sprintf("%d rows, want 1", v.md.count)}
	}
	return v, nil
}

func (v *View) str(id uint32) string {
	if uint64(id) >= uint64(v.strs.count) {
		return ""
	}
	off, n := uint64(v.strs.word(int(id), 0)), uint64(v.strs.word(int(id), 1))
	if off+n > uint64(len(v.blob.data)) {
		return ""
	}
	return string(v.blob.data[off : off+n])
}

// Name returns the name of the module.
func (v *View) Name() string { return v.str(v.md.word(0, 0)) }

// Producer returns the name of the program that made the image.
func (v *View) Producer() string { return v.str(v.md.word(0, 1)) }

// PointerSize returns the size of a pointer in bytes.
func (v *View) PointerSize() int { return int(v.f.ptrSize) }

// NumTypes returns the number of types.
func (v *View) NumTypes() int { return v.types.count }

// NumGlobals returns the number of package-level variables.
func (v *View) NumGlobals() int { return v.globals.count }

// NumSites returns the number of sites.
func (v *View) NumSites() int { return v.sites.count }

// NumFuncs returns the number of functions.
func (v *View) NumFuncs() int { return v.funcs.count }

// FuncName returns the name of a function.
func (v *View) FuncName(f Func) string {
	if uint64(f) >= uint64(v.funcs.count) {
		return ""
	}
	return v.str(v.funcs.word(int(f), 0))
}

// FuncPos returns the position of a function.
func (v *View) FuncPos(f Func) Pos {
	if uint64(f) >= uint64(v.funcs.count) {
		return NoPos
	}
	return Pos(v.funcs.word(int(f), 3))
}

// External reports whether a function has no body.
func (v *View) External(f Func) bool {
	return uint64(f) < uint64(v.funcs.count) && v.funcs.word(int(f), 2)&funcExternal != 0
}

// BodyHash returns the content hash of the body of a function, 0 if it has none. Equal bodies in images whose other
// tables are equal have equal hashes.
func (v *View) BodyHash(f Func) uint64 {
	if uint64(f) >= uint64(v.funcs.count) {
		return 0
	}
	return uint64(v.funcs.word(int(f), 11)) | uint64(v.funcs.word(int(f), 12))<<32
}

// GlobalName returns the name of a package-level variable.
func (v *View) GlobalName(g Global) string {
	if uint64(g) >= uint64(v.globals.count) {
		return ""
	}
	return v.str(v.globals.word(int(g), 0))
}

// Site returns the description of a site, the zero SiteInfo if there is none.
func (v *View) Site(s Site) SiteInfo {
	if uint64(s) >= uint64(v.sites.count) {
		return SiteInfo{}
	}
	w := func(k int) uint32 { return v.sites.word(int(s), k) }
	return SiteInfo{
		Kind: SiteKind(w(0)), Type: Type(w(1)), Func: Func(w(2)), Pos: Pos(w(3)), Name: v.str(w(4)), Index: w(5), Silent: w(6)&siteSilent != 0,
	}
}

// Position resolves a position; the result is not valid for NoPos.
func (v *View) Position(p Pos) Position {
	if p == NoPos || uint64(p) >= uint64(v.poss.count) {
		return Position{}
	}
	file := ""
	if f := v.poss.word(int(p), 0); uint64(f) < uint64(v.files.count) {
		file = v.str(v.files.word(int(f), 0))
	}
	return Position{file, v.poss.word(int(p), 1), v.poss.word(int(p), 2)}
}
