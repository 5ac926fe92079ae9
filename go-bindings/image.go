package outlive

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// The image format: a header, a table of sections, the sections. All words are little-endian.
const (
	imageMagic   = "OUTL"
	answersMagic = "OUTA"
	formatMajor  = 1
	formatMinor  = 0
	headerSize   = 32
	sectionSize  = 40
	critical     = 1
)

// The sections of a module image.
const (
	secStrings   = 1
	secStringTab = 2
	secFiles     = 3
	secPositions = 4
	secTypes     = 5
	secTypeLists = 6
	secGlobals   = 7
	secData      = 8
	secRelocs    = 9
	secSites     = 10
	secFuncs     = 11
	secBodies    = 12
	secAttrs     = 13
	secModule    = 14
	secPromises  = 15
)

// section is one section to write: length is in bytes, put appends exactly that many.
type section struct {
	id, flags     uint32
	count, entry  int
	put           func(out []byte) []byte
	length, start int
}

// writeFrame lays out the sections and writes the image.
func writeFrame(magic string, ptrSize, maxAlign uint8, secs []section) []byte {
	at := headerSize + sectionSize*len(secs)
	for i := range secs {
		s := &secs[i]
		at = (at + 7) &^ 7
		s.start, s.length = at, s.count*s.entry
		at += s.length
	}
	out := make([]byte, 0, at)
	out = append(out, magic...)
	out = append(out, formatMajor, formatMajor>>8, formatMinor, formatMinor>>8, ptrSize, 0, maxAlign, 0)
	out = putWord(out, uint32(len(secs)))
	out = append(out, make([]byte, headerSize-len(out))...)
	le := binary.LittleEndian
	for i := range secs {
		s := &secs[i]
		out = putWord(putWord(out, s.id), s.flags)
		out = le.AppendUint64(out, uint64(s.start))
		out = le.AppendUint64(out, uint64(s.length))
		out = le.AppendUint64(out, uint64(s.count))
		out = putWord(putWord(out, uint32(s.entry)), 0)
	}
	for i := range secs {
		for len(out) < secs[i].start {
			out = append(out, 0)
		}
		out = secs[i].put(out)
	}
	return out
}

func putWords(out []byte, words []uint32) []byte {
	n := len(out)
	out = slices.Grow(out, 4*len(words))[:n+4*len(words)]
	for i, w := range words {
		binary.LittleEndian.PutUint32(out[n+4*i:], w)
	}
	return out
}

// Image finishes all bodies and writes the module. If the builder was misused it returns no image but all that was
// found wrong, see [Builder.Err]. The module can grow afterwards, and Image be called again.
func (b *Builder) Image() ([]byte, error) {
	for i := range b.funcs {
		if y := b.funcs[i].body; y != nil {
			y.Finish()
		}
	}
	b.checkModule()
	promises := b.finalPromises()
	if err := b.Err(); err != nil {
		return nil, err
	}
	attrs, nattrs := b.finalAttrs()
	lists, code := 0, 0
	for i := range b.types.rows {
		lists += len(b.types.rows[i].list)
	}
	for i := range b.funcs {
		lists += len(b.funcs[i].free)
		code += len(b.funcs[i].code)
	}
	secs := []section{
		{id: secStrings, flags: critical, count: len(b.strings.blob), entry: 1, put: func(o []byte) []byte { return append(o, b.strings.blob...) }},
		{id: secStringTab, flags: critical, count: len(b.strings.spans) / 2, entry: 8, put: func(o []byte) []byte { return putWords(o, b.strings.spans) }},
		{id: secFiles, flags: critical, count: len(b.files), entry: 4, put: func(o []byte) []byte { return putWords(o, b.files) }},
		{id: secPositions, flags: critical, count: len(b.pos.rows), entry: 12, put: b.putPositions},
		{id: secTypes, flags: critical, count: len(b.types.rows), entry: 24, put: b.putTypes},
		{id: secTypeLists, flags: critical, count: lists, entry: 4, put: b.putLists},
		{id: secGlobals, flags: critical, count: len(b.globals), entry: 24, put: b.putGlobals},
		{id: secData, count: len(b.data), entry: 1, put: func(o []byte) []byte { return append(o, b.data...) }},
		{id: secRelocs, count: len(b.relocs), entry: 20, put: b.putRelocs},
		{id: secSites, flags: critical, count: len(b.sites), entry: 36, put: b.putSites},
		{id: secFuncs, flags: critical, count: len(b.funcs), entry: 56, put: b.putFuncs},
		{id: secBodies, flags: critical, count: code, entry: 4, put: b.putBodies},
		{id: secAttrs, count: nattrs, entry: 12, put: func(o []byte) []byte { return putAttrs(o, attrs) }},
		{id: secModule, flags: critical, count: 1, entry: 8, put: func(o []byte) []byte { return putWords(o, []uint32{b.name, b.producer}) }},
		{id: secPromises, count: len(promises), entry: 16, put: func(o []byte) []byte { return putPromises(o, promises) }},
	}
	secs = slices.DeleteFunc(secs, func(s section) bool { return s.flags == 0 && s.count == 0 })
	return writeFrame(imageMagic, b.ptrSize, b.maxAln, secs), nil
}

// checkModule reports what can only be seen when the module is complete.
func (b *Builder) checkModule() {
	code := 0
	for i := range b.funcs {
		code += len(b.funcs[i].code)
	}
	if code > 1<<31 || len(b.strings.blob) > 1<<31 || len(b.data) > 1<<31 {
		b.failf("the module is too large for the format: code, strings or data exceed 2^31")
	}
	for i := range b.types.rows {
		r := &b.types.rows[i]
		if r.kind != KindNamed {
			continue
		}
		if r.a == None {
			b.failf("named type %s has no underlying type: call SetUnderlying", b.typeText(b.typeOf(uint32(i))))
		}
		for m := 2 + int(r.b); m < len(r.list); m += 3 {
			if fn := r.list[m+1]; fn != None && uint(fn) >= uint(len(b.funcs)) {
				b.failf("method %s of named type %s: function id %d does not exist", b.strings.get(r.list[m]), b.typeText(b.typeOf(uint32(i))), fn)
			}
		}
	}
	for i := range b.funcs {
		if g := b.funcs[i].instance; g != None && uint(g) >= uint(len(b.funcs)) {
			b.failf("function %q: InstanceOf: function id %d does not exist", b.FuncName(Func(i)), g)
		}
	}
}

// attrGroup is the attributes of one entity and key: id and value in one number each, ascending, no two the same.
type attrGroup struct {
	entity Entity
	key    AttrKey
	rows   []uint64
}

func (g *attrGroup) compare(h *attrGroup) int {
	return cmp.Or(cmp.Compare(g.entity, h.entity), cmp.Compare(g.key, h.key))
}

// finalAttrs gives block and instruction attributes their module-wide ids and sorts all rows. There are few groups, and most are
// met in their order: bodies are taken in that of the functions.
func (b *Builder) finalAttrs() (groups []*attrGroup, count int) {
	last := &attrGroup{}
	add := func(a *attrRow, id uint32) {
		if g := last; a.entity != g.entity || a.key != g.key || g.rows == nil {
			last = &attrGroup{entity: a.entity, key: a.key}
			i, found := slices.BinarySearchFunc(groups, last, (*attrGroup).compare)
			if !found {
				groups = slices.Insert(groups, i, last)
			}
			last = groups[i]
		}
		last.rows = push(last.rows, uint64(id)<<32|uint64(a.value))
	}
	for i := range b.attrs {
		add(&b.attrs[i], b.attrs[i].id)
	}
	inst, block := uint32(0), uint32(0)
	for i := range b.funcs {
		f := &b.funcs[i]
		for j := range b.bodyAttrs[f.attrs : f.attrs+f.nattrs] {
			if a := &b.bodyAttrs[f.attrs+uint32(j)]; a.entity == EntityInst {
				add(a, inst+a.id)
			} else {
				add(a, block+a.id)
			}
		}
		inst += f.ninsts
		block += f.nblocks
	}
	for _, g := range groups {
		if !slices.IsSorted(g.rows) {
			slices.Sort(g.rows)
		}
		g.rows = slices.Compact(g.rows)
		count += len(g.rows)
	}
	return groups, count
}

func putAttrs(out []byte, groups []*attrGroup) []byte {
	for _, g := range groups {
		head := uint32(g.entity) | uint32(g.key)<<16
		for _, row := range g.rows {
			out = putWord(putWord(putWord(out, head), uint32(row>>32)), uint32(row))
		}
	}
	return out
}

func (b *Builder) putPositions(out []byte) []byte {
	for _, p := range b.pos.rows {
		out = putWord(putWord(putWord(out, uint32(p.file)), p.line), p.col)
	}
	return out
}

func (b *Builder) putTypes(out []byte) []byte {
	off := uint32(0)
	for i := range b.types.rows {
		r := &b.types.rows[i]
		n := uint32(len(r.list))
		out = putWords(out, []uint32{uint32(r.kind), r.a, r.b, r.flags, off, n})
		off += n
	}
	return out
}

// putLists writes the lists of the types in order, then the free variables of the functions in order.
func (b *Builder) putLists(out []byte) []byte {
	for i := range b.types.rows {
		out = putWords(out, b.types.rows[i].list)
	}
	for i := range b.funcs {
		out = putWords(out, b.funcs[i].free)
	}
	return out
}

func (b *Builder) putGlobals(out []byte) []byte {
	for i := range b.globals {
		g := &b.globals[i]
		out = putWords(out, []uint32{g.name, g.typ, uint32(g.pos), g.flags, g.off, g.size})
	}
	return out
}

func (b *Builder) putRelocs(out []byte) []byte {
	for _, r := range b.relocs {
		out = putWords(out, []uint32{r.global, r.offset, r.kind, r.target, r.addend})
	}
	return out
}

func (b *Builder) putSites(out []byte) []byte {
	for i := range b.sites {
		s := &b.sites[i]
		out = putWords(out, []uint32{s.kind, s.typ, s.fn, s.pos, s.name, s.index, s.flags, None, None})
	}
	return out
}

func (b *Builder) putFuncs(out []byte) []byte {
	free, code := uint32(0), uint32(0)
	for i := range b.types.rows {
		free += uint32(len(b.types.rows[i].list))
	}
	for i := range b.funcs {
		f := &b.funcs[i]
		flags := f.flags
		if f.code == nil {
			flags |= funcExternal
		}
		nfree, ncode := uint32(len(f.free)), uint32(len(f.code))
		at := free
		if nfree == 0 {
			at = 0
		}
		out = putWords(out, []uint32{
			f.name, f.sig, flags, f.pos, f.parent, f.instance, f.recover, at, nfree, code, ncode,
			uint32(f.hash), uint32(f.hash >> 32), 0,
		})
		free += nfree
		code += ncode
	}
	return out
}

func (b *Builder) putBodies(out []byte) []byte {
	for i := range b.funcs {
		out = putWords(out, b.funcs[i].code)
	}
	return out
}
