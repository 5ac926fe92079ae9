package outlive

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// Every golden image can be read, whoever wrote it.
func TestReadGoldens(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("..", "tests", "golden", "*.oiri"))
	if err != nil || len(paths) < len(goldens) {
		t.Fatalf("%d golden images, error %v", len(paths), err)
	}
	for _, path := range paths {
		image, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		v, err := OpenImage(image)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		readAll(v)
		if v.Name() == "" {
			t.Errorf("%s: no name", path)
		}
	}
}

// The two builders write the same bytes for the same module.
func TestSameAsRustBuilder(t *testing.T) {
	for name, build := range map[string]func() *Builder{
		"rust_empty": func() *Builder { return NewBuilder("empty") },
		"rust_list":  rustList,
	} {
		want, err := os.ReadFile(filepath.Join("..", "tests", "golden", name+".oiri"))
		if err != nil {
			t.Fatal(err)
		}
		if got := mustImage(t, build()); !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, want %d; first difference at byte %d", name, len(got), len(want), firstDifference(got, want))
		}
	}
}

// rustList is the module of rust_list.oiri: func push(head *node, v int) *node { return &node{v, head} }
func rustList() *Builder {
	b := NewBuilder("example.com/list", Producer("golden"))
	file := b.File("liste.go")
	pos := b.Pos(file, 3, 6)
	integer := b.Basic(Int)
	node := b.Named("example.com/list", "node", nil, false)
	ptr := b.Pointer(node)
	b.SetUnderlying(node, b.Struct(16, []Field{{Name: "wert", Type: integer}, {Name: "nächster", Type: ptr, Offset: 8}}))
	b.Pointer(integer)
	b.Pointer(ptr)
	f := b.Func(FuncInfo{
		Name: "example.com/list.push", Sig: b.FuncType([]Type{ptr, integer}, []Type{ptr}, false), Pos: pos,
		Parent: NoFunc, InstanceOf: NoFunc, Flags: FuncExported,
	})
	pos = b.Pos(file, 3, 51)
	site := b.Site(SiteInfo{Kind: SiteLiteral, Type: node, Func: f, Pos: pos, Name: "&node{v, head}"})
	y := b.Body(f)
	entry := y.Entry()
	y.SetPos(pos)
	n := y.New(site)
	y.Store(y.FieldAddr(n, 0), y.Param(entry, 1))
	y.Store(y.FieldAddr(n, 1), y.Param(entry, 0))
	y.Return(n)
	return b
}
