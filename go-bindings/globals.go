package outlive

type globalRow struct {
	name, typ, flags uint32
	pos              Pos
	off, size        uint32
}

type relocRow struct {
	global, offset, kind, target, addend uint32
}

// Global declares a package-level variable of type t. Its initial value is unknown or zero unless
// [Builder.SetData] gives it.
func (b *Builder) Global(name string, t Type, pos Pos) Global {
	id := Global(len(b.globals))
	if !b.hasType(t) {
		b.failf("global %q: the type is %s", name, b.describeType(t))
	}
	if uint(pos) >= uint(len(b.pos.rows)) {
		b.failf("global %q: position id %d is not a position of this module", name, pos)
	}
	b.globals = append(b.globals, globalRow{b.str(name), b.typeRow(t), 0, pos, 0, None})
	return id
}

// SetData gives the initial memory of a global, in the target's layout; addresses in it are zero and come from
// [Builder.RelocGlobal] and [Builder.RelocFunc]. It can be called once per global.
func (b *Builder) SetData(g Global, data []byte) {
	if uint(g) >= uint(len(b.globals)) {
		b.failf("SetData: global id %s is not a global of this module", idText(uint32(g)))
		return
	}
	r := &b.globals[g]
	if r.size != None {
		b.failf("SetData: global %q already has data", b.strings.get(r.name))
		return
	}
	r.off, r.size = uint32(len(b.data)), uint32(len(data))
	b.data = append(b.data, data...)
}

// RelocGlobal says that the data of g at offset holds the address of target plus addend.
func (b *Builder) RelocGlobal(g Global, offset uint32, target Global, addend uint32) {
	if uint(target) >= uint(len(b.globals)) {
		b.failf("RelocGlobal: target id %s is not a global of this module", idText(uint32(target)))
		return
	}
	b.reloc(relocRow{uint32(g), offset, 0, uint32(target), addend})
}

// RelocFunc says that the data of g at offset holds the address of the function target.
func (b *Builder) RelocFunc(g Global, offset uint32, target Func) {
	if uint(target) >= uint(len(b.funcs)) {
		b.failf("RelocFunc: target id %s is not a function of this module", idText(uint32(target)))
		return
	}
	b.reloc(relocRow{uint32(g), offset, 1, uint32(target), 0})
}

func (b *Builder) reloc(r relocRow) {
	if uint(r.global) >= uint(len(b.globals)) {
		b.failf("relocation: global id %s is not a global of this module", idText(r.global))
		return
	}
	g := &b.globals[r.global]
	if g.size == None || uint64(r.offset)+uint64(b.ptrSize) > uint64(g.size) {
		b.failf("relocation at offset %d of global %q: outside its data", r.offset, b.strings.get(g.name))
		return
	}
	b.relocs = append(b.relocs, r)
}
