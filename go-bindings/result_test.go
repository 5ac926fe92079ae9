//go:build cgo

package outlive

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
)

func analyze(t testing.TB, b *Builder) *Result {
	t.Helper()
	r, err := b.Analyze(Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func TestGoldensVerify(t *testing.T) {
	for name, build := range goldens {
		image := mustImage(t, build())
		if err := VerifyImage(image); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		text, err := PrintImage(image)
		if err != nil || !strings.Contains(text, name) {
			t.Errorf("%s: printed %q, error %v", name, text, err)
			continue
		}
		again, err := ParseText(text)
		if err != nil {
			t.Errorf("%s: the printed text does not parse: %v", name, err)
		} else if err := VerifyImage(again); err != nil {
			t.Errorf("%s: printed and parsed: %v", name, err)
		}
	}
}

// TestPrecise: the binding reaches the model, which knows that a store through a pointer to a local variable stays local.
func TestPrecise(t *testing.T) {
	image, err := ParseText(`
func main.local func() {
b0:
  to: **int = var s0 "to"
  at: ***int = var s1 "at"
  store at, to
  q: **int = load at
  p: *int = new s2 "new(int)"
  store q, p
  return
}
`)
	if err != nil {
		t.Fatal(err)
	}
	for model, want := range map[string]Placement{"gc": Heap, "precise": Stack} {
		r, err := Analyze(image, Options{Model: model})
		if err != nil {
			t.Fatalf("model %s: %v", model, err)
		}
		if got := r.Verdict(r.NumVerdicts() - 1).Placement; got != want {
			t.Errorf("model %s: %s, want %s", model, got, want)
		}
		if err := r.Check(); model == "precise" && !errors.Is(err, StatusUnsupported) {
			t.Errorf("model %s: checked without a certificate: %v", model, err)
		}
		r.Close()
	}
}

func TestCheck(t *testing.T) {
	for name, build := range goldens {
		for _, model := range []string{"gc", "textbook"} {
			r, err := build().Analyze(Options{Model: model})
			if err != nil {
				t.Fatal(err)
			}
			if err := r.Check(); err != nil {
				t.Errorf("%s, model %s: %v", name, model, err)
			}
			r.Close()
			if err := r.Check(); err != ErrClosed {
				t.Errorf("%s: after Close: %v", name, err)
			}
		}
	}
}

func TestVerdicts(t *testing.T) {
	r := analyze(t, goldenHandmade())
	var got []string
	for i, v := range r.Verdicts() {
		if v != r.Verdict(i) {
			t.Errorf("verdict %d differs from the iterated one", i)
		}
		site := r.View().Site(v.Site)
		got = append(got, fmt.Sprintf("%s: %s in %s: %s, allocates %s, %s: %s",
			r.Position(v.Pos), site.Name, r.View().FuncName(v.Func), v.Placement, v.Allocates, v.Extent, v.Reason.Name()))
	}
	want := []string{
		"main.go:4:24: &point{...} in main.local: stack, allocates never, activation: local",
		"main.go:5:24: &point{...} in main.share: heap, allocates always, program: returned",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("verdicts\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if n := r.NumVerdicts(); n != len(want) {
		t.Errorf("%d verdicts", n)
	}

	summaries := 0
	for i, s := range r.Summaries() {
		summaries++
		if s != r.Summary(i) {
			t.Errorf("summary %d differs from the iterated one", i)
		}
		if s.Heap != 0 || r.View().FuncName(s.Func) != "main.sum" {
			t.Errorf("summary %+v", s)
		}
	}
	if summaries != 1 || r.NumSummaries() != 1 {
		t.Errorf("%d summaries", summaries)
	}
	if st := r.Stats(); st.Functions != 3 || st.Sites != 2 || st.Verdicts != 2 || st.Heap != 1 {
		t.Errorf("stats %+v", st)
	}
}

func TestExplain(t *testing.T) {
	r := analyze(t, goldenHandmade())
	if n := r.NumVerdicts(); n != 2 {
		t.Fatalf("%d verdicts", n)
	}
	e, err := r.Explain(1)
	if err != nil {
		t.Fatal(err)
	}
	if e.Site != 1 || e.Reason != ReasonReturned || len(e.Steps) == 0 {
		t.Fatalf("explanation %+v", e)
	}
	if first := e.Steps[0]; first.From.Kind != NodeSite || first.From.Site != 1 || first.Derefs != -1 || first.Text == "" {
		t.Errorf("first step %+v", first)
	}
	if e, err = r.Explain(0); err != nil || len(e.Steps) != 0 || e.Reason != ReasonNone {
		t.Errorf("explanation of what stays: %+v, error %v", e, err)
	}
}

// One analysis is one crossing of the border, however many answers are read.
func TestOneCall(t *testing.T) {
	for name, build := range goldens {
		image := mustImage(t, build())
		settle(t, 0) // so that no result of another test is freed meanwhile
		before := runtime.NumCgoCall()
		r, err := Analyze(image, Options{Model: "gc", Profile: "go1.26"})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		n := 0
		for _, v := range r.Verdicts() {
			n += len(r.Position(v.Pos).String()) + len(r.View().Site(v.Site).Name)
		}
		for range r.Summaries() {
			n++
		}
		if calls := runtime.NumCgoCall() - before; calls != 1 {
			t.Errorf("%s: %d calls", name, calls)
		}
		r.Close()
		if calls := runtime.NumCgoCall() - before; calls != 2 {
			t.Errorf("%s: %d calls with Close", name, calls)
		}
		r.Close()
		if calls := runtime.NumCgoCall() - before; calls != 2 {
			t.Errorf("%s: a second Close is a call", name)
		}
	}
}

func TestFailures(t *testing.T) {
	image := mustImage(t, goldenHandmade())
	truncated := image[:len(image)-3]
	for _, c := range []struct {
		name  string
		image []byte
		opts  Options
		want  Status
	}{
		{"nothing", nil, Options{}, StatusMalformedImage},
		{"rubbish", []byte("this is not an image, is it? No, it is not."), Options{}, StatusMalformedImage},
		{"truncated", truncated, Options{}, StatusMalformedImage},
		{"model", image, Options{Model: "oracle"}, StatusUnknownModel},
		{"profile", image, Options{Profile: "go0.1"}, StatusUnknownProfile},
		{"bytes", image, Options{MaxImageBytes: 16}, StatusLimit},
		{"instructions", image, Options{MaxInstructions: 3}, StatusLimit},
		{"memory", image, Options{MaxMemoryBytes: 1}, StatusLimit},
	} {
		settle(t, 0)
		before := runtime.NumCgoCall()
		r, err := Analyze(c.image, c.opts)
		if calls := runtime.NumCgoCall() - before; calls != 1 {
			t.Errorf("%s: %d calls", c.name, calls)
		}
		if r != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.want)
			continue
		}
		var e *Error
		if !errors.As(err, &e) || e.Message == "" {
			t.Errorf("%s: error %#v", c.name, err)
		}
	}
	if _, err := ParseText("no such thing"); !errors.Is(err, StatusSyntax) {
		t.Errorf("error %v", err)
	}
}

// A module that the builder accepts and the verifier refuses.
func TestInvalidModule(t *testing.T) {
	b := NewBuilder("m")
	integer, text := b.Basic(Int), b.Basic(String)
	f := b.Func(fn("f", b.FuncType([]Type{text}, []Type{integer}, false)))
	y := b.Body(f)
	x := y.Param(y.Entry(), 0)
	y.Return(x)
	_, err := b.Analyze(Options{})
	if !errors.Is(err, StatusInvalidModule) {
		t.Fatalf("error %v", err)
	}
	if _, err = NewBuilder("m", PointerSize(5)).Analyze(Options{}); err == nil {
		t.Error("misuse of the builder gives no error")
	}
}

func TestClosed(t *testing.T) {
	r := analyze(t, goldenHandmade())
	n := r.NumVerdicts()
	if err := errors.Join(r.Close(), r.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Explain(0); !errors.Is(err, ErrClosed) {
		t.Errorf("Explain: error %v", err)
	}
	panics := func(what string, f func()) {
		defer func() {
			if err, _ := recover().(error); !errors.Is(err, ErrClosed) {
				t.Errorf("%s: panic %v", what, err)
			}
		}()
		f()
	}
	panics("Verdict", func() { r.Verdict(0) })
	panics("Summary", func() { r.Summary(0) })
	panics("Verdicts", func() {
		for range r.Verdicts() {
		}
	})
	panics("Summaries", func() {
		for range r.Summaries() {
		}
	})
	if r.NumVerdicts() != n || r.View().Name() != "handmade" || r.Stats().Functions != 3 {
		t.Error("what survives Close does not")
	}
	if _, err := r.Print(); err != nil {
		t.Errorf("Print: %v", err)
	}
}

// Closing inside a loop over the answers is allowed, and frees them after it.
func TestCloseWhileReading(t *testing.T) {
	r := analyze(t, goldenControl())
	n := 0
	for range r.Verdicts() {
		r.Close()
		n++
	}
	if n != r.NumVerdicts() {
		t.Errorf("%d verdicts, want %d", n, r.NumVerdicts())
	}
}

func TestConcurrentUse(t *testing.T) {
	image := mustImage(t, goldenControl())
	var wg sync.WaitGroup
	for range 8 {
		r, err := Analyze(image, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for k := range 6 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				defer func() { // closed by another goroutine
					if e := recover(); e != nil && e != ErrClosed {
						panic(e)
					}
				}()
				if k > 3 {
					r.Close()
					return
				}
				for i := range r.Verdicts() {
					if _, err := r.Explain(i); err != nil && err != ErrClosed {
						t.Error(err)
					}
				}
			}()
		}
	}
	wg.Wait()
}

// A forgotten result is freed by the garbage collector.
func TestForgotten(t *testing.T) {
	freed := func() *handle {
		r, err := goldenData().Analyze(Options{})
		if err != nil {
			t.Fatal(err)
		}
		return r.h
	}()
	for range 100 {
		runtime.GC()
		runtime.Gosched()
		freed.mu.Lock()
		done := freed.closed
		freed.mu.Unlock()
		if done {
			return
		}
	}
	t.Error("the result was not freed")
}

func TestVersion(t *testing.T) {
	if v := Version(); strings.Count(v, ".") != 2 {
		t.Errorf("version %q", v)
	}
}
