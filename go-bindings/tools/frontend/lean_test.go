package frontend

import (
	"testing"

	"outlive.dev/outlive"
)

// TestLean holds the lean form against the full form: the same sites with the same verdicts, the same summaries, the same
// paths; and much less of it.
func TestLean(t *testing.T) {
	patterns := []string{"strconv", "text/template", "net/url", "runtime", "math/big", "go/printer", "compress/flate"}
	prog, err := Load(Config{}, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	analyse := func(lean bool) *outlive.Result {
		prog.Lean = lean
		unit, err := prog.Module()
		if err != nil {
			t.Fatal(err)
		}
		r, err := outlive.Analyze(unit.Image, outlive.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { r.Close() })
		return r
	}
	full, lean := analyse(false), analyse(true)
	if full.NumVerdicts() != lean.NumVerdicts() || full.NumSummaries() != lean.NumSummaries() {
		t.Fatalf("%d verdicts and %d summaries in full form, %d and %d in lean form",
			full.NumVerdicts(), full.NumSummaries(), lean.NumVerdicts(), lean.NumSummaries())
	}
	heap := 0
	for i, want := range full.Verdicts() {
		got := lean.Verdict(i)
		wantAt, gotAt := full.Position(want.Pos), lean.Position(got.Pos)
		// Numbers of positions differ, what they stand for does not.
		want.Pos, got.Pos = 0, 0
		if got != want || gotAt != wantAt {
			t.Fatalf("verdict %d: %+v at %v in lean form, %+v at %v in full form", i, got, gotAt, want, wantAt)
		}
		if !want.OnHeap() {
			continue
		}
		if heap++; heap%50 != 0 {
			continue
		}
		a, errA := full.Explain(i)
		b, errB := lean.Explain(i)
		if errA != nil || errB != nil {
			t.Fatalf("explain %d: %v, %v", i, errA, errB)
		}
		if len(a.Steps) != len(b.Steps) {
			t.Errorf("verdict %d at %v: %d steps in lean form, %d in full form", i, wantAt, len(b.Steps), len(a.Steps))
		}
	}
	for i, want := range full.Summaries() {
		got := lean.Summary(i)
		want.Pos, got.Pos = 0, 0
		if got != want {
			t.Fatalf("summary %d: %+v in lean form, %+v in full form", i, got, want)
		}
	}
	if a, b := full.Stats().Instructions, lean.Stats().Instructions; b*10 > a*8 {
		t.Errorf("%d instructions in lean form, %d in full form", b, a)
	}
}
