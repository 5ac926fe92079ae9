package main

import (
	"encoding/json"
	"strings"
	"testing"

	"outlive.dev/tools/report"
)

const kept = `package m

var held *int

func keep(p *int) { held = p }

func f() {
	x := 1
	keep(&x)
}

func g() {
	y := 2
	keep(&y)
}

func local() int {
	z := 3
	p := &z
	return *p
}

func channel() { _ = make(chan int) }
`

func TestWhySuggest(t *testing.T) {
	dir := module(t, "m.go", kept)
	code, stdout, stderr := outliveIn(dir, "why", "-suggest", "m.go:8")
	want := `./m.go:8:2: var x: heap: kept by the function it is passed to
	./m.go:9:6: &x to the heap: argument of a call
	suggestion: pass the value instead of its address: then stack
		./m.go:9:6: &x to the heap: argument of a call
	suggestion: store the value instead of its address: then stack, and so would 1 other allocation
		./m.go:5:21: p to the heap: stored in a package-level variable
`
	if code != 0 || stdout != want || stderr != "" {
		t.Errorf("code %d, stderr %s, stdout %s, want %s", code, stderr, stdout, want)
	}
	if _, stdout, _ := outliveIn(dir, "why", "m.go:8"); strings.Contains(stdout, "suggestion") {
		t.Errorf("suggestions nobody asked for: %s", stdout)
	}
	for _, line := range []string{"18", "23"} {
		if code, stdout, _ := outliveIn(dir, "why", "-suggest", "m.go:"+line); code != 0 || stdout == "" || strings.Contains(stdout, "suggestion") {
			t.Errorf("line %s: code %d, stdout %s", line, code, stdout)
		}
	}
}

// What is suggested holds: with the change made in the source, the verdict is as it was said to be.
func TestWhySuggestHolds(t *testing.T) {
	changed := strings.NewReplacer("held *int", "held int", "held = p", "held = *p").Replace(kept)
	dir := module(t, "m.go", changed)
	for _, line := range []string{"8", "13"} {
		if code, stdout, _ := outliveIn(dir, "why", "m.go:"+line); code != 0 || !strings.Contains(stdout, ": stack: ") {
			t.Errorf("line %s: code %d, stdout %s", line, code, stdout)
		}
	}
}

func TestWhySuggestJSON(t *testing.T) {
	dir := module(t, "m.go", kept)
	code, stdout, stderr := outliveIn(dir, "why", "-suggest", "-format", "json", "m.go:8")
	var v report.Verdict
	if err := json.Unmarshal([]byte(stdout), &v); code != 0 || err != nil {
		t.Fatalf("code %d, error %v, stderr %s", code, err, stderr)
	}
	if len(v.Suggestions) != 2 {
		t.Fatalf("suggestions %+v", v.Suggestions)
	}
	s := v.Suggestions[1]
	if len(s.Changes) != 1 || s.Placement != "stack" || s.Frees != 1 || s.Partial || s.Freed[0].Line != 13 {
		t.Errorf("suggestion %+v", s)
	}
	if c := s.Changes[0]; c.Edit != "store_value" || c.Line != 5 || c.Function != "example.org/m.keep" {
		t.Errorf("change %+v", c)
	}
}
