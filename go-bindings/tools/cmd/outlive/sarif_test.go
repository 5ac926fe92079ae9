package main

import (
	"encoding/json"
	"testing"
)

func TestSARIF(t *testing.T) {
	dir := module(t, "m.go", asserting)
	code, stdout, stderr := outliveIn(dir, "-l", "-cache=off", "-format=sarif")
	if code != exitFound || stderr != "outlive: 8 assertions do not hold\n" {
		t.Errorf("code %d, stderr %s", code, stderr)
	}
	var log struct {
		Runs []struct {
			Results []struct {
				RuleID, Level string
				CodeFlows     []any
			}
		}
	}
	if err := json.Unmarshal([]byte(stdout), &log); err != nil {
		t.Fatal(err)
	}
	rules, flows := map[string]int{}, 0
	for _, r := range log.Runs[0].Results {
		rules[r.Level+" "+r.RuleID]++
		flows += len(r.CodeFlows)
	}
	for rule, n := range map[string]int{
		"error stack_assertion": 5, "error empty_assertion": 2, "error unknown_directive": 1, "note returned": 3, "note stored_global": 1,
	} {
		if rules[rule] != n {
			t.Errorf("%d results %s, want %d, in %v", rules[rule], rule, n, rules)
		}
	}
	if flows < 6 {
		t.Errorf("only %d paths", flows)
	}
	dir = module(t, "m.go", "package m\n")
	if code, stdout, stderr = outliveIn(dir, "-l", "-cache=off", "-format=sarif"); code != exitOK || stderr != "" || !json.Valid([]byte(stdout)) {
		t.Errorf("code %d, stderr %s, stdout %s", code, stderr, stdout)
	}
	if code, _, _ = outliveIn(dir, "why", "-format=sarif", "m.go:1"); code != exitUsage {
		t.Errorf("why: code %d", code)
	}
}
