package main

import (
	"errors"
	"strings"
	"testing"
)

func TestSample(t *testing.T) {
	const want = `example.com/heapbudget/sample.Area: 16 bytes on the heap, 16 avoidable
	sample/sample.go:11:8: literal, 16 bytes: stored through a pointer
example.com/heapbudget/sample.Furthest: 16 bytes on the heap, 16 avoidable
	sample/sample.go:19:11: literal, 16 bytes: stored through a pointer
example.com/heapbudget/sample.List: 16 bytes on the heap, 0 avoidable
example.com/heapbudget/sample.Middle: 16 bytes on the heap, 0 avoidable
4 functions allocate; 32 bytes could be avoided
`
	for _, c := range []struct {
		budget int64
		fails  bool
	}{{-1, false}, {32, false}, {31, true}, {0, true}} {
		var out strings.Builder
		err := run(&out, c.budget, []string{"./sample"})
		var over overBudget
		if errors.As(err, &over) != c.fails || err != nil && !c.fails {
			t.Errorf("budget %d: error %v", c.budget, err)
		}
		if out.String() != want {
			t.Errorf("printed\n%swant\n%s", out.String(), want)
		}
	}
	if err := run(&strings.Builder{}, -1, []string{"./nosuch"}); err == nil {
		t.Error("a package that is not there has no error")
	}
}
