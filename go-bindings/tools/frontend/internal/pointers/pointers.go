// Package pointers has a map for what the front end asks most: numbers of objects, by their address.
//
// There are several lookups for each instruction: of its operands, of its type, of the function it calls. A map of
// interfaces would hash the dynamic type as well, and be cleared slot by slot for each function. This one
// multiplies the address and clears itself by counting generations. Nothing is ever removed, and keys are kept alive.
package pointers

import "unsafe"

// A Map maps pointers to numbers.
type Map struct {
	slots []slot
	shift uint   // of a hash to the index of a slot
	n     int    // slots in use
	gen   uint32 // slots of other generations are free
}

type slot struct {
	key unsafe.Pointer
	gen uint32
	val uint32
}

// Word returns the pointer in an interface that holds one.
func Word[I any](i *I) unsafe.Pointer { return (*[2]unsafe.Pointer)(unsafe.Pointer(i))[1] }

// Reset empties the map; a new one must be reset before it is used.
func (m *Map) Reset() {
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

// Len returns the number of keys.
func (m *Map) Len() int { return m.n }

// Grow makes room for n keys.
func (m *Map) Grow(n int) {
	size := max(len(m.slots), 64)
	for size < 2*n {
		size *= 2
	}
	if size > len(m.slots) {
		m.grow(size)
	}
}

func (m *Map) hash(key unsafe.Pointer) uint64 {
	return uint64(uintptr(key)) * 0x9E3779B97F4A7C15 >> m.shift
}

// Get returns the number of a key.
func (m *Map) Get(key unsafe.Pointer) (val uint32, ok bool) {
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

// Set gives a key its number.
func (m *Map) Set(key unsafe.Pointer, val uint32) {
	mask := uint64(len(m.slots) - 1)
	for i := m.hash(key); ; i++ {
		s := &m.slots[i&mask]
		if s.gen != m.gen {
			if m.n >= len(m.slots)/2 {
				m.grow(2 * len(m.slots))
				m.Set(key, val)
				return
			}
			m.n++
			*s = slot{key, m.gen, val}
			return
		}
		if s.key == key {
			s.val = val
			return
		}
	}
}

func (m *Map) grow(size int) {
	old, gen := m.slots, m.gen
	m.slots = make([]slot, size)
	m.shift = 64
	for n := size; n > 1; n /= 2 {
		m.shift--
	}
	m.n, m.gen = 0, 1
	for i := range old {
		if old[i].gen == gen && gen != 0 {
			m.Set(old[i].key, old[i].val)
		}
	}
}
