package frontend

import (
	"go/token"
	"go/types"
	"sync"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
	"outlive.dev/tools/frontend/internal/source"
)

// rangeBody is what go/ssa says of the function it makes of the body of a range
// over a function.
const rangeBody = "range-over-func yield"

// A lowerer lowers one function after the other. Its maps and buffers are reused.
type lowerer struct {
	*module
	f    *ssa.Function
	id   outlive.Func
	body *outlive.Body
	src  *source.Package // syntax of f; nil for synthetic functions
	at   source.Cursor   // over that syntax
	info *packageInfo

	vals     values // values by what defines them; for a tuple its first component
	vars     variables
	fused    instrSet // part of another instruction: emits nothing
	packs    map[*ssa.Alloc]*pack
	loads    map[*ssa.UnOp]ssa.Value                   // loads of temporaries that are fused, by what they hold
	wrapped  map[ssa.CallInstruction][]ssa.Instruction // go and defer statements that need a wrapper, with what it builds
	wrapping bool                                      // the body of a wrapper is being made
	lean     bool                                      // the body is lowered in lean form, see lean.go
	anyBool  outlive.Value                             // in lean form the condition of every branch
	zeros    []zeroOf                                  // in lean form the zeros of the current block
	blocks   []block                                   // by ssa block index
	order    []*ssa.BasicBlock

	here  token.Pos // position of the current instruction, or of the last that had one
	want  int       // its loop depth
	depth int       // depth of the block being emitted

	settledAt token.Pos // the position that settle was called at last
	settled   outlive.Pos

	args []outlive.Value // scratch
}

// block is what the lowering knows about an ssa block.
type block struct {
	id      outlive.Block
	live    bool
	only    int8      // the successor that is always taken, or -1
	firstAt token.Pos // first position in the block
}

// lowerers keeps the memory of those that are done, for the next program: packages are lowered one after the other.
var lowerers = sync.Pool{New: func() any {
	return &lowerer{
		packs:   map[*ssa.Alloc]*pack{},
		loads:   map[*ssa.UnOp]ssa.Value{},
		wrapped: map[ssa.CallInstruction][]ssa.Instruction{},
	}
}}

// newLowerer returns a lowerer of the functions of m; it is done when release is called.
func newLowerer(m *module) *lowerer {
	l := lowerers.Get().(*lowerer)
	l.module = m
	return l
}

// release ends the use of l.
func (l *lowerer) release() {
	l.module, l.f, l.src, l.info, l.at = nil, nil, nil, nil, source.Cursor{}
	lowerers.Put(l)
}

// lower gives the function f a body, unless it is external.
func (l *lowerer) lower(f *ssa.Function) {
	if !l.prog.HasBody(f) {
		return
	}
	l.f = f
	l.id, _ = l.funcs.get(f)
	l.info = l.infoOf(f)
	var src *source.Package
	if l.info != nil {
		src = l.info.src
	}
	if src != l.src {
		l.src, l.at = src, source.Cursor{}
		if src != nil {
			l.at = src.Cursor()
		}
	}
	l.vals.m.Reset()
	l.vars.reset()
	l.fused.m.Reset()
	clear(l.packs)
	clear(l.loads)
	clear(l.wrapped)
	l.here, l.want, l.depth = token.NoPos, 1, 1
	l.settledAt, l.settled = token.NoPos, outlive.NoPos

	l.b.AttrFunc(l.id, outlive.AttrSyntacticDepth, 1)
	l.body = l.b.Body(l.id)
	l.chooseBlocks()
	l.findVariables()
	l.fuse()
	// What a wrapper captures is what its statement needs, numbers too.
	l.lean = l.prog.Lean && len(l.wrapped) == 0
	l.makeBlocks()
	for i, b := range l.order {
		l.lowerBlock(b, i == 0)
	}
	l.body.Finish()
	l.body = nil
}

// storesData reports whether instr, in a package initialiser, sets a package variable that is static data.
func (l *lowerer) storesData(instr ssa.Instruction) bool {
	s, ok := instr.(*ssa.Store)
	if !ok || l.info == nil {
		return false
	}
	g, ok := s.Addr.(*ssa.Global)
	return ok && l.info.static.globals[g]
}

// lowerBlock emits the instructions of b. A block whose instructions are at different loop depths becomes several.
func (l *lowerer) lowerBlock(b *ssa.BasicBlock, entry bool) {
	l.enter(b)
	l.start(l.blocks[b.Index].id)
	if entry {
		for i, v := range l.freeVars(l.f) {
			l.body.SetPos(outlive.NoPos)
			_, val := l.body.Emit(outlive.OpFreeVar, uint32(i), nil, nil, l.types.of(v.Type()))
			l.vals.set(v, val)
		}
		if l.lean && len(l.order) > 1 {
			l.anyBool = l.zero(types.Typ[types.Bool])
		}
		l.spillUnnamed()
		l.enter(b)
	}
	l.scan(b)
}

// enter sets position and depth to those of the beginning of b.
func (l *lowerer) enter(b *ssa.BasicBlock) {
	l.want = 1
	if at := l.blocks[b.Index].firstAt; at.IsValid() {
		l.here, l.want = at, l.depthAt(at)
	}
}

// scan lowers the instructions of b, keeping track of position and depth. An instruction without a position is where the one
// before it is; debug references, which say where an operand is, are looked at only for instructions that make something or do
// something, since there are as many of them as of all others.
func (l *lowerer) scan(b *ssa.BasicBlock) {
	dead := l.blocks[b.Index].firstAt.IsValid() && l.dead(l.here)
	init := l.isInit()
	literals := len(l.f.AnonFuncs) > 0
	var ref *ssa.DebugRef // the last one, if no other instruction with a position came after it
	for _, instr := range b.Instrs {
		var pos token.Pos
		if d, ok := instr.(*ssa.DebugRef); ok {
			ref = d
			if !literals || !isLiteral(d) {
				continue
			}
		} else if pos = l.position(instr); pos.IsValid() {
			ref = nil
		}
		if ref != nil && needsPosition(instr) {
			pos = ref.Expr.Pos()
			ref = nil
		}
		if pos.IsValid() {
			if a, ok := instr.(*ssa.Alloc); !ok || l.isExpr(a) {
				l.here, l.want = pos, l.depthAt(pos)
			}
			dead = l.dead(pos)
		}
		if init && l.storesData(instr) {
			dead = false // what follows belongs to the next variable
			continue
		}
		if l.fused.has(instr) || dead && !isTerminator(instr) {
			if c, ok := instr.(*ssa.MakeClosure); ok && literals && l.src.Unused(pos) {
				l.keepLiterals(c.Fn.(*ssa.Function))
			}
			continue
		}
		if l.lean && l.idle(instr) {
			continue
		}
		if l.want != l.depth && emits(instr) {
			next := l.body.Block()
			l.effect(outlive.OpJump, uint32(next))
			l.start(next)
		}
		l.instr(instr)
	}
}

// needsPosition reports whether it matters where an instruction without a position is: not of one that only
// reads, computes or ends a block.
func needsPosition(instr ssa.Instruction) bool {
	switch instr.(type) {
	case *ssa.UnOp, *ssa.Phi, *ssa.Extract, *ssa.FieldAddr, *ssa.IndexAddr, *ssa.Field, *ssa.Index, *ssa.BinOp, *ssa.ChangeType,
		*ssa.If, *ssa.Jump:
		return false
	}
	return true
}

// isLiteral reports whether a debug reference is that of a function literal that captures nothing.
func isLiteral(d *ssa.DebugRef) bool {
	f, ok := d.X.(*ssa.Function)
	return ok && f.Parent() != nil
}

// emits reports whether lowering instr emits something that has a depth.
func emits(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.DebugRef:
		return isLiteral(instr)
	case *ssa.Phi, *ssa.Extract:
		return false
	}
	return !isTerminator(instr)
}

func isTerminator(instr ssa.Instruction) bool {
	switch instr.(type) {
	case *ssa.If, *ssa.Jump, *ssa.Return, *ssa.Panic:
		return true
	}
	return false
}

func (l *lowerer) depthAt(pos token.Pos) int {
	if l.src == nil || l.f.Syntax() == nil {
		return 1
	}
	return l.at.Depth(pos)
}

// start begins to emit into a block at the wanted depth.
func (l *lowerer) start(id outlive.Block) {
	l.body.SetBlock(id)
	l.zeros = l.zeros[:0]
	l.depth = l.want
	if l.depth > 1 {
		l.body.AttrBlock(id, outlive.AttrDepth, uint32(l.depth))
	}
}

// settle makes the instructions that follow be where the current one is.
func (l *lowerer) settle() {
	if l.here != l.settledAt {
		l.settledAt, l.settled = l.here, l.module.pos.of(l.here)
	}
	l.body.SetPos(l.settled)
}

// emit appends an instruction of one result at the current position and depth.
func (l *lowerer) emit(op outlive.Op, aux uint32, t outlive.Type, args ...outlive.Value) outlive.Value {
	l.settle()
	_, v := l.body.Emit(op, aux, args, nil, t)
	return v
}

// pure appends an instruction of one result that reads or computes. Nobody is told of it, so the instruction before it
// lends it its position.
func (l *lowerer) pure(op outlive.Op, aux uint32, t outlive.Type, args ...outlive.Value) outlive.Value {
	_, v := l.body.Emit(op, aux, args, nil, t)
	return v
}

// effect appends an instruction without results.
func (l *lowerer) effect(op outlive.Op, aux uint32, args ...outlive.Value) outlive.Inst {
	l.settle()
	i, _ := l.body.Emit(op, aux, args, nil)
	return i
}
