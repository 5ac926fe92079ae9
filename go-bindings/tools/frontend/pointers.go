package frontend

import (
	"go/types"
	"unsafe"

	"golang.org/x/tools/go/ssa"
	"outlive.dev/outlive"
)

// A pointerMap maps pointers to numbers: the values of a function, the types of a program. There are several lookups for each
// instruction, so it does without what a map of interfaces has to do: hashing the dynamic type, and
// clearing, which here is a new generation. Keys are kept alive by the map.
type pointerMap struct {
	slots []pointerSlot
	shift uint   // of a hash to the index of a slot
	n     int    // slots in use
	gen   uint32 // slots of other generations are free
}

type pointerSlot struct {
	key unsafe.Pointer
	gen uint32
	val uint32
}

// dataWord returns the pointer in an interface that holds one.
func dataWord[I any](i *I) unsafe.Pointer { return (*[2]unsafe.Pointer)(unsafe.Pointer(i))[1] }

func (m *pointerMap) reset() {
	if m.slots == nil {
		m.grow(64)
	}
	m.n = 0
	m.gen++
	if m.gen == 0 {
		clear(m.slots)
		m.gen = 1
	}
}

func (m *pointerMap) hash(key unsafe.Pointer) uint64 {
	return uint64(uintptr(key)) * 0x9E3779B97F4A7C15 >> m.shift
}

func (m *pointerMap) get(key unsafe.Pointer) (val uint32, ok bool) {
	mask := uint64(len(m.slots) - 1)
	for i := m.hash(key); ; i++ {
		s := &m.slots[i&mask]
		if s.gen != m.gen {
			return 0, false
		}
		if s.key == key {
			return s.val, true
		}
	}
}

func (m *pointerMap) set(key unsafe.Pointer, val uint32) {
	mask := uint64(len(m.slots) - 1)
	for i := m.hash(key); ; i++ {
		s := &m.slots[i&mask]
		if s.gen != m.gen {
			if m.n >= len(m.slots)/2 {
				m.grow(2 * len(m.slots))
				m.set(key, val)
				return
			}
			m.n++
			*s = pointerSlot{key, m.gen, val}
			return
		}
		if s.key == key {
			s.val = val
			return
		}
	}
}

func (m *pointerMap) grow(size int) {
	old, gen := m.slots, m.gen
	m.slots = make([]pointerSlot, size)
	m.shift = 64
	for n := size; n > 1; n /= 2 {
		m.shift--
	}
	m.n, m.gen = 0, 1
	for i := range old {
		if old[i].gen == gen && gen != 0 {
			m.set(old[i].key, old[i].val)
		}
	}
}

// values maps the values of a function to those of the module.
type values struct{ m pointerMap }

func (t *values) get(v ssa.Value) (outlive.Value, bool) {
	x, ok := t.m.get(dataWord(&v))
	return outlive.Value(x), ok
}

func (t *values) set(v ssa.Value, x outlive.Value) { t.m.set(dataWord(&v), uint32(x)) }

// typeIDs maps types, by pointer, to those of the module.
type typeIDs struct{ m pointerMap }

func (t *typeIDs) get(of types.Type) (outlive.Type, bool) {
	x, ok := t.m.get(dataWord(&of))
	return outlive.Type(x), ok
}

func (t *typeIDs) set(of types.Type, id outlive.Type) { t.m.set(dataWord(&of), uint32(id)) }

// instrSet is a set of instructions.
type instrSet struct{ m pointerMap }

func (t *instrSet) has(i ssa.Instruction) bool {
	if t.m.n == 0 {
		return false
	}
	_, ok := t.m.get(dataWord(&i))
	return ok
}

func (t *instrSet) add(i ssa.Instruction) { t.m.set(dataWord(&i), 1) }

// funcIDs maps functions to those of the module.
type funcIDs struct{ m pointerMap }

func (t *funcIDs) get(f *ssa.Function) (outlive.Func, bool) {
	id, ok := t.m.get(unsafe.Pointer(f))
	return outlive.Func(id), ok
}

func (t *funcIDs) set(f *ssa.Function, id outlive.Func) { t.m.set(unsafe.Pointer(f), uint32(id)) }
