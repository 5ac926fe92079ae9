package outlive

import (
	"hash/maphash"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Position is a resolved source position. Line and Col count from 1; 0 means unknown. Col counts bytes.
type Position struct {
	File string
	Line uint32
	Col  uint32
}

// IsValid reports whether the position is known.
func (p Position) IsValid() bool { return p.Line != 0 }

// String returns file:line:col, file:line if the column is unknown, or "-" if the position is.
func (p Position) String() string {
	if !p.IsValid() {
		if p.File != "" {
			return p.File
		}
		return "-"
	}
	s := p.File + ":" + strconv.FormatUint(uint64(p.Line), 10)
	if p.Col != 0 {
		s += ":" + strconv.FormatUint(uint64(p.Col), 10)
	}
	return s
}

type posRow struct {
	file      File
	line, col uint32
}

// posTable interns positions in an open hash table of their numbers: there are about as many as instructions.
type posTable struct {
	rows  []posRow
	slots []Pos // NoPos if free; a power of two, at most half in use
	shift uint  // of a hash to the index of a slot
}

func newPosTable() posTable {
	return posTable{rows: []posRow{{}}, slots: make([]Pos, 1<<8), shift: 64 - 8}
}

// home returns the slot where the search for a position begins. Positions of a line that are near each other are so in the table,
// for they are asked for together: a slot is a sixteenth of a line of the cache.
func (t *posTable) home(r posRow) uint64 {
	h := (uint64(r.file)<<40 ^ uint64(r.line)<<16 ^ uint64(r.col/64)) * 0x9E3779B97F4A7C15
	return h>>t.shift&^15 | uint64(r.col&15)
}

func (t *posTable) add(r posRow) Pos {
	mask := uint64(len(t.slots) - 1)
	i := t.home(r)
	for ; t.slots[i&mask] != NoPos; i++ {
		if p := t.slots[i&mask]; t.rows[p] == r {
			return p
		}
	}
	p := Pos(len(t.rows))
	t.rows = push(t.rows, r)
	t.slots[i&mask] = p
	if 2*len(t.rows) > len(t.slots) {
		t.grow()
	}
	return p
}

func (t *posTable) grow() {
	t.slots = make([]Pos, 2*len(t.slots))
	t.shift--
	mask := uint64(len(t.slots) - 1)
	for p := 1; p < len(t.rows); p++ {
		i := t.home(t.rows[p])
		for t.slots[i&mask] != NoPos {
			i++
		}
		t.slots[i&mask] = Pos(p)
	}
}

// stringTable interns the strings of the module in an open hash table of their numbers, which needs no copy of them. String 0 is
// empty.
type stringTable struct {
	blob  []byte
	spans []uint32 // offset and length by turns
	slots []uint32 // 0 if free; a power of two, at most half in use
	seed  maphash.Seed
}

func newStringTable() stringTable {
	return stringTable{spans: []uint32{0, 0}, slots: make([]uint32, 1<<8), seed: maphash.MakeSeed()}
}

func (t *stringTable) add(s string) uint32 {
	if s == "" {
		return 0
	}
	mask := uint64(len(t.slots) - 1)
	i := maphash.String(t.seed, s)
	for ; t.slots[i&mask] != 0; i++ {
		if id := t.slots[i&mask]; string(t.bytes(id)) == s {
			return id
		}
	}
	id := uint32(len(t.spans) / 2)
	t.spans = push(push(t.spans, uint32(len(t.blob))), uint32(len(s)))
	t.blob = append(t.blob, s...)
	t.slots[i&mask] = id
	if len(t.spans) > len(t.slots) {
		t.grow()
	}
	return id
}

func (t *stringTable) grow() {
	t.slots = make([]uint32, 2*len(t.slots))
	mask := uint64(len(t.slots) - 1)
	for id := uint32(1); int(id) < len(t.spans)/2; id++ {
		i := maphash.Bytes(t.seed, t.bytes(id))
		for t.slots[i&mask] != 0 {
			i++
		}
		t.slots[i&mask] = id
	}
}

func (t *stringTable) bytes(id uint32) []byte {
	off := t.spans[2*id]
	return t.blob[off : off+t.spans[2*id+1]]
}

func (t *stringTable) get(id uint32) string { return string(t.bytes(id)) }

// push appends to a table, doubling its memory when it is full: append makes that of a large one a quarter larger, and in the end has
// copied each row four times.
func push[T any](table []T, row T) []T {
	if len(table) == cap(table) {
		table = slices.Grow(table, max(len(table), 16))
	}
	return append(table, row)
}

func (b *Builder) str(s string) uint32 {
	if !utf8.ValidString(s) {
		s = clean(s)
	}
	return b.strings.add(s)
}

// Str interns a string and returns its id, the auxiliary word of [OpConstStr]. Images hold UTF-8 only: a byte that is
// not part of a UTF-8 sequence becomes a question mark, here as in all names.
func (b *Builder) Str(s string) uint32 { return b.str(s) }

// clean replaces each byte that is not part of a UTF-8 sequence.
func clean(s string) string {
	out := []byte(s)
	for i := 0; i < len(out); {
		r, n := utf8.DecodeRune(out[i:])
		if r == utf8.RuneError && n == 1 {
			out[i] = '?'
		}
		i += n
	}
	return string(out)
}

// File declares a source file; the same name is the same file.
func (b *Builder) File(name string) File {
	s := b.str(name)
	if f, ok := b.fileIndex[s]; ok {
		return f
	}
	f := File(len(b.files))
	b.files = append(b.files, s)
	b.fileIndex[s] = f
	return f
}

// Pos returns the id of a source position. Line and col count from 1, col counts bytes; 0 means unknown, and line 0
// is [NoPos]. The same position is the same id, and asking again for a recent one is cheap.
func (b *Builder) Pos(f File, line, col uint32) Pos {
	if line == 0 {
		return NoPos
	}
	if uint(f) >= uint(len(b.files)) {
		b.failf("Pos: file id %s is not a file of this module", idText(uint32(f)))
		return NoPos
	}
	return b.pos.add(posRow{f, line, col})
}
