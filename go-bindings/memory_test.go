//go:build cgo

package outlive

import (
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"
)

// settle collects garbage until as few objects of the library live as expected.
func settle(t *testing.T, want int) {
	t.Helper()
	for range 200 {
		runtime.GC()
		if Live() == want {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d objects of the library live, want %d", Live(), want)
}

// What is closed is gone at once; what is forgotten, after a collection; a failure leaves nothing.
func TestLive(t *testing.T) {
	settle(t, 0)
	image := mustImage(t, goldenControl())
	make := func() (*Module, *Result) {
		m, err := OpenModule(image, Options{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := Analyze(image, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return m, r
	}
	m, r := make()
	if Live() != 2 {
		t.Errorf("%d objects live, want 2", Live())
	}
	for range 2 {
		m.Close()
		r.Close()
	}
	if Live() != 0 {
		t.Errorf("%d objects live after Close", Live())
	}
	make()
	settle(t, 0)
	if _, err := OpenModule(image[:9], Options{}); err == nil {
		t.Error("half an image is a module")
	}
	if _, err := ParseModule("?", Options{}); !errors.Is(err, StatusSyntax) {
		t.Errorf("error %v", err)
	}
	if Live() != 0 {
		t.Errorf("%d objects live after failures", Live())
	}
}

// An object that is reachable only from a running method lives until the method is done.
func TestUsedWhileUnreachable(t *testing.T) {
	image := mustImage(t, goldenControl())
	for range 20 {
		r, err := Analyze(image, Options{})
		if err != nil {
			t.Fatal(err)
		}
		verdicts := r.Verdicts()
		r = nil
		n := 0
		for range verdicts { // the result is reachable from the iterator alone
			runtime.GC()
			n++
		}
		if n == 0 {
			t.Error("no verdicts")
		}
	}
	settle(t, 0)
}

func TestModule(t *testing.T) {
	for name, build := range goldens {
		image := mustImage(t, build())
		m, err := OpenModule(image, Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		again, err := m.Encode()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		text, err := m.Print()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if want, err := PrintImage(again); err != nil || text != want {
			t.Errorf("%s: printed %q, the image of the module as %q, error %v", name, text, want, err)
		}
		if got := m.View().Name(); got != name {
			t.Errorf("%s: a view of %q", name, got)
		}
		m.Close()
		if _, err := m.Print(); err != ErrClosed {
			t.Errorf("%s: error %v after Close", name, err)
		}

		parsed, err := ParseModule(text, Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		parsed.Close()
		if parsed.View().NumFuncs() == 0 {
			t.Errorf("%s: the view does not survive Close", name)
		}
	}
}

// A module has limits, and its defects are those of its image.
func TestModuleRefused(t *testing.T) {
	image := mustImage(t, goldenControl())
	if _, err := OpenModule(image, Options{MaxInstructions: 1}); !errors.Is(err, StatusLimit) {
		t.Errorf("error %v", err)
	}
	if _, err := ParseModule("func main.f func() {\nb0:\n  jump b0\n}\n", Options{}); !errors.Is(err, StatusInvalidModule) {
		t.Errorf("error %v", err)
	}
}

// Calls on whole modules wait until there is a processor for them, and none is lost.
func TestTurns(t *testing.T) {
	image := mustImage(t, goldenControl())
	m, err := OpenModule(image, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	turns.mu.Lock()
	turns.highest = 0
	turns.mu.Unlock()
	want, _ := m.Print()
	var wg sync.WaitGroup
	for range 64 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 20 {
				if text, err := m.Print(); err != nil || text != want {
					t.Errorf("printed %q, error %v", text, err)
				}
				r, err := Analyze(image, Options{})
				if err != nil {
					t.Error(err)
					continue
				}
				r.Close()
			}
		}()
	}
	wg.Wait()
	turns.mu.Lock()
	defer turns.mu.Unlock()
	if turns.highest < 1 || turns.highest > runtime.GOMAXPROCS(0) || turns.inside != 0 {
		t.Errorf("%d calls at a time, %d inside, for %d processors", turns.highest, turns.inside, runtime.GOMAXPROCS(0))
	}
}
