package main

import (
	"slices"
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

// TestAuditPrecise: what is proved of a variable handed to a callee that stores it into another argument, and in a closed
// world of one that every method of the program leaves alone.
func TestAuditPrecise(t *testing.T) {
	dir := module(t, "main.go", `package main

type holder struct{ p *int }

func (h *holder) set(p *int) { h.p = p }

type reader interface{ read(p *int) int }

type one struct{}

func (one) read(p *int) int { return *p }

var any reader = one{}

var kept *int

type keeper interface{ keep(p *int) }

type two struct{}

func (two) keep(p *int) { kept = p }

var some keeper = two{}

func main() {
	x := 1
	h := &holder{}
	h.set(&x)
	y := 2
	any.read(&y)
	z := 3
	some.keep(&z)
}
`, "lib/lib.go", "package lib\n")
	for _, c := range []struct {
		closed bool
		want   []int
	}{{false, []int{26}}, {true, []int{26, 29}}} {
		a := &app{dir: dir}
		p, err := a.prove([]string{"."}, &settings{model: modelPrecise, profile: "go1.26", closed: c.closed})
		if err != nil {
			t.Fatal(err)
		}
		var lines []int
		for _, pair := range p.Gained() {
			lines = append(lines, pair.Position.Line)
		}
		if !slices.Equal(lines, c.want) || len(p.Lost()) != 0 || len(p.Shortfalls()) != 0 {
			t.Errorf("closed %v: gained in lines %v, want %v; lost %+v, %q", c.closed, lines, c.want, p.Lost(), p.Shortfalls())
		}
	}
	code, stdout, stderr := outliveIn(dir, "audit", "-l", "-model", "precise", "-closed", "./lib")
	if code != exitUsage || stdout != "" || !strings.Contains(stderr, "package example.org/m/lib is no program") {
		t.Errorf("code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}
