package facts

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"outlive.dev/outlive"
)

// Header is what facts were made under.
type Header struct {
	Model, Profile string
	Toolchain      string // version of Go
	Target         string // operating system, architecture, build tags
}

// Func is what is known of a function.
type Func struct {
	Sig      uint64 // hash of the signature, see [Signature]
	Pragmas  uint8  // compiler directives, in the front end's encoding
	Bodyless bool   // declared without a body
	Flows    []outlive.Flows
	Known    bool // Flows hold, one per parameter, the receiver first; else nothing is known of them
}

// Package is what is known of a package.
type Package struct {
	Header
	Path string
	// Generic says that the package exports generic functions or types: users may need its source.
	Generic bool
	Funcs   map[string]Func // by symbol, see [Symbol]
}

// ErrStale is the error of facts that were made under something else than is wanted.
var ErrStale = errors.New("facts made under another model, profile, toolchain or target")

// ErrCorrupt is the error of a blob that is none.
var ErrCorrupt = errors.New("corrupt package facts")

const magic = "OUTF\x01\x00\x00\x00" // the last four bytes are the version of the format

// Encode returns the facts as a blob. Equal facts give equal blobs.
func (p *Package) Encode() []byte {
	w := writer{out: []byte(magic)}
	for _, s := range []string{p.Model, p.Profile, p.Toolchain, p.Target, p.Path} {
		w.text(s)
	}
	w.bool(p.Generic)
	w.number(uint64(len(p.Funcs)))
	for _, symbol := range slices.Sorted(maps.Keys(p.Funcs)) {
		f := p.Funcs[symbol]
		w.text(symbol)
		w.out = binary.LittleEndian.AppendUint64(w.out, f.Sig)
		w.out = append(w.out, f.Pragmas)
		w.bool(f.Bodyless)
		w.bool(f.Known)
		w.number(uint64(len(f.Flows)))
		for _, flows := range f.Flows {
			w.out = append(w.out, flows[:]...)
		}
	}
	return w.out
}

// Decode reads a blob. The error is [ErrStale] if it was not made under want.
func Decode(blob []byte, want Header) (*Package, error) {
	r := reader{in: blob}
	if string(r.take(len(magic))) != magic {
		return nil, ErrCorrupt
	}
	p := &Package{Header: Header{r.text(), r.text(), r.text(), r.text()}}
	if r.bad {
		return nil, ErrCorrupt
	}
	if p.Header != want {
		return nil, ErrStale
	}
	p.Path, p.Generic = r.text(), r.bool()
	n := r.number()
	if n > uint64(len(r.in)) {
		return nil, ErrCorrupt
	}
	p.Funcs = make(map[string]Func, n)
	for range n {
		symbol := r.text()
		f := Func{Sig: r.word(), Pragmas: r.byte(), Bodyless: r.bool(), Known: r.bool()}
		params := r.number()
		if params > uint64(len(r.in)) || r.bad {
			return nil, ErrCorrupt
		}
		if params > 0 {
			f.Flows = make([]outlive.Flows, params)
		}
		for i := range f.Flows {
			copy(f.Flows[i][:], r.take(len(outlive.Flows{})))
		}
		p.Funcs[symbol] = f
	}
	if r.bad || len(r.in) > 0 {
		return nil, ErrCorrupt
	}
	return p, nil
}

// Lookup returns what is known of a function with that symbol and signature.
func (p *Package) Lookup(symbol string, sig uint64) (Func, bool) {
	f, ok := p.Funcs[symbol]
	return f, ok && f.Sig == sig
}

// String names the package and counts its functions.
func (p *Package) String() string { return fmt.Sprintf("%s: %d functions", p.Path, len(p.Funcs)) }

type writer struct{ out []byte }

func (w *writer) number(n uint64) { w.out = binary.AppendUvarint(w.out, n) }

func (w *writer) text(s string) {
	w.number(uint64(len(s)))
	w.out = append(w.out, s...)
}

func (w *writer) bool(b bool) {
	if b {
		w.out = append(w.out, 1)
	} else {
		w.out = append(w.out, 0)
	}
}

// reader reads what a writer wrote; after a mistake it returns zeros.
type reader struct {
	in  []byte
	bad bool
}

func (r *reader) take(n int) []byte {
	if r.bad || n > len(r.in) {
		r.bad = true
		return make([]byte, min(n, 8))
	}
	b := r.in[:n]
	r.in = r.in[n:]
	return b
}

func (r *reader) byte() byte { return r.take(1)[0] }

func (r *reader) bool() bool { return r.byte() != 0 }

func (r *reader) word() uint64 { return binary.LittleEndian.Uint64(r.take(8)) }

func (r *reader) number() uint64 {
	n, size := binary.Uvarint(r.in)
	if r.bad || size <= 0 {
		r.bad = true
		return 0
	}
	r.in = r.in[size:]
	return n
}

func (r *reader) text() string {
	n := r.number()
	if n > uint64(len(r.in)) {
		r.bad = true
		return ""
	}
	return string(r.take(int(n)))
}
