package facts

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

func TestTrim(t *testing.T) {
	s := Open(t.TempDir())
	old, read, young := Key{1}, Key{2}, Key{3}
	for _, k := range []Key{old, read, young} {
		if err := s.Put(k, []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	other := filepath.Join(filepath.Dir(s.path(old)), "README")
	left := filepath.Join(filepath.Dir(s.path(old)), "write-1.tmp")
	long := time.Now().Add(-30 * 24 * time.Hour)
	for _, name := range []string{other, left} {
		if err := os.WriteFile(name, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{s.path(old), s.path(read), other, left} {
		if err := os.Chtimes(name, long, long); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok := s.Get(read); !ok {
		t.Fatal("an entry is gone before anything is trimmed")
	}
	if err := s.Trim(time.Now()); err != nil { // the first Put has done so today
		t.Fatal(err)
	}
	if _, err := os.Stat(s.path(old)); err != nil {
		t.Error("trimmed twice in a day")
	}
	if err := s.Trim(time.Now().Add(25 * time.Hour)); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{s.path(old): false, s.path(read): true, s.path(young): true, other: true, left: false} {
		if _, err := os.Stat(name); (err == nil) != want {
			t.Errorf("%s: there %v, want %v", filepath.Base(name), err == nil, want)
		}
	}
	if err := Open("").Trim(time.Now()); err != nil {
		t.Error(err)
	}
}

// TestTrimInUse: a store that is trimmed all the time has every entry that is put before it is asked for, or none of it.
func TestTrimInUse(t *testing.T) {
	s := Open(t.TempDir())
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for j := range 200 {
				k := Key{byte(i), byte(j)}
				if err := s.Put(k, k[:]); err != nil && !errors.Is(err, fs.ErrNotExist) { // taken for one that never finished
					t.Error(err)
				}
				if blob, ok := s.Get(k); ok && string(blob) != string(k[:]) {
					t.Error("another entry")
				}
			}
		})
		wg.Go(func() {
			for j := range 50 {
				if err := s.Trim(time.Now().Add(time.Duration(j) * 40 * 24 * time.Hour)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}
