package audit

import (
	"path/filepath"
	"strings"
	"testing"

	"outlive.dev/outlive"
)

// proved returns a site of which this is proved; heap is what the model that predicts the compiler says.
func proved(s Site, p outlive.Placement) Site {
	s.Proof = &Proof{Placement: p, Reason: "kept"}
	if p == outlive.Stack {
		s.Proof.Reason = "local"
	}
	return s
}

func TestProve(t *testing.T) {
	lines := []Line{
		line(1, 1, ClassExpr, true, "new(T)"),  // gained
		line(2, 1, ClassExpr, true, "new(T)"),  // gained
		line(3, 1, ClassExpr, true, "new(T)"),  // held by both
		line(4, 1, ClassExpr, true, "new(T)"),  // held by both, cold
		line(5, 1, ClassExpr, false, "new(T)"), // lost
		line(6, 1, ClassMoved, true, "v"),      // gained
		line(8, 1, ClassExpr, true, "1"),       // allocates nothing
		line(9, 1, ClassExpr, true, "make"),    // bounded: no gain
		line(10, 1, ClassExpr, true, "f()"),    // to the caller: no gain
		line(11, 1, ClassExpr, true, "a"),      // static: no gain
		line(12, 1, ClassExpr, true, "&T{}"),   // no site of ours
	}
	cold := proved(site(4, 1, ClassExpr, true, "new"), outlive.Heap)
	cold.Proof.Cold = true
	free := proved(site(8, 1, ClassExpr, true, "box"), outlive.Stack)
	free.Free = true
	sites := []Site{
		proved(site(1, 1, ClassExpr, true, "new"), outlive.Stack),
		proved(site(2, 1, ClassExpr, true, "new"), outlive.Eliminated),
		proved(site(3, 1, ClassExpr, true, "new"), outlive.Heap),
		cold,
		proved(site(5, 1, ClassExpr, false, "new"), outlive.Heap),
		proved(site(6, 1, ClassMoved, true, "var"), outlive.Stack),
		proved(site(7, 1, ClassMoved, false, "var"), outlive.Heap),  // lost: a variable the compiler keeps
		proved(site(7, 2, ClassMoved, false, "var"), outlive.Stack), // kept by both
		free,
		proved(site(9, 1, ClassExpr, true, "make_slice"), outlive.Bounded),
		proved(site(10, 1, ClassExpr, true, "box"), outlive.Caller),
		proved(site(11, 1, ClassExpr, true, "literal"), outlive.Static),
	}
	p := Prove(&Output{Lines: lines}, sites, NewSource())
	want := Share{Lines: 10, Free: 1, Cold: 1, NoSite: 1}
	want.By[outlive.Stack], want.By[outlive.Eliminated], want.By[outlive.Heap] = 2, 1, 2
	want.By[outlive.Bounded], want.By[outlive.Caller], want.By[outlive.Static] = 1, 1, 1
	if got := p.Total(); got != want || got.Allocating() != 9 {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if k := p.Kind("var"); k.Lines != 1 || k.By[outlive.Stack] != 1 || k.Percent() != 100 {
		t.Errorf("variables: %+v", k)
	}
	if k := p.Kind("chan"); k != (Share{}) {
		t.Errorf("channels, of which there are none: %+v", k)
	}
	places := func(list []Pair) (at []int) {
		for i := range list {
			at = append(at, list[i].Position.Line)
		}
		return at
	}
	if got := places(p.Gained()); len(got) != 3 || got[0] != 1 || got[1] != 2 || got[2] != 6 {
		t.Errorf("gained in lines %v", got)
	}
	if got := places(p.Lost()); len(got) != 2 || got[0] != 5 || got[1] != 7 {
		t.Errorf("lost in lines %v", got)
	}
	if s := p.Summary(); s != "sites=11 matched=90.909% extra=0.000% heap=10 allocating=9 lost-sites=2 lost=18.18% proved=33.33%" {
		t.Error(s)
	}
	if list := p.Shortfalls(); len(list) != 1 || !strings.HasPrefix(list[0], "matched=") {
		t.Errorf("shortfalls: %q", list)
	}
	// The sites that were passed in still have the verdicts they had.
	if !sites[0].Heap || sites[4].Heap {
		t.Error("Prove has changed its input")
	}

	var b strings.Builder
	if err := p.Print(&b, 1, "/d"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\ngained, 1 of 3:\n./a.go:1:1: new: new: ours stack, compiler heap (local)\n",
		"\nlost, 1 of 2:\n./a.go:5:1: new: new: ours heap, compiler stack (kept)\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in:\n%s", want, b.String())
		}
	}
	if !strings.HasSuffix(b.String(), p.Summary()+"\n") {
		t.Error("the summary is not the last line")
	}
}

// TestProveGeneric: the compiler's line is about all instances, so the worst proof is the line's.
func TestProveGeneric(t *testing.T) {
	dir, _ := write(t, "package a\n\nfunc box[T any](x T) any { return x }\n")
	at := Position{filepath.Join(dir, "a.go"), 3, 35}
	out := &Output{Lines: []Line{{Position: at, Class: ClassExpr, Heap: true}}}
	s := Site{Position: at, Class: ClassExpr, Heap: true, Kind: "box"}
	for _, c := range []struct {
		second outlive.Placement
		gained int
	}{{outlive.Stack, 1}, {outlive.Heap, 0}, {outlive.Bounded, 0}} {
		p := Prove(out, []Site{proved(s, outlive.Stack), proved(s, c.second)}, NewSource())
		if got := p.Total(); got.Lines != 1 || len(p.Gained()) != c.gained {
			t.Errorf("%v: %+v, gained %d, want %d", c.second, got, len(p.Gained()), c.gained)
		}
	}
}
