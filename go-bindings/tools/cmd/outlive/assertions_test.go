package main

import (
	"encoding/json"
	"strings"
	"testing"

	"outlive.dev/tools/report"
)

const asserting = `package m

var P *int

var static = &struct{ a []int }{[]int{1}} //outlive:stack

func Good(n int) int {
	//outlive:stack
	x := new(int)
	f := func() any { return 1 } //outlive:stack a constant is boxed for nothing
	return *x + n + f().(int) + *keep(x)
}

func keep(p *int) *int { return p }

func Bad(n int) []byte {
	x := 1 //outlive:stack
	P = keep(&x)
	//outlive:stack the result
	// does not leave
	return make([]byte, n)
}

func Empty(n int) int {
	n++ //outlive:stack
	if false {
		P = new(int) //outlive:stack
	}
	return n
}

func Bound(n int) int {
	b := make([]byte, n) //outlive:stack
	b = append(b, 1)     //outlive:stack
	return len(b)        //outlive:heap
}

func Generic[T any](x T) any {
	return x //outlive:stack
}

func Use(p *int) (any, any) { return Generic(p), Generic([4]int{}) }

func Pointer(p *int) any { return Pointers(p) }

func Pointers[T *int](x T) any {
	var y any = x //outlive:stack
	_ = func() { _ = x } //outlive:stack
	return y
}
`

func TestAssertions(t *testing.T) {
	dir := module(t, "m.go", asserting)
	code, stdout, stderr := outliveIn(dir, "-l", "-cache=off")
	if code != exitFound || stderr != "outlive: 8 assertions do not hold\n" {
		t.Errorf("code %d, stderr %s", code, stderr)
	}
	for _, want := range []string{
		"./m.go:17:2: //outlive:stack does not hold: var x: heap: stored in a package-level variable\n\t./m.go:18:",
		"./m.go:21:13: //outlive:stack does not hold: make([]byte, n): heap: ",
		"./m.go:25:6: //outlive:stack does not hold: nothing is allocated on line 25\n",
		"./m.go:27:16: //outlive:stack does not hold: nothing is allocated on line 27\n",
		"./m.go:33:11: //outlive:stack does not hold: make([]byte, n): stack up to 32 bytes, heap beyond: ",
		"./m.go:34:12: //outlive:stack does not hold: append(b, byte(1)): stack: does not outlive its function; grows on the heap\n",
		"./m.go:35:23: //outlive:heap is not known, only //outlive:stack is\n",
		"./m.go:39:9: //outlive:stack does not hold: box of x: heap: returned to the caller\n\t./m.go:39:",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in:\n%s", want, stdout)
		}
	}
	if n := strings.Count(stdout, ": //outlive:"); n != 8 {
		t.Errorf("%d findings in:\n%s", n, stdout)
	}

	code, stdout, stderr = outliveIn(dir, "-l", "-cache=off", "-format=json")
	if code != exitFound || strings.Count(stderr, ": //outlive:") != 8 {
		t.Errorf("code %d, stderr %s", code, stderr)
	}
	for line := range strings.Lines(stdout) {
		if err := json.Unmarshal([]byte(line), new(report.Verdict)); err != nil {
			t.Errorf("%v: %s", err, line)
		}
	}
}

// TestAssertionsHold: nothing is said of assertions that hold.
func TestAssertionsHold(t *testing.T) {
	good, _, _ := strings.Cut(asserting, "func Bad")
	dir := module(t, "m.go", good)
	for _, format := range []string{"text", "json", "gc"} {
		code, stdout, stderr := outliveIn(dir, "-l", "-cache=off", "-format", format)
		if code != exitOK || stderr != "" || strings.Contains(stdout, "//outlive:") {
			t.Errorf("%s: code %d, stderr %s, stdout:\n%s", format, code, stderr, stdout)
		}
	}
}
