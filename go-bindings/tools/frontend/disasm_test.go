package frontend

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"outlive.dev/outlive"
)

// inst is an instruction read back from an image.
type inst struct {
	op    outlive.Op
	aux   uint32
	args  []uint32
	imms  []uint32
	attrs map[outlive.AttrKey][]uint32
	block int
	depth uint32
}

// code is what an image says about its functions.
type code struct {
	funcs map[string][]inst
	sites []outlive.SiteInfo
	attrs map[uint32]map[outlive.AttrKey]uint32 // of sites
}

// disassemble reads the bodies of an image.
func disassemble(t *testing.T, u *Unit) *code {
	t.Helper()
	img := u.Image
	word := func(off int) uint32 { return binary.LittleEndian.Uint32(img[off:]) }
	section := map[uint32][2]int{}
	for i := range int(word(12)) {
		row := 32 + 40*i
		section[word(row)] = [2]int{int(word(row + 8)), int(word(row + 16))}
	}
	view, err := outlive.OpenImage(img)
	if err != nil {
		t.Fatal(err)
	}
	c := &code{funcs: map[string][]inst{}, attrs: map[uint32]map[outlive.AttrKey]uint32{}}
	for i := range view.NumSites() {
		c.sites = append(c.sites, view.Site(outlive.Site(i)))
	}
	type key struct{ entity, id uint32 }
	attrs := map[key]map[outlive.AttrKey][]uint32{}
	if s, ok := section[13]; ok {
		for off := s[0]; off < s[0]+s[1]; off += 12 {
			k := key{word(off) & 0xffff, word(off + 4)}
			if attrs[k] == nil {
				attrs[k] = map[outlive.AttrKey][]uint32{}
			}
			ak := outlive.AttrKey(word(off) >> 16)
			attrs[k][ak] = append(attrs[k][ak], word(off+8))
			if k.entity == uint32(outlive.EntitySite) {
				if c.attrs[k.id] == nil {
					c.attrs[k.id] = map[outlive.AttrKey]uint32{}
				}
				c.attrs[k.id][ak] = word(off + 8)
			}
		}
	}
	funcs, bodies := section[11], section[12]
	blockBase, instBase := uint32(0), uint32(0)
	for i := range view.NumFuncs() {
		row := funcs[0] + 56*i
		if word(row+40) == 0 {
			continue
		}
		at := bodies[0] + 4*int(word(row+36))
		next := func() uint32 { w := word(at); at += 4; return w }
		nblocks, ninsts := next(), next()
		next()
		n := uint32(0)
		var list []inst
		for b := range nblocks {
			nparams, count := next(), next()
			at += 4 * int(nparams)
			depth := uint32(1)
			if d := attrs[key{uint32(outlive.EntityBlock), blockBase + b}][outlive.AttrDepth]; d != nil {
				depth = d[0]
			}
			for range count {
				w := next()
				next() // position
				in := inst{op: outlive.Op(w), attrs: attrs[key{uint32(outlive.EntityInst), instBase + n}], block: int(b), depth: depth}
				info, ok := in.op.Info()
				if !ok {
					t.Fatalf("operation %d in %s", w&0xff, view.FuncName(outlive.Func(i)))
				}
				if info.Aux != outlive.AuxNone {
					in.aux = next()
				}
				for range w >> 16 {
					in.args = append(in.args, next())
				}
				if info.Imms != 0 {
					for range next() {
						in.imms = append(in.imms, next())
					}
				}
				at += 4 * int(w>>8&0xff)
				list = append(list, in)
				n++
			}
		}
		blockBase += nblocks
		instBase += ninsts
		c.funcs[view.FuncName(outlive.Func(i))] = list
	}
	return c
}

// quiet are the operations of memory form, which every function is full of.
var quiet = map[outlive.Op]bool{
	outlive.OpVar: true, outlive.OpLoad: true, outlive.OpStore: true, outlive.OpZero: true, outlive.OpConstInt: true,
	outlive.OpConstStr: true, outlive.OpReturn: true, outlive.OpJump: true, outlive.OpConstFloat: true,
}

// ops lists the operations of a function that are not quiet.
func (c *code) ops(name string) string {
	var s []string
	for _, in := range c.funcs[name] {
		if !quiet[in.op] {
			s = append(s, in.op.String())
		}
	}
	return strings.Join(s, " ")
}

// find returns the n-th instruction with an operation.
func (c *code) find(t *testing.T, fn string, op outlive.Op, n int) inst {
	t.Helper()
	for _, in := range c.funcs[fn] {
		if in.op == op {
			if n == 0 {
				return in
			}
			n--
		}
	}
	t.Fatalf("%s has no such %s; it has %s", fn, op, c.ops(fn))
	return inst{}
}

// siteOf describes the site of an instruction.
func (c *code) siteOf(in inst) string {
	s := c.sites[in.aux]
	text := s.Kind.String()
	if s.Name != "" {
		text += " " + s.Name
	}
	if s.Silent {
		text += " (silent)"
	}
	if d, ok := c.attrs[in.aux][outlive.AttrDepth]; ok {
		text += fmt.Sprintf(" depth %d", d)
	}
	return text
}
