package source

import (
	"go/token"
	"slices"
)

// A Cursor answers Depth and Dead for positions that mostly lie near the one before. The zero value is a cursor without a package,
// to which everything is live code outside of loops.
type Cursor struct {
	p *Package

	from, to token.Pos // where depth holds
	depth    int

	deadFrom, deadTo token.Pos // where dead holds
	dead             bool
}

// Cursor returns a cursor over the package, of which nothing may be changed meanwhile.
func (p *Package) Cursor() Cursor { return Cursor{p: p} }

// maxPos is past every position.
const maxPos = token.Pos(1<<63 - 1)

// Depth is [Package.Depth].
func (c *Cursor) Depth(pos token.Pos) int {
	if c.from <= pos && pos < c.to {
		return c.depth
	}
	if c.p == nil {
		return 1
	}
	segs := c.p.funcs.segments
	i, ok := slices.BinarySearchFunc(segs, pos, func(s segment, pos token.Pos) int { return int(s.from) - int(pos) })
	if !ok {
		i--
	}
	c.from, c.to, c.depth = 0, maxPos, 1
	if i >= 0 {
		c.from, c.depth = segs[i].from, segs[i].depth
	}
	if i+1 < len(segs) {
		c.to = segs[i+1].from
	}
	return c.depth
}

// Dead is [Package.Dead].
func (c *Cursor) Dead(pos token.Pos) bool {
	if c.deadFrom <= pos && pos < c.deadTo {
		return c.dead
	}
	if c.p == nil {
		return false
	}
	spans := c.p.dead
	i, ok := slices.BinarySearchFunc(spans, pos, func(s span, pos token.Pos) int { return int(s.from) - int(pos) })
	if !ok {
		i--
	}
	c.deadFrom, c.deadTo, c.dead = 0, maxPos, false
	if i+1 < len(spans) {
		c.deadTo = spans[i+1].from
	}
	if i >= 0 {
		if c.deadFrom = spans[i].to; pos < spans[i].to {
			c.deadFrom, c.deadTo, c.dead = spans[i].from, spans[i].to, true
		}
	}
	return c.dead
}
