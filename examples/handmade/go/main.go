// Handmade builds a module of three functions by hand and asks which of their storage outlives them:
//
//	3  func sum(p *point) int { return p.x + p.y }
//	4  func local() int { return sum(&point{1, 2}) }
//	5  func share() *point { return &point{3, 4} }
//
// The library must be built first; then: go run .
package main

import (
	"fmt"
	"log"

	"outlive.dev/outlive"
)

func main() {
	b := outlive.NewBuilder("handmade")
	integer := b.Basic(outlive.Int)
	point := b.Named("main", "point", nil, false)
	b.SetUnderlying(point, b.Struct(16, []outlive.Field{
		{Name: "x", Type: integer, Offset: 0},
		{Name: "y", Type: integer, Offset: 8},
	}))
	file := b.File("main.go")
	declare := func(line uint32, name string, params, results []outlive.Type) outlive.Func {
		return b.Func(outlive.FuncInfo{
			Name: name, Sig: b.FuncType(params, results, false), Pos: b.Pos(file, line, 6),
			Parent: outlive.NoFunc, InstanceOf: outlive.NoFunc,
		})
	}
	types := func(t ...outlive.Type) []outlive.Type { return t }
	sum := declare(3, "main.sum", types(b.Pointer(point)), types(integer))
	local := declare(4, "main.local", nil, types(integer))
	share := declare(5, "main.share", nil, types(b.Pointer(point)))

	y := b.Body(sum)
	p := y.Param(y.Entry(), 0)
	y.SetPos(b.Pos(file, 3, 26))
	y.Return(y.Binary(outlive.Add, y.Load(y.FieldAddr(p, 0)), y.Load(y.FieldAddr(p, 1))))

	literal := func(y *outlive.Body, pos outlive.Pos, x1, y1 int64) outlive.Value {
		y.Entry()
		y.SetPos(pos)
		p := y.New(b.Site(outlive.SiteInfo{
			Kind: outlive.SiteLiteral, Type: point, Func: y.Func(), Pos: pos, Name: "&point{...}",
		}))
		y.Store(y.FieldAddr(p, 0), y.ConstInt(integer, x1))
		y.Store(y.FieldAddr(p, 1), y.ConstInt(integer, y1))
		return p
	}
	y = b.Body(local)
	_, r := y.Call(sum, literal(y, b.Pos(file, 4, 31), 1, 2))
	y.Return(r)

	y = b.Body(share)
	y.Return(literal(y, b.Pos(file, 5, 30), 3, 4))

	res, err := b.Analyze(outlive.Options{Model: "gc"})
	if err != nil {
		log.Fatal(err)
	}
	defer res.Close()
	for i, v := range res.Verdicts() {
		fmt.Printf("%s: %s: %s: %s\n", res.Position(v.Pos), res.View().Site(v.Site).Name, v.Placement, v.Reason)
		why, err := res.Explain(i)
		if err != nil {
			log.Fatal(err)
		}
		for _, step := range why.Steps {
			fmt.Println("\t" + step.Text)
		}
	}
}
