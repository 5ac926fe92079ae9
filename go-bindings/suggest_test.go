package outlive

import (
	"errors"
	"slices"
	"testing"
)

// suggestionsFor analyses a text and asks about its site of that number.
func suggestionsFor(t *testing.T, text string, site Site) (*Result, []Suggestion) {
	t.Helper()
	image, err := ParseText(text)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Analyze(image, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	list, err := r.Suggest(site)
	if err != nil {
		t.Fatal(err)
	}
	return r, list
}

func TestSuggest(t *testing.T) {
	const text = `
global main.v *int
func main.keep func(*int) {
b0(v0: *int):
  v1: **int = global_addr main.v
  store v1, v0
  return
}
func main.f func() {
b0:
  v0: *int = var s0 "x"
  call main.keep v0
  return
}
func main.g func() {
b0:
  v0: *int = var s1 "y"
  call main.keep v0
  return
}
func main.h func() {
b0:
  v0: *int = var s2 "z"
  return
}
`
	r, list := suggestionsFor(t, text, 0)
	if len(list) != 2 {
		t.Fatalf("%d suggestions: %+v", len(list), list)
	}
	for i, want := range []struct {
		edit  Edit
		fn    string
		inst  int
		frees []Site
	}{{EditPassValue, "main.f", 1, nil}, {EditStoreValue, "main.keep", 1, []Site{1}}} {
		got := list[i]
		if len(got.Changes) != 1 || got.Partial || !slices.Equal(got.Frees, want.frees) {
			t.Fatalf("suggestion %d: %+v", i, got)
		}
		if v := got.Verdict; v.Site != 0 || v.Placement != Stack || v.Reason != ReasonNone || v.Kind != SiteVar {
			t.Errorf("suggestion %d: verdict %+v", i, v)
		}
		c := got.Changes[0]
		if c.Edit != want.edit || r.View().FuncName(c.Func) != want.fn || c.Inst != want.inst || c.Step.To.Kind != NodeHeap {
			t.Errorf("suggestion %d: change %+v", i, c)
		}
	}
	if text := list[0].Changes[0].Step.Text; text != "pass the value instead of its address: -: &x to the heap: argument of a call" {
		t.Errorf("text %q", text)
	}
	if list, err := r.Suggest(2); err != nil || len(list) != 0 {
		t.Errorf("of what is on the stack: %+v, error %v", list, err)
	}
	var e *Error
	if _, err := r.Suggest(99); !errors.As(err, &e) || e.Status != StatusNotFound {
		t.Errorf("of no site: error %v", err)
	}
	r.Close()
	if _, err := r.Suggest(0); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: error %v", err)
	}
}

func TestSuggestSeveralChanges(t *testing.T) {
	_, list := suggestionsFor(t, `
global main.v *int
global main.w *int
func main.f func() {
b0:
  v0: *int = var s0 "x"
  v1: **int = global_addr main.v
  store v1, v0
  v2: **int = global_addr main.w
  store v2, v0
  return
}
`, 0)
	if len(list) != 1 || len(list[0].Changes) != 2 || list[0].Changes[0].Inst == list[0].Changes[1].Inst {
		t.Fatalf("suggestions %+v", list)
	}
}
