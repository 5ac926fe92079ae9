//go:build cgo

package outlive

import (
	"context"
	"errors"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// An analysis of a module that the library has is one call, too, and says what one of its image says.
func TestAnalyzeModule(t *testing.T) {
	for name, build := range goldens {
		image := mustImage(t, build())
		m, err := OpenModule(image, Options{})
		if err != nil {
			t.Fatal(err)
		}
		want, err := Analyze(image, Options{})
		if err != nil {
			t.Fatal(err)
		}
		settle(t, 2)
		before := runtime.NumCgoCall()
		r, err := m.Analyze(Options{Threads: AllThreads})
		if err != nil {
			t.Fatal(err)
		}
		if calls := runtime.NumCgoCall() - before; calls != 1 {
			t.Errorf("%s: %d calls", name, calls)
		}
		m.Close()
		if !maps.Equal(maps.Collect(r.Verdicts()), maps.Collect(want.Verdicts())) ||
			!maps.Equal(maps.Collect(r.Summaries()), maps.Collect(want.Summaries())) {
			t.Errorf("%s: other answers", name)
		}
		if r.View().Name() != name {
			t.Errorf("%s: a view of %q", name, r.View().Name())
		}
		if _, err := m.Analyze(Options{}); err != ErrClosed {
			t.Errorf("%s: error %v after Close", name, err)
		}
		r.Close()
		want.Close()
	}
}

func TestLookup(t *testing.T) {
	r := analyze(t, goldenHandmade())
	share := r.FindFunc("main.share")
	if share == NoFunc || r.View().FuncName(share) != "main.share" {
		t.Fatalf("main.share is function %d", share)
	}
	if f := r.FindFunc("main.nobody"); f != NoFunc {
		t.Errorf("main.nobody is function %d", f)
	}
	settle(t, 1)
	before := runtime.NumCgoCall()
	v, ok := r.VerdictOf(1)
	if !ok || v != r.Verdict(1) {
		t.Errorf("verdict %+v of site 1, %t", v, ok)
	}
	if _, ok := r.VerdictOf(2); ok {
		t.Error("there is a verdict of a site that is not there")
	}
	sums := slices.Collect(maps.Keys(maps.Collect(r.SummariesOf(r.Summary(0).Func))))
	if len(sums) != 1 || sums[0] != 0 {
		t.Errorf("summaries %v", sums)
	}
	if calls := runtime.NumCgoCall() - before; calls != 0 {
		t.Errorf("%d calls", calls)
	}
	for range r.SummariesOf(share) {
		t.Error("main.share has a summary")
	}
	numbers := func(seq func(func(int, Verdict) bool)) (list []int) {
		for i, v := range seq {
			if v != r.Verdict(i) {
				t.Errorf("verdict %d is another", i)
			}
			list = append(list, i)
		}
		return list
	}
	for _, c := range []struct {
		what string
		got  []int
		want []int
	}{
		{"in main.share", numbers(r.VerdictsIn(share)), []int{1}},
		{"in no function", numbers(r.VerdictsIn(99)), nil},
		{"in line 4", numbers(r.VerdictsAt("main.go", 4, 0)), []int{0}},
		{"in line 5, column 24", numbers(r.VerdictsAt("main.go", 5, 24)), []int{1}},
		{"in line 5, column 23", numbers(r.VerdictsAt("main.go", 5, 23)), nil},
		{"in another file", numbers(r.VerdictsAt("other.go", 5, 24)), nil},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("verdicts %s: %v, want %v", c.what, c.got, c.want)
		}
	}
	r.Close()
	defer func() {
		if recover() != ErrClosed {
			t.Error("a lookup after Close does not panic")
		}
	}()
	numbers(r.VerdictsIn(share))
}

// bigImage is a module that takes a while.
var bigImage = sync.OnceValue(func() []byte {
	image, err := benchModule(400_000).Image()
	if err != nil {
		panic(err)
	}
	return image
})

func TestCancel(t *testing.T) {
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(cause)
	if _, err := AnalyzeContext(ctx, bigImage(), Options{}); !errors.Is(err, StatusCancelled) || !errors.Is(err, cause) {
		t.Errorf("cancelled before it began: error %v", err)
	}

	// Cancelled when the first functions are done, it gives up, and leaves nothing.
	settle(t, 0)
	ctx, cancel = context.WithCancelCause(context.Background())
	defer cancel(nil)
	var progress Progress
	go func() {
		for progress.Done() == 0 && ctx.Err() == nil {
			time.Sleep(10 * time.Microsecond)
		}
		cancel(cause)
	}()
	_, err := AnalyzeContext(ctx, bigImage(), Options{Progress: &progress})
	if err == nil {
		t.Skip("the analysis was faster than its cancellation")
	}
	if !errors.Is(err, StatusCancelled) || !errors.Is(err, cause) {
		t.Errorf("error %v", err)
	}
	if done, total := progress.Done(), progress.Total(); done == 0 || done > total {
		t.Errorf("%d of %d functions were done", done, total)
	}
	if Live() != 0 {
		t.Errorf("%d objects live", Live())
	}

	// Who waits for a turn can be cancelled as well.
	background := context.Background()
	for range runtime.GOMAXPROCS(0) {
		if err := turns.enter(background); err != nil {
			t.Fatal(err)
		}
		defer turns.leave()
	}
	ctx, stop := context.WithTimeout(background, time.Millisecond)
	defer stop()
	if _, err := AnalyzeContext(ctx, bigImage(), Options{}); !errors.Is(err, StatusCancelled) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting for a turn: error %v", err)
	}
}

func TestProgress(t *testing.T) {
	var progress Progress
	r, err := AnalyzeContext(t.Context(), bigImage(), Options{Progress: &progress})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if progress.Done() != progress.Total() || progress.Total() != r.Stats().Bodies {
		t.Errorf("%d of %d functions done, %d have bodies", progress.Done(), progress.Total(), r.Stats().Bodies)
	}
}

func TestLimits(t *testing.T) {
	limits, err := ProfileLimits("")
	if err != nil {
		t.Fatal(err)
	}
	if want, err := ProfileLimits("go1.26"); err != nil || limits != want || limits.MaxVariable == 0 || !limits.ForbidHeapToStack {
		t.Errorf("limits %+v, of go1.26 %+v, error %v", limits, want, err)
	}
	if _, err := ProfileLimits("go0.1"); !errors.Is(err, StatusUnknownProfile) {
		t.Errorf("error %v", err)
	}
	image := mustImage(t, goldenHandmade())
	limits.MaxImplicit = 8 // the point that main.local makes has 16
	for _, c := range []struct {
		limits *Limits
		want   Placement
	}{{nil, Stack}, {&limits, Heap}} {
		r, err := Analyze(image, Options{Limits: c.limits})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Verdict(0); got.Placement != c.want || c.want == Heap && got.Reason != ReasonTooLarge {
			t.Errorf("limits %+v: %s, %s", c.limits, got.Placement, got.Reason)
		}
		r.Close()
	}
}

func TestRunPasses(t *testing.T) {
	m, err := OpenModule(mustImage(t, goldenHandmade()), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	before, err := m.Print()
	if err != nil {
		t.Fatal(err)
	}
	placed, err := m.RunPasses("mem2reg,fold,dce,promote", Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer placed.Close()
	after, err := placed.Print()
	if err != nil || strings.Contains(before, "placement") || !strings.Contains(after, "placement") {
		t.Errorf("before\n%s\nafter\n%s\nerror %v", before, after, err)
	}
	if again, err := m.Print(); err != nil || again != before {
		t.Errorf("the module has changed, error %v", err)
	}
	if placed.View().NumSites() != m.View().NumSites() {
		t.Error("the sites are others")
	}
	stats, err := m.Stats()
	if err != nil || stats.Functions != 3 || stats.Sites != 2 || stats.Externals != 0 || stats.Instructions == 0 {
		t.Errorf("stats %+v, error %v", stats, err)
	}
	for _, passes := range []string{"nosuch", "promote,promote"} {
		if _, err := m.RunPasses(passes, Options{}); !errors.Is(err, StatusBadPasses) {
			t.Errorf("passes %q: error %v", passes, err)
		}
	}
}

// What is pinned stays in its frame, and the verdict tells whether that is a mistake.
func TestPinned(t *testing.T) {
	for _, leaks := range []bool{false, true} {
		b := NewBuilder("m")
		integer := b.Basic(Int)
		f := b.Func(fn("f", b.FuncType(nil, []Type{b.Pointer(integer)}, false)))
		y := b.Body(f)
		y.Entry()
		p := y.Var(b.Site(SiteInfo{Kind: SiteVar, Type: integer, Func: f, Name: "x", Pinned: true}))
		if leaks {
			y.Return(p)
		} else {
			y.Return(y.Zero(b.Pointer(integer)))
		}
		r := analyze(t, b)
		if v := r.Verdict(0); v.Placement != Stack || v.Dangles() != leaks {
			t.Errorf("returned %t: %+v", leaks, v)
		}
		if e, err := r.Explain(0); err != nil || (len(e.Steps) > 0) != leaks {
			t.Errorf("returned %t: %+v, error %v", leaks, e, err)
		}
	}
}

// What is said of an external function decides what becomes of its arguments.
func TestExternal(t *testing.T) {
	for _, c := range []struct {
		name  string
		flows []Flow
		want  Placement
	}{
		{"nothing known", nil, Heap},
		{"used", []Flow{{Kind: FlowNone}}, Stack},
		{"kept", []Flow{{Kind: FlowKept}}, Heap},
		{"what it points to is kept", []Flow{{Kind: FlowKept, Derefs: 1}}, Stack},
		{"written", []Flow{{Kind: FlowWritten}}, Stack},
		{"returned", []Flow{{Kind: FlowReturned}}, Stack},
		{"stored into itself", []Flow{{Kind: FlowStoredInto}}, Heap},
	} {
		b := NewBuilder("m")
		ptr := b.Pointer(b.Basic(Int))
		ext := b.Func(fn("ext", b.FuncType([]Type{ptr}, []Type{ptr}, false)))
		if c.flows != nil {
			b.External(ext, c.flows...)
		}
		f := b.Func(fn("f", b.FuncType(nil, nil, false)))
		y := b.Body(f)
		y.Entry()
		y.Call(ext, y.New(b.Site(SiteInfo{Kind: SiteNew, Type: b.Basic(Int), Func: f, Name: "new(int)"})))
		y.Return()
		r := analyze(t, b)
		if got := r.Verdict(0).Placement; got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	for want, flow := range map[string]Flow{
		"has 1 parameters, there is no 1":       {Param: 1, Kind: FlowKept},
		"has 1 results, there is no 1":          {Kind: FlowReturned, Index: 1},
		"has 1 parameters, there is no 2":       {Kind: FlowStoredInto, Index: 2},
		"99 is not a kind of flow":              {Kind: 99},
		"parameter 0: -1 dereferences, index 0": {Kind: FlowKept, Derefs: -1},
		"parameter 0: 0 dereferences, index 1":  {Kind: FlowKept, Index: 1},
	} {
		b := NewBuilder("m")
		ptr := b.Pointer(b.Basic(Int))
		b.External(b.Func(fn("ext", b.FuncType([]Type{ptr}, []Type{ptr}, false))), flow)
		if err := b.Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("flow %+v: error %v, want %s", flow, err, want)
		}
	}
}

// Facts of one module stand for its functions in another.
func TestFacts(t *testing.T) {
	module := func(define, use bool) *Builder {
		b := NewBuilder("m")
		ptr := b.Pointer(b.Basic(Int))
		read := b.Func(fn("p.read", b.FuncType([]Type{ptr}, []Type{b.Basic(Int)}, false)))
		if define {
			y := b.Body(read)
			y.Return(y.Load(y.Param(y.Entry(), 0)))
		}
		if use {
			f := b.Func(fn("q.f", b.FuncType(nil, nil, false)))
			y := b.Body(f)
			y.Entry()
			y.Call(read, y.New(b.Site(SiteInfo{Kind: SiteNew, Type: b.Basic(Int), Func: f, Name: "new(int)"})))
			y.Return()
		}
		return b
	}
	p := analyze(t, module(true, false))
	blob, err := p.Facts()
	if err != nil {
		t.Fatal(err)
	}
	user, err := module(false, true).Module(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer user.Close()
	for _, c := range []struct {
		facts [][]byte
		want  Placement
	}{{nil, Heap}, {[][]byte{blob}, Stack}, {[][]byte{blob, blob}, Stack}} {
		settle(t, 2)
		before := runtime.NumCgoCall()
		r, err := user.Analyze(Options{Facts: c.facts})
		if err != nil {
			t.Fatal(err)
		}
		if calls := runtime.NumCgoCall() - before; calls != 1 {
			t.Errorf("%d calls", calls)
		}
		if got := r.Verdict(0).Placement; got != c.want {
			t.Errorf("%d blobs of facts: %s, want %s", len(c.facts), got, c.want)
		}
		if known := r.Stats().FactsKnown; known != uint64(min(1, len(c.facts))) {
			t.Errorf("%d blobs of facts: %d functions known", len(c.facts), known)
		}
		r.Close()
	}
	for what, opts := range map[string]Options{
		"another model":   {Model: "textbook", Facts: [][]byte{blob}},
		"another profile": {Profile: "tinygo", Facts: [][]byte{blob}},
	} {
		if _, err := user.Analyze(opts); !errors.Is(err, StatusStaleFacts) {
			t.Errorf("%s: error %v", what, err)
		}
	}
	if _, err := user.Analyze(Options{Facts: [][]byte{blob[:5]}}); err == nil {
		t.Error("facts cut short are taken")
	}
	closed, err := module(true, true).Analyze(Options{Model: "precise", Closed: true})
	if err != nil {
		t.Fatal(err)
	}
	defer closed.Close()
	if _, err := closed.Facts(); !errors.Is(err, StatusUnsupported) {
		t.Errorf("facts of a closed world: error %v", err)
	}
	p.Close()
	if _, err := p.Facts(); err != ErrClosed {
		t.Errorf("error %v after Close", err)
	}
}
