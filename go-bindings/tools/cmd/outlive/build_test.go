package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// variants is a module whose verdicts depend on the flags of the go command.
func variants(t *testing.T) string {
	return module(t,
		"m.go", "package m\n\nvar P *int\n\nfunc f() { x := 1; P = &x }\n\nfunc g() { y := 1; _ = &y }\n",
		"tagged.go", "//go:build extra\n\npackage m\n\nfunc tagged() *int { z := 1; return &z }\n",
		"gone.go", "package m\n\nfunc gone() *int { w := 1; return &w }\n",
		"m_test.go", "package m\n\nimport \"testing\"\n\nfunc TestF(t *testing.T) { v := 1; P = &v; t.Log(v) }\n",
		"x_test.go", "package m_test\n\nimport (\n\t\"testing\"\n\n\t\"example.org/m\"\n)\n\nfunc TestX(t *testing.T) { u := 1; m.P = &u }\n",
		"new/m.go", "package m\n\nvar P *int\n\nfunc g() { y := 1; P = &y }\n",
		"overlay.json", `{"Replace": {"m.go": "new/m.go", "gone.go": "", "more.go": "new/more.txt"}}`,
		"new/more.txt", "package m\n\nfunc more() *int { q := 1; return &q }\n",
	)
}

// TestBuildFlags: what the flags of the go command choose is what is analysed, and what the compiler is asked about.
func TestBuildFlags(t *testing.T) {
	dir := variants(t)
	for _, c := range []struct {
		flags []string
		heap  string // the variables that leave the stack
		sites string // lines of the compiler
	}{
		{nil, "w x", "sites=2"},
		{[]string{"-tags=extra"}, "w x z", "sites=3"},
		{[]string{"-overlay=overlay.json"}, "q y", "sites=2"},
		{[]string{"-overlay", filepath.Join(dir, "overlay.json"), "-tags", "extra,other", "-test"}, "q u v y z", "sites=7"},
	} {
		args := append([]string{"-l", "-cache=off"}, c.flags...)
		code, stdout, stderr := outliveIn(dir, append(args, ".")...)
		if code != 0 || stderr != "" {
			t.Fatalf("%q: code %d, stderr %s", args, code, stderr)
		}
		for name := range strings.FieldsSeq("q u v w x y z") {
			if got, want := strings.Contains(stdout, "var "+name+": heap"), strings.Contains(c.heap, name); got != want {
				t.Errorf("%q: %s on the heap: %v, want %v, in:\n%s", args, name, got, want, stdout)
			}
		}
		code, stdout, stderr = outliveIn(dir, append(append([]string{"audit", "-l"}, c.flags...), ".")...)
		last := stdout[strings.LastIndexByte(strings.TrimRight(stdout, "\n"), '\n')+1:]
		if code != 0 || !strings.HasPrefix(last, c.sites+" matched=100.000% extra=0.000% agree=100.000%") || !strings.HasSuffix(last, "tags=100.000%\n") {
			t.Errorf("audit %q: code %d, stderr %s, %s, want %s", c.flags, code, stderr, last, c.sites)
		}
	}
}

// TestBuildFlagErrors: what is wrong with an overlay is said, and no tests where none can be.
func TestBuildFlagErrors(t *testing.T) {
	dir := variants(t)
	if err := os.WriteFile(filepath.Join(dir, "bad.json"), []byte("{"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, overlay := range []string{"bad.json", "none.json"} {
		for _, args := range [][]string{{"-l"}, {"audit", "-l"}, {"image", "-o", "x"}} {
			if code, stdout, stderr := outliveIn(dir, append(args, "-overlay", overlay)...); code != exitError || stdout != "" || !strings.Contains(stderr, overlay) {
				t.Errorf("%q: code %d, stdout %q, stderr %q", args, code, stdout, stderr)
			}
		}
	}
	for _, args := range [][]string{{"-l", "-test", "-format=gc"}, {"audit", "-l", "-test", "-format=gc"}} {
		if code, _, stderr := outliveIn(dir, args...); code != exitUsage || !strings.Contains(stderr, "no -test") {
			t.Errorf("%q: code %d, stderr %q", args, code, stderr)
		}
	}
}
