package main

import (
	"encoding/json"
	"strings"
	"testing"

	"outlive.dev/tools/report"
)

const recursing = `package m

type tree struct {
	left, right *tree
	sum         int
}

func Walk(t *tree, n int) int {
	var page [2048]int
	page[n&7] = t.sum
	return page[0] + other(t.left, n)
}

func other(t *tree, n int) int {
	if t == nil {
		return n
	}
	return Walk(t.right, n+1)
}

func Small(n int) int {
	var page [2040]int
	if n == 0 {
		return page[0]
	}
	return Small(n - 1)
}

func Literal(n int) int {
	var f func(int) int
	f = func(n int) int {
		b := make([]int, 1000)
		c := new([1000]int)
		d := &[100]int{n}
		if n == 0 {
			return len(b) + c[0] + d[0]
		}
		g := func() int { return f(n - 1) }
		return g()
	}
	return f(n)
}

func Spawn(n int) {
	var page [4096]int
	page[0] = n
	go Spawn(page[n])
}

func Sizes(n int, s string) int {
	a := make([]byte, n)
	m := map[int32]int64{}
	f := func() int { return n + len(s) }
	return len(a) + len(m) + f()
}
`

func TestStack(t *testing.T) {
	dir := module(t, "m.go", recursing)
	code, stdout, stderr := outliveIn(dir, "-l", "-cache=off", "-stack")
	if code != exitOK {
		t.Fatalf("code %d, stderr %s", code, stderr)
	}
	for _, want := range []string{
		"./m.go:8:6: func example.org/m.Walk: 16400 bytes on the stack\n",
		"./m.go:14:6: func example.org/m.other: 16 bytes on the stack\n",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in:\n%s", want, stdout)
		}
	}
	for _, want := range []string{"recursion through m.Walk, m.other places 16416 bytes on the stack", "recursion through m.Literal$1, m.Literal$1$1 places 16"} {
		if !strings.Contains(stderr, "outlive: warning: "+want) {
			t.Errorf("no %q in:\n%s", want, stderr)
		}
	}
	if n := strings.Count(stderr, "\n"); n != 2 {
		t.Errorf("%d warnings:\n%s", n, stderr)
	}
	if code, _, _ := outliveIn(dir, "-l", "-cache=off", "-stack", "-format=json"); code != exitUsage {
		t.Errorf("-stack with json: code %d", code)
	}
}

func TestStackJSON(t *testing.T) {
	dir := module(t, "m.go", recursing)
	code, stdout, _ := outliveIn(dir, "-l", "-cache=off", "-format=json")
	if code != exitOK {
		t.Fatalf("code %d", code)
	}
	found := map[string]report.Verdict{}
	for line := range strings.Lines(stdout) {
		var v report.Verdict
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		found[v.Function[len("example.org/m."):]+" "+v.Kind+" "+v.Text] = v
	}
	sum := uint64(0)
	for name, v := range found {
		if strings.HasPrefix(name, "Sizes ") {
			sum += v.Size
		}
	}
	for name, want := range map[string]uint64{
		"Sizes make_slice make([]byte, n)":       32,
		"Sizes map_literal map[int32]int64{}":    48 + 8 + 8*12,
		"Sizes closure func literal":             8 + 8 + 16,
		"Sizes param s":                          16,
		"Literal$1 make_slice make([]int, 1000)": 8000,
		"Literal$1 literal &[100]int{...}":       800,
		"Walk var page":                          16384,
	} {
		if v := found[name]; v.Size != want || v.Size > v.StackBytes {
			t.Errorf("%s: %d of %d bytes, want %d", name, v.Size, v.StackBytes, want)
		}
	}
	if got := found["Sizes param n"].StackBytes; got != sum {
		t.Errorf("Sizes: %d bytes, the sum is %d", got, sum)
	}
}
