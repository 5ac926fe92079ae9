package outlive

import "testing"

// benchModule builds a module of about n instructions: functions of 100, each with a loop, a site, positions.
func benchModule(n int) *Builder {
	b := NewBuilder("bench")
	integer := b.Basic(Int)
	sig := b.FuncType([]Type{integer}, []Type{integer}, false)
	file := b.File("bench.go")
	for f := range n / 100 {
		fn := b.Func(FuncInfo{Name: "f", Sig: sig, Parent: NoFunc, InstanceOf: NoFunc})
		y := b.Body(fn)
		entry := y.Entry()
		head, body, done := y.Block(integer), y.Block(), y.Block()
		v := y.Var(b.Site(SiteInfo{Kind: SiteVar, Type: integer, Func: fn, Name: "x"}))
		y.Store(v, y.Param(entry, 0))
		y.Jump(head, y.Param(entry, 0))
		y.SetBlock(head)
		i := y.Param(head, 0)
		y.Branch(y.Compare(Lt, i, i), body, done)
		y.SetBlock(body)
		for k := range 30 {
			y.SetPos(b.Pos(file, uint32(f), uint32(k)))
			y.Store(v, y.Binary(Add, i, y.Load(v)))
		}
		y.Jump(head, y.Load(v))
		y.SetBlock(done)
		y.Return(i)
		y.Finish()
	}
	return b
}

func BenchmarkBuild1M(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		image, err := benchModule(1_000_000).Image()
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(image)))
	}
}
