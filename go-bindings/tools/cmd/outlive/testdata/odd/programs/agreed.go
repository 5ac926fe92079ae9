package odd

import "unsafe"

// What is agreed to differ, each line with its reason in the test.

type numbersBeside struct {
	a *int
	b *any
}

func keepsContent(s numbersBeside) { anyOfRandom = *s.b }

func addressOfNumber(p *int) {
	keepsContent(numbersBeside{&(*p), nil})
}

func keepsNothing(*int) {}

func calledForNothing(f func() *int) {
	keepsNothing(f())
}

func resultsForNothing(x *int) {
	var f func() *int
	f = func() *int { return x }
	keepsNothing(f())
}

func takesLarge([40000]int) {}

func goLarge(p *[40000]int) {
	go takesLarge(*p)
}

func calledForLiteral(f struct{ g func() *int }) {
	_ = struct{ p *int }{f.g()}
}

func assignedUnread(p *int) {
	for {
		x := new(int)
		p = x
	}
}

func literalForNothing(p *int) {
	_ = struct{ p *int }{func(a *int) *int {
		*p = 1
		return a
	}(p)}
}

func writesFirst(p *[2]*int) { *p[0] = 1 }

func addressOfNumberCast(p *struct{ a *int }) {
	writesFirst((*[2]*int)(unsafe.Pointer(&(*p.a))))
}
