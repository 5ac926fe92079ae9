package facts

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"

	"outlive.dev/outlive"
)

func example() *Package {
	return &Package{
		Header: Header{"gc", "go1.26", "go1.26.0", "linux amd64"}, Path: "example.com/p", Generic: true,
		Funcs: map[string]Func{
			"F":      {Sig: 1 << 63, Known: true, Flows: []outlive.Flows{{1, 2}, {0, 0, 0, 0, 0, 0, 0, 255}}},
			"(*T).m": {Sig: 7, Pragmas: 3, Bodyless: true},
			"g":      {Known: true},
		},
	}
}

func TestBlob(t *testing.T) {
	p := example()
	blob := p.Encode()
	back, err := Decode(blob, p.Header)
	if err != nil || !reflect.DeepEqual(back, p) {
		t.Fatalf("%+v, error %v", back, err)
	}
	other := p.Header
	other.Profile = "go1.27"
	if _, err := Decode(blob, other); !errors.Is(err, ErrStale) {
		t.Errorf("facts of another profile: error %v", err)
	}
	for n := range blob {
		if _, err := Decode(blob[:n], p.Header); err == nil {
			t.Errorf("the first %d bytes of %d are accepted", n, len(blob))
		}
		damaged := append([]byte(nil), blob...)
		damaged[n] ^= 0x80
		Decode(damaged, p.Header) // must not panic
	}
	if _, err := Decode(append(blob, 0), p.Header); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a byte too many: error %v", err)
	}
}

func TestLookup(t *testing.T) {
	p := example()
	if f, ok := p.Lookup("(*T).m", 7); !ok || !f.Bodyless {
		t.Errorf("%+v, %t", f, ok)
	}
	if _, ok := p.Lookup("(*T).m", 8); ok {
		t.Error("a function of another signature is known")
	}
	if _, ok := p.Lookup("h", 0); ok {
		t.Error("a function that does not exist is known")
	}
}

func TestSymbols(t *testing.T) {
	const text = `package p
type T struct{}
func F(a int, b ...string) error
func (t T) M(x *T)
func (*T) N(y func(z int)) (err error)
func (t *T) O(*T)`
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}}
	if _, err := (&types.Config{}).Check("p", fset, []*ast.File{file}, info); err != nil {
		t.Fatal(err)
	}
	symbols, sigs := map[string]bool{}, map[uint64]bool{}
	for _, obj := range info.Defs {
		if f, ok := obj.(*types.Func); ok {
			symbols[Symbol(f)] = true
			sigs[Signature(f.Signature())] = true
			s := f.Signature()
			renamed := types.NewSignatureType(types.NewVar(0, nil, "other", recvType(s)), nil, nil, s.Params(), s.Results(), s.Variadic())
			if s.Recv() != nil && Signature(renamed) != Signature(s) {
				t.Errorf("%s: the name of the receiver counts", f)
			}
		}
	}
	if want := map[string]bool{"F": true, "(T).M": true, "(*T).N": true, "(*T).O": true}; !reflect.DeepEqual(symbols, want) {
		t.Errorf("symbols %v", symbols)
	}
	if len(sigs) != 4 {
		t.Errorf("%d signatures of 4", len(sigs))
	}
}

func recvType(s *types.Signature) types.Type {
	if s.Recv() == nil {
		return types.Typ[types.Int]
	}
	return s.Recv().Type()
}

func key(n int) Key { return sha256.Sum256(fmt.Append(nil, n)) }

func TestStore(t *testing.T) {
	s := Open(filepath.Join(t.TempDir(), "not", "yet"))
	if _, ok := s.Get(key(1)); ok {
		t.Error("an empty store has an entry")
	}
	if n, size, err := s.Size(); n != 0 || size != 0 || err != nil {
		t.Errorf("an empty store has %d entries of %d bytes, error %v", n, size, err)
	}
	for n := range 9 {
		if err := s.Put(key(n), fmt.Append(nil, "blob", n)); err != nil {
			t.Fatal(err)
		}
	}
	if blob, ok := s.Get(key(3)); !ok || string(blob) != "blob3" {
		t.Errorf("%q, %t", blob, ok)
	}
	if n, _, err := s.Size(); n != 9 || err != nil {
		t.Errorf("%d entries, error %v", n, err)
	}
	foreign := filepath.Join(s.dir, "README")
	left := filepath.Join(filepath.Dir(s.path(key(3))), "write-1.tmp")
	for _, file := range []string{foreign, left} {
		if err := os.WriteFile(file, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Clear(); err != nil {
		t.Fatal(err)
	}
	if n, _, _ := s.Size(); n != 0 {
		t.Errorf("%d entries after Clear", n)
	}
	if _, err := os.Stat(foreign); err != nil {
		t.Error("Clear removes files that are not the store's")
	}
	if _, err := os.Stat(left); err == nil {
		t.Error("Clear leaves temporary files")
	}
}

// Whatever happens to the file of an entry, it is not taken for one.
func TestCorruption(t *testing.T) {
	s := Open(t.TempDir())
	if err := s.Put(key(1), []byte("the blob")); err != nil {
		t.Fatal(err)
	}
	file := s.path(key(1))
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for n := range good {
		flipped := append([]byte(nil), good...)
		flipped[n] ^= 1
		for _, bad := range [][]byte{good[:n], flipped} {
			if err := os.WriteFile(file, bad, 0o666); err != nil {
				t.Fatal(err)
			}
			if blob, ok := s.Get(key(1)); ok {
				t.Fatalf("byte %d is damaged, and the entry is %q", n, blob)
			}
			if _, err := os.Stat(file); err == nil {
				t.Fatal("a damaged entry is kept")
			}
		}
	}
	if err := os.MkdirAll(filepath.Dir(s.path(key(2))), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.path(key(2)), good, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.Get(key(2)); ok {
		t.Error("the entry of another key is taken")
	}
}

func TestConcurrentUse(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			s := Open(dir)
			for n := range 200 {
				k := key((n + g) % 10)
				want := fmt.Sprint("blob of ", k)
				if blob, ok := s.Get(k); ok && string(blob) != want {
					t.Errorf("%q", blob)
				}
				if err := s.Put(k, []byte(want)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n, _, err := Open(dir).Size(); n != 10 || err != nil {
		t.Errorf("%d entries, error %v", n, err)
	}
}

// A directory that cannot be written is an error to Put and to nobody else.
func TestNoRoom(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	s := Open(file)
	if err := s.Put(key(1), []byte("x")); err == nil {
		t.Error("an entry is put below a file")
	}
	if _, ok := s.Get(key(1)); ok {
		t.Error("and found there")
	}
	if full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0); err == nil {
		if err := write(full, key(1), []byte("x")); err == nil {
			t.Error("a full disk is not noticed")
		}
	}
	var none *Store
	if err := none.Put(key(1), nil); err != nil {
		t.Error(err)
	}
	if _, ok := none.Get(key(1)); ok {
		t.Error("no store has an entry")
	}
}

func TestDir(t *testing.T) {
	t.Setenv(Env, "/some/where")
	if dir := Dir(); dir != "/some/where" {
		t.Error(dir)
	}
	t.Setenv(Env, "off")
	if dir := Dir(); dir != "" || Open(dir) != nil {
		t.Error(dir)
	}
	t.Setenv(Env, "")
	if dir := Dir(); dir != "" && filepath.Base(dir) != "outlive" {
		t.Error(dir)
	}
}
