package main

import (
	"strings"
	"testing"

	"outlive.dev/tools/audit"
)

// TestAuditStandardLibrary holds model gc against the installed compiler on packages of the standard library that
// between them use every kind of allocation. The bounds are those the project promises.
func TestAuditStandardLibrary(t *testing.T) {
	const packages = "bytes strings strconv sort bufio container/list container/heap text/tabwriter encoding/json net/url " +
		"go/scanner go/token unicode/utf8 errors io path/filepath"
	a := &app{dir: t.TempDir()}
	result, err := a.compareWith(strings.Fields(packages), &settings{model: "gc", profile: "go1.26"}, true)
	if err != nil {
		t.Fatal(err)
	}
	all := result.Total()
	if all.Lines < 500 {
		t.Errorf("only %d sites", all.Lines)
	}
	if all.MatchedPercent() < 99.5 || all.ExtraPercent() > 1 || all.AgreePercent() < 99 {
		t.Error(result.Summary())
	}
	if tags := result.Tags; tags.Params < 1000 || tags.EqualPercent() < 99.9 {
		t.Errorf("%d parameters, %.3f%% equal: %+v", tags.Params, tags.EqualPercent(), tags.Wrong)
	}
	for c := audit.ClassMoved; c <= audit.ClassExpr; c++ {
		if n := result.ByClass(c); n.Lines >= 20 && n.AgreePercent() < 97 {
			t.Errorf("%v: %.2f%% of %d agree", c, n.AgreePercent(), n.Lines)
		}
	}
	for _, kind := range result.Kinds() {
		if n := result.Kind(kind); n.Lines >= 20 && n.AgreePercent() < 97 {
			t.Errorf("%s: %.2f%% of %d agree", kind, n.AgreePercent(), n.Lines)
		}
	}
	for _, p := range result.Disagreements() {
		if p.Outcome == audit.OursStack {
			t.Errorf("wrong stack: %v %s", p.Position, p.Site.Text)
		}
	}
}
