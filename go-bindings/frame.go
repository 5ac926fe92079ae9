package outlive

import (
	"encoding/binary"
	"fmt"
)

// FormatError says what is wrong with an image or an answers file, and where.
type FormatError struct {
	Section uint32 // 0: the header or the section table
	Offset  int    // in bytes from the start of the file
	Msg     string
}

// Error returns place and cause on one line.
func (e *FormatError) Error() string {
	if e.Section == 0 {
		return fmt.Sprintf("outlive: malformed image: byte %d: %s", e.Offset, e.Msg)
	}
	return fmt.Sprintf("outlive: malformed image: section %d, byte %d: %s", e.Section, e.Offset, e.Msg)
}

// frame is a parsed section table; sections are read in place.
type frame struct {
	ptrSize, maxAlign uint8
	secs              []sectionView
}

type sectionView struct {
	id    uint32
	start int
	data  []byte
	count int
	entry int
}

// row returns entry i; rows may be longer than this version knows, never shorter, which parseFrame has checked.
func (s *sectionView) row(i int) []byte { return s.data[i*s.entry : (i+1)*s.entry] }

// word returns word w of entry i.
func (s *sectionView) word(i, w int) uint32 {
	return binary.LittleEndian.Uint32(s.data[i*s.entry+4*w:])
}

// find returns a section, an empty one if the file does not have it.
func (f *frame) find(id uint32) sectionView {
	for _, s := range f.secs {
		if s.id == id {
			return s
		}
	}
	return sectionView{id: id, entry: 1}
}

// parseFrame checks header and section table. known maps the section ids of the format to the least entry size.
func parseFrame(data []byte, magic string, known map[uint32]int) (*frame, error) {
	fail := func(section uint32, offset int, format string, args ...any) (*frame, error) {
		return nil, &FormatError{section, offset, fmt.Sprintf(format, args...)}
	}
	le := binary.LittleEndian
	if len(data) < headerSize || string(data[:4]) != magic {
		return fail(0, 0, "the file does not start with %q and a header of %d bytes", magic, headerSize)
	}
	if major := le.Uint16(data[4:]); major != formatMajor {
		return fail(0, 4, "format version %d, this package reads version %d", major, formatMajor)
	}
	if data[9] != 0 {
		return fail(0, 9, "byte order %d, want 0 for little-endian", data[9])
	}
	n := uint64(le.Uint32(data[12:]))
	if n*sectionSize > uint64(len(data)-headerSize) {
		return fail(0, 12, "%d sections do not fit into %d bytes", n, len(data))
	}
	f := &frame{ptrSize: data[8], maxAlign: data[10]}
	end := uint64(headerSize) + n*sectionSize
	for i := range int(n) {
		at := headerSize + i*sectionSize
		row := data[at : at+sectionSize]
		id, flags := le.Uint32(row), le.Uint32(row[4:])
		start, length := le.Uint64(row[8:]), le.Uint64(row[16:])
		count, entry := le.Uint64(row[24:]), uint64(le.Uint32(row[32:]))
		if start%8 != 0 || start < end || start > uint64(len(data)) || length > uint64(len(data))-start {
			return fail(id, at+8, "bytes %d to %d+%d: unaligned, overlapping the part before it, or outside the file of %d bytes", start, start, length, len(data))
		}
		end = start + length
		least, ok := known[id]
		if !ok {
			if flags&critical != 0 {
				return fail(id, at, "unknown critical section; the file is from a newer version")
			}
			continue
		}
		if f.find(id).data != nil {
			return fail(id, at, "the section occurs twice")
		}
		if entry < uint64(least) || count > length || count*entry != length {
			return fail(id, at+24, "%d entries of %d bytes in %d bytes, entries have at least %d", count, entry, length, least)
		}
		f.secs = append(f.secs, sectionView{id, int(start), data[start : start+length : start+length], int(count), int(entry)})
	}
	return f, nil
}
