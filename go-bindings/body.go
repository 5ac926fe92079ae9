package outlive

import "fmt"

// Body builds the code of one function: blocks with parameters, instructions in blocks.
//
// Blocks are numbered in the order of the calls to [Body.Block], the first being the entry. They can be filled in
// any order and left and taken up again; a terminator closes a block. [Body.Emit] is the general way to add an
// instruction, the methods named after the operations are sugar on it that work out result types.
type Body struct {
	b        *Builder
	fn       Func
	buf      bodyBuffers
	cur      Block
	pos      Pos
	ninsts   uint32
	origin   uint32 // of its values
	recover  Block
	finished bool
}

// bodyBuffers is the memory of a body under construction; the builder passes it on to the next one.
//
// words holds the instructions in the order of emission, in the image's encoding but for the numbers of values. These the
// image gives in the order of the blocks.
type bodyBuffers struct {
	words  []uint32
	vals   []Type // by value: its type
	blocks []blockState
	runs   []run
	attrs  []attrRow // with local ids, as emitted
}

type blockState struct {
	firstParam, nparams uint32
	ninsts              uint32
	closed              bool
	firstRun, lastRun   uint32 // its runs, a list through run.next; None if empty
}

// run is a sequence of instructions emitted into one block without leaving it.
type run struct {
	start, end         int // in words
	firstInst, insts   uint32
	firstValue, values uint32 // the results of its instructions: no block with parameters is declared meanwhile
	finalInst          uint32 // number of the first instruction in the image
	next               uint32
}

// Body starts the body of a function that has none yet. Several bodies can be under construction at the same time.
// The body is complete when [Body.Finish] or [Builder.Image] is called.
func (b *Builder) Body(fn Func) *Body {
	y := &Body{b: b, fn: fn, cur: NoBlock, recover: NoBlock, origin: newOrigin()}
	if uint(fn) >= uint(len(b.funcs)) {
		b.failf("Body: function id %s is not a function of this module", idText(uint32(fn)))
		return y
	}
	if f := &b.funcs[fn]; f.body != nil || f.code != nil {
		b.failf("Body: function %q already has a body", b.FuncName(fn))
	} else {
		f.body = y
	}
	y.buf, b.scratch = b.scratch, bodyBuffers{}
	b.bodies = push(b.bodies, bodyOrigin{y.origin, fn})
	return y
}

// Func returns the function whose body this is.
func (y *Body) Func() Func { return y.fn }

// Builder returns the module's builder.
func (y *Body) Builder() *Builder { return y.b }

func (y *Body) failf(op Op, format string, args ...any) {
	e := &BuildError{Func: y.b.FuncName(y.fn), Block: -1, Inst: -1, Op: op, Msg: fmt.Sprintf(format, args...)}
	if y.cur != NoBlock {
		e.Block = int(y.cur)
	}
	if op != 0 {
		e.Inst = int(y.ninsts)
		if p := y.b.pos.rows[y.pos]; y.pos != NoPos {
			e.Pos = Position{y.b.strings.get(y.b.files[p.file]), p.line, p.col}
		}
	}
	y.b.report(e)
}

// Block adds a block with parameters of the given types. The first block is the entry; its parameters are those of
// the function's signature. The current block stays what it was.
func (y *Body) Block(params ...Type) Block {
	bl := Block(len(y.buf.blocks))
	if bl == 0 && uint(y.fn) < uint(len(y.b.funcs)) {
		y.checkEntry(params)
	}
	if len(params) > 0 && y.cur != NoBlock {
		y.endRun()
		defer y.beginRun()
	}
	y.buf.blocks = append(y.buf.blocks, blockState{
		firstParam: uint32(len(y.buf.vals)), nparams: uint32(len(params)), firstRun: None, lastRun: None,
	})
	for i, t := range params {
		if !y.b.hasType(t) {
			y.failf(0, "parameter %d of block %d has type id %s, which is not a type of this module", i, bl, idText(uint32(t)))
		}
		y.buf.vals = append(y.buf.vals, t)
	}
	return bl
}

// checkEntry compares the entry block's parameters with the signature.
func (y *Body) checkEntry(params []Type) {
	want, _, ok := y.b.sig(y.b.funcs[y.fn].sig)
	if !ok {
		return // reported by Func
	}
	if len(want) != len(params) {
		y.failf(0, "the entry block has %d parameters, the signature has %d", len(params), len(want))
		return
	}
	for i, t := range params {
		if y.b.typeRow(t) != want[i] {
			y.failf(0, "parameter %d of the entry block has type %s, in the signature %s", i, y.b.typeText(t), y.b.typeText(y.b.typeOf(want[i])))
		}
	}
}

// Entry adds the entry block with the parameters of the function's signature and makes it the current block. It must
// be the first block.
func (y *Body) Entry() Block {
	if len(y.buf.blocks) > 0 {
		y.failf(0, "Entry: the body already has blocks")
		return 0
	}
	var params []Type
	if uint(y.fn) < uint(len(y.b.funcs)) {
		want, _, _ := y.b.sig(y.b.funcs[y.fn].sig)
		params = make([]Type, len(want))
		for i, t := range want {
			params[i] = y.b.typeOf(t)
		}
	}
	bl := y.Block(params...)
	y.SetBlock(bl)
	return bl
}

// Param returns parameter i of a block.
func (y *Body) Param(bl Block, i int) Value {
	if uint(bl) >= uint(len(y.buf.blocks)) {
		y.failf(0, "Param: block %s does not exist", idText(uint32(bl)))
		return NoValue
	}
	s := &y.buf.blocks[bl]
	if uint(i) >= uint(s.nparams) {
		y.failf(0, "Param: block %d has no parameter %d, only %d", bl, i, s.nparams)
		return NoValue
	}
	return y.value(s.firstParam + uint32(i))
}

// SetBlock makes bl the block that instructions are added to.
func (y *Body) SetBlock(bl Block) {
	if uint(bl) >= uint(len(y.buf.blocks)) {
		y.failf(0, "SetBlock: block %s does not exist", idText(uint32(bl)))
		return
	}
	if bl == y.cur {
		return
	}
	y.endRun()
	y.cur = bl
	y.beginRun()
}

// beginRun opens a run of the current block.
func (y *Body) beginRun() {
	r := run{start: len(y.buf.words), firstInst: y.ninsts, firstValue: uint32(len(y.buf.vals)), next: None}
	if n := len(y.buf.runs); n > 0 && y.buf.runs[n-1].insts == 0 { // nothing was emitted in the last one
		y.buf.runs[n-1] = r
	} else {
		y.buf.runs = append(y.buf.runs, r)
	}
}

// endRun closes the open run, if any, and hangs it into its block's list.
func (y *Body) endRun() {
	n := len(y.buf.runs)
	if y.cur == NoBlock || n == 0 {
		return
	}
	r := &y.buf.runs[n-1]
	r.end, r.insts, r.values = len(y.buf.words), y.ninsts-r.firstInst, uint32(len(y.buf.vals))-r.firstValue
	if r.insts == 0 {
		return
	}
	s := &y.buf.blocks[y.cur]
	if s.firstRun == None {
		s.firstRun = uint32(n - 1)
	} else {
		y.buf.runs[s.lastRun].next = uint32(n - 1)
	}
	s.lastRun = uint32(n - 1)
}

// CurrentBlock returns the block that instructions are added to, NoBlock before the first SetBlock.
func (y *Body) CurrentBlock() Block { return y.cur }

// Terminated reports whether the block already has its terminator.
func (y *Body) Terminated(bl Block) bool {
	return uint(bl) < uint(len(y.buf.blocks)) && y.buf.blocks[bl].closed
}

// SetPos sets the source position of the instructions that follow.
func (y *Body) SetPos(p Pos) {
	if uint(p) >= uint(len(y.b.pos.rows)) {
		y.failf(0, "SetPos: position id %d is not a position of this module", p)
		p = NoPos
	}
	y.pos = p
}

// SetRecover names the block that control reaches when a deferred call recovers from a panic.
func (y *Body) SetRecover(bl Block) {
	if uint(bl) >= uint(len(y.buf.blocks)) {
		y.failf(0, "SetRecover: block %s does not exist", idText(uint32(bl)))
		return
	}
	y.recover = bl
}

// TypeOf returns the type of a value, NoType for a value that does not exist.
func (y *Body) TypeOf(v Value) Type {
	i := y.number(v)
	if uint(i) >= uint(len(y.buf.vals)) {
		return NoType
	}
	return y.buf.vals[i]
}

// AttrInst attaches an attribute to an instruction of this body.
func (y *Body) AttrInst(i Inst, key AttrKey, value uint32) {
	if uint32(i) >= y.ninsts {
		y.failf(0, "AttrInst: the body has no instruction %s, only %d", idText(uint32(i)), y.ninsts)
		return
	}
	y.buf.attrs = append(y.buf.attrs, attrRow{EntityInst, key, uint32(i), value})
}

// AttrBlock attaches an attribute to a block of this body.
func (y *Body) AttrBlock(bl Block, key AttrKey, value uint32) {
	if uint(bl) >= uint(len(y.buf.blocks)) {
		y.failf(0, "AttrBlock: block %s does not exist", idText(uint32(bl)))
		return
	}
	y.buf.attrs = append(y.buf.attrs, attrRow{EntityBlock, key, uint32(bl), value})
}

// Emit adds an instruction at the end of the current block: its operation, auxiliary word (0 if the operation has
// none), operands, immediate words and result types. It returns the instruction and its first result, NoValue if it
// has none; the other results follow it. Emit keeps neither args nor imms.
func (y *Body) Emit(op Op, aux uint32, args []Value, imms []uint32, results ...Type) (Inst, Value) {
	inst, first := Inst(y.ninsts), y.value(uint32(len(y.buf.vals)))
	if len(results) == 0 {
		first = NoValue
	}
	if !y.check(op, aux, args, imms, results) {
		// Give the results anyway, so that one mistake is not reported again at each use of them.
		y.buf.vals = append(y.buf.vals, results...)
		return inst, first
	}
	info := &opTable[op]
	w := append(y.buf.words, uint32(op)|uint32(len(results))<<8|uint32(len(args))<<16, uint32(y.pos))
	if info.Aux != AuxNone {
		if info.Aux == AuxType {
			aux = y.b.typeRow(Type(aux))
		}
		w = append(w, aux)
	}
	for _, a := range args {
		w = append(w, y.number(a))
	}
	if info.Imms != 0 {
		w = append(w, uint32(len(imms)))
		w = append(w, imms...)
	}
	for _, t := range results {
		w = append(w, y.b.typeRow(t))
	}
	y.buf.words = w
	y.buf.vals = append(y.buf.vals, results...)
	s := &y.buf.blocks[y.cur]
	s.ninsts++
	s.closed = info.Terminator
	if info.Makes {
		y.b.made[aux] = true
	}
	y.ninsts++
	return inst, first
}
