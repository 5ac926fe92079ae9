package source

import (
	"go/token"
	"slices"
)

// A posTable maps positions to values: filled by add, made ready by sort, then
// asked with at. Positions are added about in order, which makes it cheaper than
// a map.
type posTable[T any] struct{ rows []posRow[T] }

type posRow[T any] struct {
	pos   token.Pos
	value T
}

func (t *posTable[T]) add(pos token.Pos, value T) { t.rows = append(t.rows, posRow[T]{pos, value}) }

func (t *posTable[T]) sort() {
	slices.SortFunc(t.rows, func(a, b posRow[T]) int { return int(a.pos) - int(b.pos) })
}

// get returns the value at pos, if there is one.
func (t *posTable[T]) get(pos token.Pos) (value T, ok bool) {
	i, ok := slices.BinarySearchFunc(t.rows, pos, func(r posRow[T], pos token.Pos) int { return int(r.pos) - int(pos) })
	if ok {
		value = t.rows[i].value
	}
	return value, ok
}

// at returns the value at pos, or the zero value.
func (t *posTable[T]) at(pos token.Pos) T {
	value, _ := t.get(pos)
	return value
}

// A span is a half-open range of positions.
type span struct{ from, to token.Pos }

// contains finds pos in sorted, disjoint spans.
func contains(spans []span, pos token.Pos) bool {
	i, exact := slices.BinarySearchFunc(spans, pos, func(s span, pos token.Pos) int { return int(s.from) - int(pos) })
	if exact {
		return true
	}
	return i > 0 && pos < spans[i-1].to
}
