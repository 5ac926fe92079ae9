package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The command is a tool for go vet: it reports broken assertions and nothing else.
func TestVetTool(t *testing.T) {
	tool := filepath.Join(t.TempDir(), "outlive")
	if out, err := exec.Command("go", "build", "-o", tool, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	vet := func(dir string) (string, error) {
		cmd := exec.Command("go", "vet", "-vettool="+tool, "./...")
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	const low = "package low\n\nimport \"errors\"\n\nvar kept *int\n\nfunc Keep(p *int) { kept = p }\n\nfunc Check(p *int) error {\n\tif *p > 0 {\n\t\treturn errors.New(\"no\")\n\t}\n\treturn nil\n}\n"
	const use = "package m\n\nimport \"example.org/m/low\"\n\nfunc F() error {\n\tx := 1 //outlive:stack\n\treturn low.Check(&x)\n}\n"
	dir := module(t, "low/low.go", low, "m.go", use)
	if out, err := vet(dir); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	dir = module(t, "low/low.go", low, "m.go", strings.ReplaceAll(use, "return low.Check(&x)", "low.Keep(&x)\n\treturn nil"))
	out, err := vet(dir)
	if want := "m.go:6:2: x is on the heap: kept by the function it is passed to"; err == nil || !strings.Contains(out, want) {
		t.Errorf("error %v\n%swant %s", err, out, want)
	}
}
