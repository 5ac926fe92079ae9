package outlive

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

// Types and values are numbered from an origin of their own in each builder and each body: a random one as good as, so that
// those of another are out of range, and the check that finds ids out of range finds them too, at the cost of a subtraction.
// Tables and images have the numbers less the origin: rows, from 0.

// origins counts the origins handed out.
var origins atomic.Uint32

// newOrigin returns an origin far from others: of a million handed out one after the other any two are some thousand ids apart,
// and those of neighbours are half a billion. It is not 0, so that the zero value of an id is none, and so small that origin
// and number together are never None.
func newOrigin() uint32 {
	for {
		if o := origins.Add(1) * 0x9E3779B1 >> 1; o != 0 {
			return o
		}
	}
}

// typeRow returns the row of a type, a number past the table for what is not a type of this module.
func (b *Builder) typeRow(t Type) uint32 { return uint32(t) - b.origin }

// typeOf returns the type in a row.
func (b *Builder) typeOf(row uint32) Type { return Type(row + b.origin) }

func (b *Builder) hasType(t Type) bool { return uint(b.typeRow(t)) < uint(len(b.types.rows)) }

// number returns the number of a value in its body, one past all for what is not a value of it.
func (y *Body) number(v Value) uint32 { return uint32(v) - y.origin }

// value returns the value of a number.
func (y *Body) value(number uint32) Value { return Value(number + y.origin) }

// builders has the name of the module of each builder that is in use, by origin, for messages.
var builders sync.Map

func register(b *Builder, name string) {
	builders.Store(b.origin, name)
	runtime.AddCleanup(b, func(origin uint32) { builders.Delete(origin) }, b.origin)
}

// describeType says what a type is that this module does not have.
func (b *Builder) describeType(t Type) string {
	switch t {
	case NoType:
		return "type None"
	case 0:
		return "the zero Type, which is none"
	}
	owner, nearest := "", uint32(maxDistance)
	builders.Range(func(origin, name any) bool {
		if d := uint32(t) - origin.(uint32); d < nearest {
			owner, nearest = name.(string), d
		}
		return true
	})
	switch {
	case nearest == maxDistance:
		return fmt.Sprintf("no type of this module (%#x)", uint32(t))
	case nearest == b.typeRow(t):
		return fmt.Sprintf("type %d, which does not exist", nearest)
	}
	return fmt.Sprintf("type %d of another Builder, that of module %q", nearest, owner)
}

// maxDistance is how far from an origin ids are looked for.
const maxDistance = 1 << 22

// bodyOrigin says where the values of a body begin.
type bodyOrigin struct {
	origin uint32
	fn     Func
}

// describeValue says what a value is that this body does not have.
func (y *Body) describeValue(v Value) string {
	switch v {
	case NoValue:
		return "value None"
	case 0:
		return "the zero Value, which is none"
	}
	if n := y.number(v); n < maxDistance {
		return fmt.Sprintf("value %d, which does not exist", n)
	}
	var owner bodyOrigin
	nearest := uint32(maxDistance)
	for _, other := range y.b.bodies {
		if d := uint32(v) - other.origin; d < nearest {
			owner, nearest = other, d
		}
	}
	if nearest == maxDistance {
		return fmt.Sprintf("a value of no body of this module (%#x)", uint32(v))
	}
	return fmt.Sprintf("value %d of the body of function %q", nearest, y.b.FuncName(owner.fn))
}
