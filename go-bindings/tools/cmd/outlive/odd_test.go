package main

import (
	"fmt"
	"path/filepath"
	"testing"

	"outlive.dev/tools/audit"
)

// knownOdd are the disagreements about testdata/odd that are understood, by file and line, each with its reason. None may be a wrong stack.
var knownOdd = map[string]string{}

// TestAuditOdd holds model gc against the installed compiler on functions written to be odd. Ordinary code does not
// protect the rare rules: the standard library agreed in full while every tenth line of one of these files did not.
func TestAuditOdd(t *testing.T) {
	a := &app{dir: filepath.Join("testdata", "odd")}
	result, err := a.compare([]string{"./..."}, &settings{model: "gc", profile: "go1.26"})
	if err != nil {
		t.Fatal(err)
	}
	if n := result.Total().Lines; n < 600 {
		t.Errorf("only %d sites", n)
	}
	seen := map[string]bool{}
	for _, p := range result.Disagreements() {
		at := fmt.Sprintf("%s:%d", filepath.Base(p.File), p.Position.Line)
		if knownOdd[at] != "" && p.Outcome != audit.OursStack {
			seen[at] = true
			continue
		}
		t.Errorf("%s: %s: %v", at, p.Kind, p.Outcome)
	}
	for at, reason := range knownOdd {
		if !seen[at] {
			t.Errorf("%s agrees now, though %s", at, reason)
		}
	}
}
