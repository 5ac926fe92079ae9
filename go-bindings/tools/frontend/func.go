package frontend

import (
	"go/token"

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
	info *packageInfo

	vals     map[ssa.Value]outlive.Value // values by what defines them; for a tuple its first component
	vars     map[*ssa.Alloc]variable
	fused    map[ssa.Instruction]bool // part of another instruction: emits nothing
	packs    map[*ssa.Alloc]*pack
	loads    map[*ssa.UnOp]ssa.Value                   // loads of temporaries that are fused, by what they hold
	wrapped  map[ssa.CallInstruction][]ssa.Instruction // go and defer statements that need a wrapper, with what it builds
	wrapping bool                                      // the body of a wrapper is being made
	blocks   []block                                   // by ssa block index
	order    []*ssa.BasicBlock
	params   []outlive.Value

	here  token.Pos // position of the current instruction, or of the last that had one
	want  int       // its loop depth
	depth int       // depth of the block being emitted

	args []outlive.Value // scratch
	tmp  []ssa.Value
}

// block is what the lowering knows about an ssa block.
type block struct {
	id      outlive.Block
	live    bool
	only    int8            // the successor that is always taken, or -1
	firstAt token.Pos       // first position in the block
	splits  []outlive.Block // where the loop depth changes inside the ssa block: what follows
}

func (l *lowerer) init(m *module) {
	l.module = m
	l.vals = map[ssa.Value]outlive.Value{}
	l.vars = map[*ssa.Alloc]variable{}
	l.fused = map[ssa.Instruction]bool{}
	l.packs = map[*ssa.Alloc]*pack{}
	l.loads = map[*ssa.UnOp]ssa.Value{}
	l.wrapped = map[ssa.CallInstruction][]ssa.Instruction{}
}

// lower gives the function f a body, unless it is external.
func (l *lowerer) lower(f *ssa.Function) {
	if len(f.Blocks) == 0 {
		return
	}
	l.f, l.id = f, l.funcs[f]
	l.info = l.infoOf(f)
	l.src = nil
	if l.info != nil {
		l.src = l.info.src
	}
	clear(l.vals)
	clear(l.vars)
	clear(l.fused)
	clear(l.packs)
	clear(l.loads)
	clear(l.wrapped)
	l.here, l.want, l.depth = token.NoPos, 1, 1

	l.b.AttrFunc(l.id, outlive.AttrSyntacticDepth, 1)
	l.body = l.b.Body(l.id)
	l.chooseBlocks()
	l.findVariables()
	l.fuse()
	l.makeBlocks()
	for i, b := range l.order {
		l.lowerBlock(b, i == 0)
	}
	l.body.Finish()
	l.body = nil
}

// storesData reports whether instr sets a package variable that is static data.
func (l *lowerer) storesData(instr ssa.Instruction) bool {
	s, ok := instr.(*ssa.Store)
	if !ok || !l.isInit() || l.info == nil {
		return false
	}
	g, ok := s.Addr.(*ssa.Global)
	return ok && l.info.static.globals[g]
}

// lowerBlock emits the instructions of b. A block whose instructions are at
// different loop depths becomes several, see makeBlocks.
func (l *lowerer) lowerBlock(b *ssa.BasicBlock, entry bool) {
	l.enter(b)
	l.start(l.blocks[b.Index].id)
	if entry {
		for i, v := range freeVars(l.f) {
			l.body.SetPos(outlive.NoPos)
			_, val := l.body.Emit(outlive.OpFreeVar, uint32(i), nil, nil, l.types.of(v.Type()))
			l.vals[v] = val
		}
		l.spillUnnamed()
	}
	splits := l.blocks[b.Index].splits
	l.scan(b, func(instr ssa.Instruction) {
		if l.want != l.depth && emits(instr) {
			l.effect(outlive.OpJump, uint32(splits[0]))
			l.start(splits[0])
			splits = splits[1:]
		}
		l.instr(instr)
	})
}

// enter sets position and depth to those of the beginning of b.
func (l *lowerer) enter(b *ssa.BasicBlock) {
	l.want = 1
	if at := l.blocks[b.Index].firstAt; at.IsValid() {
		l.here, l.want = at, l.depthAt(at)
	}
}

// scan visits the instructions of b that are lowered, keeping track of position
// and depth: an instruction without a position is where the one before it is.
func (l *lowerer) scan(b *ssa.BasicBlock, visit func(ssa.Instruction)) {
	l.enter(b)
	dead := l.blocks[b.Index].firstAt.IsValid() && l.dead(l.here)
	for _, instr := range b.Instrs {
		if pos := l.position(instr); pos.IsValid() {
			if a, ok := instr.(*ssa.Alloc); !ok || l.isExpr(a) {
				l.here, l.want = pos, l.depthAt(pos)
			}
			dead = l.dead(pos)
		}
		if l.storesData(instr) {
			dead = false // what follows belongs to the next variable
			continue
		}
		if l.fused[instr] || dead && !isTerminator(instr) {
			continue
		}
		visit(instr)
	}
}

// emits reports whether lowering instr emits something that has a depth.
func emits(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.DebugRef:
		f, ok := instr.X.(*ssa.Function)
		return ok && f.Parent() != nil
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
	return l.src.Depth(pos)
}

// start begins to emit into a block at the wanted depth.
func (l *lowerer) start(id outlive.Block) {
	l.body.SetBlock(id)
	l.depth = l.want
	if l.depth > 1 {
		l.body.AttrBlock(id, outlive.AttrDepth, uint32(l.depth))
	}
}

// settle makes the instructions that follow be where the current one is.
func (l *lowerer) settle() { l.body.SetPos(l.module.pos.of(l.here)) }

// emit appends an instruction of one result at the current position and depth.
func (l *lowerer) emit(op outlive.Op, aux uint32, t outlive.Type, args ...outlive.Value) outlive.Value {
	l.settle()
	_, v := l.body.Emit(op, aux, args, nil, t)
	return v
}

// effect appends an instruction without results.
func (l *lowerer) effect(op outlive.Op, aux uint32, args ...outlive.Value) outlive.Inst {
	l.settle()
	i, _ := l.body.Emit(op, aux, args, nil)
	return i
}
