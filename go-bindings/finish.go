package outlive

// The content hash of a body; it tells equal bodies from changed ones, it is no defence against forgery.
const (
	hashSeed = 0xcbf29ce484222325
	hashMul  = 0x9E3779B97F4A7C15
)

func hashWords(words []uint32) uint64 {
	h := uint64(hashSeed)
	for _, w := range words {
		h = (h ^ uint64(w)) * hashMul
		h ^= h >> 32
	}
	return h
}

// opWords says of an operation where its operands are in the words of an instruction, and whether immediate words follow them.
type opWords struct {
	operands uint8
	imms     bool
}

var opShape = func() (t [256]opWords) {
	for op, info := range opTable {
		t[op] = opWords{2, info.Imms != 0}
		if info.Aux != AuxNone {
			t[op].operands = 3
		}
	}
	return t
}()

// Finish completes the body: it checks that every block ends in a terminator, numbers the values in block order and
// encodes the code. Nothing can be added afterwards. [Builder.Image] finishes the bodies that are not; calling
// Finish as soon as a body is complete lets the builder use its memory for the next one.
func (y *Body) Finish() {
	if y.finished {
		return
	}
	y.endRun()
	y.finished = true
	b := y.b
	if uint(y.fn) >= uint(len(b.funcs)) || b.funcs[y.fn].body != y {
		return // reported by Body
	}
	f := &b.funcs[y.fn]
	f.body = nil
	if y.checkBlocks() {
		y.renumber()
		y.encode(f)
		y.keepAttrs(f)
	}
	y.buf.words, y.buf.vals, y.buf.blocks = y.buf.words[:0], y.buf.vals[:0], y.buf.blocks[:0]
	y.buf.runs, y.buf.attrs = y.buf.runs[:0], y.buf.attrs[:0]
	if cap(y.buf.words) >= cap(b.scratch.words) {
		b.scratch = y.buf
	}
	y.buf = bodyBuffers{}
}

func (y *Body) checkBlocks() bool {
	ok := true
	y.cur = NoBlock
	if len(y.buf.blocks) == 0 {
		y.failf(0, "the body has no blocks")
		return false
	}
	for i := range y.buf.blocks {
		switch s := &y.buf.blocks[i]; {
		case s.ninsts == 0:
			y.failf(0, "block %d is empty", i)
			ok = false
		case !s.closed:
			y.failf(0, "block %d does not end in a terminator", i)
			ok = false
		}
	}
	return ok
}

// renumber assigns to each value, in Builder.remap, its number in block order, and to each run that of its first
// instruction.
func (y *Body) renumber() {
	if n := len(y.buf.vals); cap(y.b.remap) < n {
		y.b.remap = make([]uint32, n+n/2)
	}
	remap := y.b.remap[:cap(y.b.remap)]
	value, inst := uint32(0), uint32(0)
	for i := range y.buf.blocks {
		s := &y.buf.blocks[i]
		for k := range s.nparams {
			remap[s.firstParam+k] = value
			value++
		}
		for at := s.firstRun; at != None; at = y.buf.runs[at].next {
			r := &y.buf.runs[at]
			r.finalInst = inst
			inst += r.insts
			for k := range r.values {
				remap[r.firstValue+k] = value
				value++
			}
		}
	}
}

// codePage is the least number of words that memory for code is taken in.
const codePage = 1 << 16

// firstPage is that of the first page, for small modules.
const firstPage = 1 << 11

// encode writes the body in the image's form.
func (y *Body) encode(f *funcRow) {
	b, remap := y.b, y.b.remap
	bound := 3 + 2*len(y.buf.blocks) + len(y.buf.vals) + len(y.buf.words)
	if cap(b.page)-len(b.page) < bound {
		b.page = make([]uint32, 0, max(bound, min(codePage, 2*cap(b.page)), firstPage))
	}
	out := b.page[len(b.page):]
	out = append(out, uint32(len(y.buf.blocks)), y.ninsts, uint32(len(y.buf.vals)))
	for i := range y.buf.blocks {
		s := &y.buf.blocks[i]
		out = append(out, s.nparams, s.ninsts)
		for _, t := range y.buf.vals[s.firstParam : s.firstParam+s.nparams] {
			out = append(out, y.b.typeRow(t))
		}
		for at := s.firstRun; at != None; at = y.buf.runs[at].next {
			r := &y.buf.runs[at]
			w := len(out)
			out = append(out, y.buf.words[r.start:r.end]...)
			for w < len(out) {
				head := out[w]
				shape := opShape[uint8(head)]
				w += int(shape.operands)
				for range head >> 16 {
					out[w] = remap[out[w]]
					w++
				}
				if shape.imms {
					w += 1 + int(out[w])
				}
				w += int(head >> 8 & 0xff)
			}
		}
	}
	b.page = b.page[:len(b.page)+len(out)]
	f.code = out[:len(out):len(out)]
	f.hash = hashWords(out)
	f.ninsts, f.nblocks = y.ninsts, uint32(len(y.buf.blocks))
	f.recover = uint32(y.recover)
}

// keepAttrs moves the attributes of blocks and instructions to the builder, with the numbers the image gives them within the body.
func (y *Body) keepAttrs(f *funcRow) {
	f.attrs, f.nattrs = uint32(len(y.b.bodyAttrs)), uint32(len(y.buf.attrs))
	at := 0
	for _, a := range y.buf.attrs {
		if a.entity == EntityInst {
			runs := y.buf.runs
			if a.id < runs[at].firstInst {
				at = 0
			}
			for a.id >= runs[at].firstInst+runs[at].insts {
				at++
			}
			a.id = runs[at].finalInst + a.id - runs[at].firstInst
		}
		y.b.bodyAttrs = push(y.b.bodyAttrs, a)
	}
}
