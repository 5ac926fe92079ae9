package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"outlive.dev/tools/facts"
)

// The tests have a cache of their own.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "outlive-test-*")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Setenv(facts.Env, dir)
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// With facts, from damaged facts, and without facts: the same text.
func TestCache(t *testing.T) {
	cache := t.TempDir()
	t.Setenv(facts.Env, cache)
	run := func(args ...string) string {
		t.Helper()
		code, stdout, stderr := outliveIn(t.TempDir(), args...)
		if code != exitOK || stderr != "" {
			t.Fatalf("%q: code %d, stderr %q", args, code, stderr)
		}
		return stdout
	}
	entries := func() (n int) {
		t.Helper()
		out := run("cache")
		if _, err := fmt.Sscanf(strings.TrimPrefix(out, cache), ": %d entries", &n); err != nil {
			t.Fatalf("%q: %v", out, err)
		}
		return n
	}
	if n := entries(); n != 0 {
		t.Errorf("%d entries at first", n)
	}
	verdicts := []string{"-l", "-why", "encoding/json"}
	want := run(append([]string{"-cache=off"}, verdicts...)...)
	if n := entries(); n != 0 {
		t.Errorf("%d entries with -cache=off", n)
	}
	check := func(when string) {
		t.Helper()
		if got := run(verdicts...); got != want {
			t.Errorf("%s: the verdicts are others", when)
		}
	}
	check("cold")
	full := entries()
	if full < 20 {
		t.Errorf("%d entries", full)
	}
	check("warm")
	files, err := filepath.Glob(filepath.Join(cache, "??", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for i, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		switch i % 3 {
		case 0:
			data = data[:len(data)/2]
		case 1:
			data[len(data)-1] ^= 1
		}
		if err := os.WriteFile(file, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	check("damaged")
	check("repaired")
	run("cache", "clear")
	if n := entries(); n != 0 {
		t.Errorf("%d entries after clear", n)
	}
	t.Setenv(facts.Env, "off")
	if out := run("cache"); out != "off\n" {
		t.Errorf("no cache: %q", out)
	}
}

// An unchanged command prints what it printed; a change of any file counts.
func TestReplay(t *testing.T) {
	t.Setenv(facts.Env, t.TempDir())
	dir := module(t, "a.go", "package m\n\nimport \"example.org/m/low\"\n\nfunc F() { x := 1; low.Use(&x) }\n",
		"low/low.go", "package low\n\nvar Kept *int\n\nfunc Use(p *int) { *p = 2 }\n")
	old := time.Now().Add(-time.Hour)
	age := func() {
		t.Helper()
		err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
			return errors.Join(err, os.Chtimes(path, old, old))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	list := func(want string) {
		t.Helper()
		code, stdout, stderr := outliveIn(dir, "-l", ".")
		if code != exitOK || stderr != "" || strings.Contains(stdout, "heap") != (want == "heap") {
			t.Errorf("code %d, stdout %q, stderr %q, want %s", code, stdout, stderr, want)
		}
	}
	age()
	for range 3 {
		list("stack")
	}
	a := &app{dir: dir, stdout: io.Discard}
	k, ok := a.replayKey([]string{"-l", "."})
	if !ok || !a.replay(facts.Open(facts.Dir()), k) {
		t.Error("what was printed is not kept")
	}
	if _, ok := a.replayKey([]string{"-l", "./..."}); ok {
		t.Error("directories to come decide what ./... is")
	}
	if err := os.WriteFile(filepath.Join(dir, "low", "low.go"), []byte("package low\n\nvar Kept *int\n\nfunc Use(p *int) { Kept = p }\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	list("heap")
	age()
	list("heap")
	if err := os.WriteFile(filepath.Join(dir, "low", "more.go"), []byte("package low\n\nfunc init() {}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if a.replay(facts.Open(facts.Dir()), k) {
		t.Error("a new file is not noticed")
	}
	list("heap")
}

// Functions that type-check have verdicts in a package where others do not.
func TestTypeErrors(t *testing.T) {
	dir := module(t, "a.go", `package a

import "strings"

func Good() *int { x := 1; return &x }

func Bad() *int { y := strings.Nothing(); return y }

func Caller() { z := 1; Keep(&z); _ = Bad() }

func Keep(p *int) { undefined(p) }
`)
	for _, cache := range []string{"on", "off"} {
		code, stdout, stderr := outliveIn(dir, "-l", "-cache", cache, ".")
		if code != exitError || !strings.Contains(stderr, "undefined: undefined") || !strings.Contains(stderr, "strings.Nothing") {
			t.Errorf("cache %s: code %d, stderr %q", cache, code, stderr)
		}
		for _, want := range []string{"var x: heap: returned to the caller", "var z: heap: passed to a function without a body"} {
			if !strings.Contains(stdout, want) {
				t.Errorf("cache %s: stdout %q, want %q", cache, stdout, want)
			}
		}
	}
	if code, _, stderr := outliveIn(dir, "image", "-o", "-", "."); code != exitError || stderr == "" {
		t.Errorf("image: code %d, stderr %q", code, stderr)
	}
	dir = module(t, "a.go", "package a\n\nvar v int = nothing\n\nfunc F() {}\n")
	if code, stdout, stderr := outliveIn(dir, "-l", "."); code != exitError || stdout != "" || !strings.Contains(stderr, "undefined: nothing") {
		t.Errorf("an error outside functions: code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

// A cache that cannot be written is told, and everything else goes on.
func TestCacheUnwritable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	t.Setenv(facts.Env, file)
	dir := module(t, "a.go", "package a\n\nfunc F() *int { x := 1; return &x }\n")
	code, stdout, stderr := outliveIn(dir, "-l", "./...")
	if code != exitOK || !strings.Contains(stdout, "var x: heap") || !strings.Contains(stderr, "the cache cannot be written") {
		t.Errorf("code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}
